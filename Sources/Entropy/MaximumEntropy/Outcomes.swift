import Engine
import Kernels
import Plotting

/// The outcomes of a discrete problem, their prior, and the constraints' functions over them: what moving a target leaves alone.
struct Outcomes: Sendable {
    /// The values, as given.
    let values: [Double]
    /// The prior, summing to 1; nil for none.
    let prior: [Double]?
    /// The constraints, as given.
    let constraints: [Constraint]
    /// The constraint on the mean; nil for none.
    let mean: Int?
    /// The outcomes that the prior allows.
    let support: [Int]
    /// Each constraint's function over the support.
    ///
    /// A variance is (x - centre)² here.
    let functions: [[Double]]
    /// The least and greatest value of each function.
    let ranges: [(low: Double, high: Double)]
    /// Where variances are centred: a value near the middle, fixed, so that moving the mean leaves the functions alone.
    let centre: Double

    /// - Throws: `UserError` for values, priors and rows that make no distribution.
    init(values: [Double], prior weights: [Double], constraints: [Constraint]) throws {
        guard !values.isEmpty else { throw UserError("values is empty; expected at least one outcome, such as 1..6", parameter: "values") }
        guard values.count <= 1_000_000 else {
            throw UserError("values holds \(values.count) outcomes; at most 1,000,000 are taken", parameter: "values")
        }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw UserError("values: item \(place + 1) is \(values[place]); expected finite numbers", parameter: "values")
        }
        self.values = values
        self.constraints = constraints
        prior = try Self.normalised(weights, count: values.count)
        support = prior.map { prior in prior.indices.filter { prior[$0] > 0 } } ?? Array(values.indices)
        mean = constraints.firstIndex { $0.function == .mean }
        let held = support.map { values[$0] }
        let (low, high) = Outcomes.range(held)
        let middle = low / 2 + high / 2
        centre = held.min { abs($0 - middle) < abs($1 - middle) } ?? middle
        var functions: [[Double]] = []
        for (place, constraint) in constraints.enumerated() {
            if constraint.function == .variance, mean == nil {
                throw UserError(
                    "constraints: column \(constraint.column): \(constraint.name) needs a mean beside it, such as mean = 4; without one the greatest entropy "
                        + "need not be attained by one distribution alone (E[(x - c)^2] fixes the spread about a point c)",
                    parameter: "constraints")
            }
            functions.append(try Self.evaluate(constraint, place, values: values, support: support, held: held, centre: centre))
        }
        self.functions = functions
        ranges = functions.map(Outcomes.range)
    }

    private static func normalised(_ weights: [Double], count: Int) throws -> [Double]? {
        guard !weights.isEmpty else { return nil }
        guard weights.count == count else {
            throw UserError(
                "prior has \(weights.count) weights, but there are \(count) outcomes; expected one weight each", parameter: "prior")
        }
        if let place = weights.firstIndex(where: { !($0 >= 0) || $0.isInfinite }) {
            throw UserError("prior: weight \(place + 1) is \(weights[place]); expected finite numbers of at least 0", parameter: "prior")
        }
        let largest = weights.max() ?? 0
        guard largest > 0 else { throw UserError("prior is zero everywhere; expected at least one positive weight", parameter: "prior") }
        // Divided twice, since the plain sum of huge weights overflows.
        let scaled = weights.map { $0 / largest }
        let total = Vector.sum(scaled)
        return scaled.map { $0 / total }
    }

    private static func evaluate(
        _ constraint: Constraint, _ place: Int, values: [Double], support: [Int], held: [Double], centre: Double
    ) throws -> [Double] {
        let column: [Double]
        switch constraint.function {
        case .mean: return held
        case .variance: column = held.map { ($0 - centre) * ($0 - centre) }
        case .expression(let expression): column = expression.values(at: held)
        case .row(let row):
            guard row.count == values.count else {
                throw UserError(
                    "constraints: column \(constraint.column): the row has \(row.count) numbers, but there are \(values.count) outcomes",
                    parameter: "constraints")
            }
            column = support.map { row[$0] }
        }
        if let bad = column.firstIndex(where: { !$0.isFinite }) {
            throw UserError(
                "constraints: column \(constraint.column): \(constraint.name) is not finite at x = \(Numbers.shortest(held[bad])) (outcome \(support[bad] + 1))",
                parameter: "constraints")
        }
        return column
    }

    /// What is added to a constraint's target to give the expectation of its function here, with the mean at its present target.
    func offset(_ constraint: Int, mean: Double) -> Double {
        constraints[constraint].function == .variance ? (mean - centre) * (mean - centre) : 0
    }

    /// The least and the greatest of some numbers; zeros when there are none.
    static func range(_ numbers: [Double]) -> (low: Double, high: Double) {
        guard var low = numbers.first else { return (0, 0) }
        var high = low
        for x in numbers {
            low = Swift.min(low, x)
            high = Swift.max(high, x)
        }
        return (low, high)
    }
}
