/// A control sequence, `ESC [ parameters final`, as terminals send for keys that type nothing, for the mouse and for answers.
struct ControlSequence {
    private var prefix: UInt8?
    private var parameters: [Int]
    private var intermediate: UInt8?
    private var final: UInt8
    /// The three bytes that follow `ESC [ M` in the oldest mouse protocol.
    private var mouseBytes: [UInt8] = []

    enum Reading {
        /// More bytes are needed.
        case incomplete
        /// No sequence; the bytes before `end` mean nothing.
        case broken(end: Int)
        case complete(ControlSequence, end: Int)
    }

    /// Reads a sequence from the bytes after `ESC [`.
    static func read(_ bytes: [UInt8], from start: Int) -> Reading {
        var place = start
        // The Linux console's F1 to F5 are ESC [ [ A to E.
        if place < bytes.count, bytes[place] == UInt8(ascii: "[") {
            guard place + 1 < bytes.count else { return .incomplete }
            let letter = bytes[place + 1]
            guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(letter) else { return .broken(end: place + 1) }
            return .complete(
                ControlSequence(parameters: [11 + Int(letter - UInt8(ascii: "A"))], final: UInt8(ascii: "~")), end: place + 2)
        }
        var prefix: UInt8?
        if place < bytes.count, (0x3C...0x3F).contains(bytes[place]) {
            prefix = bytes[place]
            place += 1
        }
        var parameters: [Int] = []
        var number: Int?
        var intermediate: UInt8?
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = min((number ?? 0) * 10 + Int(byte - UInt8(ascii: "0")), 1_000_000_000)
            case UInt8(ascii: ";"), UInt8(ascii: ":"):
                parameters.append(number ?? 0)
                number = nil
            case 0x20...0x2F: intermediate = byte
            case 0x40...0x7E:
                if number != nil || !parameters.isEmpty { parameters.append(number ?? 0) }
                var sequence = ControlSequence(prefix: prefix, parameters: parameters, intermediate: intermediate, final: byte)
                if byte == UInt8(ascii: "M"), prefix == nil, parameters.isEmpty {
                    guard place + 3 < bytes.count else { return .incomplete }
                    sequence.mouseBytes = Array(bytes[(place + 1)...(place + 3)])
                    return .complete(sequence, end: place + 4)
                }
                return .complete(sequence, end: place + 1)
            default: return .broken(end: place)
            }
            place += 1
        }
        return .incomplete
    }

    /// Whether pasted text follows.
    var isPasteStart: Bool { final == UInt8(ascii: "~") && prefix == nil && parameters.first == 200 }

    /// What it means; nil for nothing we know.
    var event: TerminalEvent? {
        switch (prefix, final) {
        case (UInt8(ascii: "<"), UInt8(ascii: "M")), (UInt8(ascii: "<"), UInt8(ascii: "m")):
            guard parameters.count >= 3 else { return nil }
            return mouse(
                code: parameters[0], column: parameters[1] - 1, row: parameters[2] - 1, isRelease: final == UInt8(ascii: "m"))
        case (UInt8(ascii: "?"), UInt8(ascii: "y")):
            guard intermediate == UInt8(ascii: "$"), parameters.count >= 2 else { return nil }
            return .modeReported(mode: parameters[0], state: parameters[1])
        case (nil, UInt8(ascii: "M")):
            guard mouseBytes.count == 3, mouseBytes.allSatisfy({ $0 >= 32 }) else { return nil }
            let code = Int(mouseBytes[0]) - 32
            return mouse(
                code: code, column: Int(mouseBytes[1]) - 33, row: Int(mouseBytes[2]) - 33, isRelease: code & 0x43 == 3)
        case (nil, UInt8(ascii: "u")): return parameters.first.flatMap { unicodeKey($0, modifiers(1)) }
        case (nil, UInt8(ascii: "~")):
            if parameters.count >= 3, parameters[0] == 27 { return unicodeKey(parameters[2], modifiers(1)) }
            return parameters.first.flatMap(Self.numbered).map { .key(Key($0, modifiers(1))) }
        case (nil, UInt8(ascii: "Z")): return .key(Key(.tab, modifiers(1).union(.shift)))
        // rxvt's shifted arrows.
        case (nil, UInt8(ascii: "a")...UInt8(ascii: "d")):
            return Self.lettered(final - 0x20).map { .key(Key($0, .shift)) }
        case (nil, _): return Self.lettered(final).map { .key(Key($0, modifiers(1))) }
        default: return nil
        }
    }

    /// A key of the application keypad, `ESC O letter`.
    static func applicationKey(_ letter: UInt8) -> Key? {
        switch letter {
        case UInt8(ascii: "M"): Key(.enter)
        case UInt8(ascii: "a")...UInt8(ascii: "d"): lettered(letter - 0x20).map { Key($0, .control) }
        // Digits and signs of the keypad.
        case UInt8(ascii: "j")...UInt8(ascii: "y"): Key(.character(Character(Unicode.Scalar(letter - 0x40))))
        default: lettered(letter).map { Key($0) }
        }
    }

    private func modifiers(_ place: Int) -> Key.Modifiers {
        guard place < parameters.count, (1...16).contains(parameters[place]) else { return [] }
        return Key.Modifiers(rawValue: UInt8(parameters[place] - 1) & 7)
    }

    private static func lettered(_ letter: UInt8) -> Key.Code? {
        switch letter {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(letter - UInt8(ascii: "P")) + 1)
        default: nil
        }
    }

    private static func numbered(_ number: Int) -> Key.Code? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    private func unicodeKey(_ code: Int, _ modifiers: Key.Modifiers) -> TerminalEvent? {
        let named: Key.Code? =
            switch code {
            case 9: .tab
            case 13: .enter
            case 27: .escape
            case 8, 127: .backspace
            default: nil
            }
        if let named { return .key(Key(named, modifiers)) }
        guard code >= 32, code < 0x7F || code > 0x9F, !(0xE000...0xF8FF).contains(code),
            let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
        else { return nil }
        guard modifiers.contains(.shift) else { return .key(Key(.character(Character(scalar)), modifiers)) }
        // A shifted letter is its capital, as everywhere else.
        let capital = String(Character(scalar)).uppercased()
        guard let character = capital.first, capital.count == 1, character != Character(scalar) else {
            return .key(Key(.character(Character(scalar)), modifiers))
        }
        return .key(Key(.character(character), modifiers.subtracting(.shift)))
    }

    private func mouse(code: Int, column: Int, row: Int, isRelease: Bool) -> TerminalEvent? {
        guard column >= 0, row >= 0, (0..<256).contains(code) else { return nil }
        var held: Key.Modifiers = []
        if code & 4 != 0 { held.insert(.shift) }
        if code & 8 != 0 { held.insert(.alt) }
        if code & 16 != 0 { held.insert(.control) }
        let button = code & 3
        let action: Mouse.Action
        switch (code & 64 != 0, code & 32 != 0) {
        case (true, _):
            guard button < 2, !isRelease else { return nil }
            action = button == 0 ? .wheelUp : .wheelDown
        case (false, true):
            guard button < 3 else { return nil }
            action = .dragged(button)
        case (false, false): action = isRelease ? .released(button == 3 ? 0 : button) : .pressed(button)
        }
        return .mouse(Mouse(action, column: column, row: row, held))
    }
}
