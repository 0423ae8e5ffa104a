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
}
