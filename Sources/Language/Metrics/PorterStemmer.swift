/// The stem of an English word: endings taken off by rule, so that "connected" and "connection" meet.
///
/// M. F. Porter, "An algorithm for suffix stripping" (1980), with the departures of NLTK's default mode, which the rouge-score
/// package uses: irregular forms, -ies and -ied of four-letter words, y after a consonant, -alli and -bli first, -fulli, -logi.
public enum PorterStemmer {
    /// The stem of a lower-case word of ASCII letters and digits; words of one or two letters stay.
    public static func stem(_ word: String) -> String {
        if let irregular = irregular[word] { return irregular }
        var bytes = Array(word.utf8)
        guard bytes.count > 2 else { return word }
        bytes = stripPlural(bytes)
        bytes = stripPast(bytes)
        bytes = turnY(bytes)
        bytes = stripDouble(bytes)
        bytes = apply(longSuffixes, to: bytes)
        bytes = stripLast(bytes)
        bytes = tidy(bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let irregular: [String: String] = [
        "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news", "innings": "inning",
        "inning": "inning", "outings": "outing", "outing": "outing", "cannings": "canning", "canning": "canning", "howe": "howe",
        "proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
    ]

    /// An ending and what takes its place.
    private struct Rule {
        var ending: [UInt8]
        var replacement: [UInt8]
        init(_ ending: String, _ replacement: String) {
            self.ending = Array(ending.utf8)
            self.replacement = Array(replacement.utf8)
        }
    }

    /// Step 2, after the rule for -alli; the first ending that fits decides.
    private static let doubleSuffixes = [
        Rule("ational", "ate"), Rule("tional", "tion"), Rule("enci", "ence"), Rule("anci", "ance"), Rule("izer", "ize"),
        Rule("bli", "ble"), Rule("alli", "al"), Rule("entli", "ent"), Rule("eli", "e"), Rule("ousli", "ous"), Rule("ization", "ize"),
        Rule("ation", "ate"), Rule("ator", "ate"), Rule("alism", "al"), Rule("iveness", "ive"), Rule("fulness", "ful"),
        Rule("ousness", "ous"), Rule("aliti", "al"), Rule("iviti", "ive"), Rule("biliti", "ble"), Rule("fulli", "ful"),
    ]

    /// Step 3.
    private static let longSuffixes = [
        Rule("icate", "ic"), Rule("ative", ""), Rule("alize", "al"), Rule("iciti", "ic"), Rule("ical", "ic"), Rule("ful", ""),
        Rule("ness", ""),
    ]

    /// Step 4.
    private static let lastSuffixes = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous",
        "ive", "ize",
    ].map { Array($0.utf8) }

    // Steps, by Porter's numbers.

    /// 1a.
    private static func stripPlural(_ word: [UInt8]) -> [UInt8] {
        if ends(word, "ies") { return Array(word.dropLast(word.count == 4 ? 1 : 2)) }
        if ends(word, "sses") { return Array(word.dropLast(2)) }
        if ends(word, "ss") || !ends(word, "s") { return word }
        return Array(word.dropLast())
    }

    /// 1b.
    private static func stripPast(_ word: [UInt8]) -> [UInt8] {
        if ends(word, "ied") { return Array(word.dropLast(word.count == 4 ? 1 : 2)) }
        if ends(word, "eed") { return measure(word.dropLast(3)) > 0 ? Array(word.dropLast()) : word }
        var stem: [UInt8]
        if ends(word, "ed"), hasVowel(word.dropLast(2)) {
            stem = Array(word.dropLast(2))
        } else if ends(word, "ing"), hasVowel(word.dropLast(3)) {
            stem = Array(word.dropLast(3))
        } else {
            return word
        }
        if ends(stem, "at") || ends(stem, "bl") || ends(stem, "iz") {
            stem.append(UInt8(ascii: "e"))
        } else if endsDoubleConsonant(stem) {
            if let last = stem.last, !"lsz".utf8.contains(last) { stem.removeLast() }
        } else if measure(stem[...]) == 1, endsConsonantVowelConsonant(stem[...]) {
            stem.append(UInt8(ascii: "e"))
        }
        return stem
    }

    /// 1c.
    private static func turnY(_ word: [UInt8]) -> [UInt8] {
        guard ends(word, "y"), word.count > 2, isConsonant(word[...].dropLast(), word.count - 2) else { return word }
        return word.dropLast() + [UInt8(ascii: "i")]
    }

    /// 2.
    private static func stripDouble(_ word: [UInt8]) -> [UInt8] {
        if ends(word, "alli"), measure(word.dropLast(4)) > 0 { return stripDouble(Array(word.dropLast(2))) }
        for rule in doubleSuffixes where ends(word, rule.ending) {
            let stem = word.dropLast(rule.ending.count)
            return measure(stem) > 0 ? stem + rule.replacement : word
        }
        // -logi counts its l with the stem, so that "geologi" is treated as "archaeologi" is.
        if ends(word, "logi"), measure(word.dropLast(3)) > 0 { return Array(word.dropLast()) }
        return word
    }

    /// 3.
    private static func apply(_ rules: [Rule], to word: [UInt8]) -> [UInt8] {
        guard let rule = rules.first(where: { ends(word, $0.ending) }) else { return word }
        let stem = word.dropLast(rule.ending.count)
        return measure(stem) > 0 ? stem + rule.replacement : word
    }

    /// 4.
    private static func stripLast(_ word: [UInt8]) -> [UInt8] {
        guard let ending = lastSuffixes.first(where: { ends(word, $0) }) else { return word }
        let stem = word.dropLast(ending.count)
        guard measure(stem) > 1 else { return word }
        if ending == Array("ion".utf8), let last = stem.last, !"st".utf8.contains(last) { return word }
        return Array(stem)
    }

    /// 5a and 5b.
    private static func tidy(_ word: [UInt8]) -> [UInt8] {
        var word = word
        if ends(word, "e") {
            let stem = word.dropLast()
            let m = measure(stem)
            if m > 1 || (m == 1 && !endsConsonantVowelConsonant(stem)) { word = Array(stem) }
        }
        if ends(word, "ll"), measure(word.dropLast()) > 1 { word.removeLast() }
        return word
    }

    // What the rules ask of a word.

    private static func ends(_ word: [UInt8], _ ending: [UInt8]) -> Bool { word.suffix(ending.count).elementsEqual(ending) }

    private static func ends(_ word: [UInt8], _ ending: StaticString) -> Bool {
        guard word.count >= ending.utf8CodeUnitCount else { return false }
        return ending.withUTF8Buffer { word.suffix($0.count).elementsEqual($0) }
    }

    private static func isVowel(_ byte: UInt8) -> Bool { "aeiou".utf8.contains(byte) }

    /// Whether each letter is a consonant: not a, e, i, o, u, and y only where no consonant stands before it.
    private static func consonants(_ word: ArraySlice<UInt8>) -> [Bool] {
        var flags: [Bool] = []
        for byte in word {
            if isVowel(byte) {
                flags.append(false)
            } else if byte == UInt8(ascii: "y") {
                flags.append(!(flags.last ?? false))
            } else {
                flags.append(true)
            }
        }
        return flags
    }

    private static func isConsonant(_ word: ArraySlice<UInt8>, _ index: Int) -> Bool { consonants(word)[index] }

    private static func hasVowel(_ word: ArraySlice<UInt8>) -> Bool { consonants(word).contains(false) }

    /// How often a vowel is followed by a consonant.
    private static func measure(_ word: ArraySlice<UInt8>) -> Int {
        let flags = consonants(word)
        return zip(flags, flags.dropFirst()).count { !$0 && $1 }
    }

    private static func endsDoubleConsonant(_ word: [UInt8]) -> Bool {
        let flags = consonants(word[...])
        return word.count >= 2 && word[word.count - 1] == word[word.count - 2] && flags[word.count - 1]
    }

    private static func endsConsonantVowelConsonant(_ word: ArraySlice<UInt8>) -> Bool {
        let flags = consonants(word)
        let n = flags.count
        if n == 2 { return !flags[0] && flags[1] }
        guard n >= 3, flags[n - 3], !flags[n - 2], flags[n - 1], let last = word.last else { return false }
        return !"wxy".utf8.contains(last)
    }
}
