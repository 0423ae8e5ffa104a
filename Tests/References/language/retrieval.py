"""Reference values of retrieval: BM25, hashed TF-IDF vectors, cosines and principal axes.

    pip install -r retrieval-requirements.txt && python retrieval.py > retrieval.json

bm25s 0.3 ranks by Lucene's form, rank-bm25 0.2.2 by Okapi's; scikit-learn 1.9 makes the vectors and the axes. The texts are drawn from a
fixed generator; their words are rare and common ones, with capitals, digits and letters beyond ASCII.
"""

import json
import random
import re

import bm25s
import numpy
from rank_bm25 import BM25Okapi
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

generator = random.Random(20261126)
vocabulary = [f"word{i}" for i in range(60)] + ["The", "of", "Replay", "journal", "model", "x1", "K2", "café", "naïve", "re-use", "北京", "3.14"]
weights = [1 / (1 + i % 37) for i in range(len(vocabulary))]
# "of" is in more than half of the texts, so that Okapi's idf is negative for it.
texts = [" ".join(generator.choices(vocabulary, weights, k=generator.randrange(4, 60)) + ["of", "the"] * (i % 4 > 0)) for i in range(70)]
texts[5] = "北京 é"
questions = ["word1 of THE replay", "word0 word0 word7", "journal model café x1", "of of of", "absent", "naïve 3.14 word40 word41 word42"]

pattern = re.compile("[a-z0-9]+")


def tokens(text):
    return pattern.findall(text.lower())


corpus = [tokens(text) for text in texts]
lucene = bm25s.BM25(method="lucene", k1=1.5, b=0.75, dtype="float64")
lucene.index(corpus, show_progress=False)
okapi = BM25Okapi(corpus, k1=1.5, b=0.75, epsilon=0.25)

hashing = HashingVectorizer(n_features=4096, alternate_sign=False, norm=None, lowercase=True, token_pattern="[a-z0-9]+")
counts = hashing.transform(texts)
tfidf = TfidfTransformer(sublinear_tf=True, smooth_idf=True, norm="l2")
vectors = tfidf.fit_transform(counts)
asked = tfidf.transform(hashing.transform(questions))


def scores(tokens):
    known = [token for token in tokens if token in lucene.vocab_dict]
    return lucene.get_scores(known).tolist() if known else [0.0] * len(texts)


def sparse(row):
    pairs = sorted(zip(row.indices.tolist(), row.data.tolist()))
    return {"places": [p for p, _ in pairs], "weights": [w for _, w in pairs]}


pca = PCA(n_components=2, svd_solver="full").fit(vectors.toarray())
signs = []
places = pca.transform(vectors.toarray())
for k in range(2):
    signs.append(1.0 if places[numpy.argmax(numpy.abs(places[:, k])), k] >= 0 else -1.0)

print(json.dumps({
    "texts": texts,
    "questions": questions,
    "lucene": [scores(tokens(question)) for question in questions],
    "okapi": [okapi.get_scores(tokens(question)).tolist() for question in questions],
    "vectors": [sparse(vectors[i]) for i in range(len(texts))],
    "asked": [sparse(asked[i]) for i in range(len(questions))],
    "cosines": (asked @ vectors.T).toarray().tolist(),
    "places": (places * signs).tolist(),
    "askedPlaces": (pca.transform(asked.toarray()) * signs).tolist(),
    "shares": pca.explained_variance_ratio_.tolist(),
}, ensure_ascii=False))
