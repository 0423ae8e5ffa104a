import Engine
import Kernels
import Plotting

/// A function whose expectation a density of greatest entropy can be given.
enum MomentFunction: Sendable, Hashable {
    /// x^k, k from 1 to 10.
    case power(Int)
    case log, logSquare
    /// log(1 - x).
    case logComplement
    /// |x - c|.
    case distance(Double)
    case cos, sin

    /// What a constraint's left side means, if it is one of these.
    init?(_ expression: Expression) {
        switch expression {
        case .variable: self = .power(1)
        case .operation(.power, .variable, .number(let k)):
            guard let whole = Int(exactly: k), (1...10).contains(whole) else { return nil }
            self = .power(whole)
        case .call(.log, .variable): self = .log
        case .operation(.power, .call(.log, .variable), .number(2)): self = .logSquare
        case .call(.log, .operation(.subtract, .number(1), .variable)): self = .logComplement
        case .call(.abs, .variable): self = .distance(0)
        case .call(.abs, .operation(.subtract, .variable, let c)) where !c.hasVariable: self = .distance(c.value(at: 0))
        case .call(.abs, .operation(.add, .variable, let c)) where !c.hasVariable: self = .distance(-c.value(at: 0))
        case .call(.cos, .variable): self = .cos
        case .call(.sin, .variable): self = .sin
        default: return nil
        }
    }

    /// The exponent of a power; nil for other functions.
    var power: Int? {
        if case .power(let k) = self { k } else { nil }
    }
}

/// One thing known of a density.
struct Moment: Sendable, Hashable {
    var function: MomentFunction
    var target: Double
    /// The left side as typed.
    var name: String

    /// Reads "E[x] = 0; E[x^2] = 1"; `var` is taken as E[x^2] less the square of the mean.
    ///
    /// - Throws: `UserError` that points at the column of what is not among the functions that can be had.
    static func parse(_ text: String) throws -> [Moment] {
        let constraints = try Constraint.parse(text)
        let mean = constraints.first { $0.function == .mean }?.target
        var moments: [Moment] = []
        for constraint in constraints {
            func refuse(_ what: String) -> UserError {
                UserError("constraints: column \(constraint.column): \(what)", parameter: "constraints")
            }
            let function: MomentFunction
            var target = constraint.target
            switch constraint.function {
            case .mean: function = .power(1)
            case .variance:
                guard let mean else { throw refuse("var needs a mean beside it, such as mean = 4") }
                function = .power(2)
                target += mean * mean
            case .row: throw refuse("a row of numbers has no meaning for a density; expected E[x^2], E[log(x)], …")
            case .expression(let expression):
                guard let known = MomentFunction(expression) else {
                    throw refuse(
                        "\(constraint.name) is not among x^k with k up to 10, log(x), log(x)^2, log(1-x), abs(x-c), cos(x), sin(x)")
                }
                function = known
            }
            if let twin = moments.first(where: { $0.function == function }) {
                throw refuse("\(constraint.name) says again what \(twin.name) = \(Numbers.shortest(twin.target)) says")
            }
            moments.append(Moment(function: function, target: target, name: constraint.name))
        }
        guard moments.count <= 16 else {
            throw UserError("constraints: \(moments.count) moments; at most 16 are taken", parameter: "constraints")
        }
        return moments
    }
}

/// The coefficients of a polynomial Σ c_k z^k after z = offset + slope·w, as one in w.
func substituted(_ coefficients: [Double], offset: Double, slope: Double) -> [Double] {
    var result = [Double](repeating: 0, count: coefficients.count)
    // Horner's rule on polynomials.
    for coefficient in coefficients.reversed() {
        for k in stride(from: result.count - 1, through: 1, by: -1) { result[k] = result[k] * offset + result[k - 1] * slope }
        if !result.isEmpty { result[0] = result[0] * offset + coefficient }
    }
    return result
}
