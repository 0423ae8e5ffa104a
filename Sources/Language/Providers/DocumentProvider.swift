import Dispatch
import Engine
import Foundation
import LanguageModel
import Synchronization

/// Reads folders of documents, keeps them searchable, and finds the chunks nearest to a question.
///
/// What it answers is all that an experiment and its replay ever know of the documents: digests, and the chunks that were found. The index
/// lasts as long as the program; what was read and embedded is kept between sessions, and only documents that changed are read again.
public final class DocumentProvider: Provider {
    /// "documents".
    public let name = "documents"
    /// How many chunks stand on the map.
    static let mapped = 300
    /// How many documents are listed by name.
    static let listed = 1000

    private let environment: [String: String]
    private let embedders: [any Provider]
    private let queue = DispatchQueue(label: "workbench.documents", qos: .userInitiated)
    private let state = Mutex<(request: DocumentRequest, loaded: Loaded)?>(nil)

    /// An index with what was said of it.
    private struct Loaded: Sendable {
        var index: SearchIndex
        var names: [String]
        var axes: PrincipalAxes
        var reply: DocumentReply
    }

    /// The provider of the folders that an environment's paths are relative to.
    ///
    /// - Parameter embedders: who makes vectors of texts, by name.
    public init(environment: [String: String], embedders: [any Provider] = []) {
        self.environment = environment
        self.embedders = embedders
    }

