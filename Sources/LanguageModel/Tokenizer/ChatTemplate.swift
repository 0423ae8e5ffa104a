/// How a conversation is written for a model that was trained to chat.
///
/// Known templates only: ChatML, `<|im_start|>role⏎text<|im_end|>⏎` for each turn, then `<|im_start|>assistant⏎`. What is said in a turn is
/// text, whatever it holds: the names of control tokens in it are not obeyed.
public struct ChatTemplate: Sendable {
    private let start: Int
    private let end: Int
    /// What a conversation without a system's turn begins with.
    public let defaultSystem: String?
    private let tokenizer: BytePairTokenizer

    private static let smolLM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

    /// The template that a model file names.
    ///
    /// - Throws: `LanguageModelError` when there is none, or an unknown one.
    public init(_ file: GGUFFile, _ tokenizer: BytePairTokenizer) throws {
        guard let template = try file.text("tokenizer.chat_template") else {
            throw LanguageModelError("the model has no chat template, so it was not made for conversations")
        }
        guard template.contains("<|im_start|>"), let start = tokenizer.control("<|im_start|>"),
            let end = tokenizer.control("<|im_end|>")
        else { throw LanguageModelError("the model's chat template “\(template.shown)” is not supported; expected ChatML") }
        (self.start, self.end, self.tokenizer) = (start, end, tokenizer)
        defaultSystem = template.contains(Self.smolLM) ? Self.smolLM : nil
    }

    /// The tokens of a conversation up to where the assistant is to go on; encoding stops when there are more than `limit`.
    public func encode(_ turns: [(role: String, content: String)], limit: Int = .max) -> [Int] {
        var turns = turns
        if let defaultSystem, turns.first?.role != "system" { turns.insert(("system", defaultSystem), at: 0) }
        var ids: [Int] = tokenizer.beginning.map { [$0] } ?? []
        for turn in turns where ids.count <= limit {
            ids.append(start)
            ids += tokenizer.encode(turn.role + "\n" + turn.content, limit: limit - ids.count)
            ids.append(end)
            ids += tokenizer.encode("\n")
        }
        ids.append(start)
        return ids + tokenizer.encode("assistant\n")
    }
}
