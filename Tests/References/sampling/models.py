"""Reference values of the models, written independently of the program: densities from SciPy, gradients and integrals from mpmath.

usage: pip install numpy scipy mpmath && python models.py > models.json
"""
import json

import mpmath as mp
import numpy as np
from scipy import integrate, stats

rng = np.random.default_rng(12)
out = {}


def gradient(f, q):
    """Central differences of order 6 in extended precision."""
    with mp.workdps(40):
        return [float(mp.diff(lambda t: f([mp.mpf(v) if j != i else t for j, v in enumerate(q)]), mp.mpf(q[i]))) for i in range(len(q))]


def points(d, n=5, scale=1.5):
    return np.round(rng.normal(0, scale, (n, d)), 3).tolist()


def normal(x, m, v):
    return -(x - m) ** 2 / (2 * v) - mp.log(2 * mp.pi * v) / 2


# --- the standard targets: log density at points, from the definitions
def banana(q, b=mp.mpf("0.1")):
    return normal(q[0], 0, 100) + normal(q[1], -b * (q[0] ** 2 - 100), 1) + sum(normal(x, 0, 1) for x in q[2:])


def funnel(q):
    return normal(q[0], 0, 9) + sum(normal(x, 0, mp.e ** q[0]) for x in q[1:])


def ill(q, condition=10000):
    d = len(q)
    return sum(normal(x, 0, mp.mpf(condition) ** (-mp.mpf(i) / (d - 1))) for i, x in enumerate(q))


def correlated(q, rho=mp.mpf("0.95")):
    d = len(q)
    c = mp.matrix(d, d)
    for i in range(d):
        for j in range(d):
            c[i, j] = rho ** abs(i - j)
    x = mp.matrix(q)
    return -(x.T * (c**-1) * x)[0] / 2 - mp.log(mp.det(c)) / 2 - d * mp.log(2 * mp.pi) / 2


def modes(q, a=5, w=mp.mpf("0.3")):
    first = w * mp.e ** normal(q[0], a, 1) + (1 - w) * mp.e ** normal(q[0], -a, 1)
    return mp.log(first) + sum(normal(x, 0, 1) for x in q[1:])


def student(q, v=3):
    d = len(q)
    n = mp.loggamma(mp.mpf(v + d) / 2) - mp.loggamma(mp.mpf(v) / 2) - mp.mpf(d) / 2 * mp.log(v * mp.pi)
    return n - mp.mpf(v + d) / 2 * mp.log(1 + sum(x * x for x in q) / mp.mpf(v))


out["targets"] = {}
for name, f, d in [("banana", banana, 3), ("funnel", funnel, 4), ("ill-conditioned", ill, 4), ("correlated", correlated, 4),
                   ("modes", modes, 2), ("student-t", student, 3)]:
    qs = points(d)
    out["targets"][name] = {"dimension": d, "points": qs, "logDensity": [float(f([mp.mpf(v) for v in q])) for q in qs],
                            "gradient": [gradient(f, q) for q in qs]}

# moments by sampling-free integration where they are not obvious
x1 = lambda f: integrate.quad(lambda x: f(x) * stats.norm.pdf(x, 0, 10), -120, 120, epsabs=1e-13, limit=400)[0]
out["targets"]["banana"]["sd"] = [10.0, float(np.sqrt(1 + x1(lambda x: (0.1 * (x * x - 100)) ** 2)))]
v = lambda f: integrate.quad(lambda x: f(x) * stats.norm.pdf(x, 0, 3), -40, 60, epsabs=1e-13, limit=400)[0]
out["targets"]["funnel"]["sd"] = [3.0, float(np.sqrt(v(np.exp)))]
out["targets"]["banana"]["marginal"] = [[y, float(x1(lambda x: stats.norm.pdf(y, -0.1 * (x * x - 100), 1)))] for y in (-20.0, 0.0, 9.5)]
out["targets"]["funnel"]["marginal"] = [[y, float(integrate.quad(
    lambda t: stats.norm.pdf(y, 0, np.exp(t / 2)) * stats.norm.pdf(t, 0, 3), -30, 30, points=[0], epsabs=1e-13, limit=800)[0])] for y in (0.5, 2.0, 10.0)]
