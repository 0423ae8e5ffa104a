import Engine
import Kernels
import Plotting

/// Distributions with known moments, for watching what samplers find hard.
typealias TargetExperiment = ModelExperiment<TargetModel>

/// The part of `sampling.target` that is not chains.
struct TargetModel: Model {
    static let card = Card(
        id: "sampling.target", title: "Distributions with known moments",
        summary: "A banana, a funnel, ill-conditioned and correlated normals, two far modes, heavy tails: what each does to a sampler",
        parameters: [
            .choice(
                "target", StandardTarget.Kind.allCases.map(\.rawValue),
                "The distribution: each strains a sampler in its own way"),
            .integer("dimension", 0, in: 0...1000, log: true, "Coordinates; 0 takes 2, or 10 of the funnel and the ill-conditioned"),
            .choice("parameterisation", ["centred", "noncentred"], "funnel: whether samplers move x itself or x·exp(-v/2)"),
            .real("curvature", 0.03, in: 0...10, step: 0.01, "banana: b of x₂ ~ N(-b(x₁² - 100), 1); 0.03 bends moderately, 0.1 strongly"),
            .real("condition", 1e4, in: 1...1e12, step: 1, log: true, "ill-conditioned: the largest variance over the smallest"),
            .real("correlation", 0.95, in: -0.999999...0.999999, step: 0.01, "correlated: ρ, neighbours' correlation"),
            .real("separation", 10, in: 0...200, step: 0.5, "modes: the distance between the two, in their standard deviations"),
            .real("modeWeight", 0.5, in: 0.001...0.999, step: 0.05, "modes: the probability of the right one"),
            .real("degrees", 3, in: 0.1...1000, step: 0.5, "student-t: degrees of freedom ν; no mean up to 1, no variance up to 2"),
        ]
            + CommonParameters.list(
                [.nuts, .hmc, .mala, .sgld, .sgd, .psgld, .sghmc, .bbb],
                CommonParameters.Defaults(sampler: .nuts, stepSize: 0.1, leapfrogSteps: 20)) + [
                .list("at", "", .live, "Where logDensity and gradient are shown; empty is the origin")
            ],
        results: CommonParameters.exactResults + CommonParameters.results + [
            ResultCard("sd", "Standard deviation of each quantity over the draws diagnosed"),
            ResultCard("exactCorrelation", "Exact correlation of the first two quantities"),
            ResultCard("modeMass", "Share of draws whose first quantity is above 0"),
            ResultCard("modeMassExact", "The exact probability of that"),
            ResultCard("modeCrossings", "How often chains went from one side's core to the other's, all chains"),
            ResultCard("logDensity", unit: "nats", "The normalised log density at `at`, in the coordinates that samplers move"),
            ResultCard("gradient", "Its gradient"),
        ],
        tables: CommonParameters.tables,
        figures: [FigureCard("pair", "Draws of two quantities and the exact contours")] + CommonParameters.figures,
        citation:
            "R. M. Neal, Slice Sampling, 2003, §8 (funnel); H. Haario, E. Saksman, J. Tamminen, Adaptive proposal distribution, 1999 (banana)",
        stepName: "transition", presets: SamplingPresets.target)

    private var place: [Double]
    private var tally: SideTally
    /// Follow from the target; made again.
    private var marginals: [[Point]] = []
    private var pair: ExactDensity?

    private enum CodingKeys: String, CodingKey { case place, tally }

    static func make(_ setup: Setup) throws -> (model: TargetModel, target: StandardTarget) {
        let kind = StandardTarget.Kind(rawValue: setup.choice("target")) ?? .banana
        var target = StandardTarget(kind: kind, dimension: setup.integer("dimension"))
        if target.dimension == 0 { target.dimension = kind.usualDimension }
        guard target.dimension > 1 || kind != .banana && kind != .funnel else {
            throw UserError(
                "dimension: \(target.dimension) is too few for the \(kind.rawValue); expected at least 2", parameter: "dimension")
        }
        target.isCentred = setup.choice("parameterisation") == "centred"
        target.curvature = setup.real("curvature")
        target.condition = setup.real("condition")
        target.correlation = setup.real("correlation")
        target.separation = setup.real("separation")
        target.modeWeight = setup.real("modeWeight")
        target.degrees = setup.real("degrees")
        try check(target)
        let place = try place(setup.list("at"), target.dimension)
        let tally = SideTally(chains: setup.integer("chains"), threshold: kind == .modes ? 0.25 * target.separation : 0)
        return (TargetModel(place: place, tally: tally), target)
    }

    private init(place: [Double], tally: SideTally) {
        self.place = place
        self.tally = tally
    }

