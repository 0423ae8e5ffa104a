"""Reference values for classifier.ablation, by SciPy and statsmodels.

    pip install -r requirements.txt && python ablation.py > ../../ClassificationTests/ablation.json
"""

import json
import sys

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests


def paired(a, b, share):
    d = a - b
    n = len(d)
    if share == 0:
        test = stats.ttest_rel(a, b)
        low, high = test.confidence_interval(0.95)
        return float(d.mean()), float(low), float(high), float(test.pvalue)
    se = np.sqrt((1 / n + share) * d.var(ddof=1))  # Nadeau & Bengio 2003.
    half = stats.t.ppf(0.975, n - 1) * se
    return float(d.mean()), float(d.mean() - half), float(d.mean() + half), float(2 * stats.t.sf(abs(d.mean()) / se, n - 1))


def welch(mean, sd, other, other_sd, n=3):
    p = stats.ttest_ind_from_stats(mean, sd, n, other, other_sd, n, equal_var=False).pvalue
    u, v = sd**2 / n, other_sd**2 / n
    half = stats.t.ppf(0.975, (u + v) ** 2 / (u**2 / (n - 1) + v**2 / (n - 1))) * np.sqrt(u + v)
    return mean - other, mean - other - half, mean - other + half, float(p)


def main():
    rng = np.random.default_rng(20260303)
    folds, seeds = 5, 2
    names = ["baseline", "small", "noisy", "plain"]
    fold_effect = rng.normal(0, 0.02, folds * seeds)
    values = [np.round(0.9 + shift + fold_effect + rng.normal(0, 0.004, folds * seeds), 5) for shift in (0, -0.01, 0.002, -0.003)]
    rows = [[name, k // seeds, k % seeds, values[i][k]] for i, name in enumerate(names) for k in range(folds * seeds)]
    cases = {}
    for interval, share in [("plain", 0), ("corrected", 1 / (folds - 1))]:
        tests = [paired(v, values[0], share) for v in values[1:]]
        holm = multipletests([t[3] for t in tests], method="holm")[1]
        cases[interval] = [[*t, float(h)] for t, h in zip(tests, holm)]
    summary = {"mean": [float(v.mean()) for v in values], "sd": [float(v.std(ddof=1)) for v in values]}
    # Three arms of the recorded table against its baseline.
    recorded = {
        "auc": {name: welch(m, s, 0.9519, 0.0039) for name, m, s in [("no-pretraining", 0.8806, 0.0063), ("metadata", 0.9554, 0.0018)]},
        "auc2020": {name: welch(m, s, 0.9099, 0.0078) for name, m, s in [("no-external-data", 0.8876, 0.0028), ("no-augmentation", 0.8736, 0.0049)]},
    }
    json.dump({"rows": rows, "cases": cases, "summary": summary, "recorded": recorded}, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()
