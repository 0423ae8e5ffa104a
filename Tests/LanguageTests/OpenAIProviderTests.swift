import Engine
import Foundation
import LanguageModel
import Synchronization
import Testing

@testable import Language

private let key = "sk-test-0123456789abcdef"

/// What a provider said while it worked.
private final class Heard: Sendable {
    private let items = Mutex<[Hearsay]>([])
    func add(_ item: Hearsay) { items.withLock { $0.append(item) } }
    var all: [Hearsay] { items.withLock { $0 } }
    var notices: [String] { all.compactMap { if case .notice(let text) = $0 { text } else { nil } } }
    var texts: [String] { all.compactMap { if case .text(let text) = $0 { text } else { nil } } }
}

/// The waits a provider asked for, none of them waited.
private final class Waits: Sendable {
    private let items = Mutex<[Double]>([])
    func add(_ seconds: Double) { items.withLock { $0.append(seconds) } }
    var all: [Double] { items.withLock { $0 } }
}

private func chat(_ text: String = "Hello", model: String = "m", retries: Int = 5, logProbabilities: Int = 0) -> Request {
    Request(
        id: 7, provider: "openai",
        body: .chat(
            ChatRequest(
                model: model, messages: [.init(role: "system", content: "Be kind."), .init(role: "user", content: text)], temperature: 0.5,
                topP: 0.9, maxTokens: 99, seed: 42, topLogProbabilities: logProbabilities, retries: retries)))
}

private func provider(_ base: String, key: String? = key, waits: Waits = Waits(), timeout: Double = 30) throws -> OpenAIProvider {
    var environment = ["OPENAI_BASE_URL": base]
    environment["OPENAI_API_KEY"] = key
    let world = OpenAIProvider.World(
        sleep: { waits.add($0) }, random: { 0.5 }, date: { Date(timeIntervalSince1970: 784_111_777) })
    return OpenAIProvider(.success(try OpenAIConfiguration(environment: environment)), world: world, timeout: timeout)
}

private func reply(_ answer: Answer) -> ChatReply? { if case .chat(let reply) = answer.body { reply } else { nil } }
private func failure(_ answer: Answer) -> String? { if case .failure(let sentence) = answer.body { sentence } else { nil } }

@Suite struct OpenAIProviderTests {
    @Test func `a streamed reply arrives whole, with its pieces heard, its usage and the settings sent`() async throws {
        let server = try LoopbackServer { _, _ in Served.reply("Hel", "lo ", "wörld 🌍") }
        let heard = Heard()
        let answer = try await provider(server.base).perform(chat()) { heard.add($0) }
        let got = try #require(reply(answer))
        #expect(got.text == "Hello wörld 🌍")
        #expect(got.finish == "stop")
        #expect(got.model == "fake-1")
        #expect(got.promptTokens == 11 && got.completionTokens == 7)
        #expect(answer.id == 7 && answer.retries == 0)
        #expect(heard.texts.last == "Hello wörld 🌍")
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /v1/chat/completions HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer \(key)")
        let body = try JSONValue.parse(request.body)
        #expect(body["model"]?.string == "m" && body["temperature"]?.double == 0.5 && body["top_p"]?.double == 0.9)
        #expect(body["max_tokens"]?.integer == 99 && body["seed"]?.integer == 42 && body["stream"] == .flag(true))
        #expect(body["cache_prompt"] == .flag(false), "a server on this machine is asked not to reuse earlier prompts")
        #expect(body["min_p"]?.double == 0 && body["top_k"] == nil, "nor to leave tokens out that nobody wanted left out")
        #expect(body["messages"]?.elements?.map { $0["content"]?.string } == ["Be kind.", "Hello"])
    }

