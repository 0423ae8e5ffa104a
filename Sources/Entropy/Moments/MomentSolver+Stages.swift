import Kernels

/// The way to a density on a half-line or the line through intervals that grow.
///
/// With powers above the second Newton's way from afar leads along the edge of what can be normalised, where a far tail governs every
/// step. On an interval every density can be normalised and the same moments are soon met; where nothing to speak of lies beyond its
/// ends, the answer there is all but the answer, and Newton's last steps are taken without ends.
///
/// Existence: A. Tagliani, "Hausdorff moment problem and maximum entropy: a unified approach" (1999); M. Junk (2000).
extension MomentSolver {
    /// An interval's problem.
    struct Stage: Sendable {
        /// The interval's reach in units of the moments' own.
        var factor: Double
        var solver: MomentSolver
    }

    static let firstFactor = 2.0
    static let greatestFactor = 60.0
    /// Newton iterations on one interval.
    static let stageLimit = 150

    /// Whether intervals lead there faster than Newton from afar.
    var wantsStages: Bool {
        (domain.kind == .halfLine || domain.kind == .line) && !hasOddTop && (highestPower ?? 0) > 2
    }

    /// The same moments on an interval; nil where it cannot be formed.
    func stage(_ factor: Double) -> Stage? {
        guard let domain = stageDomain(factor) else { return nil }
        return Stage(factor: factor, solver: MomentSolver(moments, domain))
    }

    func stageDomain(_ factor: Double) -> MomentDomain? {
        // (E|z|^k)^(1/k) grows with k towards the farthest place of the density.
        let norms = zip(functions, targets).compactMap { function, target in function.power.map { pow(abs(target), 1 / Double($0)) } }
        guard let norm = norms.max(), norm > 0, norm.isFinite else { return nil }
        let reach = factor * norm * domain.scale
        let lower = domain.kind == .line ? domain.centre - reach : domain.lower
        let upper = max(domain.centre, domain.kind == .line ? domain.centre : domain.lower) + reach
        guard upper.isFinite, lower < upper else { return nil }
        return try? MomentDomain(lower: lower, upper: upper, moments: moments)
    }
}
