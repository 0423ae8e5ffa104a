import Terminal
import Testing

private func decode(_ text: String, named: [[UInt8]: Key] = [:]) -> [TerminalEvent] {
    var decoder = KeyDecoder(named: named)
    return decoder.feed(Array(text.utf8)) + decoder.giveUp()
}

private func keys(_ text: String) -> [Key] {
    decode(text).compactMap { if case .key(let key) = $0 { key } else { nil } }
}

@Suite struct `Keys` {
    @Test func `letters, capitals, signs and other scripts type themselves`() {
        #expect(keys("aZ ?é漢🙂") == ["a", "Z", "Space", "?", Key("é"), Key("漢"), Key("🙂")])
    }

    @Test func `control characters are Ctrl and a letter, but for those with a key of their own`() {
        #expect(keys("\u{01}\u{0C}\u{1A}\t\r\u{7F}\u{00}") == ["Ctrl-A", "Ctrl-L", "Ctrl-Z", "Tab", "Enter", "Backspace", "Ctrl-Space"])
    }

    @Test(arguments: [
        // xterm in both cursor modes, VT220 editing keys, rxvt, the Linux console; ctlseqs and the terminfo entries.
        ("\u{1B}[A", "Up"), ("\u{1B}OB", "Down"), ("\u{1B}[C", "Right"), ("\u{1B}OD", "Left"), ("\u{1B}[H", "Home"), ("\u{1B}OF", "End"),
        ("\u{1B}[1~", "Home"), ("\u{1B}[8~", "End"), ("\u{1B}[5~", "PageUp"), ("\u{1B}[6~", "PageDown"), ("\u{1B}[2~", "Insert"),
        ("\u{1B}[3~", "Delete"), ("\u{1B}[Z", "Shift-Tab"), ("\u{1B}[1;2D", "Shift-Left"), ("\u{1B}[1;2C", "Shift-Right"),
        ("\u{1B}[d", "Shift-Left"), ("\u{1B}Oc", "Ctrl-Right"), ("\u{1B}[1;5A", "Ctrl-Up"), ("\u{1B}[1;3B", "Alt-Down"),
        ("\u{1B}[5;2~", "Shift-PageUp"), ("\u{1B}OP", "F1"), ("\u{1B}[15~", "F5"), ("\u{1B}[24~", "F12"), ("\u{1B}[[A", "F1"),
        ("\u{1B}[[E", "F5"), ("\u{1B}x", "Alt-x"), ("\u{1B}[27;5;9~", "Ctrl-Tab"), ("\u{1B}[97;5u", "Ctrl-A"), ("\u{1B}[97;2u", "A"),
        ("\u{1B}[27u", "Escape"), ("\u{1B}OM", "Enter"),
    ])
    func `a sequence is its key`(sequence: String, name: String) throws {
        #expect(keys(sequence) == [try #require(Key(written: name))])
    }

    @Test func `a key arrives whole in whatever pieces its bytes come`() {
        for sequence in ["\u{1B}[1;2D", "\u{1B}OP", "é", "漢", "\u{1B}[<0;10;5M", "\u{1B}é"] {
            let whole = decode(sequence)
            var decoder = KeyDecoder()
            var events: [TerminalEvent] = []
            for byte in sequence.utf8 { events += decoder.feed([byte]) }
            #expect(events == whole && whole.count == 1, "\(sequence.debugDescription)")
            #expect(decoder.patience == nil)
        }
    }

