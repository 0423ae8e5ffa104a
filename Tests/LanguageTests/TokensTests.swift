import Engine
import Foundation
import LanguageModel
import ReferenceModel
import Testing

@testable import Language

@Suite struct TokensTests {
    /// The experiment with its request answered by the control, or by what a test says.
    private func run(_ values: [String: Value] = [:], answer: Answer.Body? = nil) throws -> TokensExperiment {
        var experiment = try TokensExperiment(Setup(card: TokensExperiment.card, values: values))
        guard case .waiting(let requests) = try experiment.step(1).state else { throw UserError("not waiting") }
        try experiment.receive(Answer(id: requests[0].id, body: answer ?? ExtractiveProvider.answered(requests[0]).body))
        _ = try experiment.step(1)
        return experiment
    }

    /// A model of four tokens with the probabilities 0.5, 0.25, 0.2 and 0.05 after the text "ab".
    private var four: Answer.Body {
        let logs = [-0.6931471805599453, -1.3862943611198906, -1.6094379124341003, -2.995732273553991]
        let next = logs.enumerated().map { TokenReply.Token(id: $0.offset, text: "t\($0.offset)", logProbability: $0.element) }
        return .tokens(
            TokenReply(
                model: "toy",
                tokens: [TokenReply.Token(id: 0, text: "a"), TokenReply.Token(id: 1, text: "b", logProbability: logs[1], entropy: 1)],
                roundTrips: true, next: next, distribution: PackedFloats(logs.map { Float($0) }), promptSeconds: 0.5))
    }

    private func after(_ experiment: TokensExperiment) throws -> [Double] {
        let table = try #require(experiment.tables().first { $0.name == "next" })
        return table.rows.map { if case .number(let value) = $0[4] { value } else { .nan } }
    }

    @Test func `the results are those of the recorded distribution`() throws {
        let results = try run(["text": .text("ab")], answer: four).results()
        #expect(results["ids"] == .integers([0, 1]))
        #expect(results["roundTrips"] == .flag(true))
        #expect(abs((results.number("perplexity") ?? 0) - 4) < 1e-14)
        #expect(abs((results.number("bitsPerCharacter") ?? 0) - 1) < 1e-14)
        // −½·log ½ − ¼·log ¼ − 0.2·log 0.2 − 0.05·log 0.05.
        #expect(abs((results.number("nextEntropy") ?? 0) - 1.1648211683055625) < 1e-6)
        #expect(results.number("promptTokensPerSecond") == 4)
    }

