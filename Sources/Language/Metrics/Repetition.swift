/// Whether a chain of texts came back to one it had before.
public struct Repetition: Sendable, Hashable, Codable {
    /// The smallest index whose text equals an earlier one; the chain's start has index 0.
    public var first: Int
    /// Its distance to the latest earlier equal text: 1 for a fixed point, 2 for an alternation, and so on.
    public var period: Int

    /// The first repetition in a chain, compared scalar by scalar; nil when no text comes twice.
    public static func find(in chain: [String]) -> Repetition? {
        var latest: [[UInt8]: Int] = [:]
        for (index, text) in chain.enumerated() {
            if let earlier = latest.updateValue(index, forKey: Array(text.utf8)) {
                return Repetition(first: index, period: index - earlier)
            }
        }
        return nil
    }
}
