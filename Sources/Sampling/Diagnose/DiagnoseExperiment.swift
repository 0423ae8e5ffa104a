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

/// Somebody else's draws: the common summary, diagnostics and figures, of files as they are or as they grow.
struct DiagnoseExperiment: Experiment {
    /// Its declaration.
    static let card = Card(
        id: "sampling.diagnose", title: "Somebody else's draws",
        summary: "R-hat, effective sample sizes, Monte Carlo errors and figures of draws from CmdStan, a CSV file, or typed lists",
        parameters: [
            .files(
                "data", "",
                "CmdStan CSV, or a CSV of draws with optional columns chain and draw; several as a.csv,b.csv or chain_*.csv; empty: an example"
            )
        ] + (2...4).map { .file("data\($0)", "", "A further file, as CmdStan writes one a chain") } + [
            .text("chains", "", "Draws of one quantity as lists, one a chain: [[1,2,3],[4,5,6]], or @file"),
            .flag("follow", false, "Go on reading files that a sampler is still writing, one a chain"),
            .real(
                "patience", 0, in: 0...86_400, step: 10, unit: "seconds",
                "follow: a file that has not grown for so long is finished, as one with CmdStan's last line is; 0 waits for ever"),
        ],
        results: [
            ResultCard("chainCount", "Number of chains", headline: true),
            ResultCard("names", "The quantities' names, in the order of mean"),
            ResultCard("rhat", "R-hat of each quantity; null for one chain"),
            ResultCard("essBulk", "Bulk effective sample size of each quantity"),
            ResultCard("essTail", "Tail effective sample size of each quantity"),
            ResultCard("drawsRead", "follow: draws read of each chain", headline: true),
        ] + CommonParameters.results,
        tables: CommonParameters.tables, figures: [FigureCard("pair", "Draws of the first two quantities")] + CommonParameters.figures,
        citation: "A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Rank-Normalization, Folding, and Localization, 2021",
        stepName: "draw")

    private(set) var run: ChainRun<RecordedTarget>
    private let notes: [String]
    private var divergences: Int?
    private var treeDepthHits: Int?
    private var following: Following?

