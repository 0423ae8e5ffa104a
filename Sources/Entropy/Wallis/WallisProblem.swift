import Engine
import Kernels
import Plotting
import Statistics

/// N quanta over outcomes, the means that are kept, and the distribution of greatest entropy among those.
struct WallisProblem: Sendable {
    /// The outcomes' values.
    let values: [Double]
    /// N.
    let quanta: Int
    /// The mean wanted.
    let mean: Double
    /// How far a mean may be from it; 0 for exactly, to rounding.
    let tolerance: Double
    /// The grid on which the values stand; nil for none.
    let lattice: Lattice?
    /// What is added up for each quantum: the level on the grid, or the value.
    let scores: [Double]
    /// The sums of scores that are kept.
    ///
    /// On a grid its ends are whole and can be attained.
    let window: ClosedRange<Double>
    /// The sum in the window that the most sequences have, as N grows: the one nearest to the sum of even odds.
    let centre: Double
    /// The distribution of greatest entropy whose mean is kept.
    let probabilities: [Double]
    /// λ of p ∝ exp(-λ·score); 0 where p is even over its support.
    let multiplier: Double
    /// log Σ exp(-λ·score) over the outcomes with probability.
    let logPartition: Double
    /// The entropy of `probabilities`, in nats.
    let maximumEntropy: Double
    /// Outcomes with probability, less one, less one for the mean where it binds.
    let degreesOfFreedom: Int

    /// The most outcomes taken.
    static let outcomeLimit = 10_000

    /// - Throws: `UserError` when no assignment of the quanta has such a mean, naming the nearest that can be had.
    init(values: [Double], quanta: Int, mean: Double, tolerance: Double) throws {
        guard !values.isEmpty else { throw UserError("values is empty; expected at least one outcome, such as 1..6", parameter: "values") }
        guard values.count <= Self.outcomeLimit else {
            throw UserError("values holds \(values.count) outcomes; at most \(Self.outcomeLimit) are taken", parameter: "values")
        }
        if let place = values.firstIndex(where: { !($0.magnitude <= 1e150) }) {
            throw UserError("values: item \(place + 1) is \(values[place]); expected numbers within ±1e150", parameter: "values")
        }
        (self.values, self.quanta, self.mean, self.tolerance) = (values, quanta, mean, tolerance)
        let (low, high) = Outcomes.range(values)
        let rounding = 1e-9 * max(high - low, 1e-3 * max(abs(low), abs(high)))
        guard mean - tolerance <= high + rounding, mean + tolerance >= low - rounding else {
            let span =
                low == high
                ? "is always \(Numbers.short(low, digits: 10))" : "lies between \(Numbers.short(low)) and \(Numbers.short(high))"
            throw UserError("mean = \(Numbers.short(mean, digits: 10)) cannot be had: the mean of these values \(span)", parameter: "mean")
        }
        lattice = Lattice(values)
        if let lattice {
            scores = lattice.levels.map(Double.init)
            let sums = try Self.sums(lattice, quanta, mean, tolerance)
            window = Double(sums.lowerBound)...Double(sums.upperBound)
        } else {
            guard tolerance > 0 else {
                throw UserError(
                    "tolerance = 0 keeps nothing: these values stand on no even grid, so that no mean is met exactly; expected more than 0",
                    parameter: "tolerance")
            }
            scores = values
            let slack = rounding * Double(quanta)
            let least = max(mean - tolerance, low) * Double(quanta)
            window = (least - slack)...max(least + slack, min(mean + tolerance, high) * Double(quanta) + slack)
        }
        let even = Vector.sum(scores) / Double(scores.count) * Double(quanta)
        centre = min(max(even, window.lowerBound), window.upperBound)
        let isFree = window.lowerBound < window.upperBound && window.contains(even)
        let solution = try Self.solve(scores, mean: centre / Double(quanta))
        (probabilities, maximumEntropy) = (solution.probabilities, solution.entropy)
        let support = solution.probabilities.indices.filter { solution.probabilities[$0] > 0 }
        let (least, most) = Outcomes.range(support.map { [scores] in scores[$0] })
        if let lambda = solution.multiplier, least < most, !isFree {
            (multiplier, logPartition) = (lambda, solution.logPartition)
            degreesOfFreedom = max(0, support.count - 2)
        } else {
            (multiplier, logPartition) = (0, log(Double(support.count)))
            degreesOfFreedom = support.count - 1
        }
    }

