import Engine
import Kernels
import LanguageModel
import Plotting

/// What a model expects after a text, and how temperature, top-k, top-p and min-p act on it.
///
/// One request, whose answer holds the whole distribution: the settings act on what was recorded, so that they can be turned without the
/// model. One step is the answer taken in.
public struct TokensExperiment: Experiment {
    let text: String
    let ids: [Int]
    let provider: String
    let model: String
    let parsesSpecial: Bool
    let continuation: Int
    let cuts: Bool
    let isExact: Bool
    private(set) var notes: [String]
    var top: Int
    var sampling: Sampling
    private var attempt: Int
    private var requestID = 1
    private var inbox: Answer?
    private(set) var reply: TokenReply?
    private(set) var failure: String?
    /// How many characters of the text are read, because the whole does not fit the model's context; nil for the whole.
    private(set) var given: Int?
    private var overflow: ContextOverflow?
    private var tries = 0
    /// What sampling leaves of the distribution; computed anew when a setting changes.
    private(set) var sampled = Sampled()

    /// The distribution as it is sampled from.
    struct Sampled: Sendable, Hashable, Codable {
        /// The probability of each named token, 0 where it is left out.
        var named: [Double] = []
        /// How many tokens are left.
        var kept = 0
        /// The entropy of what is left, in nats.
        var entropy: Double?
    }

    /// The longest text accepted, in Unicode scalars.
    static let longest = 200_000
    /// The most next tokens shown.
    static let mostShown = 1000

    /// The text to read; nothing is asked before the first step.
    public init(_ setup: Setup) throws {
        cuts = setup.choice("overflow") == "cut"
        isExact = setup.choice("exact") == "on"
        var text = setup.text("text")
        let numbers = try setup.list("ids")
        ids = try numbers.map { number in
            guard let id = Int(exactly: number), id >= 0 else {
                throw UserError("ids: \(Value.real(number)) is no token; expected whole numbers from 0", parameter: "ids")
            }
            return id
        }
        guard ids.count <= Self.longest else { throw UserError("ids: more than \(Self.longest) tokens", parameter: "ids") }
        var notes: [String] = []
        let length = TextMeasures.characters(text)
        if length > Self.longest {
            guard cuts else {
                throw UserError("text: \(length) characters; at most \(Self.longest) are read token by token", parameter: "text")
            }
            text = String(text.unicodeScalars.prefix(Self.longest))
            notes.append(
                "text: \(length) characters; the first \(Self.longest) are the text here, \(length - Self.longest) were cut "
                    + "(overflow = refuse stops instead)")
        }
        self.text = text
        provider = setup.choice("provider")
        model = setup.text("model")
        parsesSpecial = setup.choice("special") == "parse"
        continuation = setup.integer("continuation")
        top = setup.integer("top")
        attempt = setup.integer("attempt")
        sampling = Sampling()
        sampling.temperature = setup.real("temperature")
        sampling.topP = setup.real("topP")
        sampling.topK = setup.integer("topK")
        sampling.minP = setup.real("minP")
        if !ids.isEmpty, !text.isEmpty, text != Self.card.parameter("text")?.initial.description {
            notes.append("ids are given, so the text is not read")
        }
        if provider != "local", !isExact { notes.append("exact: only a model in process can be told how to compute; off changes nothing") }
        if provider == "extractive" {
            notes.append(
                "a control without a model: the next byte by the three before it, learned from the built-in texts; "
                    + "`workbench model install smollm2` and provider local show a language model's tokens")
        }
        self.notes = notes
    }

    /// Asks, and takes the answer in as the one step there is.
    public mutating func step(_ count: Int) throws -> Progress {
        guard count > 0, let answer = inbox else { return Progress(0, state) }
        inbox = nil
        switch answer.body {
        case .tokens(let reply):
            if let given, let overflow { notes.append(Self.cut(given, TextMeasures.characters(text), overflow)) }
            if let problem = Self.problem(reply) { failure = problem } else { self.reply = reply }
        case .failure(let sentence):
            // Asked again with less of the text, until it fits or nothing is left; ids are read whole or not at all.
            if cuts, ids.isEmpty, let overflow = answer.overflow {
                if self.overflow == nil { self.overflow = overflow }
                tries += 1
                given = overflow.shorter(than: given ?? TextMeasures.characters(text), tries: tries, room: continuation)
                if given != nil {
                    requestID += 1
                } else {
                    (failure, tries) = (sentence, 0)
                }
            } else {
                failure = sentence
            }
        default: failure = "something else came in answer to a request for tokens"
        }
        sample()
        return Progress(1, state)
    }

