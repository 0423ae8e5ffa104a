import Kernels
import Plotting
import Statistics

/// The density of greatest entropy whose expectations have the values given.
///
/// Newton on the convex dual log Z + Σ λ μ, in steps cut short by Armijo's rule and wherever the density could not be normalised. Each step
/// has a quadrature of its own, and solves with a triangle from orthogonalised functions instead of with their covariance.
///
/// Source: L. R. Mead & N. Papanicolaou, "Maximum entropy in the problem of moments" (1984); existence: M. Junk (2000).
struct MomentSolver: Sendable {
    enum State: String, Sendable, Codable { case iterating, converged, infeasible, noMaximum, boundary, notConverged }

    let moments: [Moment]
    let functions: [MomentFunction]
    let domain: MomentDomain
    /// Targets with powers of z.
    let targets: [Double]
    private(set) var lambda: [Double]
    private(set) var mesh: MomentMesh?
    private(set) var state = State.iterating
    /// Why there is no density; empty unless there is none.
    private(set) var sentence = ""
    private(set) var iterations = 0
    private(set) var lastDecrement = Double.infinity
    private(set) var isPlaced = false
    /// The interval's problem under way; one at most.
    private(set) var stages: [Stage] = []
    /// Whether intervals have been tried, or need not be.
    private(set) var hasStaged = false
    /// How many of the iterations were on intervals.
    private(set) var stagedIterations = 0

    static let limit = 150

    /// The problem whose density is shown: an interval's while one is under way.
    var present: MomentSolver { stages.first?.solver ?? self }

    /// A problem before its first iteration.
    ///
    /// - Parameter multipliers: where to start, of powers of x; taken when a density can be normalised with them.
    init(_ moments: [Moment], _ domain: MomentDomain, multipliers: [Double]? = nil) {
        (self.moments, self.domain) = (moments, domain)
        functions = moments.map(\.function)
        targets = domain.standardised(moments)
        lambda = []
        if let given = multipliers, given.count == moments.count {
            lambda = domain.standard(given, functions)
            mesh = MomentMesh(domain, functions, lambda)
        }
        // A density known already is probably near: intervals come only where it is not.
        hasStaged = mesh != nil
        if mesh == nil {
            lambda = start
            mesh = MomentMesh(domain, functions, lambda)
        }
        if let sentence = outsideRange {
            (state, self.sentence) = (.infeasible, sentence)
        } else if mesh == nil {
            (state, sentence) = (.noMaximum, "no density of greatest entropy exists: nothing given keeps it from spreading without end")
        } else if moments.isEmpty {
            state = .converged
        }
    }

    /// A density that can be normalised, as near as is known without solving.
    private var start: [Double] {
        var lambda = [Double](repeating: 0, count: functions.count)
        func place(_ function: MomentFunction) -> Int? { functions.firstIndex(of: function) }
        switch domain.kind {
        case .interval, .logit: return lambda
        case .halfLine:
            let scale = domain.scale
            if let i = place(.power(1)) {
                lambda[i] = targets[i] > 0 ? 1 / targets[i] : 1
            } else if let i = place(.logSquare) {
                let j = place(.log)
                let mean = j.map { targets[$0] } ?? 0
                let variance = targets[i] - mean * mean
                let width = variance > 0 ? variance : 1
                lambda[i] = 1 / (2 * width)
                if let j { lambda[j] = 1 - mean / width }
            } else if let i = functions.firstIndex(where: { $0.power != nil }) {
                lambda[i] = 1 / max(1e-6, Double(functions[i].power ?? 1) * abs(targets[i]))
            } else if let i = functions.firstIndex(where: { if case .distance = $0 { true } else { false } }) {
                lambda[i] = 1 / max(targets[i], 1e-3 * scale)
            } else if let i = place(.log), domain.lower > 0 {
                lambda[i] = 1 + 1 / max(1e-6, targets[i] - log(domain.lower))
            }
        case .line:
            if let i = place(.power(2)) {
                lambda[i] = 0.5 / max(1e-6, abs(targets[i]))
            } else if let i = functions.firstIndex(where: { ($0.power ?? 1) % 2 == 0 }) {
                lambda[i] = 1 / max(1e-6, Double(functions[i].power ?? 1) * abs(targets[i]))
            } else if let i = functions.firstIndex(where: { if case .distance = $0 { true } else { false } }) {
                lambda[i] = 1 / max(1e-6 * domain.scale, targets[i])
            }
        }
        // Light tails first: exp(-λ z^K) alone has E[z^K] = 1/(Kλ). From a start that leaves the highest power too little, Newton's way
        // leads along the edge of what can be normalised, where a far tail governs every step.
        let powers = functions.compactMap(\.power)
        if let highest = powers.max(), highest > 2 || lambda.allSatisfy({ $0 == 0 }), let i = functions.firstIndex(of: .power(highest)),
            domain.kind == .halfLine || highest % 2 == 0
        {
            lambda = [Double](repeating: 0, count: functions.count)
            lambda[i] = 1 / max(1e-6, Double(highest) * abs(targets[i]))
        }
        return lambda
    }

