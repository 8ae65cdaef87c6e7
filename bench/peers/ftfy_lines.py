"""Repairs the encoding of lines with ftfy and nothing else: JSON strings in, JSON strings out, one a line.

pip install ftfy
"""

import json
import sys

import ftfy

CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
    fix_c1_controls=False,
)

for line in sys.stdin:
    print(json.dumps(ftfy.fix_encoding(json.loads(line), CONFIG)))
