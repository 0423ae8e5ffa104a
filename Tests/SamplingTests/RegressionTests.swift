import Engine
import Foundation
import Kernels
import Statistics
import Testing

@testable import Sampling

/// Values made by Tests/References/sampling/regression.py with patsy, SciPy and mpmath.
struct RegressionReference: Decodable {
    struct Design: Decodable { var formula: String, response: [Double], columns: [[Double]] }
    struct Other: Decodable { var mean: [Double], covariance: [[Double]], divergence: Double }
    struct Posterior: Decodable { var mean, sd: [Double], logEvidence: Double, other: Other? }

    var csv: String
    var complete: String
    var designs: [Design]
    var posteriors: [String: ModelReference.Points]
    var known, unknown, bioassay: Posterior
    var positions: [[Double]]

    static func load() throws -> RegressionReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/regression.json")
        return try JSONDecoder().decode(RegressionReference.self, from: Data(contentsOf: file))
    }
}

/// The inputs of an experiment whose `data` is this text.
func csv(_ text: String) -> [String: Input] { ["data": Input(name: "own.csv", bytes: Array(text.utf8))] }

@Suite struct `Formulas` {
    static func data(_ formula: String, _ text: String, _ options: RegressionData.Options = .init()) throws -> RegressionData {
        try RegressionData(DelimitedText.parse(Array(text.utf8), name: "own.csv"), Formula(formula), options)
    }

    @Test func `design matrices have the columns that patsy gives`() throws {
        let want = try RegressionReference.load()
        for design in want.designs {
            let data = try Self.data(design.formula, want.csv)
            let n = data.training.count
            #expect(close(data.training.response, design.response, 1e-13), "\(design.formula)")
            let columns = data.names.indices.map { Array(data.training.columns[$0 * n..<($0 + 1) * n]) }
                .sorted { a, b in zip(a, b).first { $0 != $1 }.map { $0 < $1 } ?? false }
            #expect(columns.count == design.columns.count, "\(design.formula): \(data.names)")
            for (got, want) in zip(columns, design.columns) { #expect(close(got, want, 1e-13), "\(design.formula)") }
        }
    }

    @Test(arguments: [
        ("y ~ x1*group", ["(Intercept)", "x1", "groupb", "groupc", "x1:groupb", "x1:groupc"]),
        ("y ~ group - 1", ["groupa", "groupb", "groupc"]), ("y ~ x1:group", ["(Intercept)", "x1:groupa", "x1:groupb", "x1:groupc"]),
        ("y ~ factor(won) + I(x1 ^ 2)", ["(Intercept)", "won1", "I(x1^2)"]),

        ("y~.-x1-x2-count-won-tries-hits", ["(Intercept)", "groupb", "groupc", "schoolsouth"]),
        ("y ~ `x1` + log(x2) + x1", ["(Intercept)", "x1", "log(x2)"]), ("y ~ (x1 + x2)^2 - x1:x2", ["(Intercept)", "x1", "x2"]),
        ("y ~ x1 + (1 | school)", ["(Intercept)", "x1"]), ("y ~ 1", ["(Intercept)"]), ("y ~ 0 + x1", ["x1"]),
    ]) func `coefficients have R's names`(formula: String, names: [String]) throws {
        let data = try Self.data(formula, RegressionReference.load().csv)
        #expect(data.names == names)
        #expect(data.groups.map(\.name) == (formula.contains("|") ? ["school"] : []))
    }

    @Test func `the dot is every other column, and rows with gaps are counted`() throws {
        let data = try Self.data("y ~ . + offset(log(tries)) + (1 | group)", RegressionReference.load().csv)
        #expect(data.names == ["(Intercept)", "x1", "x2", "schoolsouth", "count", "won", "hits"])
        #expect(data.groups == [RegressionGroup(name: "group", levels: ["a", "b", "c"])])
        #expect(data.rowsLeftOut == 3 && data.training.count == 21)
        #expect(data.training.offset[0] == Kernels.log(5))
    }

    @Test func `standardised columns have mean 0 and variance 1 over the fitted rows`() throws {
        let data = try Self.data(
            "y ~ x1 + x2 + group", RegressionReference.load().csv, .init(standardises: true, holdout: 0.25, seed: 3))
        let n = data.training.count
        #expect(n == 16 && data.test.count == 5)
        for j in 1...2 {
            let column = data.training.columns[j * n..<(j + 1) * n]
            #expect(abs(column.reduce(0, +)) < 1e-12)
            #expect(abs(column.reduce(0) { $0 + $1 * $1 } / Double(n) - 1) < 1e-12)
        }
        #expect(Set(data.training.columns[3 * n..<4 * n]).isSubset(of: [0, 1]))
    }

    static let faults: [(String, String)] = [
        ("", "the formula ends"), ("y", "expected “~”"), ("y ~", "the formula ends"), ("y ~ x1 +", "the formula ends"),
        ("y ~ x1 x2", "expected + or the end"), ("y ~ (x1", "close the bracket"), ("y ~ log(x1", "close log("), ("y ~ log(x1)", "nan"),
        ("y ~ x9", "no column “x9”"), ("y ~ 2", "only 0 and 1"), ("y ~ sum(x1)", "expected a function"),
        ("y ~ (x1 | group)", "only intercepts"),
        ("y ~ (1 | nobody)", "no column"), ("y ~ x1 $ x2", "no meaning"), ("y ~ `x1", "never closed"), ("y ~ x1^x2", "power from 1 to 10"),
        ("y ~ 0", "nothing to estimate"), ("y ~ log(group)", "not a number"), ("group ~ x1", "not a number"),
        ("y ~ 1e", "neither a number"),
        ("y ~ (1 | group):x1", "can be multiplied"), ("y ~ -(1 | group)", "cannot be taken away"), ("cbind(won, hits) ~ x1", "logistic"),
        ("y ~ offset(x1", "after the offset"), ("y ~ " + String(repeating: "(", count: 100) + "x1", "brackets"),
        ("y ~ " + String(repeating: "x1+", count: 3000), "more than"), ("y ~ (1 | )", "names the groups"),
        ("y ~ factor(2)", "expected a column"),
    ]

    @Test(arguments: 0..<faults.count) func `what cannot be read is refused with its place`(index: Int) throws {
        let (formula, words) = Self.faults[index]
        let text = try RegressionReference.load().csv
        let error = #expect(throws: UserError.self) { try Self.data(formula, text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
        #expect(error?.description.contains("\n") == false)
    }
}

@Suite struct `Regression posteriors` {
    static func target(_ family: RegressionFamily, _ formula: String, _ prior: (RegressionData) -> RegressionPrior, noise: Double? = nil)
        throws
        -> RegressionTarget
    {
        let response: RegressionData.Response = family == .logistic ? .binary : family == .poisson ? .count : .number
        let data = try Formulas.data(formula, RegressionReference.load().complete, .init(response: response))
        return RegressionTarget(family, names: data.names, groups: data.groups, rows: data.training, prior: prior(data), knownNoise: noise)
    }

