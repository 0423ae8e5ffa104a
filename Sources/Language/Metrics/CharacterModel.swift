import Kernels

/// How predictable a text is, character by character, to one who has read another text.
///
/// The probability of a scalar after up to `order` scalars is interpolated by Witten and Bell's rule (1991) from the longest
/// context seen down to the uniform distribution over all 1,112,064 Unicode scalar values:
/// p(c | context) = (n(context, c) + t(context)·p(c | shorter context)) / (n(context) + t(context)), where n counts
/// occurrences and t different continuations. So every text has a finite length in bits.
public struct CharacterModel: Sendable {
    /// How many scalars before it a scalar is predicted from.
    public let order: Int
    private var contexts: [Context: Counts] = [:]
    private var continuations: [Continuation: Int32] = [:]

    private struct Context: Hashable {
        var length: UInt8
        var packed: UInt64
    }
    private struct Continuation: Hashable {
        var context: Context
        var scalar: UInt32
    }
    private struct Counts {
        var total: Int32 = 0
        var distinct: Int32 = 0
    }

    /// Reads a text.
    ///
    /// `order` is 0…3.
    public init(of text: String, order: Int = 3) {
        self.order = min(max(order, 0), 3)
        var history: UInt64 = 0
        var seen = 0
        for scalar in text.unicodeScalars {
            for length in 0...min(seen, self.order) {
                let context = Self.context(history, length)
                let key = Continuation(context: context, scalar: scalar.value)
                let before = continuations[key, default: 0]
                continuations[key] = before + 1
                contexts[context, default: Counts()].total += 1
                if before == 0 { contexts[context, default: Counts()].distinct += 1 }
            }
            history = history << 21 | UInt64(scalar.value)
            seen += 1
        }
    }

    /// The text's length in bits under the model over its number of scalars; nil for the empty text.
    public func bitsPerCharacter(_ text: String) -> Double? {
        var history: UInt64 = 0
        var seen = 0
        var nats = 0.0
        for scalar in text.unicodeScalars {
            var probability = 1.0 / 1_112_064
            for length in 0...min(seen, order) {
                let context = Self.context(history, length)
                guard let counts = contexts[context] else { break }
                let count = continuations[Continuation(context: context, scalar: scalar.value)] ?? 0
                let (total, distinct) = (Double(counts.total), Double(counts.distinct))
                probability = (Double(count) + distinct * probability) / (total + distinct)
            }
            nats -= Kernels.log(probability)
            history = history << 21 | UInt64(scalar.value)
            seen += 1
        }
        return seen == 0 ? nil : nats / Double(seen) / Kernels.log(2)
    }

    private static func context(_ history: UInt64, _ length: Int) -> Context {
        Context(length: UInt8(length), packed: length == 0 ? 0 : history & (UInt64.max >> UInt64(64 - 21 * length)))
    }
}
