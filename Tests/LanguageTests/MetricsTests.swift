import Foundation
import Testing

@testable import Language

/// Values computed by rouge-score 0.1.2, rouge 1.0.1 and sacrebleu 2.6.0; see Tests/References/language/metrics.py.
private struct MetricReferences: Decodable {
    struct Case: Decodable, Sendable {
        var candidate: String
        var reference: String
        var plain: [String: [Double]]
        var stemmed: [String: [Double]]
        var seed: [String: [Double]]?
        var bleu: Double
        var chrf: Double
        var chrfWords: Double
    }
    var cases: [Case]
    var stems: [[String]]

    static func load() throws -> MetricReferences {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("References/language/metrics.json")
        return try JSONDecoder().decode(MetricReferences.self, from: Data(contentsOf: file))
    }
}

/// The packages and this program do the same few additions in double precision.
private let tolerance = 1e-9

private func expect(_ got: OverlapScore, _ want: [Double]?, _ name: String) throws {
    let want = try #require(want)
    for (a, b) in zip([got.precision, got.recall, got.f1], want) { #expect(abs(a - b) <= tolerance, "\(name): \(a) is not \(b)") }
}

@Suite struct MetricsTests {
    @Test func `ROUGE, BLEU and chrF equal the packages they follow to 1e-9`() throws {
        let references = try MetricReferences.load()
        #expect(references.cases.count == 31)
        for (number, item) in references.cases.enumerated() {
            for (values, stemmer) in [(item.plain, false), (item.stemmed, true)] {
                let rouge = Rouge(candidate: item.candidate, reference: item.reference, stemmer: stemmer)
                let name = "case \(number), stemmer \(stemmer), "
                try expect(rouge.rouge1, values["rouge1"], name + "rouge1")
                try expect(rouge.rouge2, values["rouge2"], name + "rouge2")
                try expect(rouge.rougeL, values["rougeL"], name + "rougeL")
                let sum = Rouge.rougeLsum(candidate: item.candidate, reference: item.reference, stemmer: stemmer)
                try expect(sum, values["rougeLsum"], name + "rougeLsum")
            }
            let seed = SetRouge(candidate: item.candidate, reference: item.reference)
            if let values = item.seed {
                try expect(seed.rouge1, values["rouge-1"], "case \(number), seed rouge1")
                try expect(seed.rouge2, values["rouge-2"], "case \(number), seed rouge2")
                try expect(seed.rougeL, values["rouge-l"], "case \(number), seed rougeL")
            }
            let bleu = Bleu.score(candidate: item.candidate, reference: item.reference)
            #expect(abs(bleu - item.bleu) <= tolerance, "case \(number): BLEU \(bleu) is not \(item.bleu)")
            let chrf = Chrf.score(candidate: item.candidate, reference: item.reference)
            #expect(abs(chrf - item.chrf) <= tolerance, "case \(number): chrF \(chrf) is not \(item.chrf)")
            let chrfWords = Chrf.score(candidate: item.candidate, reference: item.reference, wordOrder: 2)
            #expect(abs(chrfWords - item.chrfWords) <= tolerance, "case \(number): chrF++ \(chrfWords) is not \(item.chrfWords)")
        }
    }

    @Test func `stems equal NLTK's Porter stemmer`() throws {
        let references = try MetricReferences.load()
        #expect(references.stems.count > 1000)
        for pair in references.stems { #expect(PorterStemmer.stem(pair[0]) == pair[1], "\(pair[0])") }
    }

    @Test func `counts follow the conventions`() {
        #expect(TextMeasures.characters("e\u{301}🌍") == 3)
        #expect(["", "a", "a\n", "a\nb", "\n\n", "a\r\nb"].map(TextMeasures.lines) == [1, 1, 2, 2, 3, 2])
        #expect(TextMeasures.words(" a\u{2003}b\n\nc ").map(String.init) == ["a", "b", "c"])
        #expect(TextMeasures.words("").isEmpty)
        #expect(TextMeasures.typeTokenRatio("a b a c") == 0.75)
        #expect(TextMeasures.typeTokenRatio(" \n") == nil)
        #expect(TextMeasures.jaccard("a b c", "b c d") == 0.5)
        #expect(TextMeasures.jaccard("", " ") == 1)
        #expect(!TextMeasures.isSame("é", "e\u{301}"))
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("intention", "execution", 5), ("é", "e\u{301}", 2),
        ("ab", "ba", 2), ("aaaa", "aaaa", 0),
    ])
    func `the edit distance is Levenshtein's, in scalars`(first: String, second: String, distance: Int) {
        #expect(EditDistance.scalars(first, second) == distance)
        #expect(EditDistance.scalars(second, first) == distance)
    }

    @Test func `the bit-parallel distance and subsequence equal the plain tables on texts of several words' width`() {
        var generator = Seeded(state: 7)
        for round in 0..<60 {
            let letters = round % 3 == 0 ? 2 : 5
            let a = (0..<Int(generator.next() % 200)).map { _ in Int32(generator.next() % UInt64(letters)) }
            let b = (0..<Int(generator.next() % 200)).map { _ in Int32(generator.next() % UInt64(letters)) }
            var distance = Array(0...b.count)
            var common = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
            for i in a.indices {
                var diagonal = distance[0]
                distance[0] = i + 1
                for j in b.indices {
                    let next = min(distance[j] + 1, distance[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
                    diagonal = distance[j + 1]
                    distance[j + 1] = next
                    common[i + 1][j + 1] = a[i] == b[j] ? common[i][j] + 1 : max(common[i][j + 1], common[i + 1][j])
                }
            }
            #expect(EditDistance.distance(a, b) == distance[b.count])
            let subsequence = CommonSubsequence(pattern: a, text: b, keepsPlaces: true)
            #expect(subsequence.length == common[a.count][b.count])
            let places = subsequence.places()
            #expect(places.count == subsequence.length)
            #expect(places.allSatisfy { a[$0.pattern] == b[$0.text] })
            #expect(zip(places, places.dropFirst()).allSatisfy { $0.pattern < $1.pattern && $0.text < $1.text })
        }
    }

    @Test func `a word diff keeps the most words and gives both texts back`() {
        let old = " The quick brown fox\njumps over  the dog"
        let new = " The slow brown fox\njumps under the lazy dog"
        let diff = WordDiff(from: old, to: new)
        #expect((diff.keptWords, diff.removedWords, diff.insertedWords) == (6, 2, 3))
        #expect(diff.stretches.filter { $0.kind != .removed }.map(\.text).joined() == new)
        #expect(diff.stretches.map(\.earlier).joined() == old)
        for (a, b) in [("", ""), ("", "x y"), ("x y", ""), ("same words", "same words"), ("a", "b")] {
            let diff = WordDiff(from: a, to: b)
            #expect(diff.stretches.filter { $0.kind != .removed }.map(\.text).joined() == b)
            #expect(diff.stretches.map(\.earlier).joined() == a)
        }
    }

    @Test func `the character model's probabilities sum to one and know what they have read`() throws {
        // Over an alphabet of a, b and every other scalar value: after "ab" seen twice, by Witten and Bell's rule.
        let model = CharacterModel(of: "abab", order: 1)
        // Order 0: n(a) = n(b) = 2, t = 2: p(a) = (2 + 2/1112064) / 6. Order 1 after a: n = 2, t = 1: p(b|a) = (2 + p(b)) / 3.
        let unigram = (2 + 2.0 / 1_112_064) / 6
        let expected = -(Foundation.log2(unigram) + Foundation.log2((2 + unigram) / 3)) / 2
        let bits = try #require(model.bitsPerCharacter("ab"))
        #expect(abs(bits - expected) < 1e-12)
        #expect(model.bitsPerCharacter("") == nil)
        let text = BuiltInText.biography.text
        let trained = CharacterModel(of: text)
        let own = try #require(trained.bitsPerCharacter(text))
        let other = try #require(trained.bitsPerCharacter(BuiltInText.speech.text))
        let foreign = try #require(trained.bitsPerCharacter("北京是中国的首都"))
        #expect(own < 2 && own < other && other < 4 && foreign > 15)
    }

    @Test func `survival counts numbers, names and lines still there`() throws {
        let survival = Survival(of: "In 1862 Alan Murdoch built it for 2,400.50 pounds. The Queen came. He was 41, wasn't he, in Aberdeen?")
        #expect(survival.numbers == ["1862", "2,400.50", "41"])
        #expect(survival.names == ["Alan", "Murdoch", "Queen", "Aberdeen"])
        #expect(survival.lines.isEmpty)
        #expect(survival.survivingNumbers(in: "1862 and 41.") == 2.0 / 3)
        #expect(survival.survivingNumbers(in: "11862") == 0)
        #expect(survival.survivingNames(in: "Murdoch's friend Alan") == 0.5)
        let facts = Survival(of: BuiltInText.facts.text)
        #expect(facts.lines.count == 100)
        #expect(facts.survivingLines(in: BuiltInText.facts.text) == 1)
        let paragraph = "An octopus has three hearts, and the piano has 88 keys. Canberra is Australia's capital."
        let share = try #require(facts.survivingLines(in: paragraph))
        #expect(share == 0.03)
        #expect(facts.survivingLines(in: "") == 0)
        #expect(Survival(of: "same\nsame\nsame").survivingLines(in: "same") == 1)
    }

    @Test func `sentences end where a reader ends them`() {
        func split(_ text: String) -> [String] { Sentences.split(text).map { String($0.text) } }
        #expect(
            split("Dr. Smith paid $3.50. “Really?” he asked. Yes!\nNew line") == [
                "Dr. Smith paid $3.50.", "“Really?” he asked.", "Yes!", "New line",
            ])
        #expect(split("J. S. Bach wrote it. e.g. this.") == ["J. S. Bach wrote it. e.g. this."])
        #expect(split("北京。上海。") == ["北京。", "上海。"])
        #expect(split("  \n \n") == [])
        let parts = Sentences.split("One.\n\nTwo. Three.\nFour")
        #expect(parts.map(\.endsLine) == [true, false, true, false])
        #expect(parts.map(\.endsParagraph) == [true, false, false, false])
    }

    @Test func `a repetition is the smallest index equal to an earlier one and the distance to the latest such`() {
        #expect(Repetition.find(in: ["a", "b", "c"]) == nil)
        #expect(Repetition.find(in: ["a", "b", "b"]) == Repetition(first: 2, period: 1))
        #expect(Repetition.find(in: ["a", "a"]) == Repetition(first: 1, period: 1))
        #expect(Repetition.find(in: ["x", "a", "b", "c", "a"]) == Repetition(first: 4, period: 3))
        #expect(Repetition.find(in: ["é", "e\u{301}"]) == nil)
    }
}

/// Knuth's 64-bit linear congruential generator, for test inputs only.
struct Seeded {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
