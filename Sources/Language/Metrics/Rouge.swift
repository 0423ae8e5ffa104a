/// Precision, recall and their harmonic mean, each 0…1.
public struct OverlapScore: Sendable, Hashable, Codable {
    /// The share of the candidate that the reference has.
    public var precision: Double
    /// The share of the reference that the candidate has.
    public var recall: Double
    /// Their harmonic mean; 0 when both are 0.
    public var f1: Double

    init(precision: Double, recall: Double) {
        self.precision = precision
        self.recall = recall
        f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }

    init(matches: Int, candidate: Int, reference: Int) {
        self.init(precision: Double(matches) / Double(max(candidate, 1)), recall: Double(matches) / Double(max(reference, 1)))
    }

    /// Nothing in common.
    static let none = OverlapScore(precision: 0, recall: 0)
}

/// ROUGE, the overlap of a candidate with a reference, by the conventions of the rouge-score package 0.1.2 (Lin 2004).
///
/// Texts are put into lower case; every run of characters other than a-z and 0-9 separates tokens, so that é splits a word and
/// Chinese has none. With `stemmer`, tokens longer than three are reduced to their Porter stems.
public struct Rouge: Sendable, Hashable {
    /// Overlap of single tokens.
    public let rouge1: OverlapScore
    /// Overlap of pairs of tokens.
    public let rouge2: OverlapScore
    /// The longest common subsequence of tokens.
    public let rougeL: OverlapScore

    /// Compares a candidate with a reference.
    public init(candidate: String, reference: String, stemmer: Bool = false) {
        var numbering = Numbering<String>()
        let left = numbering.numbers(Self.tokens(candidate, stemmer: stemmer))
        let right = numbering.numbers(Self.tokens(reference, stemmer: stemmer))
        let overlaps = NGramOverlap.upTo(2, candidate: left, reference: right)
        rouge1 = OverlapScore(matches: overlaps[0].matches, candidate: overlaps[0].candidate, reference: overlaps[0].reference)
        rouge2 = OverlapScore(matches: overlaps[1].matches, candidate: overlaps[1].candidate, reference: overlaps[1].reference)
        rougeL = Self.longestCommonSubsequence(left, right)
    }

    /// The F1 of the longest common subsequence alone.
    public static func rougeL(candidate: String, reference: String, stemmer: Bool = false) -> OverlapScore {
        var numbering = Numbering<String>()
        return longestCommonSubsequence(
            numbering.numbers(tokens(candidate, stemmer: stemmer)), numbering.numbers(tokens(reference, stemmer: stemmer)))
    }

    /// The summary-level score: for each line of the reference the union of its longest common subsequences with every line of
    /// the candidate, each token counted at most as often as either text has it.
    ///
    /// Lines end at "\n"; empty ones are left out.
    public static func rougeLsum(candidate: String, reference: String, stemmer: Bool = false) -> OverlapScore {
        var numbering = Numbering<String>()
        func sentences(_ text: String) -> [[Int32]] {
            text.utf8.split(separator: 0x0A).map { numbering.numbers(tokens(String(Substring($0)), stemmer: stemmer)) }
        }
        let left = sentences(candidate)
        let right = sentences(reference)
        var inCandidate = [Int](repeating: 0, count: numbering.count)
        var inReference = inCandidate
        for token in left.joined() { inCandidate[Int(token)] += 1 }
        for token in right.joined() { inReference[Int(token)] += 1 }
        var hits = 0
        for sentence in right {
            var union = [Bool](repeating: false, count: sentence.count)
            for other in left {
                for place in CommonSubsequence(pattern: sentence, text: other, keepsPlaces: true).places() { union[place.pattern] = true }
            }
            for (i, token) in sentence.enumerated() where union[i] {
                guard inCandidate[Int(token)] > 0, inReference[Int(token)] > 0 else { continue }
                hits += 1
                inCandidate[Int(token)] -= 1
                inReference[Int(token)] -= 1
            }
        }
        let (n, m) = (left.joined().count, right.joined().count)
        return n == 0 || m == 0 ? .none : OverlapScore(matches: hits, candidate: n, reference: m)
    }

