"""Reference values for classifier.ensemble, by scikit-learn, SciPy and NumPy.

    pip install -r requirements.txt && python ensemble.py > ../../ClassificationTests/ensemble.json

Intervals and paired differences are DeLong's from the definition, as in metrics.py. Forward selection is Caruana et al.'s loop, written out.
"""

import json
import sys

import numpy as np
from metrics import Z, delong
from scipy import stats
from sklearn import metrics as m
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

EPS = np.finfo(float).eps


def logit(p):
    p = np.clip(p, EPS, 1 - EPS)
    return np.log(p) - np.log1p(-p)


def selection(y, columns, rounds):
    running, sequence, path = np.zeros(len(y)), [], []
    for _ in range(rounds):
        areas = [m.roc_auc_score(y, running + c) for c in columns]
        best = int(np.argmax(areas))  # The first of several.
        running = running + columns[best]
        sequence.append(best)
        path.append(areas[best])
    return sequence, path


def folded(x, y, folds, weights=None):
    z, slopes = np.zeros(len(y)), []
    for f in np.unique(folds):
        a, b = folds != f, folds == f
        scale = StandardScaler().fit(x[a])
        w = None if weights is None else weights[a]
        model = LogisticRegression(C=1.0, tol=1e-12, max_iter=100000, solver="newton-cholesky").fit(scale.transform(x[a]), y[a], sample_weight=w)
        z[b] = model.decision_function(scale.transform(x[b]))
        slopes.append(model.coef_[0].tolist())
    return z, np.mean(slopes, 0)


def case(y, columns, folds, weights, rounds):
    n, k = len(y), len(columns)
    ranks = [stats.rankdata(c) / n for c in columns]
    logits = np.mean([logit(c) for c in columns], 0)
    geometric = stats.gmean(columns, axis=0)
    stacked, slopes = folded(np.column_stack([logit(c) for c in columns]), y, folds)
    sequence, path = selection(y, columns, rounds)
    chosen = np.sum([columns[i] for i in sequence], 0)
    methods = {
        "mean": (np.mean(columns, 0),) * 2,
        "weightedMean": (np.average(columns, axis=0, weights=weights),) * 2,
        "geometricMean": (geometric, geometric),
        "logitMean": (logits, 1 / (1 + np.exp(-logits))),
        "rankAverage": (np.mean(ranks, 0), None),
        "weightedRankAverage": (np.average(ranks, axis=0, weights=weights), None),
        "selection": (chosen, chosen / rounds),
        "stacking": (stacked, 1 / (1 + np.exp(-stacked))),
    }
    table = []
    for name, (score, p) in methods.items():
        auc, cov = delong(y, [score])
        se = np.sqrt(cov[0, 0])
        table.append({
            "method": name, "auc": m.roc_auc_score(y, score), "low": max(0, auc[0] - Z * se), "high": min(1, auc[0] + Z * se),
            "averagePrecision": m.average_precision_score(y, score), "logLoss": None if p is None else m.log_loss(y, p),
        })
    gains = []
    for c in columns:
        auc, cov = delong(y, [methods["rankAverage"][0], c])
        d, se = auc[0] - auc[1], np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
        gains.append({"gain": d, "gainLow": d - Z * se, "gainHigh": d + Z * se, "p": 2 * stats.norm.sf(abs(d / se))})
    order = sorted(range(k), key=lambda i: (-m.roc_auc_score(y, columns[i]), i))
    residuals = [logit(c) - np.where(y == 1, logit(c)[y == 1].mean(), logit(c)[y == 0].mean()) for c in columns]
    pairs = np.tril_indices(k, -1)
    return {
        "labels": y.tolist(), "scores": [c.tolist() for c in columns], "folds": folds.tolist(), "weights": list(weights), "rounds": rounds,
        "methods": table, "gains": gains, "sequence": sequence, "path": path, "slopes": slopes.tolist(),
        "joins": [float(m.roc_auc_score(y, np.sum([ranks[i] for i in order[: j + 1]], 0))) for j in range(k)],
        "pearson": np.corrcoef(columns).tolist(), "spearman": stats.spearmanr(np.column_stack(columns)).statistic.tolist(),
        "kendall": [[float(stats.kendalltau(a, b).statistic) for b in columns] for a in columns],
        "errorCorrelation": float(np.corrcoef(residuals)[pairs].mean()),
    }


def weighted(y, columns, folds, w):
    """Row weights: the areas of all methods that need no steps, and of stacking."""
    ranks = [stats.rankdata(c) / len(y) for c in columns]
    stacked, _ = folded(np.column_stack([logit(c) for c in columns]), y, folds, w)
    scores = {"mean": np.mean(columns, 0), "rankAverage": np.mean(ranks, 0), "stacking": stacked}
    return {
        "weights": w.tolist(), "auc": {k: float(m.roc_auc_score(y, s, sample_weight=w)) for k, s in scores.items()},
        "logLoss": float(m.log_loss(y, scores["mean"], sample_weight=w)),
    }


def divergence(columns, second):
    """For each column its largest absolute difference of correlations with another column."""
    d = abs(np.corrcoef([c[~second] for c in columns]) - np.corrcoef([c[second] for c in columns]))
    np.fill_diagonal(d, -1)
    return d.max(1).tolist()


def main():
    rng = np.random.default_rng(20260202)
    n = 120
    y = (rng.random(n) < 0.35).astype(int)
    common = rng.normal(size=n)
    columns = []
    for d, scale, decimals in [(1.2, 1.0, 3), (1.5, 2.0, 3), (0.8, 0.4, 2), (1.4, 1.5, 3)]:
        z = d * y + np.sqrt(0.5) * common + np.sqrt(0.5) * rng.normal(size=n) - d / 2
        columns.append(np.clip(np.round(1 / (1 + np.exp(-scale * z)), decimals), 0.01, 0.99))
    folds = np.arange(n) % 4
    w = np.round(rng.gamma(2, 1, n), 3)

    # Three models with a column a class, and a split: the models' columns over classes.
    y3 = np.r_[rng.integers(0, 3, 77), 0, 1, 2]
    second = rng.random(80) < 0.4
    classes = []
    for power in [0.6, 1.0, 0.3]:
        p = rng.dirichlet([1, 1, 1], 80) + np.eye(3)[y3] * power * np.where(second, 0.5, 1)[:, None]
        classes.append(np.round(p / p.sum(1, keepdims=True), 4))
    split = {
        "labels": y3.tolist(), "second": second.tolist(), "scores": [p.tolist() for p in classes],
        "divergence": [max(divergence(list(p.T), second)) for p in classes],
        "single": divergence([p[:, 1] for p in classes], second),
        "auc": [float(m.roc_auc_score(y3 == 1, p[:, 1])) for p in classes],
    }
    kendall = []
    for a, b in [([1, 2, 3, 4], [1, 3, 2, 4]), ([0, 0, 1, 1, 2], [0, 1, 1, 2, 2]), (rng.integers(0, 5, 40).tolist(), rng.integers(0, 4, 40).tolist())]:
        kendall.append({"a": a, "b": b, "tau": float(stats.kendalltau(a, b).statistic)})
    json.dump(
        {"case": case(y, columns, folds, [1.0, 2.0, 0.0, 0.5], 12), "weighted": weighted(y, columns, folds, w), "split": split, "kendall": kendall},
        sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()
