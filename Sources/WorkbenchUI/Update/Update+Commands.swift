import Engine
import Plotting
import Terminal

extension Model {
    /// Does a command that nothing stands in the way of.
    mutating func run(_ id: Command.ID) -> [Effect] {
        switch id {
        case .focusPane1, .focusPane2, .focusPane3, .focusPane4: focus = Self.paneNumber(id)
        case .focusNext: focus = (focus + 1) % panes.count
        case .focusPrevious: focus = (focus + panes.count - 1) % panes.count
        case .zoom: isZoomed.toggle()
        case .chooseExperiment: overlay = .list(experimentList)
        case .handOver: if let handoff = pane?.card.handoffs.first { return handOver(handoff) }
        case .handOverList: overlay = .list(handoffList)
        case .markItem: return markItem()

        // What failed is tried again.
        case .toggleRun:
            return [.perform(pane: focus, pane?.snapshot?.isRunning == true && pane?.condition != .failed ? .paused : .started)]
        case .step: return [.step(pane: focus)]
        case .restart: return [.perform(pane: focus, .restarted(seed: pane?.snapshot?.configuration.seed ?? 42))]
        case .reseed:
            let seed = (pane?.snapshot?.configuration.seed ?? 41) &+ 1
            say("seed \(seed)")
            return [.perform(pane: focus, .restarted(seed: seed))]

        case .install: return install()

        case .previousParameter: choose(-1)
        case .nextParameter: choose(1)
        case .decrease: return tweak(-1)
        case .increase: return tweak(1)
        case .decreaseMore: return tweak(-10)
        case .increaseMore: return tweak(10)
        case .typeValue: openValueEditor()
        case .resetValue: if let parameter = pane?.parameter { return set(parameter, to: parameter.initial) }
        case .presets: overlay = .list(presetList)
        case .undo: return undo()
        case .redo: return redo()

        case .nextFigure: return turn(1)
        case .previousFigure: return turn(-1)
        case .inspect: toggleInspection()
        case .leaveInspection: putCrosshairAway()
        case .crosshairLeft: moveCrosshair(-1)
        case .crosshairRight: moveCrosshair(1)
        case .crosshairLeftMore: moveCrosshair(-10)
        case .crosshairRightMore: moveCrosshair(10)
        case .zoomIn: zoomFigure(by: 0.5)
        case .zoomOut: zoomFigure(by: 2)
        case .panLeft: panFigure(-0.25)
        case .panRight: panFigure(0.25)
        case .autoscale:
            let hair = pane?.view.crosshair
            pane?.view = PlotView()
            pane?.view.crosshair = hair
        case .logAxis: pane?.view.flipsLogY.toggle()
        case .logAxisX: pane?.view.flipsLogX.toggle()
        case .table:
            pane?.showsTable.toggle()
            pane?.tableScroll = 0
            let moment = now
            pane?.refreshTable(now: moment, isForced: true)
        case .sortNext, .sortPrevious, .sortReverse:
            if id == .sortReverse, let sort = pane?.tableSort { pane?.tableSort?.isDescending = !sort.isDescending }
            if id != .sortReverse { pane?.turnSort(id == .sortNext ? 1 : -1) }
            let moment = now
            pane?.refreshTable(now: moment, isForced: true)
        case .describe: overlay = .description(scroll: 0)
        case .pageUp: scroll(by: -pageRows)
        case .pageDown: scroll(by: pageRows)
        case .pin:
            if let twin = pane?.snapshot?.twinPins.first {
                say("pinned; pin \(twin) has the same configuration and seed: it is the same run", .caution)
            } else {
                say("pinned; P lets it go, C compares", .good)
            }
            return [.perform(pane: focus, .pinned)]
        case .compare: return [.compare(pane: focus)]
        case .seeds:
            let now = pane?.snapshot?.seeds ?? 1
            ask(
                .seeds, "seeds", hint: "1 to \(Companions.most), then se or quantiles; restarts the run",
                now > 1 ? "\(now) \(pane?.snapshot?.spread.rawValue ?? "")" : "8 se", isSelected: true)
        case .unpin: return [.perform(pane: focus, .unpinned((pane?.snapshot?.pinCount ?? 1) - 1))]

        case .save:
            if file.path == nil { return run(.saveAs) }
            return [.save]
        case .saveAs:
            ask(.saveAs, "save as", hint: "a path for the workspace; it must not exist yet", file.path == nil ? "session.workspace" : "")
        case .open: ask(.open, "open", hint: "the path of a workspace")
        case .export: overlay = .list(exportList)
        case .mark: ask(.mark, "mark", hint: "a sentence about this moment")
        case .replaySession: return [.replaySession]
        case .palette: overlay = .list(palette)
        case .help: overlay = .help(scroll: 0)
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .toggleMouse:
            mouse.toggle()
            say(mouse ? "mouse on" : "mouse off; the terminal's own text selection works now")
            return [.setMouse(mouse)]
        case .quit: return [.quit(0)]

        default: return runReplay(id)
        }
        return []
    }

