import Engine
import Foundation
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// The session's runner on a recording screen: keys in, frames and a journal out.
@MainActor @Suite(.serialized) final class `A session on a screen` {
    private let folder: URL
    private let clock = HandClock()
    private let screen = RecordingScreen()
    private var runner: SessionRunner

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-ui-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let clock = clock
        let model = Model(columns: screen.columns, rows: screen.rows, cards: toys.experiments.map { $0.card })
        runner = SessionRunner(screen: screen, catalog: toys, model: model) { clock.now }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func press(_ keys: Key...) { runner.receive(keys.map { .key($0) }) }

    private func type(_ text: String) { runner.receive(text.map { .key(Key($0)) }) }

    /// Begins a session and waits for its first state.
    private func begin(
        _ configurations: [Configuration]? = nil, path: String?, startsRunning: Bool = false
    ) async throws {
        let clock = clock
        let session = try await Session.begin(
            try configurations ?? [Configuration(Tide.card, values: ["length": .integer(500)])], catalog: toys, path: path,
            clock: SessionClock { clock.now }, startsRunning: startsRunning)
        await runner.show(session)
        runner.draw()
        try await screen.wait("the first state") { !$0.contains("starting") && $0.contains("RESULTS") }
    }

    private func end() async throws -> Int32 {
        press("q")
        return try await runner.ended()
    }

