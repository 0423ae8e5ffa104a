import Engine
import Kernels
import Plotting
import Statistics

extension ClassifierEnsemble {
    /// The named results so far.
    public func results() -> Results {
        let chosen = scored(live.method)
        let best = analysis.members[analysis.best]
        let gain = reading.gains.indices.contains(analysis.best) ? reading.gains[analysis.best] : nil
        let predictions = analysis.data.predictions
        var results = Results()
        results["auc"] = .optional(chosen?.area)
        results["low"] = .optional(chosen?.low)
        results["high"] = .optional(chosen?.high)
        results["bestModel"] = .text(analysis.names[analysis.best])
        results["bestAuc"] = .number(best.area)
        results["gain"] = .optional(chosen.map { $0.area - best.area })
        results["gainLow"] = .optional(gain?.low)
        results["gainHigh"] = .optional(gain?.high)
        results["gainP"] = .optional(gain?.p)
        results["averagePrecision"] = .optional(chosen?.averagePrecision)
        results["logLoss"] = .optional(chosen?.logLoss)
        let top = bestMethod
        results["bestMethod"] = top.map { .text($0.method.rawValue) } ?? ResultValue.none
        results["bestMethodAuc"] = .optional(top?.area)
        results["selection"] = .array(selection.sequence.map { .text(analysis.names[$0]) })
        results["selectionAuc"] = .numbers(selection.areas)
        results["joinAuc"] = .numbers(analysis.joins.map(\.area))
        results["meanPearson"] = .optional(EnsembleAnalysis.meanOffDiagonal(analysis.pearson))
        results["meanSpearman"] = .optional(EnsembleAnalysis.meanOffDiagonal(analysis.spearman))
        results["errorCorrelation"] = .optional(analysis.errorCorrelation)
        if settings.isSimulated {
            results["rhoImplied"] = .optional(Self.impliedCorrelation(settings.column))
            results["recordedBest"] = .optional(WinningSolution.models.map { $0.area(settings.column) }.max())
            results["recordedEnsemble"] = .number(WinningSolution.ensembleArea(settings.column))
        }
        if analysis.data.isSecond != nil {
            results["divergence"] = .optional(analysis.data.divergences.compactMap(\.value).max())
            results["adversarialAuc"] = .optional(reading.adversarial?.area)
            results["adversarialLow"] = .optional(reading.adversarial?.low)
            results["adversarialHigh"] = .optional(reading.adversarial?.high)
        }
        results["rounds"] = .integer(selection.sequence.count)
        results["stackingFolds"] = .integer(stacking.slopes.count)
        results["models"] = .array(analysis.names.map { .text($0) })
        results["positiveClass"] = .text(predictions.truth.names[1])
        let positives = analysis.isPositive.count { $0 }
        results["prevalenceObserved"] = .number(prevalence)
        results["direction"] = .text("a higher score means more likely “\(predictions.truth.names[1])”")
        results["rows"] = .integer(predictions.rowCount)
        results["positives"] = .integer(positives)
        results["source"] = .text(predictions.source)
        results["labelColumn"] = .text(predictions.truth.column)
        results["splitColumn"] = analysis.data.isSecond == nil ? ResultValue.none : .text(predictions.subsets?.column ?? "")
        results["foldColumn"] = predictions.folds.map { .text($0.column) } ?? ResultValue.none
        results["groupColumn"] = predictions.groups.map { .text($0.column) } ?? ResultValue.none
        results["weighted"] = .flag(analysis.rowWeights != nil)
        results.warnings = warnings
        return results
    }

    /// The positives' share of the rows, by weight.
    var prevalence: Double {
        var positive = 0.0
        var total = 0.0
        for (row, isPositive) in analysis.isPositive.enumerated() {
            let weight = analysis.rowWeights?[row] ?? 1
            total += weight
            if isPositive { positive += weight }
        }
        return positive / total
    }

    /// The method with the greatest area, the first of several.
    var bestMethod: (method: EnsembleMethod, area: Double)? {
        var best: (method: EnsembleMethod, area: Double)?
        for method in EnsembleMethod.allCases {
            guard let area = scored(method)?.area else { continue }
            if area > best?.area ?? -1 { best = (method, area) }
        }
        return best
    }

    private var warnings: [String] {
        var warnings = analysis.warnings
        if scored(live.method) == nil {
            let isPending = live.method == .selection || live.method == .stacking
            warnings.append("method = \(live.method.rawValue): " + (isPending ? "not there yet" : "needs probabilities"))
        }
        if !selection.sequence.isEmpty {
            warnings.append("forward selection is judged on the rows it selected on: its AUC is optimistic; stacking is out of fold")
        }
        return warnings
    }

