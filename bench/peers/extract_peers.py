"""Runs a Python extractor over pages, beside which bench/extract.ts measures ours.

Usage:
  extract_peers.py serve PEER PAGES    a pass over all pages for each line on standard input; prints what it took
  extract_peers.py predict PEER PAGES  prints {"id", "text"} for each page
  extract_peers.py once PEER FOLDER    a pass over a folder of pages in a fresh process, for the cost of a cold start
  extract_peers.py cpu COMMAND...      runs a command and prints the CPU seconds of its whole process

PEER is trafilatura or resiliparse. PAGES is a file of lines {"id", "html_base64"}: bytes in, text out, so that the
decoding, from UTF-8 as it is known to be, is part of what is timed.
"""
import base64
import json
import os
import sys
import time
from importlib.metadata import version


def load(peer):
    if peer == "resiliparse":
        from resiliparse.extract.html2text import extract_plain_text

        return lambda page: extract_plain_text(page.decode("utf-8", "replace"), main_content=True)
    from trafilatura import extract

    # As its own evaluation runs it: no comments, tables kept.
    return lambda page: extract(page.decode("utf-8", "replace"), include_comments=False) or ""


def read_pages(path):
    with open(path, "rb") as lines:
        rows = map(json.loads, lines)
        return [(row["id"], base64.b64decode(row["html_base64"])) for row in rows]


def text_of(extract, page):
    try:
        return extract(page)
    except Exception:  # A page that an extractor cannot read scores as an empty one.
        return ""


def serve(peer, path):
    extract, pages = load(peer), read_pages(path)
    print(json.dumps({"ready": version(peer)}), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        characters = sum(len(text_of(extract, page)) for _, page in pages)
        seconds = time.process_time() - start
        print(json.dumps({"characters": characters, "cpuSeconds": seconds}), flush=True)


def main():
    mode, *arguments = sys.argv[1:]
    if mode == "cpu":
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.execvp(arguments[0], arguments)
        _, status, usage = os.wait4(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "cpuSeconds": usage.ru_utime + usage.ru_stime}))
        return
    peer, path = arguments
    if mode == "serve":
        serve(peer, path)
    elif mode == "predict":
        extract = load(peer)
        for name, page in read_pages(path):
            print(json.dumps({"id": name, "text": text_of(extract, page)}))
    elif mode == "once":
        extract = load(peer)
        for name in sorted(os.listdir(path)):
            with open(os.path.join(path, name), "rb") as page:
                print(len(text_of(extract, page.read())))
    else:
        sys.exit(__doc__)


main()
