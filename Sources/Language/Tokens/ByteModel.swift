import Kernels

/// A model of texts without a neural network: the next byte by the three before it, learned from the built-in texts.
///
/// Counts of one, two and three bytes and the byte after them, interpolated by Witten and Bell's rule (1991) down to 1/256 for each byte,
/// as `CharacterModel` does with scalars. It stands where no language model is installed, so that every distribution can still be seen.
struct ByteModel: Sendable {
    private var counts: [UInt32: [UInt8: Int32]] = [:]
    private static let order = 3

    /// The model of the built-in texts.
    static let builtIn = ByteModel(of: BuiltInText.allCases.map(\.text).joined(separator: "\n"))

    /// Learns a text.
    init(of text: String) {
        var history: [UInt8] = []
        for byte in text.utf8 {
            for length in 0...min(Self.order, history.count) {
                counts[Self.key(history.suffix(length)), default: [:]][byte, default: 0] += 1
            }
            history.append(byte)
            if history.count > Self.order { history.removeFirst() }
        }
    }

    /// The log-probabilities of the byte after a text.
    func logProbabilities(after text: ArraySlice<UInt8>) -> [Double] {
        var probabilities = [Double](repeating: 1 / 256, count: 256)
        for length in 0...min(Self.order, text.count) {
            guard let seen = counts[Self.key(text.suffix(length))] else { break }
            let total = Double(seen.values.reduce(0, +))
            let distinct = Double(seen.count)
            for byte in 0..<256 {
                probabilities[byte] = (Double(seen[UInt8(byte)] ?? 0) + distinct * probabilities[byte]) / (total + distinct)
            }
        }
        return Vector.log(probabilities)
    }

    /// Up to three bytes with their number.
    private static func key(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(UInt32(bytes.count)) { $0 << 8 | UInt32($1) } }
}
