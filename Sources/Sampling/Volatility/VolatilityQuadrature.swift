import Engine
import Kernels
import Plotting
import Statistics

/// The exact posterior of σ and ν on a grid of their logarithms, and the band of volatility that follows from it.
struct VolatilityPosterior: Sendable, Codable {
    var logSigma: [Double]
    var logNu: [Double]
    /// log p(x, log σ, log ν), ν by ν: all σ of the first ν first.
    var logJoint: [Double]
    /// Each day's 5%, 50% and 95% quantiles of e^s; empty while they are not known.
    var band: [[Double]] = []

    /// The distance of neighbours.
    private static func spacing(_ values: [Double]) -> Double { (values[values.count - 1] - values[0]) / Double(values.count - 1) }

    var logEvidence: Double { Vector.logSumExp(logJoint) + Kernels.log(Self.spacing(logSigma) * Self.spacing(logNu)) }

    /// The probabilities of the cells.
    var masses: [Double] { Vector.softmax(logJoint) }

    /// Means and standard deviations of σ and ν.
    var moments: (means: [Double], sds: [Double]) {
        var (first, second) = ([0.0, 0.0], [0.0, 0.0])
        for (place, mass) in masses.enumerated() {
            let values = [Kernels.exp(logSigma[place % logSigma.count]), Kernels.exp(logNu[place / logSigma.count])]
            for k in 0..<2 {
                first[k] += mass * values[k]
                second[k] += mass * values[k] * values[k]
            }
        }
        return (first, (0..<2).map { max(0, second[$0] - first[$0] * first[$0]).squareRoot() })
    }

    /// The probability of each value of log σ (0) or log ν (1).
    private func marginal(_ axis: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: axis == 0 ? logSigma.count : logNu.count)
        for (place, mass) in masses.enumerated() { sums[axis == 0 ? place % logSigma.count : place / logSigma.count] += mass }
        return sums
    }

    /// The density of σ or ν as a curve.
    func curve(_ axis: Int) -> [Point] {
        let values = axis == 0 ? logSigma : logNu
        let spacing = Self.spacing(values)
        return zip(values, marginal(axis)).map { u, mass in
            let value = Kernels.exp(u)
            return Point(x: value, y: mass / (spacing * value))
        }
    }

    /// Quartiles of σ or ν: the distribution function, exact at the cells' edges, between them by a monotone cubic.
    func quartiles(_ axis: Int) -> [Double] {
        let values = axis == 0 ? logSigma : logNu
        guard values.count > 3 else { return [] }
        let spacing = Self.spacing(values)
        let densities = marginal(axis).map { $0 / spacing }
        // The density between points by cubic interpolation, summed finely.
        let fine = 40
        func density(_ x: Double) -> Double {
            let k = min(values.count - 3, max(1, Int(x)))
            let t = x - Double(k)
            let (a, b, c, d) = (densities[k - 1], densities[k], densities[k + 1], densities[k + 2])
            return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        }
        var (sum, next) = (0.0, 0)
        var found: [Double] = []
        let total = densities.reduce(0, +) * Double(fine)
        for k in 0..<(values.count - 1) * fine where next < 3 {
            let mass = density((Double(k) + 0.5) / Double(fine))
            while next < 3, mass > 0, sum + mass >= 0.25 * Double(next + 1) * total {
                let share = (0.25 * Double(next + 1) * total - sum) / mass
                found.append(Kernels.exp(values[0] + (Double(k) + share) / Double(fine) * spacing))
                next += 1
            }
            sum += mass
        }
        return found
    }

    /// The density of log σ and log ν, for contours.
    var surface: ExactDensity {
        let (a, b) = (Self.spacing(logSigma), Self.spacing(logNu))
        return ExactDensity(
            Grid(
                columns: logSigma.count, rows: logNu.count, values: masses.map { $0 / (a * b) },
                x: logSigma[0] - a / 2...logSigma[logSigma.count - 1] + a / 2, y: logNu[0] - b / 2...logNu[logNu.count - 1] + b / 2))
    }
}

/// Computes the exact posterior, one likelihood or one smoothing a step: a coarse grid finds where the mass is, a fine one integrates.
struct VolatilityQuadrature: Sendable, Codable {
    private enum Stage: Int, Codable { case coarse, fine, band, done }

    private let returns: [Double]
    private let range: [Double]
    private var stage = Stage.coarse
    private var logSigma: [Double]
    private var logNu: [Double]
    private var values: [Double] = []
    /// The nodes that the band is averaged over, as places in the grid.
    private var nodes: [Int] = []
    private var masses: [Double] = []
    private var smoothed = 0
    private(set) var evaluations = 0
    private(set) var posterior: VolatilityPosterior?

