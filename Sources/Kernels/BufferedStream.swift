/// A stream read a block of words ahead: the same draws in the same order, several times faster where they are taken one by one.
///
///     var rows = BufferedStream(RandomStream(seed: 7, purpose: "rows"))
///     let row = rows.integer(below: 100)
///
/// It encodes as the stream at the next word not yet taken.
public struct BufferedStream: Sendable {
    @usableFromInline static let block = 256

    /// The stream after the block.
    @usableFromInline var stream: RandomStream
    @usableFromInline var words: [UInt64] = []
    @usableFromInline var cursor = 0

    /// The draws that the stream would give from here on.
    public init(_ stream: RandomStream) { self.stream = stream }

    /// The stream as if every word so far had been taken from it.
    public var unbuffered: RandomStream {
        var stream = stream
        stream.seek(to: stream.position &- UInt64(words.count - cursor))
        return stream
    }

    @usableFromInline mutating func fill() {
        if words.isEmpty { words = [UInt64](repeating: 0, count: Self.block) }
        words.withUnsafeMutableBufferPointer { stream.bits(into: $0) }
        cursor = 0
    }

    /// The next 64 random bits.
    @inlinable public mutating func bits() -> UInt64 {
        if cursor == words.count { fill() }
        cursor += 1
        return words[cursor - 1]
    }

    /// Uniform on 0..<bound, without bias.
    @inlinable public mutating func integer(below bound: Int) -> Int { boundedInteger(bound) { bits() } }
}

/// Uniform on 0..<bound from random words: a multiplication each, and in at most bound of 2⁶⁴ cases a second word.
///
/// Source: D. Lemire, "Fast random integer generation in an interval" (2019).
@inlinable @inline(__always) func boundedInteger(_ bound: Int, _ bits: () -> UInt64) -> Int {
    precondition(bound > 0, "an integer below \(bound) was asked for")
    let range = UInt64(bound)
    var product = bits().multipliedFullWidth(by: range)
    if product.low < range {
        let excess = (0 &- range) % range
        while product.low < excess { product = bits().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
}

extension BufferedStream: Codable {
    /// Reads a stream.
    public init(from decoder: any Decoder) throws { self.init(try RandomStream(from: decoder)) }

    /// Writes the stream at the next word not yet taken.
    public func encode(to encoder: any Encoder) throws { try unbuffered.encode(to: encoder) }
}
