/// Plain counts of a text, by the conventions all tables of the Language family share.
public enum TextMeasures {
    /// The number of Unicode scalars: code points, not grapheme clusters.
    public static func characters(_ text: String) -> Int { text.unicodeScalars.count }

    /// The number of pieces after splitting at line feeds: a trailing one adds a piece, and the empty text has one.
    public static func lines(_ text: String) -> Int { text.utf8.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 } }

    /// The pieces between Unicode white space, exactly as they stand.
    public static func words(_ text: String) -> [Substring] {
        text.unicodeScalars.split { $0.properties.isWhitespace }.map(Substring.init)
    }

    /// Distinct words over words, compared exactly; nil for a text without words.
    public static func typeTokenRatio(_ text: String) -> Double? {
        let all = words(text)
        guard !all.isEmpty else { return nil }
        return Double(Set(all.map { Array($0.utf8) }).count) / Double(all.count)
    }

    /// Words in both over words in either, as sets of exact words; 1 when neither has any.
    ///
    /// Source: P. Jaccard (1912).
    public static func jaccard(_ first: String, _ second: String) -> Double {
        let (a, b) = (Set(words(first).map { Array($0.utf8) }), Set(words(second).map { Array($0.utf8) }))
        let either = a.union(b).count
        return either == 0 ? 1 : Double(a.intersection(b).count) / Double(either)
    }

    /// Whether two texts have the same scalars.
    ///
    /// Swift's `==` takes canonically equivalent texts for equal, which would report fixed points that are none.
    public static func isSame(_ first: String, _ second: String) -> Bool { first.utf8.elementsEqual(second.utf8) }
}

/// Gives equal items equal numbers, so that texts are compared as arrays of integers.
struct Numbering<Item: Hashable> {
    private var numbers: [Item: Int32] = [:]

    /// How many different items were seen.
    var count: Int { numbers.count }

    /// The item's number: 0 for the first seen, 1 for the next new one, and so on.
    mutating func number(_ item: Item) -> Int32 {
        if let known = numbers[item] { return known }
        let new = Int32(numbers.count)
        numbers[item] = new
        return new
    }

    /// The numbers of several items.
    mutating func numbers(_ items: some Sequence<Item>) -> [Int32] { items.map { number($0) } }
}
