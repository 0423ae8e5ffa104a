import Kernels

/// What a rewritten text still says of the original: its numbers, its names, and for a list its lines.
public struct Survival: Sendable {
    /// The original's numbers, each once: runs of ASCII digits, with a point or comma only between digits.
    public let numbers: [String]
    /// The original's names, each once: words with a capital at the start, two letters or more, that stand somewhere else than
    /// at the start of a sentence.
    public let names: [String]
    /// The original's lines that hold a word, when it is a list: three such lines or more, of at most 40 words each.
    public let lines: [Line]

    /// A line of a list and how much each of its words tells it from the others.
    public struct Line: Sendable {
        /// Its words with their weights: the logarithm of (lines / lines that have the word).
        var weights: [(word: String, weight: Double)]
        var total: Double
    }

    /// Reads the original.
    public init(of original: String) {
        numbers = Self.distinct(Self.numbers(in: original))
        names = Self.distinct(Self.names(in: original))
        lines = Self.list(original)
    }

    /// The share of the original's numbers that the text has; nil when there were none.
    public func survivingNumbers(in text: String) -> Double? {
        share(of: numbers, in: Set(Self.numbers(in: text)))
    }

    /// The share of the original's names that the text has, wherever in a sentence; nil when there were none.
    public func survivingNames(in text: String) -> Double? {
        share(of: names, in: Set(Self.words(in: text).map { String($0.word) }))
    }

    /// The share of the original's lines that survive; nil when it is no list.
    ///
    /// A line survives when some sentence or line of the text has words that carry at least half its weight. Words are compared
    /// stemmed and in lower case; a word counts less the more of the original's lines share it.
    public func survivingLines(in text: String) -> Double? {
        guard !lines.isEmpty else { return nil }
        let units = Sentences.split(text).map { Set(Self.stems(String($0.text))) }
        var holders: [String: [Int]] = [:]
        for (unit, words) in units.enumerated() {
            for word in words { holders[word, default: []].append(unit) }
        }
        var alive = 0
        var score = [Double](repeating: 0, count: units.count)
        for line in lines {
            for (word, weight) in line.weights {
                for unit in holders[word] ?? [] { score[unit] += weight }
            }
            if (score.max() ?? 0) >= line.total / 2 { alive += 1 }
            for unit in score.indices { score[unit] = 0 }
        }
        return Double(alive) / Double(lines.count)
    }

    private func share(of wanted: [String], in present: Set<String>) -> Double? {
        guard !wanted.isEmpty else { return nil }
        return Double(wanted.lazy.filter { present.contains($0) }.count) / Double(wanted.count)
    }

    private static func distinct(_ items: [String]) -> [String] {
        var seen: Set<String> = []
        return items.filter { seen.insert($0).inserted }
    }

    static func numbers(in text: String) -> [String] {
        var found: [String] = []
        var current = ""
        var separator: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if ("0"..."9").contains(scalar) {
                if let held = separator { current.unicodeScalars.append(held) }
                separator = nil
                current.unicodeScalars.append(scalar)
            } else if (scalar == "." || scalar == ","), !current.isEmpty, separator == nil {
                separator = scalar
            } else {
                if !current.isEmpty { found.append(current) }
                current = ""
                separator = nil
            }
        }
        if !current.isEmpty { found.append(current) }
        return found
    }

    static func names(in text: String) -> [String] {
        words(in: text).filter { !$0.opensSentence && $0.isCapitalised }.map { String($0.word) }
    }

    private struct Word {
        var word: Substring
        var opensSentence: Bool
        /// A capital first and a second letter: "I" and single initials are no names.
        var isCapitalised: Bool {
            guard let first = word.unicodeScalars.first, word.unicodeScalars.count > 1 else { return false }
            return first.properties.isUppercase || first.properties.generalCategory == .titlecaseLetter
        }
    }

    /// The runs of letters (with apostrophes and hyphens inside, marks included; a final "'s" taken off), and whether each opens
    /// a sentence or line.
    private static func words(in text: String) -> [Word] {
        var found: [Word] = []
        for sentence in Sentences.split(text) {
            var opens = true
            let scalars = sentence.text.unicodeScalars
            var index = scalars.startIndex
            while index < scalars.endIndex {
                guard isLetter(scalars[index]) else {
                    // A digit before the first word makes that word the sentence's second.
                    if scalars[index].properties.numericType != nil { opens = false }
                    index = scalars.index(after: index)
                    continue
                }
                var end = index
                while end < scalars.endIndex {
                    if isLetter(scalars[end]) {
                        end = scalars.index(after: end)
                        continue
                    }
                    let next = scalars.index(after: end)
                    guard "'’-".unicodeScalars.contains(scalars[end]), next < scalars.endIndex, isLetter(scalars[next]) else { break }
                    end = next
                }
                var word = Substring(scalars[index..<end])
                for ending in ["'s", "’s"] where word.utf8.count > ending.utf8.count && word.hasSuffix(ending) {
                    word = word.dropLast(2)
                }
                found.append(Word(word: word, opensSentence: opens))
                opens = false
                index = end
            }
        }
        return found
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
    }

    private static func stems(_ text: String) -> [String] {
        Rouge.tokens(text, stemmer: true)
    }

    private static func list(_ text: String) -> [Line] {
        let split = text.utf8.split(separator: 0x0A).map { String(Substring($0)) }
        let worded = split.map { distinct(stems($0)) }.filter { !$0.isEmpty }
        guard worded.count >= 3, worded.allSatisfy({ $0.count <= 40 }) else { return [] }
        var sharing: [String: Int] = [:]
        for words in worded { for word in words { sharing[word, default: 0] += 1 } }
        return worded.map { words in
            // A list whose lines are all alike has no telling words; then all count the same.
            var weights = words.map { (word: $0, weight: Kernels.log(Double(worded.count) / Double(sharing[$0] ?? 1))) }
            if weights.allSatisfy({ $0.weight == 0 }) { weights = words.map { (word: $0, weight: 1) } }
            return Line(weights: weights, total: weights.reduce(0) { $0 + $1.weight })
        }
    }
}

