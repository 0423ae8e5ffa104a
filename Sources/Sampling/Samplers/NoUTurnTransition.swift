import Kernels

/// Gives numbers uniform on (0, 1): a random stream, or a list in a test.
protocol UniformSource {
    mutating func uniform() -> Double
}

extension RandomStream: UniformSource {}

/// A place that a trajectory may end in.
struct Proposal {
    let position, gradient: UnsafeMutablePointer<Double>
    var logDensity = 0.0
    var energy = 0.0

    /// Takes over a point's place.
    @inline(__always)
    mutating func take(_ point: PhasePoint, energy: Double) {
        position.update(from: point.position, count: point.count)
        gradient.update(from: point.gradient, count: point.count)
        logDensity = point.logDensity
        self.energy = energy
    }

    /// Takes over another proposal's place.
    @inline(__always)
    mutating func take(_ other: Proposal, count: Int) {
        position.update(from: other.position, count: count)
        gradient.update(from: other.gradient, count: count)
        logDensity = other.logDensity
        energy = other.energy
    }
}

/// The No-U-Turn sampler as Stan has it: trajectories double in a random direction until they turn back; states are drawn with
/// probability proportional to exp(-H), later halves preferred; the generalised criterion is also checked across halves.
///
/// Sources: Hoffman & Gelman (2014); Betancourt, "A Conceptual Introduction to Hamiltonian Monte Carlo" (2017), appendix A.
struct NoUTurn {
    /// One end of a stretch of trajectory: its momentum p and velocity M⁻¹p.
    private struct End {
        let momentum, velocity: UnsafeMutablePointer<Double>

        /// For the loops, which only read it.
        var seen: Vector.TrajectoryEnd { Vector.TrajectoryEnd(momentum: momentum, velocity: velocity) }

        @inline(__always)
        func take(_ other: End, _ count: Int) {
            momentum.update(from: other.momentum, count: count)
            velocity.update(from: other.velocity, count: count)
        }
    }

    /// What a subtree of some depth needs beside what its caller gave it.
    private struct Level {
        var proposal: Proposal
        let firstEnd, secondBegin: End
        let firstSum, secondSum: UnsafeMutablePointer<Double>
    }

    private let count: Int
    private let memory: UnsafeMutablePointer<Double>
    private var levels: [Level] = []
    /// Views of this memory; a transition works on copies of them.
    private let forwardMost, backwardMost: PhasePoint
    private let chosen, offered: Proposal
    /// Of the backward and the forward part of the trajectory: their outer and inner ends and sums of momenta.
    private let backwardOuter, backwardInner, forwardInner, forwardOuter: End
    private let sum, backwardSum, forwardSum: UnsafeMutablePointer<Double>

    private var metric: Metric
    private var stepSize = 0.0
    private var initialEnergy = 0.0
    private var sumOfAcceptances = 0.0
    private var report = TransitionReport()

    /// Memory for trees of up to a depth; `free` gives it back.
    init(dimension d: Int, maximumDepth: Int, metric: Metric) {
        let vectors = 2 * PhasePoint.size(1) + 4 + 8 + 3 + maximumDepth * 8
        memory = .allocate(capacity: vectors * d)
        memory.initialize(repeating: 0, count: vectors * d)
        count = d
        self.metric = metric
        var next = memory
        func vector() -> UnsafeMutablePointer<Double> {
            defer { next += d }
            return next
        }
        func end() -> End { End(momentum: vector(), velocity: vector()) }
        func proposal() -> Proposal { Proposal(position: vector(), gradient: vector()) }
        forwardMost = PhasePoint(next, dimension: d)
        next += PhasePoint.size(d)
        backwardMost = PhasePoint(next, dimension: d)
        next += PhasePoint.size(d)
        (chosen, offered) = (proposal(), proposal())
        (backwardOuter, backwardInner, forwardInner, forwardOuter) = (end(), end(), end(), end())
        (sum, backwardSum, forwardSum) = (vector(), vector(), vector())
        for _ in 0..<maximumDepth {
            levels.append(Level(proposal: proposal(), firstEnd: end(), secondBegin: end(), firstSum: vector(), secondSum: vector()))
        }
    }

