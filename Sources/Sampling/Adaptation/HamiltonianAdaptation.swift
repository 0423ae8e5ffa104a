/// What tunes a Hamiltonian chain during warm-up: the step size by dual averaging, the mass matrix in windows.
struct HamiltonianAdaptation: Sendable, Codable {
    let warmup: Int
    let targetAccept: Double
    private let windows: WarmupWindows
    private var averaging: DualAveraging
    private var estimate: CovarianceEstimate
    /// Transitions learned from.
    private(set) var count = 0

    init(warmup: Int, targetAccept: Double, stepSize: Double, form: Metric.Form, dimension: Int) {
        self.warmup = warmup
        self.targetAccept = targetAccept
        windows = WarmupWindows(warmup: warmup)
        averaging = DualAveraging(stepSize: stepSize)
        estimate = CovarianceEstimate(dimension: dimension, isDense: form == .dense)
    }

    /// Whether there is warm-up left.
    var isActive: Bool { count < warmup }

    /// Learns from a transition; true when the mass matrix changed, so that a step size must be searched anew and told to `restart`.
    mutating func learn(_ position: UnsafePointer<Double>, acceptance: Double, stepSize: inout Double, metric: inout Metric) -> Bool {
        guard isActive else { return false }
        stepSize = averaging.learn(acceptance: acceptance, target: targetAccept)
        var changed = false
        if metric.form != .unit, let last = windows.ends.last, count >= windows.first, count < last {
            estimate.add(position)
            if windows.ends.contains(count + 1) {
                if let covariance = estimate.regularised { changed = metric.adopt(covariance) }
                estimate = CovarianceEstimate(dimension: metric.dimension, isDense: metric.form == .dense)
            }
        }
        count += 1
        if count == warmup, !changed, let average = averaging.average { stepSize = average }
        return changed
    }

    /// Begins the averaging anew from a step size.
    mutating func restart(from stepSize: Double) { averaging = DualAveraging(stepSize: stepSize) }
}
