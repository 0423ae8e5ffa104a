"""Makes the built-in data sets of classifier.metrics (out-of-fold predictions of simple models on public data) and the images that
classifier.ablation trains on.

    python builtin.py ../../../Sources/CResources/files

Needs scikit-learn 1.9 (BSD 3-Clause), whose wheel carries both data sets; they come from the UCI repository:
breast cancer Wisconsin (diagnostic), Wolberg, Street and Mangasarian 1995; optical recognition of handwritten digits (the test
part, 1,797 images), Alpaydin and Kaynak 1998. Both CC BY 4.0.

Every score is out of fold: the model that gave it never saw the row. Folds are stratified and shuffled, seed 0.
"""

import sys

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def out_of_fold(model, x, y, folds):
    scores = np.zeros((len(y), len(set(y))))
    for fold in sorted(set(folds)):
        model.fit(x[folds != fold], y[folds != fold])
        scores[folds == fold] = model.predict_proba(x[folds == fold])
    return scores


def folds_of(x, y, count):
    folds = np.zeros(len(y), int)
    for k, (_, test) in enumerate(StratifiedKFold(count, shuffle=True, random_state=0).split(x, y)):
        folds[test] = k + 1
    return folds


def cancer(path):
    x, y = load_breast_cancer(return_X_y=True)
    malignant = 1 - y  # scikit-learn codes benign as 1
    folds = folds_of(x, malignant, 5)
    # The weakest first: the first model is the one shown until another is chosen, and this one has most to show.
    models = {
        # Three of the thirty features (mean radius, texture, perimeter): a weak, overconfident model.
        "bayes": GaussianNB(),
        "neighbours": make_pipeline(StandardScaler(), KNeighborsClassifier(15)),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)),
    }
    columns = {
        name: out_of_fold(model, x[:, :3] if name == "bayes" else x, malignant, folds)[:, 1] for name, model in models.items()
    }
    with open(f"{path}/cancer.csv", "w") as out:
        out.write("id,label,fold," + ",".join(columns) + "\n")
        for i in range(len(y)):
            cells = [f"p{i + 1:03d}", "malignant" if malignant[i] else "benign", str(folds[i])]
            cells += [f"{columns[name][i]:.6f}".rstrip("0").rstrip(".") for name in columns]
            out.write(",".join(cells) + "\n")


def digits(path):
    x, y = load_digits(return_X_y=True)
    folds = folds_of(x, y, 5)
    # Every other pixel row only: at full resolution the model is nearly perfect and the confusion matrix has nothing to show.
    x = x.reshape(-1, 8, 8)[:, ::2, :].reshape(len(y), -1)
    scores = out_of_fold(make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000, C=0.05)), x, y, folds)
    with open(f"{path}/digits.csv", "w") as out:
        out.write("label,fold," + ",".join(str(k) for k in range(10)) + "\n")
        for i in range(len(y)):
            cells = [f"{p:.4f}".rstrip("0").rstrip(".") for p in scores[i]]
            out.write(f"{y[i]},{folds[i]}," + ",".join(cells) + "\n")


def digit_images(path):
    x, y = load_digits(return_X_y=True)
    with open(f"{path}/digit-images.csv", "w") as out:
        out.write("id,label," + ",".join(f"pixel{k}" for k in range(64)) + "\n")
        for i in range(len(y)):
            out.write(f"d{i},{y[i]}," + ",".join(str(int(v)) for v in x[i]) + "\n")


if __name__ == "__main__":
    cancer(sys.argv[1])
    digits(sys.argv[1])
    digit_images(sys.argv[1])
