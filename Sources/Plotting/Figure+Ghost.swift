import Surface

extension Figure {
    /// The figure with another run's curves dim behind its own; of a grid each part with its like.
    ///
    /// Rules, heat maps and exact answers are left out: they say nothing of the run, or would cover it.
    /// - Parameters:
    ///   - ghost: the other run's figure of the same id.
    ///   - label: what its curves are called in the legend.
    public func over(_ ghost: Figure, label: String) -> Figure {
        var figure = self
        switch (figure.body, ghost.body) {
        // Where names stand for places, the places of other names mean something else.
        case (.plot(var plot), .plot(let old)) where Self.isComparable(plot.x, old.x) && Self.isComparable(plot.y, old.y):
            plot.marks.insert(contentsOf: old.marks.compactMap { Self.ghost(of: $0, label) }, at: 0)
            figure.body = .plot(plot)
        case (.grid(var parts, let columns), .grid(let old, _)):
            for index in parts.indices where old.indices.contains(index) { parts[index] = parts[index].over(old[index], label: label) }
            figure.body = .grid(parts, columns: columns)
        default: break
        }
        return figure
    }

    /// Whether places on two axes mean the same: not where only one counts categories, or both count others.
    private static func isComparable(_ a: Axis, _ b: Axis) -> Bool {
        switch (a.scale, b.scale) {
        case (.category(let names), .category(let others)): names == others
        case (.category, _), (_, .category): false
        default: true
        }
    }

    /// The figure with words ruled at steps, on every axis that counts them.
    public func ruled(_ rules: [(step: Int, words: String)]) -> Figure {
        guard !rules.isEmpty else { return self }
        var figure = self
        switch figure.body {
        case .plot(var plot) where plot.x.countsSteps:
            plot.marks += rules.map { Rule(.x(Double($0.step)), $0.words, Look(nil, .caution)) }
            figure.body = .plot(plot)
        case .grid(let parts, let columns): figure.body = .grid(parts.map { $0.ruled(rules) }, columns: columns)
        case .plot, .table, .document, .empty: break
        }
        return figure
    }

    private static func ghost(of mark: any Mark, _ label: String) -> (any Mark)? {
        switch mark {
        case is Line, is Stairs, is Bars, is Histogram, is Scatter: break
        default: return nil
        }
        guard case .role(let role) = mark.look.ink, role.rawValue >= Role.series0.rawValue, !mark.look.isDim else { return nil }
        var ghost = mark
        ghost.look.isDim = true
        ghost.look.ink = .role(.ghost)
        // Bars and filled bins as outlines of what they were: a filling would hide behind the new one.
        if var bars = ghost as? Bars {
            bars.low = nil
            bars.high = nil
            ghost = bars
        }
        if var histogram = ghost as? Histogram {
            histogram.isOutline = true
            ghost = histogram
        }
        ghost.look.label = mark.look.label.map { "\(label) \($0)" } ?? label
        return ghost
    }
}
