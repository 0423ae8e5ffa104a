import Engine
import Foundation
import Kernels
import Statistics
import Testing

@testable import Entropy

private func moments(_ values: [String: String]) throws -> (MomentsExperiment, String?) {
    var parsed: [String: Value] = [:]
    for (name, text) in values { parsed[name] = try MomentsExperiment.card.parse(name, text) }
    var experiment = try MomentsExperiment(Setup(card: MomentsExperiment.card, values: parsed))
    while true {
        switch try experiment.step(1000).state {
        case .ready: continue
        case .failed(let sentence): return (experiment, sentence)
        default: return (experiment, nil)
        }
    }
}

@Suite struct `Continuous maximum entropy against references` {
    @Test(arguments: momentReferences.indices) func `solutions in 40 digits are met`(index: Int) throws {
        let reference = momentReferences[index]
        let at = reference.places.map(\.description).joined(separator: ",")
        let results = try moments([
            "lower": reference.lower, "upper": reference.upper, "constraints": reference.constraints, "at": at,
        ]).0.results()
        #expect(results.text("state") == "converged", "\(reference.name): \(results.warnings)")
        #expect(abs(try #require(results.number("entropy")) - reference.entropy) < 1e-10, "\(reference.name)")
        for (got, want) in zip(try #require(results.numbers("densityAt")), reference.densities) {
            #expect(abs(got - want) < 1e-8 * want, "\(reference.name): p \(got), wanted \(want)")
        }
        let scale = reference.multipliers.reduce(1) { max($0, abs($1)) }
        for (got, want) in zip(try #require(results.numbers("multipliers")), reference.multipliers) {
            #expect(abs(got - want) < 1e-7 * scale, "\(reference.name): λ \(got), wanted \(want)")
        }
        #expect(try #require(results.number("residual")) < 1e-10)
    }

    @Test func `further moments of the exponential and the half-normal density add nothing`() throws {
        let exponential = [1, 2, 6, 24, 120, 720, 5040, 40320]
        let even = [1.0, 3, 15, 105]
        let odd = [1.0, 2, 8, 48].map { $0 * (2 / Double.pi).squareRoot() }
        let halfNormal = zip(odd, even).flatMap { [$0, $1] }
        for (values, family) in [(exponential.map(Double.init), "exponential"), (halfNormal, "truncatedNormal")] {
            for count in 3...8 {
                let text = values.prefix(count).enumerated().map { "E[x^\($0 + 1)] = \($1)" }.joined(separator: "; ")
                let results = try moments(["lower": "0", "constraints": text]).0.results()
                #expect(results.text("recovered") == family, "\(count) moments: \(results.text("state") ?? "")")
            }
        }
    }

    @Test func `where the moment before is carried far out, the next may be met`() throws {
        // Tagliani: without a density for three moments there is one for four, whatever the fourth. A gamma density's, shape 2.
        let texts = ["E[x] = 2; E[x^2] = 6; E[x^3] = 24", "E[x] = 2; E[x^2] = 6; E[x^3] = 24; E[x^4] = 120"]
        let states = try texts.map { try moments(["lower": "0", "constraints": $0]).0.results().text("state") }
        #expect(states == ["noMaximum", "converged"])
    }

    @Test func `the first moments of Beta(2,5) give the entropies expected`() throws {
        // EXPERIMENTS, entropy.moments.
        let printed = ["2 moments": -0.469846, "4 moments": -0.480534, "6 moments": -0.483056, "8 moments": -0.483867]
        for (name, entropy) in printed {
            let reference = try #require(momentReferences.first { $0.name.hasPrefix(name) })
            #expect(abs(reference.entropy - entropy) < 5e-7)
        }
    }

