import Engine

extension AnswerExperiment {
    /// What it declares.
    public static let card = Card(
        id: "language.answer", title: "Questions to one's own documents",
        summary: "A bot that finds the chunks of one's own documents nearest to a question, has a model answer from them, and cites them",
        parameters: [
            .text(
                "documents", "workbench", .restart,
                "A folder, or files separated by commas: txt, md, html, jsonl with a text field; workbench for this program's own"),
            .text("question", "How does a replay give the same bits on any machine?", .live, "What is asked; each Enter asks"),
            .choice(
                "provider", ["extractive", "local", "openai", "echo"], .restart,
                "Who answers: sentences of the documents without a model, a model in this process, an OpenAI-compatible endpoint, a stand-in"
            ),
            .text(
                "model", "", .restart, "The model's name, for local also a GGUF file's path; empty for the installed or the endpoint's own"),
            .choice(
                "retriever", ["hybrid", "bm25", "embedding"], .live,
                "How chunks are found: by words, by vectors, or by both (reciprocal rank fusion)"),
            .integer("topK", 4, in: 1...mostChunks, .live, "How many chunks are put before the model"),
            .real(
                "minScore", 0, in: 0...1000, step: 0.05, .live,
                "Below this score a chunk is not used; without any the documents do not tell"),
            .choice(
                "embedder", ["hashed", "local", "openai"], .restart,
                "How chunks become vectors: hashed words by their rarity, a sentence-embedding model in this process, or the endpoint's"),
            .text("embeddingModel", "", .restart, "The embedder's model; empty for the installed or the endpoint's own"),
            .integer("chunkTokens", 250, in: 20...4000, step: 10, .restart, "The longest chunk, in tokens (counted without a model)"),
            .integer(
                "overlap", 0, in: 0...2000, step: 10, .restart, "Tokens at the end of a chunk that the next repeats, in whole sentences"),
            .choice("bm25", ["lucene", "okapi"], .restart, "Which form of BM25 ranks by words"),
            .real("temperature", 0.2, in: 0...2, step: 0.1, .live, "Sampling temperature of the next answers"),
            .integer("maxTokens", 256, in: 0...100_000, step: 64, .restart, "The longest answer in tokens; 0 for the model's own limit"),
            .real(
                "repetitionPenalty", 1.1, in: 1...2, step: 0.05, .restart,
                "How much less likely the last 64 tokens become, so that small models do not go round in circles; local only"),
            .integer("history", 0, in: 0...20, .live, "How many earlier questions and answers are sent along"),
            .integer("modelSeed", 42, in: 0...2_147_483_647, .restart, "The seed sent to the model"),
            .text("system", Passages.system, .restart, "The instructions before the passages; empty for none"),
            .integer("retries", 5, in: 0...5, .live, "How often a passing failure is tried again"),
            .integer("attempt", 1, in: 1...1000, .live, "Raise it to try again where something failed"),
        ],
        results: [
            ResultCard("answer", "The latest answer", headline: true),
            ResultCard("citations", "The chunks it names, as document:line", headline: true),
            ResultCard("refused", "Whether the bot says that the documents do not tell", headline: true),
            ResultCard("support", "Share of the answer's words that the chunks before the model hold", headline: true),
            ResultCard("promptTokens", "Tokens sent for the latest answer, as far as told", headline: true),
            ResultCard("completionTokens", "Tokens of the latest answer, as far as told"),
            ResultCard("seconds", unit: "s", "Time the latest answer took"),
            ResultCard("firstTokenSeconds", unit: "s", "Time to the latest answer's first token, reading the prompt included"),
            ResultCard("tokensPerSecond", unit: "tokens/s", "Tokens after the first, a second"),
            ResultCard("searchSeconds", unit: "s", "Time the search took"),
            ResultCard("readSeconds", unit: "s", "Time reading and indexing took"),
            ResultCard("question", "The latest question"),
            ResultCard("questions", "Questions answered", headline: true),
            ResultCard("documents", "Documents read", headline: true),
            ResultCard("chunks", "Chunks they were cut into", headline: true),
            ResultCard("reused", "Documents that had not changed since they were read last"),
            ResultCard("digest", "SHA-256 of the documents' names and digests and of how they were cut"),
            ResultCard("embedder", "What chunks became vectors by"),
            ResultCard("answeredBy", "Who answered: provider and model"),
        ],
        tables: [
            TableCard("retrieved", "The chunks put before the model for the latest question"),
            TableCard("conversation", "One row an answer"),
            TableCard("documents", "What was read, with digests"),
        ],
        figures: [
            FigureCard("conversation", "The conversation"),
            FigureCard("passages", "The chunks before the model"),
            FigureCard("scores", "Scores of the chunks"),
            FigureCard("map", "Map of the chunks"),
        ],
        citation:
            "Lewis et al. 2020 (retrieval-augmented generation); Robertson & Zaragoza 2009 (BM25); Weinberger et al. 2009 (feature hashing); "
            + "Cormack et al. 2009 (reciprocal rank fusion)",
        stepName: "answer", presets: LanguagePresets.answer)
}
