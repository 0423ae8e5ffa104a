/// Counts of runs of n items in two texts at once, for the metrics that compare them.
struct NGramOverlap {
    /// How many runs the candidate has.
    let candidate: Int
    /// How many runs the reference has.
    let reference: Int
    /// How many of the candidate's runs the reference has too, each at most as often as it occurs there.
    let matches: Int

    /// The overlaps for n from 1 to `order`.
    ///
    /// O(order · (candidate + reference)).
    static func upTo(_ order: Int, candidate: [Int32], reference: [Int32]) -> [NGramOverlap] {
        // A run of n items is known by the number of its first n - 1 and its last item; numbers are shared by both texts.
        var result: [NGramOverlap] = []
        var (left, right) = (candidate, reference)
        for n in 1...order {
            if n > 1 {
                var numbering = Numbering<UInt64>()
                left = extended(left, by: candidate, n, &numbering)
                right = extended(right, by: reference, n, &numbering)
            }
            let size = Int(max(left.max() ?? -1, right.max() ?? -1) + 1)
            var available = [Int32](repeating: 0, count: size)
            for run in right { available[Int(run)] += 1 }
            var matches = 0
            for run in left where available[Int(run)] > 0 {
                available[Int(run)] -= 1
                matches += 1
            }
            result.append(NGramOverlap(candidate: left.count, reference: right.count, matches: matches))
        }
        return result
    }

    private static func extended(_ runs: [Int32], by items: [Int32], _ n: Int, _ numbering: inout Numbering<UInt64>) -> [Int32] {
        guard items.count >= n else { return [] }
        return (0...(items.count - n)).map { i in
            numbering.number(UInt64(UInt32(bitPattern: runs[i])) << 32 | UInt64(UInt32(bitPattern: items[i + n - 1])))
        }
    }
}

extension Unicode.Scalar {
    /// White space as Python's `str.split` sees it: Unicode's, and the four information separators.
    var separatesWords: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
}
