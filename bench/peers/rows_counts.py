"""Counts rows as Python reads them: json, csv and pyarrow.

Usage: python rows_counts.py FILE...   (needs: pip install pyarrow zstandard)

Prints one JSON line a file: {"file", "rows", "bytes"} (bytes: of the decompressed lines without line ends, JSON lines only),
and for Reddit submissions "linkPosts" (is_self is false), "scored" (of those, a score of 3 or more) and "rawUrls"
(distinct URLs of the scored ones).
"""
import csv
import gzip
import io
import json
import os
import sys

import pyarrow.parquet
import zstandard


def lines(path):
    if path.endswith(".zst"):
        stream = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(open(path, "rb"), read_across_frames=True)
    else:
        stream = gzip.open(path) if path.endswith(".gz") else open(path, "rb")
    return io.BufferedReader(stream)


def count_json(path):
    rows, size, scored = [], 0, []
    for line in lines(path):
        if line.strip():
            rows.append(json.loads(line))
            size += len(line.rstrip(b"\r\n"))
    result = {"rows": len(rows), "bytes": size}
    if any("is_self" in row for row in rows):
        links = [row for row in rows if row["is_self"] is False]
        scored = [row["url"] for row in links if row["score"] >= 3]
        result |= {"linkPosts": len(links), "scored": len(scored), "rawUrls": len(set(scored))}
    return result


def count(path):
    if path.endswith(".parquet"):
        return {"rows": pyarrow.parquet.read_table(path).num_rows}
    if ".csv" in path:
        csv.field_size_limit(2**31 - 1)
        return {"rows": sum(1 for _ in csv.DictReader(io.TextIOWrapper(lines(path), "utf-8-sig", newline="")))}
    return count_json(path)


for name in sys.argv[1:]:
    print(json.dumps({"file": os.path.basename(name), **count(name)}))
