import Kernels

/// The likelihood of the stochastic volatility model with its states summed out: a forward filter on a grid.
///
/// The state is one-dimensional, so what is known of it after each return is a density on a line: one convolution with the transition's
/// normal and one multiplication by the Student-t likelihood a day. Sums on equal cells of smooth densities are exact to rounding while
/// the transition is not narrow against a cell (error e^(-2π²σ²/step²)), so no particles and no Monte Carlo error.
struct VolatilityFilter: Sendable {
    let returns: [Double]
    /// The grid's first state and the distance of its states.
    let lower: Double
    let step: Double
    let count: Int
    private let states: [Double]
    /// e^(-2s) at each state.
    private let powers: [Double]

    /// What of the filtered mass is let go of at the edges of the window that is carried along.
    private static let negligible = 1e-18
    /// The kernel reaches this many standard deviations.
    private static let reach = 7.0
    static let usualStep = 0.0125

    /// A grid over the range.
    init(_ returns: [Double], range: ClosedRange<Double>, step: Double = usualStep) {
        self.returns = returns
        lower = range.lowerBound
        self.step = step
        count = Int(((range.upperBound - range.lowerBound) / step).rounded()) + 1
        states = (0..<count).map { range.lowerBound + Double($0) * step }
        powers = Vector.exp(states.map { -2 * $0 })
    }