    /// Gives the memory back.
    func free() { memory.deallocate() }

    /// One transition of a point whose momentum has been drawn.
    mutating func transition<E: TargetEvaluator, U: UniformSource>(
        _ point: inout PhasePoint, stepSize: Double, metric: Metric, choices: inout U, _ evaluator: inout E
    ) -> TransitionReport {
        self.metric = metric
        self.stepSize = stepSize
        report = TransitionReport()
        sumOfAcceptances = 0
        point.begin(metric)
        initialEnergy = point.energy
        var (forward, backward, sample, proposed) = (forwardMost, backwardMost, chosen, offered)
        forward.copy(point)
        backward.copy(point)
        sample.take(point, energy: initialEnergy)
        let start = End(momentum: point.momentum, velocity: point.velocity)
        for end in [backwardOuter, backwardInner, forwardInner, forwardOuter] { end.take(start, count) }
        sum.update(from: point.momentum, count: count)
        var logWeight = 0.0

        while report.treeDepth < levels.count {
            let goesForward = choices.uniform() > 0.5
            var subtreeWeight = -Double.infinity
            let isValid: Bool
            if goesForward {
                backwardSum.update(from: sum, count: count)
                backwardInner.take(forwardOuter, count)
                clear(forwardSum)
                isValid = build(
                    report.treeDepth, 1, &forward, &proposed, begin: forwardInner, end: forwardOuter, sum: forwardSum,
                    &subtreeWeight, &choices, &evaluator)
            } else {
                forwardSum.update(from: sum, count: count)
                forwardInner.take(backwardOuter, count)
                clear(backwardSum)
                isValid = build(
                    report.treeDepth, -1, &backward, &proposed, begin: backwardInner, end: backwardOuter, sum: backwardSum,
                    &subtreeWeight, &choices, &evaluator)
            }
            guard isValid else { break }
            report.treeDepth += 1
            if subtreeWeight > logWeight || choices.uniform() < Kernels.exp(subtreeWeight - logWeight) {
                sample.take(proposed, count: count)
            }
            logWeight = Self.logAdd(logWeight, subtreeWeight)
            clear(sum)
            Vector.accumulate(backwardSum, forwardSum, into: sum, count)
            let stretches = Vector.Stretches(
                firstSum: backwardSum, secondSum: forwardSum, beginVelocity: backwardOuter.velocity, endVelocity: forwardOuter.velocity,
                secondBegin: forwardInner.seen, firstEnd: backwardInner.seen)
            if !Vector.goesOn(stretches, count) { break }
        }
        report.acceptance = sumOfAcceptances / Double(max(1, report.leapfrogs))
        report.energy = sample.energy
        point.position.update(from: sample.position, count: count)
        point.gradient.update(from: sample.gradient, count: count)
        point.logDensity = sample.logDensity
        return report
    }

