import Kernels

/// Which tail a quantile is sought in, with a probability of at most about one half.
enum Tail {
    case lower(Double)
    case upper(Double)

    /// The tail with the smaller probability, for the x with `cumulative(x) == p`; 1 - p is exact for p in [½, 1].
    static func below(_ p: Double) -> Tail { p <= 0.5 ? .lower(p) : .upper(1 - p) }
    /// The tail with the smaller probability, for the x with `survival(x) == q`.
    static func above(_ q: Double) -> Tail { q <= 0.5 ? .upper(q) : .lower(1 - q) }
}

/// The positive x at which a tail has a given probability.
///
/// Newton's method on the logarithm of the tail against log x, where the tails of the classical distributions are nearly straight
/// lines, kept inside a bracket that every evaluation shrinks.
///
/// - Parameters:
///   - start: any positive guess.
///   - tails: both tails at x and x·density(x).
func positiveQuantile(_ tail: Tail, start: Double, tails: (Double) -> (Tails, slope: Double)) -> Double {
    let target: Double
    let isLower: Bool
    switch tail {
    case .lower(let p): (target, isLower) = (p, true)
    case .upper(let q): (target, isLower) = (q, false)
    }
    guard target >= 0, target <= 1 else { return .nan }
    if target == 0 { return isLower ? 0 : .infinity }
    let logTarget = log(target)
    var x = start
    var low = 0.0
    var high = Double.infinity
    for _ in 0..<400 {
        let (both, slope) = tails(x)
        guard !both.lower.isNaN else { return .nan }
        let value = isLower ? both.lower : both.upper
        let gap = value > 0 ? log(value) - logTarget : -.infinity
        if gap == 0 { return x }
        if (gap > 0) == isLower { high = x } else { low = x }
        let step = slope > 0 && gap.isFinite ? (isLower ? -gap : gap) * value / slope : Double.nan
        var next = x * exp(max(-700, min(700, step)))
        if abs(step) < 1e-9 {
            // Converging: the last, quadratically small step decides the last digits.
            next = x * (1 + step)
            if abs(step) < 1e-15 { return next }
        }
        if !(next > low && next < high) {
            if high.isInfinite {
                next = x * 16
            } else if low == 0 {
                next = x / 16
            } else {
                next = low.squareRoot() * high.squareRoot()
            }
            if next == 0 || next.isInfinite { return next }
            if high.isFinite, high - low <= high * 0x1p-52 { return next }
        }
        x = next
    }
    return x
}
