import Engine
import Plotting

extension ClassifierAblation {
    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "arms": armFigure
        case "differences": differenceFigure
        case "curves": curveFigure
        case "schedule": scheduleFigure
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

    private var armFigure: Figure {
        let shown = sortedRows.filter { $0.summary != nil }
        guard !shown.isEmpty else {
            return Figure("arms", title: "\(metricWords) by arm", body: .empty("no arm is trained yet; the figure curves shows the first"))
        }
        let means = shown.map { $0.summary?.mean ?? .nan }
        let lows = shown.map { row in row.summary.map { $0.mean - ($0.deviation ?? 0) } ?? .nan }
        let highs = shown.map { row in row.summary.map { $0.mean + ($0.deviation ?? 0) } ?? .nan }
        let (low, high) = (lows.min() ?? 0, highs.max() ?? 1)
        var marks: [any Mark] = [Bars(means, low: lows, high: highs, Look(nil, .series0), isHorizontal: true)]
        if let base = data.arms[baseline].summaries[metric] { marks.append(Rule(.x(base.mean), "baseline", Look(nil, .reference))) }
        let room = max(high - low, abs(high) * 1e-6, 1e-12)
        return Figure(
            "arms", title: "\(metricWords) by arm · bars do not start at 0",
            caption: "error bars: one standard deviation over folds and seeds" + (training?.progressWords ?? ""),
            x: Axis(data.metrics[metric], from: low - room / 4, to: high + room / 20), y: Axis("", .category(shown.map(label))), marks)
    }

    private var differenceFigure: Figure {
        let shown = sortedRows.filter { $0.comparison != nil }
        guard !shown.isEmpty else {
            return Figure(
                "differences", title: "Differences",
                body: .empty(
                    training?.isFinished == false
                        ? "the baseline and one other arm have to be trained first" : "no arm was measured on this metric with the baseline"
                ))
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
            title: "\(metricWords) less \(data.arms[baseline].name)'s · \(ClassifierMetrics.percent(live.level)) intervals",
            caption: "\(significant) of \(shown.count) differ after Holm's correction; "
                + (data.isPaired ? "paired" + (live.isCorrected ? ", corrected" : "") : "unpaired, only means are on record"),
            x: Axis("difference"), y: Axis("", .category(shown.map(label))), marks)
    }

    /// What the metric compared is, in words.
    private var metricWords: String {
        guard training != nil else { return data.metrics[metric] }
        switch data.metrics[metric] {
        case "auc": return "AUC of the best epoch on the validation fold"
        case "aucLast": return "AUC of the last epoch"
        default: return "AUC of the last epoch on the test rows"
        }
    }

    private var curveFigure: Figure {
        guard let training else {
            return Figure(
                "curves", title: "Learning curves", body: .empty("arms on record have no learning curves; data = digits trains some"))
        }
        let arm = training.arms[shownArm]
        let curves = training.curves(shownArm)
        let title = "AUC on the validation fold by epoch · \(arm.name)"
        guard curves.contains(where: { !$0.isEmpty }) else {
            return Figure(
                "curves", title: title, body: .empty(arm.twin.map { "the same as \(training.arms[$0].name)" } ?? "no epoch is over yet"))
        }
        let names = training.unitNames
        var marks: [any Mark] = []
        if shownArm != baseline {
            let mean = Self.meanCurve(training.curves(baseline))
            if !mean.isEmpty { marks.append(Line(mean, Look("mean of \(training.arms[baseline].name)", .reference))) }
        }
        for (place, curve) in curves.enumerated() where place < 8 {
            let points = curve.enumerated().map { Point(x: Double($0 + 1), y: $1.auc) }
            marks.append(Line(points, Look(names[place], .series(place))))
        }
        let best = curves.compactMap { curve in
            curve.indices.max { curve[$0].auc < curve[$1].auc || (curve[$0].auc == curve[$1].auc && $0 > $1) }
        }
        let chosen = zip(curves.filter { !$0.isEmpty }, best).prefix(8).map { Point(x: Double($1 + 1), y: $0[$1].auc) }
        marks.append(Scatter(Array(chosen), Look("best epoch", .heading), symbol: "o"))
        return Figure(
            "curves", title: title,
            caption: "o: the epoch chosen on the validation fold itself"
                + (curves.count > 8 ? "; the first 8 of \(curves.count) networks" : "")
                + training.progressWords, x: Axis("epoch", from: 1, to: Double(max(2, arm.plan.epochs))), y: Axis("AUC"), marks)
    }

    private static func meanCurve(_ curves: [[EpochRecord]]) -> [Point] {
        let epochs = curves.map(\.count).min() ?? 0
        return (0..<epochs).map { epoch in
            Point(x: Double(epoch + 1), y: curves.reduce(0) { $0 + $1[epoch].auc } / Double(curves.count))
        }
    }

    private var scheduleFigure: Figure {
        guard let training else {
            return Figure(
                "schedule", title: "Learning rates", body: .empty("the schedules of arms on record are in the figure configurations"))
        }
        var marks: [any Mark] = []
        let arms: [Int] = shownArm == baseline ? [baseline] : [baseline, shownArm]
        for (place, arm) in arms.enumerated() {
            let (schedule, perEpoch) = training.schedule(arm)
            let points = (0..<schedule.total).map { Point(x: Double($0 + 1) / Double(perEpoch), y: schedule.rate(at: $0)) }
            marks.append(Line(points, Look(training.arms[arm].name, .series(place))))
        }
        let plan = training.arms[shownArm].plan
        return Figure(
            "schedule", title: "Learning rate · \(training.arms[shownArm].name)",
            caption:
                "peak \(Value.real(plan.rate)), warm-up of \(Value.real(plan.warmup)) epoch\(plan.warmup == 1 ? "" : "s"), then \(plan.cosine ? "half a cosine" : "constant")",
            x: Axis("epoch", from: 0, to: Double(plan.epochs)), y: Axis("rate", from: 0), marks)
    }
}
