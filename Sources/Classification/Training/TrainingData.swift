import CResources
import Engine
import Kernels

/// Rows to train small models on: features, classes, and which rows are validated, only trained on, pre-trained on, or kept for a test.
final class TrainingData: Sendable, Codable {
    /// What a row is for.
    enum Part: Int32, Sendable, Codable, CaseIterable {
        /// In a fold: validated once, trained on by the other folds.
        case home
        /// Trained on in every fold, never validated.
        case external
        /// For pre-training alone.
        case pretraining
        /// Never trained on.
        case test

        var name: String { String(describing: self) }
    }

    let source: String
    let ids: [String]
    /// The classes' names, and for each row which it is.
    let truth: RowNames
    /// The class whose score is judged.
    let positive: Int
    /// Row by row.
    let features: PackedDoubles
    let featureCount: Int
    let metadata: PackedDoubles
    let metadataCount: Int
    /// The side of images; 0 for tables.
    let side: Int
    let parts: RowNames
    /// For each home row its fold; the first elsewhere.
    let folds: RowNames
    let notes: [String]

    var rowCount: Int { truth.codes.count }
    var classNames: [String] { truth.names }
    func isPositive(_ row: Int) -> Bool { Int(truth.codes[row]) == positive }
    func rows(of part: Part) -> [Int] { (0..<rowCount).filter { parts.codes[$0] == part.rawValue } }

    /// Reads the built-in images of digits, or a table of one's own.
    ///
    /// - Throws: `UserError` with file, line and column.
    convenience init(_ setup: Setup, _ table: DataTable?) throws {
        let isBuiltin = table == nil
        let table =
            try table
            ?? DelimitedText.parse(
                Array(UnsafeBufferPointer(start: wb_resource_digit_images, count: wb_resource_digit_images_size)), name: "digits")
        try self.init(setup, table, usualPositive: isBuiltin ? "8" : "")
    }

    private init(_ setup: Setup, _ table: DataTable, usualPositive: String) throws {
        let reading = RowTable(table, setup)
        source = table.name
        var notes: [String] = []
        let truth = try reading.truth()
        self.truth = truth
        ids = try reading.ids()
        let rowCount = table.rowCount
        positive = try reading.positive(truth, usual: usualPositive, &notes)
        let columns = try reading.featureColumns(&notes)
        let absent = "stand at the mean of the rows trained on"
        featureCount = columns.features.count
        metadataCount = columns.metadata.count
        features = PackedDoubles(try reading.numbers(columns.features, missing: absent, &notes))
        metadata = PackedDoubles(try reading.numbers(columns.metadata, missing: absent, &notes))
        side = try reading.side(columns.features)
        let groups = try reading.names("group", PredictionTable.groupNames)
        let parts = try reading.parts(truth, groups)
        self.parts = RowNames(column: "part", names: Part.allCases.map(\.name), codes: parts)
        let home = (0..<rowCount).filter { parts[$0] == Part.home.rawValue }
        guard home.count > 1 else {
            throw UserError("\(table.name): \(home.count) rows are left for folds; expected at least 2", parameter: "testShare")
        }
        var folds = [Int32](repeating: 0, count: rowCount)
        var foldNames: [String]
        if let given = try reading.names("fold", PredictionTable.foldNames) {
            guard given.names.count <= 1000 else {
                throw UserError(
                    "\(table.name), column “\(given.column)”: \(given.names.count) folds; expected at most 1000", parameter: "fold")
            }
            let used = RowNames.sorted(given.names).filter { code in home.contains { given.codes[$0] == Int32(code) } }
            guard used.count > 1 else {
                throw UserError("\(table.name), column “\(given.column)”: all rows are in one fold; expected at least 2", parameter: "fold")
            }
            for row in home { folds[row] = Int32(used.firstIndex(of: Int(given.codes[row])) ?? 0) }
            foldNames = used.map { given.names[$0] }
        } else {
            let count = setup.integer("folds")
            guard home.count >= count else {
                throw UserError("folds = \(count), but only \(home.count) rows are left for folds", parameter: "folds")
            }
            var stream = RandomStream(seed: setup.seed, purpose: "ablation folds")
            let scheme = groups == nil ? FoldScheme.stratified : .triple
            let dealt = scheme.deal(
                classes: home.map { truth.codes[$0] }, groups: groups.map { groups in home.map { groups.codes[$0] } }, folds: count, &stream
            )
            for (place, row) in home.enumerated() { folds[row] = dealt[place] }
            foldNames = (1...count).map(String.init)
        }
        self.folds = RowNames(column: "fold", names: foldNames, codes: folds)
        self.notes = notes
        let (codes, wantedClass) = (truth.codes, Int32(positive))
        for (code, name) in foldNames.enumerated() {
            for wanted in [true, false] where !home.contains(where: { folds[$0] == Int32(code) && (codes[$0] == wantedClass) == wanted }) {
                throw UserError(
                    "\(table.name): fold \(name) has no row that is \(wanted ? "" : "not ")“\(truth.names[positive])”; an AUC needs both: "
                        + "fewer folds, or another positive class", parameter: "folds")
            }
        }
    }
}

