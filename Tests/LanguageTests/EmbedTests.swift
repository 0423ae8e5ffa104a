import Engine
import Foundation
import ReferenceModel
import Testing

@testable import Language

@Suite struct EmbedTests {
    private func run(_ values: [String: Value], inputs: [String: Input] = [:]) throws -> EmbedExperiment {
        try drive(EmbedExperiment.self, values, inputs: inputs)
    }

    @Test func `hashed vectors of the same words are the same, of other words at right angles`() throws {
        let experiment = try run(["texts": .text("a red fox | A RED, fox! | blue sea"), "dimensions": .integer(65_536)])
        #expect(abs(experiment.cosines[0][1] - 1) < 1e-15 && experiment.cosines[0][2] == 0 && abs(experiment.cosines[2][2] - 1) < 1e-15)
        let results = experiment.results()
        #expect(results["texts"] == .integer(3) && results["dimensions"] == .integer(65_536))
        #expect(results["nearest"] == .array([.text("a red fox"), .text("A RED, fox!")]))
        #expect(abs((results.number("meanCosine") ?? 0) - 1.0 / 3) < 1e-15)
        // Two places and one: all variance lies on one axis.
        #expect(abs((results.number("mapShare") ?? 0) - 1) < 1e-12)
        let names = experiment.tables().map { [$0.name, "\($0.rows.count)", "\($0.columns.count)"] }
        #expect(names == [["vectors", "3", "65537"], ["cosine", "3", "4"], ["map", "3", "3"]])
    }

    @Test func `texts come from a line, a file's lines, or JSON`() throws {
        func texts(_ content: String) throws -> [String] {
            try run(["texts": .text(content)], inputs: ["texts": Input(name: "x", bytes: Array(content.utf8))]).texts
        }
        #expect(try run(["texts": .text(" a b |c| |")]).texts == ["a b", "c"])
        #expect(try texts("one | two\r\nthree\n\n") == ["one | two", "three"])
        #expect(try texts("{\"text\": \"one\"}\n{\"body\": \"two\\nlines\"}") == ["one", "two\nlines"])
        #expect(try texts("[\"one\", {\"content\": \"two\"}]") == ["one", "two"])
        func refusal(_ content: String, isFile: Bool = true) -> String? {
            #expect(throws: UserError.self) {
                try run(["texts": .text(content)], inputs: isFile ? ["texts": Input(name: "x", bytes: Array(content.utf8))] : [:])
            }?.description
        }
        #expect(refusal("{\"n\": 1}\n") == "texts: “x”, line 1: there is no text in it; expected a string, or an object with “text”")
        #expect(refusal("alone", isFile: false) == "texts: one text; expected at least two, separated by |")
        #expect(refusal(Array(repeating: "a", count: 501).joined(separator: "|"), isFile: false)?.contains("501 texts") == true)
    }

    @Test func `a text without words has no direction`() throws {
        let experiment = try run(["texts": .text("one two | ……… | two three")])
        #expect(experiment.cosines[0][1].isNaN && !experiment.cosines[0][2].isNaN)
        #expect(experiment.results().warnings[0].contains("1 texts have no words"))
        let cosine = try #require(experiment.tables().first { $0.name == "cosine" })
        #expect(cosine.rows[0][2] == .none)
    }

    @Test func `a model's vectors are asked for, checked, and asked for again after a failure`() throws {
        var experiment = try EmbedExperiment(
            Setup(card: EmbedExperiment.card, values: ["texts": .text("a|b"), "embedder": .text("local")]))
        func answer(_ body: Answer.Body) throws -> Engine.Progress.State {
            guard case .waiting(let requests) = try experiment.step(1).state else { throw UserError("not waiting") }
            try experiment.receive(Answer(id: requests[0].id, body: body))
            return try experiment.step(1).state
        }
        for (attempt, body) in [
            Answer.Body.failure("down"), .embedding([[1, 2]]), .embedding([[1], [1, 2]]), .embedding([[.nan], [1]]),
        ].enumerated() {
            guard case .failed = try answer(body) else { throw UserError("not failed: \(body)") }
            try experiment.apply(Change("attempt", .integer(attempt + 2)))
        }
        #expect(try answer(.embedding([[3, 4], [4, 3]])) == .finished("2 vectors"))
        #expect(abs(experiment.cosines[0][1] - 0.96) < 1e-15)
    }

    @Test(.enabled(if: ReferenceEncoder.isWanted, Comment(rawValue: ReferenceEncoder.advice)))
    func `a model knows what words alone do not`() async throws {
        let environment = ["XDG_DATA_HOME": try ReferenceEncoder.dataFolder(), "HOME": "/nowhere"]
        let provider = LocalProvider(environment: environment)
        let texts = ["The lamp is lit at dusk.", "Every evening they kindle the light.", "Stock prices fell."]
        let answer = await provider.perform(Request(id: 1, provider: "local", body: .embedding(model: "", texts: texts))) { _ in }
        guard case .embedding(let vectors) = answer.body else { throw UserError("\(answer.body)") }
        func cosine(_ i: Int, _ j: Int) -> Double { zip(vectors[i], vectors[j]).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        #expect(cosine(0, 1) > cosine(0, 2) + 0.3)
        let missing = LocalProvider(environment: ["XDG_DATA_HOME": "/nowhere", "HOME": "/nowhere"])
        let refusal = await missing.perform(Request(id: 1, provider: "local", body: .embedding(model: "", texts: texts))) { _ in }
        guard case .failure(let sentence) = refusal.body else { throw UserError("\(refusal.body)") }
        #expect(sentence.contains("workbench model install minilm"))
    }
}
