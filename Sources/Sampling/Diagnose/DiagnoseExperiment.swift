import Engine
import Kernels
import Plotting
import Statistics

/// What recorded draws are of: names alone, nothing to evaluate.
struct RecordedTarget: Target {
    /// Cannot evaluate: the density is not known.
    struct Evaluator: TargetEvaluator {
        let dimension: Int
        mutating func logDensity(_ position: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
            for i in 0..<dimension { gradient[i] = .nan }
            return .nan
        }
    }

    let quantities: [String]
    var dimension: Int { quantities.count }

    func withEvaluator<Result>(_ body: (inout Evaluator) throws -> Result) rethrows -> Result {
        var evaluator = Evaluator(dimension: dimension)
        return try body(&evaluator)
    }
}

/// Somebody else's draws: the common summary, diagnostics and figures.
struct DiagnoseExperiment: Experiment {
    /// Its declaration.
    static let card = Card(
        id: "sampling.diagnose", title: "Somebody else's draws",
        summary: "R-hat, effective sample sizes, Monte Carlo errors and figures of draws from CmdStan, a CSV file, or typed lists",
        parameters: [
            .file("data", "", "CmdStan CSV, or a CSV of draws with optional columns chain and draw; empty takes chains, or an example")
        ] + (2...4).map { .file("data\($0)", "", "A further file, as CmdStan writes one a chain") } + [
            .text("chains", "", "Draws of one quantity as lists, one a chain: [[1,2,3],[4,5,6]], or @file")
        ],
        results: [
            ResultCard("chainCount", "Number of chains", headline: true),
            ResultCard("names", "The quantities' names, in the order of mean"),
            ResultCard("rhat", "R-hat of each quantity; null for one chain"),
            ResultCard("essBulk", "Bulk effective sample size of each quantity"),
            ResultCard("essTail", "Tail effective sample size of each quantity"),
        ] + CommonParameters.results,
        tables: CommonParameters.tables, figures: [FigureCard("pair", "Draws of the first two quantities")] + CommonParameters.figures,
        citation: "A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Rank-Normalization, Folding, and Localization, 2021",
        stepName: "draw")

    private(set) var run: ChainRun<RecordedTarget>
    private let notes: [String]
    private let divergences: Int?
    private let treeDepthHits: Int?

    /// Reads and diagnoses all draws.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ setup: Setup) throws {
        let recorded = try Self.read(setup)
        var transitions = TransitionStore(chains: recorded.chains)
        let hasEnergies = !recorded.energies.isEmpty && recorded.energies.allSatisfy { !$0.isEmpty }
        if hasEnergies {
            for c in 0..<recorded.chains {
                transitions.record(
                    chain: c, acceptances: recorded.acceptances[c], energies: recorded.energies[c], stepSizes: recorded.stepSizes[c],
                    divergent: recorded.divergent[c])
            }
        }
        let settings = Setup(
            card: Card(
                id: "recorded", title: "", summary: "", parameters: CommonParameters.list([.nuts], .init(sampler: .nuts)), results: [],
                figures: [], citation: ""),
            values: ["chains": .integer(recorded.chains), "draws": .integer(recorded.count), "warmup": .integer(0), "thin": .integer(1)])
        run = try ChainRun(
            recorded: RecordedTarget(quantities: recorded.names), settings, draws: recorded.draws, transitions: transitions)
        var notes = recorded.notes
        if recorded.count < 4 { notes.append("\(recorded.count) draws a chain: diagnostics need 4") }
        self.notes = notes
        divergences = hasEnergies ? recorded.divergent.reduce(0) { $0 + $1.count } : nil
        treeDepthHits = recorded.treeDepthHits
    }

    private static func read(_ setup: Setup) throws -> RecordedDraws {
        let inputs = ["data", "data2", "data3", "data4"].compactMap { setup.inputs[$0] }
        let typed = setup.text("chains")
        let isTyped = !typed.allSatisfy(\.isWhitespace)
        if !inputs.isEmpty {
            guard !isTyped else {
                throw UserError("chains: both files and typed draws are given; expected one of them", parameter: "chains")
            }
            return try RecordedDraws(inputs)
        }
        if isTyped { return try RecordedDraws(inline: typed) }
        let data = setup.text("data")
        guard data.isEmpty else { throw UserError("data: the file “\(data)” has not been read", parameter: "data") }
        return example
    }

    /// Without data: four chains that wander slowly, one of them displaced, as what diagnostics are for.
    private static var example: RecordedDraws {
        let chains = (0..<4).map { c -> [Double] in
            var stream = RandomStream(seed: 6, purpose: "sampling.diagnose.example", chain: c)
            var x = 0.0
            return (0..<400).map { _ in
                x = 0.8 * x + 0.6 * stream.normal()
                return x + (c == 3 ? 0.7 : 0)
            }
        }
        guard var draws = try? RecordedDraws(inline: "[[0]]") else { preconditionFailure("a list of one number reads") }
        draws.draws = [chains]
        draws.notes = ["no draws were given: this is an example of four slow chains, the last displaced"]
        return draws
    }

    /// There is nothing to step: all draws are there.
    mutating func step(_ count: Int) throws -> Progress { Progress(0, .finished("\(run.settings.draws) draws of each chain")) }

    /// The named results.
    func results() -> Results {
        var results = Results()
        results["chainCount"] = .integer(run.settings.chains)
        results["names"] = .array(run.draws.names.map { .text($0) })
        let summaries = run.diagnosis.summaries
        results["rhat"] = .array(summaries.map { .optional($0.rhat) })
        results["essBulk"] = .array(summaries.map { .optional($0.essBulk) })
        results["essTail"] = .array(summaries.map { .optional($0.essTail) })
        run.addResults(to: &results)
        // Of the sampler only what the file says of it is known.
        for name in ["stepSizeNow", "stepSizeAdapted", "gradientEvaluations", "datumGradients"] { results[name] = ResultValue.none }
        results["divergences"] = divergences.map { .integer($0) } ?? ResultValue.none
        results["treeDepthHits"] = treeDepthHits.map { .integer($0) } ?? ResultValue.none
        if divergences == nil { results["ebfmi"] = ResultValue.none }
        if let divergences, divergences > 0 {
            results.warnings.append("\(divergences) transitions diverged: estimates may miss part of the posterior")
        }
        if let rhat = run.diagnosis.maxRhat, rhat > 1.01 { results.warnings.append("R-hat is above 1.01: the chains do not agree yet") }
        results.warnings += notes
        return results
    }

    /// The common tables.
    func tables() -> [Table] { run.tables() }

    /// One of the card's figures.
    func figure(_ id: String) -> Figure {
        guard id == "pair" else { return run.figure(id) }
        guard run.draws.names.count > 1 else {
            return Figure("pair", title: "Pair", body: .empty("one quantity has no pair: see the marginals"))
        }
        return run.pairFigure("pair", title: "Draws of \(run.draws.names[0]) and \(run.draws.names[1])", 0, 1)
    }
}
