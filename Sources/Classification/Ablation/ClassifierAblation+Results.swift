import Engine
import Plotting

extension ClassifierAblation {
    /// What the experiment says of itself.
    public static let card = Card(
        id: "classifier.ablation", title: "Ablation",
        summary: "Which choices mattered: arms against a baseline, paired where they can be, copies flagged",
        parameters: [
            .file("data", "melanoma", builtins: ["melanoma"], "CSV with a row for each arm, fold and seed"),
            .text("metric", "", .live, "The metric compared; the first when empty (melanoma: auc, auc2020)"),
            .text("baseline", "", .live, "The arm the others are compared with; “baseline”, or the first, when empty"),
            .choice("interval", ["plain", "corrected"], .live, "Whether paired intervals allow for folds that share training rows"),
            .real("level", 0.95, in: 0.5...0.999, step: 0.01, .live, "Level of the intervals"),
            .text("arms", "", "The arms compared, comma-separated; all when empty"),
            .text("metrics", "", "Columns of metrics, comma-separated; found by their names when empty; the rest is configuration"),
            .text("arm", "", "Column of arms; found by its name when empty"), .text("fold", "", "Column of folds; - for none"),
            .text("seed", "", "Column of seeds; - for none"),
        ],
        results: [
            ResultCard("baseline", "The arm the others are compared with", headline: true),
            ResultCard("metric", "The metric compared", headline: true),
            ResultCard("baselineMean", "Its mean there", headline: true),
            ResultCard("baselineSd", "Its standard deviation over folds and seeds", headline: true),
            ResultCard("best", "The arm with the greatest difference", headline: true),
            ResultCard("bestDelta", "That difference", headline: true), ResultCard("bestLow", "Its interval"),
            ResultCard("bestHigh", "Its interval"), ResultCard("bestP", "Its two-sided p-value"),
            ResultCard("worst", "The arm with the least difference", headline: true),
            ResultCard("worstDelta", "That difference", headline: true), ResultCard("worstLow", "Its interval"),
            ResultCard("worstHigh", "Its interval"), ResultCard("worstP", "Its two-sided p-value"),
            ResultCard("significant", "Arms that differ at the level after Holm's correction", headline: true),
            ResultCard("identical", "Arms that are another over again", headline: true),
            ResultCard("pairing", "How differences were made"), ResultCard("arms", "Arms"), ResultCard("folds", "Folds"),
            ResultCard("metrics", "Metrics there are"), ResultCard("source", "Where the measurements come from"),
        ],
        tables: [
            TableCard("ablation", "Each arm beside the baseline"), TableCard("configurations", "What each arm effectively ran with"),
            TableCard("measurements", "The metric by arm, fold and seed"),
        ],
        figures: [
            FigureCard("arms", "Arms"), FigureCard("differences", "Differences from the baseline"),
            FigureCard("configurations", "What each arm changed"),
        ],
        citation: "Ha, Liu & Liu 2020; Nadeau & Bengio 2003; Welch 1947; Holm 1979")

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
        let ablation = rows.map { row -> [Value] in
            let comparison = row.comparison
            return [
                .text(data.arms[row.arm].name), cell(row.summary?.mean), cell(row.summary?.deviation), cell(comparison?.delta),
                cell(comparison?.low), cell(comparison?.high), cell(comparison?.p), .text(changed(row.arm)), cell(row.adjusted),
                comparison?.pairs.map { .integer($0) } ?? .none, .text(row.flag),
            ]
        }
        var tables = [
            Table(
                "ablation",
                columns: [
                    "arm", "aucMean", "aucSd", "delta", "deltaLow", "deltaHigh", "pValue", "changed", "pHolm", "pairs", "flag",
                ], rows: ablation)
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
        return tables
    }

    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "arms": armFigure
        case "differences": differenceFigure
        default:
            Figure(
                "configurations", title: "What each arm changed", caption: "effective configurations; identical ones are flagged",
                body: .table(
                    Table(
                        "changes", columns: ["arm", "changed", "flag"],
                        rows: rows.map { [.text(data.arms[$0.arm].name), .text(changed($0.arm)), .text($0.flag)] })))
        }
    }

    private func label(_ row: Row) -> String { data.arms[row.arm].name + (row.flag.isEmpty ? "" : " (copy)") }

    private func text(_ value: Double) -> String { ClassifierMetrics.decimals(value, 4) }

    private var armFigure: Figure {
        let shown = sortedRows.filter { $0.summary != nil }
        let means = shown.map { $0.summary?.mean ?? .nan }
        let lows = shown.map { row in row.summary.map { $0.mean - ($0.deviation ?? 0) } ?? .nan }
        let highs = shown.map { row in row.summary.map { $0.mean + ($0.deviation ?? 0) } ?? .nan }
        let (low, high) = (lows.min() ?? 0, highs.max() ?? 1)
        var marks: [any Mark] = [Bars(means, low: lows, high: highs, Look(nil, .series0), isHorizontal: true)]
        if let base = data.arms[baseline].summaries[metric] { marks.append(Rule(.x(base.mean), "baseline", Look(nil, .reference))) }
        let room = max(high - low, abs(high) * 1e-6, 1e-12)
        return Figure(
            "arms", title: "\(data.metrics[metric]) by arm · bars do not start at 0",
            caption: "error bars: one standard deviation over folds and seeds",
            x: Axis(data.metrics[metric], from: low - room / 4, to: high + room / 20), y: Axis("", .category(shown.map(label))), marks)
    }

    private var differenceFigure: Figure {
        let shown = sortedRows.filter { $0.comparison != nil }
        guard !shown.isEmpty else {
            return Figure("differences", title: "Differences", body: .empty("no arm was measured on this metric with the baseline"))
        }
        let points = shown.enumerated().flatMap { place, row in
            (row.comparison?.differences ?? []).map { Point(x: $0, y: Double(place)) }
        }
        var marks: [any Mark] = [
            Bars(
                shown.map { $0.comparison?.delta ?? .nan }, low: shown.map { $0.comparison?.low ?? $0.comparison?.delta ?? .nan },
                high: shown.map { $0.comparison?.high ?? $0.comparison?.delta ?? .nan }, Look(nil, .series0), isHorizontal: true)
        ]
        if !points.isEmpty { marks.append(Scatter(points, Look("one fold and seed", .series1), symbol: "o")) }
        marks.append(Rule(.x(0), data.arms[baseline].name, Look(nil, .reference)))
        let significant = rows.count { ($0.adjusted ?? 2) < 1 - live.level }
        return Figure(
            "differences",
            title: "\(data.metrics[metric]) less \(data.arms[baseline].name)'s · \(ClassifierMetrics.percent(live.level)) intervals",
            caption: "\(significant) of \(shown.count) differ after Holm's correction; "
                + (data.isPaired ? "paired" + (live.isCorrected ? ", corrected" : "") : "unpaired, only means are on record"),
            x: Axis("difference"), y: Axis("", .category(shown.map(label))), marks)
    }
}
