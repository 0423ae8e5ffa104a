import CResources
import Engine

extension Predictions {
    /// The data sets that travel in the program.
    static let builtins = ["cancer", "digits"]

    /// What a user chose; "" lets a column be found by its name, "-" goes without.
    struct Choice: Sendable, Codable {
        var label = ""
        var scores = ""
        var id = ""
        var fold = ""
        var group = ""
        var subset = ""
        var weight = ""
        var positive = ""
        var collapse = ""
    }

    /// Reads what a setup names: inline lists, a built-in set, or files joined by id.
    ///
    /// - Throws: `UserError` with file, line and column.
    init(_ setup: Setup, subset: String? = "subset") throws {
        var choice = Choice(setup, subset: subset)
        if !setup.text("labels").isEmpty {
            self = try InlinePredictions.read(setup, choice)
            return
        }
        let data = setup.text("data")
        if let tables = try Self.files(setup) {
            self = try PredictionTable(tables, choice).predictions()
            return
        }
        switch data {
        case "digits":
            if choice.positive.isEmpty, choice.collapse.isEmpty { choice.positive = "8" }
            self = try PredictionTable([Self.builtin("digits", wb_resource_digits, wb_resource_digits_size)], choice).predictions()
        case "orientations":
            self = try PredictionTable(
                [Self.builtin("orientations", wb_resource_orientations, wb_resource_orientations_size)], choice
            ).predictions()
        case "", "cancer":
            if choice.positive.isEmpty { choice.positive = "malignant" }
            self = try PredictionTable([Self.builtin("cancer", wb_resource_cancer, wb_resource_cancer_size)], choice).predictions()
        default: throw UserError("data: the file “\(data)” has not been read", parameter: "data")
        }
    }

    /// The files a setup names, the first one the main one; nil when it names none.
    static func files(_ setup: Setup) throws -> [DataTable]? {
        guard let input = setup.inputs["data"] else { return nil }
        var tables = [try DelimitedText.parse(input.bytes, name: input.name)]
        for name in ["data2", "data3", "data4"] {
            if let input = setup.inputs[name] { tables.append(try DelimitedText.parse(input.bytes, name: input.name)) }
        }
        return tables
    }

    private static func builtin(_ name: String, _ bytes: UnsafePointer<UInt8>, _ size: Int) throws -> DataTable {
        try DelimitedText.parse(Array(UnsafeBufferPointer(start: bytes, count: size)), name: name)
    }
}

extension Predictions.Choice {
    /// What a setup's parameters choose; the column of subsets has different names in different panes.
    init(_ setup: Setup, subset: String?) {
        self.init(
            label: setup.text("label"), scores: setup.text("scores"), id: setup.text("id"), fold: setup.text("fold"),
            group: setup.text("group"), subset: subset.map { setup.text($0) } ?? "-", weight: setup.text("weight"),
            positive: setup.text("positive"),
            collapse: setup.text("collapse"))
    }
}

/// Which classes there are and what is asked of them.
struct ClassQuestion {
    /// The classes' names; of two, the positive one last.
    var names: [String]
    /// For each class as it appeared, its place in `names`.
    var places: [Int]
    var notes: [String] = []

    /// Which of two classes, or of several collapsed to two, is positive.
    ///
    /// - Parameter place: where the labels stand, for messages: "predictions.csv, column “label”".
    static func binary(_ found: [String], positive: String, collapse: [String], where place: String) throws -> ClassQuestion {
        if !collapse.isEmpty {
            for name in collapse where Self.match(name, found) == nil {
                throw UserError("collapse: “\(name)” is no class of \(place); it has \(Self.list(found))", parameter: "collapse")
            }
            let chosen = collapse.compactMap { Self.match($0, found) }
            let name = chosen.map { found[$0] }.joined(separator: "+")
            return ClassQuestion(names: ["not \(name)", name], places: found.indices.map { chosen.contains($0) ? 1 : 0 })
        }
        if !positive.isEmpty {
            if let index = Self.match(positive, found) {
                let other = found.indices.first { $0 != index }.map { found[$0] } ?? (positive == "1" ? "0" : "not \(positive)")
                return ClassQuestion(names: [other, found[index]], places: found.indices.map { $0 == index ? 1 : 0 })
            }
            guard found.count == 1 else {
                throw UserError("positive: “\(positive)” is no class of \(place); it has \(Self.list(found))", parameter: "positive")
            }
            return ClassQuestion(names: [found[0], positive], places: [0])
        }
        let numbers = found.map { Double($0) }
        if found.count == 1 {
            // One class only: 1 (or any number above 0) is read as positive, 0 and below as negative.
            let isPositive = numbers[0].map { $0 > 0 } ?? true
            let other = isPositive ? (found[0] == "1" ? "0" : "not \(found[0])") : (found[0] == "0" ? "1" : "not \(found[0])")
            return ClassQuestion(names: isPositive ? [other, found[0]] : [found[0], other], places: [isPositive ? 1 : 0])
        }
        var greater = found[0] > found[1] ? 0 : 1
        if let a = numbers[0], let b = numbers[1] { greater = a > b ? 0 : 1 }
        var question = ClassQuestion(names: [found[1 - greater], found[greater]], places: found.indices.map { $0 == greater ? 1 : 0 })
        if Set(found) != ["0", "1"] {
            question.notes.append(
                "“\(found[greater])” was taken for the positive class because it sorts after “\(found[1 - greater])”; set positive to choose"
            )
        }
        return question
    }

    /// The place of a name among names, compared as text and else as numbers.
    static func match(_ name: String, _ names: [String]) -> Int? {
        if let place = names.firstIndex(of: name) { return place }
        guard let number = DecimalNumber.parse(name) else { return nil }
        return names.firstIndex { DecimalNumber.parse($0) == number }
    }

