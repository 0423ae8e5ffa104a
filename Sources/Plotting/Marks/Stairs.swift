import Surface

/// A line that holds each value until the next x, as the trace of a Markov chain does: a rejected proposal stays level.
public struct Stairs: Mark {
    /// Its legend entry and colour.
    public var look: Look
    /// The points, by x.
    public var series: Series
    /// Stairs.
    public init(_ series: Series, _ look: Look = Look()) {
        self.series = series
        self.look = look
    }
    /// Stairs through points given in order of x.
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
        canvas.trace(series, pen, isStairs: true)
    }
    /// Its data as columns.
    public var table: Table { series.table(look.label ?? "stairs") }
    /// The values nearest to an x.
    public func readings(at x: Double) -> [Reading] {
        series.holding(x).map { [Reading(look.label ?? "", $0, ink: look.ink)] } ?? []
    }
    /// What it shows, in words.
    public func words(x: Axis, y: Axis) -> String {
        Words.curve(look.label ?? "Stairs", series, x: x, y: y)
    }
}
