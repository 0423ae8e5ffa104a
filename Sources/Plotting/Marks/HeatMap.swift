import Surface

/// A grid as colours or shades with a colour bar; low values are blank.
public struct HeatMap: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The values.
    public var grid: Grid
    /// The value at the ramp's low end; the least finite value when nil.
    public var low: Double?
    /// The value at the ramp's high end; the greatest finite value when nil.
    public var high: Double?
    /// Whether each cell's number is printed in it where it fits (confusion and correlation matrices).
    public var showsNumbers: Bool
    /// A heat map.
    public init(
        _ grid: Grid, low: Double? = nil, high: Double? = nil, showsNumbers: Bool = false,
        _ look: Look = Look()
    ) {
        self.grid = grid
        self.low = low
        self.high = high
        self.showsNumbers = showsNumbers
        self.look = look
    }

    /// The ranges of its finite data.
    public var extent: Extent {
        grid.columns > 0 && grid.rows > 0 ? Extent(x: grid.x, y: grid.y) : Extent()
    }
    /// What automatic axes must mind.
    public var needs: AxisNeeds { AxisNeeds(isTightX: true, isTightY: true) }

    /// The values at the ramp's ends; nil when no value is finite.
    var range: ClosedRange<Double>? {
        let own = grid.range
        guard let from = low ?? own?.lowerBound, let to = high ?? own?.upperBound, from.isFinite,
            to.isFinite
        else { return nil }
        return min(from, to)...max(from, to)
    }

    /// The place of a value on the ramp, 0...255; nil for NaN.
    static func level(_ value: Double, _ range: ClosedRange<Double>) -> Int? {
        guard !value.isNaN else { return nil }
        let span = range.upperBound - range.lowerBound
        guard span > 0 else { return value >= range.lowerBound && range.lowerBound != 0 ? 128 : 0 }
        let part =
            span.isFinite
            ? (value - range.lowerBound) / span
            : (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
        return Int((min(max(part, 0), 1) * 255).rounded())
    }

    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        guard grid.columns > 0, grid.rows > 0, let range, canvas.columns > 0, canvas.rows > 0 else {
            return
        }
        let columns = Self.shares(canvas.columns) { grid.columns(at: canvas.x, from: $0, to: $1) }
        var halves = Self.shares(canvas.rows * 2) { grid.rows(at: canvas.y, from: 1 - $1, to: 1 - $0) }
        if grid.rows * 2 <= canvas.rows {
            // Large cells end at whole rows, so that each is one plain shade.
            let whole = Self.shares(canvas.rows) { grid.rows(at: canvas.y, from: 1 - $1, to: 1 - $0) }
            halves = whole.flatMap { [$0, $0] }
        }
        for (half, rows) in halves.enumerated() where !rows.isEmpty {
            for (column, across) in columns.enumerated() where !across.isEmpty {
                guard let level = Self.level(mean(across, rows), range) else { continue }
                let index = half / 2 * canvas.columns + column
                if half % 2 == 0 {
                    canvas.raster.places[index].upper = UInt16(level + 1)
                } else {
                    canvas.raster.places[index].lower = UInt16(level + 1)
                }
            }
        }
        if showsNumbers { drawNumbers(range, on: &canvas) }
    }

    private static func shares(_ count: Int, _ cells: (Double, Double) -> Range<Int>) -> [Range<Int>] {
        (0..<count).map { cells(Double($0) / Double(count), Double($0 + 1) / Double(count)) }
    }

    /// The mean of the finite values of a block; NaN when there is none.
    private func mean(_ columns: Range<Int>, _ rows: Range<Int>) -> Double {
        if columns.count == 1, rows.count == 1 {
            return grid.values[rows.lowerBound * grid.columns + columns.lowerBound]
        }
        var (sum, count) = (0.0, 0.0)
        for row in rows {
            for column in columns {
                let value = grid.values[row * grid.columns + column]
                if value.isFinite { (sum, count) = (sum + value, count + 1) }
            }
        }
        return sum / count
    }

    private func drawNumbers(_ range: ClosedRange<Double>, on canvas: inout Canvas) {
        let width = Double(canvas.columns)
        let height = Double(canvas.rows)
        let decimals = numberDecimals
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                let value = grid.values[row * grid.columns + column]
                guard let level = Self.level(value, range), value.isFinite else { continue }
                let (dx, dy) = (
                    (grid.x.upperBound - grid.x.lowerBound) / Double(grid.columns),
                    (grid.y.upperBound - grid.y.lowerBound) / Double(grid.rows)
                )
                let (x0, y0) = (
                    grid.x.lowerBound + Double(column) * dx, grid.y.lowerBound + Double(row) * dy
                )
                let (left, right) = (canvas.x.fraction(x0) * width, canvas.x.fraction(x0 + dx) * width)
                let (a, b) = (
                    (1 - canvas.y.fraction(y0)) * height, (1 - canvas.y.fraction(y0 + dy)) * height
                )
                let text =
                    decimals.map { Numbers.fixed(value, decimals: $0) } ?? Numbers.short(value, digits: 3)
                guard abs(right - left) >= Double(text.utf8.count + 1), abs(b - a) >= 0.9, left >= -0.5,
                    right <= width + 0.5
                else {
                    continue
                }
                let first = Int(((left + right) / 2 - Double(text.utf8.count) / 2).rounded())
                let middle = Int(((a + b) / 2 - 0.5).rounded())
                guard middle >= 0, middle < canvas.rows else { continue }
                // Dark letters on the ramp's light half, light ones on its dark half.
                let style =
                    canvas.isMonochrome
                    ? Style.plain
                    : level == 0 ? .plain : Style(.indexed(level >= 120 ? 16 : 231), on: .ramp(UInt8(level)))
                let ink = canvas.raster.ink(style)
                let padded =
                    canvas.isMonochrome && abs(right - left) >= Double(text.utf8.count + 2)
                    ? " \(text) " : text
                let start = padded == text ? first : first - 1
                for (offset, scalar) in padded.unicodeScalars.enumerated()
                where start + offset >= 0 && start + offset < canvas.columns {
                    canvas.raster.places[middle * canvas.columns + start + offset].glyph = scalar.value
                    canvas.raster.places[middle * canvas.columns + start + offset].glyphInk = ink
                }
            }
        }
    }

    /// Decimals that give the largest number three digits (two for shares of one), the same for all; nil for extreme sizes.
    var numberDecimals: Int? {
        let finite = grid.values.filter(\.isFinite)
        let largest = finite.reduce(0) { max($0, abs($1)) }
        if finite.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e6 }) { return 0 }
        guard largest >= 0.01, largest < 1000 else { return nil }
        return largest <= 1 ? (largest >= 0.1 ? 2 : 3) : 2 - Numbers.decimalExponent(largest)
    }

    /// How the legend shows it.
    public var sample: LegendSample { .ramp }
    /// Its data as columns.
    public var table: Table { grid.table(look.label ?? "heat map") }
    /// The values nearest to an x.
    public func readings(at x: Double) -> [Reading] {
        // Of the column at x, the cell of the greatest value.
        guard let column = grid.column(at: x) else { return [] }
        let row = (0..<grid.rows).filter { grid.values[$0 * grid.columns + column].isFinite }
            .max { grid.values[$0 * grid.columns + column] < grid.values[$1 * grid.columns + column] }
        guard let row else { return [] }
        return [
            Reading(
                look.label ?? "", grid.centre(column, row),
                detail: "peak \(Numbers.short(grid.values[row * grid.columns + column]))",
                ink: look.ink)
        ]
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        Words.grid(look.label ?? "A heat map", grid, x: x, y: y)
    }
}

