import Kernels

/// Every estimator tried on samples of a known distribution: its bias and its spread against the sample's size.
///
/// Repeat r at the s-th size draws from a stream of its own, so any slice of repeats gives the same numbers.
struct EstimatorBench: Sendable, Hashable, Codable {
    /// The sample sizes.
    static let sizes = [10, 20, 50, 100, 200, 500, 1000, 2000]

    /// What is drawn from.
    let probabilities: [Double]
    /// Its entropy in nats, which the estimates should meet.
    let entropy: Double
    /// Repeats done.
    private(set) var repeats = 0
    /// Running mean of each estimate, size by size, in the order of the estimators.
    private(set) var means: [Double]
    /// Running sum of squared deviations.
    private(set) var squares: [Double]

    init(_ probabilities: [Double]) {
        self.probabilities = probabilities
        entropy = EntropyFunctional.shannon(probabilities)
        let cells = Self.sizes.count * DiscreteEstimator.allCases.count
        means = [Double](repeating: 0, count: cells)
        squares = means
    }

    /// Draws once at each size.
    mutating func run(seed: UInt64, table: AliasTable) {
        let alphabet = Double(probabilities.count)
        repeats += 1
        for (place, size) in Self.sizes.enumerated() {
            var stream = RandomStream(seed: seed, purpose: "bench \(size)", chain: repeats - 1)
            var counts = [Int](repeating: 0, count: probabilities.count)
            for _ in 0..<size { counts[table.draw(from: &stream)] += 1 }
            let spectrum = CountSpectrum(counts)
            for (i, estimator) in DiscreteEstimator.allCases.enumerated() {
                let cell = place * DiscreteEstimator.allCases.count + i
                let estimate = estimator.estimate(spectrum, alphabet: alphabet)
                let gap = estimate - means[cell]
                means[cell] += gap / Double(repeats)
                squares[cell] += gap * (estimate - means[cell])
            }
        }
    }

    /// How far the mean estimate is from the entropy.
    func bias(_ estimator: Int, size: Int) -> Double {
        repeats > 0 ? means[size * DiscreteEstimator.allCases.count + estimator] - entropy : .nan
    }

    /// The sample standard deviation of the estimates; NaN before the second repeat.
    func deviation(_ estimator: Int, size: Int) -> Double {
        repeats > 1 ? (squares[size * DiscreteEstimator.allCases.count + estimator] / Double(repeats - 1)).squareRoot() : .nan
    }
}
