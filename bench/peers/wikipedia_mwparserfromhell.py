"""What mwparserfromhell makes of the pages of a dump, and what stands in each kind of element.

    python3 bench/peers/wikipedia_mwparserfromhell.py DUMP.xml.bz2 [--counts]

Needs `pip install mwparserfromhell`. Writes a JSON object a line: {"key", "strip", "kinds"}, where
`strip` is strip_code() of the whole page and `kinds` the texts of its elements, each counted once (a
template in a reference is a reference). With --counts: the pages by kind and nothing else.
"""
import bz2
import json
import re
import sys
import xml.etree.ElementTree as ET

path = sys.argv[1]
opener = bz2.open if path.endswith(".bz2") else open
FILE = re.compile(r"^\s*:?(file|image):", re.I)


def pages():
    with opener(path, "rb") as stream:
        for _, element in ET.iterparse(stream):
            if element.tag.rsplit("}", 1)[-1] == "page":
                space = element.tag[: element.tag.index("}") + 1] if "}" in element.tag else ""
                yield lambda name: element.find("/".join(space + part for part in name.split("/")))
                element.clear()


def take(code, nodes, text, found):
    for node in nodes:
        try:
            found.append(text(node))
            code.remove(node)
        except ValueError:
            pass  # Removed with an element around it.


def kinds(wikitext):
    code = mw.parse(wikitext)
    found = {name: [] for name in ["references", "tables", "captions", "math", "templates", "lists", "headings", "prose"]}
    plain = lambda inner: mw.parse(str(inner)).strip_code() if inner is not None else ""
    tags = lambda *names: [t for t in code.filter_tags(recursive=True) if str(t.tag).lower().strip() in names]
    take(code, tags("ref"), lambda t: plain(t.contents), found["references"])
    take(code, tags("table"), lambda t: plain(t.contents), found["tables"])
    images = [link for link in code.filter_wikilinks(recursive=True) if FILE.match(str(link.title))]
    take(code, images, lambda l: plain(str(l.text).split("|")[-1]) if l.text else "", found["captions"])
    take(code, tags("gallery"), lambda t: str(t.contents), found["captions"])
    take(code, tags("math"), lambda t: str(t.contents), found["math"])
    templates = code.filter_templates(recursive=code.RECURSE_OTHERS)
    take(code, templates, lambda t: " ".join(plain(p.value) for p in t.params), found["templates"])
    for line in str(code).split("\n"):
        line = line.strip()
        kind = "headings" if re.match(r"=+[^=].*=+$", line) else "lists" if re.match(r"[*#;]", line) else "prose"
        if not re.match(r"\[\[(Category|[a-z-]{2,12}):", line):
            found[kind].append(plain(line.strip("=*#:; ")))
    return found


if "--counts" in sys.argv:
    counts = {}
    for get in pages():
        kind = "not-an-article" if get("ns").text != "0" else "redirect" if get("redirect") is not None else "record"
        counts[kind] = counts.get(kind, 0) + 1
    print(json.dumps(counts, sort_keys=True))
else:
    import mwparserfromhell as mw

    for get in pages():
        if get("ns").text == "0" and get("redirect") is None:
            text = get("revision/text").text or ""
            key = get("id").text + ":" + get("revision/id").text
            print(json.dumps({"key": key, "strip": mw.parse(text).strip_code(), "kinds": kinds(text)}))
