import Engine
import Kernels
import Plotting
import Statistics

/// Bayes by Backprop, and other samplers, on the weights of a regression network.
typealias NetworkExperiment = ModelExperiment<NetworkModel>

/// The part of `sampling.network` that is not chains.
struct NetworkModel: Model {
    static let card = Card(
        id: "sampling.network", title: "Bayes by Backprop",
        summary: "A regression network whose weights are distributions: a predictive band that widens where there are no data",
        parameters: [
            .file(
                "data", "curve", builtins: NetworkData.builtins,
                "The paper's noisy curve on [0, 0.5], or a CSV file with columns x and y"),
            .integer("points", 256, in: 2...10_000, log: true, unit: "data", "curve: number N of data drawn"),
            .integer("dataSeed", 1, in: 0...1_000_000_000, "curve: seed of the data alone"),
            .integer("hidden", 32, in: 1...128, log: true, unit: "units", "Units h of each of the two hidden layers"),
            .choice("activation", NetworkTarget.Activation.allCases.map(\.rawValue), "What a unit makes of its sum"),
            .real("noise", 0.1, in: 1e-6...1e6, step: 0.1, log: true, "The likelihood's standard deviation; the curve's own noise is 0.02"),
            .choice("prior", ["mixture", "normal"], "Of each weight: π N(0, σ₁²) + (1-π) N(0, σ₂²), or N(0, σ₁²)"),
            .real("priorPi", 0.5, in: 0...1, step: 0.05, "mixture: π, the share of the wide component, strictly between 0 and 1"),
            .real("priorSigma1", 1, in: 1e-9...1e6, step: 0.1, log: true, "σ₁ of the wide component, or of the normal prior"),
            .real("priorSigma2", 0.0025, in: 1e-9...1e6, step: 0.1, log: true, "mixture: σ₂ of the narrow component, about exp(-6)"),
            .real("prune", 0, in: 0...1, step: 0.05, .live, "bbb: share of weights set to 0, those of the lowest |μ|/σ first"),
        ]
            + CommonParameters.list(
                [.bbb, .sgld, .psgld, .sghmc, .sgd, .hmc, .nuts, .mala],
                CommonParameters.Defaults(
                    sampler: .bbb, updates: 20_000, batch: 32, stepStart: 1e-6, stepEnd: 1e-7, stepSize: 0.001, leapfrogSteps: 20, thin: 10,
                    learningRate: 0.02)
            ),
        results: [
            ResultCard("kl", unit: "nats", "bbb: KL(q ‖ prior), the mean log likelihood less elbo", headline: true),
            ResultCard("trainRmse", "Root mean squared error of the mean of f at the data", headline: true),
            ResultCard("inDataSd", "Standard deviation of f in the middle of the data, 0.25 of the curve", headline: true),
            ResultCard("outOfDataSd", "Standard deviation of f one data's width beyond them, 1.0 of the curve", headline: true),
            ResultCard(
                "coverage90", "Share of 200 fresh points of the curve (else: of the data) within the predictive 90% band", headline: true),
            ResultCard("meanError", "Mean distance of the mean of f from the curve on [0.05, 0.45]"),
            ResultCard("signalToNoise", unit: "dB", "bbb: 5, 25, 50, 75 and 95% quantiles of 10 log₁₀(|μ|/σ) over the weights"),
            ResultCard("prunedRmse", "bbb: error of the network of means at the data, the share `prune` of weights set to 0"),
            ResultCard("prunedWeights", "Weights left, of each chain's network"),
            ResultCard("weights", "Number of weights"),
        ] + CommonParameters.results,
        tables: CommonParameters.tables + [
            TableCard("band", "The predictive band: at each x the mean and sd of f, and quantiles of f + noise; the curve"),
            TableCard("pruning", "bbb: the error when ever more weights are set to 0"),
        ],
        figures: [
            FigureCard("band", "Data and predictive bands"), FigureCard("elbo", "Evidence lower bound"),
            FigureCard("signalToNoise", "Signal-to-noise of the weights"), FigureCard("pruning", "Error after pruning"),
        ] + CommonParameters.figures,
        citation: "C. Blundell, J. Cornebise, K. Kavukcuoglu, D. Wierstra, Weight Uncertainty in Neural Networks, ICML 2015, §5.2",
        stepName: "update", presets: SamplingPresets.network)

