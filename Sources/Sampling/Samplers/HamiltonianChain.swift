import Kernels

/// What every chain of a Hamiltonian run does alike in a slice.
struct HamiltonianPlan: Sendable {
    /// Transitions to take.
    var count: Int
    /// Transitions of warm-up in the whole run.
    var warmup: Int
    var sampler: SamplerKind
    /// hmc: the leapfrog steps of a transition.
    var leapfrogSteps: Int
    /// nuts: the greatest depth of a tree.
    var maxTreeDepth: Int
    /// Every how many draws one is kept.
    var thin: Int
}

/// One chain of a sampler that follows Hamiltonian dynamics.
struct HamiltonianChain: Sendable, Codable {
    private(set) var position: [Double]
    private var gradient: [Double]
    private var logDensity: Double
    private(set) var stepSize: Double
    private var metric: Metric
    private var adaptation: HamiltonianAdaptation
    private var noise: NoiseSource
    private var choices: RandomStream
    /// Transitions taken, warm-up included.
    private var transitions = 0
    /// Divergent transitions after warm-up.
    private(set) var divergences = 0
    /// Transitions after warm-up that were cut off at the greatest depth.
    private(set) var treeDepthHits = 0
    /// Leapfrog steps and step-size searches, one gradient each.
    private(set) var gradientEvaluations = 0
    /// Why the chain cannot go on; nil when it can.
    private(set) var failure: String?

    /// The quantities of the draws kept in the latest slice and their log densities, and of each of its transitions acceptance, energy and
    /// step size.
    var kept: [Double] = []
    var keptDensities: [Double] = []
    var acceptances: [Double] = []
    var energies: [Double] = []
    var stepSizes: [Double] = []
    /// The transitions of the slice, counted from 0, that diverged after warm-up.
    var divergent: [Int] = []

    private enum CodingKeys: String, CodingKey {
        case position, gradient, logDensity, stepSize, metric, adaptation, noise, choices, transitions, divergences, treeDepthHits,
            gradientEvaluations
        case failure
    }

    init<T: Target>(
        position: [Double], _ target: T, stepSize: Double, warmup: Int, targetAccept: Double, form: Metric.Form, seed: UInt64, chain: Int
    ) {
        self.position = position
        (logDensity, gradient) = target.evaluate(position)
        self.stepSize = stepSize
        let d = position.count
        metric = Metric(form, dimension: d)
        adaptation = HamiltonianAdaptation(
            warmup: warmup, targetAccept: targetAccept, stepSize: stepSize,
            seesCovariance: form == .dense || form == .curvature && !target.isStructured,
            dimension: d)
        noise = NoiseSource(seed: seed, purpose: "sampling.momentum", chain: chain, most: d)
        choices = RandomStream(seed: seed, purpose: "sampling.choice", chain: chain)
    }

    /// Sets the step size: from here on after warm-up, as a new start for the averaging within it.
    mutating func setStepSize(_ stepSize: Double) {
        self.stepSize = stepSize
        if adaptation.isActive { adaptation.restart(from: stepSize) }
    }

    /// Takes the slice's transitions, fewer when the chain cannot go on.
    mutating func advance<T: Target>(_ target: T, _ plan: HamiltonianPlan) {
        let d = position.count
        let quantities = target.handedOver
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: 2 * PhasePoint.size(d) + quantities)
        memory.initialize(repeating: 0, count: 2 * PhasePoint.size(d) + quantities)
        defer { memory.deallocate() }
        var point = PhasePoint(memory, dimension: d)
        var scratch = PhasePoint(memory + PhasePoint.size(d), dimension: d)
        let values = memory + 2 * PhasePoint.size(d)
        for i in 0..<d {
            point.position[i] = position[i]
            point.gradient[i] = gradient[i]
        }
        point.logDensity = logDensity
        var tree = plan.sampler == .nuts ? NoUTurn(dimension: d, maximumDepth: plan.maxTreeDepth, metric: metric) : nil
        defer { tree?.free() }
        divergent.removeAll(keepingCapacity: true)
        for list in [\HamiltonianChain.kept, \.keptDensities, \.acceptances, \.energies, \.stepSizes] {
            self[keyPath: list].removeAll(keepingCapacity: true)
        }

