"""Texts, tokenizers, ids and speeds for bench/tokenize.ts.

Usage: python token_ids.py texts OUT                       texts of many languages: translations of Django, as {"language", "text"} lines
       python token_ids.py tokenizers RANKS TEXTS DIR      tokenizer.json files, some of the ranks of tiktoken, some trained on TEXTS
       python token_ids.py ids RANKS TOKENIZER TEXTS OUT   for each text the number of its tokens and the SHA-256 of its ids as u32
       python token_ids.py speed RANKS TOKENIZER TEXTS     a pass over the texts each time a line comes on standard input
Needs: pip install tiktoken==0.14.0 tokenizers==0.23.3 Django polib

RANKS is a folder of .tiktoken files, TOKENIZER the name of an encoding of tiktoken or a tokenizer.json, TEXTS one JSON string a line.
Patterns come from tiktoken itself.
"""
import base64
import hashlib
import json
import pathlib
import sys
import time
from importlib.metadata import version


def read_texts(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def ranks_of(folder, name):
    lines = (pathlib.Path(folder) / f"{name}.tiktoken").read_bytes().split(b"\n")
    return {base64.b64decode(line.split()[0]): int(line.split()[1]) for line in lines if line}


def tiktoken_encoding(folder, name):
    import tiktoken
    import tiktoken_ext.openai_public as public

    public.load_tiktoken_bpe = lambda url, expected_hash=None: ranks_of(folder, url.split("/")[-1].split(".")[0])
    # tiktoken builds gpt2 from another file with the same ids.
    return tiktoken.Encoding(**getattr(public, "r50k_base" if name == "gpt2" else name)())


def encoder_of(folder, name):
    """A function from a text to ids, and the peer with its version."""
    if name.endswith(".json"):
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(name)
        tokenizer.encode_special_tokens = True
        return lambda text: tokenizer.encode(text, add_special_tokens=False).ids, f"tokenizers {version('tokenizers')}"
    encoding = tiktoken_encoding(folder, name)
    return encoding.encode_ordinary, f"tiktoken {version('tiktoken')}"


def write_texts(out):
    import django
    import polib

    with open(out, "w", encoding="utf-8") as file:
        for po in sorted(pathlib.Path(django.__file__).parent.glob("**/locale/*/LC_MESSAGES/django*.po")):
            language = po.parent.parent.name
            found = [text for entry in polib.pofile(str(po)) for text in [entry.msgstr, *entry.msgstr_plural.values()] if text]
            if found:
                file.write(json.dumps({"language": language, "text": "\n".join(found)}) + "\n")


def splits(ranks, token):
    """All two tokens that a token can be made of."""
    halves = [(token[:at], token[at:]) for at in range(1, len(token))]
    return sorted(((a, b) for a, b in halves if a in ranks and b in ranks), key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))


def from_ranks(ranks, pre_tokenizer, whole):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    printable = [byte for byte in range(256) if 0x21 <= byte <= 0x7E or 0xA1 <= byte <= 0xAC or byte >= 0xAE]
    characters, others = {}, 0
    for byte in range(256):
        characters[byte] = chr(byte) if byte in printable else chr(256 + others)
        others += byte not in printable
    text = lambda token: "".join(characters[byte] for byte in token)
    vocabulary = {text(token): rank for token, rank in ranks.items()}
    pairs = [pair for token in sorted(ranks, key=ranks.get) for pair in splits(ranks, token)]
    tokenizer = Tokenizer(models.BPE(vocabulary, [(text(a), text(b)) for a, b in pairs], ignore_merges=whole))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer, decoders.ByteLevel()
    return tokenizer


def write_tokenizers(folder, texts_path, out):
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    out = pathlib.Path(out)
    texts = read_texts(texts_path)
    byte_level = lambda pattern: pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    from_ranks(ranks_of(folder, "r50k_base"), pre_tokenizers.ByteLevel(add_prefix_space=False), False).save(str(out / "gpt2.json"))
    pattern = tiktoken_encoding(folder, "o200k_base")._pat_str
    from_ranks(ranks_of(folder, "o200k_base"), byte_level(pattern), True).save(str(out / "o200k.json"))
    trained = {
        "bert": (models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=8000, special_tokens=["[UNK]"], show_progress=False), normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()),
        "unigram": (models.Unigram(), trainers.UnigramTrainer(vocab_size=8000, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False), normalizers.NFKC(), pre_tokenizers.Metaspace()),
        "llama2": (models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True), trainers.BpeTrainer(vocab_size=8000, special_tokens=["<unk>"] + [f"<0x{b:02X}>" for b in range(256)], limit_alphabet=1500, show_progress=False), None, pre_tokenizers.Metaspace()),
    }
    for name, (model, trainer, normalizer, pre_tokenizer) in trained.items():
        tokenizer = Tokenizer(model)
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        tokenizer.pre_tokenizer = pre_tokenizer
        tokenizer.train_from_iterator(texts[::40], trainer)
        data = json.loads(tokenizer.to_str())
        if name == "llama2":
            # As published: a text is one word, and spaces are signs of it.
            data["pre_tokenizer"] = None
            data["normalizer"] = {"type": "Sequence", "normalizers": [
                {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
        (out / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")


def write_ids(folder, name, texts_path, out):
    encode, _ = encoder_of(folder, name)
    with open(out, "w") as file:
        for text in read_texts(texts_path):
            ids = encode(text)
            digest = hashlib.sha256(b"".join(each.to_bytes(4, "little") for each in ids)).hexdigest()
            file.write(f"{len(ids)} {digest}\n")


def speed(folder, name, texts_path):
    texts = read_texts(texts_path)
    encode, peer = encoder_of(folder, name)
    print(json.dumps({"ready": peer}), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        tokens = sum(len(encode(text)) for text in texts)
        print(json.dumps({"cpuSeconds": time.process_time() - start, "tokens": tokens}), flush=True)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"texts": write_texts, "tokenizers": write_tokenizers, "ids": write_ids, "speed": speed}[command](*arguments)
