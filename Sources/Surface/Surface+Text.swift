extension Surface {
    /// Writes one line of text and returns the number of columns it took.
    ///
    /// At most `limit` columns are used, and none beyond the right edge. Control characters are shown as pictures
    /// (U+2400…; `^X` on an ASCII surface), never sent on. Combining marks join the cell before them, up to four; a
    /// wide character for which only half the room is left becomes a blank. Format characters (joiners, direction
    /// marks) draw nothing.
    @discardableResult
    public mutating func write(
        _ text: String, column: Int, row: Int, style: Style = .plain, limit: Int = .max
    ) -> Int {
        if isASCII, !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            return writeScalars(
                TextMeasure.ascii(text), column: column, row: row, style: style, limit: limit)
        }
        return writeScalars(text, column: column, row: row, style: style, limit: limit)
    }

    private mutating func writeScalars(
        _ text: String, column: Int, row: Int, style: Style, limit: Int
    ) -> Int {
        let bits = PackedCell.bits(of: style)
        let (end, overflow) = column.addingReportingOverflow(max(0, limit))
        let room = min(columns, overflow ? columns : end)
        let isVisible = row >= 0 && row < rows
        var place = column
        for scalar in text.unicodeScalars {
            let shown = TextMeasure.shown(scalar, isASCII: isASCII)
            let width = CharacterWidth.of(shown)
            if width == 0 {
                if isVisible, place > 0, place <= columns {
                    join(scalar, toCellAt: row * columns + place - 1)
                }
                continue
            }
            guard place < room else { break }
            if place + width > room {
                if isVisible { set(" ", bits, column: place, row: row) }
                place += 1
                break
            }
            if isVisible {
                if width == 1 {
                    set(shown, bits, column: place, row: row)
                } else {
                    put(shown, bits, column: place, row: row)
                }
            }
            place += width
        }
        return place - column
    }

    /// Writes runs of styled text one after the other on one line and returns the number of columns they took.
    @discardableResult
    public mutating func write(_ runs: [StyledRun], column: Int, row: Int, limit: Int = .max) -> Int {
        var taken = 0
        for run in runs where taken < limit {
            taken += write(
                run.text, column: column + taken, row: row, style: run.style, limit: limit - taken)
        }
        return taken
    }

    /// Writes a line of text so that it ends at a column (exclusive), cut at the left limit.
    public mutating func writeRight(
        _ text: String, end: Int, row: Int, style: Style = .plain, limit: Int = .max
    ) {
        let cut = TextMeasure.truncated(
            fitted(text), to: min(limit, max(0, end)), ellipsis: isASCII ? "~" : "…")
        write(cut, column: end - TextMeasure.width(cut), row: row, style: style)
    }

    /// Writes a line of text in the middle of a block's row, cut to its width.
    public mutating func writeCentred(
        _ text: String, in block: Rectangle, row: Int, style: Style = .plain
    ) {
        let cut = TextMeasure.truncated(fitted(text), to: block.columns, ellipsis: isASCII ? "~" : "…")
        write(
            cut, column: block.column + (block.columns - TextMeasure.width(cut)) / 2, row: row,
            style: style, limit: block.columns)
    }

    /// The text as this surface will show it.
    public func fitted(_ text: String) -> String { isASCII ? TextMeasure.ascii(text) : text }
}
