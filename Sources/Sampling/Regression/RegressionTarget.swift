import Kernels

/// What a regression's response is distributed as.
enum RegressionFamily: String, Sendable, Codable {
    /// y ~ Binomial(trials, logistic(η)).
    case logistic
    /// y ~ N(η, σ²).
    case linear
    /// y ~ Poisson(exp(η)).
    case poisson
}

/// What coefficients are believed to be before the data.
struct RegressionPrior: Sendable, Codable {
    /// Laplace(0, 1) instead of the normals.
    var isLaplace = false
    /// Of the normals, one a coefficient.
    var means: [Double]
    var sds: [Double]
    /// The scale of the HalfNormal of σ and of the groups' standard deviations.
    var scale: Double
}

/// The posterior of a generalised linear model with varying intercepts.
///
/// η = offset + Xβ + Σ_g s_g·z_g[level]; β ~ N(m, s²) or Laplace(1); z ~ N(0, 1), s_g ~ HalfNormal(c); linear with unknown noise
/// σ ~ HalfNormal(c). Samplers move β, log σ and for each group log s_g and z_g (the non-centred form).
struct RegressionTarget: Target {
    let family: RegressionFamily
    let names: [String]
    let groups: [RegressionGroup]
    let rows: RegressionRows
    let prior: RegressionPrior
    /// linear: the known σ; nil when it is estimated, or there is none.
    let knownNoise: Double?
    /// What of the log likelihood does not depend on parameters, and where each group's coordinates begin.
    private let constant: Double
    private let codes: [Int32]
    private let isBernoulli: Bool

    init(
        _ family: RegressionFamily, names: [String], groups: [RegressionGroup], rows: RegressionRows, prior: RegressionPrior,
        knownNoise: Double?
    ) {
        self.family = family
        self.names = names
        self.groups = groups
        self.rows = rows
        self.prior = prior
        self.knownNoise = knownNoise
        constant = (0..<rows.count).reduce(0) { $0 + Self.constant(family, rows.response[$1], rows.trials[$1]) }
        codes = rows.groups.flatMap { $0 }
        isBernoulli = rows.trials.allSatisfy { $0 == 1 }
    }

    /// log C(n, y), -log y! or -½ log 2π.
    static func constant(_ family: RegressionFamily, _ y: Double, _ trials: Double) -> Double {
        switch family {
        case .logistic: trials == 1 ? 0 : Kernels.lgamma(trials + 1) - Kernels.lgamma(y + 1) - Kernels.lgamma(trials - y + 1)
        case .poisson: -Kernels.lgamma(y + 1)
        case .linear: -0.5 * Kernels.log(2 * Double.pi)
        }
    }

    /// Without groups and sharp priors, where the density is smooth and has one top, and unless it is very large.
    ///
    /// Its second derivatives take two gradients a coordinate at each of some steps to the top: more than a second or two of that would be
    /// missed before the first draw.
    var prefersCurvature: Bool {
        groups.isEmpty && !prior.isLaplace && dimension <= 100 && Double(rows.count) * Double(dimension * dimension) <= 5e7
    }

    var estimatesNoise: Bool { family == .linear && knownNoise == nil }
    var dimension: Int { names.count + (estimatesNoise ? 1 : 0) + groups.reduce(0) { $0 + 1 + $1.levels.count } }
    var dataCount: Int { rows.count }
    var quantities: [String] {
        names + (estimatesNoise ? ["sigma"] : [])
            + groups.flatMap { group in ["sd_" + group.name] + group.levels.map { "\(group.name)[\($0)]" } }
    }

    func withEvaluator<Result>(_ body: (inout RegressionEvaluator) throws -> Result) rethrows -> Result {
        try rows.columns.withUnsafeBufferPointer { columns in
            try rows.response.withUnsafeBufferPointer { response in
                try rows.trials.withUnsafeBufferPointer { trials in
                    try rows.offset.withUnsafeBufferPointer { offset in
                        try codes.withUnsafeBufferPointer { codes in
                            try withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * max(1, rows.count)) { scratch in
                                let packed =
                                    family == .logistic && isBernoulli && groups.isEmpty ? PackedColumns(columns, rows: rows.count) : nil
                                defer { packed?.free() }
                                var evaluator = RegressionEvaluator(
                                    family: family, count: rows.count, columns: columns, response: response, trials: trials, offset: offset,
                                    codes: codes, levels: groups.map(\.levels.count), prior: prior,
                                    logSds: prior.sds.map { Kernels.log($0) }, knownNoise: knownNoise,
                                    coefficients: names.count, constant: constant, isBernoulli: isBernoulli,
                                    packed: packed, scratch: scratch)
                                return try body(&evaluator)
                            }
                        }
                    }
                }
            }
        }
    }

    /// β, σ, and each group's standard deviation and intercepts.
    func quantities(at position: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
        for i in 0..<dimension { values[i] = position[i] }
        var next = names.count
        if estimatesNoise {
            values[next] = Kernels.exp(position[next])
            next += 1
        }
        for group in groups {
            let sd = Kernels.exp(position[next])
            values[next] = sd
            for k in 1...max(1, group.levels.count) where k <= group.levels.count { values[next + k] = sd * position[next + k] }
            next += 1 + group.levels.count
        }
    }

    /// Uniform within ±2, coefficients divided by their column's size and √p so that η stays small.
    func randomStart(_ stream: inout RandomStream) -> [Double] {
        let root = Double(max(1, names.count)).squareRoot()
        var start = (0..<dimension).map { _ in 4 * stream.uniform() - 2 }
        for j in names.indices {
            let column = rows.columns[j * rows.count..<(j + 1) * rows.count]
            let size = (column.reduce(0) { $0 + $1 * $1 } / Double(max(1, rows.count))).squareRoot()
            start[j] /= root * max(1, size)
        }
        if estimatesNoise { start[names.count] = 0.25 * start[names.count] + Kernels.log(max(1e-3, prior.scale)) }
        return start
    }
}

