import Engine
import Plotting

extension ClassifierPredict {
    /// What the experiment says of itself.
    public static let card = Card(
        id: "classifier.predict", title: "Fold and orientation averaging",
        summary: "Probabilities averaged over the eight symmetries of a picture and over the folds' models: what each is worth",
        parameters: parameters, results: resultCards, tables: tableCards, figures: figureCards,
        citation: "Ha, Liu & Liu 2020 (winning solution of the SIIM-ISIC challenge); DeLong et al. 1988", stepName: "choice")

    private static let parameters: [Parameter] = [
        .file("data", "orientations", builtins: ["orientations"], "CSV with one score column a fold and orientation: f1_o0 … f5_o7"),
        .integer("orientations", 8, in: 1...8, "Orientations a fold when the columns' names do not tell"),
        .integer("orientation", 5, in: 0...7, .live, "The symmetry whose picture and columns are marked"),
        .integer("subsets", 10_000, in: 1...10_000_000, log: true, "At most so many choices of folds and orientations, one a step"),
        .text("label", "", "Column of the true classes; found by its name when empty"),
        .text("scores", "", "Score columns, comma-separated; all columns of numbers when empty; with labels, the scores themselves"),
        .text("labels", "", "The true classes themselves, such as 0,1,1,0; then data is not read, and columns stand apart by ;"),
        .text("positive", "", "The class that high scores mean; of 0 and 1 it is 1"),
        .text("collapse", "", "Classes that together count as positive, all others as negative"),
        .text("fold", "-", "Column of folds that is no score; - for none"), .text("group", "-", "Column of groups; - for none"),
        .text("weight", "", "Column of row weights; - for none"), .text("id", "", "Column that identifies rows; - for none"),
        .file("data2", "", "A second CSV with more score columns, joined by id"), .file("data3", "", "A third CSV, joined by id"),
        .file("data4", "", "A fourth CSV, joined by id"),
    ]

    private static let resultCards: [ResultCard] = [
        ResultCard("auc", "AUC of the average over all orientations, then all folds", headline: true),
        ResultCard("low", "Its 95% interval (DeLong)", headline: true), ResultCard("high", "Its 95% interval (DeLong)", headline: true),
        ResultCard("logLoss", unit: "nats", "Its log loss"),
        ResultCard("aucSingle", "Mean AUC of one fold's model and one orientation", headline: true),
        ResultCard("aucFoldMean", "Mean AUC of one fold's model, all orientations averaged", headline: true),
        ResultCard("aucOrientationMean", "Mean AUC of one orientation, all folds averaged", headline: true),
        ResultCard("aucUpright", "AUC of the first orientation, all folds averaged"),
        ResultCard("orientationGain", "The average's AUC less that without turning anything", headline: true),
        ResultCard("orientationGainLow", "Its 95% interval (paired DeLong)"),
        ResultCard("orientationGainHigh", "Its 95% interval (paired DeLong)"), ResultCard("orientationGainP", "Its two-sided p-value"),
        ResultCard("bestFold", "The fold whose average over orientations has the greatest AUC"),
        ResultCard("foldGain", "The average's AUC less the best fold's", headline: true),
        ResultCard("foldGainLow", "Its 95% interval (paired DeLong)"), ResultCard("foldGainHigh", "Its 95% interval (paired DeLong)"),
        ResultCard("foldGainP", "Its two-sided p-value"), ResultCard("choices", "Choices of folds and orientations so far"),
        ResultCard("folds", "Folds' models"), ResultCard("orientations", "Orientations"), ResultCard("rows", "Rows"),
        ResultCard("positives", "Rows of the positive class"), ResultCard("prevalenceObserved", "Their share of the rows"),
        ResultCard("positiveClass", "The class that high scores mean"), ResultCard("direction", "What a higher score means"),
        ResultCard("source", "Where the rows come from"), ResultCard("weighted", "Whether rows are weighted"),
    ]

    private static let tableCards: [TableCard] = [
        TableCard("averaging", "AUC against how many folds and orientations are averaged"),
        TableCard("columns", "Each fold's model and orientation alone"), TableCard("folds", "Each fold, all orientations averaged"),
        TableCard("orientations", "Each orientation, all folds averaged"), TableCard("symmetries", "The eight symmetries of a square"),
        TableCard("predictions", "The averaged probability of each row"),
    ]

