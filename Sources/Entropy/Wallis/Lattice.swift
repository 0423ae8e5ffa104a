/// Values that stand on a grid of equal steps: value = origin + spacing * level, with whole levels from 0.
///
/// Faces of a die do, and prices in cents; 1, √2 and π do not.
struct Lattice: Sendable, Hashable {
    /// The least value.
    let origin: Double
    /// The greatest step that reaches every value; 1 when all values are equal.
    let spacing: Double
    /// Each value's level, in the values' order; 0 occurs.
    let levels: [Int]
    /// The greatest level.
    let top: Int
    /// The levels that occur, increasing.
    let distinct: [Int]

    /// The most levels that count as a grid.
    static let limit = 1_000_000

    /// The coarsest grid that holds the values to nine digits of their range; nil when there is none of a million levels.
    init?(_ values: [Double]) {
        guard let low = values.min(), let high = values.max() else { return nil }
        let range = high - low
        guard range.isFinite else { return nil }
        origin = low
        guard range > 0 else {
            spacing = 1
            levels = values.map { _ in 0 }
            (top, distinct) = (0, [0])
            return
        }
        let grain = range * 1e-9
        var step = range
        for value in values {
            // Euclid's algorithm, in which a remainder of a grain is none.
            var (a, b) = (step, value - low)
            while b > grain {
                let rest = a - (a / b).rounded(.down) * b
                (a, b) = (b, rest > b - grain ? 0 : rest)
            }
            step = a
        }
        let count = (range / step).rounded()
        guard count >= 1, count <= Double(Self.limit) else { return nil }
        // Remainders have lost digits: the range over a whole number has not.
        spacing = range / count
        var levels: [Int] = []
        for value in values {
            let level = ((value - low) / spacing).rounded()
            guard abs(low + level * spacing - value) <= 2 * grain else { return nil }
            levels.append(Int(level))
        }
        self.levels = levels
        top = Int(count)
        distinct = Set(levels).sorted()
    }

    /// Whether the levels that occur have no gaps, as the faces of a die.
    var isEven: Bool { distinct.count == top + 1 }

    /// The mean of `quanta` values whose levels add up to a sum.
    func mean(ofSum sum: Int, quanta: Int) -> Double { origin + spacing * (Double(sum) / Double(quanta)) }

    /// For each sum of levels up to `limit`, whether so many quanta can have it; nil where every sum can, or where it would take too long.
    func attainable(quanta: Int, upTo limit: Int) -> [Bool]? {
        guard !isEven, limit < 20_000_000 / max(1, distinct.count) else { return nil }
        // The fewest quanta above level 0 that make each sum: the rest of them stay at 0.
        var fewest = [Int](repeating: .max, count: limit + 1)
        fewest[0] = 0
        for sum in 1..<max(1, limit + 1) {
            for level in distinct.dropFirst() where level <= sum && fewest[sum - level] < quanta {
                fewest[sum] = min(fewest[sum], fewest[sum - level] + 1)
            }
        }
        return fewest.map { $0 <= quanta }
    }
}
