"""Reference values of the regressions: design matrices by patsy, densities by SciPy, posteriors by linear algebra and quadrature.

usage: pip install numpy scipy mpmath patsy pandas && python regression.py > regression.json
"""
import io
import json
import pathlib
import re

import mpmath as mp
import numpy as np
import pandas as pd
import patsy
from scipy import integrate, special, stats

rng = np.random.default_rng(13)
out = {}

# --- a small table with names, counts and gaps
n = 24
table = pd.DataFrame({
    "y": np.round(rng.normal(3, 2, n), 2), "x1": np.round(rng.normal(0, 1, n), 2), "x2": np.round(rng.gamma(3, 1, n) + 0.1, 2),
    "group": rng.choice(["b", "a", "c"], n), "school": rng.choice(["north", "south"], n), "count": rng.poisson(2, n),
    "won": rng.integers(0, 2, n), "tries": rng.integers(3, 7, n)})
table["hits"] = np.minimum(table["tries"], rng.integers(0, 5, n))
text = table.to_csv(index=False).split("\n")
# gaps in rows 3, 7 and 11 (counted from 0), one in each of x1, group and y
cells = [line.split(",") for line in text if line]
cells[4][1], cells[8][3], cells[12][0] = "", "NA", "?"
csv = "\n".join(",".join(c) for c in cells) + "\n"
out["csv"] = csv
kept = pd.read_csv(io.StringIO(csv), na_values=["?"])

formulas = ["y ~ x1 + log(x2) + group", "y ~ group - 1", "y ~ x1*group", "y ~ x1:group", "y ~ group*school", "y ~ (x1 + x2 + group)^2",
            "y ~ I(x1^2) + x1 + 0", "y ~ x1 + group + school - 1", "y ~ x1 + I(x1*x2 - 2/x2)", "log(x2) ~ sqrt(x2):x1 + school"]
out["designs"] = []
for f in formulas:
    p = re.sub(r"\^2\)", "**2)", f).replace(")^2", ")**2")
    p = re.sub(r"\b(log|sqrt)\(", r"np.\1(", p)
    y, x = patsy.dmatrices(p, kept, NA_action="drop")
    x = np.asarray(x)
    out["designs"].append({"formula": f, "response": np.asarray(y)[:, 0].tolist(), "columns": sorted(x.T.tolist())})


# --- log posteriors in the coordinates that samplers move, from SciPy's densities in mpmath
full = kept.dropna()
out["complete"] = full.to_csv(index=False)
cols = {c: full[c].tolist() for c in ["y", "x1", "x2", "count", "won", "tries", "hits"]}
groups = sorted(set(full["group"]))
code = [groups.index(g) for g in full["group"]]


def norm(x, m, s):
    return -((x - m) / s) ** 2 / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2


def half(u, c):
    return mp.log(2) + norm(mp.e**u, 0, c) + u


def linear(q):
    b, s = q[:3], mp.e ** q[3]
    v = sum(norm(t, 0, 10) for t in b) + half(q[3], SCALE)
    return v + sum(norm(y, b[0] + b[1] * x1 + b[2] * x2, s) for y, x1, x2 in zip(cols["y"], cols["x1"], cols["x2"]))


def logistic(q):
    v = sum(norm(t, m, s) for t, m, s in zip(q, [0, 1], [2, 3]))
    for k, t, x in zip(cols["hits"], cols["tries"], cols["x1"]):
        eta = q[0] + q[1] * x
        v += k * eta - t * mp.log(1 + mp.e**eta) + mp.log(mp.binomial(t, k))
    return v


def laplace(q):
    v = sum(-abs(t) - mp.log(2) for t in q)
    for k, x in zip(cols["won"], cols["x1"]):
        eta = q[0] + q[1] * x
        v += k * eta - mp.log(1 + mp.e**eta)
    return v


def poisson(q):
    """count ~ x1 + offset(log(x2)) + (1 | group), HalfNormal(1) on the groups' standard deviation."""
    b, sd, z = q[:2], mp.e ** q[2], q[3:]
    v = sum(norm(t, 0, 10) for t in b) + half(q[2], 1) + sum(norm(t, 0, 1) for t in z)
    for k, x, e, g in zip(cols["count"], cols["x1"], cols["x2"], code):
        eta = b[0] + b[1] * x + mp.log(e) + sd * z[g]
        v += k * eta - mp.e**eta - mp.loggamma(k + 1)
    return v


