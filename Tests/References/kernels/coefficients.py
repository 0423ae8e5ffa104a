"""Makes Sources/CKernels/include/Coefficients.h: the polynomials and tables of the elementary functions.

Polynomials are minimax (Remez exchange at 60 digits, then rounded to double one coefficient after another, the rest fitted
again); rational functions interpolate at Chebyshev nodes. Each line says the greatest error of the rounded coefficients
evaluated exactly, as a power of two, in the weight that matters for the function.

usage: python3 coefficients.py > ../../../Sources/CKernels/include/Coefficients.h
"""
import struct
import sys
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, log, exp, sin, atan, sqrt, erfc, erf, loggamma, digamma, polygamma, findroot, fabs, frexp

mp.dps = 60


def chebyshev(a, b, n):
    return sorted((a + b) / 2 + (b - a) / 2 * cos(pi * (2 * k + 1) / (2 * n)) for k in range(n))


def remez(f, w, a, b, count, fixed=()):
    """Coefficients c of the polynomial sum c_j x^j, the first ones given, that minimises max |w (f - p)| on [a, b]."""
    a, b = mpf(a), mpf(b)
    free = count - len(fixed)
    grid = chebyshev(a, b, 24 * count + 40)
    values = [f(x) - sum(c * x**j for j, c in enumerate(fixed)) for x in grid]
    weights = [w(x) for x in grid]
    powers = [[x ** (j + len(fixed)) for j in range(free)] for x in grid]
    chosen = [round(i * (len(grid) - 1) / mpf(free)) for i in range(free + 1)]
    chosen = [min(range(len(grid)), key=lambda g: abs(grid[g] - t)) for t in chebyshev(a, b, free + 1)]
    for _ in range(12):
        m, v = matrix(free + 1, free + 1), matrix(free + 1, 1)
        for r, g in enumerate(chosen):
            for j in range(free):
                m[r, j] = powers[g][j] * weights[g]
            m[r, free] = (-1) ** r
            v[r] = values[g] * weights[g]
        try:
            s = lu_solve(m, v)
        except ZeroDivisionError:
            break
        c = [s[j] for j in range(free)]
        errors = [weights[g] * (values[g] - sum(p * q for p, q in zip(c, powers[g]))) for g in range(len(grid))]
        # The extreme of each run of one sign; keep free + 1 neighbours with the greatest errors.
        runs, start = [], 0
        for g in range(1, len(grid) + 1):
            if g == len(grid) or (errors[g] > 0) != (errors[start] > 0):
                runs.append(max(range(start, g), key=lambda i: abs(errors[i])))
                start = g
        while len(runs) > free + 1:
            runs.pop(0 if abs(errors[runs[0]]) < abs(errors[runs[-1]]) else -1)
        if len(runs) < free + 1 or runs == chosen:
            break
        chosen = runs
    return list(fixed) + c


def rounded(f, w, a, b, count, exact=(), sequential=6):
    fixed = [mpf(e) for e in exact]
    for _ in range(min(sequential, count) - len(fixed)):
        c = remez(f, w, a, b, count, fixed)
        fixed.append(mpf(float(c[len(fixed)])))
    c = remez(f, w, a, b, count, fixed) if len(fixed) < count else fixed
    return [mpf(float(x)) for x in c]


def polynomial(name, f, w, a, b, count, exact=(), note="", centred=False):
    # With zero inside the interval the powers left over are no Chebyshev system: only the given ones are held fixed.
    c = rounded(f, w, a, b, count, exact, 6 if a == 0 else len(exact))
    low = []
    if centred:
        low = [mpf(float(remez(f, w, a, b, count)[0] - c[0]))]
        c[0] += low[0]
    worst = max(abs(w(x) * (f(x) - sum(k * x**j for j, k in enumerate(c)))) for x in chebyshev(mpf(a), mpf(b), 301))
    if centred:
        c[0] -= low[0]
        show(name + "_REST", low, "what the first coefficient of the next lacks;")
    show(name, c, f"{note} error 2^{float(mp.log(worst, 2)):.1f}")


