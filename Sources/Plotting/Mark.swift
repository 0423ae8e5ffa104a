import Surface

/// Something drawn over two axes: a line, bars, a heat map.
///
/// A new mark is one file: its data, its ranges, its table, its drawing, and what it says in words.
public protocol Mark: Sendable {
    /// Its legend entry and colour.
    var look: Look { get set }
    /// The ranges of its finite data, which automatic axes must hold.
    var extent: Extent { get }
    /// Its data as columns, for the figure's table and for CSV.
    var table: Table { get }

    /// The ranges of its finite data; with `isPositive…`, of what is above zero, for logarithmic axes.
    func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent
    /// What automatic axes must mind beyond the extent.
    var needs: AxisNeeds { get }
    /// Draws it.
    func draw(on canvas: inout Canvas)
    /// Its lines, areas and words in a picture outside a terminal.
    func shapes(in frame: VectorFrame) -> [VectorShape]
    /// How the legend shows it.
    var sample: LegendSample { get }
    /// Its values nearest to an x, for the cross-hair.
    func readings(at x: Double) -> [Reading]
    /// One or two sentences that say what it shows.
    func words(x: Axis, y: Axis) -> String
}

extension Mark {
    /// The plain extent, cut at zero where only positive values have a place.
    public func extent(isPositiveX: Bool, isPositiveY: Bool) -> Extent {
        func cut(_ range: ClosedRange<Double>?, _ isPositive: Bool) -> ClosedRange<Double>? {
            guard isPositive, let range, range.lowerBound <= 0 else { return range }
            return range.upperBound > 0 ? (range.upperBound * 1e-6)...range.upperBound : nil
        }
        let whole = extent
        return Extent(x: cut(whole.x, isPositiveX), y: cut(whole.y, isPositiveY))
    }

    /// Nothing beyond the extent.
    public var needs: AxisNeeds { AxisNeeds() }
    /// A stroke.
    public var sample: LegendSample { .line }
    /// None.
    public func readings(at x: Double) -> [Reading] { [] }
}

/// What automatic axes must mind beyond a mark's extent.
public struct AxisNeeds: Hashable, Sendable {
    /// Whether zero must be on the axis, because lengths are read from it.
    public var zeroX = false, zeroY = false
    /// Whether the mark fills its range to the edge, so that a margin would be a gap.
    public var isTightX = false, isTightY = false

    /// Needs.
    public init(
        zeroX: Bool = false, zeroY: Bool = false, isTightX: Bool = false, isTightY: Bool = false
    ) {
        self.zeroX = zeroX
        self.zeroY = zeroY
        self.isTightX = isTightX
        self.isTightY = isTightY
    }
}

/// How the legend shows a mark.
public enum LegendSample: Hashable, Sendable {
    /// A stroke, dashed as the line is.
    case line
    /// Shading.
    case band
    /// A full cell.
    case fill
    /// Dots.
    case dots
    /// One character.
    case symbol(Unicode.Scalar)
    /// A stroke of dots with gaps.
    case rule
    /// Colours from low to high.
    case ramp
}

/// One value that the cross-hair reads.
public struct Reading: Hashable, Sendable {
    /// The mark's legend entry.
    public var label: String
    /// The point read.
    public var point: Point
    /// What is said of it when y alone is not it: an interval, a category.
    public var detail: String
    /// The mark's colour.
    public var ink: Ink

    /// A reading.
    public init(_ label: String, _ point: Point, detail: String = "", ink: Ink = .standard) {
        self.label = label
        self.point = point
        self.detail = detail
        self.ink = ink
    }
}

/// What a mark is called in the legend and how it is coloured.
public struct Look: Hashable, Sendable {
    /// The legend entry; nil for none.
    public var label: String?
    /// Its colour by meaning.
    public var ink: Ink
    /// Whether it stands behind the others: a pinned run, a prior.
    public var isDim: Bool

    /// A look.
    public init(_ label: String? = nil, _ role: Role = .series0, isDim: Bool = false) {
        self.label = label
        self.ink = .role(role)
        self.isDim = isDim
    }
}

/// The smallest ranges that hold a mark's finite data; nil where it has none.
public struct Extent: Hashable, Sendable {
    /// The x range.
    public var x: ClosedRange<Double>?
    /// The y range.
    public var y: ClosedRange<Double>?

    /// Ranges.
    public init(x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil) {
        self.x = x
        self.y = y
    }

    /// The range of the finite values of some numbers; with `isPositive`, of those above zero.
    static func range(_ values: some Sequence<Double>, isPositive: Bool = false) -> ClosedRange<
        Double
    >? {
        var low = Double.infinity
        var high = -Double.infinity
        for value in values where value.isFinite && (!isPositive || value > 0) {
            low = min(low, value)
            high = max(high, value)
        }
        return low <= high ? low...high : nil
    }

    /// The range that holds both.
    static func union(_ a: ClosedRange<Double>?, _ b: ClosedRange<Double>?) -> ClosedRange<Double>? {
        guard let a, let b else { return a ?? b }
        return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }
}
