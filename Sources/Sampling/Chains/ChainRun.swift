import Engine
import Kernels
import Plotting
import Statistics

/// Many chains of one sampler on one target: the loop that every sampling experiment runs.
///
/// One step is one update (stochastic-gradient samplers) or one transition (Hamiltonian ones) of every chain. Chains run in slices, each
/// slice in parallel; a chain depends on (seed, chain) alone, so neither slices nor threads change a bit. Diagnostics are recomputed at
/// fixed numbers of draws, growing by half, where they cost little beside the chains' work: watching slows nothing down and changes nothing.
struct ChainRun<T: Target>: Sendable, Codable {
    let target: T
    private(set) var settings: SamplerSettings
    private(set) var draws: DrawStore
    /// Steps taken.
    private(set) var steps = 0
    /// Σε over the updates so far.
    private(set) var summedStep = 0.0
    /// Live parameters changed when the run was over.
    private(set) var lateChanges: [String] = []
    /// The schedules in use, each from an update on.
    private(set) var schedules: [ScheduleChange]
    /// Weighted moments of each quantity since the last change.
    private(set) var weighted: [WeightedMoments]
    private(set) var diagnosis: Diagnosis
    /// Acceptance, energy and step size of each transition by chain.
    private(set) var transitions: TransitionStore
    private(set) var stochastic: [StochasticGradientChain] = []
    private(set) var hamiltonian: [HamiltonianChain] = []
    private(set) var variational: [VariationalChain] = []
    /// Of Bayes by Backprop: estimates of the evidence's lower bound at each kept draw by chain; x counts updates.
    private(set) var bounds: [Series] = []
    /// Why the run stopped before its end: ESS reached, or a chain that cannot go on.
    private(set) var ending: Ending?

    /// A schedule and the update it holds from.
    struct ScheduleChange: Sendable, Hashable, Codable {
        var from: Int
        var schedule: StepSchedule
    }

    /// How a run ended before all its steps were taken.
    enum Ending: Sendable, Hashable, Codable {
        case reachedEss(Double)
        case failed(String)
    }

    /// Chains at their starting places.
    ///
    /// - Throws: `UserError` when a parameter is refused or a chain cannot start.
    init(_ target: T, _ setup: Setup) throws {
        let settings = try SamplerSettings(setup, dataCount: target.dataCount)
        self.target = target
        self.settings = settings
        draws = DrawStore(names: target.quantities, chains: settings.chains, thin: settings.thin, discarded: settings.discarded)
        schedules = [ScheduleChange(from: 0, schedule: settings.schedule)]
        weighted = target.quantities.map { _ in WeightedMoments() }
        diagnosis = Diagnosis(quantities: target.quantities.count)
        transitions = TransitionStore(chains: settings.sampler.isStochasticGradient ? 0 : settings.chains)
        let massMatrix = settings.massMatrix ?? (target.prefersCurvature ? .curvature : .diagonal)
        if massMatrix == .curvature, !settings.sampler.isStochasticGradient, !target.isStructured,
            target.dimension > Curvature.mostCoordinates
        {
            throw UserError(
                "massMatrix: curvature is refused with \(target.dimension) coordinates; expected at most \(Curvature.mostCoordinates), or diagonal",
                parameter: "massMatrix")
        }
        let starts = try StartingPlaces(setup.text("initial"), target: target, chains: settings.chains, seed: setup.seed)
        for chain in 0..<settings.chains {
            if settings.sampler == .bbb {
                variational.append(
                    VariationalChain(
                        position: starts.positions[chain], scale: settings.initialScale, dataCount: target.dataCount,
                        batching: settings.batching, seed: setup.seed, chain: chain))
                bounds.append(Series(start: Double(settings.thin), spacing: Double(settings.thin)))
            } else if settings.sampler.isStochasticGradient {
                stochastic.append(
                    StochasticGradientChain(
                        position: starts.positions[chain], dataCount: target.dataCount, batching: settings.batching, seed: setup.seed,
                        chain: chain))
            } else {
                hamiltonian.append(
                    HamiltonianChain(
                        position: starts.positions[chain], target, stepSize: settings.stepSize, warmup: settings.warmup,
                        targetAccept: settings.targetAccept, form: massMatrix, seed: setup.seed, chain: chain))
            }
        }
    }

    /// A run of draws that are made elsewhere: what is said and shown of chains is then said of them.
    init(recorded target: T, _ setup: Setup, discarded: Int = 0) throws {
        settings = try SamplerSettings(setup, dataCount: 0)
        self.target = target
        transitions = TransitionStore(chains: settings.chains)
        draws = DrawStore(names: target.quantities, chains: settings.chains, thin: 1, discarded: discarded)
        schedules = [ScheduleChange(from: 0, schedule: settings.schedule)]
        weighted = target.quantities.map { _ in WeightedMoments() }
        diagnosis = Diagnosis(quantities: target.quantities.count)
    }

