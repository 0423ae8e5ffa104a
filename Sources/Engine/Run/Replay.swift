/// A saved session under the user's thumb: played, paused, sought in time, event by event or mark by mark.
///
/// Checkpoints are copies of the player, which share their columns; seeking plays on from the nearest one before.
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
    private var checkpoints: [(time: Double, player: Player)] = []
    /// The least distance in time between checkpoints; doubled when there are too many.
    private var spacing = 0.25
    private var version = 0
    private static let mostCheckpoints = 512

    /// A replay before the first event.
    public init(_ workspace: Workspace, catalog: Catalog) {
        self.workspace = workspace
        duration = workspace.duration
        times = workspace.events.map(\.at)
        marks = workspace.events.compactMap { if case .marked(let sentence) = $0.kind { Mark(at: $0.at, sentence: sentence) } else { nil } }
        player = Player(workspace, catalog: catalog)
        checkpoints = [(-1, player)]
    }

    /// Goes to a time, forwards or back.
    ///
    /// - Throws: `UserError` when the journal asks for what cannot be done.
    public func seek(to wanted: Double) throws {
        let target = min(max(0, wanted), duration)
        if target < time || nearestCheckpoint(before: target).time > time {
            let start = nearestCheckpoint(before: target)
            player = start.player
            time = max(0, start.time)
        }
        while time < target {
            // In hops, so that checkpoints are left on the way.
            let hop = min(target, time + spacing)
            try player.play(to: hop)
            time = hop
            leaveCheckpoint()
        }
        try player.play(to: target)
        time = target
        version += 1
    }

    /// Goes to the next or previous event.
    public func seek(events count: Int) throws {
        var index = count > 0 ? times.partitioningIndex { $0 > time } : times.partitioningIndex { $0 >= time }
        index += count > 0 ? count - 1 : count
        guard !times.isEmpty else { return }
        try seek(to: times[min(max(0, index), times.count - 1)])
    }

    /// Goes to the next or previous mark.
    public func seek(marks count: Int) throws {
        let all = marks.map(\.at)
        guard !all.isEmpty else { return }
        var index = count > 0 ? all.partitioningIndex { $0 > time } : all.partitioningIndex { $0 >= time }
        index += count > 0 ? count - 1 : count
        guard all.indices.contains(index) else { return }
        try seek(to: all[index])
    }

    private func nearestCheckpoint(before time: Double) -> (time: Double, player: Player) {
        let index = checkpoints.partitioningIndex { $0.time > time }
        return checkpoints[max(0, index - 1)]
    }

    private func leaveCheckpoint() {
        let index = checkpoints.partitioningIndex { $0.time > time }
        guard time - checkpoints[max(0, index - 1)].time >= spacing else { return }
        checkpoints.insert((time, player), at: index)
        if checkpoints.count > Replay.mostCheckpoints {
            spacing *= 2
            var kept: [(time: Double, player: Player)] = []
            for checkpoint in checkpoints where kept.last.map({ checkpoint.time - $0.time >= spacing }) ?? true { kept.append(checkpoint) }
            checkpoints = kept
        }
    }

    /// How many panes have been opened so far.
    public var paneCount: Int { player.panes.count }
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
        guard player.panes.indices.contains(pane), let state = player.panes[pane] else { return nil }
        return PaneSnapshot(state, figures: figures, version: version)
    }

    /// A copy of the player at this time: what a branch grows from.
    public func branchPoint() -> Player { player }
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
        while !player.isAtEnd, player.divergences.isEmpty {
            try player.playEvent()
            progress(Double(player.position) / Double(max(1, workspace.events.count)))
        }
        return Verification(
            digests: player.verified, events: player.position, divergence: player.divergences.first, notices: workspace.notices)
    }
}
