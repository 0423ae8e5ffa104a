import Kernels

/// Draws of one quantity laid end to end, chain after chain, all of one length.
struct StackedChains {
    /// The draws, chain after chain.
    var values: [Double]
    /// How many chains.
    let chains: Int
    /// Draws a chain.
    let draws: Int

    /// The mean of one chain, corrected once by the mean of the residuals, so that a small spread about a large mean survives.
    func mean(_ chain: Int) -> Double {
        var sum = 0.0
        for i in chain * draws..<(chain + 1) * draws { sum += values[i] }
        let rough = sum / Double(draws)
        guard rough.isFinite else { return rough }
        var residual = 0.0
        for i in chain * draws..<(chain + 1) * draws { residual += values[i] - rough }
        return rough + residual / Double(draws)
    }

    /// Σ(x - mean)² of one chain.
    func squares(_ chain: Int, about mean: Double) -> Double {
        var sum = 0.0
        for i in chain * draws..<(chain + 1) * draws { sum += (values[i] - mean) * (values[i] - mean) }
        return sum
    }

    /// √((B/W + n - 1)/n) with B the variance between chain means times n and W the mean variance within (Gelman & Rubin 1992).
    var potentialScaleReduction: Double {
        let n = Double(draws)
        let means = (0..<chains).map(mean)
        let within = (0..<chains).reduce(0.0) { $0 + squares($1, about: means[$1]) / (n - 1) } / Double(chains)
        let between = n * variance(means)
        return ((between / within + n - 1) / n).squareRoot()
    }

    /// The effective sample size by Geyer's initial monotone sequence over the chains' mean autocovariance.
    ///
    /// Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), eqs. 10-14; details as Stan and ArviZ have them: the sequence of pairs
    /// ends at the first negative pair, an even term after it is added, and τ is at least 1/log₁₀ S. Constant draws count in full;
    /// nil when undefined.
    func effectiveSampleSize(_ transform: FourierTransform) -> Double? {
        guard let low = values.min(), let high = values.max(), draws >= 2 else { return nil }
        let total = Double(chains * draws)
        if high - low < 1e-15 { return total }
        let n = Double(draws)
        let means = (0..<chains).map(mean)
        let covariance = meanAutocovariance(transform, means: means)
        let meanVariance = covariance[0] * n / (n - 1)
        var overall = meanVariance * (n - 1) / n
        if chains > 1 { overall += variance(means) }
        func correlation(_ lag: Int) -> Double { 1 - (meanVariance - covariance[lag]) / overall }

        var rho = [Double](repeating: 0, count: draws)
        var (even, odd) = (1.0, correlation(1))
        rho[0] = even
        rho[1] = odd
        var t = 1
        while t < draws - 3, even + odd > 0 {
            even = correlation(t + 1)
            odd = correlation(t + 2)
            if even + odd >= 0 {
                rho[t + 1] = even
                rho[t + 2] = odd
            }
            t += 2
        }
        let last = t - 2
        if even > 0 { rho[last + 1] = even }
        t = 1
        while t <= last - 2 {
            if rho[t + 1] + rho[t + 2] > rho[t - 1] + rho[t] {
                rho[t + 1] = (rho[t - 1] + rho[t]) / 2
                rho[t + 2] = rho[t + 1]
            }
            t += 2
        }
        var sum = 0.0
        for lag in 0..<max(0, last + 1) { sum += rho[lag] }
        var tau = -1 + 2 * sum
        if last + 1 < draws { tau += rho[last + 1] }
        let least = Kernels.log(10) / Kernels.log(total)
        guard !tau.isNaN, !rho.contains(where: \.isNaN) else { return nil }
        return total / max(tau, least)
    }

    /// The chains' autocovariances (divided by n at every lag), averaged over the chains.
    ///
    /// Two chains ride in one complex transform; power spectra add before the one transform back.
    private func meanAutocovariance(_ transform: FourierTransform, means: [Double]) -> [Double] {
        let size = transform.size
        var power = [Double](repeating: 0, count: size)
        var (re, im) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
        var chain = 0
        while chain < chains {
            centred(chain, means, into: &re)
            if chain + 1 < chains { centred(chain + 1, means, into: &im) } else { im = [Double](repeating: 0, count: size) }
            transform.forward(&re, &im)
            power.withUnsafeMutableBufferPointer { power in
                re.withUnsafeBufferPointer { re in
                    im.withUnsafeBufferPointer { im in
                        for k in 0..<size {
                            let mirror = (size - k) & (size - 1)
                            power[k] += (re[k] * re[k] + im[k] * im[k] + re[mirror] * re[mirror] + im[mirror] * im[mirror]) / 2
                        }
                    }
                }
            }
            chain += 2
        }
        var imaginary = [Double](repeating: 0, count: size)
        transform.forward(&power, &imaginary)
        let scale = 1 / (Double(size) * Double(draws) * Double(chains))
        return power[0..<draws].map { $0 * scale }
    }

    /// A chain's draws less its mean, then zeros.
    private func centred(_ chain: Int, _ means: [Double], into points: inout [Double]) {
        values.withUnsafeBufferPointer { values in
            points.withUnsafeMutableBufferPointer { points in
                let (start, mean) = (chain * draws, means[chain])
                for i in 0..<draws { points[i] = values[start + i] - mean }
                for i in draws..<points.count { points[i] = 0 }
            }
        }
    }
}

/// The variance with divisor n - 1.
func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}
