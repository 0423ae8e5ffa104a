import ArgumentParser
import Engine
import Foundation
import OrderedCollections
import Plotting

/// `workbench sweep EXPERIMENT`: many runs over a grid and seeds, on all cores, resumable.
struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Run an experiment over a grid of values and several seeds, on all cores.",
        discussion: "With --save an interrupted sweep goes on where it was when the same command is given again.")

    @Argument(help: "The experiment, as `workbench list` names it.") var experiment: String
    @Option(help: ArgumentHelp("Values of a parameter to combine; repeatable.", valueName: "name=a,b,c")) var grid: [String] = []
    @Option(name: .long, help: ArgumentHelp("Set a parameter for all runs; repeatable.", valueName: "name=value")) var set: [String] = []
    @Option(help: ArgumentHelp("The seeds: 1-8, or 1,5,9.", valueName: "1-8")) var seeds: String = "42"
    @Option(help: "Steps a run; default: to the experiment's own end.") var steps: Int?
    @Option(help: "Runs at a time; default: one a core.") var jobs: Int?
    @Flag(help: "Print one JSON array of objects.") var json = false
    @Flag(help: "Print the table as CSV (the default when standard output is no terminal).") var csv = false
    @Option(help: "Keep the sweep in a workspace, which also resumes it.") var save: String?
    @Flag(help: "No progress on standard error.") var quiet = false

    func run() async throws {
        let card = try Composition.catalog.experiment(experiment).card
        var fixed: [String: Value] = [:]
        for assignment in set {
            let (name, text) = try Self.split(assignment, option: "--set")
            fixed[name] = try card.parse(name, text)
        }
        var axes: OrderedDictionary<String, [Value]> = [:]
        for assignment in grid {
            let (name, text) = try Self.split(assignment, option: "--grid")
            axes[name] = try text.split(separator: ",", omittingEmptySubsequences: false).map { try card.parse(name, String($0)) }
        }
        if let jobs, jobs < 1 { throw UserError("--jobs \(jobs) was refused; expected a whole number of at least 1") }
        var sweep = try Sweep(
            experiment, grid: axes, fixed: fixed, seeds: try Self.seeds(seeds), steps: steps, catalog: Composition.catalog)
        var journal: Journal?
        if let save {
            if FileManager.default.fileExists(atPath: save) {
                let workspace = try Workspace.read(save)
                try sweep.resume(from: workspace)
                journal = try Journal(continuing: save, workspace: workspace)
            } else {
                journal = try Journal(creating: save, header: Workspace.Header(title: card.title, created: Date().formatted(.iso8601)))
            }
        }
        let interruption = Interruption()
        let live = LiveTable(isQuiet: quiet || isatty(STDERR_FILENO) == 0)
        let total = sweep.runs.count
        let (done, isInterrupted) = try await sweep.run(
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, journal: journal,
            report: { so in if let table = try? so.table() { live.show(table, of: total) } },
            shouldStop: { interruption.isRequested })
        live.clear()
        journal?.append(Event(at: journal?.events.last?.at ?? 0, .closed))
        journal?.close()
        let table = try done.table()
        if json {
            Output.say(Self.json(table))
        } else if csv || isatty(STDOUT_FILENO) == 0 {
            Output.write(Output.csv(table))
        } else {
            Output.say(
                Figure("sweep", title: card.title, body: .table(table)).rendered(
                    columns: Output.columns, rows: table.rows.count + 4, glyphs: try Output.glyphs(named: nil)
                ).text)
        }
        if let failure = journal?.failure {
            Workbench.complain(failure)
            throw Status.failed
        }
        if isInterrupted {
            let count = done.runs.count { $0.outcome != nil }
            Workbench.complain(
                "interrupted after \(count) of \(total) runs" + (save.map { "; give the same command again to go on from “\($0)”" } ?? ""))
            throw Status.interrupted
        }
        let failures = done.runs.count { $0.outcome?.hasPrefix("failed") ?? false }
        if failures > 0 {
            Workbench.complain("\(failures) of \(total) runs failed; the column “outcome” says why")
            throw Status.failed
        }
    }

    private static func split(_ assignment: String, option: String) throws -> (String, String) {
        guard let equals = assignment.firstIndex(of: "=") else {
            throw UserError("\(option) \(assignment) was refused; expected name=value")
        }
        return (
            assignment[..<equals].trimmingCharacters(in: .whitespaces), String(assignment[assignment.index(after: equals)...])
        )
    }

    /// Reads seeds such as 1-8 or 1,5,9.
    static func seeds(_ text: String) throws -> [UInt64] {
        var seeds: [UInt64] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = item.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
            if ends.count == 1, let seed = ends[0] {
                seeds.append(seed)
            } else if ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last - first < 100_000 {
                seeds.append(contentsOf: first...last)
            } else {
                throw UserError("--seeds \(text) was refused: “\(item)” is neither a seed nor a range such as 1-8")
            }
        }
        return seeds
    }

    private static func json(_ table: Table) -> String {
        var text = JSONText()
        text.raw("[")
        for (row, values) in table.rows.enumerated() {
            text.raw(row > 0 ? ",\n" : "")
            text.object(zip(table.columns, values).map { name, value in (name, { $0.value(value, at: name) }) })
        }
        text.raw("]")
        return text.text
    }
}
