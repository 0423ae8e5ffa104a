import Engine
import LanguageModel
import Plotting
import Testing

@testable import Language

@Suite struct EvaluateTests {
    private func lines(_ rows: [String]) -> [UInt8] { Array(rows.joined(separator: "\n").utf8) }

    private func run(_ files: [(String, [UInt8])], _ values: [String: Value] = [:]) throws -> EvaluateExperiment {
        let input = Input.joined(files.map { Input(name: $0.0, bytes: $0.1) })
        return try drive(
            EvaluateExperiment.self, ["candidates": .text(input.name), "bootstrap": .integer(0)].merging(values) { $1 },
            inputs: ["candidates": input])
    }

    private func refusal(_ files: [(String, [UInt8])], _ values: [String: Value] = [:]) -> String? {
        #expect(throws: UserError.self) { try run(files, values) }?.description
    }

    private let first = [
        #"{"reference": "the cat sat", "hypothesis": "the cat sat", "rating": "10"}"#,
        #"{"reference": "one two three four", "hypothesis": "one two", "rating": "7."}"#,
        #"{"reference": "a", "hypothesis": "b", "rating": "no idea"}"#,
    ]
    private let second = [
        #"{"reference": "the cat sat", "hypothesis": "a dog ran", "rating": 0}"#,
        #"{"reference": "one two three four", "hypothesis": "one two three four", "rating": 7}"#,
        #"{"reference": "a", "hypothesis": "a", "rating": 10}"#,
    ]

    @Test func `two systems are scored, judged and compared in pairs`() throws {
        let results = try run([("x/one.jsonl", lines(first)), ("two.json", lines(["[" + second.joined(separator: ",\n") + "]"]))]).results()
        #expect(results["systems"] == .array([.text("one"), .text("two")]))
        // ROUGE-1 by hand: 1, 2·1·½/1½ = ⅔ and 0; 0, 1 and 1.
        let rouge = try #require(results.numbers("rouge1"))
        #expect(abs(rouge[0] - (1 + 2.0 / 3) / 3) < 1e-15 && abs(rouge[1] - 2.0 / 3) < 1e-15)
        #expect(results.numbers("judgeMean") == [8.5, 17.0 / 3])
        #expect(results["unjudged"] == .array([.integer(1), .integer(0)]))
        // 10 against 0 and 7 against 7; the third pair is not judged on one side.
        #expect(results["wins"] == .array([.integer(1), .integer(0)]))
        #expect(results["ties"] == .array([.integer(1), .integer(1)]))
        #expect(results["losses"] == .array([.integer(0), .integer(1)]))
        #expect(results.text("judge") == "rating")
        let byRouge = try run([("one", lines(first)), ("two", lines(second))], ["compareBy": .text("rouge1")]).results()
        #expect(byRouge["wins"] == .array([.integer(1), .integer(2)]))
    }

