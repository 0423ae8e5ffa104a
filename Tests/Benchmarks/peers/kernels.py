"""The kernels' tasks in numpy: seconds an element, but for the Gram matrix, which is a whole call."""
import json
import time

import numpy as np

n = 1 << 14
rng = np.random.Generator(np.random.Philox(1))
x = 3 * rng.standard_normal(n)
positive = np.abs(x) + 1e-3
y = np.empty(n)
features = rng.standard_normal((4, 100_000))
weights = rng.random(100_000)


def measure(name, body, per, rounds=50):
    body()
    times = []
    for _ in range(15):
        start = time.perf_counter()
        for _ in range(rounds):
            body()
        times.append((time.perf_counter() - start) / rounds / per)
    print(json.dumps({"name": name, "seconds": min(times)}), flush=True)


measure("numpy exp", lambda: np.exp(x, out=y), n)
measure("numpy expm1", lambda: np.expm1(x, out=y), n)
measure("numpy log", lambda: np.log(positive, out=y), n)
measure("numpy log1p", lambda: np.log1p(positive, out=y), n)
measure("numpy sin", lambda: np.sin(x, out=y), n)
measure("numpy cos", lambda: np.cos(x, out=y), n)
measure("numpy tanh", lambda: np.tanh(x, out=y), n)
measure("numpy pow", lambda: np.power(positive, 1.7, out=y), n)
measure("numpy Philox words", lambda: rng.bit_generator.random_raw(n), n)
measure("numpy uniforms", lambda: rng.random(n, out=y), n)
measure("numpy normals", lambda: rng.standard_normal(n, out=y), n)
measure("numpy gamma", lambda: rng.standard_gamma(2.5, n), n)
measure("numpy sum", lambda: x.sum(), n)
measure("numpy dot", lambda: x @ positive, n)
measure("numpy moments and Gram matrix", lambda: ((features * weights).sum(axis=1), (features * weights) @ features.T), 1, 5)
