"""Reference values for classifier.metrics, by scikit-learn, SciPy, statsmodels and NumPy.

    pip install -r requirements.txt && python metrics.py > ../../ClassificationTests/references.json

Each case holds its inputs (JSON's decimals read back to the same doubles) and the values that the experiment must give to 1e-12.
DeLong's variances are computed here from the definition (DeLong, DeLong & Clarke-Pearson 1988), by all pairs: the kernel matrix,
its row and column means, unbiased covariances of both. That is what pROC's ci.auc and roc.test(method = "delong") compute.
"""

import json
import sys

import numpy as np
from scipy import stats
from scipy.optimize import minimize
from sklearn import metrics as m
from sklearn.isotonic import IsotonicRegression
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

Z = stats.norm.ppf(0.975)


def placements(y, s):
    p, n = s[y == 1], s[y == 0]
    kernel = (p[:, None] > n[None, :]) + 0.5 * (p[:, None] == n[None, :])
    return kernel.mean(1), kernel.mean(0)


def delong(y, columns):
    v10, v01 = zip(*(placements(y, s) for s in columns))
    s10 = np.atleast_2d(np.cov(np.array(v10)))
    s01 = np.atleast_2d(np.cov(np.array(v01)))
    return np.array([v.mean() for v in v10]), s10 / (y == 1).sum() + s01 / (y == 0).sum()


def above(y, s, limit):
    """The ISIC 2024 challenge's partial area above a true positive rate."""
    top = 1 - limit
    scaled = m.roc_auc_score(1 - y, -s, max_fpr=top)
    return 0.5 * top**2 + (top - 0.5 * top**2) / 0.5 * (scaled - 0.5)


def raw_partial(y, s, limit):
    fpr, tpr, _ = m.roc_curve(y, s, drop_intermediate=False)
    stop = np.searchsorted(fpr, limit, "right")
    x = np.append(fpr[:stop], limit)
    t = np.append(tpr[:stop], np.interp(limit, fpr[stop - 1 : stop + 1], tpr[stop - 1 : stop + 1]))
    return np.trapezoid(t, x)


def bins(y, p, count, binning, right):
    edges = np.arange(count + 1) / count if binning == "width" else np.percentile(p, np.arange(count + 1) / count * 100)
    index = np.searchsorted(edges[1:-1], p, side="left" if right else "right")
    n = np.bincount(index, minlength=count)
    ok = n > 0
    mean = np.bincount(index, p, count)[ok] / n[ok]
    rate = np.bincount(index, y, count)[ok] / n[ok]
    share = n[ok] / len(y)
    return n, mean, rate, share


def calibration(y, p, count, binning, right):
    n, mean, rate, share = bins(y, p, count, binning, right)
    base = y.mean()
    return {
        "counts": n.tolist(), "ece": (share * abs(mean - rate)).sum(), "mce": abs(mean - rate).max(),
        "brierReliability": (share * (mean - rate) ** 2).sum(), "brierResolution": (share * (rate - base) ** 2).sum(),
        "brierUncertainty": base * (1 - base), "brier": m.brier_score_loss(y, p), "logLoss": m.log_loss(y, p),
    }


