import Synchronization
import Testing

@testable import Engine

@Suite struct SweepTests {
    private func sweep() throws -> Sweep {
        try Sweep(
            "toy.walk", grid: ["drift": [.real(0), .real(1)], "shape": [.text("normal"), .text("uniform")]],
            fixed: ["length": .integer(500)],
            seeds: [1, 2, 3], catalog: toys)
    }

    @Test func `a sweep makes every combination with every seed, equal to single runs`() async throws {
        let (done, isInterrupted) = try await sweep().run(jobs: 3)
        #expect(!isInterrupted)
        #expect(done.runs.count == 12)
        let single = try drive(Walk.self, ["drift": .real(1), "shape": .text("uniform"), "length": .integer(500)], seed: 2)
        #expect(done.runs[10].results["place"] == single.results().number("place")?.description)
        let table = try done.table()
        #expect(table.columns.prefix(4) == ["drift", "shape", "seed", "outcome"])
        #expect(table.rows.count == 12)
    }

    @Test func `interrupted, it resumes to the table it would have made, and verifies`() async throws {
        let path = try temporaryPath()
        let asked = Atomic(0)
        do {
            let journal = try Journal(creating: path, header: Workspace.Header(title: ""))
            let (half, isInterrupted) = try await sweep().run(jobs: 2, journal: journal) { _ in
            } shouldStop: {
                asked.add(1, ordering: .relaxed).newValue > 12
            }
            #expect(isInterrupted)
            #expect(half.runs.contains { $0.outcome == nil })
            journal.close()
        }
        var resumed = try sweep()
        let workspace = try Workspace.read(path)
        try resumed.resume(from: workspace)
        let journal = try Journal(continuing: path, workspace: workspace)
        let (done, _) = try await resumed.run(jobs: 2, journal: journal)
        journal.close()
        let straight = try await sweep().run(jobs: 1).sweep
        #expect(try done.table() == straight.table())
        #expect(try Verification.of(try Workspace.read(path), catalog: toys).divergence == nil)
    }

    @Test func `a workspace of another sweep is refused`() async throws {
        let path = try temporaryPath()
        let journal = try Journal(creating: path, header: Workspace.Header(title: ""))
        _ = try await sweep().run(jobs: 2, journal: journal)
        journal.close()
        var other = try Sweep("toy.walk", grid: ["drift": [.real(5)]], seeds: [1], catalog: toys)
        let workspace = try Workspace.read(path)
        #expect(throws: UserError.self) { try other.resume(from: workspace) }
    }
}
