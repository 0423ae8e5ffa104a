import Engine
import Plotting

/// A bot that answers from one's own documents: the chunks nearest to a question are found, put before a model, and cited.
///
/// It never sees the documents. A provider reads and searches them, and what it answers - digests, and the chunks that were found with
/// their scores - is all that is known here, so a replay needs neither the folder nor the model. One step is one answer taken in.
public struct AnswerExperiment: Experiment {
    let documents: DocumentRequest
    let provider: String
    let model: String
    let system: String
    let maxTokens: Int
    let modelSeed: Int
    let isOkapi: Bool
    let repetitionPenalty: Double

    var retriever: String
    var topK: Int
    var minScore: Double
    var temperature: Double
    var history: Int
    private var retries: Int
    private var attempt: Int

    private(set) var read: DocumentReply?
    private(set) var readSeconds = 0.0
    /// The conversation so far.
    private(set) var turns: [Turn] = []
    /// Questions that wait for their turn.
    private var queue: [String] = []
    /// Whether the latest question is to be answered anew, since what it is answered from has changed.
    private var isStale = false
    private var outstanding: Outstanding?
    private var inbox: Answer?
    private var nextID = 1
    /// Why nothing more is asked.
    private(set) var failure: String?

    /// A request under way and what its answer is for.
    private struct Outstanding: Sendable, Hashable, Codable {
        enum Purpose: String, Sendable, Codable { case documents, retrieval, chat }
        var request: Request
        var purpose: Purpose
    }

    /// A question and what came of it.
    struct Turn: Sendable, Hashable, Codable {
        var question: String
        var retriever: String
        var topK: Int
        /// What was found; all rankings of it.
        var found: RetrievalReply
        /// The chunks that were put before the model.
        var used: [RetrievalReply.Hit]
        var answer = ""
        /// The numbers of the chunks that the answer names, from 1.
        var cited: [Int] = []
        /// Whether there is an answer.
        var isAnswered = false
        /// Whether the bot said that the documents do not tell.
        var isRefused = false
        var isCut = false
        var model = ""
        var promptTokens: Int?
        var completionTokens: Int?
        var seconds = 0.0
        var firstTokenSeconds: Double?
        var tokensPerSecond: Double?
        var searchSeconds = 0.0
        var retries = 0
    }

    /// The longest question, in Unicode scalars.
    static let longest = 4000
    /// The most chunks put before a model.
    static let mostChunks = 20

    /// The bot before its first question; nothing is read before the first step.
    public init(_ setup: Setup) throws {
        documents = DocumentRequest(
            source: setup.text("documents"), chunkTokens: setup.integer("chunkTokens"), overlap: setup.integer("overlap"),
            embedder: setup.choice("embedder"), embeddingModel: setup.text("embeddingModel"))
        guard !documents.source.isEmpty else {
            throw UserError("documents: a folder or a file is wanted, or workbench for this program's own", parameter: "documents")
        }
        guard documents.overlap < documents.chunkTokens else {
            throw UserError(
                "overlap: \(documents.overlap) tokens leave nothing new in chunks of \(documents.chunkTokens)", parameter: "overlap")
        }
        provider = setup.choice("provider")
        model = setup.text("model")
        system = setup.text("system")
        maxTokens = setup.integer("maxTokens")
        modelSeed = setup.integer("modelSeed")
        isOkapi = setup.choice("bm25") == "okapi"
        repetitionPenalty = setup.real("repetitionPenalty")
        retriever = setup.choice("retriever")
        topK = setup.integer("topK")
        minScore = setup.real("minScore")
        temperature = setup.real("temperature")
        history = setup.integer("history")
        retries = setup.integer("retries")
        attempt = setup.integer("attempt")
        if provider == "echo", !model.isEmpty, !EchoProvider.models.contains(model) {
            throw UserError(
                "model: echo has no model “\(model)”; expected one of \(EchoProvider.models.joined(separator: ", "))", parameter: "model")
        }
        try ask(setup.text("question"))
    }

