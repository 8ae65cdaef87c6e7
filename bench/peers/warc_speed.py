"""Reads WARC files with a Python reader each time a line comes on standard input, and prints what it took.

Usage: python warc_speed.py fastwarc|warcio FILE...

Prints {"ready": VERSION} once it is loaded, then, for each line read, {"records", "payloadBytes", "cpuSeconds"}.
HTTP is parsed and codings are removed, as a reader of pages needs; every payload is read to its end.
"""
import json
import sys
import time
from importlib.metadata import version


def read_fastwarc(path):
    from fastwarc.warc import ArchiveIterator

    records = size = 0
    for record in ArchiveIterator(path, parse_http=True, auto_decode="all"):
        if record.headers.get("WARC-Type") == "response" and record.is_http:
            records += 1
            size += len(record.reader.read())
    return records, size


def read_warcio(path):
    from warcio.archiveiterator import ArchiveIterator

    records = size = 0
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response" and record.http_headers is not None:
                records += 1
                size += len(record.content_stream().read())
    return records, size


def main():
    name, files = sys.argv[1], sys.argv[2:]
    read = {"fastwarc": read_fastwarc, "warcio": read_warcio}[name]
    __import__(name)
    print(json.dumps({"ready": version(name)}), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        counts = [read(path) for path in files]
        seconds = time.process_time() - start
        row = {"records": sum(c[0] for c in counts), "payloadBytes": sum(c[1] for c in counts)}
        print(json.dumps({**row, "cpuSeconds": seconds}), flush=True)


main()
