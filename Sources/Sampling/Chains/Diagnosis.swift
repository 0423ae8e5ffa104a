import Plotting
import Statistics

/// The diagnostics of the present stretch of draws, recomputed when it has grown by half, and their course so far.
struct Diagnosis: Sendable, Codable {
    /// Draws of each chain at which diagnostics are first made.
    private static let first = 100

    /// Of each quantity; empty before the first time.
    private(set) var summaries: [DrawSummary] = []
    /// Draws of each chain that they are of.
    private(set) var count = 0
    /// Draws of each chain at which they are made again.
    private(set) var nextCount = Diagnosis.first
    /// Each quantity's course over the steps.
    private(set) var essBulk: [Series]
    private(set) var essTail: [Series]
    private(set) var rhat: [Series]
    /// Gradient noise to injected noise when last looked at; nil without minibatches or injected noise.
    var noiseRatio: Double?

    init(quantities: Int) {
        essBulk = (0..<quantities).map { _ in .explicit() }
        essTail = essBulk
        rhat = essBulk
    }

    /// Diagnoses the present stretch.
    mutating func update(_ draws: DrawStore, step: Int) {
        guard draws.segmentCount > 0, draws.segmentCount != count || summaries.isEmpty else { return }
        count = draws.segmentCount
        nextCount = max(Self.first, count + max(1, count / 2))
        var quantities = draws.names.indices.map { (draws: draws.draws($0), summary: DrawSummary()) }
        Parallel.forEach(&quantities, when: count * draws.chains > 2000) { _, item in item.summary = Diagnostics.summary(item.draws) }
        summaries = quantities.map(\.summary)
        for (q, summary) in summaries.enumerated() {
            let x = Double(step)
            essBulk[q].append(Point(x: x, y: summary.essBulk ?? .nan))
            essTail[q].append(Point(x: x, y: summary.essTail ?? .nan))
            rhat[q].append(Point(x: x, y: summary.rhat ?? .nan))
        }
    }

    /// Forgets the summaries, since a new stretch begins; the courses keep a gap.
    mutating func restart(step: Int) {
        guard count > 0 || !summaries.isEmpty else { return }
        summaries = []
        count = 0
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
