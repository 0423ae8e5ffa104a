/// A key as pressed, with the modifiers that terminals can tell.
public struct Key: Hashable, Sendable {
    /// Which key.
    public enum Code: Hashable, Sendable {
        /// A key that types something; capitals are their own characters, without `shift`.
        case character(Character)
        case enter, tab, backspace, delete, insert, escape
        case up, down, left, right, home, end, pageUp, pageDown
        /// F1 to F24.
        case function(Int)
    }

    /// Keys held down with it.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Modifiers by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Shift, told for keys that type nothing.
        public static let shift = Modifiers(rawValue: 1)
        /// Alt, Option or Meta.
        public static let alt = Modifiers(rawValue: 2)
        /// Control.
        public static let control = Modifiers(rawValue: 4)
    }

    /// Which key.
    public var code: Code
    /// Keys held down with it.
    public var modifiers: Modifiers

    /// A key with modifiers.
    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// The key that types a character.
    public init(_ character: Character) { self.init(.character(character)) }

    /// The character it types when nothing but Shift is held.
    public var typed: Character? {
        guard case .character(let character) = code, modifiers.isSubset(of: .shift) else { return nil }
        return character
    }
}

extension Key: CustomStringConvertible, ExpressibleByStringLiteral {
    private static let names: [(Code, String)] = [
        (.enter, "Enter"), (.tab, "Tab"), (.backspace, "Backspace"), (.delete, "Delete"), (.insert, "Insert"), (.escape, "Escape"),
        (.up, "Up"), (.down, "Down"), (.left, "Left"), (.right, "Right"), (.home, "Home"), (.end, "End"), (.pageUp, "PageUp"),
        (.pageDown, "PageDown"), (.character(" "), "Space"),
    ]

    /// The key's written form: `a`, `Space`, `Shift-Left`, `Ctrl-L`, `Alt-x`, `F5`.
    public var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "Ctrl-" }
        if modifiers.contains(.alt) { text += "Alt-" }
        if modifiers.contains(.shift) { text += "Shift-" }
        switch code {
        case .function(let number): return text + "F\(number)"
        case .character(let character) where character != " ":
            return text + (modifiers.contains(.control) ? character.uppercased() : String(character))
        default: return text + (Self.names.first { $0.0 == code }?.1 ?? "?")
        }
    }

    /// Reads a key's written form, as in a settings file; nil when it is none.
    public init?(written text: String) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        while true {
            if rest.count > 5, rest.lowercased().hasPrefix("ctrl-") {
                modifiers.insert(.control)
                rest = rest.dropFirst(5)
            } else if rest.count > 4, rest.lowercased().hasPrefix("alt-") {
                modifiers.insert(.alt)
                rest = rest.dropFirst(4)
            } else if rest.count > 6, rest.lowercased().hasPrefix("shift-") {
                modifiers.insert(.shift)
                rest = rest.dropFirst(6)
            } else {
                break
            }
        }
        if let named = Self.names.first(where: { $0.1.lowercased() == rest.lowercased() }) {
            self.init(named.0, modifiers)
        } else if rest.count == 1, let character = rest.first {
            let plain = modifiers.contains(.control) ? Character(character.lowercased()) : character
            self.init(.character(plain), modifiers)
        } else if rest.first == "F" || rest.first == "f", let number = Int(rest.dropFirst()), (1...24).contains(number) {
            self.init(.function(number), modifiers)
        } else {
            return nil
        }
    }

    /// A key by its written form; the program's own key tables only, since a wrong form stops it.
    public init(stringLiteral text: String) {
        guard let key = Key(written: text) else { preconditionFailure("“\(text)” is not a key") }
        self = key
    }
}
