import Engine
import Kernels
import Plotting

/// Two Gaussians with tied means, the posterior on which stochastic gradient Langevin dynamics was introduced, with the exact answer.
///
/// Source: M. Welling, Y. W. Teh, "Bayesian Learning via Stochastic Gradient Langevin Dynamics" (2011), §5.1.
public struct MixtureExperiment: Experiment {
    /// The true parameters that data are drawn with, as in the paper.
    static let truth = (theta1: 0.0, theta2: 1.0)

    /// Its declaration.
    public static let card = Card(
        id: "sampling.mixture", title: "Two Gaussians with tied means",
        summary: "Samplers on a bimodal posterior, beside the exact one: how a chain crosses between modes, or does not",
        parameters: CommonParameters.list(
            [.sgld, .sgd, .psgld, .sghmc, .bbb, .mala, .hmc, .nuts],
            CommonParameters.Defaults(
                sampler: .sgld, updates: 1_000_000, batch: 10, stepStart: 0.01, stepEnd: 0.0001, stepSize: 0.1, leapfrogSteps: 10,
                initial: "1,1")) + [
                .integer("points", 100, in: 1...100_000, log: true, unit: "data", "Number N of data drawn"),
                .real("dataSd", 1.6, in: 0...1e6, step: 0.05, "Their standard deviation within a component; the model believes √2"),
                .integer(
                    "dataSeed", 3, in: 0...1_000_000_000,
                    "Seed of the data alone; 3 gives two clear modes of mass 0.52 and 0.48, much like the published posterior"),
                .list("data", "", "The data themselves instead of drawn ones: numbers, or @file"),
                .list("at", "0,1", .live, "θ₁,θ₂ at which logJoint and gradient are shown"),
            ],
        results: [
            ResultCard("klToExact", unit: "nats", "KL(draws ‖ exact), draws weighted by step, on 40 x 40 cells", headline: true),
            ResultCard("modeMass", "Share of draws with θ₂ > 0", headline: true),
            ResultCard("modeMassExact", "The exact probability of θ₂ > 0", headline: true),
            ResultCard("modeMassWeighted", "Share of draws with θ₂ > 0, weighted by step"),
            ResultCard("modeCrossings", "How often chains went from one mode to another, all chains", headline: true),
            ResultCard("modeCrossingsByChain", "The same for each chain"),
        ] + CommonParameters.results + [
            ResultCard("exactMean", "Exact posterior mean of θ₁, θ₂"),
            ResultCard("exactSd", "Exact posterior standard deviations"),
            ResultCard("exactCorrelation", "Exact posterior correlation"),
            ResultCard("logEvidence", unit: "nats", "log p(x), the prior and likelihood with all constants"),
            ResultCard("logJoint", unit: "nats", "log p(x, θ) at `at`"),
            ResultCard("gradient", "Its gradient in θ₁, θ₂"),
            ResultCard("dataCount", "Number N of data"),
        ],
        tables: CommonParameters.tables + [TableCard("modes", "The exact posterior's modes and the mass that leads uphill to each")],
        figures: [FigureCard("density", "Samples and exact posterior")] + CommonParameters.figures,
        citation: "M. Welling, Y. W. Teh, Bayesian Learning via Stochastic Gradient Langevin Dynamics, ICML 2011, §5.1",
        stepName: "update", presets: SamplingPresets.mixture)

    var run: ChainRun<MixtureTarget>
    private(set) var tally: DensityTally
    private var place: [Double]
    /// Follows from the data; not encoded but made again.
    let exact: GridPosterior

    /// The chains at their starting places.
    ///
    /// - Throws: `UserError` when a parameter or the data are refused.
    public init(_ setup: Setup) throws {
        place = try Self.place(setup.list("at"))
        let target = MixtureTarget(data: try Self.data(setup))
        run = try ChainRun(target, setup)
        exact = Self.exact(target)
        tally = DensityTally(exact, chains: run.settings.chains)
    }

    private static func exact(_ target: MixtureTarget) -> GridPosterior { GridPosterior(target, x: -2...2, y: -3...3) }