def rational(name, f, a, b, n, d, note="", warp=lambda x: x, back=lambda x: x):
    nodes = [warp(x) for x in chebyshev(back(mpf(a)), back(mpf(b)), n + d + 1)]
    m, v = matrix(n + d + 1, n + d + 1), matrix(n + d + 1, 1)
    for r, x in enumerate(nodes):
        y = f(x)
        for j in range(n + 1):
            m[r, j] = x**j / y
        for j in range(1, d + 1):
            m[r, n + j] = -(x**j)
        v[r] = 1
    s = lu_solve(m, v)
    p = [mpf(float(s[j])) for j in range(n + 1)]
    q = [mpf(1)] + [mpf(float(s[n + j])) for j in range(1, d + 1)]
    value = lambda c, x: sum(k * x**j for j, k in enumerate(c))
    worst = max(abs(value(p, x) / value(q, x) / f(x) - 1) for x in map(warp, chebyshev(back(mpf(a)), back(mpf(b)), 301)))
    text = f"{note} error 2^{float(mp.log(worst, 2)):.1f}"
    show(name + "_P", p, text)
    show(name + "_Q", q, text)


def show(name, c, note=""):
    print(f"// {note.strip()}" if note else "//")
    print(f"static const double {name}[{len(c)}] = {{")
    for i in range(0, len(c), 4):
        print("    " + ", ".join(float(x).hex() for x in c[i : i + 4]) + ",")
    print("};")
    print(name, note, file=sys.stderr)


def truncated(x, bits):
    m, e = frexp(x)
    return mpf(int(m * 2**bits)) * mpf(2) ** (e - bits)


def parts(name, x, sizes, note=""):
    out = []
    for bits in sizes:
        out.append(truncated(x, bits) if bits < 53 else mpf(float(x)))
        x -= out[-1]
    show(name, out, note)


def quantile_tail(r):
    """-x where the normal distribution below x is exp(-r^2)."""
    target = exp(-r * r)
    x = sqrt(2) * r
    for _ in range(200):
        g = log(erfc(x / sqrt(2)) / 2) - log(target)
        slope = -exp(-x * x / 2) / sqrt(2 * pi) / (erfc(x / sqrt(2)) / 2)
        step = g / slope
        x -= step
        if abs(step) < mpf(10) ** -50 * (1 + abs(x)):
            break
    return x


def quantile_centre(z):
    """x / q where the normal distribution below x is 1/2 + q, q^2 = z."""
    if z == 0:
        return sqrt(2 * pi)
    q = sqrt(z)
    return sqrt(2) * findroot(lambda t: erf(t) - 2 * q, q * 2) / q


