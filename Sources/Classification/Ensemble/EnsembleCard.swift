import Engine

extension ClassifierEnsemble {
    /// What the experiment says of itself.
    public static let card = Card(
        id: "classifier.ensemble", title: "Ensemble of classifiers",
        summary: "Many models' scores made one: means, rank averages, forward selection, stacking; what diversity buys",
        parameters: parameters, results: results, tables: tableCards, figures: figureCards,
        citation:
            "Ha, Liu & Liu 2020 (winning solution of the SIIM-ISIC challenge); Caruana et al. 2004; Wolpert 1992; DeLong et al. 1988; "
            + "Knight 1966",
        stepName: "round", presets: ClassificationPresets.ensemble)

    private static let parameters: [Parameter] = [
        .file("data", "winner", builtins: ["winner", "cancer"], "CSV of predictions with a score column a model, or model_class columns"),
        .real("rho", 0.82, in: 0...1, step: 0.02, .live, "Correlation of any two simulated models' errors"),
        .real("distortion", 0.5, in: 0...1, step: 0.1, .live, "How differently the simulated models' probabilities are miscalibrated"),
        .choice(
            "area", WinningSolution.Column.allCases.map(\.rawValue), "Which recorded areas the simulated models have"),
        .integer("rows", 2000, in: 50...1_000_000, log: true, "Simulated rows"),
        .real("prevalence", 0.15, in: 0.001...0.999, step: 0.01, "Share of simulated positives"),
        .choice(
            "method", EnsembleMethod.allCases.map(\.rawValue), initial: "rankAverage", .live,
            "The ensemble that each model is compared with"),
        .list("weights", "", "One weight a model for the weighted means; each model's AUC above one half when empty"),
        .integer("rounds", 25, in: 0...10_000, log: true, "Rounds of forward selection, one a step"),
        .choice("selectOn", ["scores", "ranks"], "What forward selection adds up"),
        .integer("folds", 5, in: 2...1000, "Folds of stacking and adversarial validation, unless the data has a fold column"),
        .real("ridge", 1, in: 0...1e9, step: 0.5, log: true, "Penalty on half the sum of squared slopes in stacking (1/C)"),
        .choice("correlation", Correlations.Kind.allCases.map(\.rawValue), .live, "The correlation that the heat map shows"),
        .text("label", "", "Column of the true classes; found by its name when empty"),
        .text("scores", "", "Score columns, comma-separated; all columns of numbers when empty; with labels, the scores themselves"),
        .text("labels", "", "The true classes themselves, such as 0,1,1,0; then data is not read, and models stand apart by ;"),
        .text("positive", "", "The class that high scores mean; of 0 and 1 it is 1"),
        .text("collapse", "", "Classes that together count as positive, all others as negative"),
        .text("split", "", "Column with two values such as train and test; - for none"),
        .text("fold", "", "Column of folds; - for none"),
        .text("group", "", "Column of groups that stay in one fold; - for none"),
        .text("weight", "", "Column of row weights; - for none"),
        .text("id", "", "Column that identifies rows; - for none"),
        .file("data2", "", "A second CSV with more models' scores, joined by id"),
        .file("data3", "", "A third CSV, joined by id"),
        .file("data4", "", "A fourth CSV, joined by id"),
    ]

    private static let results: [ResultCard] = [
        ResultCard("auc", "AUC of the ensemble by the method chosen", headline: true),
        ResultCard("low", "Its 95% interval (DeLong)", headline: true), ResultCard("high", "Its 95% interval (DeLong)", headline: true),
        ResultCard("bestModel", "The model with the greatest AUC", headline: true),
        ResultCard("bestAuc", "Its AUC", headline: true),
        ResultCard("gain", "The ensemble's AUC less the best model's", headline: true),
        ResultCard("gainLow", "Its 95% interval (paired DeLong)", headline: true),
        ResultCard("gainHigh", "Its 95% interval (paired DeLong)", headline: true), ResultCard("gainP", "Its two-sided p-value"),
        ResultCard("averagePrecision", "Average precision of the ensemble"),
        ResultCard("logLoss", unit: "nats", "Log loss of the ensemble, where it gives probabilities"),
        ResultCard("bestMethod", "The method with the greatest AUC so far", headline: true),
        ResultCard("bestMethodAuc", "Its AUC", headline: true),
        ResultCard("selection", "The models in the order that forward selection took them"),
        ResultCard("selectionAuc", "AUC of the running sum after each round"),
        ResultCard("joinAuc", "AUC of the rank average of the best one, two, … models"),
        ResultCard("meanPearson", "Mean Pearson correlation of two models' scores"),
        ResultCard("meanSpearman", "Mean Spearman correlation of two models' scores"),
        ResultCard("errorCorrelation", "Mean correlation of two models' log-odds (scores) within the classes", headline: true),
        ResultCard("rhoImplied", "The rho at which an average of binormal models would reach the recorded ensemble", headline: true),
        ResultCard("recordedBest", "The best AUC of a single model on record"),
        ResultCard("recordedEnsemble", "The winning ensemble's AUC on record", headline: true),
        ResultCard("divergence", "The greatest of the models' divergences between the splits"),
        ResultCard("adversarialAuc", "AUC of telling the splits apart from the scores"),
        ResultCard("adversarialLow", "Its 95% interval (DeLong)"), ResultCard("adversarialHigh", "Its 95% interval (DeLong)"),
        ResultCard("rounds", "Rounds of selection so far"), ResultCard("stackingFolds", "Folds stacked so far"),
        ResultCard("models", "The models in order"), ResultCard("positiveClass", "The class that high scores mean"),
        ResultCard("prevalenceObserved", "Its share of the rows"), ResultCard("direction", "What a higher score means"),
        ResultCard("rows", "Rows"), ResultCard("positives", "Rows of the positive class"),
        ResultCard("source", "Where the rows come from"), ResultCard("labelColumn", "Column of the truth"),
        ResultCard("splitColumn", "Column of the split"), ResultCard("foldColumn", "Column of folds"),
        ResultCard("groupColumn", "Column of groups"), ResultCard("weighted", "Whether rows are weighted"),
    ]

    private static let tableCards: [TableCard] = [
        TableCard("ensembles", "Every way of making one score of many, and the best model"),
        TableCard("members", "Each model, its weights, and the chosen ensemble's AUC less its own (paired DeLong)"),
        TableCard("rounds", "Forward selection, round by round"),
        TableCard("joins", "The rank average as models join, the best first"),
        TableCard("pearson", "Pearson correlations of the scores"), TableCard("spearman", "Spearman correlations"),
        TableCard("kendall", "Kendall's tau-b"),
        TableCard("divergences", "Each model's largest difference of correlations between the splits"),
        TableCard("adversarial", "What the AUC of telling the splits apart loses without each model"),
        TableCard("recorded", "The winning solution's models as published"),
    ]

    private static let figureCards: [FigureCard] = [
        FigureCard("selection", "AUC as models join"), FigureCard("ensembles", "Ensembles"),
        FigureCard("members", "Ensemble less each model"), FigureCard("correlation", "Correlation of models"),
        FigureCard("weights", "Member weights"), FigureCard("diversity", "What diversity buys"),
        FigureCard("recorded", "Cross-validation against the private test"), FigureCard("adversarial", "Telling the splits apart"),
    ]
}
