#!/usr/bin/env python3
"""Trains the model of main content, and measures it by cross-validation.

usage: train.py DATA OUT HALVES [MODEL.json]
DATA has the labelled pages (see pages.ts), OUT is a folder for rows, HALVES is A, or AB for all pages.
Needs node on the PATH, and catboost 1.2 and numpy. The same input gives the same model.

Two forests of symmetric trees. The first guesses each block by itself; the second sees the guesses around it.
Pages of which only snippets are labelled lend their surest blocks to the second as if they were labelled.
Prints F1 by each benchmark's own measure (DATA/score.py): of pages in HALVES as read by models that did not
learn from their site, and of the other half as read by a model that learnt from the first alone.
"""
import importlib.util, gzip, json, os, re, subprocess, sys
import numpy as np
from catboost import CatBoostClassifier, Pool

HERE = os.path.dirname(os.path.abspath(__file__))
SET_WEIGHT = {'scrapinghub': 2.5, 'trafeval': 2.0, 'wcxb-dev': 1.0, 'readability': 0.05}
FOLDS = 5
PARAMETERS = dict(depth=6, l2_leaf_reg=5, rsm=0.4, bootstrap_type='Bernoulli', subsample=0.7, border_count=63,
                  thread_count=1, allow_writing_files=False, verbose=0)
FIRST = dict(iterations=120, learning_rate=0.1, seeds=(1,))
SECOND = dict(iterations=160, learning_rate=0.1, seeds=(1, 2, 3))
# Blocks whose first guess is below this are not looked at again; as in src/html/reader.ts.
SURELY_NOT = 0.02
SURE, LENT_WEIGHT = 0.9, 0.3


def rows(phase, data, out, halves):
    subprocess.run(['node', f'{HERE}/rows.ts', phase, data, out, halves], check=True)


class Pages:
    def __init__(self, data, out, halves):
        rows('features', data, out, halves)
        self.pages = [json.loads(line) for line in open(f'{out}/pages.jsonl', encoding='utf8')]
        self.names = json.load(open(f'{out}/names.json'))
        self.features = np.fromfile(f'{out}/features.f32', np.float32).reshape(-1, len(self.names['features']))
        self.start = np.cumsum([0] + [len(page['labels']) for page in self.pages])
        self.page = np.repeat(np.arange(len(self.pages)), np.diff(self.start))
        self.label = np.concatenate([page['labels'] for page in self.pages]).astype(float)
        self.words = np.concatenate([page['words'] for page in self.pages]).astype(float)
        self.fold = np.array([page['fold'] % FOLDS for page in self.pages])[self.page]
        self.learnt = np.array([page['half'] in halves for page in self.pages])[self.page]
        self.set = np.array([page['set'] for page in self.pages])[self.page]

    def of(self, index):
        return slice(self.start[index], self.start[index + 1])

    def block_weights(self, label):
        """What a block matters to its page's score, with all pages of a set alike."""
        weight = np.zeros(len(label))
        for index, page in enumerate(self.pages):
            at = self.of(index)
            size = self.words[at]
            good = size[label[at] == 1].sum() + 20
            share = np.minimum(0.02 + (size + 1) / good, 0.5) * 4
            if page['set'] == 'trafeval':
                share = np.where(self.label[at] >= 0, 1 / 3, share * LENT_WEIGHT)
            weight[at] = share * SET_WEIGHT[page['set']]
        weight[label < 0] = 0
        return weight

    def lend(self, guess):
        """Labels, with the surest blocks of pages with snippets as if they were labelled."""
        label = self.label.copy()
        free = (label < 0) & (self.set == 'trafeval')
        label[free & (guess > SURE)] = 1
        label[free & (guess < 1 - SURE)] = 0
        return label


class Forest:
    """The mean of forests that differ by their seed, as one."""

    def __init__(self, x, label, weight, seeds, **settings):
        self.models = [CatBoostClassifier(random_seed=seed, **settings, **PARAMETERS) for seed in seeds]
        for model in self.models:
            model.fit(Pool(x, label, weight=weight))

    def predict(self, x):
        score = sum(model.predict(x, prediction_type='RawFormulaVal') for model in self.models)
        return 1 / (1 + np.exp(-score / len(self.models)))

    def dump(self, path):
        bias, trees, share = 0, [], 1 / len(self.models)
        for each in self.models:
            each.save_model(path, format='json')
            model = json.load(open(path))
            scale, (start,) = model['scale_and_bias']
            bias += share * start
            trees += [{'splits': [[split['float_feature_index'], split['border']] for split in tree['splits']],
                       'leaves': [share * scale * leaf for leaf in tree['leaf_values']]} for tree in model['oblivious_trees']]
        os.remove(path)
        return {'bias': bias, 'trees': trees}


