import Engine
import Kernels
import Statistics

/// Families of densities whose differential entropies are known in closed form.
///
/// Source: T. M. Cover & J. A. Thomas, "Elements of information theory" (2006), table 17.1; the integrals of f^q by hand.
enum DensityFamily: String, CaseIterable, Sendable {
    case normal, exponential, gamma, uniform, laplace, lognormal, beta, pareto, weibull, cauchy, studentT, logistic, gumbel, rayleigh
    case chiSquare, vonMises

    private static let eulerGamma = 0.5772156649015329

    /// The parameters' names and standard values, and which must be positive.
    var parameters: [(name: String, standard: Double, isPositive: Bool)] {
        switch self {
        case .normal, .lognormal: [("mean", 0, false), ("sd", 1, true)]
        case .exponential: [("rate", 1, true)]
        case .gamma: [("shape", 2, true), ("scale", 1, true)]
        case .uniform: [("lower", 0, false), ("upper", 1, false)]
        case .laplace, .cauchy, .logistic, .gumbel: [("location", 0, false), ("scale", 1, true)]
        case .beta: [("a", 2, true), ("b", 5, true)]
        case .pareto: [("minimum", 1, true), ("exponent", 3, true)]
        case .weibull: [("shape", 2, true), ("scale", 1, true)]
        case .studentT: [("degrees", 5, true), ("scale", 1, true)]
        case .rayleigh: [("scale", 1, true)]
        case .chiSquare: [("degrees", 3, true)]
        case .vonMises: [("location", 0, false), ("concentration", 1, true)]
        }
    }

    /// Checks a list of parameters; an empty one gives the standard values, and missing last ones are standard too.
    func checked(_ values: [Double]) throws -> [Double] {
        let expected = parameters
        let names = expected.map(\.name).joined(separator: ", ")
        guard values.count <= expected.count else {
            throw UserError(
                "familyParameters has \(values.count) numbers; \(rawValue) takes \(names)", parameter: "familyParameters")
        }
        var full = expected.map(\.standard)
        for (i, value) in values.enumerated() {
            guard value.isFinite, value > 0 || !expected[i].isPositive else {
                throw UserError(
                    "familyParameters: \(expected[i].name) = \(Value.real(value)) of \(rawValue); expected a finite number"
                        + (expected[i].isPositive ? " above 0" : ""), parameter: "familyParameters")
            }
            full[i] = value
        }
        if self == .uniform, full[0] >= full[1] {
            throw UserError(
                "familyParameters: uniform from \(Value.real(full[0])) to \(Value.real(full[1])); expected lower below upper",
                parameter: "familyParameters")
        }
        return full
    }

    /// The differential entropy in nats.
    func entropy(_ v: [Double]) -> Double {
        let gamma = Self.eulerGamma
        let normal = 1.4189385332046727  // ½ log 2πe
        switch self {
        case .normal: return normal + log(v[1])
        case .lognormal: return normal + v[0] + log(v[1])
        case .exponential: return 1 - log(v[0])
        case .gamma: return gammaEntropy(v[0]) + log(v[1])
        case .chiSquare: return gammaEntropy(v[0] / 2) + log(2)
        case .uniform: return log(v[1] - v[0])
        case .laplace: return 1 + log(2 * v[1])
        case .cauchy: return log(4 * Double.pi * v[1])
        case .logistic: return 2 + log(v[1])
        case .gumbel: return 1 + gamma + log(v[1])
        case .beta:
            let (a, b) = (v[0], v[1])
            return logBeta(a, b) - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (a + b - 2) * digamma(a + b)
        case .pareto: return log(v[0] / v[1]) + 1 / v[1] + 1
        case .weibull: return gamma * (1 - 1 / v[0]) + log(v[1] / v[0]) + 1
        case .rayleigh: return 1 + log(v[0]) - 0.5 * log(2) + gamma / 2
        case .studentT:
            let (n, half) = (v[0], (v[0] + 1) / 2)
            return half * (digamma(half) - digamma(n / 2)) + 0.5 * log(n) + logBeta(n / 2, 0.5) + log(v[1])
        case .vonMises:
            let bessel = scaledBesselI(v[1])
            return log(2 * Double.pi * bessel.zero) + v[1] * (1 - bessel.one / bessel.zero)
        }
    }

    /// log ∫ f^q for an order q > 0; infinite where the integral diverges.
    func logPower(_ v: [Double], order q: Double) -> Double {
        let root = log(2 * Double.pi)
        switch self {
        case .normal: return (1 - q) * (0.5 * root + log(v[1])) - 0.5 * log(q)
        case .lognormal:
            return (1 - q) * (0.5 * root + log(v[1]) + v[0]) - 0.5 * log(q) + (1 - q) * (1 - q) * v[1] * v[1] / (2 * q)
        case .exponential: return (q - 1) * log(v[0]) - log(q)
        case .gamma: return gammaPower(v[0], q) + (1 - q) * log(v[1])
        case .chiSquare: return gammaPower(v[0] / 2, q) + (1 - q) * log(2)
        case .uniform: return (1 - q) * log(v[1] - v[0])
        case .laplace: return (1 - q) * log(2 * v[1]) - log(q)
        case .cauchy: return q > 0.5 ? (1 - q) * log(v[1]) - q * log(Double.pi) + logBeta(0.5, q - 0.5) : .infinity
        case .logistic: return (1 - q) * log(v[1]) + logBeta(q, q)
        case .gumbel: return (1 - q) * log(v[1]) + lgamma(q) - q * log(q)
        case .beta:
            let (a, b) = (q * (v[0] - 1) + 1, q * (v[1] - 1) + 1)
            return a > 0 && b > 0 ? logBeta(a, b) - q * logBeta(v[0], v[1]) : .infinity
        case .pareto:
            let rate = q * (v[1] + 1) - 1
            return rate > 0 ? q * log(v[1]) + (1 - q) * log(v[0]) - log(rate) : .infinity
        case .weibull: return weibullPower(v[0], v[1], q)
        case .rayleigh: return weibullPower(2, v[0] * 2.0.squareRoot(), q)
        case .studentT:
            let (n, rate) = (v[0], (q * (v[0] + 1) - 1) / 2)
            guard rate > 0 else { return .infinity }
            return (1 - q) * (0.5 * log(n) + log(v[1])) + logBeta(rate, 0.5) - q * logBeta(n / 2, 0.5)
        case .vonMises:
            let (once, raised) = (scaledBesselI(v[1]).zero, scaledBesselI(q * v[1]).zero)
            return (1 - q) * root + log(raised) - q * log(once)
        }
    }

    /// Rényi's differential entropy of order q.
    func renyi(_ v: [Double], order: Double) -> Double { order == 1 ? entropy(v) : logPower(v, order: order) / (1 - order) }

    /// Tsallis' differential entropy of order q.
    func tsallis(_ v: [Double], order: Double) -> Double {
        order == 1 ? entropy(v) : expm1(logPower(v, order: order)) / (1 - order)
    }

    private func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
    private func gammaEntropy(_ shape: Double) -> Double { shape + lgamma(shape) + (1 - shape) * digamma(shape) }
    private func gammaPower(_ shape: Double, _ q: Double) -> Double {
        let raised = q * (shape - 1) + 1
        return raised > 0 ? lgamma(raised) - q * lgamma(shape) - raised * log(q) : .infinity
    }
    private func weibullPower(_ shape: Double, _ scale: Double, _ q: Double) -> Double {
        let raised = (q * (shape - 1) + 1) / shape
        return raised > 0 ? (q - 1) * log(shape / scale) + lgamma(raised) - raised * log(q) : .infinity
    }
}
