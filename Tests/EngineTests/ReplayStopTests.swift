import Testing

@testable import Engine

@Suite struct ReplayStopTests {
    @Test func `a stop ends the seeks wished for before it, and never one wished for later`() async throws {
        let events = [Event(at: 0, .marked("start")), Event(at: 9, .marked("middle")), Event(at: 10, .marked("end"))]
        let replay = Replay(Workspace(header: Workspace.Header(title: ""), events: events), catalog: toys)
        let before = replay.stopCount
        replay.stopSeeking()
        try await replay.seek(to: 10, since: before)
        #expect(await replay.time < 10)
        // Relative seeks count from where the one given up wanted to be.
        try await replay.seek(events: -1, since: replay.stopCount)
        #expect(await replay.time == 9)
        try await replay.seek(to: 10)
        #expect(await replay.time == 10)
    }

    @Test func `marks beyond the last one change nothing, but a seek given up on the way still arrives`() async throws {
        let events = [Event(at: 1, .marked("one")), Event(at: 4, .marked("two")), Event(at: 9, .closed)]
        let replay = Replay(Workspace(header: Workspace.Header(title: ""), events: events), catalog: toys)
        for (count, time) in [(1, 1.0), (1, 4), (1, 4), (-1, 1), (-1, 1), (5, 4), (-5, 1)] {
            try await replay.seek(marks: count)
            #expect(await replay.time == time)
        }
        try await replay.seek(to: 8)
        try await replay.seek(marks: 1)
        #expect(await replay.time == 8)
        let fresh = Replay(replay.workspace, catalog: toys)
        let before = fresh.stopCount
        fresh.stopSeeking()
        try await fresh.seek(marks: 2, since: before)
        #expect(await fresh.time < 4)
        try await fresh.seek(marks: 1)
        #expect(await fresh.time == 4)
    }
}
