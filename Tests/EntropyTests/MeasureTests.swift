import Engine
import Kernels
import Plotting
import Statistics
import Testing

@testable import Entropy

private func measure(_ values: [String: String]) throws -> MeasureExperiment {
    var parsed: [String: Value] = [:]
    for (name, text) in values { parsed[name] = try MeasureExperiment.card.parse(name, text) }
    var experiment = try MeasureExperiment(Setup(card: MeasureExperiment.card, values: parsed))
    guard case .finished = try experiment.step(10).state else { throw UserError("not finished") }
    return experiment
}

@Suite struct `Measures against references` {
    @Test(arguments: measureReferences.indices) func `values in 40 digits are met`(index: Int) throws {
        let reference = measureReferences[index]
        let results = try measure(reference.values).results()
        for (name, want) in reference.results {
            let got = try #require(results.number(name), "\(reference.name): \(name)")
            #expect(abs(got - want) < 1e-12 * max(1, abs(want)), "\(reference.name): \(name) is \(got), wanted \(want)")
        }
        #expect(results.warnings.isEmpty || reference.name.hasPrefix("a support"), "\(results.warnings)")
    }

    @Test func `Bessel functions at their known values`() {
        // NIST Handbook, table 10.30 and mpmath besseli to 16 digits.
        for (x, zero, one) in [
            (1.0, 1.2660658777520084, 0.5651591039924851), (20, 43558282.559553526, 42454973.38512777),
            (30, 781672297823.9775, 768532038938.9570),
        ] {
            let scaled = scaledBesselI(x)
            let scale = Kernels.exp(x)
            #expect(abs(scaled.zero * scale / zero - 1) < 1e-14 && abs(scaled.one * scale / one - 1) < 1e-14, "at \(x)")
        }
        #expect(scaledBesselI(0).zero == 1 && scaledBesselI(0).one == 0 && scaledBesselI(-1).zero.isNaN)
    }

    @Test func `uniform outcomes have the logarithm of their number, in every family`() throws {
        let results = try measure(["distribution": [String](repeating: "0.125", count: 8).joined(separator: ",")]).results()
        #expect(results.number("bits") == 3)
        #expect(abs(try #require(results.number("perplexity")) - 8) < 1e-14)
        #expect(abs(try #require(results.number("renyi")) - 2.0794415416798357) < 1e-15)
        #expect(abs(try #require(results.number("tsallis")) - 0.875) < 1e-15)
    }

    @Test func `a certain outcome has none`() throws {
        let results = try measure(["distribution": "0,1,0", "joint": "1"]).results()
        for name in ["nats", "renyi", "tsallis", "mutualInformation", "additivityGapTsallis"] {
            #expect(abs(try #require(results.number(name))) < 1e-15, "\(name)")
        }
        #expect(results["normalisedMutualInformation"] == ResultValue.none)
        #expect(results.warnings == ["normalisedMutualInformation is undefined: X and Y are both certain"])
    }
}

@Suite struct `Measures never answer silently wrong` {
    @Test func `a divergence without support is null with the outcome named`() throws {
        let results = try measure(["distribution": "0.5,0.5,0", "second": "0.5,0,0.5"]).results()
        for name in ["kl", "klReverse", "crossEntropy"] { #expect(results[name] == ResultValue.none) }
        #expect(
            results.warnings == [
                "kl and crossEntropy are infinite: outcome 2 has probability in distribution and none in second",
                "klReverse is infinite: outcome 3 has probability in second and none in distribution",
            ])
        #expect(abs(try #require(results.number("totalVariation")) - 0.5) < 1e-15)
    }

    @Test func `numbers are divided by their sum only when told, and with a word`() throws {
        let results = try measure(["distribution": "2,1,1", "normalise": "on"]).results()
        #expect(results.number("bits") == 1.5)
        #expect(results.warnings == ["distribution sums to 4 and was divided by it"])
        #expect(try measure(["distribution": "0.333333333333,0.666666666667"]).results().warnings.isEmpty)
        let near = try measure(["distribution": "0.3333333333,0.6666666666"]).results()
        #expect(near.warnings == ["distribution sums to 0.9999999999 and was divided by it"])
    }

    @Test func `an integral that diverges is null with a word`() throws {
        let results = try measure(["family": "cauchy", "order": "0.4"]).results()
        #expect(results["renyi"] == ResultValue.none && results["tsallis"] == ResultValue.none)
        #expect(results.warnings == ["at order 0.4 the integral of f^q of this cauchy is too large or diverges"])
        #expect(try #require(results.number("nats")) > 2.5)
    }

