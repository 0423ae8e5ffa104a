import Engine
import Foundation
import Testing

@testable import Entropy

/// A finished run of entropy.maxent; a failure leaves the experiment with its state.
private func maxent(_ values: [String: Value], seed: UInt64 = 42) throws -> (MaxentExperiment, String?) {
    var experiment = try MaxentExperiment(Setup(card: MaxentExperiment.card, values: values, seed: seed))
    while true {
        switch try experiment.step(1000).state {
        case .ready: continue
        case .failed(let sentence): return (experiment, sentence)
        default: return (experiment, nil)
        }
    }
}

private func solved(_ constraints: String, values: String = "1..6", prior: String = "") throws -> Results {
    try maxent(["values": .text(values), "constraints": .text(constraints), "prior": .text(prior)]).0.results()
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, abs($1.0 - $1.1)) }
}

@Suite struct `Maximum entropy against references` {
    @Test func `a mean of 4.5 gives the distribution Jaynes printed`() throws {
        let results = try solved("mean = 4.5")
        let printed = [0.05435, 0.07877, 0.11416, 0.16545, 0.23977, 0.34749]  // Jaynes 1978, to five digits
        #expect(distance(try #require(results.numbers("probabilities")), printed) < 5e-6)
        #expect(abs(try #require(results.numbers("multipliers"))[0] + 0.371049) < 5e-7)
        // Jaynes 1982: of a thousand throws, 95% of the assignments of that mean have H >= 1.608837.
        let entropy = try #require(results.number("entropy"))
        let width = try #require(results.number("concentrationWidth"))
        #expect(abs(entropy - width - 1.608837) < 5e-7)
        #expect(results["degreesOfFreedom"] == .integer(4))
        #expect(results.text("state") == "converged")
    }

    @Test(arguments: maxentReferences.indices) func `solutions in 70 digits are met`(index: Int) throws {
        let reference = maxentReferences[index]
        let results = try solved(reference.constraints, values: reference.values, prior: reference.prior)
        var p = try #require(results.numbers("probabilities"))
        if p.count > 20 { p = Array(p[..<3] + p[299..<302] + p[(p.count - 3)...]) }
        #expect(distance(p, reference.probabilities) < 1e-10, "\(reference.name)")
        // Far from zero a target's own rounding moves λ; elsewhere nine digits hold.
        let tolerance = reference.name == "far from zero" ? 1e-8 : 1e-9
        for (got, want) in zip(try #require(results.numbers("multipliers")), reference.multipliers) {
            #expect(abs(got - want) < tolerance * max(1, abs(want)), "\(reference.name): λ \(got), wanted \(want)")
        }
        #expect(
            abs(try #require(results.number("logPartition")) - reference.logPartition) < 1e-9 * max(1, abs(reference.logPartition)),
            "\(reference.name)")
        #expect(abs(try #require(results.number("entropy")) - reference.entropy) < 1e-10, "\(reference.name)")
        let relative = try #require(results.number("relativeEntropy"))
        #expect(abs(relative - reference.relativeEntropy) < 1e-10, "\(reference.name)")
        #expect(try #require(results.number("residual")) <= 1e-12)
    }