    static func spread(_ y: [Double]) -> Double {
        let mean = y.reduce(0, +) / Double(y.count)
        return (y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(y.count)).squareRoot()
    }

    static func all() throws -> [String: RegressionTarget] {
        [
            "linear": try target(.linear, "y ~ x1 + x2") {
                RegressionPrior(means: [0, 0, 0], sds: [10, 10, 10], scale: spread($0.training.response))
            },
            "logistic": try target(.logistic, "cbind(hits, tries - hits) ~ x1") { _ in
                RegressionPrior(means: [0, 1], sds: [2, 3], scale: 1)
            },
            "laplace": try target(.logistic, "won ~ x1") { _ in RegressionPrior(isLaplace: true, means: [0, 0], sds: [1, 1], scale: 1) },
            "poisson": try target(.poisson, "count ~ x1 + offset(log(x2)) + (1 | group)") { _ in
                RegressionPrior(means: [0, 0], sds: [10, 10], scale: 1)
            },
        ]
    }

    @Test func `log densities and gradients are those of the definitions`() throws {
        let want = try RegressionReference.load().posteriors
        for (name, target) in try Self.all() { expectEqual(target, try #require(want[name]), 1e-11, name) }
    }

    @Test func `gradients are slopes at many places, minibatches add up`() throws {
        for (name, target) in try Self.all() {
            // Laplace's density has an edge where a coefficient is 0: places keep away from it.
            expectSlopes(target, places: 40, scale: 0.3, around: [Double](repeating: name == "laplace" ? 2 : 0.5, count: target.dimension))
            for size in [1, 4, 21] {
                expectMinibatchesAddUp(target, at: (0..<target.dimension).map { 0.2 * Double($0) - 0.5 }, size: size)
            }
        }
        let known = try Self.target(
            .linear, "y ~ x1 + (1 | school)", { _ in RegressionPrior(means: [0, 0], sds: [2, 2], scale: 1) }, noise: 1.5)
        expectSlopes(known, places: 40)
        expectMinibatchesAddUp(known, at: [0.1, 0.2, -0.3, 0.4, -0.5], size: 5)
    }

    @Test func `a linear model's posterior is that of linear algebra and quadrature`() throws {
        let want = try RegressionReference.load()
        func prior(_ data: RegressionData) -> RegressionPrior {
            RegressionPrior(means: [0, 0, 0], sds: [10, 10, 10], scale: Self.spread(data.training.response))
        }
        let known = try #require(LinearPosterior(try Self.target(.linear, "y ~ x1 + x2", prior, noise: 1.5)))
        #expect(close(known.means, want.known.mean, 1e-11))
        #expect(close(known.sds, want.known.sd, 1e-11))
        #expect(close(known.logEvidence, want.known.logEvidence, 1e-11))
        let other = try #require(want.known.other)
        #expect(close(known.divergence(mean: other.mean, covariance: Matrix(other.covariance)) ?? .nan, other.divergence, 1e-10))
        let unknown = try #require(LinearPosterior(try Self.target(.linear, "y ~ x1 + x2", prior)))
        #expect(close(unknown.means, want.unknown.mean, 1e-9))
        #expect(close(unknown.sds, want.unknown.sd, 1e-8))
        #expect(close(unknown.logEvidence, want.unknown.logEvidence, 1e-10))
        #expect(unknown.divergence(mean: other.mean, covariance: Matrix(other.covariance)) == nil)
        for quantity in 0..<3 {
            let curve = unknown.curve(quantity)
            #expect(abs(curve.reduce(0) { $0 + $1.y } * (curve[1].x - curve[0].x) - 1) < 1e-3)
        }
        #expect(
            LinearPosterior(
                try Self.target(.linear, "y ~ x1 + (1 | group)") { _ in RegressionPrior(means: [0, 0], sds: [1, 1], scale: 1) }) == nil)
    }

    @Test func `counts fall in their distribution where they should`() throws {
        let target = try #require(try Self.all()["poisson"])
        for row in try RegressionReference.load().positions {
            #expect(close(target.position(Kernels.log(row[0]), row[1], 1), row[2], 1e-12))
        }
    }
}

@Suite struct `Regressions` {
    static let short: [String: Value] = ["warmup": .integer(300), "draws": .integer(500)]

