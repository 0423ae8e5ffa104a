import Kernels

/// The places of values, none NaN, in ascending order, ties in any order.
func ascendingOrder(_ values: [Double]) -> [Int32] {
    var order = [Int32](unsafeUninitializedCapacity: values.count) { buffer, count in
        for i in values.indices { buffer[i] = Int32(i) }
        count = values.count
    }
    values.withUnsafeBufferPointer { v in
        order.withUnsafeMutableBufferPointer { $0.sort { v[Int($0)] < v[Int($1)] } }
    }
    return order
}

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
