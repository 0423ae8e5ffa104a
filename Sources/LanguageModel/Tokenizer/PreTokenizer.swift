/// Cuts a text into the words within which byte pairs are merged.
///
/// The words are those of GPT-2's expression `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, applied, where
/// digits stand singly, to the pieces between them. Source: llama.cpp's `gpt-2` and `smollm` (2024).
struct PreTokenizer: Sendable, Hashable {
    /// Whether each number character is a word of its own, with nothing before it.
    let splitsNumbers: Bool

    /// The pre-tokenizer of a model file's name for it.
    ///
    /// - Throws: `LanguageModelError` naming one that is not known.
    init(name: String) throws {
        switch name {
        case "gpt-2", "mpt", "olmo", "jais": splitsNumbers = false
        case "smollm", "starcoder", "refact", "command-r", "codeshell": splitsNumbers = true
        default:
            throw LanguageModelError(
                "the model's pre-tokenizer “\(name.shown)” is not supported; expected smollm, gpt-2 or one that cuts as they do")
        }
    }

    private enum Kind {
        case letter, number, space, other, end
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A: return .letter
        case 0x30...0x39: return .number
        case 0x20, 0x09...0x0D: return .space
        case 0..<0x80: return .other
        default: break
        }
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }

    /// Calls `take` with each word's bytes, in order, until it returns false.
    func words(of text: String, take: (ArraySlice<UInt8>) -> Bool) {
        let bytes = Array(text.utf8)
        var scalars: [Unicode.Scalar] = []
        var starts: [Int] = []
        scalars.reserveCapacity(bytes.count)
        starts.reserveCapacity(bytes.count + 1)
        var offset = 0
        for scalar in text.unicodeScalars {
            scalars.append(scalar)
            starts.append(offset)
            offset += UTF8.width(scalar)
        }
        starts.append(offset)
        var from = 0
        while from < scalars.count {
            // A piece: a number character, or all up to the next one.
            var to = from + 1
            if !splitsNumbers {
                to = scalars.count
            } else if Self.kind(scalars[from]) != .number {
                while to < scalars.count, Self.kind(scalars[to]) != .number { to += 1 }
            }
            var at = from
            while at < to {
                let end = Self.endOfWord(scalars, at, to)
                guard take(bytes[starts[at]..<starts[end]]) else { return }
                at = end
            }
            from = to
        }
    }

    /// Where the word that begins at `start` ends, in a piece that ends at `limit`.
    private static func endOfWord(_ scalars: [Unicode.Scalar], _ start: Int, _ limit: Int) -> Int {
        func kind(_ place: Int) -> Kind { place < limit ? Self.kind(scalars[place]) : .end }
        if scalars[start] == "'", start + 1 < limit {
            let next = scalars[start + 1]
            if next == "s" || next == "t" || next == "m" || next == "d" { return start + 2 }
            if start + 2 < limit {
                switch (next, scalars[start + 2]) {
                case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
                default: break
                }
            }
        }
        let body = scalars[start] == " " && kind(start + 1) != .end && kind(start + 1) != .space ? start + 1 : start
        let first = kind(body)
        var end = body + 1
        while kind(end) == first { end += 1 }
        // White space before a word leaves its last character to that word.
        if first == .space, end < limit, end - start > 1 { return end - 1 }
        return end
    }
}
