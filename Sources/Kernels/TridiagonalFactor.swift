import CKernels

/// A symmetric positive definite tridiagonal matrix as L·Δ·Lᵀ: L has ones on its diagonal and one number below each, Δ is diagonal.
public struct TridiagonalFactor: Sendable, Hashable, Codable {
    /// Below the diagonal of L, the first 0, and one 0 more at the end.
    private let below: [Double]
    /// 1/Δ.
    private let reciprocals: [Double]
    /// What a run's place takes over of where the run before it ends, and of where the one after it begins.
    private let after, before: [Double]

    /// How many runs are solved side by side.
    private static let runs = 8
    /// Shares below this add nothing to a sum of doubles but would be computed slowly.
    private static let least = 0x1p-500

    /// The factor whose L has `below` under its diagonal (n numbers, the first not used) and whose Δ is `pivots` (n numbers above 0).
    public init(below: [Double], pivots: [Double]) {
        precondition(below.count == pivots.count, "\(below.count) numbers below the diagonal of \(pivots.count)")
        let n = pivots.count
        var lower = below + [0]
        lower[0] = 0
        let length = n / Self.runs
        var (after, before) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
        for run in 0..<Self.runs where length > 0 {
            let start = run * length
            var product = 1.0
            for i in start..<start + length {
                product *= -lower[i]
                if abs(product) < Self.least { product = 0 }
                after[i] = product
            }
            product = 1
            for i in (start..<start + length).reversed() {
                product *= -lower[i + 1]
                if abs(product) < Self.least { product = 0 }
                before[i] = product
            }
        }
        self.below = lower
        self.reciprocals = pivots.map { 1 / $0 }
        (self.after, self.before) = (after, before)
    }

    /// Solves L·Δ·Lᵀ·y = x in place, for as many numbers as the matrix has rows.
    public func solve(_ x: UnsafeMutablePointer<Double>) {
        Vector.path.solve_tridiagonal(below, reciprocals, after, before, x, reciprocals.count)
    }
}
