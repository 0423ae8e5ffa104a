import Kernels
import Plotting

extension MaxentExperiment {
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        guard solver.state != .infeasible || id == "entropy" || id == "convergence" else {
            return Figure(id, title: title, body: .empty(solver.sentence))
        }
        switch id {
        case "entropy": return entropyFigure(title)
        case "multipliers": return multipliersFigure(title)
        case "convergence": return convergenceFigure(title)
        default: return probabilitiesFigure(title)
        }
    }

    private func probabilitiesFigure(_ title: String) -> Figure {
        let probabilities = solver.probabilities
        let entropy = Numbers.short(solver.entropies.entropy * unitFactor, digits: 7)
        var caption = "H = \(entropy) \(inBits ? "bits" : "nats")"
        for (j, multiplier) in solver.multipliers.enumerated().prefix(3) {
            caption += ", λ(\(outcomes.constraints[j].name)) = \(Numbers.short(multiplier, digits: 6))"
        }
        let values = outcomes.values
        let isOrdered = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
        let yAxis = Axis("p", from: 0)
        if values.count > 60 {
            let order = isOrdered ? Array(values.indices) : values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            func line(_ heights: [Double]) -> Series { Series(points: order.map { Point(x: values[$0], y: heights[$0]) }) }
            var marks: [any Mark] = []
            if let prior = outcomes.prior { marks.append(Line(line(prior), Look("prior", .ghost, isDim: true))) }
            marks.append(Line(line(probabilities), Look(outcomes.prior == nil ? nil : "p", .series0)))
            return Figure("probabilities", title: title, caption: caption, x: Axis("x"), y: yAxis, marks)
        }
        var marks: [any Mark] = []
        let isEven =
            isOrdered && values.count > 1
            && zip(values, values.dropFirst()).allSatisfy { abs(($1 - $0) - (values[1] - values[0])) < 1e-9 * abs(values[1] - values[0]) }
        let positions = isEven ? values : values.indices.map(Double.init)
        let slots = outcomes.prior == nil ? 1 : 2
        if let prior = outcomes.prior {
            marks.append(Bars(prior, positions: positions, Look("prior", .ghost, isDim: true), slot: 0, of: 2))
        }
        marks.append(Bars(probabilities, positions: positions, Look(slots == 1 ? nil : "p", .series0), slot: slots - 1, of: slots))
        let xAxis = isEven ? Axis("x") : Axis("x", .category(values.map { Numbers.short($0) }))
        return Figure("probabilities", title: title, caption: caption, x: xAxis, y: yAxis, marks)
    }

    private func entropyFigure(_ title: String) -> Figure {
        guard let curve else { return Figure("entropy", title: title, body: .empty("traced once the iteration has converged")) }
        let constraint = outcomes.constraints[curve.constraint]
        let unit = inBits ? "bits" : "nats"
        var marks: [any Mark] = [
            Line(zip(curve.positions, curve.entropies).map { Point(x: $0, y: $1 * unitFactor) }, Look(nil, .series0))
        ]
        let target = solver.system.targets[curve.constraint]
        if isSolved {
            let both = solver.entropies
            let height = (outcomes.prior == nil ? both.entropy : -both.relative) * unitFactor
            marks.append(Rule(.x(target), "", Look(nil, .focus)))
            marks.append(Label(Numbers.short(height, digits: 6), at: Point(x: target, y: height), marker: "●", Look(nil, .focus)))
        } else {
            marks.append(Rule(.x(target), solver.state == .infeasible ? "infeasible" : "", Look(nil, .bad)))
        }
        let name = constraint.name
        return Figure(
            "entropy", title: name == "mean" ? title : "Greatest entropy along \(name)", x: Axis(name),
            y: Axis(outcomes.prior == nil ? "H" : "-KL", unit: unit), marks)
    }

    private func multipliersFigure(_ title: String) -> Figure {
        let names = outcomes.constraints.map(\.name)
        let multipliers = solver.multipliers
        guard !names.isEmpty else { return Figure("multipliers", title: title, body: .empty("no constraints, no multipliers")) }
        let matrix = solver.sensitivities
        if names.count == 1, let curve {
            let target = solver.system.targets[0]
            var marks: [any Mark] = [
                Line(zip(curve.positions, curve.multipliers).map { Point(x: $0, y: $1) }, Look("λ", .series0))
            ]
            if multipliers[0].isFinite, matrix[0, 0].isFinite {
                let slope = matrix[0, 0]
                marks.append(
                    Rule(.sloped(intercept: multipliers[0] - slope * target, slope: slope), "", Look("dλ/dμ", .reference, isDim: true)))
                marks.append(
                    Label(Numbers.short(multipliers[0], digits: 6), at: Point(x: target, y: multipliers[0]), marker: "●", Look(nil, .focus))
                )
            }
            let caption = "dλ/dμ = -1/Var = \(Numbers.short(matrix[0, 0], digits: 6))"
            return Figure("multipliers", title: title, caption: caption, x: Axis(names[0]), y: Axis("λ"), marks)
        }
        let bars = Figure(
            "lambda", title: "λ", x: Axis("", .category(names)), y: Axis("λ"),
            [Bars(multipliers.map { $0.isFinite ? $0 : .nan }, Look(nil, .series0))])
        guard names.count > 1 else { return Figure("multipliers", title: title, body: bars.body) }
        // Sensitivities have mixed units: each is shown over the roots of its diagonal neighbours, as a correlation is.
        let n = names.count
        var shown = [Double](repeating: .nan, count: n * n)
        for i in 0..<n {
            for j in 0..<n {
                let scale = (matrix[i, i] * matrix[j, j]).squareRoot()
                shown[(n - 1 - i) * n + j] = scale > 0 ? matrix[i, j] / scale : .nan
            }
        }
        let edges = -0.5...(Double(n) - 0.5)
        let map = Figure(
            "sensitivities", title: "dλ/dμ, scaled", x: Axis("μ", .category(names)), y: Axis("λ", .category(names.reversed())),
            [HeatMap(Grid(columns: n, rows: n, values: shown, x: edges, y: edges), low: -1, high: 1, showsNumbers: true)])
        return Figure("multipliers", title: title, body: .grid([bars, map], columns: 2))
    }

    private func convergenceFigure(_ title: String) -> Figure {
        guard residuals.count > 0 else {
            let reason =
                solver.state == .infeasible
                ? solver.sentence : isSolved ? "nothing to iterate: the answer was there at once" : "press Space to start"
            return Figure("convergence", title: title, body: .empty(reason))
        }
        return Figure(
            "convergence", title: title,
            caption: "residual \(Numbers.short(solver.residual, digits: 2)) after \(solver.iterations) iterations",
            x: Axis("step", countsSteps: true), y: Axis("residual", .log),
            [
                Line(residuals, Look(nil, .series0)),
                Scatter((0..<residuals.count).suffix(200).map { residuals[$0] }, Look(nil, .series0), symbol: "o"),
            ])
    }
}
