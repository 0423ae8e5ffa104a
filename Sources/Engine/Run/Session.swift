import Foundation

/// A live session: its panes, its journal, and the clock that paces both.
public actor Session {
    /// The experiments and providers there are.
    public nonisolated let catalog: Catalog
    /// The file everything goes to.
    public nonisolated let journal: Journal
    /// The clock that stamps events.
    public nonisolated let clock: SessionClock
    /// The panes in order.
    public private(set) var panes: [LivePane]
    /// What was passed over when the workspace was read.
    public nonisolated let notices: [String]
    private var keeper: Task<Void, Never>?

    private init(catalog: Catalog, journal: Journal, clock: SessionClock, panes: [LivePane], notices: [String]) {
        self.catalog = catalog
        self.journal = journal
        self.clock = clock
        self.panes = panes
        self.notices = notices
    }

    /// Begins a session with these panes; `path` nil keeps the journal in memory until it is saved.
    ///
    /// - Throws: `UserError` when a configuration cannot be worked with or the file cannot be made.
    public static func begin(
        _ configurations: [Configuration], catalog: Catalog, path: String?, title: String = "", clock: SessionClock = .system(),
        startsRunning: Bool = false
    ) async throws -> Session {
        let panes = try configurations.map { try Pane($0, catalog: catalog) }
        let header = Workspace.Header(title: title, created: Date().formatted(.iso8601))
        let journal = try path.map { try Journal(creating: $0, header: header) } ?? Journal(header: header)
        for (index, configuration) in configurations.enumerated() {
            journal.append(Event(at: clock.now(), pane: index, .opened(configuration)))
        }
        let live = panes.enumerated().map { LivePane($1, index: $0, journal: journal, catalog: catalog, clock: clock) }
        let session = Session(catalog: catalog, journal: journal, clock: clock, panes: live, notices: [])
        if startsRunning { for pane in live { try await pane.perform(.started) } }
        await session.keep()
        return session
    }

    /// Opens a saved session at its end, to go on with it.
    ///
    /// - Parameter progress: called with the fraction of events done, since a long session takes its time to be stepped through again.
    /// - Throws: `UserError` when it cannot be read, or is being written by another session.
    public static func open(
        _ path: String, catalog: Catalog, progress: @Sendable (Double) -> Void = { _ in }
    ) async throws -> Session {
        let workspace = try Workspace.read(path)
        let journal = try Journal(continuing: path, workspace: workspace)
        let clock = SessionClock.system(from: workspace.duration)
        var player = Player(workspace, catalog: catalog)
        while !player.isAtEnd {
            try player.playEvents(32)
            progress(Double(player.position) / Double(max(1, workspace.events.count)))
        }
        let live = player.panes.enumerated().compactMap { index, pane in
            pane.map { LivePane($0, index: index, journal: journal, catalog: catalog, clock: clock) }
        }
        let session = Session(catalog: catalog, journal: journal, clock: clock, panes: live, notices: workspace.notices)
        for pane in live { await pane.resume() }
        await session.keep()
        return session
    }

    /// Takes over a replayed session where it stands: a new workspace that shares the events so far and names its parent.
    ///
    /// Running panes are paused, so that the user can alter a parameter before going on.
    /// - Parameters:
    ///   - player: the replayed session at the point of branching.
    ///   - file: the parent's file name, for the new header.
    ///   - path: the new workspace's file; nil keeps it in memory until it is saved.
    /// - Throws: `UserError` when the file cannot be made.
    public static func branch(
        from player: Player, of file: String, at time: Double, catalog: Catalog, path: String?
    ) async throws -> Session {
        let shared = player.workspace.events.prefix(player.position)
        var lines = SHA256()
        for event in shared { lines.update(try Record(event).line()) }
        let header = Workspace.Header(
            title: player.workspace.header.title, created: Date().formatted(.iso8601),
            parent: Parent(file: file, digest: lines.finished(), events: shared.count))
        let journal = try path.map { try Journal(creating: $0, header: header) } ?? Journal(header: header)
        for event in shared { journal.append(event) }
        let clock = SessionClock.system(from: max(time, shared.last?.at ?? 0))
        let live = player.panes.enumerated().compactMap { index, pane in
            pane.map { LivePane($0, index: index, journal: journal, catalog: catalog, clock: clock) }
        }
        let session = Session(catalog: catalog, journal: journal, clock: clock, panes: live, notices: [])
        for pane in live where await pane.state().isRunning { try await pane.perform(.paused) }
        await session.keep()
        return session
    }

    /// Brings the journal to the disk every second.
    private func keep() {
        let journal = journal
        keeper = Task.detached(priority: .background) {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                journal.sync()
            }
        }
    }

    /// Marks this moment with a sentence, for everyone who replays the session.
    public func mark(_ sentence: String) {
        journal.append(Event(at: clock.now(), .marked(sentence)))
    }

    /// Journals how the session is looked at, in the interface's own words.
    public func view(_ words: String) {
        journal.append(Event(at: clock.now(), .viewed(words)))
    }

    /// Writes the session to a new file and goes on there.
    ///
    /// - Throws: `UserError` when the file exists or cannot be written.
    public func save(as path: String) throws { try journal.save(as: path) }

    /// Stops all panes, journals their last digests, brings everything to the disk and lets the file go.
    public func close() async {
        keeper?.cancel()
        for pane in panes { await pane.close() }
        journal.append(Event(at: clock.now(), .closed))
        journal.close()
    }
}
