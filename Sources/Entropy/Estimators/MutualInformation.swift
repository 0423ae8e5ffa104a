import Kernels
import Statistics

/// The mutual information of two numeric variables by the distances of nearest neighbours, in nats; negative values are kept.
///
/// In the maximum norm, with ε the distance to the k-th neighbour in the plane: `first` counts the points strictly nearer than it in
/// each variable alone, `second` those within the neighbours' own extent in that variable. No noise is added to break ties.
///
/// Source: A. Kraskov, H. Stögbauer & P. Grassberger, "Estimating mutual information" (2004), eqs. 8 and 9.
struct KraskovEstimator: Sendable {
    /// ψ(k) + ψ(N) - ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩.
    let first: Double
    /// ψ(k) - 1/k + ψ(N) - ⟨ψ(n_x) + ψ(n_y)⟩.
    let second: Double

    /// The estimates from as many values of x as of y, more than k.
    init(_ x: [Double], _ y: [Double], neighbours k: Int) {
        let count = x.count
        let tree = NearestNeighbours(columns: [x, y])
        let (left, right) = (SortedColumn(x), SortedColumn(y))
        // Counts are small whole numbers: their ψ is looked up.
        let digammas = (0...count).map { $0 == 0 ? 0 : digamma(Double($0)) }
        // In blocks of a fixed size, so that the sums do not depend on the number of threads.
        let size = 1024
        var blocks = stride(from: 0, to: count, by: size).map { (start: $0, first: 0.0, second: 0.0) }
        Parallel.forEach(&blocks, when: count > 2000) { _, block in
            var list: [NearestNeighbours.Neighbour] = []
            for i in block.start..<min(count, block.start + size) {
                tree.neighbours(of: i, count: k, into: &list)
                let reach = list.last?.distance ?? 0
                var (wide, high) = (0.0, 0.0)
                for neighbour in list {
                    wide = max(wide, abs(x[neighbour.index] - x[i]))
                    high = max(high, abs(y[neighbour.index] - y[i]))
                }
                block.first += digammas[left.count(near: x[i], below: reach) + 1] + digammas[right.count(near: y[i], below: reach) + 1]
                block.second += digammas[left.count(near: x[i], upTo: wide)] + digammas[right.count(near: y[i], upTo: high)]
            }
        }
        let means = blocks.reduce((0.0, 0.0)) { ($0.0 + $1.first, $0.1 + $1.second) }
        let (n, order) = (Double(count), Double(k))
        first = digamma(order) + digamma(n) - means.0 / n
        second = digamma(order) - 1 / order + digamma(n) - means.1 / n
    }
}

/// Values in order, for counting those near one of them.
struct SortedColumn: Sendable {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    /// How many others lie strictly nearer to one of the values than `reach`.
    func count(near value: Double, below reach: Double) -> Int {
        // The differences are compared as a plain loop would form them; rounding keeps their order, so bisection finds the edge.
        guard reach > 0 else { return 0 }
        return place { $0 - value < reach } - place { $0 - value <= -reach } - 1
    }

    /// How many others lie within `reach` of one of the values.
    func count(near value: Double, upTo reach: Double) -> Int {
        place { $0 - value <= reach } - place { $0 - value < -reach } - 1
    }

    /// How many values come before the first for which the condition fails.
    private func place(_ isBefore: (Double) -> Bool) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Pearson's correlation; nil when a variable does not vary.
func correlation(_ x: [Double], _ y: [Double]) -> Double? {
    let n = Double(x.count)
    guard n > 1 else { return nil }
    // Scaled first, since squares of great numbers overflow.
    func centred(_ values: [Double]) -> [Double] {
        let scale = values.reduce(0) { max($0, abs($1)) }
        guard scale > 0 else { return values }
        let scaled = values.map { $0 / scale }
        let mean = Vector.sum(scaled) / n
        return scaled.map { $0 - mean }
    }
    let (a, b) = (centred(x), centred(y))
    let (aa, bb) = (Vector.dot(a, a), Vector.dot(b, b))
    guard aa > 1e-30 * n, bb > 1e-30 * n else { return nil }
    return min(1, max(-1, Vector.dot(a, b) / (aa.squareRoot() * bb.squareRoot())))
}
