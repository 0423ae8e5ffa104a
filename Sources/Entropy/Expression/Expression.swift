import Kernels

/// A function of x as typed in a constraint: `x^2`, `abs(x - 3)`, `x >= 5`.
///
/// Conditions are worth 1 where they hold and 0 elsewhere.
indirect enum Expression: Sendable, Hashable {
    case number(Double)
    case variable
    case negation(Expression)
    case operation(Operator, Expression, Expression)
    case call(Function, Expression)
    case not(Expression)

    enum Operator: Sendable, Hashable {
        case add, subtract, multiply, divide, power
        case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
        case and, or
    }

    enum Function: String, Sendable, Hashable, CaseIterable {
        case abs, log, exp, sqrt, sin, cos
    }

    /// Whether x occurs in it.
    var hasVariable: Bool {
        switch self {
        case .number: false
        case .variable: true
        case .negation(let a), .not(let a), .call(_, let a): a.hasVariable
        case .operation(_, let a, let b): a.hasVariable || b.hasVariable
        }
    }

    /// The value at one x; NaN or infinite where it is undefined.
    func value(at x: Double) -> Double { values(at: [x])[0] }

    /// The values at many x: one pass over the list for each node.
    func values(at x: [Double]) -> [Double] {
        switch self {
        case .number(let number): return [Double](repeating: number, count: x.count)
        case .variable: return x
        case .negation(let a): return a.values(at: x).map { -$0 }
        case .not(let a): return a.values(at: x).map { $0 == 0 ? 1 : 0 }
        case .call(let function, let a): return function.values(a.values(at: x))
        case .operation(.power, let base, .number(let exponent)):
            if let whole = Int(exactly: exponent), (0...64).contains(whole) {
                return base.values(at: x).map { Self.power($0, whole) }
            }
            return base.values(at: x).map { pow($0, exponent) }
        case .operation(let symbol, let a, let b):
            var left = a.values(at: x)
            let right = b.values(at: x)
            for i in left.indices { left[i] = symbol.value(left[i], right[i]) }
            return left
        }
    }

    /// A whole power by repeated squaring: x^2 is x·x to the last bit.
    private static func power(_ x: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = x
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            rest >>= 1
            if rest > 0 { square *= square }
        }
        return result
    }
}

extension Expression.Operator {
    func value(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: pow(a, b)
        case .less: a < b ? 1 : 0
        case .lessOrEqual: a <= b ? 1 : 0
        case .greater: a > b ? 1 : 0
        case .greaterOrEqual: a >= b ? 1 : 0
        case .equal: a == b ? 1 : 0
        case .notEqual: a != b ? 1 : 0
        case .and: a != 0 && b != 0 ? 1 : 0
        case .or: a != 0 || b != 0 ? 1 : 0
        }
    }
}

extension Expression.Function {
    func values(_ x: [Double]) -> [Double] {
        switch self {
        case .abs: x.map { Swift.abs($0) }
        case .log: Vector.log(x)
        case .exp: Vector.exp(x)
        case .sqrt: x.map { $0.squareRoot() }
        case .sin: x.map { Kernels.sin($0) }
        case .cos: x.map { Kernels.cos($0) }
        }
    }
}
