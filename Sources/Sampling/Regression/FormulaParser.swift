import Engine

/// Reads formulas: tokens, then terms by their algebra, arithmetic inside functions.
struct FormulaParser {
    private enum Token: Hashable {
        case name(String)
        case number(Double)
        case sign(Character)
        case end
    }

    private let text: String
    private var tokens: [(token: Token, place: Int)] = []
    private var next = 0
    private var fault: UserError?
    /// Brackets within brackets.
    private var depth = 0
    private static let deepest = 60
    private static let longest = 5000

    init(_ text: String) {
        self.text = text
        scan()
    }

    private static func error(_ place: Int, _ what: String) -> UserError {
        UserError("formula, character \(place): \(what)", parameter: "formula")
    }

    private mutating func scan() {
        let characters = Array(text)
        var i = 0
        func isName(_ c: Character) -> Bool { c.isLetter || c.isNumber || c == "_" || c == "." }
        while i < characters.count {
            let c = characters[i]
            let start = i
            guard tokens.count < Self.longest else {
                fault = fault ?? Self.error(start + 1, "more than \(Self.longest) names and signs")
                return
            }
            if c.isWhitespace {
                i += 1
            } else if c.isNumber || (c == "." && i + 1 < characters.count && characters[i + 1].isNumber) {
                while i < characters.count, characters[i].isNumber || characters[i] == "." || "eE".contains(characters[i]) { i += 1 }
                let spelled = String(characters[start..<i])
                guard let number = DecimalNumber.parse(spelled) else {
                    fault = fault ?? Self.error(start + 1, "“\(spelled)” is neither a number nor a name; strange names stand in backticks")
                    return
                }
                tokens.append((.number(number), start + 1))
            } else if isName(c) {
                while i < characters.count, isName(characters[i]) { i += 1 }
                tokens.append((.name(String(characters[start..<i])), start + 1))
            } else if c == "`" {
                i += 1
                while i < characters.count, characters[i] != "`" { i += 1 }
                guard i < characters.count else {
                    fault = fault ?? Self.error(start + 1, "a backtick is opened here and never closed")
                    return
                }
                tokens.append((.name(String(characters[start + 1..<i])), start + 1))
                i += 1
            } else if "~+-*/^:()|,".contains(c) {
                tokens.append((.sign(c), start + 1))
                i += 1
            } else {
                fault = fault ?? Self.error(start + 1, "“\(c)” has no meaning here")
                return
            }
        }
    }

    private var current: Token { next < tokens.count ? tokens[next].token : .end }
    private var following: Token { next + 1 < tokens.count ? tokens[next + 1].token : .end }
    private var place: Int { next < tokens.count ? tokens[next].place : text.count + 1 }

    private mutating func take(_ sign: Character) -> Bool {
        guard current == .sign(sign) else { return false }
        next += 1
        return true
    }

    private mutating func expect(_ sign: Character, _ why: String) throws {
        guard take(sign) else { throw unexpected("expected “\(sign)” \(why)") }
    }

    private func unexpected(_ expected: String) -> UserError {
        switch current {
        case .end: Self.error(place, "the formula ends; \(expected)")
        case .name(let name): Self.error(place, "“\(name)”; \(expected)")
        case .number(let x): Self.error(place, "“\(Value.real(x))”; \(expected)")
        case .sign(let c): Self.error(place, "“\(c)”; \(expected)")
        }
    }