    /// Where states of some returns lie: -8…-1 for daily returns of shares, else ±4 about the logarithm of their standard deviation.
    static func range(_ returns: [Double]) -> ClosedRange<Double> {
        let mean = returns.reduce(0, +) / Double(max(1, returns.count))
        let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, returns.count))
        let centre = 0.5 * Kernels.log(max(1e-300, variance))
        if centre > -5.5, centre < -3.5 { return -8 ... -1 }
        let rounded = (centre * 4).rounded() / 4
        return rounded - 4...rounded + 4
    }

    /// log p(x | σ, ν).
    func logLikelihood(sigma: Double, nu: Double) -> Double {
        let fine = finer(for: sigma)
        return fine.pass(sigma: sigma, nu: nu) { _, _, _, _ in }
    }

    /// The same filter with cells no wider than the transition.
    private func finer(for sigma: Double) -> VolatilityFilter {
        guard step > sigma else { return self }
        return VolatilityFilter(returns, range: lower...lower + Double(count - 1) * step, step: max(1e-3, sigma))
    }

    /// The transition's weights from -reach to reach.
    private func kernel(_ sigma: Double) -> (half: Int, weights: [Double]) {
        let half = min(count, Int((Self.reach * sigma / step).rounded(.up)))
        let scale = step / (sigma * (2 * Double.pi).squareRoot())
        return (
            half, Vector.exp((-half...half).map { -0.5 * (Double($0) * step / sigma) * (Double($0) * step / sigma) }).map { $0 * scale }
        )
    }

    /// Filters forward; `body(day, window, filtered, likelihoods)` sees each day's normalised masses and likelihoods over its norm.
    private func pass(
        sigma: Double, nu: Double, _ body: (Int, Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) -> Double {
        let (half, weights) = kernel(sigma)
        let constant = Kernels.lgamma(0.5 * (nu + 1)) - Kernels.lgamma(0.5 * nu) - 0.5 * Kernels.log(nu * Double.pi)
        var total = 0.0
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * count) { memory in
            guard var now = memory.baseAddress else { return }
            var next = now + count
            let likelihoods = now + 2 * count
            var window = 0..<count
            for j in 0..<count { now[j] = step * normalDensity(states[j], sd: 100) }
            for day in returns.indices {
                if day > 0 {
                    let wider = max(0, window.lowerBound - half)..<min(count, window.upperBound + half)
                    for j in wider { next[j] = 0 }
                    Self.convolve(now, window, weights, half, into: next, wider)
                    swap(&now, &next)
                    window = wider
                }
                likelihood(returns[day], nu, constant, window, likelihoods)
                var sum = 0.0
                for j in window {
                    now[j] *= likelihoods[j]
                    sum += now[j]
                }
                total += Kernels.log(sum)
                guard sum > 0, sum.isFinite else { return }
                let factor = 1 / sum
                for j in window {
                    now[j] *= factor
                    likelihoods[j] *= factor
                }
                var (low, high) = (window.lowerBound, window.upperBound)
                while low < high - 1, now[low] < Self.negligible { low += 1 }
                while high > low + 1, now[high - 1] < Self.negligible { high -= 1 }
                window = low..<high
                body(day, window, now, likelihoods)
            }
        }
        return total
    }

    /// target[j] += Σ weights[k]·source[j - k], for sources and targets in their windows.
    private static func convolve(
        _ source: UnsafeMutablePointer<Double>, _ from: Range<Int>, _ weights: [Double], _ half: Int,
        into target: UnsafeMutablePointer<Double>, _ to: Range<Int>
    ) {
        for k in -half...half {
            let low = max(from.lowerBound, to.lowerBound - k)
            let high = min(from.upperBound, to.upperBound - k)
            guard low < high else { continue }
            Vector.axpy(
                weights[k + half], UnsafeBufferPointer(start: source + low, count: high - low),
                UnsafeMutableBufferPointer(start: target + low + k, count: high - low))
        }
    }

    /// The Student-t densities of a return at the states of a window.
    private func likelihood(_ x: Double, _ nu: Double, _ constant: Double, _ window: Range<Int>, _ values: UnsafeMutablePointer<Double>) {
        let factor = x * x / nu
        let part = UnsafeMutableBufferPointer(start: values + window.lowerBound, count: window.count)
        for j in window { values[j] = factor * powers[j] }
        Vector.log1p(UnsafeBufferPointer(part), into: part)
        let power = 0.5 * (nu + 1)
        for j in window { values[j] = constant - states[j] - power * values[j] }
        Vector.exp(UnsafeBufferPointer(part), into: part)
    }

    /// Adds weight times the probability of each state on each day, given all returns: forward filtering, backward smoothing.
    ///
    /// `masses` holds a row of `count` numbers for each day.
    func addSmoothed(sigma: Double, nu: Double, weight: Double, to masses: inout [Double]) {
        let days = returns.count
        let (half, weights) = kernel(sigma)
        var filtered = [Double](repeating: 0, count: days * count)
        var likelihoods = filtered
        var windows = [Range<Int>](repeating: 0..<0, count: days)
        _ = pass(sigma: sigma, nu: nu) { day, window, now, scaled in
            windows[day] = window
            for j in window {
                filtered[day * count + j] = now[j]
                likelihoods[day * count + j] = scaled[j]
            }
        }
        // b[j]: how much more likely the later returns are from state j than on average.
        var b = [Double](repeating: 1, count: count)
        var carried = [Double](repeating: 0, count: count)
        for day in stride(from: days - 1, through: 0, by: -1) {
            let window = windows[day]
            if day < days - 1 {
                let later = windows[day + 1]
                for j in later { carried[j] = b[j] * likelihoods[(day + 1) * count + j] }
                for j in 0..<count { b[j] = 0 }
                carried.withUnsafeMutableBufferPointer { carried in
                    b.withUnsafeMutableBufferPointer { b in
                        guard let source = carried.baseAddress, let target = b.baseAddress else { return }
                        Self.convolve(source, later, weights, half, into: target, window)
                    }
                }
            }
            for j in window { masses[day * count + j] += weight * filtered[day * count + j] * b[j] }
        }
    }

    /// Quantiles of e^s on a day, of masses that add up to about one: the distribution is even within a cell.
    func quantiles(_ masses: ArraySlice<Double>, _ probabilities: [Double]) -> [Double] {
        let total = masses.reduce(0, +)
        var (sum, next) = (0.0, 0)
        var found: [Double] = []
        for (j, mass) in masses.enumerated() {
            while next < probabilities.count, mass > 0, sum + mass >= probabilities[next] * total {
                let share = (probabilities[next] * total - sum) / mass
                found.append(Kernels.exp(lower + (Double(j) - 0.5 + share) * step))
                next += 1
            }
            sum += mass
        }
        return found + [Double](repeating: .nan, count: probabilities.count - found.count)
    }
}
