import Foundation

/// Prints one JSON line a measurement; `run` puts them beside the peers' in one table.
@main struct Benchmarks {
    /// Each room's measurements, by the room's name.
    static let rooms: [(String, () throws -> [Measurement])] = [
        ("sampling", samplingBenchmarks)
    ]

    static func main() throws {
        let wanted = CommandLine.arguments.dropFirst()
        for (room, measure) in rooms where wanted.isEmpty || wanted.contains(room) {
            for m in try measure() {
                let line: [String: Any] = ["room": room, "name": m.name, "seconds": m.seconds, "note": m.note, "peers": m.peers]
                print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys]), as: UTF8.self))
            }
        }
    }
}
