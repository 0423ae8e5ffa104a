import Kernels

/// The prior of a network's weights, alike and independent: N(0, σ₁²), or the scale mixture πN(0, σ₁²) + (1-π)N(0, σ₂²).
///
/// Source: C. Blundell and others, "Weight Uncertainty in Neural Networks" (2015), equation 7.
struct NetworkPrior: Sendable, Hashable, Codable {
    /// σ₁.
    let wide: Double
    /// σ₂; nil for a normal prior.
    let narrow: Double?
    /// π, the weight of the wide component.
    let share: Double
    /// log of the wide and of the narrow component's weight and normalisation.
    private let constants: (wide: Double, narrow: Double)

    /// A normal prior when `narrow` is nil.
    init(wide: Double, narrow: Double? = nil, share: Double = 1) {
        self.wide = wide
        self.narrow = narrow
        self.share = share
        let half = 0.5 * Kernels.log(2 * Double.pi)
        constants = (
            (narrow == nil ? 0 : Kernels.log(share)) - Kernels.log(wide) - half,
            narrow.map { Kernels.log1p(-share) - Kernels.log($0) - half } ?? 0
        )
    }

    /// The log density of all weights; `gradient` takes its slopes, `scratch` holds twice as many numbers as there are weights.
    ///
    /// With r the probability that a weight belongs to the wide component, the slope is -w(r/σ₁² + (1-r)/σ₂²).
    func logDensity(
        _ weights: UnsafeBufferPointer<Double>, gradient: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
    ) -> Double {
        let count = weights.count
        let precision = 1 / (wide * wide)
        guard let narrow else {
            for i in 0..<count { gradient[i] = -precision * weights[i] }
            return Double(count) * constants.wide - 0.5 * precision * Vector.dot(weights, weights)
        }
        let narrowPrecision = 1 / (narrow * narrow)
        let odds = UnsafeMutableBufferPointer(start: scratch, count: count)
        let shares = UnsafeMutableBufferPointer(start: scratch + count, count: count)
        let (offset, slope) = (constants.wide - constants.narrow, 0.5 * (narrowPrecision - precision))
        for i in 0..<count { odds[i] = offset + slope * (weights[i] * weights[i]) }
        Vector.logistic(UnsafeBufferPointer(odds), into: shares)
        Vector.log1pExp(UnsafeBufferPointer(odds), into: odds)
        for i in 0..<count {
            gradient[i] = -weights[i] * (shares[i] * precision + (1 - shares[i]) * narrowPrecision)
        }
        return Double(count) * constants.narrow - 0.5 * narrowPrecision * Vector.dot(weights, weights)
            + Vector.sum(UnsafeBufferPointer(odds))
    }

    private enum Key: String, CodingKey { case wide, narrow, share }

    /// Reads what `encode` wrote.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            wide: try container.decode(Double.self, forKey: .wide), narrow: try container.decodeIfPresent(Double.self, forKey: .narrow),
            share: try container.decode(Double.self, forKey: .share))
    }

    /// Writes its scales and weight.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(wide, forKey: .wide)
        try container.encodeIfPresent(narrow, forKey: .narrow)
        try container.encode(share, forKey: .share)
    }

    static func == (a: NetworkPrior, b: NetworkPrior) -> Bool { a.wide == b.wide && a.narrow == b.narrow && a.share == b.share }
    func hash(into hasher: inout Hasher) {
        hasher.combine(wide)
        hasher.combine(narrow)
        hasher.combine(share)
    }
}