    private static func check(_ target: StandardTarget) throws {
        func refuse(_ name: String, _ value: Double, _ expected: String) -> UserError {
            UserError("\(name): \(value) is refused; expected \(expected)", parameter: name)
        }
        guard target.curvature >= 0, target.curvature.isFinite else { throw refuse("curvature", target.curvature, "0 or more") }
        guard target.condition >= 1, target.condition.isFinite else { throw refuse("condition", target.condition, "at least 1") }
        guard abs(target.correlation) < 1 else { throw refuse("correlation", target.correlation, "a number strictly between -1 and 1") }
        guard target.separation >= 0, target.separation.isFinite else { throw refuse("separation", target.separation, "0 or more") }
        guard target.modeWeight > 0, target.modeWeight < 1 else {
            throw refuse("modeWeight", target.modeWeight, "a probability strictly between 0 and 1")
        }
        guard target.degrees > 0, target.degrees.isFinite else { throw refuse("degrees", target.degrees, "a number above 0") }
    }

    private static func place(_ numbers: [Double], _ dimension: Int) throws -> [Double] {
        if numbers.isEmpty { return [Double](repeating: 0, count: dimension) }
        guard numbers.count == dimension, numbers.allSatisfy(\.isFinite) else {
            throw UserError("at: \(numbers.count) numbers; expected \(dimension) finite ones, or none for the origin", parameter: "at")
        }
        return numbers
    }

    mutating func prepare(_ target: StandardTarget) {
        marginals = (0..<min(4, target.dimension)).map { target.curve($0) }
        pair = target.pairDensity
    }

    var listens: Bool { true }

    mutating func heard(_ target: StandardTarget, chain: Int, _ value: (Int) -> Double, weight: Double) { tally.add(chain, value(0)) }

    mutating func restarted(_ run: ChainRun<StandardTarget>) {
        tally = SideTally(chains: run.settings.chains, threshold: tally.threshold)
    }

    mutating func apply(_ change: Change) throws -> Bool {
        guard change.name == "at", case .text(let text) = change.value else { return false }
        place = try Self.place(NumberList.parse(text, parameter: "at"), place.count)
        return true
    }

    func addHeadlines(to results: inout Results, _ run: ChainRun<StandardTarget>) {
        results.addExact(means: run.target.exactMeans, sds: run.target.exactSds, run)
    }

    func addResults(to results: inout Results, _ run: ChainRun<StandardTarget>) {
        results["sd"] = .array(run.diagnosis.summaries.map { .optional($0.sd) })
        results["exactCorrelation"] = .known(run.target.exactCorrelation)
        results["modeMass"] = .optional(tally.share)
        results["modeMassExact"] = .number(run.target.massAbove)
        results["modeCrossings"] = .integer(tally.crossings)
        let (density, gradient) = run.target.evaluate(place)
        results["logDensity"] = .number(density)
        results["gradient"] = .numbers(gradient)
        if run.target.kind == .studentT, run.target.degrees <= 2 {
            results.warnings.append(
                run.target.degrees <= 1
                    ? "ν ≤ 1: there is no mean to estimate" : "ν ≤ 2: the variance is infinite, so errors of means mislead")
        }
    }

    func figure(_ id: String, _ run: ChainRun<StandardTarget>) -> Figure? {
        guard id == "pair", run.target.dimension > 1 else {
            return id == "pair" ? Figure(id, title: "Pair", body: .empty("one coordinate has no pair: see the marginals")) : nil
        }
        let isFunnel = run.target.kind == .funnel
        var caption = "mass above 0 in \(run.draws.names[0]): exactly \(rounded(run.target.massAbove))"
        if let share = tally.share {
            caption += ", of draws \(rounded(share)); \(tally.crossings) crossing\(tally.crossings == 1 ? "" : "s")"
        }
        return run.pairFigure(
            "pair", title: "\(run.settings.sampler.rawValue.uppercased()) on the \(run.target.kind.rawValue) target", caption: caption,
            isFunnel ? 1 : 0, isFunnel ? 0 : 1, exact: pair)
    }

    func exactMarginal(_ quantity: Int, _ run: ChainRun<StandardTarget>) -> [Point]? {
        quantity < marginals.count ? marginals[quantity] : nil
    }
}

/// On which side of 0 draws lie, and how often chains changed sides.
struct SideTally: Sendable, Codable {
    /// A chain has changed sides when it is beyond this on the other one.
    let threshold: Double
    private var sides: [Int]
    private var count = 0
    private var above = 0
    private(set) var crossings = 0

    init(chains: Int, threshold: Double) {
        self.threshold = threshold
        sides = [Int](repeating: 0, count: max(0, chains))
    }

    mutating func add(_ chain: Int, _ value: Double) {
        count += 1
        if value > 0 { above += 1 }
        let side = value > threshold ? 1 : value < -threshold ? -1 : 0
        guard side != 0, side != sides[chain] else { return }
        if sides[chain] != 0 { crossings += 1 }
        sides[chain] = side
    }

    /// The share above 0; nil before the first draw.
    var share: Double? { count > 0 ? Double(above) / Double(count) : nil }
}

extension Results {
    /// Exact moments and how far the draws' means are from them.
    mutating func addExact<T: Target>(means: [Double], sds: [Double], _ run: ChainRun<T>) {
        self["exactMean"] = .array(means.map { .known($0) })
        self["exactSd"] = .array(sds.map { .known($0) })
        let distance = run.distances(means: means, sds: sds)
        self["meanErrorSd"] = .optional(distance.inSd)
        self["meanErrorMcse"] = .optional(distance.inErrors)
    }
}
