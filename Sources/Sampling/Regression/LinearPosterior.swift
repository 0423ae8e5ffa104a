import Kernels
import Plotting
import Statistics

/// The exact posterior of a linear model with normal priors.
///
/// In coordinates u that are standard normal before the data, β = m + D·V·u with D the prior's standard deviations and V the
/// eigenvectors of D·XᵀX·D, given σ the uᵢ are independent normals of precision 1 + λᵢ/σ² and mean (bᵢ/σ²)/(1 + λᵢ/σ²),
/// b = Vᵀ·D·Xᵀ·(y - Xm). A known σ makes this the closed form; an unknown one leaves an integral over log σ, by the trapezoid rule.
struct LinearPosterior: Sendable {
    private let target: RegressionTarget
    private let eigenvalues: [Double]
    /// D·V, row by row: from u to β - m.
    private let transform: Matrix
    private let b: [Double]
    /// ‖y - Xm‖².
    private let squares: Double
    /// log σ and its probability.
    private let nodes: [(logSigma: Double, weight: Double)]
    private static let step = 0.02
    /// The most coefficients for which the eigenvectors are found at the start.
    static let mostCoefficients = 60

    /// log p(y).
    let logEvidence: Double
    /// Of the coefficients, and of σ when it is estimated.
    let means: [Double]
    /// Their standard deviations.
    let sds: [Double]

    /// Nil when the model is not linear with normal priors and no groups, or has too many coefficients.
    init?(_ target: RegressionTarget) {
        let (n, p) = (target.rows.count, target.names.count)
        guard target.family == .linear, target.groups.isEmpty, !target.prior.isLaplace, p > 0, p <= Self.mostCoefficients else {
            return nil
        }
        self.target = target
        let (m, d) = (target.prior.means, target.prior.sds)
        var residual = zip(target.rows.response, target.rows.offset).map { $0 - $1 }
        func column(_ j: Int) -> [Double] { Array(target.rows.columns[j * n..<(j + 1) * n]) }
        for j in 0..<p { Vector.axpy(-m[j], column(j), &residual) }
        squares = Vector.dot(residual, residual)
        var gram = Matrix(rows: p, columns: p)
        var projections = [Double](repeating: 0, count: p)
        for j in 0..<p {
            let x = column(j)
            projections[j] = d[j] * Vector.dot(x, residual)
            for k in 0...j {
                gram[j, k] = d[j] * d[k] * Vector.dot(x, column(k))
                gram[k, j] = gram[j, k]
            }
        }
        let eigen = SymmetricEigen(gram)
        eigenvalues = eigen.values.map { max(0, $0) }
        var transform = Matrix(rows: p, columns: p)
        for j in 0..<p { for i in 0..<p { transform[j, i] = d[j] * eigen.vectors[j, i] } }
        self.transform = transform
        b = eigen.vectors.transposed * projections

        let (nodes, logEvidence) = Self.integrate(target, eigenvalues, b, squares)
        self.nodes = nodes
        self.logEvidence = logEvidence
        let size = p + (target.estimatesNoise ? 1 : 0)
        var (first, second) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
        for node in nodes {
            let (centre, spread) = Self.moments(node.logSigma, target, eigenvalues, b, transform)
            for j in 0..<p {
                first[j] += node.weight * centre[j]
                // Around the prior's mean, so that little is lost to rounding.
                second[j] += node.weight * (spread[j] + (centre[j] - m[j]) * (centre[j] - m[j]))
            }
            if size > p {
                let sigma = Kernels.exp(node.logSigma)
                first[p] += node.weight * sigma
                second[p] += node.weight * sigma * sigma
            }
        }
        means = first
        sds = first.indices.map { j in
            let centred = first[j] - (j < p ? m[j] : 0)
            return max(0, second[j] - centred * centred).squareRoot()
        }
    }

