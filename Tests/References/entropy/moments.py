"""Densities of greatest entropy by mpmath (40 digits): writes MomentReferences.swift.

Damped Newton on the dual in powers of x itself, with Gauss & Legendre panels given by hand for each case; nothing is shared with the
program but the problem. Closed forms (Beta's moments as fractions) give the targets where they can.

usage: python moments.py > ../../EntropyTests/MomentReferences.swift
needs: mpmath
"""
from fractions import Fraction
from mpmath import mp, mpf, matrix, lu_solve, exp, log, sin
from mpmath.calculus.quadrature import GaussLegendre

mp.dps = 40


# 48 nodes and weights of mpmath's own quadrature.
RULE = GaussLegendre(mp).calc_nodes(5, 150)
assert len(RULE) == 48 and abs(sum(w for _, w in RULE) - 2) < mpf(10) ** -35


def solve(edges, functions, targets, start):
    x, w = [], []
    for a, b in zip(edges, edges[1:]):
        a, b = mpf(a), mpf(b)
        for t, v in RULE:
            x.append((a + b) / 2 + (b - a) / 2 * t)
            w.append((b - a) / 2 * v)
    f = [[g(v) for v in x] for g in functions]
    s = len(f)
    lam = [mpf(v) for v in start]

    def state(lam):
        e = [-sum(l * r[i] for l, r in zip(lam, f)) for i in range(len(x))]
        top = max(e)
        p = [v * exp(q - top) for v, q in zip(w, e)]
        z = sum(p)
        return top + log(z), [v / z for v in p]

    logz, p = state(lam)
    for _ in range(200):
        mean = [sum(a * b for a, b in zip(p, r)) for r in f]
        g = [m - t for m, t in zip(mean, targets)]
        if max(abs(v) for v in g) < mpf(10) ** -28:
            break
        h = matrix(s, s)
        for j in range(s):
            for k in range(j, s):
                h[j, k] = h[k, j] = sum(a * b * c for a, b, c in zip(p, f[j], f[k])) - mean[j] * mean[k]
        d = lu_solve(h, matrix(g))
        slope = sum(a * b for a, b in zip(d, g))
        value, t = logz + sum(a * b for a, b in zip(lam, targets)), mpf(1)
        while True:
            trial = [a + t * b for a, b in zip(lam, d)]
            z2, p2 = state(trial)
            if z2 + sum(a * b for a, b in zip(trial, targets)) <= value - t * slope / 10000 or t < mpf(10) ** -12:
                break
            t /= 2
        lam, logz, p = trial, z2, p2
    else:
        raise SystemExit("no convergence")
    return lam, logz


def beta_moments(k):
    out, v = [], Fraction(1)
    for i in range(k):
        v *= Fraction(2 + i, 7 + i)
        out.append(v)
    return out


def powers(*ks):
    return [lambda x, k=k: x ** k for k in ks]


unit = [0, "0.05", "0.15", "0.3", "0.5", "0.7", "0.85", "0.95", 1]
wide = [v for v in range(-14, 15)]
cases = []
for k in (2, 4, 6, 8):
    m = [mpf(float(v)) for v in beta_moments(k)]
    text = "; ".join(f"E[x^{i + 1}] = {float(v)!r}" for i, v in enumerate(beta_moments(k)))
    cases.append((f"{k} moments of Beta(2,5)", "0", "1", text, unit, powers(*range(1, k + 1)), m, [0] * k, [0.01, 0.2, 0.5, 0.99]))
