/// Points in order of x for a line or trace: a growing column of y over evenly spaced or explicit x.
public struct Series: Sendable, Hashable {
    /// Explicit x coordinates, not decreasing; nil when evenly spaced.
    public private(set) var x: Column?
    /// The y coordinates; NaN breaks the line.
    public private(set) var y: Column
    /// The x of the first point when evenly spaced.
    public let start: Double
    /// The distance between evenly spaced points.
    public let spacing: Double
    /// Whether x never decreases and is never NaN, so that a place can be found by bisection.
    private(set) var isOrdered: Bool

    /// An empty series whose i-th point lies at `start + i * spacing`.
    public init(start: Double = 0, spacing: Double = 1) {
        self.start = start
        self.spacing = spacing
        isOrdered = spacing > 0 && spacing.isFinite && start.isFinite
        y = Column()
    }

    /// An empty series of points with their own x.
    public static func explicit() -> Series {
        var series = Series()
        series.x = Column()
        return series
    }

    /// A series of the given values at `start + i * spacing`.
    public init(_ values: some Sequence<Double>, start: Double = 0, spacing: Double = 1) {
        self.init(start: start, spacing: spacing)
        y.append(contentsOf: values)
    }

    /// A series of the given points, whose x must not decrease.
    public init(points: some Sequence<Point>) {
        self = .explicit()
        append(contentsOf: points)
    }

    /// A series over a column of y, which is shared and not copied.
    public init(_ column: Column, start: Double = 0, spacing: Double = 1) {
        self.init(start: start, spacing: spacing)
        y = column
    }

    /// A series over columns of x, which must not decrease, and y; as long as the shorter.
    ///
    /// O(count) to look at the order of x.
    public init(x: Column, y: Column) {
        self.init()
        if x.count == y.count {
            self.x = x
            self.y = y
        } else {
            let count = min(x.count, y.count)
            self.x = Column(x.array.prefix(count))
            self.y = Column(y.array.prefix(count))
        }
        isOrdered = Self.isOrdered(self.x ?? Column())
    }

    private static func isOrdered(_ x: Column) -> Bool {
        let values = x.array
        return (values.first.map { !$0.isNaN } ?? true)
            && zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }
    }

    /// How many points it holds.
    public var count: Int { y.count }

    /// The point at a place in `0..<count`.
    public subscript(index: Int) -> Point { Point(x: xValue(index), y: y[index]) }

    /// The x at a place.
    func xValue(_ index: Int) -> Double { x?[index] ?? start + Double(index) * spacing }

    /// Adds the next evenly spaced value.
    public mutating func append(_ value: Double) {
        precondition(x == nil, "a series with explicit x takes points")
        y.append(value)
    }

    /// Adds the next evenly spaced values.
    public mutating func append(contentsOf values: some Sequence<Double>) {
        precondition(x == nil, "a series with explicit x takes points")
        y.append(contentsOf: values)
    }

    /// Adds a point to a series with explicit x.
    public mutating func append(_ point: Point) {
        precondition(x != nil, "an evenly spaced series takes values")
        if let last = x?.last {
            isOrdered = isOrdered && point.x >= last
        } else {
            isOrdered = !point.x.isNaN
        }
        x?.append(point.x)
        y.append(point.y)
    }

    /// Adds points to a series with explicit x.
    public mutating func append(contentsOf points: some Sequence<Point>) {
        let isDone: Void? = points.withContiguousStorageIfAvailable { buffer in
            for point in buffer { append(point) }
        }
        if isDone == nil { for point in points { append(point) } }
    }

    /// The first place whose x is >= the value, in `0...count`.
    ///
    /// Meaningful when ordered. O(log count), O(1) when evenly spaced.
    ///
    /// - Parameter first: a place known not to lie behind the one looked for.
    func lowerBound(x value: Double, from first: Int = 0) -> Int {
        if let x { return x.lowerBound(value, from: first) }
        let place = ((value - start) / spacing).rounded(.up)
        return place > 0 ? (place < Double(count) ? Int(place) : count) : 0
    }

    /// The ranges of the finite coordinates; with `isPositive…`, of those above zero.
    func extent(isPositiveX: Bool = false, isPositiveY: Bool = false) -> Extent {
        guard count > 0 else { return Extent() }
        var xRange: ClosedRange<Double>?
        if let x {
            xRange = x.finiteRange(isPositive: isPositiveX)
        } else {
            var (low, high) = (min(xValue(0), xValue(count - 1)), max(xValue(0), xValue(count - 1)))
            if isPositiveX, low <= 0 {
                low =
                    start <= 0 && spacing > 0
                    ? start + ((0 - start) / spacing).rounded(.down) * spacing + spacing : low
                high = max(low, high)
            }
            xRange =
                low.isFinite && high.isFinite && low <= high && (!isPositiveX || low > 0) ? low...high : nil
        }
        return Extent(x: xRange, y: y.finiteRange(isPositive: isPositiveY))
    }
}

extension Series: Codable {
    private enum CodingKeys: String, CodingKey { case x, y, start, spacing }

    /// Writes the columns compactly and, when evenly spaced, the start and spacing.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(x, forKey: .x)
        try container.encode(y, forKey: .y)
        try container.encode(start, forKey: .start)
        try container.encode(spacing, forKey: .spacing)
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            start: try container.decode(Double.self, forKey: .start),
            spacing: try container.decode(Double.self, forKey: .spacing))
        y = try container.decode(Column.self, forKey: .y)
        x = try container.decodeIfPresent(Column.self, forKey: .x)
        guard let x else { return }
        guard x.count == y.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .x, in: container, debugDescription: "a series has \(x.count) x for \(y.count) y")
        }
        isOrdered = Self.isOrdered(x)
    }
}
