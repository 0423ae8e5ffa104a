/// Draws an index with given probabilities in constant time (Walker 1977, built as Vose 1991).
public struct AliasTable: Sendable, Hashable, Codable {
    private var keep: [Double]
    private var alias: [Int]

    /// From weights that are not negative and not all zero.
    ///
    /// Takes time in proportion to their number.
    public init(_ weights: [Double]) {
        let count = weights.count
        let total = Vector.sum(weights)
        precondition(total > 0 && total < .infinity && weights.allSatisfy { $0 >= 0 }, "weights that add up to \(total)")
        keep = weights.map { $0 / total * Double(count) }
        alias = Array(0..<count)
        var small: [Int] = []
        var large: [Int] = []
        for i in 0..<count { if keep[i] < 1 { small.append(i) } else { large.append(i) } }
        while let poor = small.last, let rich = large.last {
            small.removeLast()
            alias[poor] = rich
            keep[rich] -= 1 - keep[poor]
            if keep[rich] < 1 {
                large.removeLast()
                small.append(rich)
            }
        }
        // What is left is 1 but for rounding; an outcome of weight zero still keeps nothing.
        for i in small + large where weights[i] > 0 { keep[i] = 1 }
        if let first = weights.firstIndex(where: { $0 > 0 }) { for i in small where weights[i] == 0 { alias[i] = first } }
    }

    /// An index; takes two words or more.
    public func draw(from stream: inout RandomStream) -> Int {
        let i = stream.integer(below: keep.count)
        return stream.uniform() < keep[i] ? i : alias[i]
    }
}
