import Kernels

/// A number that says how spread out a distribution is: Shannon's entropy and the two families that contain it.
///
/// In nats, for probabilities that are not negative and sum to 1 within rounding; at order 1 all three agree.
///
/// Sources: C. E. Shannon (1948); A. Rényi, "On measures of entropy and information" (1961); C. Tsallis (1988).
enum EntropyFunctional: String, CaseIterable, Sendable {
    /// -Σ p log p.
    case shannon = "Shannon"
    /// log Σ p^q / (1 - q).
    case renyi = "Rényi"
    /// (1 - Σ p^q)/(q - 1).
    case tsallis = "Tsallis"

    /// Its value for a distribution; `order` is q > 0 and without meaning for Shannon's.
    func value(_ p: [Double], order: Double) -> Double {
        switch self {
        case .shannon: return Self.shannon(p)
        case .renyi:
            if order == 1 { return Self.shannon(p) }
            // Next to order 1 the sum is 1 but for what is sought: p^q - p keeps its digits.
            if abs(order - 1) < 0.5 { return log1p(Self.excess(p, order)) / (1 - order) }
            return Vector.logSumExp(p.filter { $0 > 0 }.map { order * log($0) }) / (1 - order)
        case .tsallis: return order == 1 ? Self.shannon(p) : Self.excess(p, order) / (1 - order)
        }
    }

    /// -Σ p log p.
    static func shannon(_ p: [Double]) -> Double { Vector.sum(p.map { $0 > 0 ? -$0 * log($0) : 0 }) }

    /// Σ (p^q - p).
    private static func excess(_ p: [Double], _ order: Double) -> Double {
        Vector.sum(p.map { $0 > 0 ? $0 * expm1((order - 1) * log($0)) : 0 })
    }

    /// What the value of a product of two independent distributions has beyond the sum of theirs.
    ///
    /// The product itself is formed while it has at most 250,000 outcomes; beyond that the sums of powers are multiplied.
    func additivityGap(_ a: [Double], _ b: [Double], order: Double) -> Double {
        let (left, right) = (value(a, order: order), value(b, order: order))
        guard a.count * b.count <= 250_000 else { return self == .tsallis ? (1 - order) * left * right : 0 }
        return value(a.flatMap { x in b.map { x * $0 } }, order: order) - left - right
    }
}