    private static func place(_ numbers: [Double]) throws -> [Double] {
        guard numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
            throw UserError("at: expected two finite numbers, θ₁,θ₂", parameter: "at")
        }
        return numbers
    }

    private static func data(_ setup: Setup) throws -> [Double] {
        let given = try setup.list("data")
        if !given.isEmpty {
            if let bad = given.firstIndex(where: { !$0.isFinite }) {
                throw UserError("data: number \(bad + 1) is \(given[bad]); expected finite numbers", parameter: "data")
            }
            if let bad = given.firstIndex(where: { abs($0) > 1e100 }) {
                throw UserError("data: number \(bad + 1) is \(given[bad]); its square would overflow", parameter: "data")
            }
            return given
        }
        let sd = setup.real("dataSd")
        var stream = RandomStream(seed: UInt64(setup.integer("dataSeed")), purpose: "sampling.mixture.data")
        return (0..<setup.integer("points")).map { _ in
            let mean = stream.uniform() < 0.5 ? truth.theta1 : truth.theta1 + truth.theta2
            return mean + sd * stream.normal()
        }
    }

    // MARK: The machine

    /// Takes up to `count` steps.
    public mutating func step(_ count: Int) throws -> Progress { Self.advance(&run, &tally, count) }

    private static func advance(_ run: inout ChainRun<MixtureTarget>, _ tally: inout DensityTally, _ count: Int) -> Progress {
        run.step(count) { chain, value, weight in tally.add(chain: chain, value(0), value(1), weight: weight) }
    }

    /// Takes over a live parameter's new value.
    ///
    /// - Throws: `UserError` when it is refused; nothing has changed then.
    public mutating func apply(_ change: Change) throws {
        if change.name == "at", case .text(let text) = change.value {
            place = try Self.place(NumberList.parse(text, parameter: "at"))
            return
        }
        guard let splits = try run.apply(change) else { throw UserError("\(Self.card.id) has no live parameter “\(change.name)”") }
        if splits { tally = DensityTally(exact, chains: run.settings.chains) }
    }

    // MARK: What is seen

    /// The named results so far.
    public func results() -> Results {
        var results = Results()
        results["klToExact"] = .optional(tally.divergence(from: exact))
        results["modeMass"] = .optional(tally.modeMass)
        results["modeMassExact"] = .number(exact.massAbove)
        results["modeMassWeighted"] = .optional(run.isWeighted ? tally.modeMassWeighted : nil)
        results["modeCrossings"] = .integer(tally.crossings.reduce(0, +))
        results["modeCrossingsByChain"] = .integers(tally.crossings)
        run.addResults(to: &results)
        results["exactMean"] = .numbers(exact.mean)
        results["exactSd"] = .numbers(exact.sd)
        results["exactCorrelation"] = .number(exact.correlation)
        results["logEvidence"] = .number(exact.logEvidence)
        let (logJoint, gradient) = run.target.evaluate(place)
        results["logJoint"] = .number(logJoint)
        results["gradient"] = .numbers(gradient)
        results["dataCount"] = .integer(run.target.dataCount)
        if exact.largestCell > 0.02 {
            results.warnings.append("the posterior is narrow against the exact grid's cells: its exact results are rough")
        }
        return results
    }

    /// The named tables so far.
    public func tables() -> [Table] {
        let modes = Table(
            "modes", columns: ["theta1", "theta2", "mass"], rows: exact.modes.map { [.number($0.x), .number($0.y), .number($0.mass)] })
        return run.tables() + [modes]
    }

    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "density": densityFigure()
        case "marginals": run.marginalsFigure { quantity in exact.marginals[quantity] }
        default: run.figure(id)
        }
    }

    /// The greatest mean over 4 x 4 cells, about what one character shows: single cells would leave the picture dark.
    private static func peak(_ grid: Grid) -> Double {
        var peak = 0.0
        for row in stride(from: 0, to: grid.rows - 3, by: 4) {
            for column in stride(from: 0, to: grid.columns - 3, by: 4) {
                var sum = 0.0
                for r in row..<row + 4 { for c in column..<column + 4 { sum += grid.values[r * grid.columns + c] } }
                peak = max(peak, sum / 16)
            }
        }
        return peak
    }

    /// The samples' density with the exact contours over it: the paper's figure 1, live.
    private func densityFigure() -> Figure {
        let grid = tally.densityGrid(exact)
        var marks: [any Mark] = [HeatMap(grid, low: 0, high: Self.peak(grid), Look(nil))]
        marks.append(Contour(exact.densityGrid, levels: exact.levels, Look("exact 50, 90, 99%", .reference)))
        var caption = "no draw yet"
        if let divergence = tally.divergence(from: exact), let mass = tally.modeMass {
            let crossings = tally.crossings.reduce(0, +)
            caption =
                "KL to exact \(rounded(divergence)) nats, P(θ₂ > 0) \(rounded(mass)), exactly \(rounded(exact.massAbove)); "
                + "\(crossings) crossing\(crossings == 1 ? "" : "s")"
        }
        return Figure(
            "density", title: "\(run.settings.sampler.rawValue.uppercased()) samples and the exact posterior", caption: caption,
            x: Axis("θ₁", from: grid.x.lowerBound, to: grid.x.upperBound), y: Axis("θ₂", from: grid.y.lowerBound, to: grid.y.upperBound),
            marks)
    }

    // MARK: Codable

    private enum Key: String, CodingKey { case run, tally, place }

    /// Writes all but the exact posterior.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(run, forKey: .run)
        try container.encode(tally, forKey: .tally)
        try container.encode(place, forKey: .place)
    }

    /// Reads what `encode` wrote and integrates the posterior again.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        run = try container.decode(ChainRun<MixtureTarget>.self, forKey: .run)
        tally = try container.decode(DensityTally.self, forKey: .tally)
        place = try container.decode([Double].self, forKey: .place)
        exact = Self.exact(run.target)
    }
}
