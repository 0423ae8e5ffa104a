import Foundation
import Kernels
import LanguageModel
import Testing

@Suite struct BrokenFileTests {
    private func refusal(_ bytes: [UInt8]) throws -> String {
        try withFile(bytes) { path in
            do { _ = try LlamaModel(path: path) } catch let error as LanguageModelError { return error.description }
            return "none"
        }
    }

    private func refusal(_ change: (inout GGUFWriter) -> Void) throws -> String {
        var writer = try TinyModel.of().writer
        change(&writer)
        return try refusal(writer.bytes)
    }

    @Test func `what is no model file says so`() throws {
        #expect(try refusal { _ in } == "none")
        #expect(try refusal([]).contains("empty"))
        #expect(try refusal([1, 2, 3]).contains("3 bytes"))
        #expect(try refusal(Array("PK\u{3}\u{4} and more of it".utf8)).contains("GGUF"))
        #expect(throws: LanguageModelError.self) { try LlamaModel(path: "/nowhere/at/all.gguf") }
        #expect(throws: LanguageModelError.self) { try LlamaModel(path: FileManager.default.temporaryDirectory.path) }
    }

    @Test func `a version, architecture, type or tensor that is not supported is named`() throws {
        #expect(try refusal { $0.version = 1 }.contains("version 1"))
        #expect(try refusal { $0.version = 2 } == "none")
        #expect(try refusal { $0.version = UInt32(3).byteSwapped }.contains("big-endian"))
        #expect(try refusal { $0.set("general.architecture", "mamba\u{1b}[2J\n") }.contains("“mamba\u{FFFD}[2J\u{FFFD}”"))
        #expect(try refusal { $0.tensors[0].type = 10 }.contains("Q2_K"))
        #expect(try refusal { $0.tensors[0].type = 77 }.contains("number 77"))
        #expect(try refusal { $0.add("blk.0.attn_q.bias", [256], type: 0, [UInt8](repeating: 0, count: 1024)) }.contains("attn_q.bias"))
        #expect(try refusal { $0.set("llama.rope.scaling.type", "yarn") }.contains("yarn"))
        #expect(try refusal { $0.set("llama.expert_count", 8) }.contains("experts"))
    }

    @Test func `counts and lengths beyond the file are refused before they are used`() throws {
        #expect(try refusal { $0.tensorCount = .max }.contains("tensors"))
        #expect(try refusal { $0.valueCount = .max }.contains("header values"))
        #expect(try refusal { $0.valueCount = 1 << 20 }.contains("header values"))
        #expect(try refusal { $0.set("k", GGUFWriter.little(UInt32(8)) + GGUFWriter.little(UInt64.max)) }.contains("text"))
        let huge = GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(4)) + GGUFWriter.little(UInt64.max / 2)
        #expect(try refusal { $0.set("k", huge) }.contains("list"))
        let nested = GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt64(1))
        #expect(try refusal { $0.set("k", nested) }.contains("kind 9"))
        #expect(try refusal { $0.set("k", GGUFWriter.little(UInt32(13))) }.contains("kind 13"))
        #expect(try refusal { $0.tensors[0].lengths = [1 << 32, 1 << 32, 1 << 32, 1 << 32] }.contains("lie within"))
        #expect(try refusal { $0.tensors[0].lengths = [256, .max] }.contains("dimension"))
        #expect(try refusal { $0.tensors[0].lengths = [] }.contains("0 dimensions"))
        #expect(try refusal { $0.tensors[0].lengths = [0, 5] }.contains("dimension of 0"))
        #expect(try refusal { $0.tensors[0].lengths = [33, 5] }.contains("33"))
        #expect(try refusal { $0.tensors[1].offset = UInt64.max / 32 * 32 }.contains("cut short"))
        #expect(try refusal { $0.tensors[1].offset = 7 }.contains("multiple"))
        #expect(try refusal { $0.set("general.alignment", 3) }.contains("alignment"))
        #expect(try refusal { $0.set("general.alignment", 0) }.contains("alignment"))
    }

    @Test func `a header that contradicts itself or its tensors is refused`() throws {
        #expect(try refusal { $0.values.append($0.values[0]) }.contains("twice"))
        #expect(try refusal { $0.tensors[2].name = $0.tensors[1].name }.contains("twice"))
        #expect(try refusal { $0.set("llama.embedding_length", 128) }.contains("64 of 32"))
        #expect(try refusal { $0.set("llama.embedding_length", "many") }.contains("a text"))
        #expect(try refusal { $0.set("llama.attention.head_count_kv", 3) }.contains("grouped"))
        #expect(try refusal { $0.set("llama.attention.head_count", 0) }.contains("head_count"))
        #expect(try refusal { $0.set("llama.rope.dimension_count", 32) }.contains("32 of 64"))
        #expect(try refusal { $0.set("llama.block_count", 3) }.contains("blk.2"))
        #expect(try refusal { $0.set("llama.block_count", 1) }.contains("blk.1"))
        #expect(try refusal { $0.set("llama.attention.layer_norm_rms_epsilon", Float.nan) }.contains("epsilon"))
        #expect(try refusal { $0.set("tokenizer.ggml.tokens", ["a"]) }.contains("tokens"))
    }

    @Test func `a file cut anywhere is refused`() throws {
        let writer = try TinyModel.of().writer
        let (whole, header) = (writer.bytes, writer.header.count)
        var places = Array(stride(from: 0, to: header, by: 37))
        places += [header - 1, header, header + 1, whole.count / 2, whole.count - 1]
        for place in places { #expect(try refusal(Array(whole.prefix(place))) != "none", "cut at \(place)") }
    }

    @Test func `a file with bytes changed by chance is refused or read, and never more`() throws {
        let writer = try TinyModel.of().writer
        let (whole, header) = (writer.bytes, writer.header.count)
        var stream = RandomStream(seed: 5, purpose: "fuzz")
        var refused = 0
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<1 + stream.integer(below: 3) {
                // Half of the changes hit the first values and the tensors' descriptions, where counts and lengths are.
                let place = stream.integer(below: 2) == 0 ? stream.integer(below: 500) : header - 1 - stream.integer(below: 1500)
                bytes[place] = stream.integer(below: 3) == 0 ? 0xFF : UInt8(truncatingIfNeeded: stream.bits())
            }
            try withFile(bytes) { path in
                do {
                    let model = try LlamaModel(path: path)
                    _ = try LlamaContext(model, capacity: 8, threads: 1).read([1, 2, 3])
                } catch is LanguageModelError { refused += 1 }
            }
        }
        #expect(refused > 100)
    }
}
