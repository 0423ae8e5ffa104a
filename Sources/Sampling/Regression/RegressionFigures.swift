import Engine
import Kernels
import Plotting
import Statistics

/// The regressions' own figures.
enum RegressionFigures {
    /// At most this many coefficients are drawn, and this many rows and draws looked at.
    private static let (mostCoefficients, mostRows, mostDraws) = (40, 1000, 40)

    /// Means and 90% intervals of the coefficients, the exact ones beside them.
    static func coefficients(_ run: ChainRun<RegressionTarget>, exact: (means: [Double], sds: [Double])?) -> Figure {
        let shown = min(mostCoefficients, run.target.names.count)
        let summaries = run.diagnosis.summaries.prefix(shown)
        guard !summaries.isEmpty else {
            return Figure(
                "coefficients", title: "Coefficients", body: .empty("intervals come with the first \(run.diagnosis.nextCount) draws"))
        }
        let places = summaries.indices.map(Double.init)
        var marks: [any Mark] = [
            Bars(
                summaries.map { $0.mean ?? .nan }, low: summaries.map { $0.q5 ?? .nan }, high: summaries.map { $0.q95 ?? .nan },
                Look("mean, 90%", .series0), isHorizontal: true)
        ]
        if let exact, exact.means.count >= shown {
            marks.append(Scatter(places.indices.map { Point(x: exact.means[$0], y: places[$0]) }, Look("exact", .reference), symbol: "|"))
        }
        let left = run.target.names.count - shown
        return Figure(
            "coefficients", title: "Coefficients with 90% intervals", caption: left > 0 ? "\(left) more are in the table summary" : "",
            x: Axis("coefficient"), y: Axis("", .category(Array(run.target.names.prefix(shown)))), marks)
    }

    /// Some draws since the last change, as functions of the quantity's place.
    private static func someDraws(_ run: ChainRun<RegressionTarget>) -> [(Int) -> Double] {
        let (start, count, chains) = (run.draws.segmentStart, run.draws.segmentCount, run.draws.chains)
        guard count > 0 else { return [] }
        let total = count * chains
        return (0..<min(mostDraws, total)).map { k in
            let place = k * total / min(mostDraws, total)
            return { run.draws.series[$0][place % chains].y[start + place / chains] }
        }
    }

    /// The first rows of the training data.
    private static func someRows(_ rows: RegressionRows, coefficients: Int) -> RegressionRows {
        guard rows.count > mostRows else { return rows }
        var few = RegressionRows()
        few.count = mostRows
        few.columns = (0..<coefficients).flatMap { rows.columns[$0 * rows.count..<$0 * rows.count + mostRows] }
        few.response = Array(rows.response.prefix(mostRows))
        few.trials = Array(rows.trials.prefix(mostRows))
        few.offset = Array(rows.offset.prefix(mostRows))
        few.groups = rows.groups.map { Array($0.prefix(mostRows)) }
        return few
    }

    /// The mean predictions of the fitted rows.
    private static func fitted(_ run: ChainRun<RegressionTarget>) -> (rows: RegressionRows, means: [Double])? {
        let draws = someDraws(run)
        guard !draws.isEmpty else { return nil }
        let rows = someRows(run.target.rows, coefficients: run.target.names.count)
        var means = [Double](repeating: 0, count: rows.count)
        for draw in draws {
            let eta = run.target.predictors(rows, draw)
            let sigma = run.target.noise(draw)
            for i in means.indices {
                means[i] += run.target.prediction(eta[i], rows.response[i], rows.trials[i], sigma).mean / Double(draws.count)
            }
        }
        return (rows, means)
    }

    /// What the model predicts against what was observed.
    static func predictive(_ run: ChainRun<RegressionTarget>) -> Figure {
        guard let (rows, means) = fitted(run) else {
            return Figure("predictive", title: "Posterior predictive", body: .empty("no draws yet"))
        }
        switch run.target.family {
        case .linear:
            let points = zip(means, rows.response).map { Point(x: $0, y: $1) }
            return Figure(
                "predictive", title: "Observed against predicted", x: Axis("predicted mean"), y: Axis("observed"),
                [Scatter(points, Look("fitted rows")), Rule(.sloped(intercept: 0, slope: 1), "")])
        case .logistic:
            let bins = 20
            let edges = (0...bins).map { Double($0) / Double(bins) }
            func heights(_ weights: [Double]) -> [Double] {
                var sums = [Double](repeating: 0, count: bins)
                for (p, w) in zip(means, weights) where p.isFinite { sums[min(bins - 1, Int(p * Double(bins)))] += w }
                return sums
            }
            return Figure(
                "predictive", title: "Predicted probabilities of successes and failures", x: Axis("predicted probability", from: 0, to: 1),
                y: Axis("rows", from: 0),
                [
                    Histogram(edges: edges, heights: heights(rows.response), Look("successes", .series0), isOutline: true),
                    Histogram(
                        edges: edges, heights: heights(zip(rows.trials, rows.response).map { $0 - $1 }), Look("failures", .series1),
                        isOutline: true),
                ])
        case .poisson: return countsFigure(run, rows)
        }
    }

