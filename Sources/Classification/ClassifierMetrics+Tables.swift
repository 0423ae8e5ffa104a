import Engine
import Plotting
import Statistics

extension ClassifierMetrics {
    /// The named tables so far.
    ///
    /// Curves are complete: one row a distinct score (corners only, for the ROC curve).
    public func tables() -> [Table] {
        var tables: [Table] = [modelTable]
        if analysis.multiclass == nil, analysis.models.count > 1, analysis.deLong != nil { tables.append(pairTable) }
        if !analysis.folds.isEmpty { tables.append(partTable("folds", "fold", analysis.folds)) }
        if !analysis.subsets.isEmpty { tables.append(partTable("subsets", "subset", analysis.subsets)) }
        tables.append(confusionTable)
        if analysis.curve.hasBothClasses { tables += [rocTable, precisionRecallTable, detTable] }
        if analysis.calibration != nil { tables.append(calibrationTable) }
        if analysis.multiclass == nil, analysis.curve.hasBothClasses { tables.append(calibratorTable) }
        if analysis.curve.hasBothClasses { tables += [gainTable, decisionTable, thresholdTable] }
        return tables
    }

    private typealias Cell = Table.Value

    private func cell(_ value: Double?) -> Cell { value.map { .number($0) } ?? .none }

    /// A count as a whole number, a weight as a real one.
    private func count(_ value: Double) -> Cell { analysis.predictions.weights == nil ? .integer(Int(value)) : .number(value) }

    private var modelTable: Table {
        let rows = analysis.models.enumerated().map { index, model -> [Cell] in
            let interval = analysis.deLong?.interval(index)
            let boot = analysis.multiclass == nil ? intervals[index].percentile : nil
            return [
                .text(model.name), cell(model.area), cell(interval?.low), cell(interval?.high), cell(boot?.low), cell(boot?.high),
                cell(model.averagePrecision), cell(model.brier), cell(model.logLoss), cell(model.expectedError),
            ]
        }
        return Table(
            "models",
            columns: ["model", "auc", "low", "high", "bootLow", "bootHigh", "averagePrecision", "brier", "logLoss", "ece"], rows: rows)
    }

    private var pairTable: Table {
        guard let deLong = analysis.deLong else { return Table("pairs", columns: []) }
        let models = analysis.models
        let isPositive = analysis.isPositive
        var pairs: [(a: Int, b: Int)] = []
        for a in models.indices { for b in models.indices where b > a { pairs.append((a, b)) } }
        let comparisons = pairs.map { deLong.difference($0.a, $0.b) }
        let known = comparisons.indices.filter { comparisons[$0]?.p != nil }
        let adjusted = MultipleTests.holm(known.compactMap { comparisons[$0]?.p })
        var holm = [Double?](repeating: nil, count: pairs.count)
        for (place, index) in known.enumerated() { holm[index] = adjusted[place] }
        let rows = pairs.enumerated().map { index, pair -> [Cell] in
            let comparison = comparisons[index]
            let differences = zip(replicates.values[pair.a].array, replicates.values[pair.b].array).map { $0 - $1 }
            let boot = BootstrapInterval(differences, estimate: nil, acceleration: nil).percentile
            let a = analysis.predictions.packedScores[pair.a].values
            let b = analysis.predictions.packedScores[pair.b].values
            var onlyA = 0
            var onlyB = 0
            for row in isPositive.indices {
                let isRightA = (a[row] >= live.threshold) == isPositive[row]
                let isRightB = (b[row] >= live.threshold) == isPositive[row]
                if isRightA != isRightB { if isRightA { onlyA += 1 } else { onlyB += 1 } }
            }
            return [
                .text(models[pair.a].name), .text(models[pair.b].name), cell(models[pair.a].area), cell(models[pair.b].area),
                cell(comparison?.difference), cell(comparison?.low), cell(comparison?.high), cell(comparison?.z), cell(comparison?.p),
                cell(holm[index]), cell(boot?.low), cell(boot?.high), .integer(onlyA), .integer(onlyB),
                .number(MultipleTests.mcNemar(onlyA, onlyB)),
            ]
        }
        return Table(
            "pairs",
            columns: [
                "a", "b", "aucA", "aucB", "difference", "low", "high", "z", "p", "pHolm", "bootLow", "bootHigh", "onlyARight", "onlyBRight",
                "pMcNemar",
            ], rows: rows)
    }