    /// Why a target lies outside what its function can be, if it does.
    private var outsideRange: String? {
        for moment in moments {
            let range = domain.range(of: moment.function)
            let target = moment.target
            guard target < range.lowerBound || target > range.upperBound else { continue }
            let gap = max(range.lowerBound - target, target - range.upperBound)
            func text(_ x: Double) -> String { Numbers.short(x, digits: 6) }
            let bounds =
                range.upperBound.isInfinite
                ? "it is at least \(text(range.lowerBound))"
                : range.lowerBound.isInfinite
                    ? "it is at most \(text(range.upperBound))" : "it lies between \(text(range.lowerBound)) and \(text(range.upperBound))"
            return "no density meets \(moment.name) = \(Numbers.shortest(target)): here \(bounds), and misses by \(text(gap))"
        }
        return nil
    }

    /// One Newton iteration; nothing when already settled.
    mutating func iterate() {
        guard state == .iterating, let mesh else { return }
        if iterations == 0 { checkSpace() }
        guard state == .iterating else { return }
        if !hasStaged, wantsStages { beginStages() }
        guard state == .iterating else { return }
        if !stages.isEmpty { return advanceStage() }
        let taken = iterations - stagedIterations
        // On the line an odd highest power is settled before anything else: its multiplier can only be zero.
        if !isPlaced, taken >= 14 || hasOddTop { checkAttained() }
        guard state == .iterating else { return }
        if taken >= 14, stagedIterations == 0, wantsStages {
            beginStages()
            guard state == .iterating else { return }
            if !stages.isEmpty { return advanceStage() }
        }
        guard taken < Self.limit else { return settle(.notConverged, "not converged after \(iterations) iterations") }
        iterations += 1
        let gap = zip(mesh.expectations, targets).map { $0 - $1 }
        guard let r = mesh.triangle() else { return giveUp() }
        // RᵀR Δ = gap, in two triangular solves.
        let k = gap.count
        var y = gap
        for i in 0..<k {
            for j in 0..<i { y[i] -= r[j, i] * y[j] }
            y[i] /= r[i, i]
        }
        var step = y
        for i in (0..<k).reversed() {
            for j in i + 1..<max(k, i + 1) { step[i] -= r[i, j] * step[j] }
            step[i] /= r[i, i]
        }
        let decrement = Vector.dot(y, y)
        guard decrement.isFinite else { return giveUp() }
        if decrement < 1e-16 || (decrement < 1e-12 && decrement >= 0.25 * lastDecrement) {
            // So near, the next whole step is the last: its error is the square of its length.
            let last = zip(lambda, step).map { $0 + $1 }
            if decrement < lastDecrement, let there = MomentMesh(domain, functions, last) { (lambda, self.mesh) = (last, there) }
            return settle(.converged, "")
        }
        lastDecrement = decrement
        let value = mesh.logPartition + Vector.dot(lambda, targets)
        let slack = 1e-12 * (1 + abs(mesh.logPartition) + zip(lambda, targets).reduce(0) { $0 + abs($1.0 * $1.1) })
        var length = 1.0
        // Towards the edge of what can be normalised nine tenths of the way at most: a step beyond that finds no way back.
        if let (tops, _) = leading, step[tops[0]] < -0.9 * lambda[tops[0]], lambda[tops[0]] > 0 {
            length = 0.9 * lambda[tops[0]] / -step[tops[0]]
        }
        for _ in 0..<50 {
            let trial = zip(lambda, step).map { $0 + length * $1 }
            if let there = MomentMesh(domain, functions, trial) {
                let next = there.logPartition + Vector.dot(trial, targets)
                if next <= value - 1e-4 * length * decrement + slack {
                    (lambda, self.mesh) = (trial, there)
                    return
                }
            }
            length /= 2
        }
        giveUp()
    }

