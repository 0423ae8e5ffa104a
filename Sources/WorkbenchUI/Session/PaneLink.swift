import Engine
import Foundation

/// What the session keeps of one live pane: what is still to be done to it, and how recent the state shown is.
struct PaneLink {
    /// Something to be done to a pane.
    enum Wish {
        case event(Event.Kind)
        case experiment(String)
        case preset(experiment: String, seed: UInt64, name: String)
        case back(to: Configuration)
        case configuration(Configuration, from: Int, HandoffCard)
        case step
    }

    let pane: LivePane
    var wishes: [Wish] = []
    var isBusy = false
    var isFetching = false
    /// The version of the state shown.
    var version: Int?
    /// The figures that state was taken with.
    var figures: [String] = []

    init(_ pane: LivePane) { self.pane = pane }

    /// Queues a wish; a value that was not set yet gives way to the next one of its parameter, so that a held key never piles up work.
    mutating func add(_ wish: Wish) {
        if case .event(.set(let name, _, _)) = wish, case .event(.set(name, _, _))? = wishes.last { wishes.removeLast() }
        wishes.append(wish)
    }
}

extension SessionRunner {
    /// Does something to a pane as soon as what was wished before is done.
    func wish(_ wish: PaneLink.Wish, of index: Int) {
        guard livePanes.indices.contains(index), replay == nil else { return }
        livePanes[index].add(wish)
        work(on: index)
    }

    private func work(on index: Int) {
        guard livePanes.indices.contains(index), !livePanes[index].isBusy, !livePanes[index].wishes.isEmpty else { return }
        livePanes[index].isBusy = true
        let wish = livePanes[index].wishes.removeFirst()
        let pane = livePanes[index].pane
        let generation = generation
        Task {
            let outcome = await self.carryOut(wish, on: pane)
            let figures = generation == self.generation ? self.wantedFigures(index) : nil
            let snapshot = await pane.snapshot(figures: figures)
            guard generation == self.generation else { return }
            self.livePanes[index].isBusy = false
            if let outcome { self.send(outcome(index)) }
            if let snapshot { self.take(snapshot, of: index, figures: figures ?? []) }
            self.draw()
            self.work(on: index)
        }
    }

    /// Takes what a pane gives and opens it where it goes on; a pane that has nothing to give says so.
    func handOver(from source: Int, _ handoff: HandoffCard, to target: Int) {
        guard livePanes.indices.contains(source), replay == nil else { return }
        let pane = livePanes[source].pane
        let generation = generation
        let catalog = catalog
        Task {
            let state = await pane.state()
            // A large table takes its time; the screen goes on meanwhile.
            let made = await Task.detached { () -> Result<Configuration, UserError> in
                do {
                    let given = try state.experiment.handoff(handoff.id)
                    let card = try catalog.experiment(handoff.target).card
                    return .success(try given.configuration(of: card, seed: state.configuration.seed))
                } catch {
                    return .failure(error as? UserError ?? UserError("\(error)"))
                }
            }.value
            guard generation == self.generation else { return }
            switch made {
            case .success(let configuration): self.wish(.configuration(configuration, from: source, handoff), of: target)
            case .failure(let error): self.send(.refused(pane: source, .started, error.description))
            }
        }
    }

    /// Carries a wish out and returns what to tell the model; nil for nothing.
    private func carryOut(_ wish: PaneLink.Wish, on pane: LivePane) async -> ((Int) -> Action)? {
        switch wish {
        case .step:
            await pane.stepOnce()
            return nil
        case .event(let kind):
            do {
                try await pane.perform(kind)
                return { .performed(pane: $0, kind) }
            } catch {
                let sentence = "\(error)"
                return { .refused(pane: $0, kind, sentence) }
            }
        case .preset(let id, let seed, let name):
            do {
                let card = try catalog.experiment(id).card
                let values = name.isEmpty ? [:] : try card.values(ofPreset: name)
                try await pane.perform(.opened(try catalog.configuration(id, values: values, seed: seed)))
                return nil
            } catch {
                let sentence = "\(error)"
                return { .refused(pane: $0, .started, sentence) }
            }
        case .back(let configuration):
            do {
                try await pane.perform(.opened(configuration))
                return nil
            } catch {
                let sentence = "\(error)"
                return { .refused(pane: $0, .started, sentence) }
            }
        case .configuration(let configuration, let source, let handoff):
            do {
                try await pane.perform(.opened(configuration))
                try await pane.perform(.started)
                return { .handedOver(from: source, to: $0, "\(handoff.title): in pane \($0 + 1)") }
            } catch {
                let sentence = "\(error)"
                return { .refused(pane: $0, .started, sentence) }
            }
        case .experiment(let id):
            do {
                let configuration = try catalog.configuration(id)
                try await pane.perform(.opened(configuration))
                try await pane.perform(.started)
                return nil
            } catch {
                let sentence = "\(error)"
                return { .refused(pane: $0, .started, sentence) }
            }
        }
    }

    /// The figures the screen needs of a pane: none while it is out of sight.
    func wantedFigures(_ index: Int) -> [String] {
        guard model.visible.contains(index), model.panes.indices.contains(index) else { return [] }
        return [model.panes[index].figureID]
    }

    /// Whether the state shown was taken with the figures the screen needs.
    func isUpToDate(_ index: Int) -> Bool {
        let wanted = wantedFigures(index)
        return livePanes[index].version != nil && (wanted.isEmpty || livePanes[index].figures == wanted)
    }

