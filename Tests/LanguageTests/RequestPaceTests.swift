import Engine
import Foundation
import Synchronization
import Testing

@testable import Language

@Suite struct RequestPaceTests {
    @Test func `so many requests go in any minute, the next when the first is a minute old`() {
        let pace = RequestPace()
        let limit = RequestPace.Limit(requests: 2)
        #expect(pace.ask(tokens: 1, limit, now: 100) == .go(1))
        #expect(pace.ask(tokens: 1, limit, now: 110) == .go(2))
        #expect(pace.ask(tokens: 1, limit, now: 111) == .wait(49))
        #expect(pace.ask(tokens: 1, limit, now: 159.5) == .wait(0.5))
        #expect(pace.ask(tokens: 1, limit, now: 160) == .go(3))
        #expect(pace.ask(tokens: 1, limit, now: 160) == .wait(10))
        // Without a limit it is counted, and held up by nothing.
        #expect(pace.ask(tokens: 1, .init(), now: 160) == .go(4))
        #expect(pace.ask(tokens: 1, limit, now: 170) == .wait(50), "two of the last minute have to go first")
    }

    @Test func `so many tokens go in any minute, as the endpoint counted them`() {
        let pace = RequestPace()
        let limit = RequestPace.Limit(tokens: 100)
        #expect(pace.ask(tokens: 60, limit, now: 0) == .go(1))
        #expect(pace.ask(tokens: 60, limit, now: 1) == .wait(59))
        pace.correct(1, tokens: 40)
        #expect(pace.ask(tokens: 60, limit, now: 1) == .go(2))
        #expect(pace.ask(tokens: 50, limit, now: 2) == .wait(59), "both have to go")
        #expect(pace.ask(tokens: 40, limit, now: 2) == .wait(58), "the first is enough")
        // What is beyond the limit by itself goes alone.
        #expect(pace.ask(tokens: 500, limit, now: 10) == .wait(51))
        #expect(pace.ask(tokens: 500, limit, now: 61) == .go(3))
        #expect(pace.ask(tokens: 1, limit, now: 62) == .wait(59))
    }

    @Test func `the smaller of two limits holds`() {
        let both = RequestPace.Limit(requests: 20).within(.init(requests: 5, tokens: 9))
        #expect(both == .init(requests: 5, tokens: 9) && both.shown == "5 requests and 9 tokens a minute")
        #expect(RequestPace.Limit(requests: 20).within(.init()) == .init(requests: 20))
    }

    /// Requests sent one after the other by a clock that waiting alone moves.
    private func times(_ environment: [String: String], requestsPerMinute: Int? = nil, count: Int) async throws -> (
        sent: [Double], notices: [String]
    ) {
        let clock = Mutex(0.0)
        let server = try LoopbackServer { _, _ in Served.reply("yes") }
        let world = OpenAIProvider.World(
            sleep: { seconds in clock.withLock { $0 += seconds } }, seconds: { clock.withLock { $0 } })
        let all = environment.merging(["OPENAI_BASE_URL": server.base]) { $1 }
        let provider = OpenAIProvider(.success(try OpenAIConfiguration(environment: all)), world: world)
        let notices = Mutex<[String]>([])
        var sent: [Double] = []
        for id in 0..<count {
            var chat = ChatRequest(model: "m", messages: [.init(role: "user", content: "Hello")], maxTokens: 99)
            chat.requestsPerMinute = requestsPerMinute
            let answer = await provider.perform(Request(id: id, provider: "openai", body: .chat(chat))) { news in
                if case .notice(let text) = news { notices.withLock { $0.append(text) } }
            }
            guard case .chat = answer.body else { throw UserError("\(answer.body)") }
            sent.append(clock.withLock { $0 })
        }
        return (sent, notices.withLock { $0 })
    }

    @Test func `the provider waits as its environment says, and tells`() async throws {
        let (sent, notices) = try await times(["OPENAI_REQUESTS_PER_MINUTE": "2"], count: 5)
        #expect(sent == [0, 0, 60, 60, 120])
        #expect(notices == ["waiting 60.0 s: at most 2 requests a minute", "waiting 60.0 s: at most 2 requests a minute"])
        #expect(try await times([:], count: 5).sent == [0, 0, 0, 0, 0])
        // A guess of 100 tokens, which the server counts as 18: five together.
        #expect(try await times(["OPENAI_TOKENS_PER_MINUTE": "180"], count: 6).sent == [0, 0, 0, 0, 0, 60])
    }

    @Test func `a request's own limit holds too`() async throws {
        #expect(try await times(["OPENAI_REQUESTS_PER_MINUTE": "100"], requestsPerMinute: 1, count: 3).sent == [0, 60, 120])
    }

    @Test func `a cancelled wait ends at once`() async throws {
        let world = OpenAIProvider.World(sleep: { _ in throw CancellationError() }, seconds: { 0 })
        let server = try LoopbackServer { _, _ in Served.reply("yes") }
        let configuration = try OpenAIConfiguration(
            environment: ["OPENAI_BASE_URL": server.base, "OPENAI_REQUESTS_PER_MINUTE": "1"])
        let provider = OpenAIProvider(.success(configuration), world: world)
        let request = Request(
            id: 1, provider: "openai", body: .chat(ChatRequest(model: "m", messages: [.init(role: "user", content: "Hello")])))
        guard case .chat = await provider.perform(request, heard: { _ in }).body else { throw UserError("no answer") }
        #expect(await provider.perform(request, heard: { _ in }).body == .failure("cancelled"))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["0", "-3", "many", "1.5"]) func `a limit that is no count is refused`(text: String) {
        let error = #expect(throws: UserError.self) { try OpenAIConfiguration(environment: ["OPENAI_REQUESTS_PER_MINUTE": text]) }
        #expect(error?.description == "OPENAI_REQUESTS_PER_MINUTE is no number; expected a whole one above 0")
    }
}
