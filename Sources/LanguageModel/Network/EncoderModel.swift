import CLanguageModel
import Dispatch
import Kernels

/// A network that makes one vector of a text: BERT with the mean of its last layer, scaled to length 1.
///
/// Devlin et al. 2018; the sentence vectors of Reimers and Gurevych 2019. The same bits on every instruction set and any number of threads:
/// each text is one thread's, and sums have one order.
public final class EncoderModel: @unchecked Sendable {
    /// Its tokenizer.
    public let tokenizer: WordPieceTokenizer
    /// The length of a vector.
    public let dimensions: Int
    /// The most tokens of a text; what is beyond is not read.
    public let capacity: Int

    // Never changed after init; the pointers are this object's own, or into the mapped file.
    private let file: SafetensorsFile
    private let network: lm_encoder
    private let storage: Storage

    /// What is not a matrix, copied out of the file; freed also where the rest of the file turns out to be unusable.
    private final class Storage {
        let layers: UnsafeMutablePointer<lm_encoder_layer>
        let vectors: UnsafeMutablePointer<Float>

        init(layers: Int, vectors: Int) {
            self.layers = .allocate(capacity: layers)
            self.vectors = .allocate(capacity: vectors)
        }

        deinit {
            layers.deallocate()
            vectors.deallocate()
        }
    }

    /// The tokens that sentence models of this kind are trained for.
    private static let longestText = 256

    /// The model in a folder: `model.safetensors`, `vocab.txt` and `config.json`.
    ///
    /// - Throws: `LanguageModelError` naming what is missing, unsupported or broken.
    public init(folder: String) throws {
        let settings = try MappedFile(path: folder + "/config.json")
        guard let config = try? JSONReader.parse(Array(settings.bytes.prefix(1_000_000))[...]) else {
            throw LanguageModelError("the model's config.json is not JSON")
        }
        func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
            guard let value = config[name]?.integer, range.contains(value) else {
                throw LanguageModelError("the model's config.json has no usable “\(name)”")
            }
            return value
        }
        let kind = config["model_type"]?.string ?? "none"
        guard kind == "bert" else { throw LanguageModelError("the model type “\(kind.shown)” is not supported; expected bert") }
        let activation = config["hidden_act"]?.string ?? "gelu"
        guard activation == "gelu" else { throw LanguageModelError("the activation “\(activation.shown)” is not supported; expected gelu") }
        let embedding = try number("hidden_size", 32...16_384)
        let feed = try number("intermediate_size", 32...65_536)
        let heads = try number("num_attention_heads", 1...1024)
        let count = try number("num_hidden_layers", 1...1024)
        guard embedding % heads == 0, embedding % 32 == 0, feed % 32 == 0, embedding / heads % 16 == 0 else {
            throw LanguageModelError("the model's rows of \(embedding) and \(feed) numbers over \(heads) heads are not supported")
        }
        let epsilon = config["layer_norm_eps"]?.double ?? 1e-12
        guard epsilon >= 0, epsilon < 1 else { throw LanguageModelError("the model's config.json has no usable “layer_norm_eps”") }

        let words = try MappedFile(path: folder + "/vocab.txt")
        tokenizer = try WordPieceTokenizer(vocabulary: words.bytes)
        file = try SafetensorsFile(path: folder + "/model.safetensors")
        let tensors = EncoderTensors(file)
        let places = try tensors.rows("embeddings.position_embeddings.weight", columns: embedding)
        let tokens = try tensors.matrix("embeddings.word_embeddings.weight", rows: tokenizer.count, columns: embedding)
        let kinds = try tensors.numbers("embeddings.token_type_embeddings.weight", columns: embedding)

