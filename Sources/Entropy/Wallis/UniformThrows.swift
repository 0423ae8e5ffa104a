import Kernels

/// Throws of N quanta, each falling on any of m outcomes with the same probability; throw t is the same whoever asks for it, and when.
///
/// A random word is a fraction whose digits to base m are the outcomes. Several digits are read at once: a multiplication by their
/// radix moves them above the point, where they index a table of their sums. What remains of the word tells whether it must be drawn
/// again for the digits to be exactly uniform (Lemire 2019, "Fast random integer generation in an interval", for the product of all
/// radices). For quanta by the hundred for each outcome, each outcome takes a binomial share instead.
struct UniformThrows: Sendable {
    private let scores: [Double]
    private let quanta: Int
    private let stream: RandomStream
    private let spare: RandomStream
    /// How many digits are read at once, and how many in the last read of a throw; 0 digits when binomial.
    private let digits: Int
    private let restDigits: Int
    /// The sums of scores by the value of the digits.
    private let table: [Double]
    private let restTable: [Double]
    /// Full reads of a throw, and of a word.
    private let reads: Int
    private let readsPerWord: Int
    /// Words of a throw.
    private let words: Int
    /// The remainder below which a word is drawn again: of all words but the last, and of the last.
    private let threshold: UInt64
    private let lastThreshold: UInt64

    /// The throws of a seed.
    init(scores: [Double], quanta: Int, seed: UInt64) {
        self.scores = scores
        self.quanta = quanta
        stream = RandomStream(seed: seed, purpose: "wallis throws")
        spare = RandomStream(seed: seed, purpose: "wallis words again")
        let m = scores.count
        guard quanta <= 128 * m else {
            (digits, restDigits, table, restTable, reads, readsPerWord) = (0, 0, [], [], 0, 0)
            (words, threshold, lastThreshold) = (64 * m, 0, 0)
            return
        }
        var (digits, radix) = (1, m)
        while digits < min(8, quanta), radix * m <= 2048 { (digits, radix) = (digits + 1, radix * m) }
        var (perWord, product) = (1, radix)
        while perWord < 8, product <= (1 << 60) / radix { (perWord, product) = (perWord + 1, product * radix) }
        self.digits = digits
        restDigits = quanta % digits
        reads = quanta / digits
        readsPerWord = perWord
        table = Self.sums(scores, digits)
        restTable = restDigits > 0 ? Self.sums(scores, restDigits) : []
        let allReads = reads + (restDigits > 0 ? 1 : 0)
        words = (allReads + perWord - 1) / perWord
        threshold = Self.excess(UInt64(product))
        var last: UInt64 = 1
        for read in (words - 1) * perWord..<allReads { last *= UInt64(read < reads ? table.count : restTable.count) }
        lastThreshold = Self.excess(last)
    }

    /// 2⁶⁴ modulo the number.
    private static func excess(_ number: UInt64) -> UInt64 { (0 &- number) % number }

    private static func sums(_ scores: [Double], _ digits: Int) -> [Double] {
        var sums = [0.0]
        for _ in 0..<digits { sums = sums.flatMap { sum in scores.map { sum + $0 } } }
        return sums
    }

    /// Makes the throws `first..<first + count` and gives the index and sum of those whose sum lies in the window, in order.
    func kept(from first: Int, count: Int, window: ClosedRange<Double>, _ found: (Int) -> Void) {
        guard digits > 0 else {
            for index in first..<first + count {
                var sum = 0.0
                for (number, score) in zip(counts(of: index), scores) { sum += Double(number) * score }
                if window.contains(sum) { found(index) }
            }
            return
        }
        var stream = stream
        let batch = max(1, 4096 / words)
        var start = first
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: batch * words) { buffer in
            table.withUnsafeBufferPointer { table in
                restTable.withUnsafeBufferPointer { restTable in
                    while start < first + count {
                        let size = min(batch, first + count - start)
                        stream.seek(to: UInt64(start) &* UInt64(words))
                        stream.bits(into: UnsafeMutableBufferPointer(rebasing: buffer[0..<size * words]))
                        scan(buffer, start, size, table, restTable, window, found)
                        start += size
                    }
                }
            }
        }
    }

    @inline(__always) private func scan(
        _ buffer: UnsafeMutableBufferPointer<UInt64>, _ start: Int, _ size: Int, _ table: UnsafeBufferPointer<Double>,
        _ restTable: UnsafeBufferPointer<Double>, _ window: ClosedRange<Double>, _ found: (Int) -> Void
    ) {
        let radix = UInt64(table.count)
        let (low, high) = (window.lowerBound, window.upperBound)
        let lastReads = reads - (words - 1) * readsPerWord
        var place = 0
        for throwIndex in start..<start + size {
            var sum = 0.0
            var word = 0
            while word < words {
                let isLast = word == words - 1
                var left = buffer[place]
                var part = 0.0
                var read = isLast ? lastReads : readsPerWord
                while read > 0 {
                    let product = left.multipliedFullWidth(by: radix)
                    part += table[Int(truncatingIfNeeded: product.high)]
                    left = product.low
                    read &-= 1
                }
                if isLast, !restTable.isEmpty {
                    let product = left.multipliedFullWidth(by: UInt64(restTable.count))
                    part += restTable[Int(truncatingIfNeeded: product.high)]
                    left = product.low
                }
                if left < (isLast ? lastThreshold : threshold) {
                    part = 0
                    for (outcome, number) in counts(ofWord: word, of: throwIndex).enumerated() { part += Double(number) * scores[outcome] }
                }
                sum += part
                place &+= 1
                word &+= 1
            }
            if sum >= low && sum <= high { found(throwIndex) }
        }
    }

    /// How many quanta fell on each outcome in a throw.
    func counts(of index: Int) -> [Int] {
        guard digits > 0 else {
            var stream = stream
            stream.seek(to: UInt64(index) &* UInt64(words))
            return stream.multinomial(trials: quanta, probabilities: [Double](repeating: 1, count: scores.count))
        }
        var all = [Int](repeating: 0, count: scores.count)
        for word in 0..<words { for (i, n) in counts(ofWord: word, of: index).enumerated() { all[i] += n } }
        return all
    }

    /// How many quanta one word of a throw puts on each outcome.
    private func counts(ofWord word: Int, of index: Int) -> [Int] {
        let position = UInt64(index) &* UInt64(words) &+ UInt64(word)
        let isLast = word == words - 1
        var sizes = [Int](repeating: digits, count: isLast ? reads - (words - 1) * readsPerWord : readsPerWord)
        if isLast, restDigits > 0 { sizes.append(restDigits) }
        var (stream, spare) = (stream, spare)
        stream.seek(to: position)
        spare.seek(to: position &* 64)
        var drawn = stream.bits()
        while true {
            var left = drawn
            var counts = [Int](repeating: 0, count: scores.count)
            for size in sizes {
                let product = left.multipliedFullWidth(by: UInt64(size == digits ? table.count : restTable.count))
                left = product.low
                var value = Int(product.high)
                for _ in 0..<size {
                    counts[value % scores.count] += 1
                    value /= scores.count
                }
            }
            if left >= (isLast ? lastThreshold : threshold) { return counts }
            drawn = spare.bits()
        }
    }
}
