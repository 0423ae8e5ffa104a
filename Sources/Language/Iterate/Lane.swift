import Engine
import Kernels

/// What is known of one text in a lane's chain.
struct Iteration: Sendable, Hashable, Codable {
    var characters: Int
    var words: Int
    var lines: Int
    /// Tokens of the answer, when the provider told.
    var tokens: Int?
    var rouge1: Double
    var rouge2: Double
    var rougeL: Double
    var rougeLPrevious: Double?
    var bleu: Double
    var chrf: Double
    var editDistancePrevious: Double?
    var embeddingOriginal: Double?
    var embeddingPrevious: Double?
    var typeTokenRatio: Double?
    var bitsPerCharacter: Double?
    /// The mean entropy of the token distributions in nats, over the alternatives given and the rest as one.
    var tokenEntropy: Double?
    /// The sum of the tokens' log-probabilities in nats.
    var logLikelihood: Double?
    var survivingNumbers: Double?
    var survivingNames: Double?
    var survivingLines: Double?
    var seconds: Double
    var retries: Int
    /// Whether the answer was cut by the limit on tokens.
    var isCut: Bool
    /// How many characters of the text before were cut because they did not fit the model's context.
    var unread: Int

    /// The measures of a text against the original and its predecessor.
    init(_ text: String, original: Original, previous: String?, _ cost: AnswerCost) {
        characters = TextMeasures.characters(text)
        words = TextMeasures.words(text).count
        lines = TextMeasures.lines(text)
        let rouge = Rouge(candidate: text, reference: original.text)
        rouge1 = rouge.rouge1.f1
        rouge2 = rouge.rouge2.f1
        rougeL = rouge.rougeL.f1
        rougeLPrevious = previous.map { Rouge.rougeL(candidate: text, reference: $0).f1 }
        bleu = Bleu.score(candidate: text, reference: original.text)
        chrf = Chrf.score(candidate: text, reference: original.text)
        editDistancePrevious = previous.map { EditDistance.normalised($0, text) }
        typeTokenRatio = TextMeasures.typeTokenRatio(text)
        bitsPerCharacter = original.model.bitsPerCharacter(text)
        survivingNumbers = original.survival.survivingNumbers(in: text)
        survivingNames = original.survival.survivingNames(in: text)
        survivingLines = original.survival.survivingLines(in: text)
        tokens = cost.tokens
        tokenEntropy = cost.tokenEntropy
        logLikelihood = cost.logLikelihood
        seconds = cost.seconds
        retries = cost.retries
        isCut = cost.isCut
        unread = cost.unread
    }
}

/// What answers took and told beside their text; those of one iteration are added up.
struct AnswerCost: Sendable, Hashable, Codable {
    var tokens: Int?
    var promptTokens: Int?
    var tokenEntropy: Double?
    var logLikelihood: Double?
    var seconds = 0.0
    var retries = 0
    var isCut = false
    var unread = 0

    init() {}

    /// The cost of one answer.
    init(_ reply: ChatReply, seconds: Double, retries: Int) {
        tokens = reply.completionTokens
        promptTokens = reply.promptTokens
        self.seconds = seconds
        self.retries = retries
        isCut = reply.finish == "length"
        guard let list = reply.tokens, !list.isEmpty else { return }
        logLikelihood = list.reduce(0) { $0 + $1.logProbability }
        if list.allSatisfy({ !$0.alternatives.isEmpty }) {
            tokenEntropy = list.reduce(0) { $0 + Self.entropy($1.alternatives) } / Double(list.count)
        }
    }

    /// Adds what a later answer of the same iteration took; what is told of tokens is the later one's.
    mutating func add(_ other: AnswerCost) {
        tokens = other.tokens
        tokenEntropy = other.tokenEntropy
        logLikelihood = other.logLikelihood
        seconds += other.seconds
        retries += other.retries
        isCut = isCut || other.isCut
        unread += other.unread
    }

    /// The entropy over the alternatives given, what is left of probability counted as one more: a lower bound.
    private static func entropy(_ alternatives: [ChatReply.Alternative]) -> Double {
        var sum = 0.0
        var mass = 0.0
        for alternative in alternatives where alternative.logProbability.isFinite {
            let p = Kernels.exp(alternative.logProbability)
            sum -= p * alternative.logProbability
            mass += p
        }
        let rest = 1 - mass
        return rest > 1e-12 ? sum - rest * Kernels.log(rest) : sum
    }
}

