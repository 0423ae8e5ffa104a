import Foundation
import Kernels
import LanguageModel
import Testing

/// A llama network small enough to be computed in double precision by plain loops, with random weights of any type.
struct TinyModel {
    static let (layers, embedding, feed, heads, keyHeads, head) = (2, 256, 512, 4, 2, 64)
    /// The names of the control tokens, before the bytes.
    static let controls = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    static let merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "Ġ Ġ", "i m"]
    static let template = "{% for m in messages %}<|im_start|>{{ m }}<|im_end|>{% endfor %}"

    var writer = GGUFWriter()

    /// One of each type, made once.
    static let made = Dictionary(uniqueKeysWithValues: TensorType.allCases.map { ($0, TinyModel($0)) })
    /// The one with weights of a type.
    static func of(_ type: TensorType = .q4_1) throws -> TinyModel { try #require(made[type]) }

    /// The 256 characters that stand for bytes.
    static let alphabet: [Character] = {
        var next: UInt32 = 0x100
        return (0..<256).map { (byte: UInt32) in
            if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte) {
                return Character(Unicode.Scalar(UInt8(byte)))
            }
            defer { next += 1 }
            return Unicode.Scalar(next).map(Character.init) ?? "?"
        }
    }()

    static var tokens: [String] { controls + alphabet.map(String.init) + merges.map { $0.replacing(" ", with: "") } }

    private init(_ type: TensorType, seed: UInt64 = 1) {
        writer.set("general.architecture", "llama")
        for (key, number) in [
            ("block_count", Self.layers), ("embedding_length", Self.embedding), ("feed_forward_length", Self.feed),
            ("attention.head_count", Self.heads), ("attention.head_count_kv", Self.keyHeads), ("context_length", 128),
            ("rope.dimension_count", Self.head),
        ] { writer.set("llama." + key, number) }
        writer.set("llama.attention.layer_norm_rms_epsilon", Float(1e-5))
        writer.set("llama.rope.freq_base", Float(10_000))
        writer.set("tokenizer.ggml.model", "gpt2")
        writer.set("tokenizer.ggml.pre", "smollm")
        writer.set("tokenizer.ggml.tokens", Self.tokens)
        writer.set("tokenizer.ggml.token_type", Self.tokens.indices.map { $0 < Self.controls.count ? Int32(3) : 1 })
        writer.set("tokenizer.ggml.merges", Self.merges)
        writer.set("tokenizer.ggml.eos_token_id", 2)
        writer.set("tokenizer.chat_template", Self.template)
        var stream = RandomStream(seed: seed, purpose: "tiny")
        func matrix(_ name: String, _ columns: Int, _ rows: Int, scale: Double = 1) {
            writer.add(name, [columns, rows], type: type.rawValue, Self.weights(type, count: columns * rows, scale, &stream))
        }
        func norm(_ name: String) {
            let numbers = (0..<Self.embedding).map { _ in Float(1 + 0.1 * stream.normal()) }
            writer.add(name, [Self.embedding], type: 0, numbers.flatMap { GGUFWriter.little($0.bitPattern) })
        }
        matrix("token_embd.weight", Self.embedding, Self.tokens.count)
        for layer in 0..<Self.layers {
            let prefix = "blk.\(layer)."
            norm(prefix + "attn_norm.weight")
            matrix(prefix + "attn_q.weight", Self.embedding, Self.heads * Self.head)
            matrix(prefix + "attn_k.weight", Self.embedding, Self.keyHeads * Self.head)
            matrix(prefix + "attn_v.weight", Self.embedding, Self.keyHeads * Self.head)
            matrix(prefix + "attn_output.weight", Self.heads * Self.head, Self.embedding)
            norm(prefix + "ffn_norm.weight")
            matrix(prefix + "ffn_gate.weight", Self.embedding, Self.feed)
            matrix(prefix + "ffn_up.weight", Self.embedding, Self.feed)
            matrix(prefix + "ffn_down.weight", Self.feed, Self.embedding)
        }
        norm("output_norm.weight")
    }

    /// Random blocks of a type with weights of about 0.06.
    static func weights(_ type: TensorType, count: Int, _ scale: Double, _ stream: inout RandomStream) -> [UInt8] {
        func half(_ value: Double) -> [UInt8] { GGUFWriter.little(halfBits(Float(value))) }
        var words = [UInt64](repeating: 0, count: 32)
        func bytes(_ count: Int) -> [UInt8] {
            words.withUnsafeMutableBufferPointer { stream.bits(into: $0) }
            return words.withUnsafeBytes { Array($0.prefix(count)) }
        }
        var result: [UInt8] = []
        for _ in 0..<count / type.block.weights {
            let d = 0.01 * (1 + 0.2 * stream.normal())
            switch type {
            case .f32: result += GGUFWriter.little(Float(0.06 * stream.normal()).bitPattern)
            case .f16: result += half(0.06 * stream.normal())
            case .bf16: result += GGUFWriter.little(UInt16(Float(0.06 * stream.normal()).bitPattern >> 16))
            case .q4_0: result += half(d) + bytes(16)
            case .q4_1: result += half(d) + half(-8 * d) + bytes(16)
            case .q5_0: result += half(d / 2) + bytes(20)
            case .q5_1: result += half(d / 2) + half(-8 * d) + bytes(20)
            case .q8_0: result += half(d / 16) + bytes(32)
            case .q4_K: result += half(d / 40) + half(d / 5) + bytes(140)
            case .q5_K: result += half(d / 80) + half(d / 5) + bytes(172)
            case .q6_K: result += bytes(192) + bytes(16) + half(d / 200)
            }
        }
        return result
    }

    /// The bits of the half-precision number nearest to zero of two that enclose a normal one.
    static func halfBits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let exponent = Int(bits >> 23 & 0xFF) - 112
        guard exponent > 0 else { return UInt16(bits >> 31) << 15 }
        return UInt16(bits >> 31) << 15 | UInt16(min(exponent, 30)) << 10 | UInt16(bits >> 13 & 0x3FF)
    }

    // MARK: The same network by plain loops

    /// The logits after each token, in double precision over the dequantised weights.
    func logits(_ ids: [Int]) -> [[Double]] {
        func numbers(_ name: String) -> [Double] {
            guard let tensor = writer.tensors.first(where: { $0.name == name }), let type = TensorType(rawValue: Int32(tensor.type)) else {
                return []
            }
            return type.numbers(tensor.data).map(Double.init)
        }
        func product(_ matrix: [Double], _ x: [Double]) -> [Double] {
            matrix.withUnsafeBufferPointer { matrix in
                x.withUnsafeBufferPointer { x in
                    (0..<matrix.count / x.count).map { row in
                        Vector.dot(UnsafeBufferPointer(rebasing: matrix[row * x.count..<(row + 1) * x.count]), x)
                    }
                }
            }
        }
        func normed(_ x: [Double], _ weight: [Double]) -> [Double] {
            let scale = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + Double(Float(1e-5))).squareRoot()
            return zip(x, weight).map { $0 * scale * $1 }
        }
        func turned(_ x: [Double], _ position: Int) -> [Double] {
            var x = x
            for pair in stride(from: 0, to: x.count, by: 2) {
                let angle = Double(position) * Foundation.pow(10_000, -Double(pair % Self.head) / Double(Self.head))
                let (a, b) = (x[pair], x[pair + 1])
                x[pair] = a * Foundation.cos(angle) - b * Foundation.sin(angle)
                x[pair + 1] = a * Foundation.sin(angle) + b * Foundation.cos(angle)
            }
            return x
        }
        let embeddings = numbers("token_embd.weight")
        var streams = ids.map { Array(embeddings[$0 * Self.embedding..<($0 + 1) * Self.embedding]) }
        for layer in 0..<Self.layers {
            func part(_ name: String) -> [Double] { numbers("blk.\(layer).\(name).weight") }
            let inputs = streams.map { normed($0, part("attn_norm")) }
            let (wq, wk, wv, wo) = (part("attn_q"), part("attn_k"), part("attn_v"), part("attn_output"))
            let queries = inputs.enumerated().map { turned(product(wq, $1), $0) }
            let keys = inputs.enumerated().map { turned(product(wk, $1), $0) }
            let values = inputs.map { product(wv, $0) }
            for i in ids.indices {
                var attended: [Double] = []
                for h in 0..<Self.heads {
                    let start = h / (Self.heads / Self.keyHeads) * Self.head
                    let scores = (0...i).map { j in
                        (0..<Self.head).reduce(0.0) { $0 + queries[i][h * Self.head + $1] * keys[j][start + $1] } / 8
                    }
                    let weights = scores.map { Foundation.exp($0 - (scores.max() ?? 0)) }
                    let total = weights.reduce(0, +)
                    for d in 0..<Self.head { attended.append((0...i).reduce(0.0) { $0 + weights[$1] * values[$1][start + d] } / total) }
                }
                streams[i] = zip(streams[i], product(wo, attended)).map(+)
            }
            let (norm, gate, up, down) = (part("ffn_norm"), part("ffn_gate"), part("ffn_up"), part("ffn_down"))
            for i in ids.indices {
                let input = normed(streams[i], norm)
                let fed = zip(product(gate, input), product(up, input)).map { $0 / (1 + Foundation.exp(-$0)) * $1 }
                streams[i] = zip(streams[i], product(down, fed)).map(+)
            }
        }
        let norm = numbers("output_norm.weight")
        return streams.map { product(embeddings, normed($0, norm)) }
    }
}
