import Surface

/// Where everything of a plot goes: decided once from the size, before anything is drawn.
struct PlotLayout {
    let block: Rectangle
    let x: ScaleMap
    let y: ScaleMap
    private let isASCII: Bool
    /// Whether y counts names.
    private let hasRowPerName: Bool
    /// The cells that marks are drawn in.
    private(set) var area: Rectangle
    private(set) var title: Rectangle
    private(set) var caption = ""
    private(set) var hasXAxis = false
    private(set) var hasYAxis = false
    private(set) var yTicks = Ticks()
    private(set) var xTicks = Ticks()
    /// The start column and text of each x label.
    private(set) var xTexts: [(column: Int, text: String)] = []
    private(set) var yLabel = ""
    private(set) var yLabelRow: Int?
    private(set) var xLabel = ""
    private(set) var xLabelPlace: Rectangle?
    /// Cells between a y label and the axis.
    private(set) var tickGap = 0
    private(set) var legend = Rectangle(columns: 0, rows: 0)
    let legendRows: Int
    private(set) var colourBar: Rectangle?
    private(set) var colourLabels: [(row: Int, text: String)] = []
    private(set) var heatRange: ClosedRange<Double>?

    init(
        plot: Plot, figure: Figure, x: ScaleMap, y: ScaleMap, block: Rectangle, glyphs: GlyphSet,
        legendRows: Int
    ) {
        self.block = block
        self.x = x
        self.y = y
        self.legendRows = legendRows
        isASCII = glyphs == .ascii
        if case .category = plot.y.scale { hasRowPerName = true } else { hasRowPerName = false }
        title = Rectangle(columns: 0, rows: 0)
        area = block
        if !figure.title.isEmpty, block.rows >= 4 { (title, area) = area.splitTop(1) }
        if legendRows > 0 { (legend, area) = area.splitTop(legendRows) }
        if block.rows >= 8, !figure.caption.isEmpty {
            caption = figure.caption
            let wanted = TextMeasure.wrapped(
                isASCII ? TextMeasure.ascii(caption) : caption, columns: max(1, block.columns)
            ).count
            area = area.splitBottom(min(wanted, block.rows >= 20 ? 2 : 1)).rest
        }
        hasXAxis = area.rows >= 4 && block.columns >= 8
        let ownXLabelRow = hasXAxis && area.rows >= 14 && !Self.name(plot.x).isEmpty
        if hasXAxis { area = area.splitBottom(ownXLabelRow ? 3 : 2).rest }
        let yName = Self.name(plot.y)
        let ownYLabelRow = block.rows >= 10 && area.rows >= 6
        var withLabel = area
        if ownYLabelRow { withLabel = area.splitTop(1).rest }
        yTicks = Self.yTicks(plot.y, y, rows: withLabel.rows, columns: block.columns, isASCII: isASCII)
        yLabel = Self.joined(yName, plot.y.unit, yTicks.note)
        if ownYLabelRow, !yLabel.isEmpty {
            yLabelRow = area.row
            area = withLabel
        } else {
            yTicks = Self.yTicks(plot.y, y, rows: area.rows, columns: block.columns, isASCII: isASCII)
            yLabel = Self.joined(yName, plot.y.unit, yTicks.note)
        }
        hasYAxis = block.columns >= 8
        if hasYAxis {
            var gutter = yTicks.major.map { TextMeasure.width($0.text) }.max() ?? 0
            if gutter > block.columns / 3 {
                if case .category = plot.y.scale {
                    gutter = block.columns / 3
                    for index in yTicks.major.indices {
                        yTicks.major[index].text = TextMeasure.truncated(
                            yTicks.major[index].text, to: gutter, ellipsis: isASCII ? "~" : "…")
                    }
                } else {
                    gutter = 0
                    for index in yTicks.major.indices { yTicks.major[index].text = "" }
                }
            }
            area = area.splitLeft(gutter + 1).rest
        }
        reserveColourBar(plot)
        evenMatrix(plot)
        if hasXAxis { layXAxis(plot.x, ownLabelRow: ownXLabelRow) }
    }

    private static func name(_ axis: Axis) -> String { axis.label + axis.unit }

    /// "label (unit ×10³)".
    static func joined(_ label: String, _ unit: String, _ note: String) -> String {
        let own = label.hasSuffix(unit) ? String(label.dropLast(unit.count)) : label
        let detail = [note, unit].filter { !$0.isEmpty }.joined(separator: " ")
        return own.isEmpty ? detail : detail.isEmpty ? own : "\(own) (\(detail))"
    }

    // MARK: The y axis

