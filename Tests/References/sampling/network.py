"""Reference values of Bayes by Backprop on a regression network, written independently of the program: densities from SciPy, gradients by
JAX's automatic differentiation of the paper's formulas, through both places at which log q depends on its parameters.

usage: pip install numpy scipy "jax[cpu]" && python network.py > network.json
"""
import json

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import stats as jstats
from scipy import stats

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(5)
h, noise = 3, 0.1
x = np.round(rng.uniform(0, 0.5, 7), 4)
e = 0.02 * rng.normal(size=7)
y = np.round(x + 0.3 * np.sin(2 * np.pi * (x + e)) + 0.3 * np.sin(4 * np.pi * (x + e)) + e, 5)
d = h * h + 4 * h + 1


def network(w, inputs, activation):
    """f of each input: the layers as matrices."""
    w1, b1, w2, b2, w3, b3 = w[:h], w[h : 2 * h], w[2 * h : 2 * h + h * h].reshape(h, h), w[2 * h + h * h : 3 * h + h * h], w[3 * h + h * h : -1], w[-1]
    phi = jnp.tanh if activation == "tanh" else lambda a: jnp.maximum(a, 0)
    first = phi(jnp.outer(inputs, w1) + b1)
    return phi(first @ w2.T + b2) @ w3 + b3


PRIORS = {"normal": (1.5, None, 1.0), "mixture": (1.0, 0.05, 0.25)}


def log_prior(w, prior):
    wide, narrow, share = PRIORS[prior]
    a = jstats.norm.logpdf(w, 0, wide)
    if narrow is None:
        return a.sum()
    return jnp.logaddexp(jnp.log(share) + a, jnp.log(1 - share) + jstats.norm.logpdf(w, 0, narrow)).sum()


def log_likelihood(w, rows, activation):
    return jstats.norm.logpdf(y[rows], network(w, x[rows], activation), noise).sum()


everything = np.arange(7)
targets = []
for activation in ("relu", "tanh"):
    for prior in PRIORS:
        f = lambda w: log_prior(w, prior) + log_likelihood(w, everything, activation)
        points = np.round(rng.normal(0, 0.8, (4, d)), 3)
        # The priors' densities once more by SciPy, which knows nothing of JAX.
        wide, narrow, share = PRIORS[prior]
        density = stats.norm.pdf(points, 0, wide)
        if narrow is not None:
            density = share * density + (1 - share) * stats.norm.pdf(points, 0, narrow)
        assert np.allclose(np.log(density).sum(1), [float(log_prior(w, prior)) for w in points], rtol=1e-13)
        targets.append(
            {
                "activation": activation, "prior": prior, "points": points.tolist(), "logDensity": [float(f(w)) for w in points],
                "gradient": [np.asarray(jax.grad(f)(w)).tolist() for w in points],
            }
        )

# One minibatch, the second of M = 3, of rows 4, 0 and 6: the paper's F and its slopes.
mu, rho, eps = np.round(rng.normal(0, 0.5, d), 3), np.round(rng.normal(-2, 1, d), 3), np.round(rng.normal(size=d), 3)
rows, M, i = np.array([4, 0, 6]), 3, 2
terms = []
for weights, share in (("geometric", 2 ** (M - i) / (2**M - 1)), ("uniform", 1 / M)):

    def F(mu, rho):
        sigma = jnp.log1p(jnp.exp(rho))
        w = mu + sigma * eps
        log_q = jstats.norm.logpdf(w, mu, sigma).sum()
        return share * (log_q - log_prior(w, "mixture")) - log_likelihood(w, rows, "relu")

    def ascent(mu, rho):
        return -M * F(mu, rho)

    g_mu, g_rho = jax.grad(ascent, (0, 1))(mu, rho)
    terms.append({"weights": weights, "share": share, "F": float(F(mu, rho)), "mu": np.asarray(g_mu).tolist(), "rho": np.asarray(g_rho).tolist()})

sigma = np.log1p(np.exp(rho))
w = mu + sigma * eps
entropy = stats.norm(0, sigma).entropy().sum()

# Adam by its paper's algorithm 1, three updates of given gradients.
gradients = np.round(rng.normal(0, 3, (3, 4)), 3)
theta, m, v, path = np.array([1.0, -1, 0, 2]), np.zeros(4), np.zeros(4), []
for t, g in enumerate(gradients, 1):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    theta = theta + 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    path.append(theta.tolist())

shares = {str(M): [2.0 ** (M - i) / (2.0**M - 1) for i in range(1, M + 1)] for M in (1, 2, 3, 8)}
print(
    json.dumps(
        {
            "hidden": h, "noise": noise, "x": x.tolist(), "y": y.tolist(), "targets": targets, "terms": terms,
            "draw": {
                "mu": mu.tolist(), "rho": rho.tolist(), "noise": eps.tolist(), "rows": rows.tolist(), "sigma": sigma.tolist(),
                "weights": w.tolist(), "entropy": float(entropy), "logQ": float(stats.norm.logpdf(w, mu, sigma).sum()),
                "logPrior": float(log_prior(w, "mixture")),
            },
            "adam": {"start": [1, -1, 0, 2], "rate": 0.01, "gradients": gradients.tolist(), "path": path}, "shares": shares,
        }
    )
)
