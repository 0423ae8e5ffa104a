import Engine

extension ChatReply {
    /// Tokens after the first, a second; nil where there is only one, or nothing was measured.
    var tokensPerSecond: Double? {
        guard let completionTokens, completionTokens > 1, let laterTokensSeconds, laterTokensSeconds > 0 else { return nil }
        return Double(completionTokens - 1) / laterTokensSeconds
    }
}
