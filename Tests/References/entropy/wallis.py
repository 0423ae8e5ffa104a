"""The Wallis experiment counted in exact integers: writes WallisReferences.swift.

usage: python wallis.py > ../../EntropyTests/WallisReferences.swift
needs: mpmath

The number of sequences of N quanta with sum S is the coefficient of z^S in (sum of z^x)^N, found here by plain repeated multiplication;
the expected assignment is N c(N-1, S-x_i)/c(N, S) over N, as a fraction; the most likely counts by a table over (outcome, quanta, sum).
"""
from fractions import Fraction
from math import lgamma

from mpmath import log, mp, mpf

mp.dps = 40


def powers(values, n):
    """Coefficients of the n-1st and the nth power, by sum."""
    before, now = {}, {0: 1}
    for _ in range(n):
        following = {}
        for total, count in now.items():
            for x in values:
                following[total + x] = following.get(total + x, 0) + count
        before, now = now, following
    return before, now


def most_likely(values, n, sums):
    """The greatest log W, and the counts that have it."""
    table = {(0, 0): (0.0, ())}
    for x in values:
        following = {}
        for (used, total), (score, counts) in table.items():
            for k in range(n - used + 1):
                key = (used + k, total + k * x)
                if key[1] > max(sums) - (n - key[0]) * min(0, min(values)):
                    continue
                new = score - lgamma(k + 1)
                if key not in following or new > following[key][0]:
                    following[key] = (new, counts + (k,))
        table = following
    return max((table[n, s] for s in sums if (n, s) in table), key=lambda pair: pair[0])


def log_factorial(n):
    return sum((log(mpf(k)) for k in range(2, n + 1)), mpf(0))


cases = [
    ("a die, 20 quanta", "1..6", list(range(1, 7)), 20, "4.5", "0", [90]),
    ("a die, 60 quanta", "1..6", list(range(1, 7)), 60, "4.5", "0", [270]),
    ("a low mean", "1..6", list(range(1, 7)), 50, "2.1", "0", [105]),
    ("even odds", "1..6", list(range(1, 7)), 30, "3.5", "0", [105]),
    ("a tolerance above", "1..6", list(range(1, 7)), 24, "4.5", "0.25", list(range(102, 115))),
    ("a tolerance below", "1..6", list(range(1, 7)), 24, "2.5", "0.25", list(range(54, 67))),
    ("a tolerance around even odds", "1..6", list(range(1, 7)), 20, "3.6", "0.3", list(range(66, 79))),
    ("uneven values", "0,2,3,7", [0, 2, 3, 7], 15, "4", "0", [60]),
    ("equal values", "1,1,2,3,3", [1, 1, 2, 3, 3], 12, "2.5", "0", [30]),
    ("negative values", "-2..1", list(range(-2, 2)), 18, "-1", "0", [-18]),
    ("the end of the range", "1..6", list(range(1, 7)), 10, "6", "0", [60]),
]
print("// swift-format-ignore-file")
print("// Made by Tests/References/entropy/wallis.py (exact integers and fractions); do not edit.\n")
print("struct WallisReference: Sendable {")
print("    var name, values: String")
print("    var quanta: Int")
print("    var mean, tolerance: Double")
print("    var accepted, total: String")
print("    var acceptance: Double")
print("    var expected: [Double]")
print("    var mostLikelyLogMultiplicity: Double")
print("    var mostLikely: [Int]")
print("}\n")
print("let wallisReferences: [WallisReference] = [")
for name, text, values, n, mean, tolerance, sums in cases:
    before, now = powers(values, n)
    accepted = sum(now.get(s, 0) for s in sums)
    expected = [Fraction(sum(before.get(s - x, 0) for s in sums), accepted) for x in values]
    assert sum(expected) == 1
    _, counts = most_likely(values, n, sums)
    multiplicity = log_factorial(n) - sum(log_factorial(k) for k in counts)
    print(f'    .init(\n        name: "{name}", values: "{text}", quanta: {n}, mean: {mean}, tolerance: {tolerance},')
    print(f'        accepted: "{accepted}",\n        total: "{len(values) ** n}",')
    print(f"        acceptance: {float(Fraction(accepted, len(values) ** n))!r},")
    print("        expected: [" + ", ".join(repr(float(x)) for x in expected) + "],")
    print(f"        mostLikelyLogMultiplicity: {float(multiplicity)!r}, mostLikely: {list(counts)}),")
print("]")
