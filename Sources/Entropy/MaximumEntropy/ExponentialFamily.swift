import Kernels

/// Weights q·exp(-θ·d) over outcomes, and their first two moments, by the vector kernels.
///
/// The columns d stand one after the other in a flat array; sums run in a fixed order, so that every machine gives the same bits.
struct ExponentialFamily: Sendable {
    /// How many outcomes.
    let count: Int
    /// How many columns.
    let rank: Int
    /// The columns, one after the other.
    private(set) var columns: [Double]
    /// The logarithm of the prior; empty for none.
    private let logPrior: [Double]

    /// Columns that are combinations of functions less their targets: d_k = Σ_j combination[k][j]·(functions[j] - targets[j]).
    ///
    /// - Parameters:
    ///   - outcomes: the places among the functions' elements that take part; nil for all.
    init(functions: [[Double]], targets: [Double], combination: [[Double]], outcomes: [Int]?, count: Int, logPrior: [Double]) {
        self.count = count
        rank = combination.count
        columns = [Double](repeating: 0, count: combination.count * count)
        self.logPrior = logPrior
        for (k, coefficients) in combination.enumerated() {
            let start = k * count
            for (j, coefficient) in coefficients.enumerated() where coefficient != 0 {
                let target = targets[j]
                columns.withUnsafeMutableBufferPointer { column in
                    functions[j].withUnsafeBufferPointer { function in
                        if let outcomes {
                            for (i, place) in outcomes.enumerated() { column[start + i] += coefficient * (function[place] - target) }
                        } else {
                            for i in 0..<count { column[start + i] += coefficient * (function[i] - target) }
                        }
                    }
                }
            }
        }
    }

    /// The family at one θ.
    struct Point: Sendable {
        /// The natural parameters.
        var theta: [Double]
        /// log Σ q·exp(-θ·d).
        var logSum: Double
        /// E[d].
        var mean: [Double]
        /// Cov[d], the lower triangle row by row.
        var covariance: [Double]
        /// The weights, to be divided by `total`.
        var weights: [Double]
        /// The sum of the weights.
        var total: Double
    }

    /// The weights and moments at θ.
    func point(_ theta: [Double]) -> Point {
        var exponents = logPrior.isEmpty ? [Double](repeating: 0, count: count) : logPrior
        Vector.combine(rows: columns, weights: theta.map { -$0 }, into: &exponents)
        let top = Vector.maximum(exponents)
        var total = 0.0
        let weights = [Double](unsafeUninitializedCapacity: count) { buffer, written in
            total = exponents.withUnsafeBufferPointer {
                Vector.scaledExp($0, shift: top, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            }
            written = count
        }
        let (moments, gram) = Vector.weightedMoments(weights, rows: columns, count: rank)
        let mean = moments.map { $0 / total }
        var covariance: [Double] = []
        for k in 0..<rank { for l in 0...k { covariance.append(gram[k * rank + l] / total - mean[k] * mean[l]) } }
        return Point(theta: theta, logSum: top + log(total), mean: mean, covariance: covariance, weights: weights, total: total)
    }

    /// Entropy of the normalised weights and their relative entropy to the prior (to the uniform distribution over `outcomes` when none).
    func entropies(_ point: Point, outcomes: Int) -> (entropy: Double, relative: Double) {
        var entropy = 0.0
        var relative = 0.0
        let logUniform = -log(Double(outcomes))
        for i in 0..<count {
            let p = point.weights[i] / point.total
            guard p > 0 else { continue }
            var exponent = logPrior.isEmpty ? 0 : logPrior[i]
            for k in 0..<rank { exponent -= point.theta[k] * columns[k * count + i] }
            let logP = exponent - point.logSum
            entropy -= p * logP
            relative += p * (logP - (logPrior.isEmpty ? logUniform : logPrior[i]))
        }
        return (entropy, relative)
    }
}
