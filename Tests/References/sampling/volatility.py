"""Reference values of the stochastic volatility model: densities from SciPy, likelihoods by a dense grid of its own.

The filter here multiplies by the whole transition matrix on a grid of another step and range than the program's.

usage: pip install numpy scipy mpmath && python volatility.py > volatility.json
"""
import csv
import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import integrate, stats

out = {}
rng = np.random.default_rng(14)
files = pathlib.Path(__file__).resolve().parents[3] / "Sources/CResources/files"
closes = np.array([float(r["close"]) for r in csv.DictReader(open(files / "sp500.csv"))])
returns = np.diff(np.log(closes))
out["first"] = returns[:5].tolist()
out["sd"] = float(returns.std())


def likelihood(x, sigma, nu, low=-8.0, high=-1.0, n=701):
    s = np.linspace(low, high, n)
    h = s[1] - s[0]
    step = stats.norm.pdf(s[:, None], s[None, :], sigma) * h
    p = stats.norm.pdf(s, 0, 100) * h
    total = 0.0
    for i, v in enumerate(x):
        if i:
            p = step @ p
        p = p * stats.t.pdf(v, nu, scale=np.exp(s))
        c = p.sum()
        total += np.log(c)
        p /= c
    return float(total)


out["likelihoods"] = [[s, v, likelihood(returns, s, v)] for s, v in [(0.1, 10), (0.0955, 10.7), (0.06, 5), (0.2, 40)]]
short = np.round(returns[100:103] * 100, 4) / 100


# three days by adaptive quadrature in three dimensions over the states
def three(sigma, nu):
    def f(c, b, a):
        return (stats.norm.pdf(a, 0, 100) * stats.t.pdf(short[0], nu, scale=np.exp(a)) * stats.norm.pdf(b, a, sigma)
                * stats.t.pdf(short[1], nu, scale=np.exp(b)) * stats.norm.pdf(c, b, sigma) * stats.t.pdf(short[2], nu, scale=np.exp(c)))
    x, w = np.polynomial.legendre.leggauss(160)
    a = -4.5 + 3.5 * x
    wa = 3.5 * w
    y, v = np.polynomial.legendre.leggauss(60)
    d, wd = 8 * sigma * y, 8 * sigma * v
    A, D, E = a[:, None, None], d[None, :, None], d[None, None, :]
    W = wa[:, None, None] * wd[None, :, None] * wd[None, None, :]
    return float(np.log((f(A + D + E, A + D, A) * W).sum()))


out["short"] = {"returns": short.tolist(), "values": [[s, v, three(s, v)] for s, v in [(0.3, 4), (0.1, 10)]]}

# log density and gradient in both parameterisations, five days
five = [0.0123, -0.0045, 0.0, 0.0311, -0.0207]
out["five"] = {"returns": five}


def norm(x, m, s):
    return -((x - m) / s) ** 2 / 2 - mp.log(s) - mp.log(2 * mp.pi) / 2


def joint(q, centred):
    sigma, nu = mp.e ** q[0], mp.e ** q[1]
    value = mp.log(10) - 10 * sigma + q[0] + mp.log(mp.mpf("0.1")) - nu / 10 + q[1]
    s = []
    for i in range(5):
        s.append(q[2 + i] if centred or i == 0 else s[-1] + sigma * q[2 + i])
    value += norm(s[0], 0, 100)
    for i in range(1, 5):
        value += norm(s[i], s[i - 1], sigma) if centred else norm(q[2 + i], 0, 1)
    for x, t in zip(five, s):
        z = mp.mpf(x) / mp.e**t
        value += mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2 - t - (nu + 1) / 2 * mp.log(1 + z * z / nu)
    return value


for name, centred in [("centred", True), ("noncentred", False)]:
    qs = []
    for _ in range(5):
        q = [float(rng.normal(-1.5, 0.7)), float(rng.normal(2, 0.5))]
        q += (rng.normal(-4, 0.5, 5) if centred else np.r_[-4 + rng.normal(), rng.normal(0, 1, 4)]).tolist()
        qs.append([round(v, 3) for v in q])
    with mp.workdps(40):
        grads = [[float(mp.diff(lambda t: joint([mp.mpf(v) if j != i else t for j, v in enumerate(q)], centred), mp.mpf(q[i])))
                  for i in range(7)] for q in qs]
    out["five"][name] = {"points": qs, "logDensity": [float(joint([mp.mpf(v) for v in q], centred)) for q in qs], "gradient": grads}
json.dump(out, __import__("sys").stdout)
