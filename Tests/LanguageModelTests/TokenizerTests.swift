import LanguageModel
import Testing

@Suite struct TokenizerTests {
    private func tokenizer(_ change: (inout GGUFWriter) -> Void = { _ in }) throws -> BytePairTokenizer {
        var tiny = try TinyModel.of()
        change(&tiny.writer)
        return try withFile(tiny.writer.bytes) { try BytePairTokenizer(GGUFFile(path: $0)) }
    }

    private func texts(_ text: String, parsesSpecial: Bool = false) throws -> [String] {
        let tokenizer = try tokenizer()
        return tokenizer.encode(text, parsesSpecial: parsesSpecial).map(tokenizer.text)
    }

    @Test func `pairs are joined in the order they were learned, within words`() throws {
        #expect(try texts("hello") == ["hello"])
        #expect(try texts("hellhe world") == ["hell", "he", " w", "o", "r", "l", "d"])
        #expect(try texts("lll") == ["ll", "l"])
        #expect(try texts("he'll") == ["he", "'", "ll"])
        #expect(try texts("    x") == ["  ", " ", " ", "x"])
        #expect(try texts("h 1e") == ["h", " ", "1", "e"])
    }

    @Test func `every byte has its token and comes back`() throws {
        let tokenizer = try tokenizer()
        let text = String((0..<0x2FF).compactMap(Unicode.Scalar.init).map(Character.init)) + "北京🌍"
        #expect(Array(tokenizer.decode(tokenizer.encode(text)).unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test func `control tokens are parsed only where that is wanted`() throws {
        #expect(try texts("a<|im_end|>") != ["a", "<|im_end|>"])
        #expect(try texts("a<|im_end|>", parsesSpecial: true) == ["a", "<|im_end|>"])
        let tokenizer = try tokenizer()
        #expect(tokenizer.decode([2, 100, 1]) == tokenizer.text(of: 100))
        #expect(tokenizer.ends == [0, 2])
    }

    @Test func `a word of a hundred thousand letters takes no quadratic time, and a limit stops early`() throws {
        let tokenizer = try tokenizer()
        let ids = tokenizer.encode(String(repeating: "hello", count: 20_000))
        #expect(ids.count == 20_000)
        #expect(tokenizer.encode(String(repeating: "hello ", count: 20_000), limit: 10).count < 20)
    }

    @Test func `what is unsupported or broken is refused by name`() throws {
        func refusal(_ change: (inout GGUFWriter) -> Void) -> String {
            do { _ = try tokenizer(change) } catch { return "\(error)" }
            return "none"
        }
        #expect(refusal { $0.set("tokenizer.ggml.model", "llama") }.contains("“llama”"))
        #expect(refusal { $0.set("tokenizer.ggml.pre", "qwen2") }.contains("“qwen2”"))
        #expect(refusal { $0.set("tokenizer.ggml.merges", ["h e", "h q"]) }.contains("merge 1"))
        #expect(refusal { $0.set("tokenizer.ggml.merges", ["he"]) }.contains("merge 0"))
        #expect(refusal { $0.set("tokenizer.ggml.eos_token_id", 5_000) }.contains("eos_token_id"))
        #expect(refusal { $0.set("tokenizer.ggml.token_type", [Int32(1)]) }.contains("types"))
        #expect(refusal { $0.values.removeAll { $0.key == "tokenizer.ggml.tokens" } }.contains("tokenizer.ggml.tokens"))
        let template: (inout GGUFWriter) -> Void = { $0.set("tokenizer.chat_template", "[INST]\u{1b}[2J") }
        var tiny = try TinyModel.of()
        template(&tiny.writer)
        let error = #expect(throws: LanguageModelError.self) {
            try withFile(tiny.writer.bytes) { path in
                let file = try GGUFFile(path: path)
                return try ChatTemplate(file, BytePairTokenizer(file))
            }
        }
        #expect(error?.description.contains("[INST]") == true)
        #expect(error?.description.unicodeScalars.contains("\u{1b}") == false)
    }
}
