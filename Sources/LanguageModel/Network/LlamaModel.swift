import CLanguageModel
import Kernels

/// The weights of a llama network, in the file that holds them.
///
/// Pre-normed blocks of grouped attention with rotated pairs (2i, 2i + 1) and a gated feed-forward layer. Source: Touvron et al. 2023,
/// "LLaMA"; Ainslie et al. 2023 (grouped queries); Su et al. 2021 (rotary positions).
public final class LlamaModel: @unchecked Sendable {
    /// The file.
    public let file: GGUFFile
    /// Its tokenizer.
    public let tokenizer: BytePairTokenizer
    /// How many positions the model was trained for.
    public let contextLength: Int
    /// How many tokens a pass takes at most.
    static let batch = Int(LM_TOKENS)
    /// The longest context that memory is reserved for.
    static let longestContext = 32_768

    // Never changed after init; the pointers are this object's own.
    let network: lm_network
    private let layers: UnsafeMutablePointer<lm_layer>
    private let norms: UnsafeMutablePointer<Float>
    private let frequencies: [Double]

    /// Maps a model file and checks that all of the network is there.
    ///
    /// - Throws: `LanguageModelError` naming what is unsupported or broken.
    public convenience init(path: String) throws { try self.init(GGUFFile(path: path)) }

    /// The network of a file.
    ///
    /// - Throws: `LanguageModelError` naming what is unsupported or broken.
    public init(_ file: GGUFFile) throws {
        self.file = file
        let shape = try LlamaShape(file)
        tokenizer = try BytePairTokenizer(file)
        guard tokenizer.count == shape.vocabulary else {
            throw LanguageModelError("the model has \(shape.vocabulary) token vectors but the tokenizer \(tokenizer.count) tokens")
        }
        contextLength = min(shape.contextLength, Self.longestContext)
        frequencies = shape.frequencies

        var expected = TensorList(file)
        let tokens = try expected.matrix("token_embd.weight", columns: shape.embedding, rows: shape.vocabulary)
        let isTied = file.tensors["output.weight"] == nil
        let output = isTied ? tokens : try expected.matrix("output.weight", columns: shape.embedding, rows: shape.vocabulary)
        let outputNorm = try expected.vector("output_norm.weight", count: shape.embedding)
        var parts: [(lm_layer, attentionNorm: [Float], feedNorm: [Float])] = []
        let queries = shape.heads * shape.head
        let keys = shape.keyHeads * shape.head
        for index in 0..<shape.layers {
            func name(_ part: String) -> String { "blk.\(index).\(part).weight" }
            let layer = lm_layer(
                attention_norm: nil, feed_norm: nil,
                query: try expected.matrix(name("attn_q"), columns: shape.embedding, rows: queries),
                key: try expected.matrix(name("attn_k"), columns: shape.embedding, rows: keys),
                value: try expected.matrix(name("attn_v"), columns: shape.embedding, rows: keys),
                output: try expected.matrix(name("attn_output"), columns: queries, rows: shape.embedding),
                gate: try expected.matrix(name("ffn_gate"), columns: shape.embedding, rows: shape.feed),
                up: try expected.matrix(name("ffn_up"), columns: shape.embedding, rows: shape.feed),
                down: try expected.matrix(name("ffn_down"), columns: shape.feed, rows: shape.embedding))
            parts.append(
                (
                    layer, try expected.vector(name("attn_norm"), count: shape.embedding),
                    try expected.vector(name("ffn_norm"), count: shape.embedding)
                ))
        }
        try expected.refuseOthers()

        norms = .allocate(capacity: (2 * shape.layers + 1) * shape.embedding)
        layers = .allocate(capacity: shape.layers)
        var place = norms
        func keep(_ norm: [Float]) -> UnsafePointer<Float> {
            defer { place += shape.embedding }
            place.initialize(from: norm, count: shape.embedding)
            return UnsafePointer(place)
        }
        for (index, part) in parts.enumerated() {
            var layer = part.0
            layer.attention_norm = keep(part.attentionNorm)
            layer.feed_norm = keep(part.feedNorm)
            (layers + index).initialize(to: layer)
        }
        network = lm_network(
            layers: UInt32(shape.layers), embedding: UInt32(shape.embedding), feed: UInt32(shape.feed), heads: UInt32(shape.heads),
            key_heads: UInt32(shape.keyHeads), head: UInt32(shape.head), vocabulary: UInt32(shape.vocabulary),
            epsilon: Float(shape.epsilon), layer: UnsafePointer(layers), output_norm: keep(outputNorm), tokens: tokens, output: output)
    }

    deinit {
        layers.deallocate()
        norms.deallocate()
    }