    @Test(arguments: [
        (["distribution": ""], "distribution is empty; expected probabilities such as 0.5,0.3,0.2"),
        (["distribution": "0.5,0.4"], "distribution sums to 0.9; expected 1 within 1e-9, or normalise = on"),
        (["distribution": "1.5,-0.5"], "distribution: number 2 is -0.5; expected probabilities of at least 0"),
        (["distribution": "0.5,nan"], "distribution: number 2 is nan; expected probabilities of at least 0"),
        (["distribution": "0.5;0.5"], "distribution: item 1, “0.5;0.5”, is not a number"),
        (["distribution": "0,0", "normalise": "on"], "distribution sums to 0; expected at least one probability above 0"),
        (["second": "0.5,0.5"], "second has 2 probabilities, but distribution has 3; expected as many"),
        (["second": "0.5,0.5,0.5"], "second sums to 1.5; expected 1 within 1e-9, or normalise = on"),
        (["joint": "0.5,0.2; 0.3"], "joint: row 2 has 1 numbers, but the first has 2; expected as many"),
        (["joint": "0.5,0.2; 0.3,x"], "joint: item 2, “x”, is not a number"),
        (["joint": ";"], "joint has no rows; expected rows such as 0.4,0.1; 0.1,0.4"),
        (["joint": "0.5,0.2; 0.3,0.1"], "joint sums to 1.1; expected 1 within 1e-9, or normalise = on"),
        (["counts": "1,-2"], "counts: number 2 is -2; expected whole numbers of at least 0"),
        (["counts": "1,2.5"], "counts: number 2 is 2.5; expected whole numbers of at least 0"),
        (["counts": "0,0"], "counts are zero everywhere; expected at least one above 0"),
        (["counts": "9e15,9e15"], "counts sum to 1.8e+16; at most 2^53 are taken"),
        (["grouping": "1|2"], "grouping: outcome 3 is in no group; expected each of the 3 outcomes in one"),
        (["grouping": "1|2,3|2"], "grouping: outcome 2 stands in group 2 and again in group 3"),
        (["grouping": "1|2,4"], "grouping: “4” is not an outcome; expected whole numbers from 1 to 3"),
        (["grouping": "1||2,3"], "grouping: group 2 is empty; expected outcomes such as 1|2,3"),
        (["family": "normal", "familyParameters": "0,-1"], "familyParameters: sd = -1 of normal; expected a finite number above 0"),
        (["family": "normal", "familyParameters": "0,1,2"], "familyParameters has 3 numbers; normal takes mean, sd"),
        (["family": "uniform", "familyParameters": "3,1"], "familyParameters: uniform from 3 to 1; expected lower below upper"),
        (["family": "normla"], "family = “normla” is not among"),
        (["order": "0"], "order = 0 was refused; expected a number from 0.1 to 5"),
    ]) func `bad input is refused in one sentence`(values: [String: String], expected: String) {
        do {
            _ = try measure(values)
            Issue.record("\(values) was taken")
        } catch let error as UserError {
            #expect(error.description.hasPrefix(expected), "\(error.description)")
        } catch {
            Issue.record("\(error)")
        }
    }
}

@Suite struct `Measures as an experiment` {
    @Test func `the order acts at once and only on what depends on it`() throws {
        var experiment = try measure(["grouping": "1|2,3"])
        let before = experiment.results()
        try experiment.apply(Change("order", .real(3)))
        let after = experiment.results()
        let fresh = try measure(["grouping": "1|2,3", "order": "3"]).results()
        #expect(after == fresh)
        #expect(after["nats"] == before["nats"] && after["groupingGap"] == before["groupingGap"])
        #expect(after["renyi"] != before["renyi"] && after["additivityGapTsallis"] != before["additivityGapTsallis"])
        #expect(throws: UserError.self) { try experiment.apply(Change("counts", .text("1"))) }
    }

    @Test func `the terms of the tables sum to the entropy`() throws {
        let experiment = try measure(["distribution": "0.4,0.3,0.2,0.1", "grouping": "1|2,4|3"])
        let tables = experiment.tables()
        func sum(_ table: Table, _ column: Int) -> Double {
            table.rows.reduce(0) { if case .number(let x) = $1[column] { $0 + x } else { $0 } }
        }
        let results = experiment.results()
        #expect(abs(sum(tables[0], 3) - (try #require(results.number("nats")))) < 1e-14)
        #expect(abs(sum(tables[1], 4) - (try #require(results.number("groupingWithin")))) < 1e-14)
        #expect(tables[1].rows.map { $0[1] } == [.text("1"), .text("2,4"), .text("3")])
    }

    @Test func `a product too large to be formed obeys the same law`() {
        let p = [Double](repeating: 1.0 / 600, count: 600)
        #expect(EntropyFunctional.renyi.additivityGap(p, p, order: 2) == 0)
        let large = EntropyFunctional.tsallis.additivityGap(p, p, order: 2)
        let small = EntropyFunctional.tsallis.additivityGap(p, Array(repeating: 0.01, count: 100), order: 2)
        #expect(abs(large + (1 - 1.0 / 600) * (1 - 1.0 / 600)) < 1e-12)
        #expect(abs(small + (1 - 1.0 / 600) * 0.99) < 1e-12)
    }
}
