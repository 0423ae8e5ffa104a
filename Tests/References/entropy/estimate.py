"""Estimates of entropy by definition: writes EstimateReferences.swift.

Counts: each formula in mpmath (40 digits), NSB by mpmath's adaptive quadrature with the plain double sum for the second moment, and
the jackknife by leaving out each observation. Numbers: SciPy's differential_entropy, and all pairs in NumPy for nearest neighbours.

usage: python estimate.py > ../../EntropyTests/EstimateReferences.swift
needs: mpmath, numpy, scipy
"""
import numpy as np
from mpmath import mp, mpf, log, exp, psi, digamma, loggamma, quad, sqrt
from scipy.special import digamma as npsi
from scipy.stats import differential_entropy

mp.dps = 40


def number(x):
    return repr(float(x))


def xlogx(x):
    return x * log(x) if x > 0 else mpf(0)


def plugin(c):
    n = mpf(sum(c))
    return -sum(xlogx(x / n) for x in c)


def jackknife(c):
    n = sum(c)
    if n < 2:
        return plugin(c)
    left = mpf(0)
    for i, x in enumerate(c):
        if x:
            d = list(c)
            d[i] -= 1
            left += x * plugin(d)
    return n * plugin(c) - mpf(n - 1) / n * left


def grassberger88(c):
    n = mpf(sum(c))
    return sum(x / n * (log(n) - digamma(x) - mpf(-1) ** x / (x + 1)) for x in c if x)


def grassberger03(c):
    n = mpf(sum(c))
    return log(n) - sum(x * (digamma(x) + mpf(-1) ** x / 2 * (digamma(mpf(x + 1) / 2) - digamma(mpf(x) / 2))) for x in c if x) / n


def coverage(c):
    n, f1 = sum(c), sum(1 for x in c if x == 1)
    return 1 - mpf(f1 - 1 if f1 == n else f1) / n


def chao_shen(c):
    n, s = sum(c), coverage(c)
    return sum(-xlogx(s * x / n) / (1 - (1 - s * x / n) ** n) for x in c if x)


def james_stein(c, k):
    n = mpf(sum(c))
    p = [x / n for x in c if x] + [mpf(0)] * (k - sum(1 for x in c if x))
    d = (n - 1) * sum((mpf(1) / k - x) ** 2 for x in p)
    lam = mpf(1) if d == 0 else min(mpf(1), max(mpf(0), (1 - sum(x * x for x in p)) / d))
    return -sum(xlogx(lam / k + (1 - lam) * x) for x in p), lam


def dirichlet(c, k, a):
    n = [mpf(x) for x in c if x] + [mpf(0)] * (k - sum(1 for x in c if x))
    t = sum(n) + k * a
    plug = -sum(xlogx((x + a) / t) for x in n)
    mean = digamma(t + 1) - sum((x + a) / t * digamma(x + a + 1) for x in n)
    return plug, mean


def nsb(c, k, grid=False):
    seen = [x for x in c if x]
    total = sum(seen)
    values = sorted(set(seen))
    groups = [(mpf(v), seen.count(v)) for v in values] + ([(mpf(0), k - len(seen))] if k > len(seen) else [])

    def weight(u):
        b = exp(u)
        w = loggamma(k * b) - loggamma(total + k * b) + sum(m * (loggamma(v + b) - loggamma(b)) for v, m in groups if v)
        return w + log(k * psi(1, k * b + 1) - psi(1, b + 1)) + u

    def moments(b):
        a = total + k * b
        first = digamma(a + 1) - sum(m * (v + b) / a * digamma(v + b + 1) for v, m in groups)
        c1, c2 = digamma(a + 2), psi(1, a + 2)
        second = mpf(0)
        for i, (v, m) in enumerate(groups):
            x = v + b
            for j, (w, l) in enumerate(groups):
                pairs = m * l - (m if i == j else 0)
                second += pairs * x * (w + b) * ((digamma(x + 1) - c1) * (digamma(w + b + 1) - c1) - c2)
            second += m * x * (x + 1) * ((digamma(x + 2) - c1) ** 2 + psi(1, x + 2) - c2)
        return first, second / (a * (a + 1))

    us = [mpf(i) / 20 - 30 for i in range(1101)]
    ws = [weight(u) for u in us]
    top = max(ws)
    # Only where there is weight; the trapezoidal rule with a fifth of the step is the independent check of the grid.
    live = [u for u, w in zip(us, ws) if w > top - 60]
    lo, hi = live[0] - mpf("0.05"), live[-1] + mpf("0.05")
    lo, hi = max(lo, mpf(-30)), min(hi, mpf(25))
    steps = max(int((hi - lo) * 100), 600)
    z = f = s = mpf(0)
    for i in range(steps + 1):
        u = lo + (hi - lo) * i / steps
        share = exp(weight(u) - top) * (mpf("0.5") if i in (0, steps) else 1)
        a, b = moments(exp(u))
        z, f, s = z + share, f + share * a, s + share * b
    return f / z, sqrt(s / z - (f / z) ** 2)


