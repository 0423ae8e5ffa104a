import Engine
import Kernels
import Plotting

/// Entropy without any notion of information: throw N quanta of probability at random, keep what meets the constraint, and see what is kept most often.
///
/// Each quantum is worth 1/N and falls on any of m outcomes alike, so that an assignment n has probability W·m^-N with the multiplicity
/// W = N!/(n₁!…nₘ!). (1/N)·log W tends to H(n/N): what is kept crowds at the distribution of greatest entropy. With *reject* a step
/// is one throw; with *exchange* it is one Metropolis proposal among the assignments that meet the constraint, for any N.
///
/// Source: E. T. Jaynes, "Probability theory: the logic of science" (2003), §11.4, after G. Wallis (1962).
struct WallisExperiment: Experiment {
    static let card = Card(
        id: "entropy.wallis", title: "The Wallis experiment",
        summary: "Quanta of probability thrown at random, kept when their mean is right: what is kept crowds at the greatest entropy",
        parameters: [
            .list("values", "1..6", "what each outcome is worth, up to 10,000 outcomes"),
            .integer("quanta", 60, in: 6...100_000, log: true, "N, the quanta of probability in a throw, each worth 1/N"),
            .real("mean", 4.5, step: 0.1, "the mean that a kept throw has"),
            .real(
                "tolerance", 0, in: 0...1e300, step: 0.05, .live,
                "how far the mean may be from it; 0 for exactly; a change begins the tallies anew"),
            .choice(
                "method", ["reject", "exchange"],
                "reject throws and refuses, hopeless for great N; exchange moves two quanta in opposite directions"),
        ],
        results: [
            ResultCard("throws", "throws, or proposals of exchange, since the tallies began", headline: true),
            ResultCard("accepted", "throws kept, or proposals taken", headline: true),
            ResultCard("acceptanceRate", "accepted over throws", headline: true),
            ResultCard("best", "the counts of greatest multiplicity W kept so far", headline: true),
            ResultCard("bestLogMultiplicityPerQuantum", unit: "nats", "(1/N)·log W of the best", headline: true),
            ResultCard("meanAssignment", "the mean of n/N over what was kept (exchange: over all steps)", headline: true),
            ResultCard("maxentDistribution", "the distribution of greatest entropy whose mean is kept", headline: true),
            ResultCard("maximumEntropy", unit: "nats", "its entropy", headline: true),
            ResultCard("klToMaxent", unit: "nats", "KL(meanAssignment‖maxentDistribution)", headline: true),
            ResultCard("acceptedExact", "how many of all sequences of N quanta have such a mean, as an integer"),
            ResultCard("totalExact", "all m^N sequences, as an integer"),
            ResultCard("acceptanceExact", "acceptedExact over totalExact: the chance that a throw is kept", headline: true),
            ResultCard("expectedAssignment", "the expectation of n/N over the sequences kept"),
            ResultCard("mostLikelyCounts", "the counts of the greatest multiplicity that can be kept", headline: true),
            ResultCard("mostLikelyLogMultiplicity", unit: "nats", "their log W"),
            ResultCard("concentrationWidth", unit: "nats", "95% of what is kept has H within this of the maximum: χ²(m-2)/(2N)"),
            ResultCard("throwsPerSecond", "throws in a second of running", perSecondOf: "throws"),
        ],
        tables: [
            TableCard(
                "assignments", "each outcome with its best count, most likely count, mean, expectation and greatest-entropy probability")
        ],
        figures: [
            FigureCard("assignment", "Mean assignment and greatest entropy"),
            FigureCard("multiplicity", "Multiplicities of what is kept crowd at the greatest entropy"),
            FigureCard("acceptance", "Acceptance over throws"), FigureCard("latest", "The latest throw"),
        ],
        citation: "E. T. Jaynes, Probability Theory: The Logic of Science (2003), §11.4, after a suggestion of G. Wallis (1962)",
        headlessSteps: 2_000_000, stepName: "throw", presets: EntropyPresets.wallis)

    /// How steps are taken.
    enum Method: String, Sendable, Codable { case reject, exchange }

    private(set) var problem: WallisProblem
    private(set) var exact: SequenceCounts
    private(set) var tally: WallisTally
    private(set) var chain: ExchangeChain?
    let method: Method
    /// Steps since the run began.
    private(set) var steps = 0
    /// The running acceptance of tallies that a change of tolerance ended, by step.
    private(set) var earlier: [Point] = []
    let lookup: CountTables
    private(set) var bins: WallisBins
    let machine: UniformThrows
    private let seed: UInt64
    private let stream: RandomStream

