import ArgumentParser
import Engine
import Foundation

/// `workbench replay FILE`: a saved session again, in the session's replay view or, with --verify, bit for bit without a screen.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Replay a saved workspace; --verify recomputes it and compares every digest.")

    @Argument(help: "The workspace.", completion: .file(extensions: ["workspace"])) var file: String
    @Flag(help: "Recompute without a screen and compare every digest; exit status 3 when one differs.") var verify = false
    @Option(help: "Times real time.") var speed: Double = 1
    @Option(help: ArgumentHelp("Start at this time, minutes:seconds or seconds.", valueName: "1:30")) var at: String?

    func run() async throws {
        guard speed > 0, speed.isFinite else { throw UserError("--speed \(speed) was refused; expected a number above 0") }
        let start = try at.map(Self.seconds) ?? 0
        guard verify else { return try await Interactive.replay(file, speed: speed, from: start) }
        let workspace = try Workspace.read(file)
        let progress = ProgressLine(isQuiet: isatty(STDERR_FILENO) == 0, unit: "event")
        let total = workspace.events.count
        let verification: Verification
        do {
            defer { progress.clear() }
            verification = try Verification.of(workspace, catalog: Composition.catalog) {
                progress.show(Int(($0 * Double(total)).rounded()), of: total, news: nil)
            }
        }
        for notice in verification.notices { Workbench.complain("\(file): \(notice)") }
        if let divergence = verification.divergence {
            Workbench.complain("\(file) does not replay: \(divergence)")
            throw Status.unverified
        }
        guard verification.digests > 0 else {
            Workbench.complain("\(file) holds no digest, so nothing could be verified")
            throw Status.unverified
        }
        Output.say("\(file): \(verification.events) events, \(verification.digests) digests, all equal")
    }

    /// Reads minutes:seconds or seconds.
    static func seconds(_ text: String) throws -> Double {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        let numbers = parts.compactMap { $0 }
        guard numbers.count == parts.count, (1...3).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw UserError("--at \(text) was refused; expected a time such as 1:30 or 90")
        }
        return numbers.reduce(0) { $0 * 60 + $1 }
    }
}

/// `workbench open FILE`: goes on with a saved session.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: "Open a saved workspace and go on with it.")

    @Argument(help: "The workspace.", completion: .file(extensions: ["workspace"])) var file: String

    func run() async throws { try await Interactive.open(file) }
}
