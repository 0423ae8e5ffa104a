import Kernels
import Statistics

/// The ways of making one score of many.
enum EnsembleMethod: String, CaseIterable, Sendable, Codable {
    case mean, weightedMean, geometricMean, logitMean, rankAverage, weightedRankAverage, selection, stacking
}

/// A score of all rows with what is measured of it.
struct ScoredEnsemble: Sendable {
    var scores: [Double]
    var area: Double
    var low: Double?
    var high: Double?
    var averagePrecision: Double?
    var logLoss: Double?
    /// How many models have weight in it.
    var members: Int
    /// DeLong's placements; empty with row weights.
    var placements: [Double]

    /// - Parameter probabilities: what the log loss is taken of; nil when the scores are not probabilities.
    init(_ scores: [Double], probabilities: [Double]?, isPositive: [Bool], weights: [Double]?, members: Int) {
        self.scores = scores
        self.members = members
        let curve = ScoreCurve(scores: scores, isPositive: isPositive, weights: weights)
        area = curve.area ?? .nan
        averagePrecision = curve.averagePrecision()
        placements = weights == nil ? curve.placements(isPositive: isPositive) : []
        if weights == nil {
            let interval = DeLong(placements: [placements], isPositive: isPositive).interval(0)
            (low, high) = (interval?.low, interval?.high)
        }
        if let probabilities {
            var sum = 0.0
            var total = 0.0
            for row in probabilities.indices {
                let weight = weights?[row] ?? 1
                let p = Calibrator.clipped(isPositive[row] ? probabilities[row] : 1 - probabilities[row])
                sum -= weight * log(p)
                total += weight
            }
            logLoss = sum / total
        }
    }
}

/// All of an ensemble that needs no steps: the members, every plain average, correlations.
final class EnsembleAnalysis: Sendable {
    let data: EnsembleData
    let columns: [[Double]]
    let names: [String]
    let isPositive: [Bool]
    let rowWeights: [Double]?
    /// For each column its ranks over the number of rows, ties sharing their mean.
    let ranks: [[Double]]
    /// The columns as a linear model takes them: log-odds of probabilities, else the scores.
    let features: [[Double]]
    let areProbabilities: Bool
    /// The weights of the weighted averages: those given, else each member's area above one half.
    let weights: [Double]
    let members: [ScoredEnsemble]
    /// The averages; nil where the scores must be probabilities and are not.
    let averages: [EnsembleMethod: ScoredEnsemble]
    /// The member with the greatest area, the first of several.
    let best: Int
    /// The rank average of the best one, two, … members by their own area: who joins and the area then.
    let joins: [(member: Int, area: Double)]
    let pearson: [[Double]]
    let spearman: [[Double]]
    /// The mean correlation over pairs of what is left of the features when each class's mean is taken off.
    let errorCorrelation: Double?
    let warnings: [String]

