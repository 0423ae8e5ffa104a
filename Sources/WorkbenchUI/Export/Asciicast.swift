import Engine
import Foundation
import Plotting
import Surface

/// A session as a recording that terminal players show: the session's own screens, computed anew from its events.
///
/// Format: asciicast v2 (asciinema, doc/asciicast-v2.md): a JSON header line, then `[seconds, "o", data]` a line.
public struct Asciicast: Sendable {
    /// Width in cells.
    public var columns = 120
    /// Height in cells.
    public var rows = 40
    /// Screens a second at most.
    public var framesPerSecond = 10.0
    /// Characters of plots.
    public var glyphs = GlyphSet.braille
    /// The colours.
    public var theme = Theme.dark
    /// How long a mark's sentence stands in the bottom line, in seconds.
    private static let captionSeconds = 4.0

    /// A recording of usual size.
    public init() {}

    /// The recording of a session.
    ///
    /// - Parameter progress: called with the fraction done.
    /// - Throws: `UserError` when the journal asks for what cannot be done.
    public func recording(
        of workspace: Workspace, catalog: Catalog, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws -> String {
        let replay = Replay(workspace, catalog: catalog)
        var model = Model(columns: columns, rows: rows, glyphs: glyphs, cards: catalog.experiments.map { $0.card })
        var output = header(workspace)
        var shown: [String] = []
        let frames = Int((replay.duration * framesPerSecond).rounded(.up))
        for frame in 0...max(0, frames) {
            let time = min(replay.duration, Double(frame) / framesPerSecond)
            try await replay.seek(to: time)
            model.now = time
            await take(replay, into: &model, of: workspace, at: time)
            let lines = model.frame().surface.ansi(theme: theme).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            var data = frame == 0 ? "\u{1B}[?25l\u{1B}[2J" : ""
            for (row, line) in lines.enumerated() where row >= shown.count || shown[row] != line {
                data += "\u{1B}[\(row + 1);1H\u{1B}[0m\(line)\u{1B}[0m\u{1B}[K"
            }
            shown = lines
            if !data.isEmpty { output += event(time, data) }
            progress(replay.duration > 0 ? time / replay.duration : 1)
        }
        return output
    }

    /// Brings the model to where the replay stands, as the live session looked then.
    private func take(_ replay: Replay, into model: inout Model, of workspace: Workspace, at time: Double) async {
        let count = await replay.paneCount
        if model.panes.count != count {
            var cards: [Card] = []
            for index in 0..<count { if let snapshot = await replay.snapshot(index, figures: []) { cards.append(snapshot.card) } }
            var file = FileState()
            file.name = workspace.header.title
            file.path = workspace.header.title
            _ = model.update(.sessionOpened(cards, file, nil))
        }
        if let view = await replay.view { _ = model.update(.viewRecalled(view)) }
        for index in model.panes.indices {
            let figures = model.visible.contains(index) ? model.panes[index].figureOverride.map { [$0] } : []
            if let snapshot = await replay.snapshot(index, figures: figures) { _ = model.update(.snapshotTaken(pane: index, snapshot)) }
        }
        if let mark = await replay.mark, time - mark.at < Self.captionSeconds {
            model.notice = Notice(text: "\(mark.sentence)", role: .caution, until: nil)
        } else {
            model.notice = nil
        }
    }

    private func header(_ workspace: Workspace) -> String {
        var json = JSONText()
        json.raw("{\"version\":2,\"width\":\(columns),\"height\":\(rows),\"title\":")
        json.string(workspace.header.title.isEmpty ? "workbench" : workspace.header.title)
        json.raw(",\"env\":{\"TERM\":\"xterm-256color\"}}\n")
        return json.text
    }

    private func event(_ time: Double, _ data: String) -> String {
        var json = JSONText()
        json.raw("[\(Numbers.fixed(time, decimals: 3)),\"o\",")
        json.string(data)
        json.raw("]\n")
        return json.text
    }
}
