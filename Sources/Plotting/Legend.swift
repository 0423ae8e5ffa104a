import Surface

/// The names of the marks, in the corner that is clear of the data, or in lines above the plot.
enum Legend {
    /// One mark's name with a sample of its looks.
    struct Entry {
        var sample: [(scalar: Unicode.Scalar, style: Style)]
        var label: String
        var style: Style
        var width: Int { sample.count + 1 + TextMeasure.width(label) }

        init(_ mark: any Mark, label: String, glyphs: GlyphSet, isMonochrome: Bool) {
            let style = mark.look.style
            self.style = mark.look.isDim ? style : .plain
            self.label = label
            let isASCII = glyphs == .ascii
            func twice(_ scalar: Unicode.Scalar) -> [(scalar: Unicode.Scalar, style: Style)] {
                [(scalar, style), (scalar, style)]
            }
            switch mark.sample {
            case .line:
                var pattern = isMonochrome ? Canvas.dashes(mark.look.ink) : []
                if isMonochrome, mark.look.isDim { pattern = [1, 2] }
                sample = Self.stroke(pattern, style, glyphs)
            case .rule: sample = Self.stroke([1, 1], style, glyphs)
            case .band:
                let faint = Style(mark.look.ink, on: .standard, .dim)
                sample = [(isASCII ? ":" : "⢕", faint), (isASCII ? ":" : "⢕", faint)]
                if glyphs == .block { sample = [("░", faint), ("░", faint)] }
            case .fill:
                let canvas = Canvas(
                    x: ScaleMap(.linear, 0, 1), y: ScaleMap(.linear, 0, 1), columns: 0, rows: 0,
                    glyphs: glyphs, isMonochrome: isMonochrome)
                sample = twice(canvas.body(mark.look))
            case .dots:
                sample = [(isASCII || isMonochrome ? Scatter.plainSymbol(mark.look, glyphs) : "•", style)]
            case .symbol(let symbol):
                let shown =
                    isASCII && !symbol.isASCII
                    ? TextMeasure.ascii(String(Character(symbol))).unicodeScalars.first ?? "*" : symbol
                sample = [(shown, style)]
            case .ramp:
                sample = [80, 160, 250].map { level in
                    let ink: Ink = .ramp(UInt8(level))
                    return (Raster.shade(level, glyphs), isMonochrome ? .plain : Style(ink, on: ink))
                }
            }
        }

        /// A stroke three cells long, dashed as a line is.
        private static func stroke(_ pattern: [Int], _ style: Style, _ glyphs: GlyphSet) -> [(
            scalar: Unicode.Scalar, style: Style
        )] {
            var canvas = Canvas(
                x: ScaleMap(.linear, 0, 1), y: ScaleMap(.linear, 0, 1), columns: 3, rows: 1, glyphs: glyphs,
                isMonochrome: false)
            let pen = canvas.pen(style, layer: .data, dashes: pattern)
            canvas.line(0, 2, 5, 2, pen)
            return canvas.raster.places.map { (Raster.character($0.mask, glyphs), style) }
        }
    }

    /// The corner of the plot in which the legend covers nothing; nil when there is none.
    static func freeCorner(_ entries: [Entry], _ raster: Raster) -> Rectangle? {
        let width = min(entries.map(\.width).max() ?? 0, max(10, raster.columns * 2 / 5))
        let height = entries.count
        guard width + 2 <= raster.columns, height + 1 <= raster.rows,
            height <= max(1, raster.rows * 2 / 3)
        else { return nil }
        let right = raster.columns - width
        let corners = [
            (right, 0), (0, 0), (right, raster.rows - height), (0, raster.rows - height),
            ((raster.columns - width) / 2, 0),
            ((raster.columns - width) / 2, raster.rows - height),
        ]
        for (column, row) in corners {
            // One free column towards the data, so that names do not run into a line.
            let from = max(0, column - 1)
            let to = min(raster.columns, column + width + 1)
            if raster.isFree(column: from, row: row, columns: to - from, rows: height) {
                return Rectangle(column: column, row: row, columns: width, rows: height)
            }
        }
        return nil
    }

    /// Draws the entries one below the other in a corner of the plot's area.
    static func draw(
        _ entries: [Entry], in corner: Rectangle, at area: Rectangle, on surface: inout Surface
    ) {
        for (offset, entry) in entries.enumerated() {
            draw(
                entry, column: area.column + corner.column, row: area.row + corner.row + offset,
                width: corner.columns, on: &surface)
        }
    }

    private static func draw(
        _ entry: Entry, column: Int, row: Int, width: Int, on surface: inout Surface
    ) {
        for (offset, cell) in entry.sample.enumerated() where offset < width {
            surface.put(cell.scalar, column: column + offset, row: row, style: cell.style)
        }
        let start = entry.sample.count + 1
        let label = TextMeasure.truncated(
            entry.label, to: max(0, width - start), ellipsis: surface.isASCII ? "~" : "…")
        surface.write(
            label, column: column + start, row: row, style: entry.style, limit: max(0, width - start))
    }

    /// How many lines the entries take side by side, at most `most`.
    static func rowsNeeded(_ entries: [Entry], columns: Int, most: Int) -> Int {
        var (rows, used) = (1, 0)
        for entry in entries {
            if used > 0, used + entry.width > columns { (rows, used) = (rows + 1, 0) }
            used += entry.width + 3
        }
        return min(rows, most)
    }

    /// Draws the entries side by side in lines; those without room are left out and counted.
    static func drawLines(_ entries: [Entry], in block: Rectangle, on surface: inout Surface) {
        var (row, used) = (0, 0)
        for (index, entry) in entries.enumerated() {
            let isLastRow = row == block.rows - 1
            let reserve = isLastRow && index < entries.count - 1 ? 5 : 0
            if used > 0, used + entry.width + reserve > block.columns {
                if isLastRow {
                    surface.write(
                        "+\(entries.count - index)", column: block.column + used, row: block.row + row,
                        style: Style(.faint),
                        limit: block.columns - used)
                    return
                }
                (row, used) = (row + 1, 0)
            }
            draw(
                entry, column: block.column + used, row: block.row + row,
                width: min(entry.width, block.columns - used), on: &surface)
            used += entry.width + 3
        }
    }
}
