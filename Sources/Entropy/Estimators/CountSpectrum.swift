import Kernels

/// Counts by how often each occurs, which is all that an estimator of entropy asks of them.
///
/// A million words have some hundred distinct counts, so every estimator costs what the distinct ones do.
struct CountSpectrum: Sendable, Hashable, Codable {
    /// The distinct counts above zero, ascending.
    let values: [Int]
    /// How many outcomes have each.
    let multiplicities: [Int]
    /// N, the number of observations.
    let total: Int
    /// How many outcomes were seen at all.
    let support: Int

    /// The spectrum of counts of at least 0.
    init(_ counts: [Int]) {
        let sorted = counts.filter { $0 > 0 }.sorted()
        var (values, multiplicities) = ([Int](), [Int]())
        for count in sorted {
            if values.last == count {
                multiplicities[multiplicities.count - 1] += 1
            } else {
                values.append(count)
                multiplicities.append(1)
            }
        }
        (self.values, self.multiplicities) = (values, multiplicities)
        (total, support) = (sorted.reduce(0, +), sorted.count)
    }

    /// N as a number.
    var n: Double { Double(total) }
    /// How many outcomes were seen once.
    var singletons: Int { values.first == 1 ? multiplicities[0] : 0 }

    /// Σ over the outcomes seen of a function of their counts.
    func sum(_ term: (Double) -> Double) -> Double {
        Vector.sum(zip(values, multiplicities).map { Double($1) * term(Double($0)) })
    }
}