    init(_ setup: Setup) throws {
        let problem = try WallisProblem(
            values: try setup.list("values"), quanta: setup.integer("quanta"), mean: setup.real("mean"), tolerance: setup.real("tolerance"))
        let tables = CountTables(quanta: problem.quanta)
        try self.init(
            problem, exact: SequenceCounts(problem, tables), tables: tables, method: Method(rawValue: setup.choice("method")) ?? .reject,
            seed: setup.seed, state: nil)
    }

    private init(
        _ problem: WallisProblem, exact: SequenceCounts, tables: CountTables, method: Method, seed: UInt64, state: ExchangeChain.State?
    ) throws {
        (self.problem, self.exact, lookup, self.method, self.seed) = (problem, exact, tables, method, seed)
        chain = method == .exchange ? try ExchangeChain(problem, start: exact.mostLikely, state: state) : nil
        tally = WallisTally(start: 0, outcomes: problem.values.count)
        bins = WallisBins(problem)
        machine = UniformThrows(scores: problem.scores, quanta: problem.quanta, seed: seed)
        stream = RandomStream(seed: seed, purpose: "wallis exchange")
    }

    mutating func step(_ count: Int) throws -> Progress {
        switch method {
        case .reject: reject(count)
        case .exchange: exchange(count)
        }
        return .ran(max(0, count))
    }

    private mutating func reject(_ count: Int) {
        var (tally, left) = (tally, count)
        let (machine, tables, bins) = (machine, lookup, bins)
        // Sums on a grid are whole: a quarter either side keeps rounding out.
        let slack = problem.lattice == nil ? 0 : 0.25
        let window = (problem.window.lowerBound - slack)...(problem.window.upperBound + slack)
        while left > 0 {
            let size = min(left, tally.untilMark)
            machine.kept(from: steps, count: size, window: window) { index in
                tally.keep(machine.counts(of: index), throwIndex: index, tables: tables, bins: bins)
            }
            tally.advance(size)
            steps += size
            left -= size
        }
        self.tally = tally
    }

    private mutating func exchange(_ count: Int) {
        guard var chain, count > 0 else { return }
        var (tally, stream, left) = (tally, stream, count)
        let (tables, bins) = (lookup, bins)
        // Each outcome's count is added up when it changes, for as long as it stood.
        var since = [Int](repeating: steps, count: problem.values.count)
        var filled = steps
        var places = tally.visit(chain.state.counts, tables: tables, bins: bins)
        stream.seek(to: UInt64(steps) &* 2)
        while left > 0 {
            let size = min(left, tally.untilMark)
            for step in steps..<steps + size {
                let choice = stream.bits()
                let uniform = stream.uniform()
                let isTaken = chain.propose(choice, uniform) { outcome, count in
                    tally.add(count, of: outcome, for: step - since[outcome])
                    since[outcome] = step
                }
                guard isTaken else { continue }
                tally.take()
                tally.fill(places, by: step - filled)
                filled = step
                places = tally.visit(chain.state.counts, tables: tables, bins: bins)
            }
            tally.weigh(size)
            tally.advance(size)
            steps += size
            left -= size
        }
        tally.fill(places, by: steps - filled)
        for outcome in since.indices { tally.add(chain.state.counts[outcome], of: outcome, for: steps - since[outcome]) }
        (self.tally, self.chain) = (tally, chain)
    }

    mutating func apply(_ change: Change) throws {
        guard change.name == "tolerance", case .real(let tolerance) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
        }
        let next = try WallisProblem(values: problem.values, quanta: problem.quanta, mean: problem.mean, tolerance: tolerance)
        let counted = SequenceCounts(next, lookup)
        chain = method == .exchange ? try ExchangeChain(next, start: counted.mostLikely) : nil
        if tally.throwCount > 0 { earlier = (earlier + rates + [Point(x: Double(steps), y: .nan)]).suffix(8192) }
        (problem, exact, bins) = (next, counted, WallisBins(next))
        tally = WallisTally(start: steps, outcomes: next.values.count)
    }

    /// The running acceptance at each mark, by step.
    var rates: [Point] {
        tally.marks.enumerated().map { place, accepted in
            let made = (place + 1) * tally.spacing
            return Point(x: Double(tally.start + made), y: Double(accepted) / Double(made))
        }
    }

    /// The mean of what was kept, as probabilities; nil while nothing was.
    var meanAssignment: [Double]? {
        guard tally.weight > 0 else { return nil }
        let total = Double(tally.weight) * Double(problem.quanta)
        return tally.sums.map { Double($0) / total }
    }

    /// The chance that a throw is kept; nil when it could not be counted.
    var acceptanceExact: Double? { exact.logAcceptance.map { exp($0) } }
}

