import Statistics

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
    /// The places of each pane's events.
    private let places: [[Int]]
    /// The panes, each with its own way through the events.
    private var tracks: [Track] = []
    /// How many events have been played.
    public private(set) var position = 0
    /// The last view that the interface journalled.
    public private(set) var view: String?
    /// The last mark passed.
    public private(set) var mark: String?

    /// A player before the first event.
    public init(_ workspace: Workspace, catalog: Catalog) {
        self.workspace = workspace
        self.catalog = catalog
        var places: [[Int]] = []
        for (place, event) in workspace.events.enumerated() {
            guard let pane = event.pane else { continue }
            while places.count <= pane { places.append([]) }
            places[pane].append(place)
        }
        self.places = places
    }

    /// The panes as they stand at `position`; nil where none was opened yet.
    public var panes: [Pane?] { tracks.map(\.pane) }
    /// How many panes there are so far.
    public var paneCount: Int { tracks.count }
    /// A pane as it stands; nil where none was opened yet.
    public func pane(_ index: Int) -> Pane? { tracks.indices.contains(index) ? tracks[index].pane : nil }
    /// How many digests have been compared.
    public var verified: Int { tracks.reduce(0) { $0 + $1.verified } }
    /// Digests that came out otherwise, in the journal's order; the first is the one to look at.
    public var divergences: [Divergence] { tracks.flatMap(\.divergences).sorted { $0.position < $1.position }.map(\.divergence) }
    /// Whether a digest came out otherwise.
    var hasDiverged: Bool { tracks.contains { !$0.divergences.isEmpty } }

    /// Whether all events have been played.
    public var isAtEnd: Bool { position >= workspace.events.count }

    /// The time of the next event; nil at the end.
    public var nextTime: Double? { isAtEnd ? nil : workspace.events[position].at }

    /// Plays the next event.
    ///
    /// - Throws: `UserError` when the journal asks for what cannot be done: an unknown experiment, a step that is never reached.
    public mutating func playEvent() throws { try play(toPosition: position + 1) }

    /// Plays so many events, panes side by side.
    ///
    /// - Throws: `UserError` as `playEvent`.
    public mutating func playEvents(_ count: Int) throws { try play(toPosition: position + count) }

    /// Plays the events before a position, panes side by side on all cores: what one is told never reaches another.
    ///
    /// - Throws: `UserError` naming the first event that cannot be done; the panes may then stand anywhere behind it.
    private mutating func play(toPosition end: Int, then time: Double? = nil) throws {
        let end = min(end, workspace.events.count)
        var work: [[Int]] = Array(repeating: [], count: tracks.count)
        for place in position..<max(position, end) {
            switch workspace.events[place].kind {
            case .viewed(let words): view = words
            case .marked(let sentence): mark = sentence
            default: break
            }
            guard let index = workspace.events[place].pane else { continue }
            while tracks.count <= index {
                tracks.append(Track(index: tracks.count))
                work.append([])
            }
            work[index].append(place)
        }
        let stamps: [(at: Double, step: Int)?] = tracks.indices.map { index in
            time.flatMap { _ in nextStamp(of: index, from: end) }
        }
        let (events, catalog, shares) = (workspace.events, catalog, work)
        let busy = shares.count { !$0.isEmpty } + (time == nil ? 0 : tracks.count { $0.pane?.isRunning == true })
        Parallel.forEach(&tracks, when: busy > 1) { index, track in
            for place in shares[index] where track.failure == nil { track.play(events[place], at: place, catalog: catalog) }
            if let time, track.failure == nil, let next = stamps[index] { track.stand(at: time, before: next) }
        }
        if let failed = tracks.compactMap(\.failure).min(by: { $0.position < $1.position }) {
            for index in tracks.indices { tracks[index].failure = nil }
            position = failed.position
            throw UserError("event \(failed.position + 1) of \(workspace.events.count): \(failed.sentence)")
        }
        position = max(position, end)
    }

    /// Plays all events up to a time, and lets running panes stand between events in proportion.
    public mutating func play(to time: Double) throws {
        var end = position
        while end < workspace.events.count, workspace.events[end].at <= time { end += 1 }
        try play(toPosition: end, then: time)
    }

    /// One pane's way through the events that concern it.
    private struct Track: Sendable {
        let index: Int
        var pane: Pane?
        var verified = 0
        var divergences: [(position: Int, divergence: Divergence)] = []
        var last = (at: 0.0, step: 0)
        /// Why an event could not be done.
        var failure: (position: Int, sentence: String)?

        init(index: Int) { self.index = index }

        mutating func play(_ event: Event, at position: Int, catalog: Catalog) {
            do { try play(event, position, catalog) } catch { failure = (position, "\(error)") }
        }

        private mutating func play(_ event: Event, _ position: Int, _ catalog: Catalog) throws {
            if case .opened(let configuration) = event.kind {
                // Whatever stood here is replaced, wherever it stood.
                if pane == nil { pane = try Pane(configuration, catalog: catalog) } else { try pane?.apply(event.kind) }
                last = (event.at, 0)
                return
            }
            guard pane != nil else { throw UserError("pane \(index + 1) was never opened") }
            pane?.advance(to: event.step)
            guard let reached = pane?.step, reached == event.step else {
                let state = pane?.statusSentence ?? ""
                throw UserError("pane \(index + 1) stands at step \(pane?.step ?? 0) where the journal says step \(event.step): \(state)")
            }
            if case .digest(let journalled) = event.kind, let here = pane?.digest() {
                verified += 1
                if let (name, here, there) = here.firstDifference(from: journalled) {
                    divergences.append(
                        (position, Divergence(pane: index, step: event.step, result: name, here: here, journalled: there)))
                }
            }
            do {
                try pane?.apply(event.kind)
            } catch  where event.kind.isAnswer {
                // Live, too, an answer that the experiment refused left it as it was.
            }
            last = (event.at, pane?.step ?? 0)
        }

        /// Lets a running pane stand between what the journal last said and what it says next.
        mutating func stand(at time: Double, before next: (at: Double, step: Int)) {
            guard pane?.isRunning == true, next.at > time, next.at > last.at, next.step > last.step else { return }
            let fraction = (time - last.at) / (next.at - last.at)
            pane?.advance(to: last.step + Int(Double(next.step - last.step) * fraction))
        }
    }

    /// Where a pane stood at a time, and in which of its runs, as the journal says.
    struct Stamp {
        var at: Double
        var step: Int
        var run: Int
    }

    /// What the journal says of a pane's steps, in order, and which of its runs each belongs to.
    func stamps(of pane: Int) -> [Stamp] {
        guard places.indices.contains(pane) else { return [] }
        var stamps: [Stamp] = []
        var run = -1
        var card: Card?
        var seeds = 1
        for event in places[pane].map({ workspace.events[$0] }) {
            var begins = false
            switch event.kind {
            case .opened(let configuration):
                card = try? catalog.experiment(configuration.experiment).card
                begins = true
            case .restarted: begins = true
            case .set(let name, _, _): begins = card?.parameter(name)?.effect == .restart
            case .seeds(let count, _):
                begins = count != seeds
                seeds = count
            default: break
            }
            // Where the run before stood when it ended; nothing stood before the first.
            if run >= 0 { stamps.append(Stamp(at: event.at, step: event.step, run: run)) }
            guard begins else { continue }
            run += 1
            stamps.append(Stamp(at: event.at, step: 0, run: run))
        }
        return stamps
    }

    /// Lets a pane stand at a step, as far as that lies before what the journal says of it next.
    mutating func advance(_ pane: Int, to step: Int) {
        guard tracks.indices.contains(pane), let next = nextStamp(of: pane, from: position), step <= next.step else { return }
        tracks[pane].pane?.advance(to: step)
    }

    /// Each pane as it stood when the run that it is in now was last heard of: what came of it in this session.
    ///
    /// Plays a copy to the session's end; stops early where the journal asks for what cannot be done.
    public func futures() -> [Pane?] {
        var player = self
        var last = panes
        while !player.isAtEnd {
            do { try player.playEvent() } catch { break }
            for index in last.indices {
                guard let then = player.pane(index), let now = pane(index), then.run == now.run else { continue }
                last[index] = then
            }
        }
        return last
    }

    /// When the journal next says at which step the pane stood.
    private func nextStamp(of pane: Int, from position: Int) -> (at: Double, step: Int)? {
        let own = places[pane]
        let next = own.partitioningIndex { $0 >= position }
        return next < own.count ? (workspace.events[own[next]].at, workspace.events[own[next]].step) : nil
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