    @Test func `the multiplier is the slope of the entropy and the sensitivity the slope of the multiplier`() throws {
        func at(_ mean: Double, _ square: Double) throws -> Results { try solved("mean = \(mean); E[x^2] = \(square)") }
        let here = try at(4.2, 20)
        let step = 1e-4
        let lambda = try #require(here.numbers("multipliers"))
        for (j, (up, down)) in [(try at(4.2 + step, 20), try at(4.2 - step, 20)), (try at(4.2, 20 + step), try at(4.2, 20 - step))]
            .enumerated()
        {
            let slope = (try #require(up.number("entropy")) - #require(down.number("entropy"))) / (2 * step)
            #expect(abs(slope - lambda[j]) < 1e-6)
            guard case .array(let rows)? = here["sensitivities"] else { throw UserError("no sensitivities") }
            let above = try #require(up.numbers("multipliers"))
            let below = try #require(down.numbers("multipliers"))
            for i in 0..<2 {
                guard case .array(let row) = rows[i], case .number(let sensitivity) = row[j] else { throw UserError("no numbers") }
                #expect(abs((above[i] - below[i]) / (2 * step) - sensitivity) < 1e-4 * abs(sensitivity))
            }
        }
    }

    @Test func `bits are nats over log 2`() throws {
        let nats = try solved("mean = 4.5")
        let bits = try maxent(["unit": .text("bits")]).0.results()
        for name in ["entropy", "relativeEntropy", "concentrationWidth"] {
            #expect(abs(try #require(bits.number(name)) * 0.6931471805599453 - #require(nats.number(name))) < 1e-14)
        }
        #expect(bits["multipliers"] == nats["multipliers"])
    }
}

@Suite struct `Maximum entropy never answers silently wrong` {
    @Test func `a mean beyond the faces is infeasible by half a point`() throws {
        let (experiment, sentence) = try maxent(["constraints": .text("mean=6.5")])
        #expect(sentence == "no distribution meets mean = 6.5: over these outcomes it lies between 1 and 6, and misses by 0.5")
        let results = experiment.results()
        #expect(results.text("state") == "infeasible")
        #expect(results["probabilities"] == ResultValue.none)
        #expect(results["converged"] == .flag(false))
        #expect(results.warnings.contains(try #require(sentence)))
    }

    @Test(arguments: [
        (
            "mean = 4.5; var = 0.1",
            "no distribution meets var = 0.1: while mean = 4.5 holds it lies between 0.25 and 5.25, and misses by 0.15"
        ),
        ("mean = 4.5; var = -1", "no distribution meets var = -1: a variance is at least 0; it misses by 1"),
        ("mean = 3; E[x^2] = 8", "no distribution meets E[x^2] = 8: while mean = 3 holds it lies between 9 and 15, and misses by 1"),
        ("mean = 4; E[2*x] = 9", "no distribution meets E[2*x] = 9 together with mean = 4, from which E[2*x] = 8 follows; it misses by 1"),
        ("mean = 4; E[x] = 5", "no distribution meets E[x] = 5 together with mean = 4, from which E[x] = 4 follows; it misses by 1"),
        ("P(x >= 5) = 1.2", "no distribution meets P(x >= 5) = 1.2: over these outcomes it lies between 0 and 1, and misses by 0.2"),
        ("P(x > 7) = 0.1", "no distribution meets P(x > 7) = 0.1: over these outcomes it is 0, and misses by 0.1"),
        (
            "P(x >= 5) = 0.6; mean = 4.5; P(x <= 2) = 0.7",
            "no distribution meets P(x <= 2) = 0.7: while P(x >= 5) = 0.6 holds it lies between 0 and 0.4, and misses by 0.3"
        ),
    ]) func `the constraint or combination that cannot hold is named with its gap`(constraints: String, expected: String) throws {
        let (experiment, sentence) = try maxent(["constraints": .text(constraints)])
        #expect(sentence == expected)
        #expect(experiment.results().text("state") == "infeasible")
    }

    @Test func `a mean at an end leaves one face`() throws {
        for (mean, place) in [("6", 5), ("1", 0)] {
            let results = try solved("mean = \(mean)")
            var expected = [Double](repeating: 0, count: 6)
            expected[place] = 1
            #expect(results.numbers("probabilities") == expected)
            #expect(results.text("state") == "boundary")
            #expect(results.number("entropy") == 0)
            #expect(results.numbers("multipliers") == [place == 5 ? -.infinity : .infinity])
        }
    }