    /// Takes draws that were made elsewhere: `value(chain, quantity, place)`, places counted from the first of all.
    mutating func record(_ count: Int, _ value: (Int, Int, Int) -> Double) {
        for place in steps..<steps + count {
            draws.append({ chain, quantity in value(chain, quantity, place) }, weight: nil)
            steps += 1
            guard place >= draws.segmentStart else { continue }
            for chain in 0..<settings.chains { for q in weighted.indices { weighted[q].add(value(chain, q, place), weight: 1) } }
            if draws.segmentCount >= diagnosis.nextCount { diagnosis.update(draws, step: steps) }
        }
    }

    /// Takes what is known of a chain's transitions that were made elsewhere; `divergent` are their numbers, counted from 1 of all.
    mutating func recordTransitions(chain: Int, acceptances: [Double], energies: [Double], stepSizes: [Double], divergent: [Int]) {
        transitions.record(chain: chain, acceptances: acceptances, energies: energies, stepSizes: stepSizes, divergent: divergent)
    }

    /// Diagnoses all draws taken, unless there are fewer than `growth` times as many as the last time.
    mutating func diagnoseRecorded(ifGrownBy growth: Double = 1) {
        guard draws.segmentCount > 0, Double(draws.segmentCount) >= growth * Double(diagnosis.count) else { return }
        diagnosis.update(draws, step: steps)
    }

    /// The chains' present places.
    var positions: [[Double]] { stochastic.map(\.position) + hamiltonian.map(\.position) + variational.map(\.means) }

    /// The schedule of the next update.
    var schedule: StepSchedule { schedules[schedules.count - 1].schedule }

    // MARK: Steps

    /// Takes up to `count` steps; `onDraw(chain, quantities, weight)` hears of every draw, draw by draw and within one chain by chain,
    /// `onDiscarded(chain, quantities)` of the states kept of warm-up and burn-in.
    mutating func step(
        _ count: Int, onDiscarded: (Int, (Int) -> Double) -> Void = { _, _ in }, onDraw: (Int, (Int) -> Double, Double) -> Void
    ) -> Progress {
        var taken = 0
        while taken < count, ending == nil, steps < settings.totalSteps {
            let slice = min(count - taken, settings.totalSteps - steps, stepsUntilDiagnosis, longestSlice)
            let done = settings.sampler.isStochasticGradient ? advanceStochastic(slice) : advanceHamiltonian(slice)
            steps += done
            taken += done
            collect(onDraw, onDiscarded)
            if draws.segmentCount >= diagnosis.nextCount || steps == settings.totalSteps { diagnose(isFinal: steps == settings.totalSteps) }
        }
        return Progress(taken, state)
    }

    /// Whether more can be done.
    private var state: Progress.State {
        switch ending {
        case .failed(let sentence): return .failed(sentence)
        case .reachedEss(let ess): return .finished("bulk ESS of every quantity has reached \(Value.real(ess))")
        case nil:
            if steps < settings.totalSteps { return .ready }
            return .finished(
                settings.sampler.isStochasticGradient ? "\(settings.updates) updates" : "\(settings.draws) draws of each chain")
        }
    }

    /// Steps of a slice at most, so that what chains hand over stays small.
    private var longestSlice: Int { max(1, min(8192, 1_000_000 / target.handedOver)) }

    /// Steps to the next place where diagnostics are due, at least 1.
    private var stepsUntilDiagnosis: Int {
        let (product, overflow) = (draws.segmentStart + diagnosis.nextCount).multipliedReportingOverflow(by: settings.thin)
        return overflow ? .max : max(1, product - steps)
    }

    private mutating func advanceStochastic(_ slice: Int) -> Int {
        let stepSizes = schedule.steps(steps..<steps + slice)
        let temperature = settings.temperature
        for step in stepSizes { summedStep += step }
        let plan = StochasticGradientPlan(
            start: steps, stepSizes: stepSizes, noiseScales: stepSizes.map { ($0 * temperature).squareRoot() },
            batch: target.dataCount > 0 ? settings.batch : 0, thin: settings.thin, squaresAverage: settings.squaresAverage,
            constants: settings.constants)
        let (sampler, target) = (settings.sampler, target)
        let isWorthwhile = slice * (10 + plan.batch) * target.datumWork > 20_000
        if sampler == .bbb {
            let variationalPlan = VariationalPlan(
                updates: plan, rates: (steps..<steps + slice).map { settings.actingStep($0, schedule) }, temperature: temperature,
                weights: settings.divergenceWeights, optimiser: settings.optimiser)
            Parallel.forEach(&variational, when: isWorthwhile) { _, chain in chain.advance(target, variationalPlan) }
        } else {
            Parallel.forEach(&stochastic, when: isWorthwhile) { _, chain in chain.advance(sampler, target, plan) }
        }
        return slice
    }

