"""Makes test/golden/ccnet: a small ARPA model of our own text, and what KenLM and CCNet say under it.

    pip install kenlm
    PYTHONPATH=FOLDER python3 scripts/ccnet-golden.py

FOLDER holds cc_net/text_normalizer.py of CCNet. The model is a trigram model with absolute discounting.
"""

import gzip
import json
import math
import random
from collections import Counter, defaultdict
from pathlib import Path

import kenlm
import text_normalizer

GOLDEN = Path("test/golden/ccnet")
DISCOUNT = 0.5
ORDER = 3


def sentences():
    for path in sorted(Path("docs/decisions").glob("000[13]*.md")):
        for line in path.read_text().split("\n"):
            words = text_normalizer.normalize(line).split()
            if words:
                yield ["<s>", *words, "</s>"]


def estimate(lines):
    """n-gram -> (log10 probability, log10 back-off) by length, with leftover mass on shorter ones."""
    counts = [Counter() for _ in range(ORDER + 1)]
    for line in lines:
        for n in range(1, ORDER + 1):
            counts[n].update(tuple(line[i : i + n]) for i in range(len(line) - n + 1))
    del counts[1][("<s>",)]
    probability = {}
    backoff = defaultdict(lambda: 1.0)
    total = sum(counts[1].values())
    for gram, count in counts[1].items():
        probability[gram] = (count - DISCOUNT) / total
    probability[("<unk>",)] = DISCOUNT * len(counts[1]) / total

    def p(gram):
        if gram in probability:
            return probability[gram]
        return backoff[gram[:-1]] * p(gram[1:])

    for n in range(2, ORDER + 1):
        followers = defaultdict(list)
        for gram, count in counts[n].items():
            followers[gram[:-1]].append((gram, count))
        for context, grams in followers.items():
            seen = sum(count for _, count in grams)
            lower = sum(p(gram[1:]) for gram, _ in grams)
            for gram, count in grams:
                probability[gram] = (count - DISCOUNT) / seen
            backoff[context] = (DISCOUNT * len(grams) / seen) / (1 - lower)
    return probability, backoff


def write_arpa(path, probability, backoff):
    probability = {**probability, ("<s>",): 10**-99}
    with open(path, "w") as out:
        out.write("\\data\\\n")
        by_length = {n: sorted(g for g in probability if len(g) == n) for n in range(1, ORDER + 1)}
        for n, grams in by_length.items():
            out.write(f"ngram {n}={len(grams)}\n")
        for n, grams in by_length.items():
            out.write(f"\n\\{n}-grams:\n")
            for gram in grams:
                tail = "" if n == ORDER or gram not in backoff else f"\t{math.log10(backoff[gram]):.7g}"
                out.write(f"{math.log10(probability[gram]):.7g}\t{' '.join(gram)}{tail}\n")
        out.write("\n\\end\\\n")


def perplexity(model, text):
    """As DocLM computes it."""
    score, length = 0, 0
    for line in text.split("\n"):
        line = text_normalizer.normalize(line)
        score += model.score(line)
        length += len(line.split()) + 1
    return round(10.0 ** (-score / length), 1)


def texts():
    random.seed(1)
    own = [line for path in sorted(Path("docs").rglob("*.md")) for line in path.read_text().split("\n")]
    words = " ".join(own).split()
    for size in (1, 2, 5, 20, 60):
        for _ in range(40):
            at = random.randrange(len(own) - size)
            yield "\n".join(own[at : at + size])
        for _ in range(30):
            yield " ".join(random.choice(words) for _ in range(size))
    yield "\n"
    yield " \n\n "
    yield "<s> <unk> </s> <UNK> <S>"
    yield "ÉCOLE naïve Ωμέγας İstanbul ß ﬁ 12,5 % ٣٤ १२ ４"
    yield "“Quoted” — „so“ … «там» （全角）１２。、！？ 「引用」 ► ◆ ～"
    yield "a\u00a0document\u2003is a\u3000version\x1cof\x85a\u2028set"
    yield "\x00a\x07document\x7f is\x9f a version\r\nof \ufeffa set\ufeff"
    yield "한국어 텍스트 ไทย ภาษา हिन्दी עִבְרִית"


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    probability, backoff = estimate(list(sentences()))
    arpa = GOLDEN / "model.arpa"
    write_arpa(arpa, probability, backoff)
    model = kenlm.Model(str(arpa))
    cases = []
    for text in texts():
        if text == "":
            continue
        lines = [text_normalizer.normalize(line) for line in text.split("\n")]
        cases.append(
            {"text": text, "lines": lines, "scores": [model.score(line) for line in lines], "perplexity": perplexity(model, text)}
        )
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    (GOLDEN / "expected.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    print(len(cases), "texts,", sum(len(case["lines"]) for case in cases), "lines")


main()
