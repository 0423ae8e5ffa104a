import Engine

/// That a text does not fit a model's context, as a provider found out.
struct DoesNotFit: Error {
    /// The failure in one sentence.
    let sentence: String
    /// By how much.
    let overflow: ContextOverflow
}

extension ContextOverflow {
    /// How long a text's beginning may be so that it fits: a guess in proportion, to be made again when it was too long still.
    ///
    /// Without both counts half the text is tried, and from the fourth try on at most half of the one before, so that a server that never has
    /// enough is asked some twenty times and not hundreds.
    ///
    /// - Parameters:
    ///   - tries: how many times it did not fit, this one among them.
    ///   - characters: how much of the text was sent and did not fit, in Unicode scalars.
    ///   - room: tokens to be left for the answer, at most half the context; nil for a quarter of it.
    /// - Returns: fewer characters than were sent; nil when not even one is left.
    func shorter(than characters: Int, tries: Int, room: Int?) -> Int? {
        var fitting = characters / 2
        if let promptTokens, let contextTokens, promptTokens > 0, contextTokens > 0 {
            let budget = contextTokens - min(max(room ?? contextTokens / 4, 0), contextTokens / 2)
            // A little less: tokens are not spread evenly over a text.
            let share = min(0.98 * Double(budget) / Double(promptTokens), 0.98)
            let guess = Int(Double(characters) * share)
            fitting = tries > 3 ? min(guess, fitting) : guess
        }
        return fitting > 0 ? fitting : nil
    }
}