    private func partTable(_ name: String, _ column: String, _ parts: [MetricsAnalysis.Part]) -> Table {
        Table(
            name, columns: [column, "rows", "positives", "auc", "low", "high", "averagePrecision"],
            rows: parts.map {
                [
                    .text($0.name), .integer($0.rows), .integer($0.positives), cell($0.area), cell($0.low), cell($0.high),
                    cell($0.averagePrecision),
                ]
            })
    }

    private var confusionTable: Table {
        let (names, matrix) = confusionMatrix
        let k = names.count
        return Table(
            "confusion", columns: ["truth"] + names,
            rows: (0..<k).map { row in [.text(names[row])] + (0..<k).map { count(matrix[row * k + $0]) } })
    }

    /// Classes and counts, truth by row and call by column.
    var confusionMatrix: (names: [String], matrix: [Double]) {
        if let report = analysis.multiclass { return (report.classes, report.confusion) }
        let c = reading.confusion
        return (analysis.predictions.truth.names, [c.trueNegatives, c.falsePositives, c.falseNegatives, c.truePositives])
    }

    /// A threshold, or nothing for the one above all scores.
    private func threshold(_ place: Int) -> Cell { place == 0 ? .none : .number(analysis.curve.thresholds[place - 1]) }

    private var rocTable: Table {
        let curve = analysis.curve
        let places = 0...curve.count
        func step(_ place: Int) -> (Double, Double) {
            let before = curve.confusion(at: place - 1)
            let here = curve.confusion(at: place)
            return (here.falsePositives - before.falsePositives, here.truePositives - before.truePositives)
        }
        var rows: [[Cell]] = []
        // As scikit-learn's roc_curve leaves them out: points between two equal steps, the first score's never.
        for place in places where place < 2 || place == curve.count || step(place) != step(place + 1) {
            let (x, y) = curve.rates(at: place)
            rows.append([.number(x), .number(y), threshold(place)])
        }
        return Table("roc", columns: ["fpr", "tpr", "threshold"], rows: rows)
    }

    private var precisionRecallTable: Table {
        let curve = analysis.curve
        var rows: [[Cell]] = []
        for place in stride(from: curve.count, through: 1, by: -1) {
            let counts = curve.confusion(at: place)
            rows.append([.number(counts.precision), cell(counts.sensitivity), threshold(place)])
        }
        rows.append([.number(1), .number(0), .none])
        return Table("precisionRecall", columns: ["precision", "recall", "threshold"], rows: rows)
    }

    private var detTable: Table {
        let curve = analysis.curve
        return Table(
            "det", columns: ["fpr", "fnr", "threshold"],
            rows: (0...curve.count).map { place in
                [.number(curve.rates(at: place).x), .number(curve.confusion(at: place).falseNegatives / curve.positives), threshold(place)]
            })
    }

    private var calibrationTable: Table {
        let bins = analysis.calibration?.bins ?? []
        return Table(
            "calibration", columns: ["bin", "count", "mean", "rate", "lower", "upper", "rateLow", "rateHigh"],
            rows: bins.enumerated().map { index, bin in
                let interval = Proportion.wilson(bin.positives, of: bin.count)
                return [
                    .integer(index + 1), count(bin.count), cell(bin.mean), cell(bin.rate), .number(bin.lower), .number(bin.upper),
                    cell(interval?.low), cell(interval?.high),
                ]
            })
    }

    private var gainTable: Table {
        let curve = analysis.curve
        let total = curve.positives + curve.negatives
        return Table(
            "gain", columns: ["fraction", "gain", "lift", "threshold"],
            rows: (0...curve.count).map { place in
                let counts = curve.confusion(at: place)
                let fraction = counts.calledPositive / total
                let gain = counts.truePositives / curve.positives
                return [.number(fraction), .number(gain), cell(fraction > 0 ? gain / fraction : nil), threshold(place)]
            })
    }

    private var decisionTable: Table {
        Table(
            "decision", columns: ["threshold", "netBenefit", "treatAll"],
            rows: (1...99).map { percent in
                let t = Double(percent) / 100
                let (benefit, all) = netBenefits(t)
                return [.number(t), cell(benefit), cell(all)]
            })
    }

