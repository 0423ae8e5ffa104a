import Kernels
import Statistics

/// The differential entropy of numbers by their spacings or nearest neighbours, in nats.
enum DifferentialEntropy {
    /// ψ(N) - ψ(k) + d·log 2 + (d/N) Σ log ε, ε the distance to the k-th neighbour in the maximum norm; nil when one is zero.
    ///
    /// Source: L. F. Kozachenko & N. N. Leonenko (1987).
    static func kozachenkoLeonenko(_ columns: [[Double]], neighbours k: Int) -> Double? {
        let count = columns[0].count
        let tree = NearestNeighbours(columns: columns)
        var list: [NearestNeighbours.Neighbour] = []
        var logs: [Double] = []
        logs.reserveCapacity(count)
        for i in 0..<count {
            tree.neighbours(of: i, count: k, into: &list)
            guard let reach = list.last?.distance, reach > 0 else { return nil }
            logs.append(log(reach))
        }
        let (n, d) = (Double(count), Double(columns.count))
        return digamma(n) - digamma(Double(k)) + d * log(2) + d / n * Vector.sum(logs)
    }

    /// The estimators by spacings of order statistics, with the window m = ⌊√N + ½⌋; each nil where a spacing is zero.
    ///
    /// As SciPy's `differential_entropy` defines them. Sources: O. Vasicek (1976); B. van Es (1992); N. Ebrahimi, K. Pflughoeft &
    /// E. S. Soofi (1994); J. C. Correa (1995).
    struct Spacings: Sendable, Hashable, Codable {
        var vasicek: Double?
        var vanEs: Double?
        var ebrahimi: Double?
        var correa: Double?

        /// The estimates from at least five numbers; nil for fewer, for which the window does not fit.
        init?(_ values: [Double]) {
            let count = values.count
            let m = Int((Double(count).squareRoot() + 0.5).rounded(.down))
            guard 2 * m < count else { return nil }
            let sorted = values.sorted()
            let (n, window) = (Double(count), Double(m))
            /// Σ of logs, nil where an argument is not positive.
            func sum(_ range: Range<Int>, _ argument: (Int) -> Double) -> Double? {
                var logs: [Double] = []
                logs.reserveCapacity(range.count)
                for i in range {
                    let value = argument(i)
                    guard value > 0, value.isFinite else { return nil }
                    logs.append(log(value))
                }
                return Vector.sum(logs)
            }
            func clipped(_ i: Int) -> Double { sorted[min(count - 1, max(0, i))] }
            func around(_ i: Int) -> Double { clipped(i + m) - clipped(i - m) }
            vasicek = sum(0..<count) { n / (2 * window) * around($0) }.map { $0 / n }
            vanEs = sum(0..<(count - m)) { (n + 1) / window * (sorted[$0 + m] - sorted[$0]) }.map { total in
                let harmonic = Vector.sum((m...count).map { 1 / Double($0) })
                return total / (n - window) + harmonic + log(window) - log(n + 1)
            }
            ebrahimi = sum(0..<count) { i in
                let place = Double(i + 1)
                let share = i + 1 <= m ? 1 + (place - 1) / window : i + 1 >= count - m + 1 ? 1 + (n - place) / window : 2
                return n * around(i) / (share * window)
            }.map { $0 / n }
            correa = sum(0..<count) { i in
                let mean = (-m...m).reduce(0.0) { $0 + clipped(i + $1) } / (2 * window + 1)
                var (slope, square) = (0.0, 0.0)
                for j in -m...m {
                    let difference = clipped(i + j) - mean
                    slope += difference * Double(j)
                    square += difference * difference
                }
                return slope / (n * square)
            }.map { -$0 / n }
        }
    }
}
