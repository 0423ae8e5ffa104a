import Engine
import Foundation
import Language
import LanguageModel

/// Retrieval over 100,000 chunks, through the provider as the bot asks it.
func languageBenchmarks() throws -> [Measurement] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-retrieval-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let documents = folder.appendingPathComponent("documents")
    try FileManager.default.createDirectory(at: documents, withIntermediateDirectories: true)
    // Paragraphs of 45 words with numbers in them, a chunk each, their ranks after Zipf's law, so that lists of common words are as long as in real texts.
    var state: UInt64 = 1
    func random() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53
    }
    var bytes = 0
    for file in 0..<1000 {
        var text = ""
        for _ in 0..<100 {
            for _ in 0..<45 { text += "w\(Int(exp(random() * log(60_000)))) " }
            text += "\n\n"
        }
        bytes += text.utf8.count
        try Data(text.utf8).write(to: documents.appendingPathComponent("\(file).txt"))
    }
    let environment = ["HOME": folder.path, "XDG_CACHE_HOME": folder.path + "/cache"]
    let source = DocumentRequest(source: documents.path, chunkTokens: 250, overlap: 0, embedder: "hashed")

    func ask(_ provider: DocumentProvider, _ body: Request.Body) throws -> Answer {
        let box = Box()
        let done = DispatchSemaphore(value: 0)
        Task {
            box.answer = await provider.perform(Request(id: 1, provider: "documents", body: body)) { _ in }
            done.signal()
        }
        done.wait()
        guard let answer = box.answer else { throw UserError("no answer") }
        if case .failure(let sentence) = answer.body { throw UserError(sentence) }
        return answer
    }

    var list: [Measurement] = []
    let provider = DocumentProvider(environment: environment)
    let first = try ask(provider, .documents(source))
    guard case .documents(let reply) = first.body else { throw UserError("no documents") }
    let size = "\(reply.documents) documents, \(reply.chunks) chunks, \(bytes / 1_000_000) MB"
    list.append(Measurement(name: "reading and indexing documents", seconds: first.seconds, note: size))
    let again = try ask(DocumentProvider(environment: environment), .documents(source))
    list.append(Measurement(name: "the same from the index that was kept", seconds: again.seconds, note: size))
    for (words, question) in [("rare words", "w51234 w40100 w7777"), ("common words", "w1 w2 w3 w5 w8 w13 w21 w34 w55 w89")] {
        let retrieval = Request.Body.retrieval(RetrievalRequest(documents: source, question: question, count: 20))
        let seconds = try time { _ = try ask(provider, retrieval) }
        list.append(
            Measurement(
                name: "retrieval by words and vectors, \(reply.chunks) chunks, \(words)", seconds: seconds,
                note: "three rankings of 20", aim: 50e-3))
    }
    let rows = try DenseRows((0..<100_000).map { _ in (0..<384).map { _ in Float(random() - 0.5) } })
    let vector = (0..<384).map { _ in Float(random() - 0.5) }
    let products = time { _ = rows.products(with: vector, rows: 0..<rows.count) }
    list.append(
        Measurement(
            name: "products of 100,000 vectors of 384 numbers with one, one thread", seconds: products,
            note: "what a sentence-embedding model's vectors cost a question", aim: 50e-3))
    return list
}

/// Carries an answer out of a task that is waited for.
private final class Box: @unchecked Sendable {
    var answer: Answer?
}
