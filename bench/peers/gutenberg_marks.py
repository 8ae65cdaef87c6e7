"""Words of Project Gutenberg texts between marks given by hand, by Python alone.

    python3 bench/peers/gutenberg_marks.py TEXT ENCODING FIRST LAST

Words from the last line that is FIRST to the end of the last line that is LAST (both stripped),
without lines in square brackets.
"""
import json
import sys

path, encoding, first, last = sys.argv[1:]
lines = open(path, encoding=encoding, newline="").read().replace("\r\n", "\n").split("\n")
starts = [i for i, line in enumerate(lines) if line.strip() == first]
ends = [i for i, line in enumerate(lines) if line.strip() == last]
body = "\n".join(lines[starts[-1] : ends[-1] + 1])
kept = [block for block in body.split("\n\n") if not block.strip().startswith(("[Illustration", "[Footnote"))]
print(json.dumps({"words": sum(len(block.split()) for block in kept), "characters": len(open(path, "rb").read())}))
