import Engine
import Kernels

/// Deterministic stand-ins for a language model, for tests, tours and panes without one.
///
/// The last message is treated as the request's model says: `echo` gives it back, `shorten` drops its last tenth (a word at
/// least), `reverse` turns its words round (a two-step cycle), `walk` drops, doubles or swaps words by chance from the request's
/// seed, the temperature and the text, `fail` answers with a failure.
public struct EchoProvider: Provider {
    /// "echo".
    public let name = "echo"
    /// What can be asked of it; the first is what an empty model means.
    public static let models = ["echo", "shorten", "reverse", "walk", "fail"]

    /// The stand-ins.
    public init() {}

    /// Performs a chat request; all others are failures.
    public func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        Answer(id: request.id, body: Self.answer(to: request.body))
    }

    /// What it answers.
    static func answer(to body: Request.Body) -> Answer.Body {
        guard case .chat(let chat) = body, let text = chat.messages.last?.content else {
            return .failure("echo answers chat requests only")
        }
        var words = TextMeasures.words(text).map(String.init)
        switch chat.model {
        case "", "echo": return .chat(ChatReply(text: text, model: "echo"))
        case "shorten":
            words.removeLast(min(words.count, max(1, words.count / 10)))
            return .chat(ChatReply(text: words.joined(separator: " "), model: chat.model))
        case "reverse": return .chat(ChatReply(text: words.reversed().joined(separator: " "), model: chat.model))
        case "walk": return .chat(walk(words, chat))
        case "fail": return .failure("the stand-in fails, as it was asked to")
        default: return .failure("echo has no model “\(chat.model)”; expected one of \(models.joined(separator: ", "))")
        }
    }

    /// Each word is dropped, doubled or moved with a chance that grows with the temperature; at most `maxTokens` words remain.
    private static func walk(_ words: [String], _ chat: ChatRequest) -> ChatReply {
        // The text takes part in the seed, as it does for a model: another text meets other chances.
        var seed = chat.seed ?? 0
        for byte in words.joined(separator: " ").utf8 { seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var stream = RandomStream(seed: seed, purpose: "echo.walk")
        let chance = 0.05 + 0.1 * chat.temperature
        var result: [String] = []
        for word in words {
            if stream.uniform() >= chance {
                result.append(word)
                continue
            }
            switch stream.integer(below: 3) {
            case 0: break
            case 1: result += [word, word]
            default: result.insert(word, at: result.isEmpty ? 0 : stream.integer(below: result.count))
            }
        }
        if let limit = chat.maxTokens, result.count > limit {
            return ChatReply(
                text: result.prefix(limit).joined(separator: " "), finish: "length", model: chat.model, completionTokens: limit)
        }
        return ChatReply(text: result.joined(separator: " "), model: chat.model, completionTokens: result.count)
    }
}
