#!/usr/bin/env python3
"""Prints the table of Sources/Plotting/ASCIIShapes.swift: for each of the 256 patterns of 2x4 dots the printable ASCII
character that looks most like it.

usage: ascii_shapes.py [FONT.ttf]     needs Pillow and a monospaced font (DejaVu Sans Mono by default)

Each candidate is drawn large, its ink averaged over the 2x4 sub-cells, and compared with the pattern, both plain and
blurred (so that a near miss beats a far one). Patterns that lines are made of are fixed by hand: there the character must
join its neighbours, which shape alone does not see.
"""
import sys
from PIL import Image, ImageDraw, ImageFont, ImageStat

path = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
font = ImageFont.truetype(path, 128)
ascent, descent = font.getmetrics()
width, height = round(font.getlength("M")), ascent + descent
candidates = " .'`,-_\"~/\\|:;^()<>LJ7r+*#=%"

def ink(ch):
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((0, 0), ch, fill=255, font=font)
    out = []
    for row in range(4):
        for col in range(2):
            box = image.crop((col * width // 2, row * height // 4, (col + 1) * width // 2, (row + 1) * height // 4))
            out.append(min(1.0, ImageStat.Stat(box).mean[0] / 255 / 0.32))
    return out

def blur(v):
    out = []
    for i in range(8):
        row, col = divmod(i, 2)
        total, weight = 0.0, 0.0
        for r in range(4):
            for c in range(2):
                w = {0: 1.0, 1: 0.45, 2: 0.15}.get(abs(r - row) + abs(c - col), 0.0)
                total += w * v[r * 2 + c]; weight += w
        out.append(total / weight)
    return out

glyphs = {ch: (ink(ch), blur(ink(ch))) for ch in candidates}
# letters only where clearly better
penalty = {ch: 0.25 for ch in "LJ7r%"} | {"#": 0.1}

def best(pattern):
    soft = blur(pattern)
    def distance(ch):
        g, s = glyphs[ch]
        return sum((a - b) ** 2 for a, b in zip(pattern, g)) + 3 * sum((a - b) ** 2 for a, b in zip(soft, s)) + penalty.get(ch, 0)
    return min(candidates[1:], key=distance)

# Rows of two dots each, top to bottom: "10" left dot, "01" right dot.
HAND = {
    # level and gently sloped lines, by quarter of the cell: " - - _
    "11 00 00 00": '"', "00 11 00 00": "-", "00 00 11 00": "-", "00 00 00 11": "_",
    "00 00 01 10": ".", "00 00 10 01": ".", "00 01 10 00": "-", "00 10 01 00": "-", "01 10 00 00": "'", "10 01 00 00": "`",
    "10 00 00 00": "`", "01 00 00 00": "'", "00 10 00 00": "'", "00 01 00 00": "'", "00 00 10 00": ".", "00 00 01 00": ".",
    "00 00 00 10": ".", "00 00 00 01": ".",
    # uprights
    "10 10 10 10": "|", "01 01 01 01": "|", "10 10 10 00": "|", "01 01 01 00": "|", "00 10 10 10": "|", "00 01 01 01": "|",
    "10 10 00 00": "'", "01 01 00 00": "'", "00 00 10 10": ",", "00 00 01 01": ",", "00 10 10 00": "|", "00 01 01 00": "|",
    # steep diagonals
    "01 01 10 10": "/", "10 10 01 01": "\\", "01 10 10 10": "/", "01 01 01 10": "/", "10 01 01 01": "\\", "10 10 10 01": "\\",
    "01 10 10 00": "/", "00 01 10 10": "/", "00 01 01 10": "/", "01 01 10 00": "/", "10 01 01 00": "\\", "00 10 01 01": "\\", "00 10 10 01": "\\", "10 10 01 00": "\\",
    # corners of stairs
    "11 10 10 10": "r", "11 01 01 01": "7", "10 10 10 11": "L", "01 01 01 11": "J", "00 11 10 10": "r", "00 11 01 01": "7", "10 10 11 00": "L", "01 01 11 00": "J",
    "00 00 11 10": "r", "00 00 11 01": ".", "10 11 00 00": "'", "01 11 00 00": "'",
    # peaks and valleys
    "11 11 00 00": '"', "00 00 11 11": "=", "00 11 11 00": "=", "11 00 00 11": "=", "11 11 11 00": "#", "00 11 11 11": "#",
    "11 11 11 11": "#", "10 00 10 00": ":", "01 00 01 00": ":", "00 10 00 10": ":", "00 01 00 01": ":", "10 00 00 10": ":", "01 00 00 01": ":",
    # the lattices that shade a band
    "10 00 01 00": ":", "10 01 00 00": "'", "00 10 00 01": ":",
    "00 00 00 00": " ",
}
bits = [(0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 3), (1, 1, 4), (1, 2, 5), (0, 3, 6), (1, 3, 7)]
table = []
for mask in range(256):
    v = [0] * 8
    for col, row, bit in bits:
        if mask >> bit & 1: v[row * 2 + col] = 1
    key = " ".join(f"{v[2*r]}{v[2*r+1]}" for r in range(4))
    table.append(HAND.get(key) or best(v))
for i in range(0, 256, 64):
    print("        " + "".join(table[i:i + 64]))
