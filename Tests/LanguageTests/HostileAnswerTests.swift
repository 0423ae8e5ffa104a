import Foundation
import TerminalDriver
import Testing

@testable import Language

/// What a server answers is shown, never obeyed: by the built program, in a real terminal.
@Suite(.enabled(if: TerminalDriver.isAvailable), .timeLimit(.minutes(5))) struct HostileAnswerTests {
    @Test func `escape sequences in an answer are pictures on the screen and do nothing`() throws {
        // A title, a red screen wiped, the cursor elsewhere, an answerback, right-to-left text and a bell.
        let hostile = "\u{1B}]2;taken over\u{7}\u{1B}[2J\u{1B}[41m\u{1B}[5;5Hhello\u{9B}31m \u{1B}[c\u{202E}olleh\u{0}\u{8}\u{7F} end"
        let server = try LoopbackServer { _, _ in Served.reply(hostile) }
        let terminal = try TerminalDriver(columns: 120, rows: 40)
        let before = try terminal.state("#{pane_title}")
        try terminal.command(
            "clear; XDG_STATE_HOME=$PWD/state XDG_DATA_HOME=$PWD/data OPENAI_BASE_URL=\(server.base) \(builtProgram("workbench").path) session language.iterate --set iterations=2; echo status $?"
        )
        try terminal.wait(for: "finished")
        // The figure with the text itself.
        try terminal.press("f", "f", "f")
        let screen = try terminal.wait(for: "␛]2;taken over")
        #expect(screen.contains("␛[2J␛[41m") && screen.contains("end"))
        #expect(try terminal.state("#{pane_title}") == before)
        #expect(try !terminal.screen(styled: true).contains("\u{1B}[41m"))
        try terminal.press("q")
        try terminal.wait(for: "status 0")
    }
}
