/// One run without a screen: the same pane, the same journal, the same providers.
public struct HeadlessRun: Sendable {
    /// What came of a run.
    public struct Outcome: Sendable {
        /// The pane as it stands at the end.
        public var pane: Pane
        /// Seconds spent stepping.
        public var runningSeconds: Double
        /// Why the run failed, in one sentence; nil when it did not.
        public var failure: String?
        /// Whether it was interrupted before its end.
        public var isInterrupted: Bool

        /// An outcome, of a run or of a pane that stands as it does.
        public init(pane: Pane, runningSeconds: Double, failure: String? = nil, isInterrupted: Bool = false) {
            self.pane = pane
            self.runningSeconds = runningSeconds
            self.failure = failure
            self.isInterrupted = isInterrupted
        }

        /// The results with rates filled in.
        public var results: Results { pane.results().withRates(of: pane.card, seconds: runningSeconds) }
    }

    /// What to run.
    public var configuration: Configuration
    /// The experiments and providers there are.
    public var catalog: Catalog
    /// How many steps; nil for the experiment's own end or its card's number.
    public var steps: Int?
    /// The clock that stamps events.
    public var clock: SessionClock

    /// A run.
    public init(_ configuration: Configuration, catalog: Catalog, steps: Int? = nil, clock: SessionClock = .system()) {
        self.configuration = configuration
        self.catalog = catalog
        self.steps = steps
        self.clock = clock
    }

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - journal: where events go, when the run is to be saved; the caller closes it.
    ///   - index: the pane that the events name.
    ///   - report: called now and then with the steps taken and the steps wanted, nil when not known, and with providers' news.
    ///   - shouldStop: asked between slices; true ends the run early with what was done.
    /// - Throws: `UserError` when the configuration cannot be worked with.
    public func run(
        journal: Journal? = nil, as index: Int = 0, report: @escaping @Sendable (Int, Int?, Hearsay?) -> Void = { _, _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) async throws -> Outcome {
        var pane = try Pane(configuration, catalog: catalog)
        func note(_ kind: Event.Kind) { journal?.append(Event(at: clock.now(), pane: index, step: pane.step, kind)) }
        note(.opened(configuration))
        note(.started)
        try pane.apply(.started)
        let wanted = steps ?? pane.card.headlessSteps
        var slice = 1
        var seconds = 0.0
        var pace = DigestPace(since: clock.now())
        var interrupted = false

        // Answers and, every now and then, a chance to notice that a stop was asked for while waiting.
        let (mail, sender) = AsyncStream.makeStream(of: Answer?.self)
        var letters = mail.makeAsyncIterator()
        let ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(50))
                sender.yield(nil)
            }
        }
        var tasks: [Int: Task<Void, Never>] = [:]
        defer {
            ticker.cancel()
            for task in tasks.values { task.cancel() }
        }

        loop: while wanted.map({ pane.step < $0 }) ?? true {
            if shouldStop() {
                interrupted = true
                break
            }
            let count = min(slice, wanted.map { $0 - pane.step } ?? .max)
            let began = ContinuousClock.now
            let taken = pane.advance(count)
            let elapsed = (ContinuousClock.now - began).seconds
            seconds += elapsed
            if taken == count { slice = max(1, Int(min(Double(count) * 0.02 / max(elapsed, 1e-9), Double(count) * 2, 1e9))) }
            if let stamp = pace.due(at: clock.now(), of: pane) {
                journal?.append(stamp.event(at: clock.now(), of: pane, index))
                report(pane.step, wanted, nil)
            }
            switch pane.status {
            case .ready: continue
            case .finished, .failed:
                note(.stopped(pane.statusSentence))
                break loop
            case .waiting(let requests):
                note(.stopped(pane.statusSentence))
                for request in requests where tasks[request.id] == nil {
                    let provider = catalog.providers.first { $0.name == request.provider }
                    let step = pane.step
                    tasks[request.id] = Task {
                        guard let provider else {
                            sender.yield(Answer(id: request.id, body: .failure("there is no provider “\(request.provider)” here")))
                            return
                        }
                        sender.yield(await provider.perform(request) { report(step, wanted, $0) })
                    }
                }
                var answer: Answer?
                while answer == nil, !shouldStop() { answer = await letters.next() ?? nil }
                guard let answer else {
                    interrupted = true
                    break loop
                }
                note(.answered(answer))
                try pane.apply(.answered(answer))
            }
        }
        note(.digest(pane.digest()))
        if journal != nil, !interrupted { note(.paused) }
        var failure: String?
        if case .failed(let reason) = pane.status { failure = reason }
        return Outcome(pane: pane, runningSeconds: seconds, failure: failure, isInterrupted: interrupted)
    }
}
