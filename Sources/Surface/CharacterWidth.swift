/// How many cells one Unicode scalar takes, as the C library's `wcwidth` and so ncurses see it.
public enum CharacterWidth {
    /// The number of cells: 0 for combining marks and format characters, 2 for East Asian wide characters and emoji, else 1.
    ///
    /// Control characters count 1, because they are shown as pictures. Ambiguous width is 1.
    /// Per scalar: an emoji sequence is as wide as its parts, which is what a terminal cell grid does with it.
    public static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        if value >= 0x2500 && value < 0x2600 || value >= 0x2800 && value < 0x2900 {
            return of(blockOrBraille: value)
        }
        if contains(zeroRanges, value) { return 0 }
        return contains(wideRanges, value) ? 2 : 1
    }

    /// The drawing blocks, which pictures consist of, without a search; U+25FD and U+25FE are wide.
    private static func of(blockOrBraille value: UInt32) -> Int {
        value == 0x25FD || value == 0x25FE ? 2 : 1
    }

    /// Whether the scalar draws on the cell before it (as opposed to format characters, which draw nothing).
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return !(0xFE00...0xFE0F).contains(scalar.value)
        default:
            return (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value)
        }
    }

    /// Binary search in ordered inclusive ranges.
    private static func contains(_ ranges: [(UInt32, UInt32)], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].1 < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].0 <= value
    }
}
