import Engine
import Foundation
import LanguageModel

/// A request to `completions` for the distributions at a text's tokens; the older of the interface's two, since a chat has a template around
/// its text.
struct TokenBody: Sendable {
    var request: TokenRequest
    var model: String
    /// Whether the text's own tokens are wanted too, which some servers refuse.
    var echoes = true

    /// The most alternatives that servers give.
    private static let most = 20

    func encoded() throws -> Data {
        let body = Body(
            model: model, prompt: request.text, max_tokens: max(1, request.continuation), temperature: 0,
            logprobs: min(max(request.top, 1), Self.most), echo: echoes ? true : nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(body)
    }

    private struct Body: Encodable {
        var model: String
        var prompt: String
        // The interface's own spelling.
        var max_tokens: Int
        var temperature: Double
        var logprobs: Int
        var echo: Bool?
    }

    /// The reply in a server's answer; nil when it gives no log-probabilities.
    func reply(_ value: JSONValue, redact: (String) -> String) -> TokenReply? {
        guard let choice = value["choices"]?.elements?.first, let table = choice["logprobs"], table != .null else { return nil }
        var tokens = Self.tokens(table)
        guard tokens.allSatisfy({ redact($0.text) == $0.text }) else { return nil }
        // What is repeated of the prompt comes first.
        var own: [TokenReply.Token] = []
        if echoes {
            let appended = max(value["usage"]?["completion_tokens"]?.integer ?? max(1, request.continuation), 0)
            guard tokens.count > appended else { return nil }
            own = Array(tokens.dropLast(appended))
            tokens = Array(tokens.suffix(appended))
        }
        guard let first = tokens.first, !first.alternatives.isEmpty else { return nil }
        return TokenReply(
            model: redact(value["model"]?.string ?? model), tokens: own,
            roundTrips: own.map(\.text).joined().utf8.elementsEqual(request.text.utf8), next: first.alternatives,
            continuation: request.continuation > 0 ? tokens : [])
    }

    private static func sorted(_ tokens: [TokenReply.Token]) -> [TokenReply.Token] {
        tokens.sorted { (-($0.logProbability ?? 0), $0.text) < (-($1.logProbability ?? 0), $1.text) }
    }

    /// Both forms in use: one list of objects, as in chats, or several lists side by side.
    private static func tokens(_ table: JSONValue) -> [TokenReply.Token] {
        func token(_ value: JSONValue) -> TokenReply.Token? {
            guard let text = value["token"]?.string, let logProbability = value["logprob"]?.double else { return nil }
            return TokenReply.Token(id: value["id"]?.integer, text: text, logProbability: logProbability)
        }
        if let content = table["content"]?.elements {
            return content.compactMap { value in
                guard var result = token(value) else { return nil }
                result.alternatives = sorted((value["top_logprobs"]?.elements ?? []).compactMap(token))
                return result
            }
        }
        let texts = (table["tokens"]?.elements ?? []).map { $0.string ?? "" }
        let values = table["token_logprobs"]?.elements ?? []
        let tops = table["top_logprobs"]?.elements ?? []
        return texts.enumerated().map { place, text in
            var result = TokenReply.Token(id: nil, text: text, logProbability: place < values.count ? values[place].double : nil)
            if place < tops.count, case .object(let members) = tops[place] {
                result.alternatives = sorted(
                    members.compactMap { name, value in value.double.map { TokenReply.Token(id: nil, text: name, logProbability: $0) } })
            }
            return result
        }
    }
}
