/// A stretch of a document that belongs together: a paragraph, a heading, a record.
struct DocumentBlock: Sendable, Hashable {
    /// Its text, without white space at its ends.
    var text: String
    /// The line it begins on, from 1.
    var line: Int
    /// Whether what follows belongs to it, as to a heading.
    var leads = false
}

/// A part of a document, small enough to be put before a model with a few others.
struct DocumentChunk: Sendable, Hashable {
    /// Its text.
    var text: String
    /// The line it begins on, from 1.
    var line: Int
}

/// Cuts documents into chunks: whole paragraphs where they fit, else whole sentences, else words.
struct Chunker: Sendable, Hashable {
    /// The most tokens of a chunk, counted by `tokens(in:)`.
    var limit: Int
    /// How many tokens at the end of a chunk are repeated at the start of the next, in whole sentences.
    var overlap: Int

    /// About how many tokens a byte-pair tokenizer makes of a text: one for every six letters of a word begun, one a digit, one a mark.
    ///
    /// No model is needed to count so, and every machine counts alike.
    static func tokens(in text: some StringProtocol) -> Int {
        var count = 0
        var letters = 0
        for byte in text.utf8 {
            switch byte | 0x20 {
            case 0x61...0x7A, 0x80...0xFF:
                if letters % 6 == 0 { count += 1 }
                letters += 1
                continue
            case 0x20 where byte <= 0x20: break
            default: if byte > 0x20 { count += 1 }
            }
            letters = 0
        }
        return count
    }

    private struct Piece {
        var text: String
        var line: Int
        var tokens: Int
        var leads: Bool
        /// What stands before it when it is not first in its chunk.
        var separator: String
    }

    /// The chunks of a document's blocks, in order.
    func chunks(of blocks: [DocumentBlock]) -> [DocumentChunk] {
        var chunks: [DocumentChunk] = []
        var open: [Piece] = []
        var size = 0
        var overlapsNothing = false
        func close() {
            // A heading at the end belongs to what follows.
            var carried: [Piece] = []
            while !overlapsNothing, open.count > 1, let last = open.last, last.leads { carried.insert(open.removeLast(), at: 0) }
            var text = ""
            for (place, piece) in open.enumerated() { text += (place > 0 ? piece.separator : "") + piece.text }
            if let first = open.first { chunks.append(DocumentChunk(text: text, line: first.line)) }
            if carried.isEmpty, overlap > 0, !overlapsNothing { carried = tail(of: open) }
            open = carried
            size = carried.reduce(0) { $0 + $1.tokens }
        }
        for piece in blocks.flatMap(pieces) {
            if !open.isEmpty, size + piece.tokens > limit {
                close()
                // What is repeated or carried over must leave room for what comes.
                if size + piece.tokens > limit { (open, size) = (open.filter(\.leads), 0) }
                size = open.reduce(0) { $0 + $1.tokens }
            }
            open.append(piece)
            size += piece.tokens
        }
        overlapsNothing = true
        close()
        return chunks
    }

    /// The last sentences of a chunk, `overlap` tokens at most.
    private func tail(of pieces: [Piece]) -> [Piece] {
        guard let last = pieces.last else { return [] }
        var kept: [Piece] = []
        var size = 0
        for sentence in split(last).reversed() {
            guard size + sentence.tokens <= overlap else { break }
            kept.insert(sentence, at: 0)
            size += sentence.tokens
        }
        return kept
    }

    private func pieces(of block: DocumentBlock) -> [Piece] {
        let whole = Piece(
            text: block.text, line: block.line, tokens: Self.tokens(in: block.text), leads: block.leads, separator: "\n\n")
        return whole.tokens <= limit ? [whole] : split(whole)
    }

    /// A piece by its sentences, and those that are too long by words.
    private func split(_ piece: Piece) -> [Piece] {
        var line = piece.line
        var result: [Piece] = []
        var isFirst = true
        for sentence in Sentences.split(piece.text) {
            let text = String(sentence.text)
            let tokens = Self.tokens(in: text)
            let separator = isFirst ? piece.separator : " "
            if tokens <= limit {
                result.append(Piece(text: text, line: line, tokens: tokens, leads: false, separator: separator))
            } else {
                var words: [Substring] = []
                var size = 0
                func close() {
                    guard !words.isEmpty else { return }
                    let text = words.joined(separator: " ")
                    result.append(Piece(text: text, line: line, tokens: size, leads: false, separator: result.isEmpty ? separator : " "))
                    (words, size) = ([], 0)
                }
                for word in TextMeasures.words(text) {
                    for part in parts(of: word) {
                        let tokens = Self.tokens(in: part)
                        if size + tokens > limit { close() }
                        words.append(part)
                        size += tokens
                    }
                }
                close()
            }
            line += text.utf8.count { $0 == 0x0A } + (sentence.endsLine ? 1 : 0)
            isFirst = false
        }
        return result
    }

    /// A word, cut where it alone is longer than a chunk.
    private func parts(of word: Substring) -> [Substring] {
        guard Self.tokens(in: word) > limit else { return [word] }
        var parts: [Substring] = []
        var rest = word.unicodeScalars[...]
        while !rest.isEmpty {
            // A scalar is one token at most, so this many fit.
            let part = rest.prefix(max(limit, 1))
            parts.append(Substring(part))
            rest = rest.dropFirst(part.count)
        }
        return parts
    }
}
