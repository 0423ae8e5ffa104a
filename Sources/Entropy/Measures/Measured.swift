import Engine
import Kernels
import Plotting

/// What entropy.measure is told: a distribution, and what stands beside it, checked.
struct MeasureProblem: Sendable, Hashable, Codable {
    /// The probabilities, which sum to 1.
    var distribution: [Double]
    /// A second distribution over the same outcomes; nil when not given.
    var second: [Double]?
    /// The joint probabilities of two variables by rows; nil when not given.
    var joint: [[Double]]?
    /// How often each outcome was seen; nil when not given.
    var counts: [Int]?
    /// The outcomes gathered; nil when not given.
    var grouping: String?
    /// A density's family and its parameters; nil when not given.
    var family: String?
    var familyParameters: [Double] = []
    /// What was done to the numbers, and what stands beside what without a use.
    var notes: [String] = []

    /// The most outcomes, and the most cells of a joint table.
    static let limit = 1_000_000

    init(_ setup: Setup) throws {
        let normalise = setup.flag("normalise")
        var notes: [String] = []
        let given = try setup.list("distribution")
        guard !given.isEmpty else {
            throw UserError("distribution is empty; expected probabilities such as 0.5,0.3,0.2", parameter: "distribution")
        }
        distribution = try Self.probabilities(given, "distribution", normalise: normalise, &notes)
        let other = try setup.list("second")
        if !other.isEmpty {
            guard other.count == given.count else {
                throw UserError(
                    "second has \(other.count) probabilities, but distribution has \(given.count); expected as many", parameter: "second")
            }
            second = try Self.probabilities(other, "second", normalise: normalise, &notes)
        }
        joint = try Self.table(setup.text("joint"), normalise: normalise, &notes)
        counts = try Self.wholeNumbers(try setup.list("counts"))
        let grouping = setup.text("grouping")
        if grouping.contains(where: { !$0.isWhitespace }) {
            _ = try Grouping(grouping, outcomes: given.count)
            self.grouping = grouping
        }
        let parameters = try setup.list("familyParameters")
        if let family = DensityFamily(rawValue: setup.choice("family")) {
            self.family = family.rawValue
            familyParameters = try family.checked(parameters)
        } else if !parameters.isEmpty {
            notes.append("familyParameters acts on nothing: family is none")
        }
        self.notes = notes
    }

    /// Numbers that are probabilities, or made so when asked for; nil where that cannot be asked for.
    static func probabilities(_ values: [Double], _ name: String, normalise: Bool?, _ notes: inout [String]) throws -> [Double] {
        guard values.count <= limit else {
            throw UserError("\(name) has \(values.count) numbers; at most \(limit) are taken", parameter: name)
        }
        for (i, value) in values.enumerated() where !(value >= 0 && value.isFinite) {
            throw UserError("\(name): number \(i + 1) is \(Value.real(value)); expected probabilities of at least 0", parameter: name)
        }
        let total = Vector.sum(values)
        guard total > 0, total.isFinite else {
            throw UserError("\(name) sums to \(Value.real(total)); expected at least one probability above 0", parameter: name)
        }
        if abs(total - 1) > 1e-9 {
            guard normalise == true else {
                throw UserError(
                    "\(name) sums to \(Numbers.short(total, digits: 12)); expected 1 within 1e-9"
                        + (normalise == nil ? "" : ", or normalise = on"),
                    parameter: name)
            }
            notes.append("\(name) sums to \(Numbers.short(total, digits: 12)) and was divided by it")
        } else if abs(total - 1) > 1e-13 {
            notes.append("\(name) sums to \(Numbers.short(total, digits: 15)) and was divided by it")
        }
        return values.map { $0 / total }
    }