out["targets"]["student-t"]["sd"] = [float(stats.t.std(3))] * 3
mix = lambda f: integrate.quad(lambda x: f(x) * (0.3 * stats.norm.pdf(x, 5) + 0.7 * stats.norm.pdf(x, -5)), -30, 30, points=[-5, 5], epsabs=1e-13)[0]
m = mix(lambda x: x)
out["targets"]["modes"]["mean"] = [float(m)]
out["targets"]["modes"]["sd"] = [float(np.sqrt(mix(lambda x: (x - m) ** 2))), 1.0]
out["targets"]["modes"]["massAbove"] = float(0.3 * stats.norm.cdf(5) + 0.7 * stats.norm.cdf(-5))

# --- eight schools: densities from SciPy-like definitions, the posterior by nested quadrature over (mu, log tau)
y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
s = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def schools(q, centred):
    mu, tau = q[0], mp.e ** q[1]
    theta = q[2:] if centred else [mu + tau * z for z in q[2:]]
    value = normal(mu, 0, 25) + mp.log(2 / (mp.pi * 5 * (1 + (tau / 5) ** 2))) + q[1]
    value += sum(normal(t, mu, tau**2) for t in theta) if centred else sum(normal(z, 0, 1) for z in q[2:])
    return value + sum(normal(mp.mpf(float(a)), t, mp.mpf(float(b)) ** 2) for a, b, t in zip(y, s, theta))


out["schools"] = {}
for name, centred in [("centred", True), ("noncentred", False)]:
    qs = points(10, 4)
    out["schools"][name] = {"points": qs, "logDensity": [float(schools([mp.mpf(t) for t in q], centred)) for q in qs],
                            "gradient": [gradient(lambda q: schools(q, centred), q) for q in qs]}


def joint(mu, u):
    """p(y, mu, log tau): the effects are integrated out, theta_j + noise is normal."""
    tau = np.exp(u)
    lik = np.exp(stats.norm.logpdf(y[:, None], mu, np.sqrt(s[:, None] ** 2 + tau**2)).sum(0) + 30)
    return lik * stats.norm.pdf(mu, 0, 5) * stats.halfcauchy.pdf(tau, scale=5) * tau


# Gauss-Legendre panels in mu and log tau, independent of the program's closed forms
def panels(a, b, n, k=24):
    x, w = np.polynomial.legendre.leggauss(k)
    edges = np.linspace(a, b, n + 1)
    h = np.diff(edges) / 2
    return ((edges[:-1] + h)[:, None] + h[:, None] * x).ravel(), (h[:, None] * w).ravel()


mus, wm = panels(-45, 55, 40)
us, wu = panels(-30, 14, 120)
sums = np.zeros(7)
for u, w in zip(us, wu):
    tau = np.exp(u)
    p = joint(mus, u) * wm * w
    share = tau**2 / (tau**2 + s[0] ** 2)
    theta = share * y[0] + (1 - share) * mus
    var = share * s[0] ** 2
    sums += [p.sum(), (p * mus).sum(), (p * mus**2).sum(), p.sum() * tau, p.sum() * tau**2, (p * theta).sum(), (p * (theta**2 + var)).sum()]
z = sums[0]
mom = sums[1:] / z
out["schools"]["logEvidence"] = float(np.log(z) - 30)
out["schools"]["mean"] = [float(mom[0]), float(mom[2]), float(mom[4])]
out["schools"]["sd"] = [float(np.sqrt(mom[1] - mom[0] ** 2)), float(np.sqrt(mom[3] - mom[2] ** 2)), float(np.sqrt(mom[5] - mom[4] ** 2))]

json.dump(out, __import__("sys").stdout)
