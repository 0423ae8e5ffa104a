import Engine
import Foundation
import Kernels
import Testing

@testable import Sampling

/// Values made by Tests/References/sampling/network.py, which follows the formulas and not the program.
struct NetworkReference: Decodable {
    struct Target: Decodable {
        var activation, prior: String
        var points: [[Double]], logDensity: [Double], gradient: [[Double]]
    }
    struct Terms: Decodable {
        var weights: String
        var share, F: Double
        var mu, rho: [Double]
    }
    struct Draw: Decodable {
        var mu, rho, noise, sigma, weights: [Double]
        var rows: [Int32]
        var entropy, logQ, logPrior: Double
    }
    struct Adam: Decodable { var start: [Double], rate: Double, gradients, path: [[Double]] }

    var hidden: Int
    var noise: Double
    var x, y: [Double]
    var targets: [Target]
    var terms: [Terms]
    var draw: Draw
    var adam: Adam
    var shares: [String: [Double]]

    static func load() throws -> NetworkReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/network.json")
        return try JSONDecoder().decode(NetworkReference.self, from: Data(contentsOf: file))
    }

    static func prior(_ name: String) -> NetworkPrior {
        name == "normal" ? NetworkPrior(wide: 1.5) : NetworkPrior(wide: 1, narrow: 0.05, share: 0.25)
    }

    func target(activation: String, prior: String) throws -> NetworkTarget {
        NetworkTarget(
            x: x, y: y, hidden: hidden, activation: try #require(NetworkTarget.Activation(rawValue: activation)), prior: Self.prior(prior),
            noise: noise)
    }
}

@Suite struct `Bayes by Backprop` {
    @Test func `a minibatch's slopes are those of the paper's F, differentiated independently`() throws {
        let want = try NetworkReference.load()
        let (draw, d) = (want.draw, want.draw.mu.count)
        let target = try want.target(activation: "relu", prior: "mixture")
        var (scales, slopes, weights) = (
            [Double](repeating: 0, count: d), [Double](repeating: 0, count: d), [Double](repeating: 0, count: d)
        )
        draw.mu.withUnsafeBufferPointer { mu in
            draw.rho.withUnsafeBufferPointer { rho in
                draw.noise.withUnsafeBufferPointer { noise in
                    scales.withUnsafeMutableBufferPointer { scales in
                        slopes.withUnsafeMutableBufferPointer { slopes in
                            weights.withUnsafeMutableBufferPointer { weights in
                                guard let noise = noise.baseAddress else { return }
                                BayesByBackprop.draw(mean: mu, rho: rho, noise: noise, scales: scales, slopes: slopes, weights: weights)
                            }
                        }
                    }
                }
            }
        }
        #expect(close(scales, draw.sigma, 1e-14))
        #expect(close(weights, draw.weights, 1e-14))
        #expect(close(BayesByBackprop.entropy(scales: scales), draw.entropy, 1e-12))
        // log q(w) is minus the entropy but for the squares of the noise.
        let logQ = -BayesByBackprop.entropy(scales: scales) + 0.5 * draw.noise.reduce(0) { $0 + 1 - $1 * $1 }
        #expect(close(logQ, draw.logQ, 1e-12))

        let (batches, number) = (3, 2)
        for term in want.terms {
            let kind = try #require(BayesByBackprop.DivergenceWeights(rawValue: term.weights))
            let share = BayesByBackprop.share(of: number, among: batches, kind)
            #expect(close(share, term.share, 1e-15))
            let factor = Double(batches) * share
            var (gradient, part, rho) = (weights, weights, weights)
            var logPrior = 0.0
            target.withEvaluator { evaluator in
                weights.withUnsafeBufferPointer { w in
                    guard let w = w.baseAddress else { return }
                    evaluator.priorGradient(w, into: &gradient)
                    evaluator.likelihoodGradient(w, rows: draw.rows, count: draw.rows.count, into: &part)
                }
            }
            for i in 0..<d { gradient[i] = factor * gradient[i] + Double(batches) * part[i] }
            scales.withUnsafeBufferPointer { scales in
                slopes.withUnsafeBufferPointer { slopes in
                    BayesByBackprop.rhoGradient(gradient, entropy: factor, noise: draw.noise, scales: scales, slopes: slopes, into: &rho)
                }
            }
            #expect(close(gradient, term.mu, 1e-11))
            #expect(close(rho, term.rho, 1e-11))
            var scratch = [Double](repeating: 0, count: 2 * d)
            weights.withUnsafeBufferPointer {
                logPrior = NetworkReference.prior("mixture").logDensity($0, gradient: &part, scratch: &scratch)
            }
            #expect(close(logPrior, draw.logPrior, 1e-12))
        }
    }

