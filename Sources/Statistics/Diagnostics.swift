import Kernels

/// What is said of one quantity's draws: moments, quantiles, their Monte Carlo errors, and how well the chains mixed.
public struct DrawSummary: Sendable, Hashable, Codable {
    /// The mean of all draws.
    public var mean: Double?
    /// Their standard deviation, divisor S - 1.
    public var sd: Double?
    /// The Monte Carlo standard error of the mean: sd/√ESS of the mean.
    public var mcseMean: Double?
    /// The Monte Carlo standard error of the standard deviation.
    public var mcseSd: Double?
    /// The 5% quantile.
    public var q5: Double?
    /// The median.
    public var median: Double?
    /// The 95% quantile.
    public var q95: Double?
    /// The effective sample size of the rank-normalised draws.
    public var essBulk: Double?
    /// The smaller of the effective sample sizes of the 5% and 95% quantiles.
    public var essTail: Double?
    /// Rank-normalised split R-hat, the larger of bulk and folded; nil for one chain.
    public var rhat: Double?

    /// Nothing known yet.
    public init() {}
}

/// Convergence diagnostics of Markov chain draws: one array a chain, all of one length.
///
/// Source: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, "Rank-normalization, folding, and localization: an improved
/// R-hat for assessing convergence of MCMC" (2021). Values equal ArviZ 0.23 to 1e-8. Every function returns nil where the quantity is
/// undefined: fewer than 4 draws a chain, chains of unequal length, no chain, a NaN among the draws; one chain for R-hat.
public enum Diagnostics {
    /// Rank-normalised split R-hat, the larger of that of the draws and of |draws - median|.
    public static func rhat(_ chains: [[Double]]) -> Double? {
        guard chains.count > 1 else { return nil }
        return RankedDraws(chains)?.rhat
    }

    /// The effective sample size of the rank-normalised split draws.
    public static func essBulk(_ chains: [[Double]]) -> Double? { RankedDraws(chains)?.essBulk }

    /// The smaller of the effective sample sizes of the indicators of the 5% and 95% quantiles.
    public static func essTail(_ chains: [[Double]]) -> Double? { RankedDraws(chains)?.essTail }

    /// The effective sample size for the mean: of the split draws themselves.
    public static func essMean(_ chains: [[Double]]) -> Double? { Split(chains)?.ess { $0 } }

    /// The effective sample size for the standard deviation: of the squared distances from the mean.
    public static func essSd(_ chains: [[Double]]) -> Double? {
        guard let split = Split(chains) else { return nil }
        let mean = split.mean
        return split.ess { ($0 - mean) * ($0 - mean) }
    }

    /// The effective sample size of the indicator that a draw is at most the quantile of that probability.
    public static func essQuantile(_ chains: [[Double]], _ probability: Double) -> Double? {
        guard let split = Split(chains), let cut = quantiles(chains.flatMap { $0 }, [probability])?.first else { return nil }
        return split.ess { $0 <= cut ? 1 : 0 }
    }

    /// The Monte Carlo standard error of the mean: sd/√ESS.
    public static func mcseMean(_ chains: [[Double]]) -> Double? { Split(chains)?.mcseMean }

    /// The Monte Carlo standard error of the standard deviation, by the delta method on the variance.
    public static func mcseSd(_ chains: [[Double]]) -> Double? { Split(chains)?.mcseSd }

    /// The energy Bayesian fraction of missing information of one chain, Σ(ΔE)²/Σ(E - mean)².
    ///
    /// Below about 0.3 the momentum refreshes explore the energies too slowly (Betancourt 2016). Nil for fewer than 3 energies or constant ones.
    public static func energyFraction(_ energies: [Double]) -> Double? {
        guard energies.count > 2, energies.allSatisfy(\.isFinite) else { return nil }
        let mean = energies.reduce(0, +) / Double(energies.count)
        var (jumps, spread) = (0.0, 0.0)
        for i in energies.indices {
            spread += (energies[i] - mean) * (energies[i] - mean)
            if i > 0 { jumps += (energies[i] - energies[i - 1]) * (energies[i] - energies[i - 1]) }
        }
        return spread > 0 ? jumps / spread : nil
    }

    /// The autocorrelation of one chain at lags 0...maximumLag, divided by n at every lag; empty when undefined.
    public static func autocorrelation(_ chain: [Double], maximumLag: Int) -> [Double] {
        guard chain.count > 1, chain.allSatisfy(\.isFinite) else { return [] }
        let transform = FourierTransform(atLeast: 2 * chain.count)
        let mean = chain.reduce(0, +) / Double(chain.count)
        var re = chain.map { $0 - mean } + [Double](repeating: 0, count: transform.size - chain.count)
        var im = [Double](repeating: 0, count: transform.size)
        transform.forward(&re, &im)
        for k in re.indices { re[k] = re[k] * re[k] + im[k] * im[k] }
        for k in im.indices { im[k] = 0 }
        transform.forward(&re, &im)
        guard re[0] > 0 else { return [] }
        return (0...min(maximumLag, chain.count - 1)).map { re[$0] / re[0] }
    }

