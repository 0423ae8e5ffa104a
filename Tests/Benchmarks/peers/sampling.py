"""The same tasks by JAX (one compiled scan, compile time left out) and ArviZ. Prints JSON lines {"name", "seconds"}."""
import json
import time
import warnings

warnings.filterwarnings("ignore")
import arviz as az
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(1)
x = jnp.asarray(np.where(rng.uniform(size=100) < 0.5, 0, 1) + 1.6 * rng.normal(size=100))


def log_likelihood(theta, d):
    a = -((d - theta[0]) ** 2) / 4
    b = -((d - theta[0] - theta[1]) ** 2) / 4
    return jnp.logaddexp(a, b).sum()


def log_prior(theta):
    return -theta[0] ** 2 / 20 - theta[1] ** 2 / 2


def least(f, rounds=5):
    f()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


for batch, updates in ((1, 1_000_000), (10, 1_000_000), (100, 200_000)):
    a, b, gamma = 0.19955159, 231.06635, 0.55

    def update(state, t):
        theta, key = state
        key, k1, k2 = jax.random.split(key, 3)
        rows = jax.random.randint(k1, (batch,), 0, 100)
        g = jax.grad(log_prior)(theta) + 100 / batch * jax.grad(log_likelihood)(theta, x[rows])
        eps = a * (b + t) ** -gamma
        theta = theta + eps / 2 * g + jnp.sqrt(eps) * jax.random.normal(k2, (2,))
        return (theta, key), theta

    @jax.jit
    def run(key):
        return jax.lax.scan(update, (jnp.ones(2), key), jnp.arange(updates, dtype=jnp.float64))[1]

    seconds = least(lambda: run(jax.random.PRNGKey(0)).block_until_ready(), 3)
    print(json.dumps({"name": f"JAX SGLD batch {batch}", "seconds": seconds}), flush=True)

chains = np.zeros((4, 10_000))
for t in range(1, 10_000):
    chains[:, t] = 0.9 * chains[:, t - 1] + rng.normal(size=4)
data = az.convert_to_dataset({"x": chains})
print(json.dumps({"name": "ArviZ summary of 4 x 10,000", "seconds": least(lambda: az.summary(data))}))
