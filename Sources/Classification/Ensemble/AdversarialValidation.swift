import Statistics

/// How well the splits of the rows can be told apart from the models' scores: near one half when they are alike.
///
/// A ridge logistic regression on each model's standardised score and its square, out of fold. A model's importance is what the area
/// loses when that model's two features are set to their means in the fold being scored.
struct AdversarialValidation: Sendable, Codable {
    private(set) var regression: FoldedRegression
    private var without: [PackedDoubles]

    init(models: Int, rows: Int) {
        regression = FoldedRegression(rows: rows)
        without = (0..<models).map { _ in PackedDoubles([Double](repeating: 0, count: rows)) }
    }

    /// The features of models' scores.
    static func features(_ columns: [[Double]]) -> [[Double]] {
        let standard = columns.map { column -> [Double] in
            let root = Double(column.count).squareRoot()
            return Correlations.standardised(column)?.map { $0 * root } ?? column.map { _ in 0 }
        }
        return standard + standard.map { $0.map { $0 * $0 } }
    }

    /// Scores the next fold.
    mutating func advance(_ features: [[Double]], _ isSecond: [Bool], folds: [[Int]], ridge: Double) {
        guard folds.indices.contains(regression.slopes.count) else { return }
        let rows = folds[regression.slopes.count]
        let models = without.count
        var columns: [[Double]] = []
        regression.advance(features, isSecond, folds: folds, ridge: ridge, weights: nil) { outside, fit in
            columns = (0..<models).map { model in
                var fit = fit
                fit[model] = 0
                fit[model + models] = 0
                return rows.indices.map { FoldedRegression.value(fit, outside, $0) }
            }
        }
        for (model, values) in columns.enumerated() {
            for (place, row) in rows.enumerated() { without[model].values[row] = values[place] }
        }
    }

    /// The area of telling the splits apart.
    func scored(_ isSecond: [Bool]) -> ScoredEnsemble {
        ScoredEnsemble(regression.scores, probabilities: nil, isPositive: isSecond, weights: nil, members: without.count)
    }

    /// For each model what the area loses without it.
    func importances(_ isSecond: [Bool], area: Double) -> [Double] {
        without.map { area - (ScoreCurve(scores: $0.values, isPositive: isSecond).area ?? .nan) }
    }
}