    @Test func `a lone Escape waits a moment and is then a key`() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0x1B]) == [])
        #expect(decoder.patience == .key)
        #expect(decoder.giveUp() == [.key("Escape")])
        #expect(decoder.patience == nil)
    }

    @Test func `Escape twice, and Escape before an arrow, are told apart`() {
        #expect(keys("\u{1B}\u{1B}") == ["Escape", "Escape"])
        #expect(keys("\u{1B}\u{1B}[A") == ["Escape", "Up"])
        #expect(keys("\u{1B}[") == ["Alt-["])
        #expect(keys("\u{1B}O") == ["Alt-O"])
    }

    @Test func `sequences of the terminal's own database entry go first`() {
        let named: [[UInt8]: Key] = [Array("\u{1B}[7$".utf8): "Shift-Home", Array("\u{1B}[A".utf8): "F9"]
        #expect(decode("\u{1B}[7$\u{1B}[A\u{1B}[B", named: named) == [.key("Shift-Home"), .key("F9"), .key("Down")])
    }

    @Test func `unknown sequences and broken characters vanish without taking their neighbours along`() {
        #expect(keys("a\u{1B}[?1;2cb") == ["a", "b"])
        #expect(keys("a\u{1B}[999zb") == ["a", "b"])
        #expect(keys("a\u{1B}[12\u{01}b") == ["a", "Ctrl-A", "b"])
        var decoder = KeyDecoder()
        #expect(
            decoder.feed([0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x82, 0x62, 0xED, 0xA0, 0x80, 0x63]) == ["a", "(", "b", "c"].map { .key(Key($0)) })
    }

    @Test func `endless sequences end`() {
        var decoder = KeyDecoder()
        let events = decoder.feed(Array(("\u{1B}[" + String(repeating: "1;", count: 100_000) + "~a").utf8)) + decoder.giveUp()
        #expect(events.last == .key("a"))
    }

    @Test func `any bytes at all are taken, and no two ways of cutting them differ`() {
        var state: UInt64 = 1
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let alphabet = Array("\u{1B}[O<;?$~Mmu0129AaZ\u{7F}é漢".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int(random() % 40)).map { _ in random() % 4 == 0 ? random() : alphabet[Int(random()) % alphabet.count] }
            var whole = KeyDecoder()
            var pieces = KeyDecoder()
            let first = whole.feed(bytes) + whole.giveUp()
            var second: [TerminalEvent] = []
            for byte in bytes { second += pieces.feed([byte]) }
            second += pieces.giveUp()
            #expect(first == second)
            #expect(whole.patience == nil)
        }
    }
}

@Suite struct `The mouse` {
    @Test func `presses, releases, drags and the wheel, with what is held`() {
        #expect(decode("\u{1B}[<0;10;5M") == [.mouse(Mouse(.pressed(0), column: 9, row: 4))])
        #expect(decode("\u{1B}[<0;10;5m") == [.mouse(Mouse(.released(0), column: 9, row: 4))])
        #expect(decode("\u{1B}[<32;300;70M") == [.mouse(Mouse(.dragged(0), column: 299, row: 69))])
        #expect(decode("\u{1B}[<64;1;1M") == [.mouse(Mouse(.wheelUp, column: 0, row: 0))])
        #expect(decode("\u{1B}[<69;1;1M") == [.mouse(Mouse(.wheelDown, column: 0, row: 0, .shift))])
    }

    @Test func `the oldest protocol's three bytes are no keys`() {
        #expect(decode("\u{1B}[M !!") == [.mouse(Mouse(.pressed(0), column: 0, row: 0))])
        #expect(decode("\u{1B}[M#*%x") == [.mouse(Mouse(.released(0), column: 9, row: 4)), .key("x")])
    }

    @Test func `places off the screen are no events`() {
        #expect(decode("\u{1B}[<0;0;5M\u{1B}[<0;1M") == [])
    }
}

@Suite struct `Pasted text` {
    @Test func `is one event, and never runs as commands`() {
        #expect(decode("a\u{1B}[200~q\nq\t1,2\u{1B}[201~b") == [.key("a"), .paste("q\nq\t1,2"), .key("b")])
    }

    @Test func `has its line ends made one kind and its control characters taken out`() {
        #expect(decode("\u{1B}[200~a\r\nb\rc\u{1B}[31m\u{07}é\u{1B}[201~") == [.paste("a\nb\nc[31mé")])
    }

    @Test func `may hold what looks like the beginning of its end`() {
        #expect(decode("\u{1B}[200~a\u{1B}[20\u{1B}[201~") == [.paste("a[20")])
    }

    @Test func `without an end is delivered when patience ends`() {
        var decoder = KeyDecoder()
        #expect(decoder.feed(Array("\u{1B}[200~abc".utf8)) == [])
        #expect(decoder.patience == .paste)
        #expect(decoder.giveUp() == [.paste("abc")])
        #expect(decoder.feed(Array("x".utf8)) == [.key("x")])
    }

    @Test func `of a megabyte takes linear time`() {
        let text = String(repeating: "0.25, ", count: 200_000)
        #expect(decode("\u{1B}[200~\(text)\u{1B}[201~") == [.paste(text)])
    }
}

@Suite struct `A key's written form` {
    @Test(arguments: [
        "a", "A", "Space", "Enter", "Tab", "Shift-Tab", "Ctrl-L", "Alt-x", "Shift-Left", "Ctrl-Shift-F5", "F12", "?", "-", ":", "PageUp",
    ])
    func `reads back`(text: String) throws {
        #expect(try #require(Key(written: text)).description == text)
    }

    @Test(arguments: ["", "F0", "F25", "Hyper-x", "ab", "Ctrl-"])
    func `that is none is refused`(text: String) {
        #expect(Key(written: text) == nil)
    }

    @Test func `is read in any case`() {
        #expect(Key(written: "ctrl-l") == "Ctrl-L")
        #expect(Key(written: "SPACE") == "Space")
    }
}
