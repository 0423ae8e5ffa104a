import Kernels

/// How two distributions over the same outcomes differ, in nats where a logarithm is taken.
struct Divergences: Sendable, Hashable {
    /// Σ p log(p/r); nil where p has an outcome that r has not.
    var forward: Double?
    /// Σ r log(r/p); nil where r has an outcome that p has not.
    var reverse: Double?
    /// Half the divergences of both from their mean; at most log 2.
    var jensenShannon: Double
    /// -Σ p log r; nil where p has an outcome that r has not.
    var crossEntropy: Double?
    /// ½ Σ |p - r|.
    var totalVariation: Double
    /// √(½ Σ (√p - √r)²).
    var hellinger: Double

    /// Compares p with r, of as many outcomes.
    init(_ p: [Double], _ r: [Double]) {
        func kullbackLeibler(_ a: [Double], _ b: (Int) -> Double) -> Double? {
            var terms = [Double](repeating: 0, count: a.count)
            for (i, x) in a.enumerated() where x > 0 {
                let y = b(i)
                guard y > 0 else { return nil }
                // x log(x/y) - x + y is never negative, so that equal distributions differ by nothing.
                terms[i] = x * log(x / y) - x + y
            }
            for (i, x) in a.enumerated() where x == 0 { terms[i] = b(i) }
            return max(0, Vector.sum(terms))
        }
        forward = kullbackLeibler(p) { r[$0] }
        reverse = kullbackLeibler(r) { p[$0] }
        let middle = zip(p, r).map { 0.5 * $0 + 0.5 * $1 }
        let halves = (kullbackLeibler(p) { middle[$0] }, kullbackLeibler(r) { middle[$0] })
        jensenShannon = 0.5 * (halves.0 ?? 0) + 0.5 * (halves.1 ?? 0)
        crossEntropy = forward == nil ? nil : Vector.sum(zip(p, r).map { $0 > 0 ? -$0 * log($1) : 0 })
        totalVariation = 0.5 * Vector.sum(zip(p, r).map { abs($0 - $1) })
        hellinger = (0.5 * Vector.sum(zip(p, r).map { ($0.squareRoot() - $1.squareRoot()) * ($0.squareRoot() - $1.squareRoot()) }))
            .squareRoot()
    }
}

/// The entropies of two variables of which the joint probabilities are known, in nats.
struct JointEntropies: Sendable, Hashable {
    /// The probabilities of the rows.
    var x: [Double]
    /// The probabilities of the columns.
    var y: [Double]
    /// H(X).
    var entropyX: Double
    /// H(Y).
    var entropyY: Double
    /// H(X, Y).
    var joint: Double
    /// KL of the joint from the product of its margins: H(X) + H(Y) - H(X, Y) without the cancellation.
    var mutualInformation: Double

    /// The entropies of a table whose rows are X's values and whose columns are Y's.
    init(rows: [[Double]]) {
        let columns = rows.first?.count ?? 0
        let x = rows.map { Vector.sum($0) }
        let y = (0..<columns).map { column in Vector.sum(rows.map { $0[column] }) }
        entropyX = EntropyFunctional.shannon(x)
        entropyY = EntropyFunctional.shannon(y)
        joint = EntropyFunctional.shannon(rows.flatMap { $0 })
        var terms: [Double] = []
        for (i, row) in rows.enumerated() {
            for (j, p) in row.enumerated() where p > 0 { terms.append(p * log(p / x[i] / y[j])) }
        }
        mutualInformation = max(0, Vector.sum(terms))
        (self.x, self.y) = (x, y)
    }

    /// H(X|Y).
    var conditionalX: Double { max(0, entropyX - mutualInformation) }
    /// H(Y|X).
    var conditionalY: Double { max(0, entropyY - mutualInformation) }
    /// H(X|Y) + H(Y|X).
    var variation: Double { conditionalX + conditionalY }
    /// I over the mean of both entropies; nil when both are zero.
    var normalised: Double? { entropyX + entropyY > 0 ? 2 * mutualInformation / (entropyX + entropyY) : nil }
}
