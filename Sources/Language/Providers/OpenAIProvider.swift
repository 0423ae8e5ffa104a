import Engine
import Foundation
import LanguageModel
import Synchronization

/// Asks any endpoint that speaks OpenAI's chat interface: the hosted ones, llama.cpp's server, Ollama, vLLM.
///
/// Replies stream. Connection errors, 408, 409, 429 and 5xx are tried again after a growing wait or the one the server asks for;
/// a reply cut in the middle is dropped and asked for anew. Whatever comes back, text or error, has the key taken out.
public struct OpenAIProvider: Provider {
    /// What of the world it touches beside the network, so that tests need not wait or guess.
    struct World: Sendable {
        /// Waits for some seconds; throws when cancelled.
        var sleep: @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
        /// A uniform number in 0..<1.
        var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
        /// The date, for `Retry-After` dates.
        var date: @Sendable () -> Date = { Date() }
        /// Seconds on a clock that never goes back.
        var seconds: @Sendable () -> Double = {
            Double(DispatchTime.now().uptimeNanoseconds) / 1e9
        }
    }

    /// "openai".
    public let name = "openai"
    private let configuration: Result<OpenAIConfiguration, UserError>
    private let world: World
    private let client: HTTPClient
    private let learned = Learned()
    private let pace = RequestPace()

    /// What one run of the program finds out about its endpoint.
    private final class Learned: Sendable {
        struct State {
            var model: String?
            var usesCompletionLimit = false
            var dropped: Set<String> = []
        }
        let state = Mutex(State())
    }

    /// The provider that the environment describes.
    ///
    /// A variable that cannot be used makes every answer a failure that says so.
    public init(environment: [String: String]) {
        let result: Result<OpenAIConfiguration, UserError>
        do { result = .success(try OpenAIConfiguration(environment: environment)) } catch let error as UserError {
            result = .failure(error)
        } catch { result = .failure(UserError("the environment's endpoint cannot be used")) }
        self.init(result, world: World(), timeout: 600)
    }

    /// A provider of the given endpoint.
    init(_ configuration: Result<OpenAIConfiguration, UserError>, world: World, timeout: Double = 600) {
        self.configuration = configuration
        self.world = world
        client = HTTPClient(timeout: timeout)
    }

    /// Performs a chat or embedding request.
    public func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        let start = world.seconds()
        func answer(_ body: Answer.Body, retries: Int) -> Answer {
            Answer(id: request.id, body: body, seconds: max(0, world.seconds() - start), retries: retries)
        }
        let endpoint: OpenAIConfiguration
        switch configuration {
        case .success(let configuration): endpoint = configuration
        case .failure(let error): return answer(.failure(error.description), retries: 0)
        }
        var call: Call
        let limit: Int
        switch request.body {
        case .chat(let chat):
            let state = learned.state.withLock { $0 }
            call = .chat(
                ChatBody(
                    request: chat, model: chat.model.isEmpty ? state.model ?? endpoint.model ?? "default" : chat.model,
                    usesCompletionLimit: state.usesCompletionLimit, refusesPromptCache: endpoint.isLoopback, dropped: state.dropped))
            limit = min(max(chat.retries, 0), RetryPolicy.most)
        case .embedding(let model, let texts):
            call = .embedding(model: model, texts: texts)
            limit = RetryPolicy.most
        case .tokens(let tokens):
            guard tokens.ids.isEmpty else {
                return answer(.failure("the endpoint takes a text, not token ids; leave “ids” empty"), retries: 0)
            }
            let known = learned.state.withLock { $0.model }
            call = .tokens(TokenBody(request: tokens, model: tokens.model.isEmpty ? known ?? endpoint.model ?? "default" : tokens.model))
            limit = RetryPolicy.most
        case .documents, .retrieval:
            return answer(.failure("the endpoint reads no documents"), retries: 0)
        case .growth: return answer(.failure("a model's endpoint reads no files"), retries: 0)
        }

