import Kernels

/// Estimates of an entropy from counts, in nats, each by its published formula.
extension CountSpectrum {
    /// -Σ (n/N) log(n/N): too small by about (K-1)/(2N).
    var plugin: Double { total == 0 ? 0 : max(0, sum { -$0 / n * log($0 / n) }) }

    /// The plug-in with its first-order bias taken off (Miller 1955).
    var millerMadow: Double { plugin + Double(support - 1) / (2 * n) }

    /// N·H - (N-1)·mean of H with one observation left out (Zahl 1977).
    var jackknife: Double {
        guard total > 1 else { return plugin }
        // N·H less (N-1)·mean, multiplied out: the parts of order N cancel on paper instead of in rounding.
        return plugin - (n - 1) * log1p(-1 / n) + sum { $0 > 1 ? $0 / n * ($0 - 1) * log1p(-1 / $0) : 0 }
    }

    /// Σ (n/N)·(log N - ψ(n) - (-1)ⁿ/(n+1)) (Grassberger 1988).
    var grassberger1988: Double {
        sum { $0 / n * (log(n) - digamma($0) - (Self.isEven($0) ? 1 : -1) / ($0 + 1)) }
    }

    /// log N - (1/N) Σ n·G(n), G(n) = ψ(n) + (-1)ⁿ/2·(ψ((n+1)/2) - ψ(n/2)) (Grassberger 2003).
    var grassberger2003: Double {
        let mean = sum { c in
            c / n * (digamma(c) + (Self.isEven(c) ? 0.5 : -0.5) * (digamma((c + 1) / 2) - digamma(c / 2)))
        }
        return log(n) - mean
    }

    private static func isEven(_ count: Double) -> Bool { (count / 2).rounded() * 2 == count }

    /// The share of probability that was seen, by Good & Turing: 1 - f₁/N, with f₁ reduced by one when every count is 1.
    var coverage: Double {
        let once = singletons == total ? singletons - 1 : singletons
        return 1 - Double(once) / n
    }

    /// Horvitz & Thompson's sum over the outcomes seen, weighted by the chance of having been seen (Chao & Shen 2003).
    var chaoShen: Double {
        let share = coverage
        return sum { c in
            let p = share * c / n
            return -p * log(p) / -expm1(n * log1p(-p))
        }
    }

    /// The weight of the uniform distribution in James & Stein's shrinkage (Hausser & Strimmer 2009), 0 to 1.
    func jamesSteinLambda(alphabet: Double) -> Double {
        let target = 1 / alphabet
        let squares = sum { ($0 / n) * ($0 / n) }
        let distance = sum { ($0 / n - target) * ($0 / n - target) } + (alphabet - Double(support)) * target * target
        guard total > 1, distance > 0 else { return 1 }
        return min(1, max(0, (1 - squares) / ((n - 1) * distance)))
    }

    /// The plug-in entropy of the shrunk probabilities.
    func jamesStein(alphabet: Double) -> Double {
        let weight = jamesSteinLambda(alphabet: alphabet)
        func term(_ p: Double) -> Double { p > 0 ? -p * log(p) : 0 }
        let target = weight / alphabet
        return sum { term(target + (1 - weight) * $0 / n) } + (alphabet - Double(support)) * term(target)
    }

    /// The plug-in entropy of (n + a)/(N + K·a), the posterior mean probabilities under a Dirichlet prior.
    func dirichlet(alphabet: Double, a: Double) -> Double {
        let all = n + alphabet * a
        func term(_ p: Double) -> Double { -p * log(p) }
        return sum { term(($0 + a) / all) } + (alphabet - Double(support)) * term(a / all)
    }

    /// The posterior mean entropy under a Dirichlet prior (Wolpert & Wolf 1995).
    func dirichletMean(alphabet: Double, a: Double) -> Double {
        let all = n + alphabet * a
        return digamma(all + 1) - sum { ($0 + a) / all * digamma($0 + a + 1) }
            - (alphabet - Double(support)) * (a / all) * digamma(a + 1)
    }
}

/// The estimators of a discrete entropy, as the bench and the figures list them.
enum DiscreteEstimator: String, CaseIterable, Sendable, Codable {
    case plugin, millerMadow, jackknife, grassberger1988, grassberger2003, chaoShen, jamesStein
    case dirichletOne, dirichletHalf, dirichletShare, nsb

    /// A short name for legends.
    var label: String {
        switch self {
        case .plugin: "plug-in"
        case .millerMadow: "Miller-Madow"
        case .jackknife: "jackknife"
        case .grassberger1988: "Grassberger 88"
        case .grassberger2003: "Grassberger 03"
        case .chaoShen: "Chao-Shen"
        case .jamesStein: "James-Stein"
        case .dirichletOne: "Dirichlet 1"
        case .dirichletHalf: "Dirichlet ½"
        case .dirichletShare: "Dirichlet 1/K"
        case .nsb: "NSB"
        }
    }

    /// The estimate for an alphabet of K outcomes.
    func estimate(_ counts: CountSpectrum, alphabet: Double) -> Double {
        switch self {
        case .plugin: counts.plugin
        case .millerMadow: counts.millerMadow
        case .jackknife: counts.jackknife
        case .grassberger1988: counts.grassberger1988
        case .grassberger2003: counts.grassberger2003
        case .chaoShen: counts.chaoShen
        case .jamesStein: counts.jamesStein(alphabet: alphabet)
        case .dirichletOne: counts.dirichlet(alphabet: alphabet, a: 1)
        case .dirichletHalf: counts.dirichlet(alphabet: alphabet, a: 0.5)
        case .dirichletShare: counts.dirichlet(alphabet: alphabet, a: 1 / alphabet)
        case .nsb: NemenmanShafeeBialek(counts, alphabet: alphabet).mean
        }
    }
}
