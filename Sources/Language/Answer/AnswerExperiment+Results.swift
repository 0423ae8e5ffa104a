import Engine
import Plotting
import Surface

extension AnswerExperiment {
    private var latest: Turn? { turns.last }
    private func chunk(_ turn: Turn, _ hit: RetrievalReply.Hit) -> RetrievalReply.Chunk { turn.found.chunks[hit.chunk] }
    private func chunks(_ turn: Turn) -> [RetrievalReply.Chunk] { turn.used.map { chunk(turn, $0) } }

    private func citations(_ turn: Turn) -> [String] {
        turn.cited.map { number in
            let chunk = chunk(turn, turn.used[number - 1])
            return "\(chunk.document):\(chunk.line)"
        }
    }

    /// The named results so far.
    public func results() -> Results {
        var results = Results()
        let turn = latest.flatMap { $0.isAnswered ? $0 : nil }
        results["answer"] = turn.map { .text($0.answer) } ?? ResultValue.none
        results["citations"] = turn.map { .array(citations($0).map { .text($0) }) } ?? ResultValue.none
        results["refused"] = turn.map { .flag($0.isRefused) } ?? ResultValue.none
        results["support"] = .optional(turn.flatMap { $0.isRefused ? nil : Passages.support(of: $0.answer, in: chunks($0)) })
        results["promptTokens"] = turn?.promptTokens.map { .integer($0) } ?? ResultValue.none
        results["completionTokens"] = turn?.completionTokens.map { .integer($0) } ?? ResultValue.none
        results["seconds"] = turn.map { .number($0.seconds) } ?? ResultValue.none
        results["firstTokenSeconds"] = .optional(turn?.firstTokenSeconds)
        results["tokensPerSecond"] = .optional(turn?.tokensPerSecond)
        results["searchSeconds"] = .optional(latest?.searchSeconds)
        results["readSeconds"] = read == nil ? ResultValue.none : .number(readSeconds)
        results["question"] = latest.map { .text($0.question) } ?? ResultValue.none
        results["questions"] = .integer(turns.count(where: \.isAnswered))
        results["documents"] = read.map { .integer($0.documents) } ?? ResultValue.none
        results["chunks"] = read.map { .integer($0.chunks) } ?? ResultValue.none
        results["reused"] = read.map { .integer($0.reused) } ?? ResultValue.none
        results["digest"] = read.map { .text($0.digest) } ?? ResultValue.none
        results["embedder"] = read.map { .text($0.embedder) } ?? ResultValue.none
        results["answeredBy"] = turn.map { .text($0.model.isEmpty ? provider : "\(provider) \($0.model)") } ?? ResultValue.none
        results.warnings = warnings(turn)
        return results
    }

    private func warnings(_ turn: Turn?) -> [String] {
        var list = read?.notes ?? []
        if provider == "extractive" {
            list.append(
                "answers are sentences of the documents, found without a language model; `workbench model install smollm2` fetches one")
        }
        guard let turn else { return list }
        if !turn.isRefused, turn.cited.isEmpty, !turn.answer.isEmpty {
            list.append("the answer names none of the chunks; what it rests on is not told")
        }
        if Passages.repeats(turn.answer) {
            list.append("the answer says the same again and again, as small models do; a higher repetitionPenalty may help")
        }
        if turn.isCut { list.append("the answer was cut at maxTokens") }
        if let read, turn.found.digest != read.digest { list.append("the documents changed between reading and the latest question") }
        return list
    }

    /// What was retrieved, said and read.
    public func tables() -> [Table] {
        var retrieved = Table("retrieved", columns: ["rank", "document", "line", "chunk", "score", "cited", "text"])
        if let turn = latest {
            for (place, hit) in turn.used.enumerated() {
                let chunk = chunk(turn, hit)
                retrieved.rows.append([
                    .integer(place + 1), .text(chunk.document), .integer(chunk.line), .integer(chunk.number), .number(hit.score),
                    .integer(turn.cited.contains(place + 1) ? 1 : 0), .text(chunk.text),
                ])
            }
        }
        var conversation = Table(
            "conversation",
            columns: ["question", "answer", "citations", "retriever", "topK", "promptTokens", "completionTokens", "seconds"])
        for turn in turns where turn.isAnswered {
            conversation.rows.append([
                .text(turn.question), .text(turn.answer), .text(citations(turn).joined(separator: ", ")), .text(turn.retriever),
                .integer(turn.topK), turn.promptTokens.map { .integer($0) } ?? .none, turn.completionTokens.map { .integer($0) } ?? .none,
                .number(turn.seconds),
            ])
        }
        var documents = Table("documents", columns: ["document", "bytes", "chunks", "sha256"])
        for entry in read?.entries ?? [] {
            documents.rows.append([.text(entry.name), .integer(entry.bytes), .integer(entry.chunks), .text(entry.digest)])
        }
        return [retrieved, conversation, documents]
    }

