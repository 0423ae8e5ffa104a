"""Predictions for entropy.physical by SciPy's root finder and plain sums: prints what PhysicalTests.swift quotes.

usage: python physical.py
needs: numpy, scipy
"""
import numpy as np
from scipy.optimize import brentq


def boltzmann(energies, mean=None, kT=None):
    e = np.array(energies, dtype=float)
    p = lambda b: np.exp(-b * (e - e.mean())) / np.exp(-b * (e - e.mean())).sum()
    b = 1 / kT if kT else brentq(lambda b: p(b) @ e - mean, -50, 50, xtol=1e-15, rtol=1e-15)
    q = p(b)
    z = np.exp(-b * e).sum()
    var = q @ e**2 - (q @ e) ** 2
    print("p", q.tolist(), "T", 1 / b, "Z", z, "F", -np.log(z) / b, "C", b * b * var, "E", q @ e, "H", -(q @ np.log(q)))


boltzmann(range(1, 7), mean=4.5)
boltzmann([0, 1, 2, 3, 4, 5], mean=1.2)
boltzmann([0, 0.5, 1, 1.5], kT=0.75)
mean = 2.5
p = np.array([(1 / (1 + mean)) * (mean / (1 + mean)) ** k for k in range(4000)])
print("waiting", p[:3].tolist(), 1 - p[:20].sum(), "T", 1 / np.log1p(1 / mean), "Z", 1 + mean, "H", -(p[p > 0] @ np.log(p[p > 0])))