def binary(name, y, s, threshold=0.5, weights=None, probabilities=True):
    y, s = np.array(y), np.array(s, float)
    w = None if weights is None else np.array(weights, float)
    out = {"name": name, "labels": y.tolist(), "scores": s.tolist(), "threshold": threshold}
    if w is not None:
        out["weights"] = w.tolist()
    r = {
        "auc": m.roc_auc_score(y, s, sample_weight=w), "averagePrecision": m.average_precision_score(y, s, sample_weight=w),
    }
    call = (s >= threshold).astype(int)
    tn, fp, fn, tp = m.confusion_matrix(y, call, sample_weight=w, labels=[0, 1]).ravel()
    r |= {"tp": float(tp), "fp": float(fp), "tn": float(tn), "fn": float(fn)}
    r |= {
        "sensitivity": m.recall_score(y, call, sample_weight=w, zero_division=0),
        "precision": m.precision_score(y, call, sample_weight=w, zero_division=0),
        "f1": m.f1_score(y, call, sample_weight=w, zero_division=0), "mcc": m.matthews_corrcoef(y, call, sample_weight=w),
        "accuracy": m.accuracy_score(y, call, sample_weight=w), "balancedAccuracy": m.balanced_accuracy_score(y, call, sample_weight=w),
        "kappa": m.cohen_kappa_score(y, call, sample_weight=w), "specificity": tn / (tn + fp),
    }
    if w is None:
        r |= {
            "partialAuc": m.roc_auc_score(y, s, max_fpr=0.1), "partialAucRaw": raw_partial(y, s, 0.1), "partialAucAboveTpr": above(y, s, 0.8),
        }
        auc, cov = delong(y, [s])
        if (y == 1).sum() > 1 and (y == 0).sum() > 1:
            se = np.sqrt(cov[0, 0])
            r |= {"aucDeLongSe": se, "aucDeLongLow": max(0, auc[0] - Z * se), "aucDeLongHigh": min(1, auc[0] + Z * se)}
            if 0 < auc[0] < 1:
                logit, half = np.log(auc[0] / (1 - auc[0])), Z * se / (auc[0] * (1 - auc[0]))
                r |= {"aucDeLongLogitLow": 1 / (1 + np.exp(half - logit)), "aucDeLongLogitHigh": 1 / (1 + np.exp(-half - logit))}
        for key, successes, trials in [("sensitivity", tp, tp + fn), ("specificity", tn, tn + fp), ("accuracy", tp + tn, len(y))]:
            low, high = proportion_confint(successes, trials, method="wilson")
            r |= {key + "Low": low, key + "High": high}
        if fp > 0 and fn > 0 and tn > 0:
            plus, minus = m.class_likelihood_ratios(y, call)
            r |= {"likelihoodRatioPlus": plus, "likelihoodRatioMinus": minus, "diagnosticOddsRatio": tp * tn / (fp * fn)}
        r["netBenefit"] = tp / len(y) - fp / len(y) * threshold / (1 - threshold)
    fpr, tpr, _ = m.roc_curve(y, s, sample_weight=w, drop_intermediate=False)
    r |= {"youden": (tpr - fpr).max(), "ks": abs(tpr - fpr).max()}
    if probabilities:
        r |= {"brier": m.brier_score_loss(y, s, sample_weight=w), "logLoss": m.log_loss(y, s, sample_weight=w)}
        if w is None:
            c = calibration(y, s, 15, "width", True)
            r |= {k: c[k] for k in ("ece", "mce", "brierReliability", "brierResolution", "brierUncertainty")}
    out["results"] = {k: float(v) for k, v in r.items()}
    if w is None:
        fpr, tpr, t = m.roc_curve(y, s)
        out["roc"] = [[float(a), float(b), None if np.isinf(c) else float(c)] for a, b, c in zip(fpr, tpr, t)]
        precision, recall, t = m.precision_recall_curve(y, s)
        out["precisionRecall"] = [[float(a), float(b), float(c)] for a, b, c in zip(precision, recall, t)] + [[1.0, 0.0, None]]
    return out


