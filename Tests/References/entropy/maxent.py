"""Maximum entropy problems solved by mpmath (70 digits): writes MaxentReferences.swift.

usage: python maxent.py > ../../EntropyTests/MaxentReferences.swift
needs: mpmath
"""
from mpmath import mp, mpf, matrix, lu_solve, exp, log, nstr

mp.dps = 70


def solve(values, functions, targets, prior=None):
    """Damped Newton on the dual in 70 digits."""
    m, s = len(values), len(functions)
    f = [[mpf(g(mpf(x))) - t for x in values] for g, t in zip(functions, targets)]
    q = [mpf(1)] * m if prior is None else [mpf(w) / sum(map(mpf, prior)) for w in prior]
    lam = [mpf(0)] * s

    def state(lam):
        e = [-sum(lam[j] * f[j][i] for j in range(s)) for i in range(m)]
        top = max(e)
        w = [q[i] * exp(e[i] - top) for i in range(m)]
        z = sum(w)
        return top + log(z), [x / z for x in w]

    phi, p = state(lam)
    for _ in range(120):
        g = [sum(p[i] * f[j][i] for i in range(m)) for j in range(s)]
        if max(abs(x) for x in g) < mpf(10) ** -40:
            break
        h = matrix(s, s)
        for j in range(s):
            for k in range(s):
                h[j, k] = sum(p[i] * f[j][i] * f[k][i] for i in range(m)) - g[j] * g[k]
        d = lu_solve(h, matrix(g))
        slope = sum(d[j] * g[j] for j in range(s))
        t = mpf(1)
        while True:
            trial = [lam[j] + t * d[j] for j in range(s)]
            phi2, p2 = state(trial)
            if phi2 <= phi - mpf("1e-4") * t * slope or t < mpf(10) ** -20:
                break
            t /= 2
        lam, phi, p = trial, phi2, p2
    entropy = -sum(x * log(x) for x in p if x > 0)
    kl = sum(x * log(x / (w / sum(q) if prior is None else w)) for x, w in zip(p, q) if x > 0)
    return p, lam, phi - sum(l * mpf(t) for l, t in zip(lam, targets)), entropy, kl


def s(x):
    return repr(float(x))


die = range(1, 7)
cases = [
    ("mean of a die", "1..6", "mean = 4.5", "", die, [lambda x: x], ["4.5"], None),
    ("near the top", "1..6", "mean = 5.999999", "", die, [lambda x: x], [float("5.999999")], None),
    ("near the bottom", "1..6", "mean = 1.0001", "", die, [lambda x: x], [float("1.0001")], None),
    ("two moments", "1..6", "mean = 4.5; E[x^2] = 21.9", "", die, [lambda x: x, lambda x: x * x], ["4.5", float("21.9")], None),
    ("mean and variance", "1..6", "mean = 4.5; var = 2", "", die, [lambda x: x, lambda x: (x - mpf("4.5")) ** 2], ["4.5", "2"], None),
    ("an event", "1..6", "P(x >= 5) = 0.6", "", die, [lambda x: 1 if x >= 5 else 0], [float("0.6")], None),
    ("a prior with a zero", "1..6", "mean = 4.5", "1,2,0,4,5,6", die, [lambda x: x], ["4.5"], [1, 2, 0, 4, 5, 6]),
    ("a row", "1..6", "[1,0,0,2,0,1] = 0.7; mean = 3", "", die,
     [lambda x: [0, 1, 0, 0, 2, 0, 1][int(x)], lambda x: x], [float("0.7"), "3"], None),
    ("functions", "1..10", "E[log(x)] = 1.5; E[abs(x-4)] = 2.25; E[sin(x)] = 0.1", "", range(1, 11),
     [lambda x: log(x), lambda x: abs(x - 4), lambda x: mp.sin(x)], ["1.5", "2.25", float("0.1")], None),
    ("a thousand outcomes", "1..1000", "mean = 300; E[x^2] = 150000; E[x^3] = 90000000", "", range(1, 1001),
     [lambda x: x, lambda x: x**2, lambda x: x**3], ["300", "150000", "90000000"], None),
    ("far from zero", "1000001..1000006", "mean = 1000004.5; var = 2", "", range(1000001, 1000007),
     [lambda x: x, lambda x: (x - mpf("1000004.5")) ** 2], ["1000004.5", "2"], None),
]
print("// swift-format-ignore-file\n// Made by Tests/References/entropy/maxent.py (mpmath, 70 digits); do not edit.\n")
print("struct MaxentReference {")
print("    var name, values, constraints, prior: String")
print("    var probabilities, multipliers: [Double]")
print("    var logPartition, entropy, relativeEntropy: Double")
print("}\n")
print("let maxentReferences: [MaxentReference] = [")
for name, values, constraints, prior, xs, functions, targets, weights in cases:
    p, lam, logz, h, kl = solve([mpf(x) for x in xs], functions, [mpf(t) for t in targets], weights)
    if len(p) > 20:
        p = p[:3] + p[299:302] + p[-3:]
    print(f'    .init(\n        name: "{name}", values: "{values}", constraints: "{constraints}", prior: "{prior}",')
    print("        probabilities: [" + ", ".join(map(s, p)) + "],")
    print("        multipliers: [" + ", ".join(map(s, lam)) + "],")
    print(f"        logPartition: {s(logz)}, entropy: {s(h)}, relativeEntropy: {s(kl)}),")
print("]")
