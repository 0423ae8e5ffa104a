import Engine
import Foundation
import Testing

@testable import Language

/// A scripted model whose context holds so many tokens of four characters: it answers with the text's first ten characters, or says that the
/// text does not fit.
private struct ShortModel {
    var context: Int
    var tellsCounts = true
    /// The texts it was given, whether they fitted or not.
    var asked: [String] = []

    mutating func answer(_ request: Request) -> Answer {
        var answer = Answer(id: request.id, body: .failure("unexpected"))
        let text: String
        switch request.body {
        case .chat(let chat): text = chat.messages.last?.content ?? ""
        case .tokens(let tokens): text = tokens.text
        default: return answer
        }
        asked.append(text)
        let tokens = (text.unicodeScalars.count + 3) / 4
        guard tokens < context else {
            answer.body = .failure("too long")
            answer.overflow = tellsCounts ? ContextOverflow(promptTokens: tokens, contextTokens: context) : ContextOverflow()
            return answer
        }
        let content = text.split(separator: ": ", maxSplits: 1).last ?? ""
        answer.body = .chat(ChatReply(text: String(content.unicodeScalars.prefix(10)), promptTokens: tokens, completionTokens: 3))
        return answer
    }
}

private func run(_ values: [String: Value], inputs: [String: Input] = [:], model: inout ShortModel) throws -> IterateExperiment {
    var experiment = try IterateExperiment(Setup(card: IterateExperiment.card, values: values, inputs: inputs))
    while case .waiting(let requests) = try experiment.step(1).state {
        for request in requests { try experiment.receive(model.answer(request)) }
    }
    return experiment
}

private let text = String(repeating: "äbcdefghi ", count: 1000)
private let inputs = ["text": Input(name: "my.txt", bytes: Array(text.utf8))]
private let asked: [String: Value] = [
    "text": .text("my.txt"), "provider": .text("openai"), "iterations": .integer(3), "maxTokens": .integer(100), "system": .text(""),
]

