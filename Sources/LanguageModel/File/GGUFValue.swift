/// A value in a GGUF file's header.
public enum GGUFValue: Sendable, Hashable {
    /// A whole number of any width.
    case integer(Int)
    /// A whole number beyond `Int.max`.
    case large(UInt64)
    /// A 32- or 64-bit number.
    case real(Double)
    case flag(Bool)
    case text(String)
    /// Whole numbers, flags and reals as they are; texts as ranges of the file.
    case list(GGUFList)

    /// What kind it is, for sentences.
    var kind: String {
        switch self {
        case .integer, .large: "a whole number"
        case .real: "a number"
        case .flag: "a flag"
        case .text: "a text"
        case .list: "a list"
        }
    }
}

/// A list in a GGUF file's header, kept as where it lies.
public struct GGUFList: Sendable, Hashable {
    /// GGUF's number of the elements' kind: 8 for texts.
    public let kind: UInt32
    /// How many elements it has.
    public let count: Int
    /// Where the first begins in the file.
    let offset: Int
}