    /// The nodes in log σ with their probabilities, and log p(y).
    private static func integrate(
        _ target: RegressionTarget, _ eigenvalues: [Double], _ b: [Double], _ squares: Double
    ) -> (nodes: [(logSigma: Double, weight: Double)], logEvidence: Double) {
        let n = Double(target.rows.count)
        func logLikelihood(_ logSigma: Double) -> Double {
            let precision = Kernels.exp(-2 * logSigma)
            var value = -n * (logSigma + 0.5 * Kernels.log(2 * Double.pi)) - 0.5 * precision * squares
            for (lambda, b) in zip(eigenvalues, b) {
                let own = 1 + lambda * precision
                value += 0.5 * (precision * b) * (precision * b) / own - 0.5 * Kernels.log(own)
            }
            return value
        }
        if let sigma = target.knownNoise {
            let u = Kernels.log(sigma)
            return ([(u, 1)], logLikelihood(u))
        }
        let scale = target.prior.scale
        let centre = Kernels.log(scale)
        let logs = (-1000...150).map { centre + Double($0) * step }
        let densities = logs.map { u -> Double in
            let square = Kernels.exp(2 * u) / (scale * scale)
            return logLikelihood(u) + 0.5 * Kernels.log(2 / Double.pi) - Kernels.log(scale) - 0.5 * square + u
        }
        let total = Vector.logSumExp(densities)
        let nodes = zip(logs, densities).compactMap { u, density -> (Double, Double)? in
            let weight = Kernels.exp(density - total)
            return weight > 1e-17 ? (u, weight) : nil
        }
        return (nodes, total + Kernels.log(step))
    }

    /// The coefficients' means and variances given σ.
    private static func moments(
        _ logSigma: Double, _ target: RegressionTarget, _ eigenvalues: [Double], _ b: [Double], _ transform: Matrix
    ) -> (means: [Double], variances: [Double]) {
        let precision = Kernels.exp(-2 * logSigma)
        let variances = eigenvalues.map { 1 / (1 + $0 * precision) }
        let centres = zip(b, variances).map { precision * $0 * $1 }
        var (means, spreads) = (target.prior.means, [Double](repeating: 0, count: b.count))
        for j in b.indices {
            for i in b.indices {
                means[j] += transform[j, i] * centres[i]
                spreads[j] += transform[j, i] * transform[j, i] * variances[i]
            }
        }
        return (means, spreads)
    }

    /// The exact density of a quantity as a curve.
    func curve(_ quantity: Int) -> [Point] {
        let (mean, reach) = (means[quantity], 4.5 * sds[quantity])
        if quantity == target.names.count {
            return nodes.map { Point(x: Kernels.exp($0.logSigma), y: $0.weight / (Self.step * Kernels.exp($0.logSigma))) }
        }
        let parts = nodes.filter { $0.weight > 1e-6 }.map { node in
            let moments = Self.moments(node.logSigma, target, eigenvalues, b, transform)
            return (weight: node.weight, mean: moments.means[quantity], sd: moments.variances[quantity].squareRoot())
        }
        return densityCurve(mean - reach...mean + reach, count: 121) { x in
            parts.reduce(0) { $0 + $1.weight * normalDensity(x, mean: $1.mean, sd: $1.sd) }
        }
    }

    /// KL(N(mean, covariance) ‖ exact) of draws' moments, for a known σ; nil when it is not, or the covariance is singular.
    func divergence(mean: [Double], covariance: Matrix) -> Double? {
        guard target.knownNoise != nil, let sigma = target.knownNoise, let factor = Cholesky(covariance) else { return nil }
        let p = mean.count
        let precision = 1 / (sigma * sigma)
        // In u, where the exact posterior is a diagonal normal: u = Vᵀ·D⁻¹·(β - m).
        var inverse = Matrix(rows: p, columns: p)
        for j in 0..<p { for i in 0..<p { inverse[i, j] = transform[j, i] / (target.prior.sds[j] * target.prior.sds[j]) } }
        let centred = inverse * zip(mean, target.prior.means).map { $0 - $1 }
        let spread = inverse * covariance * inverse.transposed
        var sum = -Double(p)
        for i in 0..<p {
            let own = 1 + eigenvalues[i] * precision
            let gap = centred[i] - precision * b[i] / own
            sum += own * (spread[i, i] + gap * gap) - Kernels.log(own)
        }
        for j in 0..<p { sum += 2 * (Kernels.log(target.prior.sds[j]) - Kernels.log(factor.lower[j, j])) }
        return 0.5 * sum
    }
}
