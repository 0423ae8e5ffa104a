import Engine
import Testing

@testable import Sampling

/// CmdStan's files, read while they are being written.
@Suite struct `Draws that are still being made` {
    static func start(_ texts: [String], patience: Double = 0) throws -> DiagnoseExperiment {
        var inputs: [String: Input] = [:]
        for (place, text) in texts.enumerated() {
            inputs[place == 0 ? "data" : "data\(place + 1)"] = Input(name: "chain-\(place + 1).csv", bytes: Array(text.utf8))
        }
        return try DiagnoseExperiment(
            Setup(card: DiagnoseExperiment.card, values: ["follow": .flag(true), "patience": .real(patience)], inputs: inputs))
    }

    /// Steps until the experiment waits or ends, in slices.
    static func settle(_ run: inout DiagnoseExperiment, slice: Int = 1000) throws -> Progress.State {
        while true {
            let progress = try run.step(slice)
            if progress.state != .ready { return progress.state }
        }
    }

    static func requests(_ state: Progress.State) -> [Request] { if case .waiting(let requests) = state { requests } else { [] } }

    /// Answers a request with the file's next `lines` lines.
    static func answer(_ run: inout DiagnoseExperiment, _ request: Request, _ texts: [String], lines: Int, isOver: Bool = false) throws {
        guard case .growth(let wish) = request.body, let number = Int(wish.path.dropFirst(6).prefix { $0 != "." }) else {
            Issue.record("\(request) asks for no growth")
            return
        }
        let rest = Array(texts[number - 1].utf8.dropFirst(wish.offset))
        var (end, left) = (0, lines)
        while end < rest.count, left > 0 {
            if rest[end] == 0x0A { left -= 1 }
            end += 1
        }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        try run.receive(Answer(id: request.id, body: .growth(FileGrowth(text: text, offset: wish.offset + end, isOver: isOver))))
    }

    /// CmdStan's files with the lines it ends on.
    static func finished() throws -> [String] {
        try DiagnoseReference.load().files.map {
            $0 + "# \n#  Elapsed Time: 0.1 seconds (Warm-up)\n#                0.3 seconds (Total)\n# \n"
        }
    }

    @Test(arguments: [1, 7, 1000]) func `read bit by bit, the diagnostics are those of the whole`(slice: Int) throws {
        let texts = try Self.finished()
        let whole = try DiagnoseTests.whole(texts)
        // The first file has been written into the middle of a line, the second not even to its header's end.
        var run = try Self.start([String(texts[0].prefix(1000)), String(texts[1].prefix(60))])
        #expect(run.figure("trace").title == "Trace")
        var seen: Set<Int> = []
        var turn = 0
        while true {
            let state = try Self.settle(&run, slice: slice)
            if case .finished(let reason) = state {
                #expect(reason == "50 draws of each chain")
                break
            }
            let asked = Self.requests(state)
            try #require(!asked.isEmpty)
            let request = asked[turn % asked.count]
            seen.insert(request.id)
            try Self.answer(&run, request, texts, lines: 1 + turn % 5)
            turn += 1
            if turn == 20 { run = try roundTripped(run) }
        }
        #expect(seen.count == turn)
        for name in ["rhat", "essBulk", "essTail", "mean", "mcseMean", "ebfmi", "divergences", "treeDepthHits", "chainCount", "names"] {
            #expect(run.results()[name] == whole.results()[name], "\(name)")
        }
        #expect(run.run.draws.series == whole.run.draws.series)
        #expect(run.run.transitions.divergent == whole.run.transitions.divergent)
        #expect(run.results().numbers("drawsRead") == [50, 50])
        #expect(run.results().warnings.contains { $0.contains("4 rows of warm-up") })
    }

    @Test func `slices change nothing`() throws {
        let texts = try Self.finished()
        func run(_ slice: Int) throws -> DiagnoseExperiment {
            var run = try Self.start(texts.map { String($0.prefix(2000)) })
            _ = try Self.settle(&run, slice: slice)
            return run
        }
        #expect(try run(1).results() == run(1000).results())
        #expect(try run(1).tables() == run(1000).tables())
    }

    @Test func `the shortest chain says how many draws there are, until all have ended`() throws {
        let texts = ["x\n1\n2\n3\n4\n5\n", "x\n1\n2\n"]
        var run = try Self.start(texts)
        let state = try Self.settle(&run)
        #expect(run.run.steps == 2)
        #expect(Self.requests(state).count == 2)
        // The short one has stopped growing: no further draw can come of every chain.
        let request = try #require(
            Self.requests(state).first { if case .growth(let wish) = $0.body { wish.path == "chain-2.csv" } else { false } })
        try Self.answer(&run, request, texts, lines: 1, isOver: true)
        #expect(try Self.settle(&run) == .finished("2 draws of each chain"))
        #expect(run.results().warnings.contains { $0.contains("longest chain has 5") })
    }

    @Test func `a failure stops the run with its sentence`() throws {
        var run = try Self.start(["x\n1\n"])
        let request = try #require(Self.requests(try Self.settle(&run)).first)
        try run.receive(Answer(id: request.id, body: .failure("“chain-1.csv” cannot be read any more")))
        #expect(try Self.settle(&run) == .failed("“chain-1.csv” cannot be read any more"))
    }

    static let faults: [(String, String)] = [
        ("x,y\n1\n", "line 2: 1 cells; expected 2"), ("x\nhello\n", "“hello”; expected a finite number"), ("1,2\n", "column's name"),
        ("x\n1\nnan\n", "line 3"), ("chain,x\n1,2\n", "a file for each chain"), ("chain\n1\n", "a file for each chain"),
        ("draw\n1\n", "no column of draws"),
    ]

    @Test(arguments: 0..<faults.count) func `a file at fault is refused with its line`(index: Int) {
        let error = #expect(throws: UserError.self) { try Self.start([Self.faults[index].0]) }
        #expect(error?.description.contains(Self.faults[index].1) == true, "\(error?.description ?? "no error")")
    }

    @Test func `no file, and columns that differ, are refused`() {
        expectRefusal(DiagnoseExperiment.self, ["follow": .flag(true)], "no file is given")
        #expect(throws: UserError.self) { try Self.start(["x\n1\n", "y\n1\n"]) }
    }

    @Test func `a fault that comes later stops the run with its line`() throws {
        var run = try Self.start(["x\n1\n"])
        let request = try #require(Self.requests(try Self.settle(&run)).first)
        try run.receive(Answer(id: request.id, body: .growth(FileGrowth(text: "2,3\n", offset: 8))))
        #expect(try Self.settle(&run) == .failed("chain-1.csv, line 3: 2 cells; expected 1 as in the header"))
    }
}

private enum DiagnoseTests {
    static func whole(_ files: [String]) throws -> DiagnoseExperiment { try `Somebody else's draws`.run(files) }
}
