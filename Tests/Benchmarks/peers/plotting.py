"""The line of a million points by uniplot and, once because it takes so long, by plotext."""
import json
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


def measure(name, body, rounds=5, warms=True):
    if warms:
        body()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": min(times)}), flush=True)


def by_plotext(points):
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plotsize(200, 50)
    plotext.plot(list(range(len(points))), points, marker="braille")
    plotext.title("Trace")
    return plotext.build()


measure("uniplot 1e6 points", lambda: uniplot.plot_to_string(walk, width=200, height=50, lines=True, title="Trace", character_set="braille"))
points = walk.tolist()
assert max(len(line) for line in plotext.uncolorize(by_plotext(points[:1000])).split("\n")) == 200
measure("plotext 1e6 points", lambda: by_plotext(points), rounds=1, warms=False)
