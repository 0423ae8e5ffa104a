/// The 256 characters in which byte-level tokenizers write bytes (GPT-2, 2019): printable ones stand for themselves, the others for
/// U+0100 onwards in their order.
enum ByteAlphabet {
    /// The byte of each character up to U+0143; -1 for characters that are none of the 256.
    static let bytes: [Int16] = {
        var result = [Int16](repeating: -1, count: 0x144)
        var next = 0x100
        for byte in 0..<256 {
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
            result[isPrintable ? byte : next] = Int16(byte)
            next += isPrintable ? 0 : 1
        }
        return result
    }()

    /// The bytes that a token's text stands for, appended; false, with nothing appended, when it is not written in the alphabet.
    static func append(_ text: UnsafeRawBufferPointer.SubSequence, to result: inout [UInt8]) -> Bool {
        let count = result.count
        var i = text.startIndex
        while i < text.endIndex {
            let lead = Int(text[i])
            var scalar = lead
            if lead >= 0x80 {
                // All of the alphabet beyond ASCII takes two bytes of UTF-8.
                guard (0xC2...0xC5).contains(lead), i + 1 < text.endIndex else {
                    result.removeLast(result.count - count)
                    return false
                }
                scalar = (lead & 0x1F) << 6 | Int(text[i + 1]) & 0x3F
                i += 1
            }
            guard scalar < bytes.count, bytes[scalar] >= 0 else {
                result.removeLast(result.count - count)
                return false
            }
            result.append(UInt8(truncatingIfNeeded: bytes[scalar]))
            i += 1
        }
        return true
    }
}
