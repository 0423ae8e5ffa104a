import Engine
import Plotting

/// What becomes of a text that a model rewrites again and again.
///
/// Each lane takes the text, asks for a summary (a paraphrase, a translation there and back, …), and feeds the answer back in.
/// Nothing is computed here but measures: every rewriting is a request, and one step is one answer taken in. A failed request
/// stops its lane, which keeps what it has; raising `attempt` asks again.
public struct IterateExperiment: Experiment {
    let original: Original
    let template: String
    let system: String
    let home: String
    let embeddingModel: String
    let embedder: String
    let topLogProbabilities: Int
    let cuts: Bool
    let inputWarnings: [String]

    var temperature: Double
    var iterations: Int
    var parallel: Int
    var retries: Int
    var stopsOnRepeat: Bool
    var attempt: Int
    var promptPrice: Double
    var completionPrice: Double
    var showLane: Int
    var showIteration: Int
    var compareIteration: Int

    var lanes: [Lane]
    /// What was asked and not yet taken in, by rising id.
    private(set) var outstanding: [Outstanding] = []
    /// Answers that came and wait for the next step, in the order they came.
    private var inbox: [Answer] = []
    private var nextID = 1
    /// Answers longer than what can be asked again, which were cut.
    private(set) var overlong = 0
    /// The two texts shown side by side and their difference, kept up to date as steps and changes come.
    private(set) var comparison: Comparison?

    /// A request under way and what its answer is for.
    struct Outstanding: Sendable, Hashable, Codable {
        enum Purpose: String, Sendable, Codable { case rewrite, embedding }
        var request: Request
        var lane: Int
        var purpose: Purpose
    }

    /// The chain's start; nothing is asked before the first step.
    public init(_ setup: Setup) throws {
        cuts = setup.choice("overflow") == "cut"
        let start = try StartingText(setup, parameter: "text", cuts: cuts)
        original = Original(start.text)
        inputWarnings = start.warnings
        template = setup.text("template")
        system = setup.text("system")
        home = setup.text("textLanguage")
        embeddingModel = setup.text("embeddingModel")
        embedder = setup.choice("embedder")
        topLogProbabilities = setup.integer("topLogProbabilities")
        temperature = setup.real("temperature")
        iterations = setup.integer("iterations")
        parallel = setup.integer("parallel")
        retries = setup.integer("retries")
        stopsOnRepeat = setup.flag("stopOnRepeat")
        attempt = setup.integer("attempt")
        promptPrice = setup.real("promptPrice")
        completionPrice = setup.real("completionPrice")
        showLane = setup.integer("showLane")
        showIteration = setup.integer("showIteration")
        compareIteration = setup.integer("compareIteration")
        let original = original
        lanes = try LaneSettings.all(setup).map { Lane($0, original: original) }
        compare()
    }

    /// Takes in up to `count` answers and asks what follows from them.
    public mutating func step(_ count: Int) throws -> Progress {
        guard count > 0 else { return Progress(0, state) }
        ask()
        var steps = 0
        while steps < count, !inbox.isEmpty {
            take(inbox.removeFirst())
            ask()
            steps += 1
        }
        if steps > 0 { compare() }
        return Progress(steps, state)
    }

    private var state: Progress.State {
        if !inbox.isEmpty { return .ready }
        if !outstanding.isEmpty { return .waiting(outstanding.map(\.request)) }
        if lanes.indices.contains(where: { wantsRewrite($0) || wantsEmbedding($0) }) { return .ready }
        if let lane = lanes.first(where: { $0.failure != nil }), let failure = lane.failure {
            let which = lanes.count == 1 ? "" : "lane “\(lane.settings.name)”, "
            return .failed("\(which)iteration \(lane.done + 1): \(failure); \(lane.done) kept, raise “attempt” to go on")
        }
        if let lane = lanes.first(where: \.isEmpty) { return .finished("an empty answer ended “\(lane.settings.name)”") }
        let fixed = lanes.count { $0.repetition != nil }
        let repeats = lanes.count == 1 ? (fixed == 1 ? ", the text repeats" : "") : ", \(fixed) of \(lanes.count) lanes repeat"
        return .finished("\(lanes.map(\.done).max() ?? 0) iterations\(repeats)")
    }

