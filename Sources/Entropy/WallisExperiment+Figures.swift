import Engine
import Kernels
import Plotting
import Statistics

extension WallisExperiment {
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        switch id {
        case "multiplicity": return multiplicityFigure(title)
        case "acceptance": return acceptanceFigure(title)
        case "latest": return latestFigure(title)
        default: return assignmentFigure(title)
        }
    }

    /// Bars beside each other over the outcomes, or lines when there are many.
    private func overOutcomes(_ groups: [(heights: [Double], look: Look)]) -> (axis: Axis, marks: [any Mark]) {
        let values = problem.values
        if values.count > 40 {
            let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            return (
                Axis("value"),
                groups.map { group in Line(order.map { Point(x: values[$0], y: group.heights[$0]) }, group.look) as any Mark }
            )
        }
        let marks = groups.enumerated().map { slot, group in Bars(group.heights, group.look, slot: slot, of: groups.count) as any Mark }
        return (Axis("value", .category(values.map { Numbers.short($0) })), marks)
    }

    private func assignmentFigure(_ title: String) -> Figure {
        var groups = [(heights: problem.probabilities, look: Look("greatest entropy", .reference, isDim: false))]
        var caption = "nothing kept yet\(tally.throwCount > 0 ? rarity : "")"
        if let mean = meanAssignment {
            groups.insert((mean, Look("mean of what was kept", .series0)), at: 0)
            let kept = method == .reject ? "\(Numbers.grouped(tally.accepted)) kept" : "\(Numbers.grouped(tally.throwCount)) steps"
            caption = "\(kept), KL to the greatest entropy \(Numbers.short(divergenceShown, digits: 3)) nats"
        }
        var (axis, marks) = overOutcomes(groups)
        if let expected = exact.expected, expected.count <= 40, meanAssignment != nil {
            let points = expected.enumerated().map { Point(x: Double($0.offset), y: $0.element) }
            marks.append(Scatter(points, Look("expected for this N", .focus), symbol: "o"))
        }
        return Figure("assignment", title: title, caption: caption, x: axis, y: Axis("n/N", from: 0), marks)
    }

    private var divergenceShown: Double { results().number("klToMaxent") ?? .nan }

    private func multiplicityFigure(_ title: String) -> Figure {
        let total = Double(max(1, tally.weight))
        let edges = bins.edges
        var marks: [any Mark] = []
        if tally.weight > 0 {
            marks.append(Histogram(edges: edges, heights: tally.multiplicityBins.map { Double($0) / total }, Look("(1/N) log W", .series0)))
            marks.append(
                Histogram(edges: edges, heights: tally.entropyBins.map { Double($0) / total }, Look("H(n/N)", .series1), isOutline: true))
        }
        let width = problem.concentrationWidth()
        let greatest = problem.maximumEntropy
        if problem.degreesOfFreedom > 0 {
            // The share that each bin of H should hold by the theorem.
            let law = ChiSquareDistribution(degreesOfFreedom: Double(problem.degreesOfFreedom))
            let scale = 2 * Double(problem.quanta)
            let points = edges.dropLast().map { edge -> Point in
                let share = law.survival(scale * max(0, greatest - edge - bins.width)) - law.survival(scale * max(0, greatest - edge))
                return Point(x: edge + bins.width / 2, y: share)
            }
            marks.append(Line(points, Look("H by the theorem", .ghost, isDim: true)))
            marks.append(Rule(.x(greatest - width), "95% above", Look(nil, .caution)))
        }
        marks.append(Rule(.x(greatest), "H max", Look(nil, .focus)))
        var caption = "H max \(Numbers.short(greatest, digits: 6))"
        if tally.weight == 0 {
            caption = "nothing kept yet\(tally.throwCount > 0 ? rarity : "")"
        } else if problem.degreesOfFreedom > 0 {
            caption +=
                ", 95% should have H ≥ \(Numbers.short(greatest - width, digits: 6)) and \(Numbers.short(100 * shareInside, digits: 3))% do"
            caption += "; (1/N) log W nears H as N grows"
        }
        return Figure(
            "multiplicity", title: title, caption: caption, x: Axis("entropy", unit: "nats", from: bins.low, to: bins.high),
            y: Axis("share", from: 0), marks)
    }

    /// The share of what was kept in the bins of H that lie within the concentration width, the one it cuts by its part.
    private var shareInside: Double {
        let cut = (problem.maximumEntropy - problem.concentrationWidth() - bins.low) / bins.width
        var sum = 0.0
        for (place, count) in tally.entropyBins.enumerated() { sum += Double(count) * min(1, max(0, Double(place + 1) - cut)) }
        return sum / Double(max(1, tally.weight))
    }

    private func acceptanceFigure(_ title: String) -> Figure {
        guard tally.throwCount > 0 || !earlier.isEmpty else {
            return Figure("acceptance", title: title, body: .empty("press Space to start"))
        }
        var marks: [any Mark] = []
        var caption = "\(Numbers.grouped(tally.accepted)) of \(Numbers.grouped(tally.throwCount))"
        let current = rates
        let share = method == .reject ? acceptanceExact : nil
        if let share, share > 0, let first = current.first?.x, let last = current.last?.x, tally.accepted > 0 {
            let x = (0...60).map { first + (last - first) * Double($0) / 60 }
            let spread = x.map { 1.96 * (share * (1 - share) / max(1, $0 - Double(tally.start))).squareRoot() }
            marks.append(
                Band(
                    x: x, lower: spread.map { max(share - $0, share * 0.2) }, upper: spread.map { min(1, share + $0) },
                    Look("95% by chance", .ghost, isDim: true)))
        }
        marks.append(Line(earlier + current, Look(method == .reject ? "kept so far" : "taken so far", .series0)))
        if let share, share > 0 {
            marks.append(Rule(.y(share), "exact", Look(nil, .reference)))
            caption += ", exactly \(Numbers.short(share, digits: 5)) are to be expected"
        }
        if tally.accepted == 0, method == .reject { caption += rarity }
        let isRare = share.map { $0 < 0.02 } ?? false
        return Figure(
            "acceptance", title: title, caption: caption, x: Axis(method == .reject ? "throw" : "proposal", countsSteps: true),
            y: isRare ? Axis("acceptance", .log) : Axis("acceptance", from: 0), marks)
    }

    private func latestFigure(_ title: String) -> Figure {
        guard steps > 0 else { return Figure("latest", title: title, body: .empty("press Space to start")) }
        func mean(_ counts: [Int]) -> String {
            let sum = zip(counts, problem.scores).reduce(0.0) { $0 + Double($1.0) * $1.1 }
            return Numbers.short(problem.mean(ofSum: sum), digits: 5)
        }
        var groups: [(heights: [Double], look: Look)] = []
        var caption: String
        if let chain {
            groups.append((chain.state.counts.map(Double.init), Look("now", .series0)))
            caption = "step \(Numbers.grouped(steps)): (1/N) log W = \(perQuantum(chain.state.counts)) nats"
        } else {
            let counts = machine.counts(of: steps - 1)
            let isKept = tally.lastKept == steps - 1
            groups.append((counts.map(Double.init), Look("throw \(Numbers.grouped(steps))", .series0)))
            caption = "mean \(mean(counts)): \(isKept ? "kept" : "refused")"
            if let last = tally.lastKept {
                groups.append((machine.counts(of: last).map(Double.init), Look("kept: throw \(Numbers.grouped(last + 1))", .series1)))
                caption += "; the last kept has (1/N) log W = \(perQuantum(machine.counts(of: last))) nats"
            }
        }
        groups.append((problem.probabilities.map { $0 * Double(problem.quanta) }, Look("N p of greatest entropy", .reference)))
        let (axis, marks) = overOutcomes(groups)
        return Figure("latest", title: title, caption: caption, x: axis, y: Axis("quanta", from: 0), marks)
    }

    private func perQuantum(_ counts: [Int]) -> String { Numbers.short(lookup.logMultiplicity(counts) / Double(problem.quanta), digits: 5) }
}