    private var state: Progress.State {
        if inbox != nil { return .ready }
        if reply != nil { return .finished("read") }
        if let failure { return .failed("\(failure); raise “attempt” to ask again") }
        let body = TokenRequest(
            model: model, text: ids.isEmpty ? readText : "", ids: ids, parsesSpecial: parsesSpecial, continuation: continuation,
            top: Self.mostShown, isExact: isExact ? nil : false)
        return .waiting([Request(id: requestID, provider: provider, body: .tokens(body))])
    }

    /// What is read of the text.
    var readText: String { given.map { String(text.unicodeScalars.prefix($0)) } ?? text }

    /// That the end of a text was not read.
    private static func cut(_ given: Int, _ length: Int, _ overflow: ContextOverflow) -> String {
        let whole = overflow.promptTokens.map { "with at least \($0) tokens the text" } ?? "the text"
        let context = overflow.contextTokens.map { "the model's context of \($0)" } ?? "the model's context"
        return "\(whole) does not fit \(context): its first \(given) of \(length) characters were read, the rest was cut, and what comes "
            + "next is what comes after those (overflow = refuse stops instead)"
    }

    /// What a reply lacks to be worked with; nil when nothing.
    private static func problem(_ reply: TokenReply) -> String? {
        let values = reply.next.compactMap(\.logProbability)
        guard !values.isEmpty, values.count == reply.next.count, values.allSatisfy({ $0 <= 1e-6 }) else {
            return "the answer holds no distribution"
        }
        guard reply.distribution.values.allSatisfy({ $0 <= 1e-3 }) else { return "the answer's distribution is none" }
        return nil
    }

    /// Keeps the answer for the next step.
    public mutating func receive(_ answer: Answer) throws {
        guard reply == nil, failure == nil, inbox == nil, answer.id == requestID else {
            throw UserError("an answer came to request \(answer.id), which is not under way")
        }
        inbox = answer
    }

    /// Takes over a live parameter.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("temperature", .real(let value)): sampling.temperature = value
        case ("topP", .real(let value)): sampling.topP = value
        case ("minP", .real(let value)): sampling.minP = value
        case ("topK", .integer(let value)): sampling.topK = value
        case ("top", .integer(let value)): top = value
        case ("attempt", .integer(let value)):
            if value != attempt, failure != nil {
                failure = nil
                requestID += 1
            }
            attempt = value
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        sample()
    }

    /// The log-probabilities that sampling acts on: all tokens', or those of the named ones where only these are known.
    private mutating func sample() {
        guard let reply else { return }
        let isWhole = !reply.distribution.values.isEmpty
        let logits = isWhole ? reply.distribution.values : reply.next.map { Float($0.logProbability ?? -.infinity) }
        let candidates = Sampler.candidates(logits, sampling)
        var table = [Double](repeating: 0, count: logits.count)
        for candidate in candidates { table[candidate.id] = candidate.probability }
        sampled.named = reply.next.enumerated().map { place, token in
            let index = isWhole ? token.id ?? -1 : place
            return table.indices.contains(index) ? table[index] : 0
        }
        sampled.kept = candidates.count { $0.probability > 0 }
        let left = candidates.map(\.probability).filter { $0 > 0 }
        sampled.entropy = left.isEmpty ? nil : max(0, -Vector.dot(left, Vector.log(left)))
    }

    /// The entropy of the next token's distribution in nats, over all tokens or over those known and the rest as one.
    var nextEntropy: Double? {
        guard let reply else { return nil }
        if !reply.distribution.values.isEmpty {
            let values = reply.distribution.values.map(Double.init).filter { $0 > -1e4 }
            return -Vector.dot(Vector.exp(values), values)
        }
        let values = reply.next.compactMap(\.logProbability)
        let rest = 1 - Vector.sum(Vector.exp(values))
        return -Vector.dot(Vector.exp(values), values) - (rest > 1e-12 ? rest * Kernels.log(rest) : 0)
    }
}
