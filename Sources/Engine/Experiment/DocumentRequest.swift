/// Documents to be read, cut into chunks and made searchable.
public struct DocumentRequest: Sendable, Hashable, Codable {
    /// A folder, files separated by commas, or the name of a built-in set.
    public var source: String
    /// The longest chunk in tokens.
    public var chunkTokens: Int
    /// How many tokens of a chunk the next one repeats.
    public var overlap: Int
    /// How chunks become vectors: "hashed", "local", "openai".
    public var embedder: String
    /// The embedder's model; empty for its own.
    public var embeddingModel: String

    /// Documents and how they are cut.
    public init(source: String, chunkTokens: Int, overlap: Int, embedder: String, embeddingModel: String = "") {
        self.source = source
        self.chunkTokens = chunkTokens
        self.overlap = overlap
        self.embedder = embedder
        self.embeddingModel = embeddingModel
    }
}

/// What was read: enough to say what answers rest on, and to draw a map, without the documents.
public struct DocumentReply: Sendable, Hashable, Codable {
    /// One document.
    public struct Entry: Sendable, Hashable, Codable {
        /// Its path within the folder.
        public var name: String
        /// The SHA-256 digest of its bytes.
        public var digest: String
        /// Its size.
        public var bytes: Int
        /// How many chunks it was cut into.
        public var chunks: Int

        /// A document.
        public init(name: String, digest: String, bytes: Int, chunks: Int) {
            self.name = name
            self.digest = digest
            self.bytes = bytes
            self.chunks = chunks
        }
    }

    /// The SHA-256 digest of all documents' names and digests and of how they were cut.
    public var digest: String
    /// How many documents there are.
    public var documents: Int
    /// How many chunks.
    public var chunks: Int
    /// The first documents by name, at most a thousand.
    public var entries: [Entry]
    /// How many documents were taken from the index that was kept.
    public var reused: Int
    /// What chunks became vectors by.
    public var embedder: String
    /// Where some of the chunks lie on the map, x and y one after the other.
    public var map: PackedFloats
    /// The shares of the vectors' variance that the map's two axes show.
    public var shares: [Double]
    /// What was left out and why, a sentence each.
    public var notes: [String]

    /// What was read.
    public init(
        digest: String, documents: Int, chunks: Int, entries: [Entry], reused: Int, embedder: String, map: PackedFloats, shares: [Double],
        notes: [String]
    ) {
        self.digest = digest
        self.documents = documents
        self.chunks = chunks
        self.entries = entries
        self.reused = reused
        self.embedder = embedder
        self.map = map
        self.shares = shares
        self.notes = notes
    }
}

/// A question to be held against the documents.
public struct RetrievalRequest: Sendable, Hashable, Codable {
    /// The documents.
    public var documents: DocumentRequest
    /// The question.
    public var question: String
    /// How many chunks are wanted by each way of ranking.
    public var count: Int
    /// Whether words are ranked by the older, Okapi form of BM25.
    public var isOkapi: Bool

    /// A question to documents.
    public init(documents: DocumentRequest, question: String, count: Int, isOkapi: Bool = false) {
        self.documents = documents
        self.question = question
        self.count = count
        self.isOkapi = isOkapi
    }
}

/// The chunks nearest to a question.
public struct RetrievalReply: Sendable, Hashable, Codable {
    /// A chunk that at least one ranking names.
    public struct Chunk: Sendable, Hashable, Codable {
        /// The document's name.
        public var document: String
        /// Its number among all chunks, from 0.
        public var number: Int
        /// The line of the document that it begins on, from 1.
        public var line: Int
        /// Its text.
        public var text: String
        /// Where it lies on the map, x and y.
        public var place: [Float]

        /// A chunk.
        public init(document: String, number: Int, line: Int, text: String, place: [Float]) {
            self.document = document
            self.number = number
            self.line = line
            self.text = text
            self.place = place
        }
    }
    /// A place in a ranking.
    public struct Hit: Sendable, Hashable, Codable {
        /// The chunk's index in `chunks`.
        public var chunk: Int
        /// Its score by that ranking.
        public var score: Double

        /// A place in a ranking.
        public init(chunk: Int, score: Double) {
            self.chunk = chunk
            self.score = score
        }
    }

    /// The digest of the documents that were searched.
    public var digest: String
    /// The chunks that the rankings name.
    public var chunks: [Chunk]
    /// The best first: by words, by vectors, and by both.
    public var rankings: [String: [Hit]]
    /// Where the question lies on the map.
    public var place: [Float]

    /// The chunks nearest to a question.
    public init(digest: String, chunks: [Chunk], rankings: [String: [Hit]], place: [Float]) {
        self.digest = digest
        self.chunks = chunks
        self.rankings = rankings
        self.place = place
    }
}
