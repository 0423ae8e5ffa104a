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
