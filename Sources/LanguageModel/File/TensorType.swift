import CLanguageModel

/// How a tensor's numbers are stored.
public enum TensorType: Int32, Sendable, Hashable, CaseIterable {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14
    case bf16 = 30

    /// GGUF's names, also those of types that are not read, by number.
    private static let names: [UInt32: String] = [
        0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K",
        13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S",
        22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0",
        35: "TQ2_0", 39: "MXFP4",
    ]

    /// The name of a type by its number, as "Q4_K".
    static func name(_ number: UInt32) -> String { names[number] ?? "number \(number)" }

    /// The name, as "Q4_K".
    public var name: String { Self.name(UInt32(rawValue)) }

    /// How many weights a block holds, and in how many bytes.
    public var block: (weights: Int, bytes: Int) {
        switch self {
        case .f32: (1, 4)
        case .f16, .bf16: (1, 2)
        case .q4_0: (32, 18)
        case .q4_1: (32, 20)
        case .q5_0: (32, 22)
        case .q5_1: (32, 24)
        case .q8_0: (32, 34)
        case .q4_K: (256, 144)
        case .q5_K: (256, 176)
        case .q6_K: (256, 210)
        }
    }

    /// The bytes of a row of that many weights; nil when rows of that length cannot be stored so.
    public func bytes(columns: Int) -> Int? {
        guard columns > 0, columns % block.weights == 0 else { return nil }
        let (bytes, isTooLarge) = (columns / block.weights).multipliedReportingOverflow(by: block.bytes)
        return isTooLarge ? nil : bytes
    }

    /// The numbers that whole blocks stand for.
    ///
    /// - Parameter bytes: rows one after the other; what is left of a last, unfinished block is passed over. For F32, F16 and BF16
    ///   32 numbers are taken as a block.
    public func numbers(_ bytes: [UInt8]) -> [Float] {
        let weights = max(32, block.weights)
        let count = bytes.count / (weights / block.weights * block.bytes) * weights
        guard count > 0, let path = lm_path_named("baseline") else { return [] }
        return [Float](unsafeUninitializedCapacity: count) { buffer, written in
            path.pointee.dequantise(rawValue, bytes, count, buffer.baseAddress)
            written = count
        }
    }
}
