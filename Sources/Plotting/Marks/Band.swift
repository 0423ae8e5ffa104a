import Surface

/// The area between a lower and an upper curve over the same x, as light shading.
public struct Band: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The x of both curves, not decreasing.
    public var x: [Double]
    /// The lower curve.
    public var lower: [Double]
    /// The upper curve.
    public var upper: [Double]
    /// A band; the three arrays have one length, the shortest counts.
    public init(x: [Double], lower: [Double], upper: [Double], _ look: Look = Look()) {
        self.x = x
        self.lower = lower
        self.upper = upper
        self.look = look
    }

    private var count: Int { min(x.count, lower.count, upper.count) }

    /// The ranges of its finite data.
    public var extent: Extent { extent(isPositiveX: false, isPositiveY: false) }
    /// The ranges of its finite data, or of what is above zero.
    public func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent {
        Extent(
            x: Extent.range(x, isPositive: isPositiveX),
            y: Extent.union(
                Extent.range(lower, isPositive: isPositiveY), Extent.range(upper, isPositive: isPositiveY)))
    }
    /// What automatic axes must mind.
    public var needs: AxisNeeds { AxisNeeds(isTightX: true) }

    /// A lattice of every second dot between the curves, and their own line where they are closer than the lattice.
    public func draw(on canvas: inout Canvas) {
        let pen = canvas.pen(Style(look.ink, on: .standard, .dim), layer: .band)
        guard count > 0, canvas.columns > 0, canvas.rows > 0 else { return }
        let places = (0..<count).map { canvas.dotX(x[$0]) }
        var segment = 0
        for column in 0..<canvas.dotColumns {
            let at = Double(column)
            while segment + 1 < count, !(places[segment + 1] >= at) { segment += 1 }
            guard let (top, bottom) = span(at: at, segment, places, canvas) else { continue }
            // The lattice is fixed to the plot, so that it does not shimmer as the curves move.
            var drawn = false
            let from = max(0, Int(top.rounded()))
            let to = min(canvas.dotRows - 1, Int(bottom.rounded()))
            guard from <= to else { continue }
            for row in from...to where (row + column) % 2 == 1 {
                canvas.dot(at, Double(row), pen)
                drawn = true
            }
            if !drawn { canvas.dot(at, (Double(from) + Double(to)) / 2, pen) }
        }
    }

    /// The upper and lower edge, in dots, at a column of dots; nil where there is no band.
    private func span(at place: Double, _ segment: Int, _ places: [Double], _ canvas: Canvas) -> (
        Double, Double
    )? {
        let (a, b) = (places[segment], segment + 1 < count ? places[segment + 1] : places[segment])
        func edges(_ index: Int) -> (Double, Double)? {
            let (top, bottom) = (canvas.dotY(upper[index]), canvas.dotY(lower[index]))
            return top.isNaN || bottom.isNaN ? nil : (min(top, bottom), max(top, bottom))
        }
        guard a.isFinite, b.isFinite, place >= a - 0.5, place <= b + 0.5, let left = edges(segment)
        else { return nil }
        guard b > a else { return left }
        guard let right = edges(segment + 1) else { return nil }
        let part = min(max((place - a) / (b - a), 0), 1)
        let (top, bottom) = (left.0 + part * (right.0 - left.0), left.1 + part * (right.1 - left.1))
        return top.isNaN || bottom.isNaN ? nil : (max(-1, min(top, 1e6)), max(-1, min(bottom, 1e6)))
    }

    /// How the legend shows it.
    public var sample: LegendSample { .band }
    /// Its data as columns.
    public var table: Table {
        Table(
            look.label ?? "band", columns: ["x", "lower", "upper"],
            rows: (0..<count).map { [.number(x[$0]), .number(lower[$0]), .number(upper[$0])] })
    }
    /// The values nearest to an x.
    public func readings(at value: Double) -> [Reading] {
        guard
            let index = (0..<count).filter({ x[$0].isFinite }).min(by: {
                abs(x[$0] - value) < abs(x[$1] - value)
            })
        else { return [] }
        let detail = "\(Numbers.short(lower[index])) to \(Numbers.short(upper[index]))"
        return [
            Reading(
                look.label ?? "", Point(x: x[index], y: (lower[index] + upper[index]) / 2), detail: detail,
                ink: look.ink)
        ]
    }
    /// What it shows, in words.
    public func words(x axis: Axis, y: Axis) -> String {
        Words.band(look.label ?? "A band", x: x, lower: lower, upper: upper, axis: axis, y: y)
    }
}