/// The text all lanes start from, with what is derived from it.
///
/// Only the text is encoded.
struct Original: Sendable, Codable {
    let text: String
    let model: CharacterModel
    let survival: Survival

    init(_ text: String) {
        self.text = text
        model = CharacterModel(of: text)
        survival = Survival(of: text)
    }

    init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// One chain of texts, each made from the one before.
struct Lane: Sendable, Codable {
    let settings: LaneSettings
    /// The texts; the first is the original.
    private(set) var texts: [String]
    /// What is known of each.
    private(set) var iterations: [Iteration]
    /// Where the chain first came back to an earlier text.
    private(set) var repetition: Repetition?
    /// Why nothing more is asked; nil while the chain can go on.
    var failure: String?
    /// How many answers were failures.
    var failures = 0
    var promptTokens = 0
    var completionTokens = 0
    /// How long the latest answer's first token took, and how many followed it a second; nil when not measured.
    var firstTokenSeconds: Double?
    var tokensPerSecond: Double?
    /// The first half of a translation there and back, while the way back is not done.
    var halfway: Halfway?
    /// How many characters of the text are given to the model, because the whole does not fit its context; nil for the whole.
    var given: Int?
    /// How many times the text that is to be rewritten next did not fit.
    var tries = 0
    /// What the model's context held against the first text that did not fit it.
    var overflow: ContextOverflow?
    /// The vector of the original, when vectors are wanted.
    private var originalVector: [Float] = []
    private var latestVector: [Float] = []
    /// How many texts have their vectors.
    private(set) var embedded = 0
    /// Why no more vectors are asked for.
    var embeddingFailure: String?
    /// What is to be said of the first vector about which there is something.
    var embeddingRemark: String?
    /// The model that answered, as the server named it.
    var answeredBy = ""

    struct Halfway: Sendable, Hashable, Codable {
        var text: String
        var cost: AnswerCost
    }

    init(_ settings: LaneSettings, original: Original) {
        self.settings = settings
        texts = [original.text]
        iterations = [Iteration(original.text, original: original, previous: nil, AnswerCost())]
    }

    /// The latest text.
    var text: String { texts[texts.count - 1] }
    /// The latest text's measures.
    var latest: Iteration { iterations[iterations.count - 1] }
    /// How many iterations are done.
    var done: Int { texts.count - 1 }
    /// Whether a model answered with nothing, which leaves nothing to rewrite.
    var isEmpty: Bool { latest.characters == 0 }
    /// How many answers were cut by the limit on tokens.
    var cut: Int { iterations.count(where: \.isCut) }
    /// The text to be rewritten next: the latest, or what came of it on the way out of a translation.
    var source: String { halfway?.text ?? text }
    /// What the model is given of it.
    var givenSource: String { given.map { String(source.unicodeScalars.prefix($0)) } ?? source }
    /// How many characters of the text to be rewritten next are known not to fit the model's context.
    var pending: Int { given.map { TextMeasures.characters(source) - $0 } ?? 0 }
    /// How many characters did not fit the model's context, over all iterations.
    var unread: Int { iterations.reduce(0) { $0 + $1.unread } }
    /// The first iteration of at most half the original's length.
    var halfLife: Int? { iterations.firstIndex { 2 * $0.characters <= iterations[0].characters } }

    /// Adds the next text.
    mutating func append(_ text: String, original: Original, _ cost: AnswerCost) {
        if repetition == nil, let earlier = texts.lastIndex(where: { TextMeasures.isSame($0, text) }) {
            repetition = Repetition(first: texts.count, period: texts.count - earlier)
        }
        iterations.append(Iteration(text, original: original, previous: self.text, cost))
        texts.append(text)
    }

    /// Takes the vector of the next text that has none yet.
    mutating func embed(_ vector: [Float]) {
        if embedded == 0 { originalVector = vector }
        iterations[embedded].embeddingOriginal = Self.cosine(vector, originalVector)
        iterations[embedded].embeddingPrevious = embedded == 0 ? nil : Self.cosine(vector, latestVector)
        latestVector = vector
        embedded += 1
    }

    /// The cosine of the angle between two vectors; nil when their lengths differ or one is zero.
    static func cosine(_ a: [Float], _ b: [Float]) -> Double? {
        guard a.count == b.count else { return nil }
        var (dot, left, right) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            dot += Double(x) * Double(y)
            left += Double(x) * Double(x)
            right += Double(y) * Double(y)
        }
        guard left > 0, right > 0 else { return nil }
        return dot / (left * right).squareRoot()
    }
}
