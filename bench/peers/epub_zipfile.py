"""Counts of EPUB files by Python's zipfile and ElementTree alone.

    python3 bench/peers/epub_zipfile.py BOOK.epub ...

A JSON object a book: documents of the spine, linear ones, words of each document's body in total, and
words of the documents whose body says bodymatter, without note references.
"""
import json
import posixpath
import sys
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile

OPF = "{http://www.idpf.org/2007/opf}"
HTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"


def text(element):
    if "noteref" in (element.get(TYPE) or ""):
        return element.tail or ""
    parts = [element.text or ""] + [text(child) for child in element]
    space = "" if element.tag.rsplit("}")[-1] in ("a", "abbr", "b", "em", "i", "span", "strong", "time", "sup", "cite", "q", "u", "small", "sub") else " "
    return space + "".join(parts) + space + (element.tail or "")


def words(string):
    for mark in "\u00ad\u200a\u200b\u2060\ufeff":
        string = string.replace(mark, "")
    return len(string.split())


for path in sys.argv[1:]:
    book = zipfile.ZipFile(path)
    container = ET.fromstring(book.read("META-INF/container.xml"))
    opf = next(e.get("full-path") for e in container.iter() if e.tag.endswith("rootfile"))
    package = ET.fromstring(book.read(opf))
    items = {i.get("id"): i.get("href") for i in package.iter(OPF + "item")}
    refs = list(package.iter(OPF + "itemref"))
    total = body = 0
    for ref in refs:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(opf), urllib.parse.unquote(items[ref.get("idref")])))
        element = ET.fromstring(book.read(name)).find(HTML + "body")
        count = words(text(element))
        total += count
        if "bodymatter" in (element.get(TYPE) or ""):
            body += count
    print(json.dumps({"book": posixpath.basename(path), "spine": len(refs), "linear": sum(r.get("linear") != "no" for r in refs), "words": total, "bodyWords": body}))
