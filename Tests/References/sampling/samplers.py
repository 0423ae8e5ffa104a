"""Reference values of the samplers' parts, written independently of the program: from the formulas, in mpmath or NumPy.

usage: pip install numpy scipy mpmath && python samplers.py > samplers.json
"""
import json

import mpmath as mp
import numpy as np
from scipy import integrate

mp.mp.dps = 40
rng = np.random.default_rng(11)
out = {}

# --- the schedule (Welling & Teh 2011): 0.01 to 0.0001 in 10^6 updates, gamma 0.55
U, start, end, gamma = mp.mpf(10) ** 6, mp.mpf("0.01"), mp.mpf("0.0001"), mp.mpf("0.55")
b = U / ((end / start) ** (-1 / gamma) - 1)
a = start * b**gamma
ts = [0, 1, 10, 1000, 123456, 999999, 1000000]
out["schedule"] = {"a": float(a), "b": float(b), "t": ts, "step": [float(a * (b + t) ** -gamma) for t in ts],
                   "sum": float(mp.nsum(lambda t: a * (b + t) ** -gamma, [0, U - 1]))}

# --- the mixture: log joint and gradient from the densities themselves
x = np.round(np.r_[rng.normal(0, 1.6, 9), rng.normal(1, 1.6, 11)], 3).tolist()


def normal_pdf(v, mean, var):
    return mp.exp(-((v - mean) ** 2) / (2 * var)) / mp.sqrt(2 * mp.pi * var)


def log_joint(t1, t2):
    t1, t2 = mp.mpf(t1), mp.mpf(t2)
    s = mp.log(normal_pdf(t1, 0, 10)) + mp.log(normal_pdf(t2, 0, 1))
    for v in x:
        s += mp.log((normal_pdf(mp.mpf(v), t1, 2) + normal_pdf(mp.mpf(v), t1 + t2, 2)) / 2)
    return s


points = [[0, 1], [1, 1], [1.3, -1.5], [-0.25, 1.5], [0, 0], [5, -7], [-20, 30], [100, 0.001]]
out["mixture"] = {"data": x, "points": points, "logJoint": [], "gradient": []}
for p in points:
    out["mixture"]["logJoint"].append(float(log_joint(*p)))
    g1 = mp.diff(lambda t: log_joint(t, p[1]), p[0])
    g2 = mp.diff(lambda t: log_joint(p[0], t), p[1])
    out["mixture"]["gradient"].append([float(g1), float(g2)])

# --- its exact posterior by adaptive quadrature in float64
xs = np.array(x)


def density(t1, t2):
    d1, d2 = xs - t1, xs - t1 - t2
    lik = np.log(0.5 * (np.exp(-d1**2 / 4) + np.exp(-d2**2 / 4)) / np.sqrt(4 * np.pi)).sum()
    return np.exp(lik - t1**2 / 20 - t2**2 / 2 - 0.5 * np.log(2 * np.pi * 10) - 0.5 * np.log(2 * np.pi) + 35)


def moment(f, lo2=-8, hi2=8):
    def inner(t2):
        return integrate.quad(lambda t1: f(t1, t2) * density(t1, t2), -8, 8, epsabs=0, epsrel=1e-11, limit=200, points=[-2, 0, 2])[0]
    return integrate.quad(inner, lo2, hi2, epsabs=0, epsrel=1e-10, limit=200, points=[p for p in (-3, 0, 3) if lo2 < p < hi2] or None)[0]


z = moment(lambda u, v: 1.0)
m1, m2 = moment(lambda u, v: u) / z, moment(lambda u, v: v) / z
v1 = moment(lambda u, v: (u - m1) ** 2) / z
v2 = moment(lambda u, v: (v - m2) ** 2) / z
c = moment(lambda u, v: (u - m1) * (v - m2)) / z
out["mixture"].update(logEvidence=float(np.log(z) - 35), mean=[m1, m2], sd=[v1**0.5, v2**0.5], correlation=c / (v1 * v2) ** 0.5,
                      massAbove=moment(lambda u, v: 1.0, 0, 8) / z)

