import Kernels

/// The mixed scheme by which the source of this example fits the model: preconditioned Langevin steps on σ, ν, the first state and the drifts of an
/// approximate path, whose states are drawn by reparameterisation.
///
/// q(sᵢ | sᵢ₋₁) = N(sᵢ₋₁ + μᵢ, σ²) with σ the model's own, so that a copy's path is s₀ + Σ(μⱼ + σεⱼ). As written, an epoch climbs the mean
/// over copies of log p(x|s,ν) plus the priors of σ and ν and the transitions' log p - log q, which is -μᵢ²/2σ². As coded, transitions and the
/// first state's prior are left out, and what is left of the priors is divided by 100. σ and ν are log(1 + exp) of what is moved.
///
/// Gradients are sums over the copies, and a step is the whole ε, not ε/2: read from what the source reports, σ 0.0255 ± 0.0006 and ν 9.6 to
/// 9.75 ± 0.014, not from its code. Where it began with σ is not told either; 0.0432 was chosen because σ then ends there. Eight chains of
/// 1,500 epochs end at σ 0.0252 to 0.0262, each ± 0.0003, and ν 9.62 to 9.84, each ± 0.009: σ agrees because of that choice, and one ν of the
/// eight lies within the reported range, the others above it.
struct SourceScheme: Sendable, Codable {
    /// Which priors act.
    enum Form: String, Sendable, Codable, CaseIterable {
        case coded, written
    }

    let form: Form
    let copies: Int
    /// What is moved: for σ, for ν, s₀, μ₁, μ₂, ….
    private(set) var parameters: [Double]
    /// The mean squared gradient of each.
    private var squares: [Double]
    private var epsilon: NoiseSource
    private var noise: NoiseSource
    private var epochs = 0
    /// The latest epoch's first path.
    private(set) var path: [Double] = []

    private enum CodingKeys: String, CodingKey { case form, copies, parameters, squares, epsilon, noise, epochs, path }

    /// Epochs of the constant step.
    static let burnin = 500
    static let firstStep = 0.001
    static let startNu = 10.0

