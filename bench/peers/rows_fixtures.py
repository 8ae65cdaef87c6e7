"""Writes the Parquet and CSV files of test/golden/rows, and what pyarrow and Python's csv read of them.

Usage: python rows_fixtures.py ../../test/golden/rows   (needs: pip install pyarrow; written with 26.0.1)

expected.json: {FILE: {"rows": number, "sha256": of the rows as JSON lines with sorted keys, "first": row, "last": row}}
Values as Tilth writes them: whole numbers beyond 2^53 as text, dates as ISO 8601 with milliseconds, bytes in base64.
"""
import base64
import csv
import datetime
import hashlib
import json
import math
import sys

import pyarrow as pa
import pyarrow.parquet as pq

WORDS = "tilth is soil that is ready for seed: loose, moist and rich, worked but not worn".split()


def plain(value):
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 - 1 else str(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, datetime.date):
        return value.isoformat() + "T00:00:00.000Z"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    raise TypeError(type(value))


def summary(rows):
    rows = [plain(row) for row in rows]
    lines = [json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for row in rows]
    digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    return {"rows": len(rows), "sha256": digest, "first": rows[0], "last": rows[-1]}


def text(i):
    return " ".join(WORDS[(i * 7 + k * k) % len(WORDS)] for k in range(5 + i % 40)) + f" — {i} é"


def flat(count):
    return pa.table({
        "id": [f"doc-{i}" for i in range(count)],
        "content": [text(i) for i in range(count)],
        "lang": ["en" if i % 10 else None for i in range(count)],
        "score": [i / 4 for i in range(count)],
        "tokens": pa.array([i for i in range(count)], pa.int32()),
    })


def types(count):
    instant = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)
    return pa.table({
        "id": pa.array([2**53 + i if i % 2 else i for i in range(count)], pa.int64()),
        "text": [text(i) if i % 7 else None for i in range(count)],
        "flag": [i % 3 == 0 for i in range(count)],
        "when": pa.array([instant + datetime.timedelta(hours=i) for i in range(count)], pa.timestamp("us")),
        "day": pa.array([datetime.date(1970, 1, 1) + datetime.timedelta(days=i * 37) for i in range(count)]),
        "raw": pa.array([bytes([i % 256, 255, 0]) for i in range(count)], pa.binary()),
        "nan": [float("nan") if i % 2 else 0.5 for i in range(count)],
        "tags": pa.array([[f"t{j}" for j in range(i % 4)] if i % 5 else None for i in range(count)], pa.list_(pa.string())),
        "meta": pa.array(
            [{"url": f"https://example.org/{i}", "deep": {"n": i}} if i % 6 else None for i in range(count)],
            pa.struct([("url", pa.string()), ("deep", pa.struct([("n", pa.int32())]))]),
        ),
        "pairs": pa.array(
            [[{"k": j, "v": [str(j)] * (j % 3)} for j in range(i % 3)] for i in range(count)],
            pa.list_(pa.struct([("k", pa.int32()), ("v", pa.list_(pa.string()))])),
        ),
    })


def write_parquet(folder, expected):
    small_pages = {"data_page_size": 512, "write_batch_size": 16, "row_group_size": 150}
    for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
        name = f"flat-{codec}.parquet"
        pq.write_table(flat(400), f"{folder}/{name}", compression=codec, write_page_checksum=True, **small_pages)
        expected[name] = summary(pq.read_table(f"{folder}/{name}").to_pylist())
    for version in ["1.0", "2.0"]:
        name = f"types-v{version[0]}.parquet"
        pq.write_table(types(200), f"{folder}/{name}", data_page_version=version, compression="zstd", **small_pages)
        expected[name] = summary(pq.read_table(f"{folder}/{name}").to_pylist())


CSV = (
    "\ufeffid,content,note\r\n"
    "1,plain,\r\n"
    '2,"quoted, with ""marks""",x\r\n'
    "\r\n"
    '3,"two\r\nlines\n\nand a blank one",y\r\n'
    "4,é — ünï,\r\n"
    '5,"","z"\r\n'
    "6,last without a line end,"
)


def write_csv(folder, expected):
    with open(f"{folder}/quoted.csv", "w", newline="", encoding="utf-8") as out:
        out.write(CSV)
    with open(f"{folder}/quoted.csv", newline="", encoding="utf-8-sig") as file:
        expected["quoted.csv"] = summary(list(csv.DictReader(file)))


def main():
    folder, expected = sys.argv[1], {}
    write_parquet(folder, expected)
    write_csv(folder, expected)
    with open(f"{folder}/expected.json", "w", encoding="utf-8") as out:
        json.dump(expected, out, indent=1, ensure_ascii=False, sort_keys=True)
        out.write("\n")


main()
