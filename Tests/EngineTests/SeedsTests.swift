import Foundation
import Plotting
import Testing

@testable import Engine

/// Runs with several seeds side by side, and places in a replay given by steps.
@Suite struct `Seeds side by side` {
    private func lines(_ figure: Figure) -> [Line] {
        if case .plot(let plot) = figure.body { plot.marks.compactMap { $0 as? Line } } else { [] }
    }

    @Test func `their mean is that of the runs made one by one, tweaks and all`() throws {
        var pane = try Pane(try Configuration(Walk.card, seed: 5), catalog: toys)
        try pane.apply(.seeds(3, .standardError))
        pane.advance(to: 40)
        try pane.apply(.set(name: "drift", value: .real(2), input: nil))
        pane.advance(to: 100)
        let alone = try (5...7).map { seed -> Pane in
            var pane = try Pane(try Configuration(Walk.card, seed: UInt64(seed)), catalog: toys)
            pane.advance(to: 40)
            try pane.apply(.set(name: "drift", value: .real(2), input: nil))
            pane.advance(to: 100)
            return pane
        }
        let places = alone.map { $0.results().number("place") ?? .nan }
        let summary = try #require(pane.overSeeds("place"))
        #expect(abs(summary.mean - places.reduce(0, +) / 3) < 1e-12 && summary.count == 3)
        let mean = try #require(lines(pane.drawn("trace")).first { $0.look.label == "walk, mean of 3" })
        let traces = alone.map { lines($0.drawn("trace"))[0].series.y.array }
        for place in 0..<100 { #expect(abs(mean.series.y[place] - traces.map { $0[place] }.reduce(0, +) / 3) < 1e-12) }
        // The pane's own run is what it is without them.
        #expect(pane.digest() == alone[0].digest())
        #expect(pane.comparison().table.columns.suffix(2) == ["mean of 3", "s.e."])
        // Only the bands change with the same number; 1 ends it.
        try pane.apply(.seeds(3, .quantiles))
        #expect(pane.step == 100 && pane.companions?.spread == .quantiles)
        try pane.apply(.restarted(seed: 9))
        #expect(pane.step == 0 && pane.companions?.seeds == 3)
        try pane.apply(.seeds(1, .quantiles))
        #expect(pane.companions == nil)
    }

    @Test func `too many seeds are refused`() throws {
        var pane = try Pane(try Configuration(Walk.card), catalog: toys)
        #expect(throws: UserError("65 seeds were refused; expected a whole number from 1 to 64")) {
            try pane.apply(.seeds(65, .standardError))
        }
        #expect(throws: UserError("0 seeds were refused; expected a whole number from 1 to 64")) {
            try pane.apply(.seeds(0, .standardError))
        }
        #expect(pane.companions == nil && pane.step == 0)
    }

    @Test func `a session with seeds side by side replays`() async throws {
        let path = try temporaryPath()
        let session = try await Session.begin(
            [try Configuration(Walk.card, values: ["length": .integer(20_000)])], catalog: toys, path: path, clock: HandClock().clock,
            startsRunning: true)
        let pane = await session.panes[0]
        try await pane.perform(.seeds(4, .quantiles))
        while await pane.state().step < 20_000 { await Task.yield() }
        let mean = await pane.state().overSeeds("place")?.mean
        await session.close()
        let workspace = try Workspace.read(path)
        #expect(workspace.events.contains { $0.kind == .seeds(4, .quantiles) })
        var player = Player(workspace, catalog: toys)
        while !player.isAtEnd { try player.playEvent() }
        #expect(player.divergences.isEmpty && player.panes[0]?.overSeeds("place")?.mean == mean)
    }

    @Test func `a replay goes to the very step asked for, in the run it is in`() async throws {
        let configuration = try Configuration(Walk.card)
        func event(_ at: Double, _ step: Int, _ kind: Event.Kind) -> Event { Event(at: at, pane: 0, step: step, kind) }
        let events = [
            event(0, 0, .opened(configuration)), event(0, 0, .started), event(10, 1000, .reached), event(20, 5000, .restarted(seed: 7)),
            event(30, 900, .reached), event(40, 901, .paused),
        ]
        let replay = Replay(Workspace(header: Workspace.Header(title: ""), events: events), catalog: toys)
        try await replay.seek(step: 333, of: 0)
        #expect(await replay.snapshot(0)?.step == 333)
        #expect(abs(await replay.time - 3.33) < 0.01)
        try await replay.seek(to: 35)
        try await replay.seek(step: 333, of: 0)
        #expect(await replay.snapshot(0)?.configuration.seed == 7, "of two runs the one it stands in")
        try await replay.seek(step: 4000, of: 0)
        #expect(await replay.snapshot(0)?.configuration.seed == 42, "only the first run came so far")
        #expect(await replay.snapshot(0)?.step == 4000)
        // The last step of a run, which a restart ends: still that run, and the replay goes on from there.
        try await replay.seek(step: 5000, of: 0)
        #expect(await replay.snapshot(0)?.step == 5000)
        #expect(await replay.snapshot(0)?.configuration.seed == 42)
        try await replay.seek(to: replay.duration)
        #expect(await replay.snapshot(0)?.step == 901)
        try await replay.seek(step: 0, of: 0)
        #expect(await replay.snapshot(0)?.step == 0)
        // Given up on the way, it moves nothing; the next one is right.
        try await replay.seek(to: 0)
        replay.stopSeeking()
        try await replay.seek(step: 4000, of: 0, since: replay.stopCount - 1)
        #expect(await replay.snapshot(0)?.step != 4000)
        try await replay.seek(step: 4000, of: 0)
        #expect(await replay.snapshot(0)?.step == 4000)
        await #expect(throws: UserError("step 5001 was refused: pane 1 came to step 5000 at most in this session")) {
            try await replay.seek(step: 5001, of: 0)
        }
    }

    @Test func `a run that a restarting parameter began is another run, however far it comes`() async throws {
        let configuration = try Configuration(Walk.card)
        func event(_ at: Double, _ step: Int, _ kind: Event.Kind) -> Event { Event(at: at, pane: 0, step: step, kind) }
        let events = [
            event(0, 0, .opened(configuration)), event(0, 0, .started),
            event(10, 8, .set(name: "shape", value: .text("uniform"), input: nil)),
            event(20, 400, .reached), event(20, 400, .paused),
        ]
        let replay = Replay(Workspace(header: Workspace.Header(title: ""), events: events), catalog: toys)
        try await replay.seek(step: 8, of: 0)
        #expect(await replay.snapshot(0)?.configuration.values["shape"] == .text("normal"))
        try await replay.seek(step: 100, of: 0)
        #expect(await replay.snapshot(0)?.step == 100)
        #expect(abs(await replay.time - 12.5) < 0.01, "a quarter of the second run's ten seconds")
        try await replay.seek(step: 8, of: 0)
        #expect(await replay.snapshot(0)?.configuration.values["shape"] == .text("uniform"), "of two runs the one it stands in")
    }

    @Test func `a seed that fails is told, and means end there`() throws {
        var pane = try Pane(try Configuration(Brittle.card, seed: 1), catalog: Catalog([Brittle.self]))
        try pane.apply(.seeds(3, .standardError))
        pane.advance(to: 20)
        #expect(pane.step == 20 && pane.status == .ready)
        let warnings = PaneSnapshot(pane).results.warnings
        #expect(warnings == ["seed 2 stands at step 5, where means over the seeds end: seed 2 breaks at step 5"])
        #expect(lines(pane.drawn("trace")).first { $0.look.label == "seed, mean of 3" }?.series.count == 5)
    }

    @Test func `a run tells its step every second, its results for a minute and then every ten`() throws {
        var pane = try Pane(try Configuration(Walk.card), catalog: toys)
        var pace = DigestPace()
        var stamps: [Double: DigestPace.Stamp] = [:]
        for tick in 0..<2000 {
            pane.advance(10)
            let time = Double(tick) / 10
            if let stamp = pace.due(at: time, of: pane) { stamps[time] = stamp }
        }
        #expect((195...200).contains(stamps.count))
        #expect((60...63).contains(stamps.count { $0.key < 61 && $0.value == .digest }))
        #expect((13...15).contains(stamps.count { $0.key > 61 && $0.value == .digest }))
        try pane.apply(.restarted(seed: 1))
        #expect(pace.due(at: 300, of: pane) == .digest, "a new run is proven anew")
    }
}

/// Counts up by its seed; the seed 2 fails at step 5.
private struct Brittle: Experiment {
    static let card = Card(
        id: "toy.brittle", title: "Brittle", summary: "Fails for one seed.", parameters: [], results: [ResultCard("sum", "The sum")],
        figures: [FigureCard("trace", "The sums")], citation: "none")

    private let seed: UInt64
    private var trace = Series()

    init(_ setup: Setup) throws { seed = setup.seed }

    mutating func step(_ count: Int) throws -> Engine.Progress {
        for taken in 0..<count {
            if seed == 2, trace.count == 5 { return Engine.Progress(taken, .failed("seed 2 breaks at step 5")) }
            trace.append(Double(trace.count) * Double(seed))
        }
        return .ran(count)
    }

    func results() -> Results { Results(["sum": .integer(trace.count)]) }

    func figure(_ id: String) -> Figure {
        Figure(id, title: "", x: Axis("step", countsSteps: true), y: Axis("sum"), [Line(trace, Look("seed"))])
    }
}