# --- one update each with given gradient and noise
theta, g, zn, eps, T = [0.3, -1.2], [4.5, -0.25], [0.7, -1.1], 0.02, 1.7
theta, g, zn = map(np.array, (theta, g, zn))
sgd = theta + eps / 2 * g
sgld = theta + eps / 2 * g + np.sqrt(eps * T) * zn
v = np.array([0.5, 2.0])
avg = np.array([0.09, -0.3])
alpha, lam = 0.99, 1e-8
steps = {"theta": theta.tolist(), "gradient": g.tolist(), "noise": zn.tolist(), "stepSize": eps, "temperature": T, "meanSquare": v.tolist(),
         "average": avg.tolist(), "sgd": sgd.tolist(), "sgld": sgld.tolist()}
for name, s in (("total", g), ("average", avg)):
    vn = alpha * v + (1 - alpha) * s**2
    G = 1 / (lam + np.sqrt(vn))
    steps["psgld_" + name] = (theta + eps / 2 * G * g + np.sqrt(eps * T * G) * zn).tolist()
    steps["psgld_v_" + name] = vn.tolist()
a_f, vel = 0.1, np.array([0.01, -0.02])
vel2 = (1 - a_f) * vel + eps / 2 * g + np.sqrt(2 * a_f * (eps / 2) * T) * zn
steps.update(velocity=vel.tolist(), sghmc=(theta + vel2).tolist(), sghmc_v=vel2.tolist())
out["steps"] = steps

# --- leapfrog on the mixture with a diagonal metric
inv = np.array([0.5, 1.7])


def gradient(q):
    d1, d2 = xs - q[0], xs - q[0] - q[1]
    r = 1 / (1 + np.exp(d2**2 / 4 - d1**2 / 4))
    return np.array([((1 - r) * d1 / 2 + r * d2 / 2).sum() - q[0] / 10, (r * d2 / 2).sum() - q[1]])


q, p, h = np.array([0.4, 0.9]), np.array([1.0, -0.6]), 0.1
path = []
for _ in range(5):
    p = p + h / 2 * gradient(q)
    q = q + h * inv * p
    p = p + h / 2 * gradient(q)
    path.append([*q, *p])
out["leapfrog"] = {"inverse": inv.tolist(), "start": [0.4, 0.9, 1.0, -0.6], "stepSize": h, "path": path}

# --- dual averaging (Hoffman & Gelman 2014, eq. 6)
mu, hbar, logbar = np.log(10 * 0.5), 0.0, 0.0
acc = [0.9, 0.2, 1.0, 0.0, 0.75, 0.8, 0.81, 0.4]
seq = []
for t, al in enumerate(acc, 1):
    hbar = (1 - 1 / (t + 10)) * hbar + (0.8 - al) / (t + 10)
    le = mu - np.sqrt(t) / 0.05 * hbar
    eta = t**-0.75
    logbar = eta * le + (1 - eta) * logbar
    seq.append(np.exp(le))
out["dualAveraging"] = {"start": 0.5, "target": 0.8, "acceptance": acc, "stepSizes": seq, "average": np.exp(logbar)}


# --- Stan's warm-up windows, as its windowed_adaptation counts them
def windows(n, init=75, term=50, base=25):
    if n < 20:
        return []
    if init + base + term > n:
        init, term = int(0.15 * n), int(0.1 * n)
        base = n - (init + term)
    size, nxt, ends = base, init + base - 1, []
    for counter in range(n):
        inside = init <= counter < n - term
        if inside and counter == nxt:
            ends.append(counter + 1)
            if nxt != n - term - 1:
                size *= 2
                nxt = counter + size
                if nxt != n - term - 1 and nxt + 2 * size >= n - term:
                    nxt = n - term - 1
    return ends


out["windows"] = {str(n): windows(n) for n in (10, 19, 20, 50, 100, 149, 150, 151, 200, 300, 500, 999, 1000, 1001, 2000, 5000)}


