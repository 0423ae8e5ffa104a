import Statistics

/// How an arm compares with the baseline.
struct AblationComparison: Sendable, Hashable {
    var delta: Double
    var low: Double?
    var high: Double?
    /// Two-sided.
    var p: Double?
    /// How many folds and seeds both arms have; nil when unpaired.
    var pairs: Int?
    /// The differences, pair by pair.
    var differences: [Double] = []

    /// Paired: Student's t of the differences.
    ///
    /// - Parameter testShare: rows tested over rows trained on, by which the variance of overlapping training sets is corrected (Nadeau &
    ///   Bengio 2003): se² = (1/n + share)·s²; 0 for the plain interval.
    init(differences: [Double], testShare: Double, level: Double) {
        let summary = AblationData.Summary(differences)
        delta = summary.mean
        pairs = differences.count
        self.differences = differences
        guard let deviation = summary.deviation else { return }
        let n = Double(differences.count)
        put(error: (1 / n + testShare).squareRoot() * deviation, degreesOfFreedom: n - 1, level)
    }

    /// Unpaired: Welch's t.
    init(_ a: AblationData.Summary, less b: AblationData.Summary, level: Double) {
        delta = a.mean - b.mean
        guard let s = a.deviation, let t = b.deviation, a.count > 1, b.count > 1 else { return }
        let u = s * s / Double(a.count)
        let v = t * t / Double(b.count)
        let degrees = (u + v) * (u + v) / (u * u / Double(a.count - 1) + v * v / Double(b.count - 1))
        put(error: (u + v).squareRoot(), degreesOfFreedom: degrees, level)
    }

    private mutating func put(error: Double, degreesOfFreedom: Double, _ level: Double) {
        guard error > 0, degreesOfFreedom > 0 else {
            // No spread at all: certain when nothing differs, undefined otherwise.
            (low, high) = (delta, delta)
            p = delta == 0 ? 1 : nil
            return
        }
        let student = StudentTDistribution(degreesOfFreedom: degreesOfFreedom)
        let half = student.quantile(0.5 + level / 2) * error
        (low, high) = (delta - half, delta + half)
        p = min(1, 2 * student.survival(abs(delta) / error))
    }
}
