import Surface

/// How the spread of several runs is drawn around their mean.
public enum Spread: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean's standard error, sd/√n with the unbiased sd, to both sides.
    case standardError = "se"
    /// From the 10th percentile of the runs to the 90th (linear between order statistics, as numpy's default).
    case quantiles

    /// What the band is called.
    public var words: String { self == .standardError ? "± s.e." : "10-90%" }
}

extension Figure {
    /// The figure with the mean of several runs' curves and a band of their spread, point by point on all points.
    ///
    /// Curves over the same x are averaged up to the shortest; bars get their means with the spread as error bars; what is the same in all
    /// runs stays as it is. What cannot be averaged point by point - curves over x of their own, points, bins - stays this run's.
    /// - Parameters:
    ///   - others: the other runs' figures of the same id.
    ///   - spread: what the band shows.
    public func aggregated(with others: [Figure], spread: Spread) -> Figure {
        guard !others.isEmpty else { return self }
        var figure = self
        switch body {
        case .plot(var plot):
            let rivals = others.compactMap { other in if case .plot(let plot) = other.body { plot.marks } else { nil } }
            guard rivals.count == others.count else { return self }
            let parts = plot.marks.enumerated().map { place, mark in
                let alike = rivals.compactMap { Self.counterpart(of: mark, at: place, in: plot.marks, among: $0) }
                return alike.count == rivals.count ? Self.aggregate(mark, alike, spread) : [mark]
            }
            // Of one or two curves this run's own stands behind the mean; of more they would hide it. One band names all.
            let isCrowded = parts.count(where: { $0.count == 3 }) > 2
            var isNamed = false
            plot.marks = parts.flatMap { part -> [any Mark] in
                guard part.count == 3 else { return part }
                var band = part[0]
                if isNamed { band.look.label = nil }
                isNamed = true
                return isCrowded ? [band, part[2]] : [band, part[1], part[2]]
            }
            figure.body = .plot(plot)
        case .grid(var parts, let columns):
            for index in parts.indices {
                let alike = others.compactMap { other -> Figure? in
                    if case .grid(let others, _) = other.body, others.indices.contains(index) { others[index] } else { nil }
                }
                if alike.count == others.count { parts[index] = parts[index].aggregated(with: alike, spread: spread) }
            }
            figure.body = .grid(parts, columns: columns)
        case .table, .document, .empty: break
        }
        return figure
    }

    /// The mark that means the same in another run: the one with the same label, or without labels the one at the same place.
    private static func counterpart(of mark: any Mark, at place: Int, in own: [any Mark], among others: [any Mark]) -> (any Mark)? {
        if let label = mark.look.label, own.count(where: { $0.look.label == label }) == 1 {
            return others.first { $0.look.label == label }
        }
        return own.count == others.count ? others[place] : nil
    }

    private static func aggregate(_ mark: any Mark, _ others: [any Mark], _ spread: Spread) -> [any Mark] {
        switch mark {
        case let line as Line:
            guard let all = sameX([line.series] + others.compactMap { ($0 as? Line)?.series }, others.count + 1) else { return [mark] }
            return curves(of: mark, all, spread) { Line($0, $1) }
        case let stairs as Stairs:
            guard let all = sameX([stairs.series] + others.compactMap { ($0 as? Stairs)?.series }, others.count + 1) else { return [mark] }
            return curves(of: mark, all, spread) { Stairs($0, $1) }
        case var bars as Bars:
            let rivals = others.compactMap { $0 as? Bars }
            guard rivals.count == others.count,
                rivals.allSatisfy({ $0.positions == bars.positions && $0.heights.count == bars.heights.count }),
                rivals.contains(where: { $0.heights != bars.heights })
            else { return [mark] }
            let summary = Summary(([bars] + rivals).map(\.heights), count: bars.heights.count, spread)
            (bars.heights, bars.low, bars.high) = (summary.mean, summary.low, summary.high)
            bars.look.label = bars.look.label.map { "\($0), mean of \(rivals.count + 1)" }
            return [bars]
        default: return [mark]
        }
    }

    /// The runs' series where all have the same x; nil where they cannot be averaged, or are all the same and need not be.
    private static func sameX(_ all: [Series], _ wanted: Int) -> [Series]? {
        guard all.count == wanted, let first = all.first, first.count > 0 else { return nil }
        let shortest = all.map(\.count).min() ?? 0
        guard shortest > 0 else { return nil }
        for other in all.dropFirst() {
            if let x = first.x {
                guard let theirs = other.x, (0..<shortest).allSatisfy({ x[$0] == theirs[$0] }) else { return nil }
            } else {
                guard other.x == nil, other.start == first.start, other.spacing == first.spacing else { return nil }
            }
        }
        return all.dropFirst().contains { $0.y != first.y } ? all : nil
    }

    private static func curves(
        of mark: any Mark, _ all: [Series], _ spread: Spread, _ make: (Series, Look) -> any Mark
    ) -> [any Mark] {
        let count = all.map(\.count).min() ?? 0
        let summary = Summary(all.map { Array($0.y.array.prefix(count)) }, count: count, spread)
        let x = all[0].x.map { Array($0.array.prefix(count)) } ?? (0..<count).map { all[0].start + Double($0) * all[0].spacing }
        let name = mark.look.label ?? "curve"
        var look = mark.look
        look.label = "\(name), mean of \(all.count)"
        var shade = mark.look
        shade.label = spread.words
        var own = mark
        own.look.ink = .role(.ghost)
        own.look.isDim = true
        own.look.label = "\(name), this run"
        let mean =
            all[0].x == nil
            ? Series(summary.mean, start: all[0].start, spacing: all[0].spacing) : Series(x: Column(x), y: Column(summary.mean))
        return [Band(x: x, lower: summary.low, upper: summary.high, shade), own, make(mean, look)]
    }

    /// The mean of several runs and its band, place by place; where one run has no number there is none.
    private struct Summary {
        var mean: [Double]
        var low: [Double]
        var high: [Double]

        init(_ runs: [[Double]], count: Int, _ spread: Spread) {
            mean = []
            low = []
            high = []
            mean.reserveCapacity(count)
            low.reserveCapacity(count)
            high.reserveCapacity(count)
            let n = Double(runs.count)
            var values = [Double](repeating: 0, count: runs.count)
            for place in 0..<count {
                // From the first run on, so that equal numbers have exactly themselves as their mean.
                let origin = runs[0][place]
                var sum = 0.0
                for run in runs.indices {
                    values[run] = runs[run][place]
                    sum += values[run] - origin
                }
                let centre = origin + sum / n
                mean.append(centre)
                switch spread {
                case .standardError:
                    var squares = 0.0
                    for value in values { squares += (value - centre) * (value - centre) }
                    let error = (squares / (n - 1) / n).squareRoot()
                    low.append(centre - error)
                    high.append(centre + error)
                case .quantiles:
                    let isWhole = sum.isFinite
                    if isWhole { values.sort() }
                    low.append(isWhole ? Self.quantile(0.1, of: values) : .nan)
                    high.append(isWhole ? Self.quantile(0.9, of: values) : .nan)
                }
            }
        }

        private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
    }
}
