"""A regression as large as BERT-base with drawn weights, and what Python's onnxruntime takes for texts, on one thread.

    python bench/peers/onnx_bert.py make MODEL
    python bench/peers/onnx_bert.py score MODEL TOKENIZER TEXTS MOST BATCH    # JSON: seconds of CPU, scores

Weights say nothing of quality; the work is that of any model of this shape. Texts are a JSON list.
"""

import json
import pathlib
import sys
import time

LAYERS, WIDTH, HEADS, INNER, WORDS, POSITIONS = 12, 768, 12, 3072, 30522, 512


def make(path):
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    random = numpy.random.default_rng(0)
    nodes, weights = [], []

    def constant(value):
        weights.append(numpy_helper.from_array(numpy.asarray(value), f'w{len(weights)}'))
        return weights[-1].name

    def weight(*shape):
        return constant(random.standard_normal(shape, dtype=numpy.float32) * 0.02)

    def whole(value):
        return constant(numpy.array(value, numpy.int64))

    def number(value):
        return constant(numpy.float32(value))

    def op(kind, *inputs, **attributes):
        nodes.append(helper.make_node(kind, list(inputs), [f'n{len(nodes)}'], **attributes))
        return nodes[-1].output[0]

    def linear(value, rows, columns):
        return op('Add', op('MatMul', value, weight(rows, columns)), weight(columns))

    def norm(value):
        return op('LayerNormalization', value, constant(numpy.ones(WIDTH, numpy.float32)), constant(numpy.zeros(WIDTH, numpy.float32)), axis=-1)

    zero, one = whole(0), whole(1)
    places = op('Range', zero, op('Gather', op('Shape', 'input_ids'), one), one)
    hidden = norm(op('Add', op('Gather', weight(WORDS, WIDTH), 'input_ids'), op('Gather', weight(POSITIONS, WIDTH), places)))
    away = op('Mul', op('Sub', number(1), op('Cast', 'attention_mask', to=TensorProto.FLOAT)), number(-10000))
    mask = op('Unsqueeze', away, whole([1, 2]))
    for _ in range(LAYERS):
        def head():
            return op('Transpose', op('Reshape', linear(hidden, WIDTH, WIDTH), whole([0, 0, HEADS, WIDTH // HEADS])), perm=[0, 2, 1, 3])

        query, key, value = head(), head(), head()
        raw = op('Mul', op('MatMul', query, op('Transpose', key, perm=[0, 1, 3, 2])), number((WIDTH // HEADS) ** -0.5))
        mixed = op('MatMul', op('Softmax', op('Add', raw, mask), axis=-1), value)
        joined = op('Reshape', op('Transpose', mixed, perm=[0, 2, 1, 3]), whole([0, 0, WIDTH]))
        hidden = norm(op('Add', hidden, linear(joined, WIDTH, WIDTH)))
        inner = linear(hidden, WIDTH, INNER)
        half = op('Mul', inner, number(0.5))
        gelu = op('Mul', half, op('Add', op('Erf', op('Mul', inner, number(2**-0.5))), number(1)))
        hidden = norm(op('Add', hidden, linear(gelu, INNER, WIDTH)))
    logits = linear(op('Gather', hidden, zero, axis=1), WIDTH, 1)
    nodes.append(helper.make_node('Identity', [logits], ['logits']))
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ['batch', 'tokens']) for name in ('input_ids', 'attention_mask')]
    outputs = [helper.make_tensor_value_info('logits', TensorProto.FLOAT, ['batch', 1])]
    graph = helper.make_graph(nodes, 'bert-base', inputs, outputs, weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8), path)


def score(model, tokenizer_file, texts, most, batch):
    import numpy
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.encode_special_tokens = True
    tokenizer.enable_truncation(most)
    tokenizer.enable_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=['CPUExecutionProvider'])

    def run(some):
        encoded = tokenizer.encode_batch(some)
        given = {'input_ids': [each.ids for each in encoded], 'attention_mask': [each.attention_mask for each in encoded]}
        [logits] = session.run(['logits'], {name: numpy.array(rows, numpy.int64) for name, rows in given.items()})
        return [float(value) for value in logits[:, 0]]

    run(texts[:1])
    start = time.process_time()
    scores = [value for at in range(0, len(texts), batch) for value in run(texts[at : at + batch])]
    print(json.dumps({'seconds': time.process_time() - start, 'scores': scores}))


if sys.argv[1] == 'make':
    make(sys.argv[2])
else:
    _, _, path, tokenizer, file, most, batch = sys.argv
    score(path, tokenizer, json.loads(pathlib.Path(file).read_text()), int(most), int(batch))
