import Engine

/// Finds labels, scores and the optional columns in tables of predictions, joins several tables by id, and checks every cell used.
struct PredictionTable {
    private let tables: [DataTable]
    private let choice: Predictions.Choice
    private var main: DataTable { tables[0] }

    init(_ tables: [DataTable], _ choice: Predictions.Choice) {
        self.tables = tables
        self.choice = choice
    }

    static let labelNames = ["label", "target", "class", "truth", "y_true", "y", "diagnosis", "true_label"]
    static let idNames = ["id", "image", "image_id", "image_name", "isic_id", "row_id"]
    static let foldNames = ["fold", "folds"]
    static let groupNames = ["group", "patient", "patient_id", "patientid"]
    private static let subsetNames = ["subset", "split"]
    private static let weightNames = ["weight", "sample_weight", "weights"]

    /// A column of scores and where it stands.
    private struct Source {
        var name: String
        var table: Int
        var column: String
    }

    /// The column that is meant: chosen by name, found by a usual name, or nil.
    private func column(_ chosen: String, _ usual: [String], in table: DataTable, parameter: String) throws -> String? {
        if chosen == "-" { return nil }
        if !chosen.isEmpty {
            do { _ = try table.index(chosen) } catch let error as UserError {
                throw UserError("\(parameter): \(error.description)", parameter: parameter)
            }
            return chosen
        }
        for name in usual {
            if let found = table.columns.first(where: { $0.lowercased() == name }) { return found }
        }
        return nil
    }

    /// The predictions.
    ///
    /// - Throws: `UserError` with file, line and column for the first thing that is wrong.
    func predictions() throws -> Predictions {
        guard let label = try column(choice.label, Self.labelNames, in: main, parameter: "label") else {
            throw UserError(
                "\(main.name) has no column called label; set label to the one that holds the truth (\(ClassQuestion.list(main.columns)))",
                parameter: "label")
        }
        let id = try column(choice.id, Self.idNames, in: main, parameter: "id")
        let fold = try column(choice.fold, Self.foldNames, in: main, parameter: "fold")
        let group = try column(choice.group, Self.groupNames, in: main, parameter: "group")
        let subset = try column(choice.subset, Self.subsetNames, in: main, parameter: "subset")
        let weight = try column(choice.weight, Self.weightNames, in: main, parameter: "weight")
        let texts = try main.texts(label)
        if let row = texts.firstMissing { throw UserError("\(main.place(row: row, column: label)): the label is missing") }
        // 1 and 1.0 are one class.
        var found: [String] = []
        let classOfValue = texts.values.map { value -> Int in
            let name = ClassQuestion.canonical(value)
            if let known = found.firstIndex(of: name) { return known }
            found.append(name)
            return found.count - 1
        }
        let codes = texts.codes.map { classOfValue[Int($0)] }

        let maps = try joined(id: id)
        let taken = Set([label, id, fold, group, subset, weight].compactMap { $0 })
        var sources = try scoreSources(taken: taken, id: id, label: label)
        let collapse = ClassQuestion.items(choice.collapse)
        var notes: [String] = []
        var truth: RowNames
        var sums: [String: [Source]] = [:]
        if found.count > 2, collapse.isEmpty {
            let order = RowNames.sorted(found)
            var names = order.map { found[$0] }
            let matched = try classSources(&names, sources, codes: codes, found: found, label: label)
            sources = matched
            var places: [Int] = []
            for name in found { places.append(names.firstIndex(of: name) ?? 0) }
            truth = RowNames(column: label, names: names, codes: codes.map { Int32(places[$0]) })
            if !choice.positive.isEmpty, ClassQuestion.match(choice.positive, names) == nil {
                throw UserError("positive: “\(choice.positive)” is no class; there are \(ClassQuestion.list(names))", parameter: "positive")
            }
        } else {
            let question = try ClassQuestion.binary(
                found, positive: choice.positive, collapse: collapse, where: "\(main.name), column “\(label)”")
            notes += question.notes
            truth = RowNames(column: label, names: question.names, codes: codes.map { Int32(question.places[$0]) })
            if choice.scores.isEmpty {
                (sources, sums) = collapsedSources(sources, found: found, collapse: collapse, question: question, notes: &notes)
            }
        }
        guard !sources.isEmpty else {
            var why = ""
            if let words = main.columns.first(where: { !taken.contains($0) && main.kind($0) == .text }) {
                do { _ = try main.numbers(words) } catch let error as UserError { why = ": \(error.description)" }
            }
            throw UserError(
                "\(main.name) has no column of scores beside \(ClassQuestion.list(Array(taken).sorted()))\(why); set scores to name one",
                parameter: "scores")
        }
        var packed: [PackedDoubles] = []
        var notProbabilities: [String?] = []
        for source in sources {
            var (values, note) = try numbers(source, maps)
            for other in sums[source.name] ?? [] {
                let (more, otherNote) = try numbers(other, maps)
                for row in values.indices { values[row] += more[row] }
                note = note ?? otherNote
            }
            packed.append(PackedDoubles(values))
            notProbabilities.append(note)
        }
        var predictions = Predictions(
            source: tables.map(\.name).joined(separator: " + "), truth: truth, columns: sources.map(\.name), packedScores: packed,
            notProbabilities: notProbabilities, notes: notes)
        predictions.folds = try rowNames(fold, in: main)
        predictions.groups = try rowNames(group, in: main)
        predictions.subsets = try rowNames(subset, in: main)
        if let weight {
            let weights = try main.numbers(weight)
            if let row = weights.firstIndex(where: { !($0 >= 0) || $0.isInfinite }) {
                throw UserError("\(main.place(row: row, column: weight)): the weight \(weights[row]) is not a finite number of at least 0")
            }
            predictions.packedWeights = PackedDoubles(weights)
        }
        return predictions
    }

