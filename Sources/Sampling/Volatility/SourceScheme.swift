import Kernels

/// The mixed scheme by which the source of this example fits the model: preconditioned Langevin steps on σ, ν, the first state and the drifts of an
/// approximate path, whose states are drawn by reparameterisation.
///
/// q(sᵢ | sᵢ₋₁) = N(sᵢ₋₁ + μᵢ, σ²) with σ the model's own, so that a copy's path is s₀ + Σ(μⱼ + σεⱼ). As coded, an epoch climbs the mean over
/// copies of log p(x|s,ν) - log q, whose second part is n·log σ, plus a hundredth of the log priors of σ and ν; the transitions' and the first
/// state's priors are left out, so that nothing holds the drifts. As written, these priors act, and the others whole.
///
/// As in the source's notebook (B. Keng, bjlkeng/sandbox, stochastic_langevin/stochastic_volatility.ipynb), σ and ν are moved themselves, from
/// 0.1 and 10, s₀ from -4.5 and the drifts from N(0, 0.0001²); a step of RMSprop (memory 0.99, 1e-8) of rate η is followed by noise of variance
/// 2η over the root mean square. There σ below 0 ends the run; here σ or ν keeps its value where a step would take it below. What is left out is the 1e-6
/// that the notebook adds to ν and to the scale of the returns.
///
/// The notebook's own run, one seed, ends at σ 0.0256 ± 0.0006 and ν 9.750 ± 0.014 over its last 1,000 epochs.
struct SourceScheme: Sendable, Codable {
    /// Which priors act.
    enum Form: String, Sendable, Codable, CaseIterable {
        case coded, written
    }

    let form: Form
    let copies: Int
    /// What is moved: σ, ν, s₀, μ₁, μ₂, ….
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
    /// s₀ at the start where the returns are the source's.
    static let sourceLevel = -4.5
    /// Standard deviation of the drifts at the start.
    static let driftSd = 0.0001

    /// The scheme at its start: σ as given, ν 10, s₀ as given or the logarithm of the returns' standard deviation, drifts next to none.
    init(_ form: Form, returns: [Double], copies: Int, startSigma: Double, level: Double?, seed: UInt64, chain: Int) {
        let mean = returns.reduce(0, +) / Double(returns.count)
        let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)
        var stream = RandomStream(seed: seed, purpose: "sampling.volatility.drifts", chain: chain)
        let drifts = stream.normals(count: returns.count).map { Self.driftSd * $0 }
        let start = [startSigma, Self.startNu, level ?? 0.5 * Kernels.log(max(1e-300, variance))] + drifts
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

    var sigma: Double { parameters[0] }
    var nu: Double { parameters[1] }

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
        switch form {
        case .coded: bySigma += count / sigma
        case .written:
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
        (gradient[0], gradient[1]) = (bySigma, byNu)
        return gradient
    }

    /// One epoch: a gradient over all copies and one preconditioned Langevin step.
    mutating func step(_ returns: [Double], _ constants: StochasticGradientConstants) {
        let gradient = gradient(returns) { scheme, draws in
            scheme.epsilon.next(draws.count) { for i in draws.indices { draws[i] = $0[i] } }
        }
        // The kernel steps by half of what it is given.
        let epsilon = 2 * stepSize
        let count = parameters.count
        var (position, auxiliary) = (parameters, squares)
        gradient.withUnsafeBufferPointer { g in
            noise.next(count) { z in
                guard let g = g.baseAddress else { return }
                let step = StochasticGradientStep(
                    count: count, gradient: g, squared: g, noise: z, stepSize: epsilon, noiseScale: epsilon.squareRoot())
                PreconditionedLangevin.update(&position, &auxiliary, step, constants)
            }
        }
        epochs += 1
        guard position.allSatisfy(\.isFinite), auxiliary.allSatisfy(\.isFinite) else { return }
        for i in 0..<2 where position[i] <= 0 { position[i] = parameters[i] }
        (parameters, squares) = (position, auxiliary)
    }
}