    private mutating func advanceHamiltonian(_ slice: Int) -> Int {
        let target = target
        let work = settings.leapfrogSteps * (10 + target.dimension + target.dataCount * target.datumWork)
        var plan = HamiltonianPlan(
            count: slice, warmup: settings.warmup, sampler: settings.sampler, leapfrogSteps: settings.leapfrogSteps,
            maxTreeDepth: settings.maxTreeDepth, thin: settings.thin)
        let before = hamiltonian
        Parallel.forEach(&hamiltonian, when: slice * work > 20_000) { [plan] _, chain in chain.advance(target, plan) }
        guard let chain = hamiltonian.firstIndex(where: { $0.failure != nil }), let failure = hamiltonian[chain].failure else {
            return slice
        }
        // All chains stop at the transition where the first of them could not go on, wherever the slice's end was.
        plan.count = hamiltonian.map { $0.failure == nil ? slice : $0.acceptances.count }.min() ?? 0
        hamiltonian = before
        Parallel.forEach(&hamiltonian, when: false) { [plan] _, chain in chain.advance(target, plan) }
        ending = .failed("chain \(chain + 1) stopped at transition \(steps + plan.count): \(failure)")
        return plan.count
    }

    /// Takes the slice's kept states out of the chains.
    private mutating func collect(_ onDraw: (Int, (Int) -> Double, Double) -> Void, _ onDiscarded: (Int, (Int) -> Double) -> Void) {
        let (quantities, stride) = (target.quantities.count, target.handedOver)
        let kept = stochastic.map(\.kept) + hamiltonian.map(\.kept) + variational.map(\.kept)
        for (chain, slice) in variational.enumerated() { bounds[chain].append(contentsOf: slice.bounds) }
        let count = (kept.map(\.count).min() ?? 0) / stride
        for k in 0..<count {
            let place = draws.count
            let weight = isWeighted ? schedule.step((place + 1) * settings.thin - 1) : nil
            draws.append({ chain, quantity in kept[chain][k * stride + quantity] }, weight: weight)
            guard place >= draws.segmentStart else {
                for chain in 0..<settings.chains { onDiscarded(chain) { kept[chain][k * stride + $0] } }
                continue
            }
            for chain in 0..<settings.chains {
                for q in 0..<quantities { weighted[q].add(kept[chain][k * stride + q], weight: weight ?? 1) }
                onDraw(chain, { kept[chain][k * stride + $0] }, weight ?? 1)
            }
        }
        if !hamiltonian.isEmpty { transitions.append(hamiltonian, warmup: settings.warmup) }
    }

    /// Diagnoses all draws at the end and where a wanted ESS is waited for, else as many as cost little beside the chains' work so far.
    private mutating func diagnose(isFinal: Bool) {
        let extra = noiseCost
        if isFinal || settings.stopAtEss > 0 {
            diagnosis.update(draws, step: steps, extra: extra)
        } else if let spacing = diagnosis.spacing(draws, work: work, extra: extra) {
            diagnosis.update(draws, step: steps, every: spacing, extra: extra)
        } else {
            return diagnosis.postpone(draws)
        }
        diagnosis.noiseRatio = noiseRatio()
        if settings.stopAtEss > 0, let ess = diagnosis.minEssBulk, ess >= settings.stopAtEss { ending = .reachedEss(settings.stopAtEss) }
    }

    /// About the nanoseconds that the chains have worked, by what they have computed.
    private var work: Double {
        let (dimension, datum) = (Double(target.dimension), 5 * Double(target.datumWork))
        if settings.sampler.isStochasticGradient {
            return Double(steps) * Double(settings.chains)
                * (50 + 5 * dimension + datum * Double(target.dataCount > 0 ? settings.batch : 0))
        }
        let gradients = hamiltonian.reduce(0) { $0 + $1.gradientEvaluations }
        return Double(gradients) * (150 + 5 * dimension + datum * Double(target.dataCount))
    }

    // MARK: Changes

    /// Takes over a live parameter's new value.
    ///
    /// - Returns: whether draws from here on are kept apart; nil when the parameter is not one of the common ones.
    /// - Throws: `UserError` when it is refused; nothing has changed then.
    mutating func apply(_ change: Change) throws -> Bool? {
        guard let acts = try settings.apply(change) else { return nil }
        if case .reachedEss = ending, change.name == "stopAtEss" { ending = nil }
        guard acts else { return false }
        // After the last step nothing can act any more, and what was drawn stays what is shown.
        guard steps < settings.totalSteps else {
            if !lateChanges.contains(change.name) { lateChanges.append(change.name) }
            return false
        }
        if settings.schedule != schedule { schedules.append(ScheduleChange(from: steps, schedule: settings.schedule)) }
        if change.name == "stepSize" {
            for chain in hamiltonian.indices { hamiltonian[chain].setStepSize(settings.stepSize) }
        }
        draws.split("\(change.name)=\(change.value)")
        weighted = weighted.map { _ in WeightedMoments() }
        transitions.restart()
        diagnosis.restart(step: steps)
        return true
    }
}
