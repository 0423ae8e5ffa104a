import Kernels

/// Student's t distribution; infinite degrees of freedom give the standard normal.
public struct StudentTDistribution: ContinuousDistribution, Hashable {
    /// Degrees of freedom, positive, not necessarily whole.
    public var degreesOfFreedom: Double

    /// A t distribution.
    public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

    /// Beyond this the distribution differs from the normal by less than rounding.
    private var isNormal: Bool { degreesOfFreedom > 1e17 }

    /// The density at `x`.
    public func density(_ x: Double) -> Double {
        guard degreesOfFreedom > 0, !x.isNaN else { return .nan }
        if isNormal { return NormalDistribution().density(x) }
        let half = degreesOfFreedom / 2
        let z = abs(x)
        if z < 1e-8 * degreesOfFreedom.squareRoot() {
            // x·density(x) is no help at x = 0: the density at 1, moved.
            let atOne = betaFactor(half, 0.5, degreesOfFreedom / (degreesOfFreedom + 1), 1 / (degreesOfFreedom + 1))
            return atOne * exp((half + 0.5) * (log1p(1 / degreesOfFreedom) - log1p(z * z / degreesOfFreedom)))
        }
        return z.isInfinite ? 0 : centralFactor(z) / z
    }

    /// The probability of at most `x`.
    public func cumulative(_ x: Double) -> Double { survival(-x) }

    /// The probability of more than `x`.
    public func survival(_ x: Double) -> Double {
        guard degreesOfFreedom > 0, !x.isNaN else { return .nan }
        if isNormal { return NormalDistribution().survival(x) }
        let both = positiveTails(abs(x))
        return x < 0 ? 1 - both.upper : both.upper
    }

    /// The place below which lies the probability `p`.
    public func quantile(_ p: Double) -> Double { p >= 0.5 ? upperQuantile(1 - p) : -upperQuantile(p) }

    /// The place above which lies the probability `q`.
    public func upperQuantile(_ q: Double) -> Double {
        guard degreesOfFreedom > 0, q >= 0, q <= 1 else { return .nan }
        if isNormal { return NormalDistribution().upperQuantile(q) }
        if q > 0.5 { return -upperQuantile(1 - q) }
        if q == 0.5 { return 0 }
        let evaluate = { (x: Double) in (positiveTails(x), slope: centralFactor(x)) }
        // Next to the centre the probability between 0 and x is what keeps its digits.
        if q > 0.25 { return positiveQuantile(.lower(0.5 - q), start: 0.5, tails: evaluate) }
        return positiveQuantile(.upper(q), start: 1.5, tails: evaluate)
    }

    /// The probabilities of (0, x) and of (x, ∞) for x >= 0; together one half.
    private func positiveTails(_ x: Double) -> Tails {
        let half = degreesOfFreedom / 2
        let ratio = x / degreesOfFreedom.squareRoot()
        if ratio > 1e8 {
            let upper = 0.5 * centralFactor(x) / half
            return Tails(lower: 0.5 - upper, upper: upper)
        }
        let (u, v) = shares(ratio)
        let both = regularizedBeta(half, 0.5, u, complement: v)
        return Tails(lower: 0.5 * both.upper, upper: 0.5 * both.lower)
    }

    /// x·density(x) for x > 0.
    private func centralFactor(_ x: Double) -> Double {
        let half = degreesOfFreedom / 2
        let ratio = x / degreesOfFreedom.squareRoot()
        if ratio.isInfinite { return 0 }
        if ratio > 1e8 {
            // 1/(1 + ratio²) would underflow: only its logarithm enters.
            return exp(lgamma(half + 0.5) - lgamma(half) - lgamma(0.5) - 2 * half * log(ratio))
        }
        let (u, v) = shares(ratio)
        return betaFactor(half, 0.5, u, v)
    }

    /// ν/(ν+x²) and x²/(ν+x²) for a ratio x/√ν.
    private func shares(_ ratio: Double) -> (Double, Double) {
        let square = ratio * ratio
        return (1 / (1 + square), square / (1 + square))
    }
}
