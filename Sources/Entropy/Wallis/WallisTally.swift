import Kernels

/// What has been seen of the throws (or proposals) since they began or the tolerance changed.
///
/// All whole numbers, so that it is the same however the steps were sliced.
struct WallisTally: Sendable, Codable {
    /// The step it began at.
    let start: Int
    /// Throws, or proposals.
    private(set) var throwCount = 0
    /// Throws kept, or proposals taken.
    private(set) var accepted = 0
    /// Assignments that the sums add up.
    private(set) var weight = 0
    /// The sum of all kept assignments' counts.
    private(set) var sums: [Int]
    /// The counts of greatest multiplicity kept.
    private(set) var best: [Int]?
    /// Their log W.
    private(set) var bestLogMultiplicity = -Double.infinity
    /// Kept assignments by (1/N)·log W, and by H.
    private(set) var multiplicityBins = [Int](repeating: 0, count: WallisBins.count)
    private(set) var entropyBins = [Int](repeating: 0, count: WallisBins.count)
    /// The last throw that was kept.
    private(set) var lastKept: Int?
    /// The accepted ones at each whole multiple of `spacing` throws.
    private(set) var marks: [Int] = []
    /// How many throws apart marks are: doubled when there are too many.
    private(set) var spacing = 16

    private static let markLimit = 2048

    init(start: Int, outcomes: Int) {
        self.start = start
        sums = [Int](repeating: 0, count: outcomes)
    }

    /// Throws until the next mark.
    var untilMark: Int { spacing - throwCount % spacing }

    /// Notes that throws were made, at most up to the next mark.
    mutating func advance(_ count: Int) {
        throwCount += count
        guard throwCount % spacing == 0 else { return }
        marks.append(accepted)
        guard marks.count >= Self.markLimit else { return }
        marks = stride(from: 1, to: marks.count, by: 2).map { marks[$0] }
        spacing *= 2
    }

    /// Notes a kept assignment of quanta.
    mutating func keep(_ counts: [Int], throwIndex: Int, tables: CountTables, bins: WallisBins) {
        accepted += 1
        lastKept = throwIndex
        add(counts)
        let places = visit(counts, tables: tables, bins: bins)
        fill(places, by: 1)
    }

    /// Adds counts that were kept once.
    private mutating func add(_ counts: [Int]) {
        weight += 1
        for i in counts.indices { sums[i] += counts[i] }
    }

    /// Notes that a proposal was taken.
    mutating func take() { accepted += 1 }

    /// Adds an outcome's count, which stood for so many steps.
    mutating func add(_ count: Int, of outcome: Int, for steps: Int) { sums[outcome] += count * steps }

    /// Notes that so many assignments were added outcome by outcome.
    mutating func weigh(_ steps: Int) { weight += steps }

    /// The bins of an assignment, which becomes the best when its multiplicity is the greatest.
    mutating func visit(_ counts: [Int], tables: CountTables, bins: WallisBins) -> (Int, Int) {
        let logMultiplicity = tables.logMultiplicity(counts)
        if logMultiplicity > bestLogMultiplicity + 1e-11 * max(1, abs(logMultiplicity)) || best == nil {
            (best, bestLogMultiplicity) = (counts, logMultiplicity)
        }
        return (bins.place(logMultiplicity / Double(tables.quanta)), bins.place(tables.entropy(counts)))
    }

    /// Adds so many assignments to a pair of bins.
    mutating func fill(_ places: (Int, Int), by steps: Int) {
        multiplicityBins[places.0] += steps
        entropyBins[places.1] += steps
    }
}

/// The bins of (1/N)·log W and of H: from a little below where the multiplicity of the kept crowds up to the greatest entropy.
struct WallisBins: Sendable {
    /// How many.
    static let count = 48
    /// The lower end of the first, which also holds all that lies below.
    let low: Double
    /// The upper end of the last.
    let high: Double

    /// Bins for a problem.
    init(_ problem: WallisProblem) {
        let n = Double(problem.quanta)
        var top = lgamma(n + 1)
        for p in problem.probabilities where p > 0 { top -= lgamma(n * p + 1) }
        let spread = problem.concentrationWidth(0.999)
        let least = max(0, min(top / n, problem.maximumEntropy) - spread)
        let span = max(problem.maximumEntropy - least, 1e-6)
        high = problem.maximumEntropy + span * 0.03
        low = max(0, min(least, high - span))
    }

    /// The width of one.
    var width: Double { (high - low) / Double(Self.count) }
    /// The edges, one more than bins.
    var edges: [Double] { (0...Self.count).map { low + width * Double($0) } }
    /// The bin of a number, the first or last for those beyond.
    func place(_ x: Double) -> Int { min(max(0, Int(min(max((x - low) / width, 0), Double(Self.count)))), Self.count - 1) }
}
