/// Reads JSON (RFC 8259) and tells where it is broken.
///
/// Numbers become doubles, correctly rounded; objects keep the last of equal names; arrays and objects nest at most 100 deep.
public struct JSONReader {
    /// What is wrong, and at which byte.
    public struct Broken: Error, Hashable {
        /// The byte's place.
        public var offset: Int
        /// What would have been right there.
        public var expected: String
    }

    private let bytes: ArraySlice<UInt8>
    private var at: Int
    private static let deepest = 100

    /// The value of a whole text.
    ///
    /// - Throws: `Broken`.
    public static func parse(_ bytes: ArraySlice<UInt8>) throws -> JSONValue {
        var text = JSONReader(bytes)
        let value = try text.value(depth: 0)
        text.skipSpace()
        guard text.at == bytes.endIndex else { throw text.broken("the end") }
        return value
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// Whether a byte is white space between values.
    public static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
    private func broken(_ expected: String) -> Broken { Broken(offset: at, expected: expected) }
    private var next: UInt8? { at < bytes.endIndex ? bytes[at] : nil }
    private mutating func skipSpace() { while let byte = next, Self.isSpace(byte) { at += 1 } }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        skipSpace()
        guard next == UInt8(ascii: character) else { throw broken("“\(character)”") }
        at += 1
    }

    /// The elements of an array that fills the text, each with its line from 1.
    ///
    /// - Throws: `Broken`.
    public static func elements(of bytes: ArraySlice<UInt8>) throws -> [(line: Int, value: JSONValue)] {
        var text = JSONReader(bytes)
        return try text.elements()
    }

    private mutating func elements() throws -> [(line: Int, value: JSONValue)] {
        var result: [(Int, JSONValue)] = []
        var line = 1
        var seen = bytes.startIndex
        try expect("[")
        skipSpace()
        if next == UInt8(ascii: "]") {
            at += 1
        } else {
            while true {
                skipSpace()
                line += bytes[seen..<at].count { $0 == 0x0A }
                seen = at
                result.append((line, try value(depth: 1)))
                skipSpace()
                if next == UInt8(ascii: ",") { at += 1 } else { break }
            }
            try expect("]")
        }
        skipSpace()
        guard at == bytes.endIndex else { throw broken("the end") }
        return result
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth <= Self.deepest else { throw broken("at most \(Self.deepest) arrays and objects in one another") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["):
            at += 1
            var list: [JSONValue] = []
            skipSpace()
            if next == UInt8(ascii: "]") {
                at += 1
                return .array(list)
            }
            while true {
                list.append(try value(depth: depth + 1))
                skipSpace()
                guard next == UInt8(ascii: ",") else { break }
                at += 1
            }
            guard next == UInt8(ascii: "]") else { throw broken("“,” or “]”") }
            at += 1
            return .array(list)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes[at...].starts(with: word.utf8) else { throw broken("a value") }
        at += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        at += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if next == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw broken("a name in quotes") }
            let name = try string()
            try expect(":")
            members[name] = try value(depth: depth + 1)
            skipSpace()
            guard next == UInt8(ascii: ",") else { break }
            at += 1
        }
        guard next == UInt8(ascii: "}") else { throw broken("“,” or “}”") }
        at += 1
        return .object(members)
    }

    private mutating func number() throws -> Double {
        let start = at
        func isPart(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte) }
        while let byte = next, isPart(byte) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        // Double reads +1 and .5 too, which JSON does not have.
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, (0x30...0x39).contains(first), let number = Double(text), number.isFinite else {
            at = start
            throw broken("a value")
        }
        return number
    }

    private mutating func string() throws -> String {
        at += 1
        var result: [UInt8] = []
        while true {
            guard let byte = next else { throw broken("the string's closing quote") }
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x20:
                at -= 1
                throw broken("no control character in a string")
            default: result.append(byte)
            }
        }
    }

    private mutating func escape(into result: inout [UInt8]) throws {
        guard let byte = next else { throw broken("the string's closing quote") }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), bytes[at...].starts(with: [0x5C, 0x75]) {
                let before = at
                at += 2
                let low = try hexadecimal()
                if (0xDC00..<0xE000).contains(low) { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) } else { at = before }
            }
            // Half a pair stands for nothing by itself.
            result += Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
        default:
            at -= 1
            throw broken("one of the escapes of JSON")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        let digits = bytes[at...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x66 || (0x30...0x39).contains($0) }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw broken("four hexadecimal digits") }
        at += 4
        return code
    }
}
