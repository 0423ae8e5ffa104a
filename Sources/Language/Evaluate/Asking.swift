import Engine

/// The questions put to systems, and what came back so far.
struct Asking: Sendable, Codable {
    /// In the order of the experiment's: those whose answers a file records first.
    let systems: [AskedSystem]
    /// The questions; those that are to be made of chunks are empty until they are.
    var questions: [EvaluationQuestion]
    let documents: DocumentRequest
    /// Who makes questions, when they are to be made.
    let generator: String
    let generatorModel: String
    let generated: Int
    let judgeProvider: String
    let judgeModel: String
    let maxTokens: Int
    let seed: Int
    let notes: [String]

    var parallel: Int
    var retries: Int
    /// How many requests an endpoint is sent a minute; 0 for as many as it takes.
    var requestsPerMinute: Int
    private var attempt: Int
    /// The chunks that questions are made of; nil until they came.
    private var sample: [RetrievalReply.Chunk]?
    /// What was found for each question.
    var found: [RetrievalReply?]
    private var isAnswered: [[Bool]]
    private var isJudged: [[Bool]]
    private(set) var outstanding: [Outstanding] = []
    var inbox: [Answer] = []
    private var nextID = 1
    private(set) var failure: String?

    /// A request under way and what its answer is for.
    struct Outstanding: Sendable, Hashable, Codable {
        var request: Request
        var wish: Wish
    }

    /// Something to be asked for.
    enum Wish: Sendable, Hashable, Codable {
        case sample
        case question(Int)
        case chunks(Int)
        case answer(Int, system: Int)
        case rating(Int, system: Int)
    }

    /// The most questions that are made.
    static let mostGenerated = 2000

    /// - Parameter file: the recorded answers that stand beside those asked for; nil for none.
    init(_ setup: Setup, beside file: CandidateFile?) throws {
        let asked = try AskedSystem.all(setup)
        let recorded = (file?.systems ?? []).map { AskedSystem(recorded: $0.name) }
        guard recorded.count + asked.count <= CandidateFile.mostSystems else {
            throw UserError(
                "systems: \(asked.count) beside \(recorded.count) recorded ones are more than \(CandidateFile.mostSystems)",
                parameter: "systems")
        }
        systems = recorded + asked
        documents = DocumentRequest(
            source: setup.text("documents"), chunkTokens: setup.integer("chunkTokens"), overlap: 0, embedder: setup.choice("embedder"),
            embeddingModel: setup.text("embeddingModel"))
        judgeProvider = setup.choice("judgeProvider")
        judgeModel = setup.text("judgeModel")
        maxTokens = setup.integer("maxTokens")
        seed = setup.integer("modelSeed")
        parallel = setup.integer("parallel")
        retries = setup.integer("retries")
        requestsPerMinute = setup.integer("requestsPerMinute")
        attempt = setup.integer("attempt")
        generator = setup.choice("provider")
        generatorModel = setup.text("model")
        var notes: [String] = []
        if let input = setup.inputs["questions"] {
            questions = try Questions.read(input)
            generated = 0
        } else if setup.text("questions") == "generated" {
            guard generator == "local" || generator == "openai" else {
                throw UserError("questions: only a language model makes questions; set provider local or openai", parameter: "questions")
            }
            generated = setup.integer("generate")
            questions = []
            notes.append("the questions were made by the model, one a chunk, whose text counts as the right answer")
        } else if setup.text("questions") == "workbench" {
            questions = try Questions.read(BuiltInQuestions.input)
            generated = 0
        } else if setup.text("questions") == "candidates" {
            questions = file?.questions ?? []
            generated = 0
            if let place = questions.firstIndex(where: { $0.question.isEmpty }) {
                throw UserError("candidates: record \(place + 1) has no “question” that could be put to systems", parameter: "candidates")
            }
        } else {
            throw UserError(
                "questions: there is no built-in set “\(setup.text("questions"))”; expected workbench, generated, candidates, or a file",
                parameter: "questions")
        }
        if let file {
            guard generated == 0 else {
                throw UserError(
                    "candidates: no recorded answer is to a question that is yet to be made; leave “candidates” empty, or set questions "
                        + "to candidates", parameter: "candidates")
            }
            try Self.check(questions, against: file)
        }
        self.notes = notes
        found = questions.map { _ in nil }
        isAnswered = systems.map { [questions] system in questions.map { _ in system.isRecorded } }
        isJudged = systems.map { [questions] _ in questions.map { _ in false } }
    }

