import Dispatch
import Engine
import Kernels
import LanguageModel

extension LocalChat {
    /// The most next tokens that are named.
    static let mostNamed = 1000

    /// A text's tokens and what the model expects at each; nil when it was stopped.
    ///
    /// The text is read as it is, without a chat's template, from the token that the model begins texts with, if it has one.
    func tokens(of request: TokenRequest, isStopped: () -> Bool, heard: (Hearsay) -> Void) throws -> TokenReply? {
        let tokenizer = model.tokenizer
        var ids = request.ids
        if ids.isEmpty {
            ids = tokenizer.beginning.map { [$0] } ?? []
            ids += tokenizer.encode(request.text, parsesSpecial: request.parsesSpecial, limit: mostCounted)
        }
        if let id = ids.first(where: { !(0..<tokenizer.count).contains($0) }) {
            throw UserError("ids: there is no token \(id); expected 0 to \(tokenizer.count - 1)", parameter: "ids")
        }
        guard !ids.isEmpty else { throw UserError("there is no token to begin with; expected some text, or ids", parameter: "text") }
        guard ids.count + request.continuation <= context.capacity else {
            let more = request.continuation > 0 ? "; with \(request.continuation) more that is" : ","
            throw DoesNotFit(
                sentence: "the text has \(shown(ids.count)) tokens\(more) beyond the model's context of \(context.capacity)",
                overflow: ContextOverflow(promptTokens: ids.count, contextTokens: context.capacity))
        }

        context.isExact = request.isExact ?? true
        var start = DispatchTime.now().uptimeNanoseconds
        func lap() -> Double {
            let now = DispatchTime.now().uptimeNanoseconds
            defer { start = now }
            return Double(now - start) / 1e9
        }
        var tokens = ids.map { TokenReply.Token(id: $0, text: tokenizer.text(of: $0)) }
        var last: [Double] = []
        let isWhole = try context.readAll(ids, isStopped: isStopped) { place, logits in
            last = Sampler.logProbabilities(logits)
            if place + 1 < ids.count {
                tokens[place + 1].logProbability = last[ids[place + 1]]
                tokens[place + 1].entropy = Self.entropy(last)
            }
            if place % 64 == 63 { heard(.progress("\(place + 1) of \(ids.count) tokens read", Double(place + 1) / Double(ids.count))) }
        }
        guard isWhole else { return nil }
        let promptSeconds = lap()
        let distribution = PackedFloats(last.map { Float($0) })
        let next = Sampler.likeliest(last, count: min(max(request.top, 1), Self.mostNamed)).map { id in
            TokenReply.Token(id: id, text: tokenizer.text(of: id), logProbability: last[id])
        }

        var continuation: [TokenReply.Token] = []
        while continuation.count < request.continuation {
            if isStopped() { return nil }
            let best = Sampler.likeliest(last, count: 5)
            guard let id = best.first else { break }
            continuation.append(
                TokenReply.Token(
                    id: id, text: tokenizer.text(of: id), logProbability: last[id], entropy: Self.entropy(last),
                    alternatives: best.map { TokenReply.Token(id: $0, text: tokenizer.text(of: $0), logProbability: last[$0]) }))
            heard(.text(continuation.map(\.text).joined()))
            if continuation.count < request.continuation { last = Sampler.logProbabilities(try context.read(next: id)) }
        }
        let bytes = ids.flatMap { tokenizer.bytes(of: $0) }
        return TokenReply(
            model: name, tokens: tokens, roundTrips: request.ids.isEmpty ? isSame(bytes, request, ids) : encodesAgain(ids), next: next,
            distribution: distribution, continuation: continuation, promptSeconds: promptSeconds,
            continuationSeconds: continuation.isEmpty ? nil : lap())
    }

    /// Whether the tokens' bytes are the text's, apart from the token that begins every text.
    private func isSame(_ bytes: [UInt8], _ request: TokenRequest, _ ids: [Int]) -> Bool {
        let begun = model.tokenizer.beginning.map { model.tokenizer.bytes(of: $0).count } ?? 0
        return bytes.dropFirst(begun).elementsEqual(request.text.utf8)
    }

    /// Whether the tokens' text gives the same tokens.
    private func encodesAgain(_ ids: [Int]) -> Bool {
        let text = String(decoding: ids.flatMap { model.tokenizer.bytes(of: $0) }, as: UTF8.self)
        return model.tokenizer.encode(text, parsesSpecial: true) == ids
    }

    /// The entropy in nats of a distribution given by its log-probabilities.
    static func entropy(_ logProbabilities: [Double]) -> Double {
        -Vector.dot(Vector.exp(logProbabilities), logProbabilities.map { max($0, -1e4) })
    }
}
