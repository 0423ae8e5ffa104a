import Kernels
import Statistics

/// Maps from scores to probabilities, fitted on rows whose truth is known.
enum Calibrator: String, CaseIterable, Sendable {
    /// A logistic curve of the score, with Platt's (1999) smoothed targets.
    case platt
    /// The best increasing steps (pool adjacent violators), linear between them.
    case isotonic
    /// The log-odds divided by one number.
    case temperature
    /// A logistic curve of log p and -log(1 - p), increasing in both (Kull, Silva Filho & Flach 2017).
    case beta

    /// Whether it takes probabilities only.
    var needsProbabilities: Bool { self == .temperature || self == .beta }

    /// The fitted map.
    func fitted(_ scores: [Double], _ isPositive: [Bool]) -> Fitted {
        switch self {
        case .platt:
            let positives = Double(isPositive.count { $0 })
            let negatives = Double(isPositive.count) - positives
            let up = (positives + 1) / (positives + 2)
            let down = 1 / (negatives + 2)
            let weights = Self.logisticRegression([scores], isPositive.map { $0 ? up : down }, ridge: 0)
            return .logistic(slope: weights[0], intercept: weights[1])
        case .isotonic:
            return .isotonic(Self.isotonicKnots(scores, isPositive))
        case .temperature:
            return .temperature(slope: Self.temperatureSlope(scores.map(Self.logit), isPositive))
        case .beta:
            let targets = isPositive.map { $0 ? 1.0 : 0.0 }
            let ups = scores.map { log(Self.clipped($0)) }
            let downs = scores.map { -log(Self.clipped(1 - $0)) }
            let ridge = 1e-11  // As the reference implementation: keeps separable folds finite.
            let both = Self.logisticRegression([ups, downs], targets, ridge: ridge)
            if both[0] >= 0, both[1] >= 0 { return .beta(both[0], both[1], both[2]) }
            if both[0] < 0 {
                let one = Self.logisticRegression([downs], targets, ridge: ridge)
                return .beta(0, one[0], one[1])
            }
            let one = Self.logisticRegression([ups], targets, ridge: ridge)
            return .beta(one[0], 0, one[1])
        }
    }

    /// A map with its numbers.
    enum Fitted: Sendable {
        case logistic(slope: Double, intercept: Double)
        case isotonic([(score: Double, rate: Double)])
        case temperature(slope: Double)
        case beta(Double, Double, Double)