    static func with(_ values: [String: Value]) -> [String: Value] { short.merging(values) { $1 } }

    @Test func `bioassay's posterior is the one on the grid, and NUTS comes to it`() throws {
        let want = try RegressionReference.load().bioassay
        let run = try drive(LogisticExperiment.self, Self.with(["data": .text("bioassay"), "draws": .integer(1500)]))
        let exact = try #require(run.model.exactMoments)
        #expect(close(exact.means, want.mean, 1e-5) && close(exact.sds, want.sd, 1e-5))
        #expect(close(run.results().number("logEvidence") ?? 0, want.logEvidence, 1e-6))
        #expect(abs(exact.means[0] - 0.950) < 5e-4 && abs(exact.sds[0] - 0.863) < 1e-3)
        #expect(abs(exact.means[1] - 9.98) < 5e-3 && abs(exact.sds[1] - 4.29) < 5e-3)
        expectMoments(run.run, means: exact.means, sds: exact.sds)
        #expect(run.results().number("rowsHeldOut") == 0)
    }

    @Test(arguments: [0.0, 54]) func `diabetes comes to its exact posterior`(noise: Double) throws {
        let run = try drive(LinearExperiment.self, Self.with(["noise": .real(noise)]))
        let exact = try #require(run.model.exactMoments)
        #expect(exact.means.count == run.run.target.quantities.count)
        expectMoments(run.run, means: exact.means, sds: exact.sds)
        let results = run.results()
        #expect(results.number("rows") == 354 && results.number("rowsHeldOut") == 88)
        if noise > 0 {
            #expect((results.number("klToExact") ?? 9) < 0.05)
        } else {
            #expect(results.values["klToExact"] == ResultValue.none)
        }
        #expect(abs((results.number("testRmse") ?? 0) - 55) < 8)
    }

