import Surface

extension Figure {
    /// Draws the figure at a size in cells: a pure function of its arguments.
    ///
    /// - Parameters:
    ///   - columns: Width; any number from 0 up.
    ///   - rows: Height; any number from 0 up. What does not fit is left out: caption first, then labels, axes, title.
    ///   - glyphs: The characters to draw with.
    ///   - view: Zoom, log flips, cross-hair, scroll.
    ///   - isMonochrome: Whether series must differ by line pattern and filling, because colours will not be seen.
    public func rendered(
        columns: Int, rows: Int, glyphs: GlyphSet, view: PlotView = PlotView(),
        isMonochrome: Bool = false
    ) -> Surface {
        picture(columns: columns, rows: rows, glyphs: glyphs, view: view, isMonochrome: isMonochrome).surface
    }

    /// Draws the figure as `rendered` does, and tells which cells lie inside the axes that keys and mouse look at; nil without axes.
    public func picture(
        columns: Int, rows: Int, glyphs: GlyphSet, view: PlotView = PlotView(), isMonochrome: Bool = false
    ) -> (surface: Surface, area: Rectangle?) {
        var surface = Surface(columns: columns, rows: rows, isASCII: glyphs == .ascii)
        let renderer = FigureRenderer(glyphs: glyphs, view: view, isMonochrome: isMonochrome)
        let area = renderer.draw(self, in: surface.bounds, on: &surface)
        return (surface, area)
    }

    /// What a cross-hair at `view.crosshair` reads of each labelled mark; empty without one.
    public func readings(view: PlotView) -> [Reading] {
        guard let x = view.crosshair else { return [] }
        switch body {
        case .plot(let plot): return plot.marks.flatMap { mark in mark.look.label == nil ? [] : mark.readings(at: x) }
        case .grid(let parts, _):
            let axis = xAxisName
            return parts.filter { $0.xAxisName == axis }.flatMap { $0.readings(view: view) }
        case .table, .document, .empty: return []
        }
    }
}

/// How a plot is looked at, without change to the figure: zoomed, panned, inspected.
public struct PlotView: Hashable, Sendable, Codable {
    /// The x range shown; the figure's own when nil.
    public var x: ClosedRange<Double>?
    /// The y range shown; the figure's own when nil.
    public var y: ClosedRange<Double>?
    /// Whether x is put on a log scale against the figure's own, where the data allow.
    public var flipsLogX = false
    /// Whether y is put on a log scale against the figure's own, where the data allow.
    public var flipsLogY = false
    /// The x at which a cross-hair reads the nearest values; nil for none.
    public var crosshair: Double?
    /// The first line shown of a document or table, or the first figure of a grid that has no room for all.
    public var scroll = 0

    /// The figure's own view.
    public init() {}
}

/// Draws figures of every kind into a block of a surface.
struct FigureRenderer {
    let glyphs: GlyphSet
    let view: PlotView
    let isMonochrome: Bool

    /// Draws a figure and returns the cells inside the axes of its first plot; nil without axes.
    @discardableResult
    func draw(_ figure: Figure, in block: Rectangle, on surface: inout Surface) -> Rectangle? {
        guard !block.isEmpty else { return nil }
        if case .plot(let plot) = figure.body {
            return PlotRenderer(renderer: self, figure: figure, plot: plot).draw(in: block, on: &surface)
        }
        var room = block
        if !figure.title.isEmpty, block.rows >= 3 {
            let (top, rest) = room.splitTop(1)
            title(figure.title, in: top, on: &surface)
            room = rest
        }
        room = caption(figure.caption, in: room, on: &surface)
        switch figure.body {
        case .plot: break
        case .grid(let figures, let columns): return drawGrid(figures, columns: columns, in: room, on: &surface)
        case .table(let table): drawTable(table, in: room, on: &surface)
        case .document(let document): drawDocument(document, in: room, on: &surface)
        case .empty(let sentence): drawSentence(sentence, in: room, on: &surface)
        }
        return nil
    }

    /// Writes a title, cut to the block.
    func title(_ text: String, in block: Rectangle, on surface: inout Surface) {
        let cut = TextMeasure.truncated(surface.fitted(text), to: block.columns, ellipsis: ellipsis)
        surface.write(
            cut, column: block.column, row: block.row, style: Style(.heading, .bold), limit: block.columns
        )
    }

    var ellipsis: String { glyphs == .ascii ? "~" : "…" }

    /// Writes a caption at the bottom and returns what is left above it.
    func caption(_ text: String, in block: Rectangle, on surface: inout Surface) -> Rectangle {
        guard !text.isEmpty, block.rows >= 7, block.columns > 0 else { return block }
        var lines = TextMeasure.wrapped(surface.fitted(text), columns: block.columns)
        let most = block.rows >= 20 ? 2 : 1
        if lines.count > most {
            let kept = lines.prefix(most - 1)
            let rest = lines.dropFirst(most - 1).joined(separator: " ")
            lines = kept + [TextMeasure.truncated(rest, to: block.columns, ellipsis: ellipsis)]
        }
        let (rest, bottom) = block.splitBottom(lines.count)
        for (offset, line) in lines.enumerated() {
            surface.write(
                line, column: bottom.column, row: bottom.row + offset, style: Style(.faint),
                limit: bottom.columns)
        }
        return rest
    }

