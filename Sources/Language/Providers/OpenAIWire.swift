import Engine
import Foundation
import LanguageModel

/// What is sent to `/chat/completions`, adapted to what a server turned out to refuse.
struct ChatBody: Sendable {
    var request: ChatRequest
    var model: String
    /// Newer hosted models call the limit `max_completion_tokens`.
    var usesCompletionLimit = false
    /// Whether the server's cache of prompts is switched off: with it llama.cpp's replies depend on what was asked before.
    var refusesPromptCache = false
    /// Fields that the server has refused by name.
    var dropped: Set<String> = []

    /// The JSON, keys in order.
    func encoded() throws -> Data {
        var fields: [String: any Encodable & Sendable] = [
            "model": model,
            "messages": request.messages,
            "temperature": request.temperature,
            "stream": true,
            "stream_options": ["include_usage": true],
        ]
        // A server on this machine has defaults of its own where nothing is said (llama.cpp: top_p 0.95, min_p 0.05); OpenAI knows no min_p.
        if request.topP < 1 || refusesPromptCache { fields["top_p"] = request.topP }
        if let minP = request.minP ?? (refusesPromptCache ? 0 : nil) { fields["min_p"] = minP }
        if let topK = request.topK { fields["top_k"] = topK }
        if let limit = request.maxTokens { fields[usesCompletionLimit ? "max_completion_tokens" : "max_tokens"] = limit }
        if let seed = request.seed { fields["seed"] = seed }
        if request.topLogProbabilities > 0 {
            fields["logprobs"] = true
            fields["top_logprobs"] = request.topLogProbabilities
        }
        if refusesPromptCache { fields["cache_prompt"] = false }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Fields(values: fields.filter { !dropped.contains($0.key) }))
    }

    /// Takes the server's word that it does not know a field; whether there is any use in asking again without it.
    mutating func drop(_ field: String) -> Bool {
        switch field {
        case "max_tokens" where !usesCompletionLimit && request.maxTokens != nil:
            usesCompletionLimit = true
            return true
        case "top_logprobs", "logprobs":
            guard request.topLogProbabilities > 0 else { return false }
            request.topLogProbabilities = 0
            return true
        case "temperature", "top_p", "top_k", "min_p", "seed", "stream_options", "cache_prompt": return dropped.insert(field).inserted
        default: return false
        }
    }

    private struct Fields: Encodable {
        var values: [String: any Encodable & Sendable]
        struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { try container.encode(value, forKey: Key(stringValue: name)) }
        }
    }
}

/// Puts a reply together from the objects a server sends: many of a stream, or one whole.
struct ReplyBuilder: Sendable {
    private(set) var text = ""
    private(set) var finish = ""
    private var model = ""
    private var promptTokens: Int?
    private var completionTokens: Int?
    private var tokens: [ChatReply.Token] = []
    private var sawChoice = false

    /// Whether the server said why the reply ended.
    var isFinished: Bool { !finish.isEmpty }
    /// Whether anything of a reply has come.
    var hasBegun: Bool { sawChoice }
    /// The reply.
    var reply: ChatReply {
        ChatReply(
            text: text, finish: finish, model: model, promptTokens: promptTokens, completionTokens: completionTokens,
            tokens: tokens.isEmpty ? nil : tokens)
    }

    /// Takes one object.
    ///
    /// Empty `choices`, null contents and unknown members are passed over.
    mutating func take(_ value: JSONValue) {
        if let name = value["model"]?.string, !name.isEmpty { model = name }
        if let usage = value["usage"] {
            promptTokens = usage["prompt_tokens"]?.integer ?? promptTokens
            completionTokens = usage["completion_tokens"]?.integer ?? completionTokens
        }
        guard let choice = value["choices"]?.elements?.first(where: { ($0["index"]?.integer ?? 0) == 0 }) else { return }
        sawChoice = true
        if let part = choice["delta"]?["content"]?.string ?? choice["message"]?["content"]?.string { text += part }
        if let reason = choice["finish_reason"]?.string { finish = reason }
        for entry in choice["logprobs"]?["content"]?.elements ?? [] {
            guard let token = entry["token"]?.string, let logProbability = entry["logprob"]?.double else { continue }
            let alternatives = (entry["top_logprobs"]?.elements ?? []).compactMap { other -> ChatReply.Alternative? in
                guard let text = other["token"]?.string, let value = other["logprob"]?.double else { return nil }
                return ChatReply.Alternative(text: text, logProbability: value)
            }
            tokens.append(ChatReply.Token(text: token, logProbability: logProbability, alternatives: alternatives))
        }
    }
}

