"""The same four posteriors by NumPyro (NUTS, chains in one vectorised program) and nutpie (PyMC models by Numba): seconds for 1000
effective draws, by ArviZ's smallest bulk ESS, of the sampling alone and with everything from the model's first line on.

Prints JSON lines {"name", "seconds"}.
"""
import csv
import json
import pathlib
import time
import warnings

warnings.filterwarnings("ignore")
import arviz as az
import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import nutpie
import pymc as pm
from numpyro.infer import MCMC, NUTS

jax.config.update("jax_enable_x64", True)
HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE.parents[2] / "Sources" / "CResources" / "files"

mixture = np.loadtxt(HERE.parent / "data" / "mixture.csv")
effects, errors = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def rows(name):
    with open(FILES / name) as file:
        return list(csv.reader(line for line in file if not line.startswith("#")))


cancer = rows("breast-cancer.csv")
column = next(k for k, name in enumerate(cancer[0]) if name == "diagnosis")
labels = np.array([row[column] == "malignant" for row in cancer[1:]], float)
x = np.array([[float(cell) for k, cell in enumerate(row) if k != column] for row in cancer[1:]])
x = (x - x.mean(0)) / x.std(0, ddof=1)
closes = np.array([float(row[-1]) for row in rows("sp500.csv")[1:]])
returns = np.diff(np.log(closes))
days = len(returns)


# --- NumPyro
def numpyro_mixture():
    a = numpyro.sample("a", dist.Normal(0, np.sqrt(10)))
    b = numpyro.sample("b", dist.Normal(0, 1))
    numpyro.factor("x", jnp.logaddexp(-((mixture - a) ** 2) / 4, -((mixture - a - b) ** 2) / 4).sum())


def numpyro_schools():
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([8]))
    numpyro.sample("y", dist.Normal(mu + tau * z, errors), obs=effects)


def numpyro_logistic():
    a = numpyro.sample("a", dist.Normal(0, 10))
    b = numpyro.sample("b", dist.Normal(0, 10).expand([x.shape[1]]))
    numpyro.sample("y", dist.Bernoulli(logits=a + x @ b), obs=labels)


def numpyro_volatility():
    sigma = numpyro.sample("sigma", dist.Exponential(10))
    nu = numpyro.sample("nu", dist.Exponential(0.1))
    first = numpyro.sample("first", dist.Normal(0, 100))
    z = numpyro.sample("z", dist.Normal(0, 1).expand([days - 1]))
    s = first + jnp.concatenate([jnp.zeros(1), jnp.cumsum(sigma * z)])
    numpyro.sample("x", dist.StudentT(nu, 0, jnp.exp(s)), obs=returns)


# --- PyMC's models, for nutpie
def pymc_mixture():
    with pm.Model() as model:
        a, b = pm.Normal("a", 0, np.sqrt(10)), pm.Normal("b", 0, 1)
        pm.Potential("x", pm.math.logaddexp(-((mixture - a) ** 2) / 4, -((mixture - a - b) ** 2) / 4).sum())
    return model


def pymc_schools():
    with pm.Model() as model:
        mu, tau, z = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5), pm.Normal("z", 0, 1, shape=8)
        pm.Normal("y", mu + tau * z, errors, observed=effects)
    return model


def pymc_logistic():
    with pm.Model() as model:
        a, b = pm.Normal("a", 0, 10), pm.Normal("b", 0, 10, shape=x.shape[1])
        pm.Bernoulli("y", logit_p=a + pm.math.dot(x, b), observed=labels)
    return model


def pymc_volatility():
    with pm.Model() as model:
        sigma, nu = pm.Exponential("sigma", 10), pm.Exponential("nu", 0.1)
        first, z = pm.Normal("first", 0, 100, initval=-4.5), pm.Normal("z", 0, 1, shape=days - 1)
        s = first + pm.math.concatenate([np.zeros(1), (sigma * z).cumsum()])
        pm.StudentT("x", nu=nu, mu=0, sigma=pm.math.exp(s), observed=returns)
    return model


