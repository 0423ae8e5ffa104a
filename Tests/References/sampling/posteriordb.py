"""Means and standard deviations of posteriordb's reference draws, with their Monte Carlo errors, of the posteriors whose model is ours.

Linear regressions with flat priors there are given very wide ones here: the difference is far below the draws' errors. posteriordb
has no reference draws for logistic or Poisson regressions, nor for the mixture with tied means or stochastic volatility. Its centred
eight schools point to the draws of the non-centred ones.

Source: Magnusson, Buerkner, Vehtari, posteriordb: a set of posteriors for Bayesian inference (https://github.com/stan-dev/posteriordb),
BSD 3-Clause, whose draws are Stan's: 10 chains of 1,000, thinned to independence. Only summaries of the draws are kept; the data are
posteriordb's own.

usage: git clone https://github.com/stan-dev/posteriordb; pip install arviz==0.23.* && python posteriordb.py posteriordb > posteriordb.json
(a bare repository will do: files are read from the commit HEAD)
"""
import io
import json
import subprocess
import sys
import zipfile

import arviz as az
import numpy as np

repository = sys.argv[1]
BASE = "posterior_database/"


def git(*arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True).stdout


def unzipped(path):
    archive = zipfile.ZipFile(io.BytesIO(git("show", f"HEAD:{BASE}{path}.json.zip")))
    return json.loads(archive.read(archive.namelist()[0]))


def table(columns):
    rows = zip(*columns.values())
    return "\n".join([",".join(columns)] + [",".join(repr(cell) for cell in row) for row in rows]) + "\n"


def ess(x):
    return float(np.ravel(az.ess(x, method="mean"))[0])


def numbered(data):
    return {"y": data["y"], **{f"x{j + 1}": [row[j] for row in data["X"]] for j in range(data["D"])}}


# Name, its data, what the data are here, how the model is written here, and its parameters in the order of our quantities.
wide = {"priorSd": "10000", "scaleSd": 10000.0}
five = [f"beta[{j}]" for j in range(1, 6)] + ["sigma"]
posteriors = [
    ("eight_schools-eight_schools_noncentered", None, None, {}, ["mu", "tau"] + [f"theta[{j}]" for j in range(1, 9)]),
    ("sblri-blr", "sblri", numbered, {"formula": "y ~ x1 + x2 + x3 + x4 + x5 - 1", "priorSd": "10", "scaleSd": 10.0}, five),
    ("sblrc-blr", "sblrc", numbered, {"formula": "y ~ x1 + x2 + x3 + x4 + x5 - 1", "priorSd": "10", "scaleSd": 10.0}, five),
    ("kilpisjarvi_mod-kilpisjarvi", "kilpisjarvi_mod", lambda d: {"x": d["x"], "y": d["y"]}, {"formula": "y ~ x", "scaleSd": 10000.0},
     ["alpha", "beta", "sigma"]),
    ("mesquite-logmesquite_logvash", "mesquite",
     lambda d: {k: d[k] for k in ("weight", "diam1", "diam2", "canopy_height", "total_height", "group")},
     {"formula": "log(weight) ~ log(diam1*diam2*canopy_height) + log(diam1*diam2) + log(diam1/diam2) + log(total_height) + group", **wide},
     [f"beta[{j}]" for j in range(1, 7)] + ["sigma"]),
]

out = {"commit": git("rev-parse", "HEAD").decode().strip(), "posteriors": []}
for name, data, columns, settings, parameters in posteriors:
    item = {"name": name, "settings": dict(settings)}
    if data:
        values = unzipped(f"data/data/{data}")
        item["csv"] = table(columns(values))
        if "psalpha" in values:
            item["settings"]["priorMean"] = f"{values['pmualpha']!r},{values['pmubeta']!r}"
            item["settings"]["priorSd"] = f"{values['psalpha']!r},{values['psbeta']!r}"
    draws = unzipped(f"reference_posteriors/draws/draws/{name}")
    item["quantities"] = []
    for parameter in parameters:
        x = np.array([chain[parameter] for chain in draws])
        squares = (x - x.mean()) ** 2
        item["quantities"].append({
            "name": parameter, "mean": x.mean(), "sd": x.std(ddof=1), "mcseMean": x.std() / ess(x) ** 0.5,
            # By the delta method, from the error of the variance.
            "mcseSd": squares.std() / ess(squares) ** 0.5 / (2 * x.std())})
    out["posteriors"].append(item)

print(json.dumps(out, indent=1))
