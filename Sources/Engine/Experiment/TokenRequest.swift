/// A text whose tokens, and the model's expectation at each of them, are wanted.
public struct TokenRequest: Sendable, Hashable, Codable {
    /// The model's name; empty for the provider's default.
    public var model: String
    /// The text; not used where `ids` are given.
    public var text: String
    /// The tokens themselves; empty for those of the text.
    public var ids: [Int]
    /// Whether the names of special tokens in the text mean those tokens.
    public var parsesSpecial: Bool
    /// How many tokens are appended, each the likeliest.
    public var continuation: Int
    /// How many of the likeliest next tokens are named.
    public var top: Int
    /// Whether a model in process computes in single precision throughout; nil for yes.
    public var isExact: Bool?

    /// A text and what is wanted of it.
    public init(
        model: String, text: String, ids: [Int] = [], parsesSpecial: Bool = false, continuation: Int = 0, top: Int = 20,
        isExact: Bool? = nil
    ) {
        self.isExact = isExact
        self.model = model
        self.text = text
        self.ids = ids
        self.parsesSpecial = parsesSpecial
        self.continuation = continuation
        self.top = top
    }
}

/// What a model makes of a text, token by token.
public struct TokenReply: Sendable, Hashable, Codable {
    /// A token at its place.
    public struct Token: Sendable, Hashable, Codable {
        /// Its number in the model's vocabulary; nil when not told.
        public var id: Int?
        /// Its text; bytes that are no UTF-8 by themselves are U+FFFD.
        public var text: String
        /// Its natural log-probability after what stands before it; nil for the first, and when not told.
        public var logProbability: Double?
        /// The entropy in nats of the distribution it came from; nil for the first, and when not told.
        public var entropy: Double?
        /// The likeliest at its place; empty when not told.
        public var alternatives: [Token]

        /// A token.
        public init(id: Int?, text: String, logProbability: Double? = nil, entropy: Double? = nil, alternatives: [Token] = []) {
            self.id = id
            self.text = text
            self.logProbability = logProbability
            self.entropy = entropy
            self.alternatives = alternatives
        }
    }

    /// The model that answered.
    public var model: String
    /// The text's tokens; empty when the provider does not tell them.
    public var tokens: [Token]
    /// Whether the tokens' texts make up the text again, byte for byte.
    public var roundTrips: Bool
    /// The likeliest next tokens, the likeliest first.
    public var next: [Token]
    /// The natural log-probabilities of all next tokens, by id; empty when only `next` is known.
    public var distribution: PackedFloats
    /// Tokens appended greedily.
    public var continuation: [Token]
    /// How long reading the text took; nil when not told.
    public var promptSeconds: Double?
    /// How long the continuation took; nil when not told.
    public var continuationSeconds: Double?

    /// A reply.
    public init(
        model: String, tokens: [Token], roundTrips: Bool, next: [Token], distribution: PackedFloats = PackedFloats(),
        continuation: [Token] = [], promptSeconds: Double? = nil, continuationSeconds: Double? = nil
    ) {
        self.model = model
        self.tokens = tokens
        self.roundTrips = roundTrips
        self.next = next
        self.distribution = distribution
        self.continuation = continuation
        self.promptSeconds = promptSeconds
        self.continuationSeconds = continuationSeconds
    }
}
