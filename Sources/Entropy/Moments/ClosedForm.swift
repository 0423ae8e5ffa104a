import Kernels
import Statistics

/// A family of densities in closed form that a solution turned out to be.
struct ClosedForm: Sendable, Hashable {
    enum Family: String, Sendable {
        case uniform, exponential, truncatedExponential, normal, truncatedNormal, laplace, lognormal, gamma, beta, pareto, vonMises
    }

    let family: Family
    /// In the order of the family: uniform lower, upper; exponential rate (and origin, when not 0); truncatedExponential rate, lower,
    /// upper; normal mean, sd; truncatedNormal mean, sd, lower, upper; laplace location, scale; lognormal mean, sd; gamma shape,
    /// scale; beta a, b; pareto minimum, exponent; vonMises location, concentration.
    let parameters: [Double]

    /// The closed form of multipliers of functions of x, those aside that are zero; nil when it is none of these.
    init?(_ domain: MomentDomain, _ functions: [MomentFunction], _ multipliers: [Double], deviations: [Double]) {
        var known: [(function: MomentFunction, lambda: Double)] = []
        for (i, function) in functions.enumerated() where abs(multipliers[i]) * deviations[i] > 1e-9 {
            known.append((function, multipliers[i]))
        }
        func value(_ function: MomentFunction) -> Double { known.first { $0.function == function }?.lambda ?? 0 }
        func consists(of allowed: [MomentFunction]) -> Bool { known.allSatisfy { allowed.contains($0.function) } }
        let (lower, upper) = (domain.lower, domain.upper)
        let isOpen = upper.isInfinite
        if known.isEmpty, !isOpen {
            self.init(.uniform, [lower, upper])
        } else if consists(of: [.power(1)]), lower.isFinite {
            let rate = value(.power(1))
            self.init(
                isOpen ? .exponential : .truncatedExponential, isOpen ? (lower == 0 ? [rate] : [rate, lower]) : [rate, lower, upper])
        } else if consists(of: [.power(1), .power(2)]), value(.power(2)) > 0 {
            let curve = value(.power(2))
            let parts = [-value(.power(1)) / (2 * curve), (0.5 / curve).squareRoot()]
            self.init(
                lower.isFinite ? .truncatedNormal : .normal, !lower.isFinite ? parts : isOpen ? parts + [lower] : parts + [lower, upper])
        } else if known.count == 1, case .distance(let c) = known[0].function, lower == -.infinity {
            self.init(.laplace, [c, 1 / known[0].lambda])
        } else if lower == 0, isOpen, consists(of: [.log, .logSquare]), value(.logSquare) > 0 {
            let curve = value(.logSquare)
            self.init(.lognormal, [(1 - value(.log)) / (2 * curve), (0.5 / curve).squareRoot()])
        } else if lower == 0, isOpen, consists(of: [.power(1), .log]) {
            self.init(.gamma, [1 - value(.log), 1 / value(.power(1))])
        } else if lower == 0, upper == 1, consists(of: [.log, .logComplement]) {
            self.init(.beta, [1 - value(.log), 1 - value(.logComplement)])
        } else if lower > 0, isOpen, consists(of: [.log]) {
            self.init(.pareto, [lower, value(.log) - 1])
        } else if !isOpen, abs(upper - lower - 2 * Double.pi) < 1e-9, consists(of: [.cos, .sin]) {
            let (a, b) = (-value(.cos), -value(.sin))
            self.init(.vonMises, [atan2(b, a), (a * a + b * b).squareRoot()])
        } else {
            return nil
        }
    }

    private init(_ family: Family, _ parameters: [Double]) {
        self.family = family
        // Not -0.
        self.parameters = parameters.map { $0 + 0 }
    }

    /// Its density by the textbook, at a place inside the domain.
    func density(_ x: Double) -> Double {
        let v = parameters
        switch family {
        case .uniform: return 1 / (v[1] - v[0])
        case .exponential: return v[0] * exp(-v[0] * (x - (v.count > 1 ? v[1] : 0)))
        case .truncatedExponential:
            // From the end where it is greatest, which cannot overflow.
            let rate = abs(v[0])
            return rate * exp(-rate * (v[0] > 0 ? x - v[1] : v[2] - x)) / -expm1(-rate * (v[2] - v[1]))
        case .normal: return NormalDistribution(mean: v[0], standardDeviation: v[1]).density(x)
        case .truncatedNormal:
            let normal = NormalDistribution(mean: v[0], standardDeviation: v[1])
            let mass =
                v[2] > v[0]
                ? normal.survival(v[2]) - (v.count < 4 ? 0 : normal.survival(v[3]))
                : (v.count < 4 ? 1 : normal.cumulative(v[3])) - normal.cumulative(v[2])
            return normal.density(x) / mass
        case .laplace: return exp(-abs(x - v[0]) / v[1]) / (2 * v[1])
        case .lognormal: return x > 0 ? NormalDistribution(mean: v[0], standardDeviation: v[1]).density(log(x)) / x : 0
        case .gamma: return GammaDistribution(shape: v[0], scale: v[1]).density(x)
        case .beta:
            return exp((v[0] - 1) * log(x) + (v[1] - 1) * log1p(-x) + lgamma(v[0] + v[1]) - lgamma(v[0]) - lgamma(v[1]))
        case .pareto: return v[1] / v[0] * exp(-(v[1] + 1) * log(x / v[0]))
        case .vonMises:
            return exp(v[1] * (cos(x - v[0]) - 1)) / (2 * Double.pi * scaledBesselI(v[1]).zero)
        }
    }

    /// Name and parameters, for captions.
    var words: (name: String, parameters: [Double]) { (family.rawValue, parameters) }
}
