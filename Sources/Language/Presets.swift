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
}
