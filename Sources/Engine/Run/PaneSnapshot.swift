import Plotting

/// What a screen needs to show a pane: a value, taken at a moment, owned by whoever draws it.
public struct PaneSnapshot: Sendable {
    /// The experiment's declaration.
    public var card: Card
    /// The seed and the values as they are now.
    public var configuration: Configuration
    /// Steps taken since the run began.
    public var step: Int
    /// Whether it could go on.
    public var status: Pane.Status
    /// Whether the user wants it to run.
    public var isRunning: Bool
    /// Steps a second of late; 0 when it stands still.
    public var stepsPerSecond: Double
    /// Seconds spent stepping since the run began.
    public var runningSeconds: Double
    /// The named results, rates included.
    public var results: Results
    /// The figures asked for.
    public var figures: [Figure]
    /// The id of the figure chosen.
    public var figure: String
    /// The live changes since the run began.
    public var changes: [Pane.AppliedChange]
    /// How many runs are pinned.
    public var pinCount: Int
    /// How many seeds run side by side, and what their bands show.
    public var seeds: Int
    /// What the bands over the seeds show.
    public var spread: Spread
    /// The pinned runs that are this very run.
    public var twinPins: [Int]
    /// News of requests under way: replies so far, retries.
    public var heard: [Hearsay]
    /// A sentence about what went wrong last; nil when all is well.
    public var notice: String?
    /// Grows with every change of what is shown here.
    public var version: Int

    /// A snapshot of a pane; `figures` nil means the chosen one alone.
    public init(
        _ pane: Pane, figures: [String]? = nil, version: Int = 0, stepsPerSecond: Double = 0, runningSeconds: Double = 0,
        heard: [Hearsay] = [], notice: String? = nil
    ) {
        card = pane.card
        configuration = pane.configuration
        step = pane.step
        status = pane.status
        isRunning = pane.isRunning
        self.stepsPerSecond = stepsPerSecond
        self.runningSeconds = runningSeconds
        results = pane.results().withRates(of: pane.card, seconds: runningSeconds)
        if let failure = pane.companions?.failure { results.warnings.append(failure) }
        self.figures = (figures ?? [pane.figure]).map { pane.drawn($0) }
        figure = pane.figure
        changes = pane.changes
        pinCount = pane.pins.count
        seeds = pane.companions?.seeds ?? 1
        spread = pane.companions?.spread ?? .standardError
        twinPins = pane.twinPins
        self.heard = heard
        self.notice = notice
        self.version = version
    }
}

extension Results {
    /// The results with the card's rates filled in from the running time.
    public func withRates(of card: Card, seconds: Double) -> Results {
        var filled = self
        for result in card.results {
            guard let counted = result.perSecondOf else { continue }
            filled[result.name] = seconds > 0 ? .optional(number(counted).map { $0 / seconds }) : ResultValue.none
        }
        return filled
    }
}
