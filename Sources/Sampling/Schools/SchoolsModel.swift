import Engine
import Kernels
import Plotting

/// Eight schools, centred and non-centred, beside the exact posterior.
typealias SchoolsExperiment = ModelExperiment<SchoolsModel>

/// The part of `sampling.schools` that is not chains.
struct SchoolsModel: Model {
    /// The effects of coaching in eight schools and their standard errors (Rubin 1981, table 1).
    static let effects = [28.0, 8, -3, 7, -1, 1, 18, 12]
    static let errors = [15.0, 10, 16, 11, 9, 11, 10, 18]

    static let card = Card(
        id: "sampling.schools", title: "Eight schools",
        summary: "A hierarchy whose funnel centred chains cannot enter: divergences, E-BFMI, and what non-centring changes",
        parameters: [
            .choice("parameterisation", ["noncentred", "centred"], "What samplers move: (θ - μ)/τ, or the effects θ themselves"),
            .list("effects", "28,8,-3,7,-1,1,18,12", "The estimated effects y; the eight schools of Rubin (1981)"),
            .list("errors", "15,10,16,11,9,11,10,18", "Their standard errors σ, as many"),
            .real("muSd", 5, in: 0...1e6, step: 0.5, "Prior standard deviation of the mean effect μ"),
            .real("tauScale", 5, in: 0...1e6, step: 0.5, "Prior scale of τ ~ HalfCauchy, the spread between schools"),
            .integer("school", 1, in: 1...1000, .live, "The school whose effect is drawn against log τ"),
        ]
            + CommonParameters.list(
                [.nuts, .hmc, .mala, .sgld, .sgd, .psgld, .sghmc, .bbb],
                CommonParameters.Defaults(sampler: .nuts, batch: 8, stepSize: 0.1, leapfrogSteps: 20)),
        results: CommonParameters.exactResults + CommonParameters.results + [
            ResultCard("sd", "Standard deviation of each quantity over the draws diagnosed"),
            ResultCard("logEvidence", unit: "nats", "log p(y), exactly"),
            ResultCard("divergentShare", "Divergent transitions after warm-up over all"),
        ],
        tables: CommonParameters.tables + [
            TableCard("schools", "Each school's estimate, error, and exact posterior mean and sd of its effect")
        ],
        figures: [
            FigureCard("pair", "A school's effect against log τ, divergences marked"),
            FigureCard("shrinkage", "Estimates and posterior effects"),
        ] + CommonParameters.figures,
        citation: "D. B. Rubin, Estimation in Parallel Randomized Experiments, J. Educ. Stat. 6 (1981)",
        stepName: "transition", presets: SamplingPresets.schools)

    private var school: Int
    private let count: Int
    /// Follow from the target; made again.
    private var exact: SchoolsPosterior?
    private var curves: [[Point]] = []
    private var pair: ExactDensity?

    private enum CodingKeys: String, CodingKey { case school, count }

    static func make(_ setup: Setup) throws -> (model: SchoolsModel, target: SchoolsTarget) {
        let (effects, errors) = (try setup.list("effects"), try setup.list("errors"))
        guard effects.count >= 2 else {
            throw UserError("effects: \(effects.count) numbers; expected at least 2", parameter: "effects")
        }
        guard errors.count == effects.count else {
            throw UserError("errors: \(errors.count) numbers for \(effects.count) effects; expected one each", parameter: "errors")
        }
        if let bad = effects.firstIndex(where: { !($0.isFinite && abs($0) < 1e100) }) {
            throw UserError("effects: number \(bad + 1) is \(effects[bad]); expected finite numbers below 1e100", parameter: "effects")
        }
        if let bad = errors.firstIndex(where: { !($0 > 1e-100 && $0 < 1e100) }) {
            throw UserError("errors: number \(bad + 1) is \(errors[bad]); expected standard errors above 0", parameter: "errors")
        }
        for name in ["muSd", "tauScale"] where !(setup.real(name) > 0 && setup.real(name).isFinite) {
            throw UserError("\(name): \(setup.real(name)) is refused; expected a number above 0", parameter: name)
        }
        let target = SchoolsTarget(
            effects: effects, errors: errors, isCentred: setup.choice("parameterisation") == "centred", muSd: setup.real("muSd"),
            tauScale: setup.real("tauScale"))
        let school = setup.integer("school")
        try check(school, effects.count)
        return (SchoolsModel(school: school, count: effects.count), target)
    }

