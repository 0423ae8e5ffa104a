import Engine
import Plotting
import Statistics

/// A number for a caption: three digits, no exponent for ordinary sizes.
func rounded(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "unknown" : value > 0 ? "infinite" : "-infinite" }
    let magnitude = abs(value)
    if magnitude >= 1e5 || (magnitude < 1e-4 && magnitude > 0) {
        var (mantissa, exponent) = (value, 0)
        while abs(mantissa) >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while abs(mantissa) < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\((mantissa * 100).rounded() / 100)e\(exponent)"
    }
    let digits = magnitude >= 100 ? 1.0 : magnitude >= 10 ? 10 : magnitude >= 0.1 ? 100 : 10_000
    let shown = (value * digits).rounded() / digits
    return shown == shown.rounded() ? "\(Int(shown))" : "\(shown)"
}

extension ChainRun {
    /// At most this many chains are drawn each in its own colour.
    private static var chainsShown: Int { 8 }
    /// At most this many quantities get a panel of their own.
    private static var quantitiesShown: Int { 4 }

    private var shownChains: Range<Int> { 0..<min(Self.chainsShown, settings.chains) }
    private var shownQuantities: Range<Int> { 0..<min(Self.quantitiesShown, draws.names.count) }

    /// A common figure by its name.
    func figure(_ id: String) -> Figure {
        switch id {
        case "marginals": marginalsFigure { _ in nil }
        case "trace": traceFigure()
        case "step": stepFigure()
        case "ranks": ranksFigure()
        case "autocorrelation": autocorrelationFigure()
        case "convergence": convergenceFigure()
        case "energy": energyFigure()
        case "acceptance": acceptanceFigure()
        default: Figure(id, title: id, body: .empty("no such figure"))
        }
    }

    private func look(_ chain: Int, labelled: Bool = false) -> Look { Look(labelled ? "chain \(chain + 1)" : nil, .series(chain)) }

    /// A figure of one panel a quantity.
    private func panels(_ id: String, _ title: String, caption: String = "", columns: Int, _ panel: (Int) -> Figure) -> Figure {
        let panels = shownQuantities.map(panel)
        if panels.count == 1, case .plot(let plot) = panels[0].body { return Figure(id, title: title, caption: caption, body: .plot(plot)) }
        return Figure(id, title: title, caption: caption, body: .grid(panels, columns: columns))
    }

    /// Up to `limit` draws of each chain since the last change, evenly apart.
    private func strided(_ quantity: Int, limit: Int) -> [[Double]] {
        let (start, count) = (draws.segmentStart, draws.segmentCount)
        let apart = max(1, (count + limit - 1) / max(1, limit))
        return draws.series[quantity].map { chain in stride(from: start, to: start + count, by: apart).map { chain.y[$0] } }
    }

    private var nothingYet: Figure.Body {
        .empty(draws.segments.count > 1 ? "no draws since the last change" : "no draws yet")
    }

    /// Each quantity's density by chain, with the exact one where `exact` knows it.
    func marginalsFigure(_ exact: (Int) -> [Point]?) -> Figure {
        guard draws.segmentCount > 1 else { return Figure("marginals", title: "Marginals by chain", body: nothingYet) }
        return panels("marginals", "Marginals by chain", columns: 2) { q in
            let values = strided(q, limit: 20_000 / settings.chains)
            let curve = exact(q)
            let finite = values.joined().lazy.filter(\.isFinite)
            var low = finite.min() ?? 0
            var high = finite.max() ?? 1
            if let curve, let first = curve.first(where: { $0.y > 1e-4 }), let last = curve.last(where: { $0.y > 1e-4 }) {
                (low, high) = (min(first.x, max(low, 2 * first.x - last.x)), max(last.x, min(high, 2 * last.x - first.x)))
            }
            if low == high { (low, high) = (low - 0.5, high + 0.5) }
            let bins = 40
            let width = (high - low) / Double(bins)
            let edges = (0...bins).map { low + Double($0) * width }
            func heights(_ values: some Sequence<Double>) -> [Double] {
                var (counts, total) = ([Double](repeating: 0, count: bins), 0.0)
                for value in values {
                    total += 1
                    let place = (value - low) / width
                    if place >= 0, place <= Double(bins) { counts[min(bins - 1, Int(place))] += 1 }
                }
                return counts.map { $0 / (max(1, total) * width) }
            }
            var marks: [any Mark] = []
            if settings.chains <= Self.chainsShown {
                marks = shownChains.map { Histogram(edges: edges, heights: heights(values[$0]), look($0), isOutline: true) }
            } else {
                marks = [Histogram(edges: edges, heights: heights(values.joined()), Look("all \(settings.chains) chains"), isOutline: true)]
            }
            if let curve { marks.append(Line(curve.filter { $0.x >= low && $0.x <= high }, Look("exact", .reference))) }
            return Figure(
                "marginals." + draws.names[q], title: "", x: Axis(draws.names[q], from: low, to: high), y: Axis("density", from: 0), marks)
        }
    }

