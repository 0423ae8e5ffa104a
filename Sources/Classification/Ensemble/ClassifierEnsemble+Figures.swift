import Engine
import Kernels
import Plotting

extension ClassifierEnsemble {
    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "selection": selectionFigure
        case "ensembles": ensembleFigure
        case "members": memberFigure
        case "correlation": correlationFigure
        case "weights": weightFigure
        case "diversity": diversityFigure
        case "recorded": recordedFigure
        default: adversarialFigure
        }
    }

    private static func title(_ id: String) -> String { card.figures.first { $0.id == id }?.title ?? id }

    private func text(_ value: Double, _ places: Int = 4) -> String { ClassifierMetrics.decimals(value, places) }

    /// "AUC as models join · positive: malignant, 37.3% of 569 rows".
    private func heading(_ id: String) -> String {
        "\(Self.title(id)) · positive: \(analysis.data.predictions.truth.names[1]), \(ClassifierMetrics.percent(prevalence)) of "
            + "\(analysis.isPositive.count) rows"
    }

    private var bestText: String { "\(analysis.names[analysis.best]) \(text(analysis.members[analysis.best].area))" }

    /// "rankAverage 0.9843 [0.981, 0.987], 0.0072 [0.005, 0.009] above the best model 3 B4 0.9771".
    private var gainText: String {
        guard let chosen = scored(live.method) else { return "\(live.method.rawValue): not there yet" }
        let interval = chosen.low.flatMap { low in chosen.high.map { " [\(text(low)), \(text($0))]" } } ?? ""
        var words = "\(live.method.rawValue) \(text(chosen.area))\(interval)"
        if let gain = reading.gains[analysis.best] {
            words += "; less the best model, \(bestText): \(text(gain.difference)) [\(text(gain.low)), \(text(gain.high))]"
        }
        return words
    }

    private var selectionFigure: Figure {
        let joins = analysis.joins.enumerated().map { Point(x: Double($0 + 1), y: $1.area) }
        let rounds = selection.areas.enumerated().map { Point(x: Double($0 + 1), y: $1) }
        var marks: [any Mark] = [Rule(.y(analysis.members[analysis.best].area), "best model", Look(nil, .reference, isDim: true))]
        if settings.isSimulated {
            marks.append(Rule(.y(WinningSolution.ensembleArea(settings.column)), "the winner's ensemble", Look(nil, .reference)))
        }
        marks += [
            Line(joins, Look("rank average, best first", .series1)), Scatter(joins, Look(nil, .series1), symbol: "+"),
            Line(rounds, Look("forward selection", .series0)), Scatter(rounds, Look(nil, .series0), symbol: "o"),
        ]
        return Figure(
            "selection", title: heading("selection"), caption: gainText,
            x: Axis("models joined; rounds", from: 1, to: Double(max(2, joins.count, settings.rounds))), y: Axis("AUC"), marks)
    }

    private var ensembleFigure: Figure {
        let entries = EnsembleMethod.allCases.compactMap { method in scored(method).map { (method.rawValue, $0) } }
        let all = entries.map { $0.1 } + [analysis.members[analysis.best]]
        let lowest = all.map { $0.low ?? $0.area }.filter(\.isFinite).min() ?? 0
        // Bars stand on the first hundredth below everything shown, not on zero: the differences are what is asked for.
        let floor = max(0, (lowest * 100).rounded(.down) / 100)
        return Figure(
            "ensembles", title: heading("ensembles"), caption: gainText + "; bars do not start at 0",
            x: Axis("", .category(entries.map(\.0) + ["best: \(analysis.names[analysis.best])"])), y: Axis("AUC", from: floor),
            [
                Rule(.y(analysis.members[analysis.best].area), "best model", Look(nil, .reference, isDim: true)),
                Bars(all.map(\.area), low: all.map { $0.low ?? $0.area }, high: all.map { $0.high ?? $0.area }, Look(nil, .series0)),
            ])
    }

    private var memberFigure: Figure {
        let gains = reading.gains
        guard gains.contains(where: { $0 != nil }) else {
            let reason = analysis.rowWeights == nil ? "\(live.method.rawValue): not there yet" : "rows are weighted: no paired intervals"
            return Figure("members", title: Self.title("members"), body: .empty(reason))
        }
        return Figure(
            "members", title: "\(live.method.rawValue) less each model · AUC with paired 95% intervals", caption: gainText,
            x: Axis("", .category(analysis.names)), y: Axis("difference of AUC"),
            [
                Bars(
                    gains.map { $0?.difference ?? .nan }, low: gains.map { $0?.low ?? .nan }, high: gains.map { $0?.high ?? .nan },
                    Look(nil, .series0)),
                Rule(.y(0), "", Look(nil, .reference)),
            ])
    }

    private var correlationFigure: Figure {
        let matrix = correlations(live.correlation)
        let k = matrix.count
        let values = (0..<k).reversed().flatMap { matrix[$0] }
        let range = -0.5...(Double(k) - 0.5)
        let mean = EnsembleAnalysis.meanOffDiagonal(matrix).map { "mean of the pairs \(text($0, 3))" } ?? "a model is constant"
        let errors = analysis.errorCorrelation.map { "; within the classes, on the log-odds, \(text($0, 3))" } ?? ""
        return Figure(
            "correlation", title: "\(Self.title("correlation")) · \(live.correlation.rawValue)", caption: mean + errors,
            x: Axis("", .category(analysis.names)), y: Axis("", .category(analysis.names.reversed())),
            [HeatMap(Grid(columns: k, rows: k, values: values, x: range, y: range), high: 1, showsNumbers: k <= 10)])
    }

    private var weightFigure: Figure {
        func normalised(_ weights: [Double]) -> [Double] {
            let total = weights.reduce(0) { $0 + abs($1) }
            return weights.map { total > 0 ? $0 / total : 0 }
        }
        var groups: [(name: String, weights: [Double])] = [("weighted mean", normalised(analysis.weights))]
        if !selection.sequence.isEmpty { groups.append(("selection", selection.shares(analysis.names.count))) }
        if !stacking.slopes.isEmpty { groups.append(("stacking slopes", normalised(stacking.meanSlopes))) }
        return Figure(
            "weights", title: Self.title("weights"), caption: "shares; of stacking, slopes over the sum of their sizes",
            x: Axis("", .category(analysis.names)), y: Axis("weight"),
            groups.enumerated().map { Bars($1.weights, Look($1.name, .series($0)), slot: $0, of: groups.count) })
    }

    private var diversityFigure: Figure {
        guard settings.isSimulated else {
            return Figure(
                "diversity", title: Self.title("diversity"), body: .empty("only simulated models have a known correlation of errors"))
        }
        let steps = (0...100).map { Double($0) / 100 }
        let curve = steps.map { Point(x: $0, y: Self.theoreticalArea(settings.column, correlation: $0)) }
        var marks: [any Mark] = [
            Line(curve, Look("mean of the models, in theory", .series1)),
            Rule(.y(WinningSolution.ensembleArea(settings.column)), "the winner's ensemble", Look(nil, .reference)),
            Rule(.y(analysis.members[analysis.best].area), "best model", Look(nil, .reference, isDim: true)),
            Rule(.x(live.rho), "rho = \(text(live.rho, 2))", Look(nil, .focus)),
        ]
        if let chosen = scored(live.method) {
            marks.append(Label(live.method.rawValue, at: Point(x: live.rho, y: chosen.area), marker: "o", Look(nil, .focus)))
        }
        let implied = Self.impliedCorrelation(settings.column).map {
            "the winner's \(text(WinningSolution.ensembleArea(settings.column))) is what rho = \(text($0, 3)) would give; "
        }
        return Figure(
            "diversity", title: Self.title("diversity"), caption: (implied ?? "") + gainText,
            x: Axis("correlation of errors", from: 0, to: 1), y: Axis("AUC"), marks)
    }

    private var recordedFigure: Figure {
        guard settings.isSimulated else {
            return Figure("recorded", title: Self.title("recorded"), body: .empty("set data = winner to see the recorded models"))
        }
        let points = WinningSolution.models.map { Point(x: $0.area(.cvAll), y: $0.area(.privateTest)) }
        let correlation = Correlations.pearson(points.map(\.x), points.map(\.y)).map { text($0, 2) } ?? "undefined"
        let ensemble = Point(x: WinningSolution.ensembleArea(.cvAll), y: WinningSolution.ensembleArea(.privateTest))
        return Figure(
            "recorded", title: Self.title("recorded"),
            caption: "over the 18 models the two correlate \(correlation): a better validation score did not mean a better model",
            x: Axis("AUC, cross-validation"), y: Axis("AUC, private test"),
            [
                Scatter(points, Look("one model", .series0), symbol: "o"),
                Label("ensemble", at: ensemble, marker: "*", Look(nil, .focus)),
            ])
    }

    private var adversarialFigure: Figure {
        guard analysis.data.isSecond != nil else {
            return Figure("adversarial", title: Self.title("adversarial"), body: .empty("the data has no split column with two values"))
        }
        guard let scored = reading.adversarial else {
            return Figure("adversarial", title: Self.title("adversarial"), body: .empty("comes after selection and stacking"))
        }
        let interval = scored.low.flatMap { low in scored.high.map { " [\(text(low)), \(text($0))]" } } ?? ""
        let divergence = analysis.data.divergences.map { $0.value ?? .nan }
        return Figure(
            "adversarial",
            title: "\(analysis.data.splitNames.joined(separator: " and ")) told apart with AUC \(text(scored.area))\(interval)",
            caption: "0.5: the splits look alike to the models; importance: AUC lost without the model",
            x: Axis("", .category(analysis.names)), y: Axis("importance, divergence"),
            [
                Bars(reading.importances, Look("importance", .series0), slot: 0, of: 2),
                Bars(divergence, Look("divergence", .series1), slot: 1, of: 2),
            ])
    }
}
