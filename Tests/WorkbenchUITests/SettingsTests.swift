import Engine
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// The settings file: every line acts or is refused with its number.
@Suite struct `Settings` {
    private func read(_ text: String) throws -> SessionSettings { try SessionSettings(text: text, file: "settings") }

    @Test func `lines set what they name, comments and blank lines nothing`() throws {
        let settings = try read(
            """
            # all of it
            theme = light      # on paper
            glyphs=ascii
              colour = off

            mouse = off
            frameRate = 12
            escapeDelay = 200
            key pin = # Ctrl-P F5
            key quit =
            """)
        #expect(settings.theme == "light" && settings.glyphs == .ascii && !settings.colour && !settings.mouse)
        #expect(settings.frameRate == 12 && settings.escapeDelay == 200)
        #expect(settings.keys.keys[.pin] == [], "what follows a # after a blank is a comment")
        #expect(settings.keys.keys[.quit] == [])
        let wishes = settings.wishes
        #expect(wishes.glyphs == .ascii && !wishes.allowsColour && !wishes.mouse && wishes.escapeDelay == 200 && wishes.theme == .light)
        #expect(try read("key pin = Ctrl-P F5").keys.keys[.pin] == ["Ctrl-P", "F5"])
    }

    @Test func `what is written reads back as the same`() throws {
        var settings = SessionSettings()
        settings.theme = "light"
        settings.glyphs = .block
        settings.keys.bind(.pin, to: ["Ctrl-P"])
        let again = try read(settings.written)
        #expect(again.theme == "light" && again.glyphs == .block)
        for command in Command.all { #expect(again.keys.keys[command.id] == settings.keys.keys[command.id], "\(command.id)") }
        #expect(again.written == settings.written)
    }

    @Test(arguments: [
        ("theme = lihgt", "line 1: theme = lihgt was refused; expected one of dark, light, mono"),
        ("\n\nthemes = dark", "line 3: there is no setting “themes”; did you mean “theme”?"),
        ("mouse = yes", "line 1: mouse = yes was refused; expected on or off"),
        ("frameRate = 1000", "line 1: frameRate = 1000 was refused; expected a number from 1 to 60"),
        ("frameRate = nan", "frameRate = nan was refused"), ("escapeDelay = 0", "escapeDelay = 0 was refused"),
        ("nonsense", "line 1: “nonsense” sets nothing; expected name = value"),
        ("key pins = p", "line 1: there is no command “pins”; did you mean “pin”?"), ("key pin = Hyper-x", "“Hyper-x” is not a key"),
        ("key pin = q", "line 1: the key q would mean both “pin” and “quit”; expected one command a key"),
        ("key mark = é\nkey pin = é", "the key é would mean both"),
    ]) func `a line that cannot be is refused with its number`(text: String, expected: String) {
        #expect {
            try read(text)
        } throws: { error in
            "\(error)".hasPrefix("settings, line ") && "\(error)".contains(expected)
        }
    }

    @Test func `a bound key acts, and the help and key bar say so`() throws {
        var stage = try Stage.tide()
        stage.model.keyMap = try read("key help = F2\nkey typeValue = v\nkey replaySession = Ctrl-V").keys
        stage.press("v")
        guard case .prompt? = stage.model.overlay else {
            Issue.record("v opens no prompt")
            return
        }
        stage.press("Escape")
        stage.press("F2")
        guard case .help? = stage.model.overlay else {
            Issue.record("F2 opens no help")
            return
        }
    }
}
