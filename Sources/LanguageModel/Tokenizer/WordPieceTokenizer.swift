@_spi(_Unicode) import Swift

/// Word pieces of a text in lower case, as BERT's uncased models read it.
///
/// Control characters are dropped, accents taken off, Chinese characters and punctuation stand alone; each word is cut into the longest
/// pieces of the vocabulary from its start, those after the first with ## before them; a word that cannot be is one unknown piece. Source:
/// Devlin et al. 2018; Schuster and Nakajima 2012.
public struct WordPieceTokenizer: Sendable {
    /// How many pieces there are.
    public let count: Int
    private let pieces: [[UInt8]: Int32]
    private let unknown: Int32
    private let start: Int32
    private let end: Int32

    /// The longest word that is cut into pieces, in scalars.
    private static let longestWord = 100
    private static let most = 1 << 20

    /// The tokenizer of a vocabulary, one piece a line.
    ///
    /// - Throws: `LanguageModelError` when it is too large or lacks [CLS], [SEP] or [UNK].
    public init(vocabulary: some BidirectionalCollection<UInt8>) throws {
        var pieces: [[UInt8]: Int32] = [:]
        var lines = vocabulary.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard (1...Self.most).contains(lines.count) else { throw LanguageModelError("the vocabulary has \(lines.count) pieces") }
        for (id, line) in lines.enumerated() {
            let piece = Array(line.last == 0x0D ? line.dropLast() : line)
            if pieces[piece] == nil { pieces[piece] = Int32(id) }
        }
        func special(_ name: String) throws -> Int32 {
            guard let id = pieces[Array(name.utf8)] else { throw LanguageModelError("the vocabulary has no \(name)") }
            return id
        }
        (unknown, start, end) = (try special("[UNK]"), try special("[CLS]"), try special("[SEP]"))
        count = lines.count
        self.pieces = pieces
    }

    /// The pieces of a text between [CLS] and [SEP], at most `limit` in all; what is beyond is left out.
    public func encode(_ text: String, limit: Int) -> [Int] {
        var ids = [Int(start)]
        let room = max(limit - 1, 1)
        for word in Self.words(text) {
            guard ids.count < room else { break }
            ids += cut(word)
        }
        if ids.count > room { ids.removeLast(ids.count - room) }
        return ids + [Int(end)]
    }

    /// A word's pieces, the longest first from its start.
    private func cut(_ word: [Unicode.Scalar]) -> [Int] {
        guard word.count <= Self.longestWord else { return [Int(unknown)] }
        var found: [Int] = []
        var from = 0
        while from < word.count {
            var to = word.count
            var id: Int32?
            while to > from {
                var bytes: [UInt8] = from > 0 ? [0x23, 0x23] : []
                for scalar in word[from..<to] { bytes += Array(String(Character(scalar)).utf8) }
                id = pieces[bytes]
                if id != nil { break }
                to -= 1
            }
            guard let id else { return [Int(unknown)] }
            found.append(Int(id))
            from = to
        }
        return found
    }

    /// The words of a text as they are cut: cleaned, without accents, in lower case.
    static func words(_ text: String) -> [[Unicode.Scalar]] {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isSpace(scalar) {
                cleaned.append(" ")
            } else if isDropped(scalar) {
                continue
            } else if isChinese(scalar) {
                cleaned.append(contentsOf: [" ", scalar, " "])
            } else {
                cleaned.append(scalar)
            }
        }
        var words: [[Unicode.Scalar]] = []
        var open: [Unicode.Scalar] = []
        func close() {
            if !open.isEmpty { words.append(open) }
            open = []
        }
        for scalar in String(cleaned)._nfd where scalar.properties.generalCategory != .nonspacingMark {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                if isSpace(lower) {
                    close()
                } else if isPunctuation(lower) {
                    close()
                    words.append([lower])
                } else {
                    open.append(lower)
                }
            }
        }
        close()
        return words
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value == 0 || scalar.value == 0xFFFD { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .surrogate: return true
        default: return false
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 33...47, 58...64, 91...96, 123...126: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation:
            return true
        default: return false
        }
    }

    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF,
            0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