    /// The sums of levels whose means are kept, its ends attainable.
    private static func sums(_ lattice: Lattice, _ quanta: Int, _ mean: Double, _ tolerance: Double) throws -> ClosedRange<Int> {
        let n = Double(quanta)
        let greatest = quanta * lattice.top
        /// The sum of levels for a mean, kept near the range so that no number is too great.
        func level(_ mean: Double) -> Double {
            let steps =
                min(max(mean, lattice.origin - lattice.spacing), lattice.origin + lattice.spacing * Double(lattice.top + 1))
                - lattice.origin
            return n * (steps / lattice.spacing)
        }
        let target = level(mean)
        let slack = min(0.25, 1e-9 * n * Double(max(1, lattice.top)))
        func whole(_ x: Double) -> Int { Int(min(max(x, -1), Double(greatest) + 1)) }
        var low = max(0, whole((level(mean - tolerance) - slack).rounded(.up)))
        var high = min(greatest, whole((level(mean + tolerance) + slack).rounded(.down)))
        let attainable = lattice.attainable(quanta: quanta, upTo: greatest)
        func can(_ sum: Int) -> Bool { attainable?[sum] ?? true }
        while low <= high, !can(low) { low += 1 }
        while low <= high, !can(high) { high -= 1 }
        if low <= high { return low...high }
        var (below, above) = (min(greatest, whole(target.rounded(.down))), max(0, whole(target.rounded(.up))))
        while below >= 0, !can(below) { below -= 1 }
        while above <= greatest, !can(above) { above += 1 }
        let means = [below >= 0 ? below : nil, above <= greatest && above != below ? above : nil].compactMap { $0 }
            .map { Numbers.short(lattice.mean(ofSum: $0, quanta: quanta), digits: 12) }
        let nearest = means.count == 1 ? "the nearest mean is \(means[0])" : "the nearest means are \(means.joined(separator: " and "))"
        let wanted =
            tolerance > 0
            ? "within \(Numbers.short(tolerance)) of \(Numbers.short(mean, digits: 10))" : "of \(Numbers.short(mean, digits: 10))"
        throw UserError("\(quanta) quanta on these values cannot have a mean \(wanted): \(nearest)", parameter: "mean")
    }

    /// The distribution of greatest entropy over the scores with the given mean; the multiplier is nil on the boundary.
    private static func solve(
        _ scores: [Double], mean: Double
    ) throws -> (probabilities: [Double], multiplier: Double?, logPartition: Double, entropy: Double) {
        let constraint = Constraint(function: .mean, target: mean, name: "mean", column: 1)
        let outcomes = try Outcomes(values: scores, prior: [], constraints: [constraint])
        // Dividing a sum by N may round it past an end.
        let (low, high) = Outcomes.range(scores)
        var solver = MaximumEntropySolver(outcomes, targets: [min(max(mean, low), high)])
        solver.solve()
        guard solver.state == .converged || solver.state == .boundary else { throw UserError(solver.sentence, parameter: "mean") }
        let isInside = solver.state == .converged
        return (solver.probabilities, isInside ? solver.multipliers[0] : nil, isInside ? solver.logPartition : 0, solver.entropies.entropy)
    }

    /// The sums of levels that are kept; nil off the grid.
    var sums: ClosedRange<Int>? { lattice == nil ? nil : Int(window.lowerBound)...Int(window.upperBound) }

    /// The mean of the outcomes for a sum of scores.
    func mean(ofSum sum: Double) -> Double {
        lattice.map { $0.origin + $0.spacing * (sum / Double(quanta)) } ?? sum / Double(quanta)
    }

    /// The width in nats below the greatest entropy that a share of all kept assignments keeps within: 2N(H_max - H) is about χ².
    ///
    /// Source: E. T. Jaynes, "Concentration of distributions at entropy maxima" (1979).
    func concentrationWidth(_ share: Double = 0.95) -> Double {
        guard degreesOfFreedom > 0 else { return 0 }
        return ChiSquareDistribution(degreesOfFreedom: Double(degreesOfFreedom)).upperQuantile(1 - share) / (2 * Double(quanta))
    }
}
