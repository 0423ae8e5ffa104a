import Engine
import Plotting

extension ClassifierAblation {
    /// The named results.
    public func results() -> Results {
        var results = Results()
        let base = data.arms[baseline]
        results["baseline"] = .text(base.name)
        results["metric"] = .text(data.metrics[metric])
        results["baselineMean"] = .optional(base.summaries[metric]?.mean)
        results["baselineSd"] = .optional(base.summaries[metric]?.deviation)
        let compared = rows.filter { $0.comparison != nil }
        for (name, sign) in [("best", 1.0), ("worst", -1.0)] {
            var chosen: Row?
            for row in compared where sign * (row.comparison?.delta ?? 0) > sign * (chosen?.comparison?.delta ?? -sign * .infinity) {
                chosen = row
            }
            results[name] = chosen.map { .text(data.arms[$0.arm].name) } ?? ResultValue.none
            results["\(name)Delta"] = .optional(chosen?.comparison?.delta)
            results["\(name)Low"] = .optional(chosen?.comparison?.low)
            results["\(name)High"] = .optional(chosen?.comparison?.high)
            results["\(name)P"] = .optional(chosen?.comparison?.p)
        }
        results["significant"] = .integer(rows.count { ($0.adjusted ?? 2) < 1 - live.level })
        results["identical"] = .array(rows.filter { !$0.flag.isEmpty }.map { .text("\(data.arms[$0.arm].name): \($0.flag)") })
        let paired = "paired by fold and seed" + (live.isCorrected ? ", corrected for shared training rows" : "")
        results["pairing"] = .text(data.isPaired ? paired : "unpaired (Welch)")
        results["arms"] = .integer(data.arms.count)
        results["folds"] = .integer(data.folds)
        results["metrics"] = .array(data.metrics.map { .text($0) })
        results["source"] = .text(data.source)
        if let training {
            results["trained"] = .integer(training.outcomes.count { $0 != nil })
            results["training"] = training.isFinished ? ResultValue.none : .text(training.arms[training.current].name)
            results["stepsLeft"] = .integer(max(0, training.armSteps.reduce(0, +) - training.taken))
            results["positive"] = .text(training.data.classNames[training.data.positive])
            for part in TrainingData.Part.allCases {
                results["\(part.name)Rows"] = .integer(training.data.rows(of: part).count)
            }
        }
        results.warnings = notes
        return results
    }

    /// What an arm changed, with what was asked for where that is something else.
    func changed(_ place: Int) -> String {
        let arm = data.arms[place]
        if place == baseline { return "the baseline" }
        let changes = data.changes(of: arm, from: data.arms[baseline])
        let words = changes.isEmpty ? (data.configuration.isEmpty ? "not on record" : "nothing") : changes
        return arm.note.isEmpty ? words : "\(words) (\(arm.note))"
    }

    /// The named tables.
    public func tables() -> [Table] {
        typealias Value = Table.Value
        func cell(_ value: Double?) -> Value { value.map { .number($0) } ?? .none }
        // Beside what was chosen on the validation fold stands what was not.
        let last = training == nil ? nil : data.metrics.firstIndex(of: "aucLast")
        let ablation = rows.map { row -> [Value] in
            let comparison = row.comparison
            return [
                .text(data.arms[row.arm].name), cell(row.summary?.mean), cell(row.summary?.deviation), cell(comparison?.delta),
                cell(comparison?.low), cell(comparison?.high), cell(comparison?.p), .text(changed(row.arm)), cell(row.adjusted),
                comparison?.pairs.map { .integer($0) } ?? .none, .text(row.flag),
            ]
                + (last.map { last in
                    let summary = data.arms[row.arm].summaries[last]
                    return [cell(summary?.mean), cell(summary?.deviation)]
                } ?? [])
        }
        var tables = [
            Table(
                "ablation",
                columns: [
                    "arm", "aucMean", "aucSd", "delta", "deltaLow", "deltaHigh", "pValue", "changed", "pHolm", "pairs", "flag",
                ] + (last == nil ? [] : ["lastMean", "lastSd"]), rows: ablation)
        ]
        if !data.configuration.isEmpty {
            tables.append(
                Table(
                    "configurations", columns: ["arm"] + data.configuration,
                    rows: data.arms.map { [.text($0.name)] + $0.settings.map { .text($0) } }))
        }
        if data.arms.contains(where: { !$0.units.isEmpty }) {
            tables.append(
                Table(
                    "measurements", columns: ["arm", "unit", "value"],
                    rows: data.arms.flatMap { arm in
                        zip(arm.units, arm.values[metric]).map { [.text(arm.name), .text($0), .number($1)] }
                    }))
        }
        if let training, let turned = training.orientationTable(shownArm) ?? training.orientationTable(0) { tables.append(turned) }
        if let training { tables += [training.curveTable, training.predictionTable(isLast: data.metrics[metric] != "auc")] }
        return tables
    }

    /// Out-of-fold predictions for metrics or ensembles, or the folds' models' predictions in all orientations.
    ///
    /// - Throws: `UserError` when no arm is trained yet.
    public func handoff(_ id: String) throws -> Handoff {
        guard let training else { throw UserError("arms on record have no predictions; data = digits trains some") }
        guard training.outcomes.contains(where: { $0 != nil }) else {
            throw UserError("no arm is trained yet; the first predictions come with the baseline")
        }
        var table = training.predictionTable(isLast: data.metrics[metric] != "auc")
        if id == "orientations" {
            guard let turned = training.orientationTable(shownArm) ?? training.orientationTable(0) else {
                throw UserError("only models of images with test rows see all orientations; set testShare above 0")
            }
            table = turned
        }
        let name = "ablation-\(table.name).csv"
        return Handoff(values: ["data": .text(name)], inputs: ["data": Input(name: name, bytes: Array(table.csv().utf8))])
    }
}
