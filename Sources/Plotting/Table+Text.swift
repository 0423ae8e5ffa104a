import Surface

extension Table {
    /// The table as text: a header, a rule, numbers to the right with even decimals.
    public func text() -> String {
        let columns = aligned()
        func line(_ parts: [String]) -> String {
            var line = zip(parts, columns).map {
                TextMeasure.padded($0, to: $1.width, isRight: $1.isNumeric)
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        var result = line(columns.map(\.header))
        result += columns.map { String(repeating: "-", count: $0.width) }.joined(separator: "  ") + "\n"
        for row in rows.indices { result += line(columns.map { $0.texts[row] }) }
        return result
    }

    /// The rows in the order of one column's values: numbers by size, then texts, then what is unknown; equal ones keep their order.
    public func sorted(by column: Int, descending: Bool = false) -> Table {
        guard columns.indices.contains(column) else { return self }
        func rank(_ row: [Value]) -> (kind: Int, number: Double, text: String) {
            switch column < row.count ? row[column] : .none {
            case .number(let x): x.isNaN ? (2, 0, "") : (0, x, "")
            case .integer(let n): (0, Double(n), "")
            case .text(let text): (1, 0, text)
            case .none: (3, 0, "")
            }
        }
        let keys = rows.map(rank)
        var table = self
        table.rows = rows.indices.sorted { a, b in
            let (one, two) = (keys[a], keys[b])
            // What is no number, and what is unknown, stays at the end either way.
            if one.kind != two.kind { return one.kind < two.kind }
            if one.number != two.number { return (one.number < two.number) != descending }
            if one.text != two.text { return (one.text < two.text) != descending }
            return a < b
        }.map { rows[$0] }
        return table
    }

    /// The table as CSV (RFC 4180): quotes where needed, the shortest numbers that read back to the same bits, LF line ends.
    ///
    /// What is unknown is an empty field; what is not finite is `nan`, `inf` or `-inf`.
    public func csv() -> String {
        var result = columns.map(Self.quoted).joined(separator: ",") + "\n"
        for row in rows {
            let fields = columns.indices.map { index -> String in
                guard index < row.count else { return "" }
                switch row[index] {
                case .number(let x): return Numbers.shortest(x)
                case .integer(let n): return String(n)
                case .text(let text): return Self.quoted(text)
                case .none: return ""
                }
            }
            result += fields.joined(separator: ",") + "\n"
        }
        return result
    }

    /// A field in quotes when it holds a comma, a quote, a line break, or blanks at an end.
    static func quoted(_ text: String) -> String {
        let isSpecial = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard isSpecial || text.first == " " || text.last == " " else { return text }
        var result = "\""
        for character in text.unicodeScalars {
            if character == "\"" { result += "\"" }
            result.unicodeScalars.append(character)
        }
        return result + "\""
    }
}
