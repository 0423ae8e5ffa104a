import Foundation
import Synchronization
import Testing

@testable import Engine

/// A clock that tests move by hand.
final class HandClock: Sendable {
    private let ticks = Ticks()
    var clock: SessionClock { SessionClock { [ticks] in ticks.next() } }

    private final class Ticks: Sendable {
        private let lock = Lock()
        func next() -> Double { lock.next() }
    }
    /// Each look moves it by a quarter of a second.
    private final class Lock: @unchecked Sendable {
        private let mutex = NSLock()
        private var now = 0.0
        func next() -> Double {
            mutex.lock()
            defer { mutex.unlock() }
            now += 0.25
            return now
        }
    }
}

@Suite struct RunTests {
    @Test func `a live session with tweaks replays to the same digests, and seeking agrees with playing`() async throws {
        let path = try temporaryPath()
        let session = try await Session.begin(
            [try Configuration(Walk.card, values: ["length": .integer(50_000)]), try Configuration(Asker.card)], catalog: toys, path: path,
            clock: HandClock().clock, startsRunning: true)
        let panes = await session.panes
        let walk = panes[0]
        for drift in [0.5, -0.5, 2] {
            await Task.yield()
            try await walk.perform(.set(name: "drift", value: .real(drift), input: nil))
        }
        try await panes[1].perform(.set(name: "heat", value: .real(1), input: nil))
        await session.mark("three drifts")
        try await walk.perform(.set(name: "shape", value: .text("uniform"), input: nil))
        try await walk.perform(.set(name: "drift", value: .real(3), input: nil))
        while await walk.state().step < 50_000 { await Task.yield() }
        while true {
            if case .finished = await panes[1].state().status { break }
            await Task.yield()
        }
        let last = await walk.state().results()
        await session.close()

        let workspace = try Workspace.read(path)
        let verification = try Verification.of(workspace, catalog: toys)
        #expect(verification.divergence == nil)
        #expect(verification.digests >= 2)
        #expect(verification.events == workspace.events.count)

        let replay = Replay(workspace, catalog: toys)
        try await replay.seek(to: replay.duration)
        #expect(await replay.snapshot(0)?.results == last)
        let middle = replay.duration / 2
        try await replay.seek(to: middle)
        let there = try #require(await replay.snapshot(0))
        let fresh = Replay(workspace, catalog: toys)
        try await fresh.seek(to: middle)
        #expect(await fresh.snapshot(0)?.results == there.results)
        #expect(await fresh.snapshot(0)?.step == there.step)
        // Played ahead while nobody looks, then sought: the same again. A seek given up leaves it anywhere, and the next one is right.
        let ahead = Replay(workspace, catalog: toys)
        let farthest = Mutex(0.0)
        await ahead.prepare { time in farthest.withLock { $0 = time } }
        #expect(farthest.withLock { $0 } == ahead.duration)
        async let far: Void = ahead.seek(to: ahead.duration)
        async let near: Void = ahead.seek(to: middle)
        _ = try await (far, near)
        try await ahead.seek(to: middle)
        #expect(await ahead.snapshot(0)?.results == there.results)
        #expect(replay.marks.map(\.sentence) == ["three drifts"])
    }

    @Test func `a replay that comes out otherwise names the step, the result and both values`() async throws {
        let path = try temporaryPath()
        let configuration = try Configuration(Walk.card, values: ["length": .integer(10)])
        let journal = try Journal(creating: path, header: Workspace.Header(title: ""))
        let outcome = try await HeadlessRun(configuration, catalog: toys).run(journal: journal)
        #expect(outcome.pane.step == 10)
        var workspace = try Workspace.read(path)
        #expect(try Verification.of(workspace, catalog: toys).divergence == nil)
        for index in workspace.events.indices {
            if case .digest(var digest) = workspace.events[index].kind {
                digest.results["place"] = "0.25"
                workspace.events[index].kind = .digest(digest)
            }
        }
        let divergence = try #require(try Verification.of(workspace, catalog: toys).divergence)
        #expect(divergence.result == "place")
        #expect(divergence.step == 10)
        #expect("\(divergence)".contains("0.25 in the journal"))
    }

    @Test func `reopened, a session goes on as if it had never been closed`() async throws {
        let path = try temporaryPath()
        let configuration = try Configuration(Walk.card, values: ["length": .integer(3_000)])
        do {
            let session = try await Session.begin([configuration], catalog: toys, path: path, clock: HandClock().clock)
            let pane = await session.panes[0]
            for _ in 0..<5 { await pane.stepOnce() }
            await session.close()
        }
        let session = try await Session.open(path, catalog: toys)
        let pane = try #require(await session.panes.first)
        #expect(await pane.state().step == 5)
        try await pane.perform(.started)
        while await pane.state().step < 3_000 { await Task.yield() }
        let reopened = await pane.state().results()
        await session.close()
        let straight: Walk = try drive(Walk.self, ["length": .integer(3_000)], steps: 3_000)
        #expect(straight.results() == reopened)
        #expect(try Verification.of(try Workspace.read(path), catalog: toys).divergence == nil)
    }

