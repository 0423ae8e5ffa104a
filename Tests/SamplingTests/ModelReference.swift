import Engine
import Foundation
import Kernels
import Testing

@testable import Sampling

/// Values made by Tests/References/sampling/models.py, which follows the definitions and not the program.
struct ModelReference: Decodable {
    struct Points: Decodable {
        var dimension: Int?
        var points: [[Double]], logDensity: [Double], gradient: [[Double]]
        var mean, sd: [Double]?
        var marginal: [[Double]]?
        var massAbove: Double?
    }
    struct Schools: Decodable {
        var centred, noncentred: Points
        var logEvidence: Double, mean, sd: [Double]
    }

    var targets: [String: Points]
    var schools: Schools

    static func load() throws -> ModelReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/models.json")
        return try JSONDecoder().decode(ModelReference.self, from: Data(contentsOf: file))
    }
}

/// Log densities and gradients equal those of the reference.
func expectEqual<T: Target>(_ target: T, _ want: ModelReference.Points, _ tolerance: Double = 1e-11, _ comment: String = "") {
    for (k, point) in want.points.enumerated() {
        let (value, gradient) = target.evaluate(point)
        #expect(close(value, want.logDensity[k], tolerance), "\(comment): \(value) for \(want.logDensity[k])")
        #expect(close(gradient, want.gradient[k], tolerance), "\(comment): \(gradient) for \(want.gradient[k])")
    }
}

/// The gradient is the slope of the log density by central differences at many places, a Richardson step sharpening them.
func expectSlopes<T: Target>(
    _ target: T, places: Int = 100, scale: Double = 1, tolerance: Double = 1e-6, seed: UInt64 = 4, around: [Double]? = nil
) {
    var stream = RandomStream(seed: seed, purpose: "places")
    for _ in 0..<places {
        let q = (0..<target.dimension).map { (around?[$0] ?? 0) + scale * stream.normal() }
        let (value, gradient) = target.evaluate(q)
        guard value.isFinite else { continue }
        func slope(_ i: Int, _ h: Double) -> Double {
            var (up, down) = (q, q)
            up[i] += h
            down[i] -= h
            return (target.evaluate(up).logDensity - target.evaluate(down).logDensity) / (2 * h)
        }
        let size = gradient.reduce(1) { max($0, abs($1)) }
        for i in 0..<target.dimension {
            let h = 1e-4
            let sharp = (4 * slope(i, h) - slope(i, 2 * h)) / 3
            #expect(abs(sharp - gradient[i]) <= tolerance * size, "coordinate \(i): \(sharp) for \(gradient[i])")
        }
    }
}

/// Minibatches' gradients and the prior's add up to the whole.
func expectMinibatchesAddUp<T: Target>(_ target: T, at q: [Double], size: Int) {
    var sum = [Double](repeating: 0, count: target.dimension)
    target.withEvaluator { evaluator in
        q.withUnsafeBufferPointer { q in
            guard let q = q.baseAddress else { return }
            withUnsafeTemporaryAllocation(of: Double.self, capacity: target.dimension) { g in
                guard let g = g.baseAddress else { return }
                evaluator.priorGradient(q, into: g)
                for i in sum.indices { sum[i] += g[i] }
                for start in stride(from: 0, to: target.dataCount, by: size) {
                    let rows = (start..<min(start + size, target.dataCount)).map { Int32($0) }
                    rows.withUnsafeBufferPointer { rows in
                        guard let base = rows.baseAddress else { return }
                        evaluator.likelihoodGradient(q, rows: base, count: rows.count, into: g)
                    }
                    for i in sum.indices { sum[i] += g[i] }
                }
            }
        }
    }
    #expect(close(sum, target.evaluate(q).gradient, 1e-11))
}

/// Slices, copies and encodings change nothing.
func expectLaws<E: Experiment>(_ type: E.Type, _ values: [String: Value], half: Int, inputs: [String: Input] = [:]) throws {
    let whole = try drive(type, values, steps: 2 * half, inputs: inputs)
    let sliced = try drive(type, values, steps: 2 * half, slice: 7, inputs: inputs)
    #expect(whole.results() == sliced.results())
    #expect(whole.tables() == sliced.tables())
    let start = try drive(type, values, steps: half, inputs: inputs)
    var decoded = try roundTripped(start)
    _ = try decoded.step(half)
    #expect(whole.results() == decoded.results())
    #expect(whole.tables() == decoded.tables())
}

/// Means, and standard deviations where known, are within 4.5 of their Monte Carlo errors of the exact ones.
func expectMoments<T: Target>(_ run: ChainRun<T>, means: [Double], sds: [Double?] = [], sigmas: Double = 4.5, _ comment: String = "") {
    #expect(run.diagnosis.summaries.count >= means.count)
    for (q, summary) in run.diagnosis.summaries.enumerated() where q < means.count {
        let (mean, error) = (summary.mean ?? .nan, summary.mcseMean ?? .nan)
        #expect(abs(mean - means[q]) < sigmas * error, "\(comment) \(run.draws.names[q]): mean \(mean) ± \(error) for \(means[q])")
        guard q < sds.count, let want = sds[q] else { continue }
        let (sd, sdError) = (summary.sd ?? .nan, summary.mcseSd ?? .nan)
        #expect(abs(sd - want) < sigmas * sdError, "\(comment) \(run.draws.names[q]): sd \(sd) ± \(sdError) for \(want)")
    }
}

/// A value is refused in one sentence that holds the words.
func expectRefusal<E: Experiment>(_ type: E.Type, _ values: [String: Value], _ words: String, inputs: [String: Input] = [:]) {
    let error = #expect(throws: UserError.self) { try drive(type, values, steps: 1, inputs: inputs) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
    #expect(error?.description.contains("\n") == false)
}