    @Test func `the shares of an epoch's minibatches are the paper's and add up to one`() throws {
        for (count, shares) in try NetworkReference.load().shares {
            let batches = try #require(Int(count))
            #expect(close((1...batches).map { BayesByBackprop.share(of: $0, among: batches, .geometric) }, shares, 1e-15))
        }
        for batches in [1, 2, 10, 256, 3000] {
            for kind in BayesByBackprop.DivergenceWeights.allCases {
                let sum = (1...batches).reduce(0.0) { $0 + BayesByBackprop.share(of: $1, among: batches, kind) }
                #expect(abs(sum - 1) < 1e-12)
            }
        }
    }

    @Test func `Adam's path is that of its paper's algorithm`() throws {
        let want = try NetworkReference.load().adam
        var (position, moments) = (want.start, AdaptiveMoments(count: want.start.count))
        for (gradient, place) in zip(want.gradients, want.path) {
            moments.ascend(&position, gradient: gradient, rate: want.rate)
            #expect(close(position, place, 1e-14))
        }
    }

    @Test func `on a normal posterior the fitted normal is exact`() throws {
        // Independent coordinates: the posterior itself is a factorised normal distribution, so the bound is the evidence.
        let run = try drive(
            TargetExperiment.self,
            [
                "target": .text("ill-conditioned"), "dimension": .integer(3), "condition": .real(4), "sampler": .text("bbb"),
                "chains": .integer(2),
                "updates": .integer(6000), "burnin": .integer(3000), "learningRate": .real(0.03), "initialScale": .real(0.5),
                "stepStart": .real(1), "stepEnd": .real(0.02), "thin": .integer(5),
            ])
        let chain = try #require(run.run.variational.first)
        for (mean, scale, sd) in zip3(chain.means, chain.scales, [1, 0.7071, 0.5]) {
            #expect(abs(mean) < 0.05 * sd)
            #expect(abs(scale / sd - 1) < 0.05)
        }
        let results = run.results()
        #expect(abs(results.number("elbo") ?? 9) < 0.01 + 5 * (results.number("elboSe") ?? 0))
    }

    @Test func `correlated coordinates are fitted too narrow, as theory has it`() throws {
        // The best factorised normal has the precision's diagonal: for two coordinates of correlation r, variance 1 - r².
        let run = try drive(
            TargetExperiment.self,
            [
                "target": .text("correlated"), "dimension": .integer(2), "correlation": .real(0.8), "sampler": .text("bbb"),
                "chains": .integer(1), "updates": .integer(6000), "learningRate": .real(0.03), "initialScale": .real(0.5),
                "stepStart": .real(1),
                "stepEnd": .real(0.02), "thin": .integer(5),
            ])
        let chain = try #require(run.run.variational.first)
        for scale in chain.scales { #expect(abs(scale - 0.6) < 0.03, "\(scale)") }
        // ELBO = log Z - KL = ½log(1 - r²) for a normalised density.
        let results = run.results()
        #expect(abs((results.number("elbo") ?? 9) - Kernels.log(0.6)) < 0.01 + 4.5 * (results.number("elboSe") ?? 0))
    }

    @Test func `at temperature 0 the distribution shrinks onto the mode`() throws {
        let values: [String: Value] = [
            "target": .text("ill-conditioned"), "dimension": .integer(2), "condition": .real(2), "sampler": .text("bbb"),
            "chains": .integer(1),
            "updates": .integer(3000), "learningRate": .real(0.03), "initialScale": .real(0.5), "stepStart": .real(1),
            "stepEnd": .real(0.1),
        ]
        let warm = try drive(TargetExperiment.self, values)
        let cold = try drive(TargetExperiment.self, values.merging(["temperature": .real(0)]) { $1 })
        #expect(cold.run.variational[0].scales[0] < 0.1 * warm.run.variational[0].scales[0])
    }
}

private func zip3(_ a: [Double], _ b: [Double], _ c: [Double]) -> [(Double, Double, Double)] { a.indices.map { (a[$0], b[$0], c[$0]) } }

@Suite struct `A regression network` {
    @Test func `log densities and gradients are those of the definitions`() throws {
        let reference = try NetworkReference.load()
        for want in reference.targets {
            let target = try reference.target(activation: want.activation, prior: want.prior)
            for (k, point) in want.points.enumerated() {
                let (value, gradient) = target.evaluate(point)
                #expect(close(value, want.logDensity[k], 1e-12), "\(want.activation) \(want.prior): \(value) for \(want.logDensity[k])")
                let size = want.gradient[k].reduce(1) { max($0, abs($1)) }
                #expect(zip(gradient, want.gradient[k]).allSatisfy { abs($0 - $1) < 1e-12 * size })
            }
        }
    }

