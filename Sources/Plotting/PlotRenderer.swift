import Surface

/// Draws one plot: title, axes, marks, legend, cross-hair, caption.
struct PlotRenderer {
    let renderer: FigureRenderer
    let figure: Figure
    let plot: Plot

    private var glyphs: GlyphSet { renderer.glyphs }
    private var isASCII: Bool { renderer.glyphs == .ascii }
    var view: PlotView { renderer.view }

    /// Draws the plot and returns the cells inside its axes.
    func draw(in block: Rectangle, on surface: inout Surface) -> Rectangle {
        let (x, y) = PlotRanges(plot: plot, view: view).maps()
        var layout = PlotLayout(
            plot: plot, figure: figure, x: x, y: y, block: block, glyphs: glyphs, legendRows: 0)
        var canvas = paint(layout)
        let entries = legendEntries(surface)
        var corner: Rectangle?
        if !entries.isEmpty {
            corner = Legend.freeCorner(entries, canvas.raster)
            if corner == nil, layout.area.rows >= 7, layout.area.columns >= 20 {
                let rows = Legend.rowsNeeded(
                    entries, columns: block.columns, most: block.rows >= 24 ? 2 : 1)
                layout = PlotLayout(
                    plot: plot, figure: figure, x: x, y: y, block: block, glyphs: glyphs, legendRows: rows)
                canvas = paint(layout)
            }
        }
        drawHeader(layout, on: &surface)
        drawAxes(layout, on: &surface)
        placeTexts(&canvas, avoiding: corner, layout, on: surface)
        canvas.raster.compose(
            onto: &surface, column: layout.area.column, row: layout.area.row, glyphs: glyphs,
            isMonochrome: renderer.isMonochrome)
        if let corner { Legend.draw(entries, in: corner, at: layout.area, on: &surface) }
        if layout.legendRows > 0 { Legend.drawLines(entries, in: layout.legend, on: &surface) }
        drawColourBar(layout, on: &surface)
        if let value = view.crosshair { drawCrosshair(value, canvas, layout, on: &surface) }
        if canvas.raster.places.allSatisfy(\.isEmpty),
            plot.marks.allSatisfy({ $0.extent.x == nil && $0.extent.y == nil }),
            layout.area.rows > 0
        {
            let sentence = plot.marks.isEmpty ? "nothing to show yet" : "no finite values to show yet"
            renderer.drawSentence(sentence, in: layout.area, on: &surface)
        }
        return layout.area
    }

    /// Draws all marks, those that stand behind first.
    private func paint(_ layout: PlotLayout) -> Canvas {
        var canvas = Canvas(
            x: layout.x, y: layout.y, columns: layout.area.columns, rows: layout.area.rows,
            glyphs: glyphs,
            isMonochrome: renderer.isMonochrome)
        guard layout.area.columns > 0, layout.area.rows > 0 else { return canvas }
        for mark in plot.marks where mark.look.isDim { mark.draw(on: &canvas) }
        for mark in plot.marks where !mark.look.isDim { mark.draw(on: &canvas) }
        return canvas
    }

    private func legendEntries(_ surface: Surface) -> [Legend.Entry] {
        guard plot.showsLegend else { return [] }
        return plot.marks.compactMap { mark in
            guard let label = mark.look.label, !label.isEmpty else { return nil }
            return Legend.Entry(
                mark, label: surface.fitted(label), glyphs: glyphs, isMonochrome: renderer.isMonochrome)
        }
    }

