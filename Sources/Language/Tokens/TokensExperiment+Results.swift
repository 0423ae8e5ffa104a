import Engine
import Kernels
import Plotting
import Surface

extension TokensExperiment {
    /// The log-probabilities of the text's tokens after the first, as far as told.
    private var known: [Double] { (reply?.tokens ?? []).compactMap(\.logProbability) }

    /// The named results.
    public func results() -> Results {
        var results = Results()
        let ids = reply?.tokens.compactMap(\.id) ?? []
        let nats = -Vector.sum(known)
        // The text that was read, or that of the ids.
        let read = self.ids.isEmpty ? readText : (reply?.tokens ?? []).map(\.text).joined()
        let characters = TextMeasures.characters(read)
        results["ids"] = reply == nil ? ResultValue.none : .integers(ids)
        results["roundTrips"] = reply.flatMap { $0.tokens.isEmpty ? nil : .flag($0.roundTrips) } ?? ResultValue.none
        results["perplexity"] = known.isEmpty ? ResultValue.none : .number(Kernels.exp(nats / Double(known.count)))
        results["bitsPerCharacter"] =
            known.isEmpty || characters == 0 ? ResultValue.none : .number(nats / Kernels.log(2) / Double(characters))
        results["nextEntropy"] = .optional(nextEntropy)
        results["nextEntropyAfter"] = .optional(sampled.entropy)
        results["keptTokens"] = reply == nil ? ResultValue.none : .integer(sampled.kept)
        results["promptTokensPerSecond"] = .optional(Self.rate(reply?.tokens.count ?? 0, reply?.promptSeconds))
        results["tokensPerSecond"] = .optional(Self.rate((reply?.continuation.count ?? 0) - 1, reply?.continuationSeconds))
        results["answeredBy"] = reply.map { .text($0.model) } ?? ResultValue.none
        results.warnings = notes
        if let reply {
            if reply.tokens.isEmpty {
                results.warnings.append("the provider does not tell the text's own tokens; the next one's alone are known")
            }
            if reply.distribution.values.isEmpty {
                results.warnings.append(
                    "only \(reply.next.count) next tokens are known: sampling acts among them, and nextEntropy counts the rest as one")
            }
            if !reply.tokens.isEmpty, !reply.roundTrips {
                results.warnings.append("the tokens do not give the text back: the vocabulary has no token for some of its bytes")
            }
        }
        return results
    }

    private static func rate(_ count: Int, _ seconds: Double?) -> Double? {
        guard let seconds, seconds > 0, count > 0 else { return nil }
        return Double(count) / seconds
    }

    private func cell(_ value: Double?) -> Table.Value { value.map { .number($0) } ?? .none }
    private func cell(_ id: Int?) -> Table.Value { id.map { .integer($0) } ?? .none }

    /// The tokens, the next ones, and those appended.
    public func tables() -> [Table] {
        var tokens = Table("tokens", columns: ["position", "id", "text", "logProbability", "entropy"])
        for (place, token) in (reply?.tokens ?? []).enumerated() {
            tokens.rows.append([.integer(place), cell(token.id), .text(token.text), cell(token.logProbability), cell(token.entropy)])
        }
        var next = Table("next", columns: ["rank", "id", "text", "logProbability", "afterSampling"])
        for (place, token) in (reply?.next ?? []).prefix(top).enumerated() {
            next.rows.append([
                .integer(place + 1), cell(token.id), .text(token.text), cell(token.logProbability),
                place < sampled.named.count ? .number(sampled.named[place]) : .none,
            ])
        }
        var columns = ["step", "id", "text", "logProbability", "entropy"]
        let width = reply?.continuation.map(\.alternatives.count).max() ?? 0
        for rank in 1..<max(width, 0) + 1 { columns += ["top\(rank)", "top\(rank)LogProbability"] }
        var continuations = Table("continuations", columns: columns)
        for (place, token) in (reply?.continuation ?? []).enumerated() {
            var row: [Table.Value] = [
                .integer(place + 1), cell(token.id), .text(token.text), cell(token.logProbability), cell(token.entropy),
            ]
            for rank in 0..<width {
                let other = rank < token.alternatives.count ? token.alternatives[rank] : nil
                row += [other.map { .text($0.text) } ?? .none, cell(other?.logProbability)]
            }
            continuations.rows.append(row)
        }
        return [tokens, next, continuations]
    }

