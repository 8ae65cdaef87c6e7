"""Fits scikit-learn's LogisticRegression to rows that Tilth has hashed, with the same penalty and class weights.

Usage: python quality_sklearn.py DIR L2 MOST_ITERATIONS
Needs: pip install scikit-learn numpy scipy

DIR has entries.u32 (feature in the low 24 bits, count above), sizes.u32 (entries a row), scales.f64, labels.u8, parts.u8
(0 train, 1 held out, 2 left out), margins.f64 (what Tilth's model makes of each row) and features.txt. Prints JSON: the area
under the curve on the held-out rows of both, and the weights where there are few.
"""
import json
import sys
import time

import numpy
import scipy.sparse
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score


def main(folder, l2, most):
    def read(name, kind):
        return numpy.fromfile(f"{folder}/{name}", kind)

    entries, sizes, scales = read("entries.u32", "<u4"), read("sizes.u32", "<u4"), read("scales.f64", "<f8")
    labels, parts, margins = read("labels.u8", "u1"), read("parts.u8", "u1"), read("margins.f64", "<f8")
    features = int(open(f"{folder}/features.txt").read())
    ends = numpy.concatenate([[0], numpy.cumsum(sizes, dtype=numpy.int64)])
    values = (entries >> 24).astype(float) * numpy.repeat(scales, sizes)
    rows = scipy.sparse.csr_matrix((values, (entries & 0xFFFFFF).astype(numpy.int32), ends), (len(sizes), features))
    rows.sum_duplicates()
    train, held = parts == 0, parts == 1
    count = int(train.sum())
    model = LogisticRegression(C=1 / (l2 * count), class_weight="balanced", tol=1e-8, max_iter=most)
    begun = time.process_time()
    model.fit(rows[train], labels[train])
    seconds = time.process_time() - begun
    print(json.dumps({
        "version": sklearn.__version__,
        "trained": count,
        "heldOut": int(held.sum()),
        "auc": roc_auc_score(labels[held], model.decision_function(rows[held])),
        "tilthAuc": roc_auc_score(labels[held], margins[held]),
        "cpuSeconds": seconds,
        "iterations": int(model.n_iter_[0]),
        "intercept": float(model.intercept_[0]),
        "weights": [float(each) for each in model.coef_[0]] if features <= 1024 else None,
    }))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