    /// Performs a request for documents or for chunks of them.
    public func perform(_ request: Request, heard: @escaping @Sendable (Hearsay) -> Void) async -> Answer {
        let start = DispatchTime.now().uptimeNanoseconds
        func answer(_ body: Answer.Body) -> Answer {
            Answer(id: request.id, body: body, seconds: Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
        }
        do {
            switch request.body {
            case .documents(let documents): return answer(.documents(try await load(documents, heard).reply))
            case .retrieval(let retrieval): return answer(.retrieval(try await retrieve(retrieval, heard)))
            default: return answer(.failure("documents are read, not spoken with"))
            }
        } catch let error as UserError {
            return answer(.failure(error.description))
        } catch is CancellationError {
            return answer(.failure("cancelled"))
        } catch {
            return answer(.failure("the documents cannot be read: \(error.localizedDescription)"))
        }
    }

    // MARK: Reading

    /// Runs work on the queue; it can ask whether it is to stop.
    private func onQueue<T: Sendable>(_ work: @escaping @Sendable (_ isStopped: () -> Bool) throws -> T) async throws -> T {
        let stop = Atomic(false)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try work { stop.load(ordering: .relaxed) } }) }
            }
        } onCancel: {
            stop.store(true, ordering: .relaxed)
        }
    }

    private func load(_ request: DocumentRequest, _ heard: @escaping @Sendable (Hearsay) -> Void) async throws -> Loaded {
        let folder = DocumentFolder(request.source, environment: environment)
        let cache = folder.isBuiltIn ? nil : DocumentCache(request, path: folder.path, environment: environment)
        let (known, found) = try await onQueue { isStopped in
            let known = cache?.load()
            let chunker = Chunker(limit: request.chunkTokens, overlap: request.overlap)
            let before = Dictionary((known?.documents ?? []).map { ($0.name, $0) }) { first, _ in first }
            let found = try folder.read(chunker, known: before, isStopped: isStopped) { done, all in
                heard(.progress("\(done) of \(all) documents read", Double(done) / Double(max(all, 1))))
            }
            return (known, found)
        }
        let documents = found.documents
        let entries = documents.enumerated().flatMap { place, document in
            zip(document.texts, document.lines).map {
                SearchIndex.Entry(document: place, chunk: DocumentChunk(text: $0, line: $1))
            }
        }
        guard !entries.isEmpty else {
            let why = documents.flatMap(\.notes).first.map { ": \($0)" } ?? ""
            throw UserError("documents: “\(request.source)” holds no text\(why)", parameter: "documents")
        }
        let (vectors, remark) = try await vectors(of: entries.map(\.chunk.text), request, known: known, heard)
        let isChanged = known == nil || found.reused < documents.count || known?.documents.count != documents.count
        let loaded = try await onQueue { _ in
            heard(.notice("indexing \(entries.count) chunks"))
            let index = SearchIndex(entries, dense: vectors.isEmpty ? nil : try DenseRows(vectors))
            if isChanged { cache?.save(DocumentCache.Content(documents: documents, vectors: vectors, remark: remark)) }
            let notes = (remark.map { [$0] } ?? []) + found.notes + documents.flatMap(\.notes)
            return Self.described(index, documents, found.reused, notes, request)
        }
        state.withLock { $0 = (request, loaded) }
        return loaded
    }

    /// The vectors of texts by the request's model; those of texts that were embedded before are taken over.
    ///
    /// Empty for hashed ones. What the model could not do is said beside them.
    private func vectors(
        of texts: [String], _ request: DocumentRequest, known: DocumentCache.Content?, _ heard: @escaping @Sendable (Hearsay) -> Void
    ) async throws -> (vectors: [[Float]], remark: String?) {
        guard request.embedder != "hashed" else { return ([], nil) }
        var before: [String: [Float]] = [:]
        if let known, !known.vectors.isEmpty {
            for (text, vector) in zip(known.documents.lazy.flatMap(\.texts), known.vectors) { before[text] = vector }
        }
        let missing = texts.indices.filter { before[texts[$0]] == nil }
        var fresh: [Int: [Float]] = [:]
        var remark = known?.remark
        let batch = 16
        for start in stride(from: 0, to: missing.count, by: batch) {
            try Task.checkCancellation()
            heard(.progress("\(start) of \(missing.count) chunks embedded", Double(start) / Double(missing.count)))
            let part = missing[start..<min(start + batch, missing.count)]
            let answer = try await embed(part.map { texts[$0] }, request, heard)
            for (place, vector) in zip(part, answer.vectors) { fresh[place] = vector }
            if answer.isPartial {
                remark = "some chunks are longer than the embedding model reads: their vectors are of their beginnings; lower chunkTokens"
            }
        }
        return (texts.indices.map { fresh[$0] ?? before[texts[$0]] ?? [] }, remark)
    }

    private func embed(
        _ texts: [String], _ request: DocumentRequest, _ heard: @escaping @Sendable (Hearsay) -> Void
    ) async throws -> (vectors: [[Float]], isPartial: Bool) {
        guard let provider = embedders.first(where: { $0.name == request.embedder }) else {
            throw UserError("embedder: there is none called “\(request.embedder)” here", parameter: "embedder")
        }
        let wish = Request(id: 1, provider: provider.name, body: .embedding(model: request.embeddingModel, texts: texts))
        let answer = await provider.perform(wish, heard: { if case .text = $0 {} else { heard($0) } })
        switch answer.body {
        case .embedding(let vectors) where vectors.count == texts.count && vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }):
            return (vectors.map(Self.unit), answer.remark != nil)
        case .failure(let sentence): throw UserError("embedder: \(sentence)", parameter: "embedder")
        default: throw UserError("embedder: the answer holds no vector for each text", parameter: "embedder")
        }
    }

    /// The vector at length 1; zeros stay.
    private static func unit(_ vector: [Float]) -> [Float] {
        let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? vector.map { Float(Double($0) / length) } : vector
    }

    private static func described(
        _ index: SearchIndex, _ documents: [ReadDocument], _ reused: Int, _ notes: [String], _ request: DocumentRequest
    ) -> Loaded {
        var digest = SHA256()
        digest.update(Array("\(request.chunkTokens) \(request.overlap)\n".utf8))
        for document in documents { digest.update(Array("\(document.name)\n\(document.digest)\n".utf8)) }
        let count = index.entries.count
        let sample = min(count, mapped)
        let axes = PrincipalAxes((0..<sample).map { index.vector($0 * count / sample) })
        let name =
            switch index.vectors {
            case .hashed(let embedder, _): "hashed, \(embedder.dimensions) places"
            case .dense(let rows):
                "\(request.embedder)\(request.embeddingModel.isEmpty ? "" : " " + request.embeddingModel), \(rows.columns) numbers"
            }
        let shown = notes.count > 20 ? Array(notes.prefix(20)) + ["\(notes.count - 20) notes more were left out"] : notes
        let reply = DocumentReply(
            digest: digest.finished(), documents: documents.count, chunks: count,
            entries: documents.prefix(listed).map {
                DocumentReply.Entry(name: $0.name, digest: $0.digest, bytes: $0.bytes, chunks: $0.lines.count)
            },
            reused: reused, embedder: name, map: PackedFloats(axes.places.flatMap { [Float($0.x), Float($0.y)] }), shares: axes.shares,
            notes: shown)
        return Loaded(index: index, names: documents.map(\.name), axes: axes, reply: reply)
    }

    // MARK: Finding

    private func retrieve(_ request: RetrievalRequest, _ heard: @escaping @Sendable (Hearsay) -> Void) async throws -> RetrievalReply {
        let current = state.withLock { $0 }
        let loaded: Loaded
        if let current, current.request == request.documents {
            loaded = current.loaded
        } else {
            loaded = try await load(request.documents, heard)
        }
        if request.question.isEmpty { return Self.sample(request, loaded) }
        let isHashed = request.documents.embedder == "hashed"
        let vector = isHashed ? nil : try await embed([request.question], request.documents, heard).vectors.first
        return try await onQueue { _ in Self.found(request, loaded, vector) }
    }

    /// Chunks from all over the documents, for those who have no question.
    private static func sample(_ request: RetrievalRequest, _ loaded: Loaded) -> RetrievalReply {
        let all = loaded.index.entries
        let count = min(max(request.count, 0), all.count)
        let numbers = (0..<count).map { $0 * all.count / max(count, 1) }
        return RetrievalReply(
            digest: loaded.reply.digest,
            chunks: numbers.map { number in
                let entry = all[number]
                return RetrievalReply.Chunk(
                    document: loaded.names[entry.document], number: number, line: entry.chunk.line, text: entry.chunk.text, place: [])
            }, rankings: ["sample": numbers.indices.map { RetrievalReply.Hit(chunk: $0, score: 1) }], place: [])
    }

    private static func found(_ request: RetrievalRequest, _ loaded: Loaded, _ vector: [Float]?) -> RetrievalReply {
        let index = loaded.index
        func place(_ vector: [Double]) -> [Float] {
            let place = loaded.axes.place(vector)
            return [Float(place.x), Float(place.y)]
        }
        var chunks: [RetrievalReply.Chunk] = []
        var places: [Int: Int] = [:]
        var rankings: [String: [RetrievalReply.Hit]] = [:]
        let ranked = index.rankings(request.question, vector: vector, count: min(max(request.count, 0), 100), isOkapi: request.isOkapi)
        for (name, hits) in ranked.sorted(by: { $0.key < $1.key }) {
            rankings[name] = hits.map { hit in
                if places[hit.chunk] == nil {
                    let entry = index.entries[hit.chunk]
                    places[hit.chunk] = chunks.count
                    chunks.append(
                        RetrievalReply.Chunk(
                            document: loaded.names[entry.document], number: hit.chunk, line: entry.chunk.line, text: entry.chunk.text,
                            place: place(index.vector(hit.chunk))))
                }
                return RetrievalReply.Hit(chunk: places[hit.chunk] ?? 0, score: hit.score)
            }
        }
        return RetrievalReply(
            digest: loaded.reply.digest, chunks: chunks, rankings: rankings, place: place(index.vector(of: request.question, vector)))
    }
}
