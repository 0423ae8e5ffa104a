/// A stretch of text in one style.
public struct StyledRun: Sendable, Hashable {
    /// The characters; newlines break lines.
    public var text: String
    /// How they look.
    public var style: Style

    /// A stretch of text.
    public init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }
}

/// How many cells text takes, and how it is cut and wrapped to fit.
public enum TextMeasure {
    /// The number of columns the text takes on one line.
    public static func width(_ text: String) -> Int {
        var total = 0
        for scalar in text.unicodeScalars { total += CharacterWidth.of(scalar) }
        return total
    }

    /// The text cut to at most `columns` cells, with `…` (or `~` in ASCII) at the cut.
    public static func truncated(_ text: String, to columns: Int, ellipsis: String = "…") -> String {
        guard columns > 0 else { return "" }
        if text.utf8.count <= columns || width(text) <= columns { return text }
        let mark = String(prefix(ellipsis, columns: columns).text)
        return String(prefix(text, columns: columns - width(mark)).text) + mark
    }

    /// The text with blanks after it (or before it, when `isRight`) to fill `columns` cells; cut when longer.
    public static func padded(
        _ text: String, to columns: Int, isRight: Bool = false, ellipsis: String = "…"
    ) -> String {
        let cut = truncated(text, to: columns, ellipsis: ellipsis)
        let blanks = String(repeating: " ", count: max(0, columns - width(cut)))
        return isRight ? blanks + cut : cut + blanks
    }

    /// The longest beginning that fits into `columns` cells, with its combining marks, and its width.
    public static func prefix(_ text: String, columns: Int) -> (text: Substring, columns: Int) {
        var taken = 0
        var end = text.unicodeScalars.startIndex
        while end < text.unicodeScalars.endIndex {
            let width = CharacterWidth.of(text.unicodeScalars[end])
            if taken + width > columns { break }
            taken += width
            end = text.unicodeScalars.index(after: end)
        }
        return (Substring(text.unicodeScalars[..<end]), taken)
    }

    /// What is drawn for a scalar: itself, or a picture of a control character.
    @inline(__always) static func shown(_ scalar: Unicode.Scalar, isASCII: Bool) -> Unicode.Scalar {
        let value = scalar.value
        if value >= 0x20 && value < 0x7F { return scalar }
        if isASCII { return asciiCell(scalar) }
        return value > 0x9F ? scalar : picture(of: value)
    }

    /// U+2400… for the C0 controls, U+2421 for delete, U+FFFD for the C1 controls, which have no pictures.
    private static func picture(of control: UInt32) -> Unicode.Scalar {
        switch control {
        case 0..<0x20: Unicode.Scalar(0x2400 + control) ?? "?"
        case 0x7F: "\u{2421}"
        default: "\u{FFFD}"
        }
    }
}
