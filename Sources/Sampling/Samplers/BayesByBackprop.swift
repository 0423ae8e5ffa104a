import Kernels

/// The terms of Bayes by Backprop: a factorised normal distribution q over the weights, climbed by reparameterisation.
///
/// A weight is w = μ + σε with σ = log(1 + exp ρ) and standard normal ε. One datum of the evidence's lower bound is
/// log p(D|w) + log P(w) - log q(w|μ,ρ); along the path of one ε, log q changes by -dσ/σ alone, so with g the gradient of the
/// first two terms at w the slopes are g in μ and (gε + 1/σ)·dσ/dρ in ρ, dσ/dρ = 1/(1 + exp -ρ).
///
/// Source: C. Blundell, J. Cornebise, K. Kavukcuoglu, D. Wierstra, "Weight Uncertainty in Neural Networks" (2015), §3.2-3.4.
enum BayesByBackprop {
    /// How the divergence from the prior is shared out among an epoch's minibatches.
    enum DivergenceWeights: String, Sendable, Codable, CaseIterable {
        /// 2^(M-i)/(2^M - 1) for the i-th of M, most of it to the first few.
        case geometric
        /// 1/M each.
        case uniform
    }

    /// The share πᵢ of the divergence that falls on the i-th of M minibatches, i from 1 to M; the shares add up to 1.
    static func share(of i: Int, among count: Int, _ weights: DivergenceWeights) -> Double {
        switch weights {
        case .uniform: return 1 / Double(count)
        case .geometric:
            // 2^-i / (1 - 2^-M): the same without powers that overflow.
            return Double(sign: .plus, exponent: -i, significand: 1) / (1 - Double(sign: .plus, exponent: -count, significand: 1))
        }
    }

    /// Draws weights: σ = log(1 + exp ρ), dσ/dρ, and w = μ + σε.
    ///
    /// Every buffer holds as many numbers as there are weights.
    static func draw(
        mean: UnsafeBufferPointer<Double>, rho: UnsafeBufferPointer<Double>, noise: UnsafePointer<Double>,
        scales: UnsafeMutableBufferPointer<Double>, slopes: UnsafeMutableBufferPointer<Double>, weights: UnsafeMutableBufferPointer<Double>
    ) {
        Vector.log1pExp(rho, into: scales)
        Vector.logistic(rho, into: slopes)
        for i in 0..<mean.count { weights[i] = mean[i] + scales[i] * noise[i] }
    }

    /// The slopes in ρ, of those in w and of `entropy` times q's entropy; the slopes in μ are those in w.
    static func rhoGradient(
        _ gradient: UnsafePointer<Double>, entropy: Double, noise: UnsafePointer<Double>, scales: UnsafeBufferPointer<Double>,
        slopes: UnsafeBufferPointer<Double>, into rhoGradient: UnsafeMutablePointer<Double>
    ) {
        for i in 0..<scales.count { rhoGradient[i] = slopes[i] * (gradient[i] * noise[i] + entropy / scales[i]) }
    }

    /// ½log(2πe) a weight: the entropy of q is its count times this and Σ log σ.
    static let normalEntropy = 0.5 * (1 + Kernels.log(2 * Double.pi))

    /// The entropy of q in nats.
    static func entropy(scales: [Double]) -> Double {
        Vector.sum(Vector.log(scales)) + Double(scales.count) * normalEntropy
    }
}

/// How an estimated gradient moves what is climbed.
enum Optimiser: String, Sendable, Codable, CaseIterable {
    /// θ += rate · m̂/(√v̂ + 10⁻⁸), moments with memories 0.9 and 0.999, corrected for their start at 0 (Kingma & Ba 2015).
    case adam
    /// θ += ε/2 · g.
    case sgd
}

/// The mean and mean square of a gradient as Adam keeps them.
struct AdaptiveMoments: Sendable, Hashable, Codable {
    static let (memory1, memory2, floor) = (0.9, 0.999, 1e-8)
    private(set) var mean: [Double]
    private(set) var square: [Double]
    /// memory^t after t updates.
    private var power1 = 1.0
    private var power2 = 1.0

    init(count: Int) {
        mean = [Double](repeating: 0, count: count)
        square = mean
    }

    /// Moves `position` up the gradient at a rate.
    mutating func ascend(_ position: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, rate: Double) {
        power1 *= Self.memory1
        power2 *= Self.memory2
        let (first, second) = (1 / (1 - power1), 1 / (1 - power2))
        let count = mean.count
        mean.withUnsafeMutableBufferPointer { mean in
            square.withUnsafeMutableBufferPointer { square in
                guard let m = mean.baseAddress, let v = square.baseAddress else { return }
                for i in 0..<count {
                    let g = gradient[i]
                    m[i] = Self.memory1 * m[i] + (1 - Self.memory1) * g
                    v[i] = Self.memory2 * v[i] + (1 - Self.memory2) * (g * g)
                    position[i] += rate * (m[i] * first) / ((v[i] * second).squareRoot() + Self.floor)
                }
            }
        }
    }

    /// Begins anew, as after a gradient that was not finite.
    mutating func restart() { self = AdaptiveMoments(count: mean.count) }
}
