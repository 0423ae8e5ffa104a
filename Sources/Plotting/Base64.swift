/// Numbers as text, eight bytes each, little-endian, in base64 with the URL-safe alphabet, which JSON need not escape.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// The value of each byte; 255 for those outside; the plain alphabet's `+` and `/` count too.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        table[Int(UInt8(ascii: "+"))] = 62
        table[Int(UInt8(ascii: "/"))] = 63
        return table
    }()

    /// The text for some numbers, without padding.
    static func encode(_ numbers: [Double]) -> String {
        let size = (numbers.count * 8 * 4 + 2) / 3
        return String(unsafeUninitializedCapacity: size) { out in
            var bits: UInt32 = 0
            var held: UInt32 = 0
            var count = 0
            alphabet.withUnsafeBufferPointer { alphabet in
                for number in numbers {
                    var pattern = number.bitPattern
                    for _ in 0..<8 {
                        bits = bits << 8 | UInt32(truncatingIfNeeded: pattern & 0xFF)
                        pattern >>= 8
                        held += 8
                        while held >= 6 {
                            held -= 6
                            out[count] = alphabet[Int(bits >> held & 63)]
                            count += 1
                        }
                    }
                }
                if held > 0 {
                    out[count] = alphabet[Int(bits << (6 - held) & 63)]
                    count += 1
                }
            }
            return count
        }
    }

    /// The numbers of a text; nil when it holds other characters or a broken number.
    static func decode(_ text: String) -> [Double]? {
        var text = text
        return text.withUTF8 { bytes -> [Double]? in
            var end = bytes.count
            while end > 0, bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
            let whole = end * 6 / 8
            guard whole % 8 == 0, (whole * 8 + 5) / 6 == end else { return nil }
            var isValid = true
            let numbers = [Double](unsafeUninitializedCapacity: whole / 8) { out, count in
                var bits: UInt32 = 0
                var held: UInt32 = 0
                var pattern: UInt64 = 0
                var place: UInt64 = 0
                count = 0
                values.withUnsafeBufferPointer { values in
                    for byte in bytes[..<end] {
                        let value = values[Int(byte)]
                        if value == 255 { isValid = false }
                        bits = bits << 6 | UInt32(value & 63)
                        held += 6
                        guard held >= 8 else { continue }
                        held -= 8
                        pattern |= UInt64(bits >> held & 0xFF) << (8 * place)
                        place += 1
                        if place == 8 {
                            out[count] = Double(bitPattern: pattern)
                            count += 1
                            pattern = 0
                            place = 0
                        }
                    }
                }
            }
            return isValid ? numbers : nil
        }
    }
}