    /// The correlation at which the mean of binormal models with the recorded areas reaches the recorded ensemble's.
    ///
    /// With d'ₘ = √2·Φ⁻¹(AUCₘ) and unit errors of correlation ρ, the mean's d' is d̄/√(ρ + (1-ρ)/k).
    static func impliedCorrelation(_ column: WinningSolution.Column) -> Double? {
        let k = Double(WinningSolution.models.count)
        let wanted = 2.0.squareRoot() * normalQuantile(WinningSolution.ensembleArea(column))
        let ratio = meanSeparation(column) / wanted
        let rho = (ratio * ratio - 1 / k) / (1 - 1 / k)
        return rho >= 0 && rho <= 1 ? rho : nil
    }

    /// The mean d' of the recorded models.
    static func meanSeparation(_ column: WinningSolution.Column) -> Double {
        var sum = 0.0
        for model in WinningSolution.models { sum += 2.0.squareRoot() * normalQuantile(model.area(column)) }
        return sum / Double(WinningSolution.models.count)
    }

    /// The area of the mean of the recorded models at a correlation of errors, in an unlimited population.
    static func theoreticalArea(_ column: WinningSolution.Column, correlation: Double) -> Double {
        let k = Double(WinningSolution.models.count)
        let separation = meanSeparation(column) / (correlation + (1 - correlation) / k).squareRoot()
        return 0.5 * erfc(-separation / 2)
    }

    private typealias Cell = Table.Value

    private func cell(_ value: Double?) -> Cell { value.map { $0.isNaN ? .none : .number($0) } ?? .none }

    /// The named tables so far.
    public func tables() -> [Table] {
        var tables = [
            ensembleTable, memberTable,
            Table(
                "rounds", columns: ["round", "model", "auc"],
                rows: selection.sequence.enumerated().map {
                    [.integer($0 + 1), .text(analysis.names[$1]), cell(selection.areas[$0])]
                }),
            Table(
                "joins", columns: ["models", "joins", "auc"],
                rows: analysis.joins.enumerated().map { [.integer($0 + 1), .text(analysis.names[$1.member]), cell($1.area)] }),
        ]
        for kind in Correlations.Kind.allCases {
            let matrix = correlations(kind)
            tables.append(
                Table(
                    kind.rawValue, columns: ["model"] + analysis.names,
                    rows: analysis.names.indices.map { row in [.text(analysis.names[row])] + matrix[row].map { cell($0) } }))
        }
        if analysis.data.isSecond != nil {
            tables.append(
                Table(
                    "divergences", columns: ["model", "divergence", "between"],
                    rows: analysis.data.divergences.map { [.text($0.model), cell($0.value), .text($0.pair)] }))
            tables.append(
                Table(
                    "adversarial", columns: ["model", "importance"],
                    rows: analysis.names.indices.map {
                        [.text(analysis.names[$0]), cell(reading.importances.indices.contains($0) ? reading.importances[$0] : nil)]
                    }))
        }
        if settings.isSimulated { tables.append(WinningSolution.table) }
        return tables
    }

    private var ensembleTable: Table {
        func row(_ name: String, _ scored: ScoredEnsemble?) -> [Cell] {
            [
                .text(name), cell(scored?.area), cell(scored?.low), cell(scored?.high), cell(scored?.averagePrecision),
                cell(scored?.logLoss),
                scored.map { .integer($0.members) } ?? .none,
            ]
        }
        return Table(
            "ensembles", columns: ["method", "auc", "low", "high", "averagePrecision", "logLoss", "members"],
            rows: EnsembleMethod.allCases.map { row($0.rawValue, scored($0)) }
                + [row("best model: \(analysis.names[analysis.best])", analysis.members[analysis.best])])
    }

    private var memberTable: Table {
        let shares = selection.shares(analysis.names.count)
        let slopes = stacking.meanSlopes
        return Table(
            "members",
            columns: [
                "model", "auc", "low", "high", "averagePrecision", "logLoss", "weight", "selected", "stackingSlope", "gain", "gainLow",
                "gainHigh", "p",
            ],
            rows: analysis.names.indices.map { index in
                let member = analysis.members[index]
                let gain = reading.gains[index]
                return [
                    .text(analysis.names[index]), cell(member.area), cell(member.low), cell(member.high), cell(member.averagePrecision),
                    cell(member.logLoss), .number(analysis.weights[index]), cell(selection.sequence.isEmpty ? nil : shares[index]),
                    cell(slopes.isEmpty ? nil : slopes[index]), cell(gain?.difference), cell(gain?.low), cell(gain?.high), cell(gain?.p),
                ]
            })
    }
}
