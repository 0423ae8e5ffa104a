/// The longest common subsequence of two sequences: its length, and its places when they are wanted.
///
/// Bit-parallel rows (H. Hyyrö 2004): O(n·m/64) time; O(m) memory for the length alone, n·m/8 bytes to find the places.
struct CommonSubsequence {
    /// The length.
    let length: Int
    private let pattern: [Int32]
    private let text: [Int32]
    private let words: Int
    /// The row before any symbol of `text` and the one after each; empty when only the length was wanted.
    ///
    /// Bit i of row j is set where a longer prefix of the pattern, by its symbol i, adds nothing.
    private let rows: [UInt64]

    /// Compares two sequences of numbers that count up from zero.
    init(pattern: [Int32], text: [Int32], keepsPlaces: Bool) {
        self.pattern = pattern
        self.text = text
        let masks = PatternMasks(pattern)
        words = masks.words
        var row = [UInt64](repeating: .max, count: masks.words)
        var rows: [UInt64] = []
        if keepsPlaces {
            rows.reserveCapacity(masks.words * (text.count + 1))
            rows.append(contentsOf: row)
        }
        for symbol in text {
            let start = masks.row(symbol)
            var carry: UInt64 = 0
            for w in 0..<masks.words {
                let old = row[w]
                let matched = old & masks.bits[start + w]
                let (partial, first) = old.addingReportingOverflow(matched)
                let (sum, second) = partial.addingReportingOverflow(carry)
                carry = first || second ? 1 : 0
                row[w] = sum | (old & ~masks.bits[start + w])
            }
            if keepsPlaces { rows.append(contentsOf: row) }
        }
        var zeros = 0
        for (w, word) in row.enumerated() {
            let used = min(64, pattern.count - w * 64)
            zeros += used - (used == 64 ? word : word & ((UInt64(1) << UInt64(used)) - 1)).nonzeroBitCount
        }
        length = zeros
        self.rows = rows
    }

    /// The places (in the pattern, in the text) of one longest common subsequence, in order.
    ///
    /// Where both ways are as long, the pattern's symbol is given up: the preference of the rouge-score package, whose
    /// summary-level score depends on it.
    func places() -> [(pattern: Int, text: Int)] {
        var found: [(pattern: Int, text: Int)] = []
        var (i, j) = (pattern.count, text.count)
        while i > 0, j > 0 {
            if pattern[i - 1] == text[j - 1] {
                (i, j) = (i - 1, j - 1)
                found.append((i, j))
            } else if rows[j * words + (i - 1) / 64] & (UInt64(1) << UInt64((i - 1) % 64)) != 0 {
                i -= 1
            } else {
                j -= 1
            }
        }
        return found.reversed()
    }
}
