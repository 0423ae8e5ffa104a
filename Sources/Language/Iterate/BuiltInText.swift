import CResources
import Engine

/// The texts that come with the program, and the reading of the user's own.
enum BuiltInText: String, CaseIterable, Sendable {
    case short, facts, biography, news, speech

    /// The text.
    var text: String {
        let (start, size) =
            switch self {
            case .short: (wb_resource_text_short, wb_resource_text_short_size)
            case .facts: (wb_resource_text_facts, wb_resource_text_facts_size)
            case .biography: (wb_resource_text_biography, wb_resource_text_biography_size)
            case .news: (wb_resource_text_news, wb_resource_text_news_size)
            case .speech: (wb_resource_text_speech, wb_resource_text_speech_size)
            }
        var bytes = UnsafeBufferPointer(start: start, count: size)[...]
        while bytes.last == 0x0A { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A text to start from.
struct StartingText: Sendable {
    /// The longest accepted, in Unicode scalars: about 25,000 tokens, as much as the context of most models holds.
    static let limit = 100_000

    /// The text.
    var text: String
    /// What was done to read it; empty when nothing.
    var warnings: [String] = []

    /// The text that a parameter names: one of the built-in ones, or a file's content.
    ///
    /// Invalid UTF-8 is replaced by U+FFFD and told. A file that is too long is cut, or refused where that is wanted.
    /// - Throws: `UserError` for an unknown name and for a file that is empty, binary or too long.
    init(_ setup: Setup, parameter: String, cuts: Bool) throws {
        let name = setup.text(parameter)
        guard let input = setup.inputs[parameter] else {
            guard let builtIn = name.isEmpty ? .short : BuiltInText(rawValue: name) else {
                let names = BuiltInText.allCases.map(\.rawValue).joined(separator: ", ")
                throw UserError("\(parameter): there is no built-in text “\(name)”; expected \(names), or a file", parameter: parameter)
            }
            text = builtIn.text
            return
        }
        let file = "\(parameter): “\(input.name)”"
        guard !input.bytes.contains(0) else { throw UserError("\(file) is a binary file; expected text in UTF-8", parameter: parameter) }
        var bytes = input.bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        text = String(decoding: bytes, as: UTF8.self)
        if String(validating: bytes, as: UTF8.self) == nil {
            warnings.append("\(file) holds bytes that are not UTF-8; each was replaced by U+FFFD")
        }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw UserError("\(file) is empty; expected some text to rewrite", parameter: parameter)
        }
        let length = TextMeasures.characters(text)
        guard length > Self.limit else { return }
        guard cuts else {
            throw UserError(
                "\(file) has \(length) characters; at most \(Self.limit) can be rewritten again and again "
                    + "(about 25,000 tokens, the context of most models)", parameter: parameter)
        }
        text = String(text.unicodeScalars.prefix(Self.limit))
        warnings.append(
            "\(file) has \(length) characters; its first \(Self.limit) are the original here, \(length - Self.limit) were cut "
                + "(overflow = refuse stops instead)")
    }
}
