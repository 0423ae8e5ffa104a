import Surface

extension Figure {
    /// The figure as a picture in SVG 1.1: axes, marks, legend, title and caption, on a light ground.
    ///
    /// - Parameters:
    ///   - width: in pixels, at least 120.
    ///   - height: in pixels, at least 90.
    ///   - view: zoom and log axes as the screen shows them.
    ///   - theme: whose colours are used.
    public func svg(width: Double = 720, height: Double = 450, view: PlotView = PlotView(), theme: Theme = .light) -> String {
        var writer = SVGWriter(theme: theme)
        let (width, height) = (max(120, width), max(90, height))
        writer.draw(self, left: 0, top: 0, width: width, height: height, view: view)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(SVGWriter.text(width))" height="\(SVGWriter.text(height))" \
            viewBox="0 0 \(SVGWriter.text(width)) \(SVGWriter.text(height))" font-family="sans-serif" font-size="12">
            <title>\(SVGWriter.escaped(title))</title>
            <desc>\(SVGWriter.escaped(described()))</desc>
            <rect width="100%" height="100%" fill="\(theme.paper.hex)"/>
            \(writer.output)</svg>

            """
    }
}

/// Writes figures as SVG elements.
struct SVGWriter {
    let theme: Theme
    private(set) var output = ""
    private var clipCount = 0

    init(theme: Theme) { self.theme = theme }

    // MARK: Text

    /// A number with at most two decimals.
    static func text(_ value: Double) -> String {
        let hundredths = (value * 100).rounded()
        guard hundredths.isFinite, abs(hundredths) < 1e15 else { return "0" }
        let whole = Int64(hundredths)
        let digits = whole.magnitude % 100
        let sign = whole < 0 ? "-" : ""
        let decimals = digits == 0 ? "" : digits % 10 == 0 ? ".\(digits / 10)" : digits < 10 ? ".0\(digits)" : ".\(digits)"
        return "\(sign)\(whole.magnitude / 100)\(decimals)"
    }

    /// Text without what XML would take for its own, and without control characters, which it cannot hold.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private func colour(_ ink: Ink) -> String { (theme.rgb(ink) ?? theme.ink).hex }

    private mutating func words(
        _ text: String, _ x: Double, _ y: Double, _ ink: Ink = .standard, anchor: VectorShape.Anchor = .start, extra: String = ""
    ) {
        guard !text.isEmpty else { return }
        output +=
            "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" fill=\"\(colour(ink))\" text-anchor=\"\(anchor.rawValue)\"\(extra)>"
            + Self.escaped(text) + "</text>\n"
    }

    private mutating func stroke(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
        output +=
            "<path d=\"M\(Self.text(x0)) \(Self.text(y0))L\(Self.text(x1)) \(Self.text(y1))\" stroke=\"\(colour(.role(.frame)))\" fill=\"none\"/>\n"
    }

    // MARK: Figures

    mutating func draw(_ figure: Figure, left: Double, top: Double, width: Double, height: Double, view: PlotView) {
        var (top, height) = (top, height)
        if !figure.title.isEmpty {
            words(figure.title, left + 8, top + 18, extra: " font-weight=\"bold\" font-size=\"14\"")
            (top, height) = (top + 24, height - 24)
        }
        if !figure.caption.isEmpty {
            words(figure.caption, left + 8, top + height - 6, .role(.faint))
            height -= 20
        }
        switch figure.body {
        case .plot(let plot): draw(plot, left: left, top: top, width: width, height: height, view: view)
        case .grid(let parts, let columns):
            let columns = max(1, min(columns, parts.count))
            let rows = (parts.count + columns - 1) / columns
            for (index, part) in parts.enumerated() {
                draw(
                    part, left: left + Double(index % columns) * width / Double(columns),
                    top: top + Double(index / columns) * height / Double(rows), width: width / Double(columns),
                    height: height / Double(rows), view: view)
            }
        case .table(let table): draw(lines: table.text().split(separator: "\n").map(String.init), left: left, top: top, height: height)
        case .document(let document):
            let text = document.runs.map(\.text).joined()
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
                TextMeasure.wrapped(String($0), columns: max(10, Int(width / 7.3)))
            }
            draw(lines: lines, left: left, top: top, height: height)
        case .empty(let sentence): words(sentence, left + width / 2, top + height / 2, .role(.faint), anchor: .middle)
        }
    }

    /// Lines of text in a fixed width, as many as have room.
    private mutating func draw(lines: [String], left: Double, top: Double, height: Double) {
        let most = max(0, Int((height - 8) / 15))
        for (index, line) in lines.prefix(most).enumerated() {
            words(line, left + 8, top + 14 + Double(index) * 15, extra: " font-family=\"monospace\" xml:space=\"preserve\"")
        }
    }

    private mutating func draw(_ plot: Plot, left: Double, top: Double, width: Double, height: Double, view: PlotView) {
        let (x, y) = PlotRanges(plot: plot, view: view).maps()
        let heat = plot.marks.lazy.compactMap { ($0 as? HeatMap)?.range }.first
        let yTicks = ticks(plot.y, y, length: height - 60, isVertical: true)
        let gutter = 14 + (yTicks.major.map { Double(TextMeasure.width($0.text)) * 7 }.max() ?? 0)
        let yLabel = PlotLayout.joined(plot.y.label, plot.y.unit, yTicks.note)
        let headroom = yLabel.isEmpty ? 8.0 : 22
        let frame = VectorFrame(
            x: x, y: y, left: left + gutter, top: top + headroom, width: max(20, width - gutter - (heat == nil ? 16 : 76)),
            height: max(20, height - headroom - 42))
        let xTicks = ticks(plot.x, x, length: frame.width, isVertical: false)
        words(yLabel, left + 8, top + 14, .role(.faint))
        drawAxes(frame, xTicks, yTicks)
        words(
            PlotLayout.joined(plot.x.label, plot.x.unit, xTicks.note), frame.left + frame.width / 2, frame.top + frame.height + 36,
            .role(.faint), anchor: .middle)
        clipCount += 1
        output +=
            "<clipPath id=\"c\(clipCount)\"><rect x=\"\(Self.text(frame.left))\" y=\"\(Self.text(frame.top))\" "
            + "width=\"\(Self.text(frame.width))\" height=\"\(Self.text(frame.height))\"/></clipPath>\n<g clip-path=\"url(#c\(clipCount))\">\n"
        for mark in plot.marks where mark.look.isDim { write(mark.shapes(in: frame)) }
        for mark in plot.marks where !mark.look.isDim { write(mark.shapes(in: frame)) }
        output += "</g>\n"
        if let heat { drawColourBar(heat, frame) }
        if plot.showsLegend { drawLegend(plot.marks, frame) }
    }

    private func ticks(_ axis: Axis, _ map: ScaleMap, length: Double, isVertical: Bool) -> Ticks {
        if case .category(let names) = axis.scale {
            return Ticks(major: names.enumerated().map { Ticks.Tick(value: Double($0), text: $1) })
        }
        return Ticks.numeric(map, wished: max(2, Int(length / (isVertical ? 55 : 90))), isASCII: false) { labels in
            zip(labels, labels.dropFirst()).allSatisfy { a, b in
                let room = abs(b.fraction - a.fraction) * length
                return isVertical ? room > 16 : room > Double(TextMeasure.width(a.text) + TextMeasure.width(b.text)) * 3.6 + 8
            }
        }
    }

    private mutating func drawAxes(_ frame: VectorFrame, _ xTicks: Ticks, _ yTicks: Ticks) {
        let (right, bottom) = (frame.left + frame.width, frame.top + frame.height)
        stroke(frame.left, frame.top, frame.left, bottom)
        stroke(frame.left, bottom, right, bottom)
        for tick in yTicks.major {
            let place = frame.placeY(tick.value)
            stroke(frame.left - 4, place, frame.left, place)
            words(tick.text, frame.left - 6, place + 4, anchor: .end)
        }
        for value in xTicks.minor { stroke(frame.placeX(value), bottom, frame.placeX(value), bottom + 2) }
        for value in yTicks.minor { stroke(frame.left - 2, frame.placeY(value), frame.left, frame.placeY(value)) }
        for tick in xTicks.major {
            let place = frame.placeX(tick.value)
            stroke(place, bottom, place, bottom + 4)
            words(tick.text, place, bottom + 18, anchor: .middle)
        }
    }

    private mutating func drawColourBar(_ range: ClosedRange<Double>, _ frame: VectorFrame) {
        let left = frame.left + frame.width + 14
        let steps = 32
        let step = frame.height / Double(steps)
        for index in 0..<steps {
            let level = UInt8(255 * (steps - 1 - index) / (steps - 1))
            write([
                .box(
                    Point(x: left, y: frame.top + Double(index) * step), Point(x: left + 14, y: frame.top + Double(index + 1) * step + 0.3),
                    .ramp(level), opacity: 1)
            ])
        }
        words(Numbers.short(range.upperBound, digits: 3), left + 18, frame.top + 10)
        words(Numbers.short(range.lowerBound, digits: 3), left + 18, frame.top + frame.height)
    }

    /// The legend in the upper right corner, on a ground that lets the data through.
    private mutating func drawLegend(_ marks: [any Mark], _ frame: VectorFrame) {
        let entries = marks.filter { $0.look.label?.isEmpty == false }
        guard !entries.isEmpty else { return }
        let width = 34 + (entries.map { Double(TextMeasure.width($0.look.label ?? "")) }.max() ?? 0) * 6.8
        let left = max(frame.left, frame.left + frame.width - width - 6)
        output +=
            "<rect x=\"\(Self.text(left))\" y=\"\(Self.text(frame.top + 4))\" width=\"\(Self.text(width))\" "
            + "height=\"\(Self.text(Double(entries.count) * 16 + 8))\" fill=\"\(theme.paper.hex)\" fill-opacity=\"0.8\"/>\n"
        for (index, mark) in entries.enumerated() {
            let middle = frame.top + 16 + Double(index) * 16
            let (from, to) = (Point(x: left + 6, y: middle), Point(x: left + 26, y: middle))
            switch mark.sample {
            case .fill, .band, .ramp:
                write([
                    .box(
                        Point(x: from.x, y: middle - 5), Point(x: to.x, y: middle + 5), mark.look.ink,
                        opacity: mark.sample == .band ? 0.2 : mark.look.isDim ? 0.3 : 0.85)
                ])
            case .dots, .symbol: write([.dot(Point(x: left + 16, y: middle), radius: 3, mark.look.ink, opacity: mark.look.opacity)])
            case .line, .rule:
                write([
                    .line([from, to], mark.look.ink, width: 2, dashes: mark.sample == .rule ? [4, 3] : [], opacity: mark.look.opacity)
                ])
            }
            words(mark.look.label ?? "", left + 30, middle + 4)
        }
    }

    // MARK: Shapes

    private mutating func write(_ shapes: [VectorShape]) {
        for shape in shapes {
            switch shape {
            case .line(let points, let ink, let width, let dashes, let opacity):
                let dash = dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes.map(Self.text).joined(separator: " "))\""
                output +=
                    "<path d=\"\(Self.path(points))\" stroke=\"\(colour(ink))\" stroke-width=\"\(Self.text(width))\" fill=\"none\""
                    + "\(dash)\(Self.faded("stroke", opacity))/>\n"
            case .area(let points, let ink, let opacity):
                output += "<path d=\"\(Self.path(points))Z\" fill=\"\(colour(ink))\"\(Self.faded("fill", opacity))/>\n"
            case .box(let a, let b, let ink, let opacity):
                guard a.isFinite, b.isFinite else { continue }
                output +=
                    "<rect x=\"\(Self.text(min(a.x, b.x)))\" y=\"\(Self.text(min(a.y, b.y)))\" width=\"\(Self.text(abs(b.x - a.x)))\" "
                    + "height=\"\(Self.text(abs(b.y - a.y)))\" fill=\"\(colour(ink))\"\(Self.faded("fill", opacity))/>\n"
            case .dot(let point, let radius, let ink, let opacity):
                guard point.isFinite else { continue }
                output +=
                    "<circle cx=\"\(Self.text(point.x))\" cy=\"\(Self.text(point.y))\" r=\"\(Self.text(radius))\" "
                    + "fill=\"\(colour(ink))\"\(Self.faded("fill", opacity))/>\n"
            case .words(let text, let point, let ink, let anchor):
                guard point.isFinite else { continue }
                words(text, point.x, point.y, ink, anchor: anchor)
            }
        }
    }

    private static func faded(_ what: String, _ opacity: Double) -> String { opacity < 1 ? " \(what)-opacity=\"\(text(opacity))\"" : "" }

    private static func path(_ points: [Point]) -> String {
        var result = ""
        for (index, point) in points.enumerated() { result += "\(index == 0 ? "M" : "L")\(text(point.x)) \(text(point.y))" }
        return result
    }
}
