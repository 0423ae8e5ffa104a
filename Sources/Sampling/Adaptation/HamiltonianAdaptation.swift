/// What tunes a Hamiltonian chain during warm-up: the step size by dual averaging, the mass matrix in windows.
struct HamiltonianAdaptation: Sendable, Codable {
    let warmup: Int
    let targetAccept: Double
    private let windows: WarmupWindows
    private var averaging: DualAveraging
    private var estimate: CovarianceEstimate
    /// Transitions learned from.
    private(set) var count = 0

    /// - Parameter seesCovariance: whether windows give covariances, and not variances alone.
    init(warmup: Int, targetAccept: Double, stepSize: Double, seesCovariance: Bool, dimension: Int) {
        self.warmup = warmup
        self.targetAccept = targetAccept
        windows = WarmupWindows(warmup: warmup)
        averaging = DualAveraging(stepSize: stepSize)
        estimate = CovarianceEstimate(dimension: dimension, isDense: seesCovariance)
    }

    /// Whether there is warm-up left.
    var isActive: Bool { count < warmup }

    /// What a window has seen of the positions.
    struct Window {
        let count: Int
        let means: [Double]
        /// Variances, or the covariance row by row, shrunk as Stan shrinks them.
        let spread: [Double]
    }

    /// Learns from a transition; true when the mass matrix changed, so that a step size must be searched anew and told to `restart`.
    ///
    /// - Parameter curvature: takes over the curvature at a window's mean; false where it cannot.
    mutating func learn(
        _ position: UnsafePointer<Double>, acceptance: Double, stepSize: inout Double, metric: inout Metric,
        curvature: (Window, inout Metric) -> Bool
    ) -> Bool {
        guard isActive else { return false }
        stepSize = averaging.learn(acceptance: acceptance, target: targetAccept)
        var changed = false
        if metric.form != .unit, let last = windows.ends.last, count >= windows.first, count < last {
            estimate.add(position)
            if windows.ends.contains(count + 1) {
                if let covariance = estimate.regularised {
                    changed =
                        metric.form == .curvature
                        ? curvature(Window(count: estimate.count, means: estimate.mean, spread: covariance), &metric)
                        : metric.adopt(covariance)
                }
                estimate = estimate.emptied
            }
        }
        count += 1
        if count == warmup, !changed, let average = averaging.average { stepSize = average }
        return changed
    }

    /// Begins the averaging anew from a step size.
    mutating func restart(from stepSize: Double) { averaging = DualAveraging(stepSize: stepSize) }
}
