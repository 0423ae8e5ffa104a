extension Surface {
    /// The grid as text with ECMA-48 colour sequences, a line a row, each line ending in the default style.
    ///
    /// Trailing blanks that show nothing are left out. At depth `.none` only bold, dim, reverse and the like remain.
    public func ansi(colours depth: ColourDepth = .palette256, theme: Theme = .dark) -> String {
        var output = ""
        var resolved: [UInt64: String] = [:]
        for row in 0..<rows {
            if row > 0 { output += "\n" }
            var end = columns
            while end > 0, storage[row * columns + end - 1].isInvisible,
                !storage[row * columns + end - 1].isTrailing
            { end -= 1 }
            var current: String = ""
            for column in 0..<end {
                let index = row * columns + column
                let cell = storage[index]
                guard !cell.isTrailing else { continue }
                let key = cell.bits & PackedCell.styleMask
                let wanted: String
                if let known = resolved[key] {
                    wanted = known
                } else {
                    wanted = theme.resolve(cell.style, depth: depth).sequence
                    resolved[key] = wanted
                }
                if wanted != current {
                    output += wanted.isEmpty ? "\u{1B}[0m" : "\u{1B}[0;\(wanted)m"
                    current = wanted
                }
                output.unicodeScalars.append(cell.scalar)
                if cell.hasMarks { output.unicodeScalars.append(contentsOf: marks[index] ?? []) }
            }
            if !current.isEmpty { output += "\u{1B}[0m" }
        }
        return output
    }
}

extension ResolvedStyle {
    /// The parameters of the SGR sequence that sets this style from the default; empty for the default itself.
    var sequence: String {
        var parts: [String] = []
        if attributes.contains(.bold) { parts.append("1") }
        if attributes.contains(.dim) { parts.append("2") }
        if attributes.contains(.italic) { parts.append("3") }
        if attributes.contains(.underline) { parts.append("4") }
        if attributes.contains(.reverse) { parts.append("7") }
        for (colour, base) in [(foreground, 30), (background, 40)] {
            guard let colour else { continue }
            switch colour {
            case ..<8: parts.append("\(base + colour)")
            case ..<16: parts.append("\(base + 52 + colour)")
            default: parts.append("\(base + 8);5;\(colour)")
            }
        }
        return parts.joined(separator: ";")
    }
}
