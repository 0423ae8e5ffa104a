import Kernels

/// Gauss & Legendre's rule on [-1, 1], exact for polynomials of degree up to 2n - 1.
///
/// Roots by Newton's method on the three-term recurrence, started from Tricomi's approximation; nodes ascend.
public struct GaussLegendre: Sendable, Hashable {
    /// Where the integrand is taken, ascending.
    public let nodes: [Double]
    /// What each value counts; they sum to 2.
    public let weights: [Double]

    /// The rule of so many nodes, at least one.
    public init(count: Int) {
        precondition(count > 0, "a rule has at least one node")
        var (nodes, weights) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        let n = Double(count)
        for i in 0..<(count + 1) / 2 {
            var x = cos(Double.pi * (Double(i) + 0.75) / (n + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var (value, last) = (1.0, 0.0)
                for j in 1...count {
                    let k = Double(j)
                    (value, last) = (((2 * k - 1) * x * value - (k - 1) * last) / k, value)
                }
                slope = n * (x * value - last) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            if 2 * i + 1 == count { x = 0 }
            (nodes[i], nodes[count - 1 - i]) = (-x, x)
            weights[i] = 2 / ((1 - x * x) * slope * slope)
            weights[count - 1 - i] = weights[i]
        }
        (self.nodes, self.weights) = (nodes, weights)
    }
}
