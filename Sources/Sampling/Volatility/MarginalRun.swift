import Engine
import Kernels
import Statistics

/// Chains on σ and ν that are no Hamiltonian ones: Metropolis with the filter's likelihood, or the source's scheme.
struct MarginalRun: Sendable, Codable {
    private(set) var run: ChainRun<RecordedTarget>
    private var metropolis: [MarginalMetropolis] = []
    private var schemes: [SourceScheme] = []
    /// Steps that give no draws, and all steps.
    private let discarded: Int
    private let total: Int
    private let constants: StochasticGradientConstants
    /// Where the source's scheme begins with σ.
    private let startSigma: Double

    init(_ method: VolatilityExperiment.Method, _ data: VolatilityData, _ setup: Setup) throws {
        let settings = try SamplerSettings(setup, dataCount: 0)
        let chains = settings.chains
        constants = settings.constants
        let startSigma = setup.real("startSigma")
        self.startSigma = startSigma
        if method == .metropolis {
            (discarded, total) = (settings.warmup, settings.warmup + settings.draws)
            let filter = VolatilityFilter(data.returns, range: VolatilityFilter.range(data.returns))
            var starts = [MarginalMetropolis?](repeating: nil, count: chains)
            Parallel.forEach(&starts) { chain, start in start = MarginalMetropolis(filter, seed: setup.seed, chain: chain) }
            metropolis = starts.compactMap { $0 }
        } else {
            total = setup.integer("epochs")
            discarded = min(SourceScheme.burnin, total - 1)
            let isSource = setup.inputs["data"] == nil && ["", "sp500"].contains(setup.text("data"))
            schemes = (0..<chains).map {
                SourceScheme(
                    SourceScheme.Form(rawValue: setup.choice("scheme")) ?? .coded, returns: data.returns, copies: setup.integer("copies"),
                    startSigma: startSigma, level: isSource ? SourceScheme.sourceLevel : nil, seed: setup.seed, chain: $0)
            }
        }
        run = try ChainRun(
            recorded: RecordedTarget(quantities: ["sigma", "nu"]), .recorded(chains: chains, draws: total), discarded: discarded)
    }

    /// The places of the chains.
    private var places: [[Double]] {
        metropolis.map { $0.position.map { Kernels.exp($0) } } + schemes.map { [$0.sigma, $0.nu] }
    }

    /// Takes up to `count` proposals or epochs of every chain; `onPath` hears a path of the source's at each draw.
    mutating func step(_ count: Int, _ returns: [Double], onPath: ((Int) -> Double) -> Void) -> Progress {
        let filter = VolatilityFilter(returns, range: VolatilityFilter.range(returns))
        let (constants, discarded) = (constants, discarded)
        var taken = 0
        while taken < count, run.steps < total {
            Parallel.forEach(&metropolis) { _, chain in chain.step(filter, warmup: discarded) }
            Parallel.forEach(&schemes) { _, chain in chain.step(returns, constants) }
            let places = places
            run.record(1) { chain, quantity, _ in places[chain][quantity] }
            taken += 1
            if run.steps > discarded { for scheme in schemes { onPath { scheme.path[$0] } } }
        }
        guard run.steps == total else { return .ran(taken) }
        run.diagnoseRecorded()
        return Progress(taken, .finished(metropolis.isEmpty ? "\(total) epochs" : "\(total - discarded) draws of each chain"))
    }

    /// The common results, of which only what these chains have is kept.
    func addResults(to results: inout Results) {
        run.addResults(to: &results)
        let draws = max(0, run.steps - discarded) * max(1, metropolis.count)
        for name in ["stepSizeAdapted", "ebfmi", "treeDepthHits", "divergences", "gradientEvaluations", "datumGradients"] {
            results[name] = ResultValue.none
        }
        results["stepSizeNow"] = .optional(schemes.first?.stepSize)
        results["summedStep"] = .optional(schemes.isEmpty ? nil : summedStep)
        results["acceptRate"] = .optional(
            metropolis.isEmpty || draws == 0 ? nil : Double(metropolis.reduce(0) { $0 + $1.accepted }) / Double(draws))
        if !schemes.isEmpty {
            results.warnings.append(
                "method=source does not give the posterior, see the exact band: σ goes where the scheme's own objective has it, and σ and ν leave "
                    + "where they began, \(startSigma) and 10, by little more than the summed step"
            )
        }
    }

    /// Σε over the epochs so far.
    private var summedStep: Double {
        (0..<run.steps).reduce(0.0) {
            $0
                + ($1 < SourceScheme.burnin
                    ? SourceScheme.firstStep : SourceScheme.firstStep * Kernels.pow(Double($1 - SourceScheme.burnin + 1), -0.55))
        }
    }
}

extension Setup {
    /// The common settings of chains that are recorded and not run.
    static func recorded(chains: Int, draws: Int) -> Setup {
        Setup(
            card: Card(
                id: "recorded", title: "", summary: "", parameters: CommonParameters.list([.nuts], .init(sampler: .nuts)), results: [],
                figures: [], citation: ""),
            values: ["chains": .integer(chains), "draws": .integer(draws), "warmup": .integer(0), "thin": .integer(1)])
    }
}
