import Engine
import Foundation
import Plotting
import Surface

extension SessionRunner {
    /// The most that is put on a clipboard: many terminals drop more without a word.
    private static let mostCopied = 100_000

    /// Writes a pane's figure, its data or its results, as it stands, live or in a replay.
    func export(_ index: Int, _ figure: String, _ view: PlotView, _ format: ExportFormat, to path: String) {
        let full = (path as NSString).expandingTildeInPath
        let glyphs = model.glyphs
        Task {
            do {
                guard let pane = await self.standing(index) else { return }
                try await Self.write(pane, figure, view, format, glyphs, to: full)
                self.send(.succeeded("written: \(full)"))
            } catch {
                self.send(.failed("\(error)"))
            }
        }
    }

    /// A copy of a pane as it stands, live or in a replay.
    private func standing(_ index: Int) async -> Pane? {
        if let replay {
            let panes = await replay.branchPoint().player.panes
            return panes.indices.contains(index) ? panes[index] : nil
        }
        return livePanes.indices.contains(index) ? await livePanes[index].pane.state() : nil
    }

    /// Shows a pane's run beside its pinned ones.
    func compare(_ index: Int) {
        Task {
            guard let pane = await self.standing(index) else { return }
            self.send(.compared(await Self.comparison(of: pane)))
            self.draw()
        }
    }

    private nonisolated static func comparison(of pane: Pane) async -> Comparison { pane.comparison() }

    /// Off the main actor: a figure of millions of points takes its time.
    private nonisolated static func write(
        _ pane: Pane, _ figure: String, _ view: PlotView, _ format: ExportFormat, _ glyphs: GlyphSet, to path: String
    ) async throws {
        var request = ExportRequest(figure, format)
        request.view = view
        request.glyphs = glyphs
        try ExportFile.write(try pane.exported(request), to: path)
    }

    /// Writes the session so far, or the one replayed, as an asciicast of this screen's size.
    func exportSession(to path: String) {
        let full = (path as NSString).expandingTildeInPath
        let workspace = replay?.workspace ?? session.map { Workspace(header: $0.journal.header, events: $0.journal.events) }
        guard let workspace else { return }
        guard !FileManager.default.fileExists(atPath: full) else {
            return send(.failed("“\(full)” exists already; expected a new name"))
        }
        var recording = Asciicast()
        (recording.columns, recording.rows, recording.glyphs) = (model.columns, model.rows, model.glyphs)
        let catalog = catalog
        let name = (full as NSString).lastPathComponent
        send(.progressed("writing \(name)", 0))
        Task { [recording] in
            do {
                let text = try await recording.recording(of: workspace, catalog: catalog) { fraction in
                    Task { @MainActor [weak self] in
                        guard let self, case .progress? = self.model.overlay else { return }
                        self.send(.progressed("writing \(name)", fraction))
                    }
                }
                try ExportFile.write(text, to: full)
                self.send(.progressed("", nil))
                self.send(.succeeded("written: \(full)"))
            } catch {
                self.send(.failed("\(error)"))
            }
        }
    }

    /// Puts text on the terminal's clipboard.
    func copy(_ text: String) {
        guard text.utf8.count <= Self.mostCopied else {
            return send(.failed("\(text.utf8.count) bytes are too many for a terminal's clipboard; x writes them to a file"))
        }
        screen.copy(text)
        send(.succeeded("sent to the clipboard; a terminal that forbids it drops it without a word"))
    }
}
