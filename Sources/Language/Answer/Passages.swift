import Engine

/// How a question is put to a model with the passages that may answer it, and how its answer is read.
enum Passages {
    /// What the bot says when nothing was found that is near enough, and what models are asked to say.
    static let refusal = "The documents do not tell."

    /// The default instructions.
    static let system =
        "You answer questions from the numbered passages you are given, and from nothing else. Answer in fewer than 100 words, and put the "
        + "number of each passage you used in brackets, as [1]. If the passages do not hold the answer, say exactly: " + refusal

    /// The passages with their numbers and places, then the question.
    static func prompt(_ question: String, _ chunks: [RetrievalReply.Chunk]) -> String {
        let passages = chunks.enumerated().map {
            "[\($0.offset + 1)] (\($0.element.document), line \($0.element.line))\n\($0.element.text)"
        }
        return "Passages:\n\n" + passages.joined(separator: "\n\n") + "\n\nQuestion: " + question
    }

    /// The passages' numbers that an answer names in brackets, each once, in order: "[2]", "[1, 3]".
    static func cited(in answer: String, count: Int) -> [Int] {
        var cited: [Int] = []
        let bytes = Array(answer.utf8)
        var at = 0
        while let open = bytes[at...].firstIndex(of: UInt8(ascii: "[")) {
            at = open + 1
            guard let close = bytes[at...].firstIndex(of: UInt8(ascii: "]")) else { break }
            let parts = String(decoding: bytes[at..<close], as: UTF8.self).split { ",; ".contains($0) }.map { Int($0) }
            guard !parts.isEmpty, parts.allSatisfy({ $0 != nil }) else { continue }
            for number in parts.compactMap({ $0 }) where (1...max(count, 1)).contains(number) && count > 0 && !cited.contains(number) {
                cited.append(number)
            }
        }
        return cited
    }

    /// Whether an answer says that the documents do not tell.
    static func isRefusal(_ answer: String) -> Bool { answer.contains(refusal.dropLast()) }

    /// Whether an answer of some length has said most of its runs of three words before.
    static func repeats(_ answer: String) -> Bool {
        let words = Rouge.tokens(answer)
        guard words.count >= 30 else { return false }
        let runs = (0...words.count - 3).map { words[$0..<$0 + 3] }
        return 2 * Set(runs).count < runs.count
    }

    /// The share of an answer's distinct words, short and common ones left out, that the passages hold; nil for an answer without any.
    static func support(of answer: String, in chunks: [RetrievalReply.Chunk]) -> Double? {
        let words = Set(Rouge.tokens(answer, stemmer: true).filter { $0.count > 3 })
        guard !words.isEmpty else { return nil }
        let known = Set(chunks.flatMap { Rouge.tokens($0.text, stemmer: true) })
        return Double(words.count { known.contains($0) }) / Double(words.count)
    }
}
