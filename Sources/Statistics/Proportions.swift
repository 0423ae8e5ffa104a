/// Confidence intervals of proportions.
public enum Proportion {
    /// The 97.5% point of the standard normal distribution.
    public static let z95 = 1.959963984540054

    /// Wilson's score interval (Wilson 1927) at 95% for `successes` of `trials`, which may be weighted; nil without trials.
    public static func wilson(_ successes: Double, of trials: Double) -> (low: Double, high: Double)? {
        guard trials > 0 else { return nil }
        let z2 = z95 * z95
        let p = successes / trials
        let center = (p + z2 / (2 * trials)) / (1 + z2 / trials)
        let half = z95 * (p * (1 - p) / trials + z2 / (4 * trials * trials)).squareRoot() / (1 + z2 / trials)
        return (p == 0 ? 0 : max(0, center - half), p == 1 ? 1 : min(1, center + half))
    }
}
