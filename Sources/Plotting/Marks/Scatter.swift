import Surface

/// Points in any order, unconnected.
public struct Scatter: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The points.
    public var points: [Point]
    /// A character for each point instead of a dot; nil for dots.
    public var symbol: Unicode.Scalar?
    /// A scatter of points.
    public init(_ points: [Point], _ look: Look = Look(), symbol: Unicode.Scalar? = nil) {
        self.points = points
        self.look = look
        self.symbol = symbol
    }

    /// The ranges of its finite data.
    public var extent: Extent { extent(isPositiveX: false, isPositiveY: false) }
    /// The ranges of its finite data, or of what is above zero.
    public func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent {
        Extent(
            x: Extent.range(points.lazy.map(\.x), isPositive: isPositiveX),
            y: Extent.range(points.lazy.map(\.y), isPositive: isPositiveY))
    }

    /// Few points are drawn as squares of 2x2 dots, many as single dots.
    public func draw(on canvas: inout Canvas) {
        let style = canvas.style(look)
        let pen = canvas.pen(style, layer: look.isDim ? .ghost : .data)
        let isLarge = points.count <= canvas.columns * canvas.rows / 4 && points.count <= 200
        var mark = symbol
        if mark == nil, canvas.glyphs == .ascii || canvas.isMonochrome, isLarge {
            mark = Self.plainSymbol(look, canvas.glyphs)
        }
        for point in points {
            let (x, y) = (canvas.dotX(point.x), canvas.dotY(point.y))
            guard x.isFinite, y.isFinite, abs(x) < 1e6, abs(y) < 1e6 else { continue }
            if let mark {
                canvas.symbol(mark, x, y, style)
            } else if isLarge, x > -0.5, y > -0.5, x < Double(canvas.dotColumns) - 0.5,
                y < Double(canvas.dotRows) - 0.5
            {
                let (left, top) = ((x - 0.25).rounded(), (y - 0.25).rounded())
                for (dx, dy) in [(0.0, 0.0), (1, 0), (0, 1), (1, 1)] {
                    canvas.dot(left + dx, top + dy, pen)
                }
            } else {
                canvas.dot(x, y, pen)
            }
        }
    }

    /// A character by series, where colours are not seen.
    static func plainSymbol(_ look: Look, _ glyphs: GlyphSet) -> Unicode.Scalar {
        var index = 0
        if case .role(let role) = look.ink, role.rawValue >= Role.series0.rawValue {
            index = Int(role.rawValue - Role.series0.rawValue)
        }
        if look.isDim { return glyphs == .ascii ? "." : "·" }
        let marks: [Unicode.Scalar] =
            glyphs == .ascii
            ? ["o", "x", "+", "*", "#", "@", "%", "&"] : ["●", "○", "+", "×", "◆", "◇", "■", "□"]
        return marks[index % marks.count]
    }

    /// How the legend shows it.
    public var sample: LegendSample { symbol.map { .symbol($0) } ?? .dots }
    /// Its data as columns.
    public var table: Table {
        Table(
            look.label ?? "points", columns: ["x", "y"],
            rows: points.map { [.number($0.x), .number($0.y)] })
    }
    /// The values nearest to an x.
    public func readings(at x: Double) -> [Reading] {
        points.lazy.filter(\.isFinite).min { abs($0.x - x) < abs($1.x - x) }.map {
            [Reading(look.label ?? "", $0, ink: look.ink)]
        } ?? []
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        Words.cloud(look.label ?? "Points", points, x: x, y: y)
    }
}
