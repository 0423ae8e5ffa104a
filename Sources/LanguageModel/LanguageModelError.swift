/// Why a model file or a request to a model cannot be used, in one sentence.
public struct LanguageModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence, without control characters: names that a file holds are shown with them replaced.
    public let description: String

    init(_ sentence: String) { description = sentence }
}

extension String {
    /// A name from a file as it may stand in a sentence: at most 60 characters, none of them a control.
    var shown: String {
        var result = ""
        for scalar in unicodeScalars.prefix(60) {
            let isPlain =
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
                default: true
                }
            result.unicodeScalars.append(isPlain ? scalar : "\u{FFFD}")
        }
        return unicodeScalars.count > 60 ? result + "…" : result
    }
}