    /// The tokens of a text: runs of a-z and 0-9 after lower-casing.
    public static func tokens(_ text: String, stemmer: Bool = false) -> [String] {
        var found: [String] = []
        var current: [UInt8] = []
        func close() {
            guard !current.isEmpty else { return }
            let token = String(decoding: current, as: UTF8.self)
            found.append(stemmer && current.count > 3 ? PorterStemmer.stem(token) : token)
            current.removeAll(keepingCapacity: true)
        }
        func take(_ scalar: Unicode.Scalar) {
            if ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) {
                current.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                close()
            }
        }
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                take(("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
            } else {
                // The Kelvin sign and dotted capital I have ASCII letters in their lower-case forms.
                for lower in scalar.properties.lowercaseMapping.unicodeScalars { take(lower) }
            }
        }
        close()
        return found
    }

    private static func longestCommonSubsequence(_ candidate: [Int32], _ reference: [Int32]) -> OverlapScore {
        guard !candidate.isEmpty, !reference.isEmpty else { return .none }
        let common = CommonSubsequence(pattern: reference, text: candidate, keepsPlaces: false)
        return OverlapScore(matches: common.length, candidate: candidate.count, reference: reference.count)
    }
}

/// ROUGE as the Python package `rouge` 1.0.1 computes it, which is not the standard: the scores of the source's own table.
///
/// Sets of n-grams instead of counts, no lower-casing, words between white space, sentences split at every full stop, and
/// F1 = 2pr/(p + r + 1e-8). The package refuses texts without a sentence; here they score 0.
public struct SetRouge: Sendable, Hashable {
    /// Overlap of single words.
    public let rouge1: OverlapScore
    /// Overlap of pairs of words.
    public let rouge2: OverlapScore
    /// The union of the sentences' longest common subsequences, as sets of words.
    public let rougeL: OverlapScore

    /// Compares a candidate with a reference.
    public init(candidate: String, reference: String) {
        var numbering = Numbering<[UInt8]>()
        func sentences(_ text: String) -> [[Int32]] {
            text.utf8.split(separator: UInt8(ascii: ".")).map { piece in
                let words = Substring(piece).unicodeScalars.split { $0.separatesWords }
                // A sentence of white space alone counts as one empty word: the package's quirk.
                return words.isEmpty ? [numbering.number([])] : numbering.numbers(words.map { Array(Substring($0).utf8) })
            }
        }
        let left = sentences(candidate)
        let right = sentences(reference)
        guard !left.isEmpty, !right.isEmpty else {
            (rouge1, rouge2, rougeL) = (.none, .none, .none)
            return
        }
        func pairs(_ sentences: [[Int32]]) -> Set<[Int32]> {
            let words = Array(sentences.joined())
            return Set(zip(words, words.dropFirst()).map { [$0, $1] })
        }
        let (leftWords, rightWords) = (Set(left.joined()), Set(right.joined()))
        let (leftPairs, rightPairs) = (pairs(left), pairs(right))
        var union: Set<Int32> = []
        for sentence in right {
            for other in left {
                for place in CommonSubsequence(pattern: other, text: sentence, keepsPlaces: true).places() {
                    union.insert(sentence[place.text])
                }
            }
        }
        rouge1 = Self.score(leftWords.intersection(rightWords).count, leftWords.count, rightWords.count)
        rouge2 = Self.score(leftPairs.intersection(rightPairs).count, leftPairs.count, rightPairs.count)
        rougeL = Self.score(union.count, leftWords.count, rightWords.count)
    }

    private static func score(_ matches: Int, _ candidate: Int, _ reference: Int) -> OverlapScore {
        var score = OverlapScore(matches: matches, candidate: candidate, reference: reference)
        score.f1 = 2 * (score.precision * score.recall / (score.precision + score.recall + 1e-8))
        return score
    }
}