    /// Follows 2^depth leapfrog steps from `point`; false when the stretch diverged or turned back somewhere.
    ///
    /// Leaves in `proposal` a state drawn by weight, at `begin` and `end` the momenta of its first and last state, in `sum` the sum of its
    /// momenta added to what stood there, and in `logWeight` its weight added.
    private mutating func build<E: TargetEvaluator, U: UniformSource>(
        _ depth: Int, _ sign: Double, _ point: inout PhasePoint, _ proposal: inout Proposal, begin: End, end: End,
        sum: UnsafeMutablePointer<Double>, _ logWeight: inout Double, _ choices: inout U, _ evaluator: inout E
    ) -> Bool {
        if depth == 0 {
            let (energy, gain) = follow(sign, &point, &evaluator)
            logWeight = Self.logAdd(logWeight, gain)
            proposal.take(point, energy: energy)
            let here = End(momentum: point.momentum, velocity: point.velocity)
            begin.take(here, count)
            end.take(here, count)
            for i in 0..<count { sum[i] += point.momentum[i] }
            return !report.isDivergent
        }
        if depth == 1 { return buildPair(sign, &point, &proposal, begin: begin, end: end, sum: sum, &logWeight, &choices, &evaluator) }
        var level = levels[depth - 1]
        clear(level.firstSum)
        clear(level.secondSum)
        var (firstWeight, secondWeight) = (-Double.infinity, -Double.infinity)
        guard
            build(
                depth - 1, sign, &point, &proposal, begin: begin, end: level.firstEnd, sum: level.firstSum, &firstWeight, &choices,
                &evaluator),
            build(
                depth - 1, sign, &point, &level.proposal, begin: level.secondBegin, end: end, sum: level.secondSum, &secondWeight,
                &choices, &evaluator)
        else { return false }
        let weight = Self.logAdd(firstWeight, secondWeight)
        logWeight = Self.logAdd(logWeight, weight)
        if secondWeight > weight || choices.uniform() < Kernels.exp(secondWeight - weight) {
            proposal.take(level.proposal, count: count)
        }
        Vector.accumulate(level.firstSum, level.secondSum, into: sum, count)
        return Vector.goesOn(
            Vector.Stretches(
                firstSum: level.firstSum, secondSum: level.secondSum, beginVelocity: begin.velocity, endVelocity: end.velocity,
                secondBegin: level.secondBegin.seen, firstEnd: level.firstEnd.seen),
            count)
    }

    /// `build` to depth 1: two steps, whose places are at once the ends, so that nothing in between is copied.
    private mutating func buildPair<E: TargetEvaluator, U: UniformSource>(
        _ sign: Double, _ point: inout PhasePoint, _ proposal: inout Proposal, begin: End, end: End,
        sum: UnsafeMutablePointer<Double>, _ logWeight: inout Double, _ choices: inout U, _ evaluator: inout E
    ) -> Bool {
        let first = follow(sign, &point, &evaluator)
        guard !report.isDivergent else { return false }
        proposal.take(point, energy: first.energy)
        begin.take(End(momentum: point.momentum, velocity: point.velocity), count)
        let second = follow(sign, &point, &evaluator)
        guard !report.isDivergent else { return false }
        end.take(End(momentum: point.momentum, velocity: point.velocity), count)
        let weight = Self.logAdd(first.gain, second.gain)
        logWeight = Self.logAdd(logWeight, weight)
        if second.gain > weight || choices.uniform() < Kernels.exp(second.gain - weight) { proposal.take(point, energy: second.energy) }
        Vector.accumulate(begin.momentum, end.momentum, into: sum, count)
        return Vector.goesOn(
            Vector.Stretches(
                firstSum: begin.momentum, secondSum: end.momentum, beginVelocity: begin.velocity, endVelocity: end.velocity), count)
    }

    /// One leapfrog step, its energy and what that gains on the first, and whether it diverged.
    @inline(__always)
    private mutating func follow<E: TargetEvaluator>(
        _ sign: Double, _ point: inout PhasePoint, _ evaluator: inout E
    ) -> (energy: Double, gain: Double) {
        let energy = point.leapfrog(sign * stepSize, metric, &evaluator)
        report.leapfrogs += 1
        let gain = energy.isNaN ? -Double.infinity : initialEnergy - energy
        if -gain > divergenceThreshold { report.isDivergent = true }
        sumOfAcceptances += gain > 0 ? 1 : Kernels.exp(gain)
        return (energy, gain)
    }

    @inline(__always)
    private func clear(_ vector: UnsafeMutablePointer<Double>) { vector.update(repeating: 0, count: count) }

    /// log(exp(a) + exp(b)).
    @inline(__always)
    static func logAdd(_ a: Double, _ b: Double) -> Double {
        let (low, high) = a < b ? (a, b) : (b, a)
        if low == -.infinity { return high }
        return high + Kernels.log1p(Kernels.exp(low - high))
    }
}