    /// Models with a column for every class, named `model_class` (or with `:` or `.`), when there are at least two such models.
    func classModels() throws -> (classes: [String], models: [(name: String, columns: [String])])? {
        guard choice.scores.isEmpty, let label = try column(choice.label, Self.labelNames, in: main, parameter: "label") else { return nil }
        var classes: [String] = []
        for value in try main.texts(label).values {
            let name = ClassQuestion.canonical(value)
            if !classes.contains(name) { classes.append(name) }
        }
        guard (2...1000).contains(classes.count) else { return nil }
        classes = RowNames.sorted(classes).map { classes[$0] }
        var stems: [String] = []
        var found: [String: [Int: String]] = [:]
        for table in tables {
            for (column, kind) in zip(table.columns, table.kinds) where kind == .number && column != label {
                for (place, name) in classes.enumerated() where ["_", ":", "."].contains(where: { column.hasSuffix($0 + name) }) {
                    let stem = String(column.dropLast(name.count + 1))
                    if found[stem] == nil { stems.append(stem) }
                    found[stem, default: [:]][place] = found[stem]?[place] ?? column
                }
            }
        }
        let models = stems.compactMap { stem -> (name: String, columns: [String])? in
            let columns = classes.indices.compactMap { found[stem]?[$0] }
            return columns.count == classes.count ? (stem, columns) : nil
        }
        return models.count > 1 ? (classes, models) : nil
    }

    private func rowNames(_ column: String?, in table: DataTable) throws -> RowNames? {
        guard let column else { return nil }
        let texts = try table.texts(column)
        if let row = texts.firstMissing { throw UserError("\(table.place(row: row, column: column)): the cell is empty") }
        return RowNames(column: column, names: texts.values, codes: texts.codes)
    }

    /// For each further table the row of it that belongs to each row of the first.
    private func joined(id: String?) throws -> [[Int]] {
        guard let id else {
            if tables.count > 1 { throw UserError("\(main.name) has no id column to join \(tables[1].name) by; set id", parameter: "id") }
            return [[]]
        }
        let ids = try main.texts(id)
        try checkUnique(ids, in: main, column: id)
        var maps: [[Int]] = [[]]
        guard tables.count > 1 else { return maps }
        var rowOfName: [String: Int] = [:]
        for (row, code) in ids.codes.enumerated() { rowOfName[ids.values[Int(code)]] = row }
        for table in tables.dropFirst() {
            guard let column = try column(table.has(id) ? id : "", Self.idNames, in: table, parameter: "id") else {
                throw UserError("\(table.name) has no id column to join it by; expected “\(id)” as in \(main.name)", parameter: "id")
            }
            let others = try table.texts(column)
            try checkUnique(others, in: table, column: column)
            var map = [Int](repeating: -1, count: main.rowCount)
            for (row, code) in others.codes.enumerated() {
                let name = others.values[Int(code)]
                guard let place = rowOfName[name] else {
                    throw UserError("\(table.place(row: row, column: column)): the id “\(name)” is not in \(main.name)")
                }
                map[place] = row
            }
            if let row = map.firstIndex(of: -1) {
                throw UserError("\(main.place(row: row, column: id)): the id “\(ids[row] ?? "")” is not in \(table.name)")
            }
            maps.append(map)
        }
        return maps
    }

    private func checkUnique(_ ids: TextColumn, in table: DataTable, column: String) throws {
        if let row = ids.firstMissing { throw UserError("\(table.place(row: row, column: column)): the id is missing") }
        if let (first, second) = ids.firstDuplicate {
            throw UserError(
                "\(table.place(row: second, column: column)): the id “\(ids[second] ?? "")” is already on line \(table.line(ofRow: first))")
        }
    }

