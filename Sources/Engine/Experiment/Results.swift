import OrderedCollections

/// One named result's value.
public enum ResultValue: Sendable, Hashable {
    /// A real number; when not finite, JSON has null and a warning says so.
    case number(Double)
    /// A whole number.
    case integer(Int)
    /// Text, and integers too large for a number.
    case text(String)
    /// Yes or no.
    case flag(Bool)
    /// A list of values.
    case array([ResultValue])
    /// Not known, or undefined; a warning says why.
    case none

    /// A list of real numbers.
    public static func numbers(_ values: some Sequence<Double>) -> ResultValue { .array(values.map { .number($0) }) }
    /// A list of whole numbers.
    public static func integers(_ values: some Sequence<Int>) -> ResultValue { .array(values.map { .integer($0) }) }
    /// A number, or nothing where it is NaN: infinite numbers say something, NaN says only that nothing is known.
    public static func known(_ value: Double) -> ResultValue { value.isNaN ? .none : .number(value) }
    /// A number, or nothing.
    public static func optional(_ value: Double?) -> ResultValue { value.map { .number($0) } ?? .none }
}

/// An experiment's named results, in order, with the warnings that belong to them.
public struct Results: Sendable, Hashable {
    /// The values by name, in the card's order.
    public var values: OrderedDictionary<String, ResultValue>
    /// Sentences about what the numbers cannot say for themselves: "3 rows with missing cells were left out".
    public var warnings: [String]
    /// The units, by name, of values that a parameter has put into another unit than the card's.
    public var units: [String: String] = [:]

    /// Results.
    public init(_ values: OrderedDictionary<String, ResultValue> = [:], warnings: [String] = []) {
        self.values = values
        self.warnings = warnings
    }

    /// The unit that a result's value is in; empty for none.
    public func unit(of card: ResultCard) -> String { units[card.name] ?? card.unit }

    /// The value under a name; nil when there is none.
    public subscript(name: String) -> ResultValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The number under a name, when it is one.
    public func number(_ name: String) -> Double? {
        switch values[name] {
        case .number(let x): x
        case .integer(let n): Double(n)
        default: nil
        }
    }

    /// The numbers under a name, when it is a list of numbers.
    public func numbers(_ name: String) -> [Double]? {
        guard case .array(let items) = values[name] else { return nil }
        return items.map {
            switch $0 {
            case .number(let x): x
            case .integer(let n): Double(n)
            default: .nan
            }
        }
    }

    /// The text under a name, when it is one.
    public func text(_ name: String) -> String? {
        guard case .text(let text) = values[name] else { return nil }
        return text
    }
}