    private func traceFigure() -> Figure {
        guard draws.count > 0 else { return Figure("trace", title: "Trace", body: .empty("no draws yet")) }
        let caption = isWeighted ? "summed step \(rounded(summedStep)): what a chain can have diffused" : ""
        return panels("trace", "Trace", caption: caption, columns: 1) { q in
            var marks: [any Mark] = shownChains.map { Line(draws.series[q][$0], look($0)) }
            if draws.firstDraw > 0 {
                marks.append(Rule(.x(Double(draws.firstDraw * settings.thin)), countsUpdates ? "burn-in" : "warm-up", Look(nil, .faint)))
            }
            return Figure("trace." + draws.names[q], title: "", x: Axis(stepWord, countsSteps: true), y: Axis(draws.names[q]), marks)
        }
    }

    /// What a step is, for axes.
    private var stepWord: String { countsUpdates ? "update" : "transition" }

    private func stepFigure() -> Figure {
        guard countsUpdates else {
            guard let first = transitions.stepSizes.first, first.count > 0 else {
                return Figure("step", title: "Leapfrog step size", body: .empty("no transitions yet"))
            }
            return Figure(
                "step", title: "Leapfrog step size",
                caption: "tuned to acceptance \(rounded(settings.targetAccept)) in \(settings.warmup) transitions",
                x: Axis(stepWord, countsSteps: true), y: Axis("step size", .log),
                shownChains.map { Line(transitions.stepSizes[$0], look($0)) })
        }
        let points = (0...200).map { k in
            let t = settings.updates * k / 200
            let change = schedules.last { $0.from <= t } ?? schedules[0]
            return Point(x: Double(t), y: settings.actingStep(t, change.schedule))
        }
        let done = points.filter { $0.x <= Double(steps) } + [Point(x: Double(steps), y: stepNow)]
        return Figure(
            "step", title: settings.isAdaptive ? "Adam's rate, decaying as (b + t)^-γ" : "Step size ε = a(b + t)^-γ",
            caption: settings.isAdaptive ? "now \(rounded(stepNow))" : "now \(rounded(stepNow)), summed \(rounded(summedStep))",
            x: Axis("update", countsSteps: true), y: Axis(settings.isAdaptive ? "rate" : "ε", .log),
            [Line(points, Look("planned", .faint, isDim: true)), Line(done, Look("taken"))])
    }

    private func ranksFigure() -> Figure {
        guard draws.segmentCount > 3 else { return Figure("ranks", title: "Rank plot", body: nothingYet) }
        return panels("ranks", "Ranks of each chain's draws among all", caption: "level when chains agree", columns: 2) { q in
            let values = strided(q, limit: 8_000 / settings.chains)
            let count = values.first?.count ?? 0
            let all = values.flatMap { $0 }
            guard !all.contains(where: \.isNaN) else { return Figure("ranks", title: "", body: .empty("a draw is not a number")) }
            let ranks = averageRanks(all)
            let bins = min(20, max(2, count / 5))
            let edges = (0...bins).map { Double($0) / Double(bins) }
            let marks: [any Mark] = shownChains.map { chain in
                var heights = [Double](repeating: 0, count: bins)
                for rank in ranks[chain * count..<(chain + 1) * count] {
                    heights[min(bins - 1, Int((rank - 0.5) / Double(all.count) * Double(bins)))] += Double(bins) / Double(count)
                }
                return Histogram(edges: edges, heights: heights, look(chain), isOutline: true)
            }
            return Figure(
                "ranks." + draws.names[q], title: "", x: Axis("rank of " + draws.names[q], from: 0, to: 1), y: Axis("relative", from: 0),
                marks + [Rule(.y(1))])
        }
    }

    private func autocorrelationFigure() -> Figure {
        guard draws.segmentCount > 3 else { return Figure("autocorrelation", title: "Autocorrelation", body: nothingYet) }
        let count = min(4096, draws.segmentCount)
        let caption = count < draws.segmentCount ? "of the last \(count) draws" : ""
        return panels("autocorrelation", "Autocorrelation", caption: caption, columns: 2) { q in
            let marks: [any Mark] = (0..<min(4, settings.chains)).map { chain in
                let y = draws.series[q][chain].y
                let values = (draws.count - count..<draws.count).map { y[$0] }
                let lags = Diagnostics.autocorrelation(values, maximumLag: min(60, count / 2))
                return Line(Series(lags), look(chain))
            }
            let unit = settings.thin > 1 ? "lag, x \(settings.thin) steps" : "lag"
            return Figure(
                "autocorrelation." + draws.names[q], title: draws.names[q], x: Axis(unit), y: Axis("", to: 1), marks + [Rule(.y(0))])
        }
    }