cases += [
    ("two peaks", "-inf", "inf", "E[x] = 0; E[x^2] = 1; E[x^3] = 0; E[x^4] = 1.5", [v / mpf(2) for v in range(-12, 13)], powers(1, 2, 3, 4),
     [mpf(v) for v in ("0", "1", "0", "1.5")], [0, 0, 0, "0.5"], [-1, 0, 0.5, 2]),
    ("skewed on the line", "-inf", "inf", "E[x] = 1; E[x^2] = 3; E[x^3] = 5.5; E[x^4] = 17", wide, powers(1, 2, 3, 4),
     [mpf(v) for v in ("1", "3", "5.5", "17")], [0, 0, 0, "0.05"], [-2, 0, 1, 3.5]),
    # Moments of the density (1 + x/4)/4 on [-2, 2].
    ("six on the line", "-inf", "inf",
     "E[x] = 0.3333333333333333; E[x^2] = 1.3333333333333333; E[x^3] = 0.8; E[x^4] = 3.2; E[x^5] = 2.2857142857142856; "
     "E[x^6] = 9.142857142857142",
     [v / mpf(2) for v in range(-9, 10)], powers(1, 2, 3, 4, 5, 6),
     [mpf(float(v)) for v in (1 / 3, 4 / 3, 0.8, 3.2, 2.2857142857142856, 9.142857142857142)], [0, 0, 0, 0, 0, "0.02"], [-1.5, 0, 1, 2]),
    ("a half-line", "0", "inf", "E[x] = 1; E[x^2] = 1.5", [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15], powers(1, 2), [mpf(1), mpf("1.5")],
     [0, "0.5"], [0, 0.5, 2, 4]),
    # Moments of the uniform density on [3, 5].
    ("a half-line from 3, four moments", "3", "inf", "E[x] = 4; E[x^2] = 16.333333333333332; E[x^3] = 68; E[x^4] = 288.2",
     [3 + v / mpf(4) for v in range(20)], powers(1, 2, 3, 4), [mpf(float(v)) for v in (4, 16.333333333333332, 68, 288.2)],
     ["-10", "0", "0", "0.05"], [3, 3.5, 4, 5]),
    ("a kink", "-inf", "inf", "E[x^2] = 2; E[abs(x-1)] = 1", [-16 + v for v in range(34)], [lambda x: x * x, lambda x: abs(x - 1)],
     [mpf(2), mpf(1)], ["0.1", "0.5"], [-1, 0, 1, 3]),
    ("functions on an interval", "2", "9", "E[log(x)] = 1.5; E[abs(x-4)] = 1.9; E[sin(x)] = -0.1", [2, 3, 4, 5, 6, 7, 8, 9],
     [log, lambda x: abs(x - 4), sin], [mpf("1.5"), mpf(float(1.9)), mpf(float(-0.1))], [0, 0, 0], [2, 4, 6, 9]),
    ("a narrow peak", "0", "1", "mean = 0.25; var = 1e-5", [0] + [mpf("0.25") + v * mpf("0.006") for v in range(-9, 10)] + [1], powers(1, 2),
     [mpf("0.25"), mpf("0.0625") + mpf(float(1e-5))], [-25000, 50000], [0.25, 0.253]),
]


def normal_moments(mean, variance, count):
    m = [Fraction(1), Fraction(mean)]
    while len(m) <= count:
        m.append(mean * m[-1] + (len(m) - 1) * variance * m[-2])
    return m[1:]


def whole(name, lower, upper, moments, edges, start, places):
    """Powers 1... of x; the start is near the answer, which is then found to 28 digits."""
    values = [float(v) for v in moments]
    text = "; ".join(f"E[x^{i + 1}] = {v!r}" for i, v in enumerate(values))
    return (name, lower, upper, text, edges, powers(*range(1, len(values) + 1)), [mpf(v) for v in values], start, places)


gammas = [Fraction(1)]
for k in range(2, 11):
    gammas.append(gammas[-1] * k)
cases += [
    whole("eight moments of a gamma density", "0", "inf", gammas[1:9], [v / mpf(2) for v in range(0, 60)],
          ["-4.1315268", "3.7511239", "-1.5741392", "0.37672637", "-0.052235312", "0.004127965", "-0.00017171521", "2.9077427e-06"],
          [0.1, 2, 6, 15]),
    whole("eight moments of the uniform density, on a half-line", "0", "inf", [Fraction(1, k + 1) for k in range(1, 9)],
          [v / mpf(20) for v in range(0, 50)],
          ["-12.04227318", "229.003065", "-1813.412862", "7297.84125", "-16200.65878", "20075.2047", "-12999.62555", "3424.547401"],
          [0.05, 0.5, 0.9, 1.2]),
    whole("eight moments of two normals", "-inf", "inf",
          [Fraction(3, 10) * a + Fraction(7, 10) * b for a, b in zip(normal_moments(-1, Fraction(1, 4), 8), normal_moments(2, 1, 8))],
          [v / mpf(4) for v in range(-120, 61)],
          ["0.3321252803", "-0.6486772958", "-0.1441992963", "0.1830175385", "-0.01982987113", "-0.00375278054", "0.0003591338213",
           "3.5819722e-05"], [-2, -0.5, 1, 4]),
]
print("""// swift-format-ignore-file
/// Written by Tests/References/entropy/moments.py with mpmath: 40 digits rounded to doubles.
struct MomentReference: Sendable {
    var name: String
    var lower: String
    var upper: String
    var constraints: String
    var multipliers: [Double]
    var logPartition: Double
    var entropy: Double
    var places: [Double]
    var densities: [Double]
}

let momentReferences: [MomentReference] = [""")


def numbers(values):
    return "[" + ", ".join(repr(float(v)) for v in values) + "]"


for name, lower, upper, text, edges, functions, targets, start, places in cases:
    lam, logz = solve(edges, functions, targets, start)
    entropy = logz + sum(a * b for a, b in zip(lam, targets))
    densities = [exp(-logz - sum(l * g(mpf(float(x))) for l, g in zip(lam, functions))) for x in places]
    print(f'    .init(\n        name: "{name}", lower: "{lower}", upper: "{upper}",\n        constraints: "{text}",\n'
          f'        multipliers: {numbers(lam)},\n        logPartition: {float(logz)!r}, entropy: {float(entropy)!r},\n'
          f'        places: {numbers(places)},\n        densities: {numbers(densities)}),', flush=True)
print("]")
