import Engine
import Kernels
import Plotting

extension MomentsExperiment {
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        guard hasDensity || id == "convergence" else { return Figure(id, title: title, body: .empty(solver.sentence)) }
        switch id {
        case "multipliers": return multipliersFigure(title)
        case "convergence": return convergenceFigure(title)
        default: return densityFigure(title)
        }
    }

    private func densityFigure(_ title: String) -> Figure {
        let x = shownPlaces
        let values = shown.density(x)
        // A pole at an end would flatten all else.
        let sorted = values.filter(\.isFinite).sorted()
        let usual = sorted.isEmpty ? 1 : sorted[sorted.count * 9 / 10]
        let top = (sorted.last ?? 1) > 6 * usual ? 6 * usual : nil
        var marks: [any Mark] = []
        var caption = "H = \(Numbers.short(shown.entropy ?? .nan, digits: 8)) nats"
        if let form = closedForm {
            // Dots beside the line, so that both are seen where they agree.
            let dots = stride(from: 4, to: x.count, by: 12).map { Point(x: x[$0], y: form.density(x[$0])) }
            marks.append(Scatter(dots, Look(form.family.rawValue, .reference), symbol: "o"))
            caption += ": \(form.family.rawValue) \(form.parameters.map { Numbers.short($0, digits: 6) }.joined(separator: ", "))"
        } else if solver.state == .converged {
            caption += ", no family of the textbooks"
        } else {
            caption += ", \(solver.state == .iterating ? "on the way" : solver.sentence)"
        }
        marks.insert(Line(zip(x, values).map { Point(x: $0, y: $1) }, Look("greatest entropy", .series0)), at: 0)
        return Figure("density", title: title, caption: caption, x: Axis("x"), y: Axis("p(x)", from: 0, to: top), marks)
    }

    private func multipliersFigure(_ title: String) -> Figure {
        guard let answer = shown.answer, !solver.moments.isEmpty else {
            return Figure("multipliers", title: title, body: .empty("no constraints, no multipliers"))
        }
        let caption =
            zip(solver.moments, answer.multipliers).prefix(6).map { "λ(\($0.name)) = \(Numbers.short($1, digits: 6))" }.joined(
                separator: ", ")
        return Figure(
            "multipliers", title: title, caption: caption, x: Axis("", .category(solver.moments.map(\.name))), y: Axis("λ"),
            [Bars(answer.multipliers, Look(nil, .series0))])
    }

    private func convergenceFigure(_ title: String) -> Figure {
        guard residuals.count > 0 else {
            let reason =
                !solver.sentence.isEmpty
                ? solver.sentence : solver.state == .converged ? "nothing to iterate: the answer was there at once" : "press Space to start"
            return Figure("convergence", title: title, body: .empty(reason))
        }
        return Figure(
            "convergence", title: title,
            caption: "residual \(Numbers.short(shown.residual, digits: 2)) after \(solver.iterations) iterations"
                + (solver.stagedIterations > 0 ? ", \(solver.stagedIterations) of them on intervals, each wider than the last" : "")
                + (solver.sentence.isEmpty ? "" : "; " + solver.sentence),
            x: Axis("step", countsSteps: true), y: Axis("residual", .log),
            [
                Line(residuals, Look(nil, .series0)),
                Scatter((0..<residuals.count).suffix(200).map { residuals[$0] }, Look(nil, .series0), symbol: "o"),
            ])
    }
}
