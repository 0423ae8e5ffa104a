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
        Self.answered(request)
    }

    /// The answer to a request.
    static func answered(_ request: Request) -> Answer {
        do { return Answer(id: request.id, body: try answer(to: request.body)) } catch {
            var answer = Answer(id: request.id, body: .failure(error.sentence))
            answer.overflow = error.overflow
            return answer
        }
    }

    /// What it answers.
    static func answer(to body: Request.Body) throws(DoesNotFit) -> Answer.Body {
        if case .tokens(let request) = body { return try ByteModel.builtIn.reply(to: request) }
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
