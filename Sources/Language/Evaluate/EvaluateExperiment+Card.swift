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
        stepName: "question or replicate")
}
