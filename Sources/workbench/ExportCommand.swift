import ArgumentParser
import Engine
import Foundation
import Plotting
import Surface
import WorkbenchUI

/// `workbench export FILE`: a saved session's figures, tables and screens as files.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a saved session's figures, data, results or screens to files.",
        discussion: "Each of --svg, --csv, --text, --ansi, --json and --cast takes a path, or - for standard output.")

    @Argument(help: "The workspace.", completion: .file(extensions: ["workspace"])) var file: String
    @Option(help: "The pane, from 1.") var pane = 1
    @Option(help: ArgumentHelp("The moment, minutes:seconds or seconds; default: the end.", valueName: "1:30")) var at: String?
    @Option(help: ArgumentHelp("The figure; default: the one the pane showed.", valueName: "name")) var figure: String?
    @Option(help: ArgumentHelp("For --csv: this table instead of the figure's data.", valueName: "name")) var table: String?
    @Option(help: ArgumentHelp("The figure as a vector picture.", valueName: "path")) var svg: String?
    @Option(help: ArgumentHelp("The figure's data, or the table, as CSV.", valueName: "path")) var csv: String?
    @Option(help: ArgumentHelp("The figure as text.", valueName: "path")) var text: String?
    @Option(help: ArgumentHelp("The figure as text with colours.", valueName: "path")) var ansi: String?
    @Option(help: ArgumentHelp("Parameters, results and tables as JSON.", valueName: "path")) var json: String?
    @Option(
        help: ArgumentHelp("The pane's draws as CmdStan writes them, a file a chain: draws.csv gives draws_1.csv, …", valueName: "path"))
    var stanCSV: String?
    @Option(help: ArgumentHelp("The whole session as an asciicast (version 2).", valueName: "path")) var cast: String?
    @Option(help: ArgumentHelp("Cells of --text, --ansi and --cast; default 100x30, or 120x40 for --cast.", valueName: "120x40"))
    var size: String?
    @Option(help: "Characters for pictures: ascii, braille or block; default by the locale.") var glyphs: String?
    @Flag(help: "Write over files that exist.") var force = false

    func run() async throws {
        let wanted: [(ExportFormat, String)] = [
            (.svg, svg), (.csv, csv), (.text, text), (.ansi, ansi), (.json, json), (.cast, cast),
        ].compactMap { format, path in path.map { (format, $0) } }
        guard !wanted.isEmpty || stanCSV != nil else {
            throw UserError("nothing to write; expected at least one of --svg, --csv, --text, --ansi, --json, --stan-csv, --cast")
        }
        let cells = try size.map { try RunCommand.size($0, option: "--size") }
        let characters = try Output.glyphs(named: glyphs)
        let workspace = try Workspace.read(file)
        for notice in workspace.notices { Workbench.complain("\(file): \(notice)") }
        var state: Pane?
        for (format, path) in wanted {
            if format == .cast {
                var recording = Asciicast()
                if let cells { (recording.columns, recording.rows) = cells }
                recording.glyphs = characters
                let line = ProgressLine(isQuiet: isatty(STDERR_FILENO) == 0, unit: "%")
                let output = try await recording.recording(of: workspace, catalog: Composition.catalog) { fraction in
                    line.show(Int(fraction * 100), of: 100, news: nil)
                }
                line.clear()
                try write(output, to: path)
                continue
            }
            let stood = try state ?? standing(workspace)
            state = stood
            let name = figure ?? stood.figure
            guard stood.card.figures.contains(where: { $0.id == name }) else {
                throw UserError("\(stood.card.id) has no figure “\(name)”; it has \(stood.card.figures.map(\.id).joined(separator: ", "))")
            }
            var request = ExportRequest(name, format)
            request.table = table
            request.glyphs = characters
            if let cells { (request.columns, request.rows) = cells }
            try write(try stood.exported(request), to: path)
        }
        if let stanCSV { try Output.writeStanDraws(of: try state ?? standing(workspace), to: stanCSV, replaces: force) }
    }

    /// The pane as it stood at the moment.
    private func standing(_ workspace: Workspace) throws -> Pane {
        var player = Player(workspace, catalog: Composition.catalog)
        let time = try at.map { try ReplayCommand.seconds($0) } ?? workspace.duration
        try player.play(to: min(time, workspace.duration))
        guard pane >= 1, pane <= player.panes.count, let state = player.panes[pane - 1] else {
            throw UserError(
                "--pane \(pane) was refused; \(file) has \(player.panes.count) pane\(player.panes.count == 1 ? "" : "s") at that moment")
        }
        return state
    }

    private func write(_ text: String, to path: String) throws {
        if path == "-" { return Output.write(text) }
        try ExportFile.write(text, to: path, replaces: force)
    }
}
