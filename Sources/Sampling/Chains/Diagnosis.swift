import Plotting
import Statistics

/// The diagnostics of the present stretch of draws, recomputed when it has grown by half, and their course so far.
///
/// While chains run, watching may take a twentieth of their work; where all draws would cost more, every second, fourth, … is looked at. Both
/// costs are counted in nominal nanoseconds of draws and gradients, never by a clock, so that no machine and no load changes a number.
struct Diagnosis: Sendable, Codable {
    /// Draws of each chain at which diagnostics are first made.
    private static let first = 100

    /// Of each quantity; empty before the first time.
    private(set) var summaries: [DrawSummary] = []
    /// Draws of each chain that they are of.
    private(set) var count = 0
    /// Every how many of those was looked at.
    private(set) var every = 1
    /// Draws of each chain at which they are made again.
    private(set) var nextCount = Diagnosis.first
    /// Each quantity's course over the steps.
    private(set) var essBulk: [Series]
    private(set) var essTail: [Series]
    private(set) var rhat: [Series]
    /// Nominal nanoseconds that watching has cost.
    private var spent = 0.0
    /// Gradient noise to injected noise when last looked at; nil without minibatches or injected noise.
    var noiseRatio: Double?

    init(quantities: Int) {
        essBulk = (0..<quantities).map { _ in .explicit() }
        essTail = essBulk
        rhat = essBulk
    }

    /// The share of the chains' work that watching may take.
    static let share = 0.05
    /// Nominal nanoseconds that one draw of one quantity costs to diagnose.
    static let costOfDraw = 150.0
    /// Draws of all chains together that are looked at in one quantity at most, so that memory stays that of the draws.
    static let mostDraws = 1 << 22

    /// Every how many draws may be looked at in a stretch of `draws`, given the chains' work and a cost that draws do not change.
    ///
    /// Nil when not even a hundred draws of each chain are worth their cost.
    func spacing(_ draws: DrawStore, work: Double, extra: Double) -> Int? {
        let left = Self.share * work - spent - extra
        var spacing = Self.leastSpacing(draws.segmentCount, chains: draws.chains)
        while draws.segmentCount / spacing >= Self.first {
            if cost(draws, every: spacing) <= left { return spacing }
            spacing *= 2
        }
        return nil
    }

    /// The spacing of draws at which memory allows them all to be looked at.
    static func leastSpacing(_ draws: Int, chains: Int) -> Int { max(1, (draws * chains + mostDraws - 1) / mostDraws) }

    private func cost(_ draws: DrawStore, every spacing: Int) -> Double {
        Self.costOfDraw * Double(draws.names.count) * Double(draws.chains) * Double(draws.segmentCount / spacing)
    }

    /// Passes over a place where diagnostics were due.
    mutating func postpone(_ draws: DrawStore) { nextCount = Self.following(draws.segmentCount) }

    private static func following(_ count: Int) -> Int { max(first, count + max(1, count / 2)) }

    /// Diagnoses the present stretch, or every few of its draws.
    mutating func update(_ draws: DrawStore, step: Int, every spacing: Int? = nil, extra: Double = 0) {
        let spacing = spacing ?? Self.leastSpacing(draws.segmentCount, chains: draws.chains)
        guard draws.segmentCount > 0, draws.segmentCount != count || spacing != every || summaries.isEmpty else { return }
        count = draws.segmentCount
        every = spacing
        nextCount = Self.following(count)
        spent += cost(draws, every: spacing) + extra
        summaries = Self.summaries(draws, every: spacing)
        for (q, summary) in summaries.enumerated() {
            let x = Double(step)
            essBulk[q].append(Point(x: x, y: summary.essBulk ?? .nan))
            essTail[q].append(Point(x: x, y: summary.essTail ?? .nan))
            rhat[q].append(Point(x: x, y: summary.rhat ?? .nan))
        }
    }

    /// The diagnostics of every quantity's draws since the last change.
    static func summaries(_ draws: DrawStore, every spacing: Int) -> [DrawSummary] {
        let values = draws.segmentCount / spacing * draws.chains
        var quantities = draws.names.indices.map { (quantity: $0, summary: DrawSummary()) }
        // Two at a time would need twice the memory.
        Parallel.forEach(&quantities, when: values > 2000 && values < 1 << 20) { _, item in
            item.summary = Diagnostics.summary(draws.draws(item.quantity, every: spacing))
        }
        return quantities.map(\.summary)
    }

    /// Forgets the summaries, since a new stretch begins; the courses keep a gap.
    mutating func restart(step: Int) {
        guard count > 0 || !summaries.isEmpty else { return }
        summaries = []
        count = 0
        every = 1
        nextCount = Self.first
        noiseRatio = nil
        for q in rhat.indices {
            let gap = Point(x: Double(step), y: .nan)
            essBulk[q].append(gap)
            essTail[q].append(gap)
            rhat[q].append(gap)
        }
    }

    /// The smallest bulk ESS; nil when one is unknown.
    var minEssBulk: Double? { Self.least(summaries.map(\.essBulk)) }
    /// The smallest tail ESS; nil when one is unknown.
    var minEssTail: Double? { Self.least(summaries.map(\.essTail)) }
    /// The largest R-hat; nil when one is unknown.
    var maxRhat: Double? { Self.least(summaries.map { $0.rhat.map { -$0 } }).map { -$0 } }

    private static func least(_ values: [Double?]) -> Double? {
        let known = values.compactMap { $0 }
        return known.count == values.count ? known.min() : nil
    }
}
