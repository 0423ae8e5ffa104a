"""The functions, their true values to 50 digits by MPFR and mpmath, and arguments that try them: dense, near special points, extreme."""
import math
import random
import struct

import gmpy2
from gmpy2 import mpfr
from mpmath import mp

gmpy2.get_context().precision = 200
gmpy2.get_context().emax = 1 << 40
gmpy2.get_context().emin = -(1 << 40)
mp.prec = 200

random.seed(20240229)


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def to_bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def neighbours(x, n=3):
    out = [x]
    up = down = x
    for _ in range(n):
        up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
        out += [up, down]
    return out


def span(a, b, n):
    return [random.uniform(a, b) for _ in range(n)]


def scales(n, low=-1074, high=1023):
    """Magnitudes of every size."""
    return [math.ldexp(random.uniform(1, 2), random.randint(low, high)) for _ in range(n)]


def both(xs):
    return [s * x for x in xs for s in (1, -1)]


def via_mpmath(f):
    def g(x):
        y = f(mp.mpf(x))
        return mpfr(str(mp.nstr(y, 55))) if mp.isfinite(y) else mpfr(str(y))
    return g


def normal_quantile(p):
    p = mpfr(p)
    tail = min(p, 1 - p)
    x = gmpy2.sqrt(-2 * gmpy2.log(tail)) if tail < 0.1 else (mpfr(0.5) - tail) * 2.5
    root2 = gmpy2.sqrt(mpfr(2))
    c = 1 / gmpy2.sqrt(2 * gmpy2.const_pi())
    for _ in range(60):
        if tail < 0.1:
            q = gmpy2.erfc(x / root2) / 2
            step = q * gmpy2.log(q / tail) / (c * gmpy2.exp(-x * x / 2))
        else:
            step = (mpfr(0.5) - tail - gmpy2.erf(x / root2) / 2) / (c * gmpy2.exp(-x * x / 2))
        x += step
        if abs(step) < abs(x) * mpfr(2) ** -150:
            break
    return x if p > 0.5 else -x


def trigamma(x):
    return mp.psi(1, x)


def g1(name):
    return lambda x: getattr(gmpy2, name)(mpfr(x))


def logistic(x):
    return 1 / (1 + gmpy2.exp(-mpfr(x)))


def lgamma(x):
    return gmpy2.lgamma(mpfr(x))[0]


def hard_trig():
    # Nearest doubles to multiples of pi/2, where reduction loses most, and the classic worst case 6381956970095103 * 2^797.
    out = [math.ldexp(6381956970095103, 797), 1e22, 1e300, math.pi / 2, math.pi, 2.0**20, -(2.0**20), 1048576.5, 1.7976931348623157e308]
    pi = gmpy2.const_pi(400)
    for _ in range(300):
        k = random.randint(1, 1 << random.randint(1, 60))
        out += neighbours(float(k * pi / 2), 1)
    return out


