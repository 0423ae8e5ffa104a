"""Reference values for classifier.predict on its built-in predictions, by scikit-learn and NumPy; all 31 x 255 choices.

    pip install -r requirements.txt && python predict.py ../../../Sources/CResources/files > ../../ClassificationTests/predict.json
"""

import csv
import json
import sys
from itertools import combinations

import numpy as np
from metrics import Z, delong
from scipy import stats
from sklearn import metrics as m

with open(f"{sys.argv[1]}/orientations.csv") as file:
    rows = list(csv.reader(file))
y = np.array([int(r[1]) for r in rows[1:]])
grid = np.array([[float(v) for v in r[2:]] for r in rows[1:]]).reshape(-1, 5, 8)


def subsets(count):
    return [list(c) for k in range(1, count + 1) for c in combinations(range(count), k)]


def average(columns):
    """Summed one after the other, so that rows whose averages tie as doubles here do so there."""
    total = np.zeros(len(columns[0]))
    for column in columns:
        total = total + column
    return total / len(columns)


areas = {}
for folds in subsets(5):
    for turns in subsets(8):
        score = average([average([grid[:, f, o] for o in turns]) for f in folds])
        areas.setdefault((len(folds), len(turns)), []).append(m.roc_auc_score(y, score))
everything, upright = grid.mean(2).mean(1), grid[:, :, 0].mean(1)
auc, cov = delong(y, [everything, upright])
d, se = auc[0] - auc[1], np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
json.dump({
    "averaging": [[f, o, len(v), float(np.mean(v)), float(min(v)), float(max(v))] for (f, o), v in sorted(areas.items())],
    "results": {
        "auc": float(auc[0]), "low": float(auc[0] - Z * np.sqrt(cov[0, 0])), "high": float(min(1, auc[0] + Z * np.sqrt(cov[0, 0]))),
        "logLoss": float(m.log_loss(y, everything)), "aucUpright": float(auc[1]), "orientationGain": float(d),
        "orientationGainLow": float(d - Z * se), "orientationGainHigh": float(d + Z * se), "orientationGainP": float(2 * stats.norm.sf(abs(d / se))),
        "aucSingle": float(np.mean([m.roc_auc_score(y, grid[:, f, o]) for f in range(5) for o in range(8)])),
        "aucFoldMean": float(np.mean([m.roc_auc_score(y, grid[:, f].mean(1)) for f in range(5)])),
        "aucOrientationMean": float(np.mean([m.roc_auc_score(y, grid[:, :, o].mean(1)) for o in range(8)])),
    },
    # NumPy's own flips of the numbers 0 to 8, by the winning solution's rule.
    "symmetries": [
        (lambda a: (a.T if i >= 4 else a)[:: -1 if i % 2 == 1 else 1, :: -1 if i % 4 >= 2 else 1].ravel().tolist())(np.arange(9).reshape(3, 3))
        for i in range(8)
    ],
}, sys.stdout, separators=(",", ":"))
