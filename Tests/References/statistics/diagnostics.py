"""Reference values of the convergence diagnostics, by ArviZ.

usage: pip install arviz==0.23.4 && python diagnostics.py > diagnostics.json
"""
import json
import warnings

import arviz as az
import numpy as np

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20210609)


def ar1(chains, draws, rho, shift=0.0):
    x = np.zeros((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * rng.normal(size=chains)
    return x + shift * np.arange(chains)[:, None]


far = rng.normal(size=(4, 60)) * 0.1
far[2:] += 10
stuck = np.repeat(np.arange(4.0)[:, None], 20, axis=1)
one_constant = rng.normal(size=(3, 40))
one_constant[1] = 0.25
cases = {
    "independent": rng.normal(size=(4, 100)),
    "slow": ar1(4, 200, 0.95),
    "antithetic": ar1(4, 120, -0.6),
    "odd length": ar1(3, 101, 0.5),
    "shifted chains": ar1(4, 80, 0.7, shift=0.5),
    "one chain": ar1(1, 150, 0.8),
    "four draws": rng.normal(size=(2, 4)),
    "five draws": rng.normal(size=(3, 5)),
    "six draws, one chain": rng.normal(size=(1, 6)),
    "ties": np.round(ar1(4, 64, 0.4), 1),
    "two values": (ar1(2, 90, 0.6) > 0).astype(float),
    "constant": np.ones((4, 30)),
    "constant but one draw": np.vstack([np.ones(30)] * 3 + [np.r_[np.ones(29), 2.0]]),
    "stuck apart": stuck,
    "one constant chain": one_constant,
    "cauchy": rng.standard_cauchy(size=(4, 100)),
    "huge": 1e150 * rng.normal(size=(2, 50)),
    "small about a large mean": 1e4 + 1e-2 * rng.normal(size=(2, 50)),
    "far modes": far,
    "many chains": ar1(64, 12, 0.3),
    "trend": ar1(4, 70, 0.2) + np.linspace(0, 3, 70),
    "three draws": rng.normal(size=(4, 3)),
    "a missing value": np.where(np.arange(80).reshape(2, 40) == 17, np.nan, rng.normal(size=(2, 40))),
}


def number(x):
    x = float(x)
    if np.isnan(x):
        return None
    return "inf" if np.isinf(x) else x


out = {"arviz": az.__version__, "cases": []}
for name, x in cases.items():
    values = {
        "rhat": az.rhat(x) if x.shape[0] > 1 else np.nan,
        "essBulk": az.ess(x, method="bulk"),
        "essTail": az.ess(x, method="tail"),
        "essMean": az.ess(x, method="mean"),
        "essSd": az.ess(x, method="sd"),
        "essQ10": az.ess(x, method="quantile", prob=0.1),
        "mcseMean": az.mcse(x, method="mean"),
        "mcseSd": az.mcse(x, method="sd"),
    }
    draws = [[None if np.isnan(v) else v for v in chain] for chain in x.tolist()]
    out["cases"].append({"name": name, "draws": draws, **{k: number(v) for k, v in values.items()}})
energy = ar1(3, 80, 0.9) * 2 + 30
out["energies"] = energy.tolist()
out["bfmi"] = az.bfmi(energy).tolist()
chain = ar1(1, 77, 0.7)[0]
out["chain"] = chain.tolist()
out["autocorrelation"] = az.autocorr(chain)[:20].tolist()
print(json.dumps(out))
