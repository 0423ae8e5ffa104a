/// Turns the bytes a terminal sends into events: keys, mouse, pasted text.
///
/// A value without clock or terminal: bytes in, events out, whatever the sizes of the pieces they come in. What may still become
/// a longer sequence waits in it; `patience` tells how long to wait for the rest, after which `giveUp` takes it as it is. So a lone
/// Escape is a key after a moment, and an arrow key whose bytes come apart on a slow line is still an arrow key.
public struct KeyDecoder: Sendable {
    /// What other sequences a terminal's database entry names, beside the usual ones.
    private let named: [(bytes: [UInt8], key: Key)]
    private var pending: [UInt8] = []
    private var pasted: [UInt8]?

    /// The most that is taken from one paste; what comes after is dropped.
    public static let pasteLimit = 16 << 20
    /// The longest sequence looked at; a longer one is no key.
    private static let sequenceLimit = 256

    /// A decoder.
    ///
    /// - Parameter named: sequences of the terminal's own and their keys, which go before the usual ones.
    public init(named: [[UInt8]: Key] = [:]) {
        self.named = named.filter { $0.key.count > 1 && $0.key[0] == escape }
            .map { (bytes: $0.key, key: $0.value) }
            .sorted { $0.bytes.count == $1.bytes.count ? $0.bytes.lexicographicallyPrecedes($1.bytes) : $0.bytes.count > $1.bytes.count }
    }

    /// What the decoder waits for.
    public enum Patience: Sendable {
        /// The rest of a key: some tens of milliseconds.
        case key
        /// The rest of a paste: seconds, because what is left of it would run as commands.
        case paste
    }

    /// Whether something waits for its rest.
    public var patience: Patience? { pasted != nil ? .paste : pending.isEmpty ? nil : .key }

    /// Takes bytes and returns the events they complete.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        for byte in bytes {
            if pasted != nil {
                takePasted(byte, &events)
            } else {
                pending.append(byte)
                while pasted == nil, case .took(let event) = next(isComplete: false) { if let event { events.append(event) } }
            }
        }
        return events
    }

    /// Takes what waits as it is: the wait was too long.
    public mutating func giveUp() -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        if pasted != nil { endPaste(&events) }
        while !pending.isEmpty, case .took(let event) = next(isComplete: true) { if let event { events.append(event) } }
        pending = []
        return events
    }

    private mutating func takePasted(_ byte: UInt8, _ events: inout [TerminalEvent]) {
        pending.append(byte)
        // `pending` holds what may be the end mark ESC [ 201 ~ and is no text then.
        let mark = pasteEnd
        while !pending.isEmpty, !mark.starts(with: pending) {
            if pasted?.count ?? 0 < Self.pasteLimit { pasted?.append(pending[0]) }
            pending.removeFirst()
        }
        if pending.count == mark.count {
            pending = []
            endPaste(&events)
        }
    }

    private mutating func endPaste(_ events: inout [TerminalEvent]) {
        guard let bytes = pasted else { return }
        pasted = nil
        pending = []
        var text = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\r": text.append("\n")
            case "\n": if !afterReturn { text.append("\n") }
            case "\t": text.append("\t")
            default: if scalar.value >= 0x20, !(0x7F...0x9F).contains(scalar.value) { text.append(scalar) }
            }
            afterReturn = scalar == "\r"
        }
        if !text.isEmpty { events.append(.paste(String(text))) }
    }

    /// What came of looking at the front of `pending`.
    private enum Look {
        /// More bytes are needed to tell.
        case wait
        /// Some bytes were taken, and what they mean: nil for nothing.
        case took(TerminalEvent?)
    }

    private mutating func next(isComplete: Bool) -> Look {
        guard let first = pending.first else { return .wait }
        if first == escape {
            if let match = named.first(where: { pending.starts(with: $0.bytes) }) {
                // A longer one may still be on its way.
                let longer = named.contains { $0.bytes.count > pending.count && $0.bytes.starts(with: pending) }
                if !longer || isComplete { return taken(match.bytes.count, .key(match.key)) }
                return .wait
            }
            if !isComplete, pending.count < 3, named.contains(where: { $0.bytes.starts(with: pending) }) { return .wait }
            return nextEscaped(isComplete: isComplete)
        }
        return nextPlain(at: 0, isComplete: isComplete)
    }

    private mutating func nextEscaped(isComplete: Bool) -> Look {
        guard pending.count > 1 else { return isComplete ? taken(1, .key(Key(.escape))) : .wait }
        switch pending[1] {
        case escape: return taken(1, .key(Key(.escape)))
        case UInt8(ascii: "["):
            switch ControlSequence.read(pending, from: 2) {
            case .incomplete where !isComplete && pending.count < Self.sequenceLimit: return .wait
            case .incomplete: return pending.count == 2 ? taken(2, .key(Key(.character("["), .alt))) : taken(pending.count, nil)
            case .broken(let end): return taken(end, nil)
            case .complete(let sequence, let end):
                if sequence.isPasteStart {
                    pasted = []
                    return taken(end, nil)
                }
                return taken(end, sequence.event)
            }
        case UInt8(ascii: "O"):
            guard pending.count > 2 else { return isComplete ? taken(2, .key(Key(.character("O"), .alt))) : .wait }
            if let key = ControlSequence.applicationKey(pending[2]) { return taken(3, .key(key)) }
            return taken(2, .key(Key(.character("O"), .alt)))
        default: return nextPlain(at: 1, isComplete: isComplete)
        }
    }

    /// A character or control character, with Alt when `start` is 1: an Escape stands before it.
    private mutating func nextPlain(at start: Int, isComplete: Bool) -> Look {
        let modifiers: Key.Modifiers = start == 1 ? .alt : []
        let byte = pending[start]
        guard byte >= 0x80 else { return taken(start + 1, .key(Self.key(ascii: byte, modifiers))) }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
        guard length > 1, byte < 0xF5 else { return taken(start + 1, nil) }
        var end = start + 1
        while end < min(pending.count, start + length), pending[end] & 0xC0 == 0x80 { end += 1 }
        if end < start + length { return end < pending.count || isComplete ? taken(end, nil) : .wait }
        let text = String(decoding: pending[start..<end], as: UTF8.self)
        guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1, scalar != "\u{FFFD}", scalar.value > 0x9F else {
            return taken(end, nil)
        }
        return taken(end, .key(Key(.character(Character(scalar)), modifiers)))
    }

    private mutating func taken(_ count: Int, _ event: TerminalEvent?) -> Look {
        pending.removeFirst(count)
        return .took(event)
    }

    private static func key(ascii byte: UInt8, _ modifiers: Key.Modifiers) -> Key {
        switch byte {
        case 0x00: Key(.character(" "), modifiers.union(.control))
        case 0x08, 0x7F: Key(.backspace, modifiers)
        case 0x09: Key(.tab, modifiers)
        case 0x0A, 0x0D: Key(.enter, modifiers)
        case 0x01...0x1A: Key(.character(Character(Unicode.Scalar(byte + 0x60))), modifiers.union(.control))
        case 0x1B: Key(.escape, modifiers)
        case 0x1C...0x1F: Key(.character(Character(Unicode.Scalar(byte + 0x40))), modifiers.union(.control))
        default: Key(.character(Character(Unicode.Scalar(byte))), modifiers)
        }
    }
}

let escape: UInt8 = 0x1B
private let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)
