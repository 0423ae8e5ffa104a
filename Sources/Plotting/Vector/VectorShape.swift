import Surface

/// A piece of a picture in lines, areas and words: what a mark becomes outside a terminal.
public enum VectorShape: Sendable, Hashable {
    /// A line through points, in the picture's units; dashes as lengths on and off.
    case line([Point], Ink, width: Double, dashes: [Double], opacity: Double)
    /// A filled area.
    case area([Point], Ink, opacity: Double)
    /// A filled rectangle by two corners.
    case box(Point, Point, Ink, opacity: Double)
    /// A filled circle.
    case dot(Point, radius: Double, Ink, opacity: Double)
    /// Words whose base line begins, is centred or ends at a point.
    case words(String, Point, Ink, anchor: Anchor)

    /// Which part of a text stands at its point.
    public enum Anchor: String, Sendable, Hashable {
        /// The first letter.
        case start
        /// The middle.
        case middle
        /// The last letter.
        case end
    }
}

/// The part of a picture that two axes span: data to places in it, y downwards.
public struct VectorFrame: Sendable {
    /// The horizontal axis' scale.
    public let x: ScaleMap
    /// The vertical axis' scale.
    public let y: ScaleMap
    /// The left edge.
    public let left: Double
    /// The upper edge.
    public let top: Double
    /// The width.
    public let width: Double
    /// The height.
    public let height: Double

    /// The place of an x; NaN stays NaN, what lies far outside is held near.
    public func placeX(_ value: Double) -> Double { left + Self.held(x.fraction(value)) * width }
    /// The place of a y.
    public func placeY(_ value: Double) -> Double { top + (1 - Self.held(y.fraction(value))) * height }
    /// The place of a point of the data.
    public func place(_ point: Point) -> Point { Point(x: placeX(point.x), y: placeY(point.y)) }

    /// Clipping does the rest, and no viewer minds such numbers.
    private static func held(_ fraction: Double) -> Double { fraction.isNaN ? fraction : min(max(fraction, -4), 5) }

    /// Where lengths on the y axis are measured from.
    var groundY: Double { if case .log = y.kind { y.lower } else { min(max(0, min(y.lower, y.upper)), max(y.lower, y.upper)) } }
    /// Where lengths on the x axis are measured from.
    var groundX: Double { if case .log = x.kind { x.lower } else { min(max(0, x.lower), x.upper) } }
}

extension Look {
    /// How strongly it is drawn: faint when it stands behind.
    var opacity: Double { isDim ? 0.45 : 1 }
}
