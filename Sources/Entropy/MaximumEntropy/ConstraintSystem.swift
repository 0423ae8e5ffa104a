import Kernels
import Plotting
import Statistics

/// Constraints with their targets over the outcomes that can have probability: which are independent, which repeat others, and whether
/// they can hold at all.
struct ConstraintSystem: Sendable {
    let outcomes: Outcomes
    /// The targets in the constraints' order, in the user's terms.
    let targets: [Double]
    /// Places in `outcomes.support` that can have probability; nil for all.
    ///
    /// Fewer only on the boundary.
    private(set) var face: [Int]?
    /// The independent constraints, in order.
    private(set) var kept: [Int] = []
    /// For each independent constraint k, the combination of all constraints' functions that is of unit size and uncorrelated with those before.
    private(set) var combination: [[Double]] = []
    /// Constraints that follow from the others on the outcomes at hand, and hold.
    private(set) var redundant: [Int] = []
    /// The width of each function's range over the outcomes that can have probability.
    private(set) var ranges: [Double]
    /// At which end of its range each constraint stands, when at one: -1 the lower, 1 the upper, 0 neither.
    private(set) var ends: [Double]
    /// Why no distribution meets them; nil when none is known.
    private(set) var contradiction: String?

    /// How far from an end of the range, as a share of it, counts as at the end.
    static let edge = 1e-12

    init(_ outcomes: Outcomes, targets: [Double], face: [Int]? = nil) {
        self.outcomes = outcomes
        self.targets = targets
        self.face = face
        ends = [Double](repeating: 0, count: targets.count)
        ranges = ends
        narrow()
        if contradiction == nil { separate() }
    }

    /// The same constraints with other targets; what does not depend on them is kept where it can be.
    func moved(to targets: [Double]) -> ConstraintSystem {
        guard face == nil, contradiction == nil, redundant.isEmpty else { return ConstraintSystem(outcomes, targets: targets) }
        var moved = ConstraintSystem(self, targets)
        moved.narrow()
        return moved.contradiction == nil && moved.face == nil ? moved : ConstraintSystem(outcomes, targets: targets)
    }

    private init(_ other: ConstraintSystem, _ targets: [Double]) {
        (outcomes, kept, combination, redundant, ranges) = (other.outcomes, other.kept, other.combination, other.redundant, other.ranges)
        self.targets = targets
        ends = [Double](repeating: 0, count: targets.count)
    }

    /// How many outcomes can have probability.
    var count: Int { face?.count ?? outcomes.support.count }

    /// The targets of the functions as `Outcomes` holds them.
    var innerTargets: [Double] {
        let mean = outcomes.mean.map { targets[$0] } ?? 0
        return targets.indices.map { targets[$0] + outcomes.offset($0, mean: mean) }
    }

    private func function(_ j: Int) -> [Double] { face.map { face in face.map { outcomes.functions[j][$0] } } ?? outcomes.functions[j] }

    /// Holds each target against the range of its function; a target at an end leaves only the outcomes that lie there.
    private mutating func narrow() {
        let inner = innerTargets
        var isSettled = false
        while !isSettled {
            isSettled = true
            for j in targets.indices {
                let (low, high) = face == nil ? outcomes.ranges[j] : Outcomes.range(function(j))
                let target = inner[j]
                let tolerance = Self.edge * (high / 2 - low / 2) * 2 + (high == low ? 1e-10 * max(abs(low), abs(target)) : 0)
                if target > high + tolerance || target < low - tolerance {
                    contradiction = sentence(outOfRange: j, low: low, high: high)
                    return
                }
                guard high > low, high - target <= tolerance || target - low <= tolerance else { continue }
                let isUpper = high - target <= tolerance
                ends[j] = isUpper ? 1 : -1
                let all = face ?? Array(outcomes.support.indices)
                face = zip(all, function(j)).filter { isUpper ? $0.1 >= high - tolerance : $0.1 <= low + tolerance }.map(\.0)
                isSettled = false
            }
        }
    }

