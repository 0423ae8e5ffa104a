import CLanguageModel
import Kernels
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

    @Test func `numbers are shortened to the nearest of 16 bits, and what is none leaves no number behind`() throws {
        var blocks: [[Float]] = [
            [Float](repeating: 0, count: 32),
            // A scale of exactly 1: ties go to the even number.
            [32767, -32767, 0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997] + [Float](repeating: 3, count: 24),
            [Float](repeating: 1e-31, count: 32), (0..<32).map { Float($0) * -0.37 + 4 },
            [3e38] + [Float](repeating: -1e38, count: 31),
        ]
        for odd in [Float.nan, .infinity, -.infinity] { blocks.append([1, odd] + [Float](repeating: 2, count: 30)) }
        for name in availableInstructionSets {
            let path = try #require(lm_path_named(name)).pointee
            var whole = [Int16](repeating: 7, count: 32 * blocks.count + 1)
            var scales = [Float](repeating: 7, count: 3 * blocks.count)
            path.shorten(blocks.flatMap { $0 }, 32 * blocks.count, &whole, &scales, 3)
            #expect(whole.last == 7)
            for (b, block) in blocks.enumerated() {
                let (scale, numbers) = (scales[3 * b], whole[32 * b..<32 * b + 32])
                guard block.allSatisfy(\.isFinite) else {
                    #expect(scale.isNaN, "\(name) \(b)")
                    continue
                }
                let greatest = block.map(abs).max() ?? 0
                #expect(scale == (greatest > 1e-30 ? greatest / 32767 : 0), "\(name) \(b)")
                let wanted = block.map { greatest > 1e-30 ? Int16(($0 * (32767 / greatest)).rounded(.toNearestOrEven)) : 0 }
                #expect(Array(numbers) == wanted, "\(name) \(b)")
            }
        }
    }
}
