import Engine
import Foundation
import Kernels
import Testing

@testable import Sampling

/// Values made by Tests/References/sampling/volatility.py with SciPy, NumPy and mpmath.
struct VolatilityReference: Decodable {
    struct Short: Decodable { var returns: [Double], values: [[Double]] }
    struct Five: Decodable {
        var returns: [Double]
        var centred, noncentred: ModelReference.Points
    }

    var first: [Double]
    var sd: Double
    var likelihoods: [[Double]]
    var short: Short
    var five: Five

    static func load() throws -> VolatilityReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/volatility.json")
        return try JSONDecoder().decode(VolatilityReference.self, from: Data(contentsOf: file))
    }
}

@Suite struct `Stochastic volatility` {
    static let simulated: [String: Value] = ["data": .text("simulated"), "days": .integer(60)]

    static func with(_ values: [String: Value]) -> [String: Value] { simulated.merging(values) { $1 } }

    @Test func `the built-in returns are those of the source`() throws {
        let want = try VolatilityReference.load()
        let data = try drive(VolatilityExperiment.self, ["method": .text("exact")], steps: 0).data
        #expect(data.returns.count == 2905 && data.dates.first == "2008-05-05" && data.dates.last == "2019-11-14")
        #expect(close(Array(data.returns.prefix(5)), want.first, 1e-14))
        for (got, printed) in zip(data.returns, [-0.004544, 0.007623, -0.018280, 0.003663, -0.006748]) {
            #expect(abs(got - printed) < 6e-7)
        }
        #expect(data.returns.min().map { abs($0 + 0.094695) < 1e-6 } == true)
        #expect(data.returns.max().map { abs($0 - 0.109572) < 1e-6 } == true)
        #expect(data.times.first.map { abs($0 - 2008.34) < 0.01 } == true)
    }

    @Test func `the filter's likelihood is that of a dense transition matrix on another grid`() throws {
        let want = try VolatilityReference.load()
        let returns = try drive(VolatilityExperiment.self, ["method": .text("exact")], steps: 0).data.returns
        let filter = VolatilityFilter(returns, range: -8 ... -1)
        for row in want.likelihoods {
            let value = filter.logLikelihood(sigma: row[0], nu: row[1])
            #expect(abs(value - row[2]) < (row[0] > 0.15 ? 1e-7 : 1e-8), "\(row[0]), \(row[1]): \(value)")
        }
        // The same on twice as fine a grid.
        let fine = VolatilityFilter(Array(returns.prefix(300)), range: -8 ... -1, step: 0.00625)
        let usual = VolatilityFilter(Array(returns.prefix(300)), range: -8 ... -1)
        #expect(abs(fine.logLikelihood(sigma: 0.08, nu: 8) - usual.logLikelihood(sigma: 0.08, nu: 8)) < 1e-8)
    }

