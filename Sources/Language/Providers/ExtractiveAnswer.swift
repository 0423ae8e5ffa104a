import Engine
import Kernels

/// An answer without a model: the sentences of the passages that share the question's rarest words.
///
/// A sentence scores the sum of its rarities of the question's stems, ln(1 + sentences/those that hold it), over one plus the logarithm of
/// its length in words; up to two sentences are given, the second if it scores at least half of the first. Ties go to the earlier.
enum ExtractiveAnswer {
    /// The reply to passages followed by a question.
    static func reply(to messages: [ChatRequest.Message]) -> ChatReply {
        guard let question = messages.last?.content else { return ChatReply(text: Passages.refusal, model: "answer") }
        let passages = messages.dropLast().filter { $0.role == "passage" }.map(\.content)
        var sentences: [(passage: Int, text: String, stems: Set<String>, words: Int)] = []
        for (place, passage) in passages.enumerated() {
            for line in passage.split(separator: "\n") {
                for sentence in Sentences.split(String(line)) {
                    let words = Rouge.tokens(String(sentence.text), stemmer: true)
                    guard words.count > 2 else { continue }
                    sentences.append((place, String(sentence.text), Set(words), words.count))
                }
            }
        }
        let wanted = Set(Rouge.tokens(question, stemmer: true)).subtracting(TextRank.functionWords).subtracting(questionWords).sorted()
        let rarity = wanted.map { stem -> Double in
            let holders = sentences.count { $0.stems.contains(stem) }
            return holders == 0 ? 0 : Kernels.log(1 + Double(sentences.count) / Double(holders))
        }
        let scores = sentences.map { sentence -> Double in
            let sum = zip(wanted, rarity).reduce(0) { $0 + (sentence.stems.contains($1.0) ? $1.1 : 0) }
            return sum / (1 + Kernels.log(Double(sentence.words)))
        }
        let order = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        guard let first = order.first, scores[first] > 0 else { return ChatReply(text: Passages.refusal, model: "answer") }
        let kept = order.prefix(2).filter { scores[$0] >= scores[first] / 2 }.sorted()
        let text = kept.map { "\(sentences[$0].text) [\(sentences[$0].passage + 1)]" }.joined(separator: " ")
        return ChatReply(text: text, model: "answer")
    }

    private static let questionWords: Set = [
        "what", "when", "where", "who", "whom", "whose", "why", "how", "do", "doe", "did", "can", "could", "should", "would", "will", "mai",
        "must",
        "me", "my", "you", "your", "about", "tell", "explain", "if", "or",
    ]
}
