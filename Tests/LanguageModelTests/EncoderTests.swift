import Foundation
import Kernels
import ReferenceModel
import Testing

@testable import LanguageModel

/// Word pieces without the model, and files that are broken.
@Suite struct WordPieceTests {
    private func tokenizer() throws -> WordPieceTokenizer {
        try WordPieceTokenizer(vocabulary: Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##able\n##aff\n##a\ncafe\n.\n北\nx\n".utf8))
    }

    @Test func `the longest piece from the start is taken, and what cannot be cut is unknown`() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.count == 12)
        #expect(tokenizer.encode("unaffable", limit: 10) == [2, 4, 6, 5, 3])
        #expect(tokenizer.encode("una", limit: 10) == [2, 4, 7, 3])
        #expect(tokenizer.encode("unb x", limit: 10) == [2, 1, 11, 3])
        #expect(tokenizer.encode("Café.北北", limit: 10) == [2, 8, 9, 10, 10, 3])
        #expect(tokenizer.encode("cafe\u{301}\u{AD}", limit: 10) == [2, 8, 3])
        #expect(tokenizer.encode("", limit: 10) == [2, 3])
        #expect(tokenizer.encode("x x x x", limit: 4) == [2, 11, 11, 3])
        #expect(tokenizer.encode(String(repeating: "x", count: 101), limit: 10) == [2, 1, 3])
    }

    @Test func `a vocabulary without its special pieces is refused`() {
        #expect(throws: LanguageModelError.self) { try WordPieceTokenizer(vocabulary: Array("a\nb\n".utf8)) }
        #expect(throws: LanguageModelError.self) { try WordPieceTokenizer(vocabulary: [UInt8]()) }
    }
}

@Suite struct SafetensorsTests {
    private func refusal(_ bytes: [UInt8]) throws -> String? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("st-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            _ = try SafetensorsFile(path: path)
            return nil
        } catch { return "\(error)" }
    }

    private func file(_ header: String, _ data: Int = 128) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + [UInt8](repeating: 0, count: data)
    }

    @Test func `a header is checked against the file before it is used`() throws {
        #expect(try refusal(file(#"{"a":{"dtype":"F32","shape":[32],"data_offsets":[0,128]},"__metadata__":{"format":"pt"}}"#)) == nil)
        #expect(try refusal([1, 2])?.contains("too few") == true)
        #expect(try refusal([255, 255, 255, 255, 255, 255, 255, 255, 1])?.contains("claims a header") == true)
        #expect(try refusal(file("{ "))?.contains("not JSON") == true)
        for entry in [
            #"{"dtype":"F32","shape":[32],"data_offsets":[0,124]}"#, #"{"dtype":"F32","shape":[33],"data_offsets":[0,132]}"#,
            #"{"dtype":"F32","shape":[32],"data_offsets":[-4,124]}"#, #"{"dtype":"F32","shape":[32],"data_offsets":[128,0]}"#,
            #"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,128]}"#,
            #"{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#,
            #"{"dtype":"F8","shape":[128],"data_offsets":[0,128]}"#, #"{"shape":[32],"data_offsets":[0,128]}"#, "[]", "7",
            #"{"dtype":"F32","shape":[],"data_offsets":[0,128]}"#, #"{"dtype":"F32","shape":[32]}"#,
        ] {
            #expect(try refusal(file("{\"a\":\(entry)}"))?.contains("tensor “a”") == true, "\(entry)")
        }
    }

    @Test func `a file cut or changed anywhere is read or refused`() throws {
        let whole = file(#"{"a":{"dtype":"F32","shape":[4,8],"data_offsets":[0,128]}}"#)
        for length in stride(from: 0, to: whole.count, by: 5) { #expect(try refusal(Array(whole[..<length])) != nil) }
        for place in 0..<70 {
            for bit in [0, 3, 7] {
                var bytes = whole
                bytes[place] ^= 1 << UInt8(bit)
                _ = try refusal(bytes)
            }
        }
    }

    @Test func `a folder that holds no encoder is refused`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("encoder-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: LanguageModelError.self) { try EncoderModel(folder: folder) }
        func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name)) }
        func refusal(_ config: String) throws -> String {
            try write("config.json", Array(config.utf8))
            do { _ = try EncoderModel(folder: folder) } catch { return "\(error)" }
            return "none"
        }
        #expect(try refusal("x").contains("not JSON"))
        #expect(try refusal(#"{"model_type": "gpt2"}"#).contains("expected bert"))
        let shape = #"{"model_type": "bert", "hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 3, "num_hidden_layers": 1}"#
        #expect(try refusal(shape).contains("not supported"))
        try write("vocab.txt", Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n".utf8))
        try write(
            "model.safetensors", file(#"{"embeddings.position_embeddings.weight":{"dtype":"F32","shape":[1,32],"data_offsets":[0,128]}}"#))
        #expect(try refusal(shape.replacingOccurrences(of: ": 3", with: ": 2")).contains("expected 1 x 64"))
    }
}

/// all-MiniLM-L6-v2 against Hugging Face's tokenizers and transformers in double precision: Tests/References/language/embedding.py.
@Suite(.enabled(if: ReferenceEncoder.isWanted, Comment(rawValue: ReferenceEncoder.advice))) struct EncoderTests {
    struct Reference: Decodable {
        struct Row: Decodable {
            var text: String
            var ids: [Int]
            var vector: [Double]
        }
        var rows: [Row]
    }

    static let reference = Result { () throws -> Reference in
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("References/language/embedding.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
    static let model = Result { try EncoderModel(folder: ReferenceEncoder.folder()) }

    @Test func `token ids are those of the reference`() throws {
        let tokenizer = try Self.model.get().tokenizer
        for row in try Self.reference.get().rows { #expect(tokenizer.encode(row.text, limit: 256) == row.ids, "\(row.text.prefix(40))") }
    }

    @Test func `vectors are those of the reference`() throws {
        let rows = try Self.reference.get().rows
        let vectors = try #require(try Self.model.get().vectors(of: rows.map(\.text)))
        for (row, vector) in zip(rows, vectors) {
            let worst = zip(vector, row.vector).map { abs(Double($0) - $1) }.max() ?? 1
            // Single against double precision through six layers; measured 3e-7.
            #expect(vector.count == 384 && worst < 2e-6, "\(worst) for \(row.text.prefix(40))")
        }
    }

    @Test func `every instruction set gives the same bits, whatever stands beside a text`() throws {
        let model = try Self.model.get()
        let texts = try Self.reference.get().rows.map(\.text)
        let here = try #require(try model.vectors(of: texts))
        for name in availableInstructionSets { #expect(try model.vectors(of: texts, instructionSet: name) == here, "\(name)") }
        #expect(try model.vectors(of: [texts[2]]) == [here[2]])
        #expect(try model.vectors(of: texts, isStopped: { true }) == nil)
        #expect(throws: LanguageModelError.self) { try model.vectors(of: texts, instructionSet: "none") }
    }
}
