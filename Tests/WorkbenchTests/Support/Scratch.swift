import Engine
import Foundation
import TerminalDriver
import Testing

@testable import workbench

/// A folder for one test's files, removed with it.
final class Scratch {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-test-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A file's path in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

    /// Writes a file and returns its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// A file's bytes.
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }

    /// Runs the program without a terminal, for at most a minute.
    func workbench(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
        try workbench(arguments: arguments, environment: environment)
    }

    /// The same with arguments in a list.
    func workbench(arguments: [String], environment: [String: String] = [:]) throws -> ProgramRun {
        try runProgram(
            ["timeout", "60", builtProgram("workbench").path] + arguments,
            environment: ["XDG_STATE_HOME": folder.path, "XDG_DATA_HOME": folder.path, "LANG": "C.UTF-8"].merging(environment) { $1 })
    }
}

/// Checks that a workspace verifies without a terminal, on the best instruction-set path and on the plainest.
func expectVerified(_ path: String, _ location: SourceLocation = #_sourceLocation) throws {
    let scratch = try Scratch()
    for environment in [[:], ["WORKBENCH_ISA": "baseline"]] {
        let run = try scratch.workbench("replay", path, "--verify", environment: environment)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        #expect(run.output.hasSuffix("all equal\n"), "\(run.output)", sourceLocation: location)
    }
}

/// Checks that a program refused in one sentence on standard error that holds certain words, and printed nothing.
func expectRefusal(
    _ run: ProgramRun, status: Int32 = 2, _ words: String..., location: SourceLocation = #_sourceLocation
) {
    #expect(run.status == status, "\(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    #expect(run.errors.hasPrefix("workbench: ") && run.errors.hasSuffix("\n"), sourceLocation: location)
    #expect(run.errors.count { $0 == "\n" } == 1, "one line: \(run.errors)", sourceLocation: location)
    for word in words { #expect(run.errors.contains(word), "“\(word)” is not in: \(run.errors)", sourceLocation: location) }
}

/// A session of two panes with marks, tweaks and a pause, kept in a file and ended.
func recordSession(_ path: String) async throws {
    let clock = SettableClock()
    let session = try await Session.begin(
        [
            try Composition.catalog.configuration("sampling.mixture", values: ["updates": .integer(400)]),
            try Composition.catalog.configuration("entropy.maxent"),
        ], catalog: Composition.catalog, path: path, clock: SessionClock { clock.now }, startsRunning: true)
    let panes = await session.panes
    func finished(_ pane: LivePane) async { while await pane.state().status == .ready { await Task.yield() } }
    await finished(panes[1])
    await finished(panes[0])
    clock.now = 2
    await session.mark("both have ended")
    clock.now = 4
    try await panes[1].perform(.set(name: "mean", value: .real(3), input: nil))
    await finished(panes[1])
    clock.now = 5
    await session.mark("a smaller mean")
    clock.now = 6
    try await panes[1].perform(.pinned)
    await session.close()
}

/// Time that a test sets; any thread may look.
final class SettableClock: @unchecked Sendable {
    private let lock = NSLock()
    private var time = 0.0
    var now: Double {
        get { lock.withLock { time } }
        set { lock.withLock { time = newValue } }
    }
}