/// Columns copied to begin at whole cache lines, which vector loads take twice as fast, with sixteen numbers of workspace for each.
private struct PackedColumns {
    let stride: Int
    let columns, workspace: UnsafeMutablePointer<Double>

    init(_ columns: UnsafeBufferPointer<Double>, rows: Int) {
        // Not by whole pages, where all columns would share a few places of the cache.
        var stride = (max(1, rows) + 7) & ~7
        if stride % 512 == 0 { stride += 8 }
        self.stride = stride
        let count = rows == 0 ? 0 : columns.count / rows
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 8 * count * (stride + 16) + 64, alignment: 64)
        self.columns = memory.bindMemory(to: Double.self, capacity: count * (stride + 16))
        workspace = self.columns + count * stride
        for j in 0..<count {
            for i in 0..<rows { self.columns[j * stride + i] = columns[j * rows + i] }
            for i in rows..<stride { self.columns[j * stride + i] = 0 }
        }
    }

    /// Gives the memory back.
    func free() { UnsafeMutableRawPointer(columns).deallocate() }
}

/// Evaluates a regression's posterior with all constants, in the coordinates that samplers move.
struct RegressionEvaluator: TargetEvaluator {
    let family: RegressionFamily
    let count: Int
    let columns, response, trials, offset: UnsafeBufferPointer<Double>
    let codes: UnsafeBufferPointer<Int32>
    let levels: [Int]
    let prior: RegressionPrior
    /// Logarithms of the prior's standard deviations.
    let logSds: [Double]
    let knownNoise: Double?
    let coefficients: Int
    let constant: Double
    let isBernoulli: Bool
    /// For yes-or-no responses without groups.
    fileprivate let packed: PackedColumns?
    /// η, the slopes of the log likelihood in η, and powers: `count` numbers each.
    let scratch: UnsafeMutableBufferPointer<Double>

    private var estimatesNoise: Bool { family == .linear && knownNoise == nil }
    private static let halfLogTwoPi = 0.5 * Kernels.log(2 * Double.pi)
    private static let halfNormalConstant = 0.5 * Kernels.log(2 / Double.pi)

    // MARK: Prior

    /// log p and the slope in log s of a scale s = e^u ~ HalfNormal(c), the change of variables included.
    private func scalePrior(_ u: Double, _ slope: inout Double) -> Double {
        let square = Kernels.exp(2 * u) / (prior.scale * prior.scale)
        slope = 1 - square
        return Self.halfNormalConstant - Kernels.log(prior.scale) - 0.5 * square + u
    }

    private func addPrior(_ q: UnsafePointer<Double>, _ g: UnsafeMutablePointer<Double>) -> Double {
        var value = 0.0
        if prior.isLaplace {
            for j in 0..<coefficients {
                value -= abs(q[j]) + Kernels.log(2)
                g[j] = q[j] > 0 ? -1 : q[j] < 0 ? 1 : 0
            }
        } else {
            for j in 0..<coefficients {
                let z = (q[j] - prior.means[j]) / prior.sds[j]
                value -= 0.5 * z * z + logSds[j] + Self.halfLogTwoPi
                g[j] = -z / prior.sds[j]
            }
        }
        var next = coefficients
        if estimatesNoise {
            value += scalePrior(q[next], &g[next])
            next += 1
        }
        for size in levels {
            value += scalePrior(q[next], &g[next])
            for k in next + 1..<next + 1 + size {
                value -= 0.5 * q[k] * q[k] + Self.halfLogTwoPi
                g[k] = -q[k]
            }
            next += 1 + size
        }
        return value
    }

    mutating func priorGradient(_ position: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
        _ = addPrior(position, gradient)
    }

    // MARK: All data

