import Kernels
import Statistics

/// What answers are measured by.
enum Measure: Int, CaseIterable, Sendable, Codable {
    case rouge1, rouge2, rougeL, bleu, chrf, judge, hit, reciprocalRank, gain

    /// The column's name in tables.
    var name: String {
        switch self {
        case .judge: "judgeMean"
        case .hit: "hitRate"
        case .reciprocalRank: "mrr"
        case .gain: "ndcg"
        default: "\(self)"
        }
    }
    /// The largest value it can have.
    var most: Double {
        switch self {
        case .bleu, .chrf: 100
        case .judge: 10
        default: 1
        }
    }
}

/// A 95% percentile interval of bootstrap replicates; nil at both ends when there are none.
struct Interval: Sendable, Hashable {
    var low: Double?
    var high: Double?

    init(_ replicates: some Sequence<Double>) {
        let known = replicates.filter { !$0.isNaN }
        guard let ends = quantiles(known, [0.025, 0.975]) else { return }
        (low, high) = (ends[0], ends[1])
    }
}

/// Systems' answers to the same questions, measured, compared in pairs and resampled.
///
/// A replicate draws as many questions as there are, with replacement, the same for all systems: what differs between two systems then
/// varies less than each by itself. Source: B. Efron and R. Tibshirani (1993); P. Koehn (2004), "Statistical significance tests for
/// machine translation evaluation".
struct AnswerScores: Sendable, Codable {
    /// How many systems there are.
    let systems: Int
    /// For each system and question the measures by `Measure`; NaN where one is not known.
    private(set) var values: [[[Double]]]
    /// The mean of each measure in each replicate, by system and measure.
    private(set) var means: [[[Double]]]
    /// The differences of the means to the first system over the questions both have, by system and measure.
    private(set) var differences: [[[Double]]]
    /// Wins, ties and losses in each replicate, by system.
    private(set) var outcomes: [[[Double]]]
    /// How many replicates there are.
    private(set) var replicates = 0

    init(systems: Int) {
        self.systems = systems
        values = Array(repeating: [], count: systems)
        means = Array(repeating: Array(repeating: [], count: Measure.allCases.count), count: systems)
        differences = means
        outcomes = Array(repeating: [[], [], []], count: systems)
    }

    /// How many questions all systems have answered and that were measured.
    var questions: Int { values.map(\.count).min() ?? 0 }

    /// Adds the measures of a system's next answer.
    mutating func append(_ row: [Double], system: Int) { values[system].append(row) }

    /// The measure of a system's answer; nil when it is not known.
    func value(_ measure: Measure, system: Int, question: Int) -> Double? {
        let value = values[system][question][measure.rawValue]
        return value.isNaN ? nil : value
    }

    /// The mean of a system's measure over the questions where it is known; nil when there is none.
    func mean(_ measure: Measure, system: Int) -> Double? {
        let known = values[system].map { $0[measure.rawValue] }.filter { !$0.isNaN }
        return known.isEmpty ? nil : Vector.sum(known) / Double(known.count)
    }

    /// Whom a system is compared with: the first; the first with the second where there are two.
    func opponent(of system: Int) -> Int? { system > 0 ? 0 : systems == 2 ? 1 : nil }

    /// How often a system's answer is better, as good, and worse than its opponent's; nil where there is nothing to compare.
    func outcome(_ measure: Measure, system: Int) -> (wins: Int, ties: Int, losses: Int)? {
        guard let other = opponent(of: system) else { return nil }
        var counts = (wins: 0, ties: 0, losses: 0)
        for question in 0..<questions {
            guard let mine = value(measure, system: system, question: question),
                let theirs = value(measure, system: other, question: question)
            else { continue }
            if mine > theirs { counts.wins += 1 } else if mine == theirs { counts.ties += 1 } else { counts.losses += 1 }
        }
        return counts.wins + counts.ties + counts.losses == 0 ? nil : counts
    }

    /// Draws one replicate more from a stream of its own.
    mutating func resample(seed: UInt64, by measure: Measure) {
        let count = questions
        guard count > 0 else { return }
        var stream = RandomStream(seed: seed, purpose: "language.evaluate.bootstrap", chain: replicates)
        var times = [Double](repeating: 0, count: count)
        for _ in 0..<count { times[stream.integer(below: count)] += 1 }
        for system in 0..<systems {
            for column in Measure.allCases.indices {
                var (sum, known) = (0.0, 0.0)
                var (gap, both) = (0.0, 0.0)
                for question in 0..<count where times[question] > 0 {
                    let value = values[system][question][column]
                    if value.isNaN { continue }
                    sum += times[question] * value
                    known += times[question]
                    let first = values[0][question][column]
                    if first.isNaN { continue }
                    gap += times[question] * (value - first)
                    both += times[question]
                }
                means[system][column].append(known > 0 ? sum / known : .nan)
                differences[system][column].append(both > 0 ? gap / both : .nan)
            }
            var tally = [0.0, 0.0, 0.0]
            if let other = opponent(of: system) {
                for question in 0..<count where times[question] > 0 {
                    let (mine, theirs) = (values[system][question][measure.rawValue], values[other][question][measure.rawValue])
                    if mine.isNaN || theirs.isNaN { continue }
                    tally[mine > theirs ? 0 : mine == theirs ? 1 : 2] += times[question]
                }
            }
            for kind in 0..<3 { outcomes[system][kind].append(tally[kind]) }
        }
        replicates += 1
    }
}