    /// Splits the constraints into independent and redundant ones by Gram-Schmidt on their centred functions.
    private mutating func separate() {
        let inner = innerTargets
        var columns: [[Double]] = []
        var centres: [Double] = []
        var scales: [Double] = []
        for j in targets.indices {
            var column = function(j)
            let (low, high) = Outcomes.range(column)
            let centre = low / 2 + high / 2
            let scale = high / 2 - low / 2
            let factor = scale > 0 ? scale : 1
            for i in column.indices { column[i] = (column[i] - centre) / factor }
            // Halfway between the ends is not the mean over the outcomes, which is what uncorrelated refers to.
            let shift = Vector.sum(column) / Double(max(1, column.count))
            for i in column.indices { column[i] -= shift }
            columns.append(column)
            centres.append(centre + shift * factor)
            scales.append(scale)
            ranges[j] = scale * 2
        }
        let size = Double(max(1, count))
        var gram = Matrix(rows: targets.count, columns: targets.count)
        for i in targets.indices {
            for j in 0...i {
                gram[i, j] = Vector.dot(columns[i], columns[j]) / size
                gram[j, i] = gram[i, j]
            }
        }
        let scaledTargets = targets.indices.map { scales[$0] > 0 ? (inner[$0] - centres[$0]) / scales[$0] : 0 }
        var basis: [[Double]] = []
        for j in targets.indices {
            guard scales[j] > 0, gram[j, j] > 0 else {
                redundant.append(j)  // constant over these outcomes, and `narrow` saw that it has its target
                continue
            }
            var (coefficients, norm) = reduced(j, basis, gram)
            if norm * norm < 1e-9 * gram[j, j] { (coefficients, norm) = reduced(j, basis, columns, size) }
            let share = norm / gram[j, j].squareRoot()
            if share < 1e-10 {
                let gap = zip(coefficients, scaledTargets).reduce(0.0) { $0 + $1.0 * $1.1 }
                if abs(gap) <= 1e-10 {
                    redundant.append(j)
                    continue
                }
                if share < 1e-13 {
                    contradiction = sentence(
                        contradicting: j, others: basis.isEmpty ? [] : kept.filter { coefficients[$0] != 0 }, miss: gap * scales[j])
                    return
                }
            }
            kept.append(j)
            basis.append(coefficients.map { $0 / norm })
        }
        combination = basis.map { row in row.indices.map { scales[$0] > 0 ? row[$0] / scales[$0] : 0 } }
    }

    /// What is left of column j when its share in the basis is taken off, by the columns' inner products alone.
    private func reduced(_ j: Int, _ basis: [[Double]], _ gram: Matrix) -> ([Double], Double) {
        var coefficients = [Double](repeating: 0, count: gram.rows)
        coefficients[j] = 1
        for _ in 0..<2 {
            for row in basis {
                let image = gram * coefficients
                let share = zip(row, image).reduce(0.0) { $0 + $1.0 * $1.1 }
                for i in coefficients.indices { coefficients[i] -= share * row[i] }
            }
        }
        let square = zip(coefficients, gram * coefficients).reduce(0.0) { $0 + $1.0 * $1.1 }
        return (coefficients, max(0, square).squareRoot())
    }

    /// The same on the columns themselves, for nearly dependent ones, whose inner products have lost the digits.
    private func reduced(_ j: Int, _ basis: [[Double]], _ columns: [[Double]], _ size: Double) -> ([Double], Double) {
        let vectors = basis.map { row in
            var vector = [Double](repeating: 0, count: columns[j].count)
            for (k, coefficient) in row.enumerated() where coefficient != 0 {
                for i in vector.indices { vector[i] += coefficient * columns[k][i] }
            }
            return vector
        }
        var coefficients = [Double](repeating: 0, count: columns.count)
        coefficients[j] = 1
        var rest = columns[j]
        for _ in 0..<3 {
            for (row, vector) in zip(basis, vectors) {
                let share = Vector.dot(vector, rest) / size
                for i in coefficients.indices { coefficients[i] -= share * row[i] }
                for i in rest.indices { rest[i] -= share * vector[i] }
            }
        }
        return (coefficients, (Vector.dot(rest, rest) / size).squareRoot())
    }

    // MARK: feasibility

    /// Where the targets lie among what distributions can reach.
    enum Place {
        /// Every outcome can have probability.
        case interior
        /// Only these places in the support can.
        case face([Int])
        /// No distribution reaches them.
        case outside
    }

    /// Decides by linear programmes: the greatest ε such that all probabilities can be at least ε.
    ///
    /// With ε = 0 the multipliers are a combination of the constraints that no outcome undercuts and that the targets attain, so that
    /// outcomes above it have probability zero.
    func place(_ family: ExponentialFamily) -> Place {
        let n = family.count
        var rows = (0..<family.rank).map { Array(family.columns[$0 * n..<($0 + 1) * n]) }
        rows.append([Double](repeating: 1, count: n))
        for k in rows.indices { rows[k].append(Vector.sum(rows[k]) / Double(n)) }
        let right = [Double](repeating: 0, count: family.rank) + [1]
        let cost = [Double](repeating: 0, count: n) + [-1]
        switch LinearProgramme(rows: rows, right: right, cost: cost).solve() {
        case .infeasible: return .outside
        case .unbounded, .unresolved: return .interior
        case .optimal(let vertex):
            guard -vertex.cost <= Self.edge * 10 else { return .interior }
            let all = face ?? Array(outcomes.support.indices)
            let places = (0..<n).filter { i in
                vertex.multipliers.indices.reduce(0.0) { $0 - vertex.multipliers[$1] * rows[$1][i] } <= 1e-9
            }
            return places.count < n && !places.isEmpty ? .face(places.map { all[$0] }) : .interior
        }
    }

