/// The least and greatest of a stretch of numbers, and whether a NaN lies among them.
///
/// Of nothing, or of NaN alone, `low` is +infinity and `high` is -infinity.
struct Extremes: Sendable {
    var low = Double.infinity
    var high = -Double.infinity
    var hasGap = false

    /// Takes one more number in.
    @inline(__always) mutating func take(_ value: Double) {
        if value < low { low = value }
        if value > high { high = value }
        if value != value { hasGap = true }
    }

    /// Takes another stretch in.
    @inline(__always) mutating func take(_ other: Extremes) {
        if other.low < low { low = other.low }
        if other.high > high { high = other.high }
        hasGap = hasGap || other.hasGap
    }
}

/// 1,024 numbers that never change again, shared by all copies of a column, with the extremes of each 32 and of all.
final class Chunk: Sendable {
    static let capacity = 1024
    static let block = 32

    /// The numbers.
    let values: [Double]
    /// The least of each block of 32, then the greatest of each.
    private let bounds: [Double]
    /// Bit b is set when block b holds a NaN.
    private let gaps: UInt32
    /// The extremes of all.
    let extremes: Extremes

    /// A chunk of exactly `capacity` numbers.
    init(_ values: [Double]) {
        precondition(values.count == Self.capacity)
        let blocks = Self.capacity / Self.block
        var gaps: UInt32 = 0
        var all = Extremes()
        bounds = Array(unsafeUninitializedCapacity: 2 * blocks) { bounds, count in
            values.withUnsafeBytes { raw in
                for block in 0..<blocks {
                    // Four lanes; comparisons are false for NaN, so NaN never replaces a bound.
                    let base = block * Self.block * 8
                    var low = SIMD4<Double>(repeating: .infinity)
                    var high = SIMD4<Double>(repeating: -.infinity)
                    var isNumber = SIMDMask<SIMD4<Int64>>(repeating: true)
                    for step in 0..<(Self.block / 4) {
                        let lane = raw.loadUnaligned(fromByteOffset: base + step * 32, as: SIMD4<Double>.self)
                        low.replace(with: lane, where: lane .< low)
                        high.replace(with: lane, where: lane .> high)
                        isNumber = isNumber .& (lane .== lane)
                    }
                    let (least, greatest) = (low.min(), high.max())
                    bounds[block] = least
                    bounds[blocks + block] = greatest
                    if least < all.low { all.low = least }
                    if greatest > all.high { all.high = greatest }
                    if isNumber != SIMDMask(repeating: true) { gaps |= 1 << UInt32(block) }
                }
            }
            count = 2 * blocks
        }
        all.hasGap = gaps != 0
        self.values = values
        self.gaps = gaps
        extremes = all
    }

    /// The extremes of one block of 32.
    @inline(__always) func extremes(ofBlock block: Int) -> Extremes {
        Extremes(
            low: bounds[block], high: bounds[Self.capacity / Self.block + block],
            hasGap: gaps >> UInt32(block) & 1 != 0)
    }

    /// The extremes of a stretch.
    ///
    /// At most 62 numbers and 32 blocks are looked at.
    func extremes(in range: Range<Int>) -> Extremes {
        if range.count == Self.capacity { return extremes }
        var (low, high) = (Double.infinity, -Double.infinity)
        var hasGap = false
        values.withUnsafeBufferPointer { values in
            func take(_ part: Range<Int>) {
                for index in part {
                    let value = values[index]
                    if value < low { low = value }
                    if value > high { high = value }
                    if value != value { hasGap = true }
                }
            }
            let first = (range.lowerBound + Self.block - 1) / Self.block
            let last = range.upperBound / Self.block
            guard first < last else { return take(range) }
            take(range.lowerBound..<(first * Self.block))
            bounds.withUnsafeBufferPointer { bounds in
                for block in first..<last {
                    if bounds[block] < low { low = bounds[block] }
                    if bounds[Self.capacity / Self.block + block] > high {
                        high = bounds[Self.capacity / Self.block + block]
                    }
                }
            }
            if gaps >> UInt32(first) & (last - first == 32 ? .max : (1 << UInt32(last - first)) - 1) != 0 {
                hasGap = true
            }
            take((last * Self.block)..<range.upperBound)
        }
        return Extremes(low: low, high: high, hasGap: hasGap)
    }
}