    @Test func `what is refused is neither journalled nor done`() async throws {
        let session = try await Session.begin([try Configuration(Walk.card)], catalog: toys, path: nil)
        let pane = await session.panes[0]
        let before = session.journal.events.count
        await #expect(throws: UserError.self) { try await pane.perform(.set(name: "drift", value: .real(99), input: nil)) }
        await #expect(throws: UserError.self) { try await pane.perform(.set(name: "drifft", value: .real(1), input: nil)) }
        await #expect(throws: UserError.self) { try await pane.perform(.set(name: "label", value: .text("refuse"), input: nil)) }
        await #expect(throws: UserError.self) { try await pane.perform(.set(name: "data", value: .text("/no/such/file"), input: nil)) }
        await #expect(throws: UserError.self) { try await pane.perform(.selected(figure: "nothing")) }
        #expect(session.journal.events.count == before)
        #expect(await pane.state().configuration.values["label"] == .text("walk"))
    }

    @Test func `answers may come in any order and failures are answers`() async throws {
        let outcome = try await HeadlessRun(try Configuration(Asker.card), catalog: toys).run()
        #expect(outcome.failure == nil)
        #expect(
            outcome.results["heard"]
                == .array(["0 noitseuq", "1 noitseuq", "2 noitseuq", "failed: HTTP 500", "4 noitseuq", "5 noitseuq"].map { .text($0) }))
    }

    @Test func `saving under another name goes on there with everything that was`() async throws {
        let session = try await Session.begin([try Configuration(Walk.card)], catalog: toys, path: nil, clock: HandClock().clock)
        await session.mark("before")
        let path = try temporaryPath()
        try await session.save(as: path)
        await session.mark("after")
        await session.close()
        let marks = try Workspace.read(path).events.compactMap { if case .marked(let text) = $0.kind { text } else { nil } }
        #expect(marks == ["before", "after"])
    }

    @Test func `an input travels inside the workspace and is not read again`() async throws {
        let data = try temporaryPath("bytes.bin")
        try Data(repeating: 7, count: 1000).write(to: URL(fileURLWithPath: data))
        let path = try temporaryPath()
        let configuration = try Configuration(Walk.card, values: ["data": .text(data), "length": .integer(10)])
        _ = try await HeadlessRun(configuration, catalog: toys).run(
            journal: try Journal(creating: path, header: Workspace.Header(title: "")))
        try FileManager.default.removeItem(atPath: data)
        #expect(try Verification.of(try Workspace.read(path), catalog: toys).divergence == nil)
    }

    @Test func `a branch shares the past, names its parent and verifies on its own`() async throws {
        let path = try temporaryPath()
        let session = try await Session.begin(
            [try Configuration(Walk.card, values: ["length": .integer(200_000)])], catalog: toys, path: path, clock: HandClock().clock,
            startsRunning: true)
        let pane = await session.panes[0]
        while await pane.state().step < 20_000 { await Task.yield() }
        try await pane.perform(.set(name: "drift", value: .real(1), input: nil))
        while await pane.state().step < 200_000 { await Task.yield() }
        await session.close()

        let replay = Replay(try Workspace.read(path), catalog: toys)
        try await replay.seek(to: replay.duration * 0.6)
        let point = await replay.branchPoint().player
        let there = try #require(point.panes[0])
        // The other future: the run as it went on in the parent, to its last event.
        let future = try #require(point.futures()[0])
        try await replay.seek(to: replay.duration)
        let end = try #require(await replay.snapshot(0))
        #expect(future.step > there.step && future.step == end.step && future.results() == end.results)
        let branchPath = try temporaryPath("branch.workspace")
        let branch = try await Session.branch(
            from: point, of: "session.workspace", at: replay.duration * 0.6, catalog: toys, path: branchPath)
        let taken = try #require(await branch.panes.first)
        #expect(await taken.state().step == there.step)
        #expect(await taken.state().isRunning == false)
        try await taken.perform(.set(name: "drift", value: .real(-1), input: nil))
        try await taken.perform(.started)
        while await taken.state().step < 200_000 { await Task.yield() }
        await branch.close()

        let child = try Workspace.read(branchPath)
        #expect(child.header.parent?.file == "session.workspace")
        #expect(child.header.parent?.events == point.position)
        #expect(Array(child.events.prefix(point.position)) == Array(point.workspace.events.prefix(point.position)))
        #expect(try Verification.of(child, catalog: toys).divergence == nil)
    }
}
