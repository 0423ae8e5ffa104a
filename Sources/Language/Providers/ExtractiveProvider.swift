import Engine

/// The control without a neural network: deterministic, at once, always there.
///
/// Follows no instructions. It takes the last message whole and treats it as its request's model says: `textrank` keeps half
/// of the sentences, `synonyms` replaces words, `answer` gives the sentences
/// of passages that answer a question best.
public struct ExtractiveProvider: Provider {
    /// "extractive".
    public let name = "extractive"
    /// What can be asked of it.
    public static let models = ["textrank", "synonyms", "answer"]

    /// The control.
    public init() {}

    /// Performs a chat request; all others are failures.
    public func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        Answer(id: request.id, body: Self.answer(to: request.body))
    }

    /// What it answers.
    static func answer(to body: Request.Body) -> Answer.Body {
        if case .tokens(let request) = body { return ByteModel.builtIn.reply(to: request) }
        if case .chat(let chat) = body, chat.model == "answer" { return .chat(ExtractiveAnswer.reply(to: chat.messages)) }
        guard case .chat(let chat) = body, let text = chat.messages.last?.content else {
            return .failure("the extractive control answers chat and token requests only")
        }
        switch chat.model {
        case "textrank": return .chat(ChatReply(text: TextRank.summary(of: text), model: chat.model))
        case "synonyms": return .chat(ChatReply(text: Synonyms.rephrase(text), model: chat.model))
        default: return .failure("the extractive control has no model “\(chat.model)”; expected textrank, synonyms or answer")
        }
    }
}
