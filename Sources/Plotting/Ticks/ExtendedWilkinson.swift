/// Positions for tick labels on a linear axis, found by the extended Wilkinson search.
///
/// Scores simplicity, coverage of the data, density against a wished number of labels, and legibility, and searches all
/// labellings `start·q·10^z, (start + j)·q·10^z, …` with bounds that end it early.
///
/// Source: J. Talbot, S. Lin, P. Hanrahan, "An extension of Wilkinson's algorithm for positioning tick labels on axes" (2010).
public enum ExtendedWilkinson {
    /// Nice steps, best first.
    private static let steps: [Double] = [1, 5, 2, 2.5, 4, 3]

    /// One labelling: `count` labels, the i-th at `(start + i·skip)·q·10^exponent`.
    public struct Labelling: Hashable, Sendable {
        /// The nice number q.
        public var q: Double
        /// How many multiples of q·10^exponent a step skips.
        public var skip: Int
        /// The power of ten.
        public var exponent: Int
        /// The first label in multiples of q·10^exponent.
        public var start: Int
        /// How many labels.
        public var count: Int

        /// The labels' values: products of whole numbers by a power of ten, rounded once, never -0.
        public var values: [Double] { (0..<count).map { value(start + $0 * skip) } }
        /// The distance between labels.
        public var step: Double { value(skip) }

        fileprivate func value(_ multiple: Int) -> Double {
            let whole = Double(multiple) * q
            if whole == 0 { return 0 }
            return exponent >= 0
                ? whole * Numbers.powerOfTen(exponent) : whole / Numbers.powerOfTen(-exponent)
        }
    }

    /// The best labelling of a range for a wished number of labels.
    ///
    /// - Parameters:
    ///   - low: The least value; finite.
    ///   - high: The greatest value; above `low`, neither range nor distance beyond 1e290 or below 1e-290.
    ///   - wished: How many labels would be right; at least 2.
    ///   - isLoose: Whether the labels must enclose the data.
    ///   - floor: The score to beat; what scores less is no use however legible.
    ///   - accepts: Legibility: refuses labellings whose texts would touch. Asked only of those that would win.
    /// - Returns: The labelling of the highest score; nil when the range is degenerate or every one is refused.
    public static func search(
        _ low: Double, _ high: Double, wished: Int, isLoose: Bool = false, above floor: Double = -2,
        accepts: (Labelling) -> Bool = { _ in true }
    ) -> Labelling? {
        let range = high - low
        let largest = max(abs(low), abs(high))
        // Below 1e-12 of the values the labels would not differ in the digits a double has.
        guard range.isFinite, range > 1e-290, largest < 1e290, range > largest * 1e-13 else {
            return nil
        }
        let m = Double(max(2, wished))
        var best: Labelling?
        var bestScore = floor
        func score(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
            0.25 * simplicity + 0.2 * coverage + 0.5 * density + 0.05
        }
        var skip = 1
        while true {
            let j = Double(skip)
            for (place, q) in steps.enumerated() {
                let simplest = 1 - Double(place) / 5 - j + 1
                if score(simplest, 1, 1) < bestScore { return best }
                var count = 2
                while true {
                    let k = Double(count)
                    let densest = k >= m ? 2 - (k - 1) / (m - 1) : 1
                    if score(simplest, 1, densest) < bestScore { break }
                    var exponent = ceilingExponent(range / (k + 1) / j / q)
                    while exponent < 300 {
                        let unit = q * Numbers.powerOfTen(exponent)
                        let step = j * unit
                        let span = step * (k - 1)
                        let excess = span > range ? ((span - range) / 2) / (0.1 * range) : 0
                        if score(simplest, 1 - excess * excess, densest) < bestScore { break }
                        let first = (high / step).rounded(.down) * j - (k - 1) * j
                        let last = (low / step).rounded(.up) * j
                        if first <= last, abs(first) < 1e15, abs(last) < 1e15 {
                            var start = Int(first)
                            while start <= Int(last) {
                                let labelling = Labelling(
                                    q: q, skip: skip, exponent: exponent, start: start, count: count)
                                let least = labelling.value(start)
                                let greatest = labelling.value(start + (count - 1) * skip)
                                let hasZero = start % skip == 0 && start <= 0 && start + (count - 1) * skip >= 0
                                let simplicity = 1 - Double(place) / 5 - j + (hasZero ? 1 : 0)
                                let (above, below) = (
                                    (high - greatest) / (0.1 * range), (low - least) / (0.1 * range)
                                )
                                let coverage = 1 - 0.5 * (above * above + below * below)
                                let ratio =
                                    ((k - 1) / (greatest - least))
                                    / ((m - 1) / (max(greatest, high) - min(least, low)))
                                let density = 2 - max(ratio, 1 / ratio)
                                let total = score(simplicity, coverage, density)
                                if total > bestScore, !isLoose || (least <= low && greatest >= high),
                                    accepts(labelling)
                                {
                                    bestScore = total
                                    best = labelling
                                }
                                start += 1
                            }
                        }
                        exponent += 1
                    }
                    count += 1
                }
            }
            skip += 1
        }
    }

    /// The least z with 10^z >= x.
    private static func ceilingExponent(_ x: Double) -> Int {
        let exponent = Numbers.decimalExponent(x)
        return Numbers.powerOfTen(exponent) >= x ? exponent : exponent + 1
    }
}