    /// The first few names, in words.
    static func list(_ names: [String]) -> String {
        names.prefix(10).map { "“\($0)”" }.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }

    /// Items of a comma-separated list, blanks trimmed.
    static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { item in
            var item = item
            while item.first?.isWhitespace == true { item.removeFirst() }
            while item.last?.isWhitespace == true { item.removeLast() }
            return String(item)
        }.filter { !$0.isEmpty }
    }

    /// A class as it is called: whole numbers without decimals, so that 1 and 1.0 are one class.
    static func canonical(_ text: String) -> String {
        guard let number = DecimalNumber.parse(text), let whole = Int(exactly: number) else { return text }
        // 007 is a name, 1.0 a number.
        return text.contains(".") || text.contains("e") || text.contains("E") || text.hasPrefix("+") ? String(whole) : text
    }
}

/// Predictions typed in: `labels=0,1,1,0 scores=0.1,0.4,0.35,0.8`, several models or rows of classes separated by `;`.
enum InlinePredictions {
    static func read(_ setup: Setup, _ choice: Predictions.Choice) throws -> Predictions {
        let labels = try labels(setup)
        guard !labels.isEmpty else { throw UserError("labels: the list is empty", parameter: "labels") }
        var found: [String] = []
        var codes: [Int] = []
        for label in labels {
            let name = ClassQuestion.canonical(label)
            let code = found.firstIndex(of: name) ?? found.count
            if code == found.count { found.append(name) }
            codes.append(code)
        }
        let lists = try scoreLists(setup)
        guard !lists.isEmpty else {
            throw UserError("scores: labels are given inline, so scores must be too, one a label", parameter: "scores")
        }
        let collapse = ClassQuestion.items(choice.collapse)
        var predictions: Predictions
        if found.count > 2, collapse.isEmpty {
            predictions = try several(found, codes, lists, labels.count, choice)
        } else {
            for (place, list) in lists.enumerated() where list.count != labels.count {
                let which = lists.count > 1 ? "list \(place + 1) of scores" : "scores"
                throw UserError("\(which) has \(list.count) items, labels has \(labels.count); expected as many", parameter: "scores")
            }
            let question = try ClassQuestion.binary(found, positive: choice.positive, collapse: collapse, where: "labels")
            predictions = Predictions(
                source: "typed", truth: RowNames(column: "labels", names: question.names, codes: codes.map { Int32(question.places[$0]) }),
                columns: lists.count == 1 ? ["score"] : lists.indices.map { "score\($0 + 1)" }, packedScores: lists.map(PackedDoubles.init),
                notProbabilities: [], notes: question.notes)
        }
        predictions.notProbabilities = []
        for list in predictions.packedScores {
            if let row = list.values.firstIndex(where: { !$0.isFinite }) {
                throw UserError("scores: item \(row + 1) is \(list.values[row]); expected finite numbers", parameter: "scores")
            }
            let outside = list.values.firstIndex { $0 < 0 || $0 > 1 }
            predictions.notProbabilities.append(outside.map { "scores: item \($0 + 1), \(list.values[$0]), is not a probability" })
        }
        return predictions
    }

    private static func several(
        _ found: [String], _ codes: [Int], _ lists: [[Double]], _ count: Int, _ choice: Predictions.Choice
    ) throws -> Predictions {
        let order = RowNames.sorted(found)
        guard lists.count == count, lists.allSatisfy({ $0.count == found.count }) else {
            throw UserError(
                "scores: \(found.count) classes (\(ClassQuestion.list(order.map { found[$0] }))) need \(count) rows of \(found.count) numbers, "
                    + "rows separated by “;”; or set collapse to ask a two-class question", parameter: "scores")
        }
        let names = order.map { found[$0] }
        var places = [Int](repeating: 0, count: found.count)
        for (place, code) in order.enumerated() { places[code] = place }
        var predictions = Predictions(
            source: "typed", truth: RowNames(column: "labels", names: names, codes: codes.map { Int32(places[$0]) }), columns: names,
            packedScores: names.indices.map { c in PackedDoubles(lists.map { $0[c] }) }, notProbabilities: [])
        if !choice.positive.isEmpty, ClassQuestion.match(choice.positive, names) == nil {
            throw UserError("positive: “\(choice.positive)” is no class; there are \(ClassQuestion.list(names))", parameter: "positive")
        }
        predictions.notes = []
        return predictions
    }

    private static func labels(_ setup: Setup) throws -> [String] {
        let text = setup.text("labels")
        guard let file = NumberList.file(text) else {
            if text.contains("..") { return try NumberList.parse(text, parameter: "labels").map { Value.real($0).description } }
            return ClassQuestion.items(String(text.map { $0.isWhitespace ? "," : $0 }))
        }
        guard let input = setup.inputs["labels"] else { throw UserError("labels: the file “\(file.path)” has not been read") }
        let table = try DelimitedText.parse(input.bytes, name: input.name)
        let column = file.column ?? table.columns[0]
        guard file.column != nil || table.columns.count == 1 else {
            throw UserError("labels: \(input.name) has \(table.columns.count) columns; say which one: @\(input.name):\(column)")
        }
        let texts = try table.texts(column)
        if let row = texts.firstMissing { throw UserError("labels: \(table.place(row: row, column: column)): the cell is empty") }
        return texts.codes.map { texts.values[Int($0)] }
    }

    private static func scoreLists(_ setup: Setup) throws -> [[Double]] {
        let text = setup.text("scores")
        if NumberList.file(text) != nil { return [try setup.list("scores")] }
        return try text.split(separator: ";").map { try NumberList.parse(String($0), parameter: "scores") }.filter { !$0.isEmpty }
    }
}
