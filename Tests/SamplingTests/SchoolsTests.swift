import Engine
import Kernels
import Testing

@testable import Sampling

@Suite struct `Eight schools` {
    static func target(centred: Bool) -> SchoolsTarget {
        SchoolsTarget(effects: SchoolsModel.effects, errors: SchoolsModel.errors, isCentred: centred, muSd: 5, tauScale: 5)
    }

    @Test func `log densities and gradients are those of the definitions`() throws {
        let want = try ModelReference.load().schools
        expectEqual(Self.target(centred: true), want.centred, 1e-12, "centred")
        expectEqual(Self.target(centred: false), want.noncentred, 1e-12, "non-centred")
    }

    @Test(arguments: [true, false]) func `gradients are slopes at many places, minibatches add up`(centred: Bool) {
        expectSlopes(Self.target(centred: centred))
        for size in [1, 3, 8] {
            expectMinibatchesAddUp(Self.target(centred: centred), at: (0..<10).map { 0.3 * Double($0) - 1 }, size: size)
        }
    }

    @Test func `the exact posterior is that of two-dimensional quadrature`() throws {
        let want = try ModelReference.load().schools
        let exact = SchoolsPosterior(Self.target(centred: true))
        #expect(close(exact.logEvidence, want.logEvidence, 1e-11))
        #expect(close(Array(exact.means.prefix(3)), want.mean, 1e-10))
        #expect(close(Array(exact.sds.prefix(3)), want.sd, 1e-9))
        // The reference draws of posteriordb: μ 4.41 (3.31), τ 3.60 (3.20).
        #expect(abs(exact.means[0] - 4.41) < 0.05 && abs(exact.sds[0] - 3.31) < 0.05)
        #expect(abs(exact.means[1] - 3.60) < 0.05 && abs(exact.sds[1] - 3.20) < 0.05)
        for quantity in [0, 1, 2] {
            let curve = exact.curve(quantity)
            let width = curve[1].x - curve[0].x
            #expect(abs(curve.reduce(0) { $0 + ($1.y.isNaN ? 0 : $1.y) * width } - 1) < 0.02)
        }
    }

    @Test func `non-centred NUTS comes to the exact posterior`() throws {
        let run = try drive(SchoolsExperiment.self, ["warmup": .integer(500), "draws": .integer(1500)])
        let exact = SchoolsPosterior(run.run.target)
        expectMoments(run.run, means: exact.means, sds: exact.sds)
        #expect((run.results().number("maxRhat") ?? 9) < 1.01)
        #expect((run.results().number("divergentShare") ?? 1) < 0.01)
    }

    @Test(arguments: [1, 3]) func `the log density of each kept draw is that of its place`(thin: Int) throws {
        let run = try drive(
            SchoolsExperiment.self,
            [
                "parameterisation": .text("centred"), "warmup": .integer(30), "draws": .integer(20), "chains": .integer(2),
                "thin": .integer(thin),
            ])
        let tables = run.tables()
        let transitions = try #require(tables.first { $0.name == "transitions" })
        let draws = try #require(tables.first { $0.name == "draws" })
        #expect(transitions.columns == ["chain", "draw", "lp", "energy", "divergent", "stepsize"] && transitions.rows.count == 40)
        for (transition, draw) in zip(transitions.rows, draws.rows) {
            guard case .number(let density) = transition[2], case .number(let energy) = transition[3] else {
                Issue.record("no log density")
                continue
            }
            // Centred, the quantities are the coordinates but for τ, whose logarithm is moved.
            var place = draw.dropFirst(2).map { if case .number(let x) = $0 { x } else { Double.nan } }
            place[1] = Kernels.log(place[1])
            #expect(close(run.run.target.evaluate(place).logDensity, density, 1e-12))
            #expect(energy > -density)
        }
    }

    @Test func `the centred form diverges or mixes worse, and says so`() throws {
        let values: [String: Value] = ["warmup": .integer(300), "draws": .integer(500)]
        let good = try drive(SchoolsExperiment.self, values).results()
        let bad = try drive(SchoolsExperiment.self, values.merging(["parameterisation": .text("centred")]) { $1 }).results()
        #expect((bad.number("minEssBulk") ?? 9e9) * 2 < good.number("minEssBulk") ?? 0)
        #expect((bad.number("divergences") ?? 0) > (good.number("divergences") ?? 0))
        #expect(bad.warnings.contains { $0.contains("diverged") })
    }

    /// The rank of the truth among thinned posterior draws is uniform: simulation-based calibration, as in Talts and others, 2018.
    @Test func `ranks of prior draws among their posterior draws are uniform`() throws {
        let (simulations, kept) = (60, 9)
        var counts = [[Double]](repeating: [Double](repeating: 0, count: kept + 1), count: 3)
        for k in 0..<simulations {
            var stream = RandomStream(seed: 77, purpose: "calibration", chain: k)
            let mu = 5 * stream.normal()
            let tau = 5 * abs(stream.normal() / stream.normal())
            let theta = SchoolsModel.effects.map { _ in mu + tau * stream.normal() }
            let y = zip(theta, SchoolsModel.errors).map { $0 + $1 * stream.normal() }
            let run = try drive(
                SchoolsExperiment.self,
                [
                    "effects": listed(y), "chains": .integer(1), "warmup": .integer(200), "draws": .integer(kept * 16),
                    "targetAccept": .real(0.9),
                ], seed: UInt64(1000 + k))
            for (q, truth) in [mu, tau, theta[0]].enumerated() {
                let draws = run.run.draws.draws(q)[0]
                let rank = stride(from: 15, to: draws.count, by: 16).filter { draws[$0] < truth }.count
                counts[q][rank] += 1
            }
        }
        // χ² with 9 degrees of freedom exceeds 27.9 once in a thousand.
        let expected = Double(simulations) / Double(kept + 1)
        for ranks in counts {
            let chi = ranks.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
            #expect(chi < 27.9, "\(ranks)")
        }
    }

    @Test(arguments: ["sgld", "nuts"]) func `the laws hold`(sampler: String) throws {
        try expectLaws(
            SchoolsExperiment.self,
            ["sampler": .text(sampler), "updates": .integer(400), "warmup": .integer(50), "draws": .integer(80)], half: 60)
    }

    @Test func `another school is drawn at once`() throws {
        var run = try drive(SchoolsExperiment.self, ["warmup": .integer(50)], steps: 150)
        try run.apply(Change("school", .integer(3), step: 150))
        #expect(run.figure("pair").title.contains("school 3"))
        #expect(run.run.draws.segments.count == 1)
        #expect(throws: UserError.self) { try run.apply(Change("school", .integer(9), step: 150)) }
    }

    static let refusals: [([String: Value], String)] = [
        (["effects": .text("1")], "at least 2"), (["effects": .text("1,2")], "one each"), (["errors": .text("1,2")], "one each"),
        (["effects": .text("1,nan"), "errors": .text("1,1")], "number 2"), (["effects": .text("1,2"), "errors": .text("1,0")], "above 0"),
        (["effects": .text("1,2"), "errors": .text("1,-2")], "above 0"), (["muSd": .real(0)], "above 0"),
        (["tauScale": .real(0)], "above 0"), (["school": .integer(9)], "1 to 8"), (["sampler": .text("sgld"), "batch": .integer(9)], "8"),
        (["effects": .text("1,x")], "not a number"),
    ]

    @Test(arguments: 0..<refusals.count) func `bad input is refused in one sentence`(index: Int) {
        expectRefusal(SchoolsExperiment.self, Self.refusals[index].0, Self.refusals[index].1)
    }
}
