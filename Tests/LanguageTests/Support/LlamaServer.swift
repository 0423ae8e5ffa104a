import Foundation
import Glibc
import ReferenceModel
import TerminalDriver
import Testing

/// llama.cpp's own server with the reference model, started on this machine for a suite of tests and ended after it.
///
/// It comes from PyPI, into a virtual environment in the build's folder. It ends with its standard input, so also when the tests crash.
final class LlamaServer: Sendable {
    /// How many tokens it has room for.
    static let context = 2048
    /// Whether tests may install it.
    static let isWanted = ProcessInfo.processInfo.environment["CI"] == "true"
    /// What a skipped test says.
    static let advice: Comment = "installs llama.cpp's server from PyPI, which it does in continuous integration alone (CI=true)"
    /// The one that runs while a suite with `.llamaServer` does.
    @TaskLocal static var running: LlamaServer?

    /// Its address, ending in /v1.
    let base: String
    private let child: pid_t
    private let input: Int32
    private static let secondsToStart = 120.0

    /// - Parameter makesVectors: whether it serves vectors of texts instead of replies.
    init(makesVectors: Bool = false) throws {
        let script = Self.references + "/serve_model.py"
        let words = [
            try Self.python(), script, try ReferenceModel.path(), "--port", "0", "--context", "\(Self.context)", "--attached",
        ]
        (child, input, base) = try Self.start(words + (makesVectors ? ["--embeddings"] : []))
    }

    /// Ends it, at the latest after ten seconds.
    func stop() {
        close(input)
        kill(child, SIGTERM)
        let start = DispatchTime.now().uptimeNanoseconds
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            if DispatchTime.now().uptimeNanoseconds - start > 10_000_000_000 { kill(child, SIGKILL) }
            usleep(10_000)
        }
    }

    private static let references = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("References/language").path

    /// A Python that has the server, installed where it is not there yet.
    private static func python() throws -> String {
        let folder = builtProgram("llama-server").path
        let python = folder + "/bin/python"
        if (try? runProgram([python, "-c", "import xllamacpp"]))?.status == 0 { return python }
        for words in [
            ["python3", "-m", "venv", folder],
            [python, "-m", "pip", "install", "--quiet", "--constraint", references + "/model-requirements.txt", "xllamacpp"],
        ] {
            let run = try runProgram(["timeout", "300"] + words, environment: PackageIndex.environment)
            guard run.status == 0 else { throw Failure(description: "\(words.joined(separator: " ")): \(run.errors)") }
        }
        return python
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Starts the program and waits for the line that gives its address; what it logs goes to a file in the build's folder.
    private static func start(_ words: [String]) throws -> (child: pid_t, input: Int32, base: String) {
        var (into, outOf): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&into) == 0, pipe(&outOf) == 0 else { throw POSIXError(.EMFILE) }
        // Closed in other children that the tests start: they would keep the server's input open.
        for end in into + outOf { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, into[0], 0)
        posix_spawn_file_actions_adddup2(&actions, outOf[1], 1)
        let log = builtProgram("llama-server.log").path
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let arguments = words.map { strdup($0) } + [nil]
        let environment =
            ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
            .map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, words[0], &actions, nil, arguments, environment)
        close(into[0])
        close(outOf[1])
        defer { close(outOf[0]) }
        guard code == 0 else {
            close(into[1])
            throw Failure(description: "\(words[0]) cannot be run: \(String(cString: strerror(code)))")
        }
        let deadline = DispatchTime.now().uptimeNanoseconds + UInt64(secondsToStart * 1e9)
        var said = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !said.contains("\n") {
            let now = DispatchTime.now().uptimeNanoseconds
            var waited = pollfd(fd: outOf[0], events: Int16(POLLIN), revents: 0)
            let count =
                now < deadline && poll(&waited, 1, Int32((deadline - now) / 1_000_000)) > 0 ? read(outOf[0], &buffer, buffer.count) : 0
            guard count > 0 else { break }
            said += String(decoding: buffer[..<count], as: UTF8.self)
        }
        guard let address = said.split(separator: "\n").first?.split(separator: " ").last, address.hasPrefix("http://127.0.0.1:") else {
            close(into[1])
            kill(child, SIGKILL)
            var status: Int32 = 0
            waitpid(child, &status, 0)
            throw Failure(description: "llama.cpp's server did not start; see \(log)")
        }
        return (child, into[1], String(address))
    }
}

/// Runs a suite with a server, which ends with it.
struct LlamaServerTrait: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void) async throws {
        let server = try LlamaServer()
        defer { server.stop() }
        try await LlamaServer.$running.withValue(server) { try await body() }
    }
}

extension Trait where Self == LlamaServerTrait {
    /// Starts llama.cpp's server before the suite's first test and ends it after the last.
    static var llamaServer: Self { LlamaServerTrait() }
}