    /// How often each count was seen, and how often the model expects it.
    private static func countsFigure(_ run: ChainRun<RegressionTarget>, _ rows: RegressionRows) -> Figure {
        let top = min(60, Int(min(1e6, rows.response.max() ?? 0)))
        var (seen, expected) = ([Double](repeating: 0, count: top + 1), [Double](repeating: 0, count: top + 1))
        for y in rows.response where y <= Double(top) { seen[Int(y)] += 1 }
        let draws = someDraws(run)
        for draw in draws {
            for eta in run.target.predictors(rows, draw) {
                for k in 0...top {
                    expected[k] += run.target.prediction(eta, Double(k), 1, 1).density / Double(draws.count)
                }
            }
        }
        return Figure(
            "predictive", title: "Counts observed and expected",
            caption: "zeros: \(Int(seen[0])) observed, \(rounded(expected[0])) expected",
            x: Axis("count"), y: Axis("rows", from: 0),
            [
                Bars(seen, Look("observed", .series1)),
                Line(expected.enumerated().map { Point(x: Double($0.offset), y: $0.element) }, Look("expected")),
            ])
    }

    /// Whether probabilities mean what they say: on the rows held out, else on those fitted.
    static func calibration(_ run: ChainRun<RegressionTarget>, score: HeldOutScore, test: RegressionRows) -> Figure {
        let isHeldOut = test.count > 0 && score.logLikelihood != nil
        let name = isHeldOut ? "held-out rows" : "fitted rows"
        if run.target.family == .logistic {
            guard let fitted = isHeldOut ? (test, score.predictions) : fitted(run) else {
                return Figure("calibration", title: "Calibration", body: .empty("no draws yet"))
            }
            return reliability(fitted.0, fitted.1, name)
        }
        let draws = someDraws(run)
        guard !draws.isEmpty else { return Figure("calibration", title: "Calibration", body: .empty("no draws yet")) }
        let rows = someRows(test.count > 0 ? test : run.target.rows, coefficients: run.target.names.count)
        var positions = [Double](repeating: 0, count: rows.count)
        for draw in draws {
            let (eta, sigma) = (run.target.predictors(rows, draw), run.target.noise(draw))
            for i in positions.indices { positions[i] += run.target.position(eta[i], rows.response[i], sigma) / Double(draws.count) }
        }
        let bins = 10
        var counts = [Double](repeating: 0, count: bins)
        for p in positions where p.isFinite { counts[min(bins - 1, max(0, Int(p * Double(bins))))] += 1 }
        let even = Double(rows.count) / Double(bins)
        let reach = 1.645 * (even * (1 - 1 / Double(bins))).squareRoot()
        return Figure(
            "calibration", title: "Where responses fall in their predictive distributions: even when calibrated",
            caption: "\(test.count > 0 ? "held-out" : "fitted") rows; band: 90% of bins would lie in it by chance",
            x: Axis("predictive probability of less", from: 0, to: 1), y: Axis("rows", from: 0),
            [
                Band(
                    x: [0, 1], lower: [max(0, even - reach), max(0, even - reach)], upper: [even + reach, even + reach],
                    Look("even", .reference)),
                Histogram(edges: (0...bins).map { Double($0) / Double(bins) }, heights: counts, Look("rows"), isOutline: true),
            ])
    }

    private static func reliability(_ rows: RegressionRows, _ predictions: [Double], _ name: String) -> Figure {
        let bins = 10
        var (sums, trials, successes) =
            ([Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins))
        for (i, p) in predictions.enumerated() where p.isFinite {
            let bin = min(bins - 1, Int(p * Double(bins)))
            sums[bin] += p * rows.trials[i]
            trials[bin] += rows.trials[i]
            successes[bin] += rows.response[i]
        }
        let used = (0..<bins).filter { trials[$0] > 0 }
        let points = used.map { Point(x: sums[$0] / trials[$0], y: successes[$0] / trials[$0]) }
        let intervals = used.map { Proportion.wilson(successes[$0], of: trials[$0]) }
        return Figure(
            "calibration", title: "Observed share against predicted probability, \(name)",
            caption: "band: 95% (Wilson) of each bin's share",
            x: Axis("predicted probability", from: 0, to: 1), y: Axis("observed share", from: 0, to: 1),
            [
                Band(
                    x: points.map(\.x), lower: intervals.map { $0?.low ?? .nan }, upper: intervals.map { $0?.high ?? .nan },
                    Look(nil, .series1)),
                Rule(.sloped(intercept: 0, slope: 1), ""), Line(points, Look("share", .series0)),
                Scatter(points, Look(nil, .series0), symbol: "o"),
            ])
    }

    /// The score over the draws heard.
    static func heldOut(_ family: RegressionFamily, _ score: HeldOutScore) -> Figure {
        guard score.logLikelihoods.count > 0 else {
            return Figure("heldout", title: "Held-out score", body: .empty("no rows are held out, or no draws yet"))
        }
        let first = Figure(
            "heldout.logLikelihood", title: "log predictive density of a row", x: Axis("draws, all chains"), y: Axis("nats"),
            [Line(score.logLikelihoods, Look("held out"))])
        guard family == .logistic else { return Figure("heldout", title: "Held-out score over draws", body: .grid([first], columns: 1)) }
        let second = Figure(
            "heldout.accuracy", title: "accuracy", x: Axis("draws, all chains"), y: Axis("share right"),
            [Line(score.accuracies, Look("held out", .series1))])
        return Figure("heldout", title: "Held-out score over draws", body: .grid([first, second], columns: 1))
    }
}
