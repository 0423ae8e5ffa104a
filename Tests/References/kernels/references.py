"""Makes values/NAME.bin, what Tests/KernelsTests/AccuracyTests.swift reads: for each argument set the arguments (doubles, little endian),
the true value's nearest double, and what that lacks in units of its last place (a float).

usage: python3 references.py [COUNT]
"""
import os
import random
import struct
import sys

from functions import FUNCTIONS, NEGATIVE, exact

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "values")
count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
os.makedirs(folder, exist_ok=True)

for name, (f, arguments, *_) in list(FUNCTIONS.items()) + [(k + "Negative", v) for k, v in NEGATIVE.items()]:
    random.seed(name)
    with open(os.path.join(folder, name + ".bin"), "wb") as out:
        for x in arguments(count):
            x = x if isinstance(x, tuple) else (x,)
            want = exact(f, x)
            if want is not None:
                out.write(struct.pack(f"<{len(x) + 1}df", *x, *want))