    mutating func logDensity(_ q: UnsafePointer<Double>, gradient g: UnsafeMutablePointer<Double>) -> Double {
        let n = count
        if let packed {
            let value = addPrior(q, g) + constant
            return value
                + Vector.bernoulliRegression(
                    columns: packed.columns, stride: packed.stride, weights: UnsafeBufferPointer(start: q, count: coefficients),
                    offset: offset, responses: response, workspace: packed.workspace, gradient: g)
        }
        let eta = UnsafeMutableBufferPointer(rebasing: scratch[0..<n])
        let slopes = UnsafeMutableBufferPointer(rebasing: scratch[n..<2 * n])
        for i in 0..<n { eta[i] = offset[i] }
        Vector.combine(rows: columns, weights: UnsafeBufferPointer(start: q, count: coefficients), into: eta)
        var next = coefficients + (estimatesNoise ? 1 : 0)
        for (place, size) in levels.enumerated() {
            let sd = Kernels.exp(q[next])
            for i in 0..<n { eta[i] += sd * q[next + 1 + Int(codes[place * n + i])] }
            next += 1 + size
        }

        var value = addPrior(q, g) + constant
        switch family {
        case .logistic:
            value += isBernoulli ? Vector.bernoulli(UnsafeBufferPointer(eta), response, slopes: slopes) : binomial(eta, slopes)
        case .poisson: value += poisson(eta, slopes)
        case .linear: value += linear(eta, slopes, q, g)
        }

        Vector.dots(columns, UnsafeBufferPointer(slopes), into: g, coefficients)
        next = coefficients + (estimatesNoise ? 1 : 0)
        for (place, size) in levels.enumerated() {
            let sd = Kernels.exp(q[next])
            for i in 0..<n {
                let k = next + 1 + Int(codes[place * n + i])
                g[k] += sd * slopes[i]
                g[next] += sd * q[k] * slopes[i]
            }
            next += 1 + size
        }
        return value
    }

    /// With e = exp(-|η|) a trial of n adds yη - n·(max(η, 0) + log(1 + e)).
    private func binomial(_ eta: UnsafeMutableBufferPointer<Double>, _ slopes: UnsafeMutableBufferPointer<Double>) -> Double {
        let n = count
        let powers = UnsafeMutableBufferPointer(rebasing: scratch[2 * n..<3 * n])
        for i in 0..<n { powers[i] = -abs(eta[i]) }
        Vector.exp(UnsafeBufferPointer(powers), into: powers)
        var value = 0.0
        for i in 0..<n {
            let (x, e) = (eta[i], powers[i])
            value += response[i] * x - trials[i] * (max(x, 0) + Kernels.log1p(e))
            slopes[i] = response[i] - trials[i] * (x > 0 ? 1 : e) / (1 + e)
        }
        return value
    }

    private func poisson(_ eta: UnsafeMutableBufferPointer<Double>, _ slopes: UnsafeMutableBufferPointer<Double>) -> Double {
        Vector.exp(UnsafeBufferPointer(eta), into: slopes)
        var value = 0.0
        for i in 0..<count {
            value += response[i] * eta[i] - slopes[i]
            slopes[i] = response[i] - slopes[i]
        }
        return value
    }

    private func linear(
        _ eta: UnsafeMutableBufferPointer<Double>, _ slopes: UnsafeMutableBufferPointer<Double>, _ q: UnsafePointer<Double>,
        _ g: UnsafeMutablePointer<Double>
    ) -> Double {
        let logSigma = knownNoise.map { Kernels.log($0) } ?? q[coefficients]
        let precision = Kernels.exp(-2 * logSigma)
        var squares = 0.0
        for i in 0..<count {
            let gap = response[i] - eta[i]
            squares += gap * gap
            slopes[i] = precision * gap
        }
        if estimatesNoise { g[coefficients] += precision * squares - Double(count) }
        return -0.5 * precision * squares - Double(count) * logSigma
    }

    // MARK: Minibatches

    mutating func likelihoodGradient(
        _ q: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count batch: Int, into g: UnsafeMutablePointer<Double>
    ) {
        let n = count
        let first = coefficients + (estimatesNoise ? 1 : 0)
        for k in 0..<first + levels.reduce(0, { $0 + 1 + $1 }) { g[k] = 0 }
        let logSigma = family == .linear ? knownNoise.map { Kernels.log($0) } ?? q[coefficients] : 0
        let precision = family == .linear ? Kernels.exp(-2 * logSigma) : 1
        for b in 0..<batch {
            let i = Int(rows[b])
            var eta = offset[i]
            for j in 0..<coefficients { eta += columns[j * n + i] * q[j] }
            var next = first
            for (place, size) in levels.enumerated() {
                eta += Kernels.exp(q[next]) * q[next + 1 + Int(codes[place * n + i])]
                next += 1 + size
            }
            let slope: Double
            switch family {
            case .logistic: slope = response[i] - trials[i] * Kernels.logistic(eta)
            case .poisson: slope = response[i] - Kernels.exp(eta)
            case .linear:
                slope = precision * (response[i] - eta)
                if estimatesNoise { g[coefficients] += slope * (response[i] - eta) - 1 }
            }
            for j in 0..<coefficients { g[j] += columns[j * n + i] * slope }
            next = first
            for (place, size) in levels.enumerated() {
                let (sd, k) = (Kernels.exp(q[next]), next + 1 + Int(codes[place * n + i]))
                g[k] += sd * slope
                g[next] += sd * q[k] * slope
                next += 1 + size
            }
        }
    }
}
