import Engine
import Plotting

extension Model {
    /// Why a command cannot be done now, in one sentence; nil when it can.
    public func obstacle(to id: Command.ID) -> String? {
        let command = Command.named(id)
        switch command.context {
        case .live where replay != nil: return "not in a replay; Escape leaves it, b branches from it"
        case .replay where replay == nil: return "only in a replay; v replays this session"
        case .inspecting where pane?.isInspecting != true: return "only with the cross-hair out; i takes it out"
        default: break
        }
        switch id {
        case .focusPane1, .focusPane2, .focusPane3, .focusPane4:
            if panes.indices.contains(Self.paneNumber(id)) { return nil }
            return panes.count == 1 ? "there is one pane" : "there are \(panes.count) panes"
        case .focusNext, .focusPrevious: return panes.count > 1 ? nil : "there is one pane"
        case .zoom: return panes.count > 1 ? nil : "there is one pane"
        case .step: return stepObstacle
        case .toggleRun: return runObstacle
        case .install: return installObstacle
        case .previousParameter, .nextParameter: return pane?.parameter == nil ? "the experiment has no parameters" : nil
        case .decrease, .increase, .decreaseMore, .increaseMore, .typeValue, .resetValue:
            if pane?.parameter == nil { return "the experiment has no parameters" }
            return pane?.snapshot == nil ? "the pane is starting" : nil
        case .restart, .reseed, .presets, .pin, .compare: return pane?.snapshot == nil ? "the pane is starting" : nil
        case .seeds:
            if pane?.card.asksProviders == true {
                return "this experiment asks a provider; seeds run side by side only where nothing is asked"
            }
            return pane?.snapshot == nil ? "the pane is starting" : nil
        case .undo: return pane?.done.isEmpty != false ? "no parameter change to take back" : nil
        case .redo: return pane?.undone.isEmpty != false ? "no change was taken back" : nil
        case .nextFigure, .previousFigure: return (pane?.card.figures.count ?? 0) > 1 ? nil : "the experiment has one figure"
        case .inspect, .zoomIn, .zoomOut, .panLeft, .panRight, .autoscale, .logAxis, .logAxisX:
            guard let figure = pane?.figure else { return "no figure yet" }
            guard figure.xAxisName != nil else { return "this figure has no axes" }
            return pane?.showsTable == true ? "the table is shown; t shows the figure" : nil
        case .table, .describe, .export: return pane?.figure == nil ? "no figure yet" : nil
        case .sortNext, .sortPrevious, .sortReverse: return pane?.showsTable == true ? nil : "no table is shown; t shows one"
        case .handOver, .handOverList:
            if pane?.card.handoffs.isEmpty != false { return "this experiment gives nothing to another" }
            return pane?.snapshot == nil ? "the pane is starting" : nil
        case .markItem:
            guard let marking = pane?.marking else { return "this experiment has nothing to mark" }
            return pane?.snapshot?.results.text(marking.item) == nil ? "there is nothing to mark yet" : nil
        case .unpin: return (pane?.snapshot?.pinCount ?? 0) > 0 ? nil : "no run is pinned; p pins one"
        case .save: return file.failure
        case .markBack, .markForward: return replay?.marks.isEmpty == false ? nil : "the session has no marks; m sets one"
        default: return nil
        }
    }

    private var stepObstacle: String? {
        switch pane?.snapshot?.status {
        case nil: return "the pane is starting"
        case .waiting: return "it waits for an answer"
        case .finished(let reason): return "the run has finished: \(reason); r restarts it"
        case .ready, .failed: return pane?.snapshot?.isRunning == true ? "it is running; Space pauses it" : nil
        }
    }

    private var runObstacle: String? {
        guard let snapshot = pane?.snapshot else { return "the pane is starting" }
        if case .finished(let reason) = snapshot.status { return "the run has finished: \(reason); r restarts it" }
        return nil
    }

    /// The place of the pane that a focus command names.
    static func paneNumber(_ id: Command.ID) -> Int {
        switch id {
        case .focusPane1: 0
        case .focusPane2: 1
        case .focusPane3: 2
        default: 3
        }
    }

    /// The contexts that hold, the first going before the others.
    public var contexts: [Command.Context] {
        (pane?.isInspecting == true ? [.inspecting] : []) + [replay == nil ? .live : .replay, .anywhere]
    }
}
