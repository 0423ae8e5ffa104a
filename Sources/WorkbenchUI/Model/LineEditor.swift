import Terminal

/// A line of text being typed, with its cursor.
public struct LineEditor: Sendable, Hashable {
    /// The characters.
    public private(set) var characters: [Character]
    /// Where the next character goes, `0...characters.count`.
    public private(set) var cursor: Int
    /// Whether the whole line is selected: the first character typed takes its place, any other key goes on with it.
    public private(set) var isSelected: Bool

    /// A line with the cursor at its end.
    public init(_ text: String = "", isSelected: Bool = false) {
        characters = Array(text)
        cursor = characters.count
        self.isSelected = isSelected && !text.isEmpty
    }

    /// The text.
    public var text: String { String(characters) }
    /// The text before the cursor.
    public var head: String { String(characters[..<cursor]) }

    /// Takes text in at the cursor; combining marks join the character before them.
    public mutating func insert(_ text: String) {
        if isSelected { self = LineEditor() }
        let before = String(characters[..<cursor]) + text
        let head = Array(before)
        characters = Array(before + String(characters[cursor...]))
        cursor = min(head.count, characters.count)
    }

    /// Does what a key means to a line of text; false when it means nothing to one.
    public mutating func take(_ key: Key) -> Bool {
        defer { isSelected = false }
        switch key {
        case "Left": cursor = max(0, cursor - 1)
        case "Right": cursor = min(characters.count, cursor + 1)
        case "Home", "Ctrl-A": cursor = 0
        case "End", "Ctrl-E": cursor = characters.count
        case "Ctrl-Left", "Alt-b": cursor = wordStart
        case "Ctrl-Right", "Alt-f":
            while cursor < characters.count, characters[cursor] == " " { cursor += 1 }
            while cursor < characters.count, characters[cursor] != " " { cursor += 1 }
        case "Backspace":
            if isSelected { self = LineEditor() }
            guard cursor > 0 else { return true }
            cursor -= 1
            characters.remove(at: cursor)
        case "Delete": if cursor < characters.count { characters.remove(at: cursor) }
        case "Ctrl-U":
            characters.removeFirst(cursor)
            cursor = 0
        case "Ctrl-K": characters.removeLast(characters.count - cursor)
        case "Ctrl-W", "Alt-Backspace":
            let start = wordStart
            characters.removeSubrange(start..<cursor)
            cursor = start
        default:
            guard let character = key.typed else { return false }
            insert(String(character))
        }
        return true
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, characters[place - 1] == " " { place -= 1 }
        while place > 0, characters[place - 1] != " " { place -= 1 }
        return place
    }
}
