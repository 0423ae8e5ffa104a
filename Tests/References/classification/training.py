"""Reference values for the networks that classifier.ablation trains, by JAX, optax and SciPy.

    pip install -r requirements.txt && python training.py > ../../ClassificationTests/training.json

Losses and gradients by JAX's automatic differentiation of lax.conv and lax.reduce_window, Adam and the schedule by optax, turned and shifted
images by scipy.ndimage, resized ones by matrices of overlaps. All in double precision.
"""

import json

import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy import ndimage

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(20260303)


def layers(shape):
    side, channels = shape["side"], shape["channels"]
    flat = shape["features"] + shape["metadata"]
    sizes = []
    if shape["kind"] == "convolution":
        flat = (side // 4) ** 2 * 2 * channels + shape["metadata"]
        sizes += [(9, channels), (9 * channels, 2 * channels)]
    if shape["kind"] != "logistic":
        sizes.append((flat, shape["hidden"]))
    sizes.append((flat if shape["kind"] == "logistic" else shape["hidden"], shape["classes"]))
    return sizes


def split(w, shape):
    parts, start = [], 0
    for inputs, outputs in layers(shape):
        matrix = w[start : start + inputs * outputs].reshape(inputs, outputs)
        bias = w[start + inputs * outputs : start + (inputs + 1) * outputs]
        parts.append((matrix, bias))
        start += (inputs + 1) * outputs
    return parts


def outputs(w, x, metadata, mask, shape):
    parts = split(w, shape)
    if shape["kind"] == "convolution":
        y = x.reshape(-1, shape["side"], shape["side"], 1)
        for matrix, bias in parts[:2]:
            kernel = matrix.reshape(3, 3, -1, matrix.shape[1])
            y = jax.lax.conv_general_dilated(y, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias
            y = jax.nn.relu(jax.lax.reduce_window(y, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID"))
        x = y.reshape(len(x), -1)
        parts = parts[2:]
    x = jnp.concatenate([x, metadata], axis=1)
    if shape["kind"] != "logistic":
        x = jax.nn.relu(x @ parts[0][0] + parts[0][1])
        parts = parts[1:]
    return (x * mask) @ parts[0][0] + parts[0][1]


def loss(w, x, metadata, mask, targets, weights, smoothing, shape):
    logs = jax.nn.log_softmax(outputs(w, x, metadata, mask, shape))
    q = (1 - smoothing) * jax.nn.one_hot(targets, shape["classes"]) + smoothing / shape["classes"]
    return jnp.sum(weights * -jnp.sum(q * logs, axis=1)) / jnp.sum(weights)


def network(kind, side, metadata):
    n = 5
    shape = {
        "kind": kind, "features": side * side, "metadata": metadata, "side": side if kind == "convolution" else 0,
        "channels": 3 if kind == "convolution" else 0, "hidden": 0 if kind == "logistic" else 7, "classes": 4,
    }
    count = sum((i + 1) * o for i, o in layers(shape))
    w = rng.normal(0, 0.4, count)
    x, m = rng.normal(size=(n, side * side)), rng.normal(size=(n, metadata))
    mask = rng.integers(0, 3, size=(n, layers(shape)[-1][0])) / 1.4
    targets, weights = rng.integers(0, 4, n), rng.uniform(0.5, 2, n)
    arguments = (x, m, mask, targets, weights, 0.1, shape)
    value, gradient = jax.value_and_grad(loss)(w, *arguments)
    optimiser = optax.adam(0.01, b1=0.9, b2=0.999, eps=1e-8)
    state, moved = optimiser.init(w), jnp.array(w)
    for _ in range(4):
        update, state = optimiser.update(jax.grad(loss)(moved, *arguments), state, moved)
        moved = optax.apply_updates(moved, update)
    return {
        "shape": shape, "parameters": w.tolist(), "inputs": x.T.ravel().tolist(), "metadata": m.T.ravel().tolist(),
        "mask": mask.T.ravel().tolist(), "targets": targets.tolist(), "weights": weights.tolist(), "smoothing": 0.1,
        "logs": np.asarray(jax.nn.log_softmax(outputs(w, x, m, mask, shape))).T.ravel().tolist(), "loss": float(value),
        "gradient": np.asarray(gradient).tolist(), "afterAdam": np.asarray(moved).tolist(),
    }


def schedule(peak, warmup, total, cosine):
    climb = optax.linear_schedule(peak / max(warmup, 1), peak, max(warmup - 1, 1))
    rest = optax.cosine_decay_schedule(peak, total - warmup) if cosine else optax.constant_schedule(peak)
    both = optax.join_schedules([climb, rest], [warmup]) if warmup else rest
    return {"peak": peak, "warmup": warmup, "total": total, "cosine": cosine, "rates": [float(both(k)) for k in range(total)]}


def turned(side, angle, down, right):
    image = rng.uniform(size=(side, side))
    a, c = np.deg2rad(angle), (side - 1) / 2
    back = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    centre = np.array([c, c])
    result = ndimage.affine_transform(
        image, back, offset=centre - back @ (centre + [down, right]), order=1, mode="grid-constant", cval=0)
    return {
        "side": side, "angle": angle, "down": down, "right": right, "image": image.ravel().tolist(), "result": result.ravel().tolist(),
    }


def resized(side, size):
    image = rng.uniform(size=(side, side))
    edges = np.arange(size + 1) * side / size
    overlap = np.array([
        [max(0, min(edges[i + 1], j + 1) - max(edges[i], j)) for j in range(side)] for i in range(size)]) * size / side
    return {"side": side, "size": size, "image": image.ravel().tolist(), "result": (overlap @ image @ overlap.T).ravel().tolist()}


print(json.dumps({
    "networks": [network("logistic", 3, 2), network("network", 3, 0), network("convolution", 8, 0), network("convolution", 7, 2)],
    "schedules": [
        schedule(0.005, 10, 60, True), schedule(0.1, 0, 20, True), schedule(0.02, 5, 20, False), schedule(0.02, 0, 5, False)],
    "turned": [turned(8, 10.0, 0.7, -0.4), turned(5, -35.0, 0.0, 1.0), turned(6, 90.0, 0.0, 0.0), turned(8, 0.0, 8.0, -2.5)],
    "resized": [resized(8, 4), resized(8, 6), resized(7, 3), resized(4, 1)],
}))
