import Engine

/// The common parameters' values, checked, as one run uses them.
struct SamplerSettings: Sendable, Codable {
    let sampler: SamplerKind
    let chains: Int
    let warmup: Int
    let draws: Int
    let updates: Int
    let burnin: Int
    /// Every how many steps a draw is kept; at least 1.
    let thin: Int
    private(set) var batch: Int
    let batching: Minibatches.Batching
    private(set) var stepStart: Double
    private(set) var stepEnd: Double
    private(set) var stepGamma: Double
    private(set) var stepA: Double
    private(set) var stepB: Double
    private(set) var temperature: Double
    private(set) var stepSize: Double
    let leapfrogSteps: Int
    let maxTreeDepth: Int
    let squaresAverage: Bool
    let constants: StochasticGradientConstants
    let targetAccept: Double
    /// nil for what suits the target.
    let massMatrix: Metric.Form?
    private(set) var learningRate: Double
    let optimiser: Optimiser
    let divergenceWeights: BayesByBackprop.DivergenceWeights
    let initialScale: Double
    private(set) var stopAtEss: Double
    /// The data that minibatches are drawn from; 0 for none.
    let dataCount: Int

    /// The values of a setup whose card declares the common parameters.
    ///
    /// - Throws: `UserError` naming the parameter, its value and what was expected.
    init(_ setup: Setup, dataCount: Int) throws {
        guard let sampler = SamplerKind(rawValue: setup.choice("sampler")) else {
            throw UserError(
                "sampler: “\(setup.choice("sampler"))” is not one of \(SamplerKind.allCases.map(\.rawValue).joined(separator: ", "))",
                parameter: "sampler")
        }
        let massMatrix = Metric.Form(rawValue: setup.choice("massMatrix"))
        guard let batching = Minibatches.Batching(rawValue: setup.choice("batching")),
            massMatrix != nil || setup.choice("massMatrix") == "auto"
        else { throw UserError("batching is shuffled or independent, massMatrix is auto, unit, diagonal, dense or curvature") }
        guard let optimiser = Optimiser(rawValue: setup.choice("optimiser")),
            let divergenceWeights = BayesByBackprop.DivergenceWeights(rawValue: setup.choice("klWeights"))
        else { throw UserError("optimiser is adam or sgd, klWeights is geometric or uniform") }
        self.optimiser = optimiser
        self.divergenceWeights = divergenceWeights
        learningRate = setup.real("learningRate")
        initialScale = setup.real("initialScale")
        self.sampler = sampler
        self.batching = batching
        self.massMatrix = massMatrix
        self.dataCount = dataCount
        chains = setup.integer("chains")
        warmup = setup.integer("warmup")
        draws = setup.integer("draws")
        updates = setup.integer("updates")
        // The first draws of a fit are of a distribution that is not fitted yet.
        let burnin = setup.integer("burnin")
        self.burnin = burnin == 0 && sampler == .bbb ? setup.integer("updates") / 2 : burnin
        let thin = setup.integer("thin")
        self.thin = thin > 0 ? thin : sampler.isStochasticGradient ? max(1, setup.integer("updates") / 10_000) : 1
        batch = setup.integer("batch")
        stepStart = setup.real("stepStart")
        stepEnd = setup.real("stepEnd")
        stepGamma = setup.real("stepGamma")
        stepA = setup.real("stepA")
        stepB = setup.real("stepB")
        temperature = setup.real("temperature")
        stepSize = setup.real("stepSize")
        leapfrogSteps = setup.integer("leapfrogSteps")
        maxTreeDepth = setup.integer("maxTreeDepth")
        squaresAverage = sampler == .psgld && setup.choice("preconditioner") == "average" && dataCount > 0
        constants = StochasticGradientConstants(
            alpha: setup.real("alpha"), lambda: setup.real("lambda"), friction: setup.real("friction"))
        targetAccept = setup.real("targetAccept")
        stopAtEss = setup.real("stopAtEss")
        try check(thin: thin)
    }

    /// Takes over a live parameter's new value, unless it is refused.
    ///
    /// - Returns: whether the sampler in use acts differently from here on; nil when the parameter is not one of these.
    /// - Throws: `UserError`; nothing has changed then.
    mutating func apply(_ change: Change) throws -> Bool? {
        var next = self
        let number: Double
        switch change.value {
        case .real(let x): number = x
        case .integer(let n): number = Double(n)
        default: return nil
        }
        let acts: Bool
        switch change.name {
        case "batch":
            guard case .integer(let n) = change.value else { return nil }
            next.batch = n
            acts = sampler.isStochasticGradient && dataCount > 0
        case "stepStart": (next.stepStart, acts) = (number, sampler.isStochasticGradient && stepA == 0)
        case "stepEnd": (next.stepEnd, acts) = (number, sampler.isStochasticGradient && stepA == 0)
        case "stepGamma": (next.stepGamma, acts) = (number, sampler.isStochasticGradient)
        case "stepA": (next.stepA, acts) = (number, sampler.isStochasticGradient)
        case "stepB": (next.stepB, acts) = (number, sampler.isStochasticGradient)
        case "temperature": (next.temperature, acts) = (number, sampler.isStochasticGradient && sampler != .sgd)
        case "learningRate": (next.learningRate, acts) = (number, sampler == .bbb && optimiser == .adam)
        case "stepSize": (next.stepSize, acts) = (number, !sampler.isStochasticGradient)
        case "stopAtEss": (next.stopAtEss, acts) = (number, false)
        default: return nil
        }
        try next.check(thin: thin)
        self = next
        return acts
    }