    @Test func `three days agree with quadrature in three dimensions`() throws {
        let want = try VolatilityReference.load().short
        let filter = VolatilityFilter(want.returns, range: -8 ... -1)
        // The grid ends at -8 and -1 where the quadrature does; the first state's flat tail is cut by both a little differently.
        for row in want.values { #expect(abs(filter.logLikelihood(sigma: row[0], nu: row[1]) - row[2]) < 2e-3) }
    }

    @Test func `log densities and gradients are those of the definitions`() throws {
        let want = try VolatilityReference.load().five
        expectEqual(VolatilityTarget(returns: want.returns, isCentred: true), want.centred, 1e-11, "centred")
        expectEqual(VolatilityTarget(returns: want.returns, isCentred: false), want.noncentred, 1e-11, "non-centred")
    }

    @Test(arguments: [true, false]) func `gradients are slopes at many places`(centred: Bool) throws {
        let returns = try VolatilityReference.load().five.returns
        let around = [-1.5, 2.0] + (0..<5).map { centred || $0 == 0 ? -4 : 0 }
        expectSlopes(VolatilityTarget(returns: returns, isCentred: centred), scale: 0.4, around: around)
    }

    @Test func `smoothing gives each day's probabilities, and their mean gives the slope in σ that differences give`() throws {
        let returns = try drive(VolatilityExperiment.self, Self.simulated, steps: 0).data.returns
        let filter = VolatilityFilter(returns, range: VolatilityFilter.range(returns))
        var masses = [Double](repeating: 0, count: returns.count * filter.count)
        filter.addSmoothed(sigma: 0.15, nu: 8, weight: 1, to: &masses)
        for day in returns.indices {
            #expect(abs(masses[day * filter.count..<(day + 1) * filter.count].reduce(0, +) - 1) < 1e-9)
        }
        // d/dν log p(x|σ,ν) is the smoothed mean of d/dν log p(x|s,ν): checks the smoothed marginals against the likelihood alone.
        let nu = 8.0
        let constant = 0.5 * (Kernels.digamma(0.5 * (nu + 1)) - Kernels.digamma(0.5 * nu) - 1 / nu)
        var slope = 0.0
        for (day, x) in returns.enumerated() {
            for j in 0..<filter.count {
                let state = filter.lower + Double(j) * filter.step
                let ratio = x * x * Kernels.exp(-2 * state) / nu
                slope +=
                    masses[day * filter.count + j]
                    * (constant - 0.5 * Kernels.log1p(ratio) + 0.5 * (nu + 1) / nu * ratio / (1 + ratio))
            }
        }
        let h = 1e-3
        let difference = (filter.logLikelihood(sigma: 0.15, nu: nu + h) - filter.logLikelihood(sigma: 0.15, nu: nu - h)) / (2 * h)
        #expect(abs(slope - difference) < 1e-6)
    }

    @Test func `the built-in posterior is the published one, and its nodes are what the filter gives`() throws {
        let experiment = try drive(VolatilityExperiment.self, ["method": .text("exact")], steps: 0)
        let exact = try #require(experiment.exact)
        #expect(abs(exact.moments.means[0] - 0.09552) < 6e-6 && abs(exact.moments.sds[0] - 0.00910) < 6e-6)
        #expect(abs(exact.moments.means[1] - 10.712) < 6e-4 && abs(exact.moments.sds[1] - 2.922) < 6e-4)
        #expect(zip(exact.quartiles(0), [0.0892, 0.0952, 0.1015]).allSatisfy { abs($0 - $1) < 6e-5 })
        #expect(zip(exact.quartiles(1), [8.75, 10.13, 11.98]).allSatisfy { abs($0 - $1) < 6e-3 })
        #expect(abs(exact.logEvidence - 9579.804) < 6e-4)
        #expect(experiment.results().text("peakDate") == "2008-10-13")
        let peak = try #require(experiment.results().numbers("peakVolatility"))
        #expect(zip(peak, [0.034, 0.046, 0.064]).allSatisfy { abs($0 - $1) < 6e-4 })
        let filter = VolatilityFilter(experiment.data.returns, range: -8 ... -1)
        for (i, j) in [(15, 15), (12, 18)] {
            let (sigma, nu) = (Kernels.exp(exact.logSigma[i]), Kernels.exp(exact.logNu[j]))
            let value = filter.logLikelihood(sigma: sigma, nu: nu) + Kernels.log(sigma * nu) - 10 * sigma - 0.1 * nu
            #expect(abs(value - exact.logJoint[j * exact.logSigma.count + i]) < 1e-8)
        }
    }

    @Test func `chains come to the exact posterior of simulated returns, and so does their band`() throws {
        let exact = try drive(VolatilityExperiment.self, Self.with(["method": .text("exact")]))
        let posterior = try #require(exact.exact)
        #expect(posterior.band.count == 60)
        let chains = try drive(
            VolatilityExperiment.self, Self.with(["warmup": .integer(500), "draws": .integer(600), "targetAccept": .real(0.9)]))
        let run = try #require(chains.run)
        expectMoments(run, means: posterior.moments.means)
        let band = try #require(chains.tables().first { $0.name == "volatility" }).rows
        for day in [0, 20, 59] {
            for (k, want) in posterior.band[day].enumerated() {
                guard case .number(let got) = band[day][k + 1] else { throw UserError("no band") }
                #expect(abs(Kernels.log(got / want)) < 0.15, "day \(day): \(got) for \(want)")
            }
        }
        #expect(exact.figure("surface").caption.isEmpty)
    }

    /// Values made by Tests/References/sampling/volatility_source.py.
    struct SourceReference: Decodable {
        var returns: [Double]
        var noise: [[Double]]
        var parameters, coded, written: [Double]
    }

    @Test(arguments: SourceScheme.Form.allCases) func `the source's scheme climbs what it says`(form: SourceScheme.Form) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/volatility_source.json")
        let want = try JSONDecoder().decode(SourceReference.self, from: Data(contentsOf: file))
        var scheme = SourceScheme(form, at: want.parameters, copies: want.noise.count, seed: 1, chain: 0)
        var copy = 0
        let gradient = scheme.gradient(want.returns) { _, draws in
            draws = want.noise[copy]
            copy += 1
        }
        #expect(close(gradient, form == .coded ? want.coded : want.written, 1e-11))
    }

