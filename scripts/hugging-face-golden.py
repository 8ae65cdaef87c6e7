"""Small tokenizers of every supported part, and the ids and texts that tokenizers gives for test/golden/tokens/texts.json.

    python scripts/hugging-face-golden.py

Special tokens in the texts are ordinary text (encode_special_tokens), and none is added. The rules of normalization of the
Precompiled part are made by sentencepiece.
"""

import base64
import gzip
import io
import json
import pathlib
import tempfile

import sentencepiece
import sentencepiece.sentencepiece_model_pb2 as sentencepiece_model
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'test' / 'golden' / 'tokens'
TEXTS = [text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace') for text in json.loads((GOLDEN / 'texts.json').read_text())]
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace(r'\p{N}{1,3}', r'\p{N}')
WORD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
UPPER, LOWER = r'[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]', r'[\p{Ll}\p{Lm}\p{Lo}\p{M}]'
O200K = '|'.join([
    rf'[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{WORD}', rf'[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{WORD}',
    r'\p{N}{1,3}', r' ?[^\s\p{L}\p{N}]+[\r\n/]*', r'\s*[\r\n]+', r'\s+(?!\S)', r'\s+'])
POSSESSIVE = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
BYTES = pre_tokenizers.ByteLevel.alphabet()


def split(pattern, behavior='isolated', invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def byte_level(*before, prefix=False, regex=False):
    return pre_tokenizers.Sequence([*before, pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=regex)])


def trained(model, trainer, normalizer=None, pre=None, decoder=None, added=()):
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre is not None:
        tokenizer.pre_tokenizer = pre
    if decoder is not None:
        tokenizer.decoder = decoder
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    if added:
        tokenizer.add_tokens(list(added))
    return tokenizer


def bpe(pre, size=500, normalizer=None, added=(), **model):
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=BYTES, special_tokens=['<|endoftext|>'], show_progress=False)
    return trained(models.BPE(**model), trainer, normalizer, pre, decoders.ByteLevel(), added)


def changed(tokenizer, change):
    """The same with its JSON changed, where Python has no way to say it."""
    data = json.loads(tokenizer.to_str())
    change(data)
    return Tokenizer.from_str(json.dumps(data))


def sentence_pieces(pre, normalizer, decoder, split_off=False):
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=['<unk>', '<s>', '</s>'] + [f'<0x{b:02X}>' for b in range(256)], limit_alphabet=150, show_progress=False)
    tokenizer = trained(models.BPE(unk_token='<unk>', fuse_unk=True, byte_fallback=True), trainer, normalizer, pre_tokenizers.Metaspace(), decoder)
    tokenizer.pre_tokenizer = pre if pre is not None else tokenizer.pre_tokenizer

    def change(data):
        if pre is None:
            data['pre_tokenizer'] = None
    return changed(tokenizer, change)


def charsmap():
    with tempfile.NamedTemporaryFile('w', suffix='.tsv') as rules:
        # A few rules of each kind: one to one, one to many, many to one, to nothing.
        for source, target in [('FB01', '66 69'), ('FF41', '61'), ('FF42', '62'), ('2460', '31'), ('65 301', 'E9'), ('A0', '20'), ('3000', '20'), ('200B', ''), ('FEFF', ''), ('AC00', '1100 1161'), ('338F', '6B 67'), ('1F600', '3A 29')]:
            rules.write(f'{source}\t{target}\n')
        rules.flush()
        out = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(['a b c d e f g h'] * 50), model_writer=out, vocab_size=14, model_type='char',
            normalization_rule_tsv=rules.name, hard_vocab_limit=False, minloglevel=2)
    model = sentencepiece_model.ModelProto()
    model.ParseFromString(out.getvalue())
    return model.normalizer_spec.precompiled_charsmap


