"""Trains a fastText classifier of languages on labelled lines, and answers lines with the library itself.

    python fasttext_lines.py TRAINING LINES FOLDER

Writes model.bin and model.ftz to FOLDER and prints a line of JSON for each model: CPU seconds (median of 5 passes), and the best label with
its probability of each line. pip install fasttext-wheel
"""

import json
import sys
import time

import fasttext

training, lines_path, folder = sys.argv[1:]
model = fasttext.train_supervised(
    training, dim=16, minn=2, maxn=4, bucket=200_000, epoch=3, loss="hs", thread=1, verbose=0
)
model.save_model(f"{folder}/model.bin")
model.quantize(input=training, qnorm=True, cutoff=50_000)
model.save_model(f"{folder}/model.ftz")
with open(lines_path, encoding="utf-8") as file:
    lines = json.load(file)
for name in ["model.bin", "model.ftz"]:
    loaded = fasttext.load_model(f"{folder}/{name}")
    passes = []
    for _ in range(5):
        started = time.process_time()
        answers = [loaded.f.predict(line + "\n", 1, 0.0, "strict") for line in lines]
        passes.append(time.process_time() - started)
    seconds = sorted(passes)[2]
    best = [[pairs[0][1].removeprefix("__label__"), pairs[0][0]] for pairs in answers]
    print(json.dumps({"model": name, "seconds": seconds, "answers": best}))
