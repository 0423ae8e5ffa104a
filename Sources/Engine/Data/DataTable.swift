/// A table read from delimited text: named columns of equal length, each of numbers or of text.
///
/// Holds the bytes it was read from (shared, not copied), so that any cell can still be shown as it was written.
public struct DataTable: Sendable {
    /// What a column consists of.
    public enum Kind: Sendable, Hashable {
        /// Numbers, and cells that say that a number is missing.
        case number
        /// Text: at least one cell is neither a number nor missing.
        case text
        /// Missing cells only.
        case empty
    }

    /// The file's name, for messages.
    public let name: String
    /// The columns' names in their order; `column1`, `column2`, … where the file gives none.
    public let columns: [String]
    /// What each column consists of.
    public let kinds: [Kind]
    /// How many rows there are, the header not counted; at least one.
    public let rowCount: Int
    /// How many cells of each column are missing: empty, NA, N/A, NaN, null, None or ?.
    public let missingCounts: [Int]
    /// Whether the first record named the columns.
    public let hasHeader: Bool
    /// The byte between fields.
    public let separator: UInt8

    private let bytes: [UInt8]
    /// The numbers of each column of numbers, NaN where missing; empty for columns of text.
    private let values: [[Double]]

    /// Reads the table; see `DelimitedText.parse`.
    init(_ bytes: [UInt8], name: String, separator: UInt8, header: DelimitedText.Header) throws {
        self.bytes = bytes
        self.name = name
        self.separator = separator
        var reading = Reading()
        do {
            try bytes.withUnsafeBufferPointer { try reading.read($0, name: name, separator: separator, header: header) }
        } catch let fault as DelimitedScanner.Fault {
            throw Self.error(fault, name: name)
        }
        columns = reading.columns
        kinds = reading.kinds
        rowCount = reading.rowCount
        missingCounts = reading.missing
        hasHeader = reading.hasHeader
        values = reading.values
    }

    /// Whether there is a column of that name.
    public func has(_ column: String) -> Bool { columns.contains(column) }

    /// What the column of that name consists of; nil when there is none.
    public func kind(_ column: String) -> Kind? { columns.firstIndex(of: column).map { kinds[$0] } }

    /// The place of a column.
    ///
    /// - Throws: `UserError` naming the nearest column, or all of them.
    public func index(_ column: String) throws -> Int {
        if let index = columns.firstIndex(of: column) { return index }
        let hint =
            (column.count < 3 ? nil : nearest(column, among: columns)).map { "; did you mean “\($0)”?" }
            ?? "; it has \(columns.prefix(12).joined(separator: ", "))" + (columns.count > 12 ? " and \(columns.count - 12) more" : "")
        throw UserError("\(name) has no column “\(column)”\(hint)")
    }

    /// The numbers of a column, in the order of rows.
    ///
    /// - Parameter allowingMissing: whether missing cells become NaN instead of being refused.
    /// - Throws: `UserError` with line and column for the first cell that is not a number, or is missing; never for infinities.
    public func numbers(_ column: String, allowingMissing: Bool = false) throws -> [Double] {
        let index = try index(column)
        switch kinds[index] {
        case .number where allowingMissing || missingCounts[index] == 0: return values[index]
        case .empty where allowingMissing: return [Double](repeating: .nan, count: rowCount)
        default: throw firstFault(index, allowingMissing: allowingMissing)
        }
    }

    /// The texts of a column as written, dictionary-encoded.
    ///
    /// O(file).
    /// - Throws: `UserError` with line and column for bytes that are not UTF-8 text.
    public func texts(_ column: String) throws -> TextColumn {
        let index = try index(column)
        var encoder = TextEncoder(capacity: rowCount)
        try scanRows { scanner, fields in
            guard let clash = encoder.append(fields[index], in: scanner) else { return true }
            throw UserError("\(name), line \(scanner.recordLine), column “\(column)”: \(clash)")
        }
        return TextColumn(codes: encoder.codes, values: encoder.values)
    }

