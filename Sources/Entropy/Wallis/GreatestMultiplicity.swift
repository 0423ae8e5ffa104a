import Kernels

/// The assignment of greatest multiplicity among those whose sum is kept: exact, by branch and bound.
///
/// For any a_i = exp(α - βk_i), log W is a constant plus Σ h_i(n_i) + β(S - centre), h_i(n) = n·log a_i - log n!: each h_i is concave with its
/// top at the whole part of a_i, and β is such that the last term is at most 0 in the window. So the loss against all tops at once bounds
/// from below what any choice of some of the counts must cost, and all assignments within a given loss can be listed; the loss allowed
/// grows until one of them is kept. α and β are chosen so that the tops nearly are an assignment that is kept, which makes the loss small.
enum GreatestMultiplicity {
    /// The most outcomes, and the most nodes visited.
    static let outcomeLimit = 200
    static let nodeLimit = 300_000

    /// The counts; nil when the search grows beyond its limits, or off the grid.
    static func search(_ problem: WallisProblem, _ tables: CountTables) -> [Int]? {
        guard let lattice = problem.lattice, let sums = problem.sums else { return nil }
        let m = problem.values.count
        // The outcome that is worked out last has the widest range.
        let order = (0..<m).sorted { (problem.probabilities[$0], $0) < (problem.probabilities[$1], $1) }
        guard m <= outcomeLimit else { return nil }
        let (alpha, beta) = slopes(problem, lattice, sums)
        var search = Search(
            quanta: problem.quanta, sums: sums, multiplier: beta, centre: problem.centre, levels: order.map { lattice.levels[$0] },
            logMeans: [], tops: [], tables: tables)
        for i in order {
            let logMean = problem.probabilities[i] > 0 ? alpha - beta * Double(lattice.levels[i]) : -.infinity
            search.logMeans.append(logMean)
            search.tops.append(Int(min(Double(problem.quanta), exp(logMean))))
        }
        search.counts = search.tops
        var budget = 1e-3
        while search.best == nil, search.nodes < nodeLimit, budget < 1e6 {
            search.budget = budget
            search.descend(0, left: problem.quanta, sum: 0, loss: 0)
            budget *= 2
        }
        guard search.nodes < nodeLimit, let best = search.best else { return nil }
        var counts = [Int](repeating: 0, count: m)
        for (place, i) in order.enumerated() { counts[i] = best[place] }
        return counts
    }

    /// α and β for which the counts exp(α - βk) - 1/2, none below 0, add up to N and to the sum, nearly: the tops of h are about half below exp(α - βk).
    private static func slopes(_ problem: WallisProblem, _ lattice: Lattice, _ sums: ClosedRange<Int>) -> (alpha: Double, beta: Double) {
        let n = Double(problem.quanta)
        let mean = problem.centre / n
        let offsets = problem.probabilities.indices.filter { problem.probabilities[$0] > 0 }.map { Double(lattice.levels[$0]) - mean }
        /// α for a β, counted from the mean level, and the sum of levels there, less N times the mean.
        func placed(_ beta: Double) -> (alpha: Double, sum: Double) {
            let exponents = offsets.map { -beta * $0 }
            let top = exponents.max() ?? 0
            var (low, high) = (-top - 2, log(n + Double(offsets.count)) - top + 2)
            for _ in 0..<50 {
                let middle = (low + high) / 2
                let total = exponents.reduce(0.0) { $0 + max(0, exp(middle + $1) - 0.5) }
                if total < n { low = middle } else { high = middle }
            }
            return (low, zip(exponents, offsets).reduce(0.0) { $0 + max(0, exp(low + $1.0) - 0.5) * $1.1 })
        }
        let isExact = sums.lowerBound == sums.upperBound
        var beta = problem.multiplier
        if beta != 0 || isExact {
            // The sum falls as β grows.
            var width = 0.01 / Double(max(1, lattice.top))
            var (low, high) = (beta, beta)
            while width < 1e3, placed(low).sum < 0 { (low, width) = (low - width, 2 * width) }
            while width < 1e3, placed(high).sum > 0 { (high, width) = (high + width, 2 * width) }
            for _ in 0..<40 {
                let middle = (low + high) / 2
                if placed(middle).sum > 0 { low = middle } else { high = middle }
            }
            beta = (low + high) / 2
            if !isExact, (beta < 0) != (problem.multiplier < 0) { beta = 0 }
        }
        return (placed(beta).alpha + beta * mean, beta)
    }

    private struct Search {
        let quanta: Int
        let sums: ClosedRange<Int>
        let multiplier: Double
        let centre: Double
        let levels: [Int]
        var logMeans: [Double]
        var tops: [Int]
        let tables: CountTables
        var counts: [Int] = []
        var best: [Int]?
        var budget = 0.0
        var nodes = 0

        /// h_i(n) below its top.
        func loss(_ i: Int, _ n: Int) -> Double {
            guard logMeans[i] > -.infinity else { return n == 0 ? 0 : .infinity }
            let top = tops[i]
            return Double(top - n) * logMeans[i] - tables.logFactorial[top] + tables.logFactorial[n]
        }

        mutating func descend(_ i: Int, left: Int, sum: Int, loss spent: Double) {
            nodes += 1
            guard nodes < nodeLimit else { return }
            if i == levels.count - 1 {
                let total = sum + left * levels[i]
                guard sums.contains(total) else { return }
                let whole = spent + loss(i, left) - multiplier * (Double(total) - centre)
                guard whole <= budget else { return }
                counts[i] = left
                // Equals keep the first that was found.
                (best, budget) = (counts, whole - 1e-11)
                return
            }
            // From the top outwards, as far as the budget goes on each side.
            let top = min(tops[i], left)
            for n in top...left {
                let whole = spent + loss(i, n)
                if whole > budget { break }
                counts[i] = n
                descend(i + 1, left: left - n, sum: sum + n * levels[i], loss: whole)
            }
            for n in (0..<top).reversed() {
                let whole = spent + loss(i, n)
                if whole > budget { break }
                counts[i] = n
                descend(i + 1, left: left - n, sum: sum + n * levels[i], loss: whole)
            }
        }
    }
}
