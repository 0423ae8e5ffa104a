import Engine

extension IterateExperiment {
    /// What it declares.
    public static let card = Card(
        id: "language.iterate", title: "A text rewritten again and again",
        summary: "What becomes of a text that a model summarises, rephrases or translates over and over: plateaus, fixed points, cycles",
        parameters: asking + running,
        results: resultCards,
        tables: [
            TableCard("iterations", "One row a lane and iteration; iteration 0 is the original"),
            TableCard("lanes", "One row a lane: its settings and what became of it"),
            TableCard("texts", "Every text in full"),
        ],
        figures: [
            FigureCard("length", "Length by iteration"),
            FigureCard("similarity", "Similarity to the original and to the text before"),
            FigureCard("survival", "What survives of numbers, names and lines"),
            FigureCard("text", "A text beside the one before"),
            FigureCard("diff", "What changed, in one text"),
            FigureCard("lines", "Lines by iteration"),
        ],
        citation: "Metrics: Lin 2004 (ROUGE), Papineni et al. 2002 (BLEU), Popović 2015 (chrF), Levenshtein 1966, Witten & Bell 1991. "
            + "Control: Mihalcea & Tarau 2004 (TextRank). Cycles of paraphrase: arXiv 2502.15208; iterated models: arXiv 2407.04503",
        headlessSteps: nil, stepName: "answer", presets: LanguagePresets.iterate)

    private static let modelHelp: String =
        "The model's name, for local also a GGUF file's path; empty for the installed or the endpoint's own (echo: \(EchoProvider.models.joined(separator: ", ")))"
    private static let lanesHelp: String =
        "Settings side by side, every combination a lane: temperature=0,0.5,1; prompt=summarize,rephrase. Empty: one lane. "
        + "Can vary: \(LaneSettings.varied.joined(separator: ", "))"

    /// What is asked of whom.
    private static let asking: [Parameter] = [
        .file("text", "short", builtins: BuiltInText.allCases.map(\.rawValue), "The text: a built-in one, or a file of UTF-8"),
        .choice(
            "prompt", Prompt.allCases.map(\.rawValue), .restart, "What is asked; translate goes there and back, custom uses `template`"),
        .choice(
            "provider", ["extractive", "local", "openai", "echo"], .restart,
            "Who answers: a control without a model, a model in this process, an OpenAI-compatible endpoint (OPENAI_BASE_URL, "
                + "OPENAI_API_KEY), stand-ins"),
        .text("model", "", .restart, modelHelp),
        .real("temperature", 0, in: 0...2, step: 0.1, .live, "Sampling temperature of lanes that have none of their own"),
        .integer("iterations", 50, in: 1...1000, .live, "How often the text is rewritten"),
        .text("lanes", "", .restart, lanesHelp),
        .integer("parallel", 4, in: 1...32, .live, "Requests under way at a time"),
        .real("topP", 1, in: 0.01...1, step: 0.05, .restart, "Nucleus: the least probable tokens beyond this mass are left out"),
        .integer("topK", 0, in: 0...1000, .restart, "Only so many of the likeliest tokens; 0 for all, or an endpoint's own"),
        .real("minP", 0, in: 0...1, step: 0.01, .restart, "Only tokens at least this fraction as likely as the likeliest; 0 for all"),
        .real(
            "repetitionPenalty", 1, in: 1...2, step: 0.05, .restart,
            "How much less likely a token becomes that stood among the last ones; 1 for nothing (models in process)"),
        .integer("maxTokens", 512, in: 0...100_000, step: 64, .restart, "The longest answer in tokens; 0 for the model's own limit"),
        .integer("modelSeed", 42, in: 0...2_147_483_647, .restart, "The seed sent to the model"),
        .choice(
            "seedMode", ["same", "step"], .restart,
            "The seed of each iteration: the same, which makes the map deterministic at any temperature, or one more each time"),
        .text("system", Prompt.system, .restart, "The system prompt; empty for none"),
        .text(
            "template", "Explain the following to a child: {text}", .restart, "The prompt of `custom`, with {text} where the text stands"),
        .text("language", "French", .restart, "The language that `translate` goes to"),
        .text("textLanguage", "English", .restart, "The language that `translate` comes back to"),
    ]

    /// How it is run and looked at.
    private static let running: [Parameter] = [
        .flag("stopOnRepeat", false, .live, "End a lane when its text repeats and nothing new can follow"),
        .choice(
            "overflow", ["cut", "refuse"], .restart,
            "A text that the model's context does not hold: its end is cut and that is said, or the lane stops"),
        .integer("retries", 5, in: 0...5, .live, "How often a passing failure is tried again"),
        .integer("attempt", 1, in: 1...1000, .live, "Raise it to ask again where a request failed"),
        .integer(
            "topLogProbabilities", 0, in: 0...20, .restart, "Alternatives a token, for tokenEntropy and logLikelihood; 0 asks for none"),
        .choice(
            "embedder", ["openai", "local"], .restart,
            "Whose vectors cosine similarities are of: the endpoint's where embeddingModel names one, or a sentence-embedding model in process"
        ),
        .text("embeddingModel", "", .restart, "The embedder's model; empty for none of the endpoint's, or the installed one"),
        .real("promptPrice", 0, in: 0...1e6, step: 0.1, .live, unit: "per million tokens", "Price of prompts, for `cost`"),
        .real("completionPrice", 0, in: 0...1e6, step: 0.1, .live, unit: "per million tokens", "Price of answers, for `cost`"),
        .integer("showLane", 1, in: 1...LaneSettings.most, .live, "The lane whose texts and facts are shown"),
        .integer("showIteration", -1, in: -1...1000, .live, "The text shown; -1 for the latest, 0 for the original"),
        .integer("compareIteration", -1, in: -1...1000, .live, "The text it is compared with; -1 for the one before it"),
    ]

    private static let resultCards: [ResultCard] = [
        ResultCard(
            "firstRepeat", unit: "iterations", "The first iteration whose text came before; a list when there are lanes", headline: true),
        ResultCard("period", unit: "iterations", "How far back it came before: 1 for a fixed point, 2 for an alternation", headline: true),
        ResultCard("finalCharacters", "Length of the latest text in Unicode scalars", headline: true),
        ResultCard("halfLife", unit: "iterations", "The first iteration of at most half the original's length", headline: true),
        ResultCard("truncated", "Answers cut by maxTokens", headline: true),
        ResultCard("survivingNumbers", "Share of the original's numbers still present", headline: true),
        ResultCard("survivingNames", "Share of the original's capitalised names still present", headline: true),
        ResultCard("survivingLines", "For a list: share of the original's lines still said", headline: true),
        ResultCard("unreadCharacters", "Characters that the model's context did not hold, cut from what it read, when there were any"),
        ResultCard("lanes", "The lanes' names, in the order of the lists above"),
        ResultCard("iterationsDone", "Iterations done"),
        ResultCard("failures", "Requests that failed for good"),
        ResultCard("answeredBy", "Who answered: provider and model"),
        ResultCard("promptTokens", "Tokens sent, as far as told"),
        ResultCard("completionTokens", "Tokens answered, as far as told"),
        ResultCard("cost", "By promptPrice and completionPrice, in their currency"),
        ResultCard("seconds", unit: "s", "Time the answers took, added up over lanes"),
        ResultCard("retries", "Tries beyond the first"),
        ResultCard("firstTokenSeconds", unit: "s", "Time to the latest answer's first token, where it was measured"),
        ResultCard("tokensPerSecond", unit: "tokens/s", "Tokens of the latest answer after the first, a second"),
    ]
}