    private mutating func beginStages() {
        hasStaged = true
        // The exponential and the normal need two moments; further ones are often just theirs.
        if !isPlaced, let simple = reduced(to: functions.indices.filter { (functions[$0].power ?? 3) <= 2 }),
            simple.excesses.allSatisfy({ abs($0) <= 1e-9 })
        {
            (lambda, mesh) = (simple.lambda, simple.mesh)
            iterations += simple.iterations
            return settle(.converged, "")
        }
        stages = stage(Self.firstFactor).map { [$0] } ?? []
    }

    /// One Newton iteration on the interval under way, and what follows from where it ends.
    private mutating func advanceStage() {
        iterations += 1
        stagedIterations += 1
        stages[0].solver.iterate()
        switch stages[0].solver.state {
        case .iterating:
            if stages[0].solver.iterations >= Self.stageLimit { leaveStages() }
        case .infeasible, .boundary: growStage()
        case .noMaximum, .notConverged: leaveStages()
        case .converged: arrive()
        }
    }

    /// Takes an interval's answer as the next start without ends, or a wider interval.
    private mutating func arrive() {
        let stage = stages[0]
        guard let multipliers = stage.solver.answer?.multipliers else { return leaveStages() }
        let candidate = domain.standard(multipliers, functions)
        let there = MomentMesh(domain, functions, candidate)
        let agrees =
            there.map { mesh in
                zip(zip(mesh.expectations, targets), mesh.deviations).allSatisfy { abs($0.0 - $0.1) <= 1e-3 * max($1, 1e-300) }
            } ?? false
        // What grows fastest should fall steeply at the end; where its multiplier is all but zero it may have to be zero.
        let fall = leading.map { tops, _ in
            abs(candidate[tops[0]])
                * pow(stage.factor * pow(abs(targets[tops[0]]), 1 / Double(highestPower ?? 1)), Double(highestPower ?? 1))
        }
        if !isPlaced, stage.factor > 4 || (fall ?? 1) < 1 {
            checkAttained()
            guard state == .iterating else { return stages = [] }
        }
        guard agrees, let there else { return growStage() }
        (lambda, mesh, stages) = (candidate, there, [])
        lastDecrement = .infinity
    }

    /// Goes on to a wider interval, from an even density there: beyond its own end an answer may rise without measure.
    private mutating func growStage() {
        let factor = stages[0].factor * 1.35
        guard factor <= Self.greatestFactor, let wider = stage(factor) else { return leaveStages() }
        stages = [wider]
    }

    /// Intervals have led nowhere.
    private mutating func leaveStages() {
        stages = []
        if !isPlaced { checkAttained() }
        guard state == .iterating else { return }
        settle(.notConverged, "not converged: the highest moments are those of very little mass very far out")
    }

    private mutating func giveUp() {
        if !isPlaced { checkAttained() }
        guard state == .iterating else { return }
        if stagedIterations == 0, wantsStages {
            beginStages()
            if state != .iterating || !stages.isEmpty { return }
        }
        settle(
            residual < 1e-9 ? .converged : .notConverged, residual < 1e-9 ? "" : "the moments lie too near the edge of what is possible")
    }

    private mutating func settle(_ state: State, _ sentence: String) {
        (self.state, self.sentence) = (state, sentence)
    }

    var highestPower: Int? { functions.compactMap(\.power).max() }
    var hasOddTop: Bool { domain.kind == .line && (highestPower ?? 2) % 2 == 1 && (highestPower ?? 2) > 1 }

