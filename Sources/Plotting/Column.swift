/// A column of numbers that only grows, in chunks that copies share, so that a checkpoint costs pointers and not numbers.
///
/// Extremes of any stretch come from a pyramid with a fan-out of 32 that grows with the column: O(log n), NaN left out.
/// Two columns are equal when their numbers have equal bits, so NaN equals itself and -0 differs from 0.
public struct Column: Sendable {
    /// The full chunks.
    private(set) var chunks: [Chunk] = []
    /// The numbers after them, fewer than a chunk holds.
    private var tail: [Double] = []
    /// Above the chunks: level l holds the extremes of each full group of 32^(l+1) chunks.
    private var levels: [[Extremes]] = []

    /// An empty column.
    public init() {}

    /// A column of the given numbers.
    public init(_ values: some Sequence<Double>) { append(contentsOf: values) }

    /// How many numbers it holds.
    public var count: Int { chunks.count * Chunk.capacity + tail.count }

    /// Whether it holds none.
    public var isEmpty: Bool { chunks.isEmpty && tail.isEmpty }

    /// The last number; nil when empty.
    public var last: Double? { tail.last ?? chunks.last?.values.last }

    /// The number at a place in `0..<count`.
    public subscript(index: Int) -> Double {
        let chunk = index >> 10
        return chunk < chunks.count
            ? chunks[chunk].values[index & (Chunk.capacity - 1)] : tail[index - chunks.count << 10]
    }

    /// Adds a number at the end.
    ///
    /// O(1) amortised.
    public mutating func append(_ value: Double) {
        tail.append(value)
        if tail.count == Chunk.capacity { seal() }
    }

