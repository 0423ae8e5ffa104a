import Engine
import Kernels

/// Rows of a regression: what is predicted, and from what.
struct RegressionRows: Sendable, Codable {
    var count = 0
    /// The design matrix column by column, `count` numbers each.
    var columns: [Double] = []
    /// What is observed: a number, a count, successes.
    var response: [Double] = []
    /// logistic: trials of each row; else 1.
    var trials: [Double] = []
    /// Added to the linear predictor with coefficient 1.
    var offset: [Double] = []
    /// For each varying intercept, which level each row is of.
    var groups: [[Int32]] = []
}

/// An intercept that varies by the levels of a column.
struct RegressionGroup: Sendable, Hashable, Codable {
    var name: String
    var levels: [String]
}

/// A table as a regression sees it, by a formula.
struct RegressionData: Sendable {
    /// What response a family takes.
    enum Response: Sendable { case number, count, binary }

    /// What of the table is asked for besides the formula.
    struct Options: Sendable {
        var response = Response.number
        /// Whether numeric columns are centred and divided by their standard deviations over the training rows.
        var standardises = false
        /// binary: which of two names is the success; "" takes the later.
        var positive = ""
        /// The share of rows held out.
        var holdout = 0.0
        var seed: UInt64 = 42
    }

    /// The coefficients' names, as R gives them.
    private(set) var names: [String] = []
    private(set) var groups: [RegressionGroup] = []
    private(set) var training = RegressionRows()
    private(set) var test = RegressionRows()
    /// Rows with missing cells.
    private(set) var rowsLeftOut = 0
    private(set) var notes: [String] = []

    private let table: DataTable
    private let options: Options
    private var usable: [Bool]
    /// Rows that are fitted, and rows that are held out.
    private var rows: (training: [Int], test: [Int]) = ([], [])

    static let mostColumns = 5000
    static let mostLevels = 2000

    /// A numeric variable, or names.
    private enum Variable {
        case numbers([Double])
        case names(levels: [String], codes: [Int32])
    }

    /// Reads the variables, leaves out incomplete rows, holds some out, and codes the terms.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ table: DataTable, _ formula: Formula, _ options: Options) throws {
        self.table = table
        self.options = options
        usable = [Bool](repeating: true, count: table.rowCount)
        let formula = try Self.expanded(formula, table)

        var variables: [Formula.Factor: Variable] = [:]
        for factor in formula.terms.joined() where variables[factor] == nil { variables[factor] = try variable(factor) }
        var varying: [(name: String, levels: [String], codes: [Int32])] = []
        for name in formula.groups {
            let (levels, codes) = try self.names(of: name)
            varying.append((name, levels, codes))
        }
        var offset = [Double](repeating: 0, count: table.rowCount)
        for part in formula.offsets {
            let values = try part.values(table)
            mark(values)
            for row in offset.indices { offset[row] += values[row] }
        }
        let (response, trials) = try readResponse(formula.response)
        let complete = usable.indices.filter { usable[$0] }
        rowsLeftOut = table.rowCount - complete.count
        guard !complete.isEmpty else { throw UserError("\(table.name): every row has a missing cell in a column of the formula") }
        rows = Self.split(complete, options)

