import Kernels
import Plotting

/// The exact posterior of the schools' model: given τ all is normal, so that one integral, over log τ, is left.
///
/// With Vⱼ = σⱼ² + τ² and the precision P = 1/s² + Σ1/Vⱼ, μ given τ is N(m, 1/P), m = Σ(yⱼ/Vⱼ)/P, and θⱼ given μ and τ is a weighted mean
/// of yⱼ and μ. The trapezoid rule in log τ, step 0.05, is exact to rounding for so smooth a function.
struct SchoolsPosterior: Sendable {
    /// log τ and its probability, where that is not negligible.
    private let nodes: [(logTau: Double, weight: Double)]
    private let target: SchoolsTarget
    private static let step = 0.05

    /// log p(y).
    let logEvidence: Double
    /// The exact means of μ, τ, θ₁, ….
    let means: [Double]
    let sds: [Double]

    init(_ target: SchoolsTarget) {
        self.target = target
        let centre = Kernels.log(target.tauScale)
        let logs = (-600...600).map { centre + Double($0) * Self.step }
        let densities = logs.map { Self.logJoint($0, target) }
        let total = Vector.logSumExp(densities)
        logEvidence = total + Kernels.log(Self.step)
        nodes = zip(logs, densities).compactMap { u, density in
            let weight = Kernels.exp(density - total)
            return weight > 1e-17 ? (u, weight) : nil
        }
        var (first, second) = ([Double](repeating: 0, count: target.dimension), [Double](repeating: 0, count: target.dimension))
        for node in nodes {
            for q in 0..<target.dimension {
                let (mean, variance) = Self.moments(q, node.logTau, target)
                first[q] += node.weight * mean
                second[q] += node.weight * (variance + mean * mean)
            }
        }
        means = first
        sds = zip(first, second).map { max(0, $1 - $0 * $0).squareRoot() }
    }

    /// The precision and mean of μ given τ.
    private static func conditional(_ tauSquared: Double, _ target: SchoolsTarget) -> (precision: Double, mean: Double) {
        var (precision, sum) = (1 / (target.muSd * target.muSd), 0.0)
        for (y, sigma) in zip(target.effects, target.errors) {
            let v = sigma * sigma + tauSquared
            precision += 1 / v
            sum += y / v
        }
        return (precision, sum / precision)
    }

    /// log p(y, log τ).
    private static func logJoint(_ logTau: Double, _ target: SchoolsTarget) -> Double {
        let tauSquared = Kernels.exp(2 * logTau)
        let (precision, mean) = conditional(tauSquared, target)
        let u = logTau - Kernels.log(target.tauScale)
        var value = Kernels.log(2 / Double.pi) + u - Kernels.log1pExp(2 * u)
        for (y, sigma) in zip(target.effects, target.errors) {
            let v = sigma * sigma + tauSquared
            value -= 0.5 * (Kernels.log(2 * Double.pi * v) + y * y / v)
        }
        return value + 0.5 * mean * mean * precision - 0.5 * Kernels.log(target.muSd * target.muSd * precision)
    }

    /// The mean and variance of a quantity given τ.
    private static func moments(_ quantity: Int, _ logTau: Double, _ target: SchoolsTarget) -> (mean: Double, variance: Double) {
        if quantity == 1 { return (Kernels.exp(logTau), 0) }
        let tauSquared = Kernels.exp(2 * logTau)
        let (precision, mean) = conditional(tauSquared, target)
        if quantity == 0 { return (mean, 1 / precision) }
        let variance = target.errors[quantity - 2] * target.errors[quantity - 2]
        let own = tauSquared / (variance + tauSquared)
        return (own * target.effects[quantity - 2] + (1 - own) * mean, own * variance + (1 - own) * (1 - own) / precision)
    }

    /// The exact density of a quantity as a curve.
    func curve(_ quantity: Int) -> [Point] {
        if quantity == 1 {
            // The density of τ is that of log τ over τ.
            let top = means[1] + 5 * sds[1]
            return densityCurve(0...top) { tau in
                tau > 0 ? Kernels.exp(Self.logJoint(Kernels.log(tau), target) - logEvidence) / tau : .nan
            }
        }
        let reach = 5 * sds[quantity]
        let parts = nodes.filter { $0.weight > 1e-7 }.map { node in
            let (mean, variance) = Self.moments(quantity, node.logTau, target)
            return (weight: node.weight, mean: mean, sd: variance.squareRoot())
        }
        return densityCurve(means[quantity] - reach...means[quantity] + reach, count: 121) { x in
            parts.reduce(0) { $0 + $1.weight * normalDensity(x, mean: $1.mean, sd: $1.sd) }
        }
    }

    /// The exact joint density of a school's effect and log τ.
    func pair(_ school: Int) -> ExactDensity {
        let quantity = school + 2
        let top = Kernels.log(means[1] + 6 * sds[1])
        let (mean, reach) = (means[quantity], 5 * sds[quantity])
        return ExactDensity(x: mean - reach...mean + reach, y: top - 7...top) { theta, logTau in
            let (mean, variance) = Self.moments(quantity, logTau, target)
            return Kernels.exp(Self.logJoint(logTau, target) - logEvidence) * normalDensity(theta, mean: mean, sd: variance.squareRoot())
        }
    }
}
