/// Walks through delimited text record by record: quoting as RFC 4180, line ends LF, CRLF or CR, blank lines skipped.
///
/// Knows bytes and lines only; what the fields mean is `DataTable`'s affair.
struct DelimitedScanner {
    /// Where a field's content stands: without surrounding blanks, and without its quotes when it has them.
    struct Field {
        var start: Int
        var end: Int
        /// Whether it stood in quotes; then an empty field is an empty text, not a missing one.
        var isQuoted: Bool
        /// Whether it holds doubled quotes that stand for one.
        var hasEscapes: Bool
    }

    /// What a record can be refused for.
    enum Fault: Error {
        case unclosedQuote(line: Int)
        case textAfterQuote(line: Int, field: Int)
    }

    let bytes: UnsafeBufferPointer<UInt8>
    let separator: UInt8
    /// The next byte to read.
    private(set) var position: Int
    /// The line of the next byte, from 1.
    private(set) var line = 1
    /// The line on which the last record began.
    private(set) var recordLine = 1

    init(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        // A byte order mark is no content.
        position = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    }

    /// Reads the next record into `fields`; false at the end of the text.
    mutating func next(into fields: inout [Field]) throws(Fault) -> Bool {
        fields.removeAll(keepingCapacity: true)
        let count = bytes.count
        skipBlankLines()
        guard position < count else { return false }
        recordLine = line
        while true {
            var start = position
            while start < count, isBlank(bytes[start]) { start += 1 }
            if start < count, bytes[start] == 0x22 {
                try fields.append(quoted(from: start + 1, field: fields.count + 1))
            } else {
                var end = start
                while end < count {
                    let byte = bytes[end]
                    if byte == separator || byte == 0x0A || byte == 0x0D { break }
                    end += 1
                }
                position = end
                while end > start, isBlank(bytes[end - 1]) { end -= 1 }
                fields.append(Field(start: start, end: end, isQuoted: false, hasEscapes: false))
            }
            guard position < count else { return true }
            if bytes[position] == separator {
                position += 1
                continue
            }
            endLine()
            return true
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte == 0x09 && separator != 0x09) }

    /// Passes the line end at `position`.
    private mutating func endLine() {
        if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
        position += 1
        line += 1
    }

    private mutating func skipBlankLines() {
        while position < bytes.count {
            var place = position
            while place < bytes.count, isBlank(bytes[place]) { place += 1 }
            guard place < bytes.count else {
                position = place
                return
            }
            guard bytes[place] == 0x0A || bytes[place] == 0x0D else { return }
            position = place
            endLine()
        }
    }

    /// The field whose opening quote stands just before `start`; leaves `position` on the separator, line end or end of text after it.
    private mutating func quoted(from start: Int, field: Int) throws(Fault) -> Field {
        let count = bytes.count
        let opened = line
        var place = start
        var hasEscapes = false
        while place < count {
            let byte = bytes[place]
            if byte == 0x22 {
                guard place + 1 < count, bytes[place + 1] == 0x22 else { break }
                hasEscapes = true
                place += 1
            } else if byte == 0x0A || (byte == 0x0D && !(place + 1 < count && bytes[place + 1] == 0x0A)) {
                line += 1
            }
            place += 1
        }
        guard place < count else { throw .unclosedQuote(line: opened) }
        let end = place
        place += 1
        while place < count, isBlank(bytes[place]) { place += 1 }
        if place < count, bytes[place] != separator, bytes[place] != 0x0A, bytes[place] != 0x0D {
            throw .textAfterQuote(line: line, field: field)
        }
        position = place
        return Field(start: start, end: end, isQuoted: true, hasEscapes: hasEscapes)
    }

    /// A field's text, doubled quotes made single; nil when its bytes are not UTF-8.
    func text(_ field: Field) -> String? {
        let slice = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
        guard field.hasEscapes else { return String(validating: slice, as: UTF8.self) }
        var content: [UInt8] = []
        content.reserveCapacity(slice.count)
        var skips = false
        for byte in slice {
            if byte == 0x22, !skips {
                skips = true
                continue
            }
            skips = false
            content.append(byte)
        }
        return String(validating: content, as: UTF8.self)
    }

    /// A field's number, or nil when it is none.
    func number(_ field: Field) -> Double? {
        DecimalNumber.parse(UnsafeBufferPointer(rebasing: bytes[field.start..<field.end]))
    }

    /// Whether a field says that a number is not known: empty, or NA, N/A, NaN, null, None, ? in any case.
    func isMissing(_ field: Field) -> Bool {
        let length = field.end - field.start
        if length == 0 { return true }
        if length == 1 { return bytes[field.start] == 0x3F }
        guard length <= 4 else { return false }
        let word = String(decoding: UnsafeBufferPointer(rebasing: bytes[field.start..<field.end]), as: UTF8.self).lowercased()
        return word == "na" || word == "n/a" || word == "nan" || word == "null" || word == "none"
    }
}
