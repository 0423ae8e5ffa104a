import Engine

/// Settings of the family's experiments worth looking at.
enum LanguagePresets {
    static let iterate = [
        Preset("rephrase", "does a rephrased text come back?", ["prompt": "rephrase"]),
        Preset(
            "three temperatures", "side by side: the hotter, the later a fixed point",
            ["provider": "local", "lanes": "temperature=0,0.5,1"]),
        Preset(
            "six lanes", "two prompts by three temperatures, with the local model",
            ["provider": "local", "lanes": "temperature=0,0.7,1; prompt=summarize,rephrase"]),
        Preset("random walk", "the stand-in that wanders", ["provider": "echo", "model": "walk"]),
    ]

    static let answer = [
        Preset("words alone", "BM25, and nothing else", ["retriever": "bm25"]),
        Preset("by a language model", "the installed model answers from two chunks", ["provider": "local", "topK": "2"]),
        Preset("meaning", "chunks by a sentence-embedding model", ["retriever": "embedding", "embedder": "local"]),
        Preset("no answer", "what the documents do not hold is not answered", ["question": "Who painted the ceiling?"]),
    ]

    static let evaluate = [
        Preset("the source's ROUGE", "the package behind the source's table", ["rougeVariant": "seed"]),
        Preset("ways of finding", "14 questions to this program's documents", ["questions": "workbench"]),
        Preset(
            "how many chunks", "one, two and four of them",
            ["questions": "workbench", "systems": "topK=1,2,4", "compareBy": "rougeL"]),
    ]

    static let tokens = [
        Preset("nucleus", "the likeliest tokens that make up 9 tenths", ["topP": "0.9"]),
        Preset("hot", "temperature 2: the tail becomes likely", ["temperature": "2"]),
        Preset("min-p", "a tenth of the likeliest at least, at temperature 1.5", ["minP": "0.1", "temperature": "1.5"]),
        Preset("greedy", "temperature 0 and what it goes on to say", ["temperature": "0", "continuation": "24"]),
    ]

    static let embed = [
        Preset("meaning", "the same texts by a sentence-embedding model", ["embedder": "local"]),
        Preset("few places", "words that share a place look alike", ["dimensions": "16"]),
    ]
}
