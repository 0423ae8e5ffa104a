import Engine
import Statistics

extension ClassifierMetrics {
    /// The named results so far.
    public func results() -> Results {
        var writer = Writer()
        writeAreas(&writer)
        if let report = analysis.multiclass {
            writer.put("averagePrecision", reading.averagePrecision)
            writeSeveralClasses(report, &writer)
        } else {
            writeCurve(&writer)
            writeThreshold(&writer)
        }
        writeFolds(&writer)
        var results = writer.results
        putOrigins(&results)
        results.warnings = analysis.warnings + writer.notes
        if let lost = intervals.first?.undefined, lost > 0 {
            results.warnings.append("\(lost) bootstrap replicates had one class only and are left out")
        }
        if live.prevalence != nil, analysis.multiclass == nil {
            results.warnings.append(
                "precision, negative predictive value and accuracy are for the prevalence set and have no Wilson interval; "
                    + "tp, fp, tn and fn count the data's rows")
        }
        return results
    }

    /// Collects results, and for those that are undefined why.
    private struct Writer {
        var results = Results()
        var notes: [String] = []

        mutating func put(_ name: String, _ value: Double?, _ reason: String = "") {
            results[name] = .optional(value)
            if value == nil, !reason.isEmpty { notes.append("\(name) is undefined: \(reason)") }
        }
    }

    private func writeAreas(_ writer: inout Writer) {
        let shown = analysis.multiclass == nil ? analysis.shown : 0
        let area = analysis.estimates[shown]
        writer.put("auc", area, analysis.multiclass == nil ? "one class only" : "no class has rows and others too")
        if analysis.multiclass == nil {
            let deLong = analysis.deLong
            let interval = deLong?.interval(shown)
            let logit = deLong?.logitInterval(shown)
            let reason = deLong == nil ? "" : "fewer than two rows in a class"
            writer.put("aucDeLongSe", deLong?.standardError(shown), reason)
            writer.put("aucDeLongLow", interval?.low)
            writer.put("aucDeLongHigh", interval?.high)
            let isExtreme = area == 0 || area == 1
            writer.put("aucDeLongLogitLow", logit?.low, isExtreme ? "the logit of an AUC of 0 or 1 is infinite" : "")
            writer.put("aucDeLongLogitHigh", logit?.high)
            if deLong?.standardError(shown) == 0, isExtreme {
                writer.notes.append("DeLong's interval has no width at an AUC of 0 or 1")
            }
        }
        let interval = intervals[shown]
        writer.put("aucBootLow", interval.percentile?.low)
        writer.put("aucBootHigh", interval.percentile?.high)
        if analysis.multiclass == nil {
            writer.put("aucBcaLow", interval.biasCorrected?.low)
            writer.put("aucBcaHigh", interval.biasCorrected?.high)
        }
        writer.results["replicates"] = .integer(replicates.count)
    }

    private func writeCurve(_ writer: inout Writer) {
        let curve = analysis.curve
        writer.put("averagePrecision", reading.averagePrecision, "no positive rows")
        writer.put("partialAucRaw", analysis.partialArea, "one class only")
        let limit = analysis.settings.maximumFalsePositiveRate
        let standardised = analysis.partialArea.map { raw in
            limit == 1 ? raw : 0.5 * (1 + (raw - limit * limit / 2) / (limit - limit * limit / 2))
        }
        writer.put("partialAuc", standardised)
        writer.put("partialAucAboveTpr", analysis.areaAbove)
        let calibration = analysis.calibration
        writer.put("brier", calibration?.brier)
        writer.put("brierReliability", calibration?.reliability)
        writer.put("brierResolution", calibration?.resolution)
        writer.put("brierUncertainty", calibration?.uncertainty)
        writer.put("logLoss", calibration?.logLoss)
        writer.put("ece", calibration?.expectedError)
        writer.put("mce", calibration?.maximumError)
        writer.put("ks", analysis.separation?.kolmogorovSmirnov)
        writer.put("youden", analysis.separation?.youden)
        let best = analysis.separation?.place ?? 0
        writer.put("youdenThreshold", best > 0 ? curve.thresholds[best - 1] : nil, "no threshold does better than calling nothing positive")
        let cheapest = reading.cheapest?.place ?? 0
        writer.put(
            "costThreshold", cheapest > 0 ? curve.thresholds[cheapest - 1] : nil,
            reading.cheapest == nil ? "one class only" : "calling nothing positive costs least")
        writer.put("minimumCost", reading.cheapest?.cost)
    }

