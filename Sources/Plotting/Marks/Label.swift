import Surface

/// Words at a point, with an optional marker character on the point itself.
public struct Label: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// Where.
    public var point: Point
    /// The words, right of the point.
    public var text: String
    /// The marker on the point; nil for none.
    public var marker: Unicode.Scalar?
    /// Words at a point.
    public init(_ text: String, at point: Point, marker: Unicode.Scalar? = nil, _ look: Look = Look()) {
        self.text = text
        self.point = point
        self.marker = marker
        self.look = look
    }

    /// The ranges of its finite data.
    public var extent: Extent {
        point.isFinite ? Extent(x: point.x...point.x, y: point.y...point.y) : Extent()
    }

    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        let (x, y) = (canvas.dotX(point.x), canvas.dotY(point.y))
        guard x.isFinite, y.isFinite, x >= -0.5, y >= -0.5, x < Double(canvas.dotColumns),
            y < Double(canvas.dotRows)
        else { return }
        let style = canvas.style(look)
        if let marker { canvas.symbol(marker, x, y, style) }
        let (column, row) = (Int(max(0, x).rounded()) / 2, Int(max(0, y).rounded()) / 4)
        let gap = marker == nil ? 1 : 2
        let middle = column - TextMeasure.width(text) / 2
        canvas.text(
            CanvasText(
                text: text, style: style, isRequired: true,
                places: [
                    (column + gap, row, false), (column - gap, row, true), (middle, row - 1, false),
                    (middle, row + 1, false),
                    (column + 1, row - 1, false), (column + 1, row + 1, false), (column - 1, row - 1, true),
                    (column - 1, row + 1, true),
                ]))
    }

    /// How the legend shows it.
    public var sample: LegendSample { marker.map { .symbol($0) } ?? .symbol("•") }
    /// Its data as columns.
    public var table: Table {
        Table(
            text, columns: ["x", "y", "text"], rows: [[.number(point.x), .number(point.y), .text(text)]])
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        "\"\(text)\" at \(Words.quantity(point.x, x)), \(Words.quantity(point.y, y))."
    }
}