    @Test func `temperature, top-k, top-p and min-p act live on what was recorded`() throws {
        var experiment = try run(["text": .text("ab")], answer: four)
        func expect(_ wanted: [Double], _ changes: (String, Value)...) throws {
            for (name, value) in changes { try experiment.apply(Change(name, value)) }
            for (got, want) in zip(try after(experiment), wanted) { #expect(abs(got - want) < 1e-6, "\(changes)") }
        }
        try expect([0.5, 0.25, 0.2, 0.05])
        // At half the temperature probabilities are squared: ¼, 1/16, 1/25 and 1/400 over their sum 0.355.
        try expect([0.25 / 0.355, 0.0625 / 0.355, 0.04 / 0.355, 0.0025 / 0.355], ("temperature", .real(0.5)))
        try expect([2.0 / 3, 1.0 / 3, 0, 0], ("temperature", .real(1)), ("topK", .integer(2)))
        try expect([0.5 / 0.95, 0.25 / 0.95, 0.2 / 0.95, 0], ("topK", .integer(0)), ("topP", .real(0.76)))
        try expect([0.5 / 0.95, 0.25 / 0.95, 0.2 / 0.95, 0], ("topP", .real(1)), ("minP", .real(0.3)))
        try expect([1, 0, 0, 0], ("minP", .real(0)), ("temperature", .real(0)))
        #expect(experiment.results()["keptTokens"] == .integer(1) && experiment.results().number("nextEntropyAfter") == 0)
        try experiment.apply(Change("top", .integer(2)))
        #expect(try after(experiment).count == 2)
    }

    @Test func `the control's distributions are those of Witten and Bell's rule`() throws {
        // "ab" then a: after "ab" a once of one, one kind; then orders 1 and 0 below it, by hand.
        let model = ByteModel(of: "aba")
        let table = model.logProbabilities(after: Array("b".utf8)[...]).map { exp($0) }
        // Order 0: a twice, b once, two kinds: p(a) = (2 + 2/256)/5; order 1 after b: a once, one kind: (1 + p(a))/2.
        #expect(abs(table[97] - (1 + (2 + 2.0 / 256) / 5) / 2) < 1e-15)
        #expect(abs(table.reduce(0, +) - 1) < 1e-12)
        let results = try run().results()
        #expect(results["roundTrips"] == .flag(true))
        #expect(results.warnings.contains { $0.contains("without a model") })
    }

    @Test func `ids stand for the text, and unknown ones are refused`() throws {
        let results = try run(["ids": .text("72,105")]).results()
        #expect(results["ids"] == .integers([72, 105]))
        #expect(throws: UserError.self) { try TokensExperiment(Setup(card: TokensExperiment.card, values: ["ids": .text("1.5")])) }
        guard
            case .failed(let sentence) = try {
                var it = try run(["ids": .text("256")]); return try it.step(1).state
            }()
        else {
            throw UserError("not failed")
        }
        #expect(sentence.contains("no token 256"))
    }

    @Test func `a failure can be asked again, and an answer without a distribution is refused`() throws {
        var experiment = try run(answer: .failure("down"))
        guard case .failed(let sentence) = try experiment.step(1).state else { throw UserError("not failed") }
        #expect(sentence == "down; raise “attempt” to ask again")
        try experiment.apply(Change("attempt", .integer(2)))
        guard case .waiting(let requests) = try experiment.step(1).state else { throw UserError("not waiting") }
        #expect(requests[0].id == 2)
        let empty = try run(answer: .tokens(TokenReply(model: "x", tokens: [], roundTrips: false, next: [])))
        #expect(empty.failure == "the answer holds no distribution")
    }

    @Test func `both forms of log-probabilities that endpoints give are read`() throws {
        let list = """
            {"model": "m", "usage": {"completion_tokens": 1}, "choices": [{"logprobs": {"tokens": ["The", " cat", " sat"],
             "token_logprobs": [null, -2.5, -0.5], "top_logprobs": [null, {" cat": -2.5}, {" ran": -1.5, " sat": -0.5}]}}]}
            """
        let body = TokenBody(request: TokenRequest(model: "", text: "The cat"), model: "m")
        let reply = try #require(body.reply(JSONValue.parse(Array(list.utf8)), redact: { $0 }))
        #expect(reply.tokens.map(\.text) == ["The", " cat"] && reply.tokens[1].logProbability == -2.5 && reply.roundTrips)
        #expect(reply.next.map(\.text) == [" sat", " ran"])
        let objects = """
            {"choices": [{"logprobs": {"content": [{"id": 7, "token": " sat", "logprob": -0.5,
             "top_logprobs": [{"id": 7, "token": " sat", "logprob": -0.5}, {"id": 9, "token": " ran", "logprob": -1.5}]}]}}]}
            """
        let own = TokenBody(request: TokenRequest(model: "", text: "The cat"), model: "m", echoes: false)
        let second = try #require(own.reply(JSONValue.parse(Array(objects.utf8)), redact: { $0 }))
        #expect(second.tokens.isEmpty && second.next.map(\.id) == [7, 9])
        #expect(own.reply(try JSONValue.parse(Array(#"{"choices": [{"text": "x", "logprobs": null}]}"#.utf8)), redact: { $0 }) == nil)
        // What of the distribution is not known counts as one.
        let results = try run(["provider": .text("openai")], answer: .tokens(second)).results()
        #expect(results["ids"] == .array([]) && results["perplexity"] == ResultValue.none)
        #expect(results.warnings.contains { $0.contains("only 2 next tokens") })
    }

    @Test(.enabled(if: ReferenceModel.isWanted, Comment(rawValue: ReferenceModel.advice)))
    func `the reference model's expectation is llama.cpp's and an exact pass's`() async throws {
        let provider = LocalProvider(environment: ["XDG_DATA_HOME": try ReferenceModel.dataFolder()])
        func reply(_ request: TokenRequest) async throws -> TokenReply {
            let answer = await provider.perform(Request(id: 1, provider: "local", body: .tokens(request))) { _ in }
            guard case .tokens(let reply) = answer.body else { throw UserError("\(answer.body)") }
            return reply
        }
        let paris = try await reply(TokenRequest(model: "smollm2", text: "The capital of France is", continuation: 2, top: 5))
        #expect(paris.next[0].text == " Paris" && paris.continuation[0].id == paris.next[0].id)
        // The float64 pass over the dequantised weights gives -0.258.
        #expect(abs((paris.next[0].logProbability ?? 0) + 0.258) < 5e-4)
        #expect(paris.roundTrips && paris.distribution.values.count == 49_152 && paris.tokens[0].logProbability == nil)
        #expect(paris.distribution.values[paris.next[0].id ?? 0] == Float(paris.next[0].logProbability ?? 0))
        let plain = try await reply(TokenRequest(model: "smollm2", text: "<|im_end|>10"))
        let parsed = try await reply(TokenRequest(model: "smollm2", text: "<|im_end|>10", parsesSpecial: true))
        #expect(parsed.tokens.map(\.id) == [2, 33, 32] && plain.tokens.count > 5)
        // The vocabulary has no token for the byte 04.
        #expect(try await !reply(TokenRequest(model: "smollm2", text: "a\u{4}b")).roundTrips)
    }
}