@Suite struct OverflowTests {
    @Test func `a text beyond the context is cut, and what was cut is told`() throws {
        var model = ShortModel(context: 500)
        let experiment = try run(asked, inputs: inputs, model: &model)
        let lane = experiment.lanes[0]
        #expect(lane.done == 3 && lane.failures == 0)
        // Of 10,000 characters in 2,507 tokens of prompt those that leave 100 of 500 tokens free, and 2% less.
        let given = 10_000 - lane.iterations[1].unread
        #expect(given == Int(10_000 * (0.98 * 400 / 2507)))
        #expect(model.asked.map(\.unicodeScalars.count) == [10_025, given + 25, 35, 35])
        #expect(lane.texts[0] == text, "the original stays whole")
        let results = experiment.results()
        #expect(results["unreadCharacters"] == .integer(10_000 - given))
        #expect(
            results.warnings.first
                == "a prompt of at least 2507 tokens does not fit the model's context of 500: in iteration 1 the last \(10_000 - given) of 10000 "
                + "characters were cut before the model read the text (overflow = refuse stops instead)")
        let table = try #require(experiment.tables().first { $0.name == "iterations" })
        let column = try #require(table.columns.firstIndex(of: "unread"))
        #expect(table.rows.map { $0[column] } == [.integer(0), .integer(10_000 - given), .integer(0), .integer(0)])
    }

    @Test func `a text that fits is not touched, and nothing is said`() throws {
        var model = ShortModel(context: 5000)
        let results = try run(asked, inputs: inputs, model: &model).results()
        #expect(model.asked[0].hasSuffix(text) && results["unreadCharacters"] == nil)
        #expect(!results.warnings.contains { $0.contains("context") })
    }

    @Test func `where no counts are told the half is tried, until it fits`() throws {
        var model = ShortModel(context: 500, tellsCounts: false)
        let experiment = try run(asked, inputs: inputs, model: &model)
        #expect(model.asked.prefix(5).map { $0.unicodeScalars.count - 25 } == [10_000, 5000, 2500, 1250, 10])
        #expect(experiment.results().warnings.first?.hasPrefix("the prompt does not fit the model's context: in iteration 1") == true)
    }

    @Test func `who wants no cut text gets none`() throws {
        var model = ShortModel(context: 500)
        let experiment = try run(asked.merging(["overflow": .text("refuse")]) { $1 }, inputs: inputs, model: &model)
        #expect(experiment.lanes[0].failure == "too long" && experiment.lanes[0].done == 0 && model.asked.count == 1)
        #expect(experiment.results()["unreadCharacters"] == nil)
    }

    @Test func `a model that holds nothing at all ends the lane`() throws {
        var model = ShortModel(context: 0, tellsCounts: false)
        let experiment = try run(asked, inputs: inputs, model: &model)
        #expect(experiment.lanes[0].failure == "too long" && model.asked.count == 14)
    }

    @Test(arguments: [(1001, 1000), (1, 1000), (Int.max, Int.max)] as [(Int, Int)])
    func `a server that never has enough is not asked for ever, and is asked for the whole again`(prompt: Int, context: Int) throws {
        var experiment = try IterateExperiment(
            Setup(
                card: IterateExperiment.card, values: asked.merging(["maxTokens": .integer(1)]) { $1 }, inputs: inputs))
        var lengths: [Int] = []
        func answerAll() throws {
            while case .waiting(let requests) = try experiment.step(1).state {
                for request in requests {
                    if case .chat(let chat) = request.body { lengths.append(chat.messages.last?.content.unicodeScalars.count ?? 0) }
                    var answer = Answer(id: request.id, body: .failure("too long"))
                    answer.overflow = ContextOverflow(promptTokens: prompt, contextTokens: context)
                    try experiment.receive(answer)
                }
            }
        }
        try answerAll()
        #expect(lengths.count <= 20 && lengths.last == 26, "down to one character")
        #expect(experiment.lanes[0].failure == "too long" && experiment.lanes[0].pending == 0)
        #expect(!experiment.results().warnings.contains { $0.contains("were cut") })
        let first = lengths.count
        try experiment.apply(Change("attempt", .integer(2)))
        try answerAll()
        #expect(lengths.count == 2 * first && lengths[first] == lengths[0])
    }

    @Test func `both ways of a translation are cut each for itself`() throws {
        var model = ShortModel(context: 500)
        let experiment = try run(asked.merging(["prompt": .text("translate")]) { $1 }, inputs: inputs, model: &model)
        let lane = experiment.lanes[0]
        #expect(lane.done == 3 && lane.iterations[1].unread > 8000 && lane.iterations[2].unread == 0)
        #expect(model.asked.count == 7, "one way out too many, then two a time")
    }

    @Test func `ten megabytes are cut to what can be worked with, or refused`() throws {
        let long = [UInt8](repeating: 0x61, count: 10_485_760)
        func experiment(_ bytes: [UInt8], _ overflow: String) throws -> IterateExperiment {
            try IterateExperiment(
                Setup(
                    card: IterateExperiment.card, values: ["text": .text("my.txt"), "overflow": .text(overflow)],
                    inputs: ["text": Input(name: "my.txt", bytes: bytes)]))
        }
        let cut = try experiment(long, "cut")
        #expect(cut.original.text.utf8.count == 100_000)
        #expect(
            cut.results().warnings.first
                == "text: “my.txt” has 10485760 characters; its first 100000 are the original here, 10385760 were cut "
                + "(overflow = refuse stops instead)")
        let error = #expect(throws: UserError.self) { try experiment(Array(long.prefix(100_001)), "refuse") }
        #expect(error?.description.hasPrefix("text: “my.txt” has 100001 characters; at most 100000") == true)
        #expect(try experiment(Array(long.prefix(100_000)), "cut").results().warnings.allSatisfy { !$0.contains("cut") })
    }

    @Test func `a text's tokens are those of its beginning where the whole does not fit`() throws {
        func run(_ values: [String: Value]) throws -> TokensExperiment {
            var experiment = try TokensExperiment(Setup(card: TokensExperiment.card, values: values))
            while case .waiting(let requests) = try experiment.step(1).state {
                for request in requests { try experiment.receive(ExtractiveProvider.answered(request)) }
            }
            return experiment
        }
        let long = String(repeating: "abcdefghi ", count: 2500)
        let experiment = try run(["text": .text(long), "continuation": .integer(5)])
        let given = Int(25_000 * (0.98 * 19_995 / 25_000))
        #expect(experiment.reply?.tokens.count == given)
        let whole = try run(["text": .text(String(long.prefix(given))), "continuation": .integer(5)])
        #expect(experiment.results()["bitsPerCharacter"] == whole.results()["bitsPerCharacter"], "over the characters that were read")
        #expect(
            experiment.results().warnings.last
                == "with at least 25000 tokens the text does not fit the model's context of 20000: its first \(given) of 25000 characters were "
                + "read, the rest was cut, and what comes next is what comes after those (overflow = refuse stops instead)")
        let refused = try run(["text": .text(long), "overflow": .text("refuse")])
        #expect(refused.failure == "the text has 25000 bytes; the control reads at most 20000")
        let longest = try TokensExperiment(
            Setup(card: TokensExperiment.card, values: ["text": .text(String(repeating: "a", count: 10_000_000))]))
        #expect(longest.text.utf8.count == 200_000 && longest.results().warnings[0].contains("9800000 were cut"))
    }

    @Test func `a vector of a text's beginning alone says so`() throws {
        var experiment = try EmbedExperiment(
            Setup(card: EmbedExperiment.card, values: ["texts": .text("one|two"), "embedder": .text("local")]))
        _ = try experiment.step(1)
        var answer = Answer(id: 1, body: .embedding([[1, 0], [0, 1]]))
        answer.remark = "the beginning alone"
        try experiment.receive(answer)
        _ = try experiment.step(1)
        #expect(experiment.results().warnings == ["the beginning alone"])
    }

    @Test(
        arguments: [
            (100, 1000, 500, 100, Int(100 * (0.98 * 400 / 1000))), (100, 1000, 500, nil, 36), (100, 1000, 500, 10_000, 24),
            (100, 10, 500, 0, 98),
            (100, nil, 500, 0, 50), (1, nil, nil, 0, nil), (0, 1000, 500, 0, nil), (100, 0, 500, 0, 50), (100, -5, -5, 0, 50),
            (100, Int.max, Int.max, 0, 98), (100, Int.max, 1, 0, nil), (Int.max, 2, 1, 0, Int(Double(Int.max) * 0.49)),
        ] as [(Int, Int?, Int?, Int?, Int?)])
    func `what is tried next is always less`(characters: Int, prompt: Int?, context: Int?, room: Int?, expected: Int?) {
        let shorter = ContextOverflow(promptTokens: prompt, contextTokens: context).shorter(than: characters, tries: 1, room: room)
        #expect(shorter == expected && (shorter ?? 0) < max(characters, 1))
        let fourth = ContextOverflow(promptTokens: prompt, contextTokens: context).shorter(than: characters, tries: 4, room: room)
        #expect((fourth ?? 0) <= min(characters / 2, shorter ?? 0))
    }

    @Test(
        arguments: [
            (
                #"{"error": {"code": 400, "message": "m", "type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 4096}}"#,
                ContextOverflow(promptTokens: 9000, contextTokens: 4096)
            ),
            (
                #"{"error": {"message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9013 tokens. Please reduce the length.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}"#,
                ContextOverflow(promptTokens: 9013, contextTokens: 8192)
            ),
            (
                #"{"error": {"message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4744 in the messages, 256 in the completion).", "type": "BadRequestError", "code": 400}}"#,
                ContextOverflow(promptTokens: 5000, contextTokens: 4096)
            ),
            (#"{"error": {"message": "too long", "code": "context_length_exceeded"}}"#, ContextOverflow()),
            (#"{"error": {"message": "the model is 7 tokens wide", "code": "x"}}"#, nil),
        ] as [(String, ContextOverflow?)])
    func `servers' ways of saying that a text is too long are known`(body: String, expected: ContextOverflow?) async throws {
        #expect(ServerError(body: Array(body.utf8), contentType: "").overflow == expected)
        let server = try LoopbackServer { _, _ in [Served.whole("400 Bad Request", body)] }
        let provider = OpenAIProvider(environment: ["OPENAI_BASE_URL": server.base])
        let chat = ChatRequest(model: "m", messages: [.init(role: "user", content: "text")])
        let answer = await provider.perform(Request(id: 1, provider: "openai", body: .chat(chat))) { _ in }
        #expect(answer.overflow == expected && server.requests.count == 1)
    }

    @Test func `an answer written before overflows were told is still read`() throws {
        let old = #"{"id":1,"body":{"failure":{"_0":"too long"}},"seconds":1,"retries":0}"#
        let answer = try JSONDecoder().decode(Answer.self, from: Data(old.utf8))
        #expect(answer.overflow == nil && answer.remark == nil)
        #expect(try JSONEncoder().encode(answer).count == old.utf8.count)
    }
}
