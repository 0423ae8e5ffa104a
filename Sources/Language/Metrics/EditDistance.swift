/// The least number of scalars to insert, delete or replace that turns one text into the other.
public enum EditDistance {
    /// The Levenshtein distance in scalars.
    ///
    /// O(n·m/64) time, O(m) memory, by the bit-parallel recurrence in blocks; common ends are set aside first.
    /// Source: G. Myers (1999), in the form of H. Hyyrö (2003).
    public static func scalars(_ first: String, _ second: String) -> Int {
        var numbering = Numbering<Unicode.Scalar>()
        return distance(numbering.numbers(first.unicodeScalars), numbering.numbers(second.unicodeScalars))
    }

    /// The distance over the longer text's length, 0…1; 0 for two empty texts.
    public static func normalised(_ first: String, _ second: String) -> Double {
        let longest = max(first.unicodeScalars.count, second.unicodeScalars.count)
        return longest == 0 ? 0 : Double(scalars(first, second)) / Double(longest)
    }

    /// The distance between two sequences of numbers that count up from zero.
    static func distance(_ first: [Int32], _ second: [Int32]) -> Int {
        var start = 0
        let shorter = min(first.count, second.count)
        while start < shorter, first[start] == second[start] { start += 1 }
        var end = 0
        while end < shorter - start, first[first.count - 1 - end] == second[second.count - 1 - end] { end += 1 }
        let a = first[start..<(first.count - end)]
        let b = second[start..<(second.count - end)]
        let (pattern, text) = a.count <= b.count ? (a, b) : (b, a)
        if pattern.isEmpty { return text.count }

        let masks = PatternMasks(Array(pattern))
        var positive = [UInt64](repeating: .max, count: masks.words)
        var negative = [UInt64](repeating: 0, count: masks.words)
        let last = UInt64(1) << UInt64((pattern.count - 1) % 64)
        var score = pattern.count
        for symbol in text {
            let row = masks.row(symbol)
            var positiveIn: UInt64 = 1
            var negativeIn: UInt64 = 0
            for w in 0..<masks.words {
                let matches = masks.bits[row + w]
                let (vp, vn) = (positive[w], negative[w])
                let vertical = matches | vn
                let entering = matches | negativeIn
                let horizontal = (((entering & vp) &+ vp) ^ vp) | entering
                var hp = vn | ~(horizontal | vp)
                var hn = vp & horizontal
                if w == masks.words - 1 {
                    if hp & last != 0 { score += 1 }
                    if hn & last != 0 { score -= 1 }
                }
                let (positiveOut, negativeOut) = (hp >> 63, hn >> 63)
                hp = (hp << 1) | positiveIn
                hn = (hn << 1) | negativeIn
                positive[w] = hn | ~(vertical | hp)
                negative[w] = hp & vertical
                (positiveIn, negativeIn) = (positiveOut, negativeOut)
            }
        }
        return score
    }
}

/// For each symbol of a pattern the places where it stands, as bits in words of 64.
struct PatternMasks {
    /// Words a symbol.
    let words: Int
    /// The words of symbol 0, 1, 2, … and last of a symbol that the pattern lacks.
    let bits: [UInt64]
    private let symbols: Int

    /// The masks of a pattern of numbers that count up from zero.
    init(_ pattern: [Int32]) {
        words = (pattern.count + 63) / 64
        // Symbols above the pattern's own share the last, empty row; a sparse numbering stays small through the renumbering below.
        var places = [Int32](repeating: -1, count: Int(pattern.max() ?? -1) + 1)
        var distinct = 0
        for symbol in pattern where places[Int(symbol)] < 0 {
            places[Int(symbol)] = Int32(distinct)
            distinct += 1
        }
        var bits = [UInt64](repeating: 0, count: (distinct + 1) * words)
        for (i, symbol) in pattern.enumerated() {
            bits[Int(places[Int(symbol)]) * words + i / 64] |= UInt64(1) << UInt64(i % 64)
        }
        self.bits = bits
        self.places = places
        symbols = distinct
    }

    private let places: [Int32]

    /// Where a symbol's words start in `bits`.
    func row(_ symbol: Int32) -> Int {
        guard symbol < places.count, places[Int(symbol)] >= 0 else { return symbols * words }
        return Int(places[Int(symbol)]) * words
    }
}
