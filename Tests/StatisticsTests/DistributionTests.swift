import Statistics
import Testing

/// |got - want| relative to want.
private func error(_ got: Double, _ want: Double) -> Double { got == want ? 0 : abs(got - want) / abs(want) }

/// The tail on its own side of the centre keeps its relative digits; the other, next to one, follows.
private func expectTails(_ got: Tails, lower: Double, upper: Double, _ place: String) {
    // A tail below 1e-50 is e to the power of a large number, whose rounding it inherits.
    let smaller = min(lower, upper)
    let tolerance = smaller < 1e-50 ? 2e-12 : 2e-13
    #expect(abs(got.lower - lower) <= 2e-13 && abs(got.upper - upper) <= 2e-13, "\(place)")
    if lower < 0.2 { #expect(error(got.lower, lower) < tolerance, "\(place): lower \(got.lower), wanted \(lower)") }
    if upper < 0.2 { #expect(error(got.upper, upper) < tolerance, "\(place): upper \(got.upper), wanted \(upper)") }
}

@Suite struct `Distributions against mpmath` {
    @Test func `the incomplete gamma functions`() {
        for (a, x, lower, upper) in gammaReferences {
            expectTails(regularizedGamma(a, x), lower: lower, upper: upper, "a \(a) x \(x)")
        }
    }

    @Test func `the incomplete beta function`() {
        for (a, b, x, lower, upper) in betaReferences where min(a, b) > 0.1 {
            expectTails(regularizedBeta(a, b, x), lower: lower, upper: upper, "a \(a) b \(b) x \(x)")
        }
        // Tiny shapes: the smaller tail is one minus the larger, so its digits are absolute.
        for (a, b, x, lower, upper) in betaReferences {
            let got = regularizedBeta(a, b, x)
            #expect(abs(got.lower - lower) < 2e-13 && abs(got.upper - upper) < 2e-13, "a \(a) b \(b) x \(x)")
        }
    }

    @Test func `chi-square quantiles`() {
        for (degrees, upper, x) in chiSquareQuantiles {
            let got = ChiSquareDistribution(degreesOfFreedom: degrees).upperQuantile(upper)
            #expect(error(got, x) < 1e-12, "\(degrees) degrees, upper \(upper): \(got), wanted \(x)")
        }
    }

    @Test func `Student-t tails and quantiles`() {
        for (degrees, t, upper) in studentTails {
            let got = StudentTDistribution(degreesOfFreedom: degrees).survival(t)
            #expect(error(got, upper) < 1e-12, "\(degrees) degrees, t \(t): \(got), wanted \(upper)")
        }
        for (degrees, upper, t) in studentQuantiles {
            let got = StudentTDistribution(degreesOfFreedom: degrees).upperQuantile(upper)
            #expect(error(got, t) < 1e-12, "\(degrees) degrees, upper \(upper): \(got), wanted \(t)")
        }
    }

    @Test func `F tails and quantiles`() {
        for (numerator, denominator, x, upper) in fTails {
            let got = FDistribution(numerator: numerator, denominator: denominator).survival(x)
            #expect(error(got, upper) < 1e-12, "F(\(numerator), \(denominator)) at \(x): \(got), wanted \(upper)")
        }
        for (numerator, denominator, upper, x) in fQuantiles {
            let got = FDistribution(numerator: numerator, denominator: denominator).upperQuantile(upper)
            #expect(error(got, x) < 1e-12, "F(\(numerator), \(denominator)) above \(upper): \(got), wanted \(x)")
        }
    }
}

@Suite struct `Distributions by their laws` {
    /// Every distribution at several shapes.
    private let all: [(String, any ContinuousDistribution)] =
        [0.2, 1, 2, 3.7, 30, 1e4].flatMap { shape -> [(String, any ContinuousDistribution)] in
            [
                ("gamma \(shape)", GammaDistribution(shape: shape, scale: 2.5)),
                ("chi-square \(shape)", ChiSquareDistribution(degreesOfFreedom: shape)),
                ("beta \(shape)", BetaDistribution(shape, 3)), ("t \(shape)", StudentTDistribution(degreesOfFreedom: shape)),
                ("F \(shape)", FDistribution(numerator: shape, denominator: 7)),
            ]
        }

    @Test func `a quantile's cumulative is the probability again`() {
        for (name, distribution) in all {
            for p in [1e-30, 1e-6, 0.01, 0.2, 0.49, 0.5, 0.51, 0.9, 0.999] {
                let x = distribution.quantile(p)
                #expect(error(distribution.cumulative(x), p) < 1e-11, "\(name) at \(p)")
                let y = distribution.upperQuantile(p)
                // A beta quantile next to 1 has rounded away digits of the tail above it.
                let tolerance = name.hasPrefix("beta") ? max(1e-11, 1e-15 / (1 - y)) : 1e-11
                #expect(error(distribution.survival(y), p) < tolerance, "\(name) above \(p)")
            }
        }
    }

    @Test func `the density is the cumulative's slope`() {
        for (name, distribution) in all {
            let x = distribution.quantile(0.3)
            let width = 1e-4 / distribution.density(x)
            let slope = (distribution.cumulative(x + width) - distribution.cumulative(x - width)) / (2 * width)
            // A ten-thousandth of the mass to either side: the curvature's share is of the order of its square.
            #expect(error(distribution.density(x), slope) < 1e-4, "\(name)")
        }
    }

    @Test func `the t distribution is symmetric and its density at the centre is known`() {
        let t = StudentTDistribution(degreesOfFreedom: 4)
        #expect(abs(t.quantile(0.3) + t.quantile(0.7)) < 1e-15)
        #expect(t.quantile(0.5) == 0)
        #expect(t.survival(-1.5) + t.survival(1.5) == 1)
        #expect(error(t.density(0), 0.375) < 1e-14)  // 3/8 for four degrees of freedom
        #expect(error(StudentTDistribution(degreesOfFreedom: 1).density(0), 1 / Double.pi) < 1e-14)
    }

    @Test func `ends of the range`() {
        let gamma = GammaDistribution(shape: 2)
        #expect(gamma.quantile(0) == 0 && gamma.quantile(1) == .infinity && gamma.upperQuantile(0) == .infinity)
        #expect(gamma.cumulative(-1) == 0 && gamma.cumulative(.infinity) == 1)
        let beta = BetaDistribution(2, 3)
        #expect(beta.quantile(0) == 0 && beta.quantile(1) == 1 && beta.cumulative(2) == 1 && beta.density(-1) == 0)
        let t = StudentTDistribution(degreesOfFreedom: 3)
        #expect(t.quantile(0) == -.infinity && t.quantile(1) == .infinity)
    }

    @Test func `what has no meaning is NaN`() {
        #expect(ChiSquareDistribution(degreesOfFreedom: -1).quantile(0.5).isNaN)
        #expect(ChiSquareDistribution(degreesOfFreedom: 3).quantile(1.5).isNaN)
        #expect(GammaDistribution(shape: .nan).cumulative(1).isNaN)
        #expect(GammaDistribution(shape: 1).cumulative(.nan).isNaN)
        #expect(BetaDistribution(0, 1).cumulative(0.5).isNaN)
        #expect(StudentTDistribution(degreesOfFreedom: 0).survival(1).isNaN)
        #expect(FDistribution(numerator: 1, denominator: -2).survival(1).isNaN)
        #expect(NormalDistribution(mean: 0, standardDeviation: -1).cumulative(0).isNaN)
    }
}
