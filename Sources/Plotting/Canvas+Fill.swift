import Surface

extension Canvas {
    /// The lower eighths of a cell, from nothing to full.
    private static let lower: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    /// The left eighths of a cell.
    private static let left: [Unicode.Scalar] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
    private static let asciiLower: [Unicode.Scalar] = [" ", "_", "_", "_", "=", "=", "=", "#", "#"]
    private static let asciiLeft: [Unicode.Scalar] = [" ", " ", " ", "|", "|", "|", "#", "#", "#"]

    /// The full cell of a mark's filling; by series where colours are not seen.
    func body(_ look: Look) -> Unicode.Scalar {
        var index = 0
        if case .role(let role) = look.ink, role.rawValue >= Role.series0.rawValue {
            index = Int(role.rawValue - Role.series0.rawValue)
        }
        if look.isDim { return glyphs == .ascii ? ":" : "░" }
        guard isMonochrome else { return glyphs == .ascii ? "#" : "█" }
        let patterns: [Unicode.Scalar] =
            glyphs == .ascii
            ? ["#", "=", "%", "+", "*", "o", "x", "-"] : ["█", "▒", "▓", "░", "▚", "▤", "▥", "▦"]
        return patterns[index % patterns.count]
    }

    /// Fills a column of cells from a row edge to a height, both in cells from the top.
    ///
    /// The base is rounded to an edge between rows; the end is drawn to an eighth.
    mutating func fillUpright(column: Int, base: Double, end: Double, _ look: Look) {
        guard column >= 0, column < columns, base.isFinite, end == end else { return }
        let body = body(look)
        let ink = raster.ink(style(look))
        let edge = Int(min(max(base, 0), Double(rows)).rounded())
        let tip = min(max(end, 0), Double(rows))
        let eighths = Int(((Double(edge) - tip) * 8).rounded())
        for step in 0..<((abs(eighths) + 7) / 8) {
            let row = eighths > 0 ? edge - 1 - step : edge + step
            fill(
                column, row, body: body, eighths: min(8, abs(eighths) - 8 * step), ink: ink,
                isFromTop: eighths < 0, isAcross: false)
        }
    }

    /// Fills a row of cells from a column edge to a length, both in cells from the left.
    mutating func fillAcross(row: Int, base: Double, end: Double, _ look: Look) {
        guard row >= 0, row < rows, base.isFinite, end == end else { return }
        let body = body(look)
        let ink = raster.ink(style(look))
        let edge = Int(min(max(base, 0), Double(columns)).rounded())
        let tip = min(max(end, 0), Double(columns))
        let eighths = Int(((tip - Double(edge)) * 8).rounded())
        for step in 0..<((abs(eighths) + 7) / 8) {
            let column = eighths > 0 ? edge + step : edge - 1 - step
            fill(
                column, row, body: body, eighths: min(8, abs(eighths) - 8 * step), ink: ink,
                isFromTop: eighths < 0, isAcross: true)
        }
    }

    private mutating func fill(
        _ column: Int, _ row: Int, body: Unicode.Scalar, eighths: Int, ink: UInt8, isFromTop: Bool,
        isAcross: Bool
    ) {
        guard column >= 0, row >= 0, column < columns, row < rows else { return }
        let isPlain = body == "█" || body == "#"
        let scalar: Unicode.Scalar
        if eighths == 8 {
            scalar = body
        } else if !isPlain {
            scalar = eighths >= 4 ? body : " "
        } else if glyphs == .ascii {
            scalar =
                isFromTop
                ? (eighths >= 6 ? "#" : eighths >= 3 ? (isAcross ? "|" : "\"") : " ")
                : isAcross ? Self.asciiLeft[eighths] : Self.asciiLower[eighths]
        } else if isFromTop {
            // Only halves hang from the top or the right.
            scalar = eighths >= 7 ? "█" : eighths >= 3 ? (isAcross ? "▐" : "▀") : (isAcross ? "▕" : "▔")
        } else {
            scalar = isAcross ? Self.left[eighths] : Self.lower[eighths]
        }
        let index = row * columns + column
        // Of two fillings in a cell the larger shows, or the later of equals.
        guard scalar != " ", Int(raster.places[index].fillCover) <= eighths else { return }
        raster.places[index].fill = scalar.value
        raster.places[index].fillInk = ink
        raster.places[index].fillCover = UInt8(eighths)
    }
}
