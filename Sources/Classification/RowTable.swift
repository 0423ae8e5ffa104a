import Engine

/// Finds in a table of rows what a setup's parameters name or what has a usual name, and checks every cell used.
struct RowTable {
    let table: DataTable
    let setup: Setup

    init(_ table: DataTable, _ setup: Setup) {
        self.table = table
        self.setup = setup
    }

    /// The column that a parameter names, or one with a usual name; nil when there is none or it is declined by -.
    func column(_ parameter: String, _ usual: [String]) throws -> String? {
        let chosen = setup.text(parameter)
        if chosen == "-" { return nil }
        guard chosen.isEmpty else {
            try check(chosen, parameter)
            return chosen
        }
        for name in usual { if let found = table.columns.first(where: { $0.lowercased() == name }) { return found } }
        return nil
    }

    /// Refuses the name of a column that is not there.
    func check(_ column: String, _ parameter: String) throws {
        do { _ = try table.index(column) } catch let error as UserError {
            throw UserError("\(parameter): \(error.description)", parameter: parameter)
        }
    }

    /// A column of names; nil when there is none.
    func names(_ parameter: String, _ usual: [String]) throws -> RowNames? {
        guard let column = try column(parameter, usual) else { return nil }
        let texts = try table.texts(column)
        if let row = texts.firstMissing { throw UserError("\(table.place(row: row, column: column)): the cell is empty") }
        return RowNames(column: column, names: texts.values, codes: texts.codes)
    }

    /// The classes, sorted, and for each row which it is.
    func truth() throws -> RowNames {
        guard let names = try names("label", PredictionTable.labelNames) else {
            throw UserError(
                "\(table.name) has no column called label; set label to the one that holds the classes (\(ClassQuestion.list(table.columns)))",
                parameter: "label")
        }
        var found: [String] = []
        let places = names.names.map { name -> Int in
            let name = ClassQuestion.canonical(name)
            if let place = found.firstIndex(of: name) { return place }
            found.append(name)
            return found.count - 1
        }
        guard (2...100).contains(found.count) else {
            throw UserError(
                "\(table.name), column “\(names.column)”: \(found.count) class\(found.count == 1 ? "" : "es"); expected 2 to 100",
                parameter: "label")
        }
        let order = RowNames.sorted(found)
        var rank = [Int32](repeating: 0, count: found.count)
        for (place, code) in order.enumerated() { rank[code] = Int32(place) }
        return RowNames(column: names.column, names: order.map { found[$0] }, codes: names.codes.map { rank[places[Int($0)]] })
    }

    /// What each row is called.
    func ids() throws -> [String] {
        guard let column = try column("id", PredictionTable.idNames) else { return (1...table.rowCount).map { "row \($0)" } }
        let texts = try table.texts(column)
        if let row = texts.firstMissing { throw UserError("\(table.place(row: row, column: column)): the id is missing") }
        if let (first, second) = texts.firstDuplicate {
            throw UserError(
                "\(table.place(row: second, column: column)): the id “\(texts[second] ?? "")” is already on line \(table.line(ofRow: first))"
            )
        }
        return texts.codes.map { texts.values[Int($0)] }
    }

    /// The place of the positive class.
    func positive(_ truth: RowNames, usual: String, _ notes: inout [String]) throws -> Int {
        let wanted = setup.text("positive").isEmpty ? usual : setup.text("positive")
        if !wanted.isEmpty {
            guard let place = ClassQuestion.match(wanted, truth.names) else {
                throw UserError(
                    "positive: “\(wanted)” is no class of \(table.name); it has \(ClassQuestion.list(truth.names))", parameter: "positive")
            }
            return place
        }
        if truth.names.count == 2 {
            if truth.names != ["0", "1"] {
                notes.append("“\(truth.names[1])” was taken for the positive class; set positive to choose")
            }
            return 1
        }
        let sizes = truth.rows.map(\.count)
        let most = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
        notes.append("“\(truth.names[most])”, the most frequent class, was taken for the positive one; set positive to choose")
        return most
    }

    /// The columns' numbers, row by row; NaN where missing.
    func numbers(_ columns: [String], missing what: String, _ notes: inout [String]) throws -> [Double] {
        var values = [Double](repeating: 0, count: columns.count * table.rowCount)
        var missing = 0
        for (place, column) in columns.enumerated() {
            for (row, value) in try table.numbers(column, allowingMissing: true).enumerated() {
                guard value.isNaN || abs(value) <= 1e100 else {
                    throw UserError("\(table.place(row: row, column: column)): \(value) is too large; expected at most 1e100 in magnitude")
                }
                missing += value.isNaN ? 1 : 0
                values[row * columns.count + place] = value
            }
        }
        if missing > 0 { notes.append("\(missing) missing cells \(what)") }
        return values
    }
}

extension DataTable {
    /// Refuses a column of words that begins as one of numbers: a cell went wrong, and the column would be passed over in silence.
    ///
    /// - Parameters:
    ///   - columns: the columns that may hold numbers.
    ///   - hint: what to do if it is no column of numbers.
    /// - Throws: `UserError` with line and column of the first cell that is no number.
    func refuseStrayWords(in columns: some Sequence<String>, _ hint: String) throws {
        for column in columns where kind(column) == .text {
            let sample = min(20, rowCount)
            let numbers = (0..<sample).count { DecimalNumber.parse(text(row: $0, column: column)) != nil }
            guard numbers * 2 >= sample else { continue }
            do { _ = try self.numbers(column, allowingMissing: true) } catch let error as UserError {
                throw UserError("\(error.description); \(hint)", parameter: error.parameter)
            }
        }
    }
}
