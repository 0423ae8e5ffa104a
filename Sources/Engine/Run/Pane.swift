import Plotting
import Surface

/// One pane's deterministic half: an experiment, its configuration, and what was done to it.
///
/// Live session, replay and headless run all move it by the same calls, so they cannot differ. A copy is a checkpoint.
public struct Pane: Sendable {
    /// What the experiment said when it last stopped by itself.
    public enum Status: Sendable, Hashable {
        /// More steps can be taken.
        case ready
        /// Waiting for answers.
        case waiting([Request])
        /// Done, and in which sense.
        case finished(String)
        /// It cannot go on, and why.
        case failed(String)
    }

    /// A parameter change that took effect.
    public struct AppliedChange: Sendable, Hashable {
        /// The parameter.
        public var name: String
        /// The value before.
        public var old: Value
        /// The value since.
        public var new: Value
        /// The step it took effect at.
        public var step: Int
    }

    /// A run kept for comparison, as it stood.
    public struct Pin: Sendable {
        /// Its configuration.
        public var configuration: Configuration
        /// The experiment as it stood.
        public var experiment: any Experiment
        /// Its step.
        public var step: Int
    }

    /// What the run started from, with the values as they are now.
    public private(set) var configuration: Configuration
    /// The experiment as it stands.
    public private(set) var experiment: any Experiment
    /// Steps taken since the run began.
    public private(set) var step = 0
    /// Whether it could go on.
    public private(set) var status = Status.ready
    /// Whether the user wants it to run.
    public private(set) var isRunning = false
    /// The live changes since the run began, in order.
    public private(set) var changes: [AppliedChange] = []
    /// How many times the run has begun anew; answers to requests of earlier runs are stale.
    public private(set) var run = 0
    /// The runs pinned for comparison.
    public private(set) var pins: [Pin] = []
    /// The same run with other seeds, side by side with this one; nil for none.
    public private(set) var companions: Companions?
    /// The figure chosen.
    public private(set) var figure: String
    private let catalog: Catalog

    /// A pane at step 0 of its run.
    ///
    /// - Throws: `UserError` when the configuration cannot be worked with.
    public init(_ configuration: Configuration, catalog: Catalog) throws {
        self.configuration = try configuration.normalised(for: try catalog.experiment(configuration.experiment).card)
        self.catalog = catalog
        experiment = try configuration.start(in: catalog)
        figure = type(of: experiment).card.figures.first?.id ?? ""
    }

    /// The experiment's declaration.
    public var card: Card { type(of: experiment).card }

    /// Takes up to `count` steps, fewer when the experiment stops by itself, and returns how many.
    @discardableResult
    public mutating func advance(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        do {
            let progress = try experiment.step(count)
            step += progress.steps
            companions?.advance(to: step)
            switch progress.state {
            case .ready: status = .ready
            case .waiting(let requests): status = .waiting(requests)
            case .finished(let reason): status = .finished(reason)
            case .failed(let reason): status = .failed(reason)
            }
            return progress.steps
        } catch {
            status = .failed(String(describing: error))
            return 0
        }
    }

    /// Takes steps until the run stands at `target` or stops by itself before.
    public mutating func advance(to target: Int) {
        while step < target {
            if advance(target - step) == 0, status != .ready { return }
        }
    }

    /// Does what an event says, at the pane's present step.
    ///
    /// - Throws: `UserError` when the event cannot act; the pane is then as it was.
    public mutating func apply(_ kind: Event.Kind) throws {
        switch kind {
        case .opened(let configuration):
            var next = try Pane(configuration, catalog: catalog)
            next.pins = pins
            next.run = run + 1
            if let companions, configuration.experiment == self.configuration.experiment {
                next.companions = try companions.restarted(next.configuration, in: catalog)
                next.figure = figure
            }
            next.isRunning = isRunning && configuration.experiment == self.configuration.experiment
            self = next
        case .set(let name, let value, let input):
            try set(name, value, input)
        case .restarted(let seed):
            var next = configuration
            next.seed = seed
            try restart(next)
        case .started:
            isRunning = true
            if case .failed = status { status = .ready }
        case .paused: isRunning = false
        case .stopped:
            // The live run found out by asking for one step more; so must a replay, since asking may change what results say.
            if status == .ready { advance(1) }
        case .answered(let answer):
            try experiment.receive(answer)
            status = .ready
        case .seeds(let count, let spread):
            if count == companions?.seeds ?? 1 {
                companions?.spread = spread
            } else {
                guard count == 1 || !card.asksProviders else {
                    throw UserError("\(card.id) asks a provider; seeds run side by side only where nothing is asked")
                }
                let next = count == 1 ? nil : try Companions(configuration, seeds: count, spread, in: catalog)
                try restart(configuration)
                companions = next
            }
        case .selected(let figure):
            guard card.figures.contains(where: { $0.id == figure }) else { throw UserError("\(card.id) has no figure “\(figure)”") }
            self.figure = figure
        case .pinned: pins.append(Pin(configuration: configuration, experiment: experiment, step: step))
        case .unpinned(let index):
            guard pins.indices.contains(index) else { throw UserError("there is no pinned run \(index + 1)") }
            pins.remove(at: index)
        case .marked, .viewed, .digest, .reached, .closed: break
        }
    }

    private mutating func set(_ name: String, _ value: Value, _ input: Input?) throws {
        let parameter = try card.required(name)
        let old = configuration.values[name] ?? parameter.initial
        let next = try configuration.setting(name, to: value, input: input, card: card)
        switch parameter.effect {
        case .restart: try restart(next)
        case .live:
            let checked = next.values[name] ?? value
            var changed = experiment
            try changed.apply(Change(name, try next.setup(for: card).values[name] ?? checked, step: step))
            var others = companions
            try others?.apply(Change(name, try next.setup(for: card).values[name] ?? checked, step: step))
            companions = others
            experiment = changed
            configuration = next
            changes.append(AppliedChange(name: name, old: old, new: checked, step: step))
            status = .ready
        }
    }

    private mutating func restart(_ next: Configuration) throws {
        let others = try companions?.restarted(next, in: catalog)
        experiment = try next.start(in: catalog)
        companions = others
        configuration = next
        step = 0
        status = .ready
        changes = []
        run += 1
    }

    /// The named results as they stand.
    public func results() -> Results { experiment.results() }

    /// The digest of the results as they stand.
    public func digest() -> Digest { Digest(experiment.results(), card: card) }

    /// One of the card's figures, with the live changes ruled where they took effect and the pinned runs behind.
    public func drawn(_ id: String) -> Figure {
        var figure = experiment.figure(id)
        if let companions { figure = figure.aggregated(with: companions.figures(id), spread: companions.spread) }
        figure = figure.ruled(changes.map { ($0.step, "\($0.name)=\($0.new)") })
        for (index, pin) in pins.enumerated().reversed() where pin.configuration.experiment == configuration.experiment {
            figure = figure.over(pin.experiment.figure(id), label: "pin \(index + 1)")
        }
        return figure
    }
}
