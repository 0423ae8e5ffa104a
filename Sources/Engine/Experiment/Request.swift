/// Something an experiment wants from the world, performed by a provider and answered through the journal.
public struct Request: Sendable, Hashable, Codable {
    /// Unique within the run, given by the experiment, never used twice.
    public var id: Int
    /// The provider's name: "openai", "local", "extractive", "echo", "documents".
    public var provider: String
    /// What is wanted.
    public var body: Body

    /// The kinds of wishes.
    public enum Body: Sendable, Hashable, Codable {
        /// A reply to a conversation.
        case chat(ChatRequest)
        /// Vectors of texts.
        case embedding(model: String, texts: [String])
        /// The tokens of a text and what a model expects at each.
        case tokens(TokenRequest)
        /// Documents to be read and made searchable.
        case documents(DocumentRequest)
        /// The chunks of documents that are nearest to a question.
        case retrieval(RetrievalRequest)
        /// What a file has grown by.
        case growth(GrowthRequest)
    }

    /// A request.
    public init(id: Int, provider: String, body: Body) {
        self.id = id
        self.provider = provider
        self.body = body
    }
}

/// A conversation to be continued by a model, with the settings that matter to the result.
///
/// Never holds a key.
public struct ChatRequest: Sendable, Hashable, Codable {
    /// One turn.
    public struct Message: Sendable, Hashable, Codable {
        /// "system", "user" or "assistant".
        public var role: String
        /// What was said.
        public var content: String
        /// A turn.
        public init(role: String, content: String) {
            self.role = role
            self.content = content
        }
    }

    /// The model's name; empty for the provider's default.
    public var model: String
    /// The turns so far.
    public var messages: [Message]
    /// The sampling temperature, 0…2.
    public var temperature: Double
    /// The nucleus' probability, (0, 1].
    public var topP: Double
    /// The longest answer in tokens; nil for the model's own.
    public var maxTokens: Int?
    /// The seed sent to the model; nil for none.
    public var seed: UInt64?
    /// How many alternatives' log-probabilities are wanted a token; 0 for none.
    public var topLogProbabilities: Int
    /// How often a passing failure is tried again.
    public var retries: Int
    /// How much less likely a token becomes that stood among the last ones, 1 for nothing; only models in process know it.
    public var repetitionPenalty: Double
    /// Only so many of the likeliest tokens; nil for all.
    public var topK: Int?
    /// Only tokens at least this fraction as likely as the likeliest; nil for all.
    public var minP: Double?
    /// How many requests an endpoint may be sent a minute; nil for what the environment says.
    public var requestsPerMinute: Int?

    /// A conversation and its settings.
    public init(
        model: String, messages: [Message], temperature: Double = 0, topP: Double = 1, maxTokens: Int? = nil, seed: UInt64? = nil,
        topLogProbabilities: Int = 0, retries: Int = 5, repetitionPenalty: Double = 1
    ) {
        self.model = model
        self.messages = messages
        self.temperature = temperature
        self.topP = topP
        self.maxTokens = maxTokens
        self.seed = seed
        self.topLogProbabilities = topLogProbabilities
        self.retries = retries
        self.repetitionPenalty = repetitionPenalty
    }
}

/// A wish for what a file that somebody is still writing has beyond the bytes already read.
public struct GrowthRequest: Sendable, Hashable, Codable {
    /// The file.
    public var path: String
    /// Bytes already read.
    public var offset: Int
    /// Seconds without growth after which the file counts as finished; 0 waits for ever.
    public var patience: Double

    /// A wish for more of a file.
    public init(path: String, offset: Int, patience: Double) {
        self.path = path
        self.offset = offset
        self.patience = patience
    }
}

/// What a file has grown by.
public struct FileGrowth: Sendable, Hashable, Codable {
    /// Whole lines, and when it is over also what follows the last of them.
    public var text: String
    /// Bytes read so far.
    public var offset: Int
    /// Whether the file had not grown for as long as was wanted.
    public var isOver: Bool

    /// Growth up to an offset.
    public init(text: String, offset: Int, isOver: Bool = false) {
        self.text = text
        self.offset = offset
        self.isOver = isOver
    }
}

