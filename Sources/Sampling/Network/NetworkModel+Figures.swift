import Engine
import Kernels
import Plotting

extension NetworkModel {
    func figure(_ id: String, _ run: ChainRun<NetworkTarget>) -> Figure? {
        switch id {
        case "band": bandFigure(run)
        case "elbo": boundFigure(run)
        case "signalToNoise": signalFigure(run)
        case "pruning": pruningFigure(run)
        default: nil
        }
    }

    private func bandFigure(_ run: ChainRun<NetworkTarget>) -> Figure {
        let target = run.target
        let band = curves.band(noise: target.noise, [0.05, 0.25, 0.5, 0.75, 0.95])
        var marks: [any Mark] = []
        if !band.isEmpty {
            marks = [
                Band(
                    x: target.grid, lower: band.map { $0.quantiles[0] }, upper: band.map { $0.quantiles[4] },
                    Look("90%", .series0, isDim: true)),
                Band(x: target.grid, lower: band.map { $0.quantiles[1] }, upper: band.map { $0.quantiles[3] }, Look("50%", .series2)),
                Line(zip(target.grid, band).map { Point(x: $0, y: $1.quantiles[2]) }, Look("median", .series0)),
            ]
        }
        if isCurve {
            marks.append(Line(target.grid.map { Point(x: $0, y: NetworkData.curve($0)) }, Look("curve", .reference)))
        }
        marks.append(Scatter(zip(target.x, target.y).map { Point(x: $0, y: $1) }, Look("data", .series1), symbol: "·"))
        var caption = holdsDraws ? "" : "burn-in: of the last states; "
        if band.isEmpty {
            caption = "the band comes with the first state kept"
        } else {
            let (inside, outside) = (band[18], band[48])
            caption +=
                "sd of f \(rounded(inside.sd)) at \(rounded(target.places[1])), \(rounded(outside.sd)) at \(rounded(target.places[4]))"
        }
        // What lies far beyond the data may be very wide: the data and their surroundings stay readable.
        let (low, high) = (target.y.min() ?? 0, target.y.max() ?? 1)
        let room = max(high - low, 2 * target.noise)
        let floor = max(low - 2 * room, band.map { $0.quantiles[0] }.min() ?? low)
        let top = min(high + 2 * room, band.map { $0.quantiles[4] }.max() ?? high)
        return Figure(
            "band", title: "Data and predictive bands", caption: caption, x: Axis("x", from: target.grid.first, to: target.grid.last),
            y: Axis("y", from: min(floor, low), to: max(top, high)), marks)
    }

    private static let needsFit = "this figure is of sampler=bbb"

    private func boundFigure(_ run: ChainRun<NetworkTarget>) -> Figure {
        let title = "Evidence lower bound, an estimate a draw"
        guard let first = run.bounds.first else { return Figure("elbo", title: title, body: .empty(Self.needsFit)) }
        guard first.count > 1, let bound = run.lowerBound else { return Figure("elbo", title: title, body: .empty("no states kept yet")) }
        // The first bounds are thousands of times lower than the last: the axis begins where the last three quarters do.
        let count = first.count
        let floor = run.bounds.flatMap { series in (count / 4..<count).map { series.y[$0] } }.filter(\.isFinite).min()
        return Figure(
            "elbo", title: title,
            caption: "\(rounded(bound.mean)) ± \(rounded(bound.error ?? .nan)) nats over the last draws",
            x: Axis("update", countsSteps: true), y: Axis("ELBO", unit: "nats", from: floor),
            run.bounds.prefix(8).enumerated().map { Line($1, Look(nil, .series($0))) })
    }

    private func signalFigure(_ run: ChainRun<NetworkTarget>) -> Figure {
        let title = "Signal-to-noise of the weights"
        let signals = WeightSignals(run)
        let all = signals.decibels.joined().filter(\.isFinite)
        guard !all.isEmpty else { return Figure("signalToNoise", title: title, body: .empty(Self.needsFit)) }
        let (low, high, bins) = (-30.0, 20.0, 50)
        var counts = [Double](repeating: 0, count: bins)
        for value in all { counts[min(bins - 1, max(0, Int((value - low) / (high - low) * Double(bins))))] += 1 }
        let width = (high - low) / Double(bins)
        var marks: [any Mark] = [
            Histogram(
                edges: (0...bins).map { low + Double($0) * width }, heights: counts.map { $0 / (Double(all.count) * width) },
                Look("weights of all chains"), isOutline: true)
        ]
        if prune > 0 { marks.append(Rule(.x(signals.quantiles([prune])[0]), "pruned below")) }
        return Figure(
            "signalToNoise", title: title,
            caption:
                "error at the data \(rounded(signals.rmse(pruning: 0, run) ?? .nan)), with \(rounded(100 * prune))% of weights set to 0 "
                + "\(rounded(signals.rmse(pruning: prune, run) ?? .nan))",
            x: Axis("10 log₁₀ |μ|/σ", unit: "dB", from: low, to: high), y: Axis("density", from: 0), marks)
    }

    private func pruningFigure(_ run: ChainRun<NetworkTarget>) -> Figure {
        let signals = WeightSignals(run)
        guard !signals.decibels.isEmpty else { return Figure("pruning", title: "Error after pruning", body: .empty(Self.needsFit)) }
        let points = WeightSignals.shares.map { Point(x: $0, y: signals.rmse(pruning: $0, run) ?? .nan) }
        return Figure(
            "pruning", title: "Error of the network of means after pruning", x: Axis("share of weights set to 0", from: 0, to: 1),
            y: Axis("RMSE at the data", from: 0), [Line(points, Look("RMSE")), Rule(.x(prune), "prune")])
    }
}
