"""Writes test/golden/spark-features.jsonl.gz: what Spark's Tokenizer and HashingTF make of texts drawn by seed.

Usage: python scripts/spark-features.py OUT
Needs: pip install pyspark==3.5.3, Java 17

Each line is {"text", "tokens", "features": [[number, count], ...]}, features in order, of 2^18.
"""
import gzip
import json
import random
import sys

from pyspark.ml.feature import HashingTF, Tokenizer
from pyspark.sql import SparkSession

WORDS = """the The THE of and a I it's it’s don't e-mail www.example.org 3.14 2,000 #1 C++ __init__ x
Straße STRASSE ẞ Äpfel ÉCOLE naïve Ærø İstanbul ISPARTA ılık ΟΔΟΣ Οδός ΣΟΦΟΣ ΑΣ. Σ σ ς Привет МИР Ёлка ЇЖАК
שלום עולם السلام عليكم ١٢٣ नमस्ते दुनिया हिन्दी สวัสดี ภาษาไทย ខ្មែរ မြန်မာ ລາວ 你好 世界 中文分词 漢字 日本語 カタカナ ひらがな 한국어 안녕하세요
😀 👩‍💻 𝔘𝔫𝔦 𐐀𐐁 𠀀 Ⅷ ² ǅ Ⱥ K ﬁ e\u0301 a\u0308 \u200d \ufeff \u00ad abc\u00a0def abc\u3000def abc\u2028def abc\u0085def abc\u001cdef abc\u200bdef""".split(" ")
WORDS = [word for line in WORDS for word in line.split("\n")]
GAPS = [" ", " ", " ", " ", "  ", "\t", "\n", "\r\n", "\x0b", "\x0c", "\u00a0", "\u2003", ""]


def texts():
    draw = random.Random(20260923)
    yield from ["", " ", "  ", "\t\n", " a", "a ", " a  b ", "\x0ba", "\u00a0", "A\u00a0"]
    while True:
        count = draw.randrange(1, 14)
        text = "".join(draw.choice(WORDS) + draw.choice(GAPS) for _ in range(count))
        yield text if draw.random() < 0.8 else draw.choice(GAPS) + text


def main():
    some = texts()
    rows = [(next(some),) for _ in range(1000)]
    spark = SparkSession.builder.master("local[1]").getOrCreate()
    frame = spark.createDataFrame(rows, ["text"]).coalesce(1)
    frame = Tokenizer(inputCol="text", outputCol="tokens").transform(frame)
    frame = HashingTF(inputCol="tokens", outputCol="features", numFeatures=1 << 18).transform(frame)
    # A fixed time and no name in the header: the same bytes each time.
    with gzip.GzipFile(sys.argv[1], "wb", 9, mtime=0) as out:
        for row in frame.collect():
            features = [[int(i), int(n)] for i, n in zip(row.features.indices, row.features.values)]
            line = {"text": row.text, "tokens": row.tokens, "features": features}
            out.write((json.dumps(line, ensure_ascii=False) + "\n").encode())


main()
