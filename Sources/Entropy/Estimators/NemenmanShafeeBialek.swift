import Kernels

/// The Bayesian estimate whose prior is nearly flat in the entropy itself: Dirichlet priors of all strengths β, mixed.
///
/// The prior is flat in ξ(β) = ψ(Kβ+1) - ψ(β+1), the mean entropy at β; the posterior weight of β is
/// Γ(Kβ)/Γ(N+Kβ)·Π Γ(n+β)/Γ(β)·dξ/dβ. Integrated over u = log β from -30 to 25 by the trapezoidal rule, which for a smooth peak gains
/// digits exponentially: step 0.05, and shorter where the peak is narrower than that. Differences of log Γ and of ψ′ are formed
/// without their cancellation at great β.
///
/// Source: I. Nemenman, F. Shafee & W. Bialek, "Entropy and inference, revisited" (2002); moments: D. H. Wolpert & D. R. Wolf (1995).
struct NemenmanShafeeBialek: Sendable {
    /// The posterior mean of the entropy in nats.
    let mean: Double
    /// Its posterior standard deviation; nil when not asked for.
    let deviation: Double?

    /// The estimate from counts over an alphabet of K outcomes.
    init(_ counts: CountSpectrum, alphabet: Double, wantsDeviation: Bool = false) {
        guard alphabet > 1, counts.total > 0 else {
            (mean, deviation) = (0, wantsDeviation ? 0 : nil)
            return
        }
        let posterior = Posterior(counts, alphabet)
        // Where the weight is: first roughly, then on the grid itself.
        var (low, high, step) = (-30.0, 25.0, 0.05)
        let coarse = stride(from: 0, through: 110, by: 1).map { posterior.logWeight(-30 + 0.5 * Double($0)) }
        var top = Vector.maximum(coarse)
        if let first = coarse.firstIndex(where: { $0 > top - 60 }), let last = coarse.lastIndex(where: { $0 > top - 60 }) {
            low = max(-30, -31 + 0.5 * Double(first))
            high = min(25, -29 + 0.5 * Double(last))
        }
        var places: [Double] = []
        var weights: [Double] = []
        for _ in 0..<12 {
            let count = Int(((high - low) / step).rounded())
            places = (0...count).map { low + step * Double($0) }
            weights = places.map { posterior.logWeight($0) }
            top = Vector.maximum(weights)
            guard let first = weights.firstIndex(where: { $0 > top - 60 }), let last = weights.lastIndex(where: { $0 > top - 60 }),
                last - first < 60
            else { break }
            // A peak of so few points is narrower than the step: look closer.
            (low, high) = (max(-30, places[first] - step), min(25, places[last] + step))
            step = (high - low) / 240
        }
        var (total, first, second) = (0.0, 0.0, 0.0)
        for (place, weight) in zip(places, weights) where weight > top - 50 {
            let ends = place == -30 || place >= 25 ? 0.5 : 1
            let share = ends * exp(weight - top)
            let beta = exp(place)
            total += share
            first += share * posterior.mean(beta)
            if wantsDeviation { second += share * posterior.square(beta) }
        }
        let mean = first / total
        self.mean = mean
        deviation = wantsDeviation ? max(0, second / total - mean * mean).squareRoot() : nil
    }

    private struct Posterior {
        let counts: CountSpectrum
        let alphabet: Double
        let unseen: Double

        init(_ counts: CountSpectrum, _ alphabet: Double) {
            (self.counts, self.alphabet, unseen) = (counts, alphabet, alphabet - Double(counts.support))
        }

        /// The log of the posterior weight of u = log β, but for a constant.
        func logWeight(_ u: Double) -> Double {
            let beta = exp(u)
            return counts.sum { logRising(beta, $0) } - logRising(alphabet * beta, counts.n) + log(slope(beta)) + u
        }

        /// dξ/dβ = K·ψ′(Kβ+1) - ψ′(β+1).
        func slope(_ beta: Double) -> Double {
            guard beta > 30 else { return alphabet * trigamma(alphabet * beta + 1) - trigamma(beta + 1) }
            // ψ′(x+1) = 1/x - 1/(2x²) + 1/(6x³) - 1/(30x⁵) + …, of which the first terms cancel.
            let (r, x) = (1 / alphabet, 1 / beta)
            let square = x * x
            let (r2, r4) = (r * r, r * r * r * r)
            let tail =
                (r2 - 1) / 6 - square * ((r4 - 1) / 30 - square * ((r4 * r2 - 1) / 42 - square * ((r4 * r4 - 1) / 30)))
            return square * ((1 - r) / 2 + x * tail)
        }

        /// E[H | β].
        func mean(_ beta: Double) -> Double {
            counts.dirichletMean(alphabet: alphabet, a: beta)
        }

        /// E[H² | β].
        func square(_ beta: Double) -> Double {
            let all = counts.n + alphabet * beta
            let (centre, bend) = (digamma(all + 2), trigamma(all + 2))
            var (weighted, squares, sizes, own) = (0.0, 0.0, 0.0, 0.0)
            func add(_ a: Double, _ times: Double) {
                // Shares of the whole keep Kβ from overflowing into the squares.
                let share = a / all
                let d = digamma(a + 1) - centre
                let e = digamma(a + 2) - centre
                weighted += times * share * d
                squares += times * share * d * (share * d)
                sizes += times * share * share
                own += times * share * ((a + 1) / all) * (e * e + trigamma(a + 2) - bend)
            }
            for (count, times) in zip(counts.values, counts.multiplicities) { add(Double(count) + beta, Double(times)) }
            if unseen > 0 { add(beta, unseen) }
            let pairs = weighted * weighted - squares - bend * (1 - sizes)
            return (pairs + own) * (all / (all + 1))
        }
    }
}

/// log Γ(a + n) - log Γ(a) for a > 0 and n >= 0, without the cancellation where a is great.
func logRising(_ a: Double, _ n: Double) -> Double {
    if n == 0 { return 0 }
    guard a > 20 else { return lgamma(a + n) - lgamma(a) }
    func remainder(_ x: Double) -> Double {
        let square = 1 / (x * x)
        let series = 1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188))))
        return series / x
    }
    return (a - 0.5) * log1p(n / a) + n * (log(a + n) - 1) + (remainder(a + n) - remainder(a))
}
