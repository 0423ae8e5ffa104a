/// What one update of a stochastic-gradient sampler is given, `count` numbers behind each pointer.
struct StochasticGradientStep {
    /// The number of coordinates.
    var count: Int
    /// The gradient of the log posterior, estimated on a minibatch: ∇log p(θ) + N/n·Σ∇log p(x|θ).
    var gradient: UnsafePointer<Double>
    /// The gradient whose square pSGLD averages: the same, or the mean gradient of the minibatch's log likelihoods.
    var squared: UnsafePointer<Double>
    /// Standard normal numbers.
    var noise: UnsafePointer<Double>
    /// The step ε.
    var stepSize: Double
    /// √(εT), the standard deviation of SGLD's noise at temperature T.
    var noiseScale: Double
}

/// The constants of the kernels that have some.
struct StochasticGradientConstants: Sendable, Hashable, Codable {
    /// pSGLD: how slowly the mean square forgets, [0, 1).
    var alpha = 0.99
    /// pSGLD: what is added to the root mean square.
    var lambda = 1e-8
    /// SGHMC: the fraction of the velocity lost in an update, (0, 1]; 1 is SGLD.
    var friction = 0.1
}

/// One update of a stochastic-gradient sampler: position and auxiliary numbers in, the same out; randomness by argument.
protocol StochasticGradientKernel {
    /// Whether it takes noise.
    static var usesNoise: Bool { get }
    /// Whether it keeps a number beside each coordinate: a velocity, a mean square.
    static var usesAuxiliary: Bool { get }
    static func update(
        _ position: UnsafeMutablePointer<Double>, _ auxiliary: UnsafeMutablePointer<Double>, _ step: StochasticGradientStep,
        _ constants: StochasticGradientConstants)
}

/// Stochastic gradient ascent: θ += ε/2·g.
enum StochasticGradientAscent: StochasticGradientKernel {
    static let usesNoise = false
    static let usesAuxiliary = false

    @inline(__always)
    static func update(
        _ position: UnsafeMutablePointer<Double>, _ auxiliary: UnsafeMutablePointer<Double>, _ step: StochasticGradientStep,
        _ constants: StochasticGradientConstants
    ) {
        let half = 0.5 * step.stepSize
        for i in 0..<step.count { position[i] += half * step.gradient[i] }
    }
}

/// Stochastic gradient Langevin dynamics: θ += ε/2·g + √(εT)·z; the noise's variance is the step.
///
/// Welling & Teh (2011), equation 4.
enum StochasticGradientLangevin: StochasticGradientKernel {
    static let usesNoise = true
    static let usesAuxiliary = false

    @inline(__always)
    static func update(
        _ position: UnsafeMutablePointer<Double>, _ auxiliary: UnsafeMutablePointer<Double>, _ step: StochasticGradientStep,
        _ constants: StochasticGradientConstants
    ) {
        let half = 0.5 * step.stepSize
        for i in 0..<step.count {
            position[i] += half * step.gradient[i] + step.noiseScale * step.noise[i]
        }
    }
}

/// SGLD preconditioned by RMSprop: v ← αv + (1-α)s², G = 1/(λ + √v), θ += ε/2·G·g + √(εTG)·z (Li, Chen, Carlson & Carin 2016).
///
/// The drift's correction Γ, the divergence of G, is left out as in the paper's practice: it is of the order (1-α).
enum PreconditionedLangevin: StochasticGradientKernel {
    static let usesNoise = true
    static let usesAuxiliary = true

    @inline(__always)
    static func update(
        _ position: UnsafeMutablePointer<Double>, _ auxiliary: UnsafeMutablePointer<Double>, _ step: StochasticGradientStep,
        _ constants: StochasticGradientConstants
    ) {
        let half = 0.5 * step.stepSize
        for i in 0..<step.count {
            let square = step.squared[i] * step.squared[i]
            auxiliary[i] = constants.alpha * auxiliary[i] + (1 - constants.alpha) * square
            let preconditioner = 1 / (constants.lambda + auxiliary[i].squareRoot())
            position[i] += half * preconditioner * step.gradient[i] + step.noiseScale * preconditioner.squareRoot() * step.noise[i]
        }
    }
}

/// Stochastic gradient Hamiltonian Monte Carlo: v ← (1-a)v + η·g + √(2aηT)·z, θ += v with η = ε/2.
///
/// Chen, Fox & Guestrin (2014), equation 15, without an estimate of the gradient's noise. At friction a = 1 it is SGLD.
enum StochasticGradientHamiltonian: StochasticGradientKernel {
    static let usesNoise = true
    static let usesAuxiliary = true

    @inline(__always)
    static func update(
        _ position: UnsafeMutablePointer<Double>, _ auxiliary: UnsafeMutablePointer<Double>, _ step: StochasticGradientStep,
        _ constants: StochasticGradientConstants
    ) {
        let rate = 0.5 * step.stepSize
        let scale = step.noiseScale * constants.friction.squareRoot()
        for i in 0..<step.count {
            auxiliary[i] = (1 - constants.friction) * auxiliary[i] + rate * step.gradient[i] + scale * step.noise[i]
            position[i] += auxiliary[i]
        }
    }
}
