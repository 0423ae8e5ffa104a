/// Reads a file's header from front to back, and never beyond its end.
struct GGUFCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// How many bytes are left.
    var left: Int { bytes.count - offset }

    /// The next number, little-endian.
    mutating func number<N: FixedWidthInteger>(_ type: N.Type = N.self) throws -> N {
        let place = try take(N.bitWidth / 8)
        return N(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: N.self))
    }

    /// Goes over so many bytes, and says where they begin.
    mutating func take(_ count: Int) throws -> Int {
        guard count >= 0, count <= left else {
            throw LanguageModelError("the model file ends within its header, at byte \(bytes.count)")
        }
        defer { offset += count }
        return offset
    }

    /// Where the next text lies.
    mutating func textRange() throws -> Range<Int> {
        let at = offset
        let length = try number(UInt64.self)
        guard length <= UInt64(left) else {
            throw LanguageModelError("the model file's text at byte \(at) has \(length) bytes, more than the file has left")
        }
        let start = try take(Int(length))
        return start..<start + Int(length)
    }

    /// The next text.
    mutating func text() throws -> String {
        let range = try textRange()
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw LanguageModelError("the model file's text at byte \(range.lowerBound) is not UTF-8")
        }
        return text
    }

    /// The next value of a kind.
    mutating func value(kind: UInt32) throws -> GGUFValue {
        switch kind {
        case 0: return .integer(Int(try number(UInt8.self)))
        case 1: return .integer(Int(try number(Int8.self)))
        case 2: return .integer(Int(try number(UInt16.self)))
        case 3: return .integer(Int(try number(Int16.self)))
        case 4: return .integer(Int(try number(UInt32.self)))
        case 5: return .integer(Int(try number(Int32.self)))
        case 6: return .real(Double(Float(bitPattern: try number(UInt32.self))))
        case 7: return .flag(try number(UInt8.self) != 0)
        case 8: return .text(try text())
        case 9: return .list(try list())
        case 10:
            let value = try number(UInt64.self)
            return Int(exactly: value).map { .integer($0) } ?? .large(value)
        case 11: return .integer(Int(try number(Int64.self)))
        case 12: return .real(Double(bitPattern: try number(UInt64.self)))
        default: throw LanguageModelError("the model file's header has a value of the unknown kind \(kind) at byte \(offset)")
        }
    }

    /// The bytes of an element of a kind; nil for texts, lists and unknown kinds.
    static func width(kind: UInt32) -> Int? {
        switch kind {
        case 0, 1, 7: 1
        case 2, 3: 2
        case 4, 5, 6: 4
        case 10, 11, 12: 8
        default: nil
        }
    }

    private mutating func list() throws -> GGUFList {
        let kind = try number(UInt32.self)
        let count = try number(UInt64.self)
        let start = offset
        // A text takes eight bytes at least, for its length.
        guard let width = kind == 8 ? 8 : Self.width(kind: kind) else {
            throw LanguageModelError("the model file's header has a list of values of kind \(kind) at byte \(start), which is not read")
        }
        guard count <= UInt64(left / width) else {
            throw LanguageModelError("the model file's list at byte \(start) has \(count) elements, more than the file has room for")
        }
        if kind == 8 {
            for _ in 0..<count { _ = try textRange() }
        } else {
            _ = try take(Int(count) * width)
        }
        return GGUFList(kind: kind, count: Int(count), offset: start)
    }
}