def main():
    print("// Made by Tests/References/kernels/coefficients.py; not to be edited.\n#pragma once\n")
    ln2 = log(mpf(2))
    parts("WB_LN2", ln2, [42, 53], "ln 2 in two parts; the first times any exponent is exact")
    parts("WB_PI_2", pi / 2, [33, 33, 33, 53], "pi/2 in parts; the first three times n < 2^20 are exact")
    parts("WB_PI", pi, [53, 53], "pi in two parts")
    parts("WB_LOG2_SCALES", 1 / ln2, [53, 53], "1/ln 2 in two parts")
    parts("WB_LOG10_SCALES", 1 / log(mpf(10)), [53, 53], "1/ln 10 in two parts")
    parts("WB_1_SQRT_PI", 1 / sqrt(pi), [53, 53], "1/sqrt(pi) in two parts")
    parts("WB_SQRT_2", sqrt(mpf(2)), [53, 53], "sqrt(2) in two parts")
    parts("WB_LN_SQRT_2PI", log(2 * pi) / 2, [53, 53], "ln(2 pi)/2 in two parts")

    def exp_tail(r):
        return sum(r**k / mp.factorial(k + 2) for k in range(40))
    polynomial("WB_EXP", exp_tail, lambda r: r * r / exp(r), -0.3467, 0.3467, 10, (), "(exp r - 1 - r)/r^2;")
    polynomial("WB_LOG", lambda z: sum(2 * z**k / (2 * k + 3) for k in range(60)), lambda z: z / 2, 0, 0.029438, 7, (), "(log((1+s)/(1-s)) - 2s)/s^3, z = s^2;")
    polynomial("WB_SIN", lambda z: sum((-1) ** (k + 1) * z**k / mp.factorial(2 * k + 3) for k in range(40)), lambda z: z, 0, 0.6171, 6, (), "(sin r - r)/r^3, z = r^2;")
    polynomial("WB_COS", lambda z: sum((-1) ** k * z**k / mp.factorial(2 * k + 4) for k in range(40)), lambda z: z * z, 0, 0.6171, 6, (), "(cos r - 1 + r^2/2)/r^4, z = r^2;")
    polynomial("WB_ATAN", lambda z: sum((-1) ** (k + 1) * z**k / (2 * k + 3) for k in range(120)), lambda z: z, 0, 0.17158, 12, (), "(atan t - t)/t^3, z = t^2;")
    polynomial("WB_LOG1P_SMALL", lambda r: sum((-1) ** k * r**k / (k + 3) for k in range(80)), lambda r: r * r, -0.0079, 0.0079, 7, (), "(log(1+r) - r + r^2/2)/r^3;")

    # Logarithm in double-double: m in [sqrt(1/2), sqrt 2) in 128 steps of its high bits; 1/c to 9 bits, -log of that in two parts.
    table = []
    for i in range(130):
        left = struct.unpack(">d", struct.pack(">Q", (0x3FE6A00000000000 + (i << 45))))[0]
        step = struct.unpack(">d", struct.pack(">Q", (0x3FE6A00000000000 + ((i + 1) << 45))))[0]
        table.append((left, step))
    rows, widest = [], 0
    for left, right in table:
        r = float(round(512 * 2 / (left + right))) / 512
        if left <= 1 <= right:
            r = 1.0
        widest = max(widest, abs(left * r - 1), abs(right * r - 1))
        v = -log(mpf(r))
        hi = mpf(float(v))
        rows += [r, hi, float(v - hi)]
        if left >= 2**0.5:
            break
    show("WB_LOG_TABLE", rows, f"r near 1/m, -log r in two parts, for m from 0x1.6a8p-1 by 2^-7 in the significand; |m r - 1| <= {float(widest):.6f}")

    bits = []
    need = 1280
    mp.prec = 1500
    v = int(2 / pi * mpf(2) ** need)
    mp.dps = 60
    words = [(v >> (need - 64 * (i + 1))) & (2**64 - 1) for i in range(need // 64)]
    words.insert(0, 0)
    print("// 64 zeros, then the first bits of 2/pi, most significant first")
    print(f"static const uint64_t WB_TWO_OVER_PI[{len(words)}] = {{")
    for i in range(0, len(words), 4):
        print("    " + ", ".join(f"0x{x:016x}" for x in words[i : i + 4]) + ",")
    print("};")

    real = lambda x: mp.re(x)
    lg1 = lambda t: -mp.euler if t == 0 else real(loggamma(1 + t)) / t
    lg2 = lambda t: 1 - mp.euler if t == 0 else real(loggamma(2 + t)) / t
    polynomial("WB_LGAMMA_NEAR_1", lambda u: lg1(u + mpf(1) / 32), lambda u: 1 / lg1(u + mpf(1) / 32), -0.28126, 0.26876, 20, (), "lgamma(1+t)/t, u = t - 1/32;", True)
    polynomial("WB_LGAMMA_NEAR_2", lambda u: lg2(u - mpf(5) / 32), lambda u: 1 / lg2(u - mpf(5) / 32), -0.54376, 0.55626, 23, (), "lgamma(2+t)/t, u = t + 5/32;", True)

    def stirling(z):
        if z == 0:
            return mpf(1) / 12
        x = 1 / sqrt(z)
        mp.dps = 80
        y = (real(loggamma(x)) - (x - mpf(1) / 2) * log(x) + x - log(2 * pi) / 2) * x
        mp.dps = 60
        return y
    polynomial("WB_STIRLING", stirling, lambda z: mpf(1), 0, mpf(1) / 64, 9, (), "x (lgamma x - its main part), z = 1/x^2;")

    root = findroot(digamma, mpf("1.4616321449683623"))
    parts("WB_DIGAMMA_ROOT", root, [32, 53, 53], "the root of digamma in parts")
    slope = polygamma(1, root)
    psi = lambda x: slope if abs(x - root) < mpf(10) ** -40 else digamma(x) / (x - root)
    polynomial("WB_DIGAMMA_NEAR_ROOT", lambda u: psi(u + mpf(3) / 2), lambda u: 1 / psi(u + mpf(3) / 2), -0.5, 0.5, 23, (), "digamma x/(x - root), u = x - 3/2;", True)

    def psi_tail(z):
        if z == 0:
            return mpf(1) / 12
        x = 1 / sqrt(z)
        mp.dps = 90
        y = (log(x) - 1 / (2 * x) - digamma(x)) / z
        mp.dps = 60
        return y
    polynomial("WB_DIGAMMA_TAIL", psi_tail, lambda z: z, 0, mpf(1) / 64, 8, (), "(log x - 1/(2x) - digamma x) x^2, z = 1/x^2;")

    def psi1_tail(z):
        if z == 0:
            return mpf(1) / 6
        x = 1 / sqrt(z)
        mp.dps = 90
        y = (polygamma(1, x) - 1 / x - z / 2) * x**3
        mp.dps = 60
        return y
    polynomial("WB_TRIGAMMA_TAIL", psi1_tail, lambda z: z, 0, mpf(1) / 64, 8, (), "(trigamma x - 1/x - 1/(2x^2)) x^3, z = 1/x^2;")

    c = 2 / sqrt(pi)
    parts("WB_TWO_OVER_SQRT_PI", c, [53, 53], "2/sqrt(pi) in two parts")
    def erf_part(z):
        return c * sum((-1) ** k * z ** (k - 1) / (mp.factorial(k) * (2 * k + 1)) for k in range(1, 60))
    polynomial("WB_ERF", erf_part, lambda z: z, 0, 1, 12, (), "(erf x/x - 2/sqrt pi)/x^2, z = x^2;")
    erfcx = lambda x: exp(x * x) * erfc(x)
    polynomial("WB_ERFCX_NEAR", lambda u: erfcx(u + mpf(5) / 4), lambda u: 1 / erfcx(u + mpf(5) / 4), -0.80, 0.80, 22, (), "exp(x^2) erfc x, u = x - 5/4;", True)
    polynomial("WB_ERFCX_MIDDLE", lambda u: erfcx(u + mpf(3)), lambda u: 1 / erfcx(u + mpf(3)), -1.0, 1.0, 20, (), "exp(x^2) erfc x, u = x - 3;", True)
    def erfcx_far(z):
        if z == 0:
            return mpf(-1) / 2
        x = 1 / sqrt(z)
        mp.dps = 100
        y = (x * sqrt(pi) * exp(x * x) * erfc(x) - 1) / z
        mp.dps = 60
        return y
    polynomial("WB_ERFCX_FAR", erfcx_far, lambda z: z, 0, mpf(1) / 16, 15, (), "(x sqrt(pi) exp(x^2) erfc x - 1) x^2, z = 1/x^2;")

    rational("WB_QUANTILE_CENTRE", lambda w: quantile_centre(mpf(0.180625) - w), 0, 0.180625, 9, 9, "x/q, w = 0.425^2 - q^2;")
    rational("WB_QUANTILE_TAIL", lambda u: sqrt(2) * (u + mpf(3) / 2) - quantile_tail(u + mpf(3) / 2), 0.109, 3.501, 9, 9, "sqrt(2) r + x, r = sqrt(-log p), u = r - 3/2;")
    rational("WB_QUANTILE_FAR", lambda u: sqrt(2) * (u + 5) - quantile_tail(u + 5), -0.01, 22.4, 9, 9, "sqrt(2) r + x, r = sqrt(-log p), u = r - 5;", lambda s: exp(s) - 5, lambda u: log(u + 5))


main()
