/// The words that retrieval goes by: runs of a-z and 0-9 after lower-casing, as numbers.
///
/// The same words as `Rouge.tokens` gives, without making a string of each.
enum SearchWords {
    /// Calls `found` with each word's bytes, in order.
    static func each(_ text: String, _ found: (ArraySlice<UInt8>) -> Void) {
        var text = text
        let isPlain = text.withUTF8 { bytes -> Bool in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return false }
            let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            var start: Int?
            for (at, byte) in lower.enumerated() {
                let isPart = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                if isPart, start == nil { start = at }
                if !isPart, let from = start {
                    found(lower[from..<at])
                    start = nil
                }
            }
            if let from = start { found(lower[from...]) }
            return true
        }
        // Letters beyond ASCII end a word, apart from the few that have ASCII letters as their lower-case forms.
        if !isPlain { for word in Rouge.tokens(text) { found(Array(word.utf8)[...]) } }
    }

    /// A word as one number, by which it is known: FNV-1a of 64 bits.
    ///
    /// Two of a million words share one with a probability of 3 in 10⁸.
    static func number(_ word: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in word { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// The hash that scikit-learn's vectorizer uses: MurmurHash3 of 32 bits with seed 0 (Austin Appleby, public domain).
    static func murmur(_ word: ArraySlice<UInt8>) -> UInt32 {
        let (c1, c2): (UInt32, UInt32) = (0xCC9E_2D51, 0x1B87_3593)
        func rotated(_ x: UInt32, _ by: UInt32) -> UInt32 { x << by | x >> (32 - by) }
        var hash: UInt32 = 0
        let bytes = word.startIndex
        let whole = word.count / 4
        for block in 0..<whole {
            let at = bytes + 4 * block
            var k = UInt32(word[at]) | UInt32(word[at + 1]) << 8 | UInt32(word[at + 2]) << 16 | UInt32(word[at + 3]) << 24
            k = rotated(k &* c1, 15) &* c2
            hash = rotated(hash ^ k, 13) &* 5 &+ 0xE654_6B64
        }
        var k: UInt32 = 0
        for (place, byte) in word[(bytes + 4 * whole)...].enumerated() { k |= UInt32(byte) << UInt32(8 * place) }
        if word.count % 4 != 0 { hash ^= rotated(k &* c1, 15) &* c2 }
        hash ^= UInt32(truncatingIfNeeded: word.count)
        hash = (hash ^ hash >> 16) &* 0x85EB_CA6B
        hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
        return hash ^ hash >> 16
    }
}
