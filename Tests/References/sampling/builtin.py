"""Makes the sampling experiments' built-in data out of the packages that carry them.

usage: pip install scikit-learn==1.9.* statsmodels==0.15.* && pip download --no-deps skfolio==1.12.2 && python builtin.py skfolio-*.whl
"""
import csv
import gzip
import importlib.util
import io
import pathlib
import sys
import zipfile

files = pathlib.Path(__file__).resolve().parents[3] / "Sources/CResources/files"


def package(name):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


def write(name, header, rows):
    with open(files / name, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# Wisconsin breast cancer, 569 x 30; scikit-learn's file has no column names, its loader has
from sklearn.datasets import load_breast_cancer  # noqa: E402

data = load_breast_cancer()
raw = list(csv.reader(open(package("sklearn") / "datasets/data/breast_cancer.csv")))[1:]
names = [n.replace(" ", "_") for n in data.feature_names]
write("breast-cancer.csv", ["diagnosis"] + names, [[["malignant", "benign"][int(r[-1])]] + r[:-1] for r in raw])

# diabetes, 442 x 10, the raw measurements
x = gzip.open(package("sklearn") / "datasets/data/diabetes_data_raw.csv.gz", "rt").read().split("\n")
y = gzip.open(package("sklearn") / "datasets/data/diabetes_target.csv.gz", "rt").read().split()


def short(t):
    return format(float(t), ".10g")


write("diabetes.csv", ["progression", "age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"],
      [[short(t)] + [short(v) for v in r.split()] for r, t in zip(x, y)])

# stack loss, 21 x 3, and every twentieth row of the doctor visits
rows = list(csv.DictReader(open(package("statsmodels") / "datasets/stackloss/stackloss.csv")))
keys = list(rows[0])
write("stackloss.csv", [k.lower() for k in keys], [[short(r[k]) for k in keys] for r in rows])
rows = list(csv.DictReader(open(package("statsmodels") / "datasets/randhie/randhie.csv")))
keys = ["mdvis", "lncoins", "idp", "lpi", "fmde", "physlm", "disea", "hlthg", "hlthf", "hlthp"]
write("doctor-visits.csv", ["visits"] + keys[1:], [[short(format(float(r[k]), ".6g")) for k in keys] for r in rows[::20]])

# four groups of five animals (Racine et al. 1986)
write("bioassay.csv", ["dose", "animals", "deaths"], [[-0.86, 5, 0], [-0.3, 5, 1], [-0.05, 5, 3], [0.73, 5, 5]])

# the index's closes, as carried by skfolio for examples
wheel = zipfile.ZipFile(sys.argv[1])
text = gzip.decompress(wheel.read("skfolio/datasets/data/sp500_index.csv.gz")).decode()
closes = [r for r in csv.reader(io.StringIO(text)) if "2008-05-02" <= r[0] <= "2019-11-14"]
assert len(closes) == 2906, len(closes)
write("sp500.csv", ["date", "close"], closes)