mp.dps = 30
print("""// swift-format-ignore-file
/// Written by Tests/References/entropy/estimate.py with mpmath, NumPy and SciPy.
struct CountReference: Sendable {
    var name: String
    var counts: String
    var alphabet: Int
    var results: [String: Double]
    var dirichlet: [Double]
    var dirichletMean: [Double]
}

let countReferences: [CountReference] = [""")
for name, counts, k in [
    ("Nemenman's alphabet of 100", [12, 4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2], 100),
    ("the alphabet seen", [12, 4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2], 20),
    ("all once", [1, 1, 1, 1, 1], 1000),
    ("one outcome", [7], 5),
    ("a single observation", [1], 3),
    ("two of two", [5, 5], 2),
    ("zeros among them", [0, 3, 0, 9, 2, 0, 1], 7),
    ("many", [1000, 2000, 3000, 1, 2], 6),
    ("equal and great", [500] * 40, 40),
    ("a huge alphabet", [3, 2, 1, 1, 1, 1], 1000000),
]:
    js, lam = james_stein(counts, k) if k <= 1000 else (None, None)
    support = sum(1 for x in counts if x)
    if js is None:
        n = mpf(sum(counts))
        p = [x / n for x in counts]
        t = mpf(1) / k
        rest = k - len(p)
        d = (n - 1) * (sum((t - x) ** 2 for x in p) + rest * t * t)
        lam = min(mpf(1), max(mpf(0), (1 - sum(x * x for x in p)) / d))
        js = -sum(xlogx(lam * t + (1 - lam) * x) for x in p) - rest * xlogx(lam * t)
    mean, sd = nsb(counts, k)
    r = {
        "plugin": plugin(counts), "millerMadow": plugin(counts) + mpf(support - 1) / (2 * sum(counts)), "jackknife": jackknife(counts),
        "grassberger1988": grassberger88(counts), "grassberger2003": grassberger03(counts), "chaoShen": chao_shen(counts),
        "jamesStein": js, "jamesSteinLambda": lam, "nsb": mean, "nsbSd": sd, "coverage": coverage(counts), "support": support,
        "singletons": sum(1 for x in counts if x == 1), "samples": sum(counts),
    }
    if k <= 1000:
        both = [dirichlet(counts, k, a) for a in (mpf(1), mpf(1) / 2, mpf(1) / k)]
    else:
        both = []
        for a in (mpf(1), mpf(1) / 2, mpf(1) / k):
            t = sum(counts) + k * a
            rest = k - support
            both.append((-sum(xlogx((x + a) / t) for x in counts) - rest * xlogx(a / t),
                         digamma(t + 1) - sum((x + a) / t * digamma(x + a + 1) for x in counts) - rest * a / t * digamma(a + 1)))
    lines = ",\n            ".join(f'"{key}": {number(x)}' for key, x in r.items())
    print(f'    .init(\n        name: "{name}", counts: "{",".join(map(str, counts))}", alphabet: {k},\n        results: [\n            {lines},\n'
          f'        ],\n        dirichlet: [{", ".join(number(b[0]) for b in both)}],\n'
          f'        dirichletMean: [{", ".join(number(b[1]) for b in both)}]),')
print("]\n")


def neighbours(columns):
    p = np.stack(columns, axis=1)
    d = np.abs(p[:, None, :] - p[None, :, :]).max(axis=2)
    np.fill_diagonal(d, np.inf)
    return d


def ksg(x, y, k):
    n = len(x)
    d = neighbours([x, y])
    one = two = 0.0
    for i in range(n):
        order = sorted(range(n), key=lambda j: (d[i, j], j))[:k]
        reach = d[i, order[-1]]
        dx, dy = np.abs(x - x[i]), np.abs(y - y[i])
        one += npsi((dx < reach).sum() - (reach > 0) + 1) + npsi((dy < reach).sum() - (reach > 0) + 1)
        ex, ey = dx[order].max(), dy[order].max()
        two += npsi((dx <= ex).sum() - 1) + npsi((dy <= ey).sum() - 1)
    return npsi(k) + npsi(n) - one / n, npsi(k) - 1 / k + npsi(n) - two / n


def kozachenko(columns, k):
    d = np.sort(neighbours(columns), axis=1)
    n, dims = len(columns[0]), len(columns)
    return npsi(n) - npsi(k) + dims * np.log(2) + dims * np.mean(np.log(d[:, k - 1]))


print("""struct NumberReference: Sendable {
    var name: String
    var x: [Double]
    var y: [Double]
    var neighbours: Int
    var results: [String: Double]
}

let numberReferences: [NumberReference] = [""")
rng = np.random.default_rng(7)
z = rng.standard_normal(80)
sets = [
    ("correlated normals", z.round(6), (0.8 * z + 0.6 * rng.standard_normal(80)).round(6), 3),
    ("independent", rng.random(50).round(7), rng.random(50).round(7), 3),
    ("a circle", np.cos(np.arange(60) * 0.7).round(9), np.sin(np.arange(60) * 0.7).round(9), 5),
    ("ties on a lattice", rng.integers(0, 12, 70) * 1.0, rng.integers(0, 9, 70) * 1.0, 4),
    ("six points", np.array([0.1, 0.9, 0.35, 0.6, 0.2, 0.75]), np.array([1.0, 2.5, 1.7, 2.2, 1.1, 2.6]), 1),
    ("one variable", rng.gamma(2.0, 1.0, 100).round(6), np.array([]), 3),
]
for name, x, y, k in sets:
    r = {}
    if len(y):
        r["ksg1"], r["ksg2"] = ksg(x, y, k)
        rho = np.corrcoef(x, y)[0, 1]
        r["pearson"], r["gaussianMutualInformation"] = rho, -0.5 * np.log1p(-rho * rho)
    if "ties" not in name:
        r["kozachenkoLeonenko"] = kozachenko([x, y] if len(y) else [x], k)
        for key, method in [("vasicek", "vasicek"), ("vanEs", "van es"), ("ebrahimi", "ebrahimi"), ("correa", "correa")]:
            r[key] = differential_entropy(x, method=method)
    lines = ",\n            ".join(f'"{key}": {number(v)}' for key, v in r.items())
    xs, ys = (", ".join(number(v) for v in column) for column in (x, y))
    print(f'    .init(\n        name: "{name}",\n        x: [{xs}],\n        y: [{ys}],\n        neighbours: {k},\n        results: [\n            {lines},\n        ]),')
print("]")