    /// Net benefit of the model and of calling everything positive, at a threshold probability and the prevalence reckoned with.
    func netBenefits(_ threshold: Double) -> (model: Double?, all: Double?) {
        let curve = analysis.curve
        func benefit(_ place: Int) -> Double? {
            let counts = curve.confusion(at: place)
            return (live.prevalence.map { counts.reweighted(prevalence: $0) } ?? counts).netBenefit(threshold: threshold)
        }
        return (benefit(curve.place(of: threshold)), benefit(curve.count))
    }

    private var thresholdTable: Table {
        let curve = analysis.curve
        let limit = 1000
        let places =
            curve.count <= limit
            ? Array(1...curve.count) : (1...limit).map { curve.place(ofRow: analysis.predictions.rowCount * $0 / limit) }
        return Table(
            "thresholds",
            columns: [
                "threshold", "tp", "fp", "tn", "fn", "sensitivity", "specificity", "precision", "negativePredictiveValue", "accuracy", "f1",
                "mcc", "cost", "netBenefit",
            ],
            rows: places.map { place in
                let counts = curve.confusion(at: place)
                let weighted = live.prevalence.map { counts.reweighted(prevalence: $0) } ?? counts
                return [
                    threshold(place), count(counts.truePositives), count(counts.falsePositives), count(counts.trueNegatives),
                    count(counts.falseNegatives), cell(counts.sensitivity), cell(counts.specificity), .number(weighted.precision),
                    cell(weighted.negativePredictiveValue), cell(weighted.accuracy), .number(weighted.f1), .number(weighted.matthews),
                    .number(weighted.cost(falsePositive: live.costFalsePositive, falseNegative: live.costFalseNegative)),
                    cell(weighted.netBenefit(threshold: curve.thresholds[place - 1])),
                ]
            })
    }

    /// Each calibrator fitted on all folds but one and applied to that one; without a fold column, on five stratified folds by the seed.
    private var calibratorTable: Table {
        let columns = ["calibrator", "auc", "brier", "logLoss", "ece", "mce"]
        let scores = analysis.predictions.packedScores[analysis.shown].values
        let isPositive = analysis.isPositive
        let folds = calibrationFolds
        let areProbabilities = analysis.predictions.notProbabilities[analysis.shown] == nil
        func row(_ name: String, _ probabilities: [Double]?) -> [Cell] {
            let settings = analysis.settings
            guard let probabilities else {
                return [.text(name)] + columns.dropFirst().map { _ in .none }
            }
            let weights = analysis.predictions.weights
            let calibration = Calibration(
                probabilities: probabilities, isPositive: isPositive, weights: weights, bins: settings.bins, binning: settings.binning,
                isRightClosed: settings.isRightClosed)
            return [
                .text(name), cell(ScoreCurve(scores: probabilities, isPositive: isPositive, weights: weights).area),
                .number(calibration.brier),
                .number(calibration.logLoss), .number(calibration.expectedError), .number(calibration.maximumError),
            ]
        }
        var rows = [row("none", areProbabilities ? scores : nil)]
        for calibrator in Calibrator.allCases {
            guard areProbabilities || !calibrator.needsProbabilities else {
                rows.append(row(calibrator.rawValue, nil))
                continue
            }
            var calibrated = scores
            for members in folds {
                let own = Set(members)
                let others = scores.indices.filter { !own.contains($0) }
                let map = calibrator.fitted(others.map { scores[$0] }, others.map { isPositive[$0] })
                for row in members { calibrated[row] = min(1, max(0, map(scores[row]))) }
            }
            rows.append(row(calibrator.rawValue, calibrated))
        }
        return Table("calibrators", columns: columns, rows: rows)
    }

    private var calibrationFolds: [[Int]] {
        if let folds = analysis.predictions.folds, folds.names.count > 1 { return folds.rows }
        return CrossFolds.stratified(analysis.isPositive, count: 5, seed: analysis.settings.seed, purpose: "calibration folds")
    }
}

extension ScoreCurve {
    /// The least place whose rows include the first `count` of the order.
    func place(ofRow count: Int) -> Int {
        var low = 1
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if Int(rowsAbove[middle - 1]) < count { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