    @Test func `keys are journalled, and a replay of the journal shows the same results`() async throws {
        try await begin(path: path("a.workspace"))
        press("n", "n")
        try await screen.wait(for: "paused  2 steps")
        clock.now = 1
        press("Right")
        try await screen.wait(for: "drift   0.1 m")
        clock.now = 3
        press("p", "f", "m")
        type("before the run")
        press("Enter", "Space")
        clock.now = 5
        try await screen.wait(for: "✓ finished: 500 steps")
        press("F")
        try await screen.wait(for: "height (m)")
        let live = try #require(runner.model.panes[0].snapshot)
        #expect(try await end() == 0)
        #expect(screen.restorations == 1 && !screen.isAbandoned)

        let workspace = try Workspace.read(path("a.workspace"))
        let kinds = workspace.events.map(\.kind)
        let wanted: [Event.Kind] = [
            .set(name: "drift", value: .real(0.1), input: nil), .pinned, .selected(figure: "parts"), .marked("before the run"), .started,
            .stopped("finished: 500 steps"), .selected(figure: "trace"), .closed,
        ]
        for kind in wanted { #expect(kinds.contains(kind), "\(kind) is not in the journal") }
        #expect(kinds.contains { if case .viewed = $0 { true } else { false } })
        #expect(workspace.notices.isEmpty)
        let verification = try Verification.of(workspace, catalog: toys)
        #expect(verification.divergence == nil && verification.digests >= 3)

        let replay = Replay(workspace, catalog: toys)
        try await replay.seek(to: replay.duration)
        let replayed = try #require(await replay.snapshot(0))
        #expect(replayed.results == live.results)
        #expect(replayed.step == 500)
        #expect(replayed.pinCount == 1)
    }

    @Test func `nothing is drawn while nothing changes`() async throws {
        try await begin(path: nil)
        try await settle()
        let frames = screen.shown.count
        for _ in 0..<50 {
            clock.now += 0.1
            await Task.yield()
        }
        try await settle()
        #expect(screen.shown.count == frames)
        press("Right")
        try await screen.wait(for: "drift   0.1 m")
        #expect(screen.shown.count > frames)
    }

    @Test func `a sentence that stands for some seconds is drawn once when it comes and once when it goes`() async throws {
        try await begin(path: nil)
        try await settle()
        press("Ctrl-G")
        let frames = screen.shown.count
        #expect(screen.now.contains("Ctrl-G does nothing here"))
        for _ in 0..<4 {
            clock.now += 1
            // A tick has looked at the clock.
            for _ in 0..<1000 where runner.model.now != clock.now { try await Task.sleep(for: .milliseconds(5)) }
            #expect(runner.model.now == clock.now && screen.shown.count == frames)
        }
        clock.now += 2
        try await settle()
        #expect(screen.shown.count == frames + 1 && !screen.now.contains("Ctrl-G"))
    }

    /// Waits until the runner has nothing left to do: its ticks have stopped.
    private func settle() async throws {
        for _ in 0..<1000 where runner.isTicking { try await Task.sleep(for: .milliseconds(5)) }
        #expect(!runner.isTicking)
    }

    @Test func `a tweak right after opening starts from the session's value, not from the card's`() async throws {
        let session = try await Session.begin(
            [try Configuration(Tide.card, values: ["drift": .real(3)])], catalog: toys, path: nil)
        await runner.show(session)
        press("Right")
        #expect(screen.now.contains("drift   3.1 m"))
        try await screen.wait("the change") { _ in self.runner.model.panes[0].pending.isEmpty }
        #expect(await session.panes[0].state().configuration.values["drift"] == .real(3.1))
    }

    @Test func `a key is drawn at once, without waiting for the experiment`() async throws {
        try await begin([try Configuration(Tide.card, values: ["length": .integer(1_000_000)])], path: nil, startsRunning: true)
        try await screen.wait(for: "▶ running")
        let frames = screen.shown.count
        press("Right")
        #expect(screen.shown.count == frames + 1)
        #expect(screen.now.contains("drift   0.1 m"))
        press("?")
        #expect(screen.now.contains("Help"))
    }

    @Test func `a screen that is behind gets the latest frame once it is ready`() async throws {
        try await begin(path: nil)
        screen.isReady = false
        let frames = screen.shown.count
        press("Right", "Right", "Right")
        #expect(screen.shown.count == frames)
        screen.isReady = true
        try await screen.wait(for: "drift   0.3 m")
    }

    @Test func `save as goes on in the new file; a file that is there and a folder that is not are refused`() async throws {
        try await begin(path: nil)
        #expect(screen.now.contains("in memory"))
        try Data("precious".utf8).write(to: folder.appendingPathComponent("taken.workspace"))
        press("S", "Ctrl-U")
        type(path("taken"))
        press("Enter")
        try await screen.wait(for: "the workspace “taken.workspace” cannot be written: File exists")
        press("S", "Ctrl-U")
        type(path("nowhere/b"))
        press("Enter")
        try await screen.wait(for: "cannot be written: No such file or directory")
        press("S", "Ctrl-U")
        type(path("b"))
        press("Enter")
        try await screen.wait(for: "b.workspace ● saved")
        press("n")
        try await screen.wait(for: "paused  1 step")
        #expect(try await end() == 0)
        #expect(try String(contentsOf: folder.appendingPathComponent("taken.workspace"), encoding: .utf8) == "precious")
        let verification = try Verification.of(try Workspace.read(path("b.workspace")), catalog: toys)
        #expect(verification.divergence == nil && verification.digests >= 1)
    }

    @Test func `another session is opened in place of this one, which is closed; what cannot be read is told and this one stays`()
        async throws
    {
        try await begin(path: path("first.workspace"))
        press("n")
        try await screen.wait(for: "paused  1 step ")
        try Data([0, 1, 2, 0xFF]).write(to: folder.appendingPathComponent("binary.workspace"))
        press("o")
        type(path("binary"))
        press("Enter")
        try await screen.wait(for: "binary.workspace, line 1: this is not a workspace")
        press("o")
        type(path("none"))
        press("Enter")
        try await screen.wait(for: "there is no file")
        press("o")
        type(path("first"))
        press("Enter")
        try await screen.wait(for: "first.workspace is the session on the screen")
        press("S", "Ctrl-U")
        type(path("second"))
        press("Enter")
        try await screen.wait(for: "second.workspace ● saved")
        press("n", "n")
        try await screen.wait(for: "paused  3 steps")
        // The first file was let go with its one step in it.
        press("o")
        type(path("first"))
        press("Enter")
        try await screen.wait(for: "first.workspace ● saved")
        try await screen.wait(for: "paused  1 step ")
        #expect(try await end() == 0)
        for (name, steps) in [("first", 1), ("second", 3)] {
            let workspace = try Workspace.read(path("\(name).workspace"))
            #expect(try Verification.of(workspace, catalog: toys).divergence == nil)
            #expect(workspace.events.map(\.step).max() == steps)
        }
    }

    @Test func `a file that another session writes is refused`() async throws {
        let other = try Journal(creating: path("busy.workspace"), header: Workspace.Header(title: ""))
        try await begin(path: nil)
        press("o")
        type(path("busy"))
        press("Enter")
        try await screen.wait(for: "is being written by another session")
        other.close()
    }

    @Test(arguments: [(TerminalEvent.terminated, 143), (.interrupted, 130), (.hungUp, 129)] as [(TerminalEvent, Int32)])
    func `a signal ends it with its status, everything on the disk`(event: TerminalEvent, status: Int32) async throws {
        try await begin(
            [try Configuration(Tide.card, values: ["length": .integer(1_000_000)])], path: path("s.workspace"), startsRunning: true)
        try await screen.wait(for: "▶ running")
        runner.receive([.key("Right"), event, .key("Right")])
        #expect(try await runner.ended() == status)
        #expect(screen.restorations == 1)
        #expect(screen.isAbandoned == (event == .hungUp))
        let frames = screen.shown.count
        runner.receive([.key("?")])
        #expect(screen.shown.count == frames, "nothing is drawn after the end")
        let workspace = try Workspace.read(path("s.workspace"))
        #expect(workspace.events.last?.kind == .closed)
        let verification = try Verification.of(workspace, catalog: toys)
        #expect(verification.divergence == nil && verification.digests >= 1)
    }

    @Test func `a pane that waits shows what is heard, and a request outlives no session`() async throws {
        try await begin([try Configuration(Oracle.card)], path: path("o.workspace"), startsRunning: true)
        try await screen.wait(for: "If you cross the river, a great")
        #expect(screen.now.contains("… waiting"))
        #expect(try await end() == 0)
        #expect(try Verification.of(try Workspace.read(path("o.workspace")), catalog: toys).divergence == nil)
    }

    @Test func `resizing, redrawing, suspending and the mouse reach the screen`() async throws {
        try await begin(path: nil)
        runner.receive([.resized(columns: 39, rows: 9)])
        #expect(screen.now.contains("needs 40x12, this is 39x9"))
        runner.receive([.resized(columns: 80, rows: 24)])
        #expect(screen.now.contains("PARAMETERS"))
        press("Ctrl-L", "Ctrl-Z", "M")
        #expect(screen.redraws == 1 && screen.suspensions == 1 && !screen.mouse)
        runner.receive([.resumed])
        #expect(screen.redraws == 2)
    }

    // MARK: Replay

    /// A session of about eight seconds with two marks, ended.
    private func record(_ name: String) async throws -> Workspace {
        try await begin(path: path(name))
        clock.now = 1
        press("n", "m")
        type("one step")
        press("Enter")
        try await screen.wait(for: "paused  1 step ")
        clock.now = 4
        press("Right", "m")
        type("a drift")
        press("Enter")
        try await screen.wait(for: "drift   0.1 m")
        try await settlePending()
        clock.now = 8
        press("n", "n")
        try await screen.wait(for: "paused  3 steps")
        return try Workspace.read(path(name))
    }

    private func settlePending() async throws {
        for _ in 0..<1000 where runner.model.panes[0].pending.isEmpty == false { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `v replays the session: seeks, marks, figures, and Escape back to where it was`() async throws {
        _ = try await record("r.workspace")
        press("v")
        try await screen.wait(for: "of this session")
        press("Space", "Home")
        try await screen.wait(for: "0:00.0")
        press("]")
        try await screen.wait(for: "0:01.0")
        #expect(screen.now.contains("◆ one step") && screen.now.contains("drift   0 m"))
        press("]")
        try await screen.wait(for: "◆ a drift")
        press("End")
        try await screen.wait(for: "paused  3 steps")
        #expect(screen.now.contains("drift   0.1 m"))
        press("[", "[")
        try await screen.wait(for: "paused  1 step ")
        // The figure chosen in a replay that stands still is drawn, though nothing else moves.
        press("f", "f")
        try await screen.wait(for: "On day 0 the harbour master saw")
        press("F")
        try await screen.wait(for: "How high how often")
        press("Escape")
        try await screen.wait(for: "r.workspace ● saved")
        try await screen.wait(for: "paused  3 steps")
        #expect(try await end() == 0)
    }

    @Test func `played by the clock, a replay moves at its speed and stops at the end`() async throws {
        let workspace = try await record("p.workspace")
        #expect(try await end() == 0)
        let clock = clock
        let fresh = SessionRunner(
            screen: screen, catalog: toys, model: Model(columns: 100, rows: 30, cards: toys.experiments.map { $0.card })
        ) { clock.now }
        runner = fresh
        fresh.show(Replay(workspace, catalog: toys), source: "p.workspace", speed: 2)
        try await screen.wait(for: "▶ 2x")
        for _ in 0..<2000 where runner.model.replay?.isPlaying == true {
            clock.now += 0.2
            try await Task.sleep(for: .milliseconds(5))
        }
        try await screen.wait(for: "‖ 2x")
        #expect(screen.now.contains("0:08.0") && screen.now.contains("paused  3 steps"))
        press("Escape")
        #expect(try await fresh.ended() == 0)
    }

    @Test func `a replayed pane that was out of sight is drawn when it comes into sight`() async throws {
        try await begin(
            [try Configuration(Tide.card), try Configuration(Tide.card, values: ["label": .text("second")])], path: path("two.workspace"))
        press("n", "Tab", "n")
        try await screen.wait("the second pane's step") { $0.contains("second") && $0.contains("1 step ") }
        clock.now = 3
        press("v")
        try await screen.wait(for: "of this session")
        press("Space", "End")
        try await screen.wait("the pane looked at last") { $0.contains("✓") && $0.contains("second") }
        press("1")
        try await screen.wait("the first pane's figure") { $0.contains("height (m)") && $0.contains("label   tide") }
        press("2")
        try await screen.wait("the second pane's figure") { $0.contains("height (m)") && $0.contains("second") }
        #expect(try await end() == 0)
    }
}
