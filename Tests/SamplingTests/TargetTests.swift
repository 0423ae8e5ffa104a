import Engine
import Kernels
import Testing

@testable import Sampling

@Suite struct `Standard targets` {
    static let kinds = StandardTarget.Kind.allCases

    static func target(_ kind: StandardTarget.Kind, _ dimension: Int) -> StandardTarget {
        var target = StandardTarget(kind: kind, dimension: dimension)
        if kind == .modes { target.modeWeight = 0.3 }
        return target
    }

    @Test(arguments: kinds) func `log densities and gradients are those of the definitions`(kind: StandardTarget.Kind) throws {
        let want = try #require(ModelReference.load().targets[kind.rawValue])
        expectEqual(Self.target(kind, want.dimension ?? 2), want, 1e-12, kind.rawValue)
    }

    @Test(arguments: kinds) func `gradients are slopes at many places`(kind: StandardTarget.Kind) {
        expectSlopes(Self.target(kind, 5))
        var bare = Self.target(kind, 4)
        bare.isCentred = false
        expectSlopes(bare)
    }

    @Test(arguments: kinds) func `exact moments are those of quadrature`(kind: StandardTarget.Kind) throws {
        let want = try #require(ModelReference.load().targets[kind.rawValue])
        let target = Self.target(kind, want.dimension ?? 2)
        if let sd = want.sd { #expect(close(Array(target.exactSds.prefix(sd.count)), sd, 1e-9)) }
        if let mean = want.mean { #expect(close(Array(target.exactMeans.prefix(mean.count)), mean, 1e-12)) }
        if let mass = want.massAbove { #expect(close(target.massAbove, mass, 1e-14)) }
        for pair in want.marginal ?? [] { #expect(close(target.marginal(1, at: pair[0]), pair[1], 1e-8)) }
        for quantity in 0..<2 {
            let curve = target.curve(quantity)
            let width = curve[1].x - curve[0].x
            #expect(abs(curve.reduce(0) { $0 + $1.y * width } - 1) < (kind == .funnel ? 0.13 : 0.03), "\(kind)")
        }
        let grid = try #require(target.pairDensity).grid
        let cell = (grid.x.upperBound - grid.x.lowerBound) * (grid.y.upperBound - grid.y.lowerBound) / Double(grid.columns * grid.rows)
        // The window of the funnel leaves out its wide mouth, and the banana is thin against the cells.
        let tolerance = kind == .banana ? 0.4 : kind == .funnel ? 0.2 : 0.08
        #expect(abs(grid.values.reduce(0, +) * cell - 1) < tolerance, "\(kind)")
    }

    @Test func `the non-centred funnel is the centred one in other coordinates`() {
        var target = StandardTarget(kind: .funnel, dimension: 4)
        target.isCentred = false
        let q = [0.7, -1.1, 0.3, 2]
        var values = [Double](repeating: 0, count: 4)
        q.withUnsafeBufferPointer { q in
            values.withUnsafeMutableBufferPointer { v in
                if let q = q.baseAddress, let v = v.baseAddress { target.quantities(at: q, into: v) }
            }
        }
        target.isCentred = true
        // log p(z) = log p(v, x) + log |d(v, x)/dz|, the logarithm log 3 + 3·v/2.
        let centred = target.evaluate(values).logDensity
        target.isCentred = false
        #expect(close(target.evaluate(q).logDensity, centred + Kernels.log(3) + 1.5 * values[0], 1e-13))
    }

    @Test func `moments that do not exist are not given`() {
        var target = StandardTarget(kind: .studentT, dimension: 2)
        target.degrees = 1
        #expect(target.exactMeans.allSatisfy(\.isNaN) && target.exactSds.allSatisfy(\.isNaN))
        target.degrees = 2
        #expect(target.exactMeans == [0, 0] && target.exactSds == [.infinity, .infinity])
        #expect(target.exactCorrelation.isNaN)
    }
}

@Suite struct `The target experiment` {
    @Test(arguments: ["ill-conditioned", "correlated", "student-t", "funnel", "banana"])
    func `NUTS comes to the exact moments within its errors`(name: String) throws {
        let run = try drive(
            TargetExperiment.self,
            [
                "target": .text(name), "parameterisation": .text("noncentred"), "warmup": .integer(500), "draws": .integer(1000),
                "degrees": .real(8), "dimension": .integer(3), "targetAccept": .real(0.9),
            ])
        let target = run.run.target
        // Variances of x in the funnel have no finite variance themselves, so their sampled error says little.
        let sds: [Double?] = name == "funnel" ? [target.exactSds[0]] : target.exactSds
        expectMoments(run.run, means: target.exactMeans, sds: sds, name)
        #expect((run.results().number("meanErrorMcse") ?? 99) < 4.5)
        #expect(run.results().number("meanErrorSd") != nil)
    }

    @Test func `the centred funnel is seen to fail where the non-centred does not`() throws {
        func run(_ parameterisation: String) throws -> TargetExperiment {
            try drive(
                TargetExperiment.self,
                ["target": .text("funnel"), "parameterisation": .text(parameterisation), "warmup": .integer(300), "draws": .integer(400)])
        }
        let (centred, noncentred) = (try run("centred"), try run("noncentred"))
        #expect((centred.results().number("minEssBulk") ?? 9e9) * 3 < noncentred.results().number("minEssBulk") ?? 0)
        #expect(noncentred.results().number("divergences") == 0)
    }

    @Test func `far modes are not crossed, near ones are`() throws {
        func run(_ separation: Double) throws -> Results {
            try drive(
                TargetExperiment.self,
                [
                    "target": .text("modes"), "separation": .real(separation), "modeWeight": .real(0.7), "warmup": .integer(200),
                    "draws": .integer(1000), "initial": .text("-1,0,1,0,-1,1,1,1"),
                ]
            ).results()
        }
        let (far, near) = (try run(20), try run(3))
        #expect(far.number("modeCrossings") == 0 && far.number("modeMass") == 0.5)
        #expect((far.number("maxRhat") ?? 0) > 1.5)
        #expect((near.number("modeCrossings") ?? 0) > 100)
        #expect(abs((near.number("modeMass") ?? 0) - (near.number("modeMassExact") ?? 9)) < 0.06)
    }

    @Test(arguments: ["sgld", "hmc", "mala", "nuts", "sghmc", "psgld", "sgd"]) func `the laws hold`(sampler: String) throws {
        try expectLaws(
            TargetExperiment.self,
            ["target": .text("modes"), "sampler": .text(sampler), "updates": .integer(400), "warmup": .integer(50), "draws": .integer(80)],
            half: 60)
    }

    @Test func `log density at a place can be asked for while it runs`() throws {
        var run = try drive(TargetExperiment.self, ["target": .text("student-t")], steps: 5)
        try run.apply(Change("at", .text("1,-2"), step: 5))
        let want = run.run.target.evaluate([1, -2])
        #expect(run.results().number("logDensity") == want.logDensity)
        #expect(run.results().numbers("gradient") == want.gradient)
        #expect(throws: UserError.self) { try run.apply(Change("at", .text("1"), step: 5)) }
        #expect(throws: UserError.self) { try run.apply(Change("nothing", .real(1), step: 5)) }
        try run.apply(Change("stepSize", .real(0.2), step: 5))
    }

    static let refusals: [([String: Value], String)] = [
        (["dimension": .integer(1)], "at least 2"), (["target": .text("funnel"), "dimension": .integer(1)], "at least 2"),
        (["correlation": .real(1)], "between -1 and 1"), (["degrees": .real(0)], "above 0"), (["condition": .real(0.5)], "at least 1"),
        (["separation": .real(-1)], "0 or more"), (["modeWeight": .real(1)], "between 0 and 1"), (["curvature": .real(-1)], "0 or more"),
        (["at": .text("1,2,3")], "expected 2"), (["at": .text("1,nan")], "finite"), (["draws": .integer(0)], "at least 1"),
        (["initial": .text("1e200,1")], "not finite"), (["chains": .integer(0)], "1 to 64"), (["sampler": .text("gibbs")], "not one of"),
    ]

    @Test(arguments: 0..<refusals.count) func `bad input is refused in one sentence`(index: Int) {
        expectRefusal(TargetExperiment.self, Self.refusals[index].0, Self.refusals[index].1)
    }
}
