import Foundation

/// Prints one JSON line a measurement; `run` puts them beside the peers' in one table.
@main struct Benchmarks {
    /// Each room's measurements, by the room's name.
    static let rooms: [(String, @Sendable () throws -> [Measurement])] = [
        ("kernels", kernelsBenchmarks), ("plotting", plottingBenchmarks), ("sampling", samplingBenchmarks), ("entropy", entropyBenchmarks),
        ("classification", classificationBenchmarks), ("bayes", bayesBenchmarks), ("language", languageBenchmarks),
        ("replay", replayBenchmarks),
    ]

    static func main() throws {
        let wanted = CommandLine.arguments.dropFirst()
        if wanted.first == "model" { return try modelWorker(Array(wanted.dropFirst())) }
        for (room, measure) in rooms where wanted.isEmpty || wanted.contains(room) {
            for m in try measure() {
                var line: [String: Any] = ["room": room, "name": m.name, m.unit == nil ? "seconds" : "value": m.seconds]
                line["unit"] = m.unit
                if !m.isPeer {
                    line["note"] = m.note
                    line["peers"] = m.peers
                    line["aim"] = m.aim
                    line["aimedRatio"] = m.aimedRatio
                    line["aimedPeers"] = m.aimedPeers
                }
                print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys]), as: UTF8.self))
            }
        }
    }
}