        /// The probability for a score.
        func callAsFunction(_ score: Double) -> Double {
            switch self {
            case .logistic(let slope, let intercept): return Kernels.logistic(slope * score + intercept)
            case .temperature(let slope): return Kernels.logistic(slope * Calibrator.logit(score))
            case .beta(let a, let b, let c):
                return Kernels.logistic(a * log(Calibrator.clipped(score)) - b * log(Calibrator.clipped(1 - score)) + c)
            case .isotonic(let knots):
                guard let first = knots.first, let last = knots.last else { return 0.5 }
                if score <= first.score { return first.rate }
                if score >= last.score { return last.rate }
                var low = 0
                var high = knots.count - 1
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if knots[middle].score <= score { low = middle } else { high = middle }
                }
                let (a, b) = (knots[low], knots[high])
                return a.rate + (b.rate - a.rate) * ((score - a.score) / (b.score - a.score))
            }
        }
    }

    static func clipped(_ p: Double) -> Double { min(max(p, 0x1p-52), 1 - 0x1p-52) }

    static func logit(_ p: Double) -> Double {
        let p = clipped(p)
        return log(p) - log1p(-p)
    }

    /// Weights of a logistic regression on features (columns) with an intercept last, for targets in [0, 1]; Newton's method with
    /// halved steps, to a gradient of 1e-10 a row.
    ///
    /// `ridge` is the factor of half the sum of squared slopes (scikit-learn's 1/C); each row counts by its weight.
    static func logisticRegression(
        _ features: [[Double]], _ targets: [Double], ridge: Double, weights rowWeights: [Double]? = nil
    ) -> [Double] {
        let width = features.count + 1
        let rows = targets.count
        func weight(_ row: Int) -> Double { rowWeights?[row] ?? 1 }
        func value(_ feature: Int, _ row: Int) -> Double { feature == width - 1 ? 1 : features[feature][row] }
        func loss(_ weights: [Double]) -> Double {
            var sum = 0.0
            for row in 0..<rows {
                var z = 0.0
                for j in 0..<width { z += weights[j] * value(j, row) }
                sum += weight(row) * (max(z, 0) - targets[row] * z + log1p(exp(-abs(z))))
            }
            for j in 0..<(width - 1) { sum += ridge / 2 * weights[j] * weights[j] }
            return sum
        }
        var base = 0.0
        var total = 0.0
        for row in 0..<rows {
            base += weight(row) * targets[row]
            total += weight(row)
        }
        base = min(max(base / (total > 0 ? total : 1), 1e-9), 1 - 1e-9)
        var weights = [Double](repeating: 0, count: width)
        weights[width - 1] = log(base / (1 - base))
        var current = loss(weights)
        for _ in 0..<100 {
            var gradient = [Double](repeating: 0, count: width)
            var hessian = [Double](repeating: 0, count: width * width)
            for row in 0..<rows {
                var z = 0.0
                for j in 0..<width { z += weights[j] * value(j, row) }
                let p = logistic(z)
                let w = weight(row)
                for j in 0..<width {
                    gradient[j] += w * (p - targets[row]) * value(j, row)
                    let scaled = w * p * (1 - p) * value(j, row)
                    for k in 0...j { hessian[j * width + k] += scaled * value(k, row) }
                }
            }
            for j in 0..<(width - 1) {
                gradient[j] += ridge * weights[j]
                hessian[j * width + j] += ridge
            }
            guard gradient.contains(where: { abs($0) > 1e-10 * Double(rows) }) else { break }
            guard let step = solved(hessian, gradient, width) else { break }
            var scale = 1.0
            var improved = false
            while scale > 1e-6 {
                let next = (0..<width).map { weights[$0] - scale * step[$0] }
                let value = loss(next)
                if value <= current {
                    improved = value < current
                    weights = next
                    current = value
                    break
                }
                scale /= 2
            }
            if !improved { break }
        }
        return weights
    }

    /// Solves a symmetric positive definite system given by its lower triangle (Cholesky); nil when it is not definite.
    private static func solved(_ matrix: [Double], _ right: [Double], _ n: Int) -> [Double]? {
        var l = matrix
        for j in 0..<n {
            for k in 0..<j {
                for i in j..<n { l[i * n + j] -= l[i * n + k] * l[j * n + k] }
            }
            let pivot = l[j * n + j]
            guard pivot > 0, pivot.isFinite else { return nil }
            let root = pivot.squareRoot()
            for i in j..<n { l[i * n + j] /= root }
        }
        var x = right
        for i in 0..<n {
            for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
            x[i] /= l[i * n + i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(n, i + 1) { x[i] -= l[k * n + i] * x[k] }
            x[i] /= l[i * n + i]
        }
        return x
    }

    /// The slope 1/T in [0, 1000] that makes σ(slope·logit) likeliest: the loss is convex in it, so the sign of its derivative is bisected.
    private static func temperatureSlope(_ logits: [Double], _ isPositive: [Bool]) -> Double {
        func derivative(_ slope: Double) -> Double {
            var sum = 0.0
            for (z, happened) in zip(logits, isPositive) { sum += (logistic(slope * z) - (happened ? 1 : 0)) * z }
            return sum
        }
        var low = 0.0
        var high = 1.0
        while high < 1000, derivative(high) < 0 { high *= 2 }
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if middle == low || middle == high { break }
            if derivative(middle) < 0 { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The corners of the increasing step function with least squared error; equal scores share one step.
    static func isotonicKnots(_ scores: [Double], _ isPositive: [Bool]) -> [(score: Double, rate: Double)] {
        struct Block {
            var first: Double
            var last: Double
            var weight: Double
            var positives: Double
            var rate: Double { positives / weight }
        }
        var blocks: [Block] = []
        let order = Ranking.order(scores)
        var place = 0
        while place < order.count {
            let score = scores[Int(order[place])]
            var block = Block(first: score, last: score, weight: 0, positives: 0)
            while place < order.count, scores[Int(order[place])] == score {
                block.weight += 1
                if isPositive[Int(order[place])] { block.positives += 1 }
                place += 1
            }
            while let last = blocks.last, last.rate >= block.rate {
                block = Block(
                    first: last.first, last: block.last, weight: last.weight + block.weight, positives: last.positives + block.positives)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        return blocks.flatMap { block in
            block.first == block.last ? [(block.first, block.rate)] : [(block.first, block.rate), (block.last, block.rate)]
        }
    }
}