    private static let figureCards: [FigureCard] = [
        FigureCard("averaging", "AUC against how many are averaged"), FigureCard("columns", "Fold by orientation"),
        FigureCard("gains", "What each averaging gains"), FigureCard("symmetries", "The eight symmetries"),
    ]

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The fold whose average over orientations has the greatest area, the first of several.
    var bestFold: Int {
        var best = 0
        for fold in grid.byFold.indices where grid.byFold[fold].area > grid.byFold[best].area { best = fold }
        return best
    }

    /// The named results so far.
    public func results() -> Results {
        var results = Results()
        let all = grid.everything
        results["auc"] = .number(all.area)
        results["low"] = .optional(all.low)
        results["high"] = .optional(all.high)
        results["logLoss"] = .optional(all.logLoss)
        results["aucSingle"] = .number(mean(grid.single.flatMap { $0.map(\.area) }))
        results["aucFoldMean"] = .number(mean(grid.byFold.map(\.area)))
        results["aucOrientationMean"] = .number(mean(grid.byOrientation.map(\.area)))
        results["aucUpright"] = .number(grid.byOrientation[0].area)
        for (name, other) in [("orientation", grid.byOrientation[0]), ("fold", grid.byFold[bestFold])] {
            let gain = grid.difference(all, other)
            results["\(name)Gain"] = .number(all.area - other.area)
            results["\(name)GainLow"] = .optional(gain?.low)
            results["\(name)GainHigh"] = .optional(gain?.high)
            results["\(name)GainP"] = .optional(gain?.p)
            if name == "orientation" { results["bestFold"] = .text(grid.foldNames[bestFold]) }
        }
        let positives = grid.isPositive.count { $0 }
        results["choices"] = .integer(taken)
        results["folds"] = .integer(grid.columns.count)
        results["orientations"] = .integer(grid.orientations.count)
        results["rows"] = .integer(grid.isPositive.count)
        results["positives"] = .integer(positives)
        results["prevalenceObserved"] = .number(Double(positives) / Double(grid.isPositive.count))
        results["positiveClass"] = .text(grid.predictions.truth.names[1])
        results["direction"] = .text("a higher score means more likely “\(grid.predictions.truth.names[1])”")
        results["source"] = .text(grid.predictions.source)
        results["weighted"] = .flag(grid.weights != nil)
        results.warnings = grid.notes
        return results
    }

    /// The named tables so far.
    public func tables() -> [Table] {
        typealias Value = Table.Value
        func cell(_ value: Double?) -> Value { value.map { .number($0) } ?? .none }
        func scored(_ score: FoldGrid.Scored) -> [Value] { [cell(score.area), cell(score.low), cell(score.high), cell(score.logLoss)] }
        var averaging: [[Value]] = []
        var columns: [[Value]] = []
        for folds in 1...grid.columns.count {
            for orientations in 1...grid.orientations.count {
                let seen = self.cell(folds: folds, orientations: orientations)
                let known = seen.count > 0
                averaging.append([
                    .integer(folds), .integer(orientations), .integer(seen.count), cell(seen.mean), known ? cell(seen.low) : .none,
                    known ? cell(seen.high) : .none,
                ])
                columns.append(
                    [.text(grid.foldNames[folds - 1]), .integer(grid.orientations[orientations - 1])]
                        + scored(grid.single[folds - 1][orientations - 1]))
            }
        }
        let names = grid.predictions.truth.names
        return [
            Table("averaging", columns: ["folds", "orientations", "choices", "aucMean", "aucLeast", "aucGreatest"], rows: averaging),
            Table("columns", columns: ["fold", "orientation", "auc", "low", "high", "logLoss"], rows: columns),
            Table(
                "folds", columns: ["fold", "auc", "low", "high", "logLoss"],
                rows: grid.byFold.enumerated().map { [.text(grid.foldNames[$0])] + scored($1) }),
            Table(
                "orientations", columns: ["orientation", "what", "auc", "low", "high", "logLoss"],
                rows: grid.byOrientation.enumerated().map {
                    [.integer(grid.orientations[$0]), .text(Symmetry(index: grid.orientations[$0]).name)] + scored($1)
                }),
            Table(
                "symmetries", columns: ["index", "transposed", "rowsFlipped", "columnsFlipped", "what"],
                rows: Symmetry.all.map {
                    [
                        .integer($0.index), .text($0.transposes ? "yes" : "no"), .text($0.flipsRows ? "yes" : "no"),
                        .text($0.flipsColumns ? "yes" : "no"), .text($0.name),
                    ]
                }),
            Table(
                "predictions", columns: ["row", "label", "score"],
                rows: grid.everything.scores.enumerated().map {
                    [.integer($0 + 1), .text(names[grid.isPositive[$0] ? 1 : 0]), .number($1)]
                }),
        ]
    }
}
