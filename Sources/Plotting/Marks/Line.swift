import Surface

/// Straight segments between points; a point that is not finite breaks the line, except that an infinite y runs out of the plot.
public struct Line: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The points, by x.
    public var series: Series
    /// A line.
    public init(_ series: Series, _ look: Look = Look()) {
        self.series = series
        self.look = look
    }
    /// A line through points given in order of x.
    public init(_ points: [Point], _ look: Look = Look()) { self.init(Series(points: points), look) }

    /// The ranges of its finite data.
    public var extent: Extent { series.extent() }
    /// The ranges of its finite data, or of what is above zero.
    public func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent {
        series.extent(isPositiveX: isPositiveX, isPositiveY: isPositiveY)
    }
    /// What automatic axes must mind.
    public var needs: AxisNeeds { AxisNeeds(isTightX: true) }
    /// Draws it.
    public func draw(on canvas: inout Canvas) {
        let pen = canvas.pen(look)
        canvas.trace(series, pen, isStairs: false)
    }
    /// Its data as columns.
    public var table: Table { series.table(look.label ?? "line") }
    /// The values nearest to an x.
    public func readings(at x: Double) -> [Reading] {
        series.nearest(to: x).map { [Reading(look.label ?? "", $0, ink: look.ink)] } ?? []
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        Words.curve(look.label ?? "A line", series, x: x, y: y)
    }
}

extension Series {
    /// The points as columns x and y.
    func table(_ name: String) -> Table {
        Table(
            name, columns: ["x", "y"], rows: (0..<count).map { [.number(xValue($0)), .number(y[$0])] })
    }

    /// The point whose x is nearest; nil when there is none.
    ///
    /// O(log count) when ordered.
    func nearest(to value: Double) -> Point? {
        guard count > 0, !value.isNaN else { return nil }
        guard isOrdered else {
            return (0..<count).min { abs(xValue($0) - value) < abs(xValue($1) - value) }.map { self[$0] }
        }
        let place = lowerBound(x: value)
        guard place > 0 else { return self[0] }
        guard place < count else { return self[count - 1] }
        return value - xValue(place - 1) <= xValue(place) - value ? self[place - 1] : self[place]
    }

    /// The point at or before an x, whose value stairs hold there.
    func holding(_ value: Double) -> Point? {
        guard count > 0, !value.isNaN else { return nil }
        guard isOrdered else { return nearest(to: value) }
        let place = lowerBound(x: value)
        if place < count, xValue(place) == value { return self[place] }
        return self[max(0, place - 1)]
    }
}
