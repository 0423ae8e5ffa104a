/// The mass matrix of Hamiltonian dynamics, by its inverse, which is an estimate of the target's covariance.
struct Metric: Sendable, Hashable, Codable {
    /// The forms of a mass matrix.
    enum Form: String, Sendable, Codable, CaseIterable {
        case unit, diagonal, dense
    }

    let form: Form
    let dimension: Int
    /// Nothing for unit, d variances for diagonal, the d·d covariance row by row for dense.
    private(set) var inverse: [Double]
    /// Dense: the lower triangle L of the covariance's Cholesky factor, row by row.
    private var factor: [Double]

    /// The identity.
    init(_ form: Form, dimension: Int) {
        self.form = form
        self.dimension = dimension
        switch form {
        case .unit: (inverse, factor) = ([], [])
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
        case .dense:
            guard let lower = Self.cholesky(covariance, dimension) else { return false }
            inverse = covariance
            factor = lower
            return true
        }
    }

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
    @inline(__always)
    func velocity(_ momentum: UnsafePointer<Double>, into velocity: UnsafeMutablePointer<Double>) {
        switch form {
        case .unit: for i in 0..<dimension { velocity[i] = momentum[i] }
        case .diagonal: for i in 0..<dimension { velocity[i] = inverse[i] * momentum[i] }
        case .dense:
            for i in 0..<dimension {
                var sum = 0.0
                for j in 0..<dimension { sum += inverse[i * dimension + j] * momentum[j] }
                velocity[i] = sum
            }
        }
    }

    /// Turns standard normal numbers, in place, into a momentum of covariance M.
    func momentum(from z: UnsafeMutablePointer<Double>) {
        switch form {
        case .unit: return
        case .diagonal: for i in 0..<dimension { z[i] /= inverse[i].squareRoot() }
        case .dense:
            // M = (L·Lᵀ)⁻¹, so p = L⁻ᵀz: back substitution.
            for i in stride(from: dimension - 1, through: 0, by: -1) {
                var sum = z[i]
                for k in i + 1..<dimension { sum -= factor[k * dimension + i] * z[k] }
                z[i] = sum / factor[i * dimension + i]
            }
        }
    }
}