    /// Puts a question behind those that wait; an empty one asks nothing.
    private mutating func ask(_ question: String) throws {
        let length = TextMeasures.characters(question)
        guard length <= Self.longest else {
            throw UserError("question: \(length) characters; at most \(Self.longest) are asked at once", parameter: "question")
        }
        if question.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) { queue.append(question) }
    }

    /// Takes over a live parameter.
    ///
    /// A new question is asked; other ways of finding are tried on the latest one at once.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("question", .text(let value)): try ask(value)
        case ("retriever", .text(let value)):
            isStale = isStale || value != retriever
            retriever = value
        case ("topK", .integer(let value)):
            isStale = isStale || value != topK
            topK = value
        case ("minScore", .real(let value)):
            isStale = isStale || value != minScore
            minScore = value
        case ("temperature", .real(let value)): temperature = value
        case ("history", .integer(let value)): history = value
        case ("retries", .integer(let value)): retries = value
        case ("attempt", .integer(let value)):
            if value != attempt { failure = nil }
            attempt = value
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
    }

    /// Takes in up to `count` answers and asks what follows from them.
    public mutating func step(_ count: Int) throws -> Progress {
        guard count > 0 else { return Progress(0, state) }
        goOn()
        var steps = 0
        while steps < count, let answer = inbox {
            inbox = nil
            take(answer)
            goOn()
            steps += 1
        }
        return Progress(steps, state)
    }

    private var state: Progress.State {
        if inbox != nil { return .ready }
        if let outstanding { return .waiting([outstanding.request]) }
        if let failure { return .failed("\(failure); raise “attempt” to try again") }
        return .finished(turns.isEmpty ? "\(read?.chunks ?? 0) chunks read; ask a question" : "answered; ask another question")
    }

    /// Keeps an answer for the next step.
    public mutating func receive(_ answer: Answer) throws {
        guard let outstanding, outstanding.request.id == answer.id, inbox == nil else {
            throw UserError("an answer came to request \(answer.id), which is not under way")
        }
        inbox = answer
    }

    // MARK: Asking

    private mutating func ask(_ purpose: Outstanding.Purpose, _ provider: String, _ body: Request.Body) {
        outstanding = Outstanding(request: Request(id: nextID, provider: provider, body: body), purpose: purpose)
        nextID += 1
    }

    /// Asks for what is needed next, if nothing is under way.
    private mutating func goOn() {
        while outstanding == nil, failure == nil {
            if read == nil {
                ask(.documents, "documents", .documents(documents))
            } else if let turn = turns.last, !turn.isAnswered {
                // Asked again after a failure, with what was found then.
                begin(turn.question, turn.found, searchSeconds: turn.searchSeconds, replaces: true)
            } else if let question = queue.first {
                isStale = false
                let wish = RetrievalRequest(documents: documents, question: question, count: Self.mostChunks, isOkapi: isOkapi)
                ask(.retrieval, "documents", .retrieval(wish))
            } else if isStale, let turn = turns.last {
                isStale = false
                if hits(turn.found) != turn.used { begin(turn.question, turn.found, searchSeconds: turn.searchSeconds) }
            } else {
                return
            }
        }
    }

    /// The chunks that the present way of finding takes.
    func hits(_ found: RetrievalReply) -> [RetrievalReply.Hit] {
        (found.rankings[retriever] ?? []).filter { $0.score >= minScore && found.chunks.indices.contains($0.chunk) }.prefix(topK).map { $0 }
    }

    /// Opens a turn with what was found, and puts it before the model if there is anything.
    private mutating func begin(_ question: String, _ found: RetrievalReply, searchSeconds: Double, replaces: Bool = false) {
        var turn = Turn(question: question, retriever: retriever, topK: topK, found: found, used: hits(found), searchSeconds: searchSeconds)
        if replaces { turns.removeLast() }
        guard !turn.used.isEmpty else {
            turn.answer = Passages.refusal
            turn.isRefused = true
            turn.isAnswered = true
            turns.append(turn)
            return
        }
        let earlier = turns.filter { $0.isAnswered && !$0.isRefused }.suffix(history)
        turns.append(turn)
        ask(.chat, provider, .chat(conversation(turn, earlier: Array(earlier))))
    }

    /// The conversation that asks for an answer; the control follows no instructions and gets the passages as they are.
    private func conversation(_ turn: Turn, earlier: [Turn]) -> ChatRequest {
        let chunks = turn.used.map { turn.found.chunks[$0.chunk] }
        var messages: [ChatRequest.Message] = []
        if provider == "extractive" {
            messages = chunks.map { .init(role: "passage", content: $0.text) } + [.init(role: "user", content: turn.question)]
        } else {
            if !system.isEmpty { messages.append(.init(role: "system", content: system)) }
            for before in earlier {
                messages.append(.init(role: "user", content: before.question))
                messages.append(.init(role: "assistant", content: before.answer))
            }
            messages.append(.init(role: "user", content: Passages.prompt(turn.question, chunks)))
        }
        return ChatRequest(
            model: provider == "extractive" ? "answer" : model, messages: messages, temperature: temperature,
            maxTokens: maxTokens == 0 ? nil : maxTokens, seed: UInt64(modelSeed), retries: retries,
            repetitionPenalty: repetitionPenalty)
    }

    // MARK: Answers

    private mutating func take(_ answer: Answer) {
        guard let question = outstanding else { return }
        outstanding = nil
        switch (question.purpose, answer.body) {
        case (.documents, .documents(let reply)):
            read = reply
            readSeconds = answer.seconds
        case (.retrieval, .retrieval(let reply)):
            guard !queue.isEmpty else { return }
            guard reply.chunks.count <= 3 * Self.mostChunks,
                reply.rankings.values.allSatisfy({ $0.allSatisfy { reply.chunks.indices.contains($0.chunk) && $0.score.isFinite } })
            else {
                failure = "the answer names chunks that it does not hold"
                return
            }
            begin(queue.removeFirst(), reply, searchSeconds: answer.seconds)
        case (.chat, .chat(let reply)):
            var turn = turns.removeLast()
            turn.answer = String(reply.text.unicodeScalars.prefix(StartingText.limit))
            turn.isAnswered = true
            turn.isRefused = Passages.isRefusal(turn.answer)
            turn.isCut = reply.finish == "length"
            turn.cited = turn.isRefused ? [] : Passages.cited(in: turn.answer, count: turn.used.count)
            turn.model = reply.model
            turn.promptTokens = reply.promptTokens
            turn.completionTokens = reply.completionTokens
            turn.seconds = answer.seconds
            turn.firstTokenSeconds = reply.firstTokenSeconds
            turn.tokensPerSecond = reply.tokensPerSecond
            turn.retries = answer.retries
            turns.append(turn)
        case (_, .failure(let sentence)):
            failure = sentence
        default: failure = "something else came in answer to a request for \(question.purpose.rawValue)"
        }
    }
}