        try standardise(&variables, formula)
        let coded = try columns(formula, variables)
        groups = varying.map { RegressionGroup(name: $0.name, levels: $0.levels) }
        func gathered(_ rows: [Int]) -> RegressionRows {
            RegressionRows(
                count: rows.count, columns: coded.flatMap { column in rows.map { column.values[$0] } }, response: rows.map { response[$0] },
                trials: rows.map { trials[$0] }, offset: rows.map { offset[$0] },
                groups: varying.map { group in rows.map { group.codes[$0] } })
        }
        names = coded.map(\.name)
        training = gathered(rows.training)
        test = gathered(rows.test)
        guard !names.isEmpty || !groups.isEmpty else { throw UserError("formula: nothing to estimate; expected a column or an intercept") }
    }

    // MARK: Variables

    /// The formula with `.` written out and columns of text taken as names.
    private static func expanded(_ formula: Formula, _ table: DataTable) throws -> Formula {
        var formula = formula
        var taken = Set(formula.groups + formula.offsets.flatMap(\.columns))
        switch formula.response {
        case .value(let value): taken.formUnion(value.columns)
        case .successes(let a, let b): taken.formUnion(a.columns + b.columns)
        }
        if formula.hasDot {
            let others = table.columns.filter { !taken.contains($0) }.map { [Formula.Factor.arithmetic(.column($0))] }
                .filter { other in !formula.removed.contains { Set($0) == Set(other) } }
            let rest = formula.terms.filter { term in !others.contains { Set($0) == Set(term) } }
            formula.terms = others + rest
            guard !formula.terms.isEmpty else {
                throw UserError("formula: “.” stands for no column of \(table.name)", parameter: "formula")
            }
        }
        formula.terms = formula.terms.map { term in
            term.map { factor in
                if case .arithmetic(.column(let name)) = factor, table.kind(name) == .text { return .names(name) }
                return factor
            }
        }
        return formula
    }

    private mutating func variable(_ factor: Formula.Factor) throws -> Variable {
        switch factor {
        case .arithmetic(let arithmetic):
            let values = try arithmetic.values(table)
            mark(values)
            return .numbers(values)
        case .names(let name):
            let (levels, codes) = try names(of: name)
            return .names(levels: levels, codes: codes)
        }
    }

    private mutating func mark(_ values: [Double]) { for row in values.indices where values[row].isNaN { usable[row] = false } }

    /// A column's levels in order, by number when all are numbers, and each row's; rows without one are marked.
    private mutating func names(of column: String) throws -> (levels: [String], codes: [Int32]) {
        let texts = try table.texts(column)
        let missing: Set = ["", "NA", "N/A", "NaN", "nan", "null", "None", "?"]
        let present = texts.values.filter { !missing.contains($0) }
        let numbers = present.map { DecimalNumber.parse($0) }
        let order = present.indices.sorted { a, b in
            if let x = numbers[a], let y = numbers[b], x != y { return x < y }
            return present[a] < present[b]
        }
        let levels = order.map { present[$0] }
        guard levels.count <= Self.mostLevels else {
            throw UserError("\(table.name), column “\(column)”: \(levels.count) different names; at most \(Self.mostLevels) are coded")
        }
        var places: [String: Int32] = [:]
        for (place, level) in levels.enumerated() { places[level] = Int32(place) }
        let codes = texts.codes.map { $0 < 0 ? -1 : places[texts.values[Int($0)]] ?? -1 }
        for row in codes.indices where codes[row] < 0 { usable[row] = false }
        return (levels, codes)
    }

    private static func split(_ rows: [Int], _ options: Options) -> (training: [Int], test: [Int]) {
        let held = Int((Double(rows.count) * options.holdout).rounded())
        guard held > 0, held < rows.count else { return (rows, []) }
        var stream = RandomStream(seed: options.seed, purpose: "sampling.regression.holdout")
        var order = Array(rows.indices)
        stream.shuffle(&order)
        let out = Set(order.prefix(held))
        return (rows.indices.filter { !out.contains($0) }.map { rows[$0] }, rows.indices.filter { out.contains($0) }.map { rows[$0] })
    }

    private func standardise(_ variables: inout [Formula.Factor: Variable], _ formula: Formula) throws {
        guard options.standardises else { return }
        var done: Set<Formula.Factor> = []
        for factor in formula.terms.joined() where done.insert(factor).inserted {
            guard case .numbers(let values)? = variables[factor] else { continue }
            let n = Double(rows.training.count)
            let mean = rows.training.reduce(0) { $0 + values[$1] } / n
            let sd = (rows.training.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) } / n).squareRoot()
            guard sd > 0 else {
                guard case .arithmetic(let arithmetic) = factor else { continue }
                throw UserError(
                    "\(table.name): \(arithmetic.text) has the same value in every row, so it cannot be standardised; leave it out or set standardise=off",
                    parameter: "standardise")
            }
            variables[factor] = .numbers(values.map { ($0 - mean) / sd })
        }
    }

    // MARK: Terms

    private typealias Column = (name: String, values: [Double])

    /// The coded columns, as R codes them: names by treatment contrasts where the term without them is in the model, else in full.
    private func columns(_ formula: Formula, _ variables: [Formula.Factor: Variable]) throws -> [Column] {
        var columns: [Column] = []
        if formula.hasIntercept { columns.append(("(Intercept)", [Double](repeating: 1, count: table.rowCount))) }
        for (place, term) in formula.terms.enumerated() {
            var products: [Column] = [("", [])]
            for factor in term {
                guard let variable = variables[factor] else { continue }
                let rest = Set(term.filter { $0 != factor })
                let isMarginal = rest.isEmpty ? formula.hasIntercept : formula.terms[..<place].contains { Set($0) == rest }
                let parts = Self.coded(factor, variable, byContrasts: isMarginal || isCoveredEarlier(factor, term, place, formula))
                guard products.count * parts.count <= Self.mostColumns else {
                    throw UserError("formula: more than \(Self.mostColumns) columns", parameter: "formula")
                }
                products = products.flatMap { product in
                    parts.map { part in
                        product.name.isEmpty ? part : (product.name + ":" + part.name, zip(product.values, part.values).map { $0 * $1 })
                    }
                }
            }
            columns += products
            guard columns.count <= Self.mostColumns else {
                throw UserError("formula: more than \(Self.mostColumns) columns", parameter: "formula")
            }
        }
        return columns
    }

    /// Without an intercept only the first term of names is coded in full: those after it would repeat its sum.
    private func isCoveredEarlier(_ factor: Formula.Factor, _ term: Formula.Term, _ place: Int, _ formula: Formula) -> Bool {
        guard term.count == 1, !formula.hasIntercept else { return false }
        return formula.terms[..<place].contains { earlier in
            if earlier.count == 1, case .names = earlier[0] { return true }
            return false
        }
    }

    private static func coded(_ factor: Formula.Factor, _ variable: Variable, byContrasts: Bool) -> [Column] {
        switch (factor, variable) {
        case (.arithmetic(let arithmetic), .numbers(let values)): return [(arithmetic.text, values)]
        case (.names(let name), .names(let levels, let codes)):
            return levels.indices.dropFirst(byContrasts ? 1 : 0).map { level in
                (name + levels[level], codes.map { $0 == Int32(level) ? 1 : 0 })
            }
        default: return []
        }
    }

    // MARK: The response

    private mutating func readResponse(_ response: Formula.Response) throws -> (values: [Double], trials: [Double]) {
        let ones = [Double](repeating: 1, count: table.rowCount)
        switch response {
        case .successes(let good, let bad):
            guard options.response == .binary else {
                throw UserError("formula: cbind(successes, failures) is for logistic regression", parameter: "formula")
            }
            let (a, b) = (try good.values(table), try bad.values(table))
            mark(a)
            mark(b)
            try checkCounts(a, good.text)
            try checkCounts(b, bad.text)
            return (a, zip(a, b).map { $0 + $1 })
        case .value(.column(let name)) where options.response == .binary: return (try binary(name), ones)
        case .value(let arithmetic):
            let values = try arithmetic.values(table)
            mark(values)
            if options.response == .count { try checkCounts(values, arithmetic.text) }
            if options.response == .binary {
                for row in values.indices where !values[row].isNaN && values[row] != 0 && values[row] != 1 {
                    throw UserError("\(table.name), line \(table.line(ofRow: row)): \(arithmetic.text) is \(values[row]); expected 0 or 1")
                }
            }
            return (values, ones)
        }
    }

    private func checkCounts(_ values: [Double], _ text: String) throws {
        for row in values.indices
        where !values[row].isNaN && !(values[row] >= 0 && values[row] == values[row].rounded() && values[row] < 1e15) {
            throw UserError(
                "\(table.name), line \(table.line(ofRow: row)): \(text) is \(Value.real(values[row])); expected a count: 0, 1, 2, …")
        }
    }

    /// A column of two names, or of zeros and ones, as 0 and 1.
    private mutating func binary(_ name: String) throws -> [Double] {
        let (levels, codes) = try names(of: name)
        guard levels.count == 2 else {
            let found = levels.prefix(6).map { "“\($0)”" }.joined(separator: ", ")
            throw UserError("\(table.name), column “\(name)”: \(levels.count) different values, \(found); expected two, as 0 and 1")
        }
        var success: Int32 = 1
        if !options.positive.isEmpty {
            guard let place = levels.firstIndex(of: options.positive) else {
                throw UserError(
                    "positive: “\(options.positive)” is not in column “\(name)” of \(table.name); it has “\(levels[0])” and “\(levels[1])”",
                    parameter: "positive")
            }
            success = Int32(place)
        } else if levels != ["0", "1"] {
            notes.append("“\(levels[1])” was taken for the success because it sorts after “\(levels[0])”; set positive to choose")
        }
        return codes.map { $0 < 0 ? .nan : $0 == success ? 1 : 0 }
    }
}
