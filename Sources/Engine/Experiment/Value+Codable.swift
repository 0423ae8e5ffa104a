extension Value: Codable {
    /// Reads a JSON number, string or boolean.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let on = try? container.decode(Bool.self) {
            self = .flag(on)
        } else if let n = try? container.decode(Int.self) {
            self = .integer(n)
        } else if let x = try? container.decode(Double.self) {
            self = .real(x)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Writes a JSON number, string or boolean; numbers that are not finite as text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .real(let x): if x.isFinite { try container.encode(x) } else { try container.encode(x.description) }
        case .integer(let n): try container.encode(n)
        case .text(let text): try container.encode(text)
        case .flag(let on): try container.encode(on)
        }
    }
}
