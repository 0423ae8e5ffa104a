import Engine
import Kernels
import Plotting
import Surface

extension MeasureExperiment {
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        switch id {
        case "gaps": return gapsFigure(title)
        case "tree": return treeFigure(title)
        case "multiplicity": return multiplicityFigure(title)
        default: return distributionFigure(title)
        }
    }

    private func distributionFigure(_ title: String) -> Figure {
        let p = problem.distribution
        var groups: [(heights: [Double], look: Look)] = [(p, Look("p", .series0))]
        if let second = problem.second { groups.append((second, Look("second", .series1))) }
        groups.append((p.map { $0 > 0 ? -$0 * log($0) : 0 }, Look("-p log p, which sum to H", .reference)))
        let entropy = EntropyFunctional.shannon(p)
        let caption =
            "H = \(Numbers.short(entropy, digits: 6)) nats, \(Numbers.short(entropy * 1.4426950408889634, digits: 6)) bits: as "
            + "\(Numbers.short(exp(entropy), digits: 5)) equal outcomes have"
        if p.count > 40 {
            let marks = groups.map { group in Line(Series(group.heights, start: 1), group.look) as any Mark }
            return Figure("distribution", title: title, caption: caption, x: Axis("outcome"), y: Axis("p", from: 0), marks)
        }
        let marks = groups.enumerated().map { slot, group in Bars(group.heights, group.look, slot: slot, of: groups.count) as any Mark }
        return Figure(
            "distribution", title: title, caption: caption, x: Axis("outcome", .category(p.indices.map { String($0 + 1) })),
            y: Axis("p", from: 0), marks)
    }

    private func gapsFigure(_ title: String) -> Figure {
        // Curves are drawn at frame rate: of long lists the head is enough to see that they bend.
        let p = problem.distribution
        guard p.count > 1, p.count <= 10_000 else {
            return Figure(
                "gaps", title: title, body: .empty(p.count > 1 ? "drawn for up to 10,000 outcomes" : "one outcome alone has no groups"))
        }
        let grouping = grouping
        let other = problem.second ?? p
        let orders = (0...49).map { 0.1 + 0.1 * Double($0) }
        let roles: [Role] = [.reference, .series0, .series1]
        func curves(_ gap: (EntropyFunctional, Double) -> Double) -> [any Mark] {
            var marks: [any Mark] = []
            for (functional, role) in zip(EntropyFunctional.allCases, roles) {
                let points = orders.map { Point(x: $0, y: functional == .shannon ? 0 : gap(functional, $0)) }
                marks.append(Line(points, Look(functional.rawValue, role)))
            }
            marks.append(Rule(.x(order), "q", Look(nil, .focus)))
            return marks
        }
        let among = Figure(
            "grouping", title: problem.grouping == nil ? "total - between - within (first | rest)" : "total - between - within",
            x: Axis("q"), y: Axis("gap"), curves { grouping.gap($0, p, order: $1) })
        let beside = Figure(
            "additivity", title: "both together - each alone", x: Axis("q"), y: Axis("gap"),
            curves { functional, q in
                functional == .renyi ? 0 : (1 - q) * functional.value(p, order: q) * functional.value(other, order: q)
            })
        let terms = measured.additivity
        let caption =
            "at q = \(Numbers.short(order)): grouping \(gapsText(EntropyFunctional.allCases.map { grouping.gap($0, p, order: order) })); "
            + "additivity \(gapsText(terms)) (Shannon, Rényi, Tsallis)"
        return Figure("gaps", title: title, caption: caption, body: .grid([among, beside], columns: 2))
    }

    private func gapsText(_ gaps: [Double]) -> String {
        gaps.map { abs($0) < 1e-12 ? "0" : Numbers.short($0, digits: 3) }.joined(separator: ", ")
    }

    private func treeFigure(_ title: String) -> Figure {
        let p = problem.distribution
        let grouping = grouping
        let terms = grouping.terms(.shannon, p, order: 1)
        func list(_ values: [Double]) -> String {
            values.prefix(6).map { Numbers.short($0, digits: 3) }.joined(separator: ", ") + (values.count > 6 ? ", …" : "")
        }
        func number(_ x: Double) -> String { Numbers.fixed(x, decimals: 6) }
        let weights = grouping.weights(p)
        let strong = Style(.heading)
        var runs = [StyledRun("H(\(list(p))) = \(number(terms.total)) nats\n\n", strong)]
        runs.append(StyledRun("  first, which group?  H(\(list(weights)))\n      \(number(terms.between))\n"))
        let within = grouping.within(p)
        for (i, group) in grouping.groups.enumerated().prefix(40) {
            let name = group.prefix(8).map { String($0 + 1) }.joined(separator: ",") + (group.count > 8 ? ",…" : "")
            runs.append(
                StyledRun(
                    "  then, with probability \(Numbers.short(weights[i])), which of \(name)?  H(\(list(within[i])))\n"
                        + "      \(Numbers.short(weights[i])) x \(number(EntropyFunctional.shannon(within[i]))) = "
                        + "\(number(weights[i] * EntropyFunctional.shannon(within[i])))\n"))
        }
        if grouping.groups.count > 40 { runs.append(StyledRun("  and \(grouping.groups.count - 40) more groups\n")) }
        runs.append(StyledRun("\n  in sum \(number(terms.between + terms.within)) nats, as at once\n", strong))
        let q = Numbers.short(order)
        for functional in EntropyFunctional.allCases.dropFirst() {
            let gap = grouping.gap(functional, p, order: order)
            runs.append(
                StyledRun(
                    "  \(functional == .renyi ? "Rényi's" : "Tsallis'") of order \(q) misses by \(abs(gap) < 1e-12 ? "0" : Numbers.short(gap, digits: 5))\n"
                ))
        }
        let caption = problem.grouping == nil ? "no grouping given: the first outcome against the rest" : ""
        return Figure("tree", title: title, caption: caption, body: .document(Document(runs)))
    }

    /// The counts told, or twelve quanta shared out by the distribution.
    private var shownCounts: [Int] {
        problem.counts ?? problem.distribution.prefix(50).map { Int(($0 * 12).rounded()) }
    }

    private func multiplicityFigure(_ title: String) -> Figure {
        let counts = shownCounts
        let total = Double(max(1, counts.reduce(0, +)))
        let one = logMultiplicity(counts)
        // The second system has the same shares in twice the quanta.
        let two = logMultiplicity(counts.map { $0 < Int.max / 4 ? 2 * $0 : $0 })
        func power(_ log: Double) -> String {
            log < 40 ? Numbers.short(exp(log), digits: 6) : "10^" + Numbers.fixed(log * 0.4342944819032518, decimals: 1)
        }
        /// log(e^a + e^b), which overflows nowhere.
        func together(_ a: Double, _ b: Double) -> Double { max(a, b) + log(1 + exp(-abs(a - b))) }
        var table = Table("multiplicity", columns: ["", "A", "B", "A and B", "f(A)+f(B)"])
        // Powers of W by their logarithms: W itself is beyond any double for a few hundred quanta.
        for (name, exponent) in [("W", 1.0), ("√W", 0.5), ("W^0.1", 0.1)] {
            let logs = [one, two, one + two].map { $0 * exponent } + [together(one * exponent, two * exponent)]
            table.rows.append([.text(name)] + logs.map { .text(power($0)) })
        }
        for (name, f) in [("log W", { (x: Double) in x }), ("(log W)²", { $0 * $0 })] {
            let values = [f(one), f(two), f(one + two), f(one) + f(two)]
            table.rows.append([.text(name)] + values.map { .text(Numbers.short($0, digits: 6)) })
        }
        let gap = EntropyFunctional.shannon(counts.map { Double($0) / total }) - one / total
        let caption =
            "A: \(counts.prefix(8).map(String.init).joined(separator: ","))\(counts.count > 8 ? ",…" : ""), B: twice as many. Arrangements "
            + "multiply; only the logarithm adds. (1/N) log W of A is \(Numbers.short(gap, digits: 4)) below H"
        return Figure("multiplicity", title: title, caption: caption, body: .table(table))
    }
}