    @Test func `one file may hold several systems`() throws {
        let rows = ["a", "b"].map { #"{"system": "\#($0)", "reference": "x y", "hypothesis": "x \#($0)"}"# }
        let results = try run([("all.jsonl", lines(rows))]).results()
        #expect(results["systems"] == .array([.text("a"), .text("b")]))
        #expect(results["judge"] == ResultValue.none && results["wins"] == .array([.none, .none]))
        #expect(results.numbers("rouge1") == [0.5, 0.5])
    }

    @Test func `the seed's ROUGE is the package that its table came from`() throws {
        // rouge 1.0.1: sets of words with their case, so that repeating a word costs nothing.
        let row = [#"{"reference": "The cat", "hypothesis": "The The the cat"}"#]
        let seed = try run([("a", lines(row))], ["rougeVariant": .text("seed")]).results()
        let standard = try run([("a", lines(row))]).results()
        #expect(abs((seed.number("rouge1") ?? 0) - 2 * (2.0 / 3) / (5.0 / 3 + 1e-8)) < 1e-15)
        #expect(abs((standard.number("rouge1") ?? 0) - 2 * 0.5 / 1.5) < 1e-15)
        #expect(seed.text("rougeVariant") != standard.text("rougeVariant"))
        #expect(refusal([("a", lines(row))], ["rougeVariant": .text("seed"), "stemmer": .text("on")])?.contains("stemmer") == true)
    }

    @Test(
        arguments: [
            ("7", 7.0), ("7.", 7), (" 10 ", 10), ("0", 0), ("\n10.\n", 10), ("11", nil), ("-1", nil), ("7.5", nil), ("seven", nil),
            ("7/10", nil), ("", nil), (".", nil), ("7..", nil), ("٧", nil), ("+7", nil),
        ] as [(String, Double?)])
    func `a judge's reply is a whole number from 0 to 10 or no rating`(reply: String, rating: Double?) {
        #expect(Judgement(reply: reply)?.rating == rating)
    }

    @Test func `probabilities and log-probabilities give the expected value`() throws {
        let row = [
            #"{"reference": "a", "hypothesis": "a", "p": {"0": 0.1, "10": 0.3, "5": 0.0}, "l": {"2": -0.6931471805599453, "4": -0.6931471805599453}}"#
        ]
        let byP = try run([("a", lines(row))], ["judge": .text("p")])
        #expect(abs((byP.results().number("judgeMean") ?? 0) - 7.5) < 1e-14)
        #expect(abs((byP.systems[0].judgements["p"]?[0]?.mass ?? 0) - 0.4) < 1e-15)
        #expect(byP.results().warnings.contains { $0.contains("40% of its probability") })
        let byL = try run([("a", lines(row))], ["judge": .text("l")]).results()
        #expect(abs((byL.number("judgeMean") ?? 0) - 3) < 1e-14)
        #expect(refusal([("a", lines(row))], ["judge": .text("q")])?.contains("recorded are l, p") == true)
    }

    @Test func `a reply's distributions tell 10 from 1`() throws {
        func token(_ text: String, _ p: [(String, Double)]) -> ChatReply.Token {
            ChatReply.Token(text: text, logProbability: -0.1, alternatives: p.map { .init(text: $0.0, logProbability: $0.1) })
        }
        let half = -0.6931471805599453
        // P(1) = ½, P(0 | 1) = ½, P(8) = ½: 10 and 1 with a quarter each.
        let reply = ChatReply(
            text: "10", tokens: [token("1", [("1", half), ("8", half), (" the", -9)]), token("0", [("0", half), (".", half)])])
        #expect(abs(try #require(Judgement(reply)).rating - (8 * 0.5 + 10 * 0.25 + 0.25)) < 1e-14)
        #expect(Judgement(ChatReply(text: " 8."))?.rating == 8)
        #expect(Judgement(ChatReply(text: "good", tokens: [token("good", [("good", -0.1)])])) == nil)
    }

    @Test func `files that cannot be used are refused with their place`() {
        #expect(
            refusal([("bad.jsonl", lines([first[0], #"{"reference": "a" "hypothesis"}"#]))])
                == "candidates: “bad.jsonl”, line 2, byte 19: this is not JSON; expected “,” or “}”")
        #expect(refusal([("a.jsonl", lines([first[0], "{}"]))])?.contains("line 2: there is no text “reference”") == true)
        #expect(refusal([("a.json", lines(["[1]"]))])?.contains("line 1: expected an object") == true)
        #expect(refusal([("a", [])])?.contains("is empty") == true)
        #expect(refusal([("one", lines(first)), ("two", lines([second[0]]))])?.contains("“two” has 1 answers and “one” 3") == true)
        let decomposed = [#"{"reference": "e\u0301", "hypothesis": "a"}"#]
        let composed = [#"{"reference": "\u00e9", "hypothesis": "a"}"#]
        #expect(refusal([("one", lines(composed)), ("two", lines(decomposed))])?.contains("the reference differs") == true)
    }

    @Test func `the bootstrap's replicates have the mean and spread of the sampling distribution`() throws {
        let rows = (0..<40).map { #"{"reference": "a", "hypothesis": "a", "rating": \#($0 % 11)}"# }
        let worse = (0..<40).map { #"{"reference": "a", "hypothesis": "b", "rating": \#(max($0 % 11 - 1, 0))}"# }
        let experiment = try run([("one", lines(rows)), ("two", lines(worse))], ["bootstrap": .integer(4000)])
        let ratings = (0..<40).map { Double($0 % 11) }
        let mean = ratings.reduce(0, +) / 40
        let deviation = (ratings.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40 / 40).squareRoot()
        let means = experiment.scores.means[0][Measure.judge.rawValue]
        let centre = means.reduce(0, +) / 4000
        let spread = (means.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / 4000).squareRoot()
        #expect(means.count == 4000)
        // Four standard errors of the mean and of the standard deviation of 4,000 near-normal draws.
        #expect(abs(centre - mean) < 4 * deviation / 4000.0.squareRoot())
        #expect(abs(spread / deviation - 1) < 4 / 8000.0.squareRoot())
        // Paired: nearly every rating is one lower, so the difference hardly varies where the means do.
        let table = try #require(experiment.tables().first { $0.name == "differences" })
        let row = try #require(table.rows.first { $0[1] == .text("judgeMean") })
        guard case .number(let low) = row[3], case .number(let high) = row[4] else { throw UserError("no interval") }
        #expect(low >= -1 && high < -0.75)
        let interval = experiment.interval(.judge, system: 0)
        #expect((interval.high ?? 0) - (interval.low ?? 0) > 1.5)
    }

    @Test func `more replicates can be asked for while it runs`() throws {
        var experiment = try run([("one", lines(first))], ["bootstrap": .integer(50)])
        let before = experiment.interval(.rouge1, system: 0)
        try experiment.apply(Change("bootstrap", .integer(80)))
        guard case .finished = try experiment.step(1000).state else { throw UserError("not finished") }
        #expect(experiment.scores.replicates == 80)
        try experiment.apply(Change("bootstrap", .integer(50)))
        #expect(experiment.interval(.rouge1, system: 0) == before)
    }

    @Test func `the sample shows ROUGE and a judge disagree`() throws {
        let results = try drive(EvaluateExperiment.self).results()
        let (rouge, judge) = (try #require(results.numbers("rougeL")), try #require(results.numbers("judgeMean")))
        #expect(rouge[0] > rouge[1] + 0.5 && judge[0] < judge[1] - 5)
        #expect(results["unjudged"] == .array([.integer(1), .integer(0)]))
    }

    @Test func `the worst answers stand first`() throws {
        let experiment = try run([("one", lines(first))], ["worstBy": .text("rouge1")])
        #expect(experiment.worst == [2, 1, 0])
        #expect(experiment.figure("worst").described().contains("b"))
    }
}

@Suite struct JSONReaderTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONReader.parse(Array(text.utf8)[...]) }

    @Test func `values of every kind are read`() throws {
        #expect(
            try parse(#" {"a": [1, -2.5e3, true, false, null, ""], "b": {"c": "\u00e9\n\ud83d\ude00\/"}} "#)
                == .object([
                    "a": .array([.number(1), .number(-2500), .flag(true), .flag(false), .null, .text("")]),
                    "b": .object(["c": .text("é\n😀/")]),
                ]))
        #expect(try parse(#""\ud83d x""#) == .text("\u{FFFD} x"))
        #expect(try parse("0.1") == .number(0.1))
    }

    @Test(arguments: [
        "", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "\"a", "\"\u{1}\"", "\"\\x\"", "\"\\u12g4\"", "tru", "+1", ".5", "1e999", "nan",
        "1 2",
        "{a: 1}", String(repeating: "[", count: 200),
    ])
    func `what is not JSON is refused`(text: String) { #expect(throws: JSONReader.Broken.self) { try parse(text) } }
}

/// Systems that are asked: questions, chunks, answers, ratings.
@Suite struct AskedSystemTests {
    private let found = RetrievalReply(
        digest: "d",
        chunks: [
            .init(document: "a.md", number: 0, line: 1, text: "Alpha.", place: [0, 0]),
            .init(document: "x/b.md", number: 1, line: 1, text: "Beta.", place: [0, 0]),
        ], rankings: ["bm25": [.init(chunk: 1, score: 2), .init(chunk: 0, score: 1)], "hybrid": [.init(chunk: 0, score: 1)]], place: [0, 0])

    private func experiment(_ values: [String: Value], questions: [String]) throws -> EvaluateExperiment {
        let input = Input(name: "q.jsonl", bytes: Array(questions.joined(separator: "\n").utf8))
        return try EvaluateExperiment(
            Setup(
                card: EvaluateExperiment.card, values: ["questions": .text("q.jsonl"), "bootstrap": .integer(10)].merging(values) { $1 },
                inputs: ["questions": input]))
    }

    private let two = [
        #"{"question": "One?", "answer": "alpha", "document": "b.md"}"#, #"{"question": "Two?", "answer": "beta"}"#,
    ]

    /// Answers requests until nothing more is asked, in the order that `pick` says.
    private func drive(
        _ experiment: inout EvaluateExperiment, pick: ([Request]) -> Request = { $0[0] }, answer: (Request) throws -> Answer.Body
    ) throws -> Engine.Progress.State {
        for _ in 0..<1000 {
            let progress = try experiment.step(100)
            guard case .waiting(let requests) = progress.state else { return progress.state }
            let request = pick(requests)
            try experiment.receive(Answer(id: request.id, body: try answer(request)))
        }
        throw UserError("endless")
    }

    private func reply(_ request: Request) throws -> Answer.Body {
        switch request.body {
        case .retrieval: return .retrieval(found)
        case .chat(let chat):
            let text = chat.messages.last?.content ?? ""
            if text.contains("Proposed answer: ") { return .chat(ChatReply(text: text.contains("Proposed answer: alpha") ? "9" : "none")) }
            return .chat(ChatReply(text: text.contains("Beta.") ? "beta" : "alpha"))
        default: throw UserError("strange")
        }
    }

    @Test func `every system is asked every question, and what it found is scored`() throws {
        let values: [String: Value] = [
            "systems": .text("retriever=bm25,hybrid; topK=1; plain"), "provider": .text("openai"), "judgeProvider": .text("openai"),
        ]
        var forward = try experiment(values, questions: two)
        var backward = try experiment(values, questions: two)
        var counts = [0, 0]
        let end = try drive(&forward) { request in
            if case .chat = request.body { counts[0] += 1 } else { counts[1] += 1 }
            return try reply(request)
        }
        guard case .finished = end else { throw UserError("\(end)") }
        _ = try drive(&backward, pick: { $0[$0.count - 1] }, answer: reply)
        // Two questions, three systems, an answer and a rating each; chunks once a question.
        #expect(counts == [12, 2])
        let results = forward.results()
        #expect(results == backward.results(), "the order in which answers come does not matter")
        #expect(results["systems"] == .array([.text("bm25 top1"), .text("hybrid top1"), .text("plain")]))
        // The document of the first question is b.md: first by bm25, not among hybrid's one; that of the second is not known.
        #expect(results["hitRate"] == .array([.number(1), .number(0), .none]))
        #expect(results["mrr"] == .array([.number(1), .number(0), .none]))
        #expect(results["ndcg"] == .array([.number(1), .number(0), .none]))
        // bm25's chunk makes it say beta, the others alpha.
        #expect(results.numbers("rouge1") == [0.5, 0.5, 0.5])
        #expect(results["unjudged"] == .array([.integer(2), .integer(0), .integer(0)]))
        #expect(results["wins"] == .array([.none, .none, .none]))
        #expect(forward.tables().first { $0.name == "answers" }?.rows.count == 6)
    }

    @Test func `a rank is counted down to the document's first chunk`() {
        let system = AskedSystem(name: "", retriever: "bm25", topK: 2, provider: "echo", model: "", temperature: 0)
        let scores = system.found("a.md", found) { $0 == 3 ? 1.5 : .nan }
        #expect(scores == (1, 0.5, 1 / 1.5))
        #expect(system.found("c.md", found) { $0 } == (0, 0, 0))
        #expect(system.found(nil, found) { $0 }.hit.isNaN)
    }

    @Test func `questions are made of chunks where there are none`() throws {
        var experiment = try EvaluateExperiment(
            Setup(
                card: EvaluateExperiment.card,
                values: ["questions": .text("generated"), "generate": .integer(2), "provider": .text("local"), "bootstrap": .integer(0)]))
        let sample = RetrievalReply(
            digest: "d", chunks: found.chunks, rankings: ["sample": [.init(chunk: 0, score: 1), .init(chunk: 1, score: 1)]], place: [])
        let end = try drive(&experiment) { request in
            if case .retrieval(let wish) = request.body, wish.question.isEmpty { return .retrieval(sample) }
            if case .chat(let chat) = request.body, chat.messages[0].content.hasPrefix("Write one concise question") {
                return .chat(ChatReply(text: "\nWhat is \(chat.messages[0].content.hasSuffix("Beta.") ? "beta" : "alpha")?\nSurely."))
            }
            return try reply(request)
        }
        guard case .finished = end else { throw UserError("\(end)") }
        #expect(experiment.questions.map(\.question) == ["What is alpha?", "What is beta?"])
        #expect(
            experiment.questions.map(\.reference) == ["Alpha.", "Beta."] && experiment.questions.map(\.document) == ["a.md", "x/b.md"])
        #expect(throws: UserError.self) {
            try EvaluateExperiment(Setup(card: EvaluateExperiment.card, values: ["questions": .text("generated")]))
        }
    }

    @Test func `a failure keeps what there is, and the rest can be asked for again`() throws {
        var experiment = try experiment(["provider": .text("echo"), "systems": .text("topK=1"), "parallel": .integer(1)], questions: two)
        var fails = true
        func answer(_ request: Request) throws -> Answer.Body {
            if case .chat(let chat) = request.body, chat.messages.last?.content.hasSuffix("Two?") == true, fails { return .failure("down") }
            return try reply(request)
        }
        guard case .failed(let sentence) = try drive(&experiment, answer: answer) else { throw UserError("not failed") }
        #expect(sentence == "down; raise “attempt” to go on" && experiment.results()["questions"] == .integer(1))
        fails = false
        try experiment.apply(Change("attempt", .integer(2)))
        guard case .finished = try drive(&experiment, answer: answer) else { throw UserError("not finished") }
        #expect(experiment.results()["questions"] == .integer(2))
    }

    @Test(arguments: [
        ("retriever=bm52", "there is no retriever “bm52”"), ("topK=0", "topK=0 is not a whole number"),
        ("temperature=3", "temperature=3 is not"),
        ("topK=1; topK=2", "“topK” is listed twice"), ("colour=red", "“colour=red” is no setting"), ("plain", "has no documents"),
        ("topK=1,2,3,4,5,6,7,8,9", "more than 8 systems"), ("provider=oracle", "there is no provider “oracle”"),
    ]) func `systems that cannot be are refused`(list: String, words: String) {
        let error = #expect(throws: UserError.self) { try experiment(["systems": .text(list)], questions: two) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    /// An experiment of recorded answers beside systems that are asked.
    private func mixed(_ values: [String: Value], recorded: [String], questions: [String] = []) throws -> EvaluateExperiment {
        var inputs = ["candidates": Input.joined([Input(name: "old.jsonl", bytes: Array(recorded.joined(separator: "\n").utf8))])]
        if !questions.isEmpty { inputs["questions"] = Input(name: "q.jsonl", bytes: Array(questions.joined(separator: "\n").utf8)) }
        let all: [String: Value] = [
            "candidates": .text("old.jsonl"), "questions": .text(questions.isEmpty ? "candidates" : "q.jsonl"), "bootstrap": .integer(10),
            "systems": .text("topK=1"), "provider": .text("openai"),
        ]
        return try EvaluateExperiment(Setup(card: EvaluateExperiment.card, values: all.merging(values) { $1 }, inputs: inputs))
    }

    private let onRecord = [
        #"{"question": "One?", "reference": "alpha", "hypothesis": "alpha", "rating": 10}"#,
        #"{"question": "Two?", "reference": "beta", "hypothesis": "gamma", "rating": 2}"#,
    ]

    @Test(arguments: [true, false]) func `recorded answers stand beside those that are asked for`(areOwn: Bool) throws {
        let questions = areOwn ? [] : two
        var experiment = try mixed([:], recorded: onRecord, questions: questions)
        var asked: [String] = []
        let end = try drive(&experiment) { request in
            if case .chat(let chat) = request.body { asked.append(chat.messages.last?.content ?? "") }
            return try reply(request)
        }
        guard case .finished = end else { throw UserError("\(end)") }
        #expect(asked.count == 2 && asked.allSatisfy { $0.hasSuffix("One?") || $0.hasSuffix("Two?") }, "the recorded ones are not asked")
        let results = experiment.results()
        #expect(results["systems"] == .array([.text("old"), .text("top1")]))
        #expect(results.numbers("rouge1") == [0.5, 0.5])
        // Ratings are on record for one of them alone.
        #expect(results.text("judge") == "rating" && results["judgeMean"] == .array([.number(6), .none]))
        #expect(results.warnings.contains { $0.hasPrefix("“top1”: nobody rates its answers") })
        #expect(results["hitRate"] == .array([.none, areOwn ? .none : .number(0)]))
    }

    @Test func `one judge rates recorded and asked answers alike`() throws {
        var experiment = try mixed(["judgeProvider": .text("openai"), "compareBy": .text("judge")], recorded: onRecord)
        var ratings = 0
        _ = try drive(&experiment) { request in
            if case .chat(let chat) = request.body, chat.messages[0].content.contains("Proposed answer: ") { ratings += 1 }
            return try reply(request)
        }
        #expect(ratings == 4)
        let results = experiment.results()
        #expect(results.text("judge") == "judge")
        // The stand-in gives alpha a nine and everything else no rating; asked, it says alpha each time.
        #expect(results["judgeMean"] == .array([.number(9), .number(9)]) && results["unjudged"] == .array([.integer(1), .integer(0)]))
        #expect(experiment.tables().first { $0.name == "judges" }?.rows.count == 4, "the ratings on record are listed too")
    }

    @Test func `recorded answers to other questions are refused`() {
        func refusal(_ values: [String: Value], _ recorded: [String], _ questions: [String] = []) -> String {
            #expect(throws: UserError.self) { try mixed(values, recorded: recorded, questions: questions) }?.description ?? ""
        }
        #expect(refusal([:], onRecord, [two[0]]).contains("2 answers are recorded a system, but there are 1 questions"))
        #expect(refusal([:], onRecord, [two[1], two[0]]).contains("the reference of record 1 is not the answer of question 1"))
        #expect(refusal(["questions": .text("generated")], onRecord).contains("yet to be made"))
        #expect(refusal([:], [#"{"reference": "a", "hypothesis": "b"}"#]).contains("record 1 has no “question”"))
        let eight = (1...8).map { #"{"system": "s\#($0)", "question": "q", "reference": "a", "hypothesis": "b"}"# }
        #expect(refusal([:], eight).contains("1 beside 8 recorded ones are more than 8"))
    }

    @Test func `what is asked carries how often an endpoint may be asked`() throws {
        var experiment = try experiment(
            ["provider": .text("openai"), "systems": .text("plain; topK=1"), "requestsPerMinute": .integer(20), "parallel": .integer(1)],
            questions: two)
        var limits: [Int?] = []
        _ = try drive(&experiment) { request in
            if case .chat(let chat) = request.body { limits.append(chat.requestsPerMinute) }
            return try reply(request)
        }
        #expect(limits == [20, 20, 20, 20])
        try experiment.apply(Change("requestsPerMinute", .integer(0)))
    }

    @Test func `questions that cannot be read are refused with their line`() {
        let error = #expect(throws: UserError.self) { try experiment([:], questions: [two[0], "{}"]) }
        #expect(error?.description == "questions: “q.jsonl”, line 2: expected an object with “question” and “answer”")
    }

    @Test func `the built-in questions are answered from the built-in documents without a model`() async throws {
        let catalog = Catalog(LanguageCatalog.experiments, providers: LanguageCatalog.providers(environment: ["HOME": "/nowhere"]))
        let outcome = try await HeadlessRun(
            try Configuration(EvaluateExperiment.card, values: ["questions": .text("workbench"), "bootstrap": .integer(20)]),
            catalog: catalog
        ).run()
        #expect(outcome.failure == nil)
        let results = outcome.pane.results()
        let hits = try #require(results.numbers("hitRate"))
        #expect(results["questions"] == .integer(14) && hits.allSatisfy { $0 > 0.6 })
    }
}