# --- NUTS transitions on the mixture, the tree walked over a list of states, uniform numbers given
def nuts(q0, p0, inv, h, max_depth, uniforms):
    u = iter(uniforms)

    def logp(q):
        d1, d2 = xs - q[0], xs - q[0] - q[1]
        ll = np.log(0.5 * (np.exp(-d1**2 / 4) + np.exp(-d2**2 / 4)) / np.sqrt(4 * np.pi)).sum()
        return ll - q[0] ** 2 / 20 - q[1] ** 2 / 2 - 0.5 * np.log(2 * np.pi * 10) - 0.5 * np.log(2 * np.pi)

    def energy(s):
        return 0.5 * s[1] @ (inv * s[1]) - logp(s[0])

    def leap(s, direction):
        q, p = s
        p = p + direction * h / 2 * gradient(q)
        q = q + direction * h * inv * p
        return q, p + direction * h / 2 * gradient(q)

    h0 = energy((q0, p0))
    info = {"leapfrogs": 0, "acceptance": 0.0, "divergent": False}

    def turned(states):
        """Any sub-stretch of the whole, or either half with the neighbouring state, that turns back."""
        half = len(states) // 2
        for stretch in (states, states[: half + 1], states[half - 1 :]):
            rho = sum(s[1] for s in stretch)
            if (inv * stretch[0][1]) @ rho <= 0 or (inv * stretch[-1][1]) @ rho <= 0:
                return True
        return False

    def grow(s, direction, depth):
        """States in time order of building, chosen one, log weight, validity."""
        if depth == 0:
            s = leap(s, direction)
            info["leapfrogs"] += 1
            gain = h0 - energy(s)
            info["acceptance"] += min(1.0, np.exp(gain))
            if -gain > 1000:
                info["divergent"] = True
            return [s], s, gain, not info["divergent"]
        left, a, wa, ok = grow(s, direction, depth - 1)
        if not ok:
            return left, a, wa, False
        right, b, wb, ok = grow(left[-1], direction, depth - 1)
        if not ok:
            return left + right, a, wa, False
        w = np.logaddexp(wa, wb)
        chosen = b if next(u) < np.exp(wb - w) else a
        return left + right, chosen, w, not turned(left + right)

    states, chosen, weight, depth = [(q0, p0)], (q0, p0), 0.0, 0
    while depth < max_depth:
        forward = next(u) > 0.5
        new, pick, w, ok = grow(states[-1] if forward else states[0], 1 if forward else -1, depth)
        if not ok:
            break
        depth += 1
        if w > weight or next(u) < np.exp(w - weight):
            chosen = pick
        weight = np.logaddexp(weight, w)
        left, right = (states, new) if forward else (new[::-1], states)
        states = left + right
        # The halves meet where the new stretch begins: with equal halves `turned` looks at the neighbours of that place.
        if turned(states):
            break
    return {"position": chosen[0].tolist(), "energy": float(energy(chosen)), "depth": depth, "leapfrogs": info["leapfrogs"],
            "acceptance": float(info["acceptance"] / info["leapfrogs"]), "divergent": info["divergent"]}


cases = []
for k in range(24):
    q0, p0 = rng.normal(size=2), rng.normal(size=2) * 1.5
    inv_k = np.array([0.5, 1.7]) if k % 2 else np.array([1.0, 1.0])
    h = [0.05, 0.2, 0.5, 1.1][k % 4]
    uniforms = np.round(rng.uniform(size=600), 6).tolist()
    case = nuts(q0, p0, inv_k, h, 3 if k % 5 == 0 else 8, uniforms)
    cases.append({"start": q0.tolist(), "momentum": p0.tolist(), "inverse": inv_k.tolist(), "stepSize": h, "maxDepth": 3 if k % 5 == 0 else 8,
                  "uniforms": uniforms[:300], **case})
out["nuts"] = cases
print(json.dumps(out, indent=None, separators=(",", ":")))
