import Kernels

/// The posterior of several experiments that estimate similar effects.
///
/// μ ~ N(0, s²), τ ~ HalfCauchy(c), θⱼ ~ N(μ, τ²), yⱼ ~ N(θⱼ, σⱼ²). Samplers move μ, log τ and, centred, θⱼ themselves or,
/// non-centred, (θⱼ - μ)/τ.
///
/// Source: D. B. Rubin, "Estimation in parallel randomized experiments" (1981); priors as in posteriordb's eight schools.
struct SchoolsTarget: Target {
    /// The estimated effects y and their standard errors σ.
    let effects: [Double]
    let errors: [Double]
    let isCentred: Bool
    /// s, the prior's standard deviation of μ.
    let muSd: Double
    /// c, the prior's scale of τ.
    let tauScale: Double

    var dimension: Int { effects.count + 2 }
    var quantities: [String] { ["mu", "tau"] + (1...effects.count).map { "theta\($0)" } }
    var dataCount: Int { effects.count }

    func withEvaluator<Result>(_ body: (inout SchoolsEvaluator) throws -> Result) rethrows -> Result {
        try effects.withUnsafeBufferPointer { y in
            try errors.withUnsafeBufferPointer { sigma in
                var evaluator = SchoolsEvaluator(
                    y: y, sigma: sigma, isCentred: isCentred, muSd: muSd, tauScale: tauScale,
                    errorConstant: errors.reduce(0) { $0 - Kernels.log($1) })
                return try body(&evaluator)
            }
        }
    }

    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        let (mu, tau) = (position[0], Kernels.exp(position[1]))
        values[0] = mu
        values[1] = tau
        for j in 2..<dimension { values[j] = isCentred ? position[j] : mu + tau * position[j] }
    }
}

/// Evaluates the schools' posterior, with all constants, in the coordinates that samplers move.
struct SchoolsEvaluator: TargetEvaluator {
    let y: UnsafeBufferPointer<Double>
    let sigma: UnsafeBufferPointer<Double>
    let isCentred: Bool
    let muSd: Double
    let tauScale: Double
    /// -Σ log σⱼ.
    let errorConstant: Double

    private static let normalConstant = -0.5 * Kernels.log(2 * Double.pi)

    /// The prior's log density and gradient: μ, τ and the effects.
    private func prior(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        let (mu, logTau) = (q[0], q[1])
        let n = y.count
        // log HalfCauchy(τ) + log τ, the last for the change of variables; 1/(1 + (c/τ)²) is the logistic of 2(log τ - log c).
        let u = logTau - Kernels.log(tauScale)
        var value = Self.normalConstant - Kernels.log(muSd) - 0.5 * mu * mu / (muSd * muSd)
        value += Kernels.log(2 / Double.pi) + u - Kernels.log1pExp(2 * u)
        g[0] = -mu / (muSd * muSd)
        g[1] = 1 - 2 * Kernels.logistic(2 * u)
        var squares = 0.0
        if isCentred {
            let precision = Kernels.exp(-2 * logTau)
            var sum = 0.0
            for j in 0..<n {
                let gap = q[j + 2] - mu
                sum += gap
                squares += gap * gap
                g[j + 2] = -precision * gap
            }
            g[0] += precision * sum
            g[1] += precision * squares - Double(n)
            return value + Double(n) * (Self.normalConstant - logTau) - 0.5 * precision * squares
        }
        for j in 0..<n {
            squares += q[j + 2] * q[j + 2]
            g[j + 2] = -q[j + 2]
        }
        return value + Double(n) * Self.normalConstant - 0.5 * squares
    }

    mutating func logDensity(_ q: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>) -> Double {
        let value = prior(q, g)
        let tau = isCentred ? 0 : Kernels.exp(q[1])
        var squares = 0.0
        for j in 0..<y.count { squares += likelihood(j, q, tau, g) }
        return value + Double(y.count) * Self.normalConstant + errorConstant - 0.5 * squares
    }

    /// Adds a school's gradient; gives its squared standardised residual.
    @inline(__always)
    private func likelihood(_ j: Int, _ q: UnsafePointer<Double>, _ tau: Double, _ g: UnsafeMutablePointer<Double>) -> Double {
        let theta = isCentred ? q[j + 2] : q[0] + tau * q[j + 2]
        let residual = (y[j] - theta) / sigma[j]
        let slope = residual / sigma[j]
        if isCentred {
            g[j + 2] += slope
        } else {
            g[0] += slope
            g[1] += slope * tau * q[j + 2]
            g[j + 2] += slope * tau
        }
        return residual * residual
    }

    mutating func priorGradient(_ position: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
        _ = prior(position, gradient)
    }

    mutating func likelihoodGradient(
        _ position: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count: Int, into gradient: UnsafeMutablePointer<Double>
    ) {
        for i in 0..<y.count + 2 { gradient[i] = 0 }
        let tau = isCentred ? 0 : Kernels.exp(position[1])
        for k in 0..<count { _ = likelihood(Int(rows[k]), position, tau, gradient) }
    }
}
