import Engine
import Foundation
import LanguageModel
import ReferenceModel
import Synchronization
import TerminalDriver
import Testing

@testable import Language

/// The openai provider against llama.cpp's server with the reference model, one request at a time.
@Suite(.enabled(if: LlamaServer.isWanted, LlamaServer.advice), .llamaServer, .serialized, .timeLimit(.minutes(10)))
struct RealServerTests {
    let server: LlamaServer
    let provider: OpenAIProvider
    /// What the model's template says where no system's turn is given; said here so that no server has to know it.
    private static let system = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

    init() throws {
        server = try #require(LlamaServer.running)
        provider = OpenAIProvider(environment: ["OPENAI_BASE_URL": server.base])
    }

    private func chat(_ text: String, maxTokens: Int, logProbabilities: Int = 0) -> Request {
        Request(
            id: 1, provider: "openai",
            body: .chat(
                ChatRequest(
                    model: "", messages: [.init(role: "system", content: Self.system), .init(role: "user", content: text)],
                    maxTokens: maxTokens, seed: 1, topLogProbabilities: logProbabilities, retries: 1)))
    }

    private func reply(_ answer: Answer) throws -> ChatReply {
        guard case .chat(let reply) = answer.body else { throw UserError("\(answer.body)") }
        return reply
    }

    @Test func `the models are listed`() async throws {
        #expect(try await provider.models() == ["SmolLM2-135M-Instruct.Q4_1"])
        let run = try runProgram(
            ["timeout", "60", builtProgram("workbench").path, "model", "list", "--endpoint"], environment: ["OPENAI_BASE_URL": server.base])
        #expect(run.status == 0 && run.output == "SmolLM2-135M-Instruct.Q4_1\n", "\(run.errors)")
    }