    // MARK: Figures

    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        guard let read else {
            let title = Self.card.figures.first { $0.id == id }?.title ?? ""
            return Figure(id, title: title, body: .empty(failure ?? "reading “\(Printable.text(documents.source))”"))
        }
        return switch id {
        case "passages": passages
        case "scores": scores
        case "map": map(read)
        default: talk(read)
        }
    }

    private func said(_ read: DocumentReply) -> String {
        "\(read.documents) documents, \(read.chunks) chunks; \(retriever), top \(topK)"
    }

    private func talk(_ read: DocumentReply) -> Figure {
        guard !turns.isEmpty else {
            return Figure(
                "conversation", title: "The conversation", caption: said(read), body: .empty("ask: choose question, press =, type, Enter"))
        }
        var runs: [Document.Run] = []
        // The latest first: it is what one looks for.
        for turn in turns.reversed() {
            runs.append(Document.Run(Printable.text(turn.question), Style(.heading, .bold)))
            runs.append(Document.Run("  \(turn.retriever), top \(turn.topK)\n", Style(.faint)))
            if turn.isAnswered {
                runs.append(Document.Run(Printable.text(turn.answer) + "\n", turn.isRefused ? Style(.caution) : .plain))
                for number in turn.cited {
                    let chunk = chunk(turn, turn.used[number - 1])
                    runs.append(Document.Run("[\(number)] \(Printable.text(chunk.document)), line \(chunk.line)\n", Style(.faint)))
                }
            } else {
                runs.append(Document.Run((failure ?? "thinking") + "\n", Style(.faint)))
            }
            runs.append(Document.Run("\n"))
        }
        return Figure("conversation", title: "The conversation", caption: said(read), body: .document(Document(runs)))
    }

    private var passages: Figure {
        guard let turn = latest, !turn.used.isEmpty else {
            return Figure(
                "passages", title: "The chunks before the model", body: .empty(latest == nil ? "no question yet" : Passages.refusal))
        }
        let wanted = Set(Rouge.tokens(turn.question, stemmer: true)).subtracting(TextRank.functionWords)
        var runs: [Document.Run] = []
        for (place, hit) in turn.used.enumerated() {
            let chunk = chunk(turn, hit)
            let mark = turn.cited.contains(place + 1) ? ", cited" : ""
            runs.append(
                Document.Run(
                    "[\(place + 1)] \(Printable.text(chunk.document)), line \(chunk.line), score \(Self.rounded(hit.score))\(mark)\n",
                    Style(.heading, .bold)))
            runs += Self.marked(Printable.text(chunk.text), wanted)
            runs.append(Document.Run("\n\n"))
        }
        return Figure(
            "passages", title: "The chunks before the model", caption: "underlined: words of the question", body: .document(Document(runs)))
    }

    /// The text with the words underlined whose stems are wanted.
    private static func marked(_ text: String, _ wanted: Set<String>) -> [Document.Run] {
        var runs: [Document.Run] = []
        var plain = ""
        for (place, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if place > 0 { plain += " " }
            if Rouge.tokens(String(word), stemmer: true).contains(where: wanted.contains) {
                runs.append(Document.Run(plain))
                runs.append(Document.Run(String(word), Style(.good, .underline)))
                plain = ""
            } else {
                plain += word
            }
        }
        runs.append(Document.Run(plain))
        return runs
    }

    private static func rounded(_ value: Double) -> String { Value.real((value * 1000).rounded() / 1000).description }

    private var scores: Figure {
        guard let turn = latest else { return Figure("scores", title: "Scores of the chunks", body: .empty("no question yet")) }
        let ranking = turn.found.rankings[turn.retriever] ?? []
        guard !ranking.isEmpty else {
            return Figure("scores", title: "Scores of the chunks", body: .empty("no chunk has anything in common with the question"))
        }
        let shown = Array(ranking.prefix(max(turn.topK, 10)))
        func label(_ place: Int) -> String {
            let chunk = chunk(turn, shown[place])
            let file = chunk.document.split(separator: "/").suffix(2).joined(separator: "/")
            return "\(place + 1) \(Printable.text(file)):\(chunk.line)"
        }
        let used = shown.indices.map { turn.used.contains(shown[$0]) ? shown[$0].score : .nan }
        let rest = shown.indices.map { turn.used.contains(shown[$0]) ? .nan : shown[$0].score }
        let names: [String: String] = ["bm25": "BM25", "embedding": "cosine", "hybrid": "sum of 1/(60 + rank)"]
        return Figure(
            "scores", title: "Scores of the chunks", caption: "“\(Printable.text(turn.question))”: \(turn.used.count) put before the model",
            x: Axis(names[turn.retriever] ?? "score", from: 0), y: Axis("", .category(shown.indices.map(label))),
            [
                Bars(used, Look("put before the model", .series0), isHorizontal: true),
                Bars(rest, Look("left out", .series1), isHorizontal: true),
            ])
    }

    private func map(_ read: DocumentReply) -> Figure {
        let values = read.map.values.map(Double.init)
        let all = stride(from: 0, to: values.count - 1, by: 2).map { Point(x: values[$0], y: values[$0 + 1]) }
        var marks: [any Mark] = [Scatter(all, Look("chunks", .series0))]
        func point(_ place: [Float]) -> Point? { place.count == 2 ? Point(x: Double(place[0]), y: Double(place[1])) : nil }
        if let turn = latest {
            for (place, hit) in turn.used.enumerated() {
                guard let at = point(chunk(turn, hit).place) else { continue }
                marks.append(Label("\(place + 1)", at: at, marker: "o", Look(nil, turn.cited.contains(place + 1) ? .good : .series1)))
            }
            if let at = point(turn.found.place) { marks.append(Label("question", at: at, marker: "?", Look(nil, .caution))) }
        }
        let share = Int((read.shares.reduce(0, +) * 100).rounded())
        let sample = all.count < read.chunks ? "\(all.count) of \(read.chunks) chunks" : "\(all.count) chunks"
        return Figure(
            "map", title: "Map of the chunks (\(Printable.text(read.embedder)))",
            caption: "\(sample) on the two axes along which they differ most, \(share)% of their variance; o: put before the model",
            x: Axis("first axis"), y: Axis("second axis"), marks)
    }
}
