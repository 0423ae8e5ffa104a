import Engine

extension EvaluateExperiment {
    /// What it declares.
    public static let card = Card(
        id: "language.evaluate", title: "How good are the answers?",
        summary: "Systems' answers to the same questions: ROUGE, BLEU, chrF, a judge's ratings, wins and losses, with paired intervals",
        parameters: [
            .files(
                "candidates", "sample", builtins: ["sample"],
                "Answers of one or more systems: JSON or JSON Lines with reference, hypothesis, perhaps question, system and ratings"),
            .choice(
                "rougeVariant", ["standard", "seed"],
                "standard: the rouge-score package; seed: the package rouge (sets of n-grams), behind the source's table"),
            .choice("stemmer", ["off", "on"], "Porter stems for tokens of four letters and more (standard ROUGE)"),
            .text("judge", "", "The field with the judge's ratings or probabilities; empty for the first found, none for none"),
            .choice("compareBy", choices, "What decides wins, ties and losses, by exact comparison"),
            .integer("bootstrap", 2000, in: 0...100_000, step: 500, .live, "Replicates of the questions, drawn with replacement"),
            .choice("worstBy", choices, .live, "What the worst answers are sorted by"),
            .integer("showSystem", 1, in: 1...CandidateFile.mostSystems, .live, "The system whose worst answers are shown"),
            .integer("showRank", 1, in: 1...CandidateFile.most, .live, "Which of the worst answers is shown, 1 for the worst"),
            .file(
                "questions", "", builtins: ["workbench", "generated", "candidates"],
                "Questions to put to systems, beside the answers of `candidates` where files are named: JSON Lines with question, answer, "
                    + "perhaps document; generated: one a chunk, by the model; candidates: the recorded ones"
            ),
            .text(
                "systems", "",
                "Systems that are asked: retriever=bm25,hybrid; topK=1,4; plain. Can vary: \(AskedSystem.varied.joined(separator: ", "))"),
            .text("documents", "workbench", "The documents they answer from, as in language.answer"),
            .choice("provider", AskedSystem.providers, "Who answers where `systems` names nobody else, and makes questions"),
            .text("model", "", "The model's name; empty for the installed or the endpoint's own"),
            .choice("judgeProvider", ["none", "local", "openai"], "Whose model rates answers from 0 to 10"),
            .text("judgeModel", "", "The judge's model; empty for the installed or the endpoint's own"),
            .choice("embedder", ["hashed", "local", "openai"], "How chunks become vectors, as in language.answer"),
            .text("embeddingModel", "", "The embedder's model; empty for the installed or the endpoint's own"),
            .integer("chunkTokens", 250, in: 20...4000, step: 10, "The longest chunk, in tokens"),
            .integer("generate", 20, in: 1...Asking.mostGenerated, "How many questions are made where they are `generated`"),
            .real("temperature", 0.2, in: 0...2, step: 0.1, "Sampling temperature of answers"),
            .integer("maxTokens", 256, in: 0...100_000, step: 64, "The longest answer in tokens; 0 for the model's own limit"),
            .integer("modelSeed", 42, in: 0...2_147_483_647, "The seed sent to models"),
            .integer("parallel", 4, in: 1...32, .live, "Requests under way at a time"),
            .integer("requestsPerMinute", 0, in: 0...100_000, .live, "Requests an endpoint is sent a minute; 0 for no limit of one's own"),
            .integer("retries", 5, in: 0...5, .live, "How often a passing failure is tried again"),
            .integer("attempt", 1, in: 1...1000, .live, "Raise it to go on where a request failed"),
        ],
        results: [
            ResultCard("systems", "The systems' names; the lists below are in their order, one value when there is one system"),
            ResultCard("questions", "How many questions were answered"),
            ResultCard("rouge1", "Mean F1 of ROUGE-1", headline: true),
            ResultCard("rouge2", "Mean F1 of ROUGE-2", headline: true),
            ResultCard("rougeL", "Mean F1 of ROUGE-L", headline: true),
            ResultCard("bleu", "Mean sentence BLEU, 0…100"),
            ResultCard("chrf", "Mean chrF2, 0…100"),
            ResultCard("judgeMean", "Mean rating, 0…10", headline: true),
            ResultCard("unjudged", "Answers that the judge's reply does not rate", headline: true),
            ResultCard("wins", "Better than the first system (the first: than the second)", headline: true),
            ResultCard("ties", "As good", headline: true),
            ResultCard("losses", "Worse", headline: true),
            ResultCard("hitRate", "Share of questions whose document is among the chunks that were taken"),
            ResultCard("mrr", "Mean of one over the rank of its first chunk"),
            ResultCard("ndcg", "Mean of 1/log₂(1 + rank) of its first chunk"),
            ResultCard("rougeVariant", "Which ROUGE the values are of"),
            ResultCard("judge", "Whose ratings they are"),
            ResultCard("replicates", "Bootstrap replicates drawn"),
        ],
        tables: [
            TableCard("scores", "One row a system: means, wins, ties and losses, each with its 95% interval"),
            TableCard("differences", "Each system less the first, paired, with 95% intervals"),
            TableCard("judges", "Every judge on record: mean rating, unjudged, wins, ties and losses"),
            TableCard("answers", "One row an answer with its measures"),
        ],
        figures: [
            FigureCard("scores", "Scores with 95% intervals"),
            FigureCard("judge", "What the judge gave"),
            FigureCard("worst", "The worst answers beside the reference"),
            FigureCard("differences", "Paired differences to the first system"),
            FigureCard("agreement", "ROUGE-L against the judge"),
        ],
        citation:
            "Lin 2004 (ROUGE); Papineni et al. 2002 (BLEU); Popović 2015 (chrF); Efron & Tibshirani 1993, Koehn 2004 (paired bootstrap); "
            + "Zheng et al. 2023 (a model as judge)",
        stepName: "answer, question or replicate", presets: LanguagePresets.evaluate)
}