    /// One cell as written.
    ///
    /// O(file): meant for messages.
    public func text(row: Int, column: String) -> String {
        guard let index = columns.firstIndex(of: column) else { return "" }
        var place = 0
        var found = ""
        try? scanRows { scanner, fields in
            defer { place += 1 }
            guard place == row else { return true }
            found = scanner.text(fields[index]) ?? "bytes that are not UTF-8"
            return false
        }
        return found
    }

    /// The line of the file on which a row begins.
    ///
    /// O(file): meant for messages.
    public func line(ofRow row: Int) -> Int {
        var place = 0
        var line = 0
        try? scanRows { scanner, _ in
            line = scanner.recordLine
            place += 1
            return place <= row
        }
        return line
    }

    /// Where a cell stands, for the start of a sentence: “predictions.csv, line 17, column “score””.
    ///
    /// O(file): meant for messages.
    public func place(row: Int, column: String) -> String { "\(name), line \(line(ofRow: row)), column “\(column)”" }

    /// Calls `body` with each row's fields until it returns false.
    private func scanRows(_ body: (DelimitedScanner, [DelimitedScanner.Field]) throws -> Bool) throws {
        try bytes.withUnsafeBufferPointer { bytes in
            var scanner = DelimitedScanner(bytes, separator: separator)
            var fields: [DelimitedScanner.Field] = []
            if hasHeader { _ = try scanner.next(into: &fields) }
            while try scanner.next(into: &fields), try body(scanner, fields) {}
        }
    }

    /// Why a column cannot be had as numbers.
    private func firstFault(_ index: Int, allowingMissing: Bool) -> UserError {
        let column = columns[index]
        var error = UserError("\(name), column “\(column)”: not numbers")
        try? scanRows { scanner, fields in
            let field = fields[index]
            let isMissing = scanner.isMissing(field)
            if isMissing ? allowingMissing : scanner.number(field) != nil { return true }
            let text = scanner.text(field) ?? "bytes that are not UTF-8"
            let looksLikeDecimalComma = text.contains(",") && DecimalNumber.parse(text.split(separator: ",").joined(separator: ".")) != nil
            let what =
                isMissing
                ? (text.isEmpty ? "the cell is empty; expected a number" : "“\(text)” stands for a missing number; expected a number")
                : "“\(text)” is not a number" + (looksLikeDecimalComma ? "; write it with a point" : "")
            error = UserError("\(name), line \(scanner.recordLine), column “\(column)”: \(what)")
            return false
        }
        return error
    }

    private static func error(_ fault: DelimitedScanner.Fault, name: String) -> UserError {
        switch fault {
        case .unclosedQuote(let line): UserError("\(name), line \(line): a quote is opened here and never closed")
        case .textAfterQuote(let line, let field):
            UserError(
                "\(name), line \(line), field \(field): text after the closing quote; expected a separator, and quotes inside doubled")
        }
    }
}

/// A column of texts: each distinct text once, and for each row which it is.
public struct TextColumn: Sendable, Hashable {
    /// For each row the place in `values` of its text; -1 where the cell is empty (an empty text in quotes is a text).
    public let codes: [Int32]
    /// The distinct texts in the order of their first appearance.
    public let values: [String]

    /// The text of a row; nil where the cell is empty.
    public subscript(row: Int) -> String? { codes[row] < 0 ? nil : values[Int(codes[row])] }

    /// The first row whose cell is empty.
    public var firstMissing: Int? { codes.firstIndex(of: -1) }

    /// The first pair of rows with the same text, when there is one.
    public var firstDuplicate: (first: Int, second: Int)? {
        var seen = [Int](repeating: -1, count: values.count)
        for (row, code) in codes.enumerated() where code >= 0 {
            if seen[Int(code)] >= 0 { return (seen[Int(code)], row) }
            seen[Int(code)] = row
        }
        return nil
    }
}
