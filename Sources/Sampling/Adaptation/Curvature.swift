import Kernels

/// What a mass matrix is made of where it is the log density's own curvature.
enum Curvature {
    /// The most coordinates whose curvature is taken as a whole matrix.
    static let mostCoordinates = 300

    /// The covariance of the curvature at the mode that is climbed to from a place, by damped Newton steps; or at the last place from where none
    /// went up.
    ///
    /// - Parameter evaluations: counts the gradients.
    static func covarianceAtMode<E: TargetEvaluator>(from start: [Double], _ evaluations: inout Int, _ evaluator: inout E) -> [Double]? {
        let d = start.count
        var place = start
        var (value, gradient) = evaluator.evaluate(place)
        var best: [Double]?
        for _ in 0..<mostSteps {
            evaluations += 2 * d
            guard let covariance = covariance(at: place, &evaluator) else { return best }
            best = covariance
            let step = (0..<d).map { i in (0..<d).reduce(0) { $0 + covariance[i * d + $1] * gradient[$1] } }
            // Twice what a quadratic would gain: below this the curvature is that of the mode.
            guard zip(step, gradient).reduce(0, { $0 + $1.0 * $1.1 }) > 1e-3 * Double(d) else { break }
            var share = 1.0
            while true {
                evaluations += 1
                let next = zip(place, step).map { $0 + share * $1 }
                let (height, slope) = evaluator.evaluate(next)
                if height > value, slope.allSatisfy(\.isFinite) {
                    (place, value, gradient) = (next, height, slope)
                    break
                }
                share *= 0.5
                if share < 1e-4 { return best }
            }
        }
        return best
    }

    private static let mostSteps = 30

    /// The inverse of minus the log density's second derivatives at a place, row by row.
    ///
    /// By central differences of the gradient: 2d gradients. Nil where they are not finite or the density does not fall off in all directions.
    static func covariance<E: TargetEvaluator>(at place: [Double], _ evaluator: inout E) -> [Double]? {
        let d = place.count
        var position = place
        var (up, down) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
        var precision = [Double](repeating: 0, count: d * d)
        for j in 0..<d {
            let h = 1e-4 * max(1, abs(place[j]))
            position[j] = place[j] + h
            up = evaluator.evaluate(position).gradient
            position[j] = place[j] - h
            down = evaluator.evaluate(position).gradient
            position[j] = place[j]
            // Half to either side of the diagonal, so that the matrix is symmetric to the bit.
            for i in 0..<d {
                let slope = 0.5 * (down[i] - up[i]) / (2 * h)
                precision[i * d + j] += slope
                precision[j * d + i] += slope
            }
        }
        guard let lower = Metric.cholesky(precision, d) else { return nil }
        // Column by column L·Lᵀ·x = e.
        var covariance = [Double](repeating: 0, count: d * d)
        var x = [Double](repeating: 0, count: d)
        for j in 0..<d {
            for i in 0..<d {
                var sum = i == j ? 1.0 : 0
                for k in 0..<i { sum -= lower[i * d + k] * x[k] }
                x[i] = sum / lower[i * d + i]
            }
            for i in stride(from: d - 1, through: 0, by: -1) {
                var sum = x[i]
                for k in i + 1..<d { sum -= lower[k * d + i] * x[k] }
                x[i] = sum / lower[i * d + i]
            }
            for i in 0...j {
                covariance[i * d + j] = x[i]
                covariance[j * d + i] = x[i]
            }
        }
        return covariance
    }
}
