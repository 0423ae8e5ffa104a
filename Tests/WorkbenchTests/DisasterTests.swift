import Engine
import Foundation
import TerminalDriver
import Testing

@testable import workbench

/// What must never cost a user his session: kills at any moment, disks that take nothing, files that others hold.
@Suite(.serialized, .enabled(if: TerminalDriver.isAvailable, "needs tmux")) struct `Disasters` {
    private let workbench = builtProgram("workbench").path

    /// Numbers that look random and are the same in each test run, by SplitMix64.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    @Test func `on a full disk the session goes on, says so, and gives the terminal back`() throws {
        let terminal = try TerminalDriver(columns: 120, rows: 36)
        try terminal.command(
            "clear; stty -g > before; (ulimit -f 4; XDG_STATE_HOME=$PWD/state \(workbench) session entropy.wallis); echo status $?; stty -g > after; cmp before after && echo same'' modes"
        )
        // Not a word of the key bar: the greeting, then the bad news, take its place.
        try terminal.wait(for: "● saved")
        // Until what was done no longer fits.
        for place in 0..<200 where !(try terminal.screen().contains("not saved")) {
            try terminal.press(place % 2 == 0 ? "Right" : "Left", "p", "P")
        }
        try terminal.wait(for: "not saved")
        try terminal.press("s")
        try terminal.wait(for: "cannot be written (File too large)")
        // What the full disk does not take is still there to be seen, and can be taken elsewhere as far as there is room.
        try terminal.press("v")
        try terminal.wait(for: "replay of this session")
        try terminal.press("Escape")
        try terminal.wait("the live session") { !$0.contains("replay of this session") }
        try terminal.press("q")
        let screen = try terminal.wait(for: "same modes")
        #expect(screen.contains("status 0"), "\(screen)")
        #expect(try terminal.state("#{alternate_on} #{mouse_any_flag} #{cursor_flag}") == "0 0 1")
        let folder = terminal.temporaryFolder.appendingPathComponent("state/workbench/sessions")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let workspace = try Workspace.read(folder.appendingPathComponent(name).path)
        #expect(!workspace.events.isEmpty && workspace.intactBytes <= 4 * 1024)
    }

    @Test func `killed twenty times at random moments, a session lost at most its last second each time`() throws {
        var dice = Dice(state: 2026)
        let terminal = try TerminalDriver(columns: 120, rows: 36)
        let folder = terminal.temporaryFolder
        for round in 1...20 {
            let state = folder.appendingPathComponent("state\(round)")
            try terminal.command(
                "clear; XDG_STATE_HOME=\(state.path) sh -c 'echo $$ > process\(round); exec \(workbench) session entropy.wallis sampling.mixture'"
            )
            try terminal.wait(for: "● saved")
            let keys = ["Right", "Left", "p", "f", "Tab", "Space", "z", "r", "u", "Up", "i", "Escape", "m", "x", "Enter"]
            for _ in 0..<Int.random(in: 0...6, using: &dice) {
                try terminal.press(keys.randomElement(using: &dice) ?? "Right")
                usleep(UInt32.random(in: 0...60_000, using: &dice))
            }
            usleep(UInt32.random(in: 0...900_000, using: &dice))
            let text = try String(contentsOf: folder.appendingPathComponent("process\(round)"), encoding: .utf8)
            let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            let moment = Date()
            #expect(kill(process, SIGKILL) == 0)
            try terminal.wait(for: "Killed")
            // Full-screen modes were left behind on purpose by nobody; a reset gives the next round a clean screen.
            try terminal.command("reset")

            let sessions = state.appendingPathComponent("workbench/sessions")
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: sessions.path).first)
            let path = sessions.appendingPathComponent(name).path
            let written = try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
            let events = try Workspace.read(path).events
            let running = (0..<2).filter { pane in
                let last = events.last { $0.pane == pane && ($0.kind == .started || $0.kind == .paused) }
                return last?.kind == .started && !events.contains { if case .stopped = $0.kind { $0.pane == pane } else { false } }
            }
            // A second, and what a busy machine adds to it.
            if !running.isEmpty { #expect(moment.timeIntervalSince(written) < 3, "round \(round)") }
            let scratch = try Scratch()
            let verified = try scratch.workbench("replay", path, "--verify")
            // Killed before its first digest it holds nothing to verify, which is said.
            let holdsDigest = events.contains { if case .digest = $0.kind { true } else { false } }
            #expect(verified.status == (holdsDigest ? 0 : 3), "round \(round): \(verified.errors)")
        }
    }

    /// The session's clock runs 720 times as fast: eight hours of events, digests and frames in forty seconds.
    @Test func `eight hours of four running panes stay under 200 MB, and the file grows with events and digests alone`() throws {
        let terminal = try TerminalDriver(columns: 140, rows: 44)
        try terminal.command(
            "clear; XDG_STATE_HOME=$PWD/state WORKBENCH_CLOCK=720 sh -c 'echo $$ > process; exec \(workbench) session entropy.wallis entropy.physical classifier.metrics sampling.mixture'"
        )
        try terminal.wait(for: "● saved")
        let folder = terminal.temporaryFolder
        let text = try String(contentsOf: folder.appendingPathComponent("process"), encoding: .utf8)
        let process = text.trimmingCharacters(in: .whitespacesAndNewlines)
        for (pane, parameter, value) in [("3", "bootstrap", "100000"), ("4", "updates", "1000000000")] {
            try terminal.press(pane, ":")
            try terminal.type("\(parameter) =")
            try terminal.press("Enter")
            try terminal.wait(for: "Enter takes it")
            try terminal.type(value)
            try terminal.press("Enter")
        }
        let sessions = folder.appendingPathComponent("state/workbench/sessions")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: sessions.path).first)
        let path = sessions.appendingPathComponent(name).path
        let began = Date()
        var hours = 0.0
        // Eight hours by the journal's own time; a machine that is slow to write it gets longer.
        while hours < 8, Date().timeIntervalSince(began) < 180 {
            usleep(500_000)
            try terminal.press("1", "Right", "Left")
            hours = (try Workspace.read(path).events.last?.at ?? 0) / 3600
        }
        #expect(hours >= 8)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let most = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }.flatMap { Int($0.split(separator: " ")[1]) })
        #expect(most < 200 * 1024, "\(most / 1024) MB at most")
        let workspace = try Workspace.read(path)
        var counts: [String: Int] = [:]
        for event in workspace.events {
            switch event.kind {
            case .digest: counts["digest", default: 0] += 1
            case .reached: counts["reached", default: 0] += 1
            default: counts["other", default: 0] += 1
            }
        }
        // A digest every ten seconds of each of four panes, sixty more for each run, and one for each pause.
        #expect((counts["digest"] ?? 0) < 4 * (Int(hours * 360) + 200), "\(counts)")
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(size < 60 << 20, "\(size >> 20) MB for \(counts)")
        print("eight hours: \(most / 1024) MB resident at most, a file of \(size >> 20) MB, \(counts.sorted { $0.key < $1.key })")
        try terminal.press("q")
        try terminal.wait("the shell") { !$0.contains("RESULTS") && !$0.contains("saved") }
    }

    @Test func `a server that never answers holds up nobody`() throws {
        // The system takes connections for a socket that listens; nobody ever reads them.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isBound)
        let port = UInt16(bigEndian: address.sin_port)
        let terminal = try TerminalDriver(columns: 140, rows: 44)
        try terminal.command(
            "clear; XDG_STATE_HOME=$PWD/state OPENAI_BASE_URL=http://127.0.0.1:\(port)/v1 \(workbench) session language.iterate entropy.wallis; echo status $?"
        )
        try terminal.wait(for: "● saved")
        try terminal.press("1", ":")
        try terminal.type("provider =")
        try terminal.press("Enter")
        try terminal.type("openai")
        try terminal.press("Enter")
        try terminal.wait(for: "waiting")
        let throwsShown = try Regex("([0-9][0-9,]+)")
        func steps(_ screen: String) -> Int {
            let line = screen.split(separator: "\n").first { $0.contains("The Wallis experiment") } ?? ""
            return line.matches(of: throwsShown).compactMap { Int(line[$0.range].replacing(",", with: "")) }.max() ?? 0
        }
        let before = steps(try terminal.screen())
        try terminal.wait("the other pane to go on") { steps($0) > before + 10_000 }
        try terminal.press("2", "Right")
        let tweaked = try Regex("tolerance +0\\.05")
        try terminal.wait("the tweak") { $0.firstMatch(of: tweaked) != nil }
        try terminal.press("q")
        try terminal.wait(for: "status 0")
    }

    @Test func `where no file can be made the session is in memory and says so`() throws {
        let terminal = try TerminalDriver(columns: 120, rows: 36)
        try terminal.command("clear; XDG_STATE_HOME=/proc/nowhere \(workbench) session entropy.maxent; echo status $?")
        try terminal.wait(for: "the session is in memory alone")
        try terminal.press("S", "C-u")
        try terminal.type("saved")
        try terminal.press("Enter")
        try terminal.wait(for: "saved.workspace ● saved")
        try terminal.press("q")
        try terminal.wait(for: "status 0")
        try expectVerified(terminal.temporaryFolder.appendingPathComponent("saved.workspace").path)
    }

    @Test func `a session that another one writes is shown as a replay, which can branch`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("busy.workspace")
        try await recordSession(path)
        let holder = try Journal(continuing: path, workspace: try Workspace.read(path))
        let bytes = try scratch.bytes("busy.workspace")
        let terminal = try TerminalDriver(columns: 140, rows: 44)
        try terminal.command("clear; XDG_STATE_HOME=$PWD/state \(workbench) open \(path); echo status $?")
        try terminal.wait(for: "is being written by another session; it is shown as a replay")
        try terminal.press("Space", "b")
        try terminal.wait(for: "a branch from")
        try terminal.press("q")
        try terminal.wait(for: "status 0")
        holder.close()
        #expect(try scratch.bytes("busy.workspace") == bytes)
    }

    @Test(arguments: [["list"], ["run", "entropy.maxent", "--json"], ["run", "entropy.maxent", "--csv"], ["manual"]])
    func `results that cannot be written out whole are no success`(_ words: [String]) throws {
        let scratch = try Scratch()
        let line = ([workbench] + words).joined(separator: " ") + " > /dev/full"
        let run = try runProgram(["sh", "-c", line], environment: ["XDG_STATE_HOME": scratch.folder.path])
        #expect(run.status == 1 && run.errors == "workbench: standard output cannot be written: No space left on device\n", "\(run.errors)")
    }

    @Test func `a run whose workspace does not fit on the disk prints its results and fails`() throws {
        let scratch = try Scratch()
        let run = try runProgram(
            [
                "sh", "-c",
                "ulimit -f 1; \(workbench) run sampling.mixture --steps 2000 --csv --save \(scratch.path("a.workspace")) > /dev/null",
            ],
            environment: ["XDG_STATE_HOME": scratch.folder.path])
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("workbench: the workspace cannot be written (File too large)"), "\(run.errors)")
    }
}
