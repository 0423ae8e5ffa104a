import OrderedCollections
import Plotting

/// Many runs of one experiment: every combination of a grid of values, each with every seed.
public struct Sweep: Sendable {
    /// One run's place in the sweep and what came of it.
    public struct Run: Sendable, Hashable {
        /// The swept values, in the grid's order.
        public var values: [Value]
        /// The seed.
        public var seed: UInt64
        /// What became of it: nil while it has not ended.
        public var outcome: String?
        /// Its scalar results as exact text, by name.
        public var results: [String: String]
    }

    /// The experiment's id.
    public let experiment: String
    /// The swept parameters and their values.
    public let grid: OrderedDictionary<String, [Value]>
    /// The runs in order: the grid's last parameter and the seed vary fastest.
    public private(set) var runs: [Run]
    private let configurations: [Configuration]
    private let steps: Int?
    private let catalog: Catalog

    /// A sweep, with every configuration checked before the first run.
    ///
    /// - Throws: `UserError` for an unknown parameter, a value out of range, or a file that cannot be read.
    public init(
        _ experiment: String, grid: OrderedDictionary<String, [Value]>, fixed: [String: Value] = [:], seeds: [UInt64], steps: Int? = nil,
        catalog: Catalog
    ) throws {
        self.experiment = experiment
        self.grid = grid
        self.steps = steps
        self.catalog = catalog
        var combinations: [[Value]] = [[]]
        for values in grid.values { combinations = combinations.flatMap { head in values.map { head + [$0] } } }
        guard combinations.count * seeds.count < Event.mostPanes else {
            throw UserError("the sweep has \(combinations.count * seeds.count) runs; at most \(Event.mostPanes - 1) are made")
        }
        runs = []
        var configurations: [Configuration] = []
        for values in combinations {
            for seed in seeds {
                let swept = Dictionary(uniqueKeysWithValues: zip(grid.keys, values))
                configurations.append(try catalog.configuration(experiment, values: fixed.merging(swept) { $1 }, seed: seed))
                runs.append(Run(values: values, seed: seed, outcome: nil, results: [:]))
            }
        }
        self.configurations = configurations
    }

    /// Takes over the runs that an interrupted sweep has already ended.
    ///
    /// - Throws: `UserError` when the workspace is of another sweep.
    public mutating func resume(from workspace: Workspace) throws {
        var opened: [Int: Configuration] = [:]
        var digests: [Int: Digest] = [:]
        var outcomes: [Int: String] = [:]
        let card = try catalog.experiment(experiment).card
        for event in workspace.events {
            guard let pane = event.pane else { continue }
            switch event.kind {
            case .opened(let configuration):
                opened[pane] = configuration
                digests[pane] = nil
                outcomes[pane] = nil
            case .digest(let digest): digests[pane] = digest
            case .stopped(let reason): outcomes[pane] = reason
            case .paused:
                guard let digest = digests[pane] else { continue }
                guard runs.indices.contains(pane), let old = opened[pane], old.experiment == experiment,
                    try old.normalised(for: card) == configurations[pane]
                else {
                    throw UserError("the workspace holds another sweep: its run \(pane + 1) has another configuration")
                }
                runs[pane].results = digest.results
                runs[pane].outcome = outcomes[pane] ?? "step \(event.step)"
            default: break
            }
        }
    }

    /// Makes the runs that have not ended yet, `jobs` at a time.
    ///
    /// - Parameters:
    ///   - journal: where each run is journalled as a pane of its own; an interrupted sweep resumes from it.
    ///   - report: called after each run with the sweep so far.
    ///   - shouldStop: asked between slices; true ends the sweep early with what was done.
    /// - Returns: the sweep with its runs' results, and whether it was interrupted.
    public func run(
        jobs: Int, journal: Journal? = nil, report: @escaping @Sendable (Sweep) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) async throws -> (sweep: Sweep, isInterrupted: Bool) {
        var sweep = self
        var waiting = runs.indices.filter { runs[$0].outcome == nil }[...]
        let clock = SessionClock.system(from: journal?.events.last?.at ?? 0)
        var interrupted = false
        try await withThrowingTaskGroup(of: (Int, HeadlessRun.Outcome).self) { group in
            func begin() {
                guard let index = waiting.popFirst() else { return }
                let run = HeadlessRun(configurations[index], catalog: catalog, steps: steps, clock: clock)
                group.addTask { (index, try await run.run(journal: journal, as: index, shouldStop: shouldStop)) }
            }
            for _ in 0..<max(1, jobs) { begin() }
            while let (index, outcome) = try await group.next() {
                if outcome.isInterrupted {
                    interrupted = true
                } else {
                    sweep.runs[index].results = outcome.pane.digest().results
                    sweep.runs[index].outcome = outcome.pane.status == .ready ? "step \(outcome.pane.step)" : outcome.pane.statusSentence
                    report(sweep)
                    if !shouldStop() { begin() } else { interrupted = interrupted || !waiting.isEmpty }
                }
            }
        }
        return (sweep, interrupted)
    }

    /// The ended runs as a table: the swept values, the seed, the outcome, and every result that is one number or a short text.
    public func table() throws -> Table {
        let card = try catalog.experiment(experiment).card
        // A list in one run makes it no column, though it be missing in the others.
        let scalars = card.results.map(\.name).filter { name in
            let known = runs.compactMap { $0.results[name] }.filter { $0 != "none" }
            return !known.isEmpty && !known.contains { $0.contains(" ") }
        }
        let rows = runs.filter { $0.outcome != nil }.map { run -> [Table.Value] in
            run.values.map(Sweep.cell) + [.text(String(run.seed)), .text(run.outcome ?? "")]
                + scalars.map { name in
                    guard let text = run.results[name], text != "none" else { return .none }
                    if let n = Int(text) { return .integer(n) }
                    return Double(text).map { .number($0) } ?? .text(text)
                }
        }
        return Table("sweep", columns: Array(grid.keys) + ["seed", "outcome"] + scalars, rows: rows)
    }

    private static func cell(_ value: Value) -> Table.Value {
        switch value {
        case .real(let x): .number(x)
        case .integer(let n): .integer(n)
        case .text(let text): .text(text)
        case .flag(let on): .text(on ? "on" : "off")
        }
    }
}