    @Test(arguments: MomentsExperiment.StandardProblem.all.map(\.name)) func `each family is recovered with its parameters`(
        family: String
    ) throws {
        let expected: [String: (parameters: [Double], entropy: Double)] = [
            "uniform": ([0, 1], 0), "exponential": ([1], 1), "normal": ([0, 1], 1.4189385332046727),
            "laplace": ([0, 1], 1.6931471805599454), "lognormal": ([0, 1], 1.4189385332046727),
            "gamma": ([2, 1], 1.5772156649015328), "beta": ([2, 5], -0.4845307149954866),
            "pareto": ([1, 3], Kernels.log(1.0 / 3) + 1 + 1.0 / 3), "vonMises": ([0, 1], 1.6274014590199897),
        ]
        let (experiment, _) = try moments(["family": family])
        let results = experiment.results()
        #expect(results.text("state") == "converged" && results.warnings.isEmpty)
        guard family != "bimodal" else { return #expect(results["recovered"] == ResultValue.none) }
        #expect(results.text("recovered") == family)
        if let want = expected[family] {
            for (a, b) in zip(try #require(results.numbers("recoveredParameters")), want.parameters) { #expect(abs(a - b) < 1e-9) }
            #expect(abs(try #require(results.number("entropy")) - want.entropy) < 1e-9, "\(family)")
        }
        // The closed form, written down from the textbook, is the density found.
        let form = try #require(experiment.closedForm)
        let x = experiment.shownPlaces
        for (place, density) in zip(x, experiment.solver.density(x)) {
            #expect(abs(form.density(place) - density) < 1e-8 * max(density, 1e-12), "\(family) at \(place)")
        }
    }

    @Test func `a rule of 16 nodes integrates polynomials of degree 31 and no more`() {
        let rule = GaussLegendre(count: 16)
        func integral(_ k: Int) -> Double { zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * Kernels.pow($1.0, Double(k)) } }
        for k in stride(from: 0, through: 30, by: 2) { #expect(abs(integral(k) - 2 / Double(k + 1)) < 1e-15) }
        #expect(abs(integral(7)) < 1e-16 && abs(integral(40) - 2.0 / 41) > 1e-10)
        #expect(GaussLegendre(count: 1).nodes == [0] && abs(GaussLegendre(count: 3).nodes[2] - 0.6.squareRoot()) < 1e-15)
    }
}

@Suite struct `Continuous maximum entropy never answers silently wrong` {
    @Test(arguments: [
        (
            "-inf", "inf", "E[x] = 0; E[x^2] = 1; E[x^3] = 0.5", "noMaximum",
            "no density of greatest entropy exists: on the line the highest power must be even"
        ),
        (
            "-inf", "inf", "E[x] = 0; E[x^2] = 1; E[x^3] = 0; E[x^4] = 4", "noMaximum",
            "no density of greatest entropy exists: without E[x^4] it is 3"
        ),
        (
            "-inf", "inf", "E[x] = 1", "noMaximum",
            "no density of greatest entropy exists: nothing given keeps it from spreading without end"
        ),
        ("0", "inf", "E[log(x)] = 1", "noMaximum", "no density of greatest entropy exists: nothing given"),
        (
            "0", "inf", "E[x] = 1; E[x^2] = 2.5", "noMaximum",
            "no density of greatest entropy exists: without E[x^2] it is 2, and the rest up to 2.5"
        ),
        (
            "0", "inf", "E[x] = 1; E[x^2] = 0.9", "infeasible",
            "no density meets E[x^2] = 0.9: while E[x] = 1 holds it is at least 1, and misses by 0.1"
        ),
        ("0", "inf", "E[x] = 1; E[x^2] = 1", "boundary", "E[x^2] = 1 is the least there can be while E[x] = 1 holds"),
        (
            "0", "inf", "E[x] = 1; E[log(x)] = 0.1", "infeasible",
            "no density meets E[x] = 1: while E[log(x)] = 0.1 holds it is at least 1.10517"
        ),
        (
            "-inf", "inf", "E[x] = 0; E[x^2] = 1; E[x^3] = 0.5; E[x^4] = 1.2", "infeasible",
            "no density meets E[x^4] = 1.2: while E[x] = 0 and E[x^2] = 1 and E[x^3] = 0.5 hold it is at least 1.25, and misses by 0.05"
        ),
        (
            "0", "1", "E[x] = 0.5; E[x^2] = 0.6", "infeasible",
            "no density meets E[x^2] = 0.6: while E[x] = 0.5 holds it lies between 0.25 and 0.5, and misses by 0.1"
        ),
        ("0", "1", "E[x] = 0.5; E[x^2] = 0.25", "boundary", "E[x^2] = 0.25 is the least there can be"),
        ("0", "1", "E[x] = 1.5", "infeasible", "no density meets E[x] = 1.5: here it lies between 0 and 1, and misses by 0.5"),
        (
            "2", "9", "E[log(x)] = 1.5; E[abs(x-4)] = 1; E[sin(x)] = 0.1", "infeasible",
            "no density meets E[abs(x-4)] = 1: while E[sin(x)] = 0.1 and E[log(x)] = 1.5 hold it lies between 1.477"
        ),
    ]) func `what no density meets or attains is told`(
        lower: String, upper: String, constraints: String, state: String, sentence: String
    ) throws {
        let (experiment, failure) = try moments(["lower": lower, "upper": upper, "constraints": constraints])
        let results = experiment.results()
        #expect(results.text("state") == state)
        #expect(try #require(failure).hasPrefix(sentence), "\(failure ?? "")")
        #expect(results["entropy"] == ResultValue.none && results["multipliers"] == ResultValue.none)
        #expect(results["converged"] == .flag(false) && results.warnings.contains(failure ?? ""))
    }

    @Test func `on the edge where a multiplier is zero the maximum is attained`() throws {
        let half = try moments(["lower": "0", "constraints": "E[x] = 1; E[x^2] = 2"]).0.results()
        #expect(half.text("recovered") == "exponential")
        #expect(abs(try #require(half.number("entropy")) - 1) < 1e-9)
        let line = try moments(["constraints": "E[x] = 0; E[x^2] = 1; E[x^3] = 0; E[x^4] = 3"]).0.results()
        #expect(line.text("recovered") == "normal" && line.text("state") == "converged")
        #expect(try moments(["constraints": "E[x] = 0; E[x^2] = 1; E[x^3] = 0"]).0.results().text("recovered") == "normal")
    }

    @Test(arguments: [
        (["constraints": "E[x^11] = 1"], "constraints: column 1: E[x^11] is not among x^k with k up to 10"),
        (["constraints": "E[x] = 0; E[exp(x)] = 1"], "constraints: column 11: E[exp(x)] is not among"),
        (["constraints": "E[x] = 0; E[x^2 = 1"], "constraints: column 20: expected “]” to close E["),
        (["constraints": "E[x] = 0; mean = 1"], "constraints: column 11: mean says again what E[x] = 0 says"),
        (["constraints": "[1,2] = 1"], "constraints: column 1: a row of numbers has no meaning for a density"),
        (["constraints": "var = 1"], "constraints: column 1: var needs a mean beside it"),
        (["lower": "-1", "upper": "1", "constraints": "E[log(x)] = 0"], "log(x) is not defined below 0, but lower = -1"),
        (["lower": "0", "constraints": "E[log(1-x)] = -1"], "log(1-x) is not defined above 1, but upper = inf"),
        (["lower": "2", "upper": "1"], "lower = 2 is not below upper = 1"),
        (["upper": "0"], "lower = -inf with upper = 0; expected [a,b], [a,inf] or [-inf,inf]"),
        (["lower": "nan"], "lower = nan was refused"),
        (["at": "1,nan"], "at: number 2 is nan"),
        (["family": "cauchy"], "family = “cauchy” is not among"),
    ]) func `bad input is refused in one sentence`(values: [String: String], expected: String) {
        do {
            _ = try moments(values)
            Issue.record("\(values) was taken")
        } catch let error as UserError {
            #expect(error.description.hasPrefix(expected), "\(error.description)")
        } catch {
            Issue.record("\(error)")
        }
    }
}

@Suite struct `Continuous maximum entropy as an experiment` {
    @Test func `dragging a moment starts from the present multipliers and meets a fresh run`() throws {
        let constraints = "E[x] = 0; E[x^2] = 1; E[x^3] = 0; E[x^4] = 1.5"
        var (experiment, _) = try moments(["constraints": constraints, "vary": "4"])
        let cold = experiment.solver.iterations
        for change in [0.05, 0.1, 0.15] {
            try experiment.apply(Change("change", .real(change)))
            while case .ready = try experiment.step(1).state {}
            #expect(experiment.solver.iterations < cold)
        }
        let fresh = try moments(["constraints": constraints, "vary": "4", "change": "0.15"]).0.results()
        let here = experiment.results()
        #expect(abs(try #require(here.number("entropy")) - #require(fresh.number("entropy"))) < 1e-12)
        // Past the edge and back.
        try experiment.apply(Change("change", .real(-0.6)))
        if case .failed = try experiment.step(300).state {} else { Issue.record("0.9 is below 1") }
        try experiment.apply(Change("change", .real(0.15)))
        _ = try experiment.step(300)
        #expect(abs(try #require(experiment.results().number("entropy")) - #require(fresh.number("entropy"))) < 1e-12)
    }

    @Test(arguments: ["E[x] = 0; E[x^2] = 1; E[x^4] = 2.5", "E[x] = 0; E[x^2] = 1; E[x^3] = 1", "E[x] = 1"])
    func `slices, checkpoints and observing change nothing`(constraints: String) throws {
        let setup = Setup(card: MomentsExperiment.card, values: ["constraints": .text(constraints)])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var whole = try MomentsExperiment(setup)
        _ = try whole.step(300)
        var parts = try MomentsExperiment(setup)
        for slice in [1, 3, 0, 2, 7, 287] {
            _ = try parts.step(slice)
            for figure in MomentsExperiment.card.figures { _ = parts.figure(figure.id) }
            parts = try decoder.decode(MomentsExperiment.self, from: try encoder.encode(parts))
        }
        #expect(try encoder.encode(whole) == encoder.encode(parts))
        #expect(whole.results() == parts.results() && whole.tables() == parts.tables())
    }
}
