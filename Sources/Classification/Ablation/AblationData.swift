import Engine

/// Measurements of arms that each change something: by fold and seed, or only their means and standard deviations.
struct AblationData: Sendable, Codable, Hashable {
    /// A mean, the sample standard deviation, and of how many.
    struct Summary: Sendable, Codable, Hashable {
        var mean: Double
        var deviation: Double?
        var count: Int

        init(mean: Double, deviation: Double?, count: Int) {
            self.mean = mean
            self.deviation = deviation
            self.count = count
        }

        /// Of at least one value.
        init(_ values: [Double]) {
            count = values.count
            let mean = values.reduce(0, +) / Double(values.count)
            self.mean = mean
            deviation =
                values.count > 1
                ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot() : nil
        }
    }

    /// One arm.
    struct Arm: Sendable, Codable, Hashable {
        var name: String
        /// What it effectively ran with, in the order of `configuration`.
        var settings: [String]
        /// For each metric the values, in the order of `units`; empty when only summaries are known.
        var values: [[Double]]
        /// The fold and seed of each value.
        var units: [String]
        /// For each metric its mean and deviation; nil where not measured.
        var summaries: [Summary?]
        var note: String
    }

    /// What columns of arms are called.
    static let armNames = ["arm", "variant", "ablation", "name", "configuration"]

    var source: String
    var metrics: [String]
    var configuration: [String]
    var arms: [Arm]
    /// How many folds there are.
    var folds: Int
    /// Whether arms were measured on the same folds and seeds.
    var isPaired: Bool
    var notes: [String] = []

    /// Memberwise.
    init(
        source: String, metrics: [String], configuration: [String], arms: [Arm], folds: Int, isPaired: Bool, notes: [String] = []
    ) {
        self.source = source
        self.metrics = metrics
        self.configuration = configuration
        self.arms = arms
        self.folds = folds
        self.isPaired = isPaired
        self.notes = notes
    }

    /// Reads a CSV with a row for each arm, fold and seed.
    ///
    /// - Throws: `UserError` with file, line and column: a repeated arm, fold and seed; a missing or infinite value; settings that change
    ///   within an arm.
    init(_ table: DataTable, _ setup: Setup) throws {
        func column(_ parameter: String, _ usual: [String]) throws -> String? {
            let chosen = setup.text(parameter)
            if chosen == "-" { return nil }
            guard chosen.isEmpty else {
                do { _ = try table.index(chosen) } catch let error as UserError {
                    throw UserError("\(parameter): \(error.description)", parameter: parameter)
                }
                return chosen
            }
            return table.columns.first { usual.contains($0.lowercased()) }
        }
        guard let arm = try column("arm", Self.armNames) else {
            throw UserError(
                "\(table.name) has no column called arm; set arm to the one that names them (\(ClassQuestion.list(table.columns)))",
                parameter: "arm")
        }
        let fold = try column("fold", ["fold", "split"])
        let seed = try column("seed", ["seed", "run", "repeat"])
        let special = [arm, fold, seed].compactMap { $0 }
        let usual = ["metric", "auc", "auc_20", "auc2020", "value", "score", "accuracy"]
        var metrics = ClassQuestion.items(setup.text("metrics"))
        for name in metrics {
            do { _ = try table.index(name) } catch let error as UserError {
                throw UserError("metrics: \(error.description)", parameter: "metrics")
            }
        }
        if metrics.isEmpty { metrics = table.columns.filter { !special.contains($0) && usual.contains($0.lowercased()) } }
        if metrics.isEmpty {
            metrics = zip(table.columns, table.kinds).filter { $1 == .number && !special.contains($0) }.map(\.0).suffix(1)
        }
        guard !metrics.isEmpty else {
            throw UserError("\(table.name) has no column of numbers to compare; set metrics to name one", parameter: "metrics")
        }
        self.metrics = metrics
        let configuration = table.columns.filter { !special.contains($0) && !metrics.contains($0) }
        self.configuration = configuration
        source = table.name
        let names = try table.texts(arm)
        if let row = names.firstMissing { throw UserError("\(table.place(row: row, column: arm)): the arm is missing") }
        let values = try metrics.map { name -> [Double] in
            let numbers = try table.numbers(name)
            if let row = numbers.firstIndex(where: { !$0.isFinite }) {
                throw UserError("\(table.place(row: row, column: name)): \(numbers[row]) is not a finite number")
            }
            return numbers
        }
        let foldNames = try fold.map { try table.texts($0) }
        let units = (0..<table.rowCount).map { row in
            [fold, seed].compactMap { $0 }.map { "\($0) \(ClassQuestion.canonical(table.text(row: row, column: $0)))" }
                .joined(separator: ", ")
        }
        var arms: [Arm] = []
        var placeOfName: [String: Int] = [:]
        var lineOfUnit: [String: Int] = [:]
        for row in 0..<table.rowCount {
            let name = names[row] ?? ""
            let settings = configuration.map { ClassQuestion.canonical(table.text(row: row, column: $0)) }
            let place = placeOfName[name] ?? arms.count
            if place == arms.count {
                placeOfName[name] = place
                arms.append(
                    Arm(name: name, settings: settings, values: metrics.map { _ in [] }, units: [], summaries: [], note: ""))
            }
            for (index, column) in configuration.enumerated() where arms[place].settings[index] != settings[index] {
                throw UserError(
                    "\(table.place(row: row, column: column)): arm “\(name)” has “\(settings[index])” here and “\(arms[place].settings[index])” "
                        + "before; expected one configuration an arm")
            }
            if !special.dropFirst().isEmpty {
                let key = "\(place)\u{0}\(units[row])"
                if let first = lineOfUnit[key] {
                    throw UserError(
                        "\(table.place(row: row, column: arm)): arm “\(name)”, \(units[row]), is already on line \(table.line(ofRow: first))"
                    )
                }
                lineOfUnit[key] = row
            }
            arms[place].units.append(units[row])
            for index in metrics.indices { arms[place].values[index].append(values[index][row]) }
        }
        for place in arms.indices { arms[place].summaries = arms[place].values.map { Summary($0) } }
        self.arms = arms
        folds = foldNames?.values.count ?? 1
        isPaired = !special.dropFirst().isEmpty
        if !isPaired {
            notes.append("there is neither a fold nor a seed column: arms are compared as if their measurements were unrelated")
        }
    }

    /// What an arm has that another has not, in words: "schedule = constant, peakRate = 3e-5".
    func changes(of arm: Arm, from other: Arm) -> String {
        zip(configuration, zip(arm.settings, other.settings)).filter { $1.0 != $1.1 }.map { "\($0) = \($1.0)" }.joined(separator: ", ")
    }
}
