"""Reference values of the text metrics, from the packages whose conventions are followed.

    pip install -r requirements.txt && python metrics.py > metrics.json

rouge-score 0.1.2 (with NLTK's Porter stemmer), rouge 1.0.1, sacrebleu 2.6.0. The long texts are drawn from a fixed generator.
"""

import json
import random

from nltk.stem.porter import PorterStemmer
from rouge import Rouge
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF

generator = random.Random(20261124)
vocabulary = [
    "the", "of", "and", "a", "connection", "connections", "connected", "running", "generalization", "Universities", "probabilities",
    "rate", "3.14", "1,000", "-5", "can't", "re-use", "“quoted”", "café", "naïve", "北京", "🌍", "(hi)", "e.g.", "U.S.", "x=1;", "&amp;",
    "&quot;so&quot;", "<b>", "end.", "end!", "...", "a.b", "don’t", "ÉCOLE", "İstanbul", "K", "ﬁsh", "e\u0301", "é",
]


def words(count, extra):
    weights = [1 / (i + 1) for i in range(len(vocabulary))]
    text = []
    for _ in range(count):
        text.append(generator.choices(vocabulary, weights)[0] if generator.random() < 0.8 else f"w{generator.randrange(extra)}")
        if generator.random() < 0.06:
            text[-1] += "."
        if generator.random() < 0.02:
            text[-1] += "\n"
    return " ".join(text)


def changed(text, rate):
    result = []
    for word in text.split(" "):
        chance = generator.random()
        if chance < rate / 3:
            continue
        result.append(generator.choice(vocabulary) if chance < 2 * rate / 3 else word)
        if chance > 1 - rate / 3:
            result.append(generator.choice(vocabulary))
    return " ".join(result)


pairs = [
    ("", ""), ("", "words here"), ("words here", ""), (" ", "a"), ("a", " "), ("...", "..."), (".", "a."), ("a", "a"), ("a", "b"),
    ("The quick brown fox jumps over the lazy dog", "The quick brown dog jumps on the log."),
    ("the the the the", "the cat is on the mat"),
    ("Police killed the gunman.\nThe gunman was shot down by police.", "police ended the gunman.\nthe gunman murdered police."),
    ("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5"),
    ("a b c. d e f.  . g", "a c b. f e d. g."),
    ("It costs $1,234.50 (about 5-6% more), e.g. in the U.S.", "It costs $1,234.5, about 5 - 6 % more e.g. in the US."),
    ("He said: &quot;Stop!&quot; &amp; left.\n", 'He said: "Stop!" & left.'),
    ("line-\nbreak <skipped> here", "linebreak here"),
    ("naïve café İstanbul Kelvin", "naive cafe istanbul kelvin"),
    ("北京是中国的首都。", "中国的首都是北京。"),
    ("🌍🌍 hello 🌍", "🌍 hello 🌍🌍"),
    ("e\u0301cole", "école"),
    ("tab\tseparated\u00a0words\u2003and\u001cmore\u0085lines", "tab separated words and more lines"),
    ("Running runners ran easily; flies die, dying lies.", "The runner runs easily: a fly dies and lied."),
    ("(hi) 'quoted' \"words\", end.", "hi quoted words end"),
    ("1.5.2 10-3 a,b 4,000 3.", "1.5 .2 10 -3 a, b 4000 3 ."),
    ("one\n\ntwo\nthree\n", "one two\nthree\n\n\nfour"),
]
for count, rate, extra in [(30, 0.3, 5), (60, 0.5, 20), (200, 0.2, 50), (700, 0.6, 200), (2000, 0.4, 400)]:
    text = words(count, extra)
    pairs.append((changed(text, rate), text))

scorers = {stemmed: rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stemmed) for stemmed in (False, True)}
bleu = BLEU(effective_order=True)
chrf, chrf_words = CHRF(), CHRF(word_order=2)


def triple(score):
    return [float(score.precision), float(score.recall), float(score.fmeasure)]


cases = []
for candidate, reference in pairs:
    case = {"candidate": candidate, "reference": reference}
    for stemmed, scorer in scorers.items():
        scores = scorer.score(reference, candidate)
        case["stemmed" if stemmed else "plain"] = {name: triple(score) for name, score in scores.items()}
    try:
        seed = Rouge().get_scores(candidate, reference)[0]
        case["seed"] = {name: [score["p"], score["r"], score["f"]] for name, score in seed.items()}
    except (ValueError, RecursionError, ZeroDivisionError):
        case["seed"] = None
    case["bleu"] = bleu.sentence_score(candidate, [reference]).score
    case["chrf"] = chrf.sentence_score(candidate, [reference]).score
    case["chrfWords"] = chrf_words.sentence_score(candidate, [reference]).score
    cases.append(case)

endings = [
    "", "s", "es", "ed", "ing", "ies", "ied", "eed", "ational", "tional", "enci", "anci", "izer", "bli", "alli", "entli", "eli", "ousli",
    "ization", "ation", "ator", "alism", "iveness", "fulness", "ousness", "aliti", "iviti", "biliti", "fulli", "logi", "icate", "ative",
    "alize", "iciti", "ical", "ful", "ness", "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "sion",
    "tion", "ou", "ism", "ate", "iti", "ous", "ive", "ize", "e", "ll", "y", "sses", "ss", "ying", "bling", "ating", "izing", "pping",
]
starts = ["", "a", "t", "tr", "hop", "fall", "sky", "dy", "geo", "archaeo", "relat", "condit", "yyyy", "oat", "troubl", "h1st", "crypt", "wxy"]
words_list = sorted({start + ending for start in starts for ending in endings} | {
    "sky", "skies", "dying", "lying", "tying", "news", "innings", "inning", "outings", "cannings", "howe", "proceed", "exceed", "succeed",
    "dies", "flies", "spied", "died", "enjoy", "happy", "enjoyment", "controll", "roll", "probate", "cease", "feed", "agreed", "2020", "x9",
} - {""})
stemmer = PorterStemmer()
json.dump({"cases": cases, "stems": [[word, stemmer.stem(word)] for word in words_list]}, __import__("sys").stdout, ensure_ascii=True)
