import Surface

/// A straight line across the whole plot at one value, with an optional text on it.
public struct Rule: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// Which way it runs and where.
    public enum Place: Hashable, Sendable {
        /// Vertical, at an x.
        case x(Double)
        /// Horizontal, at a y.
        case y(Double)
        /// The diagonal y = intercept + slope * x.
        case sloped(intercept: Double, slope: Double)
    }
    /// Which way it runs and where.
    public var place: Place
    /// Words beside it; empty for none.
    public var text: String
    /// A rule.
    public init(_ place: Place, _ text: String = "", _ look: Look = Look(nil, .reference)) {
        self.place = place
        self.text = text
        self.look = look
    }

    /// The ranges of its finite data.
    public var extent: Extent {
        switch place {
        case .x(let value): Extent(x: value.isFinite ? value...value : nil)
        case .y(let value): Extent(y: value.isFinite ? value...value : nil)
        case .sloped: Extent()
        }
    }

    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        var pen = canvas.pen(look, layer: .guide)
        let style = canvas.style(look)
        let (right, bottom) = (Double(canvas.dotColumns - 1), Double(canvas.dotRows - 1))
        canvas.liftPen()
        switch place {
        case .x(let value):
            let x = canvas.dotX(value)
            guard x >= -0.5, x <= right + 0.5 else { return }
            pen.dashes = [1, 1]
            canvas.line(x, 0, x, bottom, pen)
            let column = Int(x.rounded()) / 2
            let width = TextMeasure.width(text)
            let rows =
                Array(0..<min(canvas.rows, 6))
                + (canvas.rows > 6 ? Array((6..<canvas.rows).reversed()) : [])
            canvas.text(
                CanvasText(
                    text: text, style: style,
                    places: rows.flatMap { row in
                        let sides = [
                            (column: column + 1, row: row, endsThere: false),
                            (column: column - 1, row: row, endsThere: true),
                        ]
                        return column + 1 + width <= canvas.columns ? sides : sides.reversed()
                    }))
        case .y(let value):
            let y = canvas.dotY(value)
            guard y >= -0.5, y <= bottom + 0.5 else { return }
            pen.dashes = [1, 1]
            canvas.line(0, y, right, y, pen)
            let row = Int(y.rounded()) / 4
            let end = canvas.columns - 1
            let beside = y >= Double(row * 4 + 2) ? [row - 1, row + 1] : [row + 1, row - 1]
            let starts = [end, end / 2 + TextMeasure.width(text) / 2, TextMeasure.width(text) + 1]
            canvas.text(
                CanvasText(
                    text: text, style: style,
                    places: beside.flatMap { row in starts.map { (column: $0, row: row, endsThere: true) } }))
        case .sloped(let intercept, let slope):
            drawSloped(intercept, slope, pen, style, &canvas)
        }
    }

    /// In pieces, since on a logarithmic axis a straight line is a curve.
    private func drawSloped(
        _ intercept: Double, _ slope: Double, _ pen: Canvas.Pen, _ style: Style, _ canvas: inout Canvas
    ) {
        var pen = pen
        pen.dashes = [1, 2]
        var last: (Double, Double)?
        let steps = max(1, canvas.dotColumns - 1)
        var inside: [(Int, Int)] = []
        for step in 0...steps {
            let x = canvas.x.value(at: Double(step) / Double(steps))
            let (px, py) = (canvas.dotX(x), canvas.dotY(intercept + slope * x))
            guard px.isFinite, py.isFinite else {
                last = nil
                continue
            }
            if let last { canvas.line(last.0, last.1, px, py, pen) }
            if py >= 0, py < Double(canvas.dotRows) { inside.append((Int(px) / 2, Int(py) / 4)) }
            last = (px, py)
        }
        let places = [3, 2, 4, 1].compactMap { part in
            inside.isEmpty ? nil : inside[(inside.count - 1) * part / 4]
        }
        canvas.text(
            CanvasText(
                text: text, style: style,
                places: places.flatMap {
                    [
                        (column: $0.0 + 2, row: $0.1 + 1, endsThere: false),
                        (column: $0.0 - 2, row: $0.1 - 1, endsThere: true),
                    ]
                }))
    }

    /// How the legend shows it.
    public var sample: LegendSample { .rule }
    /// Its data as columns.
    public var table: Table {
        let name = text.isEmpty ? look.label ?? "rule" : text
        switch place {
        case .x(let value): return Table(name, columns: ["x"], rows: [[.number(value)]])
        case .y(let value): return Table(name, columns: ["y"], rows: [[.number(value)]])
        case .sloped(let intercept, let slope):
            return Table(
                name, columns: ["intercept", "slope"], rows: [[.number(intercept), .number(slope)]])
        }
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        let name = [text, look.label ?? ""].first { !$0.isEmpty }.map { "\($0): a" } ?? "A"
        switch place {
        case .x(let value): return "\(name) vertical rule at \(Words.quantity(value, x))."
        case .y(let value): return "\(name) level rule at \(Words.quantity(value, y))."
        case .sloped(let intercept, let slope):
            return "\(name) straight rule y = \(Numbers.short(intercept)) + \(Numbers.short(slope))·x."
        }
    }
}
