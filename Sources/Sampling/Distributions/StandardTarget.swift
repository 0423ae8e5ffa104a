import Kernels

/// Distributions that samplers are tried on, with known moments: each strains a sampler in its own way.
///
/// - banana (Haario, Saksman & Tamminen 1999): x₁ ~ N(0, 10²), x₂ ~ N(-b(x₁² - 100), 1), the others N(0, 1).
/// - funnel (Neal 2003): v ~ N(0, 3²), xᵢ ~ N(0, eᵛ); non-centred, the samplers move v/3 and xᵢ·e^(-v/2), which are standard normal.
/// - ill-conditioned: independent normals whose variances fall from 1 to 1/condition in equal ratios.
/// - correlated: unit normals with correlation ρ^|i-j|.
/// - modes: w·N(a·e₁, I) + (1-w)·N(-a·e₁, I), 2a apart.
/// - student-t: multivariate Student t with ν degrees of freedom, location 0 and unit scale.
struct StandardTarget: Target {
    /// Which distribution.
    enum Kind: String, Sendable, Codable, CaseIterable {
        case banana, funnel
        case illConditioned = "ill-conditioned"
        case correlated, modes
        case studentT = "student-t"

        /// Coordinates when the user does not say.
        var usualDimension: Int {
            switch self {
            case .banana, .correlated, .modes, .studentT: 2
            case .funnel, .illConditioned: 10
            }
        }
    }

    var kind: Kind
    var dimension: Int
    /// funnel: whether the samplers move v and x themselves.
    var isCentred = true
    /// banana: b.
    var curvature = 0.1
    /// ill-conditioned: the largest variance over the smallest.
    var condition = 1e4
    /// correlated: ρ.
    var correlation = 0.95
    /// modes: 2a.
    var separation = 10.0
    /// modes: the weight of the mode at +a.
    var modeWeight = 0.5
    /// student-t: ν.
    var degrees = 3.0

    var quantities: [String] {
        kind == .funnel ? ["v"] + (1..<dimension).map { "x\($0)" } : (1...dimension).map { "x\($0)" }
    }

    func withEvaluator<Result>(_ body: (inout StandardEvaluator) throws -> Result) rethrows -> Result {
        var evaluator = StandardEvaluator(self)
        return try body(&evaluator)
    }

    /// v and x of a non-centred funnel; else the coordinates.
    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        for i in 0..<dimension { values[i] = position[i] }
        guard kind == .funnel, !isCentred else { return }
        values[0] = Self.funnelSd * position[0]
        let scale = Kernels.exp(0.5 * values[0])
        for i in 1..<dimension { values[i] = scale * position[i] }
    }

    /// The standard deviation of the banana's x₁.
    static let bananaSd = 10.0
    /// The standard deviation of the funnel's v.
    static let funnelSd = 3.0

    /// The variance of a coordinate of the ill-conditioned normal.
    func variance(_ i: Int) -> Double {
        dimension > 1 ? Kernels.pow(condition, -Double(i) / Double(dimension - 1)) : 1
    }
}

/// Evaluates the standard targets, normalised.
struct StandardEvaluator: TargetEvaluator {
    private let target: StandardTarget
    private let d: Int
    /// -½ log 2π, of one standard normal coordinate.
    private static let normalConstant = -0.5 * Kernels.log(2 * Double.pi)
    /// What normalises the density.
    private let constant: Double
    /// ill-conditioned: the factor by which the precision grows from one coordinate to the next.
    private let ratio: Double

