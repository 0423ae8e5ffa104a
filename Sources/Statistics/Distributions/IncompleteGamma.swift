import Kernels

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x), for a >= 0 and x >= 0.
///
/// Series below x = a + 1, continued fraction above (modified Lentz), Temme's uniform expansion for a > 1e10. The common factor
/// x^a exp(-x)/Γ(a+1) is formed from Loader's deviance, so that large arguments keep their digits. Relative error about 1e-14 of the
/// tail on its own side of a, of both for a < 1; grows with the logarithm of a tail that is itself below 1e-50. O(√a) steps near x = a.
///
/// Source: N. M. Temme, "The asymptotic expansion of the incomplete gamma functions" (1979); C. Loader, "Fast and accurate
/// computation of binomial probabilities" (2000); NIST Handbook (2010), §8.
public func regularizedGamma(_ a: Double, _ x: Double) -> Tails {
    guard a >= 0, x >= 0, !(a.isInfinite && x.isInfinite) else { return .undefined }
    if a == 0 || x.isInfinite { return Tails(lower: 1, upper: 0) }
    if x == 0 || a.isInfinite { return Tails(lower: 0, upper: 1) }
    if a > 1e10 { return gammaByTemme(a, x) }
    if x >= a + 1 {
        let upper = min(1, a * gammaFactor(a, x) * gammaFraction(a, x))
        return Tails(lower: 1 - upper, upper: upper)
    }
    if a < 1 { return gammaOfSmallShape(a, x) }
    let lower = min(1, gammaFactor(a, x) * gammaSeries(a, x))
    return Tails(lower: lower, upper: 1 - lower)
}

/// x^a exp(-x)/Γ(a+1), the mass of a Poisson distribution of mean x at a.
func gammaFactor(_ a: Double, _ x: Double) -> Double {
    if a < 10 { return exp(a * log(x) - x - logGammaOnePlus(a)) }
    return exp(-stirlingError(a) - deviance(a, x)) / (2 * Double.pi * a).squareRoot()
}

/// Σ xⁿ/((a+1)…(a+n)), which times `gammaFactor` is P(a, x); converges fast below x = a + 1.
private func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var n = 1.0
    while term > sum * 1e-17 {
        term *= x / (a + n)
        sum += term
        n += 1
    }
    return sum
}

/// The continued fraction which times a·`gammaFactor` is Q(a, x); converges fast above x = a + 1.
private func gammaFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var fraction = d
    var n = 1.0
    while n < 1e7 {
        let numerator = -n * (n - a)
        b += 2
        d = 1 / nonzero(numerator * d + b)
        c = nonzero(b + numerator / c)
        let factor = c * d
        fraction *= factor
        if abs(factor - 1) < 1e-16 { break }
        n += 1
    }
    return fraction
}

/// Both tails for a < 1 and x < a + 1, where Q is small without x being large: its leading terms cancel in closed form.
private func gammaOfSmallShape(_ a: Double, _ x: Double) -> Tails {
    var power = 1.0
    var sum = 0.0
    var n = 1.0
    repeat {
        power *= -x / n
        sum += power / (a + n)
        n += 1
    } while abs(power) > 1e-18
    let exponent = a * log(x) - logGammaOnePlus(a)
    let factor = exp(exponent)
    return Tails(lower: factor * (1 + a * sum), upper: max(0, -expm1(exponent) - factor * a * sum))
}

/// The leading terms of Temme's uniform expansion; the next would be of order 1e-14 where a > 1e10 and the tail does not underflow.
private func gammaByTemme(_ a: Double, _ x: Double) -> Tails {
    let exponent = deviance(a, x)
    let root = exponent.squareRoot()
    let eta = (x < a ? -1 : 1) * (2 * exponent / a).squareRoot()
    let leading = -1.0 / 3 + eta * (1.0 / 12 + eta * (-2.0 / 135 + eta / 864))
    let correction = abs(eta) < 0.1 ? exp(-exponent) / (2 * Double.pi * a).squareRoot() * (leading - 1 / (540 * a)) : 0
    let near = 0.5 * erfc(root)
    return x < a
        ? Tails(lower: near - correction, upper: 1 - (near - correction))
        : Tails(lower: 1 - (near + correction), upper: near + correction)
}

/// log Γ(1 + a) for a >= 0, with its digits near a = 0 where rounding 1 + a would lose them.
func logGammaOnePlus(_ a: Double) -> Double {
    guard a < 0.03 else { return lgamma(1 + a) }
    // -γa + Σ ζ(k)(-a)^k/k
    let coefficients = [
        -0.577215664901532861, 0.822467033424113218, -0.400685634386531428, 0.270580808427784548, -0.207385551028673985,
        0.169557176997408190, -0.144049896768846118, 0.125509669524743042, -0.111334265869564691, 0.100099457512781808,
    ]
    return a * coefficients.reversed().reduce(0) { $0 * a + $1 }
}

/// What Stirling's formula misses: log Γ(a+1) - (a+½)·log a + a - ½·log 2π, for a > 0.
func stirlingError(_ a: Double) -> Double {
    if a < 15 { return logGammaOnePlus(a) - (a + 0.5) * log(a) + a - 0.918938533204672742 }
    let square = 1 / (a * a)
    let series =
        1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * 691 / 360360))))
    return series / a
}

/// x·log(x/mean) + mean - x without cancellation near x = mean (Loader 2000).
func deviance(_ x: Double, _ mean: Double) -> Double {
    if x == 0 { return mean }
    let difference = x - mean
    guard abs(difference) < 0.1 * (x + mean) else { return x * log(x / mean) - difference }
    let ratio = difference / (x + mean)
    let square = ratio * ratio
    var sum = difference * ratio
    var term = 2 * x * ratio
    var n = 3.0
    while true {
        term *= square
        let next = sum + term / n
        if next == sum { return next }
        sum = next
        n += 2
    }
}

/// Lentz' guard against a vanishing denominator.
func nonzero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
