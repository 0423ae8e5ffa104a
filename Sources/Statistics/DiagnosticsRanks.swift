import Kernels

/// The places of values, none NaN, in ascending order, ties in their own.
///
/// O(n): digits of 11 bits from the last to the first, of bits that ascend as the numbers do.
func ascendingOrder(_ values: [Double]) -> [Int32] {
    let n = values.count
    var order = [Int32](unsafeUninitializedCapacity: n) { buffer, count in
        for i in 0..<n { buffer[i] = Int32(i) }
        count = n
    }
    guard n > 200 else {
        values.withUnsafeBufferPointer { v in order.withUnsafeMutableBufferPointer { $0.sort { v[Int($0)] < v[Int($1)] } } }
        return order
    }
    let (digits, width) = (6, 2048)
    var keys = [UInt64](unsafeUninitializedCapacity: n) { buffer, count in
        // -0 equals 0; a negative number's bits descend.
        for i in 0..<n {
            let bits = (values[i] + 0).bitPattern
            buffer[i] = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
        }
        count = n
    }
    var counts = [Int](repeating: 0, count: digits * width)
    for key in keys { for d in 0..<digits { counts[d * width + Int(truncatingIfNeeded: key >> (11 * UInt64(d))) & (width - 1)] += 1 } }
    var otherKeys = keys
    var otherOrder = order
    for d in 0..<digits {
        let shift = 11 * UInt64(d)
        let row = d * width
        // Where all agree there is nothing to move.
        if counts[row + Int(truncatingIfNeeded: keys[0] >> shift) & (width - 1)] == n { continue }
        var place = 0
        for k in row..<row + width { (counts[k], place) = (place, place + counts[k]) }
        keys.withUnsafeBufferPointer { from in
            order.withUnsafeBufferPointer { fromOrder in
                otherKeys.withUnsafeMutableBufferPointer { to in
                    otherOrder.withUnsafeMutableBufferPointer { toOrder in
                        counts.withUnsafeMutableBufferPointer { counts in
                            for i in 0..<n {
                                let digit = row + Int(truncatingIfNeeded: from[i] >> shift) & (width - 1)
                                let place = counts[digit]
                                counts[digit] = place + 1
                                to[place] = from[i]
                                toOrder[place] = fromOrder[i]
                            }
                        }
                    }
                }
            }
        }
        swap(&keys, &otherKeys)
        swap(&order, &otherOrder)
    }
    return order
}

/// Values, none NaN, in ascending order.
func ascendingValues(_ values: [Double]) -> [Double] { ascendingOrder(values).map { values[Int($0)] } }

/// Ranks 1, 2, …, tied values sharing the average of theirs.
public func averageRanks(_ values: [Double]) -> [Double] {
    let order = ascendingOrder(values)
    var ranks = [Double](repeating: 0, count: values.count)
    forEachTie(order.count, equal: { values[Int(order[$0])] == values[Int(order[$1])] }) { group in
        let rank = Double(group.lowerBound + group.upperBound + 1) / 2
        for place in group { ranks[Int(order[place])] = rank }
    }
    return ranks
}

/// Visits runs of equal neighbours in a sorted sequence of `count` places.
private func forEachTie(_ count: Int, equal: (Int, Int) -> Bool, _ body: (Range<Int>) -> Void) {
    var start = 0
    while start < count {
        var end = start + 1
        while end < count, equal(start, end) { end += 1 }
        body(start..<end)
        start = end
    }
}

/// Turns ranks into normal scores z = Φ⁻¹((rank - 3/8)/(S + 1/4)) (Blom 1958), remembering those of whole ranks.
struct NormalScores {
    private let denominator: Double
    private var whole: [Double]

    /// Scores among `count` values.
    init(count: Int) {
        denominator = Double(count) + 0.25
        whole = [Double](repeating: .nan, count: count + 1)
    }

    /// The score of a rank in 1...count.
    private mutating func score(_ rank: Double) -> Double {
        let index = Int(rank)
        guard Double(index) == rank else { return normalQuantile((rank - 0.375) / denominator) }
        if whole[index].isNaN { whole[index] = normalQuantile((rank - 0.375) / denominator) }
        return whole[index]
    }

    /// Writes each value's score to its place.
    ///
    /// `sorted` holds the values ascending, `places` where each belongs.
    mutating func write(sorted: [Double], places: [Int32], into scores: inout [Double]) {
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            let z = score(Double(start + end + 1) / 2)
            for i in start..<end { scores[Int(places[i])] = z }
            start = end
        }
    }
}
