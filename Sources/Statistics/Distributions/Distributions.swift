import Kernels

/// The normal distribution.
public struct NormalDistribution: ContinuousDistribution, Hashable {
    /// The mean.
    public var mean: Double
    /// The standard deviation, positive.
    public var standardDeviation: Double

    /// A normal distribution, the standard one unless told otherwise.
    public init(mean: Double = 0, standardDeviation: Double = 1) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    private func standardised(_ x: Double) -> Double { standardDeviation > 0 ? (x - mean) / standardDeviation : .nan }
    /// The density at `x`.
    public func density(_ x: Double) -> Double {
        let z = standardised(x)
        return exp(-0.5 * z * z) / (standardDeviation * (2 * Double.pi).squareRoot())
    }
    /// The probability of at most `x`.
    public func cumulative(_ x: Double) -> Double { 0.5 * erfc(-standardised(x) / 2.0.squareRoot()) }
    /// The probability of more than `x`.
    public func survival(_ x: Double) -> Double { 0.5 * erfc(standardised(x) / 2.0.squareRoot()) }
    /// The place below which lies the probability `p`.
    public func quantile(_ p: Double) -> Double { p >= 0 && p <= 1 ? mean + standardDeviation * normalQuantile(p) : .nan }
    /// The place above which lies the probability `q`.
    public func upperQuantile(_ q: Double) -> Double { q >= 0 && q <= 1 ? mean - standardDeviation * normalQuantile(q) : .nan }
}

/// The gamma distribution of a shape and a scale.
public struct GammaDistribution: ContinuousDistribution, Hashable {
    /// The shape, positive.
    public var shape: Double
    /// The scale, positive: the mean is shape times scale.
    public var scale: Double

    /// A gamma distribution.
    public init(shape: Double, scale: Double = 1) {
        self.shape = shape
        self.scale = scale
    }

    private func tails(_ x: Double) -> Tails {
        guard shape > 0, scale > 0, !x.isNaN else { return .undefined }
        return regularizedGamma(shape, max(0, x / scale))
    }
    /// The density at `x`.
    public func density(_ x: Double) -> Double {
        guard shape > 0, scale > 0, !x.isNaN else { return .nan }
        if x < 0 || x.isInfinite { return 0 }
        if x == 0 { return shape < 1 ? .infinity : shape == 1 ? 1 / scale : 0 }
        return shape * gammaFactor(shape, x / scale) / x
    }
    /// The probability of at most `x`.
    public func cumulative(_ x: Double) -> Double { tails(x).lower }
    /// The probability of more than `x`.
    public func survival(_ x: Double) -> Double { tails(x).upper }
    /// The place below which lies the probability `p`.
    public func quantile(_ p: Double) -> Double { quantile(.below(p)) }
    /// The place above which lies the probability `q`.
    public func upperQuantile(_ q: Double) -> Double { quantile(.above(q)) }

    private func quantile(_ tail: Tail) -> Double {
        guard shape > 0, scale > 0 else { return .nan }
        return scale * positiveQuantile(tail, start: shape) { (regularizedGamma(shape, $0), shape * gammaFactor(shape, $0)) }
    }
}

/// The chi-square distribution: the sum of squares of independent standard normals.
public struct ChiSquareDistribution: ContinuousDistribution, Hashable {
    /// How many squares, positive, not necessarily whole.
    public var degreesOfFreedom: Double

    /// A chi-square distribution.
    public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

    private var gamma: GammaDistribution { GammaDistribution(shape: degreesOfFreedom / 2, scale: 2) }
    /// The density at `x`.
    public func density(_ x: Double) -> Double { gamma.density(x) }
    /// The probability of at most `x`.
    public func cumulative(_ x: Double) -> Double { gamma.cumulative(x) }
    /// The probability of more than `x`.
    public func survival(_ x: Double) -> Double { gamma.survival(x) }
    /// The place below which lies the probability `p`.
    public func quantile(_ p: Double) -> Double { gamma.quantile(p) }
    /// The place above which lies the probability `q`.
    public func upperQuantile(_ q: Double) -> Double { gamma.upperQuantile(q) }
}

