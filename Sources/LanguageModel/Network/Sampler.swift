import Kernels

/// How the next token is chosen from a distribution.
public struct Sampling: Sendable, Hashable, Codable {
    /// What the log-probabilities are divided by; 0 takes the likeliest token.
    public var temperature = 0.0
    /// Only the likeliest so many; 0 for all.
    public var topK = 0
    /// Only the likeliest whose probabilities first add up to this; 1 for all.
    public var topP = 1.0
    /// Only those at least this fraction as likely as the likeliest; 0 for all.
    public var minP = 0.0
    /// What the logits of the last 64 tokens are divided by where positive and multiplied by where negative; 1 for nothing.
    public var repetitionPenalty = 1.0

    /// Greedy, with nothing left out.
    public init() {}
}

/// A token with its probability.
public struct Candidate: Sendable, Hashable, Codable {
    /// The token.
    public var id: Int
    /// Its probability among those it was chosen from.
    public var probability: Double
}

/// Chooses tokens by chance from a stream of its own: the same logits and seed, the same tokens.
///
/// Temperature acts first, then top-k, top-p and min-p, each on what the one before left, in this order. Equally likely tokens are
/// ordered by their ids. Sources: Fan et al. 2018 (top-k), Holtzman et al. 2020 (top-p), Nguyen et al. 2024 (min-p), Keskar et al. 2019
/// (penalty).
public struct Sampler: Sendable {
    /// The settings.
    public let sampling: Sampling
    private var stream: RandomStream

    /// A sampler at the start of its stream.
    public init(_ sampling: Sampling, seed: UInt64) {
        self.sampling = sampling
        stream = RandomStream(seed: seed, purpose: "language.sampler")
    }

    /// The next token; `recent` are the tokens so far.
    public mutating func choose(_ logits: [Float], recent: [Int]) -> Int {
        let logits = Self.penalised(logits, by: sampling.repetitionPenalty, recent)
        guard sampling.temperature > 0 else { return Self.greatest(logits) }
        let chance = stream.uniform()
        let candidates = Self.candidates(logits, sampling)
        var sum = 0.0
        for candidate in candidates {
            sum += candidate.probability
            if chance < sum { return candidate.id }
        }
        return candidates.last?.id ?? 0
    }

    /// The place of the greatest number, the first of equals.
    static func greatest(_ logits: [Float]) -> Int {
        logits.withUnsafeBufferPointer { logits in
            var best = 0
            for i in logits.indices where logits[i] > logits[best] { best = i }
            return best
        }
    }

    private static func penalised(_ logits: [Float], by penalty: Double, _ recent: [Int]) -> [Float] {
        guard penalty != 1, penalty > 0 else { return logits }
        var logits = logits
        for id in Set(recent.suffix(64)) where logits.indices.contains(id) {
            let value = Double(logits[id])
            logits[id] = Float(value > 0 ? value / penalty : value * penalty)
        }
        return logits
    }

    /// The tokens that are left to choose from with their probabilities, the likeliest first where any was left out, else by id.
    ///
    /// At temperature 0 it is the likeliest alone.
    public static func candidates(_ logits: [Float], _ sampling: Sampling) -> [Candidate] {
        guard sampling.temperature > 0 else {
            return logits.isEmpty ? [] : [Candidate(id: greatest(logits), probability: 1)]
        }
        let scaled = logits.map { Double($0) / sampling.temperature }
        let total = Vector.logSumExp(scaled)
        let probabilities = Vector.exp(scaled.map { $0 - total })
        let leavesOut = sampling.topP < 1 || (sampling.topK > 0 && sampling.topK < logits.count) || sampling.minP > 0
        guard leavesOut else { return probabilities.enumerated().map { Candidate(id: $0, probability: $1) } }
        var kept = likeliest(probabilities, sampling)
        if sampling.topK > 0, kept.count > sampling.topK { kept.removeLast(kept.count - sampling.topK) }
        let mass = sampling.topK > 0 ? kept.reduce(0) { $0 + $1.probability } : 1
        var sum = 0.0
        if sampling.topP < 1, let end = kept.firstIndex(where: { (sum += $0.probability, sum >= sampling.topP * mass).1 }) {
            kept.removeLast(kept.count - end - 1)
        }
        if sampling.minP > 0, let first = kept.first { kept.removeAll { $0.probability < sampling.minP * first.probability } }
        let left = kept.reduce(0) { $0 + $1.probability }
        return kept.map { Candidate(id: $0.id, probability: $0.probability / left) }
    }

    /// The likeliest tokens in order, as many as top-k and top-p can want: the rest need no sorting.
    private static func likeliest(_ probabilities: [Double], _ sampling: Sampling) -> [Candidate] {
        let greatest = Vector.maximum(probabilities)
        var threshold = greatest / 64
        while true {
            let isLast = threshold < greatest * 0x1p-60
            var found: [Candidate] = []
            for (id, probability) in probabilities.enumerated() where isLast || probability >= threshold {
                found.append(Candidate(id: id, probability: probability))
            }
            let mass = found.reduce(0) { $0 + $1.probability }
            let isEnough =
                (sampling.topP < 1 && mass >= sampling.topP) || (sampling.topK > 0 && found.count >= sampling.topK)
                || (sampling.minP > 0 && threshold <= sampling.minP * greatest && sampling.topP >= 1 && sampling.topK == 0)
            if isEnough || isLast { return found.sorted { ($0.probability, $1.id) > ($1.probability, $0.id) } }
            threshold /= 64
        }
    }

    /// The places of the greatest numbers, the greatest first, of equals the first.
    public static func likeliest(_ table: [Double], count: Int) -> [Int] {
        var best: [Int] = []
        for id in table.indices where best.count < count || (best.last.map { table[id] > table[$0] } ?? false) {
            let place = best.firstIndex { table[id] > table[$0] } ?? best.count
            best.insert(id, at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    /// The natural logarithms of all tokens' probabilities at temperature 1.
    public static func logProbabilities(_ logits: some Collection<Float>) -> [Double] {
        let values = logits.map(Double.init)
        let total = Vector.logSumExp(values)
        return values.map { $0 - total }
    }
}
