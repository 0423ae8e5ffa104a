import Kernels
import Statistics

/// How far the weights of Bayes by Backprop stand out from their own uncertainty, and the networks that are left without the least of
/// them.
struct WeightSignals: Sendable {
    /// 10 log₁₀(|μ|/σ) of each weight by chain, -∞ of a mean of 0; empty for other samplers.
    let decibels: [[Double]]

    /// Shares for a course of pruning.
    static let shares = [0, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1]

    init(_ run: ChainRun<NetworkTarget>) {
        let perDecade = 10 / Kernels.log(10)
        decibels = run.variational.map { chain in
            Vector.log(zip(chain.means, chain.scales).map { abs($0) / $1 }).map { perDecade * $0 }
        }
    }

    /// Quantiles over the weights of all chains.
    func quantiles(_ probabilities: [Double]) -> [Double] {
        let sorted = decibels.joined().sorted()
        return probabilities.map { quantile(sorted: sorted, $0) ?? .nan }
    }

    /// How many of so many weights a share is, rounded.
    static func pruned(_ share: Double, of count: Int) -> Int { min(count, max(0, Int((share * Double(count)).rounded()))) }

    /// A chain's means, the share of the lowest signal set to 0; of equal ones the first.
    func pruned(_ share: Double, _ means: [Double], chain: Int) -> [Double] {
        let order = means.indices.sorted { (decibels[chain][$0], $0) < (decibels[chain][$1], $1) }
        var left = means
        for i in order.prefix(Self.pruned(share, of: means.count)) { left[i] = 0 }
        return left
    }

    /// The root mean squared error at the data of the chains' mean prediction, each by its network of pruned means; nil for other samplers.
    func rmse(pruning share: Double, _ run: ChainRun<NetworkTarget>) -> Double? {
        guard !run.variational.isEmpty else { return nil }
        let target = run.target
        var prediction = [Double](repeating: 0, count: target.x.count)
        for (chain, fitted) in run.variational.enumerated() {
            Vector.axpy(
                1 / Double(run.variational.count), target.outputs(pruned(share, fitted.means, chain: chain), at: target.x), &prediction)
        }
        let squares = zip(prediction, target.y).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (squares / Double(target.y.count)).squareRoot()
    }
}
