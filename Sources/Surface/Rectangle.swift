/// A block of cells, never negative in size.
public struct Rectangle: Hashable, Sendable {
    /// The left-most column, 0 at the left edge.
    public var column: Int
    /// The top row, 0 at the top edge.
    public var row: Int
    /// Width in cells.
    public var columns: Int
    /// Height in cells.
    public var rows: Int

    /// A block; negative sizes become 0.
    public init(column: Int = 0, row: Int = 0, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    /// Whether it has no cell.
    public var isEmpty: Bool { columns == 0 || rows == 0 }

    /// Whether the cell lies inside.
    public func contains(column: Int, row: Int) -> Bool {
        column >= self.column && column < self.column + columns && row >= self.row
            && row < self.row + rows
    }

    /// Whether the two have a cell in common.
    public func intersects(_ other: Rectangle) -> Bool {
        !isEmpty && !other.isEmpty && column < other.column + other.columns
            && other.column < column + columns
            && row < other.row + other.rows && other.row < row + rows
    }

    /// The block without that many cells on each side.
    public func inset(by count: Int) -> Rectangle {
        Rectangle(
            column: column + count, row: row + count, columns: columns - 2 * count, rows: rows - 2 * count
        )
    }

    /// The first `count` rows and what is below them.
    public func splitTop(_ count: Int) -> (top: Rectangle, rest: Rectangle) {
        let taken = min(max(0, count), rows)
        return (
            Rectangle(column: column, row: row, columns: columns, rows: taken),
            Rectangle(column: column, row: row + taken, columns: columns, rows: rows - taken)
        )
    }

    /// What is above the last `count` rows, and those.
    public func splitBottom(_ count: Int) -> (rest: Rectangle, bottom: Rectangle) {
        let taken = min(max(0, count), rows)
        let parts = splitTop(rows - taken)
        return (parts.top, parts.rest)
    }

    /// The first `count` columns and what is right of them.
    public func splitLeft(_ count: Int) -> (left: Rectangle, rest: Rectangle) {
        let taken = min(max(0, count), columns)
        return (
            Rectangle(column: column, row: row, columns: taken, rows: rows),
            Rectangle(column: column + taken, row: row, columns: columns - taken, rows: rows)
        )
    }

    /// What is left of the last `count` columns, and those.
    public func splitRight(_ count: Int) -> (rest: Rectangle, right: Rectangle) {
        let taken = min(max(0, count), columns)
        let parts = splitLeft(columns - taken)
        return (parts.left, parts.rest)
    }
}
