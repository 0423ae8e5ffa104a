import Engine
import Kernels
import Plotting

/// The height of a tide with a live drift: a parameter of every kind, a figure of every kind, a way to finish and to fail.
struct Tide: Experiment {
    static let card = Card(
        id: "toy.tide", title: "A tide with a drift", summary: "Adds a drift and some weather to a tide, step by step.",
        parameters: [
            .integer("length", 50_000, in: 1...1_000_000, log: true, "Steps until it finishes"),
            .real("drift", 0, in: -10...10, step: 0.1, .live, unit: "m", "Rise a step"),
            .real("gain", 1, in: 0.01...100, step: 0.1, log: true, .live, "Factor on the weather"),
            .choice("weather", ["calm", "choppy", "storm"], .live, "How much noise there is"),
            .flag("smooth", false, .live, "Whether the figure shows averages"),
            .list("starts", "0", "Where it begins: the sum is taken"),
            .file("data", "harbour", builtins: ["harbour", "river"], "Bytes whose count is added to the start"),
            .text("label", "tide", "A name; “rocks” makes it fail at step 30"),
        ],
        results: [
            ResultCard("height", unit: "m", "Where it stands", headline: true), ResultCard("greatest", unit: "m", "The highest so far"),
            ResultCard("steps", "Steps taken"), ResultCard("lately", "The last sixteen heights"), ResultCard("label", "Its name"),
            ResultCard("isHigh", "Whether it stands above 0"), ResultCard("missing", "Nothing"),
        ],
        tables: [TableCard("heights", "One row for each of the first hundred steps")],
        figures: [
            FigureCard("trace", "The height so far"), FigureCard("parts", "Height and its histogram"),
            FigureCard("log", "The harbour master's log"), FigureCard("table", "First heights"),
        ], citation: "Nobody, \"On tides\" (2026)", headlessSteps: 1000,
        presets: [Preset("spring", "a tide that rises", ["drift": "0.5", "weather": "storm"])])

    private var stream: RandomStream
    private var drift: Double
    private var gain: Double
    private var weather: String
    private var isSmooth: Bool
    private var length: Int
    private var height: Double
    private var greatest: Double
    private var label: String
    private var taken = 0
    private var lately: [Double] = []
    private var first: [Double] = []
    private var trace = Series()

    init(_ setup: Setup) throws {
        stream = RandomStream(seed: setup.seed, purpose: "tide")
        drift = setup.real("drift")
        gain = setup.real("gain")
        weather = setup.text("weather")
        isSmooth = setup.flag("smooth")
        length = setup.integer("length")
        label = setup.text("label")
        height = try setup.list("starts").reduce(0, +) + Double(setup.inputs["data"]?.bytes.count ?? 0)
        greatest = height
        if label == "refuse" { throw UserError("label: “refuse” was refused; expected another name", parameter: "label") }
    }

    mutating func step(_ count: Int) throws -> Progress {
        let most = min(count, length - taken)
        for taken in 0..<most {
            if label == "rocks", self.taken == 30 {
                return Progress(taken, .failed("the tide ran onto the rocks at step 30"))
            }
            let noise = weather == "calm" ? 0.1 : weather == "choppy" ? 1 : 5
            height += drift + noise * gain * stream.normal()
            greatest = max(greatest, height)
            trace.append(height)
            if first.count < 100 { first.append(height) }
            lately = (lately + [height]).suffix(16)
            self.taken += 1
        }
        return Progress(most, taken == length ? .finished("\(length) steps") : .ready)
    }

    mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("drift", .real(let x)): drift = x
        case ("gain", .real(let x)): gain = x
        case ("weather", .text(let name)): weather = name
        case ("smooth", .flag(let on)): isSmooth = on
        default: throw UserError("\(change.name) cannot be changed live")
        }
    }

    func results() -> Results {
        Results([
            "height": .number(height), "greatest": .number(greatest), "steps": .integer(taken), "lately": .numbers(lately),
            "label": .text(label), "isHigh": .flag(height > 0), "missing": .none,
        ])
    }

    func tables() -> [Table] { [table] }

    private var table: Table {
        Table("heights", columns: ["step", "height"], rows: first.enumerated().map { [.integer($0), .number($1)] })
    }

    func figure(_ id: String) -> Figure {
        let trace = Figure(
            "trace", title: "The height so far", caption: "height \(taken == 0 ? "unknown" : "known")", x: Axis("step", countsSteps: true),
            y: Axis("height", unit: "m"), [Line(self.trace, Look(isSmooth ? "average" : "height"))])
        switch id {
        case "parts":
            let heights = (0..<8).map { bin in Double(first.count { $0 >= Double(bin) - 4 && $0 < Double(bin) - 3 }) }
            let histogram = Figure(
                "histogram", title: "How high how often", x: Axis("height", unit: "m"), y: Axis("count"),
                [Histogram(edges: (0...8).map { Double($0) - 4 }, heights: heights, Look("first hundred"))])
            return Figure(id, title: "Height and its histogram", body: .grid([trace, histogram], columns: 2))
        case "log":
            let words = (0..<40).map { "On day \($0) the harbour master saw “\(label)” and wrote it down.\n" }.joined()
            return Figure(id, title: "The harbour master's log", body: .document(Document([.init(words)])))
        case "table": return Figure(id, title: "First heights", body: .table(table))
        default: return trace
        }
    }
}

/// Asks one question and waits; without parameters, with one figure that is empty.
struct Oracle: Experiment {
    static let card = Card(
        id: "toy.oracle", title: "An oracle", summary: "Asks and waits.", parameters: [],
        results: [ResultCard("reply", "What was said", headline: true)], figures: [FigureCard("words", "What was heard")],
        citation: "Herodotus, \"Histories\" 1.53", stepName: "question")

    private var reply: String?

    init(_ setup: Setup) throws {}

    mutating func step(_ count: Int) throws -> Progress {
        guard reply == nil else { return Progress(0, .finished("it has spoken")) }
        let question = ChatRequest(model: "", messages: [.init(role: "user", content: "Shall I cross the river?")])
        return Progress(0, .waiting([Request(id: 1, provider: "delphi", body: .chat(question))]))
    }

    mutating func receive(_ answer: Answer) throws {
        if case .chat(let said) = answer.body { reply = said.text }
    }

    func results() -> Results { Results(["reply": reply.map { .text($0) } ?? .none]) }

    func figure(_ id: String) -> Figure { Figure(id, title: "What was heard", body: .empty("nothing was said yet")) }
}

/// Never replies; ends when its task is cancelled.
struct Delphi: Provider {
    let name = "delphi"
    func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        heard(.text("If you cross the river, a great"))
        let (silence, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in silence {}
        return Answer(id: request.id, body: .failure("cancelled"))
    }
}

/// The experiments of these tests.
let toys = Catalog([Tide.self, Oracle.self], providers: [Delphi()])
