"""Makes the built-in predictions of classifier.predict: five folds' models, each asked about all eight orientations of a picture.

    pip install -r requirements.txt && python orientations.py ../../../Sources/CResources/files

Handwritten digits, 8x8 (UCI, Alpaydin and Kaynak 1998, CC BY 4.0; in scikit-learn's wheel): is it an eight? Five small networks, each
trained on four fifths of 600 digits, every digit once in an orientation drawn at random; 400 other digits, with noise, are scored in all
eight orientations. Columns f1_o0 to f5_o7. Orientation as in the winning solution: index >= 4 transposes, then index mod 4 flips nothing,
rows, columns, both.
"""

import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier


def oriented(images, index):
    if index >= 4:
        images = images.transpose(0, 2, 1)
    if index % 2 == 1:
        images = images[:, ::-1]
    if index % 4 >= 2:
        images = images[:, :, ::-1]
    return images


def main(folder):
    rng = np.random.default_rng(8)
    x, y = load_digits(return_X_y=True)
    order = rng.permutation(len(y))
    x, y = x[order].reshape(-1, 8, 8) / 16, (y[order] == 8).astype(int)
    train, test = slice(0, 600), slice(600, 1000)
    noisy = x[test] + rng.normal(0, 0.2, x[test].shape)
    scores = {}
    for fold, (rows, _) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(x[train], y[train]), 1):
        turned = np.array([oriented(x[train][r : r + 1], rng.integers(8))[0] for r in rows])
        model = MLPClassifier([8], alpha=1e-2, max_iter=150, random_state=fold).fit(turned.reshape(len(rows), -1), y[train][rows])
        for index in range(8):
            scores[f"f{fold}_o{index}"] = model.predict_proba(oriented(noisy, index).reshape(400, -1))[:, 1]
    with open(f"{folder}/orientations.csv", "w") as out:
        out.write("id,label," + ",".join(scores) + "\n")
        for row in range(400):
            cells = [f"{s[row]:.4f}".rstrip("0").rstrip(".") for s in scores.values()]
            out.write(f"d{order[600 + row] + 1},{y[test][row]}," + ",".join(cells) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