    private func check(thin: Int) throws {
        func refuse(_ name: String, _ value: some Any, _ expected: String) -> UserError {
            UserError("\(name): \(value) is refused; expected \(expected)", parameter: name)
        }
        guard (1...64).contains(chains) else { throw refuse("chains", chains, "1 to 64") }
        guard draws >= 1 else { throw refuse("draws", draws, "at least 1") }
        guard updates >= 1 else { throw refuse("updates", updates, "at least 1") }
        guard warmup >= 0 else { throw refuse("warmup", warmup, "0 or more") }
        guard thin >= 0 else { throw refuse("thin", thin, "1 or more, or 0 to let the run choose") }
        guard burnin >= 0, !sampler.isStochasticGradient || burnin < updates else {
            throw refuse("burnin", burnin, "0 or more, and fewer than the \(updates) updates")
        }
        if sampler.isStochasticGradient, self.thin > updates - burnin {
            throw refuse("thin", self.thin, "at most the \(updates - burnin) updates after burn-in, or no draw would be kept")
        }
        if dataCount > 0 {
            guard batch >= 1 else { throw refuse("batch", batch, "a minibatch of at least 1 datum") }
            guard batch <= dataCount || !sampler.isStochasticGradient else {
                throw refuse("batch", batch, "at most the number of data, \(dataCount)")
            }
        }
        guard stepStart > 0, stepStart.isFinite else { throw refuse("stepStart", stepStart, "a step above 0") }
        guard stepEnd > 0, stepEnd.isFinite else { throw refuse("stepEnd", stepEnd, "a step above 0") }
        guard stepEnd <= stepStart else { throw refuse("stepEnd", stepEnd, "a last step no greater than the first, \(stepStart)") }
        guard stepGamma > 0.5, stepGamma <= 1 else {
            throw refuse("stepGamma", stepGamma, "a decay in (0.5, 1], so that the steps' sum diverges and that of their squares converges")
        }
        guard stepA >= 0, stepA.isFinite else { throw refuse("stepA", stepA, "a factor above 0, or 0 to use stepStart and stepEnd") }
        guard stepB >= 0, stepB.isFinite else { throw refuse("stepB", stepB, "an offset above 0") }
        guard stepA == 0 || stepB > 0 else { throw refuse("stepB", stepB, "an offset above 0 when stepA is given") }
        guard temperature >= 0, temperature.isFinite else { throw refuse("temperature", temperature, "0 or more") }
        guard stepSize > 0, stepSize.isFinite else { throw refuse("stepSize", stepSize, "a step above 0") }
        guard leapfrogSteps >= 1 else { throw refuse("leapfrogSteps", leapfrogSteps, "at least 1") }
        guard (1...20).contains(maxTreeDepth) else { throw refuse("maxTreeDepth", maxTreeDepth, "1 to 20") }
        guard constants.alpha >= 0, constants.alpha < 1 else { throw refuse("alpha", constants.alpha, "a memory in [0, 1)") }
        guard constants.lambda > 0, constants.lambda.isFinite else { throw refuse("lambda", constants.lambda, "a number above 0") }
        guard constants.friction > 0, constants.friction <= 1 else { throw refuse("friction", constants.friction, "a fraction in (0, 1]") }
        guard learningRate > 0, learningRate.isFinite else { throw refuse("learningRate", learningRate, "a rate above 0") }
        guard initialScale > 0, initialScale.isFinite else { throw refuse("initialScale", initialScale, "a standard deviation above 0") }
        guard targetAccept > 0, targetAccept < 1 else {
            throw refuse("targetAccept", targetAccept, "a probability strictly between 0 and 1")
        }
        guard stopAtEss >= 0 else { throw refuse("stopAtEss", stopAtEss, "0 or more") }
    }

    /// The step sizes that the present values prescribe.
    var schedule: StepSchedule {
        stepA > 0
            ? StepSchedule(a: stepA, b: stepB, gamma: stepGamma)
            : StepSchedule(start: stepStart, end: stepEnd, gamma: stepGamma, updates: updates)
    }

    /// Whether Adam takes the steps.
    var isAdaptive: Bool { sampler == .bbb && optimiser == .adam }

    /// The step that acts at update t under a schedule: ε, or for Adam the learning rate, which decays as the step does.
    func actingStep(_ t: Int, _ schedule: StepSchedule) -> Double {
        guard isAdaptive else { return schedule.step(t) }
        return learningRate * (schedule.step(t) / schedule.step(0))
    }

    /// Steps of the whole run.
    var totalSteps: Int { sampler.isStochasticGradient ? updates : warmup + draws * thin }

    /// Kept places, `thin` steps apart, that are warm-up or burn-in and no draws.
    var discarded: Int { (sampler.isStochasticGradient ? burnin : warmup) / thin }
}