    /// The cosines and sines by which the pairs of a head are turned at each position, one after the other.
    func angles(_ positions: Range<Int>) -> [Float] {
        positions.flatMap { position in
            frequencies.flatMap { frequency in
                [Float(cos(Double(position) * frequency)), Float(sin(Double(position) * frequency))]
            }
        }
    }
}

/// The numbers that a llama network's form is made of, checked for sense.
private struct LlamaShape {
    var layers, embedding, feed, heads, keyHeads, head, vocabulary, contextLength: Int
    var epsilon: Double
    var frequencies: [Double]

    init(_ file: GGUFFile) throws {
        let architecture = try file.text("general.architecture") ?? "none named"
        guard architecture == "llama" else {
            throw LanguageModelError("the architecture “\(architecture.shown)” is not supported; expected llama")
        }
        if try file.integer("llama.expert_count", in: 0...1_000_000, otherwise: 0) > 0 {
            throw LanguageModelError("the model is a mixture of experts, which is not supported")
        }
        let scaling = try file.text("llama.rope.scaling.type") ?? "none"
        guard scaling == "none" else {
            throw LanguageModelError("the model scales its positions (“\(scaling.shown)”), which is not supported")
        }
        layers = try file.integer("llama.block_count", in: 1...1024)
        embedding = try file.integer("llama.embedding_length", in: 32...65_536)
        feed = try file.integer("llama.feed_forward_length", in: 32...1_048_576)
        heads = try file.integer("llama.attention.head_count", in: 1...1024)
        keyHeads = try file.integer("llama.attention.head_count_kv", in: 1...1024, otherwise: heads)
        head = try file.integer("llama.attention.key_length", in: 16...1024, otherwise: max(16, embedding / heads))
        contextLength = try file.integer("llama.context_length", in: 1...100_000_000)
        epsilon = try file.positive("llama.attention.layer_norm_rms_epsilon")
        vocabulary = file.tensors["token_embd.weight"]?.rows ?? 0
        guard heads % keyHeads == 0 else {
            throw LanguageModelError("the model's \(heads) heads cannot be grouped over \(keyHeads) key heads")
        }
        guard embedding % 32 == 0, feed % 32 == 0, head % 16 == 0, heads * head % 32 == 0 else {
            throw LanguageModelError(
                "the model's rows of \(embedding), \(feed) and \(heads) times \(head) numbers are not supported; expected multiples of 32")
        }
        let rotated = try file.integer("llama.rope.dimension_count", in: 1...1024, otherwise: head)
        let valueHead = try file.integer("llama.attention.value_length", in: 1...1024, otherwise: head)
        guard rotated == head, valueHead == head else {
            throw LanguageModelError(
                "the model turns \(rotated) of \(head) numbers a head and has values of \(valueHead), which is not supported")
        }
        let base = try file.positive("llama.rope.freq_base", otherwise: 10_000)
        frequencies = (0..<head / 2).map { [head] in pow(base, -2 * Double($0) / Double(head)) }
    }
}

/// A file's tensors as they are asked for, so that one that nobody asked for is noticed.
private struct TensorList {
    private let file: GGUFFile
    private var asked: Set<String> = []

    init(_ file: GGUFFile) { self.file = file }

    private mutating func tensor(_ name: String, columns: Int, rows: Int) throws -> GGUFFile.Tensor {
        guard let tensor = file.tensors[name] else { throw LanguageModelError("the model file has no tensor “\(name)”") }
        guard tensor.columns == columns, tensor.rows == rows, tensor.dimensions <= 2 else {
            throw LanguageModelError(
                "the tensor “\(name)” has \(tensor.rows) rows of \(tensor.columns); expected \(rows) of \(columns)")
        }
        asked.insert(name)
        return tensor
    }

    mutating func matrix(_ name: String, columns: Int, rows: Int) throws -> lm_matrix {
        let tensor = try tensor(name, columns: columns, rows: rows)
        guard let start = file.file.bytes.baseAddress else { throw LanguageModelError("the model file is empty") }
        return lm_matrix(
            data: (start + tensor.offset).assumingMemoryBound(to: UInt8.self), row_bytes: tensor.rowBytes, rows: UInt32(rows),
            columns: UInt32(columns), type: tensor.type.rawValue)
    }

    mutating func vector(_ name: String, count: Int) throws -> [Float] {
        let tensor = try tensor(name, columns: count, rows: 1)
        return tensor.type.numbers(file.row(0, of: tensor))
    }

    /// A tensor that is left over would have a part in the network that is not known here.
    func refuseOthers() throws {
        if let other = file.tensors.keys.filter({ !asked.contains($0) }).min() {
            throw LanguageModelError("the model has a tensor “\(other.shown)”, which a plain llama network has not")
        }
    }
}