    private static func table(_ text: String, normalise: Bool, _ notes: inout [String]) throws -> [[Double]]? {
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        // A file of rows may end its lines with or without a semicolon.
        let parts = text.split { $0 == ";" || $0.isNewline }.filter { part in part.contains { !$0.isWhitespace } }
        let rows = try parts.map { try NumberList.parse(String($0), parameter: "joint") }
        guard let width = rows.first?.count else {
            throw UserError("joint has no rows; expected rows such as 0.4,0.1; 0.1,0.4", parameter: "joint")
        }
        for (i, row) in rows.enumerated() where row.count != width {
            throw UserError(
                "joint: row \(i + 1) has \(row.count) numbers, but the first has \(width); expected as many", parameter: "joint")
        }
        let flat = try probabilities(rows.flatMap { $0 }, "joint", normalise: normalise, &notes)
        return rows.indices.map { Array(flat[($0 * width)..<(($0 + 1) * width)]) }
    }

    private static func wholeNumbers(_ values: [Double]) throws -> [Int]? {
        guard !values.isEmpty else { return nil }
        let counts = try wholeCounts(values, "counts", limit: limit)
        guard counts.contains(where: { $0 > 0 }) else {
            throw UserError("counts are zero everywhere; expected at least one above 0", parameter: "counts")
        }
        return counts
    }
}

/// The numbers as counts: whole, not negative, with a sum that a double holds exactly.
func wholeCounts(_ values: [Double], _ name: String, limit: Int) throws -> [Int] {
    guard values.count <= limit else {
        throw UserError("\(name) has \(values.count) numbers; at most \(limit) are taken", parameter: name)
    }
    var (counts, total) = ([Int](), 0.0)
    counts.reserveCapacity(values.count)
    for (i, value) in values.enumerated() {
        guard value >= 0, let count = Int(exactly: value) else {
            throw UserError("\(name): number \(i + 1) is \(Value.real(value)); expected whole numbers of at least 0", parameter: name)
        }
        counts.append(count)
        total += value
    }
    guard total <= 0x1p53 else { throw UserError("\(name) sum to \(Value.real(total)); at most 2^53 are taken", parameter: name) }
    return counts
}

/// log N!/(n₁!…nₘ!) of counts.
func logMultiplicity(_ counts: [Int]) -> Double {
    max(0, lgamma(Double(counts.reduce(0, +)) + 1) - Vector.sum(counts.map { $0 > 1 ? lgamma(Double($0) + 1) : 0 }))
}

/// Everything that is known of a problem at one order q.
struct Measured: Sendable {
    /// Shannon's entropy, or the density's differential entropy where a family is given; in nats.
    var nats: Double
    var renyi: Double
    var tsallis: Double
    var logMultiplicity: Double?
    var multiplicityPerQuantum: Double?
    var multiplicityGap: Double?
    var divergences: Divergences?
    var joint: JointEntropies?
    /// Total, between and within, by functional in their order.
    var grouping: [(total: Double, between: Double, within: Double)]?
    /// What the product of two independent systems has beyond both, by functional in their order.
    var additivity: [Double]

    init(_ problem: MeasureProblem, order: Double) {
        let p = problem.distribution
        if let family = problem.family.flatMap(DensityFamily.init) {
            let v = problem.familyParameters
            (nats, renyi, tsallis) = (family.entropy(v), family.renyi(v, order: order), family.tsallis(v, order: order))
        } else {
            nats = EntropyFunctional.shannon(p)
            renyi = EntropyFunctional.renyi.value(p, order: order)
            tsallis = EntropyFunctional.tsallis.value(p, order: order)
        }
        if let counts = problem.counts {
            let total = Double(counts.reduce(0, +))
            let log = Entropy.logMultiplicity(counts)
            (logMultiplicity, multiplicityPerQuantum) = (log, log / total)
            multiplicityGap = EntropyFunctional.shannon(counts.map { Double($0) / total }) - log / total
        }
        divergences = problem.second.map { Divergences(p, $0) }
        joint = problem.joint.map { JointEntropies(rows: $0) }
        grouping = problem.grouping.flatMap { try? Grouping($0, outcomes: p.count) }.map { grouping in
            EntropyFunctional.allCases.map { grouping.terms($0, p, order: order) }
        }
        additivity = EntropyFunctional.allCases.map { $0.additivityGap(p, problem.second ?? p, order: order) }
    }
}