    private mutating func nested<R>(_ body: (inout FormulaParser) throws -> R) throws -> R {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw Self.error(place, "more than \(Self.deepest) brackets within each other") }
        return try body(&self)
    }

    // MARK: The formula

    /// What the terms on the right come to.
    private struct Sum {
        var terms: [Formula.Term] = []
        var intercept: Bool?
        var groups: [String] = []
        var offsets: [Arithmetic] = []
        var hasDot = false
        var removed: [Formula.Term] = []

        /// A product does not depend on the order of its factors.
        static func same(_ a: Formula.Term, _ b: Formula.Term) -> Bool { Set(a) == Set(b) }

        mutating func add(_ term: Formula.Term) {
            removed.removeAll { Self.same($0, term) }
            if !terms.contains(where: { Self.same($0, term) }) { terms.append(term) }
        }
    }

    mutating func formula() throws -> Formula {
        if let fault { throw fault }
        let response: Formula.Response
        if current == .name("cbind"), following == .sign("(") {
            next += 2
            let successes = try arithmetic()
            try expect(",", "between successes and failures")
            let failures = try arithmetic()
            try expect(")", "after the failures")
            response = .successes(successes, failures: failures)
        } else {
            response = .value(try arithmetic())
        }
        try expect("~", "between the response and the terms")
        let sum = try self.sum()
        guard current == .end else { throw unexpected("expected + or the end") }
        var formula = Formula(response: response)
        formula.hasIntercept = sum.intercept ?? true
        formula.terms = sum.terms.enumerated().sorted { ($0.element.count, $0.offset) < ($1.element.count, $1.offset) }.map(\.element)
        formula.groups = sum.groups
        formula.offsets = sum.offsets
        formula.hasDot = sum.hasDot
        formula.removed = sum.removed
        return formula
    }

    private mutating func sum() throws -> Sum {
        var sum = Sum()
        var isMinus = take("-")
        if !isMinus { _ = take("+") }
        repeat {
            let part = try product()
            if isMinus {
                guard part.groups.isEmpty, part.offsets.isEmpty, !part.hasDot else {
                    throw Self.error(place, "a varying intercept, an offset or “.” cannot be taken away")
                }
                for term in part.terms { sum.terms.removeAll { Sum.same($0, term) } }
                sum.removed += part.terms
                if let intercept = part.intercept { sum.intercept = !intercept }
            } else {
                for term in part.terms { sum.add(term) }
                if let intercept = part.intercept { sum.intercept = intercept }
                for group in part.groups where !sum.groups.contains(group) { sum.groups.append(group) }
                sum.offsets += part.offsets
                sum.hasDot = sum.hasDot || part.hasDot
                sum.removed += part.removed
            }
            if take("+") {
                isMinus = false
            } else if take("-") {
                isMinus = true
            } else {
                return sum
            }
        } while true
    }

    /// Terms joined by `*`, which binds less than `:`.
    private mutating func product() throws -> Sum {
        var left = try interaction()
        while take("*") {
            let right = try interaction()
            try checkPlain(left, right)
            let both = left.terms.flatMap { a in right.terms.map { Self.joined(a, $0) } }
            for term in right.terms + both { left.add(term) }
        }
        return left
    }

    private mutating func interaction() throws -> Sum {
        var left = try powered()
        while take(":") {
            let right = try powered()
            try checkPlain(left, right)
            var both = Sum()
            for a in left.terms { for b in right.terms { both.add(Self.joined(a, b)) } }
            left = both
        }
        return left
    }

    private mutating func powered() throws -> Sum {
        let base = try term()
        guard take("^") else { return base }
        guard case .number(let n) = current, let power = Int(exactly: n), (1...10).contains(power) else {
            throw unexpected("expected a power from 1 to 10; arithmetic stands in I(…)")
        }
        next += 1
        try checkPlain(base, base)
        var result = base
        for _ in 1..<power {
            for a in result.terms { for b in base.terms { result.add(Self.joined(a, b)) } }
            guard result.terms.count <= 2000 else { throw Self.error(place, "more than 2000 terms") }
        }
        return result
    }

    private func checkPlain(_ sums: Sum...) throws {
        for sum in sums where sum.intercept != nil || !sum.groups.isEmpty || !sum.offsets.isEmpty || sum.hasDot || sum.terms.isEmpty {
            throw Self.error(place, "only columns and functions of them can be multiplied")
        }
    }

    private static func joined(_ a: Formula.Term, _ b: Formula.Term) -> Formula.Term { a + b.filter { !a.contains($0) } }

    private mutating func term() throws -> Sum {
        switch current {
        case .number(let x):
            guard x == 0 || x == 1 else { throw unexpected("expected a column; of numbers only 0 and 1 stand alone, for the intercept") }
            next += 1
            return Sum(intercept: x == 1)
        case .name("."):
            next += 1
            return Sum(hasDot: true)
        case .name("offset") where following == .sign("("):
            next += 2
            let inner = try arithmetic()
            try expect(")", "after the offset")
            return Sum(offsets: [inner])
        case .name(let name) where (name == "factor" || name == "C") && following == .sign("("):
            next += 2
            guard case .name(let column) = current else { throw unexpected("expected a column") }
            next += 1
            try expect(")", "after the column")
            return Sum(terms: [[.names(column)]])
        case .name: return Sum(terms: [[.arithmetic(try atom())]])
        case .sign("("):
            next += 1
            let inner = try nested { parser -> Sum in
                if parser.current == .number(1) || parser.current == .number(0), parser.following == .sign("|") {
                    return try parser.group()
                }
                return try parser.sum()
            }
            if current == .sign("|") { throw unexpected("only intercepts vary: (1 | group)") }
            try expect(")", "to close the bracket")
            return inner
        default: throw unexpected("expected a column, a function of columns, or (1 | group)")
        }
    }

    private mutating func group() throws -> Sum {
        guard current == .number(1) else { throw unexpected("expected 1: only intercepts vary, (1 | group)") }
        next += 2
        guard case .name(let name) = current else { throw unexpected("expected the column that names the groups") }
        next += 1
        return Sum(groups: [name])
    }

    // MARK: Arithmetic

    private mutating func arithmetic() throws -> Arithmetic {
        var left = try factors()
        while true {
            if take("+") {
                left = .operation(.plus, left, try factors())
            } else if take("-") {
                left = .operation(.minus, left, try factors())
            } else {
                return left
            }
        }
    }

    private mutating func factors() throws -> Arithmetic {
        var left = try signed()
        while true {
            if take("*") {
                left = .operation(.times, left, try signed())
            } else if take("/") {
                left = .operation(.over, left, try signed())
            } else {
                return left
            }
        }
    }

    private mutating func signed() throws -> Arithmetic {
        if take("-") { return .negated(try nested { try $0.signed() }) }
        let base = try atom()
        guard take("^") else { return base }
        return .operation(.power, base, try nested { try $0.signed() })
    }

    private mutating func atom() throws -> Arithmetic {
        switch current {
        case .number(let x):
            next += 1
            return .number(x)
        case .name(let name):
            guard following == .sign("(") else {
                guard name != "." else { throw unexpected("“.” stands for columns only as a term of its own") }
                next += 1
                return .column(name)
            }
            guard let function = Arithmetic.Function(rawValue: name) else {
                throw unexpected(
                    "expected a function: \(Arithmetic.Function.allCases.map(\.rawValue).joined(separator: ", ")), factor, offset")
            }
            next += 2
            let inner = try nested { try $0.arithmetic() }
            try expect(")", "to close \(name)(")
            return .function(function, inner)
        case .sign("("):
            next += 1
            let inner = try nested { try $0.arithmetic() }
            try expect(")", "to close the bracket")
            return inner
        default: throw unexpected("expected a column or a number")
        }
    }
}
