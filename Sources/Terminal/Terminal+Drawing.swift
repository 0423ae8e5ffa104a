import CCurses
import Surface

/// Where the terminal's cursor stands, and whether it is seen.
public struct Cursor: Hashable, Sendable {
    /// The column, 0 at the left edge.
    public var column: Int
    /// The row, 0 at the top.
    public var row: Int
    /// Whether it is seen; a hidden one still tells a screen reader where the focus is.
    public var isShown: Bool

    /// A place for the cursor.
    public init(column: Int, row: Int, isShown: Bool = true) {
        self.column = column
        self.row = row
        self.isShown = isShown
    }
}

extension Terminal {
    /// Whether a frame would be taken at once; when not, the terminal is behind and the frame is better dropped.
    public var isReady: Bool { curses_is_writable() }

    /// Shows a picture, sending only what differs from the one before.
    public func show(_ surface: Surface, cursor: Cursor? = nil) {
        let before = shown.flatMap { $0.columns == surface.columns && $0.rows == surface.rows ? $0 : nil }
        let changed = before.map { surface.changedRows(from: $0) } ?? Array(0..<surface.rows)
        for row in changed where row < rows { draw(surface, row: row, before: before) }
        shown = surface
        let place = cursor ?? Cursor(column: 0, row: 0, isShown: false)
        if !changed.isEmpty || place != shownCursor {
            curses_cursor(Int32(clamping: place.column), Int32(clamping: place.row), place.isShown)
            shownCursor = place
            curses_update(synchronizes)
        }
    }

    private func draw(_ surface: Surface, row: Int, before: Surface?) {
        var style: Style?
        for column in 0..<min(surface.columns, columns) {
            let cell = surface[column, row]
            // The right half of a wide character goes with its left.
            if cell.isTrailing { continue }
            let isWide = surface[column + 1, row].isTrailing
            if let before, before[column, row] == cell, before[column + 1, row].isTrailing == isWide { continue }
            if style != cell.style {
                choose(cell.style)
                style = cell.style
            }
            put(cell, column: column, row: row, width: isWide ? 2 : 1)
        }
    }

    /// Asks the terminal to put text on its clipboard (OSC 52); many do, some ask or refuse, and none says which.
    public func copy(_ text: String) { send("\u{1B}]52;c;\(Base64.encode(Array(text.utf8)))\u{7}") }

    /// Sends everything anew at the next `show`, for a screen that something else wrote on.
    public func redraw() {
        shown = nil
        curses_repaint()
    }

    private func choose(_ style: Style) {
        let look = theme.resolve(style, depth: depth)
        curses_style(
            look.foreground.map { Int32($0) } ?? -1, look.background.map { Int32($0) } ?? -1, UInt32(look.attributes.rawValue))
    }

    private func put(_ cell: Cell, column: Int, row: Int, width: Int) {
        if let marks = cell.marks, !marks.isEmpty {
            let scalars = [cell.scalar.value] + marks.map(\.value)
            curses_put(Int32(column), Int32(row), scalars, Int32(scalars.count), Int32(width))
        } else {
            var scalar = cell.scalar.value
            curses_put(Int32(column), Int32(row), &scalar, 1, Int32(width))
        }
    }
}
