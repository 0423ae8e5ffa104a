import Surface

/// Bars from zero, with optional error bars; several `Bars` on a category axis stand side by side by `slot`.
public struct Bars: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// Where each bar stands on the x axis (category: 0, 1, 2, …).
    public var positions: [Double]
    /// The heights.
    public var heights: [Double]
    /// The lower ends of the error bars; nil for none.
    public var low: [Double]?
    /// The upper ends of the error bars; nil for none.
    public var high: [Double]?
    /// This group's place among `slots` groups side by side.
    public var slot: Int
    /// How many groups stand side by side.
    public var slots: Int
    /// Whether bars run to the right from zero over a y category axis (names at the left) instead of up.
    public var isHorizontal: Bool
    /// Bars at 0, 1, 2, … unless positions are given.
    public init(
        _ heights: [Double], positions: [Double]? = nil, low: [Double]? = nil, high: [Double]? = nil,
        _ look: Look = Look(),
        slot: Int = 0, of slots: Int = 1, isHorizontal: Bool = false
    ) {
        self.heights = heights
        self.positions = positions ?? heights.indices.map(Double.init)
        self.low = low
        self.high = high
        self.look = look
        self.slot = slot
        self.slots = slots
        self.isHorizontal = isHorizontal
    }

    var count: Int { min(heights.count, positions.count) }

    /// The least distance between neighbours, which the groups share out; 1 when there are none.
    var spacing: Double {
        let places = positions.filter(\.isFinite).sorted()
        return zip(places, places.dropFirst()).lazy.map { $1 - $0 }.filter { $0 > 0 }.min() ?? 1
    }

    /// The ranges of its finite data.
    public var extent: Extent { extent(isPositiveX: false, isPositiveY: false) }
    /// The ranges of its finite data, or of what is above zero.
    public func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent {
        let isPositive = isHorizontal ? isPositiveX : isPositiveY
        var along = Extent.range(heights, isPositive: isPositive)
        along = Extent.union(along, Extent.range(low ?? [], isPositive: isPositive))
        along = Extent.union(along, Extent.range(high ?? [], isPositive: isPositive))
        let across = Extent.range(positions).map {
            ($0.lowerBound - spacing / 2)...($0.upperBound + spacing / 2)
        }
        return isHorizontal ? Extent(x: along, y: across) : Extent(x: across, y: along)
    }
    /// What automatic axes must mind.
    public var needs: AxisNeeds {
        isHorizontal ? AxisNeeds(zeroX: true, isTightY: true) : AxisNeeds(zeroY: true, isTightX: true)
    }

    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        guard canvas.columns > 0, canvas.rows > 0 else { return }
        let length = isHorizontal ? Double(canvas.rows) : Double(canvas.columns)
        let map = isHorizontal ? canvas.y : canvas.x
        let error = canvas.pen(Style(.standard, on: .standard, .bold), layer: .emphasis)
        let spacing = spacing
        for index in 0..<count where positions[index].isFinite {
            let flip = isHorizontal ? 1.0 : 0.0
            func place(_ value: Double) -> Double { abs(flip - map.fraction(value)) * length }
            let room = abs(place(positions[index] + spacing / 2) - place(positions[index] - spacing / 2))
            let cells = cells(centre: place(positions[index]), room: room, limit: Int(length))
            if isHorizontal {
                drawAcross(index, cells, error, &canvas)
            } else {
                drawUpright(index, cells, error, &canvas)
            }
        }
    }

    /// The whole cells of this slot's bar: all bars of a plot are equally thick, with a gap between groups where there is room.
    private func cells(centre: Double, room: Double, limit: Int) -> Range<Int> {
        guard centre.isFinite, room.isFinite, abs(centre) < 1e6 else { return 0..<0 }
        let slots = max(1, slots)
        let group = room >= 2 ? min(room - 1, max(1, (room * 0.8).rounded())) : room
        let thickness = max(1, Int(group / Double(slots) + 1e-9))
        let first: Int
        if group >= Double(slots) {
            first =
                Int((centre - Double(thickness * slots) / 2 + 1e-6).rounded(.toNearestOrEven)) + slot
                * thickness
        } else {
            // Thinner than cells: each at the cell that holds its middle.
            first = Int(
                (centre + (Double(slot) + 0.5 - Double(slots) / 2) * group / Double(slots)).rounded(.down))
        }
        let low = max(0, first)
        return low..<max(low, min(limit, first + thickness))
    }

    private func zero(_ map: ScaleMap) -> Double {
        if case .log = map.kind { map.lower } else { min(max(0, map.lower), map.upper) }
    }

    private func drawUpright(
        _ index: Int, _ columns: Range<Int>, _ error: Canvas.Pen, _ canvas: inout Canvas
    ) {
        let height = Double(canvas.rows)
        let map = canvas.y
        func row(_ value: Double) -> Double { (1 - map.fraction(value)) * height }
        for column in columns {
            canvas.fillUpright(column: column, base: row(zero(map)), end: row(heights[index]), look)
        }
        guard !columns.isEmpty, let ends = interval(index) else { return }
        let centre = Double(columns.lowerBound + columns.upperBound) - (columns.count % 2 == 0 ? 0 : 1)
        let reach: Double = columns.count >= 3 ? 2 : 1
        canvas.line(centre, canvas.dotY(ends.low), centre, canvas.dotY(ends.high), error)
        for end in [ends.low, ends.high] {
            let y = canvas.dotY(end)
            canvas.line(centre - reach + 1, y, centre + reach - 1, y, error)
        }
    }

    private func drawAcross(
        _ index: Int, _ rows: Range<Int>, _ error: Canvas.Pen, _ canvas: inout Canvas
    ) {
        let width = Double(canvas.columns)
        let map = canvas.x
        func column(_ value: Double) -> Double { map.fraction(value) * width }
        for row in rows {
            canvas.fillAcross(row: row, base: column(zero(map)), end: column(heights[index]), look)
        }
        guard !rows.isEmpty, let ends = interval(index) else { return }
        let centre = Double((rows.lowerBound + rows.upperBound) * 2) - (rows.count % 2 == 0 ? 0 : 1)
        canvas.line(canvas.dotX(ends.low), centre, canvas.dotX(ends.high), centre, error)
        for end in [ends.low, ends.high] {
            let x = canvas.dotX(end)
            canvas.line(x, centre - 1, x, centre + 1, error)
        }
    }

    func interval(_ index: Int) -> (low: Double, high: Double)? {
        guard low != nil || high != nil else { return nil }
        let below = low.flatMap { index < $0.count ? $0[index] : nil } ?? heights[index]
        let above = high.flatMap { index < $0.count ? $0[index] : nil } ?? heights[index]
        return below.isNaN || above.isNaN ? nil : (below, above)
    }

    /// How the legend shows it.
    public var sample: LegendSample { .fill }
    /// Its data as columns.
    public var table: Table {
        let hasInterval = low != nil || high != nil
        return Table(
            look.label ?? "bars",
            columns: ["position", "height"] + (hasInterval ? ["low", "high"] : []),
            rows: (0..<count).map { index in
                var row: [Table.Value] = [.number(positions[index]), .number(heights[index])]
                if hasInterval {
                    let ends = interval(index)
                    row += [ends.map { .number($0.low) } ?? .none, ends.map { .number($0.high) } ?? .none]
                }
                return row
            })
    }
    /// The values nearest to an x.
    public func readings(at x: Double) -> [Reading] {
        guard !isHorizontal,
            let index = (0..<count).filter({ positions[$0].isFinite }).min(by: {
                abs(positions[$0] - x) < abs(positions[$1] - x)
            })
        else { return [] }
        let detail =
            interval(index).map {
                "\(Numbers.short(heights[index])) [\(Numbers.short($0.low)), \(Numbers.short($0.high))]"
            } ?? ""
        return [
            Reading(
                look.label ?? "", Point(x: positions[index], y: heights[index]), detail: detail,
                ink: look.ink)
        ]
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        Words.bars(
            look.label ?? "Bars", positions: positions, heights: heights,
            intervals: (0..<count).map(interval), axis: isHorizontal ? y : x)
    }
}
