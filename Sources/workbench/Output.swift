import Engine
import Foundation
import Plotting
import Surface
import WorkbenchUI

/// What headless commands print.
enum Output {
    /// The width for pictures: the terminal's, or COLUMNS, or 100 where neither is known.
    static var columns: Int {
        var size = winsize()
        if isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init).map { min(max($0, 20), 500) } ?? 100
    }

    /// The glyph set asked for, or the one the locale can show.
    static func glyphs(named name: String?) throws -> GlyphSet {
        guard let name else { return isUnicodeLocale ? .braille : .ascii }
        guard let glyphs = GlyphSet(rawValue: name) else {
            throw UserError("--glyphs \(name) was refused; expected one of \(GlyphSet.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return glyphs
    }

    /// Whether the environment's locale is UTF-8.
    static var isUnicodeLocale: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        return locale.uppercased().replacingOccurrences(of: "-", with: "").contains("UTF8")
    }

    /// A run's status and results, a line each.
    static func summary(_ outcome: HeadlessRun.Outcome) -> String {
        let pane = outcome.pane
        var lines = [
            "\(pane.card.title) (\(pane.card.id)), seed \(pane.configuration.seed), \(pane.card.stepName) \(pane.step): \(pane.statusSentence)"
        ]
        let results = outcome.results
        let width = results.values.keys.map(\.count).max() ?? 0
        for (name, value) in results.values {
            let unit = pane.card.results.first { $0.name == name }.map(results.unit) ?? ""
            lines.append("  " + name.padded(to: width + 2) + short(value) + (unit.isEmpty ? "" : " " + unit))
        }
        for warning in results.warnings { lines.append("  note: " + warning) }
        return lines.joined(separator: "\n")
    }

    /// A value in few characters: six significant digits, the first items of a long list.
    static func short(_ value: ResultValue) -> String {
        switch value {
        case .number(let x): return short(x)
        case .integer(let n): return n.description
        case .flag(let on): return on ? "yes" : "no"
        case .none: return "-"
        case .text(let text): return text.count > 70 ? text.prefix(69) + "…" : text
        case .array(let items):
            let shown = items.prefix(8).map(short).joined(separator: " ")
            return items.count > 8 ? shown + " … (\(items.count))" : shown
        }
    }

    /// A number with six significant digits.
    static func short(_ x: Double) -> String {
        guard x.isFinite else { return x.description }
        return String(format: "%.6g", x)
    }

    /// A table as CSV.
    static func csv(_ table: Table) -> String { table.csv() }

    /// What a figure shows, in words.
    static func words(_ figure: Figure) -> String { figure.described() }

    /// The pane as the screen would show it.
    static func frame(_ outcome: HeadlessRun.Outcome, figure: String, columns: Int, rows: Int, glyphs: GlyphSet) -> String {
        let snapshot = PaneSnapshot(outcome.pane, figures: [figure], runningSeconds: outcome.runningSeconds)
        return snapshot.picture(columns: columns, rows: rows, glyphs: glyphs).text
    }

    /// Writes text and a newline to standard output.
    static func say(_ text: String) { write(text + "\n") }

    /// Writes text to standard output as it is; ends the program with status 1 and a sentence where it cannot be written, since results
    /// that are cut short must not pass for whole ones.
    static func write(_ text: String) {
        guard let reason = send(text, to: STDOUT_FILENO) else { return }
        tell("workbench: standard output cannot be written: \(reason)\n")
        Foundation.exit(Status.failed.rawValue)
    }

    /// Writes text to standard error; there is nobody to tell when that fails.
    static func tell(_ text: String) { _ = send(text, to: STDERR_FILENO) }

    /// Writes everything, and says in words what went wrong otherwise.
    private static func send(_ text: String, to descriptor: Int32) -> String? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written < 0 { return String(cString: strerror(errno)) }
            rest = rest.dropFirst(written)
        }
        return nil
    }

    /// Writes a pane's draws as CmdStan does, a file a chain; none when one of them exists.
    static func writeStanDraws(of pane: Pane, to path: String, replaces: Bool = false) throws {
        let files = try StanDraws.files(of: pane)
        let paths = files.indices.map { StanDraws.path(path, chain: $0 + 1) }
        if !replaces, let taken = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) {
            throw UserError("“\(taken)” exists already; expected a new name")
        }
        for (path, text) in zip(paths, files) { try ExportFile.write(text, to: path, replaces: replaces) }
    }
}
