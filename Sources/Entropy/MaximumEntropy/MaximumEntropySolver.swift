import Kernels
import Statistics

/// The distribution of greatest entropy (least relative entropy to the prior) under linear constraints over discrete outcomes.
///
/// Damped Newton on the convex dual log Σ q·exp(-θ·d), d the constraints' functions less their targets in a basis in which they are
/// uncorrelated over the outcomes. Its gradient is -E[d], its Hessian Cov[d]; one iteration is one Newton step with Armijo's rule.
/// Where Newton's way leads to infinity, linear programmes decide between a solution on the boundary and none.
///
/// Source: E. T. Jaynes, "Information theory and statistical mechanics" (1957); S. Boyd and L. Vandenberghe, "Convex optimization" (2004), §9.5.
struct MaximumEntropySolver: Sendable {
    /// How far it has come.
    enum State: String, Sendable, Codable {
        case iterating, converged, boundary, infeasible, notConverged
    }

    private(set) var system: ConstraintSystem
    private(set) var family: ExponentialFamily
    private(set) var point: ExponentialFamily.Point
    private(set) var state: State
    /// Why there is no solution; empty unless infeasible or not converged.
    private(set) var sentence = ""
    /// Newton iterations since the targets were last moved.
    private(set) var iterations = 0
    /// Whether linear programmes have placed the targets already.
    private var isPlaced = false
    private var lastDecrement = Double.infinity

    /// The most iterations on one set of targets.
    static let limit = 200

    /// A problem before its first iteration, or at once settled: outside the ranges, or nothing left to choose.
    ///
    /// - Parameter theta: where to start; taken when its size fits.
    init(_ outcomes: Outcomes, targets: [Double], theta: [Double]? = nil, face: [Int]? = nil) {
        self.init(system: ConstraintSystem(outcomes, targets: targets, face: face), theta: theta)
    }

    private init(system: ConstraintSystem, theta: [Double]?) {
        self.system = system
        family = Self.family(system)
        // A contradiction leaves constraints kept but no columns.
        let rank = family.rank
        let start = theta.flatMap { $0.count == rank && $0.allSatisfy(\.isFinite) ? $0 : nil }
        point = family.point(start ?? [Double](repeating: 0, count: rank))
        state = .iterating
        if let contradiction = system.contradiction {
            state = .infeasible
            sentence = contradiction
        } else if system.kept.isEmpty {
            state = system.face == nil ? .converged : .boundary
        }
    }

    private static func family(_ system: ConstraintSystem) -> ExponentialFamily {
        let outcomes = system.outcomes
        let logPrior: [Double]
        if let prior = outcomes.prior {
            let places = system.face.map { $0.map { outcomes.support[$0] } } ?? outcomes.support
            logPrior = Vector.log(places.map { prior[$0] })
        } else {
            logPrior = []
        }
        return ExponentialFamily(
            functions: outcomes.functions, targets: system.innerTargets, combination: system.contradiction == nil ? system.combination : [],
            outcomes: system.face, count: system.count, logPrior: logPrior)
    }

    /// The same outcomes with other targets, starting from the present θ where that is a start.
    mutating func move(to targets: [Double], from theta: [Double]? = nil) {
        let moved = system.moved(to: targets)
        let isStart = state != .infeasible && system.face == nil && moved.face == nil
        let tried = MaximumEntropySolver(system: moved, theta: isStart ? theta ?? point.theta : nil)
        self = tried.point.logSum.isFinite ? tried : MaximumEntropySolver(system: moved, theta: nil)
    }

    /// What has to be remembered to go on from here; the rest follows from the problem.
    struct Memory: Sendable, Codable {
        var theta: [Double]
        var face: [Int]?
        var state: State
        var sentence: String
        var iterations: Int
        var isPlaced: Bool
        var lastDecrement: Double
    }

    /// What has to be remembered to go on from here.
    var memory: Memory {
        Memory(
            theta: point.theta, face: system.face, state: state, sentence: sentence, iterations: iterations, isPlaced: isPlaced,
            lastDecrement: lastDecrement)
    }

