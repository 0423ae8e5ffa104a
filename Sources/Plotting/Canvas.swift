import Surface

/// What a mark draws on: the plot's area, with the scales of both axes.
///
/// Positions on it are in dots, 2 across and 4 down in a cell, from the top left dot's centre.
public struct Canvas {
    /// The horizontal axis.
    public let x: ScaleMap
    /// The vertical axis.
    public let y: ScaleMap
    /// Width in cells.
    public let columns: Int
    /// Height in cells.
    public let rows: Int
    /// The characters to draw with.
    public let glyphs: GlyphSet
    /// Whether series must differ by pattern, because colours will not be seen.
    public let isMonochrome: Bool
    var raster: Raster
    /// Texts that wait for a free place.
    var texts: [CanvasText] = []
    /// How many dots a dashed line has drawn.
    private var dashPhase = 0

    init(x: ScaleMap, y: ScaleMap, columns: Int, rows: Int, glyphs: GlyphSet, isMonochrome: Bool) {
        self.x = x
        self.y = y
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        self.glyphs = glyphs
        self.isMonochrome = isMonochrome
        raster = Raster(columns: columns, rows: rows)
    }

    /// Width in dots.
    public var dotColumns: Int { columns * 2 }
    /// Height in dots.
    public var dotRows: Int { rows * 4 }

    /// The horizontal position of an x, in dots; NaN for what is not a number.
    @inline(__always) public func dotX(_ value: Double) -> Double {
        x.fraction(value) * Double(dotColumns - 1)
    }

    /// The vertical position of a y, in dots from the top; infinities lie one plot height outside.
    @inline(__always) public func dotY(_ value: Double) -> Double {
        let height = Double(dotRows)
        let place = (1 - y.fraction(value)) * (height - 1)
        return place == .infinity ? 2 * height : place == -.infinity ? -height : place
    }

    /// How a mark draws dots: in which style, how near, dashed or not.
    public struct Pen {
        var ink: UInt8
        var layer: UInt8
        /// Dots on, dots off, ...; empty for a whole line.
        var dashes: [Int] = []
    }

    /// The pen of a mark's look: faint behind the others when it is dim, dashed by series where colours are not seen.
    public mutating func pen(_ look: Look, layer: Layer = .data) -> Pen {
        var pen = Pen(
            ink: raster.ink(style(look)), layer: look.isDim ? min(layer, .ghost).rawValue : layer.rawValue
        )
        if isMonochrome { pen.dashes = look.isDim ? [1, 2] : Self.dashes(look.ink) }
        return pen
    }

    /// A pen of any style.
    public mutating func pen(_ style: Style, layer: Layer, dashes: [Int] = []) -> Pen {
        Pen(ink: raster.ink(style), layer: layer.rawValue, dashes: dashes)
    }

    /// The style of a mark's look.
    public func style(_ look: Look) -> Style { look.style }

    /// A line pattern for each series, the first unbroken.
    static func dashes(_ ink: Ink) -> [Int] {
        guard case .role(let role) = ink, role.rawValue > Role.series0.rawValue else { return [] }
        let patterns: [[Int]] = [
            [], [6, 3], [2, 2], [6, 2, 2, 2], [10, 4], [1, 2], [4, 2, 1, 2], [3, 5],
        ]
        return patterns[Int(role.rawValue - Role.series0.rawValue) % patterns.count]
    }

    /// Sets one dot.
    public mutating func dot(_ x: Double, _ y: Double, _ pen: Pen) {
        guard x.isFinite, y.isFinite, abs(x) < 1e6, abs(y) < 1e6 else { return }
        raster.dot(Int(x.rounded()), Int(y.rounded()), ink: pen.ink, layer: pen.layer)
    }

