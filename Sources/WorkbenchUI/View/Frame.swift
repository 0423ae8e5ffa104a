import Plotting
import Surface
import Terminal

/// One picture of the session: what to show, where the cursor stands, and what the mouse would hit.
public struct Frame: Sendable {
    /// The cells.
    public var surface: Surface
    /// Where the cursor stands: seen while a line is typed, else on the focused item for screen readers.
    public var cursor: Cursor?
    /// What is where, later ones on top.
    public var regions: [Region] = []
}

extension Model {
    /// The least width a session can be worked in.
    public static let leastColumns = 40
    /// The least height a session can be worked in.
    public static let leastRows = 12

    /// The screen: a pure function of the model.
    public func frame() -> Frame {
        var painter = Painter(self)
        painter.drawScreen()
        return Frame(surface: painter.surface, cursor: painter.cursor, regions: painter.regions)
    }
}

/// Draws a model onto a surface.
struct Painter {
    let model: Model
    let symbols: Symbols
    var surface: Surface
    var cursor: Cursor?
    var regions: [Region] = []

    init(_ model: Model) {
        self.model = model
        symbols = Symbols(model.glyphs)
        surface = Surface(columns: model.columns, rows: model.rows, isASCII: model.glyphs == .ascii)
    }

    mutating func drawScreen() {
        let all = surface.bounds
        guard all.columns >= Model.leastColumns, all.rows >= Model.leastRows else {
            let (least, here) = ("\(Model.leastColumns)x\(Model.leastRows)", "\(all.columns)x\(all.rows)")
            let sentences = ["workbench needs \(least) cells, this is \(here)", "needs \(least), this is \(here)", "needs \(least)", least]
            // The longest that fits: what is needed matters most.
            write(sentences.first { $0.count <= all.columns } ?? least, in: all, row: all.rows / 2)
            return
        }
        let (top, below) = all.splitTop(1)
        var (middle, bottom) = below.splitBottom(1)
        drawTabs(in: top)
        if let replay = model.replay {
            let (rest, transport) = middle.splitBottom(1)
            middle = rest
            drawTransport(replay, in: transport)
        }
        if model.isGrid {
            drawGrid(in: middle)
        } else if model.panes.indices.contains(model.focus) {
            drawZoomed(model.focus, in: middle)
        }
        drawBottom(in: bottom)
        drawOverlay(above: bottom)
    }

    // MARK: Writing

    /// Writes one line cut to a block's width, with an ellipsis at the cut.
    mutating func write(_ text: String, in block: Rectangle, row: Int = 0, style: Style = .plain) {
        guard row >= 0, row < block.rows, block.columns > 0 else { return }
        let cut = TextMeasure.truncated(surface.fitted(text), to: block.columns, ellipsis: symbols.ellipsis)
        surface.write(cut, column: block.column, row: block.row + row, style: style, limit: block.columns)
    }

    /// Writes one line that ends at a block's right edge and returns the columns it took.
    @discardableResult
    mutating func writeRight(_ runs: [StyledRun], in block: Rectangle, row: Int = 0) -> Int {
        guard row >= 0, row < block.rows else { return 0 }
        let fitted = runs.map { StyledRun(surface.fitted($0.text), $0.style) }
        let width = fitted.reduce(0) { $0 + TextMeasure.width($1.text) }
        guard width <= block.columns else { return 0 }
        return surface.write(fitted, column: block.column + block.columns - width, row: block.row + row)
    }

    // MARK: The panes

    private mutating func drawGrid(in block: Rectangle) {
        let count = min(4, model.panes.count)
        let upper = count > 2 ? block.rows - block.rows / 2 : block.rows
        let left = block.columns - block.columns / 2
        for index in 0..<count {
            let (across, down) = (index % 2, index / 2)
            // A third pane alone in its row takes it whole.
            let isWide = index == count - 1 && across == 0
            let cell = Rectangle(
                column: block.column + (across == 0 ? 0 : left), row: block.row + (down == 0 ? 0 : upper),
                columns: isWide ? block.columns : across == 0 ? left : block.columns - left, rows: down == 0 ? upper : block.rows - upper)
            drawCell(index, in: cell)
        }
    }

