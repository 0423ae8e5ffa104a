import Engine
import Foundation
import Logging
import Plotting
import Surface
import Terminal

/// Runs a session on a screen: turns what happens into actions, the model's wishes into deeds, and draws when something changed.
///
/// Lives on the main actor, away from the pool the experiments run on, so that a key is taken in at once however busy they are.
/// Panes are asked for their latest state at frame rate while something changes, and not at all while nothing does.
@MainActor final class SessionRunner {
    /// Frames a second at most.
    private let frameRate: Double

    let catalog: Catalog
    let screen: any Screen
    private(set) var model: Model
    private let clock: @MainActor () -> Double
    private let log = Logger(label: "workbench.session")

    /// The live session; nil in a replay from a file.
    private(set) var session: Session?
    var livePanes: [PaneLink] = []
    /// The replay under way.
    var replay: Replay?
    var isSeeking = false
    var nextSeek: Effect?
    /// What the replay's state was last taken with.
    var takenLooks: [Look] = []
    /// The view the replay recalled last.
    var recalledView = ""
    /// What is being installed.
    private var installation: Task<Void, Never>?
    /// Plays the replay ahead, so that seeks find their places computed.
    private var preparing: Task<Void, Never>?
    /// In a branch: each pane as it went on in the parent session, the step it forked at, and the figure last shown of it.
    var parents: [(future: Pane, fork: Int, figure: String)?] = []
    /// Grows with every session shown, so that late answers of the one before are dropped.
    var generation = 0

    private var regions: [Region] = []
    private var needsDrawing = false
    private var ticker: Task<Void, Never>?
    private var lastTick = 0.0
    private var journalledView = ""
    private var ending: CheckedContinuation<Void, Never>?
    /// The exit status from the moment the end was asked for.
    private var status: Int32?
    /// Whether everything is on the disk and the terminal given back.
    private var hasEnded = false
    private var failure: (any Error)?

    init(screen: any Screen, catalog: Catalog, model: Model, frameRate: Double = 30, clock: @escaping @MainActor () -> Double) {
        self.frameRate = frameRate
        self.screen = screen
        self.catalog = catalog
        self.model = model
        self.clock = clock
    }

    /// Waits until the session has ended, with everything on the disk and the terminal given back, and returns the exit status.
    ///
    /// - Throws: what it was ended for, if it could not begin.
    func ended() async throws -> Int32 {
        if !hasEnded { await withCheckedContinuation { ending = $0 } }
        if let failure { throw failure }
        return status ?? 0
    }

    // MARK: What happens

    /// Takes in what the terminal tells, then draws at once.
    func receive(_ events: [TerminalEvent]) {
        for event in events {
            guard status == nil else { return }
            switch event {
            case .key(let key): send(.keyPressed(key))
            case .paste(let text): send(.textPasted(text))
            case .mouse(let mouse): send(.mouseUsed(mouse, on: regions))
            case .resized(let columns, let rows): send(.resized(columns: columns, rows: rows))
            case .resumed: screen.redraw()
            case .interrupted: end(130)
            case .terminated: end(143)
            case .hungUp:
                screen.abandon()
                end(129)
            case .modeReported: break
            }
        }
        guard status == nil else { return }
        draw()
        keepTicking()
    }

    /// Takes in what happened and does what is wished for.
    func send(_ action: Action) {
        guard status == nil else { return }
        model.now = clock()
        needsDrawing = true
        for effect in model.update(action) { fulfil(effect) }
        journalView()
        followView()
        keepTicking()
    }

    private func fulfil(_ effect: Effect) {
        switch effect {
        case .perform(let pane, let kind): wish(.event(kind), of: pane)
        case .choose(let pane, let id): wish(.experiment(id), of: pane)
        case .preset(let pane, let name):
            guard model.panes.indices.contains(pane), let configuration = model.panes[pane].snapshot?.configuration else { break }
            wish(.preset(experiment: configuration.experiment, seed: configuration.seed, name: name), of: pane)
        case .configure(let pane, let configuration): wish(.back(to: configuration), of: pane)
        case .handOver(let pane, let handoff, let target): handOver(from: pane, handoff, to: target)
        case .step(let pane): wish(.step, of: pane)
        case .mark(let sentence): if let session { session.journal.append(Event(at: session.clock.now(), .marked(sentence))) }
        case .save: save()
        case .saveAs(let path): save(as: path)
        case .open(let path): openSession(path)
        case .export(let pane, let figure, let view, let format, let path): export(pane, figure, view, format, to: path)
        case .compare(let pane): compare(pane)
        case .exportSession(let path): exportSession(to: path)
        case .copy(let text): copy(text)
        case .replaySession: replayLiveSession()
        case .seek, .seekStep, .seekEvents, .seekMarks: seek(effect)
        case .branch: branch()
        case .leaveReplay: leaveReplay()
        case .install(let name): install(name)
        case .stopInstalling: installation?.cancel()
        case .setMouse(let isOn): screen.mouse = isOn
        case .redraw: screen.redraw()
        case .suspend: screen.suspend()
        case .quit(let status): end(status)
        }
    }

