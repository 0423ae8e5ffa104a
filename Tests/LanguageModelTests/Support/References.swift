import Foundation
import LanguageModel
import ReferenceModel

/// What Tests/References/language/model.py computed.
extension ReferenceModel {
    static let loaded = Result { try LlamaModel(path: path()) }

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
