import Kernels

/// The posterior of two Gaussians with tied means.
///
/// θ₁ ~ N(0, 10), θ₂ ~ N(0, 1), xᵢ ~ ½N(θ₁, 2) + ½N(θ₁ + θ₂, 2), second arguments variances. With d = x - θ₁ the responsibility of
/// the second component is r = 1/(1 + exp(-δ)), δ = θ₂(d/2 - θ₂/4), and the gradient of a datum's log likelihood is
/// ((d - rθ₂)/2, r(d - θ₂)/2).
///
/// Source: M. Welling, Y. W. Teh, "Bayesian Learning via Stochastic Gradient Langevin Dynamics" (2011), §5.1.
struct MixtureTarget: Target {
    /// The data x.
    let data: [Double]

    /// The posterior given finite data.
    init(data: [Double]) { self.data = data }

    var dimension: Int { 2 }
    var quantities: [String] { ["theta1", "theta2"] }
    var dataCount: Int { data.count }

    func withEvaluator<Result>(_ body: (inout MixtureEvaluator) throws -> Result) rethrows -> Result {
        try data.withUnsafeBufferPointer { x in
            try withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * max(1, MixtureEvaluator.padded(x.count))) { scratch in
                var evaluator = MixtureEvaluator(x: x, scratch: scratch)
                return try body(&evaluator)
            }
        }
    }

    /// A draw of the prior.
    func randomStart(_ stream: inout RandomStream) -> [Double] {
        let first = stream.normal()
        return [MixtureEvaluator.priorVariance1.squareRoot() * first, stream.normal()]
    }
}

/// Evaluates the mixture's posterior.
struct MixtureEvaluator: TargetEvaluator {
    /// The prior variance of θ₁; that of θ₂ is 1.
    static let priorVariance1 = 10.0
    /// -½log(2π·10) - ½log(2π): what normalises the prior.
    static let priorConstant = -0.5 * (Kernels.log(2 * Double.pi * 10) + Kernels.log(2 * Double.pi))
    /// log ½ - ½log(2π·2): what normalises a component with its weight.
    static let componentConstant = Kernels.log(0.5) - 0.5 * Kernels.log(4 * Double.pi)

    let x: UnsafeBufferPointer<Double>
    /// Two stretches of the data's padded number.
    let scratch: UnsafeMutableBufferPointer<Double>

    /// A count rounded up to whole vectors, so that no exponential is left to be taken alone.
    static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

    /// The log joint density with all constants, and its gradient.
    ///
    /// With e = exp(-|δ|) a datum adds -d²/4 + max(δ, 0) + log(1 + e).
    mutating func logDensity(_ position: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) -> Double {
        let (theta1, theta2) = (position[0], position[1])
        let sums = Vector.tiedNormals(x, theta1, theta2)
        gradient[0] = 0.5 * sums.first - theta1 / Self.priorVariance1
        gradient[1] = 0.5 * sums.second - theta2
        let prior = Self.priorConstant - theta1 * theta1 / (2 * Self.priorVariance1) - 0.5 * theta2 * theta2
        return prior + Double(x.count) * Self.componentConstant - 0.25 * sums.squares + sums.maxima + sums.logarithms
    }

    mutating func priorGradient(_ position: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
        gradient[0] = -position[0] / Self.priorVariance1
        gradient[1] = -position[1]
    }

    mutating func likelihoodGradient(
        _ position: UnsafePointer<Double>, rows: UnsafePointer<Int32>, count: Int, into gradient: UnsafeMutablePointer<Double>
    ) {
        let (theta1, theta2) = (position[0], position[1])
        let (half, quarter) = (0.5 * theta2, 0.25 * theta2 * theta2)
        var (sum1, sum2) = (0.0, 0.0)
        if count < 4 {
            for k in 0..<count {
                let d = x[Int(rows[k])] - theta1
                let r = 1 / (1 + Kernels.exp(quarter - d * half))
                sum1 += d - r * theta2
                sum2 += r * (d - theta2)
            }
        } else {
            // The same operations, exponentials together; a minibatch drawn with replacement may be no longer than the data.
            let distances = UnsafeMutableBufferPointer(rebasing: scratch[0..<count])
            let (start, stride) = (Self.padded(x.count), Self.padded(count))
            let powers = UnsafeMutableBufferPointer(rebasing: scratch[start..<start + stride])
            for k in 0..<count {
                let d = x[Int(rows[k])] - theta1
                distances[k] = d
                powers[k] = quarter - d * half
            }
            for k in count..<stride { powers[k] = 0 }
            Vector.exp(UnsafeBufferPointer(powers), into: powers)
            for k in 0..<count {
                let r = 1 / (1 + powers[k])
                sum1 += distances[k] - r * theta2
                sum2 += r * (distances[k] - theta2)
            }
        }
        gradient[0] = 0.5 * sum1
        gradient[1] = 0.5 * sum2
    }
}
