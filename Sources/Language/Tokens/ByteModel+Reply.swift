import Engine
import Kernels
import LanguageModel

extension ByteModel {
    /// The longest text, in bytes.
    static let limit = 20_000

    /// A text's bytes as tokens, whose ids are the bytes; a sentence when the request cannot be met.
    func reply(to request: TokenRequest) throws(DoesNotFit) -> Answer.Body {
        var bytes = Array(request.text.utf8)
        if !request.ids.isEmpty {
            if let id = request.ids.first(where: { !(0...255).contains($0) }) {
                return .failure("ids: there is no token \(id); the control's tokens are the bytes 0 to 255")
            }
            bytes = request.ids.map { UInt8(truncatingIfNeeded: $0) }
        }
        guard !bytes.isEmpty else { return .failure("there is no token to begin with; expected some text, or ids") }
        guard bytes.count <= Self.limit else {
            throw DoesNotFit(
                sentence: "the text has \(bytes.count) bytes; the control reads at most \(Self.limit)",
                overflow: ContextOverflow(promptTokens: bytes.count, contextTokens: Self.limit))
        }
        func text(_ byte: UInt8) -> String { String(decoding: [byte], as: UTF8.self) }
        func entropy(_ logProbabilities: [Double]) -> Double { -Vector.dot(Vector.exp(logProbabilities), logProbabilities) }
        func token(_ byte: Int, _ table: [Double]) -> TokenReply.Token {
            TokenReply.Token(id: byte, text: text(UInt8(byte)), logProbability: table[byte])
        }
        var tokens = [TokenReply.Token(id: Int(bytes[0]), text: text(bytes[0]))]
        for place in bytes.indices.dropFirst() {
            let table = logProbabilities(after: bytes[..<place])
            var next = token(Int(bytes[place]), table)
            next.entropy = entropy(table)
            tokens.append(next)
        }
        var last = logProbabilities(after: bytes[...])
        let named = Sampler.likeliest(last, count: min(max(request.top, 1), 256))
        var reply = TokenReply(
            model: "bytes", tokens: tokens, roundTrips: true, next: named.map { token($0, last) },
            distribution: PackedFloats(last.map { Float($0) }))
        for _ in 0..<min(request.continuation, Self.limit) {
            let best = Sampler.likeliest(last, count: 5)
            var chosen = token(best[0], last)
            chosen.entropy = entropy(last)
            chosen.alternatives = best.map { token($0, last) }
            reply.continuation.append(chosen)
            bytes.append(UInt8(best[0]))
            last = logProbabilities(after: bytes[...])
        }
        return .tokens(reply)
    }
}
