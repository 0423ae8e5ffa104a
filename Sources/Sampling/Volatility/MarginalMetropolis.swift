import Kernels

/// One chain of random-walk Metropolis on log σ and log ν, with the states summed out by the filter: no particle, no gradient.
///
/// In warm-up the proposal's matrix S is adapted to an acceptance of 0.35 by Sᵢ₊₁Sᵢ₊₁ᵀ = Sᵢ(I + η(α - α*)uuᵀ/|u|²)Sᵢᵀ with η = min(1, 2i^-⅔)
/// (M. Vihola, "Robust adaptive Metropolis algorithm with coerced acceptance rate", 2012).
struct MarginalMetropolis: Sendable, Codable {
    /// log σ, log ν.
    private(set) var position: [Double]
    /// log p(x, log σ, log ν) there.
    private(set) var logDensity: Double
    /// The lower triangle of S: S₁₁, S₂₁, S₂₂.
    private var factor = [0.3, 0.0, 0.3]
    private var stream: RandomStream
    private var transitions = 0
    private(set) var accepted = 0

    private static let wantedAcceptance = 0.35

    init(_ filter: VolatilityFilter, seed: UInt64, chain: Int) {
        stream = RandomStream(seed: seed, purpose: "sampling.volatility.metropolis", chain: chain)
        position = [-3 + 1.5 * stream.uniform(), 1.5 + 1.5 * stream.uniform()]
        logDensity = Self.logDensity(position, filter)
    }

    /// log p(x | σ, ν) + log p(σ) + log p(ν) and the change of variables; -∞ beyond what the filter can do.
    static func logDensity(_ position: [Double], _ filter: VolatilityFilter) -> Double {
        let (sigma, nu) = (Kernels.exp(position[0]), Kernels.exp(position[1]))
        guard sigma >= 0.002, sigma <= 10, nu >= 0.01, nu <= 1e4 else { return -.infinity }
        let (a, b) = (VolatilityTarget.sigmaRate, VolatilityTarget.nuRate)
        let value = filter.logLikelihood(sigma: sigma, nu: nu) + Kernels.log(a * b) - a * sigma - b * nu + position[0] + position[1]
        return value.isNaN ? -.infinity : value
    }

    /// One proposal, accepted or not.
    mutating func step(_ filter: VolatilityFilter, warmup: Int) {
        let (u, v) = (stream.normal(), stream.normal())
        let next = [position[0] + factor[0] * u, position[1] + factor[1] * u + factor[2] * v]
        let density = Self.logDensity(next, filter)
        let acceptance = Kernels.exp(min(0, density - logDensity))
        if stream.uniform() < acceptance {
            (position, logDensity) = (next, density)
            if transitions >= warmup { accepted += 1 }
        }
        transitions += 1
        guard transitions <= warmup else { return }
        let eta = min(1, 2 * Kernels.pow(Double(transitions), -2 / 3.0))
        adapt(u, v, eta * (acceptance - Self.wantedAcceptance))
    }

    /// S ← the factor of S(I + change·uuᵀ/|u|²)Sᵀ.
    private mutating func adapt(_ u: Double, _ v: Double, _ change: Double) {
        let scale = change / (u * u + v * v)
        guard scale.isFinite else { return }
        // A = I + scale·uuᵀ, then B = SASᵀ and its Cholesky factor.
        let (a, b, c) = (1 + scale * u * u, scale * u * v, 1 + scale * v * v)
        let (s, t, w) = (factor[0], factor[1], factor[2])
        let (p, q) = (s * a, s * b)
        let (r, z) = (t * a + w * b, t * b + w * c)
        let (first, cross, second) = (p * s, p * t + q * w, r * t + z * w)
        guard first > 0 else { return }
        let root = first.squareRoot()
        let below = cross / root
        let rest = second - below * below
        guard rest > 0 else { return }
        factor = [root, below, rest.squareRoot()]
    }
}
