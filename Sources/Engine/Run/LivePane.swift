import Logging
import Plotting

/// A pane that runs: advances its experiment in slices, journals what is done to it, and asks providers what it wants to know.
public actor LivePane {
    /// This pane's place in the session.
    public nonisolated let index: Int
    private var pane: Pane
    private let journal: Journal
    private let catalog: Catalog
    private let clock: SessionClock
    private var isLooping = false
    private var isClosed = false
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var heard: [Int: Hearsay] = [:]
    private var notice: String?
    /// Grows with everything that could change what a snapshot shows.
    private var version = 0
    private var sliceSteps = 1
    private var runningSeconds = 0.0
    private var rate = 0.0
    private var pace = DigestPace()

    /// How long a slice of steps should take: short enough that a key never waits.
    private static let sliceSeconds = 0.004

    init(_ pane: Pane, index: Int, journal: Journal, catalog: Catalog, clock: SessionClock) {
        self.pane = pane
        self.index = index
        self.journal = journal
        self.catalog = catalog
        self.clock = clock
    }

    // MARK: What the user does

    /// Does what an event says: checks it on a copy, journals it, then lets it act.
    ///
    /// - Throws: `UserError` when it is refused; nothing is journalled and nothing changes.
    public func perform(_ kind: Event.Kind) throws {
        var next = pane
        let kind = try completed(kind)
        try next.apply(kind)
        journal.append(Event(at: clock.now(), pane: index, step: pane.step, kind))
        let isNewRun = next.run != pane.run
        pane = next
        notice = nil
        version += 1
        if isNewRun {
            for task in tasks.values { task.cancel() }
            tasks = [:]
            heard = [:]
            sliceSteps = 1
            runningSeconds = 0
            rate = 0
        }
        if case .paused = kind { writeDigest() }
        wake()
    }

    /// Reads the file that a new value names, so that the journal holds its bytes.
    private func completed(_ kind: Event.Kind) throws -> Event.Kind {
        guard case .set(let name, let value, nil) = kind else { return kind }
        let parameter = try pane.card.required(name)
        let checked = try parameter.checked(value)
        return .set(name: name, value: checked, input: try parameter.input(for: checked))
    }

    /// Takes exactly one step while paused.
    public func stepOnce() {
        guard !pane.isRunning else { return }
        take(1)
        writeDigest()
    }

    /// A copy of the deterministic half as it stands.
    public func state() -> Pane { pane }

    /// Stops for good: cancels what is under way and journals a last digest.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        for task in tasks.values { task.cancel() }
        writeDigest()
    }

    // MARK: The run loop

    private func wake() {
        guard pane.isRunning, !isLooping, !isClosed, pane.status == .ready else { return }
        isLooping = true
        Task(priority: .utility) { await loop() }
    }

    /// Starts what a reopened workspace left running.
    func resume() {
        if case .waiting(let requests) = pane.status { ask(requests) }
        wake()
    }

    private func loop() async {
        while pane.isRunning, pane.status == .ready, !isClosed {
            take(sliceSteps)
            if let stamp = pace.due(at: clock.now(), of: pane) { journal.append(stamp.event(at: clock.now(), of: pane, index)) }
            await Task.yield()
        }
        isLooping = false
    }

    private func take(_ count: Int) {
        let began = ContinuousClock.now
        let taken = pane.advance(count)
        let elapsed = (ContinuousClock.now - began).seconds
        version += 1
        if taken > 0 {
            runningSeconds += elapsed
            let speed = Double(taken) / max(elapsed, 1e-9)
            rate = rate == 0 ? speed : rate + 0.1 * (speed - rate)
            if elapsed > 0, taken == count {
                let wanted = Double(count) * LivePane.sliceSeconds / elapsed
                // At most doubled at a time: one quick slice says little.
                sliceSteps = max(1, Int(min(wanted, Double(count) * 2, 1e9)))
            }
        }
        switch pane.status {
        case .ready: return
        case .waiting(let requests):
            journal.append(Event(at: clock.now(), pane: index, step: pane.step, .stopped(pane.statusSentence)))
            ask(requests)
        case .finished, .failed:
            journal.append(Event(at: clock.now(), pane: index, step: pane.step, .stopped(pane.statusSentence)))
            // What is still under way was asked by a run that needs it no more; a change that makes it go on lets it ask again.
            if case .finished = pane.status {
                for task in tasks.values { task.cancel() }
                (tasks, heard) = ([:], [:])
            }
            writeDigest()
        }
    }

    // MARK: Effects

    private func ask(_ requests: [Request]) {
        for request in requests where tasks[request.id] == nil {
            let run = pane.run
            guard let provider = catalog.providers.first(where: { $0.name == request.provider }) else {
                answered(Answer(id: request.id, body: .failure("there is no provider “\(request.provider)” in this session")), run: run)
                continue
            }
            tasks[request.id] = Task {
                let answer = await provider.perform(request) { [weak self] news in
                    guard let self else { return }
                    Task { await self.hear(news, of: request.id, run: run) }
                }
                if Task.isCancelled { return }
                self.answered(answer, run: run)
            }
        }
    }

    private func hear(_ news: Hearsay, of request: Int, run: Int) {
        guard run == pane.run, tasks[request] != nil else { return }
        heard[request] = news
        version += 1
    }

    private func answered(_ answer: Answer, run: Int) {
        // An answer to a run that is over, or after closing, was never heard by this run: it is dropped before it is journalled.
        guard run == pane.run, !isClosed else { return }
        tasks[answer.id] = nil
        heard[answer.id] = nil
        journal.append(Event(at: clock.now(), pane: index, step: pane.step, .answered(answer)))
        version += 1
        do {
            try pane.apply(.answered(answer))
        } catch {
            notice = String(describing: error)
        }
        wake()
    }

    private func writeDigest() {
        guard pace.isNews(of: pane) else { return }
        let now = clock.now()
        pace.note(.digest, at: now, of: pane)
        journal.append(DigestPace.Stamp.digest.event(at: now, of: pane, index))
    }

    // MARK: What the screen shows

    /// The state as the screen shows it, with the figures asked for; nil when nothing has changed since `version`.
    public func snapshot(figures: [String]? = nil, since version: Int? = nil) -> PaneSnapshot? {
        guard version != self.version else { return nil }
        return PaneSnapshot(
            pane, figures: figures, version: self.version, stepsPerSecond: pane.isRunning && pane.status == .ready ? rate : 0,
            runningSeconds: runningSeconds, heard: heard.sorted { $0.key < $1.key }.map(\.value), notice: notice)
    }

    /// The tables as they stand.
    public func tables() -> [Table] { pane.experiment.tables() }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Seconds since a session began: the wall clock in the program, a counter in tests.
///
/// Never reaches an experiment.
public struct SessionClock: Sendable {
    /// The seconds now.
    public let now: @Sendable () -> Double

    /// A clock that tells what the closure says.
    public init(_ now: @escaping @Sendable () -> Double) { self.now = now }

    /// The machine's clock, going on from `offset` seconds.
    ///
    /// - Parameter speed: session seconds a second; above 1 a day's journal is written in minutes, as tests do.
    public static func system(from offset: Double = 0, speed: Double = 1) -> SessionClock {
        let began = ContinuousClock.now
        return SessionClock { offset + speed * (ContinuousClock.now - began).seconds }
    }
}