    /// The notebook of the source (bjlkeng/sandbox, stochastic_langevin/stochastic_volatility.ipynb) reports σ 0.025566 ± 0.000611 and ν 9.749939
    /// ± 0.013945 of its one run, with 100 copies; ten are enough for where a run ends.
    @Test func `the source's scheme ends where the source's own run does`() throws {
        let run = try drive(
            VolatilityExperiment.self, ["method": .text("source"), "chains": .integer(2), "copies": .integer(10)])
        let results = run.results()
        let (mean, sd) = (try #require(results.numbers("mean")), try #require(results.numbers("sd")))
        #expect(abs(mean[0] - 0.025566) < 0.0008 && sd[0] > 0.0003 && sd[0] < 0.0009, "\(mean) \(sd)")
        #expect(abs(mean[1] - 9.75) < 0.2 && sd[1] < 0.2, "\(mean) \(sd)")
        #expect(abs((results.number("summedStep") ?? 0) - 0.548) < 0.001)
    }

    @Test func `the source's scheme carries ν no farther than its steps`() throws {
        let run = try drive(
            VolatilityExperiment.self, Self.with(["method": .text("source"), "epochs": .integer(700), "copies": .integer(10)]))
        #expect(run.results().warnings.contains { $0.contains("where they began") })
        #expect(run.tables().first { $0.name == "volatility" }?.rows.count == 60)
        // A σ so small that a step of RMSprop is larger stays above 0.
        let small = try drive(
            VolatilityExperiment.self,
            Self.with(["method": .text("source"), "startSigma": .real(0.001), "epochs": .integer(20), "copies": .integer(2)]))
        #expect((small.results().numbers("mean")?.first ?? 0) > 0)
    }

    @Test func `Metropolis on σ and ν comes to the exact posterior`() throws {
        let values: [String: Value] = ["days": .integer(25), "warmup": .integer(200), "draws": .integer(700), "chains": .integer(2)]
        let exact = try #require(try drive(VolatilityExperiment.self, Self.with(["days": .integer(25), "method": .text("exact")])).exact)
        let run = try drive(VolatilityExperiment.self, Self.with(values).merging(["method": .text("metropolis")]) { $1 })
        expectMoments(try #require(run.marginal).run, means: exact.moments.means)
        #expect(run.marginal?.run.draws.segmentCount == 700)
        let rate = run.results().number("acceptRate") ?? 0
        #expect(rate > 0.2 && rate < 0.6, "\(rate)")
        for id in VolatilityExperiment.card.figures.map(\.id) { #expect(run.figure(id).id == id) }
    }

    @Test(arguments: ["metropolis", "source"]) func `slices and encodings change nothing`(method: String) throws {
        try expectLaws(
            VolatilityExperiment.self,
            Self.with([
                "days": .integer(12), "method": .text(method), "warmup": .integer(20), "draws": .integer(60), "epochs": .integer(520),
                "copies": .integer(3), "chains": .integer(2),
            ]), half: method == "source" ? 255 : 30)
    }

    @Test func `the laws hold`() throws {
        try expectLaws(VolatilityExperiment.self, Self.with(["days": .integer(20), "method": .text("exact")]), half: 180)
        try expectLaws(
            VolatilityExperiment.self,
            Self.with(["days": .integer(20), "parameterisation": .text("centred"), "warmup": .integer(40), "draws": .integer(60)]), half: 40
        )
    }

    @Test func `the likelihood at a place follows it live`() throws {
        var run = try drive(VolatilityExperiment.self, Self.simulated, steps: 5)
        let before = run.results().number("logLikelihood")
        try run.apply(Change("nuAt", .real(3), step: 5))
        #expect(run.results().number("logLikelihood") != before)
        #expect(throws: UserError.self) { try run.apply(Change("sigmaAt", .real(0), step: 5)) }
        #expect(throws: UserError.self) { try run.apply(Change("nothing", .real(0), step: 5)) }
        var exact = try drive(VolatilityExperiment.self, Self.with(["method": .text("exact")]), steps: 5)
        try exact.apply(Change("stepSize", .real(0.5), step: 5))
        #expect(throws: UserError.self) { try exact.apply(Change("chains", .integer(3), step: 5)) }
    }

    @Test func `own closes and own returns are read alike`() throws {
        let closes = try drive(
            VolatilityExperiment.self, ["data": .text("own.csv")], steps: 0,
            inputs: csv("date,close\n2020-01-01,100\n2020-01-02,101\n2020-01-03,99\n"))
        #expect(closes.data.dates == ["2020-01-02", "2020-01-03"])
        #expect(close(closes.data.returns, [Kernels.log(1.01), Kernels.log(99.0 / 101)], 1e-15))
        let returns = try drive(
            VolatilityExperiment.self, ["data": .text("own.csv")], steps: 0, inputs: csv("return\n0.01\n-0.02\n0.03\n"))
        #expect(returns.data.returns == [0.01, -0.02, 0.03] && returns.exact == nil)
        #expect(returns.results().warnings.contains { $0.contains("method=exact") })
    }

    static let refusals: [(String, String)] = [
        ("a,b\n1,2\n", "neither a column"), ("close\n1\n-1\n", "line 3"), ("close\n1\n", "at least 2"),
        ("return\n0.1\n0.1\n0.1\n", "all returns"),
        ("return\n0.1\n\n0.1\nNA\n", "missing"), ("return\n1\ninf\n3\n", "expected a log return"), ("close\n1\nx\n", "not a number"),
        ("", "empty"),
    ]

    @Test(arguments: 0..<refusals.count) func `bad files are refused in one sentence`(index: Int) {
        expectRefusal(VolatilityExperiment.self, ["data": .text("own.csv")], Self.refusals[index].1, inputs: csv(Self.refusals[index].0))
    }

    @Test func `bad parameters are refused in one sentence`() {
        expectRefusal(VolatilityExperiment.self, Self.with(["sigmaAt": .real(0)]), "0.002 to 10")
        expectRefusal(VolatilityExperiment.self, Self.with(["nuAt": .real(-1)]), "above 0")
        expectRefusal(VolatilityExperiment.self, Self.with(["draws": .integer(0)]), "at least 1")
        expectRefusal(VolatilityExperiment.self, ["data": .text("nothing.csv")], "has not been read")
    }
}
