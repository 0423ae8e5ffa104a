import Kernels

/// Rows dealt into folds for fitting on all but one.
enum CrossFolds {
    /// Folds that hold as many positives as can be, drawn from a seed; fewer than `count` when there are fewer rows.
    static func stratified(_ isPositive: [Bool], count: Int, seed: UInt64, purpose: String) -> [[Int]] {
        var stream = RandomStream(seed: seed, purpose: purpose)
        var folds = [[Int]](repeating: [], count: count)
        var next = 0
        for wanted in [true, false] {
            var rows = isPositive.indices.filter { isPositive[$0] == wanted }
            stream.shuffle(&rows)
            for row in rows {
                folds[next % count].append(row)
                next += 1
            }
        }
        return folds.filter { !$0.isEmpty }.map { $0.sorted() }
    }

    /// Folds of whole groups, dealt in an order drawn from a seed.
    static func grouped(_ groups: RowNames, count: Int, seed: UInt64, purpose: String) -> [[Int]] {
        var stream = RandomStream(seed: seed, purpose: purpose)
        var order = Array(groups.names.indices)
        stream.shuffle(&order)
        var folds = [[Int]](repeating: [], count: count)
        let rows = groups.rows
        for (place, group) in order.enumerated() { folds[place % count] += rows[group] }
        return folds.filter { !$0.isEmpty }.map { $0.sorted() }
    }
}
