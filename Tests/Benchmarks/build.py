#!/usr/bin/env python3
"""The time of a first release build from a clean clone, dependencies fetched. usage: build.py     prints one JSON line"""
import json
import os
import shutil
import subprocess
import tempfile
import time

root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
folder = tempfile.mkdtemp(prefix="workbench-build-")
try:
    clone = os.path.join(folder, "workbench")
    subprocess.run(["git", "clone", "-q", "--no-local", root, clone], check=True)
    load = os.getloadavg()[0]
    start = time.monotonic()
    subprocess.run(["swift", "build", "-c", "release", "-j", "2"], cwd=clone, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    used = os.times()
    size = os.path.getsize(os.path.join(clone, ".build", "release", "workbench")) / 1e6
    note = (
        f"2 jobs; {used.children_user + used.children_system:.0f} s of processor time; load before {load:.1f}; "
        f"the program has {size:.0f} MB")
    print(json.dumps({
        "room": "build", "name": "swift build -c release in a clean clone", "seconds": seconds, "aim": 300, "note": note, "peers": []}))
finally:
    shutil.rmtree(folder, ignore_errors=True)