    /// The range that constraint j's expectation can have while others hold; nil when those cannot hold themselves.
    func range(of j: Int, given others: some Collection<Int>) -> (low: Double, high: Double)? {
        let inner = innerTargets
        var rows: [[Double]] = []
        for k in others {
            let (low, high) = Outcomes.range(function(k))
            let scale = high > low ? high - low : max(abs(high), 1e-300)
            rows.append(function(k).map { ($0 - inner[k]) / scale })
        }
        rows.append([Double](repeating: 1, count: count))
        let right = [Double](repeating: 0, count: others.count) + [1]
        let (low, high) = Outcomes.range(function(j))
        let scale = high > low ? high - low : 1
        let cost = function(j).map { ($0 - low) / scale }
        guard case .optimal(let least) = LinearProgramme(rows: rows, right: right, cost: cost).solve(),
            case .optimal(let most) = LinearProgramme(rows: rows, right: right, cost: cost.map { -$0 }).solve()
        else { return nil }
        let shift = targets[j] - inner[j]
        return (low + least.cost * scale + shift, low - most.cost * scale + shift)
    }

    /// Whether constraints that can each hold alone cannot hold together.
    private func isContradictory(_ some: [Int]) -> Bool {
        guard let last = some.last else { return false }
        guard let range = range(of: last, given: some.dropLast()) else { return true }
        let tolerance = 1e-9 * ranges[last]
        return targets[last] < range.low - tolerance || targets[last] > range.high + tolerance
    }

    /// A smallest set of constraints that cannot hold together, and by how much its last one misses, in a sentence.
    ///
    /// Leaving out the first constraints first or the last first may end in different sets: the one with the smaller miss is told.
    func explanation() -> String {
        if let j = targets.indices.first(where: { outcomes.constraints[$0].function == .variance && targets[$0] < 0 }) {
            return sentence(outOfRange: j, low: 0, high: .infinity)
        }
        var told: (sentence: String, miss: Double)?
        for order in [kept, kept.reversed()] {
            var together = kept
            for j in order where together.count > 1 {
                let without = together.filter { $0 != j }
                if isContradictory(without) { together = without }
            }
            // A variance is told against its mean, not the other way round.
            let last = together.last { outcomes.constraints[$0].function == .variance } ?? together.last ?? 0
            let others = together.filter { $0 != last }
            guard let range = range(of: last, given: others) else { continue }
            let miss = max(targets[last] - range.high, range.low - targets[last]) / ranges[last]
            if miss < told?.miss ?? .infinity { told = (sentence(outOfRange: last, low: range.low, high: range.high, given: others), miss) }
        }
        return told?.sentence ?? "no distribution meets \(names(kept)) together"
    }

    private func written(_ j: Int) -> String { "\(outcomes.constraints[j].name) = \(Numbers.short(targets[j], digits: 10))" }
    private func names(_ some: [Int]) -> String { some.map(written).joined(separator: ", ") }

    private func sentence(outOfRange j: Int, low: Double, high: Double, given others: [Int]? = nil) -> String {
        let constraint = outcomes.constraints[j]
        var (low, high) = (low, high)
        var others = others ?? []
        if constraint.function == .variance, others.isEmpty {
            if targets[j] < 0 {
                return
                    "no distribution meets \(written(j)): a variance is at least 0; it misses by \(Numbers.short(-targets[j], digits: 6))"
            }
            if let mean = outcomes.mean, let range = range(of: j, given: [mean]) {
                (low, high, others) = (range.low, range.high, [mean])
            }
        }
        let miss = targets[j] > high ? targets[j] - high : low - targets[j]
        let (least, most) = (Numbers.short(low, digits: 8), Numbers.short(high, digits: 8))
        let span = low == high ? "is \(least)" : "lies between \(least) and \(most)"
        let condition = others.isEmpty ? "over these outcomes" : "while \(names(others)) \(others.count > 1 ? "hold" : "holds")"
        return "no distribution meets \(written(j)): \(condition) it \(span), and misses by \(Numbers.short(miss, digits: 6))"
    }

    private func sentence(contradicting j: Int, others: [Int], miss: Double) -> String {
        let wanted = Numbers.short(targets[j] - miss, digits: 10)
        return
            "no distribution meets \(written(j)) together with \(names(others)), from which \(outcomes.constraints[j].name) = \(wanted) follows; "
            + "it misses by \(Numbers.short(abs(miss), digits: 6))"
    }
}