    @Test func `counts with a wanted share held out are scored`() throws {
        let run = try drive(PoissonExperiment.self, Self.with(["warmup": .integer(200), "draws": .integer(200), "holdout": .real(0.3)]))
        #expect(run.results().number("rowsHeldOut") == 303)
        let score = try #require(run.results().number("testLogLikelihood"))
        // Far better than knowing nothing but the mean, 2.9 visits: its Poisson gives about -3.9 a row.
        #expect(score > -3.9 && score < -2)
        #expect((run.results().number("maxRhat") ?? 9) < 1.02)
        #expect(run.model.score.logLikelihoods.count == 100)
    }

    @Test func `the tumours are told apart on rows held out`() throws {
        let run = try drive(
            LogisticExperiment.self,
            [
                "features": .text("mean_radius,mean_texture,mean_smoothness"), "target": .text("diagnosis"), "standardise": .text("on"),
                "warmup": .integer(150), "draws": .integer(150), "positive": .text("malignant"),
            ])
        let results = run.results()
        #expect(results.number("rows") == 455 && results.number("rowsHeldOut") == 114)
        #expect((results.number("testAuc") ?? 0) > 0.95 && (results.number("testAccuracy") ?? 0) > 0.88)
        // The area by its definition, over all pairs.
        let (test, p) = (run.model.test, run.model.score.predictions)
        var (wins, pairs) = (0.0, 0.0)
        for i in p.indices where test.response[i] == 1 {
            for j in p.indices where test.response[j] == 0 {
                pairs += 1
                wins += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0
            }
        }
        #expect(close(results.number("testAuc") ?? 0, wins / pairs, 1e-12))
    }

