"""Sketches texts each time a line comes on standard input.

Usage: python minhash_speed.py rensa|datatrove TEXTS PAIRS
Needs: pip install rensa==0.5.0, or datatrove==0.10.1 tokenizers

TEXTS has one JSON string a line, PAIRS two numbers of lines a line. Prints {"ready": VERSION} once all is loaded, then,
for each line read, {"cpuSeconds", "readySeconds", "met"}: "met" has a 1 for each pair that has one of 14 bands of 8 values
in common; "readySeconds" is the time of rensa when its strings are ready.

rensa is given 5-grams, as strings, of words by the regular expression \\w+ in lower case. datatrove's class simplifies the
text itself and cuts it at white space; its own word tokenizer, spaCy, would be slower.
"""
import json
import re
import sys
import time
from importlib.metadata import version

BANDS, ROWS, NGRAM = 14, 8, 5
WORD = re.compile(r"\w+")


def rensa_pass(texts):
    from rensa import RMinHash

    start = time.process_time()
    grams = []
    for text in texts:
        words = WORD.findall(text.lower())
        grams.append([" ".join(words[at : at + NGRAM]) for at in range(len(words) - NGRAM + 1)])
    middle = time.process_time()
    signatures = []
    for each in grams:
        if each:
            sketch = RMinHash(num_perm=BANDS * ROWS, seed=42)
            sketch.update(each)
            signatures.append(sketch.digest())
        else:
            signatures.append(None)
    end = time.process_time()
    return end - start, end - middle, signatures


def datatrove_pass(texts, step):
    start = time.process_time()
    signatures = []
    for text in texts:
        shingles = step.get_shingles(text)
        if shingles.size:
            signatures.append([value for band in step.get_signature(shingles) for value in band])
        else:
            signatures.append(None)
    return time.process_time() - start, None, signatures


def datatrove_step():
    import tempfile

    import datatrove.pipeline.dedup.minhash as minhash

    class Words:
        def word_tokenize(self, text):
            return text.split()

    minhash.load_word_tokenizer = lambda language: Words()
    return minhash.MinhashDedupSignature(tempfile.mkdtemp())


def have_band_in_common(a, b):
    if a is None or b is None:
        return 0
    for at in range(0, BANDS * ROWS, ROWS):
        if a[at : at + ROWS] == b[at : at + ROWS]:
            return 1
    return 0


def main():
    peer, texts, pairs = sys.argv[1:]
    texts = [json.loads(line) for line in open(texts, encoding="utf8")]
    pairs = [[int(number) for number in line.split()] for line in open(pairs)]
    step = datatrove_step() if peer == "datatrove" else None
    print(json.dumps({"ready": version(peer)}), flush=True)
    for _ in sys.stdin:
        whole, ready, signatures = rensa_pass(texts) if step is None else datatrove_pass(texts, step)
        met = [have_band_in_common(signatures[a], signatures[b]) for a, b in pairs]
        print(json.dumps({"cpuSeconds": whole, "readySeconds": ready, "met": met}), flush=True)


main()