    @Test func `one 500 is tried again after half a second less jitter, and told`() async throws {
        let server = try LoopbackServer { number, _ in
            number == 0
                ? [Served.whole("500 Internal Server Error", #"{"error":{"message":"invalid Unicode output","type":"server_error"}}"#)]
                : Served.reply("good")
        }
        let (waits, heard) = (Waits(), Heard())
        let answer = try await provider(server.base, waits: waits).perform(chat()) { heard.add($0) }
        #expect(reply(answer)?.text == "good")
        #expect(answer.retries == 1)
        #expect(waits.all == [0.4375])
        #expect(heard.notices == ["HTTP 500: invalid Unicode output; waiting 0.4 s (retry 1 of 5)"])
    }

    @Test func `a 500 that stays is given up after the retries asked for, waits doubling to eight seconds`() async throws {
        let server = try LoopbackServer { _, _ in [Served.whole("500 Oops", #"{"error":{"message":"broken"}}"#)] }
        let waits = Waits()
        let answer = try await provider(server.base, waits: waits).perform(chat(retries: 9)) { _ in }
        #expect(failure(answer) == "HTTP 500: broken, after 6 tries")
        #expect(answer.retries == 5)
        #expect(waits.all == [0.4375, 0.875, 1.75, 3.5, 7])
        #expect(server.requests.count == 6)
    }

    @Test func `no retries means one try`() async throws {
        let server = try LoopbackServer { _, _ in [Served.whole("503 Unavailable", #"{"error":{"message":"Loading model"}}"#)] }
        let answer = try await provider(server.base).perform(chat(retries: 0)) { _ in }
        #expect(failure(answer) == "HTTP 503: Loading model")
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        ("Retry-After: 3\r\n", 3.0), ("retry-after-ms: 250\r\n", 0.25), ("Retry-After: Sun, 06 Nov 1994 08:49:57 GMT\r\n", 20),
        ("Retry-After: 3600\r\n", 0.4375), ("Retry-After: -5\r\n", 0.4375), ("Retry-After: soon\r\n", 0.4375), ("", 0.4375),
    ])
    func `a 429 is waited out as long as the server asks, up to a minute`(header: String, expected: Double) async throws {
        let server = try LoopbackServer { number, _ in
            number == 0 ? [Served.whole("429 Too Many Requests", "slow down", type: "text/plain", headers: header)] : Served.reply("ok")
        }
        let waits = Waits()
        let answer = try await provider(server.base, waits: waits).perform(chat()) { _ in }
        #expect(reply(answer)?.text == "ok")
        #expect(waits.all == [expected])
    }

    @Test func `x-should-retry overrides the status`() async throws {
        let server = try LoopbackServer { _, _ in [Served.whole("500 Oops", "{}", headers: "x-should-retry: false\r\n")] }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(failure(answer) == "HTTP 500: {}")
        #expect(server.requests.count == 1)
    }

    @Test func `a stream cut in the middle is dropped and asked for again`() async throws {
        let server = try LoopbackServer { number, _ in
            number == 0 ? [Served.streamHead, Served.piece("half a rep")] : Served.reply("whole reply")
        }
        let heard = Heard()
        let answer = try await provider(server.base).perform(chat()) { heard.add($0) }
        #expect(reply(answer)?.text == "whole reply")
        #expect(answer.retries == 1)
        #expect(heard.notices == ["the connection broke in the middle of the reply; waiting 0.4 s (retry 1 of 5)"])
    }

    @Test func `a stream cut within an announced chunk counts as cut`() async throws {
        let server = try LoopbackServer { number, _ in
            number == 0
                ? [
                    .text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"),
                    .text("ffff\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"),
                ] : Served.reply("whole")
        }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(reply(answer)?.text == "whole")
        #expect(answer.retries == 1)
    }

    @Test func `a stream that ends after its finish reason without DONE is complete`() async throws {
        let server = try LoopbackServer { _, _ in [Served.streamHead, Served.piece("all"), Served.finish("length")] }
        let got = try #require(reply(try await provider(server.base).perform(chat()) { _ in }))
        #expect(got.text == "all" && got.finish == "length")
        #expect(got.completionTokens == nil && got.promptTokens == nil)
    }

    @Test func `a refused connection is tried again and then told in one sentence`() async throws {
        let port = try LoopbackServer.closedPort()
        let waits = Waits()
        let answer = try await provider("http://127.0.0.1:\(port)/v1", waits: waits).perform(chat(retries: 2)) { _ in }
        #expect(failure(answer) == "no server answers at http://127.0.0.1:\(port)/v1; is it running?, after 3 tries")
        #expect(waits.all.count == 2)
    }

    @Test func `a server that closes without an answer is tried again`() async throws {
        let server = try LoopbackServer { number, _ in number == 0 ? [] : Served.reply("ok") }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(reply(answer)?.text == "ok")
        #expect(answer.retries == 1)
    }

    @Test func `malformed JSON in the stream is a failure, not a retry`() async throws {
        let server = try LoopbackServer { _, _ in [Served.streamHead, .text("data: {\"choices\": [\n\n"), Served.done] }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(failure(answer) == "the server sent a line in its stream that is not JSON")
        #expect(server.requests.count == 1)
    }

    @Test func `an error object inside a stream of status 200 is an error`() async throws {
        let server = try LoopbackServer { _, _ in
            [
                Served.streamHead, Served.piece("so "),
                .text("data: {\"error\":{\"message\":\"the request is bad\",\"type\":\"invalid_request_error\",\"code\":400}}\n\n"),
            ]
        }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(failure(answer) == "HTTP 400: the request is bad")
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["200 OK", "502 Bad Gateway"])
    func `a web page is told apart from an answer`(status: String) async throws {
        let page = "<!DOCTYPE html><html><body><h1>It works</h1></body></html>"
        let server = try LoopbackServer { _, _ in [Served.whole(status, page, type: "text/html; charset=utf-8")] }
        let answer = try await provider(server.base).perform(chat(retries: 0)) { _ in }
        let sentence = try #require(failure(answer))
        #expect(sentence.contains("web page"))
        #expect(!sentence.contains("<"))
    }

    @Test func `an empty or null content is an empty reply`() async throws {
        let server = try LoopbackServer { _, _ in
            [
                Served.streamHead,
                .text("data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null}]}\n\n"),
                Served.finish("stop"), Served.done,
            ]
        }
        #expect(reply(try await provider(server.base).perform(chat()) { _ in })?.text == "")
    }

    @Test func `a server that does not stream answers as well`() async throws {
        let server = try LoopbackServer { _, _ in
            [Served.whole("200 OK", #"{"model":"x","choices":[{"message":{"content":"at once"},"finish_reason":"stop"}]}"#)]
        }
        #expect(reply(try await provider(server.base).perform(chat()) { _ in })?.text == "at once")
    }

    @Test func `a stream under a wrong content type is read all the same`() async throws {
        let server = try LoopbackServer { _, _ in
            [
                .text("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"), Served.piece("so be it"),
                Served.finish("stop"), Served.done,
            ]
        }
        #expect(reply(try await provider(server.base).perform(chat()) { _ in })?.text == "so be it")
    }

    @Test func `log-probabilities are read when they come`() async throws {
        let server = try LoopbackServer { _, _ in
            [
                Served.streamHead,
                .text(
                    #"data: {"choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.25,"top_logprobs":[{"token":"Hi","logprob":-0.25},{"token":"Yo","logprob":-2}]}]}}]}"#
                        + "\n\n"),
                Served.finish("stop"), Served.done,
            ]
        }
        let got = try #require(reply(try await provider(server.base).perform(chat(logProbabilities: 2)) { _ in }))
        #expect(got.tokens?.first?.logProbability == -0.25)
        #expect(got.tokens?.first?.alternatives.map(\.text) == ["Hi", "Yo"])
        let body = try JSONValue.parse(try #require(server.requests.first).body)
        #expect(body["logprobs"] == .flag(true) && body["top_logprobs"]?.integer == 2)
    }

    @Test func `a text too long for the model is told with both counts and never retried`() async throws {
        let server = try LoopbackServer { _, _ in
            [
                Served.whole(
                    "400 Bad Request",
                    #"{"error":{"code":400,"message":"too long","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#)
            ]
        }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(
            failure(answer) == "the text with its prompt has 9000 tokens, more than the model's context of 4096; a shorter text is needed")
        #expect(server.requests.count == 1)
    }

    @Test func `a server that knows no max_tokens is asked with max_completion_tokens, now and later`() async throws {
        let server = try LoopbackServer { number, _ in
            number == 0
                ? [
                    Served.whole(
                        "400 Bad Request",
                        #"{"error":{"message":"Unsupported parameter: 'max_tokens'","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#
                    )
                ] : Served.reply("fine")
        }
        let provider = try provider(server.base)
        #expect(reply(await provider.perform(chat()) { _ in })?.text == "fine")
        #expect(reply(await provider.perform(chat()) { _ in })?.text == "fine")
        let bodies = try server.requests.map { try JSONValue.parse($0.body) }
        #expect(bodies.map { $0["max_completion_tokens"]?.integer } == [nil, 99, 99])
    }

    @Test func `without a model's name the first that the server lists is taken`() async throws {
        let server = try LoopbackServer { _, request in
            if request.line.hasPrefix("GET /v1/models") { return [Served.whole("200 OK", #"{"data":[{"id":"smol"},{"id":"big"}]}"#)] }
            let model = (try? JSONValue.parse(request.body))?["model"]?.string
            return model == "smol" ? Served.reply("found") : [Served.whole("404 Not Found", #"{"error":"model not found"}"#)]
        }
        #expect(reply(try await provider(server.base).perform(chat(model: "")) { _ in })?.text == "found")
        #expect(try await provider(server.base).models() == ["smol", "big"])
    }

    @Test func `a redirect is refused, so that the key goes nowhere else`() async throws {
        let other = try LoopbackServer { _, _ in Served.reply("stolen") }
        let target = other.base
        let server = try LoopbackServer { _, _ in
            [Served.whole("307 Temporary Redirect", "", headers: "Location: \(target)/chat/completions\r\n")]
        }
        let answer = try await provider(server.base).perform(chat()) { _ in }
        #expect(failure(answer) == "HTTP 307: the endpoint redirects elsewhere; set OPENAI_BASE_URL to the final address")
        #expect(other.requests.isEmpty)
    }

    @Test func `a silent server runs into the time limit`() async throws {
        let server = try LoopbackServer { _, _ in [.hold] }
        let answer = try await provider(server.base, timeout: 1).perform(chat(retries: 0)) { _ in }
        #expect(failure(answer)?.hasSuffix("took too long to answer") == true)
    }

    @Test func `a cancelled request ends at once and closes its connection`() async throws {
        let server = try LoopbackServer { _, _ in [Served.streamHead, Served.piece("never "), .hold] }
        let provider = try provider(server.base)
        let (streamed, continuation) = AsyncStream<Void>.makeStream()
        let task = Task { await provider.perform(chat()) { if case .text = $0 { continuation.yield() } } }
        for await _ in streamed { break }
        task.cancel()
        let answer = await task.value
        #expect(failure(answer) == "cancelled")
        // The server holds the connection until its client closes it, and tells when.
        await server.heldConnectionClosed()
        #expect(server.closedByClient == 1)
    }

    @Test func `a cancelled wait before a retry ends at once`() async throws {
        let server = try LoopbackServer { _, _ in [Served.whole("500 Oops", "{}")] }
        let world = OpenAIProvider.World(sleep: { _ in throw CancellationError() })
        let configuration = try OpenAIConfiguration(environment: ["OPENAI_BASE_URL": server.base])
        let answer = await OpenAIProvider(.success(configuration), world: world).perform(chat()) { _ in }
        #expect(failure(answer) == "cancelled")
    }

    @Test func `the key is in no answer and no hearsay, whatever the server says`() async throws {
        let scripts: [[LoopbackServer.Action]] = [
            [Served.whole("401 Unauthorized", #"{"error":{"message":"Incorrect API key provided: \#(key)"}}"#)],
            [Served.whole("500 Oops", "Authorization: Bearer \(key)", type: "text/plain")],
            [Served.whole("404 Not Found", "<html>\(key)</html>", type: "text/html")],
            [
                Served.streamHead, Served.piece("your key is sk-test-01"), Served.piece("23456789abcdef, is it not?"),
                Served.finish("stop"), Served.done,
            ],
            [Served.streamHead, .text("data: {\"error\":{\"message\":\"bad \(key)\",\"type\":\"invalid_request_error\"}}\n\n")],
        ]
        for script in scripts {
            let server = try LoopbackServer { _, _ in script }
            let heard = Heard()
            let answer = try await provider(server.base).perform(chat(retries: 1)) { heard.add($0) }
            let everything =
                String(describing: answer) + String(describing: heard.all)
                + String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
            #expect(!everything.contains(key))
            #expect(!everything.contains("sk-test"), "not even its beginning while a reply streams")
        }
        let configuration = try OpenAIConfiguration(environment: ["OPENAI_API_KEY": key])
        var dumped = "\(configuration)" + String(reflecting: configuration)
        dump(configuration, to: &dumped)
        #expect(!dumped.contains(key))
    }

    @Test func `embeddings come back in the order of their texts`() async throws {
        let server = try LoopbackServer { _, _ in
            [Served.whole("200 OK", #"{"data":[{"index":1,"embedding":[0,1]},{"index":0,"embedding":[1,0.5]}]}"#)]
        }
        let request = Request(id: 1, provider: "openai", body: .embedding(model: "e", texts: ["a", "b"]))
        let answer = try await provider(server.base).perform(request) { _ in }
        #expect(answer.body == .embedding([[1, 0.5], [0, 1]]))
    }

    @Test func `many requests at once each get their own reply`() async throws {
        let server = try LoopbackServer { _, request in
            let text = (try? JSONValue.parse(request.body))?["messages"]?.elements?.last?["content"]?.string ?? ""
            return Served.reply("re: ", text)
        }
        let provider = try provider(server.base)
        let replies = await withTaskGroup(of: (Int, String?).self) { group in
            for i in 0..<100 { group.addTask { (i, reply(await provider.perform(chat("n\(i)")) { _ in })?.text) } }
            var all: [Int: String?] = [:]
            for await (i, text) in group { all[i] = text }
            return all
        }
        for i in 0..<100 { #expect(replies[i] == "re: n\(i)") }
    }
}

@Suite struct OpenAIConfigurationTests {
    @Test(arguments: [
        (["OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"], "http://127.0.0.1:8080/v1", false),
        (["OPENAI_BASE_URL": "http://127.0.0.1:8080/v1/", "OPENAI_API_KEY": "k"], "http://127.0.0.1:8080/v1", true),
        (["OPENAI_BASE_URL": "localhost:8080"], "http://localhost:8080/v1", false),
        (["OPENAI_BASE_URL": "https://x.example/api/chat/completions"], "https://x.example/api", false),
        (["OPENAI_API_BASE": "https://x.example/v1"], "https://x.example/v1", false),
        (["OPENAI_API_KEY": "k"], "https://api.openai.com/v1", true),
        (["OPENAI_API_KEY": "k", "OLLAMA_HOST": "h"], "https://api.openai.com/v1", true),
        (["OLLAMA_HOST": "0.0.0.0"], "http://127.0.0.1:11434/v1", false),
        (["OLLAMA_HOST": "0.0.0.0:9999"], "http://127.0.0.1:9999/v1", false),
        (["OLLAMA_HOST": "http://box:80"], "http://box:80/v1", false),
        (["OLLAMA_HOST": "box"], "http://box:11434/v1", false),
        (["OPENAI_BASE_URL": "  "], "http://127.0.0.1:11434/v1", false),
        ([:], "http://127.0.0.1:11434/v1", false),
    ])
    func `the environment names the endpoint`(environment: [String: String], base: String, hasKey: Bool) throws {
        let configuration = try OpenAIConfiguration(environment: environment)
        #expect(configuration.base.absoluteString == base)
        #expect((configuration.key != nil) == hasKey)
    }

    @Test(arguments: [["OPENAI_BASE_URL": "ftp://x"], ["OPENAI_BASE_URL": "http://"], ["OPENAI_API_KEY": "a\u{7}b secret"]])
    func `a variable that cannot be used is named without its content`(environment: [String: String]) async throws {
        let error = #expect(throws: UserError.self) { try OpenAIConfiguration(environment: environment) }
        let sentence = try #require(error).description
        #expect(sentence.contains(try #require(environment.keys.first)))
        #expect(!sentence.contains("secret"))
        #expect(failure(await OpenAIProvider(environment: environment).perform(chat()) { _ in }) == sentence)
    }

    @Test func `the preferred provider is openai only where the environment names an endpoint`() {
        // A folder without models.
        let nowhere = ["XDG_DATA_HOME": "/nowhere"]
        #expect(LanguageCatalog.preferredValues(environment: nowhere).isEmpty)
        let chosen = LanguageCatalog.preferredValues(environment: [
            "XDG_DATA_HOME": "/nowhere", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_MODEL": "m",
        ])
        #expect(chosen["language.iterate"] == ["provider": .text("openai"), "model": .text("m")])
    }
}