    /// Asks a pane for its latest state, unless it is being asked.
    func fetch(_ index: Int) {
        guard livePanes.indices.contains(index), !livePanes[index].isFetching, !livePanes[index].isBusy else { return }
        let wanted = wantedFigures(index)
        let since = isUpToDate(index) ? livePanes[index].version : nil
        let pane = livePanes[index].pane
        let generation = generation
        livePanes[index].isFetching = true
        Task {
            let snapshot = await pane.snapshot(figures: wanted, since: since)
            guard generation == self.generation else { return }
            self.livePanes[index].isFetching = false
            if let snapshot { self.take(snapshot, of: index, figures: wanted) }
        }
    }

    private func take(_ snapshot: PaneSnapshot, of index: Int, figures: [String]) {
        // A state asked for earlier may come later.
        if let version = livePanes[index].version, snapshot.version < version { return }
        livePanes[index].version = snapshot.version
        livePanes[index].figures = figures
        send(.snapshotTaken(pane: index, snapshot))
        showParent(of: index)
    }

    // MARK: A branch and its parent

    /// Finds out, in the background, what became of the panes in the session that this one branched from.
    func followParent(from player: Player) {
        let generation = generation
        Task {
            let futures = await Task.detached(priority: .utility) { player.futures() }.value
            guard generation == self.generation else { return }
            self.parents = futures.enumerated().map { index, future in
                guard let future, let now = player.pane(index), future.step > now.step else {
                    return nil
                }
                return (future, now.step, "")
            }
            for index in self.livePanes.indices { self.showParent(of: index) }
            self.draw()
        }
    }

    /// Shows the figure that is looked at as the parent session went on.
    private func showParent(of index: Int) {
        guard parents.indices.contains(index), let parent = parents[index], model.panes.indices.contains(index) else { return }
        let figure = model.panes[index].figureID
        guard parent.figure != figure, model.panes[index].card.id == parent.future.card.id else { return }
        parents[index]?.figure = figure
        let generation = generation
        Task {
            let drawn = await Task.detached { parent.future.drawn(figure) }.value
            guard generation == self.generation else { return }
            self.send(.parentTaken(pane: index, drawn, fork: parent.fork))
        }
    }

    // MARK: Seeking in a replay

    /// A pane on the screen, and the figure chosen for it in this replay; nil for the session's own.
    struct Look: Hashable {
        var pane: Int
        var figure: String?
    }

    private var wantedLooks: [Look] { model.visible.map { Look(pane: $0, figure: model.panes[$0].figureOverride) } }

    /// Takes the replay's state again where it stands when it was stopped and the screen needs figures that were not taken.
    func followView() {
        guard replay != nil, !isSeeking, let state = model.replay, !state.isPlaying, wantedLooks != takenLooks else { return }
        seek(.seek(state.time))
    }

    /// Goes elsewhere in the replay; of several wishes made meanwhile only the last counts.
    func seek(_ effect: Effect) {
        guard let replay else { return }
        guard !isSeeking else {
            // Steps add up; of places only the last counts.
            switch (nextSeek, effect) {
            case (.seekEvents(let before), .seekEvents(let count)): nextSeek = .seekEvents(before + count)
            case (.seekMarks(let before), .seekMarks(let count)): nextSeek = .seekMarks(before + count)
            default: nextSeek = effect
            }
            replay.stopSeeking()
            return
        }
        isSeeking = true
        if model.replay?.isPlaying == false { send(.seeking(true)) }
        let generation = generation
        let stop = replay.stopCount
        let wanted = wantedLooks
        takenLooks = wanted
        let others = model.panes.indices.filter { !model.visible.contains($0) }
        Task {
            do {
                switch effect {
                case .seekEvents(let count): try await replay.seek(events: count, since: stop)
                case .seekMarks(let count): try await replay.seek(marks: count, since: stop)
                case .seekStep(let pane, let step): try await replay.seek(step: step, of: pane, since: stop)
                case .seek(let time): try await replay.seek(to: time, since: stop)
                default: break
                }
                let place = ReplayPlace(
                    time: await replay.time, mark: await replay.mark?.sentence, divergence: await replay.divergence?.description,
                    verified: await replay.verified)
                let view = await replay.view
                var snapshots: [(Int, PaneSnapshot)] = []
                for look in wanted {
                    let figures = look.figure.map { [$0] }
                    if let snapshot = await replay.snapshot(look.pane, figures: figures) { snapshots.append((look.pane, snapshot)) }
                }
                for index in others { if let snapshot = await replay.snapshot(index, figures: []) { snapshots.append((index, snapshot)) } }
                guard generation == self.generation else { return self.finishSeeking() }
                self.send(.replayMoved(place))
                if let view, view != self.recalledView {
                    self.recalledView = view
                    self.send(.viewRecalled(view))
                }
                for (index, snapshot) in snapshots { self.send(.snapshotTaken(pane: index, snapshot)) }
            } catch {
                self.send(.failed("\(error)"))
                if self.model.replay?.isPlaying == true { self.send(.keyPressed("Space")) }
            }
            self.finishSeeking()
        }
    }

    private func finishSeeking() {
        isSeeking = false
        if model.replay?.isSeeking == true { send(.seeking(false)) }
        draw()
        if let next = nextSeek {
            nextSeek = nil
            seek(next)
        }
    }
}