        // What is not a matrix is copied, block by block of this many numbers.
        let perLayer = 9 * embedding + feed
        let storage = Storage(layers: count, vectors: 3 * embedding + count * perLayer)
        let layers = storage.layers
        var place = storage.vectors
        func keep(_ numbers: some Collection<Float>) -> UnsafePointer<Float> {
            let start = place
            for value in numbers {
                place.initialize(to: value)
                place += 1
            }
            return UnsafePointer(start)
        }
        func vector(_ name: String, _ count: Int) throws -> UnsafePointer<Float> { keep(try tensors.numbers(name, columns: count)) }
        func linear(_ name: String, rows: Int, columns: Int) throws -> lm_linear {
            lm_linear(weight: try tensors.matrix(name + ".weight", rows: rows, columns: columns), bias: try vector(name + ".bias", rows))
        }
        for index in 0..<count {
            let block = "encoder.layer.\(index)."
            (layers + index).initialize(
                to: lm_encoder_layer(
                    query: try linear(block + "attention.self.query", rows: embedding, columns: embedding),
                    key: try linear(block + "attention.self.key", rows: embedding, columns: embedding),
                    value: try linear(block + "attention.self.value", rows: embedding, columns: embedding),
                    output: try linear(block + "attention.output.dense", rows: embedding, columns: embedding),
                    up: try linear(block + "intermediate.dense", rows: feed, columns: embedding),
                    down: try linear(block + "output.dense", rows: embedding, columns: feed),
                    attention_weight: try vector(block + "attention.output.LayerNorm.weight", embedding),
                    attention_bias: try vector(block + "attention.output.LayerNorm.bias", embedding),
                    output_weight: try vector(block + "output.LayerNorm.weight", embedding),
                    output_bias: try vector(block + "output.LayerNorm.bias", embedding)))
        }
        network = lm_encoder(
            layers: UInt32(count), embedding: UInt32(embedding), feed: UInt32(feed), heads: UInt32(heads), head: UInt32(embedding / heads),
            epsilon: Float(epsilon), layer: UnsafePointer(layers), tokens: tokens, places: places, kind: keep(kinds.prefix(embedding)),
            norm_weight: try vector("embeddings.LayerNorm.weight", embedding), norm_bias: try vector("embeddings.LayerNorm.bias", embedding)
        )
        dimensions = embedding
        capacity = min(Self.longestText, Int(places.rows))
        self.storage = storage
    }

    /// The vectors of texts, each of length 1.
    ///
    /// - Parameters:
    ///   - instructionSet: whose loops are used; nil for the one that Kernels uses.
    ///   - isStopped: asked before each text; the result is nil when it says yes.
    /// - Throws: `LanguageModelError` when there is no memory or no such instruction set.
    public func vectors(of texts: [String], instructionSet: String? = nil, isStopped: @Sendable () -> Bool = { false }) throws -> [[Float]]?
    {
        let name = instructionSet ?? Kernels.instructionSet
        guard let path = lm_path_named(name) else { throw LanguageModelError("there are no loops for “\(name.shown)” here") }
        let tokens = texts.map { tokenizer.encode($0, limit: capacity).map { UInt32($0) } }
        var results = [[Float]](repeating: [], count: texts.count)
        results.withUnsafeMutableBufferPointer { buffer in
            let share = Share(path: path, results: buffer)
            DispatchQueue.concurrentPerform(iterations: tokens.count) { index in
                if isStopped() { return }
                share.results[index] = encode(tokens[index], share.path)
            }
        }
        if isStopped() { return nil }
        guard results.allSatisfy({ $0.count == dimensions }) else { throw LanguageModelError("there is no memory for the texts' vectors") }
        return results
    }

    /// How many tokens a text has; those beyond `capacity` do not reach its vector.
    public func tokenCount(of text: String) -> Int { tokenizer.encode(text, limit: .max).count }

    /// Carries the buffer into the workers: safe, since each writes its own element alone.
    private struct Share: @unchecked Sendable {
        let path: UnsafePointer<lm_path>
        let results: UnsafeMutableBufferPointer<[Float]>
    }

    private func encode(_ ids: [UInt32], _ path: UnsafePointer<lm_path>) -> [Float] {
        withUnsafePointer(to: network) { network in
            let count = lm_encode_space(network, UInt32(ids.count))
            guard let space = lm_reserve(count) else { return [] }
            defer { lm_release(space, count) }
            return [Float](unsafeUninitializedCapacity: dimensions) { buffer, written in
                lm_encode(path, network, ids, UInt32(ids.count), space, buffer.baseAddress)
                written = dimensions
            }
        }
    }
}

/// A file's tensors, each checked for its shape when asked for.
private struct EncoderTensors {
    let file: SafetensorsFile

    init(_ file: SafetensorsFile) { self.file = file }

    private func tensor(_ name: String) throws -> SafetensorsFile.Tensor {
        guard let tensor = file.tensors[name] else { throw LanguageModelError("the model file has no tensor “\(name)”") }
        return tensor
    }

    /// A matrix with any number of rows.
    func rows(_ name: String, columns: Int) throws -> lm_matrix {
        let tensor = try tensor(name)
        return try matrix(name, rows: tensor.shape.count == 2 ? tensor.shape[0] : 0, columns: columns)
    }

    func matrix(_ name: String, rows: Int, columns: Int) throws -> lm_matrix {
        let tensor = try tensor(name)
        guard tensor.shape == [rows, columns], rows > 0, let rowBytes = tensor.type.bytes(columns: columns),
            let start = file.file.bytes.baseAddress
        else {
            let shape = tensor.shape.map(String.init).joined(separator: " x ")
            throw LanguageModelError("the tensor “\(name)” is \(shape); expected \(rows) x \(columns)")
        }
        return lm_matrix(
            data: (start + tensor.offset).assumingMemoryBound(to: UInt8.self), row_bytes: rowBytes, rows: UInt32(rows),
            columns: UInt32(columns), type: tensor.type.rawValue)
    }

    /// The numbers of a vector, or of a matrix with any number of rows.
    func numbers(_ name: String, columns: Int) throws -> [Float] {
        let tensor = try tensor(name)
        guard tensor.shape.last == columns, tensor.shape.count <= 2, let rowBytes = tensor.type.bytes(columns: columns) else {
            throw LanguageModelError("the tensor “\(name)” has rows of \(tensor.shape.last ?? 0) numbers; expected \(columns)")
        }
        let bytes = rowBytes * (tensor.shape.count == 2 ? tensor.shape[0] : 1)
        return tensor.type.numbers(Array(file.file.bytes[tensor.offset..<tensor.offset + bytes]))
    }
}
