import Kernels

/// What every chain of a Bayes by Backprop run does alike in a slice.
struct VariationalPlan: Sendable {
    /// Minibatches, steps and thinning as of any stochastic gradient.
    var updates: StochasticGradientPlan
    /// Adam's rate at each update.
    var rates: [Double]
    /// What the entropy of q is multiplied by; 1 for the posterior, 0 for its mode.
    var temperature: Double
    var weights: BayesByBackprop.DivergenceWeights
    var optimiser: Optimiser
}

/// One run of Bayes by Backprop: a factorised normal distribution over a target's coordinates, each draw one of its.
struct VariationalChain: Sendable, Codable {
    /// μ, then ρ.
    private(set) var parameters: [Double]
    private var moments: AdaptiveMoments
    private var noise: NoiseSource
    private var minibatches: Minibatches
    /// Updates whose gradient or new parameters were not finite; such an update is left out.
    private(set) var divergences = 0
    /// Gradients asked for, each minibatch counting one.
    private(set) var gradientEvaluations = 0
    /// Data terms in them.
    private(set) var datumGradients = 0
    /// The quantities of the draws kept in the latest slice, draw after draw.
    var kept: [Double] = []
    /// At each of those draws log p(D, w) and q's entropy added: estimates of the evidence's lower bound.
    var bounds: [Double] = []

    private enum CodingKeys: String, CodingKey {
        case parameters, moments, noise, minibatches, divergences, gradientEvaluations, datumGradients
    }

    /// q centred on a position with one standard deviation for all coordinates.
    init(position: [Double], scale: Double, dataCount: Int, batching: Minibatches.Batching, seed: UInt64, chain: Int) {
        // ρ = log(exp σ - 1) = σ + log(1 - exp -σ), which does not overflow.
        let rho = scale + Kernels.log(-Kernels.expm1(-scale))
        parameters = position + [Double](repeating: rho, count: position.count)
        moments = AdaptiveMoments(count: parameters.count)
        noise = NoiseSource(seed: seed, purpose: "sampling.variational", chain: chain, most: position.count)
        minibatches = Minibatches(count: dataCount, batching: batching, seed: seed, chain: chain)
    }

    /// The number of coordinates.
    var dimension: Int { parameters.count / 2 }
    /// μ of each coordinate.
    var means: [Double] { Array(parameters.prefix(dimension)) }
    /// σ of each coordinate.
    var scales: [Double] { Vector.log1pExp(Array(parameters.suffix(dimension))) }

    /// Takes the slice's updates.
    mutating func advance<T: Target>(_ target: T, _ plan: VariationalPlan) {
        let d = dimension
        let quantities = target.handedOver
        let memory = UnsafeMutablePointer<Double>.allocate(capacity: 10 * d + quantities)
        memory.initialize(repeating: 0, count: 10 * d + quantities)
        defer { memory.deallocate() }
        let (proposal, gradient) = (memory, memory + 2 * d)
        func column(_ k: Int) -> UnsafeMutableBufferPointer<Double> { UnsafeMutableBufferPointer(start: memory + k * d, count: d) }
        let (scales, slopes, weights) = (column(4), column(5), column(6))
        let (part, logs, epsilon, values) = (memory + 7 * d, column(8), memory + 9 * d, memory + 10 * d)
        kept.removeAll(keepingCapacity: true)
        bounds.removeAll(keepingCapacity: true)
        let batches = plan.updates
        var untilKept = batches.thin - batches.start % batches.thin

        target.withEvaluator { evaluator in
            for u in batches.stepSizes.indices {
                for i in 0..<2 * d { proposal[i] = parameters[i] }
                noise.next(d) { for i in 0..<d { epsilon[i] = $0[i] } }
                BayesByBackprop.draw(
                    mean: UnsafeBufferPointer(start: proposal, count: d), rho: UnsafeBufferPointer(start: proposal + d, count: d),
                    noise: epsilon, scales: scales, slopes: slopes, weights: weights)
                let entropy = Self.gradient(
                    &evaluator, &minibatches, plan, dataCount: target.dataCount, at: weights, part: part, into: gradient,
                    terms: &datumGradients)
                BayesByBackprop.rhoGradient(
                    gradient, entropy: entropy, noise: epsilon, scales: UnsafeBufferPointer(scales),
                    slopes: UnsafeBufferPointer(slopes), into: gradient + d)
                untilKept -= 1
                if untilKept == 0 {
                    untilKept = batches.thin
                    guard let place = weights.baseAddress else { continue }
                    target.quantities(at: place, into: values)
                    for k in 0..<quantities { kept.append(values[k]) }
                    Vector.log(UnsafeBufferPointer(scales), into: logs)
                    let entropy = Vector.sum(UnsafeBufferPointer(logs)) + Double(d) * BayesByBackprop.normalEntropy
                    bounds.append(evaluator.logDensity(place, gradient: part) + entropy)
                }
                climb(proposal, gradient, plan, u)
            }
        }
        gradientEvaluations += batches.stepSizes.count
    }

    /// Writes M·πᵢ·∇log P(w) + M·Σ∇log p(x|w) over the next of an epoch's M minibatches, an estimate of the whole gradient.
    ///
    /// Without data it is the whole. With replacement the data's part is N/n times the sum.
    ///
    /// - Returns: what the entropy of q is to be multiplied by, M·πᵢ·T.
    private static func gradient<E: TargetEvaluator>(
        _ evaluator: inout E, _ minibatches: inout Minibatches, _ plan: VariationalPlan, dataCount: Int,
        at weights: UnsafeMutableBufferPointer<Double>, part: UnsafeMutablePointer<Double>, into gradient: UnsafeMutablePointer<Double>,
        terms: inout Int
    ) -> Double {
        guard let place = UnsafePointer(weights.baseAddress) else { return 0 }
        evaluator.priorGradient(place, into: gradient)
        let size = plan.updates.batch
        guard size > 0 else { return plan.temperature }
        let count = (dataCount + size - 1) / size
        let number = minibatches.visited / size
        let factor =
            Double(count) * BayesByBackprop.share(of: min(number, count - 1) + 1, among: count, plan.weights)
        let isShuffled = minibatches.batching == .shuffled
        minibatches.next(size) { rows, taken in
            evaluator.likelihoodGradient(place, rows: rows, count: taken, into: part)
            let whole = isShuffled ? Double(count) : Double(dataCount) / Double(taken)
            for i in 0..<weights.count { gradient[i] = factor * gradient[i] + whole * part[i] }
            terms += taken
        }
        return factor * plan.temperature
    }

    /// Moves μ and ρ, unless a number would not be finite.
    private mutating func climb(
        _ proposal: UnsafeMutablePointer<Double>, _ gradient: UnsafeMutablePointer<Double>, _ plan: VariationalPlan, _ update: Int
    ) {
        let count = parameters.count
        // x - x is 0 for finite x and NaN otherwise, so one sum tells of all.
        var finite = 0.0
        for i in 0..<count { finite += gradient[i] - gradient[i] }
        if finite == 0 {
            switch plan.optimiser {
            case .adam: moments.ascend(proposal, gradient: gradient, rate: plan.rates[update])
            case .sgd:
                let half = 0.5 * plan.updates.stepSizes[update]
                for i in 0..<count { proposal[i] += half * gradient[i] }
            }
            for i in 0..<count { finite += proposal[i] - proposal[i] }
            if finite == 0 {
                for i in 0..<count { parameters[i] = proposal[i] }
                return
            }
        }
        divergences += 1
        moments.restart()
    }
}