    /// Refuses targets that no density meets.
    private mutating func checkSpace() {
        switch MomentSpace.place(moments, domain) {
        case .inside: break
        case .outside(let why): return settle(.infeasible, why)
        case .edge(let why): return settle(.boundary, why)
        }
    }

    /// Decides what Newton's way leaves open where a multiplier goes to zero: a maximum there, or none.
    private mutating func checkAttained() {
        isPlaced = true
        guard let (tops, name) = leading else { return }
        // Without what grows fastest: what then remains of its expectation can be put as far out as one likes, at no cost in entropy.
        guard let less = reduced(to: moments.indices.filter { !tops.contains($0) }) else { return }
        let (candidate, mesh) = (less.lambda, less.mesh)
        let odd = tops.dropFirst()
        if odd.contains(where: { abs(less.excesses[$0]) > 1e-9 }) { return }
        let gap = less.excesses[tops[0]]
        if abs(gap) <= 1e-9 {
            (lambda, self.mesh) = (candidate, mesh)
            return settle(.converged, "")
        }
        guard gap > 0 || hasOddTop else { return }
        (lambda, self.mesh) = (candidate, mesh)
        let moment = moments[tops[0]]
        let reached = moment.function.power.map { k in expectation(k, mesh) } ?? mesh.expectations[tops[0]]
        settle(
            .noMaximum,
            hasOddTop
                ? "no density of greatest entropy exists: on the line the highest power must be even, and without \(name) it is "
                    + "\(Numbers.short(reached, digits: 6)), not \(Numbers.shortest(moment.target)); a small mass far out supplies the rest"
                : "no density of greatest entropy exists: without \(name) it is \(Numbers.short(reached, digits: 6)), and the rest up to "
                    + "\(Numbers.shortest(moment.target)) can come from ever less mass ever farther out")
    }

    /// The density that some of the moments alone lead to, and by how much each target exceeds its expectation there, in standard
    /// deviations; nil where they lead to none.
    private func reduced(to rest: [Int]) -> (lambda: [Double], mesh: MomentMesh, excesses: [Double], iterations: Int)? {
        let less = rest.map { moments[$0] }
        guard !less.isEmpty, less.count < moments.count,
            let narrow = try? MomentDomain(lower: domain.lower, upper: domain.upper, moments: less)
        else { return nil }
        var solver = MomentSolver(less, narrow)
        while solver.state == .iterating { solver.iterate() }
        guard solver.state == .converged else { return nil }
        let (known, _) = narrow.original(solver.lambda, solver.functions)
        var full = [Double](repeating: 0, count: moments.count)
        for (i, value) in zip(rest, known) { full[i] = value }
        let lambda = domain.standard(full, functions)
        guard let mesh = MomentMesh(domain, functions, lambda) else { return nil }
        let deviations = mesh.deviations
        let excesses = targets.indices.map { (targets[$0] - mesh.expectations[$0]) / max(deviations[$0], 1e-300) }
        return (lambda, mesh, excesses, solver.iterations)
    }

    /// E[x^k] of a mesh.
    private func expectation(_ k: Int, _ mesh: MomentMesh) -> Double {
        zip(domain.x(mesh.places), mesh.probabilities).reduce(0) { $0 + $1.1 * pow($1.0, Double(k)) }
    }

    /// What grows fastest towards an open end, with the odd power below it on the line.
    private var leading: (places: [Int], name: String)? {
        guard domain.kind == .halfLine || domain.kind == .line else { return nil }
        guard let highest = highestPower, let top = functions.firstIndex(of: .power(highest)) else { return nil }
        var places = [top]
        if domain.kind == .line, highest % 2 == 0, let below = functions.firstIndex(of: .power(highest - 1)) { places.append(below) }
        return (places, moments[top].name)
    }

    /// The greatest |E[f] - target| in standard deviations of f.
    var residual: Double {
        guard let mesh else { return .infinity }
        var worst = 0.0
        for (i, deviation) in mesh.deviations.enumerated() {
            worst = max(worst, abs(mesh.expectations[i] - targets[i]) / max(deviation, 1e-300))
        }
        return worst
    }