    private(set) var prune: Double
    let isCurve: Bool
    private(set) var curves: CurveTally
    /// Whether the functions in `curves` are draws, and not of warm-up or burn-in.
    private(set) var holdsDraws = false
    /// The mean of f at the data over the draws heard.
    private var fitted: [Double]
    private var fittedWeight = 0.0
    /// log p(D|w) at the kept states by chain.
    private var logLikelihoods: [Series]
    /// Fresh points of the curve that the band should cover; made again.
    private var fresh: (x: [Double], y: [Double]) = ([], [])

    private enum CodingKeys: String, CodingKey { case prune, isCurve, curves, holdsDraws, fitted, fittedWeight, logLikelihoods }

    static func make(_ setup: Setup) throws -> (model: NetworkModel, target: NetworkTarget) {
        let data = try NetworkData(setup)
        let isMixture = setup.choice("prior") == "mixture"
        if isMixture {
            let share = setup.real("priorPi")
            guard share > 0, share < 1 else {
                throw UserError(
                    "priorPi: \(share) is refused; expected a share strictly between 0 and 1, or prior=normal", parameter: "priorPi")
            }
            guard setup.real("priorSigma2") < setup.real("priorSigma1") else {
                throw UserError(
                    "priorSigma2: \(setup.real("priorSigma2")) is refused; expected less than priorSigma1, \(setup.real("priorSigma1"))",
                    parameter: "priorSigma2")
            }
        }
        let prior =
            isMixture
            ? NetworkPrior(wide: setup.real("priorSigma1"), narrow: setup.real("priorSigma2"), share: setup.real("priorPi"))
            : NetworkPrior(wide: setup.real("priorSigma1"))
        let target = NetworkTarget(
            x: data.x, y: data.y, hidden: setup.integer("hidden"),
            activation: NetworkTarget.Activation(rawValue: setup.choice("activation")) ?? .relu, prior: prior, noise: setup.real("noise"),
            range: data.range)
        return (NetworkModel(target, setup, isCurve: data.isCurve), target)
    }

    private init(_ target: NetworkTarget, _ setup: Setup, isCurve: Bool) {
        prune = setup.real("prune")
        self.isCurve = isCurve
        let chains = setup.integer("chains")
        curves = CurveTally(chains: chains, places: target.grid.count)
        fitted = [Double](repeating: 0, count: target.x.count)
        logLikelihoods = (0..<chains).map { _ in Series() }
    }

    mutating func prepare(_ target: NetworkTarget) {
        fresh = isCurve ? NetworkData.drawn(200, seed: 1, purpose: "sampling.network.fresh") : (target.x, target.y)
    }

    mutating func apply(_ change: Change) throws -> Bool {
        guard change.name == "prune", case .real(let share) = change.value else { return false }
        prune = share
        return true
    }

    // MARK: What is heard

    var listens: Bool { true }

    mutating func heardDiscarded(_ target: NetworkTarget, chain: Int, _ value: (Int) -> Double) {
        let start = target.places.count
        curves.add(chain: chain) { value(start + $0) }
        logLikelihoods[chain].append(value(target.handedOver - 1))
    }

    mutating func heard(_ target: NetworkTarget, chain: Int, _ value: (Int) -> Double, weight: Double) {
        if !holdsDraws {
            curves = CurveTally(chains: logLikelihoods.count, places: target.grid.count)
            holdsDraws = true
        }
        heardDiscarded(target, chain: chain, value)
        guard weight > 0 else { return }
        fittedWeight += weight
        let (start, share) = (target.places.count + target.grid.count, weight / fittedWeight)
        for i in fitted.indices { fitted[i] += share * (value(start + i) - fitted[i]) }
    }

    mutating func restarted(_ run: ChainRun<NetworkTarget>) {
        holdsDraws = false
        fitted = [Double](repeating: 0, count: fitted.count)
        fittedWeight = 0
    }

    // MARK: What is seen

