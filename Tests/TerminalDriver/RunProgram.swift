import Foundation

/// What came of a program that ran to its end.
public struct ProgramRun: Sendable {
    /// Its exit status; 128 and the signal's number for one that a signal ended.
    public var status: Int32
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var errors: String
}

/// Runs a program to its end, with no standard input and of this process' environment only PATH, HOME and TMPDIR.
///
/// Not Foundation's `Process`: that one notices the end by a descriptor the child inherits, which a server it starts would hold open.
public func runProgram(_ words: [String], environment: [String: String] = [:]) throws -> ProgramRun {
    let base = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    let (outputPath, errorsPath) = (base + ".output", base + ".errors")
    defer {
        unlink(outputPath)
        unlink(errorsPath)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorsPath, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    // Threads of a dispatch queue block nearly all signals, and a child inherits that: it could not be ended by any of them.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // NO_COLOR, LANG or TMUX of whoever runs the tests must not reach what is tested.
    let settings =
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        .merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    let arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments + settings { free(text) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, words[0], &actions, &attributes, arguments, settings)
    guard code == 0 else { throw TerminalDriver.Failure(description: "\(words[0]) cannot be run: \(String(cString: strerror(code)))") }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }
    let signal = status & 0x7F
    return ProgramRun(status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: try text(outputPath), errors: try text(errorsPath))
}
