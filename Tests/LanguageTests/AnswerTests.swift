import Engine
import Foundation
import Synchronization
import Testing

@testable import Language

@Suite struct AnswerTests {
    /// A folder of documents and a cache of their own.
    private final class Home: Sendable {
        let folder: String
        let environment: [String: String]

        init(_ files: [String: String]) throws {
            let base = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-answer-\(UUID().uuidString)").path
            folder = base + "/documents"
            environment = ["HOME": base, "XDG_CACHE_HOME": base + "/cache"]
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in files { try write(name, text) }
        }

        deinit { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }

        func write(_ name: String, _ text: String) throws {
            let url = URL(fileURLWithPath: folder + "/" + name)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }

        var cached: [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: environment["XDG_CACHE_HOME", default: ""] + "/workbench/indexes")) ?? []
        }

        func catalog() -> Catalog {
            Catalog(
                LanguageCatalog.experiments,
                providers: [DocumentProvider(environment: environment), ExtractiveProvider(), EchoProvider()])
        }
    }

    private static let files = [
        "animals/cat.md": "# Cats\n\nA cat sleeps sixteen hours a day. It purrs when it is content.",
        "animals/dog.txt": "A dog barks at strangers. It likes to fetch a stick.",
        "plants.html": "<html><body><p>An oak grows for three hundred years.</p><p>Moss needs shade.</p></body></html>",
        "facts.jsonl": "{\"text\": \"The lighthouse stands on a rock in the sea.\"}\n{\"text\": \"The keeper lights the lamp at dusk.\"}\n",
        "picture.png": "not read", ".hidden.txt": "A cat is hidden here.",
    ]

    /// Drives a pane until it stops by itself, with real providers.
    private func drive(_ pane: inout Pane, _ catalog: Catalog) async throws {
        while true {
            pane.advance(100)
            guard case .waiting(let requests) = pane.status else { return }
            let provider = try #require(catalog.providers.first { $0.name == requests[0].provider })
            try pane.apply(.answered(await provider.perform(requests[0]) { _ in }))
        }
    }

    private func pane(_ home: Home, _ values: [String: Value] = [:]) throws -> (Pane, Catalog) {
        let catalog = home.catalog()
        let all = ["documents": Value.text(home.folder), "question": .text("How long does a cat sleep?")].merging(values) { $1 }
        return (try Pane(try Configuration(AnswerExperiment.card, values: all), catalog: catalog), catalog)
    }

    @Test(arguments: ["hybrid", "bm25", "embedding"]) func `the bot answers from a folder and cites where it read so`(retriever: String)
        async throws
    {
        let home = try Home(Self.files)
        var (pane, catalog) = try pane(home, ["retriever": .text(retriever)])
        try await drive(&pane, catalog)
        let results = pane.results()
        #expect(results.text("answer")?.hasPrefix("A cat sleeps sixteen hours a day. [1]") == true)
        #expect(results["citations"] == .array([.text("animals/cat.md:1")]))
        #expect(results["documents"] == .integer(4) && results["chunks"] == .integer(4))
        #expect(results["refused"] == .flag(false) && results.number("support") == 1)
        for (question, wanted) in [("Where does the lighthouse stand?", "facts.jsonl"), ("How old is an oak?", "plants.html")] {
            try pane.apply(.set(name: "question", value: .text(question), input: nil))
            try await drive(&pane, catalog)
            let table = try #require(pane.experiment.tables().first { $0.name == "retrieved" })
            #expect(table.rows.first?[1] == .text(wanted), "\(question)")
        }
        #expect(pane.results()["questions"] == .integer(3))
        #expect(pane.experiment.tables().first { $0.name == "conversation" }?.rows.count == 3)
    }

    @Test func `what the documents do not hold is not answered`() async throws {
        let home = try Home(Self.files)
        var (pane, catalog) = try pane(home, ["question": .text("Quantum chromodynamics?")])
        try await drive(&pane, catalog)
        #expect(pane.results().text("answer") == "The documents do not tell." && pane.results()["refused"] == .flag(true))
        #expect(pane.experiment.tables().first { $0.name == "retrieved" }?.rows.isEmpty == true)
        // The same where nothing scores enough.
        try pane.apply(.set(name: "retriever", value: .text("embedding"), input: nil))
        try pane.apply(.set(name: "question", value: .text("Does a cat bark?"), input: nil))
        try await drive(&pane, catalog)
        #expect(pane.results()["refused"] == .flag(false))
        try pane.apply(.set(name: "minScore", value: .real(1), input: nil))
        try await drive(&pane, catalog)
        #expect(pane.results()["refused"] == .flag(true))
    }

    @Test func `another topK answers the question anew, the same chunks do not`() async throws {
        let home = try Home(Self.files)
        var (pane, catalog) = try pane(
            home, ["topK": .integer(1), "provider": .text("echo"), "question": .text("a cat, a dog, an oak, the lamp")])
        try await drive(&pane, catalog)
        #expect(pane.results()["questions"] == .integer(1))
        try pane.apply(.set(name: "topK", value: .integer(3), input: nil))
        try await drive(&pane, catalog)
        #expect(pane.results()["questions"] == .integer(2))
        #expect(pane.experiment.tables().first { $0.name == "retrieved" }?.rows.count == 3)
        let answer = try #require(pane.results().text("answer"))
        #expect(answer.contains("[3] (") && answer.hasSuffix("Question: a cat, a dog, an oak, the lamp"))
        // All there is was already before the model, apart from the fourth.
        try pane.apply(.set(name: "topK", value: .integer(4), input: nil))
        try pane.apply(.set(name: "topK", value: .integer(3), input: nil))
        try await drive(&pane, catalog)
        #expect(pane.results()["questions"] == .integer(2))
    }

    @Test func `earlier turns are sent along when they are wanted`() async throws {
        var experiment = try AnswerExperiment(
            Setup(card: AnswerExperiment.card, values: ["provider": .text("openai"), "history": .integer(2)]))
        let found = RetrievalReply(
            digest: "d", chunks: [.init(document: "a.md", number: 0, line: 7, text: "Text.", place: [0, 0])],
            rankings: ["hybrid": [.init(chunk: 0, score: 1)]], place: [0, 0])
        let read = DocumentReply(
            digest: "d", documents: 1, chunks: 1, entries: [], reused: 0, embedder: "hashed", map: PackedFloats([0, 0]), shares: [0, 0],
            notes: [])
        var requests: [ChatRequest] = []
        func answer(_ text: String) throws {
            while case .waiting(let wanted) = try experiment.step(1).state {
                switch wanted[0].body {
                case .documents: try experiment.receive(Answer(id: wanted[0].id, body: .documents(read)))
                case .retrieval: try experiment.receive(Answer(id: wanted[0].id, body: .retrieval(found)))
                case .chat(let chat):
                    requests.append(chat)
                    try experiment.receive(Answer(id: wanted[0].id, body: .chat(ChatReply(text: text, model: "m", promptTokens: 9))))
                default: throw UserError("strange")
                }
            }
        }
        try answer("first [1]")
        try experiment.apply(Change("question", .text("And then?")))
        try answer("second [2, 1] [1]")
        #expect(requests[1].messages.map(\.role) == ["system", "user", "assistant", "user"])
        #expect(requests[1].messages[2].content == "first [1]")
        #expect(requests[0].messages.last?.content.contains("[1] (a.md, line 7)\nText.\n\nQuestion: ") == true)
        let results = experiment.results()
        #expect(results["citations"] == .array([.text("a.md:7")]) && results["promptTokens"] == .integer(9))
        try experiment.apply(Change("question", .text("More?")))
        try answer("The documents do not tell. [1]")
        #expect(experiment.results()["refused"] == .flag(true) && experiment.results()["citations"] == .array([]))
    }

    @Test func `the index is kept, and only what changed is read again`() async throws {
        let home = try Home(Self.files)
        func chunks(_ values: [String: Value] = [:]) async throws -> Results {
            var (pane, catalog) = try pane(home, values)
            try await drive(&pane, catalog)
            return pane.results()
        }
        let first = try await chunks()
        #expect(first["reused"] == .integer(0) && home.cached.count == 1)
        let second = try await chunks()
        #expect(
            second["reused"] == .integer(4) && second.text("digest") == first.text("digest")
                && second.text("answer") == first.text("answer"))
        try home.write("animals/cat.md", "A cat sleeps not at all, and this text is longer.")
        try FileManager.default.removeItem(atPath: home.folder + "/plants.html")
        let third = try await chunks()
        #expect(third["reused"] == .integer(2) && third["documents"] == .integer(3) && third.text("digest") != first.text("digest"))
        #expect(third.text("answer")?.contains("not at all") == true)
        // A file that does not hold what it should is made anew.
        let path = try #require(home.environment["XDG_CACHE_HOME"]) + "/workbench/indexes/" + home.cached[0]
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try await chunks()["reused"] == .integer(0))
        for length in [0, 5, 18, 25, bytes.count / 2] {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(try await chunks()["reused"] == .integer(0))
        }
        // Cut otherwise, it is another index.
        _ = try await chunks(["chunkTokens": .integer(20)])
        #expect(home.cached.count == 2)
    }

    @Test func `thousands of files are read with a bar, and of them only the changed ones again`() async throws {
        let count = 3000
        let files = (0..<count).map { ("\($0 % 40)/note \($0).md", "# Note \($0)\n\nThe number w\($0) stands here.") }
        let home = try Home(Dictionary(uniqueKeysWithValues: files))
        let heard = Mutex<[(String, Double)]>([])
        let source = DocumentRequest(source: home.folder, chunkTokens: 250, overlap: 0, embedder: "hashed")
        func read() async throws -> DocumentReply {
            let provider = DocumentProvider(environment: home.environment)
            let answer = await provider.perform(Request(id: 1, provider: "documents", body: .documents(source))) { news in
                if case .progress(let sentence, let fraction) = news { heard.withLock { $0.append((sentence, fraction)) } }
            }
            guard case .documents(let reply) = answer.body else { throw UserError("\(answer.body)") }
            return reply
        }
        let first = try await read()
        #expect(first.documents == count && first.chunks == count && first.reused == 0)
        let bar = heard.withLock { $0 }
        #expect(bar.count > 40 && bar.last?.1 == 1 && bar.last?.0 == "3000 of 3000 documents read")
        #expect(zip(bar, bar.dropFirst()).allSatisfy { $0.1 <= $1.1 })
        try home.write("7/note 7.md", "# Note 7\n\nAnother text altogether.")
        // Touched, but of the same content: its digest tells.
        try home.write("8/note 8.md", "# Note 8\n\nThe number w8 stands here.")
        let second = try await read()
        #expect(second.documents == count && second.reused == count - 1 && second.digest != first.digest)
    }

    @Test func `a replay needs no folder`() async throws {
        let home = try Home(Self.files)
        let catalog = home.catalog()
        let journal = Journal(header: Workspace.Header(title: "answers"))
        let values: [String: Value] = ["documents": .text(home.folder), "question": .text("When does the keeper light the lamp?")]
        let outcome = try await HeadlessRun(try Configuration(AnswerExperiment.card, values: values), catalog: catalog).run(
            journal: journal)
        #expect(outcome.pane.results().text("answer")?.contains("at dusk") == true)
        let file = home.environment["HOME", default: ""] + "/answers.workspace"
        try journal.save(as: file)
        let workspace = try Workspace.read(file)
        try FileManager.default.removeItem(atPath: home.folder)
        let verification = try Verification.of(workspace, catalog: Catalog(LanguageCatalog.experiments, providers: []))
        #expect(verification.divergence == nil && verification.digests > 0)
    }

    @Test func `what cannot be read is said in one sentence`() async throws {
        let home = try Home(["only.png": "x", "empty/a.txt": "  \n", "binary/b.txt": "a\u{0}b"])
        func failure(_ source: String) async throws -> String {
            var (pane, catalog) = try pane(home, ["documents": .text(source)])
            try await drive(&pane, catalog)
            guard case .failed(let sentence) = pane.status else { return "none" }
            return sentence
        }
        #expect(try await failure(home.folder + "/nowhere").contains("there is no folder or file"))
        #expect(try await failure(home.folder + "/only.png").contains("holds no text") == false)
        #expect(try await failure(home.folder + "/empty").contains("holds no text"))
        #expect(try await failure(home.folder + "/binary").contains("is a binary file"))
        try FileManager.default.createDirectory(atPath: home.folder + "/none", withIntermediateDirectories: true)
        #expect(try await failure(home.folder + "/none").contains("holds no document; expected txt, md, html or jsonl files"))
        #expect(throws: UserError.self) { try pane(home, ["overlap": .integer(250)]) }
        #expect(throws: UserError.self) { try pane(home, ["documents": .text("")]) }
        #expect(throws: UserError.self) { try pane(home, ["question": .text(String(repeating: "a", count: 5000))]) }
    }

    @Test func `a failure can be tried again`() async throws {
        let home = try Home(Self.files)
        var (pane, catalog) = try pane(home, ["provider": .text("echo"), "model": .text("fail")])
        try await drive(&pane, catalog)
        guard case .failed(let sentence) = pane.status else { throw UserError("not failed") }
        #expect(sentence.hasPrefix("the stand-in fails") && pane.results()["answer"] == ResultValue.none)
        try pane.apply(.set(name: "attempt", value: .integer(2), input: nil))
        pane.advance(1)
        guard case .waiting(let requests) = pane.status, case .chat = requests[0].body else { throw UserError("not asked again") }
    }

    @Test func `an answer from the world is not trusted`() throws {
        var experiment = try AnswerExperiment(Setup(card: AnswerExperiment.card))
        guard case .waiting(let requests) = try experiment.step(1).state else { throw UserError("not waiting") }
        #expect(throws: UserError.self) { try experiment.receive(Answer(id: 99, body: .failure("x"))) }
        try experiment.receive(Answer(id: requests[0].id, body: .chat(ChatReply(text: "x"))))
        guard case .failed(let sentence) = try experiment.step(1).state else { throw UserError("not failed") }
        #expect(sentence.hasPrefix("something else came"))
    }

    @Test(
        arguments: [
            ("so [1] and [2, 3].", 3, [1, 2, 3]), ("[4] [0] [-1] [x] [1", 3, []), ("[2][2]", 2, [2]), ("", 3, []), ("[1]", 0, []),
            ("[]", 3, []),
            ("[1; 2]", 2, [1, 2]), ("a[b[1]", 1, [1]),
        ] as [(String, Int, [Int])])
    func `citations are numbers in brackets`(answer: String, count: Int, numbers: [Int]) {
        #expect(Passages.cited(in: answer, count: count) == numbers)
    }

    @Test func `the extractive answer takes the sentence with the question's rarest words`() {
        func reply(_ passages: [String], _ question: String) -> String {
            ExtractiveAnswer.reply(
                to: passages.map { .init(role: "passage", content: $0) } + [.init(role: "user", content: question)]
            ).text
        }
        #expect(
            reply(["The sea is wide. The sea is deep.", "The lamp is lit by the keeper."], "Who lights the lamp?")
                == "The lamp is lit by the keeper. [2]")
        #expect(reply(["The sea is wide."], "What of the moon?") == Passages.refusal)
        #expect(reply([], "Anything?") == Passages.refusal)
    }
}
