import Engine
import Foundation
import Surface
import Terminal

/// The ways into a full-screen session.
public enum InteractiveSession {
    /// What to show first.
    public enum Start: Sendable {
        /// A new session with these panes, running, kept in this file from the start.
        case new([Configuration], path: String?, isFirst: Bool)
        /// A saved session, to go on with.
        case open(path: String)
        /// A saved session, to look at.
        case replay(path: String, speed: Double, from: Double)
    }

    /// Runs a session in this process' terminal until the user ends it, and returns the exit status.
    ///
    /// - Throws: `UserError` when there is no terminal to work in, or what is to be shown cannot be read; the terminal is then as it was.
    @MainActor
    public static func run(_ start: Start, catalog: Catalog, settings: SessionSettings = SessionSettings()) async throws -> Int32 {
        // What cannot be read is told before the screen is taken.
        let workspace: Workspace? =
            switch start {
            case .new: nil
            case .open(let path), .replay(let path, _, _): try Workspace.read(path)
            }
        let terminal: Terminal
        do {
            terminal = try Terminal(settings.wishes)
        } catch {
            throw UserError(error.description)
        }
        // What cannot be gone on with can be looked at.
        var start = start
        var obstacle: String?
        if case .open(let path) = start, let sentence = Journal.obstacle(to: path) {
            obstacle = "\(sentence); it is shown as a replay, b branches from it"
            start = .replay(path: path, speed: 1, from: workspace?.duration ?? 0)
        }
        let cards = catalog.experiments.map { $0.card }
        var model = Model(
            columns: terminal.columns, rows: terminal.rows, glyphs: terminal.glyphs, isMonochrome: terminal.depth == .none, cards: cards)
        model.mouse = terminal.mouse
        model.keyMap = settings.keys
        model.installables = catalog.installables.map(InstallableState.init)
        if case .new(let panes, _, _) = start {
            model.panes = try panes.map { PaneModel(card: try catalog.experiment($0.experiment).card) }
        }
        let began = ContinuousClock.now
        let runner = SessionRunner(screen: terminal, catalog: catalog, model: model, frameRate: settings.frameRate) {
            let elapsed = ContinuousClock.now - began
            return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        }
        terminal.listen { runner.receive($0) }
        // The first frame stands before any experiment is made.
        runner.draw()
        // Beside waiting for the end, so that a long opening can be interrupted.
        let chosen = start
        let news = obstacle
        Task {
            do {
                try await begin(chosen, workspace, catalog, runner)
                if let news { runner.send(.failed(news)) }
                if let notice = terminal.notice { runner.send(.succeeded(notice)) }
            } catch {
                runner.end(2, because: error)
            }
        }
        return try await runner.ended()
    }

    @MainActor
    private static func begin(_ start: Start, _ workspace: Workspace?, _ catalog: Catalog, _ runner: SessionRunner) async throws {
        switch start {
        case .new(let configurations, let path, let isFirst):
            // A day lived in minutes, for tests of what long sessions cost.
            let speed = ProcessInfo.processInfo.environment["WORKBENCH_CLOCK"].flatMap(Double.init).map { min(max($0, 1), 10_000) } ?? 1
            do {
                await runner.show(
                    try await Session.begin(
                        configurations, catalog: catalog, path: path, clock: .system(speed: speed), startsRunning: true))
            } catch let error as UserError where path.flatMap(Journal.obstacle) != nil {
                // A disk that takes nothing is no reason not to work; what cannot be started is refused again.
                await runner.show(try await Session.begin(configurations, catalog: catalog, path: nil, startsRunning: true))
                return runner.send(.failed("\(error); the session is in memory alone, S saves it elsewhere"))
            }
            if isFirst { runner.send(.welcomed) }
        case .open(let path):
            let name = (path as NSString).lastPathComponent
            runner.send(.progressed("opening \(name)", 0))
            runner.draw()
            let session = try await Session.open(path, catalog: catalog) { fraction in
                Task { @MainActor in
                    guard case .progress? = runner.model.overlay else { return }
                    runner.send(.progressed("opening \(name)", fraction))
                }
            }
            await runner.show(session)
        case .replay(let path, let speed, let from):
            guard let workspace else { break }
            runner.show(Replay(workspace, catalog: catalog), source: (path as NSString).lastPathComponent, speed: speed, from: from)
        }
    }
}
