import ArgumentParser
import Engine
import Foundation

/// `workbench manual`: the manual page, made from the same declarations as the help.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the manual page: `workbench manual | man -l -`.",
        discussion: "Completions: `workbench --generate-completion-script bash` (or zsh, fish).")

    func run() throws {
        var page = [
            ".TH WORKBENCH 1 \"\" \"workbench \(Workbench.configuration.version)\" \"User Commands\"", ".SH NAME",
            "workbench \\- \(Self.escaped(Self.begun(Workbench.configuration.abstract)))", ".SH SYNOPSIS", ".B workbench",
            "[command] [options]",
            ".SH DESCRIPTION", Self.escaped(Workbench.configuration.discussion), ".SH COMMANDS",
        ]
        for command in Workbench.configuration.subcommands where command.configuration.shouldDisplay {
            page += [
                ".SS \(Self.escaped(command.configuration.commandName ?? ""))", Self.escaped(command.configuration.abstract), ".PP", ".nf",
            ]
            // The help's own text, from "USAGE" on, as the parser writes it.
            let help = Workbench.helpMessage(for: command, columns: 78)
            let usage = help.range(of: "USAGE:").map { String(help[$0.lowerBound...]) } ?? help
            page += usage.split(separator: "\n", omittingEmptySubsequences: false).map { Self.escaped(String($0)) } + [".fi"]
        }
        page.append(".SH EXPERIMENTS")
        for type in Composition.catalog.experiments {
            page += [".TP", ".B \(Self.escaped(type.card.id))", Self.escaped(type.card.summary)]
        }
        page += [
            ".SH EXIT STATUS", "0 done; 1 the run failed; 2 bad input; 3 a verification failed; 130 interrupted.", ".SH ENVIRONMENT", ".TP",
            ".B OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL, OLLAMA_HOST", "The endpoint of language models.", ".TP",
            ".B OPENAI_REQUESTS_PER_MINUTE, OPENAI_TOKENS_PER_MINUTE", "How much it is sent a minute at most.", ".TP",
            ".B http_proxy, https_proxy, ALL_PROXY, no_proxy", "How it is reached.", ".TP", ".B NO_COLOR",
            "No colours.", ".TP", ".B WORKBENCH_ISA",
            "baseline, avx2 or avx512: forces an instruction-set path; the results are the same bits.",
            ".TP", ".B XDG_STATE_HOME, XDG_CONFIG_HOME, XDG_DATA_HOME", "Where sessions, settings and models are kept.", ".SH FILES", ".TP",
            ".I ~/.local/state/workbench/sessions", "Every session, from its first key on.", ".TP", ".I ~/.config/workbench/settings",
            "Theme, glyphs, keys: `workbench settings` prints them.",
        ]
        Output.write(page.joined(separator: "\n") + "\n")
    }

    /// The sentence without its end.
    private static func begun(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }

    /// Text that troff takes as it stands.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
