"""Measures of distributions by mpmath (40 digits): writes MeasureReferences.swift.

Entropies and divergences by their definitions; differential entropies and integrals of f^q by quadrature of the densities, which
share nothing with the closed forms of the program but the densities themselves.

usage: python measure.py > ../../EntropyTests/MeasureReferences.swift
needs: mpmath
"""
from mpmath import mp, mpf, log, exp, sqrt, pi, gamma, beta, besseli, cos, quad, inf, loggamma

mp.dps = 40


def number(x):
    return repr(float(x))


def numbers(xs):
    return "[" + ", ".join(number(x) for x in xs) + "]"


def shannon(p):
    return -sum(x * log(x) for x in p if x > 0)


def renyi(p, q):
    return shannon(p) if q == 1 else log(sum(x ** q for x in p if x > 0)) / (1 - q)


def tsallis(p, q):
    return shannon(p) if q == 1 else (1 - sum(x ** q for x in p if x > 0)) / (q - 1)


def kl(p, r):
    return sum(x * log(x / y) for x, y in zip(p, r) if x > 0)


def exact(values):
    p = [mpf(x) for x in values]
    return [x / sum(p) for x in p]


print("""// swift-format-ignore-file
/// Written by Tests/References/entropy/measure.py with mpmath: 40 digits rounded to doubles.
struct MeasureReference: Sendable {
    var name: String
    var values: [String: String]
    var results: [String: Double]
}

let measureReferences: [MeasureReference] = [""")


def case(name, values, results):
    v = ", ".join(f'"{k}": "{x}"' for k, x in values.items())
    r = ",\n            ".join(f'"{k}": {number(x)}' for k, x in results.items())
    print(f'    .init(\n        name: "{name}", values: [{v}],\n        results: [\n            {r},\n        ]),')


for text, orders in [
    ("0.5,0.3,0.2", ["2", "0.1", "0.999999", "1", "1.00001", "5"]),
    ("0.7,0.2,0.1,0", ["0.5", "3"]),
    ("0.9999999,1e-7", ["2", "0.3", "1.2"]),
]:
    p = exact([float(x) for x in text.split(",")])
    for q in orders:
        h, order = shannon(p), mpf(float(q))
        case(f"{text} at {q}", {"distribution": text, "order": q}, {
            "nats": h, "bits": h / log(2), "hartleys": h / log(10), "perplexity": exp(h), "renyi": renyi(p, order),
            "tsallis": tsallis(p, order)})

p, r = exact([0.5, 0.3, 0.2]), exact([0.25, 0.25, 0.5])
m = [(x + y) / 2 for x, y in zip(p, r)]
js = (kl(p, m) + kl(r, m)) / 2
product = [x * y for x in p for y in r]
q = mpf(float("1.5"))
case("two distributions", {"distribution": "0.5,0.3,0.2", "second": "0.25,0.25,0.5", "order": "1.5"}, {
    "kl": kl(p, r), "klReverse": kl(r, p), "jensenShannon": js, "jensenShannonDistance": sqrt(js),
    "crossEntropy": -sum(x * log(y) for x, y in zip(p, r)), "totalVariation": sum(abs(x - y) for x, y in zip(p, r)) / 2,
    "hellinger": sqrt(sum((sqrt(x) - sqrt(y)) ** 2 for x, y in zip(p, r)) / 2),
    "additivityGapShannon": mpf(0), "additivityGapRenyi": mpf(0),
    "additivityGapTsallis": tsallis(product, q) - tsallis(p, q) - tsallis(r, q)})
p, r = exact([0.5, 0.5, 0]), exact([0.25, 0.25, 0.5])
m = [(x + y) / 2 for x, y in zip(p, r)]
case("a support within the other", {"distribution": "0.5,0.5,0", "second": "0.25,0.25,0.5"}, {
    "kl": kl(p, r), "jensenShannon": (kl(p, m) + kl(r, m)) / 2,
    "hellinger": sqrt(sum((sqrt(x) - sqrt(y)) ** 2 for x, y in zip(p, r)) / 2), "totalVariation": mpf("0.5")})

rows = [[0.25, 0.125, 0.0625], [0.0625, 0.25, 0.25]]
flat = exact([x for row in rows for x in row])
joint = [flat[:3], flat[3:]]
x, y = [sum(row) for row in joint], [sum(c) for c in zip(*joint)]
hx, hy, hxy = shannon(x), shannon(y), shannon(flat)
mi = hx + hy - hxy
case("a joint table", {"joint": "0.25,0.125,0.0625; 0.0625,0.25,0.25"}, {
    "entropyX": hx, "entropyY": hy, "jointEntropy": hxy, "conditionalXgivenY": hxy - hy, "conditionalYgivenX": hxy - hx,
    "mutualInformation": mi, "variationOfInformation": 2 * hxy - hx - hy, "normalisedMutualInformation": 2 * mi / (hx + hy)})

