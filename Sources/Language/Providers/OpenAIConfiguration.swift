import Engine
import Foundation

/// A key that no description, dump or interpolation shows.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let value: String
    /// Keeps a key.
    public init(_ value: String) { self.value = value }
    /// Three dots.
    public var description: String { "•••" }
    /// Three dots.
    public var debugDescription: String { "•••" }
    /// Empty.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The text with every occurrence of the key replaced; in a text still growing also a key's beginning at its end.
    func redacted(from text: String, isGrowing: Bool = false) -> String {
        guard !value.isEmpty else { return text }
        var result = text.replacingOccurrences(of: value, with: "•••", options: .literal)
        if isGrowing, value.utf8.count >= 8 {
            for length in stride(from: value.count - 1, through: 4, by: -1) where result.hasSuffix(value.prefix(length)) {
                result.removeLast(length)
                break
            }
        }
        return result
    }
}

/// Where an OpenAI-compatible endpoint is and with what key, read from the environment.
public struct OpenAIConfiguration: Sendable, Hashable {
    /// The address that `/chat/completions` is appended to.
    public var base: URL
    /// The key sent to that address; nil sends none.
    public var key: Secret?
    /// The model asked for when a request names none; nil lets the provider find one.
    public var model: String?
    /// Whether the environment names an endpoint; otherwise the address is where Ollama usually listens.
    public var isConfigured: Bool
    /// What may be sent to it a minute.
    var limit = RequestPace.Limit()

    /// An endpoint.
    public init(base: URL, key: Secret? = nil, model: String? = nil, isConfigured: Bool = true) {
        self.base = base
        self.key = key
        self.model = model
        self.isConfigured = isConfigured
    }

    /// What the environment says: `OPENAI_BASE_URL` (or the older `OPENAI_API_BASE`) with `OPENAI_API_KEY` when there is one; else
    /// `OPENAI_API_KEY` for the hosted service; else `OLLAMA_HOST`, to which no key is sent; else Ollama's usual address.
    ///
    /// `OPENAI_MODEL` names the model; `OPENAI_REQUESTS_PER_MINUTE` and `OPENAI_TOKENS_PER_MINUTE` say how much may be sent.
    ///
    /// - Throws: `UserError` naming the variable that cannot be used, never its secret.
    public init(environment: [String: String]) throws {
        func variable(_ name: String) -> String? {
            let value = environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            return value.isEmpty ? nil : value
        }
        let key = variable("OPENAI_API_KEY")
        if let key, key.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value > 0x7E }) {
            throw UserError("OPENAI_API_KEY holds spaces or characters that no key has; set it again")
        }
        model = variable("OPENAI_MODEL")
        func count(_ name: String) throws -> Int? {
            guard let text = variable(name) else { return nil }
            guard let number = Int(text), number > 0 else { throw UserError("\(name) is no number; expected a whole one above 0") }
            return number
        }
        limit = RequestPace.Limit(
            requests: try count("OPENAI_REQUESTS_PER_MINUTE"), tokens: try count("OPENAI_TOKENS_PER_MINUTE"))
        isConfigured = true
        if let name = ["OPENAI_BASE_URL", "OPENAI_API_BASE"].first(where: { variable($0) != nil }), let text = variable(name) {
            base = try Self.address(text, variable: name, defaultPort: nil)
            self.key = key.map(Secret.init)
        } else if let key {
            base = try Self.address("https://api.openai.com/v1", variable: "OPENAI_BASE_URL", defaultPort: nil)
            self.key = Secret(key)
            model = model ?? "gpt-4o-mini"
        } else {
            let host = variable("OLLAMA_HOST")
            base = try Self.address(host ?? "127.0.0.1", variable: "OLLAMA_HOST", defaultPort: 11434)
            isConfigured = host != nil
        }
    }

    /// Whether the server runs on this machine.
    var isLoopback: Bool {
        guard let host = base.host?.lowercased() else { return false }
        return host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// The address without user name and password, for showing.
    var shownBase: String {
        guard var parts = URLComponents(url: base, resolvingAgainstBaseURL: false) else { return "the endpoint" }
        (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
        return parts.string ?? "the endpoint"
    }

    private static func address(_ text: String, variable: String, defaultPort: Int?) throws -> URL {
        let isLocal = ["127.", "localhost", "0.0.0.0", "[::"].contains { text.lowercased().hasPrefix($0) }
        let full = text.contains("://") ? text : (isLocal || defaultPort != nil ? "http://" : "https://") + text
        guard var parts = URLComponents(string: full), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty
        else {
            // The address may hold a password, so it is not repeated.
            throw UserError("\(variable) is no address; expected one such as http://127.0.0.1:8080/v1")
        }
        // What a server listens on at every interface is reached at loopback.
        if host == "0.0.0.0" { parts.host = "127.0.0.1" }
        if host == "[::]" || host == "::" { parts.host = "[::1]" }
        if parts.port == nil, let defaultPort, !text.contains("://") || scheme == "http" { parts.port = defaultPort }
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        if parts.path.hasSuffix("/chat/completions") { parts.path.removeLast("/chat/completions".count) }
        if parts.path.isEmpty { parts.path = "/v1" }
        (parts.query, parts.fragment) = (nil, nil)
        guard let url = parts.url else { throw UserError("\(variable) is no address; expected one such as http://127.0.0.1:8080/v1") }
        return url
    }
}
