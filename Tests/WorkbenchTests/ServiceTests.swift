import Foundation
import TerminalDriver
import Testing

@testable import workbench

/// doctor, settings, the manual page and completions.
@Suite struct `Services` {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `doctor tells what works, and ends with 1 when something does not`() throws {
        let good = try scratch.workbench("doctor", environment: ["XDG_CONFIG_HOME": scratch.folder.path, "HOME": scratch.folder.path])
        #expect(good.status == 0, "\(good.output)")
        for word in ["program", "locale", "sessions", "settings", "endpoint", "extractive control", "model install smollm2"] {
            #expect(good.output.contains(word))
        }
        let closed = try scratch.workbench(
            "doctor",
            environment: ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-very-secret", "HOME": scratch.folder.path])
        #expect(closed.status == 1)
        #expect(closed.output.contains("no server answers"))
        #expect(!closed.output.contains("secret") && !closed.errors.contains("secret"))
    }

    @Test func `settings prints a file that reads back, and a wrong file stops a session with its line`() throws {
        let environment = ["XDG_CONFIG_HOME": scratch.folder.path]
        let printed = try scratch.workbench("settings", environment: environment)
        #expect(printed.status == 0 && printed.output.contains("theme = dark"))
        try FileManager.default.createDirectory(atPath: scratch.path("workbench"), withIntermediateDirectories: true)
        _ = try scratch.file("workbench/settings", printed.output)
        #expect(try scratch.workbench("settings", environment: environment).output == printed.output)
        _ = try scratch.file("workbench/settings", "theme = dark\nkey pin = q\n")
        expectRefusal(try scratch.workbench("settings", environment: environment), "line 2", "pin", "quit")
    }

    @Test func `the manual page holds every command and experiment, and completions are a script`() throws {
        let page = try scratch.workbench("manual")
        #expect(page.status == 0 && page.output.hasPrefix(".TH WORKBENCH 1"))
        for command in Workbench.configuration.subcommands where command.configuration.shouldDisplay {
            let name = command.configuration.commandName ?? ""
            #expect(page.output.contains(".SS \(name)"), "\(name)")
        }
        for type in Composition.catalog.experiments { #expect(page.output.contains(".B \(type.card.id)"), "\(type.card.id)") }
        #expect(!page.output.split(separator: "\n").contains { $0.hasPrefix(".") && $0.dropFirst().first?.isLetter != true })
        for shell in ["bash", "zsh", "fish"] {
            let script = try scratch.workbench("--generate-completion-script", shell)
            #expect(script.status == 0 && script.output.contains("workbench"), "\(shell)")
        }
    }
}
