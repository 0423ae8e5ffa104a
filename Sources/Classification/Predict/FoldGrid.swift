import Engine
import Statistics

/// Predictions of several folds' models for several orientations of each row, and the areas of their averages.
final class FoldGrid: Sendable {
    /// One score: a single column, or an average.
    struct Scored: Sendable {
        var area: Double
        var low: Double?
        var high: Double?
        var logLoss: Double?
        var placements: [Double]
        var scores: [Double]
    }

    let predictions: Predictions
    let foldNames: [String]
    let orientations: [Int]
    /// Column of fold f and the o-th orientation: `columns[f][o]`.
    let columns: [[[Double]]]
    let isPositive: [Bool]
    let weights: [Double]?
    /// The same columns scored one by one.
    let single: [[Scored]]
    /// Over orientations, then over folds.
    let everything: Scored
    /// For each fold the average over orientations; for each orientation the average over folds.
    let byFold: [Scored]
    let byOrientation: [Scored]
    let notes: [String]

    /// - Parameter orientationCount: how many orientations unnamed columns are of, fold by fold.
    /// - Throws: `UserError` when columns cannot be told apart, one is missing, or is not of probabilities.
    init(_ predictions: Predictions, orientationCount: Int) throws {
        if predictions.isMulticlass {
            throw UserError(
                "\(predictions.source) has \(predictions.truth.names.count) classes; set collapse and scores to ask a two-class question",
                parameter: "collapse")
        }
        try predictions.requireBothClasses()
        if let note = predictions.notProbabilities.compactMap({ $0 }).first {
            throw UserError("\(note); probabilities are averaged, so every score must lie in [0, 1]", parameter: "scores")
        }
        let layout = try Self.layout(predictions.columns, source: predictions.source, orientationCount: orientationCount)
        self.predictions = predictions
        let columns = layout.places.map { $0.map { predictions.packedScores[$0].values } }
        let isPositive = predictions.isOf(1)
        let weights = predictions.weights
        self.columns = columns
        self.isPositive = isPositive
        self.weights = weights
        foldNames = layout.folds
        orientations = layout.orientations
        var notes = predictions.notes
        if let note = layout.note { notes.append(note) }
        if weights != nil { notes.append("rows are weighted: DeLong's intervals are undefined") }
        self.notes = notes
        func scored(_ scores: [Double]) -> Scored {
            let all = ScoredEnsemble(scores, probabilities: scores, isPositive: isPositive, weights: weights, members: 1)
            return Scored(
                area: all.area, low: all.low, high: all.high, logLoss: all.logLoss, placements: all.placements, scores: scores)
        }
        single = columns.map { $0.map(scored) }
        let folds = columns.map { EnsembleAnalysis.average($0) }
        byFold = folds.map(scored)
        byOrientation = layout.orientations.indices.map { o in scored(EnsembleAnalysis.average(columns.map { $0[o] })) }
        everything = scored(EnsembleAnalysis.average(folds))
    }

    /// Where each fold's and orientation's column is.
    private static func layout(
        _ names: [String], source: String, orientationCount: Int
    ) throws -> (folds: [String], orientations: [Int], places: [[Int]], note: String?) {
        let numbers = names.map(Self.trailingNumbers)
        if names.count > 1, numbers.allSatisfy({ $0 != nil }) {
            let pairs = numbers.compactMap { $0 }
            let folds = Array(Set(pairs.map(\.0))).sorted()
            let orientations = Array(Set(pairs.map(\.1))).sorted()
            if orientations.allSatisfy({ (0..<8).contains($0) }) {
                let places = try folds.map { fold in
                    try orientations.map { orientation -> Int in
                        let found = pairs.indices.filter { pairs[$0] == (fold, orientation) }
                        guard found.count == 1, let place = found.first else {
                            throw UserError(
                                "\(source): \(found.count) columns for fold \(fold), orientation \(orientation); expected one for each of "
                                    + "\(folds.count) folds and \(orientations.count) orientations", parameter: "scores")
                        }
                        return place
                    }
                }
                return (folds.map(String.init), orientations, places, nil)
            }
        }
        guard names.count % orientationCount == 0 else {
            throw UserError(
                "\(source) has \(names.count) score columns, no multiple of \(orientationCount) orientations; name them such as f1_o0, or set "
                    + "orientations", parameter: "orientations")
        }
        let folds = names.count / orientationCount
        let note =
            "columns are not named by fold and orientation (f1_o0): they were taken in order, \(orientationCount) orientations a fold"
        return (
            (1...folds).map(String.init), Array(0..<orientationCount),
            (0..<folds).map { f in (0..<orientationCount).map { f * orientationCount + $0 } }, note
        )
    }

    /// The last two whole numbers in a name, such as 1 and 0 in f1_o0; nil when there are fewer.
    static func trailingNumbers(_ name: String) -> (Int, Int)? {
        let parts = name.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
        return parts.count >= 2 ? (parts[parts.count - 2], parts[parts.count - 1]) : nil
    }

    /// The area of the average over some orientations, then some folds, given as bits.
    func area(folds: Int, orientations mask: Int) -> Double {
        let chosen = columns.indices.filter { folds >> $0 & 1 == 1 }.map { f in
            EnsembleAnalysis.average(orientations.indices.filter { mask >> $0 & 1 == 1 }.map { columns[f][$0] })
        }
        return ScoreCurve(scores: EnsembleAnalysis.average(chosen), isPositive: isPositive, weights: weights).area ?? .nan
    }

    /// How much greater one score's area is than another's (paired DeLong).
    func difference(_ a: Scored, _ b: Scored) -> (difference: Double, low: Double, high: Double, z: Double?, p: Double?)? {
        guard !a.placements.isEmpty else { return nil }
        return DeLong(placements: [a.placements, b.placements], isPositive: isPositive).difference(0, 1)
    }
}
