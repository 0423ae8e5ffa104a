import Kernels

/// The regularised incomplete beta function I_x(a, b) and its complement, for a, b > 0 and x in [0, 1].
///
/// Continued fraction on the side of the mean where it converges fast, its factor formed from Loader's deviance.
/// Relative error about 1e-14 of the tail on its own side of the mean, 1e-14 absolute of the other. O(√max(a, b)) steps at worst.
///
/// - Parameter complement: 1 - x, where the caller knows it with more digits than x leaves it.
///
/// Source: A. R. DiDonato and A. H. Morris, "Algorithm 708: significant digit computation of the incomplete beta function ratios"
/// (1992); C. Loader (2000).
public func regularizedBeta(_ a: Double, _ b: Double, _ x: Double, complement: Double? = nil) -> Tails {
    let y = complement ?? 1 - x
    guard a > 0, b > 0, a.isFinite, b.isFinite, x >= 0, y >= 0 else { return .undefined }
    if x == 0 { return Tails(lower: 0, upper: 1) }
    if y == 0 { return Tails(lower: 1, upper: 0) }
    // How far x lies below the mean, times a + b, from whichever of x and y keeps the digits of the difference.
    let distance = a > b ? (a + b) * y - b : a - (a + b) * x
    if distance >= 0 {
        let lower = min(1, betaFactor(a, b, x, y) * betaFraction(a, b, x, y, distance))
        return Tails(lower: lower, upper: 1 - lower)
    }
    let upper = min(1, betaFactor(a, b, x, y) * betaFraction(b, a, y, x, -distance))
    return Tails(lower: 1 - upper, upper: upper)
}

/// x^a y^b/B(a, b) with y = 1 - x.
func betaFactor(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let sum = a + b
    if a < 10, b < 10 {
        let logX = y < 0.5 ? log1p(-y) : log(x)
        let logY = x < 0.5 ? log1p(-x) : log(y)
        // Γ(a+b)/(Γ(a)Γ(b)) as a·b/(a+b)·Γ(1+a+b)/(Γ(1+a)Γ(1+b)), which stays finite for tiny shapes.
        let logRatio = logGammaOnePlus(sum) - logGammaOnePlus(a) - logGammaOnePlus(b)
        return a * (b / sum) * exp(a * logX + b * logY + logRatio)
    }
    let exponent = stirlingError(sum) - stirlingError(a) - stirlingError(b) - deviance(a, sum * x) - deviance(b, sum * y)
    return (a / sum * b / (2 * Double.pi)).squareRoot() * exp(exponent)
}

/// The continued fraction which times `betaFactor` is I_x(a, b), for x at most the mean.
///
/// The even part of the classical fraction, in the form of DiDonato and Morris, which loses no digits even with
/// one shape a million times the other.
private func betaFraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double, _ distance: Double) -> Double {
    let first = 1 + distance
    let shift = 1 + 1 / a
    var (olderTop, newerTop) = (0.0, 1.0)
    var (olderBottom, newerBottom) = (1.0, first / shift)
    var fraction = shift / first
    var growth = 1.0
    var place = a + 1
    var n = 1.0
    while n < 1e7 {
        let weight = n * (b - n) * x
        let share = a / place
        let alpha = growth * (growth + b / a) * share * share * weight * x
        let beta = n + weight / place + (1 + n / a) / (shift + 2 * n / a) * (first + n * (1 + y))
        growth = 1 + n / a
        place += 2
        (olderTop, newerTop) = (newerTop, alpha * olderTop + beta * newerTop)
        (olderBottom, newerBottom) = (newerBottom, alpha * olderBottom + beta * newerBottom)
        let next = newerTop / newerBottom
        if abs(next - fraction) <= 1e-16 * next { return next }
        fraction = next
        olderTop /= newerBottom
        olderBottom /= newerBottom
        newerTop = next
        newerBottom = 1
        n += 1
    }
    return fraction
}
