import Kernels
import Plotting
import Statistics

/// How well the draws so far predict the rows held out: their predictive densities and means, averaged over draws.
struct HeldOutScore: Sendable, Codable {
    private var densities: [Double]
    private var means: [Double]
    private var weight = 0.0
    private var draws = 0
    private let apart: Int
    /// The mean log predictive density over draws heard.
    private(set) var logLikelihoods = Series.explicit()
    private(set) var accuracies = Series.explicit()

    /// A score recorded every `apart` draws.
    init(rows: Int, apart: Int) {
        densities = [Double](repeating: 0, count: rows)
        means = densities
        self.apart = max(1, apart)
    }

    mutating func add(_ target: RegressionTarget, _ test: RegressionRows, _ value: (Int) -> Double, weight: Double) {
        guard test.count > 0, weight > 0 else { return }
        let eta = target.predictors(test, value)
        let sigma = target.noise(value)
        for i in 0..<test.count {
            let p = target.prediction(eta[i], test.response[i], test.trials[i], sigma)
            densities[i] += weight * p.density
            means[i] += weight * p.mean
        }
        self.weight += weight
        draws += 1
        guard draws % apart == 0 else { return }
        if let score = logLikelihood { logLikelihoods.append(Point(x: Double(draws), y: score)) }
        if target.family == .logistic, let accuracy = accuracy(test) { accuracies.append(Point(x: Double(draws), y: accuracy)) }
    }

    /// The mean over rows of the log of the mean predictive density; nil before the first draw.
    var logLikelihood: Double? {
        guard weight > 0, !densities.isEmpty else { return nil }
        return densities.reduce(0) { $0 + Kernels.log($1 / weight) } / Double(densities.count)
    }

    /// Each row's mean prediction.
    var predictions: [Double] { means.map { $0 / weight } }

    /// The share of trials predicted on the right side of one half.
    func accuracy(_ test: RegressionRows) -> Double? {
        guard weight > 0, test.count > 0 else { return nil }
        var (right, all) = (0.0, 0.0)
        for (i, p) in predictions.enumerated() {
            all += test.trials[i]
            right += p > 0.5 ? test.response[i] : test.trials[i] - test.response[i]
        }
        return all > 0 ? right / all : nil
    }

    /// The probability that a success is predicted higher than a failure, ties counting half; nil when one kind is missing.
    func area(_ test: RegressionRows) -> Double? {
        guard weight > 0 else { return nil }
        let scores = predictions
        var (sum, successes, failures, below) = (0.0, 0.0, 0.0, 0.0)
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var start = 0
        while start < order.count {
            var end = start
            var (good, bad) = (0.0, 0.0)
            while end < order.count, scores[order[end]] == scores[order[start]] {
                good += test.response[order[end]]
                bad += test.trials[order[end]] - test.response[order[end]]
                end += 1
            }
            sum += good * (below + 0.5 * bad)
            below += bad
            successes += good
            failures += bad
            start = end
        }
        return successes > 0 && failures > 0 ? sum / (successes * failures) : nil
    }

    /// The root mean squared error of the mean prediction.
    func rmse(_ test: RegressionRows) -> Double? {
        guard weight > 0, test.count > 0 else { return nil }
        return (zip(predictions, test.response).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(test.count)).squareRoot()
    }
}

extension RegressionTarget {
    /// η of each row, from a draw's quantities.
    func predictors(_ rows: RegressionRows, _ value: (Int) -> Double) -> [Double] {
        var eta = rows.offset
        for j in names.indices { Vector.axpy(value(j), Array(rows.columns[j * rows.count..<(j + 1) * rows.count]), &eta) }
        var next = names.count + (estimatesNoise ? 1 : 0)
        for (place, group) in groups.enumerated() {
            for i in 0..<rows.count { eta[i] += value(next + 1 + Int(rows.groups[place][i])) }
            next += 1 + group.levels.count
        }
        return eta
    }

    /// σ of a draw's quantities; 1 without.
    func noise(_ value: (Int) -> Double) -> Double { family == .linear ? knownNoise ?? value(names.count) : 1 }

    /// The density of a response and the mean it is expected to have; of binomials the mean share.
    func prediction(_ eta: Double, _ y: Double, _ trials: Double, _ sigma: Double) -> (density: Double, mean: Double) {
        switch family {
        case .logistic:
            let density = y * eta - trials * Kernels.log1pExp(eta) + Self.constant(.logistic, y, trials)
            return (Kernels.exp(density), Kernels.logistic(eta))
        case .poisson:
            let mean = Kernels.exp(eta)
            return (Kernels.exp(y * eta - mean + Self.constant(.poisson, y, 1)), mean)
        case .linear: return (normalDensity(y, mean: eta, sd: sigma), eta)
        }
    }

    /// The probability of a smaller response plus half that of an equal one: uniform when the model is right.
    func position(_ eta: Double, _ y: Double, _ sigma: Double) -> Double {
        if family == .linear { return NormalDistribution(mean: eta, standardDeviation: sigma).cumulative(y) }
        let mean = Kernels.exp(eta)
        guard mean > 0, mean.isFinite else { return mean > 0 ? 0 : 1 }
        let upTo = regularizedGamma(y + 1, mean).upper
        let below = y > 0 ? regularizedGamma(y, mean).upper : 0
        return 0.5 * (upTo + below)
    }
}
