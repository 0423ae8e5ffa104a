#!/usr/bin/env python3
"""Prints the theme's ramp as stops on the 240 fixed palette colours: the viridis anchors, nearest in OKLab.

usage: ramp.py      prints (position 0...255, palette index) pairs, lightness never decreasing
"""
anchors = ["440154", "482878", "3E4A89", "31688E", "26828E", "1F9E89", "35B779", "6DCD59", "B4DE2C", "FDE725"]
A = [tuple(int(a[i:i+2], 16) for i in (0, 2, 4)) for a in anchors]
def rgb(n):
    if n >= 232: return (8 + 10 * (n - 232),) * 3
    n -= 16; levels = [0, 95, 135, 175, 215, 255]
    return levels[n // 36], levels[n // 6 % 6], levels[n % 6]
def oklab(c):
    r, g, b = [((v/255 + 0.055)/1.055)**2.4 if v/255 > 0.04045 else v/255/12.92 for v in c]
    l = (0.4122214708*r + 0.5363325363*g + 0.0514459929*b)**(1/3)
    m = (0.2119034982*r + 0.6806995451*g + 0.1073969566*b)**(1/3)
    s = (0.0883024619*r + 0.2817188376*g + 0.6299787005*b)**(1/3)
    return (0.2104542553*l + 0.7936177850*m - 0.0040720468*s, 1.9779984951*l - 2.4285922050*m + 0.4505937099*s, 0.0259040371*l + 0.7827717662*m - 0.8086757660*s)
def at(i):
    p = i/255*(len(A)-1); k = min(int(p), len(A)-2); f = p-k
    return tuple(A[k][j]*(1-f)+A[k+1][j]*f for j in range(3))
stops, light = [], -1
for i in range(256):
    want = oklab(at(i))
    best = min(range(16, 256), key=lambda n: sum((a-b)**2 for a, b in zip(oklab(rgb(n)), want)) + (1e9 if oklab(rgb(n))[0] < light - 1e-9 else 0))
    if not stops or stops[-1][1] != best: stops.append((i, best)); light = oklab(rgb(best))[0]
# The darkest violet of the palette is too red and too bright for the low end: navy stands in.
if stops[0] == (0, 53): stops[:2] = [(0, 17), (14, 54)]
print(stops)
