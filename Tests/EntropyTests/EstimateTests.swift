import Engine
import Foundation
import Kernels
import Plotting
import Statistics
import Testing

@testable import Entropy

private func setup(_ values: [String: String], file: String? = nil, seed: UInt64 = 42) throws -> Setup {
    var parsed: [String: Value] = [:]
    for (name, text) in values { parsed[name] = try EstimateExperiment.card.parse(name, text) }
    var inputs: [String: Input] = [:]
    if let file {
        parsed["file"] = .text("text.txt")
        inputs["file"] = Input(name: "text.txt", bytes: Array(file.utf8))
    }
    return Setup(card: EstimateExperiment.card, values: parsed, seed: seed, inputs: inputs)
}

/// A finished run without a bench, unless one is asked for.
private func estimate(_ values: [String: String], file: String? = nil) throws -> EstimateExperiment {
    var experiment = try EstimateExperiment(setup(["bench": "none"].merging(values) { $1 }, file: file))
    while case .ready = try experiment.step(1000).state {}
    return experiment
}

private func list(_ values: [Double]) -> String { values.map(\.description).joined(separator: ",") }

private func meets(_ results: Results, _ expected: [String: Double], _ tolerance: Double, _ place: String) throws {
    for (name, want) in expected {
        let got = try #require(results.number(name), "\(place): \(name)")
        #expect(abs(got - want) < tolerance * max(1, abs(want)), "\(place): \(name) is \(got), wanted \(want)")
    }
}

@Suite struct `Estimates against references` {
    @Test(arguments: countReferences.indices) func `estimates from counts are their formulas`(index: Int) throws {
        let reference = countReferences[index]
        let results = try estimate(["counts": reference.counts, "alphabet": String(reference.alphabet)]).results()
        let (nsb, sd) = (reference.results["nsb"] ?? .nan, reference.results["nsbSd"] ?? .nan)
        let expected = reference.results.filter { !$0.key.hasPrefix("nsb") }
        try meets(results, expected, 1e-12, reference.name)
        try meets(results, ["nsb": nsb], 1e-11, reference.name)
        try meets(results, ["nsbSd": sd], 1e-9, reference.name)
        for (name, want) in [("dirichlet", reference.dirichlet), ("dirichletMean", reference.dirichletMean)] {
            for (a, b) in zip(try #require(results.numbers(name)), want) { #expect(abs(a - b) < 1e-12 * max(1, abs(b)), "\(name)") }
        }
    }

    @Test func `the twelve digits that two packages miss`() throws {
        let results = try estimate(["alphabet": "100"]).results()
        #expect(abs(try #require(results.number("nsb")) - 2.840012048898) < 5e-13)  // EXPERIMENTS, entropy.estimate
    }

    @Test(arguments: numberReferences.indices) func `estimates from numbers are those over all pairs`(index: Int) throws {
        let reference = numberReferences[index]
        let experiment = try estimate([
            "x": list(reference.x), "y": list(reference.y), "neighbours": String(reference.neighbours), "permutations": "1",
        ])
        try meets(experiment.results(), reference.results, 1e-12, reference.name)
    }

    @Test func `log of a rising factorial keeps its digits where its parts are huge`() {
        // Γ(a+n)/Γ(a) = a(a+1)…(a+n-1), multiplied out.
        for (a, n) in [(0.5, 3), (25.0, 4), (1e6, 5), (1e12, 7), (3.25e15, 3)] {
            let product = (0..<n).reduce(0.0) { $0 + Kernels.log(a + Double($1)) }
            #expect(abs(logRising(a, Double(n)) - product) < 1e-13 * max(1, abs(product)), "\(a), \(n)")
        }
        #expect(logRising(3, 0) == 0)
    }

    @Test func `neighbours in a tree are those of a search through all`() {
        var stream = RandomStream(seed: 3, purpose: "points")
        for (count, dimensions, grid) in [(300, 2, 0.0), (300, 3, 4), (257, 1, 20), (40, 2, 1), (2, 2, 0)] {
            let columns = (0..<dimensions).map { _ in
                (0..<count).map { _ in grid > 0 ? (stream.uniform() * grid).rounded() : stream.normal() }
            }
            let tree = NearestNeighbours(columns: columns)
            var found: [NearestNeighbours.Neighbour] = []
            for point in 0..<count {
                var all: [(distance: Double, index: Int)] = []
                for other in 0..<count where other != point {
                    var distance = 0.0
                    for column in columns { distance = max(distance, abs(column[other] - column[point])) }
                    all.append((distance, other))
                }
                all.sort { $0 < $1 }
                tree.neighbours(of: point, count: 5, into: &found)
                #expect(found.map(\.index) == all.prefix(5).map(\.index) && found.map(\.distance) == all.prefix(5).map(\.distance))
            }
        }
    }
}

@Suite struct `Estimates of tokens` {
    private let text = "The cat sat; the Cat sat on 2 mats. L'été, l'été!"