/// An error as servers tell it: `{"error": {…}}`, `{"error": "text"}`, `{"detail": …}`, plain text, or a page.
struct ServerError: Sendable, Hashable {
    /// The server's sentence, without control characters, at most 300 characters.
    var message: String
    /// The kind it gives: "invalid_request_error".
    var type: String
    /// Its code, a word or number as text.
    var code: String
    /// The field it complains of.
    var field: String
    /// The prompt's tokens and the model's context, when the text is too long for it.
    var promptTokens: Int?
    var contextTokens: Int?

    /// The error object within a JSON value; nil when there is none.
    init?(_ value: JSONValue) {
        guard let error = value["error"] ?? value["detail"], error != .null else { return nil }
        switch error {
        case .text(let text): self.init(message: text)
        case .object:
            let code = error["code"]
            self.init(
                message: error["message"]?.string ?? error["msg"]?.string ?? "no reason given", type: error["type"]?.string ?? "",
                code: code?.string ?? code?.integer.map(String.init) ?? "", field: error["param"]?.string ?? "",
                promptTokens: error["n_prompt_tokens"]?.integer, contextTokens: error["n_ctx"]?.integer)
        case .array(let list):
            self.init(message: list.compactMap { $0["msg"]?.string }.joined(separator: "; "))
        default: return nil
        }
    }

    /// What a body says, whatever it is.
    init(body: [UInt8], contentType: String) {
        if let value = try? JSONValue.parse(body), let error = ServerError(value) {
            self = error
        } else if Self.isPage(body, contentType: contentType) {
            self.init(message: "the answer is a web page, not JSON")
        } else {
            self.init(message: body.isEmpty ? "no reason given" : String(decoding: body.prefix(2000), as: UTF8.self))
        }
    }

    init(
        message: String, type: String = "", code: String = "", field: String = "", promptTokens: Int? = nil, contextTokens: Int? = nil
    ) {
        self.message = Self.plain(message)
        self.type = type
        self.code = code
        self.field = field
        self.promptTokens = promptTokens
        self.contextTokens = contextTokens
    }

    /// By how much the text is too long; nil when that is not what the server complains of.
    ///
    /// llama.cpp gives the counts; others a code and a sentence with numbers before the word tokens, the context's first.
    var overflow: ContextOverflow? {
        if contextTokens != nil || type == "exceed_context_size_error" {
            return ContextOverflow(promptTokens: promptTokens, contextTokens: contextTokens)
        }
        guard code == "context_length_exceeded" || message.contains("maximum context length") else { return nil }
        let words = message.split { $0.isWhitespace || $0 == "," || $0 == "." || $0 == "(" }
        let counts = zip(words, words.dropFirst()).compactMap { $1.hasPrefix("token") ? Int($0) : nil }
        guard counts.count >= 2, counts[1] > counts[0] else { return ContextOverflow() }
        return ContextOverflow(promptTokens: counts[1], contextTokens: counts[0])
    }

    /// One sentence for the status.
    func sentence(status: Int) -> String {
        if let promptTokens, let contextTokens {
            return "the text with its prompt has \(promptTokens) tokens, more than the model's context of \(contextTokens); "
                + "a shorter text is needed"
        }
        switch status {
        case 401, 403: return "HTTP \(status): the endpoint refused the key (\(message)); check OPENAI_API_KEY"
        case 404: return "HTTP 404: \(message); check the model's name and OPENAI_BASE_URL, which should end in /v1"
        case 300..<400: return "HTTP \(status): the endpoint redirects elsewhere; set OPENAI_BASE_URL to the final address"
        case 0: return "the server broke off: \(message)"
        default: return "HTTP \(status): \(message)"
        }
    }

    static func isPage(_ body: [UInt8], contentType: String) -> Bool {
        contentType.contains("text/html") || body.drop { $0 <= 0x20 }.first == UInt8(ascii: "<")
    }

    private static func plain(_ text: String) -> String {
        var words = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control || scalar.properties.isWhitespace
            if isControl, words.last == " " { continue }
            words.append(isControl ? " " : scalar)
            if words.count == 300 {
                words.append("…")
                break
            }
        }
        return String(words).trimmingCharacters(in: .whitespaces)
    }
}
