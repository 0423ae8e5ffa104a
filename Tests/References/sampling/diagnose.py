"""Draws written as CmdStan writes them, and what ArviZ says of them after reading the files itself.

usage: pip install arviz==0.23.* && python diagnose.py > diagnose.json
"""
import json
import pathlib
import tempfile

import arviz as az
import numpy as np

rng = np.random.default_rng(15)
head = """# stan_version_major = 2
# method = sample (Default)
#   sample
#     num_samples = 50
#     num_warmup = 4
#     save_warmup = 1
#     thin = 1 (Default)
#       nuts
#         max_depth = 3
lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,mu,theta.1
"""
files = []
for c in range(2):
    rows = []
    mu = 0.0
    for i in range(54):
        mu = 0.6 * mu + rng.normal() + (0.3 if c else 0)
        theta = mu + rng.normal()
        rows.append(",".join(f"{v:.6g}" for v in [-mu * mu / 2, rng.uniform(0.6, 1), 0.4, rng.integers(1, 4), 3, int(rng.uniform() < 0.1),
                                                  mu * mu / 2 + rng.gamma(1), mu, theta]))
    rows.insert(4, "# Adaptation terminated\n# Step size = 0.4\n# Diagonal elements of inverse mass matrix:\n# 1, 1")
    files.append(head + "\n".join(rows) + "\n# \n#  Elapsed Time: 0.01 seconds (Warm-up)\n")
with tempfile.TemporaryDirectory() as folder:
    paths = []
    for c, text in enumerate(files):
        path = pathlib.Path(folder) / f"chain-{c + 1}.csv"
        path.write_text(text)
        paths.append(str(path))
    data = az.from_cmdstan(paths)
names = ["lp", "mu", "theta"]
lp = data.sample_stats["lp"].values
draws = {"lp__": lp, "mu": data.posterior["mu"].values, "theta.1": data.posterior["theta"].values.reshape(2, -1)}
out = {"files": files, "names": list(draws), "count": int(lp.shape[1])}
for key, f in [("rhat", az.rhat), ("essBulk", lambda x: az.ess(x, method="bulk")), ("essTail", lambda x: az.ess(x, method="tail")),
               ("mcseMean", lambda x: az.mcse(x, method="mean"))]:
    out[key] = [float(f(v)) for v in draws.values()]
out["mean"] = [float(v.mean()) for v in draws.values()]
out["ebfmi"] = [float(v) for v in az.bfmi(data.sample_stats["energy"].values)]
out["divergences"] = int(data.sample_stats["diverging"].values.sum())
out["treeDepthHits"] = int((data.sample_stats["tree_depth"].values >= 3).sum())
json.dump(out, __import__("sys").stdout)