    // MARK: Figures

    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        guard let reply else {
            let title = Self.card.figures.first { $0.id == id }?.title ?? ""
            return Figure(id, title: title, body: .empty(failure ?? "waiting for \(provider)"))
        }
        return switch id {
        case "entropy": along(reply)
        case "text": surprise(reply)
        default: bars(reply)
        }
    }

    /// A token as a label: in quotes, so that spaces are seen.
    private static func label(_ token: TokenReply.Token) -> String {
        "\"" + Printable.text(token.text).replacing("\n", with: "\\n") + "\""
    }

    private func bars(_ reply: TokenReply) -> Figure {
        let shown = Array(reply.next.prefix(min(top, 10)))
        let before = shown.map { Kernels.exp($0.logProbability ?? -.infinity) }
        let after = Array(sampled.named.prefix(shown.count))
        let kept =
            reply.distribution.values.isEmpty ? "\(sampled.kept) of those known" : "\(sampled.kept) of \(reply.distribution.values.count)"
        return Figure(
            "next", title: "The next token, before and after sampling's settings",
            caption: "entropy \(Self.rounded(nextEntropy)) nats before, \(Self.rounded(sampled.entropy)) after; \(kept) tokens left",
            x: Axis("probability", from: 0), y: Axis("", .category(shown.map(Self.label))),
            [
                Bars(before, Look("model", .series0), slot: 0, of: 2, isHorizontal: true),
                Bars(after, Look("T \(Value.real(sampling.temperature))", .series1), slot: 1, of: 2, isHorizontal: true),
            ])
    }

    private static func rounded(_ value: Double?) -> String { value.map { Value.real(($0 * 1000).rounded() / 1000).description } ?? "-" }

    private func along(_ reply: TokenReply) -> Figure {
        guard known.count > 0 else {
            return Figure("entropy", title: "Entropy along the text", body: .empty("the provider does not tell the text's own tokens"))
        }
        let entropies = reply.tokens.map { $0.entropy ?? .nan } + [nextEntropy ?? .nan]
        let surprises = reply.tokens.map { $0.logProbability.map { -$0 } ?? .nan } + [.nan]
        // Few enough tokens stand under their values by name.
        let axis =
            reply.tokens.count <= 24
            ? Axis("", .category(reply.tokens.map(Self.label) + ["?"])) : Axis("token", from: 0, to: Double(reply.tokens.count))
        let plot = Figure(
            "entropyLine", title: "", x: axis, y: Axis("nats", from: 0),
            [
                Line(Series(entropies), Look("entropy", .series0)),
                Scatter(surprises.enumerated().map { Point(x: Double($0.offset), y: $0.element) }, Look("surprise of the token", .series1)),
            ])
        let perplexity = Kernels.exp(-Vector.sum(known) / Double(known.count))
        return Figure(
            "entropy", title: "Entropy along the text", caption: "perplexity \(Self.rounded(perplexity)) over \(known.count) tokens",
            body: .grid([plot, Figure("entropyText", title: "the text", body: .document(Document(runs(reply))))], columns: 1))
    }

    private func surprise(_ reply: TokenReply) -> Figure {
        guard !reply.tokens.isEmpty else {
            return Figure("text", title: "The text's tokens", body: .empty("the provider does not tell the text's own tokens"))
        }
        return Figure(
            "text", title: "The text's tokens and the continuation",
            caption: "tokens apart by |; underlined: less likely than 1 in 100; bold: the likeliest continuation",
            body: .document(Document(runs(reply))))
    }

    private func runs(_ reply: TokenReply) -> [Document.Run] {
        var runs: [Document.Run] = []
        for (place, token) in reply.tokens.enumerated() {
            if place > 0 { runs.append(Document.Run("|", Style(.faint))) }
            let isRare = (token.logProbability ?? 0) < -4.605
            runs.append(Document.Run(Printable.text(token.text), isRare ? Style(.caution, .underline) : .plain))
        }
        for token in reply.continuation {
            runs.append(Document.Run("|", Style(.faint)))
            runs.append(Document.Run(Printable.text(token.text), Style(.good, .bold)))
        }
        return runs
    }
}
