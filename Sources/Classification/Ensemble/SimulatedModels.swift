import Kernels

/// Scores of models whose areas under the ROC curve are given and whose errors are correlated as one wishes.
///
/// Model m gives row i the score μₘ·yᵢ + √ρ·zᵢ + √(1-ρ)·zₘᵢ, with z standard normal: binormal, all pairs of errors correlated ρ. μₘ is
/// not √2·Φ⁻¹(AUC) but the shift that gives the sample itself that area, to one pair of rows, so that moving ρ changes what the
/// models have in common and not how good they are. The scores are then made probabilities, calibrated but for a temperature and a
/// shift a model of the strength `distortion`: what separately trained networks differ by, and what ranks do not see.
struct SimulatedModels: Sendable {
    let isPositive: [Bool]
    /// The deviates that all models share, and each model's own.
    private let common: [Double]
    private let own: [[Double]]
    /// For each model the log temperature and the shift of a distortion of 1.
    private let distortions: [(temperature: Double, shift: Double)]

    /// - Parameters:
    ///   - positives: at least 1, fewer than `rows`.
    init(models: Int, rows: Int, positives: Int, seed: UInt64) {
        isPositive = (0..<rows).map { $0 < positives }
        var shared = RandomStream(seed: seed, purpose: "ensemble rows")
        common = shared.normals(count: rows)
        own = (0..<models).map { model in
            var stream = RandomStream(seed: seed, purpose: "ensemble errors", chain: model)
            return stream.normals(count: rows)
        }
        var stream = RandomStream(seed: seed, purpose: "ensemble distortions")
        distortions = (0..<models).map { _ in
            let temperature = stream.uniform(in: -1...1)
            return (temperature, stream.uniform(in: -2...2))
        }
    }

    /// Each model's probabilities.
    func probabilities(areas: [Double], correlation: Double, distortion: Double) -> [[Double]] {
        let rows = isPositive.count
        let positives = isPositive.count { $0 }
        let prior = log(Double(positives) / Double(rows - positives))
        let (a, b) = (max(0, correlation).squareRoot(), max(0, 1 - correlation).squareRoot())
        return areas.indices.map { model in
            var scores = (0..<rows).map { a * common[$0] + b * own[model][$0] }
            let shift = Self.shift(
                of: (0..<positives).map { scores[$0] }.sorted(), over: (positives..<rows).map { scores[$0] }.sorted(), area: areas[model])
            let temperature = exp(distortion * distortions[model].temperature)
            for row in 0..<rows {
                if isPositive[row] { scores[row] += shift }
                let logit = prior + shift * (scores[row] - shift / 2)
                scores[row] = logistic(temperature * logit + distortion * distortions[model].shift)
            }
            return scores
        }
    }

    /// How far the positives' scores must be shifted for an area, to one pair of rows: bisection on a step function.
    static func shift(of positives: [Double], over negatives: [Double], area: Double) -> Double {
        let wanted = area * Double(positives.count) * Double(negatives.count)
        var low = -40.0
        var high = 40.0
        positives.withUnsafeBufferPointer { positives in
            negatives.withUnsafeBufferPointer { negatives in
                for _ in 0..<45 {
                    let middle = (low + high) / 2
                    var pairs = 0
                    var below = 0
                    for value in positives {
                        while below < negatives.count, negatives[below] < value + middle { below += 1 }
                        pairs += below
                    }
                    if Double(pairs) < wanted { low = middle } else { high = middle }
                }
            }
        }
        return high
    }
}
