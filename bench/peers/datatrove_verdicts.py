"""Verdicts of datatrove's own filter classes on texts that come on standard input, one JSON string a line.

Usage: python datatrove_verdicts.py whitespace|spacy
Needs: pip install "datatrove==0.10.1" spacy

Prints a line for each text: {"verdicts": [gopher quality, gopher repetition, c4, c4 without terminal punctuation, fineweb],
"texts": [c4's text, the other's]}. A verdict is null where the text is kept, else datatrove's reason; a class that
crashes gives "crash: NAME". A text is null where the page is dropped.
"""
import json
import sys

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)


def main():
    if sys.argv[1] == "whitespace":
        import datatrove.pipeline.filters.fineweb_quality_filter as fineweb
        import datatrove.pipeline.filters.gopher_quality_filter as quality
        import datatrove.pipeline.filters.gopher_repetition_filter as repetition

        for module in (fineweb, quality, repetition):
            module.split_into_words = lambda text, language="eng": text.split()
    filters = [
        GopherQualityFilter(),
        GopherRepetitionFilter(),
        C4QualityFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
    ]
    for line in sys.stdin:
        text = json.loads(line)
        verdicts, texts = [], []
        for rule in filters:
            document = Document(text=text, id="1")
            try:
                kept = rule.filter(document)
                verdict = None if kept is True else kept[1]
            except Exception as error:
                verdict = "crash: " + type(error).__name__
            verdicts.append(verdict)
            if isinstance(rule, C4QualityFilter):
                texts.append(document.text if verdict is None else None)
        print(json.dumps({"verdicts": verdicts, "texts": texts}))


main()
