import Engine
import Foundation
import TerminalDriver
import Testing

@testable import workbench

/// Draws in and out: files that grow while they are read, files as CmdStan writes them.
@Suite struct `Draws in and out` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let head = """
        # method = sample (Default)
        #     num_warmup = 10
        #     save_warmup = 0 (Default)
        lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,mu,theta.1

        """

    private static func row(_ k: Int, _ chain: Int) -> String {
        let value = Double((k * 7919 + chain * 104_729) % 1009) / 1009
        return "-1.5,0.9,0.5,2,3,\(k % 40 == 7 ? 1 : 0),\(2 + value),\(value),\(1 - value * value)\n"
    }

    @Test func `files are followed while they are written, and the session replays without them`() async throws {
        let paths = try (1...2).map { try scratch.file("chain_\($0).csv", Self.head + Self.row(0, $0) + "-1.5,0.9") }
        let configuration = try Composition.catalog.configuration(
            "sampling.diagnose", values: ["data": .text(scratch.path("chain_*.csv")), "follow": .flag(true)])
        let saved = scratch.path("followed.workspace")
        let journal = try Journal(creating: saved, header: Workspace.Header(title: "followed"))
        let writing = Task {
            let files = try paths.map { try #require(FileHandle(forWritingAtPath: $0)) }
            for file in files { try file.seekToEnd() }
            for k in 1..<120 {
                for (c, file) in files.enumerated() {
                    let row = Self.row(k, c + 1)
                    try file.write(contentsOf: Data((k == 1 ? String(row.dropFirst(8)) : row).utf8))
                }
                await Task.yield()
            }
            for file in files { try file.write(contentsOf: Data("#  Elapsed Time: 1 seconds (Total)\n".utf8)) }
        }
        let outcome = try await HeadlessRun(configuration, catalog: Composition.catalog).run(journal: journal)
        try await writing.value
        journal.append(Event(at: 0, .closed))
        journal.close()
        #expect(outcome.pane.statusSentence.contains("120 draws of each chain"))
        #expect(outcome.results.number("divergences") == 6)
        #expect(journal.events.contains { if case .answered = $0.kind { true } else { false } })

        for path in paths { try FileManager.default.removeItem(atPath: path) }
        let replay = try scratch.workbench("replay", saved, "--verify")
        #expect(replay.status == 0 && replay.output.contains("all equal"), "\(replay.output) \(replay.errors)")
    }

    @Test func `a file that has stopped growing is finished after the patience given`() throws {
        let path = try scratch.file("one.csv", "x\n1\n2\n3\n4\n5")
        let run = try scratch.workbench(
            "run", "sampling.diagnose", "--data", path, "--set", "follow=on", "--set", "patience=0.2", "--json")
        #expect(run.status == 0 && run.output.contains("\"drawsRead\":[5]"), "\(run.output) \(run.errors)")
    }

    @Test func `more than four files are read by a pattern`() throws {
        for c in 1...12 { _ = try scratch.file("many_\(c).csv", "x\n" + (0..<8).map { "\(c * 10 + $0)\n" }.joined()) }
        let run = try scratch.workbench("run", "sampling.diagnose", "--data", scratch.path("many_*.csv"), "--csv", "--table", "draws")
        let lines = run.output.split(separator: "\n")
        #expect(
            lines.count == 97 && lines[1].hasPrefix("1,1,10") && lines[96].hasPrefix("12,8,127"), "\(run.output.prefix(200)) \(run.errors)")
        expectRefusal(try scratch.workbench("run", "sampling.diagnose", "--data", scratch.path("none_*.csv")), "no file fits")
    }

    @Test func `draws are written as CmdStan does, a file a chain, and read back alike`() throws {
        let saved = scratch.path("schools.workspace")
        let run = try scratch.workbench(
            "run", "sampling.schools", "--set", "draws=30", "--set", "warmup=40", "--set", "chains=3", "--set", "parameterisation=centred",
            "--save", saved, "--stan-csv", scratch.path("draws.csv"), "--csv", "--table", "summary")
        #expect(run.status == 0, "\(run.errors)")
        let text = try String(contentsOfFile: scratch.path("draws_3.csv"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("#") } == 10 && lines.contains("#     num_samples = 30"))
        #expect(
            lines.first { !$0.hasPrefix("#") } ?? ""
                == "lp__,energy__,divergent__,stepsize__,mu,tau,\((1...8).map { "theta.\($0)" }.joined(separator: ","))")
        #expect(lines.count == 10 + 1 + 30)
        // Read by sampling.diagnose the summary is the same but for the names and the log density, which Stan's users look at too.
        let again = try scratch.workbench(
            "run", "sampling.diagnose", "--data", scratch.path("draws_*.csv"), "--csv", "--table", "summary")
        let rows = again.output.split(separator: "\n").filter { !$0.hasPrefix("lp__,") }
        #expect(rows.count == again.output.split(separator: "\n").count - 1)
        #expect(
            rows.map { String($0).replacing("theta.", with: "theta") } == run.output.split(separator: "\n").map(String.init),
            "\(again.output)\n\(run.output)")
        let exported = try scratch.workbench("export", saved, "--stan-csv", scratch.path("again.csv"))
        #expect(exported.status == 0)
        #expect(try String(contentsOfFile: scratch.path("again_3.csv"), encoding: .utf8) == text)
        expectRefusal(try scratch.workbench("export", saved, "--stan-csv", scratch.path("again.csv")), "exists already")
        expectRefusal(
            try scratch.workbench("run", "entropy.maxent", "--stan-csv", scratch.path("none.csv")), "has no draws to write")
    }
}
