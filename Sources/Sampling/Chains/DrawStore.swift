import Plotting

/// The states kept of all chains, as columns that copies share: warm-up first, then draws, in stretches between live changes.
struct DrawStore: Sendable, Codable {
    /// A stretch of draws under one set of parameters.
    struct Segment: Sendable, Hashable, Codable {
        /// The place of its first draw among the kept states of a chain.
        var start: Int
        /// What began it: "start", or the change as "temperature=2".
        var cause: String
    }

    let names: [String]
    let chains: Int
    let thin: Int
    /// The kept states by quantity and chain; x counts steps.
    private(set) var series: [[Series]]
    /// The step size ε at each kept state; empty for samplers without.
    private(set) var weights = Column()
    /// The stretches; the last is the present one.
    private(set) var segments: [Segment]

    /// A store whose first `discarded` states of each chain are warm-up.
    init(names: [String], chains: Int, thin: Int, discarded: Int) {
        self.names = names
        self.chains = chains
        self.thin = thin
        series = names.map { _ in (0..<chains).map { _ in Series(start: Double(thin), spacing: Double(thin)) } }
        segments = [Segment(start: discarded, cause: "start")]
    }

    /// Kept states of each chain, warm-up included.
    var count: Int { series.first?.first?.count ?? 0 }
    /// The place of the first draw after warm-up.
    var firstDraw: Int { segments[0].start }
    /// The place of the present stretch's first draw.
    var segmentStart: Int { segments[segments.count - 1].start }
    /// Draws of each chain in the present stretch.
    var segmentCount: Int { max(0, count - segmentStart) }

    /// Adds one state of every chain: `values(chain, quantity)`.
    mutating func append(_ values: (Int, Int) -> Double, weight: Double?) {
        for q in names.indices {
            for c in 0..<chains { series[q][c].append(values(c, q)) }
        }
        if let weight { weights.append(weight) }
    }

    /// Begins a new stretch; within warm-up, and where no draw was made since the last, nothing is split.
    mutating func split(_ cause: String) {
        if count > segmentStart {
            segments.append(Segment(start: count, cause: cause))
        } else if segments.count > 1 {
            segments[segments.count - 1].cause += ", " + cause
        }
    }

    /// One quantity's draws by chain, of a stretch of places.
    func draws(_ quantity: Int, _ places: Range<Int>) -> [[Double]] {
        series[quantity].map { Array($0.y.array[places]) }
    }

    /// One quantity's draws by chain since the last change.
    func draws(_ quantity: Int) -> [[Double]] { draws(quantity, min(segmentStart, count)..<count) }

    /// Every few of one quantity's draws by chain since the last change, the last among them.
    func draws(_ quantity: Int, every spacing: Int) -> [[Double]] {
        guard spacing > 1 else { return draws(quantity) }
        let many = segmentCount / spacing
        return series[quantity].map { chain in (0..<many).map { chain.y[count - 1 - (many - 1 - $0) * spacing] } }
    }
}

/// A mean and variance of weighted numbers seen one at a time (West 1979).
struct WeightedMoments: Sendable, Hashable, Codable {
    private(set) var sumOfWeights = 0.0
    private(set) var sumOfSquaredWeights = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double, weight: Double) {
        guard weight > 0 else { return }
        sumOfWeights += weight
        sumOfSquaredWeights += weight * weight
        let gap = value - mean
        mean += gap * (weight / sumOfWeights)
        squares += weight * gap * (value - mean)
    }

    /// The standard deviation, divisor Σw.
    var sd: Double { (squares / sumOfWeights).squareRoot() }
    /// Kish's effective number (Σw)²/Σw².
    var kishEss: Double { sumOfWeights * sumOfWeights / sumOfSquaredWeights }
}