    /// A solver where another one of the same problem stood.
    init(_ outcomes: Outcomes, targets: [Double], memory: Memory) {
        let whole = ConstraintSystem(outcomes, targets: targets)
        self.init(
            system: whole.face == memory.face ? whole : ConstraintSystem(outcomes, targets: targets, face: memory.face), theta: memory.theta
        )
        (state, sentence, iterations) = (memory.state, memory.sentence, memory.iterations)
        (isPlaced, lastDecrement) = (memory.isPlaced, memory.lastDecrement)
    }

    /// One Newton iteration; nothing when already settled.
    mutating func iterate() {
        guard state == .iterating else { return }
        guard iterations < Self.limit else {
            settle(.notConverged, "not converged after \(Self.limit) iterations; the residual is \(residual)")
            return
        }
        if iterations == 12, system.kept.count > 1, !isPlaced {
            place()
            guard state == .iterating else { return }
        }
        guard let (direction, decrement) = newtonStep() else {
            place()
            if state == .iterating {
                settle(.notConverged, "the constraints are too nearly dependent to solve in double precision; the residual is \(residual)")
            }
            return
        }
        let slack = 4e-15 * (1 + abs(point.logSum))
        var length = 1.0
        var next = family.point(stepped(direction, length))
        while !(next.logSum <= point.logSum - 1e-4 * length * decrement * decrement + slack), length > 1e-12 {
            length /= 2
            next = family.point(stepped(direction, length))
        }
        let hasStalled = length <= 1e-12
        if !hasStalled { point = next }
        iterations += 1
        let isClose = residual <= 1e-12
        // After a full step the decrement is about its square; a decrement that no longer halves has met rounding.
        if isClose, decrement <= 1e-7 || hasStalled || (decrement < 1e-3 && decrement > lastDecrement / 2) {
            settle(system.face == nil ? .converged : .boundary)
        } else if hasStalled {
            place()
            if state == .iterating { settle(.notConverged, "rounding stops the iteration at a residual of \(residual)") }
        }
        lastDecrement = decrement
    }

    /// Iterates until settled.
    mutating func solve() {
        while state == .iterating { iterate() }
    }

    private func stepped(_ direction: [Double], _ length: Double) -> [Double] { zip(point.theta, direction).map { $0 + length * $1 } }

    private var covariance: Matrix {
        let n = family.rank
        var matrix = Matrix(rows: n, columns: n)
        for k in 0..<n {
            for l in 0...k {
                matrix[k, l] = point.covariance[k * (k + 1) / 2 + l]
                matrix[l, k] = matrix[k, l]
            }
        }
        return matrix
    }

    /// The direction Cov⁻¹·E[d] and the Newton decrement.
    private func newtonStep() -> ([Double], Double)? {
        var matrix = covariance
        // A variance that has all but vanished gets a floor, which turns the step towards the gradient.
        for k in 0..<family.rank { matrix[k, k] *= 1 + 1e-15 }
        guard let factor = Cholesky(matrix) else { return nil }
        let direction = factor.solve(point.mean)
        let square = zip(direction, point.mean).reduce(0.0) { $0 + $1.0 * $1.1 }
        guard square.isFinite, direction.allSatisfy(\.isFinite) else { return nil }
        return (direction, max(0, square).squareRoot())
    }

    /// Lets linear programmes decide whether the targets lie inside, on the boundary or outside of what distributions can reach.
    private mutating func place() {
        guard !isPlaced else { return }
        isPlaced = true
        switch system.place(family) {
        case .interior: break
        case .outside: settle(.infeasible, system.explanation())
        case .face(let places):
            let spent = iterations
            self = MaximumEntropySolver(system.outcomes, targets: system.targets, face: places)
            iterations = spent
            isPlaced = iterations < 12
        }
    }

    private mutating func settle(_ state: State, _ sentence: String = "") {
        self.state = state
        self.sentence = sentence
    }