    /// Adds numbers at the end.
    public mutating func append(contentsOf values: some Sequence<Double>) {
        let isDone: Void? = values.withContiguousStorageIfAvailable { buffer in
            var index = 0
            while index < buffer.count {
                let take = min(Chunk.capacity - tail.count, buffer.count - index)
                tail.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[index..<(index + take)]))
                index += take
                if tail.count == Chunk.capacity { seal() }
            }
        }
        if isDone == nil { for value in values { append(value) } }
    }

    /// Makes a chunk of the full tail and adds it to the pyramid.
    private mutating func seal() {
        // A constant stretch, as step sizes are after warm-up, takes one chunk for all.
        if let last = chunks.last, Self.same(last.values, tail) { chunks.append(last) } else { chunks.append(Chunk(tail)) }
        tail = []
        tail.reserveCapacity(Chunk.capacity)
        var level = 0
        var below = chunks.count
        while below % 32 == 0 {
            var group = Extremes()
            for index in (below - 32)..<below {
                group.take(level == 0 ? chunks[index].extremes : levels[level - 1][index])
            }
            if level == levels.count { levels.append([]) }
            levels[level].append(group)
            below = levels[level].count
            level += 1
        }
    }

    /// All numbers as an array.
    ///
    /// O(count).
    public var array: [Double] {
        var result: [Double] = []
        result.reserveCapacity(count)
        for chunk in chunks { result.append(contentsOf: chunk.values) }
        result.append(contentsOf: tail)
        return result
    }

    /// The extremes of a stretch, NaN left out.
    ///
    /// O(log count).
    func extremes(in range: Range<Int>) -> Extremes {
        var result = Extremes()
        let full = chunks.count << 10
        var index = range.lowerBound
        let end = min(range.upperBound, full)
        while index < end {
            let chunk = index >> 10
            let next = (chunk + 1) << 10
            if index & 1023 != 0 || next > end {
                let stop = min(next, end)
                result.take(chunks[chunk].extremes(in: (index & 1023)..<((stop - 1) & 1023 + 1)))
                index = stop
                continue
            }
            // The largest group that starts here and ends in the stretch.
            var level = -1
            var size = 1
            while chunk % (size * 32) == 0, (chunk + size * 32) << 10 <= end, level + 1 < levels.count {
                level += 1
                size *= 32
            }
            result.take(level < 0 ? chunks[chunk].extremes : levels[level][chunk / size])
            index += size << 10
        }
        if range.upperBound > full {
            for place in max(0, range.lowerBound - full)..<(range.upperBound - full) {
                result.take(tail[place])
            }
        }
        return result
    }

    /// The least and greatest finite numbers; nil when there is none.
    ///
    /// With `isPositive`, of those above zero.
    ///
    /// O(log count) unless infinities (or numbers <= 0, when positive ones are asked for) hide among the others.
    public func finiteRange(isPositive: Bool = false) -> ClosedRange<Double>? {
        var result = Extremes()
        let floor = isPositive ? 0 : -Double.infinity
        func isPure(_ part: Extremes) -> Bool { part.low > floor && part.high < .infinity }
        func isVoid(_ part: Extremes) -> Bool {
            part.low > part.high || part.high <= floor || (part.low == part.high && part.low.isInfinite)
        }
        func take(_ value: Double) {
            if value > floor, value < .infinity { result.take(value) }
        }
        let whole = extremes(in: 0..<count)
        if isVoid(whole) { return nil }
        if isPure(whole) { return whole.low...whole.high }
        for chunk in chunks where !isVoid(chunk.extremes) {
            if isPure(chunk.extremes) {
                result.take(chunk.extremes)
                continue
            }
            for block in 0..<(Chunk.capacity / Chunk.block) {
                let part = chunk.extremes(ofBlock: block)
                if isVoid(part) { continue }
                if isPure(part) {
                    result.take(part)
                } else {
                    for value in chunk.values[(block * Chunk.block)..<((block + 1) * Chunk.block)] {
                        take(value)
                    }
                }
            }
        }
        for value in tail { take(value) }
        return result.low <= result.high ? result.low...result.high : nil
    }

    /// The first place in a column that does not decrease whose number is >= the value; `count` when none is.
    ///
    /// O(log count), and less from a start nearby: the chunk by its greatest number, then within it.
    ///
    /// - Parameter start: a place known not to lie behind the one looked for.
    func lowerBound(_ value: Double, from start: Int = 0) -> Int {
        var low = min(start >> 10, chunks.count)
        var high = low
        var stride = 1
        // Doubling strides first: from a good start the place is a chunk or two away.
        while high < chunks.count, chunks[high].extremes.high < value {
            low = high + 1
            high += stride
            stride *= 2
        }
        high = min(high, chunks.count)
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle].extremes.high < value { low = middle + 1 } else { high = middle }
        }
        return low << 10 + Self.lowerBound(value, in: low < chunks.count ? chunks[low].values : tail)
    }

    private static func lowerBound(_ value: Double, in values: [Double]) -> Int {
        values.withUnsafeBufferPointer { values in
            var low = 0
            var high = values.count
            while low < high {
                let middle = (low + high) / 2
                if values[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

extension Column: Hashable {
    /// Whether the numbers have equal bits; chunks that both share are not looked at.
    public static func == (a: Column, b: Column) -> Bool {
        guard a.count == b.count, same(a.tail, b.tail) else { return false }
        return zip(a.chunks, b.chunks).allSatisfy { $0 === $1 || same($0.values, $1.values) }
    }

    private static func same(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
    }

    /// Feeds the count and the last numbers, which are enough to tell growing columns apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for value in tail.suffix(8) { hasher.combine(value.bitPattern) }
        if let last = chunks.last?.values.last { hasher.combine(last.bitPattern) }
    }
}

extension Column: Codable {
    /// Writes one string: base64 (RFC 4648, the URL-safe alphabet) of the numbers' little-endian bytes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64.encode(array))
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let values = Base64.decode(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a column of numbers is not whole base64 of 8-byte numbers"
            )
        }
        self.init(values)
    }
}
