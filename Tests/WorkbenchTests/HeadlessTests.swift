import Engine
import Foundation
import Surface
import TerminalDriver
import Testing

@testable import workbench

/// The real program without a terminal: exit statuses, one-sentence messages, what is printed.
@Suite struct `The program without a terminal` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    // MARK: Refusals

    @Test(arguments: [
        ("entropy.maxent", "mean = 4; P(x >= 5) = 0.9", 4, "misses by 0.15"), ("entropy.maxent", "mean = 6", 6, "boundary"),
        ("entropy.moments", "E[x] = 0; E[x^2] = 1; E[x^3] = 1", 5, "no density of greatest entropy"),
        ("entropy.moments", "E[x] = 1; E[x^2] = 0.5", 4, "misses by 0.5"), ("entropy.maxent", "mean = 4", 0, ""),
    ])
    func `maximum entropy's outcomes are told apart by the exit status`(id: String, constraints: String, status: Int, words: String) throws
    {
        let run = try scratch.workbench("run", id, "--set", "constraints=\(constraints)", "--json", "--quiet")
        #expect(run.status == Int32(status))
        #expect(words.isEmpty ? run.errors.isEmpty : run.errors.contains(words), "\(run.errors)")
        #expect(run.output.contains("\"state\":"), "results are printed whatever came of it")
    }

    @Test func `an unknown experiment or parameter is refused with the nearest known name`() throws {
        expectRefusal(try scratch.workbench("run", "entropy.maxnet"), "entropy.maxnet", "did you mean “entropy.maxent”?")
        expectRefusal(try scratch.workbench("run", "zzz"), "there is no experiment “zzz”", "workbench list")
        expectRefusal(try scratch.workbench("describe", "sampling.mixtur"), "did you mean “sampling.mixture”?")
        expectRefusal(
            try scratch.workbench("run", "entropy.maxent", "--set", "constraint=mean = 4"), "no parameter “constraint”",
            "did you mean “constraints”?")
    }

    @Test func `a value out of range names the parameter, the value and the range`() throws {
        expectRefusal(
            try scratch.workbench("run", "sampling.mixture", "--set", "chains=999"), "chains = 999 was refused",
            "a whole number from 1 to 64")
        expectRefusal(try scratch.workbench("run", "sampling.mixture", "--set", "chains=many"), "chains = many", "a whole number")
        expectRefusal(try scratch.workbench("run", "sampling.mixture", "--set", "chains"), "--set chains", "expected name=value")
        expectRefusal(try scratch.workbench("run", "sampling.mixture", "--set", "sampler=nutz"), "sampler", "did you mean “nuts”?")
    }

    @Test(arguments: [
        ["run", "entropy.maxent", "--json", "--csv"], ["run", "entropy.maxent", "--steps=-3"], ["run", "entropy.maxent", "--steps", "x"],
        ["run", "entropy.maxent", "--frame", "0x3"], ["run", "entropy.maxent", "--frame", "120"], ["run"], ["replay"], ["--nonsense"],
        ["run", "entropy.maxent", "--figure", "none"], ["run", "entropy.maxent", "--csv", "--table", "none"],
        ["run", "entropy.maxent", "--glyphs", "runes"], ["run", "entropy.maxent", "--seed", "-1"], ["replay", "x", "--speed", "0"],
        ["replay", "x", "--at", "soon"], ["session", "entropy.maxent", "entropy.maxent", "--set", "mean=4"],
        ["sweep", "entropy.maxent", "--grid", "mean", "--seeds", "1-2"], ["sweep", "entropy.maxent", "--grid", "mean=4", "--seeds", "2-1"],
    ]) func `a wrong option is refused in one sentence with status 2`(arguments: [String]) throws {
        let run = try runProgram(
            [builtProgram("workbench").path] + arguments,
            environment: ["XDG_STATE_HOME": scratch.folder.path, "XDG_DATA_HOME": scratch.folder.path])
        expectRefusal(run)
    }

    @Test func `a data file that is missing, empty, binary or a folder is named`() throws {
        func run(_ path: String) throws -> ProgramRun { try scratch.workbench("run", "classifier.metrics", "--data", path) }
        expectRefusal(try run(scratch.path("none.csv")), "there is no file", "none.csv")
        expectRefusal(try run(try scratch.file("empty.csv", "")), "empty.csv is empty", "expected a table")
        expectRefusal(
            try run(try scratch.file("binary.csv", [0x7F, 0x45, 0x4C, 0x46, 0, 1, 2, 0xFF, 0])), "binary.csv, line 1", "looks binary")
        expectRefusal(try run(scratch.folder.path), "is a folder; expected a file")
    }

    @Test func `a table's fault is told with file, line and column`() throws {
        func run(_ name: String, _ text: String) throws -> ProgramRun {
            try scratch.workbench("run", "classifier.metrics", "--data", try scratch.file(name, text))
        }
        expectRefusal(try run("ragged.csv", "label,score\n1,0.5\n0\n1,0.2\n"), "ragged.csv, line 3", "1 field, expected 2")
        expectRefusal(try run("nan.csv", "label,score\n1,0.5\n0,nan\n"), "nan.csv, line 3, column “score”", "expected a number")
        expectRefusal(try run("gap.csv", "label,score\n1,0.5\n0,\n"), "gap.csv, line 3, column “score”", "the cell is empty")
        let word = try scratch.file("word.csv", "label,score\n1,0.5\n0,high\n")
        expectRefusal(
            try scratch.workbench("run", "classifier.metrics", "--data", word, "--set", "scores=score"), "word.csv, line 3, column “score”",
            "“high” is not a number")
        expectRefusal(try run("label.csv", "label,score\n1,0.5\nmaybe,0.25\n0,0.1\n"), "label.csv, column “label”", "maybe", "line 2")
        expectRefusal(try run("header.csv", "label,score\n"), "header.csv")
    }

    @Test func `a refused run leaves no workspace behind`() throws {
        let data = try scratch.file("ragged.csv", "label,score\n1,0.5\n0\n")
        expectRefusal(try scratch.workbench("run", "classifier.metrics", "--data", data, "--save", scratch.path("a.workspace")), "line 3")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("a.workspace")))
        let kept = try scratch.file("kept.workspace", "precious")
        expectRefusal(try scratch.workbench("run", "entropy.maxent", "--save", kept), "kept.workspace", "File exists")
        #expect(try scratch.bytes("kept.workspace") == Array("precious".utf8))
    }

    @Test(arguments: [[], ["open", "FILE"], ["replay", "FILE"]]) func `a session without a terminal is refused`(words: [String]) throws {
        let file = scratch.path("a.workspace")
        #expect(try scratch.workbench("run", "entropy.maxent", "--quiet", "--save", file).status == 0)
        let before = try scratch.bytes("a.workspace")
        let arguments = words.map { $0 == "FILE" ? file : $0 }
        let run = try runProgram(
            [builtProgram("workbench").path] + arguments,
            environment: ["XDG_STATE_HOME": scratch.folder.path, "XDG_DATA_HOME": scratch.folder.path])
        expectRefusal(run, "standard input is not a terminal")
        #expect(try scratch.bytes("a.workspace") == before)
    }

    // MARK: Workspaces

    @Test func `a workspace that is none, empty, newer or missing is told apart in one sentence`() throws {
        func verify(_ path: String) throws -> ProgramRun { try scratch.workbench("replay", path, "--verify") }
        expectRefusal(try verify(scratch.path("none.workspace")), "there is no file")
        expectRefusal(try verify(try scratch.file("empty.workspace", "")), "empty.workspace is empty")
        expectRefusal(
            try verify(try scratch.file("binary.workspace", [0, 1, 2, 0xFF, 10])), "binary.workspace, line 1: this is not a workspace")
        expectRefusal(try verify(try scratch.file("text.workspace", "hello\nworld\n")), "text.workspace, line 1: this is not a workspace")
        // A header of format 2 with its proper checksum, as a later version would write it.
        let header = Array(#"{"format":2,"kind":"workspace","program":"workbench","title":"""#.utf8)
        let sealed = header + Array(",\"sum\":\"\(checksum(header))\"}\n".utf8)
        expectRefusal(
            try verify(try scratch.file("newer.workspace", sealed)), "newer.workspace, line 1", "format 2", "open it with a newer one")
    }

    /// CRC-32 as zlib computes it, in eight hexadecimal digits: what each line of a workspace ends in.
    private func checksum(_ bytes: [UInt8]) -> String {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return String(format: "%08x", ~crc)
    }

    @Test func `a torn last line is dropped with a notice and the rest verifies; a flipped byte is found and named`() throws {
        let path = scratch.path("whole.workspace")
        let saved = try scratch.workbench("run", "sampling.mixture", "--steps", "100", "--seed", "5", "--quiet", "--save", path)
        #expect(saved.status == 0)
        try expectVerified(path)
        let bytes = try scratch.bytes("whole.workspace")
        for lost in [1, 2, 17, 40] {
            let torn = try scratch.workbench("replay", try scratch.file("torn.workspace", bytes.dropLast(lost).map { $0 }), "--verify")
            #expect(torn.status == 0)
            #expect(torn.errors.hasSuffix("the last line was torn off in writing and is dropped\n"))
            #expect(torn.output.hasSuffix("all equal\n"))
        }
        let starts = bytes.indices.filter { $0 == 0 || bytes[$0 - 1] == 10 }
        for line in [1, 2, 3] {
            var flipped = bytes
            flipped[starts[line] + 9] ^= 1
            let run = try scratch.workbench("replay", try scratch.file("flipped.workspace", flipped), "--verify")
            expectRefusal(run, "flipped.workspace, line \(line + 1): the line does not match its checksum")
        }
    }

    @Test func `a digest that comes out otherwise ends with status 3, naming pane, step and result`() throws {
        let path = scratch.path("a.workspace")
        #expect(try scratch.workbench("run", "sampling.mixture", "--steps", "50", "--quiet", "--save", path).status == 0)
        let lines = String(decoding: try scratch.bytes("a.workspace"), as: UTF8.self).split(separator: "\n").map { line -> String in
            guard line.contains("\"kind\":\"digest\""), let range = line.range(of: "\"klToExact\":\"") else { return String(line) }
            // Another first digit, sealed with its proper checksum: what a session on a broken machine would have written.
            var changed = line.dropLast(18)
            let digit = changed[range.upperBound]
            changed.replaceSubrange(range.upperBound...range.upperBound, with: digit == "9" ? "8" : "9")
            return changed + ",\"sum\":\"\(checksum(Array(changed.utf8)))\"}"
        }
        let run = try scratch.workbench("replay", try scratch.file("b.workspace", lines.joined(separator: "\n") + "\n"), "--verify")
        expectRefusal(run, status: 3, "b.workspace does not replay: pane 1, step 50: klToExact is", "in the journal")
    }

    @Test func `a workspace of an unknown experiment is refused, and one without digests proves nothing`() throws {
        let path = scratch.path("a.workspace")
        #expect(try scratch.workbench("run", "entropy.maxent", "--quiet", "--save", path).status == 0)
        let lines = String(decoding: try scratch.bytes("a.workspace"), as: UTF8.self).split(separator: "\n").map(String.init)
        func sealed(_ line: String) -> String { line.dropLast(18) + ",\"sum\":\"\(checksum(Array(line.dropLast(18).utf8)))\"}" }
        let foreign =
            lines.map { sealed($0.replacingOccurrences(of: "entropy.maxent", with: "alchemy.lead")) }.joined(separator: "\n") + "\n"
        expectRefusal(
            try scratch.workbench("replay", try scratch.file("foreign.workspace", foreign), "--verify"), "event 1 of",
            "there is no experiment “alchemy.lead”")
        let empty = lines.filter { !$0.contains("\"kind\":\"digest\"") }.joined(separator: "\n") + "\n"
        expectRefusal(
            try scratch.workbench("replay", try scratch.file("blank.workspace", empty), "--verify"), status: 3, "holds no digest")
    }

    /// Steps of experiments whose step is long in a debug build.
    private static let steps = ["sampling.volatility": "2"]

    // MARK: What is printed

    @Test(arguments: Composition.catalog.experiments.map { $0.card.id })
    func `--json is one object with the names of the card, the same bytes for the same seed, and what --save kept verifies`(id: String)
        throws
    {
        let card = try Composition.catalog.experiment(id).card
        let path = scratch.path("a.workspace")
        let first = try scratch.workbench("run", id, "--steps", Self.steps[id] ?? "20", "--seed", "7", "--json", "--save", path)
        let again = try scratch.workbench("run", id, "--steps", Self.steps[id] ?? "20", "--seed", "7", "--json")
        #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["experiment", "seed", "steps", "status", "parameters", "results", "tables", "warnings"])
        #expect(object["experiment"] as? String == id && object["seed"] as? Int == 7)
        let parameters = try #require(object["parameters"] as? [String: Any])
        #expect(Set(parameters.keys) == Set(card.parameters.map(\.name)), "all parameters, defaults included")
        let results = try #require(object["results"] as? [String: Any])
        #expect(Set(results.keys).isSubset(of: card.results.map(\.name)))
        for (name, table) in try #require(object["tables"] as? [String: [String: Any]]) {
            let columns = try #require(table["columns"] as? [String], "\(name)")
            for row in try #require(table["rows"] as? [[Any]]) { #expect(row.count == columns.count) }
        }
        func withoutRates(_ run: ProgramRun) -> [Substring] {
            // What the world's answers took, and whether they were kept from before, is theirs and no experiment's.
            let rates = card.results.filter { $0.perSecondOf != nil || $0.unit == "s" || $0.unit == "tokens/s" || $0.name == "reused" }.map
            {
                "\"\($0.name)\":"
            }
            return run.output.split(separator: "\n").filter { line in
                !rates.contains { line.drop { $0 == " " }.hasPrefix($0) }
            }
        }
        #expect(withoutRates(first) == withoutRates(again))
        try expectVerified(path)
    }

    @Test func `another seed gives other draws`() throws {
        func draws(_ seed: String) throws -> ProgramRun {
            try scratch.workbench("run", "sampling.mixture", "--steps", "400", "--seed", seed, "--csv", "--table", "draws")
        }
        let (one, two, again) = (try draws("1"), try draws("2"), try draws("1"))
        #expect(one.status == 0 && one.output.count { $0 == "\n" } > 10)
        #expect(one.output != two.output && one.output == again.output)
    }

    @Test func `--csv is a header and rows of as many fields`() throws {
        let run = try scratch.workbench("run", "entropy.maxent", "--csv")
        #expect(run.status == 0)
        let rows = run.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.count == 7, "six outcomes")
        #expect(Set(rows.map(\.count)).count == 1)
        // Jaynes 1978, the Brandeis dice: p6 = 0.34749 for a mean of 4.5.
        #expect(rows[6].compactMap { Double($0) }.contains { abs($0 - 0.34749) < 5e-6 })
    }

    @Test(arguments: [(120, 36), (1, 1), (40, 12), (80, 24), (7, 300)])
    func `--frame is exactly that many lines, none wider`(columns: Int, rows: Int) throws {
        for glyphs in GlyphSet.allCases {
            let run = try scratch.workbench(
                "run", "entropy.maxent", "--frame", "\(columns)x\(rows)", "--glyphs", glyphs.rawValue)
            #expect(run.status == 0 && run.errors.isEmpty)
            let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(lines.count == rows)
            #expect(lines.allSatisfy { TextMeasure.width(String($0)) <= columns })
            if glyphs == .ascii { #expect(run.output.utf8.allSatisfy { $0 < 0x80 }) }
        }
    }

    @Test func `the locale chooses the characters, and words need none`() throws {
        let plain = try scratch.workbench("run", "entropy.maxent", environment: ["LANG": "C"])
        let unicode = try scratch.workbench("run", "entropy.maxent")
        #expect(plain.output.utf8.allSatisfy { $0 < 0x80 } && !unicode.output.utf8.allSatisfy { $0 < 0x80 })
        let words = try scratch.workbench("run", "entropy.maxent", "--describe")
        #expect(words.status == 0 && words.output.contains("."))
    }

    @Test func `list and describe name every experiment, parameter and result`() throws {
        let list = try scratch.workbench("list")
        for card in Composition.catalog.experiments.map({ $0.card }) {
            #expect(list.output.contains(card.id))
            let description = try scratch.workbench("describe", card.id)
            for name in card.parameters.map(\.name) + card.results.map(\.name) + card.figures.map(\.id) {
                #expect(description.output.contains(name))
            }
            let json = try scratch.workbench("describe", card.id, "--json")
            #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
        }
    }
}