    /// Reads and diagnoses all draws, or with `follow` what there is so far.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ setup: Setup) throws {
        if setup.flag("follow") {
            let following = try Following(Self.files(setup), patience: setup.real("patience"))
            run = try Self.chains([], following.files.count, draws: 10_000_000)
            notes = []
            self.following = following
            try begin()
            return
        }
        let recorded = try Self.read(setup)
        run = try Self.chains(recorded.names, recorded.chains, draws: recorded.count)
        let hasEnergies = !recorded.energies.isEmpty && recorded.energies.allSatisfy { !$0.isEmpty }
        if hasEnergies {
            for c in 0..<recorded.chains {
                run.recordTransitions(
                    chain: c, acceptances: recorded.acceptances[c], energies: recorded.energies[c], stepSizes: recorded.stepSizes[c],
                    divergent: recorded.divergent[c])
            }
        }
        run.record(recorded.count) { recorded.draws[$1][$0][$2] }
        run.diagnoseRecorded()
        var notes = recorded.notes
        if recorded.count < 4 { notes.append("\(recorded.count) draws a chain: diagnostics need 4") }
        self.notes = notes
        divergences = hasEnergies ? recorded.divergent.reduce(0) { $0 + $1.count } : nil
        treeDepthHits = recorded.treeDepthHits
    }

    /// A run without draws.
    private static func chains(_ names: [String], _ count: Int, draws: Int) throws -> ChainRun<RecordedTarget> {
        try ChainRun(recorded: RecordedTarget(quantities: names), .recorded(chains: count, draws: draws))
    }

    private static func files(_ setup: Setup) throws -> [Input] {
        try ["data", "data2", "data3", "data4"].compactMap { setup.inputs[$0] }.flatMap { try $0.parts() }
    }

    private static func read(_ setup: Setup) throws -> RecordedDraws {
        let inputs = try files(setup)
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

    // MARK: Following

    /// Sets out the quantities once every file's header has been read.
    private mutating func begin() throws {
        guard let following, run.draws.names.isEmpty, let names = try following.names else { return }
        run = try Self.chains(names, following.files.count, draws: 10_000_000)
        if following.hasTransitions { (divergences, treeDepthHits) = (0, 0) }
    }

    /// Takes in draws that have been read of every chain; all are there at once unless files are followed.
    mutating func step(_ count: Int) throws -> Progress {
        guard let following else { return Progress(0, .finished("\(run.settings.draws) draws of each chain")) }
        if let failure = following.failure { return Progress(0, .failed(failure)) }
        let taken = run.draws.names.isEmpty ? 0 : min(count, following.available - run.steps)
        if taken > 0 { take(taken, following) }
        if taken == count { return .ran(taken) }
        // Nothing is left to be read: what is known now is what there is to see until more comes.
        run.diagnoseRecorded(ifGrownBy: following.ending == nil ? 1.1 : 1)
        if let ending = following.ending { return Progress(taken, .finished(ending)) }
        self.following?.ask()
        return Progress(taken, .waiting(self.following?.requests ?? []))
    }

    private mutating func take(_ count: Int, _ following: Following) {
        let places = run.steps..<run.steps + count
        if following.hasTransitions {
            for (chain, file) in following.files.enumerated() {
                let divergent = places.filter { file.isDivergent.indices.contains($0) && file.isDivergent[$0] }
                run.recordTransitions(
                    chain: chain, acceptances: file.acceptances.isEmpty ? [] : Array(file.acceptances[places]),
                    energies: Array(file.energies[places]), stepSizes: file.stepSizes.isEmpty ? [] : Array(file.stepSizes[places]),
                    divergent: divergent.map { $0 + 1 })
                divergences = (divergences ?? 0) + divergent.count
                let deepest = Double(file.maxDepth)
                treeDepthHits =
                    (treeDepthHits ?? 0) + places.filter { file.depths.indices.contains($0) && file.depths[$0] >= deepest }.count
            }
        }
        run.record(count) { chain, quantity, place in following.files[chain].draws[quantity][place] }
    }

    /// Reads on what a file has grown by.
    mutating func receive(_ answer: Answer) throws {
        guard following != nil else { throw UserError("\(Self.card.id) asked nothing, but an answer came") }
        following?.receive(answer)
        do { try begin() } catch { following?.fail(String(describing: error)) }
    }

    // MARK: What is seen

    /// The named results.
    func results() -> Results {
        var results = Results()
        results["chainCount"] = .integer(run.settings.chains)
        results["names"] = .array(run.draws.names.map { .text($0) })
        let summaries = run.diagnosis.summaries
        results["rhat"] = .array(summaries.map { .optional($0.rhat) })
        results["essBulk"] = .array(summaries.map { .optional($0.essBulk) })
        results["essTail"] = .array(summaries.map { .optional($0.essTail) })
        if let following { results["drawsRead"] = .integers(following.files.map(\.count)) }
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
        results.warnings += notes + (following?.notes ?? [])
        return results
    }

    /// The common tables.
    func tables() -> [Table] { run.tables() }

    /// One of the card's figures.
    func figure(_ id: String) -> Figure {
        let title = Self.card.figures.first { $0.id == id }?.title ?? id
        guard !run.draws.names.isEmpty else { return Figure(id, title: title, body: .empty("waiting for the files' headers")) }
        guard id == "pair" else { return run.figure(id) }
        guard run.draws.names.count > 1 else {
            return Figure("pair", title: "Pair", body: .empty("one quantity has no pair: see the marginals"))
        }
        // Stan's log density comes first in its files; the parameters say more of each other.
        let first = run.draws.names.count > 2 && run.draws.names[0] == "lp__" ? 1 : 0
        let names = (run.draws.names[first], run.draws.names[first + 1])
        return run.pairFigure("pair", title: "Draws of \(names.0) and \(names.1)", first, first + 1)
    }
}
