import Classification
import Engine
import Entropy
import Foundation
import Sampling
import Synchronization

/// An hour's session of four panes, lived in a minute by a clock sixty times as fast, then sought at a hundred places.
func replayBenchmarks() throws -> [Measurement] {
    try blocking { try await hour() }
}

private func hour() async throws -> [Measurement] {
    let catalog = Catalog(
        EntropyCatalog.experiments + SamplingCatalog.experiments + ClassificationCatalog.experiments, providers: [], preferredValues: [:])
    let began = ContinuousClock.now
    let clock = SessionClock {
        let elapsed = ContinuousClock.now - began
        return 60 * (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
    }
    let session = try await Session.begin(
        [
            try catalog.configuration("entropy.wallis"),
            try catalog.configuration("sampling.mixture", values: ["updates": .integer(1_000_000_000)]),
            try catalog.configuration("classifier.metrics", values: ["bootstrap": .integer(100_000)]),
            try catalog.configuration("entropy.maxent"),
        ], catalog: catalog, path: nil, clock: clock, startsRunning: true)
    let panes = await session.panes
    for minute in 1..<60 {
        try await Task.sleep(for: .seconds(1))
        try await panes[1].perform(.set(name: "temperature", value: .real(1 + 0.1 * Double(minute % 7)), input: nil))
        try await panes[3].perform(.set(name: "mean", value: .real(3 + 0.03 * Double(minute)), input: nil))
        if minute % 10 == 0 { try await panes[minute / 10 % 2].perform(.restarted(seed: UInt64(minute))) }
    }
    await session.close()
    let events = session.journal.events
    let replay = Replay(Workspace(header: session.journal.header, events: events), catalog: catalog)
    let preparing = ContinuousClock.now
    await replay.prepare { _ in }
    let prepared = (ContinuousClock.now - preparing).inSeconds
    var seconds: [Double] = []
    var state: UInt64 = 1
    for _ in 0..<100 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = replay.duration * Double(state >> 11) / 9_007_199_254_740_992
        let start = ContinuousClock.now
        try await replay.seek(to: place)
        for pane in 0..<4 { _ = await replay.snapshot(pane) }
        seconds.append((ContinuousClock.now - start).inSeconds)
    }
    seconds.sort()
    let note = "a minute of computing on all cores, \(events.count) events; played ahead in \(Int(prepared)) s"
    return [
        Measurement(name: "going anywhere in an hour's session of four panes, p50", seconds: seconds[50], note: note, aim: 0.1),
        Measurement(
            name: "the same, p99", seconds: seconds[98], note: "\(residentBytes() >> 20) MB resident, the checkpoints among them", aim: 0.1),
    ]
}

/// The memory this process holds, in bytes.
func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Runs asynchronous work to its end from where nothing can be awaited.
func blocking<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) throws -> T {
    let result = Mutex<Result<T, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        let outcome: Result<T, any Error>
        do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
        result.withLock { $0 = outcome }
        done.signal()
    }
    done.wait()
    guard let outcome = result.withLock({ $0 }) else { fatalError("the work ended without a result") }
    return try outcome.get()
}
