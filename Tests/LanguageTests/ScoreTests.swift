import Engine
import Testing

@testable import Language

@Suite struct ScoreTests {
    private let texts: [String: Value] = [
        "reference": .text("w1 w2 w3 w4 w5"), "candidate": .text("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5"),
    ]

    @Test func `the summary example of Lin's paper gives four fifths of recall`() throws {
        // Lin 2004, section 3.2: the union of the longest common subsequences is w1 w2 w3 w5.
        let results = try drive(ScoreExperiment.self, texts).results()
        #expect(results.number("rougeLsumR") == 0.8)
        #expect(results.text("rougeVariant") == "standard (rouge-score), stemmer off")
        #expect(results.number("editDistance") == 16)
    }

    @Test func `the variants are named and differ`() throws {
        let seed = try drive(ScoreExperiment.self, texts.merging(["rougeVariant": .text("seed")]) { $1 }).results()
        #expect(seed.text("rougeVariant") == "seed (package rouge)")
        #expect(seed["rougeLsumF"] == ResultValue.none)
        #expect(throws: UserError.self) {
            try drive(ScoreExperiment.self, texts.merging(["rougeVariant": .text("seed"), "stemmer": .text("on")]) { $1 })
        }
    }

    @Test func `empty and equal texts score as the packages say`() throws {
        let empty = try drive(ScoreExperiment.self, ["reference": .text(""), "candidate": .text("")]).results()
        #expect(empty.number("rouge1F") == 0 && empty.number("bleu") == 0 && empty.number("chrf") == 0 && empty.number("editDistance") == 0)
        let equal = try drive(ScoreExperiment.self, ["reference": .text("one two three four"), "candidate": .text("one two three four")])
            .results()
        #expect(equal.number("rougeLF") == 1 && abs((equal.number("bleu") ?? 0) - 100) < 1e-9 && equal.number("jaccard") == 1)
    }

    @Test func `vectors are asked for when a model is named, and a failure can be asked again`() throws {
        var experiment = try ScoreExperiment(
            Setup(card: ScoreExperiment.card, values: texts.merging(["embeddingModel": .text("e")]) { $1 }))
        guard case .waiting(let first) = try experiment.step(10).state else { throw UserError("not waiting") }
        try experiment.receive(Answer(id: first[0].id, body: .failure("down")))
        guard case .failed = try experiment.step(10).state else { throw UserError("not failed") }
        try experiment.apply(Change("attempt", .integer(2)))
        guard case .waiting(let second) = try experiment.step(10).state else { throw UserError("not waiting") }
        #expect(second[0].id != first[0].id)
        try experiment.receive(Answer(id: second[0].id, body: .embedding([[3, 4], [4, 3]])))
        guard case .finished = try experiment.step(10).state else { throw UserError("not finished") }
        #expect(experiment.results().number("embedding") == 0.96)
    }

    @Test func `without a model the words' own vectors are compared`() throws {
        let results = try drive(ScoreExperiment.self, ["reference": .text("a red fox"), "candidate": .text("Fox, a red")]).results()
        #expect(abs((results.number("embedding") ?? 0) - 1) < 1e-15)
        #expect(
            try drive(ScoreExperiment.self, ["reference": .text("a"), "candidate": .text("")]).results()["embedding"] == ResultValue.none)
    }

    @Test func `files that are no text are refused`() {
        let values: [String: Value] = ["reference": .text("@x")]
        func refusal(_ bytes: [UInt8]) -> String? {
            #expect(throws: UserError.self) {
                try ScoreExperiment(
                    Setup(card: ScoreExperiment.card, values: values, inputs: ["reference": Input(name: "x", bytes: bytes)]))
            }?.description
        }
        #expect(refusal([0, 1, 2]) == "reference: “x” is a binary file; expected text in UTF-8")
        #expect(refusal([UInt8](repeating: 0x61, count: 10_000_000))?.contains("10000000 bytes") == true)
    }
}
