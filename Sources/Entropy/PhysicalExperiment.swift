import Engine
import Kernels
import Plotting
import Statistics

/// Units that exchange a conserved quantity at random, and end up in the distribution of greatest entropy without anyone maximising.
///
/// Every exchange is as likely as its reverse, so all arrangements with the conserved total become equally likely, and nearly all of
/// them have counts near the greatest multiplicity: the distribution of one unit converges to the prediction, (1/N)·log W climbs to its ceiling.
///
/// Source: E. T. Jaynes, "Information theory and statistical mechanics" (1957); L. Boltzmann (1877).
struct PhysicalExperiment: Experiment {
    static let card = Card(
        id: "entropy.physical", title: "The physical derivation",
        summary: "Units exchange a conserved quantity at random, and their distribution climbs to the greatest entropy by itself",
        parameters: [
            .choice(
                "system", PhysicalSystem.Kind.allCases.map(\.rawValue),
                "dice: one eye passes from one to another; canonical: energy among levels; waiting: waiting times shared out anew"),
            .integer("units", 10_000, in: 100...1_000_000, log: true, "N, how many units there are"),
            .integer(
                "levels", 6, in: 2...1000,
                "faces of a die from 1 on; of waiting times how many are told apart, more where the mean asks for it"),
            .real("meanValue", 4.5, step: 0.1, "the mean of the conserved quantity; of canonical systems only when kT = 0"),
            .list("energies", "0..5", "the levels' energies, up to 64, canonical systems only"),
            .real("kT", 1, step: 0.1, "the temperature from which the mean energy of a canonical system follows; 0 for meanValue"),
            .integer("exchangesPerStep", 1000, in: 1...10_000_000, log: true, .live, "exchanges in one step"),
        ],
        results: [
            ResultCard("distribution", "the share of units at each level; waiting: the last holds all longer ones", headline: true),
            ResultCard("predicted", "the distribution of greatest entropy with the conserved mean", headline: true),
            ResultCard("temperature", "1/β of the prediction, with k = 1; negative when high levels are fuller", headline: true),
            ResultCard("partitionFunction", "Z = Σ exp(-βE)"),
            ResultCard("freeEnergy", "-log Z/β a unit"),
            ResultCard("heatCapacity", "β² Var(E) a unit"),
            ResultCard("meanEnergy", "the mean that is conserved", headline: true),
            ResultCard("entropy", unit: "nats", "H of the distribution, all levels apart", headline: true),
            ResultCard("maximumEntropy", unit: "nats", "of the prediction: the ceiling", headline: true),
            ResultCard("logMultiplicityPerUnit", unit: "nats", "(1/N)·log(N!/Π n!)", headline: true),
            ResultCard("chiSquared", "Σ (n - Np)²/(Np), levels of fewer than five expected taken together", headline: true),
            ResultCard("degreesOfFreedom", "such levels less two, for the number of units and the mean"),
            ResultCard("pValue", "the chance of a greater χ² once converged", headline: true),
            ResultCard("conserved", "the total, which no exchange changes"),
            ResultCard("exchanges", "exchanges so far"),
            ResultCard("exchangesPerSecond", "exchanges in a second of running", perSecondOf: "exchanges"),
        ],
        tables: [TableCard("levels", "each level with its worth, units, share and prediction")],
        figures: [
            FigureCard("distribution", "Distribution and prediction"), FigureCard("entropy", "Entropy climbs to its ceiling"),
            FigureCard("trail", "The trail of one unit"),
        ],
        citation: "E. T. Jaynes, Information Theory and Statistical Mechanics (1957); L. Boltzmann (1877)", headlessSteps: 2000,
        stepName: "step", presets: EntropyPresets.physical)

    let system: PhysicalSystem
    let prediction: PhysicalPrediction
    private(set) var state: [Int32]
    private(set) var counts: [Int]
    private(set) var exchangeCount = 0
    private(set) var steps = 0
    private var exchangesPerStep: Int
    private var stream: BufferedStream
    /// H and (1/N)·log W by exchanges, and every how many steps they are kept.
    private(set) var climb: [Point]
    private(set) var multiplicities: [Point]
    private var spacing = 1
    /// The level of the first unit after each of the last steps.
    private(set) var trail: [Point]

    init(_ setup: Setup) throws {
        let system = try PhysicalSystem(
            kind: PhysicalSystem.Kind(rawValue: setup.choice("system")) ?? .dice, units: setup.integer("units"),
            levels: setup.integer("levels"), meanValue: setup.real("meanValue"), energies: try setup.list("energies"), kT: setup.real("kT"))
        self.init(
            system, state: system.initial, exchangesPerStep: setup.integer("exchangesPerStep"),
            stream: BufferedStream(RandomStream(seed: setup.seed, purpose: "exchanges")))
        record()
    }