    /// Draws a straight line between two positions, clipped to the plot.
    public mutating func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ pen: Pen) {
        guard let (ax, ay, bx, by) = clipped(x0, y0, x1, y1) else { return }
        var (x, y) = (Int(ax.rounded()), Int(ay.rounded()))
        let (endX, endY) = (Int(bx.rounded()), Int(by.rounded()))
        if abs(x - endX) <= 1, pen.dashes.isEmpty {
            // Upright, or over to the next column half-way.
            let middle = x == endX ? endY : (y + endY) / 2
            raster.vertical(x, y, middle, ink: pen.ink, layer: pen.layer)
            if x != endX {
                raster.vertical(
                    endX, middle == endY ? endY : middle + (endY > y ? 1 : -1), endY, ink: pen.ink,
                    layer: pen.layer)
            }
            return
        }
        let (dx, dy) = (abs(endX - x), -abs(endY - y))
        let (stepX, stepY) = (x < endX ? 1 : -1, y < endY ? 1 : -1)
        var error = dx + dy
        while true {
            if isInked(pen) { raster.dot(x, y, ink: pen.ink, layer: pen.layer) }
            if x == endX, y == endY { break }
            dashPhase += 1
            let twice = 2 * error
            if twice >= dy {
                error += dy
                x += stepX
            }
            if twice <= dx {
                error += dx
                y += stepY
            }
        }
    }

    /// Draws an upright stretch, both ends included, clipped to the plot.
    mutating func upright(_ x: Int, _ y0: Double, _ y1: Double, _ pen: Pen) {
        guard y0 == y0, y1 == y1 else { return }
        let limit = Double(dotRows) + 1
        let from = Int(min(max(min(y0, y1), -2), limit).rounded())
        let to = Int(min(max(max(y0, y1), -2), limit).rounded())
        guard pen.dashes.isEmpty else {
            // By place, so that a dense curve keeps its pattern from frame to frame.
            dashPhase = x
            if to - from > 2 || isInked(pen) {
                raster.vertical(x, from, to, ink: pen.ink, layer: pen.layer)
            }
            return
        }
        raster.vertical(x, from, to, ink: pen.ink, layer: pen.layer)
    }

    /// Begins a dashed line anew.
    mutating func liftPen() { dashPhase = 0 }

    private func isInked(_ pen: Pen) -> Bool {
        guard !pen.dashes.isEmpty else { return true }
        var place = dashPhase % pen.dashes.reduce(0, +)
        for (index, length) in pen.dashes.enumerated() {
            if place < length { return index % 2 == 0 }
            place -= length
        }
        return true
    }

    /// The part of a line inside the plot, by Liang and Barsky (1984); nil when there is none.
    private func clipped(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> (
        Double, Double, Double, Double
    )? {
        guard x0.isFinite, y0.isFinite, x1.isFinite, y1.isFinite, columns > 0, rows > 0 else {
            return nil
        }
        let (right, bottom) = (Double(dotColumns) - 0.501, Double(dotRows) - 0.501)
        let (dx, dy) = (x1 - x0, y1 - y0)
        guard dx.isFinite, dy.isFinite else { return nil }
        var (from, to) = (0.0, 1.0)
        for (p, q) in [(-dx, x0 + 0.499), (dx, right - x0), (-dy, y0 + 0.499), (dy, bottom - y0)] {
            if p == 0 {
                if q < 0 { return nil }
            } else if p < 0 {
                from = max(from, q / p)
            } else {
                to = min(to, q / p)
            }
        }
        guard from <= to else { return nil }
        func held(_ value: Double, _ limit: Double) -> Double { min(max(value, -0.499), limit) }
        let start = from == 0 ? (x0, y0) : (held(x0 + from * dx, right), held(y0 + from * dy, bottom))
        let end = to == 1 ? (x1, y1) : (held(x0 + to * dx, right), held(y0 + to * dy, bottom))
        return (start.0, start.1, end.0, end.1)
    }

    /// Puts a character on the cell that holds a position.
    public mutating func symbol(_ scalar: Unicode.Scalar, _ x: Double, _ y: Double, _ style: Style) {
        guard x >= -0.5, y >= -0.5, x < Double(dotColumns), y < Double(dotRows) else { return }
        let (column, row) = (
            min(columns - 1, Int(max(0, x).rounded()) / 2), min(rows - 1, Int(max(0, y).rounded()) / 4)
        )
        guard column >= 0, row >= 0, CharacterWidth.of(scalar) == 1 else { return }
        let shown: Unicode.Scalar =
            glyphs == .ascii && !scalar.isASCII
            ? TextMeasure.ascii(String(Character(scalar))).unicodeScalars.first ?? "*" : scalar
        raster.places[row * columns + column].glyph = shown.value
        raster.places[row * columns + column].glyphInk = raster.ink(style)
    }

    /// Asks for words near a cell; they are placed after all marks, where they hit nothing.
    mutating func text(_ text: CanvasText) { if !text.text.isEmpty { texts.append(text) } }
}

/// Words that wait for a free place on the plot.
struct CanvasText {
    var text: String
    var style: Style
    /// Whether it is drawn over marks rather than left out.
    var isRequired = false
    /// Places for the first character (or the last, when `endsThere`), best first.
    var places: [(column: Int, row: Int, endsThere: Bool)]
}

extension Look {
    /// The style of its colour, faint when it stands behind.
    var style: Style {
        guard isDim else { return Style(ink) }
        if case .role(let role) = ink, role.rawValue >= Role.series0.rawValue {
            return Style(ink, on: .standard, .dim)
        }
        return Style(.role(.ghost))
    }
}