    init(_ data: EnsembleData, weights given: [Double]) {
        self.data = data
        let predictions = data.predictions
        let columns = predictions.packedScores.map(\.values)
        let isPositive = predictions.isOf(1)
        let rowWeights = predictions.weights
        let rowCount = predictions.rowCount
        let areProbabilities = predictions.notProbabilities.allSatisfy { $0 == nil }
        var notes = data.notes
        if !areProbabilities, let note = predictions.notProbabilities.compactMap({ $0 }).first {
            notes.append("\(note): geometric and logit means and log loss are undefined")
        }
        if rowWeights != nil { notes.append("rows are weighted: DeLong's intervals are undefined") }
        warnings = notes
        self.columns = columns
        self.isPositive = isPositive
        self.rowWeights = rowWeights
        self.areProbabilities = areProbabilities
        names = predictions.columns
        ranks = columns.map { column in Ranking.averageRanks(column).map { $0 / Double(rowCount) } }
        features = areProbabilities ? columns.map { $0.map(Calibrator.logit) } : columns
        func scored(_ scores: [Double], _ probabilities: [Double]?, _ count: Int) -> ScoredEnsemble {
            ScoredEnsemble(scores, probabilities: probabilities, isPositive: isPositive, weights: rowWeights, members: count)
        }
        members = columns.enumerated().map { scored($1, predictions.notProbabilities[$0] == nil ? $1 : nil, 1) }
        let areas = members.map(\.area)
        var best = 0
        for index in areas.indices where areas[index] > areas[best] { best = index }
        self.best = best
        let weights = given.isEmpty ? areas.map { max(0, $0 - 0.5) } : given
        self.weights = weights.contains { $0 > 0 } ? weights : weights.map { _ in 1 }

        let k = columns.count
        let active = self.weights.count { $0 > 0 }
        let mean = Self.average(columns)
        let weighted = Self.average(columns, self.weights)
        var averages: [EnsembleMethod: ScoredEnsemble] = [
            .mean: scored(mean, areProbabilities ? mean : nil, k),
            .weightedMean: scored(weighted, areProbabilities ? weighted : nil, active),
            .rankAverage: scored(Self.average(ranks), nil, k),
            .weightedRankAverage: scored(Self.average(ranks, self.weights), nil, active),
        ]
        if areProbabilities {
            let logs = columns.map { $0.map { $0 > 0 ? log($0) : -.infinity } }
            let geometric = Self.average(logs).map { exp($0) }
            averages[.geometricMean] = scored(geometric, geometric, k)
            let logits = Self.average(features)
            averages[.logitMean] = scored(logits, logits.map { logistic($0) }, k)
        }
        self.averages = averages

        let order = areas.indices.sorted { areas[$0] != areas[$1] ? areas[$0] > areas[$1] : $0 < $1 }
        var running = [Double](repeating: 0, count: rowCount)
        var joins: [(member: Int, area: Double)] = []
        for member in order {
            for row in running.indices { running[row] += ranks[member][row] }
            joins.append((member, ScoreCurve(scores: running, isPositive: isPositive, weights: rowWeights).area ?? .nan))
        }
        self.joins = joins
        pearson = Correlations.matrix(columns, .pearson)
        spearman = Correlations.matrix(columns, .spearman)
        errorCorrelation = Self.meanOffDiagonal(Correlations.matrix(features.map { Self.residuals($0, isPositive) }, .pearson))
    }

    /// Row by row the mean of the columns, weighted when weights are given.
    static func average(_ columns: [[Double]], _ weights: [Double]? = nil) -> [Double] {
        var sums = [Double](repeating: 0, count: columns.first?.count ?? 0)
        var total = 0.0
        for (index, column) in columns.enumerated() {
            let weight = weights?[index] ?? 1
            guard weight > 0 else { continue }
            total += weight
            for row in sums.indices { sums[row] += weight * column[row] }
        }
        return sums.map { $0 / total }
    }

    /// The values less the mean of their class.
    private static func residuals(_ values: [Double], _ isPositive: [Bool]) -> [Double] {
        var sums = (0.0, 0.0)
        var counts = (0.0, 0.0)
        for (value, isPositive) in zip(values, isPositive) {
            if isPositive {
                sums.1 += value
                counts.1 += 1
            } else {
                sums.0 += value
                counts.0 += 1
            }
        }
        return zip(values, isPositive).map { $0 - ($1 ? sums.1 / counts.1 : sums.0 / counts.0) }
    }

    /// The mean of a symmetric matrix' elements off the diagonal; nil when one is undefined.
    static func meanOffDiagonal(_ matrix: [[Double]]) -> Double? {
        var sum = 0.0
        var count = 0.0
        for a in matrix.indices {
            for b in 0..<a {
                sum += matrix[a][b]
                count += 1
            }
        }
        return sum.isNaN || count == 0 ? nil : sum / count
    }

    /// How much greater one score's area is than another's of the same rows, with a 95% interval (paired DeLong).
    func difference(
        _ a: ScoredEnsemble, _ b: ScoredEnsemble
    ) -> (difference: Double, low: Double, high: Double, z: Double?, p: Double?)? {
        guard !a.placements.isEmpty, !b.placements.isEmpty else { return nil }
        return DeLong(placements: [a.placements, b.placements], isPositive: isPositive).difference(0, 1)
    }
}
