import Foundation

/// Values made by Tests/References/sampling/samplers.py, which follows the formulas and not the program.
struct SamplerReference: Decodable {
    struct Schedule: Decodable { var a, b, sum: Double, t: [Int], step: [Double] }
    struct Mixture: Decodable {
        var data: [Double], points: [[Double]], logJoint: [Double], gradient: [[Double]]
        var logEvidence: Double, mean: [Double], sd: [Double], correlation: Double, massAbove: Double
    }
    struct Steps: Decodable {
        var theta, gradient, noise, meanSquare, average, velocity: [Double]
        var stepSize, temperature: Double
        var sgd, sgld, psgld_total, psgld_v_total, psgld_average, psgld_v_average, sghmc, sghmc_v: [Double]
    }
    struct Leapfrog: Decodable { var inverse, start: [Double], stepSize: Double, path: [[Double]] }
    struct DualAveraging: Decodable { var start, target, average: Double, acceptance, stepSizes: [Double] }

    struct NoUTurn: Decodable {
        var start, momentum, inverse, uniforms, position: [Double]
        var stepSize, energy, acceptance: Double
        var maxDepth, depth, leapfrogs: Int
        var divergent: Bool
    }

    var nuts: [NoUTurn]
    var schedule: Schedule
    var mixture: Mixture
    var steps: Steps
    var leapfrog: Leapfrog
    var dualAveraging: DualAveraging
    var windows: [String: [Int]]

    static func load() throws -> SamplerReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/samplers.json")
        return try JSONDecoder().decode(SamplerReference.self, from: Data(contentsOf: file))
    }
}

/// Whether two numbers agree to a relative tolerance.
func close(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool { abs(a - b) <= tolerance * max(1, abs(a), abs(b)) }

/// Whether two lists agree, number by number.
func close(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { close($0, $1, tolerance) }
}
