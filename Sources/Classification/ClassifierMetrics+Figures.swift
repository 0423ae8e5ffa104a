import Engine
import Kernels
import Plotting
import Statistics

extension ClassifierMetrics {
    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        let needsBoth = !["calibration", "scores", "confusion", "models", "bootstrap"].contains(id)
        if needsBoth, !analysis.curve.hasBothClasses {
            return Figure(id, title: Self.title(id), body: .empty("all rows are of one class: there is no curve to draw"))
        }
        switch id {
        case "roc": return rocFigure
        case "precisionRecall": return precisionRecallFigure
        case "calibration": return calibrationFigure
        case "scores": return scoreFigure
        case "confusion": return confusionFigure
        case "sweep": return sweepFigure
        case "models": return modelFigure
        case "decision": return decisionFigure
        case "cost": return costFigure
        case "gain": return gainFigure(lift: false)
        case "lift": return gainFigure(lift: true)
        case "det": return detFigure
        default: return bootstrapFigure
        }
    }

    private static func title(_ id: String) -> String { card.figures.first { $0.id == id }?.title ?? id }

    /// "ROC · malignant 37.3% of 569 rows": what is positive, and how much of it, on every figure.
    private func heading(_ id: String) -> String {
        let share = Self.percent(live.prevalence ?? analysis.prevalence)
        let set = live.prevalence == nil ? "of \(analysis.predictions.rowCount) rows" : "prevalence set"
        return "\(Self.title(id)) · positive: \(analysis.positiveName), \(share) \(set)"
    }

    static func percent(_ share: Double) -> String { "\(decimals(share * 100, 1))%" }

    /// A number with a fixed count of decimals, rounded half away from zero.
    static func decimals(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded())
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let digits = String(whole % Int(scale))
        return "\(sign)\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count) + digits
    }

    private var thresholdText: String { "t = \(Self.decimals(live.threshold, 3))" }

    private var thresholdRule: Rule { Rule(.x(live.threshold), thresholdText, Look(nil, .focus)) }

    /// The order models are drawn in: the one shown last, on top.
    private var drawingOrder: [Int] { analysis.models.indices.filter { $0 != analysis.shown }.suffix(9) + [analysis.shown] }

    private var areaText: String {
        guard let area = analysis.models[analysis.shown].area else { return "AUC undefined" }
        let name = "AUC \(Self.decimals(area, 4))"
        let boot = analysis.multiclass == nil ? intervals[analysis.shown].percentile : nil
        guard let interval = analysis.deLong?.interval(analysis.shown) ?? boot else { return name }
        return "\(name) [\(Self.decimals(interval.low, 4)), \(Self.decimals(interval.high, 4))]"
    }

    private var rocFigure: Figure {
        var marks: [any Mark] = [Rule(.sloped(intercept: 0, slope: 1), "", Look(nil, .reference, isDim: true))]
        if let band = AreaBootstrap.band(replicates) {
            marks.append(
                Band(x: band.x, lower: band.lower, upper: band.upper, Look("95% band", .series(analysis.shown), isDim: true)))
        }
        for index in drawingOrder {
            let model = analysis.models[index]
            let area = model.area.map { " \(Self.decimals($0, 3))" } ?? ""
            marks.append(
                Line(model.roc, Look(model.name + area, .series(index), isDim: index != analysis.shown && analysis.models.count > 4)))
        }
        let here = analysis.curve.rates(at: reading.place)
        marks.append(Label(thresholdText, at: Point(x: here.x, y: here.y), marker: "o", Look(nil, .focus)))
        let counts = reading.confusion
        return Figure(
            "roc", title: heading("roc"),
            caption: "\(areaText); at \(thresholdText): sensitivity \(Self.decimals(counts.sensitivity ?? 0, 3)), "
                + "specificity \(Self.decimals(counts.specificity ?? 0, 3))",
            x: Axis("false positive rate", from: 0, to: 1), y: Axis("true positive rate", from: 0, to: 1), marks)
    }

    private var precisionRecallFigure: Figure {
        var marks: [any Mark] = []
        marks.append(Rule(.y(live.prevalence ?? analysis.prevalence), "chance", Look(nil, .reference, isDim: true)))
        for index in drawingOrder {
            let model = analysis.models[index]
            let score = index == analysis.shown ? reading.averagePrecision : live.prevalence == nil ? model.averagePrecision : nil
            let points = model.precisionRecall.map { Point(x: $0.x, y: precision($0.y, index)) }
            marks.append(Line(points, Look(model.name + (score.map { " AP \(Self.decimals($0, 3))" } ?? ""), .series(index))))
        }
        let counts = reading.weighted
        if counts.calledPositive > 0 {
            marks.append(
                Label(thresholdText, at: Point(x: counts.sensitivity ?? 0, y: counts.precision), marker: "o", Look(nil, .focus)))
        }
        return Figure(
            "precisionRecall", title: heading("precisionRecall"),
            caption: "average precision \(Self.decimals(reading.averagePrecision ?? 0, 4)); at \(thresholdText): precision "
                + "\(Self.decimals(counts.precision, 3)), recall \(Self.decimals(counts.sensitivity ?? 0, 3))",
            x: Axis("recall", from: 0, to: 1), y: Axis("precision", from: 0, to: 1), marks)
    }

    /// A precision of the data at the prevalence reckoned with.
    private func precision(_ value: Double, _ model: Int) -> Double {
        guard let prevalence = live.prevalence else { return value }
        // Classes of a many-class set have prevalences of their own; only the shown one is moved.
        guard analysis.multiclass == nil || model == analysis.shown else { return value }
        let own = analysis.prevalence
        let up = value * prevalence / own
        let down = (1 - value) * (1 - prevalence) / (1 - own)
        return up + down > 0 ? up / (up + down) : 0
    }

    private var calibrationFigure: Figure {
        guard let calibration = analysis.calibration else {
            return Figure("calibration", title: Self.title("calibration"), body: .empty("the scores are not probabilities"))
        }
        let bins = calibration.bins.filter { $0.count > 0 }
        let total = bins.reduce(0.0) { $0 + $1.count }
        let means = bins.map { $0.mean ?? 0 }
        let intervals = bins.map { Proportion.wilson($0.positives, of: $0.count) }
        let edges = calibration.bins.map(\.lower) + [calibration.bins.last?.upper ?? 1]
        var marks: [any Mark] = []
        if zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) {
            marks.append(
                Histogram(edges: edges, heights: calibration.bins.map { $0.count / total }, Look("share of rows", .series1, isDim: true)))
        }
        marks.append(Rule(.sloped(intercept: 0, slope: 1), "", Look(nil, .reference, isDim: true)))
        marks.append(
            Band(
                x: means, lower: intervals.map { $0?.low ?? 0 }, upper: intervals.map { $0?.high ?? 1 }, Look("95%", .series0, isDim: true))
        )
        let points = bins.map { Point(x: $0.mean ?? 0, y: $0.rate ?? 0) }
        marks.append(Line(points, Look("observed rate", .series0)))
        marks.append(Scatter(points, Look(nil, .series0), symbol: "o"))
        marks.append(thresholdRule)
        let counts = bins.map { Self.decimals($0.count, 0) }.joined(separator: " ")
        return Figure(
            "calibration", title: heading("calibration"),
            caption:
                "ECE \(Self.decimals(calibration.expectedError, 4)), Brier \(Self.decimals(calibration.brier, 4)); rows a bin: \(counts)",
            x: Axis("mean score", from: 0, to: 1), y: Axis("observed rate", from: 0, to: 1), marks)
    }

    private var scoreFigure: Figure {
        let (edges, positives, negatives) = analysis.histogram
        return Figure(
            "scores", title: heading("scores"), caption: "share of each class in bins of \(analysis.models[analysis.shown].name)",
            x: Axis("score"), y: Axis("share of class", from: 0),
            [
                Histogram(edges: edges, heights: negatives, Look("not \(analysis.positiveName)", .series1)),
                Histogram(edges: edges, heights: positives, Look(analysis.positiveName, .series0), isOutline: true), thresholdRule,
            ])
    }

    private var confusionFigure: Figure {
        let (names, matrix) = confusionMatrix
        let k = names.count
        // Rows of the heat map run upwards; the first class stands at the top.
        let values = (0..<k).reversed().flatMap { row in (0..<k).map { matrix[row * k + $0] } }
        let range = -0.5...(Double(k) - 0.5)
        let accuracy = analysis.multiclass?.accuracy ?? reading.confusion.accuracy ?? 0
        let at = analysis.multiclass == nil ? " at \(thresholdText)" : ""
        return Figure(
            "confusion",
            title: analysis.multiclass == nil ? heading("confusion") : "Confusion matrix · \(analysis.predictions.rowCount) rows",
            caption: "accuracy \(Self.decimals(accuracy, 4))\(at); truth by row, call by column", x: Axis("called", .category(names)),
            y: Axis("truth", .category(names.reversed())),
            [HeatMap(Grid(columns: k, rows: k, values: values, x: range, y: range), low: 0, showsNumbers: true)])
    }

    /// The range of thresholds worth sweeping.
    private var sweepRange: ClosedRange<Double> {
        let edges = analysis.histogram.edges
        return (edges.first ?? 0)...(edges.last ?? 1)
    }

    private func sweep(_ measure: (Confusion, Double) -> Double?) -> [Point] {
        let range = sweepRange
        return (0...200).map { index in
            let t = range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / 200
            let counts = analysis.curve.confusion(at: analysis.curve.place(of: t))
            let weighted = live.prevalence.map { counts.reweighted(prevalence: $0) } ?? counts
            return Point(x: t, y: measure(weighted, t) ?? .nan)
        }
    }

    private var sweepFigure: Figure {
        let counts = reading.weighted
        return Figure(
            "sweep", title: heading("sweep"),
            caption: "at \(thresholdText): F1 \(Self.decimals(counts.f1, 3)), MCC \(Self.decimals(counts.matthews, 3))",
            x: Axis("threshold", from: sweepRange.lowerBound, to: sweepRange.upperBound), y: Axis("", from: 0, to: 1),
            [
                Line(sweep { c, _ in c.sensitivity }, Look("sensitivity", .series0)),
                Line(sweep { c, _ in c.specificity }, Look("specificity", .series1)),
                Line(sweep { c, _ in c.calledPositive > 0 ? c.precision : nil }, Look("precision", .series2)),
                Line(sweep { c, _ in c.f1 }, Look("F1", .series3)), thresholdRule,
            ])
    }

    private var modelFigure: Figure {
        let models = analysis.models
        let intervals = models.indices.map { index in
            analysis.deLong?.interval(index) ?? (analysis.multiclass == nil ? self.intervals[index].percentile : nil)
        }
        let areas = models.map { $0.area ?? .nan }
        let lowest = intervals.enumerated().map { $1?.low ?? areas[$0] }.filter(\.isFinite).min() ?? 0
        // Bars rise from zero, so the axis starts below the lowest interval only when all lie far up.
        let floor = lowest > 0.6 ? 0.5 : 0
        let marks: [any Mark] = [
            Rule(.y(0.5), "chance", Look(nil, .reference, isDim: true)),
            Bars(
                areas, low: intervals.enumerated().map { $1?.low ?? areas[$0] }, high: intervals.enumerated().map { $1?.high ?? areas[$0] },
                Look(nil, .series0)),
        ]
        return Figure(
            "models", title: "\(Self.title("models")) · AUC with 95% intervals",
            caption: analysis.multiclass == nil ? pairCaption : "each class against the rest",
            x: Axis("", .category(models.map(\.name))), y: Axis("AUC", from: floor, to: 1), marks)
    }

    private var pairCaption: String {
        guard analysis.models.count > 1, let deLong = analysis.deLong else { return areaText }
        let other = analysis.shown == 0 ? 1 : 0
        guard let pair = deLong.difference(analysis.shown, other), let p = pair.p else { return areaText }
        return "\(analysis.models[analysis.shown].name) - \(analysis.models[other].name): \(Self.decimals(pair.difference, 4)) "
            + "[\(Self.decimals(pair.low, 4)), \(Self.decimals(pair.high, 4))], p \(p < 1e-4 ? "< 0.0001" : "= \(Self.decimals(p, 4))")"
    }

    private var decisionFigure: Figure {
        let thresholds = (0...99).map { Double($0) / 100 }
        let prevalence = live.prevalence ?? analysis.prevalence
        let benefits = thresholds.map { netBenefits($0) }
        func line(_ values: [Double?]) -> [Point] {
            zip(thresholds, values).map { Point(x: $0, y: $1.map { $0 < -prevalence ? .nan : $0 } ?? .nan) }
        }
        return Figure(
            "decision", title: heading("decision"),
            caption: reading.weighted.netBenefit(threshold: live.threshold).map {
                "net benefit \(Self.decimals($0, 4)) at \(thresholdText)"
            }
                ?? "the threshold is not a probability",
            x: Axis("threshold probability", from: 0, to: 1), y: Axis("net benefit", from: -prevalence / 4, to: prevalence * 1.1),
            [
                Rule(.y(0), "call none", Look(nil, .reference, isDim: true)),
                Line(line(benefits.map(\.all)), Look("call all", .reference)),
                Line(line(benefits.map(\.model)), Look(analysis.models[analysis.shown].name, .series(analysis.shown))), thresholdRule,
            ])
    }

    /// Drummond & Holte's (2006) cost curve: normalised expected cost over the probability cost of the positive class.
    private var costFigure: Figure {
        let curve = analysis.curve
        let corners = analysis.hull.map { curve.rates(at: $0) }
        let steps = (0...100).map { Double($0) / 100 }
        let envelope = steps.map { x in Point(x: x, y: corners.map { (1 - $0.y) * x + $0.x * (1 - x) }.min() ?? 0) }
        let here = curve.rates(at: reading.place)
        let prevalence = live.prevalence ?? analysis.prevalence
        let up = prevalence * live.costFalseNegative
        let down = (1 - prevalence) * live.costFalsePositive
        let now = up + down > 0 ? up / (up + down) : 0.5
        let cheapest = reading.cheapest.map { "least cost \(Self.decimals($0.cost, 4)) a row" } ?? ""
        let at =
            reading.cheapest.map {
                $0.place == 0 ? ", calling nothing positive" : " at t = \(Self.decimals(curve.thresholds[$0.place - 1], 3))"
            } ?? ""
        return Figure(
            "cost", title: heading("cost"), caption: cheapest + at, x: Axis("probability cost of a positive", from: 0, to: 1),
            y: Axis("normalised cost", from: 0, to: 0.5),
            [
                Line([Point(x: 0, y: 0), Point(x: 0.5, y: 0.5), Point(x: 1, y: 0)], Look("call all or none", .reference)),
                Line([Point(x: 0, y: here.x), Point(x: 1, y: 1 - here.y)], Look(thresholdText, .focus)),
                Line(envelope, Look("best threshold", .series(analysis.shown))), Rule(.x(now), "now", Look(nil, .focus)),
            ])
    }

    private func gainFigure(lift: Bool) -> Figure {
        let curve = analysis.curve
        let total = curve.positives + curve.negatives
        let share = analysis.prevalence
        let points = analysis.landmarks.compactMap { place -> Point? in
            let counts = curve.confusion(at: place)
            let fraction = counts.calledPositive / total
            let gain = counts.truePositives / curve.positives
            if lift { return fraction > 0 ? Point(x: fraction, y: gain / fraction) : nil }
            return Point(x: fraction, y: gain)
        }
        let here = reading.confusion
        let fraction = here.calledPositive / total
        let gain = here.truePositives / curve.positives
        var marks: [any Mark] = []
        if lift {
            marks = [Rule(.y(1), "chance", Look(nil, .reference, isDim: true))]
        } else {
            marks = [
                Rule(.sloped(intercept: 0, slope: 1), "", Look(nil, .reference, isDim: true)),
                Line([Point(x: 0, y: 0), Point(x: share, y: 1), Point(x: 1, y: 1)], Look("perfect", .reference)),
            ]
        }
        marks.append(Line(points, Look(analysis.models[analysis.shown].name, .series(analysis.shown))))
        if fraction > 0 {
            marks.append(Label(thresholdText, at: Point(x: fraction, y: lift ? gain / fraction : gain), marker: "o", Look(nil, .focus)))
        }
        let id = lift ? "lift" : "gain"
        return Figure(
            id, title: heading(id),
            caption: "at \(thresholdText): \(Self.percent(fraction)) of the rows hold \(Self.percent(gain)) of the positives",
            x: Axis("share of rows called positive", from: 0, to: 1),
            y: lift ? Axis("lift", from: 0) : Axis("share of positives found", from: 0, to: 1),
            marks)
    }

    private var detFigure: Figure {
        // On normal deviates Gaussian scores give a straight line; rates of 0 and 1 lie at infinity and end it.
        func deviate(_ rate: Double) -> Double { rate > 0 && rate < 1 ? normalQuantile(rate) : .nan }
        func line(_ points: [Point]) -> [Point] {
            points.map { Point(x: deviate($0.x), y: deviate(1 - $0.y)) }.filter(\.isFinite)
        }
        let here = analysis.curve.rates(at: reading.place)
        let point = Point(x: deviate(here.x), y: deviate(1 - here.y))
        var marks: [any Mark] = drawingOrder.map { Line(line(analysis.models[$0].roc), Look(analysis.models[$0].name, .series($0))) }
        if point.isFinite { marks.append(Label(thresholdText, at: point, marker: "o", Look(nil, .focus))) }
        return Figure(
            "det", title: heading("det"),
            caption: "normal deviates: -2 is 2.3%, -1 is 15.9%, 0 is 50%; at \(thresholdText): fpr \(Self.decimals(here.x, 4)), "
                + "fnr \(Self.decimals(1 - here.y, 4))",
            x: Axis("false positive rate (deviate)", from: -3.2, to: 2), y: Axis("false negative rate (deviate)", from: -3.2, to: 2), marks)
    }

    private var bootstrapFigure: Figure {
        let index = analysis.multiclass == nil ? analysis.shown : 0
        let values = replicates.values[index].array.filter { !$0.isNaN }
        guard values.count > 1, var low = values.min(), var high = values.max() else {
            return Figure("bootstrap", title: Self.title("bootstrap"), body: .empty("no replicates yet; press Space to draw some"))
        }
        if low == high { (low, high) = (low - 0.005, high + 0.005) }
        let bins = 40
        var heights = [Double](repeating: 0, count: bins)
        for value in values { heights[min(bins - 1, Int((value - low) / (high - low) * Double(bins)))] += 1 }
        var marks: [any Mark] = [
            Histogram(edges: (0...bins).map { low + (high - low) * Double($0) / Double(bins) }, heights: heights, Look(nil, .series(index)))
        ]
        if let estimate = analysis.estimates[index] { marks.append(Rule(.x(estimate), "AUC", Look(nil, .reference))) }
        if let interval = intervals[index].percentile {
            marks += [Rule(.x(interval.low), "2.5%", Look(nil, .focus)), Rule(.x(interval.high), "97.5%", Look(nil, .focus))]
        }
        return Figure(
            "bootstrap", title: "\(Self.title("bootstrap")) · \(values.count) of \(analysis.settings.bootstrap)", caption: areaText,
            x: Axis("AUC"), y: Axis("replicates", from: 0), marks)
    }
}
