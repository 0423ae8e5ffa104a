import Engine
import Kernels
import Plotting

extension PhysicalExperiment {
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        switch id {
        case "entropy": return entropyFigure(title)
        case "trail": return trailFigure(title)
        default: return distributionFigure(title)
        }
    }

    private func distributionFigure(_ title: String) -> Figure {
        let shares = shownCounts.map { Double($0) / Double(system.units) }
        var caption = "\(Numbers.grouped(exchangeCount)) exchanges among \(Numbers.grouped(system.units)) units"
        if abs(prediction.beta) > 1e-12 { caption += ", kT = \(Numbers.short(1 / prediction.beta, digits: 5))" }
        if let goodness { caption += ", χ² = \(Numbers.short(goodness.chiSquared, digits: 4)) for \(goodness.degrees) degrees of freedom" }
        let axis = Axis(system.kind == .dice ? "face" : system.kind == .waiting ? "waiting time" : "energy")
        if shares.count > 30 {
            let x = system.energies
            func line(_ heights: [Double]) -> [Point] { x.indices.sorted { x[$0] < x[$1] }.map { Point(x: x[$0], y: heights[$0]) } }
            return Figure(
                "distribution", title: title, caption: caption, x: axis, y: Axis("share", from: 0),
                [
                    Line(line(shares), Look("units", .series0)), Line(line(prediction.probabilities), Look("greatest entropy", .reference)),
                ])
        }
        let names = system.energies.map { Numbers.short($0) }
        return Figure(
            "distribution", title: title, caption: caption, x: Axis(axis.label, .category(names)), y: Axis("share", from: 0),
            [
                Bars(shares, Look("units", .series0), slot: 0, of: 2),
                Bars(prediction.probabilities, Look("greatest entropy", .reference), slot: 1, of: 2),
            ])
    }

    private func entropyFigure(_ title: String) -> Figure {
        guard steps > 0 else { return Figure("entropy", title: title, body: .empty("press Space to start")) }
        let gap = prediction.entropy - entropy
        return Figure(
            "entropy", title: title,
            caption: "\(Numbers.short(gap, digits: 3)) nats below the ceiling of \(Numbers.short(prediction.entropy, digits: 6))",
            x: Axis("step", countsSteps: true), y: Axis("entropy", unit: "nats"),
            [
                Line(climb, Look("H", .series0)), Line(multiplicities, Look("(1/N) log W", .series1)),
                Rule(.y(prediction.entropy), "greatest", Look(nil, .reference)),
            ])
    }

    private func trailFigure(_ title: String) -> Figure {
        guard steps > 0 else { return Figure("trail", title: title, body: .empty("press Space to start")) }
        let mean = trail.reduce(0) { $0 + $1.y } / Double(trail.count)
        return Figure(
            "trail", title: title,
            caption:
                "the first unit over \(trail.count - 1) steps: mean \(Numbers.short(mean, digits: 4)), of all \(Numbers.short(system.mean, digits: 4))",
            x: Axis("step", countsSteps: true), y: Axis(system.kind == .dice ? "face" : system.kind == .waiting ? "time" : "energy"),
            [Stairs(trail, Look(nil, .series0)), Rule(.y(system.mean), "mean", Look(nil, .reference))])
    }
}
