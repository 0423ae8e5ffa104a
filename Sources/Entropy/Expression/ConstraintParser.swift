import Engine

/// One thing that is known of a distribution: the expectation of a function has a value.
struct Constraint: Sendable, Hashable {
    /// What has that expectation.
    enum Function: Sendable, Hashable {
        /// x itself.
        case mean
        /// (x - mean)², about the mean that another constraint fixes.
        case variance
        /// An expression or condition of x.
        case expression(Expression)
        /// A number for each outcome.
        case row([Double])
    }

    /// What has the expectation.
    var function: Function
    /// The expectation wanted.
    var target: Double
    /// The left side as it is written in tables and sentences: `mean`, `E[x^2]`.
    var name: String
    /// Where it begins in the text, counted from 1.
    var column: Int

    /// Reads `mean = 4.5; var = 2; E[x^2] = 21.5; P(x >= 5) = 0.6; [1,0,0,2,0,1] = 0.7`.
    ///
    /// - Throws: `UserError` that points at the column.
    static func parse(_ text: String, parameter: String = "constraints") throws -> [Constraint] {
        var parser = ExpressionParser(text, parameter: parameter)
        return try parser.constraints()
    }
}

/// A recursive descent over the characters of a text; every error names a column.
struct ExpressionParser {
    private let characters: [Character]
    private let parameter: String
    private var place = 0
    private var depth = 0

    init(_ text: String, parameter: String) {
        characters = Array(text)
        self.parameter = parameter
    }

    /// One expression of x that is the whole text.
    mutating func wholeExpression() throws -> Expression {
        let expression = try disjunction()
        skipSpaces()
        if place < characters.count { throw error("expected the end, found “\(rest)”") }
        return expression
    }

    mutating func constraints() throws -> [Constraint] {
        var all: [Constraint] = []
        while true {
            skipSeparators()
            guard place < characters.count else { return all }
            all.append(try constraint())
            skipSpaces()
            guard place == characters.count || isSeparator(characters[place]) else {
                throw error("expected “;” or the end after the number, found “\(rest)”")
            }
            if all.count > 64 { throw error("more than 64 constraints") }
        }
    }

    private mutating func constraint() throws -> Constraint {
        let start = place
        let function: Constraint.Function
        if take("[") {
            function = .row(try row())
        } else {
            let word = name()
            switch word.lowercased() {
            case "mean": function = .mean
            case "var", "variance": function = .variance
            case "e":
                try expect("[", "after E")
                let expression = try disjunction()
                try expect("]", "to close E[")
                function = expression == .variable ? .mean : .expression(expression)
            case "p":
                try expect("(", "after P")
                let condition = try disjunction()
                try expect(")", "to close P(")
                function = .expression(condition)
            default:
                place = start
                throw error("expected mean, var, E[…], P(…) or a row [1,0,…], found “\(rest)”")
            }
        }
        let end = place
        try expect("=", "and a number")
        skipSpaces()
        let before = place
        let value = try sum()
        guard !value.hasVariable else {
            place = before
            throw error("the right side must be a number without x")
        }
        let target = value.value(at: 0)
        guard target.isFinite else {
            place = before
            throw error("the right side is not a finite number")
        }
        return Constraint(function: function, target: target, name: trimmed(start..<end), column: start + 1)
    }

    private mutating func row() throws -> [Double] {
        var numbers: [Double] = []
        while true {
            skipSpaces()
            if take("]") { return numbers }
            let before = place
            let value = try sum()
            let number = value.hasVariable ? Double.nan : value.value(at: 0)
            guard number.isFinite else {
                place = before
                throw error("a row holds one number for each outcome")
            }
            numbers.append(number)
            if !take(","), !peek("]"), place == characters.count { throw error("expected “]” to close the row") }
        }
    }

    // MARK: expressions, loosest first

