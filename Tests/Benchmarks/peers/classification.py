"""scikit-learn's three calls on a million predictions, and pandas reading them from memory."""
import io
import json
import time

import numpy as np
import pandas as pd
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

table = pd.DataFrame({"row": np.arange(n), "label": label, "score": score, "other": rng.random(n), "fold": np.arange(n) % 5})
text = table.to_csv(index=False).encode()
measure("pandas read_csv, 1e6 x 5", lambda: pd.read_csv(io.BytesIO(text)), 3)
# The default reads some numbers one unit in the last place off; this one rounds correctly, as ours does.
measure("pandas read_csv, correctly rounded", lambda: pd.read_csv(io.BytesIO(text), float_precision="round_trip"), 3)