for counts in [[1, 2, 2, 3, 5, 7], [0, 12, 0], [1000, 2000, 3000], [400000000, 500000000, 100000000]]:
    n = sum(counts)
    w = loggamma(mpf(n + 1)) - sum(loggamma(mpf(c + 1)) for c in counts)
    h = shannon([mpf(c) / n for c in counts])
    case(f"counts {counts}", {"counts": ",".join(map(str, counts))}, {
        "logMultiplicity": w, "multiplicityPerQuantum": w / n, "multiplicityGap": h - w / n})

p = exact([0.4, 0.3, 0.2, 0.1])
groups = [[0], [1, 3], [2]]
q = mpf(2)
g = [sum(p[i] for i in group) for group in groups]


def gap(f):
    return f(p) - f(g) - sum(w * f([p[i] / w for i in group]) for w, group in zip(g, groups))


case("a grouping", {"distribution": "0.4,0.3,0.2,0.1", "grouping": "1|2,4|3"}, {
    "groupingTotal": shannon(p), "groupingBetween": shannon(g),
    "groupingWithin": sum(w * shannon([p[i] / w for i in group]) for w, group in zip(g, groups)), "groupingGap": mpf(0),
    "groupingGapRenyi": gap(lambda d: renyi(d, q)), "groupingGapTsallis": gap(lambda d: tsallis(d, q))})

mp.dps = 20
t = mpf
densities = [
    ("normal", "1,2", lambda x: exp(-((x - 1) / 2) ** 2 / 2) / (2 * sqrt(2 * pi)), [-inf, -5, 1, 7, inf]),
    ("lognormal", "0.3,0.5", lambda x: exp(-((log(x) - t(0.3)) / t(0.5)) ** 2 / 2) / (x * t(0.5) * sqrt(2 * pi)), [0, 0.2, 1, 3, 10, inf]),
    ("exponential", "2.5", lambda x: t(2.5) * exp(-t(2.5) * x), [0, 1, 3, inf]),
    ("gamma", "3,0.5", lambda x: x ** 2 * exp(-x / t(0.5)) / (gamma(3) * t(0.5) ** 3), [0, 1, 3, 8, inf]),
    ("uniform", "-1,3", lambda x: t(0.25), [-1, 3]),
    ("laplace", "0,1.5", lambda x: exp(-abs(x) / t(1.5)) / 3, [-inf, -5, 0, 5, inf]),
    ("beta", "2,5", lambda x: x * (1 - x) ** 4 / beta(2, 5), [0, 0.2, 1]),
    ("pareto", "1,3", lambda x: 3 / x ** 4, [1, 2, 10, inf]),
    ("weibull", "2,1.5", lambda x: 2 / t(1.5) * (x / t(1.5)) * exp(-(x / t(1.5)) ** 2), [0, 1, 4, inf]),
    ("cauchy", "0,2", lambda x: 1 / (2 * pi * (1 + x * x / 4)), [-inf, -100, -10, 0, 10, 100, inf]),
    ("studentT", "5,1", lambda x: (1 + x * x / 5) ** -3 * gamma(3) / (sqrt(5 * pi) * gamma(t(2.5))), [-inf, -10, 0, 10, inf]),
    ("logistic", "0,0.5", lambda x: 2 / (exp(x) + exp(-x)) ** 2, [-inf, -6, 0, 6, inf]),
    ("gumbel", "0,2", lambda x: exp(-x / 2 - exp(-x / 2)) / 2, [-12, -6, 0, 6, 20, inf]),
    ("rayleigh", "1.5", lambda x: x / t(2.25) * exp(-x * x / t(4.5)), [0, 1, 4, inf]),
    ("chiSquare", "4", lambda x: x * exp(-x / 2) / 4, [0, 3, 10, inf]),
    ("vonMises", "0,2", lambda x: exp(2 * cos(x)) / (2 * pi * besseli(0, 2)), [-pi, 0, pi]),
]


def term(f, x):
    y = f(x)
    return -y * log(y) if y > 0 else t(0)


for name, parameters, f, points in densities:
    q = t(1.5)
    mass = quad(f, points)
    assert abs(mass - 1) < 1e-12, (name, mass)
    power = quad(lambda x: f(x) ** q, points)
    case(name, {"family": name, "familyParameters": parameters, "order": "1.5"}, {
        "nats": quad(lambda x: term(f, x), points), "renyi": log(power) / (1 - q), "tsallis": (power - 1) / (1 - q)})
print("]")
