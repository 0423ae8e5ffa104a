import Engine
import Foundation
import Plotting
import Surface

/// What can be taken away, and in which form: chosen by a file's ending, or in the session's list.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    /// The figure as a vector picture.
    case svg
    /// The figure's data, or a table.
    case csv
    /// The figure as characters.
    case text = "txt"
    /// The figure as characters with colours.
    case ansi
    /// The run: parameters, results, tables.
    case json
    /// The whole session as an asciicast, version 2.
    case cast

    /// What it gives, in a few words.
    public var summary: String {
        switch self {
        case .svg: "the figure as a picture (SVG)"
        case .csv: "the figure's data as CSV"
        case .text: "the figure as text"
        case .ansi: "the figure as text with colours"
        case .json: "values, results and tables as JSON"
        case .cast: "the session so far as an asciicast"
        }
    }

    /// The format that a path's ending names.
    ///
    /// - Throws: `UserError` for any other ending.
    public static func of(path: String) throws -> ExportFormat {
        let ending = (path as NSString).pathExtension.lowercased()
        if let format = ExportFormat(rawValue: ending) { return format }
        let known = allCases.map { "." + $0.rawValue }.joined(separator: ", ")
        throw UserError("“\(path)” does not say what to write; expected a name that ends in one of \(known)")
    }
}

/// How a pane's figure is taken away.
public struct ExportRequest: Sendable {
    /// The figure.
    public var figure: String
    /// The form.
    public var format: ExportFormat
    /// Zoom and log axes.
    public var view = PlotView()
    /// A table to take instead of the figure's data, for CSV.
    public var table: String?
    /// Cells of pictures made of characters.
    public var columns = 100
    /// Cells of pictures made of characters.
    public var rows = 30
    /// Their characters.
    public var glyphs = GlyphSet.braille

    /// A figure in a form.
    public init(_ figure: String, _ format: ExportFormat) {
        self.figure = figure
        self.format = format
    }
}

extension Pane {
    /// What was asked for, as text.
    ///
    /// - Parameter seconds: spent stepping, for rates.
    /// - Throws: `UserError` for a table the pane does not have, or the session's own form, which no pane can give.
    public func exported(_ request: ExportRequest, runningSeconds seconds: Double = 0) throws -> String {
        let figure = drawn(request.figure)
        func picture() -> Surface {
            figure.rendered(columns: request.columns, rows: request.rows, glyphs: request.glyphs, view: request.view)
        }
        switch request.format {
        case .svg: return figure.svg(view: request.view)
        case .csv:
            guard let name = request.table else { return figure.table().csv() }
            let tables = experiment.tables()
            guard let table = tables.first(where: { $0.name == name }) else {
                let names = tables.map(\.name).joined(separator: ", ")
                throw UserError("\(card.id) has no table “\(name)”; it has \(names.isEmpty ? "none" : names)")
            }
            return table.csv()
        case .text: return picture().text + "\n"
        case .ansi: return picture().ansi() + "\n"
        case .json: return HeadlessRun.Outcome(pane: self, runningSeconds: seconds, failure: nil, isInterrupted: false).json() + "\n"
        case .cast: throw UserError("an asciicast is of a whole session, not of a pane")
        }
    }
}

/// Writes what was taken away.
public enum ExportFile {
    /// Writes a new file; what is there stays.
    ///
    /// - Throws: `UserError` when the path is taken or cannot be written.
    public static func write(_ text: String, to path: String, replaces: Bool = false) throws {
        guard replaces || !FileManager.default.fileExists(atPath: path) else {
            throw UserError("“\(path)” exists already; expected a new name")
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw UserError("“\(path)” cannot be written: \(error.localizedDescription)")
        }
    }
}