    // MARK: answers

    /// The greatest |E[f] - target| of the independent constraints, each over the range of its function.
    var residual: Double {
        guard !system.kept.isEmpty, state != .infeasible else { return 0 }
        // d = combination·(f - target), of which the part on the independent constraints is triangular: solved forwards.
        var gaps = [Double](repeating: 0, count: system.targets.count)
        var largest = 0.0
        for (k, j) in system.kept.enumerated() {
            var rest = point.mean[k]
            for i in system.kept[..<k] { rest -= system.combination[k][i] * gaps[i] }
            gaps[j] = rest / system.combination[k][j]
            largest = max(largest, abs(gaps[j]) / system.ranges[j])
        }
        return largest
    }

    /// The probabilities of all outcomes, zeros where the prior or the boundary leaves none.
    var probabilities: [Double] {
        var all = [Double](repeating: 0, count: system.outcomes.values.count)
        for i in 0..<family.count { all[system.outcomes.support[system.face?[i] ?? i]] = point.weights[i] / point.total }
        return all
    }

    /// The combination in the user's functions: a variance is about the mean's target there.
    private var userCombination: [[Double]] {
        guard let mean = system.outcomes.mean else { return system.combination }
        let twice = 2 * (system.targets[mean] - system.outcomes.centre)
        return system.combination.map { row in
            var row = row
            for (j, constraint) in system.outcomes.constraints.enumerated() where constraint.function == .variance {
                row[mean] += twice * row[j]
            }
            return row
        }
    }

    /// The multipliers in the constraints' order: 0 for a redundant constraint, ±infinity for one at an end of its range, NaN for one
    /// whose multiplier is infinite only together with others'.
    var multipliers: [Double] {
        var lambda = [Double](repeating: 0, count: system.targets.count)
        for (theta, row) in zip(point.theta, userCombination) { for j in lambda.indices { lambda[j] += theta * row[j] } }
        guard system.face != nil else { return lambda }
        for j in lambda.indices where !system.kept.contains(j) { lambda[j] = system.ends[j] == 0 ? .nan : -system.ends[j] * .infinity }
        return lambda
    }

    /// log Σ q·exp(-λ·f) in the user's functions; NaN on the boundary, where multipliers are infinite.
    var logPartition: Double {
        guard system.face == nil else { return .nan }
        return zip(multipliers, system.targets).reduce(point.logSum) { $0 - $1.0 * $1.1 }
    }

    /// -Cov(f)⁻¹ in the constraints' order, with zeros in the rows and columns of redundant constraints.
    var sensitivities: Matrix {
        let size = system.targets.count
        var result = Matrix(rows: size, columns: size)
        guard let factor = Cholesky(covariance) else {
            result.values = result.values.map { _ in .nan }
            return result
        }
        let inverse = factor.inverse
        let rows = userCombination
        for i in 0..<size {
            for j in 0..<size {
                var sum = 0.0
                for k in rows.indices { for l in rows.indices { sum -= rows[k][i] * inverse[k, l] * rows[l][j] } }
                result[i, j] = sum
            }
        }
        return result
    }

    /// The entropy, and the relative entropy to the prior (to the uniform distribution when there is none), in nats.
    var entropies: (entropy: Double, relative: Double) {
        let both = family.entropies(point, outcomes: system.outcomes.values.count)
        return (max(0, both.entropy), max(0, both.relative))
    }

    /// Degrees of freedom that the constraints leave: outcomes with probability, less one, less independent constraints.
    var degreesOfFreedom: Int { max(0, system.count - 1 - system.kept.count) }

    /// The expectations reached, in the user's terms.
    var reached: [Double] {
        let inner = system.innerTargets
        return system.targets.indices.map { j in
            let function = system.outcomes.functions[j]
            var sum = 0.0
            for i in 0..<family.count { sum += point.weights[i] * (function[system.face?[i] ?? i] - inner[j]) }
            return system.targets[j] + sum / point.total
        }
    }
}
