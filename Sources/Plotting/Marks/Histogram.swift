import Surface

/// Counts or densities over bins.
public struct Histogram: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The bins' edges, increasing, one more than heights.
    public var edges: [Double]
    /// The height of each bin.
    public var heights: [Double]
    /// Whether only the outline is drawn, so that several can overlap.
    public var isOutline: Bool
    /// A histogram.
    public init(edges: [Double], heights: [Double], _ look: Look = Look(), isOutline: Bool = false) {
        self.edges = edges
        self.heights = heights
        self.look = look
        self.isOutline = isOutline
    }

    private var count: Int { min(heights.count, max(0, edges.count - 1)) }

    /// The ranges of its finite data.
    public var extent: Extent { extent(isPositiveX: false, isPositiveY: false) }
    /// The ranges of its finite data, or of what is above zero.
    public func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent {
        Extent(
            x: Extent.range(edges, isPositive: isPositiveX),
            y: Extent.range(heights, isPositive: isPositiveY))
    }
    /// What automatic axes must mind.
    public var needs: AxisNeeds { AxisNeeds(zeroY: true, isTightX: true) }

    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        guard count > 0, canvas.columns > 0, canvas.rows > 0 else { return }
        if isOutline { drawOutline(on: &canvas) } else { drawFilled(on: &canvas) }
    }

    /// Where heights are measured from, in the axis' own units.
    private func base(_ canvas: Canvas) -> Double {
        if case .log = canvas.y.kind { canvas.y.lower } else { 0 }
    }

    /// Each column of cells takes the height of the bin at its centre, or of the tallest of several bins in it.
    private func drawFilled(on canvas: inout Canvas) {
        let height = Double(canvas.rows)
        func row(_ value: Double) -> Double { (1 - canvas.y.fraction(value)) * height }
        let places = edges.map { canvas.x.fraction($0) * Double(canvas.columns) }
        var bin = 0
        for column in 0..<canvas.columns {
            let (left, centre, right) = (Double(column), Double(column) + 0.5, Double(column) + 1)
            while bin < count, !(places[bin + 1] > left) { bin += 1 }
            var tallest: Double?
            var other = bin
            while other < count, places[other] < right {
                let isCentred = places[other] <= centre && places[other + 1] > centre
                let isInside = places[other] >= left && places[other + 1] <= right
                if isCentred || isInside, heights[other].isFinite || heights[other] == .infinity {
                    tallest = max(tallest ?? -.infinity, heights[other])
                }
                other += 1
            }
            if let tallest {
                canvas.fillUpright(column: column, base: row(base(canvas)), end: row(tallest), look)
            }
        }
    }

    private func drawOutline(on canvas: inout Canvas) {
        let pen = canvas.pen(look)
        canvas.liftPen()
        let ground = canvas.dotY(base(canvas))
        var last = ground
        for bin in 0..<count {
            let (left, right) = (canvas.dotX(edges[bin]), canvas.dotX(edges[bin + 1]))
            let top = heights[bin].isNaN ? ground : canvas.dotY(heights[bin])
            canvas.line(left, last, left, top, pen)
            if top != ground { canvas.line(left, top, right, top, pen) }
            last = top
        }
        let end = canvas.dotX(edges[count])
        canvas.line(end, last, end, ground, pen)
    }

    /// How the legend shows it.
    public var sample: LegendSample { isOutline ? .line : .fill }
    /// Its data as columns.
    public var table: Table {
        Table(
            look.label ?? "histogram", columns: ["from", "to", "height"],
            rows: (0..<count).map { [.number(edges[$0]), .number(edges[$0 + 1]), .number(heights[$0])] })
    }
    /// The values nearest to an x.
    public func readings(at x: Double) -> [Reading] {
        guard let bin = (0..<count).first(where: { x >= edges[$0] && x < edges[$0 + 1] }) else {
            return []
        }
        return [
            Reading(
                look.label ?? "", Point(x: (edges[bin] + edges[bin + 1]) / 2, y: heights[bin]),
                ink: look.ink)
        ]
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        Words.histogram(look.label ?? "A histogram", edges: edges, heights: heights, x: x)
    }
}
