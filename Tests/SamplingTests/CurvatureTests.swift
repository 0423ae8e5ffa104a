import Engine
import Kernels
import Plotting
import Testing

@testable import Sampling

/// Mass matrices of the log density's curvature: as a whole matrix, and of a walk in linear time.
@Suite struct `Mass matrices of the curvature` {
    /// The precision of (a, s₁, z₂, …) or (a, s₁, s₂, …) by its definition: each place of the walk is known to an information w.
    static func precision(_ lead: Double, _ n: Int, _ sigma: Double, _ c: Double, _ w: Double, isCentred: Bool) -> [[Double]] {
        var m = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n + 1)
        m[0][0] = 1 / lead
        m[1][1] = 1 / (c * c)
        for k in 0..<n {
            // The place s_k's slopes in the coordinates, and what its step adds.
            var slopes = [Double](repeating: 0, count: n)
            if isCentred {
                slopes[k] = 1
                if k > 0 {
                    let precision = 1 / (sigma * sigma)
                    m[k + 1][k + 1] += precision
                    m[k][k] += precision
                    m[k][k + 1] -= precision
                    m[k + 1][k] -= precision
                }
            } else {
                for j in 0...k { slopes[j] = j == 0 ? 1 : sigma }
                if k > 0 { m[k + 1][k + 1] += 1 }
            }
            for i in 0..<n { for j in 0..<n { m[i + 1][j + 1] += w * slopes[i] * slopes[j] } }
        }
        return m
    }

    /// x with A·x = b by elimination.
    static func solve(_ matrix: [[Double]], _ b: [Double]) -> [Double] {
        var (a, x) = (matrix, b)
        for i in a.indices {
            for k in a.indices where k != i {
                let factor = a[k][i] / a[i][i]
                for j in a.indices { a[k][j] -= factor * a[i][j] }
                x[k] -= factor * x[i]
            }
        }
        return x.indices.map { x[$0] / a[$0][$0] }
    }

    enum Form: CaseIterable { case centred, noncentred, stretched }

    @Test(arguments: Form.allCases, [1, 2, 7]) func `a walk's matrix is its precision`(form: Form, count: Int) throws {
        let isCentred = form == .centred
        let (lead, sigma, c, w) = (0.3, 0.4, 2.0, 1.5)
        var m = Self.precision(lead, count, sigma, c, w, isCentred: isCentred)
        let places = (0..<count).map { 0.5 * Double($0 * $0 % 5) - 3 }
        if form == .stretched {
            // log σ moves the place s_k by s_k - s₁, a coordinate by 1 or σ; both together by σ, where the data pull as the prior holds.
            let b = (0..<count).map { i in
                (0..<count).reduce(i == 0 ? 0 : (places[i - 1] - places[i]) / sigma) {
                    $0 + ($1 >= i ? w * (places[$1] - places[0]) * (i == 0 ? 1 : sigma) : 0)
                }
            }
            let inner = (0..<count).map { i in (0..<count).map { m[i + 1][$0 + 1] } }
            m[0][0] += zip(b, Self.solve(inner, b)).reduce(0) { $0 + $1.0 * $1.1 }
            for i in 0..<count { (m[0][i + 1], m[i + 1][0]) = (b[i], b[i]) }
        }
        let walk = try #require(
            WalkMetric(
                leading: [lead], count: count, sigma: sigma, firstSd: c, information: w, isCentred: isCentred,
                places: form == .stretched ? places : nil))
        var stream = RandomStream(seed: 5, purpose: "walk")
        let p = stream.normals(count: count + 1)
        var v = [Double](repeating: 0, count: count + 1)
        walk.velocity(p, into: &v)
        for i in 0...count { #expect(close((0...count).reduce(0) { $0 + m[i][$1] * v[$1] }, p[i], 1e-12)) }
        // Momenta are a linear map of standard normal numbers, whose covariance is the map times itself turned over.
        let columns = (0...count).map { place in
            var z = [Double](repeating: 0, count: count + 1)
            z[place] = 1
            walk.momentum(from: &z)
            return z
        }
        for i in 0...count {
            for j in 0...count { #expect(close(columns.reduce(0) { $0 + $1[i] * $1[j] }, m[i][j], 1e-12), "\(i) \(j)") }
        }
        #expect(WalkMetric(leading: [0], count: 3, sigma: 1, firstSd: 1, information: 1, isCentred: isCentred) == nil)
        #expect(WalkMetric(leading: [1], count: 3, sigma: .infinity, firstSd: 1, information: 1, isCentred: isCentred) == nil)
    }

    @Test func `the curvature of a normal density is its covariance, anywhere`() throws {
        let target = StandardTarget(kind: .correlated, dimension: 4)
        var stream = RandomStream(seed: 6, purpose: "curvature")
        let covariance = try #require(target.withEvaluator { Curvature.covariance(at: stream.normals(count: 4), &$0) })
        let lower = try #require(Metric.cholesky(covariance, 4))
        #expect(lower.allSatisfy { $0.isFinite })
        // Multiplied with the precision, which is minus the gradient's slope, it is the identity.
        let origin = target.evaluate([0, 0, 0, 0]).gradient
        for j in 0..<4 {
            var unit = [Double](repeating: 0, count: 4)
            unit[j] = 1
            let column = zip(origin, target.evaluate(unit).gradient).map { $0 - $1 }
            for i in 0..<4 {
                let product = (0..<4).reduce(0) { $0 + covariance[i * 4 + $1] * column[$1] }
                #expect(close(product, i == j ? 1 : 0, 1e-7), "\(i) \(j) \(product)")
            }
        }
    }

    @Test func `a density that does not fall off gives none`() {
        let target = SchoolsTarget(effects: [1, 2], errors: [1, 1], isCentred: true, muSd: 5, tauScale: 5)
        // In the neck of the funnel the effects and log τ pull at each other harder than the data hold them.
        #expect(target.withEvaluator { Curvature.covariance(at: [0, -2, 1, -1], &$0) } == nil)
    }

    @Test func `logistic regression comes to the exact posterior in fewer gradients`() throws {
        let values: [String: Value] = [
            "data": .text("bioassay"), "holdout": .real(0), "warmup": .integer(300), "draws": .integer(1000), "chains": .integer(2),
        ]
        let plain = try drive(LogisticExperiment.self, values.merging(["massMatrix": .text("diagonal")]) { $1 })
        let run = try drive(LogisticExperiment.self, values.merging(["massMatrix": .text("curvature")]) { $1 })
        let exact = try #require(run.model.exactMoments)
        expectMoments(run.run, means: exact.means, sds: exact.sds.map { $0 })
        let (few, many) = (run.results().number("gradientEvaluations") ?? .nan, plain.results().number("gradientEvaluations") ?? .nan)
        #expect(few < many, "\(few) against \(many)")
    }

    @Test func `auto takes the curvature where it serves, and the diagonal elsewhere`() throws {
        func draws<E: Experiment>(_ type: E.Type, _ values: [String: Value], _ matrix: String?) throws -> [[Table.Value]] {
            var values = values
            values["warmup"] = .integer(60)
            values["draws"] = .integer(20)
            values["chains"] = .integer(2)
            if let matrix { values["massMatrix"] = .text(matrix) }
            return try drive(type, values).tables().first { $0.name == "draws" }?.rows ?? []
        }
        func follows<E: Experiment>(_ type: E.Type, _ values: [String: Value], _ matrix: String) throws -> Bool {
            try draws(type, values, nil) == draws(type, values, matrix)
        }
        let days: [String: Value] = ["data": .text("simulated"), "days": .integer(20)]
        #expect(try follows(LogisticExperiment.self, ["data": .text("bioassay")], "curvature"))
        #expect(try follows(LogisticExperiment.self, ["data": .text("bioassay"), "prior": .text("laplace")], "diagonal"))
        #expect(try follows(VolatilityExperiment.self, days, "curvature"))
        #expect(try follows(VolatilityExperiment.self, days.merging(["parameterisation": .text("centred")]) { $1 }, "diagonal"))
        #expect(try follows(SchoolsExperiment.self, [:], "diagonal"))
    }

    @Test(arguments: ["noncentred", "centred"]) func `volatility's structure acts in either parameterisation`(form: String) throws {
        func gradients(_ matrix: String) throws -> (run: VolatilityExperiment, count: Double) {
            let run = try drive(
                VolatilityExperiment.self,
                [
                    "data": .text("simulated"), "days": .integer(120), "chains": .integer(2), "warmup": .integer(250),
                    "draws": .integer(250), "parameterisation": .text(form), "massMatrix": .text(matrix), "targetAccept": .real(0.9),
                ])
            return (run, run.results().number("gradientEvaluations") ?? .nan)
        }
        let (run, few) = try gradients("curvature")
        let many = try gradients("diagonal").count
        #expect(few < many, "\(few) against \(many)")
        guard form == "noncentred" else { return }
        let exact = try #require(
            try drive(VolatilityExperiment.self, ["data": .text("simulated"), "days": .integer(120), "method": .text("exact")]).exact)
        expectMoments(try #require(run.run), means: exact.moments.means)
    }

    @Test func `the laws hold`() throws {
        try expectLaws(
            VolatilityExperiment.self,
            [
                "data": .text("simulated"), "days": .integer(20), "massMatrix": .text("curvature"), "warmup": .integer(40),
                "draws": .integer(40), "chains": .integer(2),
            ], half: 40)
        try expectLaws(
            SchoolsExperiment.self, ["massMatrix": .text("curvature"), "warmup": .integer(40), "draws": .integer(40)], half: 40)
    }

    @Test func `too many coordinates for a whole matrix are refused`() {
        expectRefusal(
            NetworkExperiment.self, ["sampler": .text("hmc"), "massMatrix": .text("curvature"), "hidden": .integer(32)],
            "massMatrix: curvature is refused with")
    }
}
