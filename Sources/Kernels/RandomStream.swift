import CKernels

/// A counter-based stream of random numbers: the same for the same (seed, purpose, chain) on every machine.
///
///     var noise = RandomStream(seed: 7, purpose: "noise", chain: 2)
///     let step = 0.1 * noise.normal()
///
/// Word n of a stream is half a block of Philox 4x32-10 (Salmon et al. 2011) with the seed as key and the counter
/// (n/2: 64 bits, chain: 32 bits, hash of the purpose: 32 bits). Streams of one seed do not overlap unless two purposes share
/// a 32-bit hash. `bits`, `uniform`, `normal` and `exponential` take one word each, so the position tells the draw; the other draws take as many as they need.
/// A copy is a branch; it encodes as three integers.
public struct RandomStream: Sendable {
    @usableFromInline let key: UInt64
    @usableFromInline let lane: UInt64
    @usableFromInline var next: UInt64 = 0
    /// The second word of the block, when the position is odd.
    @usableFromInline var second: UInt64 = 0

    /// A stream of its own for each combination of the three; chains are told apart modulo 2³².
    public init(seed: UInt64, purpose: String, chain: Int = 0) {
        // FNV-1a, then Murmur's finalizer: short names that differ in one letter end up apart.
        var hash: UInt32 = 0x811C_9DC5
        for byte in purpose.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        hash = (hash ^ (hash >> 16)) &* 0x85EB_CA6B
        hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE35
        hash ^= hash >> 16
        self.init(key: seed, lane: UInt64(UInt32(truncatingIfNeeded: chain)) | UInt64(hash) << 32, position: 0)
    }

    init(key: UInt64, lane: UInt64, position: UInt64) {
        self.key = key
        self.lane = lane
        seek(to: position)
    }

    /// How many words have been taken.
    @inlinable public var position: UInt64 { next }

    /// Goes to any position, in the same short time.
    public mutating func seek(to position: UInt64) {
        next = position
        if position & 1 == 1 { second = wb_philox(key, position >> 1, lane).second }
    }

    /// The next 64 random bits.
    @inlinable public mutating func bits() -> UInt64 {
        let position = next
        next = position &+ 1
        if position & 1 == 1 { return second }
        let words = wb_philox(key, position >> 1, lane)
        second = words.second
        return words.first
    }

    /// Uniform on (0, 1), never 0 or 1: the midpoint of one of 2⁵² equal cells.
    @inlinable public mutating func uniform() -> Double { wb_uniform(bits()) }

    /// Standard normal: the quantile of one uniform number, so |z| < 8.21.
    @inlinable public mutating func normal() -> Double { wb_normal_quantile(uniform()) }

    /// Exponential with rate 1.
    @inlinable public mutating func exponential() -> Double { -wb_log(uniform()) }

    /// Fills the buffer with what as many calls of `bits` would give.
    public mutating func bits(into buffer: UnsafeMutableBufferPointer<UInt64>) {
        Vector.path.random_bits(key, lane, next, buffer.baseAddress, buffer.count)
        seek(to: next &+ UInt64(buffer.count))
    }

    /// Fills the buffer with what as many calls of `uniform` would give, several times faster.
    public mutating func uniforms(into buffer: UnsafeMutableBufferPointer<Double>) {
        Vector.path.random_uniforms(key, lane, next, buffer.baseAddress, buffer.count)
        seek(to: next &+ UInt64(buffer.count))
    }

    /// Fills the buffer with what as many calls of `normal` would give, several times faster.
    public mutating func normals(into buffer: UnsafeMutableBufferPointer<Double>) {
        Vector.path.random_normals(key, lane, next, buffer.baseAddress, buffer.count)
        seek(to: next &+ UInt64(buffer.count))
    }

    /// Fills the array with what as many calls of `normal` would give.
    public mutating func normals(into array: inout [Double]) { array.withUnsafeMutableBufferPointer { normals(into: $0) } }
    /// Fills the array with what as many calls of `uniform` would give.
    public mutating func uniforms(into array: inout [Double]) { array.withUnsafeMutableBufferPointer { uniforms(into: $0) } }

    /// What `count` calls of `normal` would give.
    public mutating func normals(count: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, written in
            normals(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            written = count
        }
    }
    /// What `count` calls of `uniform` would give.
    public mutating func uniforms(count: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, written in
            uniforms(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            written = count
        }
    }
}

extension RandomStream: Hashable {
    /// Whether the two give the same numbers from here on.
    public static func == (a: RandomStream, b: RandomStream) -> Bool { a.key == b.key && a.lane == b.lane && a.next == b.next }

    /// Feeds key, lane and position.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(lane)
        hasher.combine(next)
    }
}

extension RandomStream: Codable {
    /// From what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        let key = try list.decode(UInt64.self)
        let lane = try list.decode(UInt64.self)
        self.init(key: key, lane: lane, position: try list.decode(UInt64.self))
    }

    /// Writes key, lane and position.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(key)
        try list.encode(lane)
        try list.encode(next)
    }
}
