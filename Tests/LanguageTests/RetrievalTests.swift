import Engine
import Foundation
import LanguageModel
import Testing

@testable import Language

/// Values computed by bm25s, rank-bm25 and scikit-learn; see Tests/References/language/retrieval.py.
@Suite struct RetrievalTests {
    struct Reference: Decodable {
        struct Sparse: Decodable {
            var places: [Int32]
            var weights: [Double]
        }
        var texts, questions: [String]
        var lucene, okapi, cosines, places, askedPlaces: [[Double]]
        var vectors, asked: [Sparse]
        var shares: [Double]
    }

    static let reference = Result { () throws -> Reference in
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("References/language/retrieval.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }

    private func index(_ texts: [String]) -> SearchIndex {
        SearchIndex(texts.enumerated().map { SearchIndex.Entry(document: $0.offset, chunk: DocumentChunk(text: $0.element, line: 1)) })
    }

    private func isNear(_ got: [Double], _ wanted: [Double], _ tolerance: Double) -> Bool {
        got.count == wanted.count && zip(got, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    }

    @Test func `BM25 in both forms is the packages'`() throws {
        let reference = try Self.reference.get()
        let index = index(reference.texts)
        for (place, question) in reference.questions.enumerated() {
            #expect(isNear(index.wordScores(question), reference.lucene[place], 1e-12), "\(question)")
            #expect(isNear(index.wordScores(question, isOkapi: true), reference.okapi[place], 1e-12), "\(question)")
        }
    }

    @Test func `hashed vectors and cosines are scikit-learn's`() throws {
        let reference = try Self.reference.get()
        let embedder = HashedEmbedder(of: reference.texts, dimensions: SearchIndex.places)
        for (text, wanted) in zip(reference.texts + reference.questions, reference.vectors + reference.asked) {
            let vector = embedder.vector(text)
            #expect(vector.places == wanted.places && isNear(vector.weights, wanted.weights, 1e-14), "\(text)")
        }
        let index = index(reference.texts)
        for (question, wanted) in zip(reference.questions, reference.cosines) {
            // The index keeps its weights in single precision.
            #expect(isNear(index.vectorScores(question), wanted, 1e-7), "\(question)")
            let vector = embedder.vector(question)
            #expect(isNear(reference.texts.map { embedder.vector($0).dot(vector) }, wanted, 1e-14), "\(question)")
        }
    }

    @Test func `the map's axes are scikit-learn's principal components`() throws {
        let reference = try Self.reference.get()
        let embedder = HashedEmbedder(of: reference.texts, dimensions: SearchIndex.places)
        func dense(_ text: String) -> [Double] { embedder.vector(text).dense(SearchIndex.places) }
        // 70 vectors take the iteration, 30 the rotations.
        let axes = PrincipalAxes(reference.texts.map(dense))
        #expect(isNear(axes.shares, reference.shares, 1e-6))
        for (place, wanted) in zip(axes.places, reference.places) { #expect(isNear([place.x, place.y], wanted, 1e-5)) }
        for (question, wanted) in zip(reference.questions, reference.askedPlaces) {
            let place = axes.place(dense(question))
            #expect(isNear([place.x, place.y], wanted, 1e-5))
        }
        let line = PrincipalAxes([[0, 0, 1], [3, 4, 1], [-3, -4, 1]])
        #expect(abs(line.shares[0] - 1) < 1e-14 && line.shares[1] == 0)
        #expect(abs(line.place([6, 8, 1]).x - 10) < 1e-12 && line.place([6, 8, 1]).y == 0)
        #expect(PrincipalAxes([]).shares == [0, 0] && PrincipalAxes([[1, 2]]).place([5, 5]).x == 0)
    }

    @Test func `murmur is MurmurHash3`() {
        // Values of scikit-learn's murmurhash3_32 with seed 0.
        for (word, hash) in [
            ("", 0 as UInt32), ("a", 1_009_084_850), ("word1", 430_478_597), ("replay", 1_348_067_736), ("abcdefgh", 1_239_272_644),
        ] {
            #expect(SearchWords.murmur(Array(word.utf8)[...]) == hash, "\(word)")
        }
    }

    @Test func `search words are ROUGE's tokens`() {
        for text in ["The Cat's 3.14, re-use", "K İstanbul café", "", "北京", "a", "…x…"] {
            var words: [String] = []
            SearchWords.each(text) { words.append(String(decoding: $0, as: UTF8.self)) }
            #expect(words == Rouge.tokens(text), "\(text)")
        }
    }

    @Test func `rankings go by score, then by order, and fuse by ranks`() {
        let best = SearchIndex.best([0, 2, 5, 2, -1, 5, 0.5], count: 4)
        #expect(best.map(\.chunk) == [2, 5, 1, 3])
        #expect(SearchIndex.best([1, 2], count: 0).isEmpty)
        let fused = SearchIndex.fuse([[(7, 9.0), (3, 8.0)], [(3, 0.9), (5, 0.8)]])
        #expect(fused.map(\.chunk) == [3, 7, 5])
        #expect(fused[0].score == 1.0 / 62 + 1.0 / 61)
        // 2 and 1 are first once each: equal sums, in the chunks' order.
        #expect(SearchIndex.fuse([[(2, 1.0)], [(1, 1.0)]]).map(\.chunk) == [1, 2])
    }

    @Test func `vectors by a model are ranked by their products`() throws {
        let rows: [[Float]] = (0..<40).map { i in (0..<33).map { j in Float((i * 7 + j * 3) % 11) - 5 } }
        let dense = try DenseRows(rows)
        let question: [Float] = (0..<33).map { Float($0 % 5) - 2 }
        let products = dense.products(with: question, rows: 3..<20)
        // Small whole numbers, so that every order of summation gives the same.
        #expect(products == rows[3..<20].map { zip($0, question).reduce(0) { $0 + $1.0 * $1.1 } })
        let index = SearchIndex(
            rows.indices.map { SearchIndex.Entry(document: 0, chunk: DocumentChunk(text: "t\($0)", line: 1)) }, dense: dense)
        #expect(index.vectorScores("", vector: question) == dense.products(with: question, rows: 0..<40).map(Double.init))
        #expect(index.vectorScores("", vector: [1]).allSatisfy { $0 == 0 })
        #expect(throws: LanguageModelError.self) { try DenseRows([[1], [1, 2]]) }
    }
}

@Suite struct ChunkerTests {
    private func blocks(_ text: String, _ kind: DocumentKind) -> [DocumentBlock] {
        DocumentText(Array(text.utf8), kind: kind, name: "x").blocks
    }

    @Test func `chunks hold whole paragraphs where they fit, and nothing is lost`() {
        let text = (1...40).map { "Paragraph \($0) says something of its own. It has two sentences." }.joined(separator: "\n\n")
        for limit in [20, 50, 250] {
            let chunks = Chunker(limit: limit, overlap: 0).chunks(of: blocks(text, .plain))
            #expect(chunks.map(\.text).joined(separator: "\n\n") == text)
            #expect(chunks.allSatisfy { Chunker.tokens(in: $0.text) <= limit })
            // Paragraph k stands on line 2k - 1.
            for chunk in chunks { #expect(chunk.text.hasPrefix("Paragraph \((chunk.line + 1) / 2) ") && chunk.line % 2 == 1) }
        }
    }

    @Test func `long paragraphs are cut at sentences, long sentences at words, long words anywhere`() {
        let sentence = "One two three four five six seven eight nine ten."
        let long = Array(repeating: sentence, count: 30).joined(separator: " ")
        let bySentence = Chunker(limit: 40, overlap: 0).chunks(of: [DocumentBlock(text: long, line: 3)])
        #expect(bySentence.count > 5 && bySentence.allSatisfy { $0.text.hasSuffix(".") && $0.text.hasPrefix("One") && $0.line == 3 })
        let endless = Array(repeating: "word", count: 300).joined(separator: " ")
        let byWord = Chunker(limit: 40, overlap: 0).chunks(of: [DocumentBlock(text: endless, line: 1)])
        #expect(byWord.map(\.text).joined(separator: " ") == endless && byWord.allSatisfy { Chunker.tokens(in: $0.text) <= 40 })
        let knot = String(repeating: "1", count: 1000)
        let byPart = Chunker(limit: 30, overlap: 0).chunks(of: [DocumentBlock(text: knot, line: 1)])
        #expect(byPart.allSatisfy { Chunker.tokens(in: $0.text) <= 30 } && byPart.map(\.text).joined().filter { $0 == "1" }.count == 1000)
    }

    @Test func `an overlap repeats whole sentences`() {
        let sentences = (1...30).map { "Sentence number \($0) is here." }
        let chunks = Chunker(limit: 60, overlap: 20).chunks(of: sentences.map { DocumentBlock(text: $0, line: 1) })
        #expect(chunks.count > 4)
        for (here, next) in zip(chunks, chunks.dropFirst()) {
            let last = here.text.components(separatedBy: "\n\n").last ?? ""
            #expect(next.text.hasPrefix(last), "\(here.text) then \(next.text)")
            #expect(Chunker.tokens(in: next.text) <= 60)
        }
        let all = sentences.filter { sentence in chunks.contains { $0.text.contains(sentence) } }
        #expect(all.count == 30)
    }

    @Test func `a heading stays with what follows it`() {
        let text = "# One\n\n" + String(repeating: "word ", count: 30) + "\n\n# Two\n\nShort."
        let chunks = Chunker(limit: 33, overlap: 0).chunks(of: blocks(text, .markdown))
        #expect(chunks.count == 2)
        #expect(chunks.last?.text == "Two\n\nShort." && chunks.last?.line == 5)
    }

    @Test func `Markdown's wrapped lines are joined, its code and items kept apart`() {
        let text = "One\nline.\n\n- first\n  goes on\n- second\n\n```sh\na\nb\n```\n| x | y |\n| 1 | 2 |\n1. one\n2. two\n"
        #expect(
            blocks(text, .markdown).map(\.text)
                == ["One line.", "- first goes on", "- second", "a\nb", "| x | y |", "| 1 | 2 |", "1. one", "2. two"])
        #expect(blocks(text, .markdown).map(\.line) == [1, 4, 6, 9, 12, 13, 14, 15])
        #expect(blocks("a\r\nb\r\n\r\nc", .plain).map(\.text) == ["a b", "c"])
    }

    @Test func `a page gives its words alone`() {
        let page = """
            <!doctype html><html><head><title>T</title><style>p { color: red }</style></head>
            <body><!-- <p>hidden</p> --><h1>Caf&eacute; &amp; more</h1><p>One <b>bold</b> word&#33; &#x1F600; &bogus; 1 < 2</p>
            <script>if (a < b) { document.write("<p>no</p>") }</script><ul><li>a</li><li>b</li></ul></body></html>
            """
        let texts = blocks(page, .page).map(\.text)
        #expect(texts == ["Café & more", "One bold word! 😀 &bogus; 1 < 2", "a", "b"])
        for broken in ["<", "<p", "a<!--", "<script>x", "&", "&#xFFFFFFFF;", "</", "<>"] { _ = blocks(broken, .page) }
    }

    @Test func `records give a block a line, and bad lines are told`() {
        let text = DocumentText(
            Array("{\"text\": \"one\"}\n\n{\"title\": \"T\", \"body\": \"two\"}\n{bad\n\"three\"\n{\"n\": 1}\n".utf8), kind: .records,
            name: "x.jsonl")
        #expect(text.blocks.map(\.text) == ["one", "T\ntwo", "three"] && text.blocks.map(\.line) == [1, 3, 5])
        #expect(text.notes == ["“x.jsonl”, line 4: it is not JSON; 2 such lines were left out"])
    }

    @Test func `bytes that are no text are told`() {
        #expect(DocumentText([0x61, 0xFF, 0x62], kind: .plain, name: "x").blocks.map(\.text) == ["a\u{FFFD}b"])
        #expect(DocumentText([0x61, 0xFF, 0x62], kind: .plain, name: "x").notes.count == 1)
        #expect(DocumentText([0x61, 0], kind: .plain, name: "x").notes == ["“x” is a binary file and was left out"])
    }
}
