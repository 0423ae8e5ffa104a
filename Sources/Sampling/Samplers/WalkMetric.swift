import Kernels

/// The mass matrix of a random walk that is seen through noise: that of its places' precision, which is tridiagonal.
///
/// A walk s₁, s₂, … with sᵢ - sᵢ₋₁ ~ N(0, σ²), each place known to an information w, has the precision T = DᵀPD + w·I, D differences and
/// P = diag(1/c², 1/σ², …). Chains move the places themselves (centred) or s₁ and the increments zᵢ = (sᵢ - sᵢ₋₁)/σ, whose precision is
/// S·Lᵀ·T·L·S with L = D⁻¹ sums and S = diag(1, σ, …). Both are applied, and momenta drawn, in linear time from T = L′ΔL′ᵀ.
///
/// Some leading coordinates have variances of their own. The first may be log σ, which stretches the walk of the increments: with rᵢ = sᵢ - s₁
/// it shares with them the precision b = S·Lᵀ·w·r - z, as the log density's second derivatives have it where its slope is 0; its variance is
/// the marginal one.
struct WalkMetric: Sendable, Hashable, Codable {
    /// The variances of the leading coordinates.
    let leading: [Double]
    /// What log σ shares with the walk: the inverse of the walk's matrix times b; empty for nothing.
    private var shared: [Double] = []
    private let sigma: Double
    private let isCentred: Bool
    /// Below the diagonal of L′ (the first is 0), and Δ's roots.
    private let below, roots: [Double]
    private let factor: TridiagonalFactor

    /// A walk of `count` places; nil where a number is out of range, so that the matrix is not positive definite.
    ///
    /// - Parameter places: what the first leading coordinate, log σ, stretches about the first of them; nil where it shares nothing.
    init?(
        leading: [Double], count: Int, sigma: Double, firstSd: Double, information: Double, isCentred: Bool, places: [Double]? = nil
    ) {
        guard sigma > 0, sigma.isFinite, information > 0, information.isFinite, count > 0, leading.allSatisfy({ $0 > 0 && $0.isFinite })
        else { return nil }
        self.leading = leading
        self.sigma = sigma
        self.isCentred = isCentred
        let precision = 1 / (sigma * sigma)
        var (below, deltas) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for i in 0..<count {
            let before = i == 0 ? 1 / (firstSd * firstSd) : precision
            let diagonal = before + (i + 1 < count ? precision : 0) + information
            if i > 0 { below[i] = -precision / deltas[i - 1] }
            deltas[i] = diagonal + (i > 0 ? below[i] * precision : 0)
            guard deltas[i] > 0, deltas[i].isFinite else { return nil }
        }
        self.below = below
        roots = deltas.map { $0.squareRoot() }
        factor = TridiagonalFactor(below: below, pivots: deltas)
        guard let places, !isCentred, !leading.isEmpty, places.count == count, places.allSatisfy(\.isFinite) else { return }
        var b = places.map { information * ($0 - places[0]) }
        for i in stride(from: count - 2, through: 0, by: -1) { b[i] += b[i + 1] }
        for i in 1..<max(1, count) { b[i] = sigma * b[i] - (places[i] - places[i - 1]) / sigma }
        var solved = b
        b.withUnsafeBufferPointer { b in
            solved.withUnsafeMutableBufferPointer { solved in
                if let b = b.baseAddress, let solved = solved.baseAddress { walkVelocity(b, into: solved) }
            }
        }
        if solved.allSatisfy(\.isFinite) { shared = solved }
    }

    /// M⁻¹p.
    func velocity(_ momentum: UnsafePointer<Double>, into velocity: UnsafeMutablePointer<Double>) {
        let (k, n) = (leading.count, below.count)
        for i in 0..<k { velocity[i] = leading[i] * momentum[i] }
        walkVelocity(momentum + k, into: velocity + k)
        guard !shared.isEmpty else { return }
        shared.withUnsafeBufferPointer { c in
            // By blocks: what of the momentum the walk does not explain moves log σ, and the walk with it.
            let rest = momentum[0] - Vector.dot(c, UnsafeBufferPointer(start: momentum + k, count: n))
            velocity[0] = leading[0] * rest
            Vector.axpy(-velocity[0], c, UnsafeMutableBufferPointer(start: velocity + k, count: n))
        }
    }

    /// The walk's own inverse matrix times p.
    private func walkVelocity(_ p: UnsafePointer<Double>, into v: UnsafeMutablePointer<Double>) {
        let n = below.count
        let scale = 1 / sigma
        if isCentred {
            for i in 0..<n { v[i] = p[i] }
        } else {
            // Dᵀ of what is counted in σ.
            v[0] = p[0] - (n > 1 ? scale * p[1] : 0)
            for i in 1..<max(1, n - 1) { v[i] = scale * (p[i] - p[i + 1]) }
            if n > 1 { v[n - 1] = scale * p[n - 1] }
        }
        factor.solve(v)
        if !isCentred { Vector.differences(scale, v, n) }
    }

    /// Turns standard normal numbers, in place, into a momentum of covariance M.
    func momentum(from z: UnsafeMutablePointer<Double>) {
        let (k, n) = (leading.count, below.count)
        for i in 0..<k { z[i] /= leading[i].squareRoot() }
        let p = z + k
        defer {
            if !shared.isEmpty { shared.withUnsafeBufferPointer { z[0] += Vector.dot($0, UnsafeBufferPointer(start: p, count: n)) } }
        }
        for i in stride(from: n - 1, to: 0, by: -1) { p[i] = roots[i] * p[i] + below[i] * (roots[i - 1] * p[i - 1]) }
        p[0] *= roots[0]
        guard !isCentred else { return }
        // S·Lᵀ: sums from the end.
        for i in stride(from: n - 2, through: 0, by: -1) { p[i] += p[i + 1] }
        for i in 1..<max(1, n) { p[i] *= sigma }
    }
}
