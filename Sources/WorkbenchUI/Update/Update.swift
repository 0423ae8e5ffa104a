import Engine
import Surface
import Terminal

extension Model {
    /// Takes in what happened and returns what is wished of the world.
    public mutating func update(_ action: Action) -> [Effect] {
        switch action {
        case .keyPressed(let key): return press(key)
        case .textPasted(let text): return paste(text)
        case .mouseUsed(let mouse, let regions): return use(mouse, on: regions)
        case .resized(let columns, let rows):
            self.columns = columns
            self.rows = rows
        case .sessionOpened(let cards, let file, let replay): open(cards, file, replay)
        case .snapshotTaken(let index, let snapshot): take(snapshot, of: index)
        case .performed(let index, let kind): settle(kind, of: index)
        case .refused(let index, let kind, let sentence): refuse(kind, of: index, sentence)
        case .handedOver(let from, let to, let sentence):
            if panes.indices.contains(to) { focus = to }
            say(from == to ? sentence + "; e chooses the one before again" : sentence, .good)
        case .parentTaken(let index, let figure, let step):
            guard panes.indices.contains(index) else { break }
            panes[index].parentFigure = figure
            panes[index].forkStep = step
        case .welcomed:
            // Until the first key, or long enough to be read: the key bar comes back either way.
            notice = Notice(
                text: "new here? Left and Right tweak the chosen value, Tab goes to the next pane, : finds anything, ? shows all keys",
                role: .focus, until: now + 12)
        case .compared(let comparison): overlay = .comparison(comparison, scroll: 0)
        case .replayPrepared(let time): replay?.prepared = time
        case .seeking(let isSeeking): replay?.isSeeking = isSeeking
        case .replayMoved(let place):
            replay?.time = place.time
            replay?.mark = place.mark
            if replay?.divergence == nil, let divergence = place.divergence {
                replay?.isPlaying = false
                say("the replay stops here: \(divergence)", .bad)
            }
            replay?.divergence = place.divergence
            replay?.verified = place.verified
            if let replay, replay.isPlaying, replay.time >= replay.duration { self.replay?.isPlaying = false }
        case .viewRecalled(let words): if let state = ViewState(words: words) { adopt(state) }
        case .fileChanged(let file):
            if let failure = file.failure, self.file.failure == nil { say(failure, .bad) }
            self.file = file
        case .succeeded(let sentence): say(sentence, .good)
        case .failed(let sentence):
            if case .progress = overlay { overlay = nil }
            say(sentence, .bad)
        case .progressed(let sentence, let fraction):
            if let fraction {
                overlay = .progress(sentence, fraction)
            } else if case .progress = overlay {
                overlay = nil
            }
        case .installing(let sentence):
            if installing != nil { notice = Notice(text: sentence, role: .focus, until: nil) }
        case .installed(let name, let failure): return settleInstallation(name, failure)
        case .timePassed: if let until = notice?.until, now >= until { notice = nil }
        }
        return []
    }

    /// Shows a sentence in the bottom line for some seconds; bad news stays until the next key.
    mutating func say(_ sentence: String, _ role: Role = .faint) {
        notice = Notice(text: sentence, role: role, until: role == .bad ? nil : now + 5)
    }

    private mutating func press(_ key: Key) -> [Effect] {
        notice = nil
        if overlay != nil { return pressInOverlay(key) }
        guard let id = keyMap.command(for: key, in: contexts) else {
            if key == "Escape" { return escape() }
            // A key that means something elsewhere says where.
            if let elsewhere = keyMap.command(for: key, in: [.live, .replay]), obstacle(to: elsewhere) != nil { return call(elsewhere) }
            say("\(key) does nothing here; ? shows the keys")
            return []
        }
        return call(id)
    }

    /// Escape without a command of its own leaves what can be left; it never destroys anything.
    private mutating func escape() -> [Effect] {
        if pane?.showsTable == true {
            pane?.showsTable = false
        } else if isZoomed {
            isZoomed = false
        }
        pane?.complaint = nil
        return []
    }

    /// Does a command, or says why it cannot be done.
    public mutating func call(_ id: Command.ID) -> [Effect] {
        if let obstacle = obstacle(to: id) {
            say("\(Command.named(id).title): \(obstacle)", .caution)
            return []
        }
        return run(id)
    }

    private mutating func open(_ cards: [Card], _ file: FileState, _ replay: ReplayState?) {
        panes = cards.map(PaneModel.init)
        self.file = file
        self.replay = replay
        focus = min(focus, max(0, panes.count - 1))
        if case .progress = overlay { overlay = nil }
    }

    private mutating func take(_ snapshot: PaneSnapshot, of index: Int) {
        guard panes.indices.contains(index) else { return }
        if panes[index].card.id != snapshot.card.id {
            // Another experiment: nothing of how the old one was looked at applies.
            var fresh = PaneModel(card: snapshot.card)
            fresh.complaint = nil
            panes[index] = fresh
        }
        let before = panes[index].snapshot
        panes[index].snapshot = snapshot
        // A pane out of sight is asked for no figure; its last one shows until the next has come.
        if snapshot.figures.isEmpty, let before, before.figure == snapshot.figure { panes[index].snapshot?.figures = before.figures }
        for (name, value) in panes[index].pending where snapshot.configuration.values[name] == value { panes[index].pending[name] = nil }
        panes[index].refreshTable(now: now, isForced: !panes[index].isWorking)
        if panes[index].figure?.id == panes[index].figureID { panes[index].bringHair() }
        if panes[index].isInspecting, panes[index].figure?.shownRanges(view: panes[index].view) == nil { panes[index].isInspecting = false }
    }

    private mutating func settle(_ kind: Event.Kind, of index: Int) {
        guard panes.indices.contains(index), case .set(let name, let value, _) = kind else { return }
        if panes[index].pending[name] == value { panes[index].pending[name] = nil }
    }

    private mutating func refuse(_ kind: Event.Kind, of index: Int, _ sentence: String) {
        guard panes.indices.contains(index) else { return }
        panes[index].complaint = sentence
        guard case .set(let name, let value, _) = kind else { return }
        if panes[index].pending[name] == value { panes[index].pending[name] = nil }
        if var last = panes[index].done.last, last.name == name, last.new == value {
            // Of several tweaks that count as one change, those before may have acted.
            last.new = panes[index].snapshot?.configuration.values[name] ?? last.old
            panes[index].done.removeLast()
            if last.new != last.old { panes[index].done.append(last) }
        } else if let last = panes[index].undone.last, last.name == name, last.old == value {
            panes[index].done.append(panes[index].undone.removeLast())
        }
    }

    private mutating func paste(_ text: String) -> [Effect] {
        switch overlay {
        case .prompt(var prompt):
            prompt.line.insert(text)
            prompt.complaint = nil
            overlay = .prompt(prompt)
        case .list(var list):
            list.filter.insert(String(text.prefix { !$0.isNewline }))
            list.selected = 0
            overlay = .list(list)
        default: say("pasted text is taken where a line is typed; = opens one for the chosen parameter")
        }
        return []
    }
}
