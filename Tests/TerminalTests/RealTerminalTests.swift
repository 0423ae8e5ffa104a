import Foundation
import TerminalDriver
import Testing

/// The probe in a real terminal: what is drawn, what is read, and that the terminal is given back in every way to end.
@Suite(.serialized, .enabled(if: TerminalDriver.isAvailable, "needs tmux")) struct `A real terminal` {
    private let probe = builtProgram("TerminalProbe").path

    private func start(_ environment: [String: String] = [:], arguments: String = "", columns: Int = 80, rows: Int = 24) throws
        -> TerminalDriver
    {
        let terminal = try TerminalDriver(columns: columns, rows: rows, environment: environment)
        try terminal.command(
            "clear; stty -a > before; \(probe) \(arguments); echo status $?; stty -a > after; cmp before after && echo same modes")
        return terminal
    }

    /// Checks that the shell has its terminal back: main screen, no mouse reports, the modes of before.
    private func expectRestored(_ terminal: TerminalDriver, status: Int, _ location: SourceLocation = #_sourceLocation) throws {
        try terminal.wait(for: "same modes")
        let screen = try terminal.screen()
        #expect(screen.contains("status \(status)"), sourceLocation: location)
        #expect(
            try terminal.state("#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag}") == "0 0 1 0",
            sourceLocation: location)
    }

    @Test func `shows its size, Unicode and the bottom right corner`() throws {
        let terminal = try start()
        let screen = try terminal.wait(for: "no notice")
        #expect(screen.hasPrefix("size 80x24"))
        #expect(screen.contains("glyphs braille depth palette256 é─⠿漢x"))
        #expect(screen.split(separator: "\n").last?.last == "#")
        #expect(try terminal.state("#{alternate_on} #{mouse_any_flag}") == "1 1")
        try terminal.press("q")
        try expectRestored(terminal, status: 0)
    }

    @Test func `reads keys, pastes and Escape at once`() throws {
        let terminal = try start()
        try terminal.wait(for: "no notice")
        try terminal.press("S-Left", "BTab", "F5", "Escape")
        try terminal.wait(for: "key Escape")
        try terminal.press("C-l", "é", "PageUp")
        let screen = try terminal.wait(for: "key PageUp")
        #expect(screen.contains("key Shift-Left\nkey Shift-Tab\nkey F5\nkey Escape\nkey Ctrl-L\nkey é\nkey PageUp"))
        try terminal.paste("q\nq")
        try terminal.wait(for: #"paste("q\nq")"#)
        try terminal.press("q")
        try expectRestored(terminal, status: 0)
    }

    @Test func `follows the terminal's size, exported LINES and COLUMNS notwithstanding, down to one cell`() throws {
        let terminal = try start(["LINES": "10", "COLUMNS": "20"])
        try terminal.wait(for: "size 80x24")
        try terminal.resize(columns: 100, rows: 30)
        try terminal.wait(for: "size 100x30")
        try terminal.resize(columns: 1, rows: 1)
        try terminal.wait("one cell") { $0.count <= 2 }
        try terminal.resize(columns: 60, rows: 12)
        try terminal.wait(for: "size 60x12")
        #expect(try terminal.screen().contains("resized(columns: 60, rows: 12)"))
        try terminal.resize(columns: 80, rows: 24)
        try terminal.wait(for: "size 80x24")
        try terminal.press("q")
        try expectRestored(terminal, status: 0)
    }

    @Test(arguments: [("C-c", 130), ("E", 7)])
    func `is given back on Ctrl-C and on exit`(key: String, status: Int) throws {
        let terminal = try start()
        try terminal.wait(for: "no notice")
        try terminal.press(key)
        try expectRestored(terminal, status: status)
    }

    @Test(arguments: [("TERM", 143), ("INT", 130), ("HUP", 129), ("QUIT", 131)])
    func `is given back on a signal from outside`(signal: String, status: Int) throws {
        let terminal = try start()
        try terminal.wait(for: "no notice")
        try signalProbe(terminal, signal)
        try expectRestored(terminal, status: status)
    }

    @Test(arguments: [("T", 132), ("S", 139), ("N", 139), ("A", 134)])
    func `is given back on a trap, a segmentation fault and an abort, and the backtrace is kept`(key: String, status: Int) throws {
        let terminal = try start(["SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,timeout=5s"], columns: 150, rows: 50)
        try terminal.wait(for: "no notice")
        try terminal.press(key)
        try terminal.wait("the end") { $0.contains("same modes") }
        #expect(try terminal.state("#{alternate_on} #{mouse_any_flag}") == "0 0")
        try terminal.command("clear; echo again")
        try expectUsable(terminal)
    }

    @Test func `is given back when the program hangs and Ctrl-C comes three times`() throws {
        let terminal = try start()
        try terminal.wait(for: "no notice")
        try terminal.press("H")
        // Signals that wait together count as one, so on a busy machine three keys may be too few.
        try terminal.wait("the shell") { screen in
            if screen.contains("same modes") { return true }
            try terminal.press("C-c")
            return false
        }
        try expectRestored(terminal, status: 130)
    }

    @Test func `is given to the shell on Ctrl-Z and taken again by fg`() throws {
        let terminal = try start()
        try terminal.wait(for: "no notice")
        try terminal.press("C-z")
        try terminal.wait(for: "Stopped")
        #expect(try terminal.state("#{alternate_on} #{mouse_any_flag}") == "0 0")
        try terminal.command("fg")
        try terminal.wait(for: "resumed")
        #expect(try terminal.state("#{alternate_on} #{mouse_any_flag}") == "1 1")
        try terminal.press("q")
        try terminal.wait(for: "probe ended 0")
    }

    @Test func `keeps standard error off the screen and hands it over at the end`() throws {
        let terminal = try start()
        try terminal.wait(for: "no notice")
        try terminal.press("e", "x")
        let screen = try terminal.wait(for: "key x")
        #expect(!screen.contains("a word on standard error"))
        try terminal.press("q")
        try expectRestored(terminal, status: 0)
        #expect(try terminal.wait(for: "a word on standard error").contains("status 0"))
    }

    @Test func `shows ASCII alone in the C locale, and says so`() throws {
        let terminal = try start(["LC_ALL": "C"])
        let screen = try terminal.wait(for: "has no UTF-8")
        #expect(screen.contains("glyphs ascii depth palette256 e-"))
        #expect(screen.utf8.max() ?? 0 < 0x80)
        try terminal.press("q")
        try expectRestored(terminal, status: 0)
    }

    @Test func `shows braille in the C locale when told to, and ASCII in UTF-8`() throws {
        let braille = try start(["LC_ALL": "C"], arguments: "--braille")
        #expect(try braille.wait(for: "glyphs").contains("é─⠿漢x"))
        let ascii = try start(arguments: "--ascii")
        #expect(try ascii.wait(for: "no notice").utf8.max() ?? 0 < 0x80)
    }

    @Test func `falls back to C.UTF-8 when the locale named is not installed`() throws {
        let terminal = try start(["LC_ALL": "xx_XX.UTF-8"])
        #expect(try terminal.wait(for: "is not installed; using C.UTF-8").contains("é─⠿漢x"))
    }

    @Test func `has no colour with NO_COLOR, nor sequences that set one`() throws {
        let terminal = try start(["NO_COLOR": "1"])
        try terminal.wait(for: "depth none")
        let styled = try terminal.screen(styled: true)
        #expect(!styled.contains("[38;5"))
    }

    @Test(arguments: [
        ("TERM=nonesuch", "not in this system's terminal database"), ("TERM=", "TERM is not set"), ("TERM=dumb", "cannot place its cursor"),
    ])
    func `that cannot serve is refused in one sentence`(setting: String, sentence: String) throws {
        let terminal = try TerminalDriver(columns: 200)
        try terminal.command("\(setting) \(probe); echo status $?")
        let screen = try terminal.wait(for: "status 2")
        #expect(screen.contains(sentence))
    }

    @Test func `that is none is refused in one sentence`() throws {
        let terminal = try TerminalDriver(columns: 200)
        try terminal.command("\(probe) < /dev/null; echo status $?; \(probe) | cat; echo status $?")
        try terminal.wait(for: "standard output is not a terminal")
        #expect(try terminal.screen().contains("standard input is not a terminal"))
    }

    private func expectUsable(_ terminal: TerminalDriver) throws { try terminal.wait(for: "again") }

    private func signalProbe(_ terminal: TerminalDriver, _ signal: String) throws {
        let shell = try terminal.state("#{pane_pid}")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/pkill")
        process.arguments = ["-\(signal)", "-P", shell]
        try process.run()
        process.waitUntilExit()
    }
}