/// What came of a request.
///
/// A failure is an answer too, so that a replay shows the same failure.
public struct Answer: Sendable, Hashable, Codable {
    /// The request's id.
    public var id: Int
    /// What came.
    public var body: Body
    /// How long it took, as told by the provider's clock, retries included.
    public var seconds: Double
    /// How many times it had to be tried again.
    public var retries: Int
    /// By how much the text was too long for the model, when that is why the request failed.
    public var overflow: ContextOverflow?
    /// What the numbers cannot say for themselves, such as that a model read the beginning of a text alone; nil when nothing.
    public var remark: String?

    /// The kinds of answers.
    public enum Body: Sendable, Hashable, Codable {
        /// A reply.
        case chat(ChatReply)
        /// One vector a text.
        case embedding([[Float]])
        /// A text's tokens.
        case tokens(TokenReply)
        /// What was read.
        case documents(DocumentReply)
        /// The chunks that were found.
        case retrieval(RetrievalReply)
        /// Whole lines that a file has grown by.
        case growth(FileGrowth)
        /// What went wrong, in one sentence without any secret.
        case failure(String)
    }

    /// An answer.
    public init(id: Int, body: Body, seconds: Double = 0, retries: Int = 0) {
        self.id = id
        self.body = body
        self.seconds = seconds
        self.retries = retries
    }
}

/// A text that is too long for a model's context.
public struct ContextOverflow: Sendable, Hashable, Codable {
    /// Tokens of the whole prompt; nil when not told.
    public var promptTokens: Int?
    /// Tokens that the model's context holds; nil when not told.
    public var contextTokens: Int?

    /// An overflow, as far as it is told.
    public init(promptTokens: Int? = nil, contextTokens: Int? = nil) {
        self.promptTokens = promptTokens
        self.contextTokens = contextTokens
    }
}

/// A model's reply.
public struct ChatReply: Sendable, Hashable, Codable {
    /// A token and its log-probability, with the likeliest alternatives when they were asked for and given.
    public struct Token: Sendable, Hashable, Codable {
        /// The token's text.
        public var text: String
        /// Its log-probability, natural.
        public var logProbability: Double
        /// The likeliest tokens at this place.
        public var alternatives: [Alternative]
        /// A token.
        public init(text: String, logProbability: Double, alternatives: [Alternative] = []) {
            self.text = text
            self.logProbability = logProbability
            self.alternatives = alternatives
        }
    }
    /// A token that could have stood here.
    public struct Alternative: Sendable, Hashable, Codable {
        /// Its text.
        public var text: String
        /// Its log-probability, natural.
        public var logProbability: Double
        /// An alternative.
        public init(text: String, logProbability: Double) {
            self.text = text
            self.logProbability = logProbability
        }
    }

    /// The whole text.
    public var text: String
    /// Why it ended: "stop", "length", "content_filter"; empty when not told.
    public var finish: String
    /// The model that replied, as the server named it; empty when not told.
    public var model: String
    /// Tokens of the prompt; nil when not told.
    public var promptTokens: Int?
    /// Tokens of the reply; nil when not told.
    public var completionTokens: Int?
    /// Log-probabilities a token; nil when not given.
    public var tokens: [Token]?
    /// How long the first token took, the reading of the prompt included; nil when not measured.
    public var firstTokenSeconds: Double?
    /// How long all tokens after the first took; nil when not measured.
    public var laterTokensSeconds: Double?

    /// A reply.
    public init(
        text: String, finish: String = "stop", model: String = "", promptTokens: Int? = nil, completionTokens: Int? = nil,
        tokens: [Token]? = nil
    ) {
        self.text = text
        self.finish = finish
        self.model = model
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.tokens = tokens
    }
}

/// Performs requests: the only part of a family that touches the world, kept outside its experiments.
public protocol Provider: Sendable {
    /// The name requests give.
    var name: String { get }

    /// Performs one request; never throws, since a failure is an answer. Cancelling the task stops the work at once.
    ///
    /// - Parameter heard: called with the reply so far as it streams in, and with notices such as "HTTP 429, waiting 2 s (retry 1 of 5)".
    func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer
}

/// News of a request under way: shown while it lasts, never journalled, never given to the experiment.
public enum Hearsay: Sendable, Hashable {
    /// The reply's text so far.
    case text(String)
    /// What the provider is doing about a failure.
    case notice(String)
    /// What it is doing, and how much of it is done, 0…1.
    case progress(String, Double)
}
