import Engine
import Foundation
import Plotting
import Surface
import Synchronization

/// A line on standard error that says how far a run is; nothing when standard error is no terminal.
final class ProgressLine: Sendable {
    private let isQuiet: Bool
    private let unit: String
    private let began = ContinuousClock.now
    private let isShown = Mutex(false)

    init(isQuiet: Bool, unit: String) {
        self.isQuiet = isQuiet
        self.unit = unit
    }

    /// Shows the steps taken, the time left where the end is known, and a provider's notice.
    func show(_ steps: Int, of wanted: Int?, news: Hearsay?) {
        guard !isQuiet else { return }
        let elapsed = ContinuousClock.now - began
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        var line = "\(unit) \(steps)"
        if let wanted, wanted > 0, steps > 0 {
            line += " of \(wanted) (\(100 * steps / wanted)%), \(Int((seconds / Double(steps) * Double(wanted - steps)).rounded())) s left"
        }
        switch news {
        case .notice(let sentence): line += "; \(sentence)"
        case .progress(let sentence, let fraction): line += "; \(sentence) (\(Int(100 * min(max(fraction, 0), 1)))%)"
        case .text(let text): line += "; \(text.unicodeScalars.count) characters so far"
        case nil: break
        }
        let shown = line.prefix(100)
        isShown.withLock {
            $0 = true
            Output.tell("\r\u{1b}[K\(shown)")
        }
    }

    /// Removes the line.
    func clear() {
        isShown.withLock {
            if $0 { Output.tell("\r\u{1b}[K") }
            $0 = false
        }
    }
}

/// A table on standard error that grows as a sweep goes on, its last rows and how far it is; nothing when standard error is no terminal.
final class LiveTable: Sendable {
    private let isQuiet: Bool
    private let began = ContinuousClock.now
    private let state = Mutex((lines: 0, shown: -1.0))
    private static let rows = 10

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Shows the last rows, at most ten times a second.
    func show(_ table: Table, of total: Int) {
        guard !isQuiet else { return }
        let elapsed = ContinuousClock.now - began
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let count = table.rows.count
        state.withLock { state in
            guard seconds - state.shown >= 0.1 || count == total else { return }
            state.shown = seconds
            var view = PlotView()
            view.scroll = max(0, count - Self.rows)
            let rows = min(count, Self.rows) + 1
            let picture = Figure("sweep", title: "", body: .table(table)).rendered(
                columns: Output.columns, rows: rows, glyphs: Output.isUnicodeLocale ? .braille : .ascii, view: view
            ).trimmedText
            let left = count > 0 ? ", \(Int((seconds / Double(count) * Double(total - count)).rounded())) s left" : ""
            let text = picture + "\nrun \(count) of \(total) (\(100 * count / max(1, total))%)\(left)\n"
            Output.tell(Self.wipe(state.lines) + text)
            state.lines = text.count { $0 == "\n" }
        }
    }

    /// Takes the table away again.
    func clear() {
        state.withLock { state in
            Output.tell(Self.wipe(state.lines))
            state.lines = 0
        }
    }

    private static func wipe(_ lines: Int) -> String { lines > 0 ? "\u{1b}[\(lines)A\u{1b}[J" : "" }
}

/// Whether the user asked a headless run to stop, by SIGINT or SIGTERM.
final class Interruption: Sendable {
    private static let requested = Atomic(false)

    init() {
        // Only a flag is set in the handler; the run sees it between slices and ends in good order.
        signal(SIGINT) { _ in Interruption.requested.store(true, ordering: .relaxed) }
        signal(SIGTERM) { _ in Interruption.requested.store(true, ordering: .relaxed) }
        // A reader that has seen enough (`| head`) must not end the run with a trace.
        signal(SIGPIPE, SIG_DFL)
    }

    /// Whether a stop was asked for.
    var isRequested: Bool { Interruption.requested.load(ordering: .relaxed) }
}