# name -> (true value, arguments given a count, bound in ulp that the tests assert)
FUNCTIONS = {
    "exp": (g1("exp"), lambda n: span(-745.2, 709.8, n) + span(-1, 1, n) + both(scales(n // 4, -60, 9)) + neighbours(709.782712893384) + neighbours(-745.1332191019411) + neighbours(-708.3964185322641) + span(-746, -708, n // 4), 1),
    "expm1": (g1("expm1"), lambda n: span(-40, 709.8, n) + span(-1, 1, n) + span(-0.4, 0.4, n) + both(scales(n // 4, -1074, 9)) + neighbours(709.782712893384), 1),
    "log": (g1("log"), lambda n: scales(n) + span(0.5, 2, n) + [1 + s * math.ldexp(random.random(), -k) for k in range(1, 52) for s in (1, -1) for _ in range(max(1, n // 200))] + neighbours(1.0), 1),
    "log1p": (g1("log1p"), lambda n: scales(n) + span(-0.9999, 1, n) + both(scales(n // 2, -1074, -1)) + [-1 + math.ldexp(random.random(), -k) for k in range(1, 53)], 1),
    "log1pExp": (lambda x: gmpy2.log1p(gmpy2.exp(mpfr(x))), lambda n: span(-745, 745, n) + span(-3, 3, n) + both(scales(n // 4, -60, 9)), 4),
    "logistic": (logistic, lambda n: span(-745, 745, n) + span(-40, 40, n) + both(scales(n // 4, -60, 9)), 4),
    "sin": (g1("sin"), lambda n: span(-10, 10, n) + span(-1e6, 1e6, n) + both(scales(n, -1074, 1023)) + hard_trig(), 4),
    "cos": (g1("cos"), lambda n: span(-10, 10, n) + span(-1e6, 1e6, n) + both(scales(n, -1074, 1023)) + hard_trig(), 4),
    "tanh": (g1("tanh"), lambda n: span(-22, 22, n) + span(-1, 1, n) + both(scales(n // 2, -1074, 6)), 4),
    "log2": (g1("log2"), lambda n: scales(n) + span(0.5, 2, n) + neighbours(1.0), 1),
    "log10": (g1("log10"), lambda n: scales(n) + span(0.5, 2, n) + [10.0**k for k in range(-300, 300, 7)] + neighbours(1.0), 1),
    "lgamma": (lgamma, lambda n: span(0, 10, 2 * n) + span(0.9, 1.1, n // 4) + span(1.9, 2.1, n // 4) + scales(n // 2, -1074, 1013) + span(10, 1e4, n // 2) + [x + s * math.ldexp(1, -k) for x in (1, 2) for s in (1, -1) for k in range(2, 50)], 4),
    "digamma": (g1("digamma"), lambda n: span(0, 12, 2 * n) + span(1.4, 1.53, n // 2) + scales(n // 2, -1020, 1023) + neighbours(1.4616321449683623) + [1.4616321449683623 + s * math.ldexp(1, -k) for s in (1, -1) for k in range(2, 50)], 4),
    "trigamma": (via_mpmath(trigamma), lambda n: span(0, 12, n // 4) + span(-30, 0, n // 8) + scales(n // 8, -500, 500), 4),
    "erf": (g1("erf"), lambda n: span(-6, 6, n) + span(-1.2, 1.2, n) + both(scales(n // 4, -1074, 2)), 4),
    "erfc": (g1("erfc"), lambda n: span(-6, 27.3, n) + span(-1.2, 6, n) + both(scales(n // 4, -60, 4)) + span(26, 27.25, n // 8), 4),
    "normalQuantile": (normal_quantile, lambda n: span(0, 1, n) + [math.ldexp(random.uniform(1, 2), -random.randint(2, 1073)) for _ in range(n // 2)] + [1 - math.ldexp(random.random(), -k) for k in range(1, 53) for _ in range(max(1, n // 200))] + neighbours(0.075) + neighbours(0.925) + [0.5 + s * math.ldexp(1, -k) for s in (1, -1) for k in range(2, 54)], 4),
    "atan2": (lambda y, x: gmpy2.atan2(mpfr(y), mpfr(x)), lambda n: list(zip(span(-1, 1, n), span(-1, 1, n))) + list(zip(both(scales(n // 2)), both(scales(n // 2))[::-1])) + [(random.uniform(-1, 1), random.choice([1, -1]) * math.ldexp(1, random.randint(-3, 3))) for _ in range(n)], 4),
    "pow": (lambda x, y: mpfr(x) ** mpfr(y), lambda n: list(zip(scales(n), span(-1, 1, n))) + list(zip(span(0, 3, n), span(-300, 300, n))) + list(zip(span(0.999, 1.001, n), span(-7e5, 7e5, n))) + [(10.0, float(k)) for k in range(-323, 309)] + [(random.uniform(0, 100), float(random.randint(-30, 30))) for _ in range(n // 2)] + [(-random.uniform(0, 100), float(random.randint(-30, 30))) for _ in range(n // 4)], 1),
}

# Where the true value passes through zero between poles a relative error has no meaning: the error is measured in units of
# max(|f|, the greater part of the difference that makes it).
NEGATIVE = {
    "lgamma": (lgamma, lambda n: span(-40, 0, n) + span(-3, -2, n)),
    "digamma": (g1("digamma"), lambda n: span(-40, 0, n)),
}


def exact(f, arguments):
    """The true value as the nearest double and what it lacks, in units of that double's last place; None where it is not finite."""
    y = f(*arguments)
    if gmpy2.is_nan(y) or gmpy2.is_infinite(y):
        return None
    near = float(y)
    if math.isinf(near):
        return None
    return near, float((y - mpfr(near)) / mpfr(math.ulp(near)))