    @Test func `stochastic gradients come near the exact posterior`() throws {
        let run = try drive(
            LinearExperiment.self,
            [
                "sampler": .text("sgld"), "noise": .real(54), "formula": .text("progression ~ bmi + s5"), "standardise": .text("on"),
                "priorSd": .text("200"), "updates": .integer(40_000), "batch": .integer(50), "stepStart": .real(1), "stepEnd": .real(0.5),
            ])
        let exact = try #require(run.model.exactMoments)
        let means = try #require(run.results().numbers("meanWeighted"))
        for j in 0..<3 { #expect(abs(means[j] - exact.means[j]) < 0.4 * exact.sds[j], "\(means) \(exact)") }
    }

    @Test func `a varying intercept is pooled`() throws {
        var text = "y,g\n"
        var stream = RandomStream(seed: 8, purpose: "groups")
        for g in 0..<6 {
            let shift = 2 * stream.normal()
            for _ in 0..<8 { text += "\(5 + shift + stream.normal()),g\(g)\n" }
        }
        let run = try drive(
            LinearExperiment.self,
            Self.with(["formula": .text("y ~ 1 + (1 | g)"), "holdout": .real(0), "targetAccept": .real(0.9), "data": .text("own.csv")]),
            inputs: csv(text))
        #expect(run.run.draws.names == ["(Intercept)", "sigma", "sd_g", "g[g0]", "g[g1]", "g[g2]", "g[g3]", "g[g4]", "g[g5]"])
        let means = try #require(run.results().numbers("mean"))
        #expect(abs(means[1] - 1) < 0.35 && means[2] > 0.5 && means[2] < 5)
        #expect((run.results().number("maxRhat") ?? 9) < 1.05)
        #expect(run.results().values["exactMean"] == ResultValue.none)
    }

    /// The rank of the truth among thinned posterior draws is uniform, for a logistic model.
    @Test func `ranks of prior draws among their posterior draws are uniform`() throws {
        let (simulations, kept) = (60, 9)
        var counts = [[Double]](repeating: [Double](repeating: 0, count: kept + 1), count: 2)
        for k in 0..<simulations {
            var stream = RandomStream(seed: 78, purpose: "calibration", chain: k)
            let (a, b) = (2 * stream.normal(), 2 * stream.normal())
            var text = "hits,tries,x\n"
            for _ in 0..<12 {
                let x = stream.normal()
                text += "\(stream.binomial(trials: 3, probability: Kernels.logistic(a + b * x))),3,\(x)\n"
            }
            let run = try drive(
                LogisticExperiment.self,
                [
                    "formula": .text("cbind(hits, tries - hits) ~ x"), "priorSd": .text("2"), "chains": .integer(1),
                    "warmup": .integer(150),
                    "draws": .integer(kept * 12), "data": .text("own.csv"),
                ], seed: UInt64(k), inputs: csv(text))
            for (q, truth) in [a, b].enumerated() {
                let draws = run.run.draws.draws(q)[0]
                counts[q][stride(from: 11, to: draws.count, by: 12).filter { draws[$0] < truth }.count] += 1
            }
        }
        let expected = Double(simulations) / Double(kept + 1)
        for ranks in counts {
            // χ² with 9 degrees of freedom exceeds 27.9 once in a thousand.
            #expect(ranks.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected } < 27.9, "\(ranks)")
        }
    }

    @Test func `the laws hold`() throws {
        let values: [String: Value] = ["warmup": .integer(40), "draws": .integer(60), "updates": .integer(300)]
        try expectLaws(LinearExperiment.self, values.merging(["noise": .real(54)]) { $1 }, half: 40)
        try expectLaws(LogisticExperiment.self, values.merging(["data": .text("bioassay")]) { $1 }, half: 40)
        try expectLaws(PoissonExperiment.self, values.merging(["sampler": .text("psgld")]) { $1 }, half: 40)
    }

    static let text = "y,x,g\n1,2,a\n0,3,b\n1,5,a\n,4,b\n0,1,c\n"

    @Test func `rows with missing cells are counted and left out`() throws {
        let run = try drive(
            LogisticExperiment.self, ["formula": .text("y ~ x"), "data": .text("own.csv")], steps: 2, inputs: csv(Self.text))
        #expect(run.results().number("rowsLeftOut") == 1 && run.results().number("rows") == 4)
        #expect(run.results().warnings.contains { $0.contains("1 of 5 rows") })
    }

    static let refusals: [([String: Value], String)] = [
        ([:], "none; expected one such as"), (["formula": .text("y ~ nothing")], "no column “nothing”"),
        (["formula": .text("g ~ x")], "3 different values"), (["formula": .text("x ~ y")], "expected two"),
        (["target": .text("y"), "features": .text("x,z")], "no column “z”"), (["features": .text("x")], "target: no column"),
        (["target": .text("y"), "formula": .text("y ~ x")], "both are set"),
        (["target": .text("y"), "features": .text("y")], "is the target"),
        (["formula": .text("y ~ x"), "priorSd": .text("1,2,3")], "one for each of the 2"),
        (["formula": .text("y ~ x"), "priorSd": .text("0")], "above 0"),
        (["formula": .text("y ~ x"), "priorMean": .text("nan")], "finite"), (["formula": .text("y ~ x"), "scaleSd": .real(-1)], "above 0"),
        (["formula": .text("y ~ x"), "holdout": .real(1)], "share from 0"),
        (["formula": .text("y ~ x"), "positive": .text("yes")], "not in column"),
        (["formula": .text("cbind(y, x - 9) ~ x")], "expected a count"), (["formula": .text("y ~ log(x - 3)")], "line 2"),
        (["formula": .text("I(x - 2) ~ x")], "expected 0 or 1"),
        (["formula": .text("y ~ I(0*x)"), "standardise": .text("on")], "same value"),
        (["formula": .text("y ~ x"), "draws": .integer(0)], "at least 1"),
        (["formula": .text("y ~ x"), "sampler": .text("sgld"), "batch": .integer(5)], "number of data, 4"),
    ]

    @Test(arguments: 0..<refusals.count) func `bad input is refused in one sentence`(index: Int) {
        let values = Self.refusals[index].0.merging(["data": .text("own.csv")]) { $1 }
        expectRefusal(LogisticExperiment.self, values, Self.refusals[index].1, inputs: csv(Self.text))
    }

    @Test func `bad files are refused in one sentence`() {
        let values: [String: Value] = ["formula": .text("y ~ x"), "data": .text("own.csv")]
        expectRefusal(LinearExperiment.self, values, "is empty", inputs: csv(""))
        expectRefusal(LinearExperiment.self, values, "every row", inputs: csv("y,x\n,1\n2,\n"))
        expectRefusal(LinearExperiment.self, values, "infinite", inputs: csv("y,x\n1,inf\n2,3\n"))
        expectRefusal(PoissonExperiment.self, values, "line 3", inputs: csv("y,x\n1,2\n-1,3\n"))
        expectRefusal(PoissonExperiment.self, values, "expected a count", inputs: csv("y,x\n1.5,2\n1,3\n"))
        expectRefusal(LinearExperiment.self, values.merging(["noise": .real(-1)]) { $1 }, "above 0", inputs: csv("y,x\n1,2\n2,3\n"))
        expectRefusal(LinearExperiment.self, ["data": .text("nothing.csv")], "has not been read")
    }
}
