import Engine
import Kernels

/// What an ensemble is made of: models' scores of the same rows, and how far the splits of the rows differ.
struct EnsembleData: Sendable, Codable {
    /// How far a model's correlations differ between two splits of the rows.
    struct Divergence: Sendable, Codable, Hashable {
        var model: String
        /// The largest absolute difference of two correlations; nil when all are undefined.
        var value: Double?
        /// Between what and what that is.
        var pair: String
    }

    /// The models' scores; two classes.
    var predictions: Predictions
    /// For each row whether it is of the second split; nil without two splits.
    var isSecond: [Bool]?
    var splitNames: [String] = []
    var divergences: [Divergence] = []
    var notes: [String] = []

    /// Reads what a setup names.
    ///
    /// - Throws: `UserError` for anything that `Predictions` refuses, fewer than two models, one class only, a split into more than two.
    init(_ setup: Setup) throws {
        let choice = Predictions.Choice(setup, subset: "split")
        var classColumns: [[[Double]]] = []
        var classes: [String] = []
        if setup.text("labels").isEmpty, let tables = try Predictions.files(setup),
            let grouped = try PredictionTable(tables, choice).classModels()
        {
            (predictions, classColumns) = try Self.models(grouped.models, classes: grouped.classes, tables, choice)
            classes = grouped.classes
        } else {
            predictions = try Predictions(setup, subset: "split")
        }
        if predictions.isMulticlass {
            throw UserError(
                "\(predictions.source) has one score column for each of \(predictions.truth.names.count) classes; an ensemble needs at least two "
                    + "models: name columns model_class, or set scores and collapse", parameter: "scores")
        }
        guard predictions.columns.count > 1 else {
            throw UserError(
                "\(predictions.source) has one score column, “\(predictions.columns.first ?? "")”; an ensemble needs at least two models",
                parameter: "scores")
        }
        try predictions.requireBothClasses()
        notes = predictions.notes
        try readSplit(isNamed: !setup.text("split").isEmpty, classColumns, classes)
    }

    /// Simulated predictions.
    init(source: String, names: [String], isPositive: [Bool], scores: [[Double]]) {
        predictions = Predictions(
            source: source, truth: RowNames(column: "simulated", names: ["benign", "melanoma"], codes: isPositive.map { $0 ? 1 : 0 }),
            columns: names, packedScores: scores.map { PackedDoubles($0) }, notProbabilities: names.map { _ in nil })
    }

    /// Each model's score for the class asked for, and its columns for all classes.
    private static func models(
        _ models: [(name: String, columns: [String])], classes: [String], _ tables: [DataTable], _ choice: Predictions.Choice
    ) throws -> (Predictions, [[[Double]]]) {
        var asked = ClassQuestion.items(choice.collapse)
        if asked.isEmpty, !choice.positive.isEmpty { asked = [choice.positive] }
        if asked.isEmpty {
            guard classes.count == 2 else {
                throw UserError(
                    "\(models.count) models with columns for \(classes.count) classes (\(ClassQuestion.list(classes))): set collapse to the class "
                        + "that counts as positive", parameter: "collapse")
            }
            asked = [try ClassQuestion.binary(classes, positive: "", collapse: [], where: tables[0].name).names[1]]
        }
        let places = try asked.map { name -> Int in
            guard let place = ClassQuestion.match(name, classes) else {
                throw UserError("collapse: “\(name)” is no class; there are \(ClassQuestion.list(classes))", parameter: "collapse")
            }
            return place
        }
        var choice = choice
        choice.scores = models.flatMap(\.columns).joined(separator: ",")
        choice.collapse = asked.joined(separator: ",")
        choice.positive = ""
        var predictions = try PredictionTable(tables, choice).predictions()
        let columns = predictions.packedScores.map(\.values)
        guard columns.count == models.count * classes.count else {
            throw UserError("the models' columns have commas in their names; set scores to name the columns", parameter: "scores")
        }
        let byModel = models.indices.map { m in classes.indices.map { columns[m * classes.count + $0] } }
        let notes = models.indices.map { m in
            classes.indices.compactMap { predictions.notProbabilities[m * classes.count + $0] }.first
        }
        predictions.columns = models.map(\.name)
        predictions.packedScores = byModel.map { columns in
            var sums = columns[places[0]]
            for place in places.dropFirst() { for row in sums.indices { sums[row] += columns[place][row] } }
            return PackedDoubles(sums)
        }
        predictions.notProbabilities = notes
        return (predictions, byModel)
    }

    private mutating func readSplit(isNamed: Bool, _ classColumns: [[[Double]]], _ classes: [String]) throws {
        guard let split = predictions.subsets else { return }
        guard split.names.count == 2 else {
            let found = "column “\(split.column)” has \(split.names.count) values (\(ClassQuestion.list(split.names)))"
            guard !isNamed else { throw UserError("split: \(found); expected two, such as train and test", parameter: "split") }
            notes.append("\(found), not two: it is not used as a split")
            return
        }
        let second = split.names.firstIndex { $0.lowercased() == "test" } ?? 1
        splitNames = [split.names[1 - second], split.names[second]]
        let isSecond = split.codes.map { Int($0) == second }
        self.isSecond = isSecond
        let columns = predictions.columns
        if classColumns.isEmpty {
            divergences = Self.divergences(predictions.packedScores.map(\.values), names: columns, isSecond)
            notes.append("the models have one column each, so divergence is over correlations with the other models, not over classes")
        } else {
            divergences = columns.indices.map { model in
                let rows = Self.divergences(classColumns[model], names: classes, isSecond)
                let widest = rows.filter { $0.value != nil }.max { ($0.value ?? 0) < ($1.value ?? 0) }
                let name = widest.map { "\($0.model) and \($0.pair)" } ?? ""
                return Divergence(model: columns[model], value: widest?.value, pair: name)
            }
        }
    }

    /// For each column its largest absolute difference of correlations with another column between the rows of two splits.
    static func divergences(_ columns: [[Double]], names: [String], _ isSecond: [Bool]) -> [Divergence] {
        let parts = [false, true].map { wanted in
            let rows = isSecond.indices.filter { isSecond[$0] == wanted }
            return Correlations.matrix(columns.map { column in rows.map { column[$0] } }, .pearson)
        }
        return columns.indices.map { a in
            var divergence = Divergence(model: names[a], value: nil, pair: "")
            for b in columns.indices where b != a {
                let difference = abs(parts[0][a][b] - parts[1][a][b])
                if !difference.isNaN, difference > divergence.value ?? -1 {
                    divergence.value = difference
                    divergence.pair = names[b]
                }
            }
            return divergence
        }
    }
}