    static let (coarse, fine) = (12, 31)
    /// Nodes below this share of the mass do not enter the band.
    static let leastMass = 1e-3

    init(_ returns: [Double]) {
        self.returns = returns
        let range = VolatilityFilter.range(returns)
        self.range = [range.lowerBound, range.upperBound]
        logSigma = Self.even(Kernels.log(0.01), Kernels.log(1), Self.coarse)
        logNu = Self.even(Kernels.log(1.2), Kernels.log(120), Self.coarse)
    }

    private static func even(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        (0..<count).map { low + Double($0) / Double(count - 1) * (high - low) }
    }

    private var filter: VolatilityFilter { VolatilityFilter(returns, range: range[0]...range[1]) }

    /// What is left of the present stage.
    private var left: Int {
        switch stage {
        case .coarse, .fine: logSigma.count * logNu.count - values.count
        case .band: nodes.count - smoothed
        case .done: 0
        }
    }

    /// How far it is, in words.
    var progress: String {
        switch stage {
        case .coarse: "looking for the mass: \(values.count) of \(logSigma.count * logNu.count) likelihoods"
        case .fine: "integrating: \(values.count) of \(logSigma.count * logNu.count) likelihoods"
        case .band: "smoothing: \(smoothed) of \(nodes.count) nodes"
        case .done: "\(evaluations) likelihoods"
        }
    }

    mutating func step(_ count: Int) -> Progress {
        var taken = 0
        while taken < count, stage != .done {
            let batch = min(count - taken, left, stage == .band ? 4 : 32)
            if stage == .band { smooth(batch) } else { evaluate(batch) }
            taken += batch
            if left == 0 { advance() }
        }
        return Progress(taken, stage == .done ? .finished("exact posterior from \(evaluations) likelihoods") : .ready)
    }

    private mutating func evaluate(_ count: Int) {
        let filter = filter
        var batch = (values.count..<values.count + count).map { place in
            (sigma: Kernels.exp(logSigma[place % logSigma.count]), nu: Kernels.exp(logNu[place / logSigma.count]), value: 0.0)
        }
        Parallel.forEach(&batch) { _, node in
            let (sigma, nu) = (node.sigma, node.nu)
            let likelihood = filter.logLikelihood(sigma: sigma, nu: nu)
            node.value =
                likelihood + Kernels.log(VolatilityTarget.sigmaRate * sigma * VolatilityTarget.nuRate * nu)
                - VolatilityTarget.sigmaRate * sigma - VolatilityTarget.nuRate * nu
        }
        values += batch.map { $0.value.isNaN ? -.infinity : $0.value }
        evaluations += count
    }

    private mutating func smooth(_ count: Int) {
        let filter = filter
        let size = masses.count
        let weights = posterior?.masses ?? []
        var batch = nodes[smoothed..<smoothed + count].map { place in
            (
                sigma: Kernels.exp(logSigma[place % logSigma.count]), nu: Kernels.exp(logNu[place / logSigma.count]),
                weight: weights[place],
                masses: [Double]()
            )
        }
        Parallel.forEach(&batch) { _, node in
            node.masses = [Double](repeating: 0, count: size)
            filter.addSmoothed(sigma: node.sigma, nu: node.nu, weight: node.weight, to: &node.masses)
        }
        for node in batch { Vector.axpy(1, node.masses, &masses) }
        smoothed += count
        evaluations += count
    }

    private mutating func advance() {
        switch stage {
        case .coarse:
            let top = values.max() ?? 0
            let near = values.indices.filter { values[$0] > top - 25 }
            func range(_ places: [Int], _ axis: [Double]) -> (Double, Double) {
                let spacing = axis[1] - axis[0]
                return (axis[places.min() ?? 0] - spacing, axis[places.max() ?? 0] + spacing)
            }
            let (s, n) = (range(near.map { $0 % logSigma.count }, logSigma), range(near.map { $0 / logSigma.count }, logNu))
            logSigma = Self.even(max(s.0, Kernels.log(0.008)), s.1, Self.fine)
            logNu = Self.even(n.0, n.1, Self.fine)
            values = []
            stage = .fine
        case .fine:
            let posterior = VolatilityPosterior(logSigma: logSigma, logNu: logNu, logJoint: values)
            let weights = posterior.masses
            nodes = weights.indices.filter { weights[$0] > Self.leastMass }
            masses = [Double](repeating: 0, count: returns.count * filter.count)
            self.posterior = posterior
            stage = .band
        case .band:
            let filter = filter
            posterior?.band = returns.indices.map {
                filter.quantiles(masses[$0 * filter.count..<($0 + 1) * filter.count], [0.05, 0.5, 0.95])
            }
            masses = []
            stage = .done
        case .done: break
        }
    }
}