    @Test func `a combination on the boundary leaves the outcomes it allows`() throws {
        // Mean 4.5 with the least variance there is: two faces, half each.
        let results = try solved("mean = 4.5; var = 0.25")
        #expect(results.text("state") == "boundary")
        #expect(distance(try #require(results.numbers("probabilities")), [0, 0, 0, 0.5, 0.5, 0]) < 1e-12)
        // The greatest variance: the two ends.
        let widest = try solved("mean = 4.5; var = 5.25")
        #expect(widest.text("state") == "boundary")
        #expect(distance(try #require(widest.numbers("probabilities")), [0.3, 0, 0, 0, 0, 0.7]) < 1e-12)
        // An event that never happens leaves a face with room for more.
        let event = try solved("P(x > 4) = 0; mean = 2")
        #expect(event.text("state") == "boundary")
        let four = try solved("mean = 2", values: "1..4")
        #expect(distance(Array(try #require(event.numbers("probabilities"))[..<4]), try #require(four.numbers("probabilities"))) < 1e-12)
        #expect(event["degreesOfFreedom"] == .integer(2))
    }

    @Test func `a redundant constraint is left out with a word`() throws {
        let plain = try solved("mean = 4.5")
        let twice = try solved("mean = 4.5; E[2*x + 1] = 10; E[1] = 1")
        #expect(twice.text("state") == "converged")
        #expect(distance(try #require(twice.numbers("probabilities")), try #require(plain.numbers("probabilities"))) < 1e-12)
        let multipliers = try #require(twice.numbers("multipliers"))
        #expect(abs(multipliers[0] + 0.371049) < 5e-7 && multipliers[1] == 0 && multipliers[2] == 0)
        #expect(twice.warnings.contains("E[2*x + 1] follows from the other constraints: left out, its multiplier is 0"))
        #expect(twice["degreesOfFreedom"] == .integer(4))
    }