    private init(_ system: PhysicalSystem, state: [Int32], exchangesPerStep: Int, stream: BufferedStream) {
        (self.system, self.state, self.exchangesPerStep, self.stream) = (system, state, exchangesPerStep, stream)
        prediction = PhysicalPrediction(system)
        (climb, multiplicities, trail) = ([], [], [])
        counts = [Int](repeating: 0, count: max(system.energies.count, Int(state.max() ?? 0) + 1))
        for level in state { counts[Int(level)] += 1 }
    }

    mutating func step(_ count: Int) throws -> Progress {
        for _ in 0..<max(0, count) {
            switch system.kind {
            case .dice: passEyes(exchangesPerStep)
            case .canonical: passEnergy(exchangesPerStep)
            case .waiting: shareTimes(exchangesPerStep)
            }
            steps += 1
            exchangeCount += exchangesPerStep
            record()
        }
        return .ran(max(0, count))
    }

    /// Two different units from one word: 32 bits choose each, whose bias at a million units is below 2⁻¹².
    private static func pair(_ word: UInt64, _ units: UInt64) -> (Int, Int) {
        let first = ((word >> 32) &* units) >> 32
        let second = ((word & 0xFFFF_FFFF) &* (units - 1)) >> 32
        return (Int(first), Int(second >= first ? second + 1 : second))
    }

    private mutating func passEyes(_ count: Int) {
        let (top, units) = (Int32(system.energies.count - 1), UInt64(system.units))
        var (stream, counts) = (self.stream, self.counts)
        state.withUnsafeMutableBufferPointer { state in
            for _ in 0..<count {
                let (gains, loses) = Self.pair(stream.bits(), units)
                let (a, b) = (state[gains], state[loses])
                guard a < top, b > 0 else { continue }
                state[gains] = a + 1
                state[loses] = b - 1
                counts[Int(a)] -= 1
                counts[Int(a) + 1] += 1
                counts[Int(b)] -= 1
                counts[Int(b) - 1] += 1
            }
        }
        (self.stream, self.counts) = (stream, counts)
    }

    private mutating func passEnergy(_ count: Int) {
        let (m, units, table) = (Int32(system.energies.count), UInt64(system.units), system.exchanges)
        var (stream, counts) = (self.stream, self.counts)
        state.withUnsafeMutableBufferPointer { state in
            for _ in 0..<count {
                let (first, second) = Self.pair(stream.bits(), units)
                let (a, b) = (state[first], state[second])
                let choices = table[Int(a * m + b)]
                let chosen = choices[stream.integer(below: choices.count)]
                let (c, d) = (chosen / m, chosen % m)
                state[first] = c
                state[second] = d
                counts[Int(a)] -= 1
                counts[Int(b)] -= 1
                counts[Int(c)] += 1
                counts[Int(d)] += 1
            }
        }
        (self.stream, self.counts) = (stream, counts)
    }

    private mutating func shareTimes(_ count: Int) {
        let units = UInt64(system.units)
        var (stream, counts) = (self.stream, self.counts)
        state.withUnsafeMutableBufferPointer { state in
            for _ in 0..<count {
                let (first, second) = Self.pair(stream.bits(), units)
                let (a, b) = (state[first], state[second])
                let sum = Int(a) + Int(b)
                let c = stream.integer(below: sum + 1)
                while counts.count <= sum { counts.append(0) }
                state[first] = Int32(c)
                state[second] = Int32(sum - c)
                counts[Int(a)] -= 1
                counts[Int(b)] -= 1
                counts[c] += 1
                counts[sum - c] += 1
            }
        }
        (self.stream, self.counts) = (stream, counts)
    }

    /// Keeps the entropy at evenly spaced steps: of more than 2,048 every other is dropped and the spacing doubled.
    private mutating func record() {
        trail.append(Point(x: Double(steps), y: worth(Int(state[0]))))
        if trail.count > 1200 { trail.removeFirst(600) }
        guard steps % spacing == 0 else { return }
        climb.append(Point(x: Double(steps), y: entropy))
        multiplicities.append(Point(x: Double(steps), y: logMultiplicity(counts) / Double(system.units)))
        guard climb.count > 2048 else { return }
        spacing *= 2
        climb = climb.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        multiplicities = multiplicities.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }

    /// What a level is worth.
    private func worth(_ level: Int) -> Double { system.kind == .waiting ? Double(level) : system.energies[level] }

    /// H of the shares, in nats.
    var entropy: Double { EntropyFunctional.shannon(counts.map { Double($0) / Double(system.units) }) }

    /// The units at each level told apart; of waiting times the last holds all longer ones.
    var shownCounts: [Int] {
        let shown = system.energies.count
        guard counts.count > shown else { return counts }
        return Array(counts[..<(shown - 1)]) + [counts[(shown - 1)...].reduce(0, +)]
    }

