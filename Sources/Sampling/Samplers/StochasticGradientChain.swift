import Kernels

/// What every chain of a stochastic-gradient run does alike in a slice.
struct StochasticGradientPlan: Sendable {
    /// The first update's number, from 0.
    var start: Int
    /// ε of each update of the slice.
    var stepSizes: [Double]
    /// √(εT) of each.
    var noiseScales: [Double]
    /// The minibatch's size n; 0 for a target without data.
    var batch: Int
    /// Every how many updates a draw is kept.
    var thin: Int
    /// Whether pSGLD squares the mean gradient of the minibatch's log likelihoods instead of the total.
    var squaresAverage: Bool
    var constants: StochasticGradientConstants
}

/// One chain of a stochastic-gradient sampler.
struct StochasticGradientChain: Sendable, Codable {
    private(set) var position: [Double]
    /// A number beside each coordinate: velocity or mean square.
    private(set) var auxiliary: [Double]
    private var noise: NoiseSource
    private var minibatches: Minibatches
    /// Updates whose gradient or new position was not finite; such an update is left out.
    private(set) var divergences = 0
    /// Gradients asked for, each minibatch counting one.
    private(set) var gradientEvaluations = 0
    /// Data terms in them.
    private(set) var datumGradients = 0
    /// The quantities of the draws kept in the latest slice, draw after draw.
    var kept: [Double] = []

    private enum CodingKeys: String, CodingKey {
        case position, auxiliary, noise, minibatches, divergences, gradientEvaluations, datumGradients
    }

    init(position: [Double], dataCount: Int, batching: Minibatches.Batching, seed: UInt64, chain: Int) {
        self.position = position
        auxiliary = [Double](repeating: 0, count: position.count)
        noise = NoiseSource(seed: seed, purpose: "sampling.noise", chain: chain, most: position.count)
        minibatches = Minibatches(count: dataCount, batching: batching, seed: seed, chain: chain)
    }

    /// Takes the slice's updates.
    mutating func advance<T: Target>(_ kind: SamplerKind, _ target: T, _ plan: StochasticGradientPlan) {
        switch kind {
        case .sgd: advance(StochasticGradientAscent.self, target, plan)
        case .sgld: advance(StochasticGradientLangevin.self, target, plan)
        case .psgld: advance(PreconditionedLangevin.self, target, plan)
        case .sghmc: advance(StochasticGradientHamiltonian.self, target, plan)
        case .bbb, .mala, .hmc, .nuts: preconditionFailure("\(kind) is no kernel on positions")
        }
    }

    private mutating func advance<K: StochasticGradientKernel, T: Target>(_ kernel: K.Type, _ target: T, _ plan: StochasticGradientPlan) {
        let quantities = target.handedOver
        let space = Workspace(position: position, auxiliary: auxiliary, quantities: quantities)
        defer { space.free() }
        let dataCount = Double(target.dataCount)
        kept.removeAll(keepingCapacity: true)
        kept.reserveCapacity((plan.stepSizes.count / plan.thin + 1) * quantities)
        var untilKept = plan.thin - plan.start % plan.thin

        target.withEvaluator { evaluator in
            for u in plan.stepSizes.indices {
                estimateGradient(&evaluator, space, plan, dataCount: dataCount)
                var step = StochasticGradientStep(
                    count: space.count, gradient: UnsafePointer(space.gradient),
                    squared: UnsafePointer(plan.squaresAverage ? space.average : space.gradient), noise: UnsafePointer(space.gradient),
                    stepSize: plan.stepSizes[u], noiseScale: plan.noiseScales[u])
                for i in 0..<space.count { space.proposal[i] = space.position[i] }
                if kernel.usesNoise {
                    noise.next(space.count) {
                        step.noise = $0
                        kernel.update(space.proposal, space.auxiliary, step, plan.constants)
                    }
                } else {
                    kernel.update(space.proposal, space.auxiliary, step, plan.constants)
                }
                if space.acceptIfFinite() == false { divergences += 1 }
                untilKept -= 1
                if untilKept == 0 {
                    untilKept = plan.thin
                    target.quantities(at: space.position, into: space.values)
                    for k in 0..<quantities { kept.append(space.values[k]) }
                }
            }
        }
        gradientEvaluations += plan.stepSizes.count
        position = Array(UnsafeBufferPointer(start: space.position, count: space.count))
        auxiliary = Array(UnsafeBufferPointer(start: space.auxiliary, count: space.count))
    }

    /// Writes ∇log p(θ) + N/n·Σ∇log p(x|θ) over the next minibatch.
    @inline(__always)
    private mutating func estimateGradient<E: TargetEvaluator>(
        _ evaluator: inout E, _ space: Workspace, _ plan: StochasticGradientPlan, dataCount: Double
    ) {
        evaluator.priorGradient(space.position, into: space.gradient)
        guard plan.batch > 0 else { return }
        var terms = 0
        minibatches.next(plan.batch) { rows, count in
            evaluator.likelihoodGradient(space.position, rows: rows, count: count, into: space.average)
            let factor = dataCount / Double(count)
            for i in 0..<space.count { space.gradient[i] += factor * space.average[i] }
            if plan.squaresAverage {
                for i in 0..<space.count { space.average[i] /= Double(count) }
            }
            terms = count
        }
        datumGradients += terms
    }
}

/// The numbers a slice works on, in one block of memory.
private struct Workspace {
    let count: Int
    let position, auxiliary, proposal, gradient, average, values: UnsafeMutablePointer<Double>

    init(position: [Double], auxiliary: [Double], quantities: Int) {
        let d = position.count
        let base = UnsafeMutablePointer<Double>.allocate(capacity: 5 * d + quantities)
        base.initialize(repeating: 0, count: 5 * d + quantities)
        count = d
        self.position = base
        self.auxiliary = base + d
        proposal = base + 2 * d
        gradient = base + 3 * d
        average = base + 4 * d
        values = base + 5 * d
        for i in 0..<d {
            self.position[i] = position[i]
            self.auxiliary[i] = auxiliary[i]
        }
    }

    func free() { position.deallocate() }

    /// Moves to the proposal unless a coordinate is not finite; then the auxiliary numbers that are not start over.
    @inline(__always)
    func acceptIfFinite() -> Bool {
        // x - x is 0 for finite x and NaN otherwise, so one sum tells of all.
        var finite = 0.0
        for i in 0..<count { finite += proposal[i] - proposal[i] }
        if finite == 0 {
            for i in 0..<count { position[i] = proposal[i] }
            return true
        }
        for i in 0..<count where !auxiliary[i].isFinite { auxiliary[i] = 0 }
        return false
    }
}
