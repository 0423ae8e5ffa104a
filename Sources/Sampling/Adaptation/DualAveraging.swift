import Kernels

/// Nesterov's dual averaging of a log step size towards a wanted acceptance (Hoffman & Gelman 2014, §3.2, with Stan's constants).
struct DualAveraging: Sendable, Hashable, Codable {
    /// How strongly iterates shrink towards μ.
    static let gamma = 0.05
    /// How much the first iterates are damped.
    static let t0 = 10.0
    /// How fast old iterates are forgotten.
    static let kappa = 0.75

    private(set) var count = 0
    private var mu: Double
    private var meanGap = 0.0
    private var logAverage = 0.0

    /// Starts from a step size; iterates shrink towards ten times it.
    init(stepSize: Double) { mu = Kernels.log(10 * stepSize) }

    /// Learns from the acceptance that a transition had and gives the step size of the next.
    mutating func learn(acceptance: Double, target: Double) -> Double {
        count += 1
        let t = Double(count)
        let weight = 1 / (t + Self.t0)
        meanGap = (1 - weight) * meanGap + weight * (target - min(1, acceptance))
        let logStep = mu - meanGap * t.squareRoot() / Self.gamma
        let share = Kernels.pow(t, -Self.kappa)
        logAverage = share * logStep + (1 - share) * logAverage
        return Kernels.exp(logStep)
    }

    /// The averaged step size, for after warm-up; nil when nothing was learned.
    var average: Double? { count > 0 ? Kernels.exp(logAverage) : nil }
}