    /// One pane of the grid: a box with its title and state in the upper edge.
    private mutating func drawCell(_ index: Int, in block: Rectangle) {
        let pane = model.panes[index]
        let isFocused = index == model.focus
        regions.append(Region(block: block, target: .pane(index)))
        // Without colour the focus is reversed, which is too much for a whole frame: its heavy line tells.
        let frame = isFocused ? model.isMonochrome ? Style(.standard, on: .standard, .bold) : Style(.focus) : Style(.frame)
        let inside = surface.box(block, line: isFocused ? .heavy : .rounded, style: frame)
        let edge = Rectangle(column: block.column + 2, row: block.row, columns: block.columns - 4, rows: 1)
        var state = stateRuns(pane, isShort: true)
        state.insert(StyledRun(" "), at: 0)
        state.append(StyledRun(" "))
        let taken = writeRight(state, in: edge)
        let title = " \(index + 1) \(pane.card.title) "
        write(title, in: edge.splitLeft(edge.columns - taken - 1).left, style: isFocused ? Style(.focus, .bold) : Style(.heading))
        if pane.card.figures.count > 1, block.columns > 30 {
            let lower = Rectangle(column: edge.column, row: block.row + block.rows - 1, columns: edge.columns, rows: 1)
            writeRight([StyledRun(" \(figurePlace(pane)) ", Style(.faint))], in: lower)
        }
        drawContent(index, in: inside, isFocused: isFocused)
    }

    /// One pane over the whole middle of the screen.
    mutating func drawZoomed(_ index: Int, in block: Rectangle) {
        let pane = model.panes[index]
        regions.append(Region(block: block, target: .pane(index)))
        let (header, rest) = block.splitTop(1)
        var state = stateRuns(pane, isShort: block.columns < 60)
        // A long reason for having finished must not push out the title, nor itself.
        if state.reduce(0, { $0 + TextMeasure.width(surface.fitted($1.text)) }) > block.columns * 3 / 4 {
            state = stateRuns(pane, isShort: true)
        }
        let taken = writeRight(state, in: header)
        let room = header.splitLeft(max(0, header.columns - taken - 2)).left
        let title = surface.fitted(pane.card.title)
        write(title, in: room, style: Style(.heading, .bold))
        let used = TextMeasure.width(title) + 2
        let parts = [pane.card.id, pane.card.figures.count > 1 ? figurePlace(pane) : nil].compactMap { $0 }
        for count in [parts.count, 1] {
            let detail = parts.prefix(count).joined(separator: " \(symbols.dot) ")
            if used + TextMeasure.width(detail) <= room.columns {
                write(detail, in: room.splitLeft(used).rest, style: Style(.faint))
                break
            }
        }
        drawContent(index, in: rest, isFocused: true)
    }

    private func figurePlace(_ pane: PaneModel) -> String {
        let place = pane.card.figures.firstIndex { $0.id == pane.figureID } ?? 0
        return "figure \(place + 1)/\(pane.card.figures.count)"
    }

    /// What a pane is doing: sign, word, steps, speed.
    private func stateRuns(_ pane: PaneModel, isShort: Bool) -> [StyledRun] {
        let condition = pane.condition
        let style: Style =
            switch condition {
            case .running: Style(.good)
            case .finished: Style(.good)
            case .failed: Style(.bad)
            case .waiting: Style(.caution)
            case .paused, .starting: Style(.faint)
            }
        var words = condition.rawValue
        if !isShort, case .finished(let reason) = pane.snapshot?.status { words += ": \(reason)" }
        var runs = [StyledRun("\(symbols.sign(condition)) \(words)", style)]
        if let snapshot = pane.snapshot {
            let name = isShort ? "" : " " + pane.card.stepName + (snapshot.step == 1 ? "" : "s")
            runs.append(StyledRun("  " + Numbers.grouped(snapshot.step) + name))
            if snapshot.stepsPerSecond > 0 { runs.append(StyledRun("  " + Self.rate(snapshot.stepsPerSecond), Style(.faint))) }
            let seeds = snapshot.seeds > 1 ? " +\(snapshot.seeds - 1)" : ""
            if !isShort { runs.append(StyledRun("  seed \(snapshot.configuration.seed)\(seeds)", Style(.faint))) }
        }
        return runs
    }

    /// Steps a second in few characters: 0.4/s, 12/s, 310k/s, 2.1M/s.
    static func rate(_ value: Double) -> String {
        switch value {
        case ..<9.95: Numbers.fixed(value, decimals: 1) + "/s"
        case ..<999.5: Numbers.fixed(value, decimals: 0) + "/s"
        case ..<9_950: Numbers.fixed(value / 1e3, decimals: 1) + "k/s"
        case ..<999_500: Numbers.fixed(value / 1e3, decimals: 0) + "k/s"
        case ..<9_950_000: Numbers.fixed(value / 1e6, decimals: 1) + "M/s"
        default: Numbers.fixed(value / 1e6, decimals: 0) + "M/s"
        }
    }
}