    /// The row of a y inside the surface.
    func row(_ value: Double) -> Int {
        guard hasRowPerName else { return area.row + Self.row(value, y, area.rows) }
        // Names stand on the row that holds the middle of their bars.
        return area.row + max(0, min(area.rows - 1, Int((1 - y.fraction(value)) * Double(area.rows))))
    }

    private static func row(_ value: Double, _ map: ScaleMap, _ rows: Int) -> Int {
        row(fraction: map.fraction(value), rows)
    }

    private static func row(fraction: Double, _ rows: Int) -> Int {
        guard fraction.isFinite, rows > 0 else { return 0 }
        let dot = ((1 - fraction) * Double(rows * 4 - 1)).rounded()
        return Int(min(max(dot, 0), Double(rows * 4 - 1))) / 4
    }

    private static func yTicks(_ axis: Axis, _ map: ScaleMap, rows: Int, columns: Int, isASCII: Bool)
        -> Ticks
    {
        guard rows >= 1 else { return Ticks() }
        if case .category(let names) = axis.scale {
            var ticks = Ticks()
            var lastRow = Int.min
            let every = max(1, Int((Double(names.count) / Double(rows)).rounded(.up)))
            for (index, name) in names.enumerated() where index % every == 0 {
                let fraction = map.fraction(Double(index))
                guard fraction >= 0, fraction <= 1 else { continue }
                let row = min(rows - 1, Int((1 - fraction) * Double(rows)))
                if row != lastRow {
                    ticks.major.append(
                        Ticks.Tick(value: Double(index), text: isASCII ? TextMeasure.ascii(name) : name))
                }
                lastRow = row
            }
            return ticks
        }
        let distance = rows >= 5 ? 2 : 1
        return Ticks.numeric(map, wished: Self.wished(rows: rows), isASCII: isASCII) { labels in
            let places = labels.map { row(fraction: $0.fraction, rows) }
            return Set(labels.map(\.text)).count == labels.count
                && zip(places, places.dropFirst()).allSatisfy { $0 - $1 >= distance }
        }
    }

    /// One label in four rows, but three as soon as they have room: two say nothing about what lies between.
    private static func wished(rows: Int) -> Int { max(rows >= 6 ? 3 : 2, rows / 4) }

    // MARK: The x axis

    /// The column of an x inside the surface.
    func column(_ value: Double) -> Int {
        area.column + Self.column(fraction: x.fraction(value), area.columns)
    }

    private static func column(fraction: Double, _ columns: Int) -> Int {
        guard fraction.isFinite, columns > 0 else { return 0 }
        let dot = (fraction * Double(columns * 2 - 1)).rounded()
        return Int(min(max(dot, 0), Double(columns * 2 - 1))) / 2
    }

    /// Where labels start, centred under their ticks and kept inside; nil when two would touch.
    private func starts(_ labels: [(fraction: Double, text: String)]) -> [Int]? {
        let (least, end) = (hasYAxis ? block.column : area.column, block.column + block.columns)
        var result: [Int] = []
        var free = least
        for (fraction, text) in labels {
            let width = TextMeasure.width(text)
            let tick = area.column + Self.column(fraction: fraction, area.columns)
            let start = max(least, min(tick - width / 2, end - width))
            guard start >= free, start + width <= end, tick >= start - 1, tick <= start + width else {
                return nil
            }
            result.append(start)
            free = start + width + 1
        }
        return result
    }

    private mutating func layXAxis(_ axis: Axis, ownLabelRow: Bool) {
        guard area.columns > 0 else { return }
        if case .category(let names) = axis.scale {
            layCategories(names.map { isASCII ? TextMeasure.ascii($0) : $0 })
        } else {
            xTicks = Ticks.numeric(x, wished: max(2, area.columns / 12), isASCII: isASCII) { labels in
                Set(labels.map(\.text)).count == labels.count && starts(labels) != nil
            }
            let labels = xTicks.major.map { (fraction: x.fraction($0.value), text: $0.text) }
            xTexts = Array(zip(starts(labels) ?? [], labels.map(\.text))).map {
                (column: $0.0, text: $0.1)
            }
        }
        let text = Self.joined(axis.label, axis.unit, xTicks.note)
        let shown = isASCII ? TextMeasure.ascii(text) : text
        let width = TextMeasure.width(shown)
        guard width > 0 else { return }
        let end = block.column + block.columns
        let axisRow = area.row + area.rows
        if ownLabelRow {
            xLabel = TextMeasure.truncated(shown, to: block.columns, ellipsis: isASCII ? "~" : "…")
            let start = min(
                max(block.column, area.column + (area.columns - TextMeasure.width(xLabel)) / 2),
                end - TextMeasure.width(xLabel))
            xLabelPlace = Rectangle(column: start, row: axisRow + 2, columns: end - start, rows: 1)
            return
        }
        let used = xTexts.last.map { $0.column + TextMeasure.width($0.text) + 2 } ?? area.column
        if used + width <= end {
            xLabel = shown
            xLabelPlace = Rectangle(column: end - width, row: axisRow + 1, columns: width, rows: 1)
        } else {
            // Into the axis line, between ticks, from the right.
            let ticks = Set(xTicks.major.map { column($0.value) })
            var start = area.column + area.columns - width - 3
            while start > area.column, !ticks.isDisjoint(with: start..<(start + width + 2)) { start -= 1 }
            guard start > area.column else { return }
            xLabel = " \(shown) "
            xLabelPlace = Rectangle(column: start, row: axisRow, columns: width + 2, rows: 1)
        }
    }

