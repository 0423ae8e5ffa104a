import Kernels
import Statistics

/// How far probabilities can be believed: bins of a reliability diagram and the scores that come of them.
struct Calibration: Sendable, Hashable {
    /// How the unit interval is cut.
    enum Binning: String, Sendable, Codable {
        /// Into bins of equal width.
        case width
        /// At quantiles of the probabilities, so that bins hold about equally many rows.
        case mass
    }

    /// One bin.
    struct Bin: Sendable, Hashable {
        var lower: Double
        var upper: Double
        /// The rows' weight (count, without weights).
        var count = 0.0
        var sum = 0.0
        var positives = 0.0
        /// Mean probability; nil in an empty bin.
        var mean: Double? { count > 0 ? sum / count : nil }
        /// Share of positives; nil in an empty bin.
        var rate: Double? { count > 0 ? positives / count : nil }
    }

    let bins: [Bin]
    /// Σ nₖ·|meanₖ - rateₖ|/n.
    let expectedError: Double
    /// max |meanₖ - rateₖ|.
    let maximumError: Double
    /// Mean of (p - y)².
    let brier: Double
    /// Murphy's (1973) parts over the bins: reliability - resolution + uncertainty is the Brier score but for the variation within bins.
    let reliability: Double
    let resolution: Double
    let uncertainty: Double
    /// -mean log p of what happened, probabilities clipped to [ε, 1 - ε], ε = 2⁻⁵².
    let logLoss: Double

    /// From probabilities in [0, 1]; at least one row.
    init(
        probabilities: [Double], isPositive: [Bool], weights: [Double]? = nil, bins binCount: Int, binning: Binning = .width,
        isRightClosed: Bool = true
    ) {
        var edges = (0...binCount).map { Double($0) / Double(binCount) }
        if binning == .mass {
            let order = Ranking.order(probabilities)
            let sorted = order.map { probabilities[Int($0)] }
            edges = edges.map { quantile(sorted: sorted, $0) ?? $0 }
        }
        var bins = (0..<binCount).map { Bin(lower: edges[$0], upper: edges[$0 + 1]) }
        var squares = 0.0
        var logs = 0.0
        var total = 0.0
        for (row, p) in probabilities.enumerated() {
            let weight = weights?[row] ?? 1
            let bin =
                binning == .width
                ? Self.bin(of: p, among: binCount, isRightClosed: isRightClosed)
                : Self.bin(of: p, inner: edges, isRightClosed: isRightClosed)
            bins[bin].count += weight
            bins[bin].sum += weight * p
            let happened = isPositive[row]
            if happened { bins[bin].positives += weight }
            let gap = happened ? 1 - p : p
            squares += weight * gap * gap
            logs += weight * log(min(max(happened ? p : 1 - p, 0x1p-52), 1 - 0x1p-52))
            total += weight
        }
        var base = 0.0
        for bin in bins { base += bin.positives }
        base /= total
        var expected = 0.0
        var maximum = 0.0
        var reliability = 0.0
        var resolution = 0.0
        for bin in bins {
            guard let mean = bin.mean, let rate = bin.rate else { continue }
            let gap = abs(mean - rate)
            expected += bin.count * gap
            maximum = max(maximum, gap)
            reliability += bin.count * gap * gap
            resolution += bin.count * (rate - base) * (rate - base)
        }
        self.bins = bins
        expectedError = expected / total
        maximumError = maximum
        brier = squares / total
        self.reliability = reliability / total
        self.resolution = resolution / total
        uncertainty = base * (1 - base)
        logLoss = -logs / total
    }

    /// The bin of equal width that holds p: (k/B, (k+1)/B] with 0 in the first, or [k/B, (k+1)/B) with 1 in the last.
    ///
    /// The edge k/B is the double nearest to it, which is what a decimal such as 0.3 on 3/10 reads as: it lies on its edge, though
    /// 0.3 · 10 and steps of 0.1 would miss it.
    static func bin(of p: Double, among count: Int, isRightClosed: Bool) -> Int {
        let n = Double(count)
        var k = min(max(Int(p * n), 0), count)
        while k > 0, p < Double(k) / n { k -= 1 }
        while k < count, p >= Double(k + 1) / n { k += 1 }
        if isRightClosed, k > 0, p == Double(k) / n { k -= 1 }
        return min(k, count - 1)
    }

    /// The bin between sorted edges, of which the outer two are not looked at.
    private static func bin(of p: Double, inner edges: [Double], isRightClosed: Bool) -> Int {
        var low = 1
        var high = edges.count - 1
        while low < high {
            let middle = (low + high) / 2
            if isRightClosed ? edges[middle] < p : edges[middle] <= p { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}
