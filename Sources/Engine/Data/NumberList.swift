/// Reads lists of numbers as users type them: `1,2,3`, `1..6`, `0.5, 1..3`, white space or commas between items.
public enum NumberList {
    /// The longest list accepted.
    public static let limit = 10_000_000

    /// The numbers of a typed list.
    ///
    /// - Throws: `UserError` naming the parameter, the item and its place.
    public static func parse(_ text: String, parameter: String) throws -> [Double] {
        var numbers: [Double] = []
        let items = text.split { $0 == "," || $0.isWhitespace }
        for (place, item) in items.enumerated() {
            if let dots = dots(in: item) {
                guard let first = Int(item[..<dots]), let last = Int(item[item.index(dots, offsetBy: 2)...]), first <= last,
                    !last.subtractingReportingOverflow(first).overflow, last - first < limit
                else {
                    throw UserError(
                        "\(parameter): item \(place + 1), “\(item)”, is not a range of whole numbers such as 1..6", parameter: parameter)
                }
                numbers.append(contentsOf: (first...last).lazy.map(Double.init))
            } else if let number = DecimalNumber.parse(item) {
                numbers.append(number)
            } else {
                throw UserError(
                    "\(parameter): item \(place + 1), “\(item)”, is not a number; expected a list such as 1,2,3 or 1..6",
                    parameter: parameter)
            }
            if numbers.count > limit { throw UserError("\(parameter): more than \(limit) numbers", parameter: parameter) }
        }
        return numbers
    }

    /// The file, and the column in it, that a value such as `@file` or `@file.csv:column` names; nil when it does not begin with `@`.
    ///
    /// The column follows the last colon that has no slash behind it.
    public static func file(_ text: String) -> (path: String, column: String?)? {
        var text = text[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        guard text.first == "@" else { return nil }
        let name = text.dropFirst()
        guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/"), colon != name.startIndex else {
            return (String(name), nil)
        }
        return (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }

    /// The numbers of a file: of the named column of a table, or without a name one value a line (or all on one line, with separators).
    ///
    /// - Throws: `UserError` with file, line and column.
    public static func read(_ input: Input, column: String?, parameter: String) throws -> [Double] {
        do {
            let table = try DelimitedText.parse(input.bytes, name: input.name)
            if let column { return try table.numbers(column) }
            if table.columns.count == 1 { return try table.numbers(table.columns[0]) }
            if table.rowCount == 1, !table.hasHeader { return try table.columns.map { try table.numbers($0)[0] } }
            throw UserError(
                "\(input.name) has \(table.columns.count) columns; say which one: @\(input.name):\(table.columns[0])", parameter: parameter)
        } catch let error as UserError {
            throw UserError("\(parameter): \(error.description)", parameter: parameter)
        }
    }

    private static func dots(in item: Substring) -> Substring.Index? {
        zip(item.indices, item.indices.dropFirst()).first { item[$0] == "." && item[$1] == "." }?.0
    }
}

extension Setup {
    /// The numbers of a list parameter, typed or from the file it names; empty text gives an empty list.
    ///
    /// - Throws: `UserError` naming the parameter, the item, and for a file the line.
    public func list(_ name: String) throws -> [Double] {
        let text = text(name)
        guard let file = NumberList.file(text) else { return try NumberList.parse(text, parameter: name) }
        guard let input = inputs[name] else { throw UserError("\(name): the file “\(file.path)” has not been read", parameter: name) }
        // A file whose own name holds the colon is read whole.
        let column = file.column.flatMap { input.name == "\(file.path):\($0)" ? nil : $0 }
        return try NumberList.read(input, column: column, parameter: name)
    }
}