    /// Whether recorded answers are to these questions, place by place.
    private static func check(_ questions: [EvaluationQuestion], against file: CandidateFile) throws {
        guard questions.count == file.questions.count else {
            throw UserError(
                "candidates: \(file.questions.count) answers are recorded a system, but there are \(questions.count) questions; expected the "
                    + "same in the same order", parameter: "candidates")
        }
        for (place, question) in questions.enumerated() where !TextMeasures.isSame(question.reference, file.questions[place].reference) {
            throw UserError(
                "candidates: the reference of record \(place + 1) is not the answer of question \(place + 1); expected the same questions in "
                    + "the same order", parameter: "candidates")
        }
    }

    /// Whether all systems' answers to a question are there, and rated where they are to be.
    func isComplete(_ question: Int) -> Bool {
        guard questions.indices.contains(question) else { return false }
        return systems.indices.allSatisfy { isAnswered[$0][question] && (judgeProvider == "none" || isJudged[$0][question]) }
    }

    /// Tries again what failed.
    mutating func tryAgain(_ value: Int) {
        if value != attempt { failure = nil }
        attempt = value
    }

    mutating func receive(_ answer: Answer) throws {
        guard outstanding.contains(where: { $0.request.id == answer.id }), !inbox.contains(where: { $0.id == answer.id }) else {
            throw UserError("an answer came to request \(answer.id), which is not under way")
        }
        inbox.append(answer)
    }

    // MARK: What is wanted

    /// What can be asked for now, first things first, at most so many.
    func wishes(atMost count: Int, answers: [RecordedSystem], from first: Int) -> [Wish] {
        var wishes: [Wish] = []
        func want(_ wish: Wish) { if wishes.count < count, !outstanding.contains(where: { $0.wish == wish }) { wishes.append(wish) } }
        if generated > 0, sample == nil {
            want(.sample)
            return wishes
        }
        for question in first..<max(questions.count, first) where wishes.count < count {
            if questions[question].question.isEmpty {
                want(.question(question))
                continue
            }
            let needsChunks = systems.contains { !$0.retriever.isEmpty }
            if needsChunks, found[question] == nil { want(.chunks(question)) }
            for system in systems.indices {
                if !isAnswered[system][question] {
                    if systems[system].retriever.isEmpty || found[question] != nil { want(.answer(question, system: system)) }
                } else if judgeProvider != "none", !isJudged[system][question] {
                    want(.rating(question, system: system))
                }
            }
        }
        return wishes
    }

    /// The request that a wish means, and to whom; nil where it is settled without one.
    func request(_ wish: Wish, answers: [RecordedSystem]) -> (provider: String, body: Request.Body)? {
        func chat(_ text: String, _ model: String, tokens: Int?, alternatives: Int = 0) -> Request.Body {
            .chat(
                ChatRequest(
                    model: model, messages: [.init(role: "user", content: text)], temperature: 0, maxTokens: tokens, seed: UInt64(seed),
                    topLogProbabilities: alternatives, retries: retries))
        }
        switch wish {
        case .sample:
            return (
                "documents", .retrieval(RetrievalRequest(documents: documents, question: "", count: min(generated, Self.mostGenerated)))
            )
        case .question(let index):
            return (generator, chat(Questions.generation(questions[index].reference), generatorModel, tokens: 64))
        case .chunks(let index):
            let wish = RetrievalRequest(documents: documents, question: questions[index].question, count: systems.map(\.topK).max() ?? 1)
            return ("documents", .retrieval(wish))
        case .answer(let index, let system):
            let asked = systems[system]
            let request = asked.request(questions[index].question, found[index], maxTokens: maxTokens, seed: seed, retries: retries)
            return request.map { (asked.provider, .chat($0)) }
        case .rating(let index, let system):
            let text = Questions.judgement(
                questions[index].question, reference: questions[index].reference, answer: answers[system].answers[index])
            return (judgeProvider, chat(text, judgeModel, tokens: 4, alternatives: 20))
        }
    }