    // MARK: Going on with results

    /// Gives what the focused pane found to the pane that goes on with it: one that shows that experiment, else one of its family, else
    /// the pane itself.
    mutating func handOver(_ handoff: HandoffCard) -> [Effect] {
        let others = panes.indices.filter { $0 != focus }
        let family = handoff.target.prefix { $0 != "." }
        let target =
            others.first { panes[$0].card.id == handoff.target } ?? others.first { panes[$0].card.family == family } ?? focus
        return [.handOver(pane: focus, handoff, to: target)]
    }

    /// Marks the item shown for what the pane gives on, or unmarks it.
    private mutating func markItem() -> [Effect] {
        guard let pane, let marking = pane.marking, let item = pane.snapshot?.results.text(marking.item),
            let parameter = pane.card.parameter(marking.list)
        else { return [] }
        var marked = pane.value(of: parameter).description.split(separator: ",").map(String.init)
        if let place = marked.firstIndex(of: item) {
            marked.remove(at: place)
            say("“\(item)” is no longer marked; \(marked.count) are")
        } else {
            marked.append(item)
            let key = keyMap.written(.handOver)
            say("“\(item)” is marked, \(marked.count) in all; \(key) gives \(marked.count == 1 ? "it" : "them") on", .good)
        }
        return set(parameter, to: .text(marked.joined(separator: ",")))
    }

    // MARK: Parameters

    private mutating func choose(_ step: Int) {
        guard var pane else { return }
        let count = pane.card.parameters.count
        pane.chosen = ((pane.chosen + step) % count + count) % count
        pane.complaint = nil
        self.pane = pane
    }

    private mutating func tweak(_ count: Int) -> [Effect] {
        guard let pane, let parameter = pane.parameter else { return [] }
        let old = pane.value(of: parameter)
        let new = parameter.tweaked(old, by: count)
        if new == old {
            switch parameter.kind {
            case .text, .list, .file, .files: openValueEditor()
            default: say("\(parameter.name) is at the \(count > 0 ? "upper" : "lower") end of its range; expected \(parameter.expectation)")
            }
            return []
        }
        return set(parameter, to: new)
    }

    /// Sets a parameter of the focused pane; shown at once, marked until it acts.
    mutating func set(_ parameter: Parameter, to new: Value) -> [Effect] {
        guard var pane else { return [] }
        let old = pane.value(of: parameter)
        pane.complaint = nil
        guard new != old else {
            self.pane = pane
            say("\(parameter.name) is \(Self.shown(new)) already")
            return []
        }
        // Tweaks in quick succession are one change to take back.
        if var last = pane.done.last, last.name == parameter.name, now - last.at < 0.8, pane.undone.isEmpty {
            last.new = new
            last.at = now
            pane.done.removeLast()
            // There and back again is no change.
            if last.new != last.old { pane.done.append(last) }
        } else {
            pane.done.append(PaneModel.Tweak(name: parameter.name, old: old, new: new, at: now))
            pane.keepBefore()
        }
        pane.undone = []
        pane.pending[parameter.name] = new
        self.pane = pane
        return [.perform(pane: focus, .set(name: parameter.name, value: new, input: nil))]
    }

    /// Sets all parameters as a preset says, the others to their defaults; one change to take back.
    mutating func take(preset name: String) -> [Effect] {
        guard var pane, let before = pane.snapshot?.configuration else { return [] }
        let title = name.isEmpty ? "defaults" : name
        pane.done.append(
            PaneModel.Tweak(
                name: title, old: .flag(false), new: .flag(true), at: -.infinity,
                setting: PaneModel.Tweak.Setting(preset: name, before: before)))
        pane.undone = []
        pane.complaint = nil
        pane.keepBefore()
        self.pane = pane
        say("“\(title)”; u takes it back")
        return [.preset(pane: focus, name: name)]
    }