/// The beta distribution on [0, 1].
public struct BetaDistribution: ContinuousDistribution, Hashable {
    /// The exponent of x, plus one; positive.
    public var a: Double
    /// The exponent of 1 - x, plus one; positive.
    public var b: Double

    /// A beta distribution.
    public init(_ a: Double, _ b: Double) {
        self.a = a
        self.b = b
    }

    private func tails(_ x: Double) -> Tails { x.isNaN ? .undefined : regularizedBeta(a, b, min(1, max(0, x))) }
    /// The density at `x`.
    public func density(_ x: Double) -> Double {
        guard a > 0, b > 0, !x.isNaN else { return .nan }
        if x < 0 || x > 1 { return 0 }
        if x == 0 { return a < 1 ? .infinity : a == 1 ? b : 0 }
        if x == 1 { return b < 1 ? .infinity : b == 1 ? a : 0 }
        return betaFactor(a, b, x, 1 - x) / (x * (1 - x))
    }
    /// The probability of at most `x`.
    public func cumulative(_ x: Double) -> Double { tails(x).lower }
    /// The probability of more than `x`.
    public func survival(_ x: Double) -> Double { tails(x).upper }
    /// The place below which lies the probability `p`.
    public func quantile(_ p: Double) -> Double { fromOdds(betaOdds(a, b, .below(p))) }
    /// The place above which lies the probability `q`.
    public func upperQuantile(_ q: Double) -> Double { fromOdds(betaOdds(a, b, .above(q))) }

    private func fromOdds(_ odds: Double) -> Double { odds.isInfinite ? 1 : odds / (1 + odds) }
}

/// The odds x/(1 - x) at a quantile of the beta distribution, which keep the digits of an x next to 1.
func betaOdds(_ a: Double, _ b: Double, _ tail: Tail) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite else { return .nan }
    return positiveQuantile(tail, start: min(1e100, max(1e-100, a / b))) { odds in
        let y = 1 / (1 + odds)
        let x = odds < 1e300 ? odds * y : 1
        return (regularizedBeta(a, b, x, complement: y), betaFactor(a, b, x, y))
    }
}

/// The F distribution: the ratio of two independent chi-squares, each over its degrees of freedom.
public struct FDistribution: ContinuousDistribution, Hashable {
    /// Degrees of freedom of the numerator, positive.
    public var numerator: Double
    /// Degrees of freedom of the denominator, positive.
    public var denominator: Double

    /// An F distribution.
    public init(numerator: Double, denominator: Double) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The share of the numerator's sum of squares in the whole, which is beta distributed, and the denominator's.
    private func shares(_ x: Double) -> (Double, Double) {
        let odds = max(0, x) * (numerator / denominator)
        return odds.isInfinite ? (1, 0) : (odds / (1 + odds), 1 / (1 + odds))
    }
    private func tails(_ x: Double) -> Tails {
        guard !x.isNaN else { return .undefined }
        let (u, v) = shares(x)
        return regularizedBeta(numerator / 2, denominator / 2, u, complement: v)
    }
    /// The density at `x`.
    public func density(_ x: Double) -> Double {
        guard numerator > 0, denominator > 0, !x.isNaN else { return .nan }
        if x < 0 || x.isInfinite { return 0 }
        if x == 0 { return numerator < 2 ? .infinity : numerator == 2 ? 1 : 0 }
        let (u, v) = shares(x)
        return betaFactor(numerator / 2, denominator / 2, u, v) / x
    }
    /// The probability of at most `x`.
    public func cumulative(_ x: Double) -> Double { tails(x).lower }
    /// The probability of more than `x`.
    public func survival(_ x: Double) -> Double { tails(x).upper }
    /// The place below which lies the probability `p`.
    public func quantile(_ p: Double) -> Double { denominator / numerator * betaOdds(numerator / 2, denominator / 2, .below(p)) }
    /// The place above which lies the probability `q`.
    public func upperQuantile(_ q: Double) -> Double { denominator / numerator * betaOdds(numerator / 2, denominator / 2, .above(q)) }
}
