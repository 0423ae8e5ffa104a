import Foundation
import Glibc
import TerminalDriver
import Testing

@testable import Language

/// The key of an endpoint is looked for in all that the built program writes: files, screens, output, what it leaves when it crashes.
@Suite(.timeLimit(.minutes(5))) struct KeyTests {
    private static let key = "sk-test-7d1f0c55e2a94b"

    /// A server that repeats the key it was sent, in replies and in errors.
    private static func server() throws -> LoopbackServer {
        try LoopbackServer { number, request in
            let sent = request.headers["authorization"] ?? "none"
            switch number % 4 {
            case 0: return Served.reply("You sent ", String(sent.prefix(18)), String(sent.dropFirst(18)), " to me, number \(number).")
            case 1: return [Served.whole("500 Oops", "{\"error\":{\"message\":\"failed for \(sent)\"}}")]
            case 2: return Served.reply("Again \(sent), and again \(sent).")
            default:
                return [Served.whole("429 Too Many", "\(sent) is too often here", type: "text/plain", headers: "Retry-After: 0.05\r\n")]
            }
        }
    }

    /// The files under a folder that hold the key.
    private func holders(_ folder: URL) throws -> [String] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        var found: [String] = []
        var count = 0
        while let file = all?.nextObject() as? URL {
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true else { continue }
            count += 1
            if try Data(contentsOf: file).range(of: Data(Self.key.utf8)) != nil { found.append(file.path) }
        }
        #expect(count > 0, "nothing was written")
        return found
    }

    private func environment(_ folder: URL, _ server: LoopbackServer) -> [String: String] {
        [
            "HOME": folder.path, "XDG_STATE_HOME": folder.path + "/state", "XDG_DATA_HOME": folder.path + "/data",
            "XDG_CACHE_HOME": folder.path + "/cache", "LANG": "C.UTF-8", "OPENAI_BASE_URL": server.base, "OPENAI_API_KEY": Self.key,
        ]
    }

    @Test func `a run without a screen keeps it out of files and output`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-key-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try Self.server()
        func workbench(_ arguments: String...) throws -> ProgramRun {
            try runProgram(["timeout", "120", builtProgram("workbench").path] + arguments, environment: environment(folder, server))
        }
        let saved = folder.path + "/run.workspace"
        let run = try workbench(
            "run", "language.iterate", "--set", "iterations=3", "--set", "lanes=temperature=0,1", "--save", saved, "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(server.requests.contains { $0.headers["authorization"] == "Bearer \(Self.key)" }, "it was sent")
        let runs = [
            run, try workbench("run", "language.iterate", "--set", "iterations=2", "--set", "retries=0", "--frame", "120x40"),
            try workbench("doctor"),
            try workbench("export", saved, "--figure", "text", "--csv", folder.path + "/text.csv", "--cast", folder.path + "/run.cast"),
            try workbench("replay", saved, "--verify"),
        ]
        for run in runs { #expect(!(run.output + run.errors).contains(Self.key)) }
        #expect(runs[1].status == 1 && runs[1].errors.contains("•••"), "an error of the server ends it: \(runs[1].errors)")
        #expect(runs[4].status == 0, "\(runs[4].errors)")
        #expect(try String(contentsOfFile: saved, encoding: .utf8).contains("•••"), "its replies said it")
        #expect(try holders(folder) == [])
    }

    @Test(.enabled(if: TerminalDriver.isAvailable)) func `a session keeps it off the screen, and out of what a crash leaves`() throws {
        let server = try Self.server()
        let terminal = try TerminalDriver(columns: 140, rows: 44)
        let folder = terminal.temporaryFolder
        // In a file of its own, so that the shell's own line does not show it.
        let settings = environment(folder, server).map { "export \($0.key)='\($0.value)'" }.joined(separator: "\n")
        let script = folder.deletingLastPathComponent().appendingPathComponent("workbench-key-\(UUID().uuidString).sh")
        try (settings + "\necho $$ > \(folder.path)/pid\nexec \(builtProgram("workbench").path) session language.iterate\n")
            .write(to: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: script) }
        var screens: [String] = []
        try terminal.command("clear; sh \(script.path); echo status $?")
        screens.append(try terminal.wait(for: "• saved".replacingOccurrences(of: "•", with: "●")))
        // The default lane asks the endpoint that the environment names: figure 4 is the text that came back.
        screens.append(try terminal.wait("answers to come") { _ in server.requests.count > 6 })
        for _ in 0..<5 {
            try terminal.press("f")
            screens.append(try terminal.screen())
        }
        try terminal.press("t")
        screens.append(try terminal.screen(styled: true))
        let pid = try String(contentsOf: folder.appendingPathComponent("pid"), encoding: .utf8)
        let number = try #require(pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines)))
        kill(number, SIGSEGV)
        // Swift's own report, which waits for a key.
        screens.append(try terminal.wait(for: "crashed"))
        try terminal.press("q")
        screens.append(try terminal.wait(for: "status 139"))
        for screen in screens { #expect(!screen.contains(Self.key), "\(screen)") }
        #expect(try holders(folder) == [])
    }
}