    @Test func `words are runs of letters, digits and apostrophes in lower case`() throws {
        let experiment = try estimate([:], file: text)
        #expect(experiment.problem.common.map(\.text) == ["the", "cat", "sat", "l'été", "on", "2", "mats"])
        #expect(experiment.problem.counts == [2, 2, 2, 1, 1, 1, 2])
        #expect(experiment.results()["samples"] == .integer(11))
    }

    @Test func `pairs of words, characters and bytes`() throws {
        let pairs = try estimate(["order": "2"], file: text)
        #expect(pairs.problem.common.first?.text == "the cat" && pairs.problem.counts.first == 2)
        #expect(pairs.results()["samples"] == .integer(10))
        let characters = try estimate(["tokens": "character", "order": "3"], file: "abcabcab")
        #expect(characters.problem.common.map(\.text) == ["abc", "bca", "cab"])
        #expect(characters.problem.counts == [2, 2, 2])
        let bytes = try estimate(["tokens": "byte"], file: "é\né")
        #expect(bytes.problem.common.map(\.text) == ["0xc3", "0xa9", "0x0a"])
        #expect(bytes.problem.counts == [2, 2, 1])
    }

    @Test func `a column of a table is counted cell by cell`() throws {
        let experiment = try estimate(["column": "kind"], file: "kind,size\nred,1\nblue,2\nred,3\n,4\n")
        #expect(experiment.problem.counts == [2, 1])
        #expect(experiment.results().warnings == ["1 empty cells of “kind” were left out"])
        let tokens = try #require(experiment.tables().first { $0.name == "tokens" })
        #expect(tokens.rows.first == [.integer(1), .text("red"), .integer(2), .number(2.0 / 3)])
    }

    @Test func `the file stands in place of counts, with a word`() throws {
        let experiment = try estimate(["counts": "1,2,3"], file: "a b a")
        #expect(experiment.results().warnings == ["counts acts on nothing: “text.txt” is counted instead"])
    }
}

@Suite struct `Estimates never answer silently wrong` {
    @Test(arguments: [
        (["counts": ""], "there is nothing to estimate from; expected counts, a file or numbers x"),
        (["counts": "0,0"], "counts are zero everywhere; expected at least one above 0"),
        (["counts": "1,-1"], "counts: number 2 is -1; expected whole numbers of at least 0"),
        (["counts": "1,0.5"], "counts: number 2 is 0.5; expected whole numbers of at least 0"),
        (["counts": "1,2,3", "alphabet": "2"], "alphabet = 2, but 3 outcomes were seen; expected at least 3, or 0"),
        (["x": "1,2,3", "y": "1,2"], "y has 2 numbers, but x has 3; expected pairs"),
        (["y": "1,2"], "y is given without x; expected both, or x alone"),
        (["x": "1,2,3"], "neighbours = 3, but there are 3 observations; expected fewer neighbours than observations"),
        (["x": "1,2,inf,4,5"], "x: number 3 is inf; expected finite numbers"),
        (["bench": "normal"], "bench = “normal” is neither data, uniform, zipf, none nor a list of probabilities"),
        (["bench": "0.5,0.4"], "bench sums to 0.9; expected 1 within 1e-9"),
        (["bench": "uniform", "alphabet": "10000000"], "bench = uniform: an alphabet of 10000000; at most 1000000 are drawn from"),
        (["column": "a"], "column = “a” is given without a file; expected file = data.csv beside it"),
        (["order": "6"], "order = 6 was refused; expected a whole number from 1 to 5"),
    ]) func `bad input is refused in one sentence`(values: [String: String], expected: String) {
        do {
            _ = try estimate(values)
            Issue.record("\(values) was taken")
        } catch let error as UserError {
            #expect(error.description == expected)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `a file without enough tokens, or of another column, is refused`() {
        #expect(throws: UserError("file: “text.txt” is empty", parameter: "file")) { try estimate([:], file: "") }
        #expect(throws: UserError("file: “text.txt” has 2 words; expected at least 3, one run", parameter: "file")) {
            try estimate(["order": "3"], file: "one two")
        }
        #expect(throws: UserError.self) { try estimate(["column": "size"], file: "kind\nred\nblue\n") }
    }

