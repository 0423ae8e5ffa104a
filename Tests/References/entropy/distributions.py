"""Tails and quantiles of the classical distributions by mpmath (60 digits): writes DistributionReferences.swift.

usage: python distributions.py > ../../StatisticsTests/DistributionReferences.swift
needs: mpmath
"""
from mpmath import mp, mpf, gammainc, loggamma, log, exp

mp.dps = 60


def gamma_tails(a, x):
    # gammainc(regularized) by quadrature-free series; both tails for themselves.
    return gammainc(a, 0, x, regularized=True), gammainc(a, x, mp.inf, regularized=True)


def beta_lower(a, b, x):
    """I_x(a, b) by the continued fraction (NIST 8.17.22), on the side of the mean where it converges."""
    if x * (a + b + 2) > a + 1:
        return 1 - beta_lower(b, a, 1 - x)
    c = mpf(1)
    d = 1 / (1 - (a + b) * x / (a + 1))
    h = d
    n = 1
    while True:
        e = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
        d = 1 / (1 + e * d)
        c = 1 + e / c
        h *= d * c
        o = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
        d = 1 / (1 + o * d)
        c = 1 + o / c
        h *= d * c
        if abs(d * c - 1) < mpf(10) ** -40:
            break
        n += 1
    return exp(a * log(x) + b * log(1 - x) + loggamma(a + b) - loggamma(a + 1) - loggamma(b)) * h


def beta_tails(a, b, x):
    lower = beta_lower(a, b, x)
    return lower, 1 - lower


def t_upper(nu, t):
    return beta_lower(nu / 2, mpf(1) / 2, nu / (nu + t * t)) / 2


def f_upper(d1, d2, x):
    return beta_lower(d2 / 2, d1 / 2, d2 / (d2 + d1 * x))


def solve(f, low, high):
    """Bisection on log x: 75 halvings leave 20 digits."""
    a, b = log(mpf(low)), log(mpf(high))
    rising = f(exp(b)) > f(exp(a))
    for _ in range(75):
        c = (a + b) / 2
        if (f(exp(c)) > 0) == rising:
            b = c
        else:
            a = c
    return exp((a + b) / 2)


def s(x):
    x = float(x)
    return repr(x) if x == x and abs(x) != float("inf") else ".infinity"


print("// Made by Tests/References/entropy/distributions.py (mpmath, 60 digits); do not edit.\n")
print("/// P(a, x) and Q(a, x).")
print("let gammaReferences: [(a: Double, x: Double, lower: Double, upper: Double)] = [")
for a, x in [("1e-300", "0.5"), ("1e-10", "0.5"), ("1e-10", "3"), ("0.01", "1e-200"), ("0.01", "0.001"), ("0.3", "1.2"), ("0.5", "0.5"), ("0.5", "40"),
             ("1", "1e-20"), ("1", "0.7"), ("1", "700"), ("2.5", "3.4"), ("9.99", "11"), ("10", "3"), ("10", "40"), ("14.5", "14"),
             ("100", "60"), ("100", "101"), ("100", "170"), ("1000", "950"), ("12345.5", "12500"), ("1e6", "1.002e6"), ("1e6", "0.997e6")]:
    A, X = mpf(float(a)), mpf(float(x))
    lo, up = gamma_tails(A, X)
    print(f"    ({a}, {x}, {s(lo)}, {s(up)}),")
print("]\n")
print("/// I_x(a, b) and its complement.")
print("let betaReferences: [(a: Double, b: Double, x: Double, lower: Double, upper: Double)] = [")
for a, b, x in [("0.5", "0.5", "0.1"), ("1", "1", "0.3"), ("2", "5", "0.2"), ("2", "5", "0.9"), ("0.01", "3", "1e-100"), ("0.01", "3", "0.5"),
                ("20", "30", "0.4"), ("20", "30", "0.1"), ("150.5", "0.5", "0.99"), ("1000", "2000", "0.33"), ("1000", "2000", "0.4"),
                ("100000", "100000", "0.501"), ("3", "100000", "1e-5"), ("1e-5", "1e-5", "0.5"), ("5", "1e7", "1e-6")]:
    A, B, X = mpf(float(a)), mpf(float(b)), mpf(float(x))
    lo, up = beta_tails(A, B, X)
    print(f"    ({a}, {b}, {x}, {s(lo)}, {s(up)}),")