        var retries = 0
        var looksForModel = if case .chat(let chat) = request.body { chat.model.isEmpty && endpoint.model == nil } else { false }
        while true {
            guard let place = await turn(request.body, endpoint, heard) else { return answer(.failure("cancelled"), retries: retries) }
            switch await attempt(call, endpoint, heard) {
            case .reply(let body):
                if let tokens = Self.tokens(body) { pace.correct(place, tokens: tokens) }
                return answer(body, retries: retries)
            case .cancelled: return answer(.failure("cancelled"), retries: retries)
            case .failed(let sentence): return answer(.failure(redact(sentence, endpoint)), retries: retries)
            case .tooLong(let sentence, let overflow):
                var result = answer(.failure(redact(sentence, endpoint)), retries: retries)
                result.overflow = overflow
                return result
            case .refused(let field, let sentence):
                if case .tokens(var body) = call, field == "echo", body.echoes {
                    body.echoes = false
                    call = .tokens(body)
                    continue
                }
                guard case .chat(var body) = call, body.drop(field) else {
                    return answer(.failure(redact(sentence, endpoint)), retries: retries)
                }
                call = .chat(body)
                learned.state.withLock {
                    $0.usesCompletionLimit = $0.usesCompletionLimit || body.usesCompletionLimit
                    $0.dropped.formUnion(body.dropped)
                }
            case .unknownModel(let sentence):
                // A server that needs a model's name, and none was given: the first it lists will do.
                guard looksForModel, case .chat(var body) = call, let model = await firstModel(endpoint) else {
                    return answer(.failure(redact(sentence, endpoint)), retries: retries)
                }
                looksForModel = false
                body.model = model
                call = .chat(body)
                learned.state.withLock { $0.model = model }
            case .passing(let sentence, let wish):
                guard retries < limit else {
                    let tries = retries == 0 ? "" : ", after \(retries + 1) tries"
                    return answer(.failure(redact(sentence + tries, endpoint)), retries: retries)
                }
                retries += 1
                let wait = RetryPolicy().delay(retry: retries, wish: wish, random: world.random())
                let shown = (wait * 10).rounded() / 10
                heard(.notice(redact("\(sentence); waiting \(shown) s (retry \(retries) of \(limit))", endpoint)))
                do { try await world.sleep(wait) } catch { return answer(.failure("cancelled"), retries: retries) }
            }
        }
    }

    /// The names of the models that the endpoint offers.
    ///
    /// - Throws: `UserError` when it cannot be asked.
    public func models() async throws -> [String] {
        let endpoint = try configuration.get()
        do {
            let (status, body) = try await fetch(urlRequest("models", endpoint))
            guard status == 200 else {
                let error = ServerError(body: body, contentType: "")
                throw UserError(redact(error.sentence(status: status), endpoint))
            }
            let list = try JSONValue.parse(body)["data"]?.elements ?? []
            return list.compactMap { $0["id"]?.string }.map { redact($0, endpoint) }
        } catch let error as UserError {
            throw error
        } catch {
            throw UserError(redact(Self.connection(error, endpoint), endpoint))
        }
    }

    // MARK: How often

    /// Waits until a request may be sent and returns its number in the pace; nil when it was cancelled.
    private func turn(
        _ body: Request.Body, _ endpoint: OpenAIConfiguration, _ heard: @escaping @Sendable (Hearsay) -> Void
    ) async -> Int? {
        var limit = endpoint.limit
        if case .chat(let chat) = body { limit = limit.within(RequestPace.Limit(requests: chat.requestsPerMinute)) }
        while true {
            switch pace.ask(tokens: Self.tokens(body), limit, now: world.seconds()) {
            case .go(let number): return number
            case .wait(let seconds):
                heard(.notice("waiting \((seconds * 10).rounded(.up) / 10) s: at most \(limit.shown)"))
                do { try await world.sleep(seconds) } catch { return nil }
            }
        }
    }

    /// About how many tokens a request has with its answer: four bytes a token, and the longest answer, 256 where that is not said.
    private static func tokens(_ body: Request.Body) -> Int {
        switch body {
        case .chat(let chat): chat.messages.reduce(0) { $0 + $1.content.utf8.count } / 4 + (chat.maxTokens ?? 256)
        case .embedding(_, let texts): texts.reduce(0) { $0 + $1.utf8.count } / 4
        case .tokens(let request): request.text.utf8.count / 4
        case .documents, .retrieval, .growth: 0
        }
    }

    /// How many tokens an answer says that it took; nil when it does not say.
    private static func tokens(_ body: Answer.Body) -> Int? {
        guard case .chat(let reply) = body, let prompt = reply.promptTokens, let completion = reply.completionTokens else { return nil }
        return prompt + completion
    }

    // MARK: One try

    private enum Call: Sendable {
        case chat(ChatBody)
        case embedding(model: String, texts: [String])
        case tokens(TokenBody)
    }

    /// What one try came to.
    private enum Outcome: Sendable {
        case reply(Answer.Body)
        case cancelled
        /// For good.
        case failed(String)
        /// For good, unless the text is shortened.
        case tooLong(String, ContextOverflow)
        /// May pass; the server's wish for how long to wait.
        case passing(String, wish: Double?)
        /// The server knows no such field.
        case refused(field: String, String)
        /// The server knows no such model.
        case unknownModel(String)
    }

    private func attempt(
        _ call: Call, _ endpoint: OpenAIConfiguration, _ heard: @escaping @Sendable (Hearsay) -> Void
    ) async -> Outcome {
        let request: HTTPRequest
        do {
            switch call {
            case .chat(let body): request = try urlRequest("chat/completions", endpoint, body: body.encoded())
            case .embedding(let model, let texts):
                let body = EmbeddingBody(input: texts, model: model)
                request = try urlRequest("embeddings", endpoint, body: JSONEncoder().encode(body))
            case .tokens(let body): request = try urlRequest("completions", endpoint, body: body.encoded())
            }
        } catch { return .failed("the request cannot be written as JSON") }
        var reading = Reading(isChat: { if case .chat = call { true } else { false } }())
        let start = world.seconds()
        do {
            for try await arrival in client.open(request) {
                if let sentence = try reading.take(arrival) { return .failed(sentence) }
                if reading.hasNewText {
                    if reading.firstText == nil { reading.firstText = world.seconds() - start }
                    heard(.text(redact(reading.builder.text, endpoint, isGrowing: true)))
                    reading.hasNewText = false
                }
                if reading.isDone || reading.streamError != nil { break }
            }
        } catch {
            if Task.isCancelled { return .cancelled }
            if error is ServerSentEvents.Overflow { return .failed("the server sent a line of more than 16 MB") }
            if let sentence = (error as? Reading.Malformed)?.sentence { return .failed(sentence) }
            let sentence = reading.builder.hasBegun ? "the connection broke in the middle of the reply" : Self.connection(error, endpoint)
            return .passing(sentence, wish: nil)
        }
        if Task.isCancelled { return .cancelled }
        reading.lastText = world.seconds() - start
        return outcome(of: &reading, call, endpoint)
    }

    private func outcome(of reading: inout Reading, _ call: Call, _ endpoint: OpenAIConfiguration) -> Outcome {
        guard let status = reading.status else { return .passing("the server closed the connection without an answer", wish: nil) }
        let contentType = reading.headers["content-type"]?.lowercased() ?? ""
        guard (200..<300).contains(status) else {
            return failure(ServerError(body: reading.body, contentType: contentType), status: status, reading.headers)
        }
        if reading.streamError == nil {
            do { try reading.end() } catch { return .passing("the connection broke in the middle of the reply", wish: nil) }
        }
        if let error = reading.streamError {
            let status = Int(error.code).flatMap { (400..<600).contains($0) ? $0 : nil } ?? 0
            return failure(error, status: status, reading.headers)
        }
        if !reading.isStream {
            if ServerError.isPage(reading.body, contentType: contentType) {
                return .failed(
                    "\(endpoint.shownBase) answered with a web page instead of JSON; check OPENAI_BASE_URL, which should end in /v1")
            }
            guard let value = try? JSONValue.parse(reading.body) else {
                return .failed("\(endpoint.shownBase) answered with something that is not JSON; check OPENAI_BASE_URL")
            }
            if let error = ServerError(value) { return failure(error, status: 0, reading.headers) }
            switch call {
            case .embedding: return embedding(value)
            case .tokens(let body):
                guard let reply = body.reply(value, redact: { redact($0, endpoint) }) else {
                    return .failed("\(endpoint.shownBase) gives no log-probabilities of texts; the local provider does")
                }
                return .reply(.tokens(reply))
            case .chat: reading.builder.take(value)
            }
        }
        guard reading.builder.hasBegun else { return .failed("the server's answer holds no reply") }
        guard reading.isDone || reading.builder.isFinished || !reading.isStream else {
            return .passing("the connection broke in the middle of the reply", wish: nil)
        }
        var reply = reading.builder.reply
        reply.text = redact(reply.text, endpoint)
        reply.model = redact(reply.model, endpoint)
        if reading.isStream, let first = reading.firstText, let last = reading.lastText {
            (reply.firstTokenSeconds, reply.laterTokensSeconds) = (first, max(0, last - first))
        }
        if let tokens = reply.tokens, case .success(let configuration) = configuration, let key = configuration.key,
            tokens.map(\.text).joined().contains(key.value)
        {
            reply.tokens = nil
        }
        return .reply(.chat(reply))
    }

    private func failure(_ error: ServerError, status: Int, _ headers: [String: String]) -> Outcome {
        let sentence = error.sentence(status: status)
        let message = error.message.lowercased()
        if status == 400 {
            let fields = [
                "echo", "max_tokens", "top_logprobs", "logprobs", "temperature", "top_p", "top_k", "min_p", "seed",
                "stream_options", "cache_prompt",
            ]
            let complains = ["unsupported", "unrecognized", "unknown", "not permitted", "not supported", "extra", "only no echo"].contains {
                message.contains($0) || error.code.contains($0)
            }
            if let field = fields.first(where: { error.field == $0 }) ?? (complains ? fields.first { message.contains($0) } : nil),
                complains
            {
                return .refused(field: field, sentence)
            }
        }
        if let overflow = error.overflow { return .tooLong(sentence, overflow) }
        if status == 404 || (status == 400 && message.contains("model")) { return .unknownModel(sentence) }
        // Inputs too large stay too large, and what a server cannot do it cannot do later, whatever status it gives them.
        if message.contains("too large to process") || error.type == "not_supported_error" { return .failed(sentence) }
        if error.code == "insufficient_quota" { return .failed(sentence) }
        // An error inside a stream came under status 200; it counts as the server's own unless it blames the request.
        let isPassing = status == 0 ? !error.type.contains("invalid_request") : RetryPolicy.isPassing(status: status, headers: headers)
        return isPassing ? .passing(sentence, wish: RetryPolicy.wish(headers: headers, now: world.date())) : .failed(sentence)
    }

    private func embedding(_ value: JSONValue) -> Outcome {
        var vectors: [(index: Int, vector: [Float])] = []
        for (place, item) in (value["data"]?.elements ?? []).enumerated() {
            let numbers = (item["embedding"]?.elements ?? []).compactMap(\.double)
            guard !numbers.isEmpty, numbers.count == item["embedding"]?.elements?.count else {
                return .failed("the server's answer holds no embedding vectors")
            }
            vectors.append((item["index"]?.integer ?? place, numbers.map(Float.init)))
        }
        guard !vectors.isEmpty else { return .failed("the server's answer holds no embedding vectors") }
        return .reply(.embedding(vectors.sorted { $0.index < $1.index }.map(\.vector)))
    }

    // MARK: Parts

    private struct EmbeddingBody: Encodable {
        var input: [String]
        var model: String
    }

    private func urlRequest(_ path: String, _ endpoint: OpenAIConfiguration, body: Data? = nil) -> HTTPRequest {
        var request = HTTPRequest(
            address: endpoint.base.appendingPathComponent(path).absoluteString,
            headers: [("User-Agent", "workbench"), ("Accept", "text/event-stream, application/json")], body: body,
            isLoopback: endpoint.isLoopback)
        if let key = endpoint.key { request.headers.append(("Authorization", "Bearer \(key.value)")) }
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        return request
    }

    private func firstModel(_ endpoint: OpenAIConfiguration) async -> String? {
        guard let (status, body) = try? await fetch(urlRequest("models", endpoint)), status == 200 else { return nil }
        return (try? JSONValue.parse(body))?["data"]?.elements?.lazy.compactMap { $0["id"]?.string }.first
    }

    private func fetch(_ request: HTTPRequest) async throws -> (status: Int, body: [UInt8]) {
        var reading = Reading(isChat: false)
        for try await arrival in client.open(request) { _ = try reading.take(arrival) }
        return (reading.status ?? 0, reading.body)
    }

    private func redact(_ text: String, _ endpoint: OpenAIConfiguration, isGrowing: Bool = false) -> String {
        var text = endpoint.key?.redacted(from: text, isGrowing: isGrowing) ?? text
        if let password = endpoint.base.password, !password.isEmpty { text = Secret(password).redacted(from: text, isGrowing: isGrowing) }
        return text
    }

    /// A connection error in one sentence, made from its code alone: its own description may hold the address with a password.
    private static func connection(_ error: any Error, _ endpoint: OpenAIConfiguration) -> String {
        switch error as? HTTPFailure {
        case .unreachable:
            let hint = endpoint.isConfigured ? "is it running?" : "set OPENAI_API_KEY or OPENAI_BASE_URL, or start a server there"
            return "no server answers at \(endpoint.shownBase); \(hint)"
        case .timedOut: return "\(endpoint.shownBase) took too long to answer"
        case .lost: return "the connection to \(endpoint.shownBase) was lost"
        case .insecure: return "no secure connection to \(endpoint.shownBase): its certificate was not accepted"
        case .other(let number): return "the connection to \(endpoint.shownBase) failed (error \(number))"
        case nil: return "the connection to \(endpoint.shownBase) failed"
        }
    }
}
