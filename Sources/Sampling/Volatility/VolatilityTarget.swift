import Kernels

/// The posterior of a stochastic volatility model.
///
/// σ ~ Exponential(10), ν ~ Exponential(0.1) (rates), s₁ ~ N(0, 100²), sᵢ ~ N(sᵢ₋₁, σ²), a log return xᵢ ~ StudentT(ν, 0, scale e^sᵢ).
/// Samplers move log σ, log ν and, centred, the sᵢ or, non-centred, s₁ and the increments (sᵢ - sᵢ₋₁)/σ.
///
/// Source: M. D. Hoffman, A. Gelman, "The No-U-Turn Sampler" (2014), §4.3, as in PyMC's and NumPyro's examples.
struct VolatilityTarget: Target {
    let returns: [Double]
    let isCentred: Bool
    /// log of the returns' standard deviation, about which states start.
    private let level: Double

    /// The rates of the exponential priors of σ and ν.
    static let (sigmaRate, nuRate) = (10.0, 0.1)
    /// The prior standard deviation of the first state.
    static let firstSd = 100.0

    init(returns: [Double], isCentred: Bool) {
        self.returns = returns
        self.isCentred = isCentred
        let mean = returns.reduce(0, +) / Double(returns.count)
        level = 0.5 * Kernels.log(max(1e-300, returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count)))
    }

    var dimension: Int { returns.count + 2 }
    var quantities: [String] { ["sigma", "nu"] }
    var heardOnly: Int { returns.count }

    var isStructured: Bool { true }

    /// Of the increments; the states themselves, centred, stay with σ whatever the matrix.
    var prefersCurvature: Bool { !isCentred }

    /// That of a walk of steps σ whose places each return tells of with the information of a Student t in its log scale, 2ν/(ν + 3).
    func structuredMetric(around place: [Double], variances: [Double]?) -> WalkMetric? {
        let (sigma, nu) = (Kernels.exp(place[0]), Kernels.exp(place[1]))
        // Before any are known: guesses too small cost time, guesses too large would cost steps that are too small for all.
        guard let variances else {
            return WalkMetric(
                leading: [1e-3, 1e-2], count: returns.count, sigma: sigma, firstSd: Self.firstSd, information: 2 * nu / (nu + 3),
                isCentred: isCentred)
        }
        var states: [Double] = []
        for i in returns.indices { states.append((states.last ?? 0) + (i == 0 ? 1 : sigma) * place[i + 2]) }
        return WalkMetric(
            leading: Array(variances.prefix(2)), count: returns.count, sigma: sigma, firstSd: Self.firstSd,
            information: 2 * nu / (nu + 3), isCentred: isCentred, places: isCentred ? nil : states)
    }

    func withEvaluator<Result>(_ body: (inout VolatilityEvaluator) throws -> Result) rethrows -> Result {
        try returns.withUnsafeBufferPointer { x in
            try withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * x.count) { scratch in
                var evaluator = VolatilityEvaluator(x: x, scratch: scratch, isCentred: isCentred)
                return try body(&evaluator)
            }
        }
    }

    /// σ and ν, then the states.
    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        values[0] = Kernels.exp(position[0])
        values[1] = Kernels.exp(position[1])
        var state = 0.0
        for i in returns.indices {
            let q = position[i + 2]
            state = isCentred || i == 0 ? q : state + values[0] * q
            values[i + 2] = state
        }
    }

    /// σ and ν from about their priors, states near the returns' own level: from the wide prior of s₁ nothing could be climbed.
    func randomStart(_ stream: inout RandomStream) -> [Double] {
        var start = [-3 + 1.5 * stream.uniform(), 1.5 + 1.5 * stream.uniform()]
        for i in returns.indices { start.append((isCentred || i == 0 ? level : 0) + 0.1 * stream.normal()) }
        return start
    }
}

/// Evaluates the stochastic volatility posterior with all constants, in the coordinates that samplers move.
struct VolatilityEvaluator: TargetEvaluator {
    let x: UnsafeBufferPointer<Double>
    /// States and the likelihood's slopes in them: as many numbers each as there are returns.
    let scratch: UnsafeMutableBufferPointer<Double>
    let isCentred: Bool

    private static let halfLogTwoPi = 0.5 * Kernels.log(2 * Double.pi)

    mutating func logDensity(_ q: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>) -> Double {
        let n = x.count
        let (sigma, nu) = (Kernels.exp(q[0]), Kernels.exp(q[1]))
        let states = UnsafeMutableBufferPointer(rebasing: scratch[0..<n])
        let slopes = UnsafeMutableBufferPointer(rebasing: scratch[n..<2 * n])
        states[0] = q[2]
        if isCentred { for i in 1..<max(1, n) { states[i] = q[i + 2] } }

        // The likelihood: with r = x²e^(-2s)/ν a return adds -s - (ν+1)/2·log(1 + r), of slope (ν+1)·r/(1+r) - 1 in s.
        let sums = Vector.studentSeries(
            x, degreesOfFreedom: nu, steps: isCentred ? nil : q + 2, scale: sigma, states: states, slopes: slopes)
        let inverse = 1 / nu
        let count = Double(n)
        let power = 0.5 * (nu + 1)
        let constant = Kernels.lgamma(power) - Kernels.lgamma(0.5 * nu) - 0.5 * Kernels.log(nu * Double.pi)
        var value = count * constant - sums.states - power * sums.logs
        let slopeOfConstant = 0.5 * (Kernels.digamma(power) - Kernels.digamma(0.5 * nu) - inverse)
        g[1] = nu * (count * slopeOfConstant - 0.5 * sums.logs + power * inverse * sums.shares)

        // The priors of σ and ν, with the change of variables, and of the first state.
        value += Kernels.log(VolatilityTarget.sigmaRate) - VolatilityTarget.sigmaRate * sigma + q[0]
        value += Kernels.log(VolatilityTarget.nuRate) - VolatilityTarget.nuRate * nu + q[1]
        g[0] = 1 - VolatilityTarget.sigmaRate * sigma
        g[1] += 1 - VolatilityTarget.nuRate * nu
        let first = q[2] / VolatilityTarget.firstSd
        value -= 0.5 * first * first + Kernels.log(VolatilityTarget.firstSd) + Self.halfLogTwoPi

        var squares = 0.0
        if isCentred {
            let precision = 1 / (sigma * sigma)
            for i in 0..<n { g[i + 2] = slopes[i] }
            for i in 1..<max(1, n) {
                let gap = states[i] - states[i - 1]
                squares += gap * gap
                g[i + 2] -= precision * gap
                g[i + 1] += precision * gap
            }
            value -= 0.5 * precision * squares + (count - 1) * (q[0] + Self.halfLogTwoPi)
            g[0] += precision * squares - (count - 1)
        } else {
            // A state's slope reaches all increments before it: sums from the end.
            let walk = Vector.walkSlopes(slopes, steps: q + 2, scale: sigma, into: g + 2)
            g[2] = walk.tail + slopes[0]
            g[0] += sigma * walk.along
            squares = walk.squares
            value -= 0.5 * squares + (count - 1) * Self.halfLogTwoPi
        }
        g[2] -= first / VolatilityTarget.firstSd
        return value
    }
}