    /// The scheme at its start: σ as given, ν 10, s₀ the logarithm of the returns' standard deviation, no drift.
    init(_ form: Form, returns: [Double], copies: Int, startSigma: Double, seed: UInt64, chain: Int) {
        let mean = returns.reduce(0, +) / Double(returns.count)
        let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)
        let level = 0.5 * Kernels.log(max(1e-300, variance))
        let start = [Self.inverse(startSigma), Self.inverse(Self.startNu), level] + [Double](repeating: 0, count: returns.count)
        self.init(form, at: start, copies: copies, seed: seed, chain: chain)
    }

    /// The scheme at a place.
    init(_ form: Form, at parameters: [Double], copies: Int, seed: UInt64, chain: Int) {
        self.form = form
        self.copies = copies
        self.parameters = parameters
        squares = [Double](repeating: 0, count: parameters.count)
        epsilon = NoiseSource(seed: seed, purpose: "sampling.volatility.copies", chain: chain, most: parameters.count)
        noise = NoiseSource(seed: seed, purpose: "sampling.volatility.source", chain: chain, most: parameters.count)
    }

    /// log(exp y - 1), which log(1 + exp) undoes.
    private static func inverse(_ y: Double) -> Double { y + Kernels.log(-Kernels.expm1(-y)) }

    var sigma: Double { Kernels.log1pExp(parameters[0]) }
    var nu: Double { Kernels.log1pExp(parameters[1]) }

    /// The step of the next epoch: 0.001 for 500 epochs, then 0.001·t^-0.55.
    var stepSize: Double {
        epochs < Self.burnin ? Self.firstStep : Self.firstStep * Kernels.pow(Double(epochs - Self.burnin + 1), -0.55)
    }

    /// The gradient of what an epoch climbs, given the copies' noise through `next`.
    mutating func gradient(_ returns: [Double], next: (inout SourceScheme, inout [Double]) -> Void) -> [Double] {
        let n = returns.count
        let (sigma, nu) = (sigma, nu)
        var (slopes, wanderings) = ([Double](repeating: 0, count: n), 0.0)
        var (sumOfLogs, sumOfShares) = (0.0, 0.0)
        var (draws, states, ratios, logs) = ([Double](repeating: 0, count: n), slopes, slopes, slopes)
        let inverse = 1 / nu
        for copy in 0..<copies {
            next(&self, &draws)
            var state = parameters[2]
            for i in 0..<n {
                state += parameters[i + 3] + sigma * draws[i]
                states[i] = state
                ratios[i] = -2 * state
            }
            if copy == 0 { path = states }
            ratios.withUnsafeMutableBufferPointer { Vector.exp(UnsafeBufferPointer($0), into: $0) }
            for i in 0..<n { ratios[i] *= returns[i] * returns[i] * inverse }
            ratios.withUnsafeBufferPointer { r in logs.withUnsafeMutableBufferPointer { Vector.log1p(r, into: $0) } }
            // A state's slope reaches every drift and every draw before it: sums from the end.
            var tail = 0.0
            for i in stride(from: n - 1, through: 0, by: -1) {
                let share = 1 - 1 / (1 + ratios[i])
                sumOfLogs += logs[i]
                sumOfShares += share
                tail += (nu + 1) * share - 1
                slopes[i] += tail
                wanderings += tail * draws[i]
            }
        }
        let (mean, power, count) = (1 / Double(copies), 0.5 * (nu + 1), Double(n))
        var (bySigma, byNu) = (mean * wanderings, 0.0)
        byNu = count * 0.5 * (Kernels.digamma(power) - Kernels.digamma(0.5 * nu) - inverse)
        byNu += mean * (power * inverse * sumOfShares - 0.5 * sumOfLogs)
        let weight = form == .coded ? 0.01 : 1
        bySigma -= weight * VolatilityTarget.sigmaRate
        byNu -= weight * VolatilityTarget.nuRate
        var gradient = [0, 0, mean * slopes[0]] + slopes.map { mean * $0 }
        if form == .written {
            let precision = 1 / (sigma * sigma)
            var squares = 0.0
            for i in 1..<max(1, n) {
                squares += parameters[i + 3] * parameters[i + 3]
                gradient[i + 3] -= precision * parameters[i + 3]
            }
            bySigma += precision / sigma * squares
            // The first state: N(0, 100²) against its N(s₀ + μ₁, σ²).
            let wide = 1 / (VolatilityTarget.firstSd * VolatilityTarget.firstSd)
            let first = parameters[2] + parameters[3]
            gradient[2] -= wide * first
            gradient[3] -= wide * first
            bySigma += 1 / sigma - wide * sigma
        }
        gradient[0] = bySigma * Kernels.logistic(parameters[0])
        gradient[1] = byNu * Kernels.logistic(parameters[1])
        return gradient
    }

    /// One epoch: a gradient over all copies and one preconditioned Langevin step.
    mutating func step(_ returns: [Double], _ constants: StochasticGradientConstants) {
        let mean = gradient(returns) { scheme, draws in
            scheme.epsilon.next(draws.count) { for i in draws.indices { draws[i] = $0[i] } }
        }
        let gradient = mean.map { Double(copies) * $0 }
        let stepSize = stepSize
        // The kernel steps by half of what it is given.
        let whole = 2 * stepSize
        let count = parameters.count
        var (position, auxiliary) = (parameters, squares)
        gradient.withUnsafeBufferPointer { g in
            noise.next(count) { z in
                guard let g = g.baseAddress else { return }
                let step = StochasticGradientStep(
                    count: count, gradient: g, squared: g, noise: z, stepSize: whole, noiseScale: stepSize.squareRoot())
                PreconditionedLangevin.update(&position, &auxiliary, step, constants)
            }
        }
        epochs += 1
        guard position.allSatisfy(\.isFinite), auxiliary.allSatisfy(\.isFinite) else { return }
        (parameters, squares) = (position, auxiliary)
    }
}
