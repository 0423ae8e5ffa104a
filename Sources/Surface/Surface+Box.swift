/// How a box is drawn.
public enum BoxLine: String, Hashable, Sendable, CaseIterable {
    /// Thin lines, square corners.
    case light
    /// Thin lines, round corners.
    case rounded
    /// Heavy lines, square corners.
    case heavy
    /// Two parallel lines.
    case double
    /// `+`, `-` and `|`; what an ASCII surface uses whatever was asked for.
    case ascii

    /// Horizontal, vertical, and the four corners: top left, top right, bottom left, bottom right.
    var characters: (horizontal: Unicode.Scalar, vertical: Unicode.Scalar, corners: [Unicode.Scalar]) {
        switch self {
        case .light: ("─", "│", ["┌", "┐", "└", "┘"])
        case .rounded: ("─", "│", ["╭", "╮", "╰", "╯"])
        case .heavy: ("━", "┃", ["┏", "┓", "┗", "┛"])
        case .double: ("═", "║", ["╔", "╗", "╚", "╝"])
        case .ascii: ("-", "|", ["+", "+", "+", "+"])
        }
    }
}

extension Surface {
    /// Draws a box on the border of a block, with an optional title in its top line, and returns the room inside.
    @discardableResult
    public mutating func box(
        _ block: Rectangle, title: String = "", line: BoxLine = .light, style: Style = Style(.frame),
        titleStyle: Style? = nil
    ) -> Rectangle {
        guard !block.isEmpty else { return block }
        let set = (isASCII ? BoxLine.ascii : line).characters
        let right = block.column + block.columns - 1
        let bottom = block.row + block.rows - 1
        for column in block.column...right {
            put(set.horizontal, column: column, row: block.row, style: style)
            put(set.horizontal, column: column, row: bottom, style: style)
        }
        for row in block.row...bottom {
            put(set.vertical, column: block.column, row: row, style: style)
            put(set.vertical, column: right, row: row, style: style)
        }
        put(set.corners[0], column: block.column, row: block.row, style: style)
        put(set.corners[1], column: right, row: block.row, style: style)
        put(set.corners[2], column: block.column, row: bottom, style: style)
        put(set.corners[3], column: right, row: bottom, style: style)
        let room = block.columns - 4
        if !title.isEmpty, room > 0 {
            let cut = TextMeasure.truncated(fitted(title), to: room - 2, ellipsis: isASCII ? "~" : "…")
            if !cut.isEmpty {
                write(
                    " \(cut) ", column: block.column + 2, row: block.row, style: titleStyle ?? style,
                    limit: room)
            }
        }
        return block.inset(by: 1)
    }
}