    private mutating func undo() -> [Effect] {
        guard let change = pane?.done.popLast() else { return [] }
        pane?.undone.append(change)
        if let setting = change.setting {
            pane?.keepBefore()
            say("back to what was before “\(change.name)”")
            return [.configure(pane: focus, setting.before)]
        }
        return again(change.name, change.old, "back to")
    }

    private mutating func redo() -> [Effect] {
        guard var change = pane?.undone.popLast() else { return [] }
        change.at = -.infinity
        pane?.done.append(change)
        if let setting = change.setting {
            pane?.keepBefore()
            say("“\(change.name)” again")
            return [.preset(pane: focus, name: setting.preset)]
        }
        return again(change.name, change.new, "again")
    }

    private mutating func again(_ name: String, _ value: Value, _ word: String) -> [Effect] {
        pane?.keepBefore()
        pane?.pending[name] = value
        pane?.complaint = nil
        if let place = pane?.card.parameters.firstIndex(where: { $0.name == name }) { pane?.chosen = place }
        say("\(name) \(word) \(Self.shown(value))")
        return [.perform(pane: focus, .set(name: name, value: value, input: nil))]
    }

    /// A value in few words.
    static func shown(_ value: Value) -> String {
        let text = value.description
        return text.isEmpty ? "empty" : text.count > 40 ? String(text.prefix(39)) + "…" : text
    }

    // MARK: Figures

    private mutating func turn(_ step: Int) -> [Effect] {
        guard let pane, let place = pane.card.figures.firstIndex(where: { $0.id == pane.figureID }) else { return [] }
        let count = pane.card.figures.count
        let figure = pane.card.figures[((place + step) % count + count) % count]
        return show(figure.id)
    }

    /// Shows a figure of the focused pane; in a live session the journal knows.
    mutating func show(_ figure: String) -> [Effect] {
        pane?.view.crosshair = nil
        pane?.tableScroll = 0
        pane?.figureOverride = figure
        if replay != nil { return [] }
        return [.perform(pane: focus, .selected(figure: figure))]
    }

    private mutating func toggleInspection() {
        guard var pane, let shown = pane.figure?.shownRanges(view: pane.view) else { return }
        if pane.isInspecting { return putCrosshairAway() }
        pane.isInspecting = true
        pane.placeHair(shown.x(at: 0.5))
        self.pane = pane
    }

    private mutating func putCrosshairAway() {
        pane?.isInspecting = false
        pane?.view.crosshair = nil
        pane?.hair = nil
    }

    private mutating func moveCrosshair(_ cells: Int) {
        guard var pane, let shown = pane.figure?.shownRanges(view: pane.view) else { return }
        let width = Double(max(20, (isGrid ? columns / 2 : columns * 2 / 3) - 10))
        let place = shown.fraction(ofX: pane.view.crosshair ?? shown.x(at: 0.5)) + Double(cells) / width
        pane.placeHair(shown.x(at: min(max(place, 0), 1)))
        self.pane = pane
    }

    private mutating func zoomFigure(by factor: Double) {
        guard var pane, let figure = pane.figure, let shown = figure.shownRanges(view: pane.view) else { return }
        let place = pane.view.crosshair.map { min(max(shown.fraction(ofX: $0), 0), 1) } ?? 0.5
        pane.view = figure.zoomed(pane.view, by: factor, around: place)
        self.pane = pane
    }

    private mutating func panFigure(_ fraction: Double) {
        guard var pane, let figure = pane.figure else { return }
        pane.view = figure.panned(pane.view, by: fraction)
        self.pane = pane
    }

    /// Scrolls the focused pane's table or text.
    mutating func scroll(by rows: Int) {
        guard var pane else { return }
        if pane.showsTable {
            pane.tableScroll = max(0, min(pane.tableScroll + rows, pane.tableRows - 1))
        } else if case .plot? = pane.figure?.body {
            // A plot has nothing to scroll; the results beside it may.
            let some = max(3, self.rows / 6) * rows.signum()
            pane.resultScroll = max(0, min(pane.resultScroll + some, (pane.snapshot?.results.values.count ?? 1) - 1))
        } else {
            pane.view.scroll = max(0, min(pane.view.scroll + rows, 1_000_000))
        }
        self.pane = pane
    }
}
