import Engine
import Plotting

/// One pane as the interface knows it: the engine's latest snapshot, and how the user looks at it.
public struct PaneModel: Sendable {
    /// The experiment's declaration.
    public var card: Card
    /// The latest snapshot; nil until the first has come.
    public var snapshot: PaneSnapshot?
    /// The place of the parameter that keys act on.
    public var chosen = 0
    /// How each figure is looked at, by its id.
    public var views: [String: PlotView] = [:]
    /// The figure looked at when it is not the pane's own choice, as in a replay.
    public var figureOverride: String?
    /// Whether the cross-hair is out.
    public var isInspecting = false
    /// Where the cross-hair stands and what its axis measures: other figures over the same axis show it too.
    public var hair: Hair?

    /// A place on an axis.
    public struct Hair: Hashable, Sendable {
        /// The place.
        public var x: Double
        /// What the axis measures.
        public var axis: String
    }

    /// Moves the cross-hair of the figure shown.
    mutating func placeHair(_ x: Double) {
        view.crosshair = x
        hair = figure?.xAxisName.map { Hair(x: x, axis: $0) }
    }

    /// Takes the cross-hair along to a figure just come: to the same place on the same axis, else to the middle.
    mutating func bringHair() {
        guard isInspecting, view.crosshair == nil, let figure, let shown = figure.shownRanges(view: view) else { return }
        if let hair, hair.axis == figure.xAxisName { view.crosshair = hair.x } else { placeHair(shown.x(at: 0.5)) }
    }

    /// Whether the figure's data are shown instead of the figure.
    public var showsTable = false
    /// The figure's data as a table, taken when they were last shown: making it costs the length of the data.
    var tableFigure: Figure?
    /// When `tableFigure` was taken, on the model's clock.
    var tableTime = -1.0
    /// The first row shown of the data.
    public var tableScroll = 0
    /// The column that the data are sorted by; nil for the figure's own order.
    public var tableSort: TableSort?

    /// An order of the data.
    public struct TableSort: Hashable, Sendable {
        /// The column's place.
        public var column: Int
        /// Whether the greatest comes first.
        public var isDescending: Bool
    }
    /// How many results are scrolled past.
    public var resultScroll = 0
    /// The figure as it stood before the tweaks of late, drawn dim behind; nil when there were none.
    public var before: Figure?
    /// In a branch: the figure as the parent session went on, drawn dim behind.
    public var parentFigure: Figure?
    /// In a branch: the step it forked at.
    public var forkStep: Int?
    /// Values on their way to the experiment, shown at once and marked until they act.
    public var pending: [String: Value] = [:]
    /// Why the last wish was refused.
    public var complaint: String?
    /// Parameter changes that can be undone, oldest first.
    public var done: [Tweak] = []
    /// Undone changes that can be done again, the next one last.
    public var undone: [Tweak] = []

    /// A parameter change by hand.
    public struct Tweak: Hashable, Sendable {
        /// The parameter.
        public var name: String
        /// The value before.
        public var old: Value
        /// The value since.
        public var new: Value
        /// When, on the model's clock.
        public var at: Double
        /// For a preset, which sets many at once: its name, and everything as it was before.
        public var setting: Setting?

        /// A preset taken up.
        public struct Setting: Hashable, Sendable {
            /// The preset's name; empty for every default.
            public var preset: String
            /// The configuration before.
            public var before: Configuration
        }
    }

    /// A pane before its first snapshot; the parameter chosen is the first that is a number and acts live: what a hand goes to first.
    public init(card: Card) {
        self.card = card
        chosen =
            card.parameters.firstIndex { parameter in
                guard parameter.effect == .live else { return false }
                switch parameter.kind {
                case .real, .integer: return true
                default: return false
                }
            } ?? 0
    }

    /// The parameter that keys act on; nil for an experiment without any.
    public var parameter: Parameter? { card.parameters.indices.contains(chosen) ? card.parameters[chosen] : nil }

    /// How items are marked for what the pane gives on; nil when nothing is.
    public var marking: HandoffCard.Marking? { card.handoffs.lazy.compactMap(\.marking).first }

    /// A parameter's value as the user last set it.
    public func value(of parameter: Parameter) -> Value {
        pending[parameter.name] ?? snapshot?.configuration.values[parameter.name] ?? parameter.initial
    }

    /// The id of the figure shown.
    public var figureID: String { figureOverride ?? snapshot?.figure ?? card.figures.first?.id ?? "" }

    /// The figure shown, when the snapshot holds it, over what it was before the tweaks of late.
    public var figure: Figure? {
        let id = figureID
        guard let now = snapshot?.figures.first(where: { $0.id == id }) ?? snapshot?.figures.first else { return nil }
        var shown = now
        if let before, before.id == now.id { shown = shown.over(before, label: "before") }
        if let parentFigure, parentFigure.id == now.id {
            shown = shown.over(parentFigure, label: "parent").ruled(forkStep.map { [($0, "branch")] } ?? [])
        }
        return shown
    }

    /// Keeps the figure as it stands, to show it behind what comes of a change.
    mutating func keepBefore() {
        let id = figureID
        before = snapshot?.figures.first { $0.id == id }
    }

    /// How the figure shown is looked at.
    public var view: PlotView {
        get { views[figureID] ?? PlotView() }
        set { views[figureID] = newValue == PlotView() ? nil : newValue }
    }

    /// Sorts the data by the next column, or the one before; past the last the figure's own order comes again.
    mutating func turnSort(_ step: Int) {
        guard case .table(let table)? = tableFigure?.body else { return }
        let count = table.columns.count
        let place = (tableSort.map { $0.column + 1 } ?? 0) + step
        let wrapped = (place % (count + 1) + count + 1) % (count + 1)
        tableSort = wrapped == 0 ? nil : TableSort(column: wrapped - 1, isDescending: tableSort?.isDescending ?? false)
        tableScroll = 0
    }

    /// How many rows the table shown has.
    var tableRows: Int { if case .table(let table)? = tableFigure?.body { table.rows.count } else { 0 } }

    /// Takes the figure's data anew; at most twice a second while the figure changes.
    mutating func refreshTable(now: Double, isForced: Bool = false) {
        guard showsTable, let figure else { return }
        guard isForced || tableFigure?.id != figure.id || now - tableTime >= 0.5 else { return }
        tableTime = now
        let isPlain: Bool = if case .table = figure.body { true } else { false }
        var table = figure.table()
        var title = isPlain ? figure.title : figure.title + ", data"
        if let sort = tableSort, table.columns.indices.contains(sort.column) {
            table = table.sorted(by: sort.column, descending: sort.isDescending)
            title += ", by \(table.columns[sort.column])\(sort.isDescending ? " from the greatest" : "")"
        }
        tableFigure = Figure(figure.id, title: title, body: .table(table))
    }

    /// Whether it changes by itself: running, or waiting for an answer.
    public var isWorking: Bool {
        guard let snapshot else { return true }
        switch snapshot.status {
        case .ready: return snapshot.isRunning || !pending.isEmpty
        case .waiting: return true
        case .finished, .failed: return !pending.isEmpty
        }
    }

    /// The state in one word.
    public var condition: Condition {
        guard let snapshot else { return .starting }
        switch snapshot.status {
        case .ready: return snapshot.isRunning ? .running : .paused
        case .waiting: return snapshot.isRunning ? .waiting : .paused
        case .finished: return .finished
        case .failed: return .failed
        }
    }

    /// What a pane can be seen doing.
    public enum Condition: String, Sendable, Hashable {
        case starting, running, paused, waiting, finished, failed
    }
}
