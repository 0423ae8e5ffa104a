import Kernels

/// The sentences that a text itself recommends most.
///
/// Sentences are the nodes of a graph; two are joined with the weight (words in common) / (log of one's words + log of the other's)
/// and ranked by the stationary distribution of a walk along the weights, damping 0.85. Ties go to the earlier sentence.
/// Source: R. Mihalcea and P. Tarau, "TextRank: Bringing Order into Texts" (2004).
public enum TextRank {
    /// Half of the sentences (rounded up), the highest-ranked ones, in their own order; line and paragraph ends are kept.
    ///
    /// A text of one sentence stays as it is, so that the map has fixed points.
    public static func summary(of text: String) -> String {
        let sentences = Sentences.split(text)
        guard sentences.count > 1 else { return text }
        let scores = ranks(sentences.map { String($0.text) })
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        let kept = order.prefix((sentences.count + 1) / 2).sorted()
        return join(kept.map { sentences[$0] }, breaks: breaks(after: kept, in: sentences))
    }

    /// Each sentence's rank; they sum to the number of sentences.
    ///
    /// O(n² · words) for n sentences.
    static func ranks(_ sentences: [String]) -> [Double] {
        var numbering = Numbering<String>()
        let words = sentences.map { sentence -> [Int32] in
            // Function words join everything with everything, so they do not count.
            Set(numbering.numbers(Rouge.tokens(sentence, stemmer: true).filter { !functionWords.contains($0) })).sorted()
        }
        let n = sentences.count
        var neighbours = [[(other: Int, weight: Double)]](repeating: [], count: n)
        var total = [Double](repeating: 0, count: n)
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                let common = Self.common(words[i], words[j])
                guard common > 0 else { continue }
                // One more each than in the paper, so that sentences of one word have a finite weight.
                let weight = Double(common) / (Kernels.log(Double(words[i].count + 1)) + Kernels.log(Double(words[j].count + 1)))
                neighbours[i].append((j, weight))
                neighbours[j].append((i, weight))
                total[i] += weight
                total[j] += weight
            }
        }
        var rank = [Double](repeating: 1, count: n)
        for _ in 0..<100 {
            var next = [Double](repeating: 0.15, count: n)
            for i in 0..<n {
                if total[i] == 0 {
                    next[i] += 0.85 * rank[i]
                } else {
                    for (j, weight) in neighbours[i] { next[j] += 0.85 * rank[i] * weight / total[i] }
                }
            }
            let change = zip(rank, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
            rank = next
            if change < 1e-9 { break }
        }
        return rank
    }

    static let functionWords: Set<String> = [
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have", "he", "her", "his", "i", "in",
        "is", "it", "its", "not", "of", "on", "or", "she", "so", "that", "the", "their", "them", "there", "they", "this", "to", "was", "we",
        "were", "which", "who", "with",
    ]

    private static func common(_ a: [Int32], _ b: [Int32]) -> Int {
        var (i, j, count) = (0, 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                (i, j, count) = (i + 1, j + 1, count + 1)
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return count
    }

    /// What stood between each kept sentence and the next: a space, or the strongest break among the dropped ones.
    private static func breaks(after kept: [Int], in sentences: [Sentences.Sentence]) -> [String] {
        zip(kept, kept.dropFirst()).map { here, next in
            let between = sentences[here..<next]
            return between.contains(where: \.endsParagraph) ? "\n\n" : between.contains(where: \.endsLine) ? "\n" : " "
        }
    }

    private static func join(_ sentences: [Sentences.Sentence], breaks: [String]) -> String {
        var result = ""
        for (place, sentence) in sentences.enumerated() {
            result += sentence.text
            if place < breaks.count { result += breaks[place] }
        }
        return result
    }
}