    private func writeThreshold(_ writer: inout Writer) {
        let counts = reading.confusion
        let weighted = reading.weighted
        for (name, value) in [
            ("tp", counts.truePositives), ("fp", counts.falsePositives), ("tn", counts.trueNegatives), ("fn", counts.falseNegatives),
        ] {
            writer.results[name] = analysis.predictions.weights == nil ? .integer(Int(value)) : .number(value)
        }
        func putProportion(_ name: String, _ value: Double?, _ successes: Double, _ trials: Double, isRate: Bool, _ reason: String) {
            writer.put(name, value, reason)
            let interval = isRate || live.prevalence == nil ? Proportion.wilson(successes, of: trials) : nil
            writer.put("\(name)Low", interval?.low)
            writer.put("\(name)High", interval?.high)
        }
        putProportion("sensitivity", counts.sensitivity, counts.truePositives, counts.positives, isRate: true, "no positive rows")
        putProportion("specificity", counts.specificity, counts.trueNegatives, counts.negatives, isRate: true, "no negative rows")
        putProportion("precision", weighted.precision, counts.truePositives, counts.calledPositive, isRate: false, "")
        putProportion(
            "negativePredictiveValue", weighted.negativePredictiveValue, counts.trueNegatives, counts.trueNegatives + counts.falseNegatives,
            isRate: false, "nothing is called negative")
        putProportion(
            "accuracy", weighted.accuracy, counts.truePositives + counts.trueNegatives, counts.total, isRate: false, "no rows")
        writer.put("balancedAccuracy", counts.balancedAccuracy, "one class only")
        writer.put("f1", weighted.f1)
        writer.put("mcc", weighted.matthews)
        writer.put("kappa", weighted.kappa, "truth and call are constant")
        writer.put("likelihoodRatioPlus", counts.likelihoodRatioPlus, "no false positives, or no positive rows")
        writer.put("likelihoodRatioMinus", counts.likelihoodRatioMinus, "no true negatives, or no positive rows")
        writer.put("diagnosticOddsRatio", counts.diagnosticOddsRatio, "no false positives or no false negatives")
        writer.put("netBenefit", weighted.netBenefit(threshold: live.threshold), "the threshold is not a probability below 1")
    }

    private func writeSeveralClasses(_ report: MulticlassReport, _ writer: inout Writer) {
        writer.put("aucOvrMacro", report.macroArea)
        writer.put("aucOvrWeighted", report.weightedArea)
        writer.put("aucOvrMicro", report.microArea)
        writer.put("aucOvoMacro", report.oneVsOneMacro)
        writer.put("aucOvoWeighted", report.oneVsOneWeighted)
        writer.results["aucPerClass"] = .array(report.areas.map { .optional($0) })
        writer.put("accuracy", report.accuracy)
        let interval = Proportion.wilson(report.accuracy * Double(analysis.predictions.rowCount), of: Double(analysis.predictions.rowCount))
        writer.put("accuracyLow", analysis.predictions.weights == nil ? interval?.low : nil)
        writer.put("accuracyHigh", analysis.predictions.weights == nil ? interval?.high : nil)
        writer.put("balancedAccuracy", report.balancedAccuracy)
        writer.results["topK"] = .numbers(report.topK)
        writer.put("mcc", report.matthews)
        writer.put("kappa", report.kappa(power: 0), "truth and call are constant")
        writer.put("kappaLinear", report.kappa(power: 1))
        writer.put("kappaQuadratic", report.kappa(power: 2))
        writer.put("logLoss", report.logLoss)
        writer.put("brierSum", report.brierSum)
        writer.put("eceTopLabel", report.topLabel?.expectedError)
        for (suffix, average) in [("Macro", MulticlassReport.Average.macro), ("Micro", .micro), ("Weighted", .weighted)] {
            let values = report.averages(average)
            writer.put("precision\(suffix)", values.precision)
            writer.put("recall\(suffix)", values.recall)
            writer.put("f1\(suffix)", values.f1)
        }
        let chosen = report.averages(analysis.settings.average)
        writer.put("precision", chosen.precision)
        writer.put("recall", chosen.recall)
        writer.put("f1", chosen.f1)
    }

    private func writeFolds(_ writer: inout Writer) {
        guard !analysis.folds.isEmpty else { return }
        let areas = analysis.folds.compactMap(\.area)
        let mean = areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
        var deviation: Double?
        if let mean, areas.count > 1 {
            deviation = (areas.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(areas.count - 1)).squareRoot()
        }
        writer.put("foldMean", mean, "no fold has both classes")
        writer.put("foldSd", deviation, "fewer than two folds have both classes")
        writer.put("foldSe", deviation.map { $0 / Double(areas.count).squareRoot() })
        writer.put("pooledAuc", analysis.estimates[analysis.multiclass == nil ? analysis.shown : 0])
        if analysis.multiclass == nil { writer.put("pooledRankAuc", analysis.pooledRankArea, "") }
    }

    private func putOrigins(_ results: inout Results) {
        let predictions = analysis.predictions
        let positive = analysis.positiveName
        results["positiveClass"] = .text(positive)
        results["prevalenceObserved"] = .number(analysis.prevalence)
        results["direction"] = .text("a higher score means more likely “\(positive)”")
        results["model"] = .text(analysis.models[analysis.shown].name)
        results["classes"] = .array(predictions.truth.names.map { .text($0) })
        results["rows"] = .integer(predictions.rowCount)
        results["positives"] = .integer(analysis.positiveCount)
        results["negatives"] = .integer(predictions.rowCount - analysis.positiveCount)
        results["source"] = .text(predictions.source)
        results["labelColumn"] = .text(predictions.truth.column)
        results["scoreColumns"] = .array(predictions.columns.map { .text($0) })
        results["foldColumn"] = predictions.folds.map { .text($0.column) } ?? ResultValue.none
        results["groupColumn"] = predictions.groups.map { .text($0.column) } ?? ResultValue.none
        results["subsetColumn"] = predictions.subsets.map { .text($0.column) } ?? ResultValue.none
        results["weighted"] = .flag(predictions.weights != nil)
    }
}
