/// A model file in the safetensors format, mapped into memory.
///
/// Eight bytes with the length of a JSON header, the header, the numbers. Everything that the header says is checked against the file
/// before it is used. Source: huggingface/safetensors, "Format" (2022-2025).
public struct SafetensorsFile: Sendable {
    /// One array of numbers.
    struct Tensor: Sendable, Hashable {
        var type: TensorType
        /// Its dimensions, the last one running fastest.
        var shape: [Int]
        /// Where it begins in the file.
        var offset: Int
    }

    let file: MappedFile
    let tensors: [String: Tensor]

    /// The longest header accepted.
    private static let longestHeader = 10_000_000

    /// Opens a file and reads its header; arrays of whole numbers are passed over.
    ///
    /// - Throws: `LanguageModelError` saying what is wrong with it.
    public init(path: String) throws {
        file = try MappedFile(path: path)
        let bytes = file.bytes
        guard bytes.count >= 8 else { throw LanguageModelError("the model file has \(bytes.count) bytes, too few for a safetensors file") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
        guard length >= 2, length <= UInt64(min(bytes.count - 8, Self.longestHeader)) else {
            throw LanguageModelError("the model file claims a header of \(length) bytes; expected a safetensors file")
        }
        let start = 8 + Int(length)
        guard case .object(let members)? = try? JSONReader.parse(Array(bytes[8..<start])[...]) else {
            throw LanguageModelError("the model file's header is not JSON; expected a safetensors file")
        }
        var tensors: [String: Tensor] = [:]
        for (name, value) in members where name != "__metadata__" {
            func broken(_ what: String) -> LanguageModelError { LanguageModelError("the tensor “\(name.shown)” \(what)") }
            let type: TensorType
            switch value["dtype"]?.string {
            case "F32": type = .f32
            case "F16": type = .f16
            case "BF16": type = .bf16
            case "I64", "I32", "I16", "I8", "U8", "BOOL": continue
            default: throw broken("is of the unknown type “\((value["dtype"]?.string ?? "none").shown)”")
            }
            let shape = (value["shape"]?.elements ?? []).map { $0.integer ?? -1 }
            let ends = (value["data_offsets"]?.elements ?? []).map { $0.integer ?? -1 }
            guard (1...4).contains(shape.count), shape.allSatisfy({ $0 >= 1 && $0 <= 1 << 31 }) else { throw broken("has no usable shape") }
            var count = type == .f32 ? 4 : 2
            for length in shape {
                let (product, overflow) = count.multipliedReportingOverflow(by: length)
                guard !overflow, product <= bytes.count else { throw broken("is larger than the file") }
                count = product
            }
            guard ends.count == 2, ends[0] >= 0, ends[1] >= ends[0], ends[1] - ends[0] == count, ends[1] <= bytes.count - start else {
                throw broken("does not lie within the file")
            }
            tensors[name] = Tensor(type: type, shape: shape, offset: start + ends[0])
        }
        self.tensors = tensors
    }
}
