"""Small text classifiers as ONNX files with their tokenizers, and the scores that Python gives by them.

    python scripts/onnx-golden.py

Weights are drawn, so scores mean nothing; they differ from text to text. Every model reads its texts as Hugging Face's pipelines do:
ids with special tokens (but with encode_special_tokens: what looks like one in a text is text), cut to the model's length, one text at a
time. Also the ids that tokenizers gives by each kind of post-processor.
"""

import collections
import json
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'test' / 'golden'
OUT = GOLDEN / 'onnx'
TEXTS = [text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace') for text in json.loads((GOLDEN / 'tokens' / 'texts.json').read_text())]
TEXTS = ['', *[text[:400] for text in TEXTS if text][:40], 'A long text goes on, and on. ' * 60]
SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']


class Graph:
    """Nodes and weights of a model, named as they come."""

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def weight(self, *shape, scale=0.5):
        return self.constant((self.random.standard_normal(shape) * scale).astype(numpy.float32))

    def constant(self, value):
        name = f'w{len(self.weights)}'
        self.weights.append(numpy_helper.from_array(numpy.asarray(value), name))
        return name

    def op(self, kind, *inputs, **attributes):
        name = f'n{len(self.nodes)}'
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, value, rows, columns, scale=0.5):
        return self.op('Add', self.op('MatMul', value, self.weight(rows, columns, scale=scale)), self.weight(columns))

    def norm(self, value, width):
        return self.op('LayerNormalization', value, self.constant(numpy.ones(width, numpy.float32)), self.constant(numpy.zeros(width, numpy.float32)), axis=-1)

    def model(self, inputs, logits, labels, kind=TensorProto.INT64, shape=('batch', 'sequence'), outputs=None):
        self.nodes.append(helper.make_node('Identity', [logits], ['logits']))
        ins = [helper.make_tensor_value_info(name, kind, list(shape)) for name in inputs]
        outs = [helper.make_tensor_value_info('logits', TensorProto.FLOAT, [shape[0], labels])]
        graph = helper.make_graph(self.nodes, 'classifier', ins, outs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8, producer_name='')
        onnx.checker.check_model(model, full_check=True)
        return model


def bag(vocabulary, labels, seed, shape=('batch', 'sequence')):
    """Mean of embeddings of what is not padding, and a linear layer."""
    g = Graph(seed)
    embedded = g.op('Gather', g.weight(vocabulary, 8, scale=1.0), 'input_ids')
    mask = g.op('Cast', 'attention_mask', to=TensorProto.FLOAT)
    wide = g.op('Unsqueeze', mask, g.constant(numpy.array([2], numpy.int64)))
    axes = g.constant(numpy.array([1], numpy.int64))
    total = g.op('ReduceSum', g.op('Mul', embedded, wide), axes, keepdims=0)
    count = g.op('ReduceSum', mask, axes, keepdims=1)
    return g.model(['input_ids', 'attention_mask'], g.linear(g.op('Div', total, count), 8, labels, scale=2.0), labels, shape=shape)


def transformer(vocabulary, positions, seed, width=16, heads=2):
    """One layer of a BERT: attention with a mask, and the regression over the first token. Ids are of 32 bits."""
    g = Graph(seed)
    shape = g.op('Shape', 'input_ids')
    zero, one = (g.constant(numpy.array(value, numpy.int64)) for value in (0, 1))
    length = g.op('Gather', shape, one)
    place = g.op('Range', zero, length, one)
    words = g.op('Gather', g.weight(vocabulary, width), 'input_ids')
    types = g.op('Gather', g.weight(2, width), 'token_type_ids')
    hidden = g.norm(g.op('Add', g.op('Add', words, types), g.op('Gather', g.weight(positions, width), place)), width)
    split = g.constant(numpy.array([0, 0, heads, width // heads], numpy.int64))

    def head(value):
        return g.op('Transpose', g.op('Reshape', g.linear(value, width, width), split), perm=[0, 2, 1, 3])

    query, key, value = head(hidden), head(hidden), head(hidden)
    raw = g.op('MatMul', query, g.op('Transpose', key, perm=[0, 1, 3, 2]))
    mask = g.op('Cast', 'attention_mask', to=TensorProto.FLOAT)
    away = g.op('Mul', g.op('Sub', g.constant(numpy.float32(1)), mask), g.constant(numpy.float32(-10000)))
    away = g.op('Unsqueeze', away, g.constant(numpy.array([1, 2], numpy.int64)))
    weights = g.op('Softmax', g.op('Add', raw, away), axis=-1)
    mixed = g.op('Transpose', g.op('MatMul', weights, value), perm=[0, 2, 1, 3])
    joined = g.op('Reshape', mixed, g.constant(numpy.array([0, 0, width], numpy.int64)))
    hidden = g.norm(g.op('Add', hidden, g.linear(joined, width, width)), width)
    first = g.op('Gather', hidden, zero, axis=1)
    return g.model(['input_ids', 'attention_mask', 'token_type_ids'], g.linear(first, width, 1), 1, kind=TensorProto.INT32)


def word_piece():
    """The trainer's own vocabulary is another each time, so this one is of common characters, beginnings and ends."""
    tokenizer = Tokenizer(models.WordPiece(unk_token='[UNK]'))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    counts = collections.Counter()
    for text in TEXTS:
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text)):
            counts.update([word, word[0], *(f'##{character}' for character in word[1:]), word[:3], f'##{word[-2:]}'])
    common = [piece for piece, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    vocabulary = dict.fromkeys([*SPECIAL, *common])
    tokenizer.model = models.WordPiece({piece: at for at, piece in enumerate(list(vocabulary)[:300])}, unk_token='[UNK]')
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ['<s>', '<pad>', '</s>', '<unk>']
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=special, show_progress=False))
    return tokenizer


