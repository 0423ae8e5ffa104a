import Kernels

/// A point of Hamiltonian dynamics in a block of memory: position, momentum, velocity M⁻¹p, the log density and its gradient.
///
/// A view of memory that its maker frees; copies view the same memory.
struct PhasePoint {
    let count: Int
    let position, momentum, velocity, gradient: UnsafeMutablePointer<Double>
    /// M⁻¹ times the gradient, where the mass matrix has a structure that makes it dear.
    let acceleration: UnsafeMutablePointer<Double>
    /// The log density at the position.
    var logDensity = 0.0

    /// Numbers a point takes.
    static func size(_ dimension: Int) -> Int { 5 * dimension }

    init(_ base: UnsafeMutablePointer<Double>, dimension: Int) {
        count = dimension
        position = base
        momentum = base + dimension
        velocity = base + 2 * dimension
        gradient = base + 3 * dimension
        acceleration = base + 4 * dimension
    }

    /// Takes over another point's numbers.
    mutating func copy(_ other: PhasePoint) {
        position.update(from: other.position, count: Self.size(count))
        logDensity = other.logDensity
    }

    /// H = -log p(q) + ½pᵀM⁻¹p.
    var energy: Double {
        var kinetic = 0.0
        for i in 0..<count { kinetic += momentum[i] * velocity[i] }
        return 0.5 * kinetic - logDensity
    }

    /// Sets velocity, and what leapfrog steps keep beside it, from position and momentum.
    func begin(_ metric: Metric) {
        metric.velocity(momentum, into: velocity)
        metric.walk?.velocity(gradient, into: acceleration)
    }

    /// One leapfrog step: half a kick, a drift, half a kick; returns the energy it ends with.
    ///
    /// Reversible, keeps volume, error of the energy O(ε²) a unit of time.
    @inline(__always) @discardableResult
    mutating func leapfrog<E: TargetEvaluator>(_ stepSize: Double, _ metric: Metric, _ evaluator: inout E) -> Double {
        let half = 0.5 * stepSize
        if let walk = metric.walk {
            // Velocities are kicked as momenta are, so that the matrix is applied once a step.
            Vector.kickAndDrift(
                half, stepSize, gradient: gradient, acceleration: acceleration, momentum: momentum, velocity: velocity, position: position,
                count)
            logDensity = evaluator.logDensity(position, gradient: gradient)
            walk.velocity(gradient, into: acceleration)
            let kinetic = Vector.kick(
                half, gradient: gradient, acceleration: acceleration, momentum: momentum, velocity: velocity, count)
            return 0.5 * kinetic - logDensity
        }
        metric.kickAndDrift(half, stepSize, self)
        logDensity = evaluator.logDensity(position, gradient: gradient)
        return 0.5 * metric.kick(half, self) - logDensity
    }
}