def say(name, seconds):
    print(json.dumps({"name": name, "seconds": seconds}), flush=True)


MODELS = (
    ("the mixture", numpyro_mixture, pymc_mixture, ["a", "b"], 4, 1000, 5000),
    ("eight schools", numpyro_schools, pymc_schools, ["mu", "tau", "theta"], 4, 1000, 1000),
    ("logistic 569 x 30", numpyro_logistic, pymc_logistic, ["a", "b"], 4, 1000, 1000),
    ("volatility, 2,905 days", numpyro_volatility, pymc_volatility, ["sigma", "nu"], 2, 100, 100),
)


def smallest_ess(draws, names):
    """Of the quantities that the program shows: of eight schools the effects themselves."""
    quantities = {}
    for name in names:
        quantities[name] = draws["mu"][..., None] + draws["tau"][..., None] * draws["z"] if name == "theta" else draws[name]
    ess = az.ess(az.convert_to_dataset(quantities), method="bulk")
    return min(float(ess[name].min()) for name in names)


def run_numpyro(name, model, names, chains, warmup, draws, dense=False):
    began = time.perf_counter()
    start = {"first": jnp.asarray(-4.5), "sigma": jnp.asarray(0.1), "nu": jnp.asarray(10.0), "z": jnp.zeros(days - 1)}
    initial = numpyro.infer.init_to_value(values=start) if name.startswith("vol") else numpyro.infer.init_to_uniform
    kernel = NUTS(model, init_strategy=initial, dense_mass=dense)
    mcmc = MCMC(kernel, num_warmup=warmup, num_samples=draws, num_chains=chains, chain_method="vectorized", progress_bar=False)
    mcmc.warmup(jax.random.PRNGKey(1))
    # The draws' own program is compiled by a first run, which the sampling alone leaves out.
    mcmc.run(jax.random.PRNGKey(2))
    jax.block_until_ready(mcmc.get_samples())
    whole = time.perf_counter() - began
    sampling = time.perf_counter()
    mcmc.run(jax.random.PRNGKey(3))
    jax.block_until_ready(mcmc.get_samples())
    sampling = time.perf_counter() - sampling
    ess = smallest_ess({k: np.asarray(v) for k, v in mcmc.get_samples(group_by_chain=True).items()}, names)
    matrix = ", dense matrix" if dense else ""
    say(f"NumPyro {name}{matrix}", 1000 * sampling / ess)
    say(f"NumPyro {name}{matrix} with start-up", 1000 * whole / ess)


def run_nutpie(name, model, names, chains, warmup, draws, low_rank=False):
    began = time.perf_counter()
    compiled = nutpie.compile_pymc_model(model())
    running = time.perf_counter()
    trace = nutpie.sample(compiled, draws=draws, tune=warmup, chains=chains, seed=1, progress_bar=False, low_rank_modified_mass_matrix=low_rank)
    ended = time.perf_counter()
    ess = smallest_ess({k: trace.posterior[k].values for k in trace.posterior}, names)
    # nutpie tells no time of the draws alone: their share of the leapfrog steps is theirs of the time.
    steps = float(trace.sample_stats["n_steps"].sum())
    warm = float(trace.warmup_sample_stats["n_steps"].sum()) if hasattr(trace, "warmup_sample_stats") else steps * warmup / draws
    matrix = ", low-rank matrix" if low_rank else ""
    say(f"nutpie {name}{matrix}", 1000 * (ended - running) * steps / (steps + warm) / ess)
    say(f"nutpie {name}{matrix} with start-up", 1000 * (ended - began) / ess)


for name, by_numpyro, by_pymc, names, chains, warmup, draws in MODELS:
    run_numpyro(name, by_numpyro, names, chains, warmup, draws)
    run_nutpie(name, by_pymc, names, chains, warmup, draws)
    # Matrices of more than a diagonal, where ours is one.
    if name.startswith("logistic"):
        run_numpyro(name, by_numpyro, names, chains, warmup, draws, dense=True)
    if name.startswith(("logistic", "vol")):
        run_nutpie(name, by_pymc, names, chains, warmup, draws, low_rank=True)
