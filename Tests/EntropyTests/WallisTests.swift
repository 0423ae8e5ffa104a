import Engine
import Foundation
import Plotting
import Testing

@testable import Entropy

private func wallis(_ values: [String: Value], steps: Int = 0, seed: UInt64 = 42) throws -> WallisExperiment {
    var experiment = try WallisExperiment(Setup(card: WallisExperiment.card, values: values, seed: seed))
    _ = try experiment.step(steps)
    return experiment
}

private func integers(_ value: ResultValue?) -> [Int]? {
    guard case .array(let items)? = value else { return nil }
    return items.compactMap { if case .integer(let n) = $0 { n } else { nil } }
}

/// All ways to put quanta on outcomes.
private func assignments(_ outcomes: Int, _ quanta: Int) -> [[Int]] {
    guard outcomes > 1 else { return [[quanta]] }
    return (0...quanta).flatMap { first in assignments(outcomes - 1, quanta - first).map { [first] + $0 } }
}

private func multiplicity(_ counts: [Int]) -> Double {
    var (result, placed) = (1.0, 0)
    for count in counts {
        for k in 0..<count {
            placed += 1
            result *= Double(placed) / Double(k + 1)
        }
    }
    return result.rounded()
}

@Suite struct `Wallis: what can be counted` {
    @Test(arguments: wallisReferences.indices) func `counts of sequences are those of whole-number arithmetic`(index: Int) throws {
        let reference = wallisReferences[index]
        let results = try wallis([
            "values": .text(reference.values), "quanta": .integer(reference.quanta), "mean": .real(reference.mean),
            "tolerance": .real(reference.tolerance),
        ]).results()
        #expect(results.text("acceptedExact") == reference.accepted, "\(reference.name)")
        #expect(results.text("totalExact") == reference.total, "\(reference.name)")
        let acceptance = try #require(results.number("acceptanceExact"))
        #expect(abs(acceptance / reference.acceptance - 1) < 1e-11, "\(reference.name): \(acceptance)")
        let expected = try #require(results.numbers("expectedAssignment"))
        for (got, want) in zip(expected, reference.expected) { #expect(abs(got - want) < 1e-12, "\(reference.name)") }
        let greatest = try #require(results.number("mostLikelyLogMultiplicity"))
        #expect(abs(greatest - reference.mostLikelyLogMultiplicity) < 1e-10 * max(1, greatest), "\(reference.name)")
        let counts = try #require(integers(results["mostLikelyCounts"]))
        #expect(counts.reduce(0, +) == reference.quanta)
        // Where several assignments share the greatest multiplicity, any of them will do.
        if reference.name.hasPrefix("a die") { #expect(counts == reference.mostLikely) }
    }

    @Test func `the assignment Jaynes would bet on at 20 quanta`() throws {
        let results = try wallis(["quanta": .integer(20)]).results()
        #expect(integers(results["mostLikelyCounts"]) == [1, 2, 2, 3, 5, 7])
        #expect(abs(try #require(results.number("mostLikelyLogMultiplicity")) - 25.844910) < 5e-7)
    }

    @Test(arguments: [
        ("1..4", 9, 3.0, 0.0), ("1..4", 9, 2.0, 0.4), ("0,2,3,7", 8, 3.0, 0.0), ("1,1,3", 11, 2.0, 0.1), ("0,0.25,1.5", 7, 0.5, 0.08),
    ])
    func `every assignment listed by hand agrees`(values: String, quanta: Int, mean: Double, tolerance: Double) throws {
        let results = try wallis([
            "values": .text(values), "quanta": .integer(quanta), "mean": .real(mean), "tolerance": .real(tolerance),
        ]).results()
        let x = try NumberList.parse(values, parameter: "values")
        var (total, greatest) = (0.0, 0.0)
        var sums = [Double](repeating: 0, count: x.count)
        for counts in assignments(x.count, quanta) {
            let found = zip(counts, x).reduce(0.0) { $0 + Double($1.0) * $1.1 } / Double(quanta)
            guard abs(found - mean) <= tolerance + 1e-9 else { continue }
            let weight = multiplicity(counts)
            total += weight
            greatest = max(greatest, weight)
            for i in sums.indices { sums[i] += weight * Double(counts[i]) / Double(quanta) }
        }
        #expect(results.text("acceptedExact") == String(Int(total)))
        for (got, want) in zip(try #require(results.numbers("expectedAssignment")), sums) { #expect(abs(got - want / total) < 1e-12) }
        let best = try #require(integers(results["mostLikelyCounts"]))
        #expect(multiplicity(best) == greatest)
    }

    @Test func `beyond the limit the long integers are left out with a word, and the rest stays`() throws {
        let results = try wallis(["quanta": .integer(100_000)]).results()
        #expect(results["acceptedExact"] == ResultValue.none && results["totalExact"] == ResultValue.none)
        #expect(results.warnings.contains { $0.hasPrefix("acceptedExact and totalExact are left out") })
        // As N grows the expected assignment and the most likely one both tend to the greatest entropy.
        let p = try #require(results.numbers("maxentDistribution"))
        for (got, want) in zip(try #require(results.numbers("expectedAssignment")), p) { #expect(abs(got - want) < 1e-4) }
        let counts = try #require(integers(results["mostLikelyCounts"]))
        for (got, want) in zip(counts, p) { #expect(abs(Double(got) - want * 100_000) < 2) }
        #expect(zip(counts, 1...6).reduce(0) { $0 + $1.0 * $1.1 } == 450_000)
        #expect(results.number("acceptanceExact") == 0)
        #expect(results.warnings.contains { $0.contains("acceptanceExact is about 10^-") })
    }

    @Test func `multiplicity per quantum climbs to the greatest entropy as N grows`() throws {
        var last = 0.0
        for quanta in [20, 200, 2000, 20_000] {
            let results = try wallis(["quanta": .integer(quanta)]).results()
            let here = try #require(results.number("mostLikelyLogMultiplicity")) / Double(quanta)
            let ceiling = try #require(results.number("maximumEntropy"))
            #expect(here > last && here < ceiling)
            last = here
            if quanta == 20_000 { #expect(ceiling - here < 0.002) }
        }
    }
}

@Suite struct `Wallis: throws and exchanges` {
    @Test(arguments: [("1..6", 20), ("1..5", 25), ("1..2", 13), ("7", 9), ("1..6", 1000), ("1..3000", 7), ("0.5,2.25,7", 11)])
    func `a throw's sum is the sum of its counts, and all quanta fall somewhere`(values: String, quanta: Int) throws {
        let scores = try NumberList.parse(values, parameter: "values")
        let machine = UniformThrows(scores: scores, quanta: quanta, seed: 9)
        let even = scores.reduce(0, +) / Double(scores.count) * Double(quanta)
        let window = (even - 2)...(even + 1)
        let count = scores.count > 100 ? 200 : 20_000
        var kept: [Int] = []
        machine.kept(from: 0, count: 777, window: window) { kept.append($0) }
        machine.kept(from: 777, count: count, window: window) { kept.append($0) }
        var expected: [Int] = []
        var sums = [Int](repeating: 0, count: scores.count)
        for index in 0..<777 + count {
            let counts = machine.counts(of: index)
            #expect(counts.reduce(0, +) == quanta)
            for i in counts.indices { sums[i] += counts[i] }
            if window.contains(zip(counts, scores).reduce(0) { $0 + Double($1.0) * $1.1 }) { expected.append(index) }
        }
        #expect(kept == expected)
        // Each outcome gets its share within five standard deviations.
        let total = Double((777 + count) * quanta)
        let share = 1 / Double(scores.count)
        for sum in sums { #expect(abs(Double(sum) - total * share) <= 5 * (total * share * (1 - share)).squareRoot()) }
    }

    @Test func `rejection meets the exact acceptance and the expected assignment`() throws {
        let experiment = try wallis(["quanta": .integer(20)], steps: 2_000_000)
        let results = experiment.results()
        let exact = try #require(results.number("acceptanceExact"))
        let rate = try #require(results.number("acceptanceRate"))
        #expect(abs(rate - exact) < 4 * (exact / 2e6).squareRoot())
        let accepted = try #require(results.number("accepted"))
        let expected = try #require(results.numbers("expectedAssignment"))
        for (got, want) in zip(try #require(results.numbers("meanAssignment")), expected) {
            // A kept count varies less than a binomial one of the same mean.
            #expect(abs(got - want) < 4 * (want * (1 - want) / 20 / accepted).squareRoot())
        }
        #expect(integers(results["best"]) == integers(results["mostLikelyCounts"]))
    }

    @Test(arguments: [
        ("1..6", 20, 4.5, 0.0), ("1..6", 24, 4.5, 0.25), ("1,1,2,3,3", 12, 2.5, 0.0), ("1..6", 20, 3.6, 0.3), ("1..3", 300, 1.2, 0.0),
    ])
    func `exchange meets the expected assignment`(values: String, quanta: Int, mean: Double, tolerance: Double) throws {
        var experiment = try wallis([
            "values": .text(values), "quanta": .integer(quanta), "mean": .real(mean), "tolerance": .real(tolerance),
            "method": .text("exchange"),
        ])
        let expected = try #require(experiment.exact.expected)
        // Means of 40 batches, each many times longer than the chain remembers.
        var batches: [[Double]] = []
        var before = experiment.tally.sums
        for _ in 0..<40 {
            _ = try experiment.step(20_000)
            batches.append(zip(experiment.tally.sums, before).map { Double($0 - $1) / 20_000 / Double(quanta) })
            before = experiment.tally.sums
        }
        for i in expected.indices {
            let means = batches.map { $0[i] }
            let average = means.reduce(0, +) / 40
            let variance = means.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 39
            #expect(abs(average - expected[i]) < 4 * (variance / 40).squareRoot() + 1e-12, "outcome \(i + 1) of \(values)")
        }
        let results = experiment.results()
        let mean = try #require(results.numbers("meanAssignment"))
        for (got, want) in zip(mean, batches[0].indices.map { i in batches.reduce(0) { $0 + $1[i] } / 40 }) {
            #expect(abs(got - want) < 1e-12)
        }
        #expect(experiment.tally.entropyBins.reduce(0, +) == 800_000 && experiment.tally.multiplicityBins.reduce(0, +) == 800_000)
    }

    @Test func `what exchange keeps crowds within the concentration interval`() throws {
        let experiment = try wallis(["quanta": .integer(1000), "method": .text("exchange")], steps: 1_000_000)
        let results = experiment.results()
        // Jaynes 1982: a thousand throws of mean 4.5 have H >= 1.608837 in 95% of all cases.
        let entropy = try #require(results.number("maximumEntropy"))
        #expect(abs(entropy - (try #require(results.number("concentrationWidth"))) - 1.608837) < 5e-7)
        let bins = experiment.bins
        let cut = (1.608837 - bins.low) / bins.width
        var inside = 0.0
        for (place, count) in experiment.tally.entropyBins.enumerated() {
            inside += Double(count) * min(1, max(0, Double(place + 1) - cut))
        }
        #expect(abs(inside / 1e6 - 0.95) < 0.02)
    }

    @Test func `exchange starts from an assignment that is kept, however many the outcomes`() throws {
        let many = try wallis(
            ["values": .text("1..400"), "quanta": .integer(1000), "mean": .real(90), "method": .text("exchange")], steps: 5000)
        let counts = try #require(many.chain).state.counts
        #expect(counts.reduce(0, +) == 1000 && counts.allSatisfy { $0 >= 0 })
        #expect(zip(counts, 1...400).reduce(0) { $0 + $1.0 * $1.1 } == 90_000)
        #expect(many.results()["mostLikelyCounts"] == ResultValue.none)
    }
}

@Suite struct `Wallis as an experiment` {
    @Test(arguments: [
        ["quanta": Value.integer(12)], ["quanta": .integer(12), "method": .text("exchange")],
        ["values": .text("1,1,2,3"), "mean": .real(2), "tolerance": .real(0.25), "method": .text("exchange")],
        ["values": .text("1,1.4142,3"), "mean": .real(2), "tolerance": .real(0.1)], ["quanta": .integer(1000), "mean": .real(3.5)],
    ]) func `slices, checkpoints, observing and changes of the tolerance`(values: [String: Value]) throws {
        func encoded(_ experiment: WallisExperiment) throws -> Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            return try encoder.encode(experiment)
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let change = Change("tolerance", .real(0.5))
        var whole = try wallis(values, steps: 3000)
        try whole.apply(change)
        _ = try whole.step(2000)
        var parts = try wallis(values)
        for (place, slice) in [1, 15, 0, 1984, 1000, 700, 1, 1299].enumerated() {
            if place == 5 { try parts.apply(change) }
            _ = try parts.step(slice)
            for figure in WallisExperiment.card.figures { _ = parts.figure(figure.id) }
            let copy = try decoder.decode(WallisExperiment.self, from: try encoded(parts))
            #expect(copy.results() == parts.results())
            parts = copy
        }
        #expect(whole.results() == parts.results())
        #expect(whole.tables() == parts.tables())
        #expect(try encoded(whole) == encoded(parts))
        #expect(whole.results()["throws"] == .integer(2000))
        #expect(whole.results().warnings.contains("the tolerance changed at step 3000: throws are counted from there"))
    }

    @Test func `marks thin out and stay true`() throws {
        let experiment = try wallis(["quanta": .integer(20)], steps: 100_000)
        #expect(experiment.rates.count < 2048 && experiment.rates.count >= 1024)
        let fewer = try wallis(["quanta": .integer(20)], steps: 4 * experiment.tally.spacing)
        let rate = Double(fewer.tally.accepted) / Double(fewer.tally.throwCount)
        #expect(experiment.rates[3] == Point(x: Double(4 * experiment.tally.spacing), y: rate))
    }

    @Test func `a tolerance that keeps nothing is refused and leaves the run as it was`() throws {
        var experiment = try wallis(["quanta": .integer(7), "mean": .real(4.5), "tolerance": .real(0.1)], steps: 100)
        let before = experiment.results()
        #expect(throws: UserError.self) { try experiment.apply(Change("tolerance", .real(0))) }
        #expect(experiment.results() == before)
    }

    @Test func `constant and single values keep every throw`() throws {
        for values in ["3", "3,3,3"] {
            for method in ["reject", "exchange"] {
                let results = try wallis(
                    ["values": .text(values), "mean": .real(3), "quanta": .integer(9), "method": .text(method)], steps: 100
                )
                .results()
                #expect(results.number("acceptanceExact") == 1)
                #expect(results.text("acceptedExact") == results.text("totalExact"))
                let p = try #require(results.numbers("maxentDistribution"))
                #expect(p.allSatisfy { abs($0 - 1 / Double(p.count)) < 1e-15 })
                if method == "reject" { #expect(results.number("acceptanceRate") == 1) }
            }
        }
    }

    @Test(arguments: [
        (
            ["quanta": Value.integer(7)],
            "7 quanta on these values cannot have a mean of 4.5: the nearest means are 4.42857142857 and 4.57142857143"
        ),
        (["mean": .real(6.5)], "mean = 6.5 cannot be had: the mean of these values lies between 1 and 6"),
        (["values": .text("2,2"), "mean": .real(3)], "mean = 3 cannot be had: the mean of these values is always 2"),
        (
            ["values": .text("0,5,7"), "quanta": .integer(6), "mean": .real(1.0)],
            "6 quanta on these values cannot have a mean of 1: the nearest means are 0.833333333333 and 1.16666666667"
        ),
        (["values": .text(""), "mean": .real(3)], "values is empty; expected at least one outcome, such as 1..6"),
        (["values": .text("1,x")], "values: item 2, “x”, is not a number; expected a list such as 1,2,3 or 1..6"),
        (
            ["values": .text("1,1.41421356,3.14159265358"), "mean": .real(2)],
            "tolerance = 0 keeps nothing: these values stand on no even grid, so that no mean is met exactly; expected more than 0"
        ),
        (
            ["values": .text("1,2,4"), "mean": .real(2), "method": .text("exchange")],
            "method = exchange moves quanta by one step up and down, and needs values with even steps such as 1..6; expected those or method = reject"
        ),
        (["values": .text("1..20000"), "mean": .real(2)], "values holds 20000 outcomes; at most 10000 are taken"),
    ]) func `what cannot be is refused in a sentence`(values: [String: Value], expected: String) {
        do {
            _ = try wallis(values)
            Issue.record("\(values) was taken")
        } catch let error as UserError {
            #expect(error.description == expected)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `numbers as large as a parameter takes do no harm`() throws {
        let all = try wallis(["values": .text("1..6"), "mean": .real(1e300), "tolerance": .real(1e300)], steps: 50)
        #expect(all.results().number("acceptanceRate") == 1)
        #expect(abs(try #require(all.results().number("acceptanceExact")) - 1) < 1e-12)
        #expect(throws: UserError.self) { try wallis(["values": .text("1,1e200"), "mean": .real(2)]) }
        #expect(throws: UserError.self) { try wallis(["mean": .real(-1e300)]) }
        let far = try wallis(["values": .text("1e-7,2e-7,-3e149"), "mean": .real(1e300), "tolerance": .real(1e300)], steps: 5)
        #expect(far.tally.throwCount == 5)
    }

    @Test func `a mean as the refusal names it is taken`() throws {
        #expect(try wallis(["quanta": .integer(7), "mean": .real(4.42857142857)]).problem.sums == 24...24)
        #expect(try wallis(["quanta": .integer(7), "mean": .real(4.5), "tolerance": .real(0.1)]).problem.sums == 24...25)
        #expect(
            try wallis(["values": .text("0.1,0.2,0.4"), "quanta": .integer(7), "mean": .real(0.2)]).problem.lattice?.levels == [0, 1, 3])
    }
}
