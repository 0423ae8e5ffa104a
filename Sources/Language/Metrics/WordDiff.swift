/// What changed from one text to the next, word by word.
///
/// The words kept are a longest common subsequence, so the removals and insertions are fewest, as in E. W. Myers (1986).
public struct WordDiff: Sendable, Hashable, Codable {
    /// What became of a stretch of words.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// In both texts.
        case kept
        /// In the earlier text only.
        case removed
        /// In the later text only.
        case inserted
    }

    /// Neighbouring words of one kind, with the white space that follows each.
    public struct Stretch: Sendable, Hashable, Codable {
        /// What became of them.
        public var kind: Kind
        /// The words with the white space after them, as in the later text; removed ones as in the earlier.
        public var text: String
        /// The words with the white space after them, as in the earlier text; empty for inserted ones.
        public var earlier: String
    }

    /// The stretches in reading order; where words were replaced, the removed ones come first.
    public let stretches: [Stretch]
    /// How many words were kept.
    public let keptWords: Int
    /// How many words only the earlier text has.
    public let removedWords: Int
    /// How many words only the later text has.
    public let insertedWords: Int

    /// Compares two texts.
    public init(from earlier: String, to later: String) {
        let (old, new) = (Self.pieces(earlier), Self.pieces(later))
        var numbering = Numbering<[UInt8]>()
        let a = numbering.numbers(old.map { Array($0.word.utf8) })
        let b = numbering.numbers(new.map { Array($0.word.utf8) })

        var builder = Builder()
        var start = 0
        let shorter = min(a.count, b.count)
        while start < shorter, a[start] == b[start] { start += 1 }
        var end = 0
        while end < shorter - start, a[a.count - 1 - end] == b[b.count - 1 - end] { end += 1 }
        for i in 0..<start { builder.add(.kept, new[i], earlier: old[i]) }
        let middleOld = a[start..<(a.count - end)]
        let middleNew = b[start..<(b.count - end)]
        let common = CommonSubsequence(pattern: Array(middleOld), text: Array(middleNew), keepsPlaces: true)
        var (i, j) = (start, start)
        for place in common.places() {
            while i < start + place.pattern { builder.add(.removed, old[i]); i += 1 }
            while j < start + place.text { builder.add(.inserted, new[j]); j += 1 }
            builder.add(.kept, new[j], earlier: old[i])
            (i, j) = (i + 1, j + 1)
        }
        while i < a.count - end { builder.add(.removed, old[i]); i += 1 }
        while j < b.count - end { builder.add(.inserted, new[j]); j += 1 }
        for k in 0..<end { builder.add(.kept, new[new.count - end + k], earlier: old[old.count - end + k]) }

        stretches = builder.stretches
        keptWords = builder.counts[.kept, default: 0]
        removedWords = builder.counts[.removed, default: 0]
        insertedWords = builder.counts[.inserted, default: 0]
    }

    private struct Piece {
        var word: Substring
        var text: Substring
    }

    private struct Builder {
        var stretches: [Stretch] = []
        var counts: [Kind: Int] = [:]

        mutating func add(_ kind: Kind, _ piece: Piece, earlier: Piece? = nil) {
            let before = kind == .removed ? piece.text : earlier?.text ?? ""
            if !piece.word.isEmpty { counts[kind, default: 0] += 1 }
            if stretches.last?.kind == kind {
                stretches[stretches.count - 1].text += piece.text
                stretches[stretches.count - 1].earlier += before
            } else {
                stretches.append(Stretch(kind: kind, text: String(piece.text), earlier: String(before)))
            }
        }
    }

    /// The words, each with the white space after it; white space at the start is a piece with an empty word.
    private static func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        while start < scalars.endIndex {
            let space = scalars[start...].firstIndex { $0.properties.isWhitespace } ?? scalars.endIndex
            let next = scalars[space...].firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
            pieces.append(Piece(word: Substring(scalars[start..<space]), text: Substring(scalars[start..<next])))
            start = next
        }
        return pieces
    }
}
