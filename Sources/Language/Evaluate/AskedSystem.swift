import Engine

/// A system whose answers are asked for: a model with the chunks that one way of finding gives it, or without any.
struct AskedSystem: Sendable, Hashable, Codable {
    /// What tells it from the others.
    var name: String
    /// How its chunks are found; empty for the plain model.
    var retriever: String
    var topK: Int
    var provider: String
    var model: String
    var temperature: Double
    /// Whether its answers are on record, so that nobody is asked.
    var isRecorded = false

    /// What may differ between systems.
    static let varied = ["retriever", "topK", "provider", "model", "temperature"]

    /// The systems that a list names: every combination of the values it gives, and `plain` for the model without documents.
    ///
    /// "retriever=bm25,hybrid; topK=1,4; plain" gives five; an empty list the three ways of finding.
    ///
    /// - Throws: `UserError` naming the item that cannot be read.
    static func all(_ setup: Setup) throws -> [AskedSystem] {
        func refuse(_ sentence: String) -> UserError { UserError("systems: " + sentence, parameter: "systems") }
        func trimmed(_ text: Substring) -> String {
            var text = text
            while text.first == " " { text.removeFirst() }
            while text.last == " " { text.removeLast() }
            return String(text)
        }
        let base = AskedSystem(
            name: "", retriever: "hybrid", topK: 4, provider: setup.choice("provider"), model: setup.text("model"),
            temperature: setup.real("temperature"))
        var systems = [base]
        var wantsPlain = false
        let text = setup.text("systems")
        let list = text.isEmpty ? "retriever=bm25,embedding,hybrid" : text
        var named: Set<String> = []
        for item in list.split(separator: ";").map(trimmed) where !item.isEmpty {
            if item == "plain" {
                wantsPlain = true
                continue
            }
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            guard parts.count == 2, varied.contains(parts[0]) else {
                throw refuse("“\(item)” is no setting; expected a list such as retriever=bm25,hybrid; topK=1,4; plain")
            }
            guard named.insert(parts[0]).inserted else { throw refuse("“\(parts[0])” is listed twice") }
            let values = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
            systems = try systems.flatMap { system in
                try values.map { value in
                    var next = system
                    next.name = system.name.isEmpty ? short(parts[0], value) : system.name + " " + short(parts[0], value)
                    switch parts[0] {
                    case "retriever":
                        guard ["bm25", "embedding", "hybrid"].contains(value) else {
                            throw refuse("there is no retriever “\(value)”; expected bm25, embedding or hybrid")
                        }
                        next.retriever = value
                    case "topK":
                        guard let number = Int(value), (1...AnswerExperiment.mostChunks).contains(number) else {
                            throw refuse("topK=\(value) is not a whole number from 1 to \(AnswerExperiment.mostChunks)")
                        }
                        next.topK = number
                    case "provider":
                        guard providers.contains(value) else {
                            throw refuse("there is no provider “\(value)”; expected \(providers.joined(separator: ", "))")
                        }
                        next.provider = value
                    case "model": next.model = value
                    default:
                        guard let number = Double(value), (0...2).contains(number) else {
                            throw refuse("temperature=\(value) is not a number from 0 to 2")
                        }
                        next.temperature = number
                    }
                    return next
                }
            }
            guard systems.count <= CandidateFile.mostSystems else { throw refuse("more than \(CandidateFile.mostSystems) systems") }
        }
        if systems.count == 1, systems[0].name.isEmpty { systems[0].name = "documents" }
        if wantsPlain {
            var plain = base
            (plain.name, plain.retriever, plain.topK) = ("plain", "", 0)
            systems.append(plain)
        }
        guard systems.count <= CandidateFile.mostSystems else { throw refuse("more than \(CandidateFile.mostSystems) systems") }
        if let plain = systems.first(where: { $0.retriever.isEmpty && $0.provider == "extractive" }) {
            throw refuse("“\(plain.name)” has no documents, and the extractive control has nothing else to answer from")
        }
        return systems
    }

    /// A system whose answers are on record.
    init(recorded name: String) {
        self.init(name: name, retriever: "", topK: 0, provider: "", model: "", temperature: 0)
        isRecorded = true
    }

