"""Writes test/golden/wikipedia: small dumps made with Python's bz2, and what is in them.

    python3 bench/peers/wikipedia_fixtures.py

multistream: three streams of pages, one page lying across two streams, an empty stream between.
single: one stream of several 100 kB blocks. damaged: the same with one byte of a middle block
changed. cut: the same without its last third. bomb: a page of 40 MB without an end. Pages are made up; the seed is fixed.
"""
import bz2
import hashlib
import json
import pathlib
import random
from xml.sax.saxutils import escape

out = pathlib.Path(__file__).parents[2] / "test" / "golden" / "wikipedia"
out.mkdir(parents=True, exist_ok=True)
random.seed(7)
WORDS = "soil seed rain root leaf grain field plough harrow barley — Tübingen 麦 & <br/> [[link]] ''it''".split()
HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Fieldpedia</sitename>
    <base>https://field.example/wiki/Main_Page</base>
  </siteinfo>
"""
TAIL = "</mediawiki>\n"


def page(number, words, ns=0, redirect=None):
    text = f"#REDIRECT [[{redirect}]]" if redirect else " ".join(random.choice(WORDS) for _ in range(words))
    title = ("Talk:" if ns else "") + f"Field & plough {number}"
    moved = f'    <redirect title="{redirect}" />\n' if redirect else ""
    xml = (
        f"  <page>\n    <title>{escape(title)}</title>\n    <ns>{ns}</ns>\n    <id>{number}</id>\n{moved}"
        f"    <revision>\n      <id>{number + 1000}</id>\n      <timestamp>2020-01-{number % 28 + 1:02d}T00:00:00Z</timestamp>\n"
        f"      <contributor><username>A</username><id>9</id></contributor>\n      <model>wikitext</model>\n"
        f'      <text bytes="{len(text.encode())}" xml:space="preserve">{escape(text)}</text>\n    </revision>\n  </page>\n'
    )
    kind = "not-an-article" if ns else "redirect" if redirect else "record"
    return xml.encode(), {"kind": kind, "key": f"{number}:{number + 1000}", "sha1": hashlib.sha1(text.encode()).hexdigest()}


small = [page(1, 40), page(2, 30, redirect="Field & plough 1"), page(3, 60), page(4, 20, ns=1), page(5, 50), page(6, 10)]
xml = b"".join(p for p, _ in small)
across = xml.index(b"<id>5</id>")
streams = [HEAD.encode(), small[0][0] + small[1][0] + small[2][0][:3], small[2][0][3:] + xml[xml.index(b"  <page>\n    <title>Talk"):across], b"", xml[across:], TAIL.encode()]
assert b"".join(streams) == HEAD.encode() + xml + TAIL.encode()
(out / "multistream.xml.bz2").write_bytes(b"".join(bz2.compress(s, 9) for s in streams))
(out / "plain.xml").write_bytes(HEAD.encode() + xml + TAIL.encode())
large = [page(100 + n, 3000) for n in range(22)]
single = bz2.compress(HEAD.encode() + b"".join(p for p, _ in large) + TAIL.encode(), 1)
(out / "single.xml.bz2").write_bytes(single)
damaged = bytearray(single)
damaged[len(single) // 2] ^= 0x55
(out / "damaged.xml.bz2").write_bytes(bytes(damaged))
(out / "cut.xml.bz2").write_bytes(single[: len(single) * 2 // 3])
(out / "bomb.xml.bz2").write_bytes(bz2.compress(HEAD.encode() + b"<page><title>" + b"a" * 40_000_000))
expected = {"small": [e for _, e in small], "large": [e for _, e in large]}
(out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
print({p.name: p.stat().st_size for p in sorted(out.iterdir())})
