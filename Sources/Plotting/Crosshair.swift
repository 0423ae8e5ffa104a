import Surface

extension PlotRenderer {
    /// A hair at an x, a marker on each value read, and the values in a small box on the side with more room.
    func drawCrosshair(
        _ value: Double, _ canvas: Canvas, _ layout: PlotLayout, on surface: inout Surface
    ) {
        let area = layout.area
        let fraction = layout.x.fraction(value)
        guard area.columns > 0, area.rows > 0, fraction >= -1e-9, fraction <= 1 + 1e-9 else { return }
        let hair = layout.column(value)
        let style = Style(.focus)
        for row in 0..<area.rows {
            let place = canvas.raster.places[row * canvas.columns + hair - area.column]
            if place.mask == 0 && place.glyph == 0 && place.fill == 0 {
                surface.put("┊", column: hair, row: area.row + row, style: style)
            }
        }
        let readings = figure.readings(view: view)
        for reading in readings {
            let (x, y) = (layout.x.fraction(reading.point.x), layout.y.fraction(reading.point.y))
            guard x >= 0, x <= 1, y >= 0, y <= 1 else { continue }
            surface.put(
                "●", column: layout.column(reading.point.x), row: layout.row(reading.point.y),
                style: Style(reading.ink, on: .standard, .bold))
        }
        var lines: [(text: String, style: Style)] = [
            (Words.short(plot.x.label, "x") + " " + categoryName(value), Style(.heading, .bold))
        ]
        for reading in readings {
            let text = reading.detail.isEmpty ? Numbers.short(reading.point.y, digits: 5) : reading.detail
            lines.append(((reading.label.isEmpty ? "" : reading.label + " ") + text, Style(reading.ink)))
        }
        let shown = lines.prefix(max(0, area.rows - 1)).map {
            (text: surface.fitted($0.text), style: $0.style)
        }
        let width = min(shown.map { TextMeasure.width($0.text) }.max() ?? 0, area.columns / 2 - 1)
        guard width >= 4 else { return }
        let isRight = hair - area.column < area.columns / 2
        let column = isRight ? area.column + area.columns - width - 1 : area.column + 1
        for (row, line) in shown.enumerated() {
            surface.fill(Rectangle(column: column - 1, row: area.row + row, columns: width + 2, rows: 1))
            surface.write(
                TextMeasure.truncated(line.text, to: width, ellipsis: renderer.ellipsis), column: column,
                row: area.row + row,
                style: line.style, limit: width)
        }
    }

    /// The x as text: a category's name, or the number.
    private func categoryName(_ value: Double) -> String {
        if case .category(let names) = plot.x.scale, value.isFinite, value >= -0.5,
            value < Double(names.count) - 0.5
        {
            return names[Int(value.rounded())]
        }
        return Numbers.short(value, digits: 6)
    }
}
