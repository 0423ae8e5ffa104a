import Engine
import Kernels
import Plotting
import Surface

extension EstimateExperiment {
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        switch id {
        case "estimates": return estimatesFigure(title)
        case "ranks": return ranksFigure(title)
        case "pairs": return pairsFigure(title)
        case "permutations": return permutationsFigure(title)
        default: return benchFigure(title)
        }
    }

    private static let roles: [Role] = [
        .series0, .series1, .series2, .series3, .series4, .series5, .series6, .ghost, .ghost, .ghost, .series7,
    ]

    private func benchFigure(_ title: String) -> Figure {
        guard let bench else { return Figure("bench", title: title, body: .empty("no bench: set bench to data, uniform, zipf or a list")) }
        guard bench.repeats > 0 else { return Figure("bench", title: title, body: .empty("press Space to start")) }
        func lines(_ value: (Int, Int) -> Double) -> [any Mark] {
            zip(DiscreteEstimator.allCases, Self.roles).enumerated().map { i, both in
                let points = EstimatorBench.sizes.indices.map { Point(x: Double(EstimatorBench.sizes[$0]), y: value(i, $0)) }
                return Line(points, Look(both.0.label, both.1))
            }
        }
        let bias = Figure(
            "bias", title: "mean error", x: Axis("sample size", .log), y: Axis("bias", unit: "nats"),
            [Rule(.y(0), "", Look(nil, .reference))] + lines { bench.bias($0, size: $1) })
        let spread = Figure(
            "spread", title: "standard deviation",
            body: .plot(
                Plot(
                    x: Axis("sample size", .log), y: Axis("sd", unit: "nats", from: 0), marks: lines { bench.deviation($0, size: $1) },
                    showsLegend: false)))
        // The middle size tells the estimators apart best.
        let middle = 3
        let best = DiscreteEstimator.allCases.indices.min { abs(bench.bias($0, size: middle)) < abs(bench.bias($1, size: middle)) } ?? 0
        let caption =
            "\(bench.repeats) repeats, H = \(Numbers.short(bench.entropy, digits: 6)) nats over \(Numbers.grouped(bench.probabilities.count)) "
            + "outcomes: at N = 100 the plug-in is \(Numbers.short(bench.bias(0, size: middle), digits: 3)) off, "
            + "\(DiscreteEstimator.allCases[best].label) \(Numbers.short(bench.bias(best, size: middle), digits: 2))"
        return Figure("bench", title: title, caption: caption, body: .grid([bias, spread], columns: 2))
    }

    private func estimatesFigure(_ title: String) -> Figure {
        guard spectrum.total > 0 else { return Figure("estimates", title: title, body: .empty("no counts and no file to estimate from")) }
        let values = estimates.map { $0 ?? .nan }
        var (low, high) = (values, values)
        if let nsb, let last = values.indices.last {
            low[last] = nsb.mean - nsb.deviation
            high[last] = nsb.mean + nsb.deviation
        }
        let caption =
            "N = \(Numbers.grouped(spectrum.total)), \(Numbers.grouped(spectrum.support)) outcomes seen, "
            + "\(Numbers.grouped(spectrum.singletons)) of them once, K = \(Numbers.short(problem.alphabet, digits: 12)); "
            + "coverage \(Numbers.short(spectrum.coverage, digits: 4))"
        return Figure(
            "estimates", title: title, caption: caption, x: Axis("entropy", unit: "nats"),
            y: Axis("", .category(DiscreteEstimator.allCases.map(\.label))),
            [
                Bars(values, low: low, high: high, Look(nil, .series0), isHorizontal: true),
                Rule(.x(log(problem.alphabet)), "log K", Look(nil, .reference)),
            ])
    }

    private func ranksFigure(_ title: String) -> Figure {
        guard spectrum.total > 0 else { return Figure("ranks", title: title, body: .empty("no counts and no file")) }
        var points: [Point] = []
        var rank = 0
        // Equal counts make a step of the curve: its two ends draw it.
        for (value, times) in zip(spectrum.values, spectrum.multiplicities).reversed() {
            points.append(Point(x: Double(rank + 1), y: Double(value)))
            rank += times
            if times > 1 { points.append(Point(x: Double(rank), y: Double(value))) }
        }
        var marks: [any Mark] = [Line(points, Look(nil, .series0)), Scatter(points, Look(nil, .series0), symbol: "o")]
        let caption: String
        if let top = problem.common.first {
            let names = problem.common.prefix(6).map(\.text).joined(separator: ", ")
            caption =
                "commonest: \(names); the first has \(Numbers.grouped(problem.counts[top.place])) of \(Numbers.grouped(spectrum.total))"
        } else {
            caption = "\(Numbers.grouped(spectrum.total)) observations of \(Numbers.grouped(spectrum.support)) outcomes"
        }
        if let first = points.first, rank > 3 {
            let zipf = [1, Double(rank)].map { Point(x: $0, y: max(first.y / $0, 0.5)) }
            marks.insert(Line(zipf, Look("1/rank", .ghost, isDim: true)), at: 0)
        }
        return Figure("ranks", title: title, caption: caption, x: Axis("rank", .log), y: Axis("count", .log), marks)
    }

    private func pairsFigure(_ title: String) -> Figure {
        let (x, y) = (problem.x, problem.y)
        guard !x.isEmpty else { return Figure("pairs", title: title, body: .empty("no numbers: set x, and y beside it")) }
        guard !y.isEmpty else {
            let bins = min(60, max(5, Int(Double(x.count).squareRoot())))
            let (low, high) = (x.min() ?? 0, x.max() ?? 1)
            let width = high > low ? (high - low) / Double(bins) : 1
            var heights = [Double](repeating: 0, count: bins)
            for value in x { heights[Self.bin(value, from: low, width: width, of: bins)] += 1 }
            let edges = (0...bins).map { low + width * Double($0) }
            let caption = numeric?.kozachenkoLeonenko.map { "differential entropy \(Numbers.short($0, digits: 5)) nats" } ?? ""
            return Figure(
                "pairs", title: title, caption: caption, x: Axis("x"), y: Axis("count", from: 0),
                [Histogram(edges: edges, heights: heights, Look(nil, .series0))])
        }
        var caption = ""
        if let numeric, let one = numeric.ksg1, let two = numeric.ksg2 {
            caption = "I = \(Numbers.short(one, digits: 5)) (ksg1), \(Numbers.short(two, digits: 5)) (ksg2) nats"
            if let gaussian = numeric.gaussian { caption += "; \(Numbers.short(gaussian, digits: 5)) if both were normal" }
        }
        // A screen shows some thousand points: of more, every so many.
        let stride = max(1, x.count / 5000)
        let points = Swift.stride(from: 0, to: x.count, by: stride).map { Point(x: x[$0], y: y[$0]) }
        return Figure("pairs", title: title, caption: caption, x: Axis("x"), y: Axis("y"), [Scatter(points, Look(nil, .series0))])
    }

    /// The bin of a value; a width that overflowed puts all into the first.
    private static func bin(_ value: Double, from low: Double, width: Double, of bins: Int) -> Int {
        let place = (value - low) / width
        return place > 0 ? Int(min(place, Double(bins - 1))) : 0
    }

    private func permutationsFigure(_ title: String) -> Figure {
        guard !problem.y.isEmpty else { return Figure("permutations", title: title, body: .empty("no numbers: set x and y")) }
        guard let found = numeric?.ksg1, !shuffled.isEmpty, let low = shuffled.min(), let high = shuffled.max() else {
            return Figure("permutations", title: title, body: .empty("press Space to start"))
        }
        let bins = 20
        let width = high > low ? (high - low) / Double(bins) : 1e-6
        var heights = [Double](repeating: 0, count: bins)
        for value in shuffled { heights[Self.bin(value, from: low, width: width, of: bins)] += 1 }
        let caption =
            "\(shuffled.count) shuffles of y: p = \(Numbers.short(permutationP ?? .nan, digits: 3)) for \(Numbers.short(found, digits: 5)) nats"
        return Figure(
            "permutations", title: title, caption: caption, x: Axis("ksg1", unit: "nats"), y: Axis("shuffles", from: 0),
            [
                Histogram(edges: (0...bins).map { low + width * Double($0) }, heights: heights, Look(nil, .series0)),
                Rule(.x(found), "found", Look(nil, .focus)),
            ])
    }
}
