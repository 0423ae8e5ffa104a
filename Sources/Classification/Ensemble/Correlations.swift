import Statistics

/// Correlations of two columns of the same rows.
enum Correlations {
    /// Which correlation.
    enum Kind: String, CaseIterable, Sendable, Codable {
        case pearson, spearman, kendall
    }

    /// Pearson's correlation; nil when a column is constant.
    static func pearson(_ a: [Double], _ b: [Double]) -> Double? { product(standardised(a), standardised(b)) }

    /// Spearman's correlation: Pearson's of the ranks, ties sharing their mean rank.
    static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        pearson(Ranking.averageRanks(a), Ranking.averageRanks(b))
    }

    /// Kendall's τ_b, in O(n log n) (Knight 1966); nil when a column is constant.
    static func kendall(_ a: [Double], _ b: [Double]) -> Double? {
        let n = a.count
        // Dense ranks, so that -0.0 and 0.0 are one value and comparisons are of whole numbers.
        let x = dense(a)
        let y = dense(b)
        // One key holds both ranks, exactly below 2⁵³: by x, then by y.
        let width = Double(n + 1)
        let order = Ranking.order((0..<n).map { Double(x[$0]) * width + Double(y[$0]) }).map { Int($0) }
        var values = order.map { y[$0] }
        let total = n * (n - 1) / 2
        let tiedX = ties(x.sorted())
        let tiedY = ties(y.sorted())
        var tiedBoth = 0
        var run = 1
        for place in stride(from: 1, through: n, by: 1) {
            if place < n, x[order[place]] == x[order[place - 1]], y[order[place]] == y[order[place - 1]] {
                run += 1
            } else {
                tiedBoth += run * (run - 1) / 2
                run = 1
            }
        }
        guard tiedX < total, tiedY < total else { return nil }
        var scratch = values
        let swaps = inversions(&values, &scratch)
        let difference = total - tiedX - tiedY + tiedBoth - 2 * swaps
        return Double(difference) / Double(total - tiedX).squareRoot() / Double(total - tiedY).squareRoot()
    }

    /// All pairs' correlations, row by row; NaN where undefined.
    static func matrix(_ columns: [[Double]], _ kind: Kind) -> [[Double]] {
        var matrix = [[Double]](repeating: [Double](repeating: 1, count: columns.count), count: columns.count)
        let prepared: [[Double]?]
        switch kind {
        case .pearson: prepared = columns.map(standardised)
        case .spearman: prepared = columns.map { standardised(Ranking.averageRanks($0)) }
        case .kendall: prepared = columns.map { $0 }
        }
        // One row of the triangle at a time, on all cores; each element is computed alike whatever the number of threads.
        var rows = columns.indices.map { (place: $0, values: [Double]()) }
        Parallel.forEach(&rows, when: columns.count > 2) { _, row in
            row.values = (0...row.place).map { other in
                let value = kind == .kendall ? kendall(columns[row.place], columns[other]) : product(prepared[row.place], prepared[other])
                return value ?? .nan
            }
        }
        for row in rows {
            for (other, value) in row.values.enumerated() {
                let value = other == row.place && !value.isNaN ? 1 : value
                matrix[row.place][other] = value
                matrix[other][row.place] = value
            }
        }
        return matrix
    }

    /// The column less its mean over its length; nil when it is constant.
    static func standardised(_ values: [Double]) -> [Double]? {
        guard let first = values.first, values.contains(where: { $0 != first }) else { return nil }
        // Scaled before it is squared: scores may be as large as doubles go.
        let scale = values.reduce(0.0) { max($0, abs($1)) }
        var mean = 0.0
        for value in values { mean += value / scale }
        mean /= Double(values.count)
        let centred = values.map { $0 / scale - mean }
        var squares = 0.0
        for value in centred { squares += value * value }
        guard squares > 0 else { return nil }
        let length = squares.squareRoot()
        return centred.map { $0 / length }
    }

    private static func product(_ a: [Double]?, _ b: [Double]?) -> Double? {
        guard let a, let b else { return nil }
        var sum = 0.0
        a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in for i in a.indices { sum += a[i] * b[i] } } }
        return min(1, max(-1, sum))
    }

    private static func dense(_ values: [Double]) -> [Int32] {
        var ranks = [Int32](repeating: 0, count: values.count)
        var rank: Int32 = 0
        var last: Double?
        for row in Ranking.order(values) {
            if let last, values[Int(row)] != last { rank += 1 }
            last = values[Int(row)]
            ranks[Int(row)] = rank
        }
        return ranks
    }

    /// Pairs of equal values among sorted ones.
    private static func ties(_ sorted: [Int32]) -> Int {
        var pairs = 0
        var run = 0
        for (place, value) in sorted.enumerated() {
            run = place > 0 && sorted[place - 1] == value ? run + 1 : 0
            pairs += run
        }
        return pairs
    }

    /// How many pairs stand in the wrong order, by merging from the bottom up.
    private static func inversions(_ values: inout [Int32], _ scratch: inout [Int32]) -> Int {
        var count = 0
        let n = values.count
        var width = 1
        while width < n {
            values.withUnsafeBufferPointer { from in
                scratch.withUnsafeMutableBufferPointer { to in
                    var start = 0
                    while start < n {
                        let middle = min(start + width, n)
                        let end = min(start + 2 * width, n)
                        var (i, j) = (start, middle)
                        for place in start..<end {
                            if i < middle, j >= end || from[i] <= from[j] {
                                to[place] = from[i]
                                i += 1
                            } else {
                                to[place] = from[j]
                                j += 1
                                count += middle - i
                            }
                        }
                        start = end
                    }
                }
            }
            swap(&values, &scratch)
            width *= 2
        }
        return count
    }
}
