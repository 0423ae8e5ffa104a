import Statistics

extension ChainRun {
    /// The noise of the minibatch gradient against the noise injected, ε·V/(4T), V the largest eigenvalue of the gradient's covariance,
    /// averaged over the chains' present places (Welling & Teh 2011, §4.1: below 1 the injected noise rules).
    ///
    /// Nil for samplers without minibatches or injected noise. Exact, from every datum's gradient; for more data from the first
    /// 10,000, or as many as 4 million numbers hold.
    func noiseRatio() -> Double? {
        guard isWeighted, settings.sampler != .sgd, settings.temperature > 0, target.dataCount > 1 else {
            return nil
        }
        let (total, n) = (Double(target.dataCount), Double(settings.batch))
        let looked = rowsLookedAt
        var scale = total * total / n
        // Without replacement the variance shrinks by (N - n)/(N - 1) against draws with replacement.
        if settings.batching == .shuffled { scale *= (total - n) / (total - 1) }
        let sum = positions.reduce(0.0) { $0 + scale * largestGradientVariance(at: $1, rows: looked) }
        return schedule.step(steps) * sum / Double(positions.count) / (4 * settings.temperature)
    }

    /// About the nanoseconds that the ratio costs.
    var noiseCost: Double {
        guard isWeighted, settings.sampler != .sgd, settings.temperature > 0, target.dataCount > 1 else { return 0 }
        return 50 * Double(rowsLookedAt) * Double(target.dimension) * Double(settings.chains)
    }

    private var rowsLookedAt: Int { min(target.dataCount, 10_000, max(2, 4_000_000 / target.dimension)) }

    /// The largest eigenvalue of the covariance of the data's gradients at a place.
    private func largestGradientVariance(at position: [Double], rows: Int) -> Double {
        let d = target.dimension
        var gradients = [Double](repeating: 0, count: rows * d)
        target.withEvaluator { evaluator in
            position.withUnsafeBufferPointer { q in
                gradients.withUnsafeMutableBufferPointer { g in
                    guard let q = q.baseAddress, let g = g.baseAddress else { return }
                    for row in 0..<rows {
                        withUnsafePointer(to: Int32(row)) { evaluator.likelihoodGradient(q, rows: $0, count: 1, into: g + row * d) }
                    }
                }
            }
        }
        let means = (0..<d).map { i in (0..<rows).reduce(0.0) { $0 + gradients[$1 * d + i] } / Double(rows) }
        for row in 0..<rows { for i in 0..<d { gradients[row * d + i] -= means[i] } }
        // Power iteration on GᵀG without forming it; 30 rounds are plenty for a ratio read to two digits.
        var direction = [Double](repeating: 1 / Double(d).squareRoot(), count: d)
        var eigenvalue = 0.0
        for _ in 0..<30 {
            var image = [Double](repeating: 0, count: d)
            for row in 0..<rows {
                var along = 0.0
                for i in 0..<d { along += gradients[row * d + i] * direction[i] }
                for i in 0..<d { image[i] += along * gradients[row * d + i] }
            }
            let length = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0, length.isFinite else { return 0 }
            eigenvalue = length / Double(rows)
            direction = image.map { $0 / length }
        }
        return eigenvalue
    }
}
