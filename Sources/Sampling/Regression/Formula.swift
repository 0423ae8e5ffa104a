import Engine

/// A model formula in R's notation, as read: a response, terms, groups that vary, offsets.
///
///     y ~ x1 + log(x2) + group + x1:group + (1 | school) - 1
///
/// `+` adds terms, `-` takes one away, `a:b` is an interaction, `a*b` is `a + b + a:b`, `(a + b)^2` all products of up to two, `.` every
/// other column, `-1` or `0` no intercept, `(1 | g)` an intercept that varies by g, `offset(…)` a term whose coefficient is 1,
/// `factor(x)` a number taken as names, and functions and `I(…)` arithmetic on columns. `…` in backticks is a column with a strange name.
struct Formula: Sendable, Hashable {
    /// What stands left of the tilde.
    enum Response: Sendable, Hashable {
        case value(Arithmetic)
        /// cbind(successes, failures).
        case successes(Arithmetic, failures: Arithmetic)
    }

    /// What a term multiplies: arithmetic on columns, or a column taken as names.
    enum Factor: Sendable, Hashable {
        case arithmetic(Arithmetic)
        case names(String)
    }

    /// A product of factors; none of them is the intercept.
    typealias Term = [Factor]

    var response: Response
    var hasIntercept = true
    /// In the order of the text, main effects before interactions.
    var terms: [Term] = []
    var groups: [String] = []
    var offsets: [Arithmetic] = []
    /// Whether `.` stands for all columns that are not named on the left.
    var hasDot = false
    /// Terms taken away, which `.` does not bring back.
    var removed: [Term] = []

    /// Reads a formula.
    ///
    /// - Throws: `UserError` with the place in the text and what was expected there.
    init(_ text: String) throws {
        var parser = FormulaParser(text)
        self = try parser.formula()
    }

    init(response: Response) { self.response = response }

    /// `target ~ features`, or `target ~ .` without features.
    init(target: String, features: [String]) {
        response = .value(.column(target))
        hasDot = features.isEmpty
        terms = features.map { [.arithmetic(.column($0))] }
    }
}

/// Arithmetic on columns, row by row.
indirect enum Arithmetic: Sendable, Hashable {
    case number(Double)
    case column(String)
    case negated(Arithmetic)
    case operation(Operator, Arithmetic, Arithmetic)
    case function(Function, Arithmetic)

    /// What joins two numbers.
    enum Operator: String, Sendable, Hashable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case power = "^"
    }

    /// What is done to a number.
    enum Function: String, Sendable, Hashable, CaseIterable {
        case log, log2, log10, log1p, exp, sqrt, abs, sin, cos, tanh
        /// I(…): what is inside, as arithmetic.
        case identity = "I"
    }

    /// The columns it reads, each once, in the order of the text.
    var columns: [String] {
        var found: [String] = []
        func visit(_ part: Arithmetic) {
            switch part {
            case .number: break
            case .column(let name): if !found.contains(name) { found.append(name) }
            case .negated(let inner), .function(_, let inner): visit(inner)
            case .operation(_, let a, let b):
                visit(a)
                visit(b)
            }
        }
        visit(self)
        return found
    }

    /// As it would be typed, for the coefficient's name.
    var text: String {
        switch self {
        case .number(let x): return Value.real(x).description
        case .column(let name): return name
        case .negated(let inner): return "-" + inner.text
        case .function(let function, let inner): return "\(function.rawValue)(\(inner.text))"
        case .operation(let sign, let a, let b):
            func wrapped(_ part: Arithmetic) -> String {
                guard case .operation(let inner, _, _) = part, inner != sign else { return part.text }
                return inner == .plus || inner == .minus || sign == .power ? "(\(part.text))" : part.text
            }
            return sign == .power ? "\(wrapped(a))^\(wrapped(b))" : "\(wrapped(a)) \(sign.rawValue) \(wrapped(b))"
        }
    }
}