print("]\n")
print("/// Quantiles of chi-square by upper tail probability.")
print("let chiSquareQuantiles: [(degreesOfFreedom: Double, upper: Double, x: Double)] = [")
for nu, q in [("1", "0.05"), ("2", "0.05"), ("4", "0.05"), ("4", "0.95"), ("4", "1e-12"), ("4", "0.999999"), ("0.1", "0.5"), ("0.1", "0.01"),
              ("10", "0.025"), ("99", "0.05"), ("999", "0.05"), ("9998", "0.05"), ("1", "1e-200")]:
    N, Q = mpf(float(nu)), mpf(float(q))
    f = lambda x: gammainc(N / 2, x / 2, mp.inf, regularized=True) - Q
    print(f"    ({nu}, {q}, {s(solve(f, '1e-40', '1e6'))}),")
print("]\n")
print("/// Student-t: degrees of freedom, t, upper tail.")
print("let studentTails: [(degreesOfFreedom: Double, t: Double, upper: Double)] = [")
for nu, t in [("1", "1e-10"), ("1", "1"), ("1", "1e12"), ("2", "0.5"), ("3", "3.5"), ("4.5", "1e30"), ("10", "2.228138851964939"), ("10", "30"),
              ("100", "1.2"), ("1000000", "1.96"), ("1000000", "8"), ("0.5", "1e9")]:
    N, T = mpf(float(nu)), mpf(float(t))
    print(f"    ({nu}, {t}, {s(t_upper(N, T))}),")
print("]\n")
print("/// Student-t: degrees of freedom, upper tail, t.")
print("let studentQuantiles: [(degreesOfFreedom: Double, upper: Double, t: Double)] = [")
for nu, q in [("1", "0.25"), ("1", "1e-15"), ("2", "0.025"), ("5", "0.4999"), ("9", "0.025"), ("9", "0.3"), ("30", "0.005"), ("1e6", "0.025"), ("0.5", "0.01"),
              ("200", "1e-100")]:
    N, Q = mpf(float(nu)), mpf(float(q))
    print(f"    ({nu}, {q}, {s(solve(lambda t: t_upper(N, t) - Q, '1e-20', '1e40'))}),")
print("]\n")
print("/// F: degrees of freedom, x, upper tail.")
print("let fTails: [(numerator: Double, denominator: Double, x: Double, upper: Double)] = [")
for a, b, x in [("1", "1", "1"), ("2", "10", "4.1"), ("5", "2", "19.3"), ("30", "40", "0.5"), ("3", "1e5", "2.6"), ("100", "200", "3")]:
    A, B, X = mpf(float(a)), mpf(float(b)), mpf(float(x))
    print(f"    ({a}, {b}, {x}, {s(f_upper(A, B, X))}),")
print("]\n")
print("/// F: degrees of freedom, upper tail, x.")
print("let fQuantiles: [(numerator: Double, denominator: Double, upper: Double, x: Double)] = [")
for a, b, q in [("1", "1", "0.05"), ("2", "10", "0.05"), ("5", "2", "0.975"), ("30", "40", "0.01"), ("3", "1e5", "1e-9"), ("100", "200", "0.5")]:
    A, B, Q = mpf(float(a)), mpf(float(b)), mpf(float(q))
    print(f"    ({a}, {b}, {q}, {s(solve(lambda x: f_upper(A, B, x) - Q, '1e-20', '1e20'))}),")
print("]")
