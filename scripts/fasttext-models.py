"""Trains the tiny fastText models of test/golden/fasttext on the sentences beside them, and writes what the library
itself answers for the lines in lines.json.

    pip install fasttext-wheel && python scripts/fasttext-models.py

The sentences are our own. Training on one thread with a fixed seed gives the same models again.
"""

import json
import os
import random
import tempfile

import fasttext

HERE = os.path.join(os.path.dirname(__file__), "../test/golden/fasttext")
with open(os.path.join(HERE, "sentences.json"), encoding="utf-8") as file:
    SENTENCES = json.load(file)
with open(os.path.join(HERE, "lines.json"), encoding="utf-8") as file:
    LINES = json.load(file)

random.seed(1)
training = [f"__label__{language} {sentence}" for language, sentences in SENTENCES.items() for sentence in sentences]
random.shuffle(training)
words = sorted({word for line in training for word in line.split()[1:]})
many = [f"__label__w{index % 280} {word} {words[(index * 7) % len(words)]}" for index, word in enumerate(words * 3)]


def train(lines, **settings):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", delete=False) as file:
        file.write("\n".join(lines) + "\n")
    defaults = dict(dim=6, epoch=40, lr=0.2, minCount=1, bucket=300, minn=2, maxn=4, thread=1, seed=7, verbose=0)
    return fasttext.train_supervised(file.name, **{**defaults, **settings}), file.name


def answers(model, k):
    labels_of = []
    for line in LINES:
        # The wrapper's own predict needs an older numpy.
        pairs = model.f.predict(line + "\n", k, 0.0, "strict")
        labels_of.append([[label.removeprefix("__label__"), p] for p, label in pairs])
    return labels_of


models = {
    "softmax.bin": train(training, loss="softmax")[0],
    "hierarchical.bin": train(training, loss="hs")[0],
    "one-vs-all.bin": train(training, loss="ova", wordNgrams=3, minn=0, maxn=0)[0],
    "negative.bin": train(training, loss="ns", wordNgrams=2)[0],
}
quantised, path = train(training, loss="hs")
quantised.quantize(input=path, qnorm=True, retrain=False, cutoff=400)
models["pruned.ftz"] = quantised
quantised, path = train(many, loss="softmax", dim=4, epoch=5, bucket=50)
quantised.quantize(input=path, qnorm=False, qout=True, dsub=3)
models["output.ftz"] = quantised

expected = {}
for name, model in models.items():
    path = os.path.join(HERE, name)
    model.save_model(path)
    expected[name] = {"labels": len(model.get_labels()), "answers": answers(fasttext.load_model(path), 3)}
with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as file:
    json.dump(expected, file, ensure_ascii=False, indent=1)
    file.write("\n")
