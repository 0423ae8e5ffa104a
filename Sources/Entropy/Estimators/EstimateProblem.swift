import Engine
import Kernels
import Plotting

/// What entropy.estimate is given, read and checked.
struct EstimateProblem: Sendable, Hashable, Codable {
    /// How often each outcome was seen; empty when there are only numbers.
    var counts: [Int] = []
    /// The commonest tokens with their places in the counts; empty for typed counts.
    var common: [TokenCounts.Common] = []
    /// K, the number of possible outcomes.
    var alphabet: Double = 0
    /// Numbers, one an observation; empty when not given.
    var x: [Double]
    /// A second variable beside x; empty when not given.
    var y: [Double]
    var neighbours: Int
    var permutations: Int
    /// The distribution of the bench; empty for none.
    var bench: [Double] = []
    var repeats: Int
    var notes: [String] = []

    /// The most counts that can be typed or read, and the most numbers in a column.
    static let limit = 10_000_000

    init(_ setup: Setup) throws {
        x = try Self.column(setup, "x")
        y = try Self.column(setup, "y")
        neighbours = setup.integer("neighbours")
        repeats = setup.integer("repeats")
        let wanted = setup.integer("permutations")
        permutations = y.isEmpty ? 0 : wanted > 0 ? wanted : min(99, max(19, 200_000 / max(1, x.count)))
        if x.isEmpty, !y.isEmpty { throw UserError("y is given without x; expected both, or x alone", parameter: "y") }
        if !y.isEmpty, x.count != y.count {
            throw UserError("y has \(y.count) numbers, but x has \(x.count); expected pairs", parameter: "y")
        }
        if !x.isEmpty, x.count <= neighbours {
            throw UserError(
                "neighbours = \(neighbours), but there are \(x.count) observations; expected fewer neighbours than observations",
                parameter: "neighbours")
        }
        try readCounts(setup)
        try readBench(setup.text("bench"))
    }

    private static func column(_ setup: Setup, _ name: String) throws -> [Double] {
        let values = try setup.list(name)
        guard values.count <= limit else {
            throw UserError("\(name) has \(values.count) numbers; at most \(limit) are taken", parameter: name)
        }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw UserError("\(name): number \(place + 1) is \(Value.real(values[place])); expected finite numbers", parameter: name)
        }
        return values
    }

    private mutating func readCounts(_ setup: Setup) throws {
        let order = setup.integer("order")
        let column = setup.text("column")
        if let input = setup.inputs["file"] {
            if setup.text("counts") != EstimateExperiment.defaultCounts {
                notes.append("counts acts on nothing: “\(input.name)” is counted instead")
            }
            let tokens: TokenCounts
            if column.isEmpty {
                tokens = try TokenCounts(input, unit: TokenCounts.Unit(rawValue: setup.choice("tokens")) ?? .word, order: order)
            } else {
                let texts = try DelimitedText.parse(input.bytes, name: input.name).texts(column)
                let missing = texts.codes.count { $0 < 0 }
                if missing > 0 { notes.append("\(missing) empty cells of “\(column)” were left out") }
                if order > 1 { notes.append("order acts on nothing: the cells of a column are counted one by one") }
                tokens = TokenCounts(texts)
            }
            (counts, common) = (tokens.counts, tokens.common)
        } else {
            guard column.isEmpty else {
                throw UserError("column = “\(column)” is given without a file; expected file = data.csv beside it", parameter: "column")
            }
            counts = try wholeCounts(try setup.list("counts"), "counts", limit: Self.limit)
            if order > 1 { notes.append("order acts on nothing: there is no file") }
        }
        let support = counts.count { $0 > 0 }
        guard support > 0 || (counts.isEmpty && !x.isEmpty) else {
            throw UserError(
                counts.isEmpty
                    ? "there is nothing to estimate from; expected counts, a file or numbers x"
                    : "counts are zero everywhere; expected at least one above 0", parameter: "counts")
        }
        let given = setup.integer("alphabet")
        guard given == 0 || given >= support else {
            throw UserError(
                "alphabet = \(given), but \(support) outcomes were seen; expected at least \(support), or 0", parameter: "alphabet")
        }
        alphabet = Double(given == 0 ? support : given)
    }

    private mutating func readBench(_ text: String) throws {
        switch text {
        case "none", "": return
        case "data":
            let total = Double(counts.reduce(0, +))
            bench = counts.filter { $0 > 0 }.map { Double($0) / total }
        case "uniform", "zipf":
            let size = Int(alphabet == 0 ? 100 : alphabet)
            guard size <= MeasureProblem.limit else {
                throw UserError(
                    "bench = \(text): an alphabet of \(size); at most \(MeasureProblem.limit) are drawn from", parameter: "bench")
            }
            let weights = (1...size).map { text == "zipf" ? 1 / Double($0) : 1 }
            let total = Vector.sum(weights)
            bench = weights.map { $0 / total }
        default:
            let values: [Double]
            do {
                values = try NumberList.parse(text, parameter: "bench")
            } catch {
                throw UserError(
                    "bench = “\(text.prefix(40))” is neither data, uniform, zipf, none nor a list of probabilities", parameter: "bench")
            }
            bench = try MeasureProblem.probabilities(values, "bench", normalise: nil, &notes)
        }
    }
}

/// What the numbers x and y tell.
struct NumericEstimates: Sendable, Hashable, Codable {
    var ksg1: Double?
    var ksg2: Double?
    var kozachenkoLeonenko: Double?
    var spacings: DifferentialEntropy.Spacings?
    var pearson: Double?
    var gaussian: Double?
    var warnings: [String] = []

    init(_ problem: EstimateProblem) {
        let (x, y, k) = (problem.x, problem.y, problem.neighbours)
        kozachenkoLeonenko = DifferentialEntropy.kozachenkoLeonenko(y.isEmpty ? [x] : [x, y], neighbours: k)
        if kozachenkoLeonenko == nil {
            warnings.append("kozachenkoLeonenko is minus infinity: an observation coincides with \(k) others")
        }
        spacings = DifferentialEntropy.Spacings(x)
        if let spacings {
            let missing = [
                ("vasicek", spacings.vasicek), ("vanEs", spacings.vanEs), ("ebrahimi", spacings.ebrahimi), ("correa", spacings.correa),
            ].filter { $0.1 == nil }.map(\.0)
            if !missing.isEmpty { warnings.append("\(missing.joined(separator: ", ")): values of x coincide over a whole window") }
        } else {
            warnings.append("vasicek, vanEs, ebrahimi and correa need at least 5 numbers, x has \(x.count)")
        }
        guard !y.isEmpty else { return }
        let kraskov = KraskovEstimator(x, y, neighbours: k)
        (ksg1, ksg2) = (kraskov.first, kraskov.second)
        let distinct = Set(zip(x, y).map { Point(x: $0, y: $1) }).count
        if distinct < x.count {
            warnings.append(
                "\(x.count - distinct) of \(x.count) observations repeat others: nearest neighbours are made for continuous data")
        }
        pearson = correlation(x, y)
        gaussian = pearson.flatMap { abs($0) < 1 ? -0.5 * log1p(-$0 * $0) : nil }
        if pearson == nil {
            warnings.append("pearson is undefined: x or y does not vary")
        } else if gaussian == nil {
            warnings.append("gaussianMutualInformation is infinite: x and y are on one line")
        }
    }
}