SCALE = mp.mpf(float(np.std(full["y"])))
out["posteriors"] = {}
for name, f, d in [("linear", linear, 4), ("logistic", logistic, 2), ("laplace", laplace, 2), ("poisson", poisson, 6)]:
    qs = np.round(rng.normal(0, 0.7, (5, d)), 3).tolist()
    with mp.workdps(40):
        grads = [[float(mp.diff(lambda t: f([mp.mpf(v) if j != i else t for j, v in enumerate(q)]), mp.mpf(q[i]))) for i in range(d)] for q in qs]
    out["posteriors"][name] = {"points": qs, "logDensity": [float(f([mp.mpf(v) for v in q])) for q in qs], "gradient": grads}

# --- the linear model's posterior: known noise 1.5 by plain linear algebra, unknown noise by quadrature over it
X = np.c_[np.ones(len(full)), full["x1"], full["x2"]]
y = full["y"].to_numpy()
scale = float(SCALE)


def given(s, prior=10.0):
    precision = X.T @ X / s**2 + np.eye(3) / prior**2
    cov = np.linalg.inv(precision)
    mean = cov @ X.T @ y / s**2
    evidence = stats.multivariate_normal.logpdf(y, np.zeros(len(y)), s**2 * np.eye(len(y)) + prior**2 * X @ X.T)
    return mean, cov, evidence


mean, cov, evidence = given(1.5)
out["known"] = {"mean": mean.tolist(), "sd": np.sqrt(np.diag(cov)).tolist(), "logEvidence": float(evidence)}
other = {"mean": [2.5, 0.3, 0.1], "covariance": (cov * 1.3 + 0.01 * np.eye(3)).tolist()}
S0, S1, m0 = np.array(other["covariance"]), cov, np.array(other["mean"])
other["divergence"] = float(0.5 * (np.trace(np.linalg.solve(S1, S0)) + (mean - m0) @ np.linalg.solve(S1, mean - m0) - 3
                                   + np.linalg.slogdet(S1)[1] - np.linalg.slogdet(S0)[1]))
out["known"]["other"] = other
base = given(1.5)[2]


def weight(s):
    return np.exp(given(s)[2] - base) * stats.halfnorm.pdf(s, scale=scale)


def quad(f):
    return integrate.quad(f, 0.3, 30, points=[1, 2, 3, 5], epsabs=0, epsrel=1e-11, limit=400)[0]


z = quad(weight)
means = [quad(lambda s: weight(s) * given(s)[0][j]) / z for j in range(3)]
seconds = [quad(lambda s: weight(s) * (given(s)[1][j, j] + given(s)[0][j] ** 2)) / z for j in range(3)]
sm, ss = quad(lambda s: weight(s) * s) / z, quad(lambda s: weight(s) * s * s) / z
out["unknown"] = {"mean": means + [sm], "sd": [float(np.sqrt(b - a * a)) for a, b in zip(means, seconds)] + [float(np.sqrt(ss - sm * sm))],
                  "logEvidence": float(np.log(z) + base)}

# --- bioassay on a fine grid, priors N(0, 2) and N(10, 10)
a = np.linspace(-6, 10, 3201)[:, None]
b = np.linspace(-20, 60, 3201)[None, :]
lp = stats.norm.logpdf(a, 0, 2) + stats.norm.logpdf(b, 10, 10)
for dose, dead in zip([-0.86, -0.3, -0.05, 0.73], [0, 1, 3, 5]):
    eta = a + b * dose
    lp = lp + dead * eta - 5 * np.logaddexp(0, eta) + np.log(special.binom(5, dead))
w = np.exp(lp - lp.max())
area = (a[1, 0] - a[0, 0]) * (b[0, 1] - b[0, 0])
out["bioassay"] = {"logEvidence": float(np.log(w.sum() * area) + lp.max())}
w /= w.sum()
ma, mb = (w * a).sum(), (w * b).sum()
out["bioassay"]["mean"] = [float(ma), float(mb)]
out["bioassay"]["sd"] = [float(np.sqrt((w * (a - ma) ** 2).sum())), float(np.sqrt((w * (b - mb) ** 2).sum()))]

# --- where a count falls in its Poisson distribution
out["positions"] = [[m, k, float(0.5 * (stats.poisson.cdf(k, m) + stats.poisson.cdf(k - 1, m)))] for m, k in [(0.3, 0), (2.5, 3), (40, 28)]]
json.dump(out, __import__("sys").stdout)
