"""Greatest error of each function in ulp against MPFR and mpmath, over many arguments. Compiles Sources/CKernels itself.

usage: python3 measure.py [COUNT] [NAME...]
"""
import ctypes
import glob
import math
import os
import subprocess
import sys
import tempfile

import functions
from functions import FUNCTIONS, NEGATIVE, exact

here = os.path.dirname(os.path.abspath(__file__))
kernels = os.path.join(here, "../../../Sources/CKernels")
C_NAMES = {"log1pExp": "log1p_exp", "normalQuantile": "normal_quantile"}


def build():
    directory = tempfile.mkdtemp()
    shim = os.path.join(directory, "shim.c")
    with open(shim, "w") as f:
        f.write('#include "CKernels.h"\n')
        for name in FUNCTIONS:
            c = C_NAMES.get(name, name)
            two = name in ("pow", "atan2")
            f.write(f"double f_{name}(double x{', double y' if two else ''}) {{ return wb_{c}(x{', y' if two else ''}); }}\n")
    out = os.path.join(directory, "kernels.so")
    subprocess.check_call(["clang", "-O2", "-std=c17", "-fPIC", "-shared", "-I", kernels + "/include", *glob.glob(kernels + "/*.c"), shim, "-o", out])
    return ctypes.CDLL(out)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    names = sys.argv[2:] or list(FUNCTIONS)
    library = build()
    for name in names:
        f, arguments, bound = FUNCTIONS[name]
        call = getattr(library, "f_" + name)
        call.restype = ctypes.c_double
        worst, where, n = 0, None, 0
        for x in arguments(count):
            x = x if isinstance(x, tuple) else (x,)
            call.argtypes = [ctypes.c_double] * len(x)
            want = exact(f, x)
            got = call(*x)
            if want is None:
                if math.isfinite(got) and abs(got) < 1.7e308:
                    print("finite", name, x, got)
                continue
            error = abs((got - want[0]) / math.ulp(want[0]) - want[1]) if math.isfinite(got) else math.inf
            n += 1
            if not error <= worst:
                worst, where = error, x
        print(f"{name:16s} {worst:8.3f} ulp of {n} at {', '.join(v.hex() for v in where)} = {where} {'' if worst <= bound else '  OVER ' + str(bound)}", flush=True)
        if name in NEGATIVE:
            f, arguments = NEGATIVE[name]
            worst = 0
            for x in arguments(count):
                want = exact(f, (x,))
                if want is None:
                    continue
                pole = abs(math.pi / math.tan(math.pi * x)) if name == "digamma" else abs(math.lgamma(-x))
                error = abs((call(x) - want[0]) - want[1] * math.ulp(want[0])) / math.ulp(max(1, abs(want[0]), pole))
                worst = max(worst, error)
            print(f"{name:16s} {worst:8.3f} ulp of the greater part, negative arguments", flush=True)


main()
