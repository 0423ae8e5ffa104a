import Kernels

/// The modified Bessel functions of the first kind of order 0 and 1, for x >= 0, scaled by e⁻ˣ so that nothing overflows.
///
/// Power series up to 25, where all terms are positive, and the asymptotic series beyond; relative error about 1e-15. NaN below zero.
///
/// Source: NIST Handbook of Mathematical Functions (2010), 10.25.2 and 10.40.1.
public func scaledBesselI(_ x: Double) -> (zero: Double, one: Double) {
    guard x >= 0 else { return (.nan, .nan) }
    if x.isInfinite { return (0, 0) }
    if x > 25 {
        func series(_ square: Double) -> Double {
            var (term, sum, k) = (1.0, 1.0, 1.0)
            while k < 60 {
                let odd = 2 * k - 1
                let next = -term * (square - odd * odd) / (8 * k * x)
                guard abs(next) < abs(term), abs(next) > 1e-18 * sum else { break }
                sum += next
                term = next
                k += 1
            }
            return sum
        }
        let factor = 1 / (2 * Double.pi * x).squareRoot()
        return (factor * series(0), factor * series(4))
    }
    let quarter = x * x / 4
    var (zeroTerm, oneTerm, k) = (1.0, x / 2, 1.0)
    var (zero, one) = (zeroTerm, oneTerm)
    while zeroTerm > 1e-18 * zero || oneTerm > 1e-18 * one {
        zeroTerm *= quarter / (k * k)
        oneTerm *= quarter / (k * (k + 1))
        zero += zeroTerm
        one += oneTerm
        k += 1
    }
    let scale = exp(-x)
    return (zero * scale, one * scale)
}
