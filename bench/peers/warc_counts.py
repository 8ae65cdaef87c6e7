"""Counts the records of WARC files by type, and the bytes of their HTTP payloads, as warcio and fastwarc see them.

Usage: python warc_counts.py FILE...   (needs: pip install warcio fastwarc brotli zstandard)

Prints one JSON line a file and reader: {"file", "reader", "types": {TYPE: records}, "httpRecords", "payloadBytes"}.
Payloads are those of `response` records that hold HTTP, with transfer and content codings removed.
"""
import json
import os
import sys

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator


def by_warcio(path):
    types, records, size = {}, 0, 0
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream):
            types[record.rec_type] = types.get(record.rec_type, 0) + 1
            if record.rec_type == "response" and record.http_headers is not None:
                records += 1
                size += len(record.content_stream().read())
    return types, records, size


def by_fastwarc(path):
    types, records, size = {}, 0, 0
    for record in FastIterator(path, parse_http=True, auto_decode="all"):
        name = record.headers["WARC-Type"]
        types[name] = types.get(name, 0) + 1
        if name == "response" and record.is_http:
            records += 1
            size += len(record.reader.read())
    return types, records, size


for path in sys.argv[1:]:
    for name, count in (("warcio", by_warcio), ("fastwarc", by_fastwarc)):
        types, records, size = count(path)
        row = {"file": os.path.basename(path), "reader": name, "types": dict(sorted(types.items()))}
        print(json.dumps({**row, "httpRecords": records, "payloadBytes": size}))
