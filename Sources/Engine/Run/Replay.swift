import Synchronization

/// A saved session under the user's thumb: played, paused, sought in time, event by event or mark by mark.
///
/// Checkpoints are copies of the player, which share their columns; seeking plays on from the nearest one before. They lie as far apart
/// as there is something to compute between them, so that going anywhere takes about as long; the clock that tells has no part in what
/// is shown.
public actor Replay {
    /// A place in the session worth going to.
    public struct Mark: Sendable, Hashable {
        /// Seconds since the session began.
        public var at: Double
        /// What the user said.
        public var sentence: String
    }

    /// The session's length in seconds.
    public nonisolated let duration: Double
    /// The marks in order of time.
    public nonisolated let marks: [Mark]
    /// The times of all events, in order.
    public nonisolated let times: [Double]
    /// The session.
    public nonisolated let workspace: Workspace
    /// The place now, in seconds since the session began.
    public private(set) var time = 0.0
    private var player: Player
    private var checkpoints: [Checkpoint] = []
    /// How far a hop goes, in seconds of the session: as far as is computed in `hopSeconds`.
    private var hop = 0.25
    /// Seconds of computing since the last checkpoint before the place.
    private var uncovered = 0.0
    private var version = 0
    /// Where the last seek wants to be; `time` while none is under way.
    private var goal = 0.0
    /// Grows with every seek, so that an older seek under way gives up.
    private var seekNumber = 0
    /// Grows with every stop, from any thread at once: a stop must never come late and end the seek after the one it was meant for.
    private nonisolated let stops = Atomic(0)
    private var seeksUnderWay = 0
    private static let mostCheckpoints = 1024
    /// The least seconds of computing between checkpoints.
    private static let spacing = 0.02
    private static let hopSeconds = 0.02

    private struct Checkpoint {
        var time: Double
        /// Seconds of computing from the checkpoint before.
        var cost: Double
        var player: Player
    }

    /// A replay before the first event.
    public init(_ workspace: Workspace, catalog: Catalog) {
        self.workspace = workspace
        duration = workspace.duration
        times = workspace.events.map(\.at)
        marks = workspace.events.compactMap { if case .marked(let sentence) = $0.kind { Mark(at: $0.at, sentence: sentence) } else { nil } }
        player = Player(workspace, catalog: catalog)
        checkpoints = [Checkpoint(time: -1, cost: 0, player: player)]
    }

    /// Goes to a time, forwards or back; a later seek, or `stopSeeking`, lets it end on the way.
    ///
    /// - Parameter stop: `stopCount` when the seek was wished for; stops since then end it. Nil for now.
    /// - Throws: `UserError` when the journal asks for what cannot be done.
    public func seek(to wanted: Double, since stop: Int? = nil) async throws {
        let stop = stop ?? stopCount
        let target = min(max(0, wanted), duration)
        goal = target
        seekNumber += 1
        let number = seekNumber
        seeksUnderWay += 1
        defer {
            seeksUnderWay -= 1
            version += 1
        }
        if target < time { stand(at: nearestCheckpoint(before: target)) }
        while time < target {
            let nearest = nearestCheckpoint(before: target)
            if nearest.time > time { stand(at: nearest) }
            // In hops, so that checkpoints are left on the way and the seek can be given up.
            let place = min(target, time + hop)
            let began = ContinuousClock.now
            try player.play(to: place)
            let elapsed = (ContinuousClock.now - began).seconds
            adapt(to: elapsed)
            uncovered += elapsed
            time = place
            leaveCheckpoint()
            await Task.yield()
            guard number == seekNumber, stop == stopCount else { return }
        }
        try player.play(to: target)
        time = target
    }

    /// Lets the seeks wished for so far end where they are; the next relative seek still counts from where they wanted to be.
    public nonisolated func stopSeeking() { stops.add(1, ordering: .relaxed) }

    /// How many times seeks were stopped.
    public nonisolated var stopCount: Int { stops.load(ordering: .relaxed) }

    private func stand(at checkpoint: Checkpoint) {
        player = checkpoint.player
        time = max(0, checkpoint.time)
        uncovered = 0
    }

    /// Makes the next hop as long as keeps its computing short, at most twice or half as long as this one; never so long that a busy
    /// stretch after a quiet one could not be given up.
    private func adapt(to elapsed: Double) {
        hop = min(max(hop * min(max(Self.hopSeconds / max(elapsed, 1e-9), 0.5), 2), 0.001), 2)
    }

    /// Goes to the next or previous event.
    public func seek(events count: Int, since stop: Int? = nil) async throws {
        let goal = goal
        var index = count > 0 ? times.partitioningIndex { $0 > goal } : times.partitioningIndex { $0 >= goal }
        index += count > 0 ? count - 1 : count
        guard !times.isEmpty else { return }
        try await seek(to: times[min(max(0, index), times.count - 1)], since: stop)
    }

    /// Goes to the next or previous mark.
    public func seek(marks count: Int, since stop: Int? = nil) async throws {
        let goal = goal
        let ahead = marks.map(\.at).filter { count > 0 ? $0 > goal : $0 < goal }
        // Where there is no mark that far on, the last one there is; a seek that was given up for nothing goes on to where it wanted to be.
        let index = count > 0 ? min(count, ahead.count) - 1 : max(0, ahead.count + count)
        try await seek(to: ahead.indices.contains(index) ? ahead[index] : goal, since: stop)
    }

    /// Goes to where a pane stood at a step: in the run it is in now, or else in the first run of the session that came so far.
    ///
    /// - Throws: `UserError` when no run of the pane came so far, or the journal asks for what cannot be done.
    public func seek(step: Int, of pane: Int, since stop: Int? = nil) async throws {
        let stamps = player.stamps(of: pane)
        let here = stamps.last { $0.at <= time }?.run
        let reached = { (from: Player.Stamp, to: Player.Stamp) in from.run == to.run && from.step <= step && step <= to.step }
        let spans = Array(zip(stamps, stamps.dropFirst()))
        guard let span = spans.first(where: { $0.0.run == here && reached($0.0, $0.1) }) ?? spans.first(where: reached) else {
            let most = stamps.map(\.step).max() ?? 0
            throw UserError("step \(step) was refused: pane \(pane + 1) came to step \(most) at most in this session")
        }
        let share = span.1.step > span.0.step ? Double(step - span.0.step) / Double(span.1.step - span.0.step) : 0
        // Before the event that ends the span, which may begin another run.
        let place = max(span.0.at, min(span.0.at + share * (span.1.at - span.0.at), span.1.at.nextDown))
        try await seek(to: place, since: stop)
        // A seek that was given up stands elsewhere. The share of a span of time is as good as its roundings; the step asked for is exact.
        guard time == place else { return }
        player.advance(pane, to: step)
        version += 1
    }

    /// Plays ahead to the session's end in small hops and leaves checkpoints on the way, so that going there later is instant.
    ///
    /// Runs beside seeks; ends when the task is cancelled, or where the journal asks for what cannot be done: the seek that goes there
    /// says so.
    /// - Parameter report: called after every hop with how far it is, in seconds since the session began.
    public func prepare(report: @Sendable (Double) async -> Void) async {
        while !Task.isCancelled, let last = checkpoints.last, last.time < duration {
            // A seek leaves checkpoints itself; the cores are its.
            guard seeksUnderWay == 0 else {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            let place = min(duration, max(0, last.time) + hop)
            let scout = last.player
            let next = await Task.detached(priority: .utility) { () -> (Player, Double)? in
                var scout = scout
                let began = ContinuousClock.now
                do { try scout.play(to: place) } catch { return nil }
                return (scout, (ContinuousClock.now - began).seconds)
            }.value
            guard let (player, elapsed) = next else { return }
            adapt(to: elapsed)
            if let now = checkpoints.last, now.time < place {
                // What cost little more is worth no place of its own: the last one moves on.
                if let last = checkpoints.last, checkpoints.count > 1, last.cost + elapsed < Self.spacing {
                    checkpoints[checkpoints.count - 1] = Checkpoint(time: place, cost: last.cost + elapsed, player: player)
                } else {
                    checkpoints.append(Checkpoint(time: place, cost: elapsed, player: player))
                    thinCheckpoints()
                }
            }
            await report(checkpoints.last?.time ?? place)
        }
    }

    private func nearestCheckpoint(before time: Double) -> Checkpoint {
        let index = checkpoints.partitioningIndex { $0.time > time }
        return checkpoints[max(0, index - 1)]
    }

    private func leaveCheckpoint() {
        guard uncovered >= Self.spacing else { return }
        let index = checkpoints.partitioningIndex { $0.time >= time }
        guard !checkpoints.indices.contains(index) || checkpoints[index].time > time else { return }
        if checkpoints.indices.contains(index) { checkpoints[index].cost = max(0, checkpoints[index].cost - uncovered) }
        checkpoints.insert(Checkpoint(time: time, cost: uncovered, player: player), at: index)
        uncovered = 0
        thinCheckpoints()
    }

    /// Lets go of those whose neighbours lie nearest together, in seconds of computing, so that the rest stay about evenly apart.
    private func thinCheckpoints() {
        while checkpoints.count > Replay.mostCheckpoints {
            var (place, least) = (1, Double.infinity)
            // The furthest one stays: what was played ahead is not played again.
            for index in 1..<checkpoints.count - 1 {
                let joined = checkpoints[index].cost + checkpoints[index + 1].cost
                if joined < least { (place, least) = (index, joined) }
            }
            checkpoints[place + 1].cost = least
            checkpoints.remove(at: place)
        }
    }

    /// How many panes have been opened so far.
    public var paneCount: Int { player.paneCount }
    /// The interface's view at this time, in its own words.
    public var view: String? { player.view }
    /// The last mark passed; nil before the first.
    public var mark: Mark? { marks.last { $0.at <= time } }
    /// The first digest that came out otherwise than the journal says; nil when none did.
    public var divergence: Player.Divergence? { player.divergences.first }
    /// Digests compared so far.
    public var verified: Int { player.verified }

    /// A pane as it stood at this time.
    public func snapshot(_ pane: Int, figures: [String]? = nil) -> PaneSnapshot? {
        guard let state = player.pane(pane) else { return nil }
        return PaneSnapshot(state, figures: figures, version: version)
    }

    /// A copy of the player and its time: what a branch grows from.
    public func branchPoint() -> (player: Player, time: Double) { (player, time) }
}

extension Array {
    /// The first index whose element satisfies the predicate, in an array where all that do come last; `count` when none does.
    func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// What came of verifying a workspace.
public struct Verification: Sendable {
    /// Digests compared.
    public var digests: Int
    /// Events played.
    public var events: Int
    /// The first digest that differed; nil when none did.
    public var divergence: Player.Divergence?
    /// What had to be passed over when reading.
    public var notices: [String]

    /// Plays a workspace from its first event to its last and compares every digest; stops at the first that differs.
    ///
    /// - Throws: `UserError` when the journal asks for what cannot be done.
    public static func of(_ workspace: Workspace, catalog: Catalog, progress: (Double) -> Void = { _ in }) throws -> Verification {
        var player = Player(workspace, catalog: catalog)
        while !player.isAtEnd, !player.hasDiverged {
            try player.playEvents(32)
            progress(Double(player.position) / Double(max(1, workspace.events.count)))
        }
        return Verification(
            digests: player.verified, events: player.position, divergence: player.divergences.first, notices: workspace.notices)
    }
}