    @Test func `extremes of the outcomes`() throws {
        #expect(try solved("mean = 3", values: "3").numbers("probabilities") == [1])
        #expect(try solved("mean = 3", values: "3,3,3").numbers("probabilities") == [1.0 / 3, 1.0 / 3, 1.0 / 3])
        #expect(try solved("mean = 4", values: "3,3,3").text("state") == "infeasible")
        #expect(try solved("", values: "1..4").numbers("probabilities") == [0.25, 0.25, 0.25, 0.25])
        #expect(try solved("", values: "1..4", prior: "1,1,2,0").numbers("probabilities") == [0.25, 0.25, 0.5, 0])
        let huge = try solved("mean = 4.5e300", values: "1e300,2e300,3e300,4e300,5e300,6e300")
        #expect(huge.text("state") == "converged")
        #expect(
            distance(try #require(huge.numbers("probabilities")), try #require(try solved("mean = 4.5").numbers("probabilities"))) < 1e-12)
        let tiny = try solved("mean = 4.5e-300", values: "1e-300,2e-300,3e-300,4e-300,5e-300,6e-300")
        #expect(distance(try #require(tiny.numbers("probabilities")), try #require(huge.numbers("probabilities"))) < 1e-12)
    }

    @Test func `a million outcomes`() throws {
        let outcomes = try Outcomes(values: (1...1_000_000).map(Double.init), prior: [], constraints: Constraint.parse("mean = 250000"))
        var solver = MaximumEntropySolver(outcomes, targets: [250_000])
        solver.solve()
        #expect(solver.state == .converged && solver.residual <= 1e-12)
        // A geometric distribution cut at a million: p falls by exp(-λ) from one outcome to the next.
        let p = solver.probabilities
        let ratio = p[500_000] / p[400_000]
        #expect(abs(ratio - exp(-100_000 * solver.multipliers[0])) < 1e-9)
        #expect(abs(p.reduce(0, +) - 1) < 1e-9)
    }
}

@Suite struct `Maximum entropy refuses bad input in one sentence` {
    @Test(arguments: [
        (["values": ""], "values is empty; expected at least one outcome, such as 1..6"),
        (["values": "1,nan,3"], "values: item 2"),
        (["prior": "1,2,3"], "prior has 3 weights, but there are 6 outcomes; expected one weight each"),
        (["prior": "1,1,-1,1,1,1"], "prior: weight 3 is -1.0; expected finite numbers of at least 0"),
        (["prior": "0,0,0,0,0,0"], "prior is zero everywhere; expected at least one positive weight"),
        (["constraints": "[1,0] = 0.5"], "constraints: column 1: the row has 2 numbers, but there are 6 outcomes"),
        (["constraints": "var = 2"], "constraints: column 1: var needs a mean beside it, such as mean = 4"),
        (["constraints": "mean = 4; E[log(x-1)] = 1"], "constraints: column 11: E[log(x-1)] is not finite at x = 1 (outcome 1)"),
        (["constraints": "mean 4.5"], "constraints: column 6: expected “=” and a number, found “4.5”"),
        (["constraints": "mean = "], "constraints: column 8: expected a number, x or a function, found the end"),
        (["constraints": "mean = 4.5 5"], "constraints: column 12: expected “;” or the end after the number, found “5”"),
        (["constraints": "E[x^2 = 3"], "constraints: column 10: expected “]” to close E[, found “the end”"),
        (
            ["constraints": "E[foo(x)] = 3"],
            "constraints: column 3: “foo” is not known here; there are x, pi, abs, log, exp, sqrt, sin, cos"
        ),
        (["constraints": "P(x >= ) = 3"], "constraints: column 8: expected a number, x or a function, found “) = 3”"),
        (["constraints": "mean = x"], "constraints: column 8: the right side must be a number without x"),
        (["constraints": "mean = 1/0"], "constraints: column 8: the right side is not a finite number"),
        (["constraints": "median = 4"], "constraints: column 1: expected mean, var, E[…], P(…) or a row [1,0,…], found “median = 4”"),
        (["constraints": "mean = 4; E[2x] = 3"], "constraints: column 14: expected “]” to close E[, found “x] = 3”"),
    ]) func `with the place it is about`(values: [String: String], expected: String) {
        do {
            _ = try maxent(values.mapValues { .text($0) })
            Issue.record("\(values) was taken")
        } catch let error as UserError {
            #expect(error.description.hasPrefix(expected), "\(error.description)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `nesting without end is refused, not run`() {
        let deep = "E[" + String(repeating: "(", count: 5000) + "x" + String(repeating: ")", count: 5000) + "] = 1"
        #expect(throws: UserError.self) { try Constraint.parse(deep) }
        #expect(throws: UserError.self) { try Constraint.parse("E[" + String(repeating: "x^", count: 5000) + "x] = 1") }
    }

    @Test func `expressions mean what they mean in print`() throws {
        func value(_ text: String, _ x: Double) throws -> Double {
            var parser = ExpressionParser(text, parameter: "expression")
            return try parser.wholeExpression().value(at: x)
        }
        #expect(try value("-x^2", 3) == -9)
        #expect(try value("2^3^2", 0) == 512)
        #expect(try value("1 - 2 - 3", 0) == -4)
        #expect(try value("8 / 4 / 2", 0) == 1)
        #expect(try value("2 <= x <= 4", 3) == 1)
        #expect(try value("2 <= x <= 4", 5) == 0)
        #expect(try value("not x = 3 or x > 10", 3) == 0)
        #expect(try value("x ≥ 3 and x ≠ 4", 4) == 0)
        #expect(try value("abs(x - 5)^2 * 1e1 + sqrt(16) - pi*0", 2) == 94)
        #expect(abs(try value("exp(log(x)) + sin(0) + cos(0)", 7) - 8) < 1e-14)
    }
}

@Suite struct `Maximum entropy as an experiment` {
    @Test func `dragging the mean starts from the present multipliers and meets a fresh run`() throws {
        var (experiment, _) = try maxent([:])
        try experiment.apply(Change("mean", .real(4.52)))
        var iterations = 0
        while case .ready = try experiment.step(1).state { iterations += 1 }
        #expect(experiment.solver.iterations <= 4)
        let fresh = try solved("mean = 4.52")
        #expect(distance(try #require(experiment.results().numbers("probabilities")), try #require(fresh.numbers("probabilities"))) < 1e-14)
        // Beyond the end and back.
        try experiment.apply(Change("mean", .real(6.5)))
        if case .failed = try experiment.step(10).state {} else { Issue.record("6.5 cannot hold") }
        try experiment.apply(Change("mean", .real(6)))
        _ = try experiment.step(10)
        #expect(experiment.results().text("state") == "boundary")
        try experiment.apply(Change("mean", .real(4.52)))
        _ = try experiment.step(100)
        #expect(distance(try #require(experiment.results().numbers("probabilities")), try #require(fresh.numbers("probabilities"))) < 1e-14)
    }

