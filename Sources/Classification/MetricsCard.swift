import Engine

extension ClassifierMetrics {
    /// What the experiment says of itself.
    public static let card = Card(
        id: "classifier.metrics", title: "Classifier metrics",
        summary: "Everything about one set of predictions: curves, areas with intervals, calibration, costs, folds, models compared",
        parameters: parameters, results: results, tables: tableCards, figures: figureCards,
        handoffs: [
            HandoffCard(
                "ensemble", "The models marked, or all, in an ensemble", to: "classifier.ensemble",
                marking: HandoffCard.Marking(item: "model", list: "marked"))
        ],
        citation:
            "DeLong et al. 1988; Sun & Xu 2014; McClish 1989; Efron 1987; Hand & Till 2001; Murphy 1973; Vickers & Elkin 2006; Holm 1979",
        stepName: "replicate", presets: ClassificationPresets.metrics)

    private static let parameters: [Parameter] = [
        .file("data", "cancer", builtins: Predictions.builtins, "CSV of predictions: a label column and one score column a model or class"),
        .text("label", "", "Column of the true classes; found by its name when empty"),
        .text("scores", "", "Score columns, comma-separated; all columns of numbers when empty; with labels, the scores themselves"),
        .text("labels", "", "The true classes themselves, such as 0,1,1,0 or @file.csv:column; then data is not read"),
        .text("positive", "", "The class that high scores mean; of 0 and 1 it is 1"),
        .text("model", "", "The score column shown; the first when empty"),
        .text("collapse", "", "Classes that together count as positive, all others as negative"),
        .real("threshold", 0.5, step: 0.01, .live, "Rows that score at least this are called positive"),
        .real("costFalsePositive", 1, in: 0...1e9, step: 0.1, .live, "Cost of calling a negative positive"),
        .real("costFalseNegative", 1, in: 0...1e9, step: 0.1, .live, "Cost of calling a positive negative"),
        .real("prevalence", 0, in: 0...1, step: 0.01, .live, "Share of positives where the classifier will be used; 0: as in the data"),
        .integer("bins", 15, in: 1...1000, "Bins of the calibration curve"),
        .choice("binning", ["width", "mass"], "Bins of equal width, or with equally many rows"),
        .choice("edges", ["right", "left"], "Which edge belongs to a bin: (a, b] or [a, b)"),
        .integer("bootstrap", 2000, in: 0...100_000, log: true, "Bootstrap replicates, one a step"),
        .choice("resampling", ["stratified", "group"], "Draw rows within each class, or whole groups"),
        .choice("average", ["macro", "weighted", "micro"], "How areas, precision, recall and F1 of many classes become one"),
        .real("maxFpr", 0.1, in: 1e-6...1, step: 0.05, "Partial area left of this false positive rate"),
        .real("minTpr", 0.8, in: 0...0.999999, step: 0.05, "Partial area above this true positive rate"),
        .text("fold", "", "Column of folds; - for none"),
        .text("group", "", "Column of groups such as patients; - for none"),
        .text("subset", "", "Column of subsets to report one by one; - for none"),
        .text("weight", "", "Column of row weights; - for none"),
        .text("id", "", "Column that identifies rows; - for none"),
        .file("data2", "", "A second CSV with more models' scores, joined by id"),
        .file("data3", "", "A third CSV, joined by id"),
        .file("data4", "", "A fourth CSV, joined by id"),
        .text("marked", "", .live, "Models marked to go on as an ensemble, comma-separated; all when empty"),
    ]

    private static let results: [ResultCard] =
        [
            ResultCard("auc", "Area under the ROC curve; of many classes one-vs-rest, by average", headline: true),
            ResultCard("aucDeLongSe", "Its standard error by DeLong"),
            ResultCard("aucDeLongLow", "Its 95% interval by DeLong, clipped to [0, 1]", headline: true),
            ResultCard("aucDeLongHigh", "Its 95% interval by DeLong, clipped to [0, 1]", headline: true),
            ResultCard("aucDeLongLogitLow", "The interval made on the logit scale"),
            ResultCard("aucDeLongLogitHigh", "The interval made on the logit scale"),
            ResultCard("aucBootLow", "Its 95% interval by bootstrap percentiles", headline: true),
            ResultCard("aucBootHigh", "Its 95% interval by bootstrap percentiles", headline: true),
            ResultCard("aucBcaLow", "Its 95% interval by bias-corrected accelerated bootstrap"),
            ResultCard("aucBcaHigh", "Its 95% interval by bias-corrected accelerated bootstrap"),
            ResultCard("replicates", "Bootstrap replicates so far"),
            ResultCard("averagePrecision", "Average precision at the prevalence set", headline: true),
            ResultCard("partialAucRaw", "Area left of maxFpr"), ResultCard("partialAuc", "The same, standardised (McClish)"),
            ResultCard("partialAucAboveTpr", "Area above minTpr (ISIC 2024)"),
            ResultCard("brier", "Mean squared error of the probabilities", headline: true),
            ResultCard("brierReliability", "Murphy's reliability over the bins"), ResultCard("brierResolution", "Murphy's resolution"),
            ResultCard("brierUncertainty", "Murphy's uncertainty"),
            ResultCard("logLoss", unit: "nats", "Mean -log probability of what happened"),
            ResultCard("ece", "Expected calibration error", headline: true), ResultCard("mce", "Maximum calibration error"),
            ResultCard("ks", "Greatest distance between the classes' score distributions"),
            ResultCard("youden", "Greatest sensitivity + specificity - 1"), ResultCard("youdenThreshold", "The threshold that reaches it"),
            ResultCard("costThreshold", "The threshold of least cost"), ResultCard("minimumCost", "The least cost a row"),
            ResultCard("tp", "True positives", headline: true), ResultCard("fp", "False positives", headline: true),
            ResultCard("tn", "True negatives", headline: true), ResultCard("fn", "False negatives", headline: true),
        ] + proportions
        + [
            ResultCard("balancedAccuracy", "Mean of sensitivity and specificity (mean recall)"),
            ResultCard("f1", "Harmonic mean of precision and sensitivity", headline: true),
            ResultCard("mcc", "Matthews' correlation", headline: true), ResultCard("kappa", "Cohen's kappa"),
            ResultCard("likelihoodRatioPlus", "sensitivity / (1 - specificity)"),
            ResultCard("likelihoodRatioMinus", "(1 - sensitivity) / specificity"),
            ResultCard("diagnosticOddsRatio", "tp·tn / (fp·fn)"), ResultCard("netBenefit", "Net benefit at the threshold"),
        ] + severalClasses + origins

