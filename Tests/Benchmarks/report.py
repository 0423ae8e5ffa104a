#!/usr/bin/env python3
"""Puts measurements beside their peers. usage: report.py [--report] LINES

A line is one JSON object. With `peers` it is ours: room, name, seconds or value and unit, aim, note. Without, it is a peer's time.
Of several lines of one name the least counts, ours and the peers' alike. `--report` writes the rooms measured into REPORT.md and leaves the other rooms' sections as they are.
"""
import datetime
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TITLES = {
    "kernels": "Kernels", "plotting": "Plotting", "sampling": "Sampling", "bayes": "Bayes: NUTS beside NumPyro and nutpie", "entropy": "Entropy", "classification": "Classification",
    "language": "Language", "model": "The local model beside llama.cpp", "replay": "Replay", "session": "Session", "build": "Build",
}


def time_text(seconds):
    if seconds >= 1:
        return f"{seconds:.3g} s"
    for unit, size in (("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size or unit == "ns":
            return f"{seconds / size:.3g} {unit}"


def amount(m, key="seconds"):
    if m.get("seconds") is not None:
        return time_text(m[key] if key == "seconds" else m["aim"])
    return f"{m['value' if key == 'seconds' else 'aim']:.3g} {m['unit']}"


def verdict(m, peers):
    """The aim and whether it is met; empty without one."""
    if m.get("aimedRatio"):
        many = m.get("aimedPeers", 1)
        aimed = [peers[p] for p in m["peers"] if p in peers][:many]
        met = len(aimed) == many and min(aimed) / m["seconds"] >= m["aimedRatio"]
        return f"≥ {m['aimedRatio']:.3g}x the first{' two' if many == 2 else ''}: {'met' if met else 'missed'}"
    if m.get("aim") is None:
        return ""
    measured = m["seconds"] if m.get("seconds") is not None else m["value"]
    return f"≤ {amount(m, 'aim')}: {'met' if measured <= m['aim'] else 'missed'}"


def table(own, peers):
    rows = ["| measured | here | aim | beside (their time over ours) | note |", "|---|---|---|---|---|"]
    for m in own:
        beside = "; ".join(f"{p} {time_text(peers[p])} (x{peers[p] / m['seconds']:.2g})" for p in m["peers"] if p in peers)
        rows.append(f"| {m['name']} | {amount(m)} | {verdict(m, peers)} | {beside} | {m.get('note', '')} |")
    return "\n".join(rows)


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=HERE).stdout.split("\n")[0].strip()
    except OSError:
        return ""


def circumstances(room):
    """Date, load and the versions of a room's peers."""
    path = os.path.join(HERE, "peers", room + ".txt")
    names = re.split(r"\s+", open(path).read().strip()) if os.path.exists(path) else []
    versions = [f"{n} {importlib.metadata.version(n)}" for n in sorted(re.split("[=<>\\[]", n)[0] for n in names)]
    if room in ("kernels", "plotting", "sampling"):
        versions.append("plain C and the C library: " + " ".join(platform.libc_ver()))
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    text = f"{datetime.date.today().isoformat()}, {load}."
    if room == "session":
        return text + f" Screens read by {versions[0]}."
    return text + (f" Peers: {', '.join(versions)}." if versions else "")


def machine():
    names, flags = [], ""
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            names.append(line.split(":", 1)[1].strip())
        if line.startswith("flags"):
            flags = line
    widest = next((n for flag, n in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f" {flag}" in flags), "baseline")
    memory = next(int(line.split()[1]) // 1048576 for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    return (
        f"{names[0] if names else platform.machine()}, {len(names)} cores, {widest}, {memory} GB; {platform.freedesktop_os_release()['PRETTY_NAME']}; "
        f"{first_line(['swift', '--version'])}; Python {platform.python_version()}.")


def least(lines):
    """One line a room and name, in the order of the first."""
    best = {}
    for m in lines:
        key = (m.get("room"), m["name"])
        size = m["seconds"] if m.get("seconds") is not None else m["value"]
        if key not in best or size < best[key][0]:
            best[key] = (size, m)
    return [m for _, m in best.values()]


def main():
    every = [json.loads(line) for line in open(sys.argv[-1])]
    lines = least(every)
    own = [m for m in lines if "peers" in m]
    peers = {m["name"]: m["seconds"] for m in lines if "peers" not in m}
    sections = {}
    for room in TITLES:
        measured = [m for m in own if m["room"] == room]
        if measured:
            rounds = sum(m.get("room") == room and m["name"] == measured[0]["name"] for m in every)
            turns = f" {rounds} rounds, ours and the peers' in turns." if rounds > 1 else ""
            sections[room] = f"{circumstances(room)}{turns}\n\n{table(measured, peers)}"
    for room, text in sections.items():
        print(f"## {TITLES[room]}\n\n{text}\n")
    if "--report" not in sys.argv:
        return
    path = os.path.join(HERE, "REPORT.md")
    old = open(path).read() if os.path.exists(path) else ""
    kept = {title: text.strip() for title, text in re.findall(r"^## (.+)\n\n((?:(?!^## ).*\n?)*)", old, re.MULTILINE)}
    kept.update({TITLES[room]: text for room, text in sections.items()})
    with open(path, "w") as file:
        file.write(
            "# Measured\n\nWritten by `Tests/Benchmarks/run --report`; each room beside its peers in one run, release builds, the least of several "
            f"rounds after one to warm up,\nours and theirs alike. The load says what else the two cores did.\n\nMachine: {machine()}\n")
        for title in TITLES.values():
            if title in kept:
                file.write(f"\n## {title}\n\n{kept[title]}\n")


main()