    @Test func `numbers that coincide are told, not jittered`() throws {
        let results = try estimate(["x": "1,1,1,1,1,1,2,3", "y": "2,2,2,2,2,2,1,5", "permutations": "1"]).results()
        #expect(results["kozachenkoLeonenko"] == ResultValue.none && results["vasicek"] == ResultValue.none)
        #expect(results.warnings.contains("kozachenkoLeonenko is minus infinity: an observation coincides with 3 others"))
        #expect(
            results.warnings.contains("5 of 8 observations repeat others: nearest neighbours are made for continuous data"))
        let line = try estimate(["x": "1,2,3,4,5", "y": "2,4,6,8,10", "permutations": "1"]).results()
        #expect(line.number("pearson") == 1 && line["gaussianMutualInformation"] == ResultValue.none)
        let flat = try estimate(["x": "1,2,3,4,5", "y": "7,7,7,7,7", "permutations": "1"]).results()
        #expect(flat["pearson"] == ResultValue.none)
        #expect(flat.warnings.contains("pearson is undefined: x or y does not vary"))
    }
}

@Suite struct `Estimates as an experiment` {
    @Test func `the bench finds the biases that theory tells`() throws {
        let experiment = try estimate(["bench": "uniform", "alphabet": "20", "repeats": "60"])
        let bench = try #require(experiment.bench)
        #expect(bench.repeats == 60 && abs(bench.entropy - Kernels.log(20)) < 1e-14)
        let place = try #require(EstimatorBench.sizes.firstIndex(of: 500))
        // The plug-in's bias is -(K-1)/(2N) - O(1/N²) = -0.019 with a spread of some 0.006 a repeat.
        #expect(abs(bench.bias(0, size: place) + 19.0 / 1000) < 5 * bench.deviation(0, size: place) / 60.0.squareRoot())
        #expect(abs(bench.bias(1, size: place)) < 5 * bench.deviation(1, size: place) / 60.0.squareRoot())
        #expect(bench.bias(0, size: 0) < bench.bias(0, size: place))
    }

    @Test func `shuffles tell dependence from none`() throws {
        var stream = RandomStream(seed: 1, purpose: "pairs")
        let x = stream.normals(count: 60)
        let noise = stream.normals(count: 60)
        let bound = try estimate(["x": list(x), "y": list(zip(x, noise).map { $0 + 0.5 * $1 }), "permutations": "39"])
        let free = try estimate(["x": list(x), "y": list(noise), "permutations": "39"])
        #expect(bound.results().number("permutationP") == 1.0 / 40)
        #expect(try #require(free.results().number("permutationP")) > 0.05)
        #expect(bound.shuffled.count == 39 && Set(bound.shuffled).count > 30)
        #expect(try estimate(["x": list(x), "y": list(noise)]).shuffled.count == 99)
    }

    @Test func `slices and checkpoints change nothing`() throws {
        let start = try setup(["x": "0.1,0.7,0.2,0.9,0.4,0.6", "y": "1,3,1.5,2.5,2,2.2", "repeats": "5", "permutations": "4"])
        var whole = try EstimateExperiment(start)
        _ = try whole.step(100)
        var parts = try EstimateExperiment(start)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for slice in [0, 1, 2, 1, 7] {
            _ = try parts.step(slice)
            parts = try JSONDecoder().decode(EstimateExperiment.self, from: try encoder.encode(parts))
        }
        #expect(try encoder.encode(whole) == encoder.encode(parts))
        #expect(whole.results() == parts.results() && whole.tables() == parts.tables())
        #expect(whole.results()["benchRepeats"] == .integer(5))
    }
}
