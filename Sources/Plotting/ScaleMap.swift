import Kernels

/// Maps an axis' values to fractions of its length and back.
public struct ScaleMap: Sendable, Hashable {
    enum Kind: Hashable, Sendable {
        case linear
        case log
        case symlog(Double)
    }

    let kind: Kind
    /// The value at the start of the axis.
    public let lower: Double
    /// The value at its end, above `lower`.
    public let upper: Double
    private let origin: Double
    private let span: Double

    init(_ kind: Kind, _ lower: Double, _ upper: Double) {
        self.kind = kind
        self.lower = lower
        self.upper = upper
        origin = Self.transform(kind, lower)
        span = Self.transform(kind, upper) - origin
    }

    private static func transform(_ kind: Kind, _ value: Double) -> Double {
        switch kind {
        case .linear: return value
        case .log: return value > 0 ? Kernels.log(value) : value.isNaN ? value : -.infinity
        case .symlog(let threshold):
            let ratio = abs(value) / threshold
            let size = ratio <= 1 ? ratio : 1 + Kernels.log(ratio) * 0.4342944819032518
            return value < 0 ? -size : size
        }
    }

    /// The fraction of the axis at which a value lies: 0 at `lower`, 1 at `upper`, outside these when it is outside.
    ///
    /// NaN stays NaN; what has no place on a logarithmic axis lies infinitely far below.
    @inline(__always) public func fraction(_ value: Double) -> Double {
        if case .linear = kind { return (value - origin) / span }
        return (Self.transform(kind, value) - origin) / span
    }

    /// The value at a fraction of the axis.
    public func value(at fraction: Double) -> Double {
        let place = origin + fraction * span
        switch kind {
        case .linear: return place
        case .log: return Kernels.exp(place)
        case .symlog(let threshold):
            let size = abs(place) <= 1 ? abs(place) : Numbers.exp10(abs(place) - 1)
            return (place < 0 ? -size : size) * threshold
        }
    }
}