    /// Names under their places: whole when all fit, else cut, else only every n-th.
    private mutating func layCategories(_ names: [String]) {
        guard !names.isEmpty else { return }
        let visible = names.indices.filter { (0...1).contains(x.fraction(Double($0))) }
        guard visible.count > 0 else { return }
        let room = Double(area.columns) / (x.upper - x.lower)
        let widest = visible.map { TextMeasure.width(names[$0]) }.max() ?? 0
        var every = 1
        // Names may be cut down to six cells before some are left out.
        while Int(room * Double(every)) - 1 < min(widest, 6), every < names.count { every += 1 }
        let width = max(1, Int(room * Double(every)) - 1)
        let end = block.column + block.columns
        var free = block.column
        for index in visible where index % every == 0 {
            let text = TextMeasure.truncated(names[index], to: width, ellipsis: isASCII ? "~" : "…")
            let cells = TextMeasure.width(text)
            let centre = Double(area.column) + x.fraction(Double(index)) * Double(area.columns)
            let start = max(free, min(Int((centre - Double(cells) / 2).rounded()), end - cells))
            guard start + cells <= end, cells > 0 else { continue }
            xTicks.major.append(Ticks.Tick(value: Double(index), text: text))
            xTexts.append((start, text))
            free = start + cells + 1
        }
    }

    /// Gives every cell of a matrix over categories the same size, when the rest of the room is less than one in five.
    private mutating func evenMatrix(_ plot: Plot) {
        guard case .category(let across) = plot.x.scale, case .category(let down) = plot.y.scale,
            plot.marks.contains(where: { $0 is HeatMap }), x.upper - x.lower == Double(across.count),
            y.lower - y.upper == Double(down.count)
        else { return }
        func even(_ size: Int, _ count: Int) -> Int {
            let whole = count > 0 ? size / count * count : size
            return whole > 0 && size - whole <= max(1, size / 5) ? whole : size
        }
        let (columns, rows) = (even(area.columns, across.count), even(area.rows, down.count))
        if let bar = colourBar {
            colourBar = Rectangle(
                column: bar.column - (area.columns - columns), row: bar.row, columns: bar.columns,
                rows: rows)
            if rows != area.rows { layColourLabels(rows) }
        }
        area = Rectangle(column: area.column, row: area.row, columns: columns, rows: rows)
    }

    // MARK: The colour bar

    private mutating func reserveColourBar(_ plot: Plot) {
        guard let map = plot.marks.lazy.compactMap({ $0 as? HeatMap }).last, let range = map.range,
            range.upperBound > range.lowerBound
        else { return }
        guard area.columns >= 30, area.rows >= 4 else { return }
        heatRange = range
        layColourLabels(area.rows)
        let width = (colourLabels.map { TextMeasure.width($0.text) }.max() ?? 0) + 4
        guard width < area.columns / 2 else {
            colourLabels = []
            heatRange = nil
            return
        }
        let (rest, right) = area.splitRight(width)
        area = rest
        colourBar = Rectangle(column: right.column + 1, row: right.row, columns: 2, rows: right.rows)
    }

    /// Numbers beside the bar, lowest at the bottom.
    private mutating func layColourLabels(_ rows: Int) {
        guard let range = heatRange else { return }
        let scale = ScaleMap(.linear, range.lowerBound, range.upperBound)
        let ticks = Ticks.numeric(scale, wished: Self.wished(rows: rows), isASCII: isASCII) { labels in
            let places = labels.map { Self.row(fraction: $0.fraction, rows) }
            return Set(labels.map(\.text)).count == labels.count
                && zip(places, places.dropFirst()).allSatisfy { $0 - $1 >= 2 }
        }
        colourLabels = ticks.major.map { (Self.row($0.value, scale, rows), $0.text) }
        if !ticks.note.isEmpty, !colourLabels.contains(where: { $0.row == rows - 1 }) {
            colourLabels.append((rows - 1, ticks.note))
        }
    }
}