    mutating func ask(_ wish: Wish, _ provider: String, _ body: Request.Body) {
        var body = body
        if case .chat(var chat) = body, requestsPerMinute > 0 {
            chat.requestsPerMinute = requestsPerMinute
            body = .chat(chat)
        }
        outstanding.append(Outstanding(request: Request(id: nextID, provider: provider, body: body), wish: wish))
        nextID += 1
    }

    /// The next answer that came, with what it is for.
    mutating func next() -> (wish: Wish, answer: Answer)? {
        guard !inbox.isEmpty else { return nil }
        let answer = inbox.removeFirst()
        guard let place = outstanding.firstIndex(where: { $0.request.id == answer.id }) else { return nil }
        return (outstanding.remove(at: place).wish, answer)
    }

    mutating func fail(_ sentence: String) { failure = sentence }
    mutating func noteAnswer(_ question: Int, _ system: Int) { isAnswered[system][question] = true }
    mutating func noteRating(_ question: Int, _ system: Int) { isJudged[system][question] = true }

    /// Takes over the chunks that questions are to be made of.
    mutating func take(sample chunks: [RetrievalReply.Chunk]) {
        sample = chunks
        questions = chunks.map { EvaluationQuestion(question: "", reference: $0.text, document: $0.document) }
        found = chunks.map { _ in nil }
        isAnswered = systems.map { system in chunks.map { _ in system.isRecorded } }
        isJudged = systems.map { _ in chunks.map { _ in false } }
    }
}

extension EvaluateExperiment {
    /// Asks for what is missing, up to `parallel` requests at a time.
    mutating func ask() {
        guard var asking else { return }
        while asking.failure == nil, asking.outstanding.count < asking.parallel {
            let wishes = asking.wishes(
                atMost: asking.parallel - asking.outstanding.count, answers: systems, from: min(scores.questions, questions.count))
            guard !wishes.isEmpty else { break }
            for wish in wishes {
                if let (provider, body) = asking.request(wish, answers: systems) {
                    asking.ask(wish, provider, body)
                } else if case .answer(let question, let system) = wish {
                    systems[system].answers[question] = Passages.refusal
                    asking.noteAnswer(question, system)
                }
            }
        }
        self.asking = asking
    }

    /// Takes in the next answer; false when none has come.
    mutating func takeAnswer() -> Bool {
        guard let (wish, answer) = asking?.next() else { return false }
        switch (wish, answer.body) {
        case (.sample, .retrieval(let reply)):
            let chunks = (reply.rankings["sample"] ?? []).compactMap {
                reply.chunks.indices.contains($0.chunk) ? reply.chunks[$0.chunk] : nil
            }
            guard !chunks.isEmpty else {
                asking?.fail("the documents hold no chunk to ask about")
                break
            }
            asking?.take(sample: chunks)
            questions = asking?.questions ?? []
            for index in systems.indices {
                systems[index].answers = chunks.map { _ in "" }
                if !judge.isEmpty { systems[index].judgements[judge] = chunks.map { _ in nil } }
            }
        case (.question(let index), .chat(let reply)):
            let lines = reply.text.split(separator: "\n").map(String.init).filter { $0.utf8.contains { $0 > 0x20 } }
            let question = String((lines.first ?? "").unicodeScalars.prefix(AnswerExperiment.longest))
            asking?.questions[index].question = question.isEmpty ? "What does this say?" : question
            questions[index].question = asking?.questions[index].question ?? ""
        case (.chunks(let index), .retrieval(let reply)): asking?.found[index] = reply
        case (.answer(let index, let system), .chat(let reply)):
            systems[system].answers[index] = String(reply.text.unicodeScalars.prefix(CandidateFile.longest))
            asking?.noteAnswer(index, system)
        case (.rating(let index, let system), .chat(let reply)):
            systems[system].judgements[judge]?[index] = Judgement(reply)
            asking?.noteRating(index, system)
        case (_, .failure(let sentence)): asking?.fail(sentence)
        default: asking?.fail("something else came in answer than was asked for")
        }
        return true
    }
}