    @Test func `the variance follows the mean when it is dragged`() throws {
        var (experiment, _) = try maxent(["constraints": .text("mean = 4.5; var = 2")])
        try experiment.apply(Change("mean", .real(3.9)))
        _ = try experiment.step(100)
        let fresh = try solved("mean = 3.9; var = 2")
        #expect(distance(try #require(experiment.results().numbers("multipliers")), try #require(fresh.numbers("multipliers"))) < 1e-10)
    }

    @Test func `the parameter mean replaces the number in constraints when it is not the default`() throws {
        func mean(_ values: [String: Value]) throws -> Double {
            let p = try #require(try maxent(values).0.results().numbers("probabilities"))
            return zip(p, 1...6).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        #expect(abs(try mean([:]) - 4.5) < 1e-12)
        #expect(abs(try mean(["mean": .real(3.5)]) - 3.5) < 1e-12)
        #expect(abs(try mean(["constraints": .text("mean = 4")]) - 4) < 1e-12)
        #expect(abs(try mean(["constraints": .text("mean = 4"), "mean": .real(3)]) - 3) < 1e-12)
        let both = try maxent(["constraints": .text("mean = 4"), "mean": .real(3)]).0.results()
        #expect(both.warnings == ["the parameter mean = 3 stands in place of mean = 4 in constraints"])
        let unbound = try maxent(["constraints": .text("E[x^2] = 20"), "mean": .real(3)]).0.results()
        #expect(unbound.warnings == ["the parameter mean acts on nothing: constraints fixes no mean"])
    }

    @Test(arguments: ["mean = 4.5", "mean = 4; var = 2", "mean = 6", "mean = 7", "mean = 4.5; var = 0.25", "P(x<3) = 0.2; mean = 4"])
    func `slices, checkpoints and observing change nothing`(constraints: String) throws {
        let setup = Setup(card: MaxentExperiment.card, values: ["constraints": .text(constraints)])
        func encoded(_ experiment: MaxentExperiment) throws -> Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return try encoder.encode(experiment)
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var whole = try MaxentExperiment(setup)
        _ = try whole.step(40)
        var parts = try MaxentExperiment(setup)
        for slice in [1, 3, 0, 2, 7, 1, 26] {
            _ = try parts.step(slice)
            for figure in MaxentExperiment.card.figures { _ = parts.figure(figure.id) }
            let copy = try decoder.decode(MaxentExperiment.self, from: try encoded(parts))
            #expect(copy.results() == parts.results())
            parts = copy
        }
        #expect(try encoded(whole) == encoded(parts))
        #expect(whole.results() == parts.results())
        #expect(whole.tables() == parts.tables())
    }

    @Test func `the curve of the entropy is highest where nothing is constrained`() throws {
        let (experiment, _) = try maxent([:])
        let curve = try #require(experiment.curve)
        #expect(curve.isComplete && curve.entropies.allSatisfy { !$0.isNaN })
        let top = curve.entropies.max()
        #expect(abs(try #require(top) - 1.791759469228055) < 1e-12)  // log 6 at 3.5
        #expect(curve.entropies.first == 0 && curve.entropies.last == 0)
    }
}