    func addHeadlines(to results: inout Results, _ run: ChainRun<NetworkTarget>) {
        results["kl"] = .optional(divergence(run))
        let squares = zip(fitted, run.target.y).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        results["trainRmse"] = .optional(fittedWeight > 0 ? (squares / Double(fitted.count)).squareRoot() : nil)
        func sd(_ quantity: Int) -> Double? { run.draws.segmentCount > 1 ? run.weighted[quantity].sd : nil }
        results["inDataSd"] = .optional(sd(1))
        results["outOfDataSd"] = .optional(sd(4))
        let band = curves.band(noise: run.target.noise, [0.05, 0.95])
        results["coverage90"] = .optional(coverage(band, run.target))
        results["meanError"] = .optional(meanError(band, run.target))
        let weights = WeightSignals(run)
        results["signalToNoise"] = weights.decibels.isEmpty ? ResultValue.none : .numbers(weights.quantiles([0.05, 0.25, 0.5, 0.75, 0.95]))
        results["prunedRmse"] = .optional(weights.rmse(pruning: prune, run))
        results["prunedWeights"] = .integer(run.target.dimension - WeightSignals.pruned(prune, of: run.target.dimension))
        results["weights"] = .integer(run.target.dimension)
    }

    func addResults(to results: inout Results, _ run: ChainRun<NetworkTarget>) {
        if run.settings.sampler != .bbb {
            results.warnings.append("elbo, kl, signalToNoise and prunedRmse are of the fitted normal of sampler=bbb")
        }
    }

    /// The log likelihood's mean over the draws that the lower bound is the mean over, less that bound.
    private func divergence(_ run: ChainRun<NetworkTarget>) -> Double? {
        guard let bound = run.lowerBound else { return nil }
        let values = zip(logLikelihoods, run.bounds).flatMap { series, bounds in
            (max(0, min(series.count, bounds.count) - ChainRun<NetworkTarget>.boundWindow)..<series.count).map { series.y[$0] }
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) - bound.mean
    }

    /// The share of fresh points within the band, which is taken as straight between the grid's places.
    private func coverage(_ band: [(mean: Double, sd: Double, quantiles: [Double])], _ target: NetworkTarget) -> Double? {
        guard !band.isEmpty, target.grid.count > 1 else { return nil }
        let width = target.grid[1] - target.grid[0]
        var covered = 0
        for (x, y) in zip(fresh.x, fresh.y) {
            let place = (x - target.grid[0]) / width
            let left = min(max(0, Int(place)), band.count - 2)
            let share = place - Double(left)
            func edge(_ k: Int) -> Double { band[left].quantiles[k] + share * (band[left + 1].quantiles[k] - band[left].quantiles[k]) }
            if y >= edge(0), y <= edge(1) { covered += 1 }
        }
        return Double(covered) / Double(max(1, fresh.x.count))
    }

    /// The mean distance of the mean of f from the curve over the inner four fifths of its range.
    private func meanError(_ band: [(mean: Double, sd: Double, quantiles: [Double])], _ target: NetworkTarget) -> Double? {
        guard isCurve, !band.isEmpty else { return nil }
        // The grid's steps 2 to 18 of 20 over the data: 0.05 to 0.45.
        let places = 10...26
        return places.reduce(0.0) { $0 + abs(band[$1].mean - NetworkData.curve(target.grid[$1])) } / Double(places.count)
    }

    func tables(_ run: ChainRun<NetworkTarget>) -> [Table] {
        let band = curves.band(noise: run.target.noise, [0.05, 0.25, 0.5, 0.75, 0.95])
        let rows = zip(run.target.grid, band).map { x, item -> [Table.Value] in
            [.number(x), .number(item.mean), .number(item.sd)] + item.quantiles.map { .number($0) }
                + [isCurve ? .number(NetworkData.curve(x)) : .none]
        }
        let weights = WeightSignals(run)
        let pruning = Table(
            "pruning", columns: ["prune", "weights", "rmse"],
            rows: weights.decibels.isEmpty
                ? []
                : WeightSignals.shares.map { share in
                    [
                        .number(share), .integer(run.target.dimension - WeightSignals.pruned(share, of: run.target.dimension)),
                        weights.rmse(pruning: share, run).map { .number($0) } ?? .none,
                    ]
                })
        return [Table("band", columns: ["x", "mean", "sd", "q5", "q25", "median", "q75", "q95", "curve"], rows: rows), pruning]
    }
}