    init(name: String, retriever: String, topK: Int, provider: String, model: String, temperature: Double) {
        (self.name, self.retriever, self.topK) = (name, retriever, topK)
        (self.provider, self.model, self.temperature) = (provider, model, temperature)
    }

    /// Who can answer.
    static let providers = ["extractive", "local", "openai", "echo"]

    private static func short(_ name: String, _ value: String) -> String {
        switch name {
        case "topK": "top\(value)"
        case "temperature": "T\(value)"
        default: value
        }
    }

    /// The chunks that it takes of what was found.
    func used(_ found: RetrievalReply) -> [RetrievalReply.Chunk] {
        (found.rankings[retriever] ?? []).prefix(topK).compactMap { found.chunks.indices.contains($0.chunk) ? found.chunks[$0.chunk] : nil }
    }

    /// The conversation that asks for its answer; nil where it has nothing to answer from.
    func request(_ question: String, _ found: RetrievalReply?, maxTokens: Int, seed: Int, retries: Int) -> ChatRequest? {
        let chunks = found.map(used) ?? []
        var messages: [ChatRequest.Message]
        if retriever.isEmpty {
            messages = [.init(role: "user", content: question)]
        } else if chunks.isEmpty {
            return nil
        } else if provider == "extractive" {
            messages = chunks.map { .init(role: "passage", content: $0.text) } + [.init(role: "user", content: question)]
        } else {
            messages = [
                .init(role: "system", content: Passages.system), .init(role: "user", content: Passages.prompt(question, chunks)),
            ]
        }
        return ChatRequest(
            model: provider == "extractive" ? "answer" : model, messages: messages, temperature: temperature,
            maxTokens: maxTokens == 0 ? nil : maxTokens, seed: UInt64(seed), retries: retries)
    }

    /// How well it found the document that holds the answer: whether it is among the chunks taken, one over the rank of its first chunk,
    /// and the discounted gain 1/log₂(1 + rank) of it; NaN where the document is not known or none is looked for.
    func found(_ document: String?, _ reply: RetrievalReply?, logarithm: (Double) -> Double) -> (
        hit: Double, reciprocal: Double, gain: Double
    ) {
        guard let document, let reply, !retriever.isEmpty else { return (.nan, .nan, .nan) }
        let place = used(reply).firstIndex { $0.document == document || $0.document.hasSuffix("/" + document) }
        guard let place else { return (0, 0, 0) }
        return (1, 1 / Double(place + 1), 1 / logarithm(Double(place + 2)))
    }
}

/// The questions put to systems, and what models are asked besides.
enum Questions {
    /// The questions of a file: JSON or JSON Lines with question, answer and perhaps document.
    ///
    /// - Throws: `UserError` naming the file and the line.
    static func read(_ input: Input) throws -> [EvaluationQuestion] {
        var questions: [EvaluationQuestion] = []
        for (line, value) in try JSONText.records(of: input, for: "questions") {
            let place = "questions: “\(input.name)”, line \(line)"
            guard let question = value["question"]?.string, let answer = value["answer"]?.string ?? value["reference"]?.string else {
                throw UserError("\(place): expected an object with “question” and “answer”", parameter: "questions")
            }
            guard TextMeasures.characters(question) <= AnswerExperiment.longest, TextMeasures.characters(answer) <= CandidateFile.longest
            else {
                throw UserError("\(place): the question or its answer is too long", parameter: "questions")
            }
            questions.append(EvaluationQuestion(question: question, reference: answer, document: value["document"]?.string))
            guard questions.count <= CandidateFile.most else {
                throw UserError("\(place): more than \(CandidateFile.most) questions", parameter: "questions")
            }
        }
        guard !questions.isEmpty else { throw UserError("questions: “\(input.name)” holds none", parameter: "questions") }
        return questions
    }

    /// Asks for a question that a text answers.
    static func generation(_ text: String) -> String {
        "Write one concise question, in as few words as possible, put to the author of the following text in the second person, that this text "
            + "answers. Write the question alone.\n\n" + text
    }

    /// Asks for a rating of an answer.
    static func judgement(_ question: String, reference: String, answer: String) -> String {
        "Question: \(question)\n\nRight answer: \(reference)\n\nProposed answer: \(answer)\n\nRate the proposed answer from 0 (not even close) to 10 "
            + "(exactly the same meaning as the right answer). Reply with the number alone."
    }
}