    /// Everything at once, sharing the sort and the transforms.
    public static func summary(_ chains: [[Double]]) -> DrawSummary {
        var summary = DrawSummary()
        let all = chains.flatMap { $0 }
        guard !all.isEmpty, !all.contains(where: \.isNaN) else { return summary }
        let mean = all.reduce(0, +) / Double(all.count)
        summary.mean = mean
        summary.sd = all.count > 1 ? variance(all).squareRoot() : nil
        guard let ranked = RankedDraws(chains) else {
            let cuts = quantiles(all, [0.05, 0.5, 0.95])
            (summary.q5, summary.median, summary.q95) = (cuts?[0], cuts?[1], cuts?[2])
            return summary
        }
        summary.q5 = quantile(sorted: ranked.sorted, 0.05)
        summary.median = quantile(sorted: ranked.sorted, 0.5)
        summary.q95 = quantile(sorted: ranked.sorted, 0.95)
        summary.mcseMean = ranked.split.mcseMean
        summary.mcseSd = ranked.split.mcseSd
        summary.essBulk = ranked.essBulk
        summary.essTail = ranked.essTail
        summary.rhat = chains.count > 1 ? ranked.rhat : nil
        return summary
    }
}

/// Chains split in halves, the middle draw of an odd chain left out; with the draws before the split for moments over all.
private struct Split {
    let whole: [[Double]]
    let halves: StackedChains
    let transform: FourierTransform

    init?(_ chains: [[Double]]) {
        guard let first = chains.first, first.count >= 4, chains.allSatisfy({ $0.count == first.count }),
            !chains.contains(where: { $0.contains(where: \.isNaN) })
        else { return nil }
        let half = first.count / 2
        var values: [Double] = []
        values.reserveCapacity(2 * half * chains.count)
        for chain in chains {
            values.append(contentsOf: chain.prefix(half))
            values.append(contentsOf: chain.suffix(half))
        }
        whole = chains
        halves = StackedChains(values: values, chains: 2 * chains.count, draws: half)
        transform = FourierTransform(atLeast: 2 * half)
    }

    /// How many draws there are, middle ones included.
    var count: Int { whole.count * (whole.first?.count ?? 0) }

    /// The mean of all draws.
    var mean: Double { whole.reduce(0) { $1.reduce($0, +) } / Double(count) }

    /// The effective sample size of a function of the draws.
    func ess(_ function: (Double) -> Double) -> Double? {
        StackedChains(values: halves.values.map(function), chains: halves.chains, draws: halves.draws).effectiveSampleSize(transform)
    }

    var mcseMean: Double? {
        guard let ess = ess({ $0 }) else { return nil }
        let mean = mean
        let squares = whole.reduce(0) { $1.reduce($0) { $0 + ($1 - mean) * ($1 - mean) } }
        return (squares / Double(count - 1) / ess).squareRoot()
    }

    var mcseSd: Double? {
        let mean = mean
        guard let ess = ess({ ($0 - mean) * ($0 - mean) }) else { return nil }
        var (second, fourth) = (0.0, 0.0)
        for chain in whole {
            for draw in chain {
                let square = (draw - mean) * (draw - mean)
                second += square
                fourth += square * square
            }
        }
        second /= Double(count)
        fourth /= Double(count)
        let error = ((fourth - second * second) / ess / second / 4).squareRoot()
        return error.isFinite ? error : nil
    }
}

/// Draws sorted once, from which ranks, folded ranks and quantiles follow in linear time.
private struct RankedDraws {
    let split: Split
    /// All draws ascending, middle ones included.
    let sorted: [Double]
    /// The split draws' normal scores and those of their distances from the median, in the split draws' places.
    let scores: StackedChains
    let foldedScores: StackedChains

    init?(_ chains: [[Double]]) {
        guard let split = Split(chains) else { return nil }
        self.split = split
        let halves = split.halves
        let order = ascendingOrder(halves.values)
        let ascending = order.map { halves.values[Int($0)] }
        sorted = halves.values.count == split.count ? ascending : ascendingValues(chains.flatMap { $0 })

        var normal = NormalScores(count: ascending.count)
        var scores = [Double](repeating: 0, count: ascending.count)
        normal.write(sorted: ascending, places: order, into: &scores)
        self.scores = StackedChains(values: scores, chains: halves.chains, draws: halves.draws)

        // Distances from the median ascend in both directions from it, so a merge sorts them.
        let median = (ascending[(ascending.count - 1) / 2] + ascending[ascending.count / 2]) / 2
        var right = ascending.partitioningIndex { $0 >= median }
        var left = right - 1
        var (distances, places) = ([Double](), [Int32]())
        distances.reserveCapacity(ascending.count)
        places.reserveCapacity(ascending.count)
        while left >= 0 || right < ascending.count {
            let below = left >= 0 ? median - ascending[left] : .infinity
            let above = right < ascending.count ? ascending[right] - median : .infinity
            if right >= ascending.count || (left >= 0 && below <= above) {
                distances.append(below)
                places.append(order[left])
                left -= 1
            } else {
                distances.append(above)
                places.append(order[right])
                right += 1
            }
        }
        normal.write(sorted: distances, places: places, into: &scores)
        foldedScores = StackedChains(values: scores, chains: halves.chains, draws: halves.draws)
    }

    var rhat: Double? {
        let (bulk, folded) = (scores.potentialScaleReduction, foldedScores.potentialScaleReduction)
        guard !bulk.isNaN, !folded.isNaN else { return nil }
        return max(bulk, folded)
    }

    var essBulk: Double? { scores.effectiveSampleSize(split.transform) }

    var essTail: Double? {
        guard let low = quantile(sorted: sorted, 0.05), let high = quantile(sorted: sorted, 0.95),
            let lower = split.ess({ $0 <= low ? 1 : 0 }), let upper = split.ess({ $0 <= high ? 1 : 0 })
        else { return nil }
        return min(lower, upper)
    }
}

extension Array {
    /// The first place where the predicate holds, in an array where it holds from some place on.
    fileprivate func partitioningIndex(_ holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
