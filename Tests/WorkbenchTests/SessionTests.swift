import Engine
import Foundation
import TerminalDriver
import Testing

@testable import workbench

/// The real program in a real terminal: keys in, screens and files out.
@Suite(.serialized, .enabled(if: TerminalDriver.isAvailable, "needs tmux")) struct `The program in a terminal` {
    private let workbench = builtProgram("workbench").path

    /// Starts the program in a shell that tells its process, its exit status, and whether the terminal's modes came back.
    private func start(
        _ arguments: String = "", columns: Int = 140, rows: Int = 44, environment: [String: String] = [:], waits: Bool = true
    ) throws -> TerminalDriver {
        let terminal = try TerminalDriver(columns: columns, rows: rows, environment: environment)
        try terminal.command(
            "clear; mkdir -p state/workbench/sessions; stty -g > before; XDG_STATE_HOME=$PWD/state sh -c 'echo $$ > process; exec \(workbench) \(arguments)'; "
                + "echo status $?; stty -g > after; cmp before after && echo same'' modes")
        if waits { try terminal.wait(for: "quit") }
        return terminal
    }

    private func file(_ name: String, of terminal: TerminalDriver) -> String { terminal.temporaryFolder.appendingPathComponent(name).path }

    /// The workspaces that the program made by itself, oldest first.
    private func sessions(of terminal: TerminalDriver) throws -> [String] {
        let folder = file("state/workbench/sessions", of: terminal)
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
    }

    private func process(of terminal: TerminalDriver) throws -> pid_t {
        let text = try String(contentsOf: terminal.temporaryFolder.appendingPathComponent("process"), encoding: .utf8)
        return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private func expectEnded(_ terminal: TerminalDriver, status: Int, _ location: SourceLocation = #_sourceLocation) throws {
        let screen = try terminal.wait(for: "same modes")
        #expect(screen.contains("status \(status)"), "\(screen)", sourceLocation: location)
        #expect(
            try terminal.state("#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag}") == "0 0 1 0",
            sourceLocation: location)
    }

    private func count(_ part: String, in screen: String) -> Int { screen.components(separatedBy: part).count - 1 }

    /// Waits until as many panes show that they have taken steps.
    @discardableResult private func waitForPanes(_ wanted: Int, in terminal: TerminalDriver) throws -> String {
        let step = try Regex("(running|finished|waiting|paused)[^0-9]{1,40}[1-9]")
        return try terminal.wait("\(wanted) panes to have taken steps") { $0.matches(of: step).count >= wanted }
    }

    // MARK: A session's life

    @Test func `a session opens four panes that run, is tweaked, marked and saved, and verifies`() throws {
        let terminal = try start()
        let screen = try waitForPanes(4, in: terminal)
        for (place, id) in Composition.panes.enumerated() {
            let title = try Composition.catalog.experiment(id).card.title
            #expect(screen.contains("\(place + 1) \(title.prefix(20))"))
        }
        #expect(screen.contains("● saved"))
        try terminal.press("1", "Right")
        try terminal.wait(for: "mean        4.55")
        try terminal.press("m")
        try terminal.type("the mean was raised")
        try terminal.press("Enter")
        try terminal.wait(for: "marked")
        try terminal.press("S")
        try terminal.type("mine")
        try terminal.press("Enter")
        try terminal.wait(for: "mine.workspace ● saved")
        try terminal.press("2", "Space")
        try terminal.wait(for: "paused")
        try terminal.press("q")
        try expectEnded(terminal, status: 0)

        let path = file("mine.workspace", of: terminal)
        try expectVerified(path)
        let events = try Workspace.read(path).events
        #expect(
            events.compactMap { if case .opened(let configuration) = $0.kind { configuration.experiment } else { nil } }
                == Composition.panes)
        #expect(events.contains { $0.pane == 0 && $0.kind == .set(name: "mean", value: .real(4.55), input: nil) })
        #expect(events.contains { $0.kind == .marked("the mean was raised") })
        #expect(events.last?.kind == .closed)
        // The file it began in holds what was until then, and verifies too.
        try expectVerified(try #require(try sessions(of: terminal).first))
    }

    @Test func `who has no session yet is greeted, and x writes a picture`() throws {
        let terminal = try TerminalDriver(columns: 140, rows: 44)
        try terminal.command("XDG_STATE_HOME=$PWD/fresh \(workbench) session entropy.maxent")
        try terminal.wait(for: "new here?")
        try terminal.press("x")
        try terminal.wait(for: "the figure as a picture")
        try terminal.press("Enter", "C-u")
        try terminal.type("figure.svg")
        try terminal.press("Enter")
        try terminal.wait(for: "written: figure.svg")
        let svg = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file("figure.svg", of: terminal))), as: UTF8.self)
        #expect(svg.contains("<svg") && svg.contains("Probabilities"))
        try terminal.press("q")
        try terminal.wait("the shell") { !$0.contains("PARAMETERS") }
    }

    @Test func `open goes on with a saved session`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("kept.workspace")
        try await recordSession(path)
        let before = try Workspace.read(path)
        let terminal = try start("open \(path)")
        let screen = try terminal.wait(for: "kept.workspace ● saved")
        #expect(!screen.contains("torn"))
        try terminal.wait(for: "mean        3")
        try terminal.press("2", "Right")
        try terminal.wait(for: "mean        3.05")
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
        let after = try Workspace.read(path)
        #expect(Array(after.events.prefix(before.events.count)) == before.events, "nothing written before is touched")
        #expect(after.events.contains { $0.kind == .set(name: "mean", value: .real(3.05), input: nil) })
        try expectVerified(path)
    }

    @Test func `chains paused within warm-up and left draw on in another process as if never stopped`() throws {
        let scratch = try Scratch()
        let path = scratch.path("paused.workspace")
        func run(_ rest: String...) throws -> Int32 {
            let fixed = ["run", "sampling.schools", "--set", "draws=200", "--set", "warmup=300", "--set", "chains=2", "--quiet"]
            return try scratch.workbench(arguments: fixed + rest).status
        }
        #expect(try run("--steps", "170", "--save", path) == 0)
        let terminal = try start("open \(path)")
        try terminal.wait(for: "paused  170")
        try terminal.press("Space")
        try terminal.wait(for: "finished")
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
        #expect(try scratch.workbench("export", path, "--stan-csv", scratch.path("resumed.csv")).status == 0)
        #expect(try run("--stan-csv", scratch.path("whole.csv")) == 0)
        for chain in 1...2 {
            let whole = try scratch.bytes("whole_\(chain).csv")
            #expect(whole.count > 10_000)
            #expect(try scratch.bytes("resumed_\(chain).csv") == whole, "chain \(chain)")
        }
        try expectVerified(path)
    }

    @Test func `a replay plays, seeks by marks, events and times, and branches`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("past.workspace")
        try await recordSession(path)
        let bytes = try scratch.bytes("past.workspace")
        let terminal = try start("replay \(path) --speed 16 --at 0:01")
        try terminal.wait(for: "replay past.workspace")
        try terminal.wait("it to have played to the end") {
            $0.contains("‖ 16x") && $0.contains("0:06.0 ●") || $0.contains("‖ 16x  0:06.0")
        }
        try terminal.press("Home")
        try terminal.wait(for: "16x  0:00.0")
        try terminal.press("]")
        try terminal.wait(for: "◆ both have ended")
        try terminal.press("]")
        try terminal.wait(for: "◆ a smaller mean")
        try terminal.wait(for: "mean        3")
        try terminal.press("=")
        try terminal.type("0:03.5")
        try terminal.press("Enter")
        try terminal.wait(for: "16x  0:03.5")
        try terminal.wait(for: "mean        4.5")
        try terminal.press("Right")
        try terminal.wait(for: "16x  0:04.0")
        let end = try terminal.wait(for: "digests equal")
        #expect(!end.contains("✗"))
        try terminal.press("b")
        try terminal.wait(for: "a branch from 0:04.0")
        try terminal.wait(for: "● saved")
        try terminal.press("2", "Right")
        try terminal.wait(for: "mean        3.05")
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
        #expect(try scratch.bytes("past.workspace") == bytes, "a replay writes nothing")
        let branch = try #require(try sessions(of: terminal).last)
        #expect(try Workspace.read(branch).header.parent?.file == "past.workspace")
        try expectVerified(branch)
    }

    @Test func `a branch shows what became of it in its parent`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("past.workspace")
        try await recordSession(path)
        let terminal = try start("replay \(path) --at 0:03")
        try terminal.wait(for: "replay past.workspace")
        try terminal.press("Space", "=")
        try terminal.type("0:03")
        try terminal.press("Enter")
        try terminal.wait(for: "1x  0:03.0")
        try terminal.press("b")
        try terminal.wait(for: "a branch from 0:03.0")
        try terminal.press("2", "Right")
        try terminal.wait(for: "mean        4.55")
        try terminal.wait(for: "parent")
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
    }

    @Test func `what cannot be opened is told before the screen is taken`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("broken.workspace", "{}\n{}\n")
        let terminal = try start("open \(path)", waits: false)
        try expectEnded(terminal, status: 2)
        #expect(try terminal.screen().contains("broken.workspace, line 1: this is not a workspace"))
    }

    // MARK: Ends

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)])
    func `a signal gives the terminal back, with everything on the disk`(signal: Int32, status: Int) throws {
        let terminal = try start("session sampling.mixture entropy.maxent", columns: 120, rows: 36)
        try waitForPanes(2, in: terminal)
        try terminal.press("Right")
        #expect(kill(try process(of: terminal), signal) == 0)
        try expectEnded(terminal, status: status)
        let path = try #require(try sessions(of: terminal).first)
        #expect(try Workspace.read(path).events.last?.kind == .closed)
        try expectVerified(path)
    }

    @Test func `Ctrl-C ends with status 130`() throws {
        let terminal = try start("session entropy.maxent", columns: 80, rows: 24)
        try waitForPanes(1, in: terminal)
        try terminal.press("C-c")
        try expectEnded(terminal, status: 130)
        try expectVerified(try #require(try sessions(of: terminal).first))
    }

    @Test func `after kill -9 at most the last line is torn; the rest verifies and opens again`() throws {
        let terminal = try start("session sampling.mixture entropy.maxent", columns: 120, rows: 36)
        try waitForPanes(2, in: terminal)
        let path = try #require(try sessions(of: terminal).first)
        func text() throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }
        try terminal.press("Right", "Right", "p")
        try terminal.wait("a tweak and digests in the file") { _ in
            let text = try text()
            return text.contains("\"kind\":\"pin\"") && count("\"kind\":\"digest\"", in: text) >= 2
        }
        #expect(kill(try process(of: terminal), SIGKILL) == 0)
        try terminal.wait(for: "status 137")
        let scratch = try Scratch()
        let run = try scratch.workbench("replay", path, "--verify")
        #expect(run.status == 0 && run.output.hasSuffix("all equal\n"), "\(run.errors)")
        #expect(run.errors.isEmpty || run.errors.hasSuffix("the last line was torn off in writing and is dropped\n"))
        let events = try Workspace.read(path).events
        #expect(events.contains { $0.kind == .pinned })

        // A line torn by a power cut: told, dropped, and written over.
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"at\":3.25,\"kind\":\"mar".utf8))
        try handle.close()
        let again = try start("open \(path)", columns: 120, rows: 36, waits: false)
        try again.wait(for: "the last line was torn off in writing and is dropped")
        try waitForPanes(2, in: again)
        try again.press("q")
        try expectEnded(again, status: 0)
        let reopened = try Workspace.read(path)
        #expect(reopened.notices.isEmpty && Array(reopened.events.prefix(events.count)) == events)
        try expectVerified(path)
    }

    // MARK: Terminals

    @Test func `at 80x24 one pane fills the screen, tabs above; Tab goes round`() throws {
        let terminal = try start(columns: 80, rows: 24)
        try waitForPanes(1, in: terminal)
        let lines = try terminal.screen().split(separator: "\n", omittingEmptySubsequences: false)
        for name in ["1 Entropy", "2 Sampling", "3 Language", "4 Classif"] { #expect(lines[0].contains(name), "\(lines[0])") }
        for id in Composition.panes.dropFirst() {
            try terminal.press("Tab")
            try terminal.wait(for: try Composition.catalog.experiment(id).card.title.prefix(16).description)
        }
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
    }

    @Test func `with NO_COLOR nothing is coloured`() throws {
        let terminal = try start(environment: ["NO_COLOR": "1"])
        try waitForPanes(4, in: terminal)
        try terminal.press("?")
        try terminal.wait(for: "Help")
        let styled = try terminal.screen(styled: true)
        #expect(try Regex("\u{1B}\\[[0-9;]*(3[0-7]|4[0-7]|38;5|48;5|9[0-7])[;m]").firstMatch(in: styled) == nil)
        // In one breath the two would be Alt-q.
        try terminal.press("Escape")
        try terminal.wait(for: "quit")
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
    }

    @Test func `in the C locale every screen is pure ASCII`() throws {
        let terminal = try start(environment: ["LC_ALL": "C"])
        try waitForPanes(4, in: terminal)
        for (key, sign) in [
            ("?", "Help"), ("Escape", "quit"), (":", "Commands"), ("Escape", "quit"), ("D", "What the figure"), ("Escape", "quit"),
        ] {
            try terminal.press(key)
            let screen = try terminal.wait(for: sign)
            #expect(screen.utf8.allSatisfy { $0 < 0x80 }, "after \(key)")
        }
        for pane in 1...4 {
            try terminal.press("\(pane)", "z")
            try terminal.wait(for: "all panes")
            try terminal.press("f")
            #expect(try terminal.wait(for: "figure 2/").utf8.allSatisfy { $0 < 0x80 })
            try terminal.press("z")
            try terminal.wait("the grid") { count("figure ", in: $0) > 1 }
        }
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
    }

    @Test func `resized while it runs, down to one cell and back, it goes on`() throws {
        let terminal = try start()
        try waitForPanes(4, in: terminal)
        try terminal.resize(columns: 80, rows: 24)
        try terminal.wait("tabs") { $0.hasPrefix(" 1 Entropy") && !$0.contains("┏") }
        try terminal.resize(columns: 30, rows: 8)
        try terminal.wait(for: "needs 40x12, this is 30x8")
        try terminal.resize(columns: 1, rows: 1)
        try terminal.wait("one cell") { $0.count <= 2 }
        try terminal.press("Right")
        try terminal.resize(columns: 200, rows: 60)
        // The key pressed at one cell was taken.
        let mean = try Regex("mean +4.55")
        try terminal.wait("the mean tweaked") { $0.firstMatch(of: mean) != nil }
        try terminal.press("q")
        try expectEnded(terminal, status: 0)
        try expectVerified(try #require(try sessions(of: terminal).first))
    }
}
