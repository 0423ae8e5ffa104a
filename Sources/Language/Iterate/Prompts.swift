/// What a model is asked to do with a text.
enum Prompt: String, CaseIterable, Sendable, Hashable, Codable {
    case summarize, rephrase, translate, custom

    /// The source's system prompt in effect, in our own words.
    static let system =
        "You are talking with a user as a helpful assistant. You are creative, clever and very friendly. Be concise, "
        + "but keep every key point that is relevant."

    /// The user's message around a text; `translate` gives the way out.
    func message(_ text: String, template: String, language: String) -> String {
        switch self {
        case .summarize: "Summarize the following: " + text
        case .rephrase: "Rephrase the following: " + text
        case .translate: "Translate the following into \(language): " + text
        case .custom: Self.fill(template, text)
        }
    }

    /// The way back of `translate`.
    static func back(_ text: String, home: String) -> String { "Translate the following into \(home): " + text }

    /// The template with the text in place of each {text}; what the text itself holds in braces stays.
    private static func fill(_ template: String, _ text: String) -> String {
        var result = ""
        var rest = template[...]
        while let place = rest.firstRange(of: "{text}") {
            result += rest[..<place.lowerBound] + text
            rest = rest[place.upperBound...]
        }
        return result + rest
    }

    /// What the control, which follows no instructions, does instead: the name of its model.
    var extractiveModel: String? {
        switch self {
        case .summarize: "textrank"
        case .rephrase: "synonyms"
        case .translate, .custom: nil
        }
    }
}