    /// Keeps an answer for the next step.
    public mutating func receive(_ answer: Answer) throws {
        guard outstanding.contains(where: { $0.request.id == answer.id }) else {
            throw UserError("an answer came to request \(answer.id), which is not under way")
        }
        guard !inbox.contains(where: { $0.id == answer.id }) else {
            throw UserError("a second answer came to request \(answer.id)")
        }
        inbox.append(answer)
    }

    /// Takes over a live parameter.
    ///
    /// What is under way keeps the settings it was asked with.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("temperature", .real(let value)): temperature = value
        case ("iterations", .integer(let value)): iterations = value
        case ("parallel", .integer(let value)): parallel = value
        case ("retries", .integer(let value)): retries = value
        case ("stopOnRepeat", .flag(let value)): stopsOnRepeat = value
        case ("promptPrice", .real(let value)): promptPrice = value
        case ("completionPrice", .real(let value)): completionPrice = value
        case ("showLane", .integer(let value)): showLane = value
        case ("showIteration", .integer(let value)): showIteration = value
        case ("compareIteration", .integer(let value)): compareIteration = value
        case ("attempt", .integer(let value)):
            guard value != attempt else { return }
            attempt = value
            for lane in lanes.indices {
                lanes[lane].failure = nil
                lanes[lane].embeddingFailure = nil
            }
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        compare()
    }

    // MARK: Asking

    private func isAsked(_ lane: Int, _ purpose: Outstanding.Purpose) -> Bool {
        outstanding.contains { $0.lane == lane && $0.purpose == purpose }
    }

    /// Whether a lane's next text is to be asked for.
    private func wantsRewrite(_ index: Int) -> Bool {
        let lane = lanes[index]
        guard lane.failure == nil, !lane.isEmpty, lane.done < iterations, !isAsked(index, .rewrite) else { return false }
        let mayStop = stopsOnRepeat && lane.halfway == nil && lane.settings.isDeterministic(temperature: temperature)
        return !(mayStop && lane.repetition != nil)
    }

    /// Whether there is a model that makes vectors.
    var wantsVectors: Bool { !embeddingModel.isEmpty || embedder == "local" }

    /// Whether the vector of a lane's next text is to be asked for.
    private func wantsEmbedding(_ index: Int) -> Bool {
        let lane = lanes[index]
        return wantsVectors && lane.embeddingFailure == nil && lane.embedded < lane.texts.count
            && lane.texts[lane.embedded].utf8.count > 0 && !isAsked(index, .embedding)
    }

    /// Asks what can be asked, up to `parallel` requests at a time, the lane that is furthest behind first.
    private mutating func ask() {
        while outstanding.count < parallel {
            let behind = lanes.indices.filter(wantsRewrite).min { (lanes[$0].done, $0) < (lanes[$1].done, $1) }
            if let lane = behind {
                ask(lane, .rewrite, lanes[lane].settings.provider, .chat(rewriting(lanes[lane])))
            } else if let lane = lanes.indices.first(where: wantsEmbedding) {
                let text = lanes[lane].texts[lanes[lane].embedded]
                ask(lane, .embedding, embedder, .embedding(model: embeddingModel, texts: [text]))
            } else {
                return
            }
        }
    }

    private mutating func ask(_ lane: Int, _ purpose: Outstanding.Purpose, _ provider: String, _ body: Request.Body) {
        outstanding.append(Outstanding(request: Request(id: nextID, provider: provider, body: body), lane: lane, purpose: purpose))
        nextID += 1
    }

    /// The conversation that asks for a lane's next text.
    ///
    /// Providers that follow no instructions get the text alone.
    private func rewriting(_ lane: Lane) -> ChatRequest {
        let settings = lane.settings
        var messages: [ChatRequest.Message] = []
        if settings.provider == "extractive" || settings.provider == "echo" {
            messages = [.init(role: "user", content: lane.givenSource)]
        } else {
            if !system.isEmpty { messages.append(.init(role: "system", content: system)) }
            let text = lane.givenSource
            let message =
                lane.halfway == nil
                ? settings.prompt.message(text, template: template, language: settings.language) : Prompt.back(text, home: home)
            messages.append(.init(role: "user", content: message))
        }
        var request = ChatRequest(
            model: settings.model, messages: messages, temperature: settings.temperature ?? temperature, topP: settings.topP,
            maxTokens: settings.maxTokens == 0 ? nil : settings.maxTokens,
            seed: UInt64(settings.modelSeed + (settings.seedMode == "step" ? lane.done : 0)), topLogProbabilities: topLogProbabilities,
            retries: retries, repetitionPenalty: settings.repetitionPenalty)
        if settings.topK > 0 { request.topK = settings.topK }
        if settings.minP > 0 { request.minP = settings.minP }
        return request
    }

    // MARK: Answers

    private mutating func take(_ answer: Answer) {
        guard let place = outstanding.firstIndex(where: { $0.request.id == answer.id }) else { return }
        let question = outstanding.remove(at: place)
        let index = question.lane
        switch (question.purpose, answer.body) {
        case (.rewrite, .chat(let reply)):
            lanes[index].promptTokens += reply.promptTokens ?? 0
            lanes[index].completionTokens += reply.completionTokens ?? 0
            if !reply.model.isEmpty { lanes[index].answeredBy = reply.model }
            lanes[index].firstTokenSeconds = reply.firstTokenSeconds
            lanes[index].tokensPerSecond = reply.tokensPerSecond
            takeText(reply, AnswerCost(reply, seconds: answer.seconds, retries: answer.retries), lane: index)
        case (.embedding, .embedding(let vectors)):
            if let vector = vectors.first, vectors.count == 1, vector.allSatisfy(\.isFinite) {
                lanes[index].embed(vector)
                if lanes[index].embeddingRemark == nil { lanes[index].embeddingRemark = answer.remark }
            } else {
                lanes[index].embeddingFailure = "the answer holds no usable vector"
            }
        case (.rewrite, .failure(let sentence)):
            // Asked again with less of the text, until it fits or nothing is left.
            if cuts, let overflow = answer.overflow {
                if lanes[index].overflow == nil { lanes[index].overflow = overflow }
                lanes[index].tries += 1
                lanes[index].given = shorter(lanes[index], overflow)
                if lanes[index].given != nil { return }
                lanes[index].tries = 0
            }
            lanes[index].failure = sentence
            lanes[index].failures += 1
        case (.embedding, .failure(let sentence)):
            lanes[index].embeddingFailure = sentence
        case (.rewrite, _):
            lanes[index].failure = "something else came in answer to a chat request"
            lanes[index].failures += 1
        case (.embedding, _):
            lanes[index].embeddingFailure = "something else came in answer to a request for vectors"
        }
    }

    /// How many characters of a lane's text are tried after so many did not fit.
    private func shorter(_ lane: Lane, _ overflow: ContextOverflow) -> Int? {
        let limit = lane.settings.maxTokens
        return overflow.shorter(
            than: lane.given ?? TextMeasures.characters(lane.source), tries: lane.tries, room: limit == 0 ? nil : limit)
    }

    private mutating func takeText(_ reply: ChatReply, _ cost: AnswerCost, lane index: Int) {
        var text = reply.text
        var cost = cost
        cost.unread = lanes[index].pending
        (lanes[index].given, lanes[index].tries) = (nil, 0)
        if text.unicodeScalars.count > StartingText.limit {
            text = String(text.unicodeScalars.prefix(StartingText.limit))
            cost.isCut = true
            overlong += 1
        }
        if lanes[index].settings.prompt == .translate, lanes[index].halfway == nil, !text.isEmpty {
            lanes[index].halfway = Lane.Halfway(text: text, cost: cost)
            return
        }
        if var whole = lanes[index].halfway?.cost {
            whole.add(cost)
            cost = whole
            lanes[index].halfway = nil
        }
        lanes[index].append(text, original: original, cost)
    }

    // MARK: The comparison shown

    /// Two texts of one lane side by side.
    struct Comparison: Sendable, Hashable, Codable {
        var lane: Int
        var earlier: Int
        var later: Int
        var diff: WordDiff
    }

    private mutating func compare() {
        let lane = min(max(showLane - 1, 0), lanes.count - 1)
        let last = lanes[lane].done
        let later = showIteration < 0 ? last : min(showIteration, last)
        let earlier = compareIteration < 0 ? max(later - 1, 0) : min(compareIteration, last)
        // Chains only grow, so the same places hold the same texts.
        if let comparison, comparison.lane == lane, comparison.earlier == earlier, comparison.later == later { return }
        comparison = Comparison(
            lane: lane, earlier: earlier, later: later, diff: WordDiff(from: lanes[lane].texts[earlier], to: lanes[lane].texts[later]))
    }
}
