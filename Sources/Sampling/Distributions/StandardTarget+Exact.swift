import Kernels
import Plotting
import Statistics

extension StandardTarget {
    /// The exact mean of each quantity; NaN where there is none.
    var exactMeans: [Double] {
        var means = [Double](repeating: 0, count: dimension)
        switch kind {
        case .modes: means[0] = (2 * modeWeight - 1) * 0.5 * separation
        case .studentT where degrees <= 1: means = [Double](repeating: .nan, count: dimension)
        default: break
        }
        return means
    }

    /// The exact standard deviation of each quantity; NaN where there is none, infinite where the variance is.
    var exactSds: [Double] {
        let d = dimension
        switch kind {
        case .banana:
            let s = Self.bananaSd
            let bent = (1 + 2 * curvature * curvature * s * s * s * s).squareRoot()
            return [s, bent] + [Double](repeating: 1, count: d - 2)
        case .funnel:
            return [Self.funnelSd] + [Double](repeating: Kernels.exp(0.25 * Self.funnelSd * Self.funnelSd), count: d - 1)
        case .illConditioned: return (0..<d).map { variance($0).squareRoot() }
        case .correlated: return [Double](repeating: 1, count: d)
        case .modes:
            return [(1 + modeWeight * (1 - modeWeight) * separation * separation).squareRoot()] + [Double](repeating: 1, count: d - 1)
        case .studentT:
            let sd = degrees > 2 ? (degrees / (degrees - 2)).squareRoot() : degrees > 1 ? .infinity : .nan
            return [Double](repeating: sd, count: d)
        }
    }

    /// The exact correlation of the first two quantities; NaN where there is none.
    var exactCorrelation: Double {
        switch kind {
        case .correlated: dimension > 1 ? correlation : .nan
        case .studentT where degrees <= 2: .nan
        default: dimension > 1 ? 0 : .nan
        }
    }

    /// The exact probability that the first quantity is above 0.
    var massAbove: Double {
        guard kind == .modes else { return 0.5 }
        let side = NormalDistribution().cumulative(0.5 * separation)
        return modeWeight * side + (1 - modeWeight) * (1 - side)
    }

    /// The exact density of a quantity.
    func marginal(_ quantity: Int, at x: Double) -> Double {
        switch kind {
        case .banana where quantity == 0: normalDensity(x, sd: Self.bananaSd)
        case .banana where quantity == 1:
            average(sd: Self.bananaSd) { normalDensity(x, mean: -curvature * ($0 * $0 - Self.bananaSd * Self.bananaSd)) }
        case .funnel where quantity == 0: normalDensity(x, sd: Self.funnelSd)
        case .funnel: average(sd: Self.funnelSd) { normalDensity(x, sd: Kernels.exp(0.5 * $0)) }
        case .illConditioned: normalDensity(x, sd: variance(quantity).squareRoot())
        case .modes where quantity == 0:
            modeWeight * normalDensity(x, mean: 0.5 * separation) + (1 - modeWeight) * normalDensity(x, mean: -0.5 * separation)
        case .studentT: StudentTDistribution(degreesOfFreedom: degrees).density(x)
        default: normalDensity(x)
        }
    }

    /// The mean of a function of a N(0, sd²) number, by the trapezoid rule to six standard deviations.
    private func average(sd: Double, _ function: (Double) -> Double) -> Double {
        let n = 1200
        let step = 12 * sd / Double(n)
        return (0...n).reduce(0) { sum, k in
            let x = -6 * sd + Double(k) * step
            return sum + step * normalDensity(x, sd: sd) * function(x)
        }
    }

    /// The range that is worth drawing of a quantity.
    func window(_ quantity: Int) -> ClosedRange<Double> {
        switch kind {
        case .banana where quantity == 0: return -35...35
        case .banana where quantity == 1: return -curvature * 1000 - 4...curvature * 100 + 4
        case .funnel where quantity == 0: return -10...10
        case .funnel: return -25...25
        case .illConditioned:
            let reach = 4 * variance(quantity).squareRoot()
            return -reach...reach
        case .modes where quantity == 0: return -0.5 * separation - 4...0.5 * separation + 4
        case .studentT:
            let reach = min(40, StudentTDistribution(degreesOfFreedom: degrees).upperQuantile(0.005))
            return -reach...reach
        default: return -4...4
        }
    }

    /// The exact density of a quantity as a curve.
    func curve(_ quantity: Int) -> [Point] { densityCurve(window(quantity)) { marginal(quantity, at: $0) } }

    /// The exact joint density of the pair that is drawn: the first two quantities, the funnel's v upward.
    var pairDensity: ExactDensity? {
        guard dimension > 1 else { return nil }
        let (x, y) = kind == .funnel ? (window(1), window(0)) : (window(0), window(1))
        return ExactDensity(x: x, y: y) { x, y in
            switch kind {
            case .banana:
                normalDensity(x, sd: Self.bananaSd)
                    * normalDensity(y, mean: -curvature * (x * x - Self.bananaSd * Self.bananaSd))
            case .funnel: normalDensity(y, sd: Self.funnelSd) * normalDensity(x, sd: Kernels.exp(0.5 * y))
            case .illConditioned, .modes: marginal(0, at: x) * marginal(1, at: y)
            case .correlated: normalDensity(x) * normalDensity(y, mean: correlation * x, sd: (1 - correlation * correlation).squareRoot())
            case .studentT: Kernels.exp(-0.5 * (degrees + 2) * Kernels.log1p((x * x + y * y) / degrees)) / (2 * Double.pi)
            }
        }
    }
}
