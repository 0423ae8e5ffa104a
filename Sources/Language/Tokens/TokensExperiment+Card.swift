import Engine

extension TokensExperiment {
    /// What it declares.
    public static let card = Card(
        id: "language.tokens", title: "A model's next-token distribution",
        summary:
            "A text's tokens with ids and log-probabilities, and what temperature, top-k, top-p and min-p make of the next one's distribution",
        parameters: [
            .text("text", "The capital of France is", .restart, "The text that is read; @file reads one"),
            .list("ids", "", .restart, "Token ids to read instead of the text"),
            .choice(
                "provider", ["extractive", "local", "openai"], .restart,
                "Whose distribution: a control without a model (bytes), a model in this process, an endpoint that gives log-probabilities"),
            .text(
                "model", "", .restart, "The model's name, for local also a GGUF file's path; empty for the installed or the endpoint's own"),
            .real(
                "temperature", 1, in: 0...5, step: 0.05, .live, "What log-probabilities are divided by; 0 leaves the likeliest token alone"),
            .integer("topK", 0, in: 0...1_000_000, step: 1, .live, "Only the likeliest so many; 0 for all"),
            .real("topP", 1, in: 0.01...1, step: 0.01, .live, "Only the likeliest that first add up to this probability"),
            .real("minP", 0, in: 0...1, step: 0.01, .live, "Only those at least this fraction as likely as the likeliest"),
            .integer("top", 20, in: 1...mostShown, .live, "How many next tokens are listed"),
            .choice("special", ["plain", "parse"], .restart, "Names of special tokens in the text: text like any other, or those tokens"),
            .choice(
                "exact", ["on", "off"], .restart,
                "local: single precision throughout, or activations of 16 bits, as in chats: quicker, off by some thousandths of a nat"),
            .integer("continuation", 0, in: 0...4096, step: 8, .restart, "Tokens appended, each the likeliest"),
            .choice(
                "overflow", ["cut", "refuse"], .restart,
                "A text that the model's context does not hold: its beginning is read and that is said, or nothing is"),
            .integer("attempt", 1, in: 1...1000, .live, "Raise it to ask again where the request failed"),
        ],
        results: [
            ResultCard("ids", "The text's tokens"),
            ResultCard("roundTrips", "Whether the tokens give the text back, byte for byte", headline: true),
            ResultCard("perplexity", "exp of the mean surprise of the tokens after the first", headline: true),
            ResultCard(
                "bitsPerCharacter", unit: "bits", "Surprise of the tokens after the first over the text's characters", headline: true),
            ResultCard("nextEntropy", unit: "nats", "Entropy of the next token's distribution", headline: true),
            ResultCard("nextEntropyAfter", unit: "nats", "The same after temperature, top-k, top-p and min-p", headline: true),
            ResultCard("keptTokens", "Tokens that sampling leaves", headline: true),
            ResultCard("promptTokensPerSecond", unit: "tokens/s", "Speed of reading the text, as the provider measured it"),
            ResultCard("tokensPerSecond", unit: "tokens/s", "Speed of the continuation"),
            ResultCard("answeredBy", "The model that answered"),
        ],
        tables: [
            TableCard("tokens", "One row a token: log-probability after what stands before it, entropy of the distribution it came from"),
            TableCard("next", "The likeliest next tokens, before and after sampling's settings"),
            TableCard("continuations", "Tokens appended greedily, each with the likeliest at its place"),
        ],
        figures: [
            FigureCard("next", "The next token, before and after sampling's settings"),
            FigureCard("entropy", "Entropy along the text"),
            FigureCard("text", "The text's tokens"),
        ],
        citation:
            "Shannon 1951 (entropy of printed English); Fan et al. 2018 (top-k); Holtzman et al. 2020 (top-p); Nguyen et al. 2024 (min-p); "
            + "Witten & Bell 1991 (the control)",
        stepName: "answer", presets: LanguagePresets.tokens)
}