extension RowTable {
    /// The columns to learn from, and those of metadata.
    func featureColumns(_ notes: inout [String]) throws -> (features: [String], metadata: [String]) {
        let metadata = ClassQuestion.items(setup.text("metadataColumns"))
        for name in metadata { try check(name, "metadataColumns") }
        var features = ClassQuestion.items(setup.text("features"))
        for name in features { try check(name, "features") }
        if features.isEmpty {
            let taken = try [
                column("label", PredictionTable.labelNames), column("id", PredictionTable.idNames),
                column("fold", PredictionTable.foldNames),
                column("group", PredictionTable.groupNames), column("part", ["part"]),
            ].compactMap { $0 }
            let free = zip(table.columns, table.kinds).filter { !taken.contains($0.0) && !metadata.contains($0.0) }
            try table.refuseStrayWords(in: free.map(\.0), "set features to name the columns to learn from if this is none")
            features = free.filter { $0.1 == .number }.map(\.0)
            let words = free.filter { $0.1 == .text }.map(\.0)
            if !words.isEmpty { notes.append("columns of words are left out: \(ClassQuestion.list(words))") }
        }
        guard !features.isEmpty else {
            throw UserError("\(table.name) has no column of numbers to learn from; set features to name some", parameter: "features")
        }
        if let both = features.first(where: metadata.contains) {
            throw UserError("metadataColumns: “\(both)” is among the features too", parameter: "metadataColumns")
        }
        guard table.rowCount * (features.count + metadata.count) <= 20_000_000 else {
            throw UserError(
                "\(table.name) has \(table.rowCount) rows of \(features.count + metadata.count) numbers; at most 20,000,000 numbers are trained on",
                parameter: "data")
        }
        return (features, metadata)
    }

    /// The side of the images that the features are, pixel by pixel; 0 for a table.
    func side(_ features: [String]) throws -> Int {
        let side = (1...1000).first { $0 * $0 >= features.count } ?? 0
        let isSquare = side * side == features.count
        switch setup.choice("input") {
        case "table": return 0
        case "image":
            guard isSquare else {
                throw UserError(
                    "input = image, but \(features.count) columns are no square of pixels; set features to name the pixels",
                    parameter: "input")
            }
            return side
        default: return isSquare && side > 1 && features.allSatisfy { $0.lowercased().hasPrefix("pixel") } ? side : 0
        }
    }

    /// For each row its part: as a column says, or drawn class by class (or in whole groups) by the shares asked for.
    func parts(_ truth: RowNames, _ groups: RowNames?) throws -> [Int32] {
        let all = TrainingData.Part.allCases
        if let given = try names("part", ["part"]) {
            let places = try given.names.enumerated().map { code, name -> Int32 in
                if let part = all.first(where: { $0.name == name.lowercased() }) { return part.rawValue }
                let row = given.codes.firstIndex(of: Int32(code)) ?? 0
                throw UserError(
                    "\(table.place(row: row, column: given.column)): “\(name)” is no part; expected \(all.map(\.name).joined(separator: ", "))"
                )
            }
            return given.codes.map { places[Int($0)] }
        }
        let shares: [(TrainingData.Part, Double)] = [
            (.external, setup.real("externalShare")), (.pretraining, setup.real("pretrainingShare")), (.test, setup.real("testShare")),
        ]
        let sum = shares.reduce(0) { $0 + $1.1 }
        guard sum <= 0.95 else {
            throw UserError(
                "externalShare + pretrainingShare + testShare = \(Value.real(sum)); expected at most 0.95, so that rows are left for folds",
                parameter: "externalShare")
        }
        var stream = RandomStream(seed: setup.seed, purpose: "ablation parts")
        var parts = [Int32](repeating: 0, count: table.rowCount)
        // Units that stay together: rows of a class one by one, or whole groups.
        let units: [[[Int]]]
        if let groups {
            var order = groups.rows
            stream.shuffle(&order)
            units = [order]
        } else {
            units = truth.rows.map { rows in
                var rows = rows
                stream.shuffle(&rows)
                return rows.map { [$0] }
            }
        }
        for list in units {
            let total = Double(list.reduce(0) { $0 + $1.count })
            var done = 0.0
            for rows in list {
                // The part in whose stretch of the whole the middle of these rows falls.
                let middle = (done + Double(rows.count) / 2) / total
                done += Double(rows.count)
                var edge = 0.0
                for (part, share) in shares {
                    edge += share
                    if middle < edge {
                        for row in rows { parts[row] = part.rawValue }
                        break
                    }
                }
            }
        }
        return parts
    }
}
