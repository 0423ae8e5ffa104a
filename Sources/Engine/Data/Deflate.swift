import CZlib

/// Compression and line checksums by zlib.
enum Deflate {
    /// The CRC-32 of the bytes as eight hexadecimal digits.
    static func checksum(_ bytes: some Collection<UInt8>) -> String {
        let array = Array(bytes)
        let sum = array.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        let digits = String(UInt32(truncatingIfNeeded: sum), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The bytes in zlib's format.
    static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
        var size = compressBound(UInt(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(size))
        guard compress2(&output, &size, bytes, UInt(bytes.count), 6) == Z_OK else { throw UserError("zlib could not compress an input") }
        output.removeLast(output.count - Int(size))
        return output
    }

    /// The bytes that `compressed` was given.
    ///
    /// - Throws: `UserError` when the data are damaged or not `count` bytes long.
    static func expanded(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
        guard count >= 0, count <= 1 << 31 else { throw UserError("an embedded input claims \(count) bytes") }
        var size = UInt(count)
        var output = [UInt8](repeating: 0, count: max(1, count))
        guard uncompress(&output, &size, bytes, UInt(bytes.count)) == Z_OK, Int(size) == count else {
            throw UserError("an embedded input is damaged: its compressed bytes cannot be read")
        }
        output.removeLast(output.count - count)
        return output
    }
}