def several(name, y, p):
    y, p = np.array(y), np.array(p, float)
    call = p.argmax(1)
    k = p.shape[1]
    hot = np.eye(k)[y]
    areas = [m.roc_auc_score(y == c, p[:, c]) for c in range(k)]
    # Hand & Till from the definition: scikit-learn refuses rows that do not sum to one.
    pairs, weights = [], []
    for a in range(k):
        for b in range(a + 1, k):
            both = (y == a) | (y == b)
            pairs.append((m.roc_auc_score(y[both] == a, p[both, a]) + m.roc_auc_score(y[both] == b, p[both, b])) / 2)
            weights.append(both.mean())
    r = {
        "aucOvrMacro": np.mean(areas), "aucOvrWeighted": np.average(areas, weights=np.bincount(y, minlength=k)),
        "aucOvrMicro": m.roc_auc_score(hot.ravel(), p.ravel()), "aucOvoMacro": np.mean(pairs),
        "aucOvoWeighted": np.average(pairs, weights=weights), "accuracy": m.accuracy_score(y, call),
        "mcc": m.matthews_corrcoef(y, call), "kappa": m.cohen_kappa_score(y, call),
        "kappaLinear": m.cohen_kappa_score(y, call, weights="linear"), "kappaQuadratic": m.cohen_kappa_score(y, call, weights="quadratic"),
        "balancedAccuracy": m.balanced_accuracy_score(y, call),
        "logLoss": -np.log(np.clip(p[np.arange(len(y)), y], np.finfo(float).eps, 1 - np.finfo(float).eps)).mean(),
        "brierSum": ((p - hot) ** 2).sum(1).mean(), "eceTopLabel": calibration((call == y).astype(int), p.max(1), 15, "width", True)["ece"],
    }
    if np.allclose(p.sum(1), 1, atol=1e-12):
        r["aucOvoMacro"] = m.roc_auc_score(y, p, multi_class="ovo", average="macro")
        r["aucOvoWeighted"] = m.roc_auc_score(y, p, multi_class="ovo", average="weighted")
        r["logLoss"] = m.log_loss(y, p)
        r["brierSum"] = m.brier_score_loss(y, p, scale_by_half=False)
    for average in ["macro", "micro", "weighted"]:
        for key, f in [("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)]:
            r[key + average.capitalize()] = f(y, call, average=average, zero_division=0)
    return {
        "name": name, "labels": y.tolist(), "scores": p.tolist(), "results": {k: float(v) for k, v in r.items()},
        "aucPerClass": [float(a) for a in areas], "topK": [float(m.top_k_accuracy_score(y, p, k=i, labels=range(k))) if i < k else 1.0 for i in range(1, k + 1)],
        "confusion": m.confusion_matrix(y, call, labels=range(k)).tolist(),
    }


def calibrators(y, s, folds):
    """Each calibrator fitted on the other folds, by general-purpose optimisers to tight tolerances."""
    eps = np.finfo(float).eps
    clip = lambda p: np.clip(p, eps, 1 - eps)
    logit = lambda p: np.log(clip(p)) - np.log1p(-clip(p))
    sig = lambda z: 1 / (1 + np.exp(-z))

    def logistic(x, t):
        def loss(w):
            z = x @ w
            return (np.logaddexp(0, z) - t * z).sum(), x.T @ (sig(z) - t)

        w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000}).x
        for _ in range(20):  # Newton steps to the last digit.
            p = sig(x @ w)
            w = w - np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]), x.T @ (p - t))
        return w

    out = {name: s.copy() for name in ["platt", "isotonic", "temperature"]}
    for f in np.unique(folds):
        train, test = folds != f, folds == f
        yt, st = y[train], s[train]
        up, down = (yt.sum() + 1) / (yt.sum() + 2), 1 / ((1 - yt).sum() + 2)
        one = lambda v: np.column_stack([v, np.ones(len(v))])
        out["platt"][test] = sig(one(s[test]) @ logistic(one(st), np.where(yt == 1, up, down)))
        out["isotonic"][test] = IsotonicRegression(out_of_bounds="clip").fit(st, yt).predict(s[test])
        w = logistic(logit(st)[:, None], yt)
        out["temperature"][test] = sig(w[0] * logit(s[test]))
    return {name: {"brier": float(m.brier_score_loss(y, p)), "auc": float(m.roc_auc_score(y, p))} for name, p in out.items()}


