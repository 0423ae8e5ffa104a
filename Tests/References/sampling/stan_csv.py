"""Draws that the program writes as CmdStan does, read by ArviZ: its summary must be the program's own.

usage: pip install arviz==0.23.* && python stan_csv.py ../../../.build/release/workbench
"""
import glob
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
import arviz as az
import numpy as np

program = str(pathlib.Path(sys.argv[1]).resolve())


def call(*arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


for experiment, settings in (
    ("sampling.schools", ["parameterisation=centred", "draws=500"]),
    ("sampling.logistic", ["data=bioassay", "draws=400"]),
    ("sampling.network", ["hidden=8", "updates=2000", "chains=2"]),
):
    with tempfile.TemporaryDirectory() as folder:
        sets = [part for setting in settings for part in ("--set", setting)]
        workspace, base = f"{folder}/run.workspace", f"{folder}/draws.csv"
        run = json.loads(call("run", experiment, *sets, "--json", "--save", workspace, "--stan-csv", base))
        files = sorted(glob.glob(f"{folder}/draws_*.csv"))
        data = az.from_cmdstan(posterior=files)
        table = run["tables"]["summary"]
        rows = [dict(zip(table["columns"], row)) for row in table["rows"] if not row[0].endswith("Weighted")]
        got = az.summary(data, round_to="none", kind="all")
        # ArviZ names the elements of an array theta[0]; their order is that of the columns, names it sorts are matched by their means.
        assert len(got) == len(rows), (len(got), len(rows))
        by_mean = sorted(range(len(rows)), key=lambda k: rows[k]["mean"])
        for k, (_, theirs) in zip(by_mean, got.sort_values("mean").iterrows()):
            ours = rows[k]
            for mine, name in (("mean", "mean"), ("sd", "sd"), ("mcseMean", "mcse_mean"), ("essBulk", "ess_bulk"), ("essTail", "ess_tail"), ("rhat", "r_hat")):
                assert np.isclose(ours[mine], theirs[name], rtol=1e-8), (experiment, ours["name"], mine, ours[mine], theirs[name])
        if "transitions" in run["tables"] and run["tables"]["transitions"]["rows"]:
            # A draw's energy is its kinetic energy less its log density.
            assert (data.sample_stats["energy"] + data.sample_stats["lp"] > 0).all()
            assert int(data.sample_stats["diverging"].sum()) == run["results"]["divergences"]
            assert np.allclose(az.bfmi(data), run["results"]["ebfmi"], rtol=1e-8)
        # The saved session gives the same files, and its table of draws the same numbers.
        call("export", workspace, "--stan-csv", f"{folder}/again.csv")
        for file in files:
            assert pathlib.Path(file).read_text() == pathlib.Path(file.replace("draws_", "again_")).read_text()

        print(f"{experiment}: {len(files)} files, {len(rows)} quantities, ArviZ's summary is the program's to 1e-8")
