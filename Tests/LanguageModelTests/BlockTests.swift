import LanguageModel
import ReferenceModel
import Testing

@Suite struct BlockTests {
    @Test func `blocks of every type are the numbers that gguf reads`() throws {
        let references = try ReferenceModel.references().blocks
        #expect(Set(references.map(\.type)) == Set(TensorType.allCases.map(\.name)))
        for reference in references {
            let type = try #require(TensorType.allCases.first { $0.name == reference.type })
            let digits = Array(reference.bytes)
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
            #expect(type.numbers(bytes).map(Double.init) == reference.numbers, "\(type.name)")
        }
    }

    @Test func `half-precision numbers of every kind are read exactly`() {
        // Zero, the smallest subnormal, the largest subnormal, one, the largest, minus two, infinity.
        let bits: [UInt16] = [0x0000, 0x0001, 0x03FF, 0x3C00, 0x7BFF, 0xC000, 0x7C00]
        let bytes = (bits + [UInt16](repeating: 0x8000, count: 25)).flatMap { GGUFWriter.little($0) }
        let numbers = TensorType.f16.numbers(bytes)
        #expect(Array(numbers.prefix(7)) == [0, 0x1p-24, 0x3FFp-24, 1, 65504, -2, .infinity])
        #expect(numbers[7].sign == .minus && numbers[7] == 0)
    }
}
