"""scikit-learn's three calls on a million predictions, and pandas reading them from memory."""
import io
import json
import time

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

n = 1_000_000
rng = np.random.default_rng(1)
label = (rng.random(n) < 0.1).astype(int)
score = 1 / (1 + np.exp(-(rng.standard_normal(n) + np.where(label == 1, 0.5, -1))))


def measure(name, body, rounds=5):
    body()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": min(times)}), flush=True)
    return min(times)


total = measure("scikit-learn roc_auc_score", lambda: roc_auc_score(label, score))
total += measure("scikit-learn average_precision_score", lambda: average_precision_score(label, score))
total += measure("scikit-learn roc_curve", lambda: roc_curve(label, score))
print(json.dumps({"name": "scikit-learn: roc_auc_score + average_precision_score + roc_curve", "seconds": total}), flush=True)

n_small = 10_000
small = (rng.random(n_small) < 0.2).astype(int)
small_score = rng.standard_normal(n_small) + small


def bootstrap(rounds):
    for _ in range(rounds):
        rows = rng.integers(0, n_small, n_small)
        roc_auc_score(small[rows], small_score[rows])


start = time.perf_counter()
bootstrap(200)
# A tenth of them, times ten: each costs the same.
print(json.dumps({
    "name": "scikit-learn: 2,000 resampled roc_auc_score of 1e4", "seconds": 10 * (time.perf_counter() - start)}), flush=True)


def delong(label, scores):
    """Areas and covariances by mid-ranks (Sun & Xu 2014), as the numpy implementations do it."""
    order = label == 1
    m, k = order.sum(), (~order).sum()
    placements = []
    for score in scores:
        all_ranks = rankdata(score)
        ten = (all_ranks[order] - rankdata(score[order])) / k
        one = 1 - (all_ranks[~order] - rankdata(score[~order])) / m
        placements.append((ten, one))
    return np.cov([p[0] for p in placements]) / m + np.cov([p[1] for p in placements]) / k


large = (rng.random(100_000) < 0.2).astype(int)
models = [rng.standard_normal(100_000) + large for _ in range(10)]
measure("numpy DeLong of 1e5 rows", lambda: delong(large, models[:1]), 3)
measure("numpy paired DeLong of 10 models of 1e5 rows", lambda: delong(large, models), 3)

table = pd.DataFrame({"row": np.arange(n), "label": label, "score": score, "other": rng.random(n), "fold": np.arange(n) % 5})
text = table.to_csv(index=False).encode()
measure("pandas read_csv, 1e6 x 5", lambda: pd.read_csv(io.BytesIO(text)), 3)
# The default reads some numbers one unit in the last place off; this one rounds correctly, as ours does.
measure("pandas read_csv, correctly rounded", lambda: pd.read_csv(io.BytesIO(text), float_precision="round_trip"), 3)
