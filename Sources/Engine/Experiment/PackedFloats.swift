import Foundation

/// Many single-precision numbers, encoded as base64 of their little-endian bits, or of the zlib compression of these where it is shorter:
/// a tenth of what a list in JSON takes.
public struct PackedFloats: Sendable, Hashable, Codable {
    /// The numbers.
    public var values: [Float]

    /// Numbers.
    public init(_ values: [Float] = []) { self.values = values }

    private enum CodingKeys: String, CodingKey { case count, data, compression }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let count = try container.decode(Int.self, forKey: .count)
        let text = try container.decode(String.self, forKey: .data)
        func broken(_ sentence: String) -> DecodingError {
            DecodingError.dataCorruptedError(forKey: .data, in: container, debugDescription: sentence)
        }
        guard (0...1 << 28).contains(count), let packed = Data(base64Encoded: text) else { throw broken("no base64 of \(count) numbers") }
        var bytes = Array(packed)
        switch try container.decodeIfPresent(String.self, forKey: .compression) {
        case nil: break
        case "zlib": bytes = try Deflate.expanded(bytes, count: 4 * count)
        default: throw broken("an unknown compression")
        }
        guard bytes.count == 4 * count else { throw broken("\(bytes.count) bytes for \(count) numbers") }
        values = (0..<count).map { i in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * i + $1]) << UInt32(8 * $1) }
            return Float(bitPattern: bits)
        }
    }

    /// Writes the count and the packed bits.
    public func encode(to encoder: any Encoder) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        for value in values { for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * shift))) } }
        let packed = bytes.count > 256 ? try Deflate.compressed(bytes) : bytes
        let isShorter = packed.count < bytes.count
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(values.count, forKey: .count)
        try container.encode(Data(isShorter ? packed : bytes).base64EncodedString(), forKey: .data)
        if isShorter { try container.encode("zlib", forKey: .compression) }
    }
}
