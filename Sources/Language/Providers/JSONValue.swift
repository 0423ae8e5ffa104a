import Foundation

/// Any JSON, for reading what servers send without trusting its shape.
enum JSONValue: Decodable, Sendable, Hashable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value of a JSON text.
    static func parse(_ bytes: some DataProtocol) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// A member of an object; nil for other values.
    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The elements of an array; nil for other values.
    var elements: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    /// The text of a string; nil for other values.
    var string: String? { if case .text(let text) = self { text } else { nil } }
    /// The value of a number; nil for other values.
    var double: Double? { if case .number(let value) = self { value } else { nil } }
    /// The value of a whole number within ±2^53; nil for other values.
    var integer: Int? { double.flatMap { abs($0) <= 0x1p53 ? Int(exactly: $0) : nil } }
}
