/// Plays a workspace's events on panes of its own: the machine behind replay, verification and reopening.
///
/// A value: a copy is a checkpoint of the whole session.
public struct Player: Sendable {
    /// A digest that came out otherwise than the journal says.
    public struct Divergence: Sendable, Hashable, CustomStringConvertible {
        /// The pane.
        public var pane: Int
        /// The step.
        public var step: Int
        /// The result that differs.
        public var result: String
        /// Its value in this replay.
        public var here: String
        /// Its value in the journal.
        public var journalled: String

        /// One sentence.
        public var description: String {
            "pane \(pane + 1), step \(step): \(result) is \(here) in this replay and \(journalled) in the journal"
        }
    }

    /// The session.
    public let workspace: Workspace
    private let catalog: Catalog
    /// The panes as they stand at `position`; nil where none was opened yet.
    public private(set) var panes: [Pane?] = []
    /// How many events have been played.
    public private(set) var position = 0
    /// How many digests have been compared.
    public private(set) var verified = 0
    /// Digests that came out otherwise; the first is the one to look at.
    public private(set) var divergences: [Divergence] = []
    /// The last view that the interface journalled.
    public private(set) var view: String?
    /// The last mark passed.
    public private(set) var mark: String?
    private var lastStep: [(at: Double, step: Int)] = []

    /// A player before the first event.
    public init(_ workspace: Workspace, catalog: Catalog) {
        self.workspace = workspace
        self.catalog = catalog
    }

    /// Whether all events have been played.
    public var isAtEnd: Bool { position >= workspace.events.count }

    /// The time of the next event; nil at the end.
    public var nextTime: Double? { isAtEnd ? nil : workspace.events[position].at }

    /// Plays the next event.
    ///
    /// - Throws: `UserError` when the journal asks for what cannot be done: an unknown experiment, a step that is never reached.
    public mutating func playEvent() throws {
        guard !isAtEnd else { return }
        let event = workspace.events[position]
        do {
            try play(event)
        } catch {
            throw UserError("event \(position + 1) of \(workspace.events.count): \(error)")
        }
        position += 1
    }

    private mutating func play(_ event: Event) throws {
        switch event.kind {
        case .viewed(let words): view = words
        case .marked(let sentence): mark = sentence
        default: break
        }
        guard let index = event.pane else { return }
        if case .opened(let configuration) = event.kind {
            while panes.count <= index {
                panes.append(nil)
                lastStep.append((event.at, 0))
            }
            if panes[index] == nil {
                panes[index] = try Pane(configuration, catalog: catalog)
            } else {
                // Whatever stood here is replaced, wherever it stood.
                try panes[index]?.apply(event.kind)
            }
            lastStep[index] = (event.at, 0)
            return
        }
        guard panes.indices.contains(index), panes[index] != nil else { throw UserError("pane \(index + 1) was never opened") }
        panes[index]?.advance(to: event.step)
        guard let pane = panes[index], pane.step == event.step else {
            let reached = panes[index]?.step ?? 0
            let state = panes[index]?.statusSentence ?? ""
            throw UserError("pane \(index + 1) stands at step \(reached) where the journal says step \(event.step): \(state)")
        }
        if case .digest(let journalled) = event.kind {
            verified += 1
            if let (name, here, there) = pane.digest().firstDifference(from: journalled) {
                divergences.append(Divergence(pane: index, step: event.step, result: name, here: here, journalled: there))
            }
        }
        do {
            try panes[index]?.apply(event.kind)
        } catch  where event.kind.isAnswer {
            // Live, too, an answer that the experiment refused left it as it was.
        }
        lastStep[index] = (event.at, panes[index]?.step ?? 0)
    }

    /// Plays all events up to a time, and lets running panes stand between events in proportion.
    public mutating func play(to time: Double) throws {
        while let next = nextTime, next <= time { try playEvent() }
        for index in panes.indices {
            guard let pane = panes[index], pane.isRunning, let next = nextStamp(of: index, run: pane.run), next.at > time else { continue }
            let from = lastStep[index]
            guard next.at > from.at, next.step > from.step else { continue }
            let fraction = (time - from.at) / (next.at - from.at)
            panes[index]?.advance(to: from.step + Int(Double(next.step - from.step) * fraction))
        }
    }

    /// Where a pane stood at a time, and in which of its runs, as the journal says.
    struct Stamp {
        var at: Double
        var step: Int
        var run: Int
    }

    /// What the journal says of a pane's steps, in order; a run begins where the steps begin anew.
    static func stamps(of pane: Int, in events: [Event]) -> [Stamp] {
        var stamps: [Stamp] = []
        var run = -1
        for event in events where event.pane == pane {
            if case .opened = event.kind {
                run += 1
                stamps.append(Stamp(at: event.at, step: 0, run: run))
                continue
            }
            if event.step < stamps.last?.step ?? 0 { run += 1 }
            stamps.append(Stamp(at: event.at, step: event.step, run: run))
            if case .restarted = event.kind {
                run += 1
                stamps.append(Stamp(at: event.at, step: 0, run: run))
            }
        }
        return stamps
    }

    /// Lets a pane stand at a step that the journal says it came to, where it stands before it.
    mutating func advance(_ pane: Int, to step: Int) {
        guard panes.indices.contains(pane) else { return }
        panes[pane]?.advance(to: step)
    }

    /// Each pane as it stood when the run that it is in now was last heard of: what came of it in this session.
    ///
    /// Plays a copy to the session's end; stops early where the journal asks for what cannot be done.
    public func futures() -> [Pane?] {
        var player = self
        var last = panes
        while !player.isAtEnd {
            do { try player.playEvent() } catch { break }
            for index in last.indices where index < player.panes.count {
                guard let then = player.panes[index], let now = panes[index], then.run == now.run else { continue }
                last[index] = then
            }
        }
        return last
    }

    /// When the journal next says at which step the pane stood.
    private func nextStamp(of pane: Int, run: Int) -> (at: Double, step: Int)? {
        var index = position
        while index < workspace.events.count {
            let event = workspace.events[index]
            if event.pane == pane { return (event.at, event.step) }
            index += 1
        }
        return nil
    }
}

extension Event.Kind {
    /// Whether it is a provider's answer.
    var isAnswer: Bool { if case .answered = self { true } else { false } }
}

extension Pane {
    /// What the pane's state is, in words.
    public var statusSentence: String {
        switch status {
        case .ready: isRunning ? "running" : "paused"
        case .waiting(let requests): "waiting for \(requests.count) answer\(requests.count == 1 ? "" : "s")"
        case .finished(let reason): "finished: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