def crossed(pages, x, label, asked, settings):
    """Guesses at learnt pages by models that did not learn from their fold, at others by one that learnt from all."""
    weight = pages.block_weights(label)
    guess = np.zeros(len(label))

    def fit(chosen):
        chosen = chosen & asked & (weight > 0)
        return Forest(x[chosen], label[chosen], weight[chosen], **settings)

    for fold in range(FOLDS):
        held = pages.learnt & (pages.fold == fold)
        if held.any():
            guess[held] = fit(pages.learnt & ~held).predict(x[held])
    model = fit(pages.learnt)
    if (~pages.learnt).any():
        guess[~pages.learnt] = model.predict(x[~pages.learnt])
    return guess, model


def train(pages, data, out, halves):
    every = np.ones(len(pages.label), bool)
    first, _ = crossed(pages, pages.features, pages.label, every, FIRST)
    label = pages.lend(first)
    first, first_model = crossed(pages, pages.features, label, every, FIRST)
    first.tofile(f'{out}/guesses.f64')
    rows('context', data, out, halves)
    context = np.fromfile(f'{out}/context.f32', np.float32).reshape(len(first), -1)
    unsure = first >= SURELY_NOT
    second, second_model = crossed(pages, np.hstack([pages.features, context]), label, unsure, SECOND)
    return first, np.where(unsure, second, first), first_model, second_model


WORD = re.compile(r'\w+')


def chosen(page, guess, words, beta, low, high):
    """Texts of the blocks above the threshold that makes the expected F-beta of the page the greatest."""
    if len(guess) == 0:
        return ''
    order = np.argsort(-guess, kind='stable')
    hit = np.cumsum((guess * words)[order])
    found = np.cumsum(words[order])
    score = (1 + beta**2) * hit / (found + beta**2 * hit[-1] + 1e-9)
    least = min(max(guess[order[np.argmax(score)]], low), high)
    seen, kept = {}, []
    for text, value, parent in zip(page['texts'], guess, page['parents']):
        if value < least:
            continue
        tokens = WORD.findall(text.lower())
        runs = [tuple(tokens[at:at + 4]) for at in range(len(tokens) - 3)]
        if len(tokens) >= 10:
            copied = sum(seen.get(run, parent) != parent for run in runs)
            if copied >= (0.9 if len(tokens) < 60 else 0.75) * len(runs):
                continue
        for run in runs:
            seen.setdefault(run, parent)
        kept.append(text)
    return '\n\n'.join(kept)


def report(pages, guess, data, beta, low, high):
    spec = importlib.util.spec_from_file_location('score', f'{data}/score.py')
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    measures = {'scrapinghub': score.score_shingles, 'readability': score.score_shingles,
                'trafeval': score.score_snippets, 'wcxb-dev': score.score_words}
    for name, measure in measures.items():
        gold = [json.loads(line) for line in gzip.open(f'{data}/{name}.jsonl.gz', 'rt', encoding='utf8')]
        for half in ('A', 'B', 'AB'):
            at = [i for i, page in enumerate(pages.pages) if page['set'] == name and page['half'] in half]
            ids = {pages.pages[i]['id'] for i in at}
            texts = {pages.pages[i]['id']: chosen(pages.pages[i], guess[pages.of(i)], pages.words[pages.of(i)], beta, low, high)
                     for i in at}
            result = measure([row for row in gold if row['id'] in ids], texts)
            kinds = ' '.join(f'{k} {v:.3f}' for k, v in result.get('types', {}).items())
            print(f"{name:12s} {half:2s} {len(at):4d}  P {result['precision']:.4f} R {result['recall']:.4f} F {result['f1']:.4f}  {kinds}", flush=True)


def main(data, out, halves, path=None):
    os.makedirs(out, exist_ok=True)
    pages = Pages(data, out, halves)
    first, second, first_model, second_model = train(pages, data, out, halves)
    np.save(f'{out}/first.npy', first)
    np.save(f'{out}/second.npy', second)
    for beta, low, high in ((0.8, 0.15, 0.7), (0.7, 0.3, 0.7)):
        print('beta', beta, 'from', low, 'to', high)
        report(pages, second, data, beta, low, high)
    if path is not None:
        lexicon = json.load(open(f'{out}/lexicon.json'))
        forests = {'first': first_model.dump(f'{path}.forest'), 'second': second_model.dump(f'{path}.forest')}
        with open(path, 'w') as file:
            json.dump({'lexicon': lexicon, **forests}, file)


if __name__ == '__main__':
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
