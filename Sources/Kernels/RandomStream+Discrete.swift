import CKernels

extension RandomStream {
    /// Uniform on 0..<bound, without bias (Lemire 2019: a multiplication, and a rejection that is rarely needed).
    @inlinable public mutating func integer(below bound: Int) -> Int { boundedInteger(bound) { bits() } }

    /// Puts the elements into a uniformly random order.
    public mutating func shuffle<T>(_ items: inout [T]) {
        for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, integer(below: i + 1)) }
    }

    /// 0..<count in a uniformly random order.
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        shuffle(&order)
        return order
    }

    /// An index with probability in proportion to the weights, which are not negative and not all zero.
    ///
    /// Linear time; `AliasTable` draws in constant time.
    public mutating func categorical(_ weights: [Double]) -> Int {
        var left = uniform() * Vector.sum(weights)
        var last = 0
        for (k, weight) in weights.enumerated() where weight > 0 {
            if left < weight { return k }
            left -= weight
            last = k
        }
        return last
    }

    /// The number of successes in independent trials of the given probability.
    ///
    /// Inversion for a mean below 10, above it transformed rejection (Hörmann 1993), whose time does not grow with the trials.
    public mutating func binomial(trials: Int, probability: Double) -> Int {
        precondition(trials >= 0 && trials < 1 << 52, "a binomial variable of \(trials) trials")
        precondition(probability >= 0 && probability <= 1, "a probability of \(probability)")
        if trials == 0 || probability == 0 { return 0 }
        if probability == 1 { return trials }
        if probability > 0.5 { return trials - fewSuccesses(trials: trials, probability: 1 - probability) }
        return fewSuccesses(trials: trials, probability: probability)
    }

    private mutating func fewSuccesses(trials: Int, probability p: Double) -> Int {
        let n = Double(trials)
        let ratio = p / (1 - p)
        if n * p < 10 {
            let none = wb_exp(n * wb_log1p(-p))
            while true {
                var u = uniform()
                var term = none
                var k = 0.0
                while u >= term {
                    u -= term
                    k += 1
                    term *= (n - k + 1) / k * ratio
                    // Past the end, or so far out that the terms are less than u's own grain: again.
                    if k > n || (k > n * p && term < 0x1p-60) { k = -1; break }
                }
                if k >= 0 { return Int(k) }
            }
        }
        let spread = (n * p * (1 - p)).squareRoot()
        let b = 1.15 + 2.53 * spread
        let a = -0.0873 + 0.0248 * b + 0.01 * p
        let centre = n * p + 0.5
        let alpha = (2.83 + 5.1 / b) * spread
        let surely = 0.92 - 4.2 / b
        let mode = ((n + 1) * p).rounded(.down)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let near = 0.5 - abs(u)
            let k = ((2 * a / near + b) * u + centre).rounded(.down)
            guard k >= 0, k <= n else { continue }
            if near >= 0.07 && v <= surely { return Int(k) }
            let height = wb_log(v * alpha / (a / (near * near) + b))
            // log of P(k)/P(mode), the factorials by Stirling's formula with its remainders.
            let bound =
                (mode + 0.5) * wb_log((mode + 1) / (ratio * (n - mode + 1))) + (n + 1) * wb_log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * wb_log(ratio * (n - k + 1) / (k + 1)) + stirlingRemainder(mode) + stirlingRemainder(n - mode)
                - stirlingRemainder(k) - stirlingRemainder(n - k)
            if height <= bound { return Int(k) }
        }
    }

    /// Poisson with the given mean.
    ///
    /// Inversion for a mean below 10, above it transformed rejection (Hörmann 1993).
    public mutating func poisson(mean: Double) -> Int {
        precondition(mean >= 0 && mean < 0x1p50, "a Poisson variable of mean \(mean)")
        if mean < 10 {
            let none = wb_exp(-mean)
            while true {
                var u = uniform()
                var term = none
                var k = 0
                while u >= term {
                    u -= term
                    k += 1
                    term *= mean / Double(k)
                    if Double(k) > mean && term < 0x1p-60 { k = -1; break }
                }
                if k >= 0 { return k }
            }
        }
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let surely = 0.9277 - 3.6224 / (b - 2)
        let logMean = wb_log(mean)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let near = 0.5 - abs(u)
            let k = ((2 * a / near + b) * u + mean + 0.43).rounded(.down)
            guard k >= 0 else { continue }
            if near >= 0.07 && v <= surely { return Int(k) }
            if near < 0.013 && v > near { continue }
            let height = wb_log(v * inverseAlpha / (a / (near * near) + b))
            // log of the probability: k log mean - mean - log k!, in the order that loses least for a great mean.
            let remainder = (k + 1) - mean - (k + 0.5) * wb_log((k + 1) / mean) - 0.5 * logMean - 0.9189385332046727 - stirlingRemainder(k)
            if height <= remainder { return Int(k) }
        }
    }

    /// Counts of `trials` independent throws into outcomes with the given probabilities (or weights: not negative, not all zero).
    ///
    /// Each outcome in turn is a binomial share of the throws that are left: time in the outcomes, not the throws.
    public mutating func multinomial(trials: Int, probabilities: [Double]) -> [Int] {
        precondition(trials >= 0, "\(trials) throws")
        // What is left from each outcome on, summed from the end, so that the last outcome with weight takes all that is left.
        var rest = [Double](repeating: 0, count: probabilities.count)
        var total = 0.0
        for k in probabilities.indices.reversed() {
            precondition(probabilities[k] >= 0 && probabilities[k] < .infinity, "outcome \(k) has weight \(probabilities[k])")
            total += probabilities[k]
            rest[k] = total
        }
        precondition(total > 0 && total < .infinity || trials == 0, "the weights of the outcomes add up to \(total)")
        var counts = [Int](repeating: 0, count: probabilities.count)
        var left = trials
        for k in probabilities.indices where left > 0 && probabilities[k] > 0 {
            counts[k] = binomial(trials: left, probability: min(1, probabilities[k] / rest[k]))
            left -= counts[k]
        }
        return counts
    }
}

/// log k! - ((k + 1/2) log(k + 1) - (k + 1) + log(2π)/2), the remainder of Stirling's formula.
private func stirlingRemainder(_ k: Double) -> Double {
    if k < 10 { return lgamma(k + 1) - ((k + 0.5) * wb_log(k + 1) - (k + 1) + 0.9189385332046727) }
    let w = 1 / (k + 1)
    let z = w * w
    return w * (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680))))
}