def tokenizers_by_name():
    yield 'gpt2', bpe(pre_tokenizers.ByteLevel(add_prefix_space=False))
    yield 'gpt2-prefix-added', bpe(pre_tokenizers.ByteLevel(add_prefix_space=True), added=[
        AddedToken('  ', normalized=True), AddedToken('quick', single_word=True), AddedToken('fox', lstrip=True, rstrip=True, normalized=False), AddedToken('<|im_start|>', special=True), AddedToken('///', normalized=False)])
    yield 'llama3', bpe(byte_level(split(LLAMA3)), ignore_merges=True)
    yield 'qwen', bpe(byte_level(split(QWEN)), normalizer=normalizers.NFC())
    yield 'o200k', bpe(byte_level(split(O200K)), size=700)
    yield 'possessive', bpe(byte_level(split(POSSESSIVE)))
    yield 'digits', bpe(byte_level(pre_tokenizers.Digits(individual_digits=True), regex=True))
    yield 'falcon', bpe(byte_level(pre_tokenizers.Punctuation('contiguous'), pre_tokenizers.Digits(False), split('[0-9][0-9][0-9]')))
    yield 'merged-with-next', bpe(byte_level(split(r'\s+', 'merged_with_next'), split(r'[,.]', 'merged_with_previous'), split(r'\w+|[^\w\s]+', 'contiguous', True)))
    yield 'nfkc-without-bytes', trained(models.BPE(unk_token='?'), trainers.BpeTrainer(vocab_size=300, special_tokens=['?'], limit_alphabet=60, show_progress=False), normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]), pre_tokenizers.ByteLevel(), decoders.ByteLevel())
    llama = decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0)])
    yield 'llama2', sentence_pieces(None, normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')]), llama)
    yield 'mistral', sentence_pieces(pre_tokenizers.Metaspace(prepend_scheme='first', split=False), normalizers.Replace(Regex(' {2,}'), '  '), llama)
    yield 'clip', trained(models.BPE(unk_token='<unk>', end_of_word_suffix='</w>'), trainers.BpeTrainer(vocab_size=400, special_tokens=['<unk>'], limit_alphabet=120, end_of_word_suffix='</w>', show_progress=False), normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Lowercase()]), split(r"'s|'t|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", 'removed', True), decoders.BPEDecoder('</w>'))
    yield 'bpe-prefix', trained(models.BPE(unk_token='<unk>', continuing_subword_prefix='##'), trainers.BpeTrainer(vocab_size=400, special_tokens=['<unk>'], limit_alphabet=80, continuing_subword_prefix='##', show_progress=False), None, pre_tokenizers.Whitespace(), decoders.WordPiece())
    piece = dict(unk_token='[UNK]')
    special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
    yield 'bert', trained(models.WordPiece(**piece), trainers.WordPieceTrainer(vocab_size=500, special_tokens=special, limit_alphabet=200, show_progress=False), normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer(), decoders.WordPiece())
    yield 'bert-cased', trained(models.WordPiece(max_input_chars_per_word=20, **piece), trainers.WordPieceTrainer(vocab_size=500, special_tokens=special, limit_alphabet=200, show_progress=False), normalizers.BertNormalizer(lowercase=False, strip_accents=False), pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]), decoders.WordPiece(cleanup=False))
    yield 'word-level', trained(models.WordLevel(unk_token='[UNK]'), trainers.WordLevelTrainer(vocab_size=120, special_tokens=special, show_progress=False), normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip()]), pre_tokenizers.CharDelimiterSplit(' '))
    unigram = dict(vocab_size=1000, special_tokens=['<pad>', '</s>', '<unk>'], unk_token='<unk>', show_progress=False)
    yield 'unigram', trained(models.Unigram(), trainers.UnigramTrainer(**unigram), normalizers.NFKC(), pre_tokenizers.Metaspace(), decoders.Metaspace())
    t5 = trained(models.Unigram(), trainers.UnigramTrainer(**unigram), None, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]), decoders.Metaspace())
    t5.normalizer = normalizers.Sequence([normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(' {2,}'), ' ')])
    yield 't5', t5

    def fallback(data):
        data['model']['byte_fallback'] = True
        data['model']['vocab'] += [[f'<0x{b:02X}>', -20.0] for b in range(256)]
    yield 'unigram-bytes', changed(trained(models.Unigram(), trainers.UnigramTrainer(**unigram), None, pre_tokenizers.Metaspace(prepend_scheme='never'), decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme='never')])), fallback)


if __name__ == '__main__':
    lines = []
    for name, made in tokenizers_by_name():
        # As a file is read: scores are then those of its parser.
        tokenizer = Tokenizer.from_str(made.to_str())
        tokenizer.encode_special_tokens = True
        ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]
        decoded = [tokenizer.decode(each, skip_special_tokens=False) for each in ids]
        lines.append(json.dumps({'name': name, 'tokenizer': json.loads(tokenizer.to_str()), 'ids': ids, 'decoded': decoded}, ensure_ascii=False, separators=(',', ':')))
        print(name, tokenizer.get_vocab_size(), sum(map(len, ids)))
    (GOLDEN / 'hugging-face.jsonl.gz').write_bytes(gzip.compress(('\n'.join(lines) + '\n').encode(), mtime=0))

    # Merges of the BPE trainer, for ties and counts.
    trainings = []
    for name, expression, size, least in [('gpt2', None, 900, 1), ('o200k', O200K, 500, 2), ('llama3', LLAMA3, 400, 3)]:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False) if expression is None else byte_level(split(expression))
        tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=size, min_frequency=least, initial_alphabet=BYTES, special_tokens=['<|endoftext|>'], show_progress=False))
        merges = json.loads(tokenizer.to_str())['model']['merges']
        trainings.append(json.dumps({'pattern': name, 'vocabulary': size, 'minFrequency': least, 'merges': [' '.join(pair) for pair in merges]}, ensure_ascii=False, separators=(',', ':')))
    (GOLDEN / 'trained.jsonl').write_text('\n'.join(trainings) + '\n')
