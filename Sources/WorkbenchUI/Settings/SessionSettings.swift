import Engine
import Foundation
import Surface
import Terminal

/// What the user wants of every session, read from a file of lines such as `theme = light` and `key pin = p Ctrl-P`.
public struct SessionSettings: Sendable {
    /// The colours: dark, light or mono.
    public var theme = "dark"
    /// The characters of plots; nil to go by the locale.
    public var glyphs: GlyphSet?
    /// Whether colours are used where there are any.
    public var colour = true
    /// Whether the mouse is reported from the start.
    public var mouse = true
    /// Screens a second at most, 1...60.
    public var frameRate = 30.0
    /// Milliseconds after which a lone Escape byte is the Escape key, 1...2000.
    public var escapeDelay = 50
    /// Which keys do what.
    public var keys = KeyMap.standard

    /// The settings when there is no file.
    public init() {}

    /// The file's place: `$XDG_CONFIG_HOME/workbench/settings`.
    public static var path: String { Folders.settings() + "/settings" }

    /// Reads the user's file; without one, all is as usual.
    ///
    /// - Throws: `UserError` naming file, line and what was expected.
    public static func read(_ path: String = Self.path) throws -> SessionSettings {
        guard FileManager.default.fileExists(atPath: path) else { return SessionSettings() }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
            throw UserError("the settings in “\(path)” cannot be read; expected a text file in UTF-8")
        }
        return try SessionSettings(text: text, file: path)
    }

    /// Reads settings from text, a line each; `#` begins a comment.
    ///
    /// - Throws: `UserError` naming file, line and what was expected.
    public init(text: String, file: String) throws {
        var bound: [Command.ID: Int] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            func refuse(_ sentence: String) -> UserError { UserError("\(file), line \(number): \(sentence)") }
            let content = Self.withoutComment(line)
            guard !content.isEmpty else { continue }
            guard let equals = content.firstIndex(of: "=") else { throw refuse("“\(content)” sets nothing; expected name = value") }
            let name = content[..<equals].trimmingCharacters(in: .whitespaces)
            let value = content[content.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            if name.hasPrefix("key ") {
                let id = try bind(name.dropFirst(4).trimmingCharacters(in: .whitespaces), to: value, refuse)
                bound[id] = number
            } else {
                try set(name, to: value, refuse)
            }
        }
        if let (key, first, second) = clash {
            let line = bound[second] ?? bound[first] ?? 0
            throw UserError(
                "\(file), line \(line): the key \(key) would mean both “\(first.rawValue)” and “\(second.rawValue)”; expected one command a key"
            )
        }
    }

    /// A line up to a `#` that begins a comment: at its start, or after a blank.
    private static func withoutComment(_ line: Substring) -> String {
        var kept = ""
        for character in line {
            if character == "#", kept.isEmpty || kept.last?.isWhitespace == true { break }
            kept.append(character)
        }
        return kept.trimmingCharacters(in: .whitespaces)
    }

    private static let names = ["theme", "glyphs", "colour", "mouse", "frameRate", "escapeDelay"]

    private mutating func set(_ name: String, to value: String, _ refuse: (String) -> UserError) throws {
        func refused(_ expected: String) -> UserError { refuse("\(name) = \(value) was refused; expected \(expected)") }
        func flag() throws -> Bool {
            switch value {
            case "on": return true
            case "off": return false
            default: throw refused("on or off")
            }
        }
        switch name {
        case "theme":
            guard Theme.named(value) != nil else { throw refused("one of \(Theme.all.map(\.name).joined(separator: ", "))") }
            theme = value
        case "glyphs":
            guard value == "auto" || GlyphSet(rawValue: value) != nil else {
                throw refused("auto, \(GlyphSet.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            glyphs = GlyphSet(rawValue: value)
        case "colour": colour = try flag()
        case "mouse": mouse = try flag()
        case "frameRate":
            guard let rate = Double(value), (1...60).contains(rate) else { throw refused("a number from 1 to 60") }
            frameRate = rate
        case "escapeDelay":
            guard let delay = Int(value), (1...2000).contains(delay) else {
                throw refused("a whole number from 1 to 2000, in milliseconds")
            }
            escapeDelay = delay
        default:
            let near =
                Engine.nearest(name, among: Self.names).map { "; did you mean “\($0)”?" }
                ?? "; expected one of \(Self.names.joined(separator: ", ")) or key"
            throw refuse("there is no setting “\(name)”\(near)")
        }
    }

    private mutating func bind(_ name: String, to value: String, _ refuse: (String) -> UserError) throws -> Command.ID {
        guard let id = Command.ID(rawValue: name) else {
            let near = Engine.nearest(name, among: Command.ID.allCases.map(\.rawValue)).map { "; did you mean “\($0)”?" } ?? ""
            throw refuse("there is no command “\(name)”\(near)")
        }
        let keys = try value.split(whereSeparator: \.isWhitespace).map { word in
            guard let key = Key(written: String(word)) else {
                throw refuse("“\(word)” is not a key; expected such as p, Space, Shift-Left, Ctrl-P, Alt-x or F5")
            }
            return key
        }
        self.keys.bind(id, to: keys)
        return id
    }

    /// A key that means two things where both can be called; nil when there is none.
    private var clash: (Key, Command.ID, Command.ID)? {
        for (index, first) in Command.all.enumerated() {
            for second in Command.all[(index + 1)...]
            where first.context == second.context || first.context == .anywhere && second.context != .inspecting
                || second.context == .anywhere && first.context != .inspecting
            {
                if let key = keys.keys[first.id]?.first(where: { keys.keys[second.id]?.contains($0) == true }) {
                    return (key, first.id, second.id)
                }
            }
        }
        return nil
    }

    /// What is wanted of the terminal.
    public var wishes: Terminal.Wishes {
        var wishes = Terminal.Wishes()
        wishes.glyphs = glyphs
        wishes.allowsColour = colour
        wishes.mouse = mouse
        wishes.escapeDelay = escapeDelay
        wishes.theme = Theme.named(theme) ?? .dark
        return wishes
    }

    /// The settings as a file that sets just these, with what each means.
    public var written: String {
        var lines = [
            "# Settings of workbench. This file's place: \(Self.path)", "",
            "theme = \(theme)".padded(28) + "# \(Theme.all.map(\.name).joined(separator: ", "))",
            "glyphs = \(glyphs?.rawValue ?? "auto")".padded(28) + "# auto, \(GlyphSet.allCases.map(\.rawValue).joined(separator: ", "))",
            "colour = \(colour ? "on" : "off")".padded(28) + "# off as NO_COLOR does",
            "mouse = \(mouse ? "on" : "off")".padded(28) + "# off leaves the terminal's own text selection",
            "frameRate = \(Int(frameRate))".padded(28) + "# screens a second, 1 to 60",
            "escapeDelay = \(escapeDelay)".padded(28) + "# milliseconds; more on slow links", "",
            "# Keys: several separated by blanks; none leaves the command to the palette.",
        ]
        for command in Command.all {
            lines.append("key \(command.id.rawValue) = \(keys.written(command.id))".padded(40) + "# \(command.help)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { count < width ? self + String(repeating: " ", count: width - count) : self + " " }
}