    /// The columns that may hold scores: the chosen ones, or every column of numbers that is nothing else.
    private func scoreSources(taken: Set<String>, id: String?, label: String) throws -> [Source] {
        var sources: [Source] = []
        if !choice.scores.isEmpty {
            for name in ClassQuestion.items(choice.scores) {
                guard let table = tables.firstIndex(where: { $0.has(name) }) else {
                    do {
                        _ = try main.index(name)
                    } catch let error as UserError { throw UserError("scores: \(error.description)", parameter: "scores") }
                    continue
                }
                sources.append(Source(name: name, table: table, column: name))
            }
            return sources
        }
        for (index, table) in tables.enumerated() {
            try table.refuseStrayWords(
                in: table.columns.filter { index > 0 || !taken.contains($0) }, "set scores to name the score columns if this is none")
            let known = Self.idNames + Self.labelNames + Self.foldNames + Self.groupNames + Self.subsetNames + Self.weightNames
            for (column, kind) in zip(table.columns, table.kinds) where kind == .number {
                if index == 0 ? taken.contains(column) : known.contains(column.lowercased()) || column == id || column == label { continue }
                let clashes = sources.contains { $0.name == column }
                sources.append(Source(name: clashes ? "\(stem(table.name)):\(column)" : column, table: index, column: column))
            }
        }
        return sources
    }

    private func stem(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.split(separator: ".").first.map(String.init) ?? file
    }

    /// The source that is named as a class: by its very name, or by a name that ends in `_` and it.
    private func source(of name: String, among sources: [Source]) -> Source? {
        if let place = ClassQuestion.match(name, sources.map(\.name)) { return sources[place] }
        return sources.first { $0.name.hasSuffix("_\(name)") || $0.name.hasSuffix(":\(name)") }
    }

    /// One column for each class; classes with a column but no row are classes too when all columns are classes.
    private func classSources(
        _ names: inout [String], _ sources: [Source], codes: [Int], found: [String], label: String
    ) throws -> [Source] {
        if !choice.scores.isEmpty, sources.count == names.count, names.allSatisfy({ source(of: $0, among: sources) == nil }) {
            return sources
        }
        for name in names where source(of: name, among: sources) == nil {
            let code = found.firstIndex(of: name) ?? 0
            let row = codes.firstIndex(of: code) ?? 0
            throw UserError(
                "\(main.name), column “\(label)”: \(names.count) classes (\(ClassQuestion.list(names))), but no score column for class “\(name)”, "
                    + "first on line \(main.line(ofRow: row)); expected one column a class, or set collapse to ask a two-class question",
                parameter: "scores")
        }
        // A class that never occurs still has its column: 0…9 of which no 7 was seen.
        let matched = names.compactMap { source(of: $0, among: sources) }
        let rest = sources.filter { other in !matched.contains { $0.name == other.name } }
        let looksLikeClass = rest.allSatisfy { Int($0.name) != nil } && names.allSatisfy { Int($0) != nil }
        if !rest.isEmpty, looksLikeClass || !choice.scores.isEmpty {
            names += rest.map(\.name)
            names = RowNames.sorted(names).map { names[$0] }
        }
        return names.compactMap { source(of: $0, among: sources) }
    }

    /// With two classes: the positive class's column when columns go by classes, and the sum of the collapsed classes' columns.
    private func collapsedSources(
        _ sources: [Source], found: [String], collapse: [String], question: ClassQuestion, notes: inout [String]
    ) -> ([Source], [String: [Source]]) {
        if !collapse.isEmpty {
            let members = collapse.compactMap { source(of: $0, among: sources) }
            guard members.count == collapse.count, let first = members.first else { return (sources, [:]) }
            let name = members.map(\.name).joined(separator: "+")
            return ([Source(name: name, table: first.table, column: first.column)], [name: Array(members.dropFirst())])
        }
        guard found.count == 2, let up = source(of: question.names[1], among: sources),
            source(of: question.names[0], among: sources) != nil
        else { return (sources, [:]) }
        notes.append("column “\(up.name)” is the score: it is named as the positive class")
        return ([up], [:])
    }

    /// A column's numbers in the order of the first table's rows, checked, and why they are not probabilities if they are not.
    private func numbers(_ source: Source, _ maps: [[Int]]) throws -> ([Double], String?) {
        let table = tables[source.table]
        let values = try table.numbers(source.column)
        if let row = values.firstIndex(where: { !$0.isFinite }) {
            throw UserError("\(table.place(row: row, column: source.column)): the score is \(values[row]); expected a finite number")
        }
        let outside = values.firstIndex { $0 < 0 || $0 > 1 }
        let note = outside.map { "\(table.place(row: $0, column: source.column)): \(values[$0]) is not a probability" }
        return (source.table == 0 ? values : maps[source.table].map { values[$0] }, note)
    }
}
