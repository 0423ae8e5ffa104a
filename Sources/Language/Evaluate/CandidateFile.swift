import CResources
import Engine
import LanguageModel

/// One question with the answer taken as right.
struct EvaluationQuestion: Sendable, Hashable, Codable {
    /// The question; empty when the file has none.
    var question: String
    /// The answer that others are compared with.
    var reference: String
    /// The document that holds the answer; nil when not known.
    var document: String?
}

/// Answers of one system as a file records them, one a question, with what judges said of them.
struct RecordedSystem: Sendable, Hashable, Codable {
    /// What tells it from the others.
    var name: String
    /// One a question.
    var answers: [String]
    /// What each judge said, by its field's name; nil where it is no rating.
    var judgements: [String: [Judgement?]]
}

/// The answers of systems read from files: `reference`, `hypothesis`, and perhaps `question`, `document`, `system` and ratings.
struct CandidateFile: Sendable {
    var questions: [EvaluationQuestion] = []
    var systems: [RecordedSystem] = []
    /// The judges' fields: those with plain ratings first, then those with probabilities, each by name.
    var judges: [String] = []
    var warnings: [String] = []

    /// The most answers of a system, and the longest of them in Unicode scalars.
    static let most = 50_000
    static let longest = 100_000
    static let mostSystems = 8

    /// What `sample` stands for.
    static var sample: Input {
        Input(
            name: "sample.jsonl",
            bytes: Array(UnsafeBufferPointer(start: wb_resource_answers, count: wb_resource_answers_size)))
    }

    private struct Row {
        var question: EvaluationQuestion
        var answer: String
        var judged: [String: JSONValue]
        var place: String
    }

    /// The systems of all files; questions are paired by their place.
    ///
    /// - Throws: `UserError` naming the file and the record that cannot be used.
    init(_ files: [Input], judge wanted: String) throws {
        var rows: [(system: String, rows: [Row])] = []
        for file in files {
            let fallback = Self.stem(file.name)
            var own: [(system: String, rows: [Row])] = []
            for (line, value) in try JSONText.records(of: file, for: "candidates") {
                let place = "candidates: “\(file.name)”, line \(line)"
                let row = try Self.row(value, place)
                let name = value["system"]?.string ?? fallback
                if let index = own.firstIndex(where: { $0.system == name }) {
                    own[index].rows.append(row)
                } else {
                    own.append((name, [row]))
                }
                guard own.count + rows.count <= Self.mostSystems, own[own.count - 1].rows.count <= Self.most else {
                    throw UserError(
                        "\(place): more than \(Self.mostSystems) systems or \(Self.most) answers of one", parameter: "candidates")
                }
            }
            for system in own {
                var name = system.system
                var number = 2
                while rows.contains(where: { $0.system == name }) {
                    name = "\(system.system) \(number)"
                    number += 1
                }
                rows.append((name, system.rows))
            }
        }
        guard let first = rows.first else { throw UserError("candidates: the files hold no answers", parameter: "candidates") }
        questions = first.rows.map(\.question)
        for (name, other) in rows.dropFirst() {
            guard other.count == first.rows.count else {
                throw UserError(
                    "candidates: “\(name)” has \(other.count) answers and “\(first.system)” \(first.rows.count); expected one each a question",
                    parameter: "candidates")
            }
            for (index, row) in other.enumerated() {
                guard TextMeasures.isSame(row.question.reference, questions[index].reference) else {
                    throw UserError(
                        "\(row.place): the reference differs from that of “\(first.system)” at the same place (\(index + 1)); "
                            + "expected the same questions in the same order", parameter: "candidates")
                }
                if questions[index].question.isEmpty { questions[index].question = row.question.question }
            }
        }
        try judge(rows.map { ($0.system, $0.rows) }, wanted)
    }

    private static func row(_ value: JSONValue, _ place: String) throws -> Row {
        guard case .object(let members) = value else {
            throw UserError("\(place): expected an object with “reference” and “hypothesis”", parameter: "candidates")
        }
        func text(_ name: String) throws -> String {
            guard let text = members[name]?.string else {
                throw UserError("\(place): there is no text “\(name)”; expected “reference” and “hypothesis”", parameter: "candidates")
            }
            guard TextMeasures.characters(text) <= longest else {
                throw UserError("\(place): “\(name)” has more than \(longest) characters", parameter: "candidates")
            }
            return text
        }
        let asked = members["question"]?.string ?? members["prompt"]?.string ?? members["training_data"]?["prompt"]?.string ?? ""
        let question = EvaluationQuestion(
            question: asked.isEmpty ? "" : Self.bare(asked), reference: try text("reference"), document: members["document"]?.string)
        return Row(question: question, answer: try text("hypothesis"), judged: members, place: place)
    }

    /// A question without the words of a training prompt around it.
    private static func bare(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        if scalars.starts(with: "QUESTION:".unicodeScalars) { scalars = scalars.dropFirst(9) }
        while let last = scalars.last, last.properties.isWhitespace || last == "#" { scalars.removeLast() }
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        return String(scalars)
    }

    static func stem(_ path: String) -> String {
        let file = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? path
        guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return file }
        return String(file[..<dot])
    }

    private static let texts: Set = ["reference", "hypothesis", "question", "prompt", "document", "system", "id", "training_data", "rouge"]
    private static let ratingWords = ["judge", "rating", "score", "gpt", "mark"]

    /// Takes over what judges said: fields of probabilities by rating, and fields that are called ratings and mostly are.
    private mutating func judge(_ rows: [(system: String, rows: [Row])], _ wanted: String) throws {
        let all = rows.flatMap(\.rows)
        var ratings: [String] = []
        var tables: [String] = []
        for name in Set(all.flatMap { $0.judged.keys }).subtracting(Self.texts).sorted() {
            let values = all.compactMap { $0.judged[name] }
            let isNamed = name == wanted || Self.ratingWords.contains { name.lowercased().contains($0) }
            let usable = values.count { Judgement(recorded: $0) != nil }
            guard 2 * usable >= values.count, usable > 0 else { continue }
            if values.allSatisfy({ if case .object = $0 { true } else { false } }) {
                tables.append(name)
            } else if isNamed {
                ratings.append(name)
            }
        }
        judges = ratings + tables
        if !wanted.isEmpty, wanted != "none", !judges.contains(wanted) {
            let known = judges.isEmpty ? "no ratings are recorded" : "recorded are \(judges.joined(separator: ", "))"
            throw UserError("judge: there are no ratings “\(wanted)”; \(known)", parameter: "judge")
        }
        systems = rows.map { name, rows in
            var judgements: [String: [Judgement?]] = [:]
            for judge in judges { judgements[judge] = rows.map { $0.judged[judge].flatMap(Judgement.init(recorded:)) } }
            return RecordedSystem(name: name, answers: rows.map(\.answer), judgements: judgements)
        }
    }
}
