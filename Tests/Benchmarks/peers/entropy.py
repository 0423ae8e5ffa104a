"""The same maximum-entropy problem by a Newton iteration in numpy and by SciPy's BFGS on the same dual."""
import json
import time

import numpy as np
from scipy.optimize import minimize
from sklearn.feature_selection import mutual_info_regression

def problem(count):
    x = np.arange(float(count))
    half, tenth = count / 2, count / 10
    features = np.array([x, (x / half) ** 2, np.sin(x / tenth), (x >= half).astype(float)])
    targets = np.array([0.4 * count, 0.9, 0.2, 0.35])
    return (features - targets[:, None]) / features.std(axis=1)[:, None]


centred = problem(100_000)


def point(theta):
    exponent = -theta @ centred
    top = exponent.max()
    weights = np.exp(exponent - top)
    total = weights.sum()
    return top + np.log(total), weights / total


def newton():
    theta = np.zeros(4)
    value, p = point(theta)
    for _ in range(50):
        mean = centred @ p
        if np.abs(mean).max() < 1e-12:
            return theta
        hessian = (centred * p) @ centred.T - np.outer(mean, mean)
        step = np.linalg.solve(hessian, mean)
        length = 1.0
        while True:
            after, q = point(theta + length * step)
            if after <= value + 1e-14 * abs(value) or length < 1e-10:
                break
            length /= 2
        theta, value, p = theta + length * step, after, q
    raise RuntimeError("not converged")


def bfgs():
    def dual(theta):
        value, p = point(theta)
        return value, -(centred @ p)

    return minimize(dual, np.zeros(4), jac=True, method="BFGS", options={"gtol": 1e-9}).x


def measure(name, body, rounds=7):
    body()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": min(times)}), flush=True)


assert np.allclose(newton(), bfgs(), atol=1e-6)
measure("numpy Newton, 100,000 outcomes, 4 constraints", newton)
large = centred
centred = problem(1000)
measure("numpy Newton, 1,000 outcomes, 4 constraints", newton, 30)
centred = large
measure("SciPy BFGS, 100,000 outcomes, 4 constraints", bfgs, 3)
generator = np.random.default_rng(1)
first = generator.normal(size=10_000)
second = 0.6 * first + 0.8 * generator.normal(size=10_000)
measure("scikit-learn mutual_info_regression, 10,000 pairs", lambda: mutual_info_regression(first[:, None], second, random_state=0), 3)