    init(_ target: StandardTarget) {
        self.target = target
        d = target.dimension
        let normal = Double(d) * Self.normalConstant
        ratio = d > 1 ? Kernels.pow(target.condition, 1 / Double(d - 1)) : 1
        switch target.kind {
        case .banana: constant = normal - Kernels.log(StandardTarget.bananaSd)
        case .funnel: constant = target.isCentred ? normal - Kernels.log(StandardTarget.funnelSd) : normal
        case .illConditioned: constant = normal + (d > 1 ? 0.25 * Double(d) * Kernels.log(target.condition) : 0)
        case .correlated:
            constant = normal - 0.5 * Double(d - 1) * Kernels.log1p(-target.correlation * target.correlation)
        case .modes: constant = normal
        case .studentT:
            let v = target.degrees
            constant =
                Kernels.lgamma(0.5 * (v + Double(d))) - Kernels.lgamma(0.5 * v) - 0.5 * Double(d) * Kernels.log(v * Double.pi)
        }
    }

    mutating func logDensity(_ q: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>) -> Double {
        switch target.kind {
        case .banana: banana(q, g)
        case .funnel: target.isCentred ? funnel(q, g) : constant + standardNormal(q, g, from: 0)
        case .illConditioned: illConditioned(q, g)
        case .correlated: correlated(q, g)
        case .modes: modes(q, g)
        case .studentT: studentT(q, g)
        }
    }

    /// -½Σq² from a coordinate on.
    private func standardNormal(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>, from first: Int) -> Double {
        var sum = 0.0
        for i in first..<max(first, d) {
            sum += q[i] * q[i]
            g[i] = -q[i]
        }
        return -0.5 * sum
    }

    private func banana(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        let (b, variance) = (target.curvature, StandardTarget.bananaSd * StandardTarget.bananaSd)
        let bent = q[1] + b * (q[0] * q[0] - variance)
        g[0] = -q[0] / variance - 2 * b * q[0] * bent
        g[1] = -bent
        return constant - 0.5 * q[0] * q[0] / variance - 0.5 * bent * bent + standardNormal(q, g, from: 2)
    }

    private func funnel(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        let v = q[0]
        let precision = Kernels.exp(-v)
        var squares = 0.0
        for i in 1..<d {
            squares += q[i] * q[i]
            g[i] = -precision * q[i]
        }
        let (n, variance) = (Double(d - 1), StandardTarget.funnelSd * StandardTarget.funnelSd)
        g[0] = -v / variance - 0.5 * n + 0.5 * precision * squares
        return constant - 0.5 * v * v / variance - 0.5 * n * v - 0.5 * precision * squares
    }

    private func illConditioned(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        var (sum, precision) = (0.0, 1.0)
        for i in 0..<d {
            g[i] = -precision * q[i]
            sum += q[i] * g[i]
            precision *= ratio
        }
        return constant + 0.5 * sum
    }

    /// The precision of correlations ρ^|i-j| is tridiagonal: x₁ is standard normal, xᵢ given the one before N(ρ·xᵢ₋₁, 1 - ρ²).
    private func correlated(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        let rho = target.correlation
        let precision = 1 / (1 - rho * rho)
        g[0] = -q[0]
        var sum = q[0] * q[0]
        for i in 1..<max(1, d) {
            let gap = q[i] - rho * q[i - 1]
            sum += precision * gap * gap
            g[i] = -precision * gap
            g[i - 1] += precision * rho * gap
        }
        return constant - 0.5 * sum
    }

    private func modes(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        let a = 0.5 * target.separation
        let (right, left) = (q[0] - a, q[0] + a)
        let logRight = Kernels.log(target.modeWeight) - 0.5 * right * right
        let logLeft = Kernels.log1p(-target.modeWeight) - 0.5 * left * left
        let (top, gap) = (max(logRight, logLeft), logRight - logLeft)
        let e = Kernels.exp(-abs(gap))
        let share = (gap > 0 ? 1 : e) / (1 + e)
        g[0] = -share * right - (1 - share) * left
        return constant + top + Kernels.log1p(e) + standardNormal(q, g, from: 1)
    }

    private func studentT(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        var squares = 0.0
        for i in 0..<d { squares += q[i] * q[i] }
        let v = target.degrees
        let power = 0.5 * (v + Double(d))
        for i in 0..<d { g[i] = -2 * power * q[i] / (v + squares) }
        return constant - power * Kernels.log1p(squares / v)
    }
}
