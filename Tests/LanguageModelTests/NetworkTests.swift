import Kernels
import LanguageModel
import Testing

@Suite struct NetworkTests {
    static let text = [
        1, 70, 120, 7, 7, 200, 33, 260, 2, 1, 99, 150, 151, 152, 3, 4, 5, 6, 90, 91, 92, 93, 94, 95, 96, 97, 98, 40, 41, 42, 43, 44, 45, 46,
    ]

    @Test(arguments: TensorType.allCases) func `every type of weights gives the network that plain loops give`(type: TensorType) throws {
        let tiny = try TinyModel.of(type)
        try withFile(tiny.writer.bytes) { path in
            let model = try LlamaModel(path: path)
            let text = Array(Self.text.prefix(7))
            let wanted = tiny.logits(text)
            var greatest = 0.0
            // Single precision over sums of 512 products, or activations of 16 bits; the logits are of size 1.
            for (isExact, limit) in [(true, 1e-4), (false, 2e-3)] {
                let context = try LlamaContext(model, threads: 2, isExact: isExact)
                greatest = 0
                _ = try context.readAll(text) { position, logits in
                    for (got, want) in zip(logits, wanted[position]) { greatest = max(greatest, abs(Double(got) - want)) }
                }
                #expect(greatest < limit, "\(type.name): off by \(greatest)")
            }
            #expect(wanted[5].contains { abs($0) > 0.5 })
        }
    }

    @Test(arguments: TensorType.allCases) func `every type has the same bits on every instruction set and number of threads`(
        type: TensorType
    ) throws {
        try withFile(TinyModel.of(type).writer.bytes) { path in
            let model = try LlamaModel(path: path)
            for isExact in [true, false] {
                var first: [Float]?
                for name in availableInstructionSets {
                    for threads in 1...4 {
                        let context = try LlamaContext(model, threads: threads, instructionSet: name, isExact: isExact)
                        let logits = try #require(try context.read(Self.text))
                        #expect(logits == first ?? logits, "\(name) with \(threads) threads")
                        first = logits
                    }
                }
            }
        }
    }

    @Test(arguments: TensorType.allCases, [true, false])
    func `reading at once, token by token, or on top of what is shared gives the same bits`(type: TensorType, isExact: Bool) throws {
        try withFile(TinyModel.of(type).writer.bytes) { path in
            let model = try LlamaModel(path: path)
            let once = try #require(try LlamaContext(model, isExact: isExact).read(Self.text))
            let context = try LlamaContext(model, isExact: !isExact)
            _ = try context.read(Self.text)
            // What was read otherwise is of no use.
            context.isExact = isExact
            #expect(context.ids.isEmpty)
            var logits: [Float] = []
            for id in Self.text { logits = try context.read(next: id) }
            #expect(logits == once)
            // Another text in between, with the same beginning.
            _ = try context.read(Array(Self.text.prefix(9)) + [5, 5, 5])
            #expect(context.ids.count == 12)
            #expect(try context.read(Self.text) == once)
            #expect(try context.read(Self.text) == once)
            #expect(context.ids == Self.text)
        }
    }

    @Test func `a stop between passes keeps what was read`() throws {
        try withFile(TinyModel.of().writer.bytes) { path in
            let model = try LlamaModel(path: path)
            let context = try LlamaContext(model)
            var asked = 0
            let logits = try context.read(Self.text) {
                asked += 1
                return asked == 2
            }
            #expect(logits == nil)
            #expect(context.ids == Array(Self.text.prefix(32)))
            #expect(try context.read(Self.text) == LlamaContext(model).read(Self.text))
        }
    }

    @Test func `what does not fit is refused`() throws {
        try withFile(TinyModel.of().writer.bytes) { path in
            let model = try LlamaModel(path: path)
            let context = try LlamaContext(model, capacity: 8)
            #expect(throws: LanguageModelError.self) { try context.read([]) }
            #expect(throws: LanguageModelError.self) { try context.read(Array(repeating: 5, count: 9)) }
            #expect(throws: LanguageModelError.self) { try context.read([1, TinyModel.tokens.count]) }
            #expect(throws: LanguageModelError.self) { try context.read([-1]) }
            for _ in 0..<8 { _ = try context.read(next: 5) }
            let error = #expect(throws: LanguageModelError.self) { try context.read(next: 5) }
            #expect(error?.description == "the context of 8 tokens is full")
        }
    }
}
