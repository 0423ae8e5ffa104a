import Engine
import Kernels

/// Where each chain starts.
struct StartingPlaces {
    /// How often a random start is tried before the run is refused.
    static let tries = 100

    let positions: [[Double]]

    /// Reads `prior`, d numbers for all chains, or d numbers for each chain.
    ///
    /// - Throws: `UserError` when the text is neither, or when a chain's density or gradient is not finite where it starts.
    init<T: Target>(_ text: String, target: T, chains: Int, seed: UInt64) throws {
        let d = target.dimension
        func isUsable(_ position: [Double]) -> Bool {
            let (density, gradient) = target.evaluate(position)
            return density.isFinite && gradient.allSatisfy(\.isFinite)
        }
        if text.split(whereSeparator: \.isWhitespace) == ["prior"] {
            positions = try (0..<chains).map { chain in
                var stream = RandomStream(seed: seed, purpose: "sampling.initial", chain: chain)
                for _ in 0..<Self.tries {
                    let position = target.randomStart(&stream)
                    if isUsable(position) { return position }
                }
                throw UserError(
                    "initial: chain \(chain + 1) found no place with finite density and gradient in \(Self.tries) tries; give numbers instead of prior",
                    parameter: "initial")
            }
            return
        }
        let numbers = try NumberList.parse(text, parameter: "initial")
        guard numbers.count == d || numbers.count == d * chains else {
            throw UserError(
                "initial: \(numbers.count) numbers; expected \(d) for all chains, \(d * chains) for \(chains) chains one after another, or prior",
                parameter: "initial")
        }
        positions = (0..<chains).map { chain in
            let start = numbers.count == d ? 0 : chain * d
            return Array(numbers[start..<start + d])
        }
        for (chain, position) in positions.enumerated() where !isUsable(position) {
            throw UserError(
                "initial: chain \(chain + 1) cannot start at \(position.map { "\(Value.real($0))" }.joined(separator: ",")): the density or its gradient is not finite there",
                parameter: "initial")
        }
    }
}
