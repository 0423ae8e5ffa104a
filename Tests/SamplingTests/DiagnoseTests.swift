import Engine
import Foundation
import Testing

@testable import Sampling

/// Values made by Tests/References/sampling/diagnose.py: ArviZ, having read the same files.
struct DiagnoseReference: Decodable {
    var files, names: [String]
    var count, divergences, treeDepthHits: Int
    var rhat, essBulk, essTail, mcseMean, mean, ebfmi: [Double]

    static func load() throws -> DiagnoseReference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../References/sampling/diagnose.json")
        return try JSONDecoder().decode(DiagnoseReference.self, from: Data(contentsOf: file))
    }
}

@Suite struct `Somebody else's draws` {
    static func run(_ files: [String], _ values: [String: Value] = [:]) throws -> DiagnoseExperiment {
        var inputs: [String: Input] = [:]
        for (place, text) in files.enumerated() {
            inputs[place == 0 ? "data" : "data\(place + 1)"] = Input(name: "chain-\(place + 1).csv", bytes: Array(text.utf8))
        }
        return try drive(DiagnoseExperiment.self, values, steps: 1, inputs: inputs)
    }

    @Test func `CmdStan's files are diagnosed as ArviZ does`() throws {
        let want = try DiagnoseReference.load()
        let run = try Self.run(want.files)
        let results = run.results()
        #expect(run.run.draws.names == want.names && run.run.settings.draws == want.count)
        for (name, values) in [
            ("rhat", want.rhat), ("essBulk", want.essBulk), ("essTail", want.essTail), ("mcseMean", want.mcseMean), ("mean", want.mean),
            ("ebfmi", want.ebfmi),
        ] {
            #expect(close(results.numbers(name) ?? [], values, 1e-8), "\(name)")
        }
        #expect(results.number("divergences") == Double(want.divergences))
        #expect(results.number("treeDepthHits") == Double(want.treeDepthHits))
        #expect(results.warnings.contains { $0.contains("4 rows of warm-up") })
        #expect(run.figure("energy").caption.contains("E-BFMI") && run.figure("pair").title.contains("mu"))
    }

    @Test func `typed lists, a table with a chain column and separate files say the same`() throws {
        let chains = [[1.5, 2, 0.5, 3, 2.5, 1], [2, 1, 3, 0, 2.25, 1.75]]
        let typed = try drive(
            DiagnoseExperiment.self, ["chains": .text("[[1.5, 2, 0.5, 3, 2.5, 1],\n [2, 1, 3, 0, 2.25, 1.75]]")], steps: 1)
        var table = "chain,draw,x\n"
        for draw in 0..<6 { for c in 0..<2 { table += "\(c + 1),\(draw + 1),\(chains[c][draw])\n" } }
        let tabled = try Self.run([table])
        let split = try Self.run(chains.map { "x\n" + $0.map { "\($0)\n" }.joined() })
        #expect(typed.run.draws.series == tabled.run.draws.series && typed.run.draws.series == split.run.draws.series)
        #expect(typed.results().numbers("rhat") == split.results().numbers("rhat"))
        #expect(typed.results().values["divergences"] == ResultValue.none)
    }

    @Test func `few draws and one chain are told, not guessed`() throws {
        let few = try drive(DiagnoseExperiment.self, ["chains": .text("[[1,2,3],[3,4,5]]")], steps: 1).results()
        #expect(few.values["rhat"] == .array([.none]) && few.warnings.contains { $0.contains("need 4") })
        let one = try drive(DiagnoseExperiment.self, ["chains": .text("[[1,2,3,2,1,2]]")], steps: 1).results()
        #expect(one.values["rhat"] == .array([.none]) && one.number("minEssBulk") != nil)
        #expect(one.warnings.contains { $0.contains("one chain") })
    }

    @Test func `without data an example shows chains that disagree`() throws {
        let run = try drive(DiagnoseExperiment.self, [:], steps: 1)
        #expect((run.results().number("maxRhat") ?? 0) > 1.01)
        #expect(run.results().warnings.contains { $0.contains("example") })
        let copy = try roundTripped(run)
        #expect(copy.results() == run.results() && copy.tables() == run.tables())
    }

    static let typed: [(String, String)] = [
        ("[[1,2],[3]]", "chain 2 has 1 draws"), ("[[1,2,nan]]", "finite"), ("[[1,x]]", "not a number"), ("[[]]", "without draws"),
        ("[]", "no list"), ("[[1,2]", "not closed"), ("1,2", "outside the lists"), ("[[[1]]]", "bracket within"), ("[[1]]]", "not opened"),
        ("[[1,2],[]]", "chain 2 has 0"), ("[[inf]]", "finite"),
    ]

    @Test(arguments: 0..<typed.count) func `bad lists are refused in one sentence`(index: Int) {
        expectRefusal(DiagnoseExperiment.self, ["chains": .text(Self.typed[index].0)], Self.typed[index].1)
    }

    static let files: [([String], String)] = [
        (["chain,x\n1,1\n1,2\n2,3\n"], "chain 2 has 1 draws"), (["x\n1\n\nNA\n2\n"], "missing"), (["x\n1\ninf\n2\n"], "line 3"),
        (["name\na\nb\n"], "no column of numbers"), (["x\n1\n2\n", "y\n1\n2\n"], "different columns"), ([""], "empty"),
        (["# a comment\nlp__,mu\n1\n"], "line 3"), (["x\n1\n2\n", "x\n1\n"], "chain 2 has 1"),
    ]

    @Test(arguments: 0..<files.count) func `bad files are refused in one sentence`(index: Int) {
        let (texts, words) = Self.files[index]
        let error = #expect(throws: UserError.self) { try Self.run(texts) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func `files and lists at once, and a file that was not read, are refused`() {
        expectRefusal(DiagnoseExperiment.self, ["chains": .text("[[1]]")], "both files", inputs: csv("x\n1\n"))
        expectRefusal(DiagnoseExperiment.self, ["data": .text("nothing.csv")], "has not been read")
    }
}
