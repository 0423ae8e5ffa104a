import ArgumentParser
import Engine
import Foundation
import Plotting
import Surface

/// `workbench run EXPERIMENT`: one run without the session; standard output carries results alone.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run an experiment headless and print its results.")

    @Argument(help: "The experiment, as `workbench list` names it.") var experiment: String
    @OptionGroup var settings: Settings
    @Option(help: "How many steps to take; default: to the experiment's own end.") var steps: Int?
    @Flag(help: "Print one JSON object: experiment, seed, steps, parameters, results, tables.") var json = false
    @Flag(help: "Print a table as CSV (--table chooses; default the first).") var csv = false
    @Option(help: ArgumentHelp("The table for --csv.", valueName: "name")) var table: String?
    @Flag(help: "Print a figure as text (--figure chooses; default the first).") var plot = false
    @Option(help: ArgumentHelp("The figure for --plot, --frame and --describe.", valueName: "name")) var figure: String?
    @Option(help: ArgumentHelp("Print the pane as the screen would show it.", valueName: "120x36")) var frame: String?
    @Flag(help: "Say in words what the figure shows.") var describe = false
    @Option(help: "Save the run as a workspace that replays it.") var save: String?
    @Option(
        help: ArgumentHelp(
            "Write the draws as CmdStan does, a file a chain: draws.csv gives draws_1.csv, draws_2.csv, …", valueName: "path"))
    var stanCSV: String?
    @Option(help: "Characters for pictures: ascii, braille or block; default by the locale.") var glyphs: String?
    @Flag(help: "No progress on standard error.") var quiet = false

    private func checkOptions() throws {
        let chosen = [json, csv, plot, frame != nil, describe].filter { $0 }.count
        guard chosen <= 1 else { throw UserError("choose one of --json, --csv, --plot, --frame and --describe") }
        if let steps, steps < 0 { throw UserError("--steps \(steps) was refused; expected a whole number of at least 0") }
    }

    func run() async throws {
        try checkOptions()
        let type = try Composition.catalog.experiment(experiment)
        let card = type.card
        let size = try frame.map { try Self.size($0) }
        if let figure, !card.figures.contains(where: { $0.id == figure }) {
            throw UserError("\(card.id) has no figure “\(figure)”; it has \(card.figures.map(\.id).joined(separator: ", "))")
        }
        let configuration = try settings.configuration(experiment)
        let journal = try save.map { path in
            try Journal(creating: path, header: Workspace.Header(title: card.title, created: Date().formatted(.iso8601)))
        }
        let interruption = Interruption()
        let progress = ProgressLine(isQuiet: quiet || isatty(STDERR_FILENO) == 0, unit: card.stepName)
        let outcome: HeadlessRun.Outcome
        do {
            outcome = try await HeadlessRun(configuration, catalog: Composition.catalog, steps: steps).run(
                journal: journal, report: { progress.show($0, of: $1, news: $2) }, shouldStop: { interruption.isRequested })
        } catch {
            progress.clear()
            // What never began leaves no file behind.
            if let save, journal?.events.isEmpty == true {
                journal?.close()
                unlink(save)
            }
            throw error
        }
        progress.clear()
        journal?.append(Event(at: journal?.events.last?.at ?? 0, .closed))
        journal?.close()
        if let stanCSV { try Output.writeStanDraws(of: outcome.pane, to: stanCSV) }
        try write(outcome, size: size)
        if let failure = journal?.failure {
            Workbench.complain(failure)
            throw Status.failed
        }
        if outcome.isInterrupted {
            Workbench.complain(
                "interrupted at \(card.stepName) \(outcome.pane.step)" + (save.map { "; what was done is saved in “\($0)”" } ?? ""))
            throw Status.interrupted
        }
        if case .text(let state)? = outcome.results["state"], let code = card.exitStatuses[state] {
            Workbench.complain(outcome.failure ?? outcome.results.warnings.first ?? state)
            throw ExitStatus(code: code)
        }
        if let failure = outcome.failure {
            Workbench.complain(failure)
            throw Status.failed
        }
    }

    /// Reads a size such as 120x36.
    static func size(_ text: String, option: String = "--frame") throws -> (columns: Int, rows: Int) {
        let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let columns = parts[0], let rows = parts[1], (1...1000).contains(columns), (1...1000).contains(rows) else {
            throw UserError("\(option) \(text) was refused; expected columns x rows such as 120x36, each from 1 to 1000")
        }
        return (columns, rows)
    }

    private func write(_ outcome: HeadlessRun.Outcome, size: (columns: Int, rows: Int)?) throws {
        let pane = outcome.pane
        let glyphs = try Output.glyphs(named: self.glyphs)
        let name = figure ?? pane.figure
        if json {
            Output.say(outcome.json())
        } else if csv {
            try writeTable(pane)
        } else if plot {
            let width = Output.columns
            Output.say(pane.drawn(name).rendered(columns: width, rows: max(12, width * 3 / 10), glyphs: glyphs).text)
        } else if let size {
            Output.say(Output.frame(outcome, figure: name, columns: size.columns, rows: size.rows, glyphs: glyphs))
        } else if describe {
            Output.say(Output.words(pane.drawn(name)))
        } else {
            let figure = pane.drawn(name).rendered(columns: Output.columns, rows: 16, glyphs: glyphs)
            Output.say(Output.summary(outcome))
            Output.say(figure.text)
        }
    }

    private func writeTable(_ pane: Pane) throws {
        let tables = pane.experiment.tables()
        guard let chosen = table.map({ name in tables.first { $0.name == name } }) ?? tables.first else {
            let names = tables.map(\.name)
            throw UserError(
                names.isEmpty
                    ? "\(pane.card.id) has no tables"
                    : "\(pane.card.id) has no table “\(table ?? "")”; it has \(names.joined(separator: ", "))")
        }
        Output.write(Output.csv(chosen))
    }
}
