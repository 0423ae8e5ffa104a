import Engine

/// Predictions and truth of the same rows, checked: what every measure of a classifier starts from.
struct Predictions: Sendable, Codable {
    /// The file or set they came from.
    var source: String
    /// The classes; of two, the positive one is the second.
    var truth: RowNames
    /// The names of the score columns: one a model, or with more than two classes one a class, in the classes' order.
    var columns: [String]
    /// The scores, column by column; finite.
    var packedScores: [PackedDoubles]
    /// For each column where and why it is not one of probabilities; nil when it is.
    var notProbabilities: [String?]
    var folds: RowNames?
    var groups: RowNames?
    var subsets: RowNames?
    var packedWeights: PackedDoubles?
    /// What was chosen for the user or is worth a caution.
    var notes: [String] = []

    var rowCount: Int { truth.codes.count }
    var isMulticlass: Bool { truth.names.count > 2 }
    var weights: [Double]? { packedWeights?.values }
    func scores(_ column: Int) -> [Double] { packedScores[column].values }
    /// For each row whether it is of the class at a place.
    func isOf(_ place: Int) -> [Bool] { truth.codes.map { Int($0) == place } }

    /// Refuses predictions of which no row, or no weight, is of one of two classes.
    ///
    /// - Throws: `UserError` naming the class.
    func requireBothClasses() throws {
        for place in 0...1 where !truth.codes.contains(Int32(place)) {
            throw UserError(
                "\(source), column “\(truth.column)”: no row is “\(truth.names[place])”; an AUC needs both classes", parameter: "label")
        }
        guard let weights else { return }
        for place in 0...1 where !zip(weights, truth.codes).contains(where: { $0 > 0 && Int($1) == place }) {
            throw UserError(
                "weight: every row of class “\(truth.names[place])” weighs 0; expected some weight in both classes", parameter: "weight")
        }
    }
}
