import LanguageModel

/// The answer to one try as far as it has come in: a stream of events, or one whole body.
struct Reading: Sendable {
    /// What came is neither events nor JSON.
    struct Malformed: Error, Sendable {
        var sentence: String
    }

    /// The longest whole body and the longest reply accepted, in bytes.
    static let limit = 16_000_000

    /// Whether a chat's reply is expected.
    let isChat: Bool
    /// The status; nil before the head came.
    private(set) var status: Int?
    /// The headers, names in lower case.
    private(set) var headers: [String: String] = [:]
    /// The body, when it is no stream.
    private(set) var body: [UInt8] = []
    /// The reply so far.
    var builder = ReplyBuilder()
    /// Seconds until the first text came, and until all had come.
    var firstText: Double?
    var lastText: Double?
    /// Whether text has come since this was last set to false.
    var hasNewText = false
    /// Whether the stream said that it is done.
    private(set) var isDone = false
    /// An error that came inside the stream.
    private(set) var streamError: ServerError?
    private var events = ServerSentEvents()
    private var wasStream = false

    init(isChat: Bool) { self.isChat = isChat }

    /// Whether the body is a stream of events.
    var isStream: Bool {
        wasStream
            || isChat && status.map { (200..<300).contains($0) } == true
                && headers["content-type"]?.lowercased().contains("event-stream") == true
    }

    /// Takes what arrived next; a sentence when nothing more is wanted.
    mutating func take(_ arrival: HTTPArrival) throws -> String? {
        switch arrival {
        case .head(let status, let headers):
            self.status = status
            self.headers = headers
        case .bytes(let bytes):
            if isStream {
                for payload in try events.feed(bytes) { try take(payload) }
                if builder.text.utf8.count > Self.limit { return "the reply grew beyond 16 MB" }
            } else {
                body += bytes
                if body.count > Self.limit { return "the server's answer grew beyond 16 MB" }
            }
        }
        return nil
    }

    /// The stream has ended.
    mutating func end() throws {
        if !isStream, isChat, status.map({ (200..<300).contains($0) }) == true,
            body.starts(with: "data:".utf8) || body.first == UInt8(ascii: ":")
        {
            // A stream that its server did not declare as one.
            wasStream = true
            for payload in (try? events.feed(body)) ?? [] { try take(payload) }
        }
        guard isStream else { return }
        if !isDone, let payload = events.finish() { try take(payload) }
    }

    private mutating func take(_ payload: String) throws {
        let trimmed = payload.drop { $0.isWhitespace }
        guard !isDone, !trimmed.isEmpty else { return }
        if trimmed.hasPrefix("[DONE]") {
            isDone = true
            return
        }
        guard let value = try? JSONValue.parse(Array(payload.utf8)) else {
            throw Malformed(sentence: "the server sent a line in its stream that is not JSON")
        }
        if let error = ServerError(value) {
            streamError = error
            return
        }
        let before = builder.text.utf8.count
        builder.take(value)
        if builder.text.utf8.count > before { hasNewText = true }
    }
}
