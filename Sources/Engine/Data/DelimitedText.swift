/// Reads tables from text with separators: CSV as RFC 4180 has it, and its common relatives.
///
///     let table = try DelimitedText.parse(bytes, name: "predictions.csv")
///     let scores = try table.numbers("score")        // [Double]
///     let labels = try table.texts("label")          // dictionary-encoded
///
/// UTF-8 with or without byte order mark; separator comma, semicolon or tab; LF, CRLF or CR; quoted fields with doubled quotes and line
/// ends in them; blanks around unquoted fields do not count; blank lines are skipped; the first record is a header when it looks like one.
/// Everything else is refused in a sentence with file and line.
public enum DelimitedText {
    /// Whether the first record names the columns.
    public enum Header: Sendable, Hashable {
        /// When its cells look like names; see `DelimitedText.looksLikeHeader`.
        case detected
        /// Always.
        case present
        /// Never: the columns are called column1, column2, …
        case absent
    }

    /// The table in the bytes of a file.
    ///
    /// One pass checks the structure and reads every column that consists of numbers; columns of text are read when asked for.
    /// A million rows of five columns take about a quarter of a second.
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - name: the file's name, for messages.
    ///   - separator: the byte between fields; found from the first lines when nil.
    ///   - header: whether the first record names the columns.
    /// - Throws: `UserError` for content that is empty, binary or not UTF-8, for ragged rows, unclosed quotes, duplicate column names,
    ///   and a header without rows; each with file and line.
    public static func parse(_ bytes: [UInt8], name: String, separator: UInt8? = nil, header: Header = .detected) throws -> DataTable {
        try checkText(bytes, name: name)
        let separator = separator ?? detectSeparator(bytes)
        return try DataTable(bytes, name: name, separator: separator, header: header)
    }

    /// Refuses what is not text, telling the usual suspects by name.
    private static func checkText(_ bytes: [UInt8], name: String) throws {
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            throw UserError("\(name) is empty; expected a table with a header and rows")
        }
        let kinds: [([UInt8], String)] = [
            ([0x50, 0x4B, 3, 4], "a zip archive or spreadsheet (.xlsx); export the sheet as CSV"),
            ([0x1F, 0x8B], "gzip-compressed; decompress it first"),
            ([0xFF, 0xFE], "UTF-16 text; save it as UTF-8"), ([0xFE, 0xFF], "UTF-16 text; save it as UTF-8"),
            ([0x89, 0x50, 0x4E, 0x47], "a PNG image; expected CSV text"), ([0x50, 0x41, 0x52, 0x31], "a Parquet file; export it as CSV"),
            ([0x25, 0x50, 0x44, 0x46], "a PDF; expected CSV text"),
        ]
        for (magic, kind) in kinds where bytes.starts(with: magic) { throw UserError("\(name) is \(kind)") }
        var line = 1
        for byte in bytes.prefix(65_536) {
            if byte == 0x0A { line += 1 }
            if byte < 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 || byte == 0x7F {
                throw UserError(
                    "\(name), line \(line): byte 0x\(String(byte, radix: 16)) is not text; expected a CSV file, this looks binary")
            }
        }
    }

    /// The candidate that splits the first records most consistently; among those, into the most fields.
    static func detectSeparator(_ bytes: [UInt8]) -> UInt8 {
        bytes.withUnsafeBufferPointer { bytes in
            var best: (separator: UInt8, isConsistent: Bool, fields: Int) = (0x2C, false, 1)
            for separator: UInt8 in [0x2C, 0x3B, 0x09] {
                var scanner = DelimitedScanner(bytes, separator: separator)
                var fields: [DelimitedScanner.Field] = []
                var counts: [Int] = []
                while counts.count < 20, (try? scanner.next(into: &fields)) == true { counts.append(fields.count) }
                guard let first = counts.first, first > 1 else { continue }
                let isConsistent = counts.allSatisfy { $0 == first }
                if (isConsistent && !best.isConsistent) || (isConsistent == best.isConsistent && first > best.fields) {
                    best = (separator, isConsistent, first)
                }
            }
            return best.separator
        }
    }

    /// Whether a first record names the columns, judged beside the second.
    ///
    /// It does when no cell of it is a number; when some cell is not a number while the one below is; or when its numbers just count the
    /// classes (`id,label,0,1,2`).
    static func looksLikeHeader(_ first: [Double?], _ second: [Double?]?) -> Bool {
        let numbers = first.compactMap { $0 }
        if numbers.isEmpty { return true }
        if numbers.count == first.count { return false }
        if let second, zip(first, second).contains(where: { $0 == nil && $1 != nil }) { return true }
        let start = numbers[0]
        return numbers.count > 1 && (start == 0 || start == 1) && numbers.enumerated().allSatisfy { $1 == start + Double($0) }
    }
}
