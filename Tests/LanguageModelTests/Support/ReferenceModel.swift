import Engine
import Foundation
import LanguageModel
import Testing

/// The reference model, where `workbench model install smollm2` puts it.
enum ReferenceModel {
    static let path = Folders.data() + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"

    /// Whether tests that need it run: where it is installed, and always in continuous integration, where it has to be.
    static var isWanted: Bool {
        FileManager.default.fileExists(atPath: path) || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    static let loaded = Result { try LlamaModel(path: path) }

    /// What Tests/References/language/model.py computed.
    static func references() throws -> References {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("References/language/model.json")
        return try JSONDecoder().decode(References.self, from: Data(contentsOf: url))
    }

    struct References: Decodable {
        struct Blocks: Decodable {
            var type: String
            var bytes: String
            var numbers: [Double]
        }
        struct Row: Decodable {
            var tensor: String
            var row: Int
            var count: Int
            var numbers: [Double]
        }
        struct Tokens: Decodable {
            var text: String
            var ids: [Int]
        }
        struct Pass: Decodable {
            var ids: [Int]
            var likeliest: [[Int]]
            var logProbabilities: [[Double]]
        }
        var blocks: [Blocks]
        var rows: [Row]
        var tokens: [Tokens]
        var special: [Tokens]
        var chat: [Int]
        var passes: [Pass]
        var greedy: [Int]
    }
}
