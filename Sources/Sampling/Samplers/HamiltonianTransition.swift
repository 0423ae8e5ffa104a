import Kernels

/// What a watcher learns of one transition; the chain's next place is in the point it moved.
struct TransitionReport {
    /// The mean acceptance probability of the states visited, 0...1.
    var acceptance = 0.0
    /// H of the state it ended in.
    var energy = 0.0
    /// Whether the energy error passed 1000 or a gradient was not finite.
    var isDivergent = false
    /// Leapfrog steps taken, one gradient each.
    var leapfrogs = 0
    /// NUTS: the depth of its tree.
    var treeDepth = 0
}

/// The energy error from which a trajectory counts as divergent (Stan).
let divergenceThreshold = 1000.0

/// One transition of Hamiltonian Monte Carlo: `steps` leapfrog steps, then acceptance with probability min(1, exp(H₀ - H₁)).
///
/// `point` enters with position, log density and gradient set and momentum drawn; `saved` is scratch. Source: Neal (2011), §5.3.
func hamiltonianTransition<E: TargetEvaluator>(
    _ point: inout PhasePoint, saved: inout PhasePoint, steps: Int, stepSize: Double, metric: Metric, uniform: Double,
    _ evaluator: inout E
) -> TransitionReport {
    var report = TransitionReport()
    point.begin(metric)
    saved.copy(point)
    let before = point.energy
    var gap = 0.0
    for _ in 0..<steps {
        gap = point.leapfrog(stepSize, metric, &evaluator) - before
        report.leapfrogs += 1
        // Also true of NaN, which compares false with everything.
        if !(gap <= divergenceThreshold) {
            report.isDivergent = true
            break
        }
    }
    report.acceptance = gap.isNaN ? 0 : min(1, Kernels.exp(-gap))
    if report.isDivergent || uniform >= report.acceptance {
        point.copy(saved)
        report.energy = before
    } else {
        report.energy = before + gap
    }
    return report
}

/// A step size whose single leapfrog step is accepted with probability about 0.8, by doubling or halving.
///
/// Hoffman & Gelman (2014), algorithm 4, with Stan's 0.8. Nil when none is found between 10⁻³⁰⁰ and 10⁷.
///
/// - Parameter momentum: draws a fresh momentum into the memory given.
func reasonableStepSize<E: TargetEvaluator>(
    from start: Double, _ point: PhasePoint, scratch: inout PhasePoint, metric: Metric, _ evaluator: inout E,
    momentum: (UnsafeMutablePointer<Double>) -> Void
) -> (stepSize: Double, leapfrogs: Int)? {
    let threshold = Kernels.log(0.8)
    var stepSize = start
    var leapfrogs = 0
    func gain(_ stepSize: Double) -> Double {
        scratch.copy(point)
        momentum(scratch.momentum)
        scratch.begin(metric)
        let before = scratch.energy
        let gain = before - scratch.leapfrog(stepSize, metric, &evaluator)
        leapfrogs += 1
        return gain.isNaN ? -.infinity : gain
    }
    let grows = gain(stepSize) > threshold
    while true {
        let gain = gain(stepSize)
        if grows ? !(gain > threshold) : !(gain < threshold) { return (stepSize, leapfrogs) }
        stepSize = grows ? 2 * stepSize : 0.5 * stepSize
        guard stepSize < 1e7, stepSize > 1e-300 else { return nil }
    }
}
