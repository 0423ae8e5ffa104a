"""The line of a million points by uniplot, and of a hundred thousand by plotext (a million takes it about a minute)."""
import json
import statistics
import time

import numpy as np
import plotext
import uniplot

rng = np.random.default_rng(1)
steps = rng.standard_normal(1_000_000)
walk = np.empty(1_000_000)
level = 0.0
for i, step in enumerate(steps):
    level = 0.999 * level + step
    walk[i] = level


def measure(name, body, rounds=3):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": statistics.median(times)}), flush=True)


def by_plotext(points):
    plotext.clear_figure()
    plotext.plotsize(200, 50)
    plotext.plot(list(range(len(points))), points, marker="braille")
    plotext.title("Trace")
    return plotext.build()


measure("uniplot 1e6 points", lambda: uniplot.plot_to_string(walk, width=200, height=50, lines=True, title="Trace", character_set="braille"))
few = walk[:100_000].tolist()
measure("plotext 1e5 points", lambda: by_plotext(few), 1)