extension Grid {
    /// The columns whose centres lie between two fractions of an axis, or the one that holds the middle.
    func columns(at map: ScaleMap, from: Double, to: Double) -> Range<Int> {
        Self.cells(map, from, to, x, columns)
    }
    /// The rows whose centres lie between two fractions of an axis, or the one that holds the middle.
    func rows(at map: ScaleMap, from: Double, to: Double) -> Range<Int> {
        Self.cells(map, from, to, y, rows)
    }

    private static func cells(
        _ map: ScaleMap, _ from: Double, _ to: Double, _ range: ClosedRange<Double>, _ count: Int
    ) -> Range<Int> {
        let span = range.upperBound - range.lowerBound
        guard span > 0, count > 0 else { return 0..<0 }
        func place(_ fraction: Double) -> Double {
            (map.value(at: fraction) - range.lowerBound) / span * Double(count)
        }
        let (a, b) = (place(from), place(to))
        let (low, high) = (min(a, b), max(a, b))
        guard low.isFinite, high.isFinite else { return 0..<0 }
        if high - low > 1 {
            let first = max(0, Int(max(low, -1).rounded()))
            let end = min(count, Int(min(high, Double(count) + 1).rounded()))
            return first < end ? first..<end : 0..<0
        }
        let middle = (low + high) / 2
        guard middle >= 0, middle < Double(count) else { return 0..<0 }
        return Int(middle)..<(Int(middle) + 1)
    }
}