/// Cuts a text into sentences and lines.
public enum Sentences {
    /// A sentence with its closing marks, and whether a line ends behind it.
    public struct Sentence: Sendable, Hashable {
        /// The sentence without white space around it.
        public var text: Substring
        /// Whether the line ends here.
        public var endsLine: Bool
        /// Whether an empty line follows: the end of a paragraph.
        public var endsParagraph: Bool
    }

    /// Words that a point after does not end a sentence.
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "vs", "etc", "e.g", "i.e",
        "cf", "al", "no", "vol", "fig", "pp", "approx", "u.s", "u.k", "a.m", "p.m",
    ]

    /// The sentences in order.
    ///
    /// One ends at a line feed, or behind `.`, `!`, `?`, `…` or their full-width forms (with closing quotes and brackets) where
    /// white space follows, unless a point belongs to an abbreviation or an initial, or a small letter follows.
    public static func split(_ text: String) -> [Sentence] {
        var found: [Sentence] = []
        let scalars = Array(text.unicodeScalars)
        let view = text.unicodeScalars
        let places = Array(view.indices) + [view.endIndex]
        var start = 0

        func close(_ end: Int, line: Bool) {
            var (low, high) = (start, end)
            while low < high, scalars[low].properties.isWhitespace { low += 1 }
            while high > low, scalars[high - 1].properties.isWhitespace { high -= 1 }
            if low < high {
                found.append(Sentence(text: Substring(view[places[low]..<places[high]]), endsLine: line, endsParagraph: false))
            } else if line, let last = found.indices.last {
                if found[last].endsLine { found[last].endsParagraph = true }
                found[last].endsLine = true
            }
            start = end
        }

        var i = 0
        while i < scalars.count {
            let scalar = scalars[i]
            i += 1
            if scalar == "\n" {
                close(i, line: true)
            } else if isFullStop(scalar) {
                while i < scalars.count, isFullStop(scalars[i]) || isClosing(scalars[i]) { i += 1 }
                let isWide = scalar.value > 0x2026
                guard i == scalars.count || isWide || scalars[i].properties.isWhitespace else { continue }
                if scalar == ".", isAbbreviation(scalars, before: i - 1) { continue }
                var next = i
                while next < scalars.count, scalars[next] != "\n", scalars[next].properties.isWhitespace { next += 1 }
                if next < scalars.count, scalars[next].properties.isLowercase { continue }
                close(i, line: false)
            }
        }
        close(scalars.count, line: false)
        return found
    }

    private static func isFullStop(_ scalar: Unicode.Scalar) -> Bool { ".!?…。！？".unicodeScalars.contains(scalar) }

    private static func isClosing(_ scalar: Unicode.Scalar) -> Bool { "\"'”’»)]}」』".unicodeScalars.contains(scalar) }

    private static func isAbbreviation(_ scalars: [Unicode.Scalar], before point: Int) -> Bool {
        guard scalars[point] == "." else { return false }
        var low = point
        while low > 0, scalars[low - 1].properties.isAlphabetic || scalars[low - 1] == "." { low -= 1 }
        guard low < point else { return false }
        var word = String.UnicodeScalarView()
        word.append(contentsOf: scalars[low..<point])
        if point - low == 1, scalars[low].properties.isUppercase, scalars[low] != "I" { return true }
        return abbreviations.contains(String(word).lowercased())
    }
}