def main():
    rng = np.random.default_rng(20260101)
    cases = [
        binary("four rows", [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]),
        binary("ties", [0, 1, 0, 1, 1, 0, 0, 1], [0.5, 0.5, 0.5, 0.7, 0.2, 0.2, 0.9, 0.7]),
        binary("perfect", [0, 0, 1, 1, 1], [0.1, 0.2, 0.8, 0.8, 0.9]),
        binary("constant", [0, 1, 0, 1, 1], [0.5] * 5),
        binary("negative zero ties with zero", [0, 1, 1, 0], [-0.0, 0.0, 0.5, 0.25]),
        binary("one unit in the last place apart", [0, 1, 0, 1], [0.5, float(np.nextafter(0.5, 1)), float(np.nextafter(0.5, 0)), 0.5]),
        binary("decimal edges", [0, 1, 0, 1, 1, 0, 1, 0], [0.3, 0.3, 0.6, 0.2, 0.8, 0.4, 1.0, 0.0], 0.3),
        binary("logits", [0, 1, 1, 0, 1, 0], [-3.5, 2.25, -0.5, 0.75, 10.0, -1e300], 0.0, probabilities=False),
    ]
    y = rng.integers(0, 2, 60)
    cases.append(binary("normal scores, rounded", y, np.clip(np.round(rng.normal(0.35 + 0.25 * y, 0.22), 2), 0, 1)))
    y = (rng.random(80) < 0.15).astype(int)
    s = np.clip(rng.beta(2 + 2 * y, 6), 0, 1)
    cases.append(binary("rare positives", y, s, 0.4))
    cases.append(binary("weights", y, s, 0.4, weights=np.round(rng.gamma(2, 1, 80), 3)))

    y3 = rng.integers(0, 3, 50)
    p3 = rng.dirichlet([1, 1, 1], 50) + np.eye(3)[y3] * 0.4
    y4 = np.r_[rng.integers(0, 4, 36), 0, 1, 2, 3]
    # Quarters and eighths: many ties, rows that sum to one exactly.
    p4 = rng.multinomial(8, [0.25] * 4, 40) / 8
    multi = [several("three classes", y3, p3 / p3.sum(1, keepdims=True)), several("four classes, ties", y4, p4)]

    y = rng.integers(0, 2, 70)
    models = [np.round(rng.normal(0.4 + d * y, 0.3), 2) for d in (0.1, 0.25, 0.3)]
    auc, cov = delong(y, models)
    pairs = []
    for a in range(3):
        for b in range(a + 1, 3):
            d, se = auc[a] - auc[b], np.sqrt(cov[a, a] + cov[b, b] - 2 * cov[a, b])
            right = [(models[i] >= 0.5) == (y == 1) for i in (a, b)]
            only = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
            pairs.append({
                "difference": d, "low": d - Z * se, "high": d + Z * se, "z": d / se, "p": 2 * stats.norm.sf(abs(d / se)),
                "onlyARight": only[0], "onlyBRight": only[1], "pMcNemar": mcnemar([[0, only[0]], [only[1], 0]], exact=True).pvalue,
            })
    for pair, adjusted in zip(pairs, multipletests([p["p"] for p in pairs], method="holm")[1]):
        pair["pHolm"] = float(adjusted)
    paired = {"labels": y.tolist(), "scores": [s.tolist() for s in models], "pairs": [{k: float(v) for k, v in p.items()} for p in pairs]}

    mcn = [[b, c, float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)] for b, c in [(0, 0), (1, 0), (5, 5), (3, 12), (40, 90), (700, 900), (0, 1100)]]
    json.dump(build(cases, multi, paired, mcn, rng), sys.stdout, separators=(",", ":"))


def build(cases, multi, paired, mcn, rng):
    yb = rng.integers(0, 2, 90)
    p = np.round(rng.random(90), 2)
    binned = []
    for binning in ["width", "mass"]:
        for right in [True, False]:
            c = calibration(yb, p, 10, binning, right)
            binned.append({"binning": binning, "right": right, **{k: v if isinstance(v, list) else float(v) for k, v in c.items()}})
    y = rng.integers(0, 2, 100)
    s = np.round(np.clip(rng.normal(0.35 + 0.3 * y, 0.25), 0.01, 0.99), 3)
    folds = np.arange(100) % 4
    return {
        "binary": cases, "several": multi, "paired": paired, "mcnemar": mcn,
        "binned": {"labels": yb.tolist(), "scores": p.tolist(), "cases": binned},
        "calibrators": {"labels": y.tolist(), "scores": s.tolist(), "folds": folds.tolist(), "results": calibrators(y, s, folds)},
    }


if __name__ == "__main__":
    main()