extension WallisExperiment {
    func results() -> Results {
        var results = Results()
        let n = Double(problem.quanta)
        results["throws"] = .integer(tally.throwCount)
        results["accepted"] = .integer(tally.accepted)
        results["acceptanceRate"] = tally.throwCount > 0 ? .number(Double(tally.accepted) / Double(tally.throwCount)) : ResultValue.none
        results["best"] = tally.best.map { .integers($0) } ?? ResultValue.none
        results["bestLogMultiplicityPerQuantum"] = tally.best == nil ? ResultValue.none : .number(tally.bestLogMultiplicity / n)
        results["meanAssignment"] = meanAssignment.map { .numbers($0) } ?? ResultValue.none
        results["maxentDistribution"] = .numbers(problem.probabilities)
        results["maximumEntropy"] = .number(problem.maximumEntropy)
        results["klToMaxent"] = .optional(divergence)
        results["acceptedExact"] = exact.accepted.map { .text($0) } ?? ResultValue.none
        results["totalExact"] = exact.total.map { .text($0) } ?? ResultValue.none
        results["acceptanceExact"] = .optional(acceptanceExact)
        results["expectedAssignment"] = exact.expected.map { .numbers($0) } ?? ResultValue.none
        results["mostLikelyCounts"] = exact.mostLikely.map { .integers($0) } ?? ResultValue.none
        results["mostLikelyLogMultiplicity"] = .optional(exact.mostLikely.map { lookup.logMultiplicity($0) })
        results["concentrationWidth"] = .number(problem.concentrationWidth())
        results.warnings = warnings
        return results
    }

    private var divergence: Double? {
        guard let meanAssignment else { return nil }
        var sum = 0.0
        for (f, p) in zip(meanAssignment, problem.probabilities) where f > 0 {
            guard p > 0 else { return nil }
            sum += f * log(f / p)
        }
        return max(0, sum)
    }

    private var warnings: [String] {
        var warnings = exact.warnings
        if tally.start > 0 { warnings.append("the tolerance changed at step \(tally.start): throws are counted from there") }
        if method == .reject, tally.weight == 0, tally.throwCount > 0 { warnings.append("no throw was kept yet\(rarity)") }
        if let logAcceptance = exact.logAcceptance, logAcceptance < -700 {
            warnings.append(
                "acceptanceExact is about 10^\(Numbers.fixed(logAcceptance * 0.4342944819032518, decimals: 1)), near or below the least number"
            )
        }
        return warnings
    }

    /// How rare a kept throw is, as the end of a sentence; empty when it is not known.
    var rarity: String {
        guard let logAcceptance = exact.logAcceptance else { return "" }
        if logAcceptance < -30 { return ": one in 10^\(Numbers.fixed(-logAcceptance * 0.4342944819032518, decimals: 0)) would be" }
        return ": one in \(Numbers.grouped(Int(exp(-logAcceptance).rounded()))) would be"
    }

    func tables() -> [Table] {
        var table = Table("assignments", columns: ["outcome", "value", "best", "mostLikely", "mean", "expected", "maxent"])
        let mean = meanAssignment
        for (i, value) in problem.values.enumerated() {
            table.rows.append([
                .integer(i + 1), .number(value), tally.best.map { .integer($0[i]) } ?? .none,
                exact.mostLikely.map { .integer($0[i]) } ?? .none,
                mean.map { .number($0[i]) } ?? .none, exact.expected.map { .number($0[i]) } ?? .none, .number(problem.probabilities[i]),
            ])
        }
        return [table]
    }
}

extension WallisExperiment: Codable {
    /// What a checkpoint holds: the problem as given, what was counted, and where the steps stand; all else is computed again.
    private struct Checkpoint: Codable {
        var values: [Double]
        var quanta: Int
        var mean: Double
        var tolerance: Double
        var method: Method
        var seed: UInt64
        var exact: SequenceCounts
        var tally: WallisTally
        var chain: ExchangeChain.State?
        var steps: Int
        var earlier: Series
    }

    init(from decoder: any Decoder) throws {
        let checkpoint = try Checkpoint(from: decoder)
        let problem = try WallisProblem(
            values: checkpoint.values, quanta: checkpoint.quanta, mean: checkpoint.mean, tolerance: checkpoint.tolerance)
        try self.init(
            problem, exact: checkpoint.exact, tables: CountTables(quanta: problem.quanta), method: checkpoint.method, seed: checkpoint.seed,
            state: checkpoint.chain)
        (tally, steps) = (checkpoint.tally, checkpoint.steps)
        earlier = (0..<checkpoint.earlier.count).map { checkpoint.earlier[$0] }
    }

    func encode(to encoder: any Encoder) throws {
        try Checkpoint(
            values: problem.values, quanta: problem.quanta, mean: problem.mean, tolerance: problem.tolerance, method: method, seed: seed,
            exact: exact, tally: tally, chain: chain?.state, steps: steps, earlier: Series(points: earlier)
        ).encode(to: encoder)
    }
}