        target.withEvaluator { evaluator in
            for place in 0..<plan.count {
                if transitions == 0, metric.form == .curvature {
                    let place = (0..<d).map { point.position[$0] }
                    _ = Self.adoptCurvature(target, place, nil, &metric, &gradientEvaluations, &evaluator)
                }
                if transitions == 0, plan.warmup > 0 { searchStepSize(point, &scratch, &evaluator) }
                guard failure == nil else { break }
                drawMomentum(into: point.momentum)
                let used = stepSize
                let report =
                    if tree != nil {
                        tree?.transition(&point, stepSize: used, metric: metric, choices: &choices, &evaluator) ?? TransitionReport()
                    } else {
                        hamiltonianTransition(
                            &point, saved: &scratch, steps: plan.sampler == .mala ? 1 : plan.leapfrogSteps, stepSize: used, metric: metric,
                            uniform: choices.uniform(), &evaluator)
                    }
                gradientEvaluations += report.leapfrogs
                let isWarmup = adaptation.isActive
                var (learned, evaluations) = (metric, 0)
                let hasChanged = adaptation.learn(
                    point.position, acceptance: report.acceptance, stepSize: &stepSize, metric: &learned
                ) { window, metric in
                    Self.adoptCurvature(target, window.means, window, &metric, &evaluations, &evaluator)
                }
                gradientEvaluations += evaluations
                if hasChanged {
                    metric = learned
                    searchStepSize(point, &scratch, &evaluator)
                }
                transitions += 1
                acceptances.append(report.acceptance)
                energies.append(report.energy)
                stepSizes.append(used)
                if !isWarmup {
                    if report.isDivergent {
                        divergences += 1
                        divergent.append(place)
                    }
                    if plan.sampler == .nuts, report.treeDepth == plan.maxTreeDepth { treeDepthHits += 1 }
                }
                if transitions % plan.thin == 0 {
                    target.quantities(at: point.position, into: values)
                    for k in 0..<quantities { kept.append(values[k]) }
                    keptDensities.append(point.logDensity)
                }
            }
        }
        for i in 0..<d {
            position[i] = point.position[i]
            gradient[i] = point.gradient[i]
        }
        logDensity = point.logDensity
    }

    /// Makes the mass matrix of the curvature about a window's mean, and of its covariance the more the more draws it has for each coordinate;
    /// without a window of the curvature at the mode nearby.
    ///
    /// False, and no change, where the density does not fall off in all directions.
    private static func adoptCurvature<T: Target>(
        _ target: T, _ place: [Double], _ window: HamiltonianAdaptation.Window?, _ metric: inout Metric, _ evaluations: inout Int,
        _ evaluator: inout T.Evaluator
    ) -> Bool {
        if let walk = target.structuredMetric(around: place, variances: window?.spread) {
            metric.adopt(walk)
            return true
        }
        guard !target.isStructured else { return false }
        guard let window else {
            return Curvature.covarianceAtMode(from: place, &evaluations, &evaluator).map { metric.adopt($0) } ?? false
        }
        evaluations += 2 * place.count
        guard var covariance = Curvature.covariance(at: place, &evaluator) else { return metric.adopt(window.spread) }
        let weight = Double(window.count) / Double(window.count + place.count)
        for i in covariance.indices { covariance[i] = weight * window.spread[i] + (1 - weight) * covariance[i] }
        return metric.adopt(covariance)
    }

    private mutating func drawMomentum(into momentum: UnsafeMutablePointer<Double>) {
        let d = metric.dimension
        noise.next(d) { z in for i in 0..<d { momentum[i] = z[i] } }
        metric.momentum(from: momentum)
    }

    private mutating func searchStepSize<E: TargetEvaluator>(_ point: PhasePoint, _ scratch: inout PhasePoint, _ evaluator: inout E) {
        let found = reasonableStepSize(from: stepSize, point, scratch: &scratch, metric: metric, &evaluator) { drawMomentum(into: $0) }
        guard let found else {
            failure = "no step size gives acceptance near 0.8; is the density improper, or its gradient wrong?"
            return
        }
        gradientEvaluations += found.leapfrogs
        stepSize = found.stepSize
        adaptation.restart(from: stepSize)
    }
}
