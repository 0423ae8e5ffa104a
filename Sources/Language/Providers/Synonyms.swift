/// Says the same in other words by a small table: a paraphrase without a model.
///
/// Some phrases have a plainer form and keep it; the other words come in pairs or threes and each is replaced by the next of its
/// ring. Applied again and again, a text therefore loses its long-winded phrases once and then goes round in a cycle whose
/// period divides 6: the two-step cycles that repeated paraphrasing by models is reported to end in, in their simplest form.
public enum Synonyms {
    /// The text with every known word or phrase replaced once; order, punctuation and capitals stay.
    public static func rephrase(_ text: String) -> String {
        let pieces = Self.pieces(text)
        var result = ""
        var i = 0
        while i < pieces.count {
            guard pieces[i].isWord, let (length, replacement) = match(pieces, at: i) else {
                result += pieces[i].text
                i += 1
                continue
            }
            result += cased(replacement, like: pieces[i].text)
            i += length
        }
        return result
    }

    private struct Piece {
        var text: String
        var isWord: Bool
    }

    /// Runs of letters, and what stands between them.
    private static func pieces(_ text: String) -> [Piece] {
        var result: [Piece] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        while start < scalars.endIndex {
            let isWord = scalars[start].properties.isAlphabetic
            let end = scalars[start...].firstIndex { $0.properties.isAlphabetic != isWord } ?? scalars.endIndex
            result.append(Piece(text: String(scalars[start..<end]), isWord: isWord))
            start = end
        }
        return result
    }

    /// The longest table entry that starts at a piece: how many pieces it takes and what replaces it.
    private static func match(_ pieces: [Piece], at index: Int) -> (Int, String)? {
        let first = pieces[index].text.lowercased()
        for (phrase, replacement) in phrases[first] ?? [] {
            let length = 2 * phrase.count - 1
            guard index + length <= pieces.count else { continue }
            let fits = phrase.enumerated().allSatisfy { place, word in
                pieces[index + 2 * place].text.lowercased() == word && (place == 0 || pieces[index + 2 * place - 1].text == " ")
            }
            if fits { return (length, replacement) }
        }
        return ring[first].map { (1, $0) }
    }

    private static func cased(_ replacement: String, like original: String) -> String {
        let scalars = Array(original.unicodeScalars)
        guard let first = scalars.first, first.properties.isUppercase else { return replacement }
        if scalars.count > 1, scalars.allSatisfy(\.properties.isUppercase) { return replacement.uppercased() }
        return replacement.prefix(1).uppercased() + replacement.dropFirst()
    }

    /// Phrases by their first word, the longest first, each with the plainer form it takes for good.
    private static let phrases: [String: [(words: [String], replacement: String)]] = {
        let table = [
            "in order to": "to", "as well as": "and", "due to the fact that": "because", "at all times": "always",
            "a great deal of": "much",
            "a large number of": "many", "for the first time": "first", "is able to": "can", "was able to": "could",
            "were able to": "could",
            "no longer": "not now", "at that time": "then", "in the course of": "during", "most of the time": "mostly",
            "took part in": "joined",
            "came to an end": "ended", "nobody": "no one", "everybody": "everyone", "whilst": "while", "altogether": "wholly",
            "make use of": "use", "in spite of": "despite", "as a result of": "because of",
        ]
        var result: [String: [(words: [String], replacement: String)]] = [:]
        for (phrase, replacement) in table.sorted(by: { $0.key < $1.key }) {
            let words = phrase.split(separator: " ").map(String.init)
            result[words[0], default: []].append((words, replacement))
        }
        return result.mapValues { $0.sorted { $0.words.count > $1.words.count } }
    }()

    /// Each word's successor in its ring.
    private static let ring: [String: String] = {
        let rings = [
            ["big", "large"], ["small", "little"], ["quick", "fast", "rapid"], ["began", "started"], ["begin", "start"],
            ["ended", "finished"],
            ["buy", "purchase"], ["bought", "purchased"], ["help", "assist"], ["helped", "assisted"], ["show", "reveal"],
            ["showed", "revealed"], ["shows", "reveals"], ["many", "numerous"], ["nearly", "almost"], ["often", "frequently"],
            ["important", "significant"], ["build", "construct"], ["built", "constructed"], ["whole", "entire"],
            ["told", "informed"], ["house", "home"], ["tall", "high"], ["happy", "glad"], ["hard", "difficult"], ["easy", "simple"],
            ["world", "globe"], ["kept", "retained"], ["keep", "retain"], ["stayed", "remained"],
            ["stay", "remain"], ["boat", "vessel", "craft"], ["work", "labour"], ["worked", "laboured"],
            ["wrote", "penned"], ["found", "discovered"], ["method", "way"], ["speak", "talk"], ["spoke", "talked"], ["sea", "ocean"],
            ["road", "street"], ["child", "youngster"], ["children", "youngsters"], ["picture", "image"], ["pictures", "images"],
            ["answer", "reply"], ["saved", "rescued"], ["careful", "cautious"], ["brave", "courageous"], ["nation", "country"],
            ["dedicated", "devoted"], ["ground", "land"], ["discovery", "finding"], ["called", "named"],
            ["largest", "biggest"], ["smallest", "tiniest"], ["opened", "inaugurated"], ["published", "issued"], ["described", "depicted"],
            ["slowly", "gradually"], ["mostly", "chiefly"], ["usually", "normally"], ["gentle", "mild"],
            ["remarkable", "striking"], ["crossing", "passage"], ["damaged", "harmed"],
        ]
        var next: [String: String] = [:]
        for words in rings {
            for (place, word) in words.enumerated() { next[word] = words[(place + 1) % words.count] }
        }
        return next
    }()
}
