"""Reference gradients of the source's scheme for stochastic volatility: JAX's automatic differentiation of what an epoch climbs.

usage: pip install "jax[cpu]" && python volatility_source.py > volatility_source.json
"""
import json

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import stats

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(8)
x = np.round(0.012 * rng.standard_t(8, 6), 6)
noise = np.round(rng.normal(size=(3, 6)), 3)
parameters = np.concatenate([[0.08, 9.0, -4.4], np.round(0.05 * rng.normal(size=6), 4)])


def climbed(p, form):
    sigma, nu = p[0], p[1]
    mu = p[3:]
    s = p[2] + jnp.cumsum(mu + sigma * noise, axis=1)
    likelihood = stats.t.logpdf(x, nu, 0, jnp.exp(s)).sum(1).mean()
    priors = stats.expon.logpdf(sigma, scale=0.1) + stats.expon.logpdf(nu, scale=10)
    if form == "coded":
        # log q of the steps that were drawn, differentiated through the drawing too.
        steps = jnp.diff(s - p[2], axis=1, prepend=0)
        return likelihood + priors / 100 - stats.norm.logpdf(steps, mu, sigma).sum(1).mean()
    # The transitions' and the first state's log p - log q, expected over q exactly.
    transitions = -(mu[1:] ** 2).sum() / (2 * sigma**2)
    first = -((p[2] + mu[0]) ** 2 + sigma**2) / (2 * 100**2) + jnp.log(sigma)
    return likelihood + priors + transitions + first


print(
    json.dumps(
        {
            "returns": x.tolist(), "noise": noise.tolist(), "parameters": parameters.tolist(),
            "coded": np.asarray(jax.grad(climbed)(parameters, "coded")).tolist(),
            "written": np.asarray(jax.grad(climbed)(parameters, "written")).tolist(),
        }
    )
)