    @Test(arguments: ["normal", "mixture"]) func `gradients are slopes at many places, minibatches add up`(prior: String) throws {
        let target = try NetworkReference.load().target(activation: "tanh", prior: prior)
        expectSlopes(target, places: 40, scale: 0.8)
        for size in [1, 3, 7] {
            expectMinibatchesAddUp(target, at: (0..<target.dimension).map { 0.1 * Double($0) - 1 }, size: size)
        }
    }

    @Test func `a ReLU's gradients are slopes away from its kinks, over several blocks of data`() {
        let data = NetworkData.drawn(150, seed: 3, purpose: "test")
        let target = NetworkTarget(x: data.x, y: data.y, hidden: 4, activation: .relu, prior: NetworkPrior(wide: 1), noise: 0.5)
        var stream = RandomStream(seed: 8, purpose: "places")
        var (close, all) = (0, 0)
        for _ in 0..<40 {
            let q = target.randomStart(&stream)
            let gradient = target.evaluate(q).gradient
            let size = gradient.reduce(1) { max($0, abs($1)) }
            for i in 0..<target.dimension {
                var (up, down) = (q, q)
                up[i] += 1e-6
                down[i] -= 1e-6
                let slope = (target.evaluate(up).logDensity - target.evaluate(down).logDensity) / 2e-6
                all += 1
                if abs(slope - gradient[i]) < 1e-6 * size { close += 1 }
            }
        }
        // A kink within a millionth of one of 150 data is rare; a wrong gradient is not.
        #expect(close > all * 99 / 100, "\(close) of \(all)")
    }

    /// The paper's network, for as many updates as a debug build bears.
    static let short: [String: Value] = [
        "chains": .integer(1), "updates": .integer(8000), "burnin": .integer(6000), "learningRate": .real(0.02), "hidden": .integer(16),
        "thin": .integer(5),
    ]

    @Test func `the band widens where there are no data`() throws {
        let run = try drive(NetworkExperiment.self, Self.short)
        let results = run.results()
        let (inside, outside) = (results.number("inDataSd") ?? 1, results.number("outOfDataSd") ?? 0)
        #expect(inside < 0.08)
        #expect(outside > 4 * inside, "\(outside) for \(inside)")
        #expect((results.number("trainRmse") ?? 1) < 0.1)
        #expect((results.number("coverage90") ?? 0) > 0.9)
        // What the tally of functions says is what the draws of the same quantity say.
        let band = try #require(run.tables().first { $0.name == "band" })
        #expect(band.rows.count == 57)
        guard case .number(let x) = band.rows[48][0], case .number(let sd) = band.rows[48][2] else {
            Issue.record("the band has no numbers")
            return
        }
        #expect(close(x, 1, 1e-12))
        #expect(abs(sd / outside - 1) < 0.02, "\(sd) for \(outside)")
    }

    @Test func `the bound rises, and the divergence is what parts it from the likelihood`() throws {
        let run = try drive(NetworkExperiment.self, Self.short)
        let bounds = run.run.bounds[0]
        #expect(bounds.y[bounds.count - 1] > bounds.y[10])
        let results = run.results()
        #expect((results.number("kl") ?? 0) > 0)
        // q's own divergence from the prior by 2000 draws of its weights.
        let chain = run.run.variational[0]
        var stream = RandomStream(seed: 1, purpose: "test")
        var (sum, scratch) = (0.0, [Double](repeating: 0, count: 2 * chain.dimension))
        var gradient = [Double](repeating: 0, count: chain.dimension)
        for _ in 0..<2000 {
            let w = zip(chain.means, chain.scales).map { $0 + $1 * stream.normal() }
            w.withUnsafeBufferPointer { sum += run.run.target.prior.logDensity($0, gradient: &gradient, scratch: &scratch) }
        }
        let divergence = -BayesByBackprop.entropy(scales: chain.scales) - sum / 2000
        #expect(abs((results.number("kl") ?? 0) / divergence - 1) < 0.03, "\(results.number("kl") ?? 0) for \(divergence)")
    }