    /// Centres a sentence, wrapped.
    func drawSentence(_ sentence: String, in block: Rectangle, on surface: inout Surface) {
        guard !block.isEmpty else { return }
        let lines = TextMeasure.wrapped(surface.fitted(sentence), columns: block.columns).prefix(
            block.rows)
        for (offset, line) in lines.enumerated() {
            surface.writeCentred(
                line, in: block, row: block.row + (block.rows - lines.count) / 2 + offset,
                style: Style(.faint))
        }
    }

    /// Wraps a document and shows it from its scroll on, with a mark where more follows.
    func drawDocument(_ document: Document, in block: Rectangle, on surface: inout Surface) {
        guard !block.isEmpty else { return }
        let runs =
            glyphs == .ascii
            ? document.runs.map { StyledRun(asciiLines($0.text), $0.style) } : document.runs
        let lines = TextMeasure.wrapped(runs, columns: block.columns)
        let first = min(max(0, document.scroll + view.scroll), max(0, lines.count - block.rows))
        for (offset, line) in lines.dropFirst(first).prefix(block.rows).enumerated() {
            surface.write(line, column: block.column, row: block.row + offset, limit: block.columns)
        }
        scrollMarks(first: first, shown: block.rows, count: lines.count, in: block, on: &surface)
    }

    /// The text in ASCII with its newlines and tabs left.
    private func asciiLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map {
                $0.split(separator: "\t", omittingEmptySubsequences: false).map {
                    TextMeasure.ascii(String($0))
                }.joined(separator: "\t")
            }
            .joined(separator: "\n")
    }

    /// Arrows in the right column where there is more above or below.
    func scrollMarks(
        first: Int, shown: Int, count: Int, in block: Rectangle, on surface: inout Surface
    ) {
        guard block.rows > 1, block.columns > 8 else { return }
        let end = block.column + block.columns
        if first > 0 {
            surface.writeRight(
                " ↑ \(first)", end: end, row: block.row, style: Style(.faint), limit: block.columns)
        }
        let below = count - first - shown
        if below > 0 {
            surface.writeRight(
                " ↓ \(below)", end: end, row: block.row + block.rows - 1, style: Style(.faint),
                limit: block.columns)
        }
    }

    /// Lays figures out row by row; fewer columns when they would be too narrow, fewer figures when there is no room.
    func drawGrid(
        _ figures: [Figure], columns wished: Int, in block: Rectangle, on surface: inout Surface
    ) -> Rectangle? {
        guard !figures.isEmpty, !block.isEmpty else { return nil }
        var leading: Rectangle?
        let (leastColumns, leastRows) = (24, 7)
        let across = max(1, min(wished, figures.count, (block.columns + 1) / (leastColumns + 1)))
        let wantedRows = (figures.count + across - 1) / across
        var down = max(1, min(wantedRows, block.rows / leastRows))
        var room = block
        var first = 0
        if down < wantedRows, block.rows > leastRows {
            let (rest, bottom) = block.splitBottom(1)
            room = rest
            down = max(1, min(wantedRows, room.rows / leastRows))
            first = min(max(0, view.scroll), wantedRows - down) * across
            let last = min(figures.count, first + down * across)
            surface.write(
                "figures \(first + 1)-\(last) of \(figures.count)", column: bottom.column, row: bottom.row,
                style: Style(.faint),
                limit: bottom.columns)
        }
        // Cross-hair and zoom are places on the first plot's x axis: parts that measure something else are shown whole.
        let axis = figures.lazy.compactMap(\.xAxisName).first
        var own = view
        own.x = nil
        own.crosshair = nil
        let stranger = FigureRenderer(glyphs: glyphs, view: own, isMonochrome: isMonochrome)
        for place in 0..<(down * across) where first + place < figures.count {
            let (row, column) = (place / across, place % across)
            let left = room.columns * column / across + (column > 0 ? 1 : 0)
            let right = room.columns * (column + 1) / across
            let (top, bottom) = (room.rows * row / down, room.rows * (row + 1) / down)
            let size = Rectangle(columns: right - left, rows: bottom - top)
            var part = Surface(columns: size.columns, rows: size.rows, isASCII: surface.isASCII)
            let figure = figures[first + place]
            let area = (figure.xAxisName == axis ? self : stranger).draw(figure, in: size, on: &part)
            if leading == nil, figure.xAxisName == axis, let area {
                leading = Rectangle(
                    column: room.column + left + area.column, row: room.row + top + area.row, columns: area.columns, rows: area.rows)
            }
            surface.place(part, column: room.column + left, row: room.row + top)
        }
        return leading
    }
}