def bert_template(tokenizer):
    return processors.TemplateProcessing(single='[CLS] $A [SEP]', pair='[CLS] $A [SEP] $B:1 [SEP]:1', special_tokens=[(name, tokenizer.token_to_id(name)) for name in ('[CLS]', '[SEP]')])


def scores(name, most):
    """Logits of each text, and how many tokens it had."""
    tokenizer = Tokenizer.from_file(str(OUT / name / 'tokenizer.json'))
    tokenizer.encode_special_tokens = True
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    session = onnxruntime.InferenceSession(str(OUT / name / 'model.onnx'), providers=['CPUExecutionProvider'])
    for text in TEXTS:
        encoded = tokenizer.encode(text)
        given = {'input_ids': encoded.ids, 'attention_mask': encoded.attention_mask, 'token_type_ids': encoded.type_ids}
        fed = {}
        for each in session.get_inputs():
            row = list(given[each.name])
            if isinstance(each.shape[1], int):
                row += [0] * (each.shape[1] - len(row))
            fed[each.name] = numpy.array([row], numpy.int32 if 'int32' in each.type else numpy.int64)
        [logits] = session.run(['logits'], fed)
        yield {'tokens': len(encoded.ids), 'logits': [float(value) for value in logits[0]]}


def write(name, model, tokenizer, config):
    (OUT / name).mkdir(parents=True, exist_ok=True)
    (OUT / name / 'model.onnx').write_bytes(model.SerializeToString(deterministic=True))
    (OUT / name / 'tokenizer.json').write_text(tokenizer.to_str() + '\n')
    if config is not None:
        (OUT / name / 'config.json').write_text(json.dumps(config, indent=2) + '\n')


def written():
    """Each model's name and the tokens that it takes."""
    words = word_piece()
    words.post_processor = bert_template(words)
    size = words.get_vocab_size()
    labels = {'0': 'low', '1': 'medium', '2': 'high'}
    write('labels', bag(size, 3, seed=1), words, {'model_type': 'bert', 'max_position_embeddings': 64, 'id2label': labels})
    yield 'labels', 64
    words.enable_truncation(16)
    words.enable_padding(length=16)
    write('fixed', bag(size, 2, seed=2, shape=(1, 16)), words, None)
    yield 'fixed', 16
    pieces = byte_level()
    pieces.post_processor = processors.RobertaProcessing(('</s>', 2), ('<s>', 0), trim_offsets=True, add_prefix_space=False)
    regression = {'model_type': 'roberta', 'max_position_embeddings': 50, 'pad_token_id': 1, 'problem_type': 'regression', 'id2label': {'0': 'LABEL_0'}}
    write('regression', transformer(pieces.get_vocab_size(), 48, seed=3), pieces, regression)
    yield 'regression', 48


def post_processors():
    words = word_piece()
    byte = processors.ByteLevel(trim_offsets=False)
    template = bert_template(words)
    many = processors.TemplateProcessing(single='[MASK]:2 $A:1 [SEP]:1 [CLS]:3', pair=None, special_tokens=[('[MASK]', 4), ('[SEP]', 3), ('[CLS]', 2)])
    kinds = {
        'none': None,
        'bert': processors.BertProcessing(('[SEP]', 3), ('[CLS]', 2)),
        'roberta': processors.RobertaProcessing(('[SEP]', 3), ('[CLS]', 2)),
        'template': template,
        'template-types': many,
        'byte-level': byte,
        'sequence': processors.Sequence([byte, many]),
    }
    for name, processor in kinds.items():
        data = json.loads(words.to_str())
        data['post_processor'] = None if processor is None else json.loads(processor.__getstate__())
        tokenizer = Tokenizer.from_str(json.dumps(data))
        tokenizer.encode_special_tokens = True
        found = [tokenizer.encode(text) for text in TEXTS[:8]]
        yield {'name': name, 'post_processor': data['post_processor'], 'ids': [each.ids for each in found], 'types': [each.type_ids for each in found]}


expected = {name: list(scores(name, most)) for name, most in written()}
rows = [{'text': text, **{name: each[at] for name, each in expected.items()}} for at, text in enumerate(TEXTS)]
processed = {'tokenizer': json.loads(word_piece().to_str()), 'processors': list(post_processors())}
(OUT / 'expected.json').write_text(json.dumps(rows, ensure_ascii=False, indent=1) + '\n')
(GOLDEN / 'tokens' / 'post-processors.json').write_text(json.dumps(processed, ensure_ascii=False) + '\n')
