import Engine
import Foundation
import Statistics
import Testing

@testable import Entropy

private func physical(_ values: [String: String], seed: UInt64 = 42) throws -> PhysicalExperiment {
    var parsed: [String: Value] = [:]
    for (name, text) in values { parsed[name] = try PhysicalExperiment.card.parse(name, text) }
    return try PhysicalExperiment(Setup(card: PhysicalExperiment.card, values: parsed, seed: seed))
}

private func meets(_ results: Results, _ name: String, _ want: Double, _ tolerance: Double = 1e-11) throws {
    let got = try #require(results.number(name))
    #expect(abs(got - want) < tolerance * max(1, abs(want)), "\(name) is \(got), wanted \(want)")
}

@Suite struct `The physical derivation against references` {
    // Written by Tests/References/entropy/physical.py with SciPy.
    @Test func `dice with a mean of 4.5 are predicted as Jaynes' die`() throws {
        let results = try physical([:]).results()
        let want = [
            0.05435316782649158, 0.07877154563305358, 0.11415997722944062, 0.16544680311005333, 0.23977444042689997, 0.3474940657740609,
        ]
        for (a, b) in zip(try #require(results.numbers("predicted")), want) { #expect(abs(a - b) < 1e-12) }
        try meets(results, "temperature", -2.695062287933596)
        try meets(results, "partitionFunction", 26.663652797332226)
        try meets(results, "freeEnergy", 8.848701566156864)
        try meets(results, "heatCapacity", 0.31640661359178)
        try meets(results, "maximumEntropy", 1.6135810981538294)
        try meets(results, "meanEnergy", 4.5)
        try meets(results, "conserved", 45_000)
        try meets(results, "entropy", 0.6931471805599453)
    }

    @Test func `a canonical system from its mean and from its temperature`() throws {
        let mean = try physical(["system": "canonical", "kT": "0", "meanValue": "1.2"]).results()
        try meets(mean, "temperature", 1.9448439770656423)
        try meets(mean, "partitionFunction", 2.3737601610430374)
        try meets(mean, "freeEnergy", -1.6812695099720574)
        try meets(mean, "heatCapacity", 0.5003380785690384)
        try meets(mean, "maximumEntropy", 1.4814913401533025)
        // The conserved mean is a whole number of exchanges: within half a level's gap over N of what kT asks for.
        let warm = try physical(["system": "canonical", "kT": "0.75", "energies": "0,0.5,1,1.5", "units": "1000000"]).results()
        try meets(warm, "temperature", 0.75, 1e-5)
        try meets(warm, "meanEnergy", 0.3782303429431363, 1e-6)
        try meets(warm, "partitionFunction", 1.9123495403849313, 1e-5)
        try meets(warm, "heatCapacity", 0.39312063489459703, 1e-5)
    }

    @Test func `waiting times are predicted geometric`() throws {
        let results = try physical(["system": "waiting", "meanValue": "2.5", "levels": "21"]).results()
        let predicted = try #require(results.numbers("predicted"))
        for (a, b) in zip(predicted, [0.2857142857142857, 0.20408163265306123, 0.1457725947521866]) { #expect(abs(a - b) < 1e-12) }
        #expect(predicted.count == 21 && abs(predicted[20] - 0.0011951964277454596) < 1e-12)
        #expect(abs(predicted.reduce(0, +) - 1) < 1e-14)
        try meets(results, "temperature", 2.972013411988461)
        try meets(results, "maximumEntropy", 2.0939435600484)
        try meets(results, "partitionFunction", 3.5)
    }

    @Test func `equally likely levels have no temperature`() throws {
        let results = try physical(["meanValue": "3.5"]).results()
        #expect(results["temperature"] == ResultValue.none && results["freeEnergy"] == ResultValue.none)
        #expect(results.warnings == ["all levels are equally likely: the temperature is infinite, and with it the free energy"])
    }
}

@Suite struct `Exchanges lead to the greatest entropy` {
    @Test(arguments: [
        ["system": "dice"], ["system": "canonical", "kT": "1.5"], ["system": "waiting", "meanValue": "3"],
        ["system": "canonical", "energies": "0,1,2,3,5,7", "kT": "-4"],
    ])
    func `the total stays, the entropy climbs to its ceiling and the counts fit`(values: [String: String]) throws {
        var experiment = try physical(values.merging(["units": "2000", "exchangesPerStep": "2000"]) { $1 })
        let start = experiment.results()
        // Ten systems after another hundred exchanges a unit each: their χ² add up.
        _ = try experiment.step(150)
        var (chiSquared, degrees) = (0.0, 0)
        for _ in 0..<10 {
            _ = try experiment.step(40)
            let goodness = try #require(experiment.goodness)
            chiSquared += goodness.chiSquared
            degrees += goodness.degrees
        }
        let end = experiment.results()
        #expect(end["conserved"] == start["conserved"] && experiment.state.count == 2000)
        #expect(experiment.counts.reduce(0, +) == 2000 && experiment.counts.allSatisfy { $0 >= 0 })
        let ceiling = try #require(end.number("maximumEntropy"))
        #expect(try #require(start.number("entropy")) < ceiling - 0.2)
        #expect(abs(try #require(end.number("entropy")) - ceiling) < 0.02)
        // (1/N) log W lies below H by some m log N/(2N).
        #expect(try #require(end.number("logMultiplicityPerUnit")) < ceiling)
        let law = ChiSquareDistribution(degreesOfFreedom: Double(degrees))
        #expect(law.survival(chiSquared) > 1e-4 && law.cumulative(chiSquared) > 1e-4, "χ² \(chiSquared) for \(degrees)")
    }

    @Test func `slices and checkpoints change nothing`() throws {
        for system in PhysicalSystem.Kind.allCases {
            let values = ["system": system.rawValue, "units": "100", "exchangesPerStep": "37"]
            var whole = try physical(values)
            _ = try whole.step(60)
            var parts = try physical(values)
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            for slice in [0, 1, 5, 2, 52] {
                _ = try parts.step(slice)
                parts = try JSONDecoder().decode(PhysicalExperiment.self, from: try encoder.encode(parts))
            }
            #expect(whole.results() == parts.results() && whole.tables() == parts.tables())
            #expect(whole.state == parts.state && whole.climb == parts.climb && whole.trail == parts.trail)
        }
    }

    @Test func `a long run keeps a bounded record`() throws {
        var experiment = try physical(["units": "100", "exchangesPerStep": "1"])
        _ = try experiment.step(9000)
        #expect(experiment.climb.count <= 2048 && experiment.climb.count > 1000)
        #expect(experiment.climb.first?.x == 0 && experiment.trail.last?.x == 9000)
        #expect(zip(experiment.climb, experiment.climb.dropFirst()).allSatisfy { $0.x < $1.x })
    }

    @Test(arguments: [
        (["meanValue": "6"], "meanValue = 6; expected a mean strictly between 1 and 6"),
        (["meanValue": "7"], "meanValue = 7; expected a mean strictly between 1 and 6"),
        (["system": "waiting", "meanValue": "0"], "meanValue = 0; expected a mean waiting time above 0, at most 1000"),
        (["system": "canonical", "energies": "1"], "energies has 1 levels; expected from 2 to 64"),
        (["system": "canonical", "energies": "2,2,2"], "energies are all equal; expected different levels"),
        (["system": "canonical", "energies": "0,1"], "energies: with two levels no exchange can change anything"),
        (["system": "canonical", "energies": "0,1,3"], "energies: exchanges between two units conserve more than the energy"),
        (["system": "canonical", "energies": "0,1,2,10,11,12"], "energies: exchanges between two units conserve more than the energy"),
        (["system": "canonical", "energies": "0,inf,1"], "energies: level 2 is inf; expected finite numbers"),
        (["system": "canonical", "kT": "0.01"], "the mean 3.72e-44 leaves all 10000 units at one end"),
        (["units": "50"], "units = 50 was refused; expected a whole number from 100 to 1000000"),
    ]) func `bad input is refused in one sentence`(values: [String: String], expected: String) {
        do {
            _ = try physical(values)
            Issue.record("\(values) was taken")
        } catch let error as UserError {
            #expect(error.description.hasPrefix(expected), "\(error.description)")
        } catch {
            Issue.record("\(error)")
        }
    }
}
