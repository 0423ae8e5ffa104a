import Engine
import Kernels

/// Where a density lives, and the variable t in which it is integrated there.
///
/// Intervals are integrated in x itself; intervals with a logarithm that is singular at an end in x = a + (b-a)/(1+e^-t), half-lines in
/// x = a + s·e^t, the line in x = c + s·t. Logarithms are formed from t, so that they hold where x itself rounds to its end.
struct MomentDomain: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case interval, logit, halfLine, line }

    let lower: Double
    let upper: Double
    let kind: Kind
    /// z = (x - centre)/scale is what powers are taken of.
    let centre: Double
    let scale: Double
    /// Whether log(x) is singular at the lower end, and log(1 - x) at the upper.
    let isSingularBelow: Bool
    let isSingularAbove: Bool

    init(lower: Double, upper: Double, moments: [Moment]) throws {
        func refuse(_ what: String, _ parameter: String) -> UserError { UserError(what, parameter: parameter) }
        guard !lower.isNaN, lower < .infinity else { throw refuse("lower = \(Value.real(lower)); expected a number or -inf", "lower") }
        guard !upper.isNaN, upper > -.infinity else { throw refuse("upper = \(Value.real(upper)); expected a number or inf", "upper") }
        guard lower < upper else {
            throw refuse("lower = \(Value.real(lower)) is not below upper = \(Value.real(upper))", "lower")
        }
        guard lower.isFinite || upper.isInfinite else {
            throw refuse(
                "lower = -inf with upper = \(Value.real(upper)); expected [a,b], [a,inf] or [-inf,inf]: take -x instead of x", "lower")
        }
        guard upper.isInfinite || upper - lower < .infinity else { throw refuse("the interval is too wide", "upper") }
        let functions = moments.map(\.function)
        let hasLog = functions.contains(.log) || functions.contains(.logSquare)
        let hasComplement = functions.contains(.logComplement)
        if hasLog, lower < 0 {
            throw refuse("log(x) is not defined below 0, but lower = \(Value.real(lower)); expected lower of at least 0", "lower")
        }
        if hasComplement, upper > 1 {
            throw refuse("log(1-x) is not defined above 1, but upper = \(Value.real(upper)); expected upper of at most 1", "upper")
        }
        (self.lower, self.upper) = (lower, upper)
        isSingularBelow = hasLog && lower == 0
        isSingularAbove = hasComplement && upper == 1
        // Powers 1…K all there may be taken about any centre; others only about 0.
        let powers = functions.compactMap(\.power).sorted()
        let isWhole = powers == Array(1..<(powers.count + 1))
        func target(_ k: Int) -> Double? { moments.first { $0.function == .power(k) }?.target }
        func target(_ function: MomentFunction) -> Double? { moments.first { $0.function == function }?.target }
        func positive(_ x: Double?) -> Double? { x.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
        if upper.isFinite {
            kind = isSingularBelow || isSingularAbove ? .logit : .interval
            let half = upper / 2 - lower / 2
            centre = isWhole ? lower + half : 0
            scale = isWhole ? half : max(abs(lower), abs(upper))
        } else if lower.isFinite {
            kind = .halfLine
            centre = isWhole ? lower : 0
            let last = powers.first.flatMap { k in positive(target(k)).map { pow($0, 1 / Double(k)) } }
            let typical = target(.log).map { exp($0) } ?? last ?? target(MomentFunction.distance(0)) ?? lower + 1
            scale = positive(target(1).map { $0 - lower }) ?? positive(typical - lower) ?? positive(typical) ?? 1
        } else {
            kind = .line
            let mean = target(1) ?? 0
            let square = target(2).flatMap { positive($0 - mean * mean) }
            let even = powers.first { $0 % 2 == 0 }.flatMap { k in positive(target(k)).map { pow($0, 1 / Double(k)) } }
            let distance = moments.lazy.compactMap { moment -> Double? in
                if case .distance = moment.function { positive(moment.target) } else { nil }
            }.first
            centre = isWhole && square != nil ? mean : 0
            scale = square.map { $0.squareRoot() } ?? even ?? distance ?? 1
        }
    }

    /// The least and greatest t.
    var range: ClosedRange<Double> {
        switch kind {
        case .interval: -1...1
        case .logit, .halfLine: -2e5...2e5
        case .line: -8e6...8e6
        }
    }

    /// Places of t among which the peaks and the ends of a density are sought.
    var grid: [Double] {
        switch kind {
        case .interval: return (0...400).map { -1 + Double($0) / 200 }
        case .logit, .halfLine, .line:
            let (reach, count) = (kind == .line ? 16.5 : 12.8, kind == .line ? 330 : 300)
            return (-count...count).map { place in
                let u = reach * Double(place) / Double(count)
                return (exp(u) - exp(-u)) / 2
            }
        }
    }

    /// x at places of t.
    func x(_ t: [Double]) -> [Double] {
        switch kind {
        case .interval:
            let (middle, half) = (lower + (upper / 2 - lower / 2), upper / 2 - lower / 2)
            return t.map { middle + half * $0 }
        case .logit:
            let width = upper - lower
            return zip(t, Vector.logistic(t)).map { $0 < 0 ? lower + width * $1 : upper - width * logistic(-$0) }
        case .halfLine: return Vector.exp(t).map { lower + scale * $0 }
        case .line: return t.map { centre + scale * $0 }
        }
    }

    /// t at a place inside.
    func t(_ x: Double) -> Double {
        switch kind {
        case .interval: (x - lower - (upper / 2 - lower / 2)) / (upper / 2 - lower / 2)
        case .logit: log((x - lower) / (upper - x))
        case .halfLine: log((x - lower) / scale)
        case .line: (x - centre) / scale
        }
    }

    /// log dx/dt at places of t.
    func logSlope(_ t: [Double]) -> [Double] {
        switch kind {
        case .interval: return [Double](repeating: log(upper / 2 - lower / 2), count: t.count)
        case .logit:
            let width = log(upper - lower)
            return zip(Vector.log1pExp(t), Vector.log1pExp(t.map { -$0 })).map { width - $0 - $1 }
        case .halfLine:
            let width = log(scale)
            return t.map { width + $0 }
        case .line: return [Double](repeating: log(scale), count: t.count)
        }
    }

    /// The functions' values at places of t, powers of z instead of x.
    func values(_ functions: [MomentFunction], _ t: [Double]) -> [[Double]] {
        let x = x(t)
        let z: [Double]
        switch kind {
        case .line: z = t
        case .halfLine where centre == lower: z = Vector.exp(t)
        default: z = x.map { ($0 - centre) / scale }
        }
        var logs: [Double]?
        func logarithms() -> [Double] {
            if let logs { return logs }
            let fresh: [Double]
            if isSingularBelow {
                fresh =
                    kind == .halfLine
                    ? t.map { log(scale) + $0 } : Vector.log1pExp(t.map { -$0 }).map { log(upper - lower) - $0 }
            } else {
                fresh = Vector.log(x)
            }
            logs = fresh
            return fresh
        }
        return functions.map { function in
            switch function {
            case .power(let k):
                var result = z
                for _ in 1..<k { for i in result.indices { result[i] *= z[i] } }
                return result
            case .log: return logarithms()
            case .logSquare: return logarithms().map { $0 * $0 }
            case .logComplement:
                return isSingularAbove ? Vector.log1pExp(t).map { log(upper - lower) - $0 } : Vector.log1p(x.map { -$0 })
            case .distance(let c): return x.map { abs($0 - c) }
            case .cos: return Vector.cos(x)
            case .sin: return Vector.sin(x)
            }
        }
    }

    /// Where a function has a kink, in t.
    func kinks(_ functions: [MomentFunction]) -> [Double] {
        functions.compactMap { function in
            guard case .distance(let c) = function, c > lower, c < upper else { return nil }
            return t(c)
        }.sorted()
    }

    /// Targets of the functions with powers of z instead of x.
    func standardised(_ moments: [Moment]) -> [Double] {
        let raw = moments.compactMap { moment in moment.function.power.map { ($0, moment.target) } }
        guard centre != 0 else {
            return moments.map { moment in moment.function.power.map { moment.target / pow(scale, Double($0)) } ?? moment.target }
        }
        // E[(x-c)^k] from E[x^j], in steps that subtract as little as can be.
        var values = [Double](repeating: 0, count: (raw.map(\.0).max() ?? 0) + 1)
        values[0] = 1
        for (k, target) in raw { values[k] = target }
        for last in 1..<max(1, values.count) {
            for k in stride(from: values.count - 1, through: last, by: -1) { values[k] -= centre * values[k - 1] }
        }
        return moments.map { moment in moment.function.power.map { values[$0] / pow(scale, Double($0)) } ?? moment.target }
    }

    /// The multipliers of powers of x, and what log Z gains, from those of powers of z.
    func original(_ lambda: [Double], _ functions: [MomentFunction]) -> (multipliers: [Double], constant: Double) {
        var coefficients = [Double](repeating: 0, count: (functions.compactMap(\.power).max() ?? 0) + 1)
        for (value, function) in zip(lambda, functions) { if let k = function.power { coefficients[k] = value } }
        let moved = substituted(coefficients, offset: -centre / scale, slope: 1 / scale)
        return (zip(lambda, functions).map { value, function in function.power.map { moved[$0] } ?? value }, moved[0])
    }

    /// The multipliers of powers of z from those of powers of x.
    func standard(_ multipliers: [Double], _ functions: [MomentFunction]) -> [Double] {
        var coefficients = [Double](repeating: 0, count: (functions.compactMap(\.power).max() ?? 0) + 1)
        for (value, function) in zip(multipliers, functions) { if let k = function.power { coefficients[k] = value } }
        let moved = substituted(coefficients, offset: centre, slope: scale)
        return zip(multipliers, functions).map { value, function in function.power.map { moved[$0] } ?? value }
    }
}
