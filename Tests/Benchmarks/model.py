#!/usr/bin/env python3
"""The local model beside llama.cpp (xllamacpp), each with 1 and 2 threads, in turns within one run. usage: model.py BENCHMARKS WORKBENCH

Prints one JSON line a measurement. Each side is a process that waits while the other works; of the rounds the least time counts, ours
and theirs alike. The model is the one that `workbench model install smollm2` fetches, into .build-peers where it is not there yet.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROMPT, GENERATED, ROUNDS = 242, 64, 7


class Side:
    """One process that takes "prompt N" and "generate N" and answers with seconds."""

    def __init__(self, command, **environment):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **environment})
        self.first = json.loads(self.process.stdout.readline())
        self.best = {}

    def do(self, what, count):
        self.process.stdin.write(f"{what} {count}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        for key in ("seconds", "processor"):
            least = self.best.get((what, key), float("inf"))
            self.best[what, key] = min(least, answer[key] / count)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def peer(path, threads):
    """The other side, in a process of its own."""
    import time
    import xllamacpp
    output = os.dup(1)
    os.dup2(2, 1)

    def say(answer):
        os.write(output, (json.dumps(answer) + "\n").encode())

    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.cache_prompt = False
    parameters.verbosity = -1
    began = time.perf_counter()
    server = xllamacpp.Server(parameters)
    say({"load": time.perf_counter() - began})
    for line in sys.stdin:
        what, count = line.split()
        count = int(count)
        tokens = [(k * 7919) % 40_000 + 100 for k in range(count if what == "prompt" else 1)]
        spent = time.process_time()
        answer = server.handle_completions({
            "prompt": tokens, "n_predict": 1 if what == "prompt" else count, "temperature": 0, "ignore_eos": True, "cache_prompt": False,
            "timings_per_token": False})
        spent = time.process_time() - spent
        if isinstance(answer, (str, bytes)):
            answer = json.loads(answer)
        timings = answer["timings"]
        seconds = timings["prompt_ms" if what == "prompt" else "predicted_ms"] / 1000
        # Their clock of a generation starts at its first token, which the prompt's pass gave.
        say({"seconds": seconds * (count / (timings["predicted_n"] - 1) if what == "generate" else 1), "processor": spent})


def main():
    benchmarks, workbench = sys.argv[1:3]
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    name = "workbench/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    if not os.path.exists(os.path.join(data, name)):
        data = os.path.join(HERE, ".build-peers", "data")
        subprocess.run([workbench, "model", "install", "smollm2"], env={**os.environ, "XDG_DATA_HOME": data}, check=True, stdout=sys.stderr)
    path = os.path.join(data, name)

    def say(name, seconds, **rest):
        print(json.dumps({"room": "model", "name": name, "seconds": seconds, **rest}), flush=True)

    for threads in (1, 2):
        many = "1 thread" if threads == 1 else f"{threads} threads"
        ours = Side([benchmarks, "model", path, str(threads)])
        theirs = Side([sys.executable, __file__, "--peer", path, str(threads)])
        # The peer's wheel is built for AVX2, whatever the processor can do: so are these loops of ours.
        others = {"our loops for AVX2": Side([benchmarks, "model", path, str(threads)], WORKBENCH_ISA="avx2")}
        if threads == 1:
            others["in single precision"] = Side([benchmarks, "model", path, "1", "exact"])
            others["in single precision, our loops for AVX2"] = Side([benchmarks, "model", path, "1", "exact"], WORKBENCH_ISA="avx2")
        sides = [ours, theirs, *others.values()]
        for _ in range(ROUNDS):
            for what, count in (("prompt", PROMPT), ("generate", GENERATED)):
                for side in sides:
                    side.do(what, count)
        for what, text in (("prompt", f"a token of a prompt of {PROMPT}"), ("generate", "a generated token")):
            mine, other = ours.best[what, "seconds"], theirs.best[what, "seconds"]
            note = f"{1 / mine:.0f} tokens/s, llama.cpp {1 / other:.0f}"
            if threads > 1:
                note += "; both threads need a processor each: the load counts"
            if threads == 1:
                used = theirs.best[what, "processor"] / ours.best[what, "processor"]
                note += f"; processor time x{used:.2f}"
            say(f"{text}, {many}", mine, note=note, aimedRatio=1, peers=[f"llama.cpp {text}, {many}"])
            print(json.dumps({"name": f"llama.cpp {text}, {many}", "seconds": other}), flush=True)
            for name, side in others.items():
                mine = side.best[what, "seconds"]
                aim = {"aimedRatio": 1} if name == "our loops for AVX2" else {}
                say(f"{text}, {many}, {name}", mine, note=f"{1 / mine:.0f} tokens/s", peers=[f"llama.cpp {text}, {many}"], **aim)
        if threads == 2:
            first = ours.best["prompt", "seconds"] * PROMPT
            say(f"time to the first token after a prompt of {PROMPT}, {many}", first, peers=[])
        else:
            say("loading the model", ours.first["load"], aim=0.2, note="mapped; tokenizer included", peers=["llama.cpp loading"])
            print(json.dumps({"name": "llama.cpp loading", "seconds": theirs.first["load"]}), flush=True)
        for side in sides:
            side.end()

    # The program itself, a whole run: a text of 200 words rewritten twice.
    state = os.path.join(HERE, ".build-peers", "state")
    with subprocess.Popen(
        [workbench, "run", "language.iterate", "--set", "provider=local", "--set", "iterations=2", "--set", "maxTokens=64", "--json"],
        env={**os.environ, "XDG_DATA_HOME": data, "XDG_STATE_HOME": state}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        results = json.loads(run.stdout.read())["results"]
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0 and "local" in results["answeredBy"], results["answeredBy"]
    size = os.path.getsize(path)
    print(json.dumps({
        "room": "model", "name": "resident memory of the program, a run with the model", "value": used.ru_maxrss / 1e6 * 1024, "unit": "MB",
        "aim": size / 1e6 + 100, "peers": [], "note": f"the most it held; the file has {size / 1e6:.1f} MB, mapped"}), flush=True)


if sys.argv[1] == "--peer":
    peer(sys.argv[2], int(sys.argv[3]))
else:
    main()