    /// Puts the waiting texts where they hit nothing; those without such a place are cut, then left out unless they are required.
    private func placeTexts(
        _ canvas: inout Canvas, avoiding corner: Rectangle?, _ layout: PlotLayout, on surface: Surface
    ) {
        for text in canvas.texts {
            let shown = surface.fitted(text.text)
            let full = TextMeasure.width(shown)
            func block(_ place: (column: Int, row: Int, endsThere: Bool), _ width: Int) -> Rectangle {
                Rectangle(
                    column: place.endsThere ? place.column - width + 1 : place.column, row: place.row,
                    columns: width, rows: 1)
            }
            func isClear(_ block: Rectangle) -> Bool { corner.map { !$0.intersects(block) } ?? true }
            var chosen: Rectangle?
            for width in [full, min(full, 12)] where width > 0 && chosen == nil {
                chosen = text.places.lazy.map { block($0, width) }.first { place in
                    isClear(place)
                        && canvas.raster.covered(column: place.column, row: place.row, columns: width, rows: 1)
                            == 0
                }
            }
            if chosen == nil, text.isRequired {
                // Over the fewest dots, but never over other words.
                let candidates = text.places.map { block($0, full) }.filter { place in
                    place.column >= 0 && place.column + place.columns <= canvas.columns && place.row >= 0
                        && place.row < canvas.rows && isClear(place)
                        && !(place.column..<(place.column + place.columns)).contains {
                            canvas.raster.places[place.row * canvas.columns + $0].glyph != 0
                        }
                }
                chosen = candidates.min { a, b in
                    canvas.raster.covered(column: a.column, row: a.row, columns: a.columns, rows: 1)
                        < canvas.raster.covered(column: b.column, row: b.row, columns: b.columns, rows: 1)
                }
            }
            guard let chosen else { continue }
            canvas.raster.write(
                TextMeasure.truncated(shown, to: chosen.columns, ellipsis: renderer.ellipsis), at: chosen,
                text.style)
        }
    }

    // MARK: Around the plot

    private func drawHeader(_ layout: PlotLayout, on surface: inout Surface) {
        if layout.title.rows > 0 {
            renderer.title(figure.title, in: layout.title, on: &surface)
            let used = min(layout.title.columns, TextMeasure.width(surface.fitted(figure.title)))
            let room = layout.title.columns - used - 2
            if layout.yLabelRow == nil, !layout.yLabel.isEmpty, room >= 4 {
                surface.writeRight(
                    layout.yLabel, end: layout.title.column + layout.title.columns, row: layout.title.row,
                    style: Style(.faint), limit: room
                )
            }
        }
        if let row = layout.yLabelRow {
            surface.write(
                TextMeasure.truncated(
                    surface.fitted(layout.yLabel), to: layout.block.columns, ellipsis: renderer.ellipsis),
                column: layout.block.column,
                row: row, style: Style(.faint))
        }
        _ = renderer.caption(layout.caption, in: layout.block, on: &surface)
    }

    private func drawAxes(_ layout: PlotLayout, on surface: inout Surface) {
        let area = layout.area
        let frame = Style(.frame)
        if layout.hasYAxis {
            let column = area.column - 1
            for row in area.row..<(area.row + area.rows) {
                surface.put("│", column: column, row: row, style: frame)
            }
            for tick in layout.yTicks.major {
                let row = layout.row(tick.value)
                surface.put("┤", column: column, row: row, style: frame)
                surface.writeRight(tick.text, end: column - layout.tickGap, row: row, style: .plain)
            }
        }
        if layout.hasXAxis {
            let row = area.row + area.rows
            if layout.hasYAxis { surface.put("└", column: area.column - 1, row: row, style: frame) }
            for column in area.column..<(area.column + area.columns) {
                surface.put("─", column: column, row: row, style: frame)
            }
            for value in layout.xTicks.minor {
                surface.put("┴", column: layout.column(value), row: row, style: frame)
            }
            for tick in layout.xTicks.major {
                surface.put("┬", column: layout.column(tick.value), row: row, style: frame)
            }
            for (start, text) in layout.xTexts {
                surface.write(text, column: start, row: row + 1, style: .plain)
            }
            if let place = layout.xLabelPlace {
                surface.write(
                    layout.xLabel, column: place.column, row: place.row, style: Style(.faint),
                    limit: place.columns)
            }
        }
    }

    private func drawColourBar(_ layout: PlotLayout, on surface: inout Surface) {
        guard let bar = layout.colourBar, let range = layout.heatRange else { return }
        for row in 0..<bar.rows {
            let upper = Int(255 * (1 - Double(2 * row) / Double(max(1, 2 * bar.rows - 1))))
            let lower = Int(255 * (1 - Double(2 * row + 1) / Double(max(1, 2 * bar.rows - 1))))
            let (scalar, style) = Raster.heat(
                upper: UInt16(max(0, upper) + 1), lower: UInt16(max(0, lower) + 1), glyphs: glyphs,
                isMonochrome: renderer.isMonochrome)
            for column in 0..<2 {
                surface.put(scalar, column: bar.column + column, row: bar.row + row, style: style)
            }
        }
        let labels = layout.colourLabels
        for (row, text) in labels {
            surface.write(text, column: bar.column + 3, row: bar.row + row, style: .plain)
        }
        _ = range
    }
}