    // MARK: Drawing

    /// Draws the model as it stands; a terminal that is behind gets the next frame instead.
    func draw() {
        guard screen.isReady else {
            needsDrawing = true
            return
        }
        needsDrawing = false
        let frame = model.frame()
        regions = frame.regions
        screen.show(frame.surface, cursor: frame.cursor)
    }

    /// Starts asking for news at frame rate, if there is reason to and it is not being done.
    private func keepTicking() {
        guard ticker == nil, status == nil else { return }
        lastTick = clock()
        ticker = Task { [weak self] in
            while let self, !Task.isCancelled {
                self.tick()
                if !self.hasReasonToTick {
                    self.ticker = nil
                    return
                }
                try? await Task.sleep(for: .seconds(1 / self.frameRate))
            }
        }
    }

    /// Whether news are asked for at frame rate.
    var isTicking: Bool { ticker != nil }

    private var hasReasonToTick: Bool {
        status == nil
            && (needsDrawing || model.isLively || isSeeking || (replay == nil && livePanes.indices.contains { !isUpToDate($0) }))
    }

    private func tick() {
        let now = clock()
        let elapsed = min(now - lastTick, 0.25)
        lastTick = now
        model.now = now
        if let until = model.notice?.until, now >= until { send(.timePassed) }
        if let state = model.replay, state.isPlaying, !isSeeking { seek(.seek(min(state.duration, state.time + elapsed * state.speed))) }
        if replay == nil { for index in livePanes.indices { fetch(index) } }
        watchFile()
        if needsDrawing { draw() }
    }

    // MARK: The session shown

    /// Shows a live session from now on.
    func show(_ session: Session) async {
        guard status == nil else { return await session.close() }
        generation += 1
        preparing?.cancel()
        let generation = generation
        let panes = await session.panes
        // The values go with the panes: a key pressed before the figures have come must tweak what is, not the card's default.
        var states: [Pane] = []
        for pane in panes { states.append(await pane.state()) }
        guard generation == self.generation else { return }
        self.session = session
        parents = []
        replay = nil
        livePanes = panes.map { PaneLink($0) }
        send(.sessionOpened(states.map(\.card), fileState, nil))
        for (index, state) in states.enumerated() { send(.snapshotTaken(pane: index, PaneSnapshot(state, figures: []))) }
        let lastView = session.journal.events.last { if case .viewed = $0.kind { true } else { false } }
        if case .viewed(let words)? = lastView?.kind { send(.viewRecalled(words)) }
        for notice in session.notices { send(.failed(notice)) }
        for index in livePanes.indices { fetch(index) }
    }

    private var fileState: FileState {
        var state = FileState()
        state.path = session?.journal.path
        state.name = state.path.map { ($0 as NSString).lastPathComponent } ?? ""
        state.failure = session?.journal.failure
        return state
    }

    private func watchFile() {
        guard session != nil, replay == nil else { return }
        let state = fileState
        if state != model.file { send(.fileChanged(state)) }
    }

    /// Journals how the session is looked at, when that changed.
    private func journalView() {
        guard let session, replay == nil, !model.panes.isEmpty else { return }
        let words = model.viewState.words
        guard words != journalledView else { return }
        if !journalledView.isEmpty { session.journal.append(Event(at: session.clock.now(), .viewed(words))) }
        journalledView = words
    }

    private func save() {
        guard let session else { return }
        session.journal.sync()
        if let failure = session.journal.failure {
            send(.failed(failure))
        } else {
            send(.succeeded("saved: \(session.journal.path ?? "")"))
        }
    }

    private func save(as path: String) {
        guard let session else { return }
        let full = Self.expanded(path)
        Task {
            do {
                try await session.save(as: full)
                self.send(.fileChanged(self.fileState))
                self.send(.succeeded("saved: \(full)"))
            } catch {
                self.send(.failed("\(error)"))
            }
        }
    }