    /// The multipliers of the functions of x, and log Z with them.
    var answer: (multipliers: [Double], logPartition: Double)? {
        guard let mesh else { return nil }
        let (multipliers, constant) = domain.original(lambda, functions)
        return (multipliers, mesh.logPartition + constant)
    }

    /// log Z + Σ λ E[f], in nats.
    var entropy: Double? { mesh.map { $0.logPartition + Vector.dot(lambda, $0.expectations) } }

    /// The density at places of x; 0 outside the domain.
    func density(_ x: [Double]) -> [Double] {
        guard let mesh else { return x.map { _ in .nan } }
        let inside = x.map { $0 >= domain.lower && $0 <= domain.upper }
        let z = x.map { ($0 - domain.centre) / domain.scale }
        var exponents = [Double](repeating: -mesh.logPartition, count: x.count)
        for (value, function) in zip(lambda, functions) where value != 0 {
            for i in x.indices where inside[i] { exponents[i] -= value * function.value(x[i], z: z[i]) }
        }
        return zip(exponents, inside).map { $1 ? ($0.isNaN ? .nan : exp($0)) : 0 }
    }

    /// What has to be remembered to go on from here; the rest follows from the problem.
    struct Memory: Sendable, Codable {
        var lambda: [Double]
        var state: State
        var sentence: String
        var iterations: Int
        var lastDecrement: Double
        var isPlaced: Bool
        var hasStaged: Bool
        var stagedIterations: Int
        var stages: [StageMemory]
    }

    struct StageMemory: Sendable, Codable {
        var factor: Double
        var solver: Memory
    }

    var memory: Memory {
        Memory(
            lambda: lambda, state: state, sentence: sentence, iterations: iterations, lastDecrement: lastDecrement, isPlaced: isPlaced,
            hasStaged: hasStaged, stagedIterations: stagedIterations,
            stages: stages.map { StageMemory(factor: $0.factor, solver: $0.solver.memory) })
    }

    /// A solver where another one of the same problem stood.
    init(_ moments: [Moment], _ domain: MomentDomain, memory: Memory) {
        self.init(moments, domain)
        lambda = memory.lambda
        mesh = lambda.count == functions.count ? MomentMesh(domain, functions, lambda) : nil
        (state, sentence, iterations) = (memory.state, memory.sentence, memory.iterations)
        (lastDecrement, isPlaced) = (memory.lastDecrement, memory.isPlaced)
        (hasStaged, stagedIterations) = (memory.hasStaged, memory.stagedIterations)
        stages = memory.stages.compactMap { stage in
            stageDomain(stage.factor).map { Stage(factor: stage.factor, solver: MomentSolver(moments, $0, memory: stage.solver)) }
        }
    }
}

extension MomentFunction {
    /// Its value at x, powers of z instead.
    func value(_ x: Double, z: Double) -> Double {
        switch self {
        case .power(let k): (1..<k).reduce(z) { power, _ in power * z }
        case .log: Kernels.log(x)
        case .logSquare: Kernels.log(x) * Kernels.log(x)
        case .logComplement: log1p(-x)
        case .distance(let c): abs(x - c)
        case .cos: Kernels.cos(x)
        case .sin: Kernels.sin(x)
        }
    }
}

extension MomentDomain {
    /// What a function can be here, and so its expectation.
    func range(of function: MomentFunction) -> ClosedRange<Double> {
        switch function {
        case .power(let k):
            let ends = [pow(lower, Double(k)), pow(upper, Double(k))]
            let low = k % 2 == 0 && lower < 0 && upper > 0 ? 0 : min(ends[0], ends[1])
            return low...max(ends[0], ends[1])
        case .log: return log(lower)...log(upper)
        case .logSquare:
            let ends = [log(lower) * log(lower), log(upper) * log(upper)]
            return (lower < 1 && upper > 1 ? 0 : min(ends[0], ends[1]))...max(ends[0], ends[1])
        case .logComplement: return log1p(-upper)...log1p(-lower)
        case .distance(let c):
            let ends = [abs(lower - c), abs(upper - c)]
            return (c > lower && c < upper ? 0 : min(ends[0], ends[1]))...max(ends[0], ends[1])
        case .cos, .sin: return -1...1
        }
    }
}