    mutating func apply(_ change: Change) throws {
        guard change.name == "exchangesPerStep", case .integer(let count) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
        }
        exchangesPerStep = count
    }

    /// χ² of the counts against the prediction and its degrees of freedom; nil where too few levels are left.
    var goodness: (chiSquared: Double, degrees: Int)? {
        let n = Double(system.units)
        var cells: [(seen: Double, expected: Double)] = []
        var rest = (seen: 0.0, expected: 0.0)
        for (count, p) in zip(shownCounts, prediction.probabilities) {
            if n * p >= 5 {
                cells.append((Double(count), n * p))
            } else {
                rest.seen += Double(count)
                rest.expected += n * p
            }
        }
        if rest.expected >= 5 {
            cells.append(rest)
        } else if rest.expected > 0, let least = cells.indices.min(by: { cells[$0].expected < cells[$1].expected }) {
            cells[least].seen += rest.seen
            cells[least].expected += rest.expected
        }
        guard cells.count > 2 else { return nil }
        let sum = cells.reduce(0.0) { $0 + ($1.seen - $1.expected) * ($1.seen - $1.expected) / $1.expected }
        return (sum, cells.count - 2)
    }

    func results() -> Results {
        var results = Results()
        let n = Double(system.units)
        let beta = prediction.beta
        let isWarm = abs(beta) < 1e-12
        results["distribution"] = .numbers(shownCounts.map { Double($0) / n })
        results["predicted"] = .numbers(prediction.probabilities)
        results["temperature"] = isWarm ? ResultValue.none : .number(1 / beta)
        results["partitionFunction"] = .number(exp(prediction.logPartition))
        results["freeEnergy"] = isWarm ? ResultValue.none : .number(-prediction.logPartition / beta)
        results["heatCapacity"] = .number(beta * beta * prediction.variance)
        results["meanEnergy"] = .number(system.mean)
        results["entropy"] = .number(entropy)
        results["maximumEntropy"] = .number(prediction.entropy)
        results["logMultiplicityPerUnit"] = .number(logMultiplicity(counts) / n)
        let goodness = goodness
        results["chiSquared"] = .optional(goodness?.chiSquared)
        results["degreesOfFreedom"] = goodness.map { .integer($0.degrees) } ?? ResultValue.none
        results["pValue"] = .optional(goodness.map { ChiSquareDistribution(degreesOfFreedom: Double($0.degrees)).survival($0.chiSquared) })
        var total = 0.0
        for (level, count) in counts.enumerated() where count > 0 { total += Double(count) * worth(level) }
        results["conserved"] = .number(total)
        results["exchanges"] = .integer(exchangeCount)
        if isWarm { results.warnings.append("all levels are equally likely: the temperature is infinite, and with it the free energy") }
        if goodness == nil { results.warnings.append("too few levels are expected to hold five units: no χ²") }
        return results
    }

    func tables() -> [Table] {
        var table = Table("levels", columns: ["level", "worth", "units", "share", "predicted"])
        for (level, (count, p)) in zip(shownCounts, prediction.probabilities).enumerated() {
            table.rows.append([
                .integer(level + 1), .number(system.energies[level]), .integer(count), .number(Double(count) / Double(system.units)),
                .number(p),
            ])
        }
        return [table]
    }
}

extension PhysicalExperiment: Codable {
    /// What a checkpoint holds: the system, where each unit is, and what was recorded.
    private struct Checkpoint: Codable {
        var system: PhysicalSystem
        var state: Column
        var exchangeCount: Int
        var steps: Int
        var exchangesPerStep: Int
        var stream: BufferedStream
        var climb: Series
        var multiplicities: Series
        var spacing: Int
        var trail: Series
    }

    init(from decoder: any Decoder) throws {
        let checkpoint = try Checkpoint(from: decoder)
        let state = (0..<checkpoint.state.count).map { Int32(exactly: checkpoint.state[$0]) ?? -1 }
        guard state.count == checkpoint.system.units, state.allSatisfy({ $0 >= 0 }),
            checkpoint.system.kind == .waiting || state.allSatisfy({ Int($0) < checkpoint.system.energies.count })
        else { throw UserError("a checkpoint of \(Self.card.id) does not fit its system") }
        self.init(checkpoint.system, state: state, exchangesPerStep: checkpoint.exchangesPerStep, stream: checkpoint.stream)
        func points(_ series: Series) -> [Point] { (0..<series.count).map { series[$0] } }
        (exchangeCount, steps, spacing) = (checkpoint.exchangeCount, checkpoint.steps, checkpoint.spacing)
        (climb, multiplicities, trail) = (points(checkpoint.climb), points(checkpoint.multiplicities), points(checkpoint.trail))
    }

    func encode(to encoder: any Encoder) throws {
        try Checkpoint(
            system: system, state: Column(state.map(Double.init)), exchangeCount: exchangeCount, steps: steps,
            exchangesPerStep: exchangesPerStep, stream: stream, climb: Series(points: climb),
            multiplicities: Series(points: multiplicities),
            spacing: spacing, trail: Series(points: trail)
        ).encode(to: encoder)
    }
}