    @Test func `a reply streams, with its usage, its end and its speed`() async throws {
        let heard = Mutex<[String]>([])
        let answer = await provider.perform(chat("Why is the sky blue?", maxTokens: 24)) { news in
            if case .text(let text) = news { heard.withLock { $0.append(text) } }
        }
        let got = try reply(answer)
        let pieces = heard.withLock { $0 }
        #expect(pieces.count >= 5, "in pieces: \(pieces.count)")
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $1.hasPrefix($0) })
        #expect(pieces.last == got.text)
        #expect(got.model == "SmolLM2-135M-Instruct.Q4_1")
        #expect(got.finish == "length" && got.completionTokens == 24)
        let model = try LlamaModel(path: ReferenceModel.path())
        let prompt = try ChatTemplate(model.file, model.tokenizer).encode([("system", Self.system), ("user", "Why is the sky blue?")])
        #expect(got.promptTokens == prompt.count, "the conversation is written here as it is there")
        #expect(try #require(got.firstTokenSeconds) > 0)
        #expect(try #require(got.laterTokensSeconds) > 0)
        #expect(answer.retries == 0)
    }

    @Test func `its log-probabilities are the local model's within what its quantised activations cost`() async throws {
        let text = "Name three colours and say something about each of them."
        let there = try reply(await provider.perform(chat(text, maxTokens: 40, logProbabilities: 5)) { _ in })
        let tokens = try #require(there.tokens)
        #expect(tokens.count == there.completionTokens)
        #expect(tokens.map(\.text).joined() == there.text)

        let model = try LlamaModel(path: ReferenceModel.path())
        let context = try LlamaContext(model)
        var ids: [String: Int] = [:]
        for id in 0..<model.tokenizer.count { ids[model.tokenizer.text(of: id)] = id }
        var logits = try context.read(ChatTemplate(model.file, model.tokenizer).encode([("system", Self.system), ("user", text)]))
        var (first, others): ([Double], [Double]) = ([], [])
        var agreeing = 0
        for token in tokens {
            let here = Sampler.logProbabilities(try #require(logits))
            let chosen = try #require(ids[token.text], "\(token.text) is one token")
            #expect(token.alternatives.count == 5)
            first.append(abs(here[chosen] - token.logProbability))
            for other in token.alternatives { if let id = ids[other.text] { others.append(abs(here[id] - other.logProbability)) } }
            agreeing += Sampler.likeliest(here, count: 1) == [chosen] ? 1 : 0
            logits = try context.read(next: chosen)
        }
        let (mean, greatest) = (first.reduce(0, +) / Double(first.count), others.max() ?? .infinity)
        // Measured: the chosen token's off by 0.038 on average and 0.157 at most, the five likeliest by 0.35 at most, 37 of 40 choices alike.
        #expect(mean < 0.15)
        #expect(greatest < 1, "of the five likeliest")
        #expect(agreeing >= tokens.count * 4 / 5)
    }

    @Test func `a cancelled request stops at the server too, which is free for the next`() async throws {
        let state = Mutex<(asked: Task<Answer, Never>?, pieces: Int)>((nil, 0))
        let long = chat("Write a very long story about a ship, a storm and an island.", maxTokens: 1900)
        let task = Task { [provider] in
            await provider.perform(long) { news in
                guard case .text = news else { return }
                state.withLock {
                    $0.pieces += 1
                    if $0.pieces >= 20 { $0.asked?.cancel() }
                }
            }
        }
        state.withLock { $0.asked = task }
        #expect(await task.value.body == .failure("cancelled"))
        // The server's own account of its one place: unheard, the story has 1,900 tokens.
        var place = try await slot()
        while place.isProcessing {
            try await Task.sleep(for: .milliseconds(20))
            place = try await slot()
        }
        #expect(place.tokens < 1900, "the server went on with a story that nobody reads")
        #expect(try reply(await provider.perform(chat("Say yes.", maxTokens: 2)) { _ in }).completionTokens == 2)
    }

    /// What the server says of the one place it has: whether it is at work, and how many tokens it holds.
    private func slot() async throws -> (isProcessing: Bool, tokens: Int) {
        struct Slot: Decodable {
            var is_processing: Bool
            var n_prompt_tokens: Int
        }
        var body: [UInt8] = []
        let request = HTTPRequest(address: server.base.replacing("/v1", with: "/slots"), isLoopback: true)
        for try await case .bytes(let piece) in HTTPClient(timeout: 30).open(request) { body += piece }
        let first = try #require(try JSONDecoder().decode([Slot].self, from: Data(body)).first)
        return (first.is_processing, first.n_prompt_tokens)
    }

    @Test func `a text beyond the context is refused in one sentence with both counts`() async throws {
        let text = String(repeating: "Many words about nothing. ", count: 600)
        let model = try LlamaModel(path: ReferenceModel.path())
        let prompt = try ChatTemplate(model.file, model.tokenizer).encode([("system", Self.system), ("user", text)])
        let answer = await provider.perform(chat(text, maxTokens: 8)) { _ in }
        #expect(
            answer.body
                == .failure(
                    "the text with its prompt has \(prompt.count) tokens, more than the model's context of \(LlamaServer.context); a shorter text is needed"
                ))
        #expect(answer.retries == 0)
        #expect(answer.overflow == ContextOverflow(promptTokens: prompt.count, contextTokens: LlamaServer.context))
    }

    @Test func `a text beyond the context is cut until the server takes it`() async throws {
        let text = String(repeating: "Many words about nothing. ", count: 600)
        var experiment = try IterateExperiment(
            Setup(
                card: IterateExperiment.card,
                values: [
                    "text": .text("my.txt"), "provider": .text("openai"), "iterations": .integer(1), "maxTokens": .integer(64),
                ], inputs: ["text": Input(name: "my.txt", bytes: Array(text.utf8))]))
        var tries = 0
        while case .waiting(let requests) = try experiment.step(1).state {
            for request in requests { try experiment.receive(await provider.perform(request) { _ in }) }
            tries += 1
        }
        let lane = experiment.lanes[0]
        #expect(lane.done == 1 && tries <= 3, "\(lane.failure ?? "")")
        // Room is left for the answer, and not much more than that.
        #expect((1700...LlamaServer.context - 64).contains(lane.promptTokens))
        let unread = try #require(experiment.results().number("unreadCharacters"))
        #expect(unread > 5000 && unread < 9000)
        #expect(experiment.results().warnings.first?.contains("the model's context of \(LlamaServer.context)") == true)
    }

    @Test func `what the server does not do is told`() async throws {
        let vectors = await provider.perform(
            Request(id: 2, provider: "openai", body: .embedding(model: "", texts: ["a text"]))
        ) { _ in }
        guard case .failure(let sentence) = vectors.body else { throw UserError("vectors came") }
        #expect(sentence.hasPrefix("HTTP 501"), "\(sentence)")
        #expect(vectors.retries == 0)
    }

    @Test func `its vectors of texts are read and compared`() async throws {
        let other = try LlamaServer(makesVectors: true)
        defer { other.stop() }
        let texts = ["The keeper lights the lamp at dusk.", "Every evening the light is kindled.", "Stock prices fell sharply on Tuesday."]
        let provider = OpenAIProvider(environment: ["OPENAI_BASE_URL": other.base])
        let answer = await provider.perform(Request(id: 3, provider: "openai", body: .embedding(model: "", texts: texts))) { _ in }
        guard case .embedding(let vectors) = answer.body else { throw UserError("\(answer.body)") }
        #expect(vectors.map(\.count) == [576, 576, 576])
        func cosine(_ a: [Float], _ b: [Float]) -> Float {
            func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        }
        #expect(cosine(vectors[0], vectors[1]) > cosine(vectors[0], vectors[2]))
    }

    @Test func `a text rewritten by it replays without it`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("run.workspace").path
        func workbench(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
            try runProgram(
                ["timeout", "300", builtProgram("workbench").path] + arguments,
                environment: ["HOME": folder.path, "XDG_STATE_HOME": folder.path, "LANG": "C.UTF-8"].merging(environment) { $1 })
        }
        let run = try workbench(
            "run", "language.iterate", "--set", "iterations=2", "--set", "maxTokens=16", "--set", "lanes=temperature=0,1", "--save", file,
            "--json", environment: ["OPENAI_BASE_URL": server.base])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("openai: SmolLM2-135M-Instruct.Q4_1"), "\(run.output)")
        // No server is named here, and none would be asked.
        let again = try workbench("replay", file, "--verify")
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output.hasSuffix("all equal\n"))
    }
}