    private static let proportions: [ResultCard] = [
        ("sensitivity", "Positives called positive"), ("specificity", "Negatives called negative"),
        ("precision", "Positives among what is called positive"), ("negativePredictiveValue", "Negatives among what is called negative"),
        ("accuracy", "Rows called what they are"),
    ].flatMap { name, help in
        [
            ResultCard(name, help, headline: name != "negativePredictiveValue"), ResultCard("\(name)Low", "Wilson's 95% interval"),
            ResultCard("\(name)High", "Wilson's 95% interval"),
        ]
    }

    private static let severalClasses: [ResultCard] =
        [
            ResultCard("recall", "Recall of many classes, by average"),
            ResultCard("aucOvrMacro", "One-vs-rest areas, mean"), ResultCard("aucOvrWeighted", "The same, by prevalence"),
            ResultCard("aucOvrMicro", "All classes' scores as one question"),
            ResultCard("aucOvoMacro", "One-vs-one areas (Hand & Till), mean"),
            ResultCard("aucOvoWeighted", "The same, by prevalence"), ResultCard("aucPerClass", "One-vs-rest area of each class"),
            ResultCard("topK", "Share of rows whose class is among the k likeliest, k = 1, 2, …"),
            ResultCard("kappaLinear", "Kappa, disagreement weighted by distance"),
            ResultCard("kappaQuadratic", "Kappa, disagreement weighted by squared distance"),
            ResultCard("brierSum", "Squared errors summed over classes, mean over rows"),
            ResultCard("eceTopLabel", "Calibration error of the likeliest class's probability"),
        ]
        + ["precision", "recall", "f1"].flatMap { name in
            ["Macro", "Micro", "Weighted"].map { ResultCard(name + $0, "\(name), \($0.lowercased()) average over classes") }
        } + [
            ResultCard("foldMean", "Mean AUC of the folds"), ResultCard("foldSd", "Its sample standard deviation"),
            ResultCard("foldSe", "Its standard error"), ResultCard("pooledAuc", "AUC of all rows together"),
            ResultCard("pooledRankAuc", "AUC of all rows, scores ranked within each fold first"),
        ]

    private static let origins: [ResultCard] = [
        ResultCard("positiveClass", "The class that high scores mean", headline: true),
        ResultCard("prevalenceObserved", "Its share of the rows", headline: true),
        ResultCard("direction", "What a higher score means"), ResultCard("model", "The score column shown"),
        ResultCard("classes", "The classes in order"), ResultCard("rows", "Rows"), ResultCard("positives", "Rows of the positive class"),
        ResultCard("negatives", "The other rows"), ResultCard("source", "Where the rows come from"),
        ResultCard("labelColumn", "Column of the truth"), ResultCard("scoreColumns", "Columns of scores"),
        ResultCard("foldColumn", "Column of folds"), ResultCard("groupColumn", "Column of groups"),
        ResultCard("subsetColumn", "Column of subsets"), ResultCard("weighted", "Whether rows are weighted"),
    ]

    private static let tableCards: [TableCard] = [
        TableCard("models", "Each score column's areas and losses"),
        TableCard("pairs", "Pairs of models: paired DeLong with Holm's correction, bootstrap of the difference, McNemar at the threshold"),
        TableCard("folds", "Each fold"), TableCard("subsets", "Each subset"), TableCard("confusion", "Truth by row, call by column"),
        TableCard("roc", "Corners of the ROC curve: points on straight stretches are left out"),
        TableCard("precisionRecall", "Precision and recall at every distinct score, upwards"),
        TableCard("det", "False positive and false negative rate at every distinct score"),
        TableCard("calibration", "Bins of the calibration curve"),
        TableCard("calibrators", "Calibrated probabilities judged out of fold"),
        TableCard("gain", "Share of rows called positive, share of positives found, lift"),
        TableCard("decision", "Net benefit by threshold probability"),
        TableCard("thresholds", "Confusion matrices at every distinct score, or 1,000 spread evenly over the rows when there are more"),
    ]

    private static let figureCards: [FigureCard] = [
        FigureCard("roc", "ROC"), FigureCard("precisionRecall", "Precision-recall"), FigureCard("calibration", "Calibration"),
        FigureCard("scores", "Scores by class"), FigureCard("confusion", "Confusion matrix"), FigureCard("sweep", "Threshold sweep"),
        FigureCard("models", "Models compared"), FigureCard("decision", "Decision curve"), FigureCard("cost", "Cost curve"),
        FigureCard("gain", "Cumulative gain"), FigureCard("lift", "Lift"), FigureCard("det", "Detection error trade-off"),
        FigureCard("bootstrap", "Bootstrap replicates"),
    ]
}
