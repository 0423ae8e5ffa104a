import Engine
import Foundation
import WorkbenchUI

/// The ways into the interactive session.
enum Interactive {
    /// Begins a new session with these panes.
    static func begin(_ configurations: [Configuration]) async throws {
        // Whoever has no session yet is told where to begin.
        let isFirst = !FileManager.default.fileExists(atPath: Folders.state() + "/sessions")
        let path: String
        do {
            path = try Folders.newSession()
        } catch {
            // The session says so, and goes on in memory.
            path = Folders.state() + "/sessions/session.workspace"
        }
        try await run(.new(configurations, path: path, isFirst: isFirst))
    }

    /// Opens a saved session at its end.
    static func open(_ path: String) async throws { try await run(.open(path: path)) }

    /// Replays a saved session.
    static func replay(_ path: String, speed: Double, from start: Double) async throws {
        try await run(.replay(path: path, speed: speed, from: start))
    }

    private static func run(_ start: InteractiveSession.Start) async throws {
        let code = try await InteractiveSession.run(start, catalog: Composition.catalog, settings: try SessionSettings.read())
        if code != 0 { throw ExitStatus(code: code) }
    }
}

/// An exit status the session itself chose: 130 after Ctrl-C, 143 after SIGTERM, 129 when the terminal went away.
struct ExitStatus: Error {
    var code: Int32
}