    @Test func `pruning the weights of least signal costs little at first and all at last`() throws {
        var run = try drive(NetworkExperiment.self, Self.short)
        let whole = run.results().number("prunedRmse") ?? .nan
        try run.apply(Change("prune", .real(0.5), step: 8000))
        #expect(run.results().number("prunedWeights") == 160)
        #expect((run.results().number("prunedRmse") ?? 9) < 2 * whole + 0.02)
        try run.apply(Change("prune", .real(1), step: 8000))
        // Nothing left but 0: the error is that of 0.
        let y = run.run.target.y
        #expect(close(run.results().number("prunedRmse") ?? 9, (y.reduce(0) { $0 + $1 * $1 } / Double(y.count)).squareRoot(), 1e-12))
        let quantiles = run.results().numbers("signalToNoise") ?? []
        #expect(quantiles.count == 5 && quantiles == quantiles.sorted())
        #expect(run.run.draws.segments.count == 1)
    }

    @Test(arguments: ["sgld", "psgld", "sghmc", "sgd", "hmc", "nuts", "mala"]) func `other samplers move the same weights`(sampler: String)
        throws
    {
        let values: [String: Value] = [
            "sampler": .text(sampler), "hidden": .integer(3), "points": .integer(40), "chains": .integer(2), "updates": .integer(400),
            "warmup": .integer(30), "draws": .integer(20), "batch": .integer(10), "maxTreeDepth": .integer(4),
        ]
        let results = try drive(NetworkExperiment.self, values).results()
        #expect(results.number("divergences") == 0 || sampler == "hmc" || sampler == "nuts" || sampler == "mala")
        #expect(results.number("trainRmse")?.isFinite == true)
        #expect(results["elbo"] == nil && results["kl"] == ResultValue.none)
        #expect(results.warnings.contains { $0.contains("sampler=bbb") })
    }

    @Test(arguments: ["bbb", "sgld", "hmc"]) func `the laws hold`(sampler: String) throws {
        try expectLaws(
            NetworkExperiment.self,
            [
                "sampler": .text(sampler), "hidden": .integer(4), "points": .integer(30), "batch": .integer(8), "updates": .integer(100),
                "thin": .integer(2), "burnin": .integer(20), "warmup": .integer(20), "draws": .integer(40), "leapfrogSteps": .integer(3),
            ], half: 30)
    }

    @Test func `a live rate or batch acts from there on and is kept apart`() throws {
        let values: [String: Value] = [
            "hidden": .integer(4), "points": .integer(32), "batch": .integer(8), "updates": .integer(200), "burnin": .integer(20),
            "thin": .integer(2),
        ]
        var run = try drive(NetworkExperiment.self, values, steps: 100)
        var other = run
        try run.apply(Change("learningRate", .real(0.001), step: 100))
        _ = try run.step(50)
        _ = try other.step(50)
        #expect(run.run.variational[0].parameters != other.run.variational[0].parameters)
        #expect(run.run.draws.segments.count == 2)
        #expect(throws: UserError.self) { try run.apply(Change("batch", .integer(33), step: 150)) }
    }

    @Test func `one's own data are read from columns x and y`() throws {
        let text = "x,y\n" + (0..<20).map { "\($0),\(2 * $0)" }.joined(separator: "\n")
        let input = Input(name: "line.csv", bytes: Array(text.utf8))
        let values: [String: Value] = ["data": .text("line.csv"), "hidden": .integer(4), "batch": .integer(5), "updates": .integer(40)]
        let run = try drive(NetworkExperiment.self, values, inputs: ["data": input])
        #expect(run.run.draws.names == ["f(0)", "f(9.5)", "f(19)", "f(28.5)", "f(38)"])
        #expect(run.results()["meanError"] == ResultValue.none)
    }

    static let refusals: [([String: Value], String)] = [
        (["priorPi": .real(0)], "strictly between"), (["priorPi": .real(1)], "strictly between"),
        (["priorSigma2": .real(2)], "less than priorSigma1"), (["batch": .integer(257)], "256"), (["learningRate": .real(0)], "above 0"),
        (["initialScale": .real(-1)], "above 0"), (["updates": .integer(5), "thin": .integer(10)], "no draw would be kept"),
        (["data": .text("nowhere.csv")], "has not been read"), (["burnin": .integer(20_000)], "fewer than"),
    ]

    @Test(arguments: 0..<refusals.count) func `bad input is refused in one sentence`(index: Int) {
        expectRefusal(NetworkExperiment.self, Self.refusals[index].0, Self.refusals[index].1)
    }

    @Test func `a file without the columns, or of one x, is refused`() {
        for (text, words) in [("a,b\n1,2\n3,4\n", "“x”"), ("x,y\n1,2\n1,4\n", "one value only"), ("x,y\n1,2\n2,oops\n", "line 3")] {
            expectRefusal(
                NetworkExperiment.self, ["data": .text("bad.csv")], words,
                inputs: ["data": Input(name: "bad.csv", bytes: Array(text.utf8))])
        }
    }
}
