import Kernels

/// The assignment of greatest multiplicity among those whose sum is kept: exact, by branch and bound.
///
/// With p of greatest entropy, log W is a constant plus Σ h_i(n_i) + λ(S - centre), h_i(n) = n·log(N p_i) - log n!: each h_i is concave with its top at
/// N p_i, and the last term is at most 0 in the window. So the loss against all tops at once bounds from below what any choice of some of the
/// counts must cost, and all assignments within a given loss can be listed; the loss allowed grows until one of them is kept.
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
        var search = Search(
            quanta: problem.quanta, sums: sums, multiplier: problem.multiplier, centre: problem.centre,
            levels: order.map { lattice.levels[$0] }, logMeans: [], tops: [], tables: tables)
        for i in order {
            let expected = Double(problem.quanta) * problem.probabilities[i]
            search.logMeans.append(expected > 0 ? log(expected) : -.infinity)
            search.tops.append(min(problem.quanta, Int(expected)))
        }
        search.counts = search.tops
        var budget = 0.02
        while search.best == nil, search.nodes < nodeLimit, budget < 1e6 {
            search.budget = budget
            search.descend(0, left: problem.quanta, sum: 0, loss: 0)
            budget *= 4
        }
        guard search.nodes < nodeLimit, let best = search.best else { return nil }
        var counts = [Int](repeating: 0, count: m)
        for (place, i) in order.enumerated() { counts[i] = best[place] }
        return counts
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
