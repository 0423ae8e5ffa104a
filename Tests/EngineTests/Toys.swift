import Engine
import Kernels
import Plotting

/// A random walk with a live drift: the least experiment that draws, changes, finishes and plots.
struct Walk: Experiment {
    static let card = Card(
        id: "toy.walk", title: "A random walk", summary: "Adds a normal step and a drift.",
        parameters: [
            .real("drift", 0, in: -10...10, step: 0.1, .live, "Added at each step"),
            .integer("length", 100_000, in: 1...1_000_000, "Steps until it finishes"),
            .choice("shape", ["normal", "uniform"], "The steps' distribution"),
            .list("starts", "0", "Where to start: the sum is taken"),
            .file("data", "", builtins: ["none"], "Bytes whose count is added to the start"),
            .text("label", "walk", "A name"),
        ],
        results: [
            ResultCard("place", "Where it stands", headline: true), ResultCard("drift", "The drift"), ResultCard("label", "Its name"),
        ],
        figures: [FigureCard("trace", "The way so far")], citation: "none", headlessSteps: 1000)

    private var stream: RandomStream
    private var drift: Double
    private var length: Int
    private var place: Double
    private var label: String
    private var taken = 0
    private var trace = Series()

    init(_ setup: Setup) throws {
        stream = RandomStream(seed: setup.seed, purpose: "walk")
        drift = setup.real("drift")
        length = setup.integer("length")
        label = setup.text("label")
        place = try setup.list("starts").reduce(0, +) + Double(setup.inputs["data"]?.bytes.count ?? 0)
        if label == "refuse" { throw UserError("label: “refuse” was refused", parameter: "label") }
    }

    mutating func step(_ count: Int) throws -> Progress {
        let most = min(count, length - taken)
        for _ in 0..<most {
            place += stream.normal() + drift
            trace.append(place)
        }
        taken += most
        return Progress(most, taken == length ? .finished("\(length) steps") : .ready)
    }

    mutating func apply(_ change: Change) throws {
        guard case .real(let drift) = change.value else { throw UserError("drift is a number") }
        self.drift = drift
    }

    func results() -> Results { Results(["place": .number(place), "drift": .number(drift), "label": .text(label)]) }

    func figure(_ id: String) -> Figure {
        Figure(id, title: "The way so far", x: Axis("step", countsSteps: true), y: Axis("place"), [Line(trace, Look("walk"))])
    }
}

/// Asks for a reply a step, two at a time, and remembers what it heard.
struct Asker: Experiment {
    static let card = Card(
        id: "toy.asker", title: "A curious one", summary: "Asks and remembers.",
        parameters: [.integer("questions", 6, in: 1...100, "How many"), .real("heat", 0, in: 0...2, .live, "Goes into later questions")],
        results: [ResultCard("heard", "Replies in order of question"), ResultCard("asked", "Questions asked")],
        figures: [FigureCard("words", "What was heard")], citation: "none")

    private var questions: Int
    private var heat: Double
    private var asked: [Request] = []
    private var replies: [Int: String] = [:]
    private var taken = 0

    init(_ setup: Setup) throws {
        questions = setup.integer("questions")
        heat = setup.real("heat")
    }

    mutating func step(_ count: Int) throws -> Progress {
        var steps = 0
        while steps < count, replies[taken] != nil {
            taken += 1
            steps += 1
        }
        if taken == questions { return Progress(steps, .finished("all heard")) }
        if steps == count { return Progress(steps) }
        while asked.count < min(questions, taken + 2) {
            let message = ChatRequest.Message(role: "user", content: "question \(asked.count)")
            asked.append(
                Request(id: asked.count, provider: "toy", body: .chat(ChatRequest(model: "", messages: [message], temperature: heat))))
        }
        return Progress(steps, .waiting(asked.filter { replies[$0.id] == nil }))
    }

    mutating func apply(_ change: Change) throws {
        if case .real(let heat) = change.value { self.heat = heat }
    }

    mutating func receive(_ answer: Answer) throws {
        switch answer.body {
        case .chat(let reply): replies[answer.id] = reply.text
        case .failure(let sentence): replies[answer.id] = "failed: \(sentence)"
        default: throw UserError("only a reply was asked for")
        }
    }

    func results() -> Results {
        let heats = asked.map { request -> ResultValue in
            if case .chat(let chat) = request.body { .number(chat.temperature) } else { .none }
        }
        return Results(["heard": .array((0..<taken).map { .text(replies[$0] ?? "") }), "asked": .array(heats)])
    }

    func figure(_ id: String) -> Figure { Figure(id, title: "", body: .empty("")) }
}

/// Replies with the question reversed, after as many yields as the question's last digit says.
struct ToyProvider: Provider {
    let name = "toy"
    func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        guard case .chat(let chat) = request.body, let question = chat.messages.last?.content else {
            return Answer(id: request.id, body: .failure("not a chat"))
        }
        heard(.text("…"))
        for _ in 0..<(request.id * 7 % 5) { await Task.yield() }
        if request.id == 3 { return Answer(id: 3, body: .failure("HTTP 500")) }
        return Answer(id: request.id, body: .chat(ChatReply(text: String(question.reversed()))))
    }
}

let toys = Catalog([Walk.self, Asker.self], providers: [ToyProvider()])