    private init(school: Int, count: Int) {
        self.school = school
        self.count = count
    }

    private static func check(_ school: Int, _ count: Int) throws {
        guard school >= 1, school <= count else {
            throw UserError("school: \(school) is refused; expected 1 to \(count)", parameter: "school")
        }
    }

    mutating func prepare(_ target: SchoolsTarget) {
        let exact = SchoolsPosterior(target)
        self.exact = exact
        curves = (0..<4).map { exact.curve($0) }
        pair = exact.pair(school - 1)
    }

    mutating func apply(_ change: Change) throws -> Bool {
        guard change.name == "school", case .integer(let school) = change.value else { return false }
        try Self.check(school, count)
        self.school = school
        pair = exact?.pair(school - 1)
        return true
    }

    func addHeadlines(to results: inout Results, _ run: ChainRun<SchoolsTarget>) {
        guard let exact else { return }
        results.addExact(means: exact.means, sds: exact.sds, run)
    }

    func addResults(to results: inout Results, _ run: ChainRun<SchoolsTarget>) {
        results["sd"] = .array(run.diagnosis.summaries.map { .optional($0.sd) })
        results["logEvidence"] = .optional(exact?.logEvidence)
        let transitions = max(0, run.steps - run.settings.warmup) * run.settings.chains
        results["divergentShare"] =
            run.countsUpdates || transitions == 0 ? ResultValue.none : .number(Double(run.divergences) / Double(transitions))
    }

    func tables(_ run: ChainRun<SchoolsTarget>) -> [Table] {
        guard let exact else { return [] }
        let rows = run.target.effects.indices.map { j -> [Table.Value] in
            [
                .integer(j + 1), .number(run.target.effects[j]), .number(run.target.errors[j]), .number(exact.means[j + 2]),
                .number(exact.sds[j + 2]),
            ]
        }
        return [Table("schools", columns: ["school", "effect", "error", "exactMean", "exactSd"], rows: rows)]
    }

    func figure(_ id: String, _ run: ChainRun<SchoolsTarget>) -> Figure? {
        switch id {
        case "pair":
            let fractions = run.transitions.energyFractions.compactMap { $0 }.min()
            var caption = "\(run.divergences) divergences"
            if let fractions { caption += ", lowest E-BFMI \(rounded(fractions))" }
            return run.pairFigure(
                "pair", title: "\(run.target.isCentred ? "Centred" : "Non-centred"): effect of school \(school) against log τ",
                caption: caption, school + 1, 1, names: ("theta\(school)", "log tau"), exact: pair
            ) { Point(x: $0, y: Kernels.log($1)) }
        case "shrinkage": return shrinkageFigure(run)
        default: return nil
        }
    }

    private func shrinkageFigure(_ run: ChainRun<SchoolsTarget>) -> Figure {
        guard let exact else { return Figure("shrinkage", title: "Shrinkage", body: .empty("no exact posterior")) }
        let places = run.target.effects.indices.map { Double($0 + 1) }
        var marks: [any Mark] = [
            Band(
                x: places, lower: places.indices.map { exact.means[$0 + 2] - exact.sds[$0 + 2] },
                upper: places.indices.map { exact.means[$0 + 2] + exact.sds[$0 + 2] }, Look("exact ±1 sd", .reference)),
            Scatter(zip(places, run.target.effects).map { Point(x: $0, y: $1) }, Look("estimates", .series1), symbol: "o"),
        ]
        let means = run.diagnosis.summaries.dropFirst(2).map { $0.mean ?? .nan }
        if !means.isEmpty {
            marks.append(Scatter(zip(places, means).map { Point(x: $0, y: $1) }, Look("draws' means", .series0), symbol: "+"))
        }
        marks.append(Rule(.y(exact.means[0]), "mean effect"))
        return Figure(
            "shrinkage", title: "Estimates are drawn towards the mean effect",
            caption:
                "exactly, mean effect \(rounded(exact.means[0])) ± \(rounded(exact.sds[0])), spread \(rounded(exact.means[1])) ± \(rounded(exact.sds[1]))",
            x: Axis("school"), y: Axis("effect"), marks)
    }

    func exactMarginal(_ quantity: Int, _ run: ChainRun<SchoolsTarget>) -> [Point]? {
        quantity < curves.count ? curves[quantity] : nil
    }
}
