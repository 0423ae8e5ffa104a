import Kernels
import Statistics

/// The density exp(-Σ λ f)/Z on the nodes of a quadrature that was made for it.
///
/// The range is where the exponent stays within 50 of its greatest value, found on a grid that is even in asinh t; peaks are located
/// and cut into panels of their width, kinks are ends of panels, and panels of 16 Gauss & Legendre nodes are halved until halving
/// changes neither mass nor second moments by 1e-14 of the whole.
struct MomentMesh: Sendable {
    /// Probability of each node.
    private(set) var probabilities: [Double] = []
    /// Values of each function at each node.
    private(set) var rows: [[Double]]
    /// The places of the nodes.
    private(set) var places: [Double] = []
    /// log ∫ exp(-Σ λ f) dx.
    private(set) var logPartition = 0.0
    /// E[f] of each function.
    private(set) var expectations: [Double] = []
    /// The part of t that holds the mass.
    private(set) var span = 0.0...0.0

    private static let rule = GaussLegendre(count: 16)
    private static let depth = 50.0

    /// Panels with their nodes evaluated, side by side.
    private struct Batch {
        var edges: [(low: Double, high: Double)]
        var places: [Double]
        var exponents: [Double]
        var weights: [Double]
        var rows: [[Double]]
    }

    /// The mesh of a density; nil where it cannot be normalised.
    init?(_ domain: MomentDomain, _ functions: [MomentFunction], _ lambda: [Double]) {
        rows = functions.map { _ in [] }
        func evaluate(_ t: [Double]) -> (exponents: [Double], rows: [[Double]]) {
            let rows = domain.values(functions, t)
            var exponents = domain.logSlope(t)
            for (value, row) in zip(lambda, rows) where value != 0 { Vector.axpy(-value, row, &exponents) }
            for i in exponents.indices where exponents[i].isNaN { exponents[i] = -.infinity }
            return (exponents, rows)
        }
        guard let edges = Self.edges(domain, functions, { evaluate($0).exponents }) else { return nil }
        guard let first = edges.first, let last = edges.last, first < last else { return nil }
        span = first...last
        func batch(_ panels: [(low: Double, high: Double)]) -> Batch {
            var (places, weights) = ([Double](), [Double]())
            for panel in panels {
                let (middle, half) = (panel.low + (panel.high - panel.low) / 2, (panel.high - panel.low) / 2)
                for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
                    places.append(middle + half * node)
                    weights.append(half * weight)
                }
            }
            let values = evaluate(places)
            return Batch(edges: panels, places: places, exponents: values.exponents, weights: weights, rows: values.rows)
        }
        var pending = batch(zip(edges, edges.dropFirst()).map { (low: $0, high: $1) })
        let top = Vector.maximum(pending.exponents)
        guard top.isFinite else { return nil }
        let count = Self.rule.nodes.count
        var squares: [Double] = []
        /// What each panel holds of mass and of second moments in units of the whole.
        func contents(_ batch: Batch) -> [Double] {
            batch.edges.indices.map { panel in
                var sum = 0.0
                for i in panel * count..<(panel + 1) * count {
                    var share = 1.0
                    for (row, square) in zip(batch.rows, squares) where square > 0 { share += row[i] * row[i] / square }
                    let height = batch.weights[i] * exp(batch.exponents[i] - top)
                    if height > 0 { sum += height * share }
                }
                return sum
            }
        }
        let mass = Vector.sum(contents(pending))
        // Exponents round in proportion to their parts: no halving removes that.
        var parts = [Double](repeating: 0, count: pending.places.count)
        for (value, row) in zip(lambda, pending.rows) { for i in parts.indices where value != 0 { parts[i] += abs(value * row[i]) } }
        var noise = 1e-14
        for (part, exponent) in zip(parts, pending.exponents) where exponent > top - Self.depth { noise = max(noise, part * 2e-16) }
        squares = pending.rows.map { row in
            var sum = 0.0
            for i in row.indices {
                let height = pending.weights[i] * exp(pending.exponents[i] - top)
                if height > 0 { sum += height * row[i] * row[i] }
            }
            return sum / mass
        }
        guard squares.allSatisfy({ $0.isFinite }) else { return nil }
        var accepted: [Batch] = []
        var whole = contents(pending)
        for level in 0..<60 {
            let total = max(Vector.sum(whole), mass)
            let halves = batch(
                pending.edges.flatMap { edge in
                    let middle = edge.low + (edge.high - edge.low) / 2
                    return [(low: edge.low, high: middle), (low: middle, high: edge.high)]
                })
            let inHalves = contents(halves)
            var open: [Int] = []
            for panel in pending.edges.indices {
                if level == 59 || abs(whole[panel] - inHalves[2 * panel] - inHalves[2 * panel + 1]) <= noise * total {
                    accepted.append(Self.slice(pending, panel, count))
                } else {
                    open += [2 * panel, 2 * panel + 1]
                }
            }
            if open.isEmpty { break }
            let kept = open.map { Self.slice(halves, $0, count) }
            whole = open.map { inHalves[$0] }
            pending = Self.joined(kept, functions.count)
            if accepted.count + kept.count > 4000 { return nil }
        }
        accepted.sort { $0.edges[0].low < $1.edges[0].low }
        let joined = Self.joined(accepted, functions.count)
        places = joined.places
        rows = joined.rows
        let peak = Vector.maximum(joined.exponents)
        probabilities = zip(joined.exponents, joined.weights).map { $1 * exp($0 - peak) }
        let total = Vector.sum(probabilities)
        guard total > 0, total.isFinite else { return nil }
        logPartition = peak + log(total)
        for i in probabilities.indices { probabilities[i] /= total }
        expectations = rows.map { Vector.dot(probabilities, $0) }
        guard expectations.allSatisfy(\.isFinite) else { return nil }
    }

    private static func slice(_ batch: Batch, _ panel: Int, _ count: Int) -> Batch {
        let range = panel * count..<(panel + 1) * count
        return Batch(
            edges: [batch.edges[panel]], places: Array(batch.places[range]), exponents: Array(batch.exponents[range]),
            weights: Array(batch.weights[range]), rows: batch.rows.map { Array($0[range]) })
    }

    private static func joined(_ batches: [Batch], _ functions: Int) -> Batch {
        Batch(
            edges: batches.flatMap(\.edges), places: batches.flatMap(\.places), exponents: batches.flatMap(\.exponents),
            weights: batches.flatMap(\.weights), rows: (0..<functions).map { j in batches.flatMap { $0.rows[j] } })
    }

    /// The ends of the first panels; nil where the exponent does not fall towards an open end.
    private static func edges(_ domain: MomentDomain, _ functions: [MomentFunction], _ exponent: ([Double]) -> [Double]) -> [Double]? {
        let kinks = domain.kinks(functions)
        let grid = (domain.grid + kinks).sorted()
        let values = exponent(grid)
        guard !values.contains(.infinity), values.contains(where: { $0 > -.infinity }) else { return nil }
        // Peaks between neighbours of the grid, and how wide they are.
        var marks: [Double] = []
        var top = Vector.maximum(values)
        var peaks: [(place: Double, value: Double, reach: Double)] = []
        for i in grid.indices where values[i] > top - 2 * depth {
            let (left, right) = (max(0, i - 1), min(grid.count - 1, i + 1))
            guard values[i] >= values[left], values[i] >= values[right] else { continue }
            var (low, high, best, height) = (grid[left], grid[right], grid[i], values[i])
            for _ in 0..<6 {
                let tries = (0...16).map { low + (high - low) * Double($0) / 16 }
                let heights = exponent(tries)
                guard let place = heights.indices.max(by: { heights[$0] < heights[$1] }) else { break }
                if heights[place] >= height { (best, height) = (tries[place], heights[place]) }
                (low, high) = (tries[max(0, place - 1)], tries[min(16, place + 1)])
            }
            guard height.isFinite else { return nil }
            peaks.append((best, height, grid[right] - grid[left]))
            top = max(top, height)
        }
        guard
            let firstAbove = values.indices.first(where: { values[$0] > top - depth }).map({ min($0, nearest(peaks, grid, first: true)) }),
            let lastAbove = values.indices.last(where: { values[$0] > top - depth }).map({ max($0, nearest(peaks, grid, first: false)) })
        else { return ends(peaks, grid) }
        // An open end must be reached with nothing left.
        if domain.kind != .interval {
            if firstAbove == 0 || lastAbove == grid.count - 1 { return nil }
        }
        let (from, to) = (max(0, firstAbove - 1), min(grid.count - 1, lastAbove + 1))
        marks += [grid[from], grid[to]]
        let stride = max(1, (to - from) / 10)
        for i in Swift.stride(from: from, to: to, by: stride) { marks.append(grid[i]) }
        for peak in peaks where peak.value > top - depth {
            marks.append(peak.place)
            var reach = peak.reach
            while reach > 1e-14 * max(1, abs(peak.place)) {
                let sides = exponent([peak.place - reach, peak.place + reach])
                if max(sides[0], sides[1]) > peak.value - 12 { break }
                reach /= 2
            }
            // From the peak's own width outwards in steps of four.
            while reach < 2 * peak.reach {
                marks += [peak.place - reach, peak.place + reach]
                reach *= 4
            }
        }
        marks += kinks
        let inside = marks.filter { $0 >= grid[from] && $0 <= grid[to] }.sorted()
        var edges: [Double] = []
        for mark in inside where edges.last.map({ mark - $0 > 1e-13 * max(1, abs(mark)) }) ?? true { edges.append(mark) }
        return edges
    }

    private static func nearest(_ peaks: [(place: Double, value: Double, reach: Double)], _ grid: [Double], first: Bool) -> Int {
        let places = peaks.map(\.place)
        guard let place = first ? places.min() : places.max() else { return first ? .max : .min }
        let index = grid.firstIndex { $0 >= place } ?? grid.count - 1
        return first ? max(0, index - 1) : index
    }

    private static func ends(_ peaks: [(place: Double, value: Double, reach: Double)], _ grid: [Double]) -> [Double]? {
        guard let peak = peaks.max(by: { $0.value < $1.value }) else { return nil }
        return [peak.place - peak.reach, peak.place, peak.place + peak.reach]
    }

    /// The standard deviation of each function.
    var deviations: [Double] {
        zip(rows, expectations).map { row, mean in
            var sum = 0.0
            for (p, value) in zip(probabilities, row) { sum += p * (value - mean) * (value - mean) }
            return sum.squareRoot()
        }
    }

    /// The upper triangle R with RᵀR the covariance of the functions, by modified Gram & Schmidt twice over; nil where functions depend.
    func triangle() -> Matrix? {
        let k = rows.count
        let roots = Vector.squareRoot(probabilities)
        var columns = zip(rows, expectations).map { row, mean in zip(row, roots).map { ($0 - mean) * $1 } }
        var r = Matrix(rows: k, columns: k)
        for j in 0..<k {
            let before = Vector.dot(columns[j], columns[j]).squareRoot()
            for _ in 0..<2 {
                for i in 0..<j {
                    let share = Vector.dot(columns[i], columns[j])
                    r[i, j] += share
                    Vector.axpy(-share, columns[i], &columns[j])
                }
            }
            let norm = Vector.dot(columns[j], columns[j]).squareRoot()
            guard norm > 1e-12 * before, norm > 0, norm.isFinite else { return nil }
            r[j, j] = norm
            for i in columns[j].indices { columns[j][i] /= norm }
        }
        return r
    }
}
