"""Applies datatrove's four filter classes to texts each time a line comes on standard input.

Usage: python rules_speed.py whitespace|spacy FILE
Needs: pip install "datatrove==0.10.1" spacy

FILE has one JSON string a line. Prints {"ready": VERSION} once all is loaded, then, for each line read, {"cpuSeconds",
"verdicts"}: for each text the reasons of Gopher quality, Gopher repetition, C4 (without the rule on terminal
punctuation) and FineWeb, null where the text is kept. Each class sees the original text.
"""
import json
import sys
import time
from importlib.metadata import version

from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.utils.text import split_into_parts, split_into_words


def main():
    words, path = sys.argv[1:]
    texts = [json.loads(line) for line in open(path, encoding="utf8")]
    if words == "whitespace":
        import datatrove.pipeline.filters.fineweb_quality_filter as fineweb
        import datatrove.pipeline.filters.gopher_quality_filter as quality
        import datatrove.pipeline.filters.gopher_repetition_filter as repetition

        for module in (fineweb, quality, repetition):
            module.split_into_words = lambda text, language="eng": text.split()
    filters = [
        GopherQualityFilter(),
        GopherRepetitionFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
    ]
    split_into_words("Loads the tokenizer.")
    print(json.dumps({"ready": version("datatrove")}), flush=True)
    for _ in sys.stdin:
        # Words of the last few texts are remembered, as they are where the classes follow each other in a pipeline.
        split_into_parts.cache_clear()
        start = time.process_time()
        verdicts = []
        for text in texts:
            each = []
            for rule in filters:
                kept = rule.filter(Document(text=text, id="1"))
                each.append(None if kept is True else kept[1])
            verdicts.append(each)
        seconds = time.process_time() - start
        print(json.dumps({"cpuSeconds": seconds, "verdicts": verdicts}), flush=True)


main()
