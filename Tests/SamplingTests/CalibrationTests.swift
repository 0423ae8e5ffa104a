import Engine
import Kernels
import Testing

@testable import Sampling

/// Simulation-based calibration: the rank of the parameter that data were drawn with, among thinned draws of its posterior, is uniform
/// when prior, likelihood, gradient, sampler and adaptation all agree.
///
/// Source: S. Talts, M. Betancourt, D. Simpson, A. Vehtari, A. Gelman, "Validating Bayesian Inference Algorithms with Simulation-Based
/// Calibration" (2018).
@Suite struct `Simulation-based calibration of NUTS` {
    /// One simulated data set: the parameters it was drawn with, and what to run.
    struct Simulated {
        var truth: [Double]
        var values: [String: Value]
        var inputs: [String: Input] = [:]
    }

    static let simulations = 60
    /// Draws kept of each posterior, so that ranks go from 0 to this.
    static let kept = 9
    /// Draws from one kept to the next.
    static let apart = 16

    /// How often each rank came, by quantity.
    static func ranks<M: Model>(
        _ type: ModelExperiment<M>.Type, _ values: [String: Value] = [:], quantities: [Int], _ simulate: (inout RandomStream) -> Simulated
    ) throws -> [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: kept + 1), count: quantities.count)
        for k in 0..<simulations {
            let (truth, draws) = try draws(type, values, k, simulate)
            for (place, q) in quantities.enumerated() {
                counts[place][stride(from: apart - 1, to: draws[q].count, by: apart).count { draws[q][$0] < truth[place] }] += 1
            }
        }
        return counts
    }

    private static func draws<M: Model>(
        _ type: ModelExperiment<M>.Type, _ values: [String: Value], _ k: Int, _ simulate: (inout RandomStream) -> Simulated
    ) throws -> (truth: [Double], draws: [[Double]]) {
        var stream = RandomStream(seed: 78, purpose: "calibration", chain: k)
        let simulated = simulate(&stream)
        let settings = common.merging(values) { $1 }.merging(simulated.values) { $1 }
        let run = try drive(type, settings, seed: UInt64(2000 + k), inputs: simulated.inputs).run
        return (simulated.truth, run.draws.names.indices.map { run.draws.draws($0)[0] })
    }

    static let common: [String: Value] = [
        "sampler": .text("nuts"), "chains": .integer(1), "warmup": .integer(200), "draws": .integer(kept * apart),
        "targetAccept": .real(0.9),
        "initial": .text("prior"),
    ]

    /// χ² with 9 degrees of freedom exceeds 27.9 once in a thousand.
    static func expectUniform(_ counts: [[Int]]) {
        let expected = Double(simulations) / Double(kept + 1)
        for ranks in counts {
            let chi = ranks.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            #expect(chi < 27.9, "\(ranks)")
        }
    }

    static func table(_ columns: [(String, [Double])]) -> [String: Input] {
        var text = columns.map(\.0).joined(separator: ",") + "\n"
        for row in columns[0].1.indices { text += columns.map { "\($0.1[row])" }.joined(separator: ",") + "\n" }
        return ["data": Input(name: "simulated.csv", bytes: Array(text.utf8))]
    }

    /// Twenty places of a predictor.
    static let x = (0..<20).map { (Double($0) - 9.5) / 5 }

    @Test func `logistic regression`() throws {
        let values: [String: Value] = ["formula": .text("y ~ x"), "priorSd": .text("1"), "holdout": .real(0), "standardise": .text("off")]
        Self.expectUniform(
            try Self.ranks(LogisticExperiment.self, values, quantities: [0, 1]) { stream in
                // Drawn anew until both classes are there, which a regression asks for: the prior is then that of such data too.
                while true {
                    let (a, b) = (stream.normal(), stream.normal())
                    let y = Self.x.map { stream.uniform() < Kernels.logistic(a + b * $0) ? 1.0 : 0 }
                    guard y.contains(0), y.contains(1) else { continue }
                    return Simulated(
                        truth: [a, b], values: ["data": .text("simulated.csv")], inputs: Self.table([("y", y), ("x", Self.x)]))
                }
            })
    }

    @Test func `linear regression, the noise unknown`() throws {
        let values: [String: Value] = [
            "formula": .text("y ~ x"), "priorSd": .text("1"), "scaleSd": .real(1), "holdout": .real(0), "standardise": .text("off"),
        ]
        Self.expectUniform(
            try Self.ranks(LinearExperiment.self, values, quantities: [0, 1, 2]) { stream in
                let (a, b, sigma) = (stream.normal(), stream.normal(), abs(stream.normal()))
                let y = Self.x.map { a + b * $0 + sigma * stream.normal() }
                return Simulated(
                    truth: [a, b, sigma], values: ["data": .text("simulated.csv")], inputs: Self.table([("y", y), ("x", Self.x)]))
            })
    }

    @Test func `Poisson regression`() throws {
        let values: [String: Value] = [
            "formula": .text("y ~ x"), "priorSd": .text("0.7"), "holdout": .real(0), "standardise": .text("off"),
        ]
        Self.expectUniform(
            try Self.ranks(PoissonExperiment.self, values, quantities: [0, 1]) { stream in
                let (a, b) = (0.7 * stream.normal(), 0.7 * stream.normal())
                let y = Self.x.map { place -> Double in
                    // By inversion: e^η stays small here.
                    let rate = Kernels.exp(a + b * place)
                    var (count, term, u) = (0.0, Kernels.exp(-rate), stream.uniform())
                    while u > term, count < 10_000 {
                        u -= term
                        count += 1
                        term *= rate / count
                    }
                    return count
                }
                return Simulated(truth: [a, b], values: ["data": .text("simulated.csv")], inputs: Self.table([("y", y), ("x", Self.x)]))
            })
    }

    @Test func `a network's function in the middle of the data and beyond`() throws {
        // Two units a layer and as much noise as the prior leaves to be learnt: the symmetric modes run together.
        let values: [String: Value] = ["hidden": .integer(2), "activation": .text("tanh"), "prior": .text("normal"), "noise": .real(1)]
        Self.expectUniform(
            try Self.ranks(NetworkExperiment.self, values, quantities: [1, 4]) { stream in
                let x = [0.0, 0.5, 1, 1.5, 2]
                let target = NetworkTarget(
                    x: x, y: x, hidden: 2, activation: .tanh, prior: NetworkPrior(wide: 1), noise: 1, range: 0...2)
                let weights = (0..<target.dimension).map { _ in stream.normal() }
                let f = target.outputs(weights, at: target.places)
                let y = target.outputs(weights, at: x).map { $0 + stream.normal() }
                return Simulated(truth: [f[1], f[4]], values: ["data": .text("simulated.csv")], inputs: Self.table([("x", x), ("y", y)]))
            })
    }

    @Test func `the mixture`() throws {
        // By hand, since the mixture is no model of the common kind; few data, so that its two modes run together.
        var counts = [[Int]](repeating: [Int](repeating: 0, count: Self.kept + 1), count: 2)
        for k in 0..<Self.simulations {
            var stream = RandomStream(seed: 79, purpose: "calibration", chain: k)
            let truth = [(10.0).squareRoot() * stream.normal(), stream.normal()]
            let data = (0..<6).map { _ in truth[0] + (stream.uniform() < 0.5 ? 0 : truth[1]) + (2.0).squareRoot() * stream.normal() }
            let run = try drive(MixtureExperiment.self, Self.common.merging(["data": listed(data)]) { $1 }, seed: UInt64(3000 + k)).run
            for q in 0..<2 {
                let draws = run.draws.draws(q)[0]
                counts[q][stride(from: Self.apart - 1, to: draws.count, by: Self.apart).count { draws[$0] < truth[q] }] += 1
            }
        }
        Self.expectUniform(counts)
    }

    @Test func `stochastic volatility`() throws {
        // Non-centred: centred chains do not reach small σ, which is what they are shown for.
        var counts = [[Int]](repeating: [Int](repeating: 0, count: Self.kept + 1), count: 2)
        for k in 0..<Self.simulations {
            var stream = RandomStream(seed: 80, purpose: "calibration", chain: k)
            let (sigma, nu) = (0.1 * stream.exponential(), 10 * stream.exponential())
            var state = VolatilityTarget.firstSd * stream.normal()
            let returns = (0..<8).map { day -> Double in
                if day > 0 { state += sigma * stream.normal() }
                return Kernels.exp(state) * stream.studentT(degreesOfFreedom: nu)
            }
            let target = VolatilityTarget(returns: returns, isCentred: false)
            let card = Card(
                id: "calibration", title: "", summary: "", parameters: CommonParameters.list([.nuts], .init(sampler: .nuts)), results: [],
                figures: [], citation: "")
            var run = try ChainRun(target, Setup(card: card, values: Self.common, seed: UInt64(4000 + k)))
            while case .ready = run.step(1000, onDraw: { _, _, _ in }).state {}
            for (q, truth) in [sigma, nu].enumerated() {
                let draws = run.draws.draws(q)[0]
                counts[q][stride(from: Self.apart - 1, to: draws.count, by: Self.apart).count { draws[$0] < truth }] += 1
            }
        }
        Self.expectUniform(counts)
    }
}
