/// Values on a regular grid of cells.
public struct Grid: Sendable, Hashable {
    /// Cells along x.
    public var columns: Int
    /// Cells along y.
    public var rows: Int
    /// The values row by row, the lowest y first; NaN is left blank.
    public var values: [Double]
    /// The x range that the cells share out.
    public var x: ClosedRange<Double>
    /// The y range that the cells share out.
    public var y: ClosedRange<Double>
    /// A grid; `values` has `columns * rows` numbers.
    public init(
        columns: Int, rows: Int, values: [Double], x: ClosedRange<Double>, y: ClosedRange<Double>
    ) {
        precondition(values.count == columns * rows, "a grid has columns times rows values")
        self.columns = columns
        self.rows = rows
        self.values = values
        self.x = x
        self.y = y
    }

    /// The centre of a cell in the axes' units.
    func centre(_ column: Int, _ row: Int) -> Point {
        Point(
            x: x.lowerBound + (Double(column) + 0.5) / Double(columns) * (x.upperBound - x.lowerBound),
            y: y.lowerBound + (Double(row) + 0.5) / Double(rows) * (y.upperBound - y.lowerBound))
    }

    /// The range of the finite values; nil when there is none.
    var range: ClosedRange<Double>? { Extent.range(values) }

    /// The column that holds an x; nil outside.
    func column(at value: Double) -> Int? { Self.index(value, x, columns) }
    /// The row that holds a y; nil outside.
    func row(at value: Double) -> Int? { Self.index(value, y, rows) }

    private static func index(_ value: Double, _ range: ClosedRange<Double>, _ count: Int) -> Int? {
        guard count > 0, range.contains(value), range.upperBound > range.lowerBound else { return nil }
        return min(
            count - 1,
            Int((value - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(count)))
    }

    /// The cells as columns x, y, value.
    func table(_ name: String) -> Table {
        var table = Table(name, columns: ["x", "y", "value"])
        for row in 0..<rows {
            for column in 0..<columns {
                let centre = centre(column, row)
                table.rows.append([
                    .number(centre.x), .number(centre.y), .number(values[row * columns + column]),
                ])
            }
        }
        return table
    }
}
