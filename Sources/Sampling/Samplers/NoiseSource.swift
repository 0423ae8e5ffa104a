import Kernels

/// Standard normal numbers of a stream, made a block at a time and used one after another, whatever the slices of a run.
struct NoiseSource: Sendable, Codable {
    private let block: Int
    /// The stream as it was before the block was made.
    private var before: RandomStream
    private var after: RandomStream
    private var values: [Double]
    private var cursor: Int

    /// A source that lends up to `most` numbers at once.
    init(seed: UInt64, purpose: String, chain: Int, most: Int) {
        block = max(512, most)
        before = RandomStream(seed: seed, purpose: purpose, chain: chain)
        after = before
        values = []
        cursor = 0
    }

    private mutating func fill() {
        before = after
        if values.isEmpty { values = [Double](repeating: 0, count: block) }
        after.normals(into: &values)
        cursor = 0
    }

    /// Lends the next `count` numbers, at most a block's.
    @inline(__always)
    mutating func next(_ count: Int, _ body: (UnsafePointer<Double>) -> Void) {
        if cursor + count > values.count { fill() }
        values.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base + cursor) } }
        cursor += count
    }

    /// The next number.
    mutating func next() -> Double {
        if cursor >= values.count { fill() }
        cursor += 1
        return values[cursor - 1]
    }

    private enum Key: String, CodingKey { case stream, cursor, block }

    /// Only the stream and the place in its block are kept; the block is made again.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(block, forKey: .block)
        try container.encode(before, forKey: .stream)
        try container.encode(values.isEmpty ? -1 : cursor, forKey: .cursor)
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        block = max(1, try container.decode(Int.self, forKey: .block))
        before = try container.decode(RandomStream.self, forKey: .stream)
        after = before
        values = []
        cursor = 0
        let place = try container.decode(Int.self, forKey: .cursor)
        guard place >= 0 else { return }
        fill()
        cursor = min(place, block)
    }
}