    private mutating func disjunction() throws -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw error("more than 100 nested parentheses") }
        var left = try conjunction()
        while take("||") || takeWord("or") { left = .operation(.or, left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws -> Expression {
        var left = try negatedCondition()
        while take("&&") || takeWord("and") { left = .operation(.and, left, try negatedCondition()) }
        return left
    }

    private mutating func negatedCondition() throws -> Expression {
        var isNegated = false
        while takeWord("not") || (!peek("!=") && take("!")) { isNegated.toggle() }
        let condition = try comparison()
        return isNegated ? .not(condition) : condition
    }

    /// `a < x <= b` means both.
    private mutating func comparison() throws -> Expression {
        var left = try sum()
        var condition: Expression?
        while let symbol = comparisonSymbol() {
            let right = try sum()
            let next = Expression.operation(symbol, left, right)
            condition = condition.map { .operation(.and, $0, next) } ?? next
            left = right
        }
        return condition ?? left
    }

    private mutating func comparisonSymbol() -> Expression.Operator? {
        if take("<=") || take("≤") { return .lessOrEqual }
        if take(">=") || take("≥") { return .greaterOrEqual }
        if take("!=") || take("≠") { return .notEqual }
        if take("==") || take("=") { return .equal }
        if take("<") { return .less }
        if take(">") { return .greater }
        return nil
    }

    private mutating func sum() throws -> Expression {
        var left = try product()
        while true {
            if take("+") {
                left = .operation(.add, left, try product())
            } else if take("-") || take("−") {
                left = .operation(.subtract, left, try product())
            } else {
                return left
            }
        }
    }

    private mutating func product() throws -> Expression {
        var left = try signed()
        while true {
            if take("*") || take("·") {
                left = .operation(.multiply, left, try signed())
            } else if take("/") {
                left = .operation(.divide, left, try signed())
            } else {
                return left
            }
        }
    }

    /// -x^2 is -(x^2), as in print.
    private mutating func signed() throws -> Expression {
        var isNegative = false
        while true {
            if take("-") || take("−") {
                isNegative.toggle()
            } else if !take("+") {
                break
            }
        }
        let value = try power()
        return isNegative ? .negation(value) : value
    }

    private mutating func power() throws -> Expression {
        let base = try primary()
        guard take("**") || take("^") else { return base }
        depth += 1
        defer { depth -= 1 }
        guard depth < 100 else { throw error("more than 100 nested powers") }
        let exponent = try signed()
        // A constant exponent is one number, so that x^(1+1) is x·x.
        return .operation(.power, base, exponent.hasVariable ? exponent : .number(exponent.value(at: 0)))
    }

    private mutating func primary() throws -> Expression {
        skipSpaces()
        let start = place
        guard place < characters.count else { throw error("expected a number, x or a function, found the end") }
        if take("(") {
            let inner = try disjunction()
            try expect(")", "to close “(” at column \(start + 1)")
            return inner
        }
        if characters[place].isASCIIDigit || characters[place] == "." { return .number(try number()) }
        let word = name()
        switch word {
        case "x": return .variable
        case "pi", "π": return .number(.pi)
        case "":
            throw error("expected a number, x or a function, found “\(rest)”")
        default:
            guard let function = Expression.Function(rawValue: word.lowercased()) else {
                place = start
                throw error("“\(word)” is not known here; there are x, pi, abs, log, exp, sqrt, sin, cos")
            }
            try expect("(", "after \(word)")
            let argument = try disjunction()
            try expect(")", "to close \(word)(")
            return .call(function, argument)
        }
    }

    private mutating func number() throws -> Double {
        let start = place
        func digits() { while place < characters.count, characters[place].isASCIIDigit { place += 1 } }
        digits()
        if place < characters.count, characters[place] == "." {
            place += 1
            digits()
        }
        if place < characters.count, characters[place] == "e" || characters[place] == "E" {
            let mark = place
            place += 1
            if place < characters.count, characters[place] == "-" || characters[place] == "+" { place += 1 }
            if place < characters.count, characters[place].isASCIIDigit { digits() } else { place = mark }
        }
        guard let value = Double(String(characters[start..<place])), value.isFinite else {
            place = start
            throw error("“\(rest)” does not begin with a finite number")
        }
        return value
    }

    // MARK: characters

    private func isSeparator(_ character: Character) -> Bool { character == ";" || character.isNewline }

    private mutating func skipSpaces() {
        while place < characters.count, characters[place].isWhitespace, !characters[place].isNewline { place += 1 }
    }

    private mutating func skipSeparators() {
        while place < characters.count, characters[place].isWhitespace || isSeparator(characters[place]) { place += 1 }
    }

    private mutating func name() -> String {
        skipSpaces()
        let start = place
        while place < characters.count, characters[place].isLetter || (place > start && characters[place].isASCIIDigit) { place += 1 }
        return String(characters[start..<place])
    }

    private mutating func peek(_ symbol: String) -> Bool {
        skipSpaces()
        return characters[place...].starts(with: symbol)
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard peek(symbol) else { return false }
        place += symbol.count
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        let start = place
        if name().lowercased() == word { return true }
        place = start
        return false
    }

    private mutating func expect(_ symbol: String, _ purpose: String) throws {
        guard take(symbol) else { throw error("expected “\(symbol)” \(purpose), found “\(rest)”") }
    }

    private func trimmed(_ range: Range<Int>) -> String {
        var text = Substring(String(characters[range]))
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private var rest: String {
        guard place < characters.count else { return "the end" }
        let some = characters[place...].prefix(12)
        return String(some) + (characters.count - place > 12 ? "…" : "")
    }

    private func error(_ what: String) -> UserError {
        UserError("\(parameter): column \(place + 1): \(what)", parameter: parameter)
    }
}

extension Character {
    /// 0…9 and no other script's digits.
    var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
