/// A probability distribution on the line with a density.
///
/// Tails are computed each for itself, never as one minus the other where that would lose digits: `survival(30)` of the standard
/// normal is 4.9e-198, not zero by cancellation. Arguments without meaning - a shape that is not positive, a
/// probability outside [0, 1], NaN - give NaN.
public protocol ContinuousDistribution: Sendable {
    /// The density at `x`.
    func density(_ x: Double) -> Double
    /// The probability of at most `x`.
    func cumulative(_ x: Double) -> Double
    /// The probability of more than `x`.
    func survival(_ x: Double) -> Double
    /// The `x` with `cumulative(x) == p`, for `p` in [0, 1].
    func quantile(_ p: Double) -> Double
    /// The `x` with `survival(x) == q`, for `q` in [0, 1]; exact far out in the tail, where `quantile(1 - q)` is not.
    func upperQuantile(_ q: Double) -> Double
}

/// A probability and what it leaves to one, each with its own digits.
public struct Tails: Hashable, Sendable {
    /// The probability of at most x.
    public var lower: Double
    /// The probability of more than x.
    public var upper: Double

    /// Two tails that sum to one.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// The tails the other way round.
    var swapped: Tails { Tails(lower: upper, upper: lower) }

    static let undefined = Tails(lower: .nan, upper: .nan)
}