    /// Opens another session in place of this one, which stays as it is if that fails.
    private func openSession(_ path: String) {
        let full = Self.expanded(path)
        let catalog = catalog
        if let own = session?.journal.path,
            URL(fileURLWithPath: own).resolvingSymlinksInPath() == URL(fileURLWithPath: full).resolvingSymlinksInPath()
        {
            send(.succeeded("\((full as NSString).lastPathComponent) is the session on the screen"))
            return
        }
        if let obstacle = Journal.obstacle(to: full), let workspace = try? Workspace.read(full) {
            show(
                Replay(workspace, catalog: catalog), source: (full as NSString).lastPathComponent, from: workspace.duration,
                isPlaying: false)
            send(.failed("\(obstacle); it is shown as a replay, b branches from it"))
            return
        }
        send(.progressed("opening \((full as NSString).lastPathComponent)", 0))
        Task {
            do {
                let opened = try await Session.open(full, catalog: catalog) { [weak self] fraction in
                    Task { @MainActor in self?.showProgress(of: full, fraction) }
                }
                let before = self.session
                self.journalledView = ""
                await self.show(opened)
                await before?.close()
            } catch {
                self.log.error("opening failed", metadata: ["path": "\(full)", "error": "\(error)"])
                self.send(.failed("\(error)"))
            }
        }
    }

    private func showProgress(of path: String, _ fraction: Double) {
        // The last report may come after the session is shown.
        guard case .progress? = model.overlay else { return }
        send(.progressed("opening \((path as NSString).lastPathComponent)", fraction))
    }

    /// The path with `~` and a missing ending filled in.
    static func expanded(_ path: String) -> String {
        let full = (path as NSString).expandingTildeInPath
        return (full as NSString).pathExtension.isEmpty ? full + ".workspace" : full
    }

    /// Gets what the model asked for, and tells how far it is.
    private func install(_ name: String) {
        guard installation == nil, let wanted = catalog.installables.first(where: { $0.name == name }) else { return }
        installation = Task {
            var failure: String?
            do {
                try await wanted.install { [weak self] sentence in
                    Task { @MainActor in self?.send(.installing(sentence)) }
                }
            } catch is CancellationError {
                failure = ""
            } catch {
                failure = "\(error)"
            }
            self.installation = nil
            self.send(.installed(name: name, failure: failure))
            self.draw()
        }
    }

    // MARK: Replay

    /// Shows a replay from now on.
    func show(_ replay: Replay, source: String, speed: Double = 1, from start: Double = 0, isPlaying: Bool = true) {
        generation += 1
        self.replay = replay
        recalledView = ""
        var cards: [Card] = []
        var opening = 0.0
        for event in replay.workspace.events {
            guard case .opened(let configuration) = event.kind, let pane = event.pane, pane == cards.count else { continue }
            guard let card = try? catalog.experiment(configuration.experiment).card else { continue }
            cards.append(card)
            opening = event.at
        }
        var state = ReplayState(
            source: source, duration: replay.duration, marks: replay.marks.map(\.at), hasLiveSession: session != nil)
        state.isPlaying = isPlaying
        state.speed = speed
        send(.sessionOpened(cards, model.file, state))
        for notice in replay.workspace.notices { send(.failed(notice)) }
        seek(.seek(min(replay.duration, max(start, opening))))
        preparing?.cancel()
        preparing = Task {
            await replay.prepare { [weak self] time in await self?.notePrepared(time, of: replay) }
        }
    }

    private func notePrepared(_ time: Double, of replay: Replay) {
        guard self.replay === replay, !isSeeking || time - (model.replay?.prepared ?? 0) > 1 || time >= replay.duration else { return }
        send(.replayPrepared(time))
    }

    private func replayLiveSession() {
        guard let session else { return }
        let workspace = Workspace(header: session.journal.header, events: session.journal.events)
        show(Replay(workspace, catalog: catalog), source: "of this session")
    }

    private func leaveReplay() {
        guard let session else { return end(0) }
        Task { await self.show(session) }
    }

    private func branch() {
        guard let replay, let state = model.replay else { return }
        let before = session
        Task {
            do {
                let (player, time) = await replay.branchPoint()
                let path = try Folders.newSession()
                let session = try await Session.branch(
                    from: player, of: state.source, at: time, catalog: self.catalog, path: path)
                self.journalledView = ""
                await self.show(session)
                self.followParent(from: player)
                self.send(.succeeded("a branch from \(Model.clock(time)); Space runs it on"))
                await before?.close()
            } catch {
                self.send(.failed("\(error)"))
            }
        }
    }

    // MARK: The end

    /// Brings everything to the disk, gives the terminal back and ends; with a failure when the session could not begin.
    func end(_ status: Int32, because failure: (any Error)? = nil) {
        guard self.status == nil else { return }
        self.status = status
        self.failure = failure
        ticker?.cancel()
        preparing?.cancel()
        installation?.cancel()
        let session = session
        let installation = installation
        Task {
            // What the user asked for before is done first, unless it takes too long.
            var patience = 100
            while patience > 0, livePanes.contains(where: { $0.isBusy || !$0.wishes.isEmpty }) {
                patience -= 1
                try? await Task.sleep(for: .milliseconds(10))
            }
            // It leaves nothing half done behind.
            await installation?.value
            await session?.close()
            screen.restore()
            hasEnded = true
            ending?.resume()
            ending = nil
        }
    }
}
