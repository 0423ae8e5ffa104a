import ArgumentParser
import Engine
import Foundation

/// The program: parses the command line, runs one command, and turns whatever comes of it into one sentence and an exit status.
@main struct Workbench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workbench",
        abstract: "A terminal research workbench: entropy, Bayesian sampling, language-model iteration, classifier metrics.",
        discussion: "Without a command it opens the interactive session. Every experiment also runs headless with `workbench run`.",
        version: "0.1.0",
        subcommands: [
            SessionCommand.self, OpenCommand.self, ReplayCommand.self, ListCommand.self, DescribeCommand.self, RunCommand.self,
            SweepCommand.self, ExportCommand.self, SettingsCommand.self, DoctorCommand.self,
            ModelCommand.self, ManualCommand.self,
        ],
        defaultSubcommand: SessionCommand.self)

    static func main() async {
        // A file that may not grow further is a full disk: told in words, not by a signal's death.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Foundation.exit(report(error))
        }
    }

    /// Says what went wrong on standard error, in one sentence, and returns the exit status that belongs to it.
    static func report(_ error: any Error) -> Int32 {
        switch error {
        case let status as Status: return status.rawValue
        case let status as ExitStatus: return status.code
        case let complaint as UserError:
            complain("\(complaint)")
            return Status.badInput.rawValue
        default:
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status == .success {
                Output.say(message)
                return 0
            }
            complain(sentence(of: message))
            return status == .validationFailure ? Status.badInput.rawValue : Status.failed.rawValue
        }
    }

    /// The parser's message as one sentence: what is wrong, and the command that shows how it is used.
    private static func sentence(of message: String) -> String {
        let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let help = lines.first { $0.hasPrefix("See '") }.map { "; " + $0.prefix(1).lowercased() + $0.dropFirst().replacing("'", with: "`") }
        let usage = (help ?? "").hasSuffix(".") ? String((help ?? "").dropLast()) : help ?? ""
        return (lines.first ?? text) + usage
    }

    /// Writes a sentence to standard error.
    static func complain(_ sentence: String) {
        Output.tell("workbench: \(sentence)\n")
    }
}

/// The exit statuses, thrown when everything has been said.
enum Status: Int32, Error {
    /// The run failed.
    case failed = 1
    /// Usage or bad input.
    case badInput = 2
    /// A verification failed.
    case unverified = 3
    /// Interrupted; what was done is saved.
    case interrupted = 130
}
