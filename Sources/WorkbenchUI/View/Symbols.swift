import Surface

/// The signs of the interface's own furniture, in Unicode or in ASCII.
struct Symbols {
    let isASCII: Bool

    init(_ glyphs: GlyphSet) { isASCII = glyphs == .ascii }

    /// The sign of a pane's condition.
    ///
    /// Conditions are always told in words or by step counts too, never by a sign alone.
    func sign(_ condition: PaneModel.Condition) -> String {
        switch condition {
        case .starting: isASCII ? "." : "◌"
        case .running: isASCII ? ">" : "▶"
        case .paused: isASCII ? "=" : "‖"
        case .waiting: isASCII ? "~" : "…"
        case .finished: isASCII ? "+" : "✓"
        case .failed: isASCII ? "x" : "✗"
        }
    }

    var chosen: String { isASCII ? ">" : "▸" }
    var left: String { isASCII ? "<" : "‹" }
    var right: String { isASCII ? ">" : "›" }
    var track: Unicode.Scalar { isASCII ? "-" : "─" }
    var untravelled: Unicode.Scalar { isASCII ? "." : "┈" }
    var filled: Unicode.Scalar { isASCII ? "=" : "━" }
    var knob: Unicode.Scalar { isASCII ? "O" : "●" }
    var mark: Unicode.Scalar { isASCII ? "^" : "◆" }
    var on: String { isASCII ? "[x]" : "●" }
    var off: String { isASCII ? "[ ]" : "○" }
    var saved: String { isASCII ? "saved" : "● saved" }
    var unsaved: String { isASCII ? "in memory" : "○ in memory" }
    var dot: String { isASCII ? "-" : "·" }
    var ellipsis: String { isASCII ? "~" : "…" }
    var vertical: Unicode.Scalar { isASCII ? "|" : "│" }
    var none: String { isASCII ? "-" : "–" }

    /// Keys as the key bar writes them: arrows as arrows where they can be shown.
    func key(_ names: String) -> String {
        if isASCII { return names }
        return names.split(separator: " ").map { name in
            var parts = name.replacing("Shift-", with: "⇧").split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            // The arrow is the last part, after the modifiers; PageUp keeps its name.
            for (word, arrow) in [("Left", "←"), ("Right", "→"), ("Up", "↑"), ("Down", "↓")] {
                for lead in ["", "⇧"] where parts.last == lead + word { parts[parts.count - 1] = lead + arrow }
            }
            return parts.joined(separator: "-")
        }.joined(separator: " ")
    }

    /// Values as a row of bars of eight heights, the greatest of several where there are more than columns.
    func sparkline(_ values: [Double], columns: Int) -> String? {
        guard !isASCII, columns >= 4, values.count >= 4, values.allSatisfy(\.isFinite) else { return nil }
        guard let least = values.min(), let most = values.max() else { return nil }
        let low = min(0, least)
        let range = max(most, 0) - low
        guard range > 0 else { return nil }
        let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        let count = min(columns, values.count)
        return String(
            (0..<count).map { place in
                let slice = values[
                    (place * values.count / count)..<max(place * values.count / count + 1, (place + 1) * values.count / count)]
                let value = slice.max() ?? low
                return bars[min(7, max(0, Int((value - low) / range * 8)))]
            })
    }
}
