import Kernels

/// The mass matrix of Hamiltonian dynamics, by its inverse, which is an estimate of the target's covariance.
struct Metric: Sendable, Hashable, Codable {
    /// The forms of a mass matrix.
    enum Form: String, Sendable, Codable, CaseIterable {
        case unit, diagonal, dense
        /// Minus the log density's second derivatives at a place, as a whole matrix or by the target's structure.
        case curvature
    }

    let form: Form
    let dimension: Int
    /// Nothing for unit, d variances for diagonal, the d·d covariance row by row for dense.
    private(set) var inverse: [Double]
    /// Curvature: of the target's structure, where it has one.
    private(set) var walk: WalkMetric?
    /// Dense: the lower triangle L of the covariance's Cholesky factor, row by row.
    private var factor: [Double]

    /// The identity.
    init(_ form: Form, dimension: Int) {
        self.form = form
        self.dimension = dimension
        switch form {
        case .unit, .curvature: (inverse, factor) = ([], [])
        case .diagonal: (inverse, factor) = ([Double](repeating: 1, count: dimension), [])
        case .dense:
            var identity = [Double](repeating: 0, count: dimension * dimension)
            for i in 0..<dimension { identity[i * dimension + i] = 1 }
            (inverse, factor) = (identity, identity)
        }
    }

    /// Takes over variances or a covariance matrix; false, and no change, when it is not positive definite.
    mutating func adopt(_ covariance: [Double]) -> Bool {
        switch form {
        case .unit: return true
        case .diagonal:
            guard covariance.allSatisfy({ $0 > 0 && $0.isFinite }) else { return false }
            inverse = covariance
            return true
        case .dense, .curvature:
            guard let lower = Self.cholesky(covariance, dimension) else { return false }
            inverse = covariance
            factor = lower
            return true
        }
    }

    /// Takes over the structure of a walk.
    mutating func adopt(_ walk: WalkMetric) { self.walk = walk }

    /// L with L·Lᵀ the matrix; nil when it is not positive definite.
    static func cholesky(_ matrix: [Double], _ d: Int) -> [Double]? {
        var lower = [Double](repeating: 0, count: d * d)
        for i in 0..<d {
            for j in 0...i {
                var sum = matrix[i * d + j]
                for k in 0..<j { sum -= lower[i * d + k] * lower[j * d + k] }
                if i == j {
                    guard sum > 0, sum.isFinite else { return nil }
                    lower[i * d + i] = sum.squareRoot()
                } else {
                    lower[i * d + j] = sum / lower[j * d + j]
                }
            }
        }
        return lower
    }

    /// M⁻¹p.
    func velocity(_ momentum: UnsafePointer<Double>, into velocity: UnsafeMutablePointer<Double>) {
        switch form {
        case .curvature where walk != nil: walk?.velocity(momentum, into: velocity)
        case .curvature where inverse.isEmpty, .unit: for i in 0..<dimension { velocity[i] = momentum[i] }
        case .diagonal: for i in 0..<dimension { velocity[i] = inverse[i] * momentum[i] }
        case .dense, .curvature:
            velocity.update(repeating: 0, count: dimension)
            inverse.withUnsafeBufferPointer {
                guard let inverse = $0.baseAddress else { return }
                Vector.multiplyAdd(inverse, rowStride: dimension, columnStride: 1, momentum, into: velocity, dimension, dimension, 1)
            }
        }
    }

    /// Kicks a point's momentum by h along the gradient and moves its place by ε along the velocity.
    @inline(__always)
    func kickAndDrift(_ h: Double, _ stepSize: Double, _ point: PhasePoint) {
        guard form == .dense || form == .curvature else {
            inverse.withUnsafeBufferPointer {
                Vector.kickAndDrift(
                    h, stepSize, gradient: point.gradient, inverseMass: $0.isEmpty ? nil : $0.baseAddress, momentum: point.momentum,
                    position: point.position, dimension)
            }
            return
        }
        for i in 0..<dimension { point.momentum[i] += h * point.gradient[i] }
        velocity(point.momentum, into: point.velocity)
        for i in 0..<dimension { point.position[i] += stepSize * point.velocity[i] }
    }

    /// Kicks a point's momentum by h along the gradient and sets its velocity; returns pᵀM⁻¹p.
    @inline(__always)
    func kick(_ h: Double, _ point: PhasePoint) -> Double {
        guard form == .dense || form == .curvature else {
            return inverse.withUnsafeBufferPointer {
                Vector.kick(
                    h, gradient: point.gradient, inverseMass: $0.isEmpty ? nil : $0.baseAddress, momentum: point.momentum,
                    velocity: point.velocity, dimension)
            }
        }
        for i in 0..<dimension { point.momentum[i] += h * point.gradient[i] }
        velocity(point.momentum, into: point.velocity)
        var sum = 0.0
        for i in 0..<dimension { sum += point.momentum[i] * point.velocity[i] }
        return sum
    }

    /// Turns standard normal numbers, in place, into a momentum of covariance M.
    func momentum(from z: UnsafeMutablePointer<Double>) {
        switch form {
        case .curvature where walk != nil: walk?.momentum(from: z)
        case .curvature where inverse.isEmpty, .unit: return
        case .diagonal: for i in 0..<dimension { z[i] /= inverse[i].squareRoot() }
        case .dense, .curvature:
            // M = (L·Lᵀ)⁻¹, so p = L⁻ᵀz: back substitution.
            for i in stride(from: dimension - 1, through: 0, by: -1) {
                var sum = z[i]
                for k in i + 1..<dimension { sum -= factor[k * dimension + i] * z[k] }
                z[i] = sum / factor[i * dimension + i]
            }
        }
    }
}