    private func convergenceFigure() -> Figure {
        guard diagnosis.rhat.contains(where: { $0.count > 0 }) else {
            return Figure(
                "convergence", title: "ESS and R-hat", body: .empty("diagnostics come with the first \(diagnosis.nextCount) draws"))
        }
        func lines(_ series: [Series], _ dim: Bool = false) -> [any Mark] {
            shownQuantities.map { Line(series[$0], Look(draws.names[$0], .series($0), isDim: dim)) }
        }
        let ess = Figure(
            "convergence.ess", title: "bulk ESS", x: Axis(stepWord, countsSteps: true), y: Axis("ESS", from: 0), lines(diagnosis.essBulk))
        let rhat = Figure(
            "convergence.rhat", title: "R-hat", x: Axis(stepWord, countsSteps: true), y: Axis("R-hat", from: 1),
            lines(diagnosis.rhat) + [Rule(.y(1.01), "1.01")])
        var caption = "bulk ESS \(rounded(diagnosis.minEssBulk ?? .nan)), tail ESS \(rounded(diagnosis.minEssTail ?? .nan))"
        if let worst = diagnosis.maxRhat { caption += ", R-hat \(rounded(worst))" }
        return Figure("convergence", title: "ESS and R-hat over draws", caption: caption, body: .grid([ess, rhat], columns: 2))
    }

    private func energyFigure() -> Figure {
        guard !countsUpdates else {
            return Figure("energy", title: "Energy", body: .empty("\(settings.sampler.rawValue) has no energy; choose sampler=hmc"))
        }
        let first = max(settings.warmup, steps - transitions.count)
        guard transitions.count > 3 else { return Figure("energy", title: "Energy", body: nothingYet) }
        let apart = max(1, (steps - first) * settings.chains / 20_000)
        var (levels, jumps) = ([Double](), [Double]())
        for chain in transitions.energies {
            let places = stride(from: first + 1, to: chain.count, by: apart)
            let values = places.map { chain.y[$0] }
            let mean = values.reduce(0, +) / Double(max(1, values.count))
            levels += values.map { $0 - mean }
            jumps += places.map { chain.y[$0] - chain.y[$0 - 1] }
        }
        let reach = (levels + jumps).reduce(1e-9) { max($0, abs($1)) }
        let bins = 40
        let edges = (0...bins).map { (2 * Double($0) / Double(bins) - 1) * reach }
        func heights(_ values: [Double]) -> [Double] {
            var counts = [Double](repeating: 0, count: bins)
            for value in values where value.isFinite { counts[min(bins - 1, Int((value / reach + 1) / 2 * Double(bins)))] += 1 }
            return counts.map { $0 * Double(bins) / (2 * reach * Double(max(1, values.count))) }
        }
        let fractions = transitions.energyFractions.map { rounded($0 ?? .nan) }.prefix(8).joined(separator: ", ")
        return Figure(
            "energy", title: "Energy and its changes", caption: "E-BFMI \(fractions)", x: Axis("energy - mean", from: -reach, to: reach),
            y: Axis("density", from: 0),
            [
                Histogram(edges: edges, heights: heights(levels), Look("energy", .series0), isOutline: true),
                Histogram(edges: edges, heights: heights(jumps), Look("change", .series1), isOutline: true),
            ])
    }

    private func acceptanceFigure() -> Figure {
        guard !countsUpdates else {
            return Figure(
                "acceptance", title: "Acceptance", body: .empty("\(settings.sampler.rawValue) accepts every update; choose sampler=hmc"))
        }
        guard let first = transitions.acceptances.first, first.count > 0 else {
            return Figure("acceptance", title: "Acceptance", body: .empty("no transitions yet"))
        }
        return Figure(
            "acceptance", title: "Acceptance, mean of \(TransitionStore.block) transitions",
            caption: "after warm-up \(rounded(transitions.meanAcceptance ?? .nan)); \(divergences) divergences",
            x: Axis(stepWord, countsSteps: true), y: Axis("acceptance", from: 0, to: 1),
            shownChains.map { Line(transitions.acceptances[$0], look($0)) } + [Rule(.y(settings.targetAccept), "target")])
    }
}
