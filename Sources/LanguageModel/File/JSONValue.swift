/// Any JSON, for reading what files and servers hold without trusting its shape.
public enum JSONValue: Sendable, Hashable {
    /// null
    case null
    /// true or false
    case flag(Bool)
    /// A number, as a double.
    case number(Double)
    /// A string.
    case text(String)
    /// A list.
    case array([JSONValue])
    /// Members by name.
    case object([String: JSONValue])

    /// The value of a JSON text.
    ///
    /// - Throws: `JSONReader.Broken`.
    public static func parse(_ bytes: some Sequence<UInt8>) throws -> JSONValue { try JSONReader.parse(Array(bytes)[...]) }

    /// A member of an object; nil for other values.
    public subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The elements of an array; nil for other values.
    public var elements: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    /// The text of a string; nil for other values.
    public var string: String? { if case .text(let text) = self { text } else { nil } }
    /// The value of a number; nil for other values.
    public var double: Double? { if case .number(let value) = self { value } else { nil } }
    /// The value of a whole number within ±2^53; nil for other values.
    public var integer: Int? { double.flatMap { abs($0) <= 0x1p53 ? Int(exactly: $0) : nil } }
}
