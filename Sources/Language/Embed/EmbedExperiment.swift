import Engine
import Kernels
import LanguageModel
import Plotting

/// Texts as vectors: how near they are to one another, and a map of them.
///
/// Hashed vectors are made here, in one step; those of a model are asked for, and the answer is the step.
public struct EmbedExperiment: Experiment {
    let texts: [String]
    let embedder: String
    let model: String
    let dimensions: Int
    private(set) var notes: [String]
    private var attempt: Int
    private var requestID = 1
    private var inbox: Answer?
    private(set) var failure: String?
    private(set) var vectors: [[Double]] = []
    private(set) var cosines: [[Double]] = []
    private(set) var places: [Point] = []
    private(set) var shares: [Double] = []

    /// The most texts, and the longest in Unicode scalars.
    static let most = 500
    static let longest = 20_000

    /// The texts; nothing is computed before the first step.
    public init(_ setup: Setup) throws {
        var notes: [String] = []
        texts = try Self.texts(setup, &notes)
        self.notes = notes
        embedder = setup.choice("embedder")
        model = setup.text("model")
        dimensions = setup.integer("dimensions")
        attempt = setup.integer("attempt")
    }

    /// The texts of the parameter: separated by | or line feeds; a file's are its lines, or what its JSON holds.
    private static func texts(_ setup: Setup, _ notes: inout [String]) throws -> [String] {
        func refusal(_ sentence: String) -> UserError { UserError("texts: \(sentence)", parameter: "texts") }
        var texts: [String] = []
        let bytes = Array(setup.text("texts").utf8)
        let first = bytes.first { $0 > 0x20 }
        if let input = setup.inputs["texts"], first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "\"") {
            for (line, value) in try JSONText.records(of: input, for: "texts") {
                guard let text = value.string ?? ["text", "content", "body"].lazy.compactMap({ value[$0]?.string }).first else {
                    throw refusal("“\(input.name)”, line \(line): there is no text in it; expected a string, or an object with “text”")
                }
                texts.append(text)
            }
        } else {
            let separators: Set<UInt8> = setup.inputs["texts"] == nil ? [0x0A, UInt8(ascii: "|")] : [0x0A]
            texts = bytes.split { separators.contains($0) }.map { part in
                var part = part[...]
                while let last = part.last, last <= 0x20 { part.removeLast() }
                return String(decoding: part.drop { $0 <= 0x20 }, as: UTF8.self)
            }.filter { !$0.isEmpty }
        }
        guard texts.count >= 2 else { throw refusal("\(texts.count == 1 ? "one text" : "no text"); expected at least two, separated by |") }
        guard texts.count <= most else { throw refusal("\(texts.count) texts; at most \(most) are compared with one another") }
        if let long = texts.firstIndex(where: { TextMeasures.characters($0) > longest }) {
            throw refusal("text \(long + 1) has \(TextMeasures.characters(texts[long])) characters; at most \(longest) are read")
        }
        return texts
    }

    /// Makes the vectors, or takes in the answer that holds them.
    public mutating func step(_ count: Int) throws -> Progress {
        guard count > 0, vectors.isEmpty else { return Progress(0, state) }
        if embedder == "hashed" {
            let hashed = HashedEmbedder(of: texts, dimensions: dimensions)
            take(texts.map { hashed.vector($0).dense(dimensions) })
            return Progress(1, state)
        }
        guard let answer = inbox else { return Progress(0, state) }
        inbox = nil
        switch answer.body {
        case .embedding(let found):
            let length = found.first?.count ?? 0
            if found.count == texts.count, (1...65_536).contains(length),
                found.allSatisfy({ $0.count == length && $0.allSatisfy(\.isFinite) })
            {
                take(found.map { $0.map(Double.init) })
                if let remark = answer.remark { notes.append(remark) }
            } else {
                failure = "the answer holds no vector of one length for each text"
            }
        case .failure(let sentence): failure = sentence
        default: failure = "something else came in answer to a request for vectors"
        }
        return Progress(1, state)
    }

    private mutating func take(_ found: [[Double]]) {
        vectors = found
        let lengths = found.map { Vector.sumOfSquares($0).squareRoot() }
        cosines = found.indices.map { i in
            found.indices.map { j in lengths[i] > 0 && lengths[j] > 0 ? Vector.dot(found[i], found[j]) / (lengths[i] * lengths[j]) : .nan }
        }
        let axes = PrincipalAxes(found)
        places = axes.places.map { Point(x: $0.x, y: $0.y) }
        shares = axes.shares
    }

    private var state: Progress.State {
        if !vectors.isEmpty { return .finished("\(texts.count) vectors") }
        if embedder == "hashed" || inbox != nil { return .ready }
        if let failure { return .failed("\(failure); raise “attempt” to ask again") }
        return .waiting([Request(id: requestID, provider: embedder, body: .embedding(model: model, texts: texts))])
    }

    /// Keeps the vectors' answer for the next step.
    public mutating func receive(_ answer: Answer) throws {
        guard embedder != "hashed", vectors.isEmpty, failure == nil, inbox == nil, answer.id == requestID else {
            throw UserError("an answer came to request \(answer.id), which is not under way")
        }
        inbox = answer
    }

    /// Asks again after a failure.
    public mutating func apply(_ change: Change) throws {
        guard change.name == "attempt", case .integer(let value) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        if value != attempt, failure != nil {
            failure = nil
            requestID += 1
        }
        attempt = value
    }

    // MARK: What is shown

    /// The pairs of texts by their cosine, the nearest first, equal ones in their order.
    private var pairs: [(i: Int, j: Int, cosine: Double)] {
        var pairs: [(i: Int, j: Int, cosine: Double)] = []
        for i in cosines.indices {
            for j in i + 1..<max(cosines.count, i + 1) where !cosines[i][j].isNaN { pairs.append((i, j, cosines[i][j])) }
        }
        return pairs
    }

    /// The named results.
    public func results() -> Results {
        var results = Results()
        let pairs = pairs
        let best = pairs.max { ($0.cosine, -$0.i, -$0.j) < ($1.cosine, -$1.i, -$1.j) }
        let worst = pairs.min { ($0.cosine, $0.i, $0.j) < ($1.cosine, $1.i, $1.j) }
        func names(_ pair: (i: Int, j: Int, cosine: Double)?) -> ResultValue {
            pair.map { .array([.text(texts[$0.i]), .text(texts[$0.j])]) } ?? .none
        }
        results["texts"] = .integer(texts.count)
        results["dimensions"] = vectors.isEmpty ? ResultValue.none : .integer(vectors[0].count)
        results["meanCosine"] = pairs.isEmpty ? ResultValue.none : .number(Vector.sum(pairs.map(\.cosine)) / Double(pairs.count))
        results["nearest"] = names(best)
        results["nearestCosine"] = .optional(best?.cosine)
        results["farthest"] = names(worst)
        results["farthestCosine"] = .optional(worst?.cosine)
        results["mapShare"] = shares.isEmpty ? ResultValue.none : .number(shares.reduce(0, +))
        results.warnings = notes
        let empty = vectors.count { $0.allSatisfy { $0 == 0 } }
        if empty > 0 { results.warnings.append("\(empty) texts have no words, so their vectors are zero and their cosines unknown") }
        if embedder == "hashed" {
            results.warnings.append(
                "hashed vectors know words, not meanings; `workbench model install minilm` and embedder local know sentences")
        }
        return results
    }

    /// The vectors, their cosines, and their places on the map.
    public func tables() -> [Table] {
        func cell(_ value: Double) -> Table.Value { value.isNaN ? .none : .number(value) }
        var table = Table("vectors", columns: ["text"] + (vectors.first ?? []).indices.map(String.init))
        for (text, vector) in zip(texts, vectors) { table.rows.append([.text(text)] + vector.map { .number($0) }) }
        var cosine = Table("cosine", columns: ["text"] + cosines.indices.map { String($0 + 1) })
        for (text, row) in zip(texts, cosines) { cosine.rows.append([.text(text)] + row.map(cell)) }
        var map = Table("map", columns: ["text", "x", "y"])
        for (text, place) in zip(texts, places) { map.rows.append([.text(text), .number(place.x), .number(place.y)]) }
        return [table, cosine, map]
    }

    private func label(_ place: Int, _ length: Int) -> String {
        let text = Printable.text(texts[place]).replacing("\n", with: " ")
        return text.count > length ? "\(text.prefix(length - 1))…" : text
    }

    /// The cosines as a heat map, or the texts as a map.
    public func figure(_ id: String) -> Figure {
        guard !vectors.isEmpty else {
            return Figure(
                id, title: "Sentence vectors",
                body: .empty(failure ?? (embedder == "hashed" ? "not computed yet" : "waiting for \(embedder)")))
        }
        let count = texts.count
        let name = embedder == "hashed" ? "hashed words, \(dimensions) places" : "\(embedder)\(model.isEmpty ? "" : " " + model)"
        if id == "map" {
            return Figure(
                "map", title: "Map of the texts (\(name))",
                caption: "the two axes along which they differ most: \(Int((shares.reduce(0, +) * 100).rounded()))% of their variance",
                x: Axis("first axis"), y: Axis("second axis"),
                count <= 40
                    ? texts.indices.map { Label(label($0, 24), at: places[$0], marker: "o", Look(nil, .series($0 % 8))) }
                    : [Scatter(places, Look(nil))])
        }
        let grid = Grid(
            columns: count, rows: count, values: cosines.flatMap { $0 }, x: -0.5...Double(count) - 0.5,
            y: -0.5...Double(count) - 0.5)
        return Figure(
            "cosine", title: "Cosines (\(name))",
            caption: results().number("nearestCosine").map { "the nearest two: \(Value.real(($0 * 1000).rounded() / 1000))" } ?? "",
            x: Axis("", .category((1...count).map(String.init))),
            y: Axis("", .category((0..<count).map { "\($0 + 1) \(label($0, 16))" })),
            [HeatMap(grid, low: min(0, cosines.joined().filter { !$0.isNaN }.min() ?? 0), high: 1, showsNumbers: count <= 12)])
    }

    /// What it declares.
    public static let card = Card(
        id: "language.embed", title: "Sentence vectors",
        summary: "Texts as vectors, by a model or by their words alone: cosines with one another, and a map",
        parameters: [
            .text(
                "texts",
                "The lighthouse stands on a rock in the sea. | A beacon tower rises from a cliff above the ocean. | The keeper lights the lamp at dusk. "
                    + "| Every evening the light is kindled. | Stock prices fell sharply on Tuesday. | The market lost three per cent this week.",
                .restart, "The texts, separated by |; @file reads a line each, or JSON Lines with strings or “text” fields"),
            .choice(
                "embedder", ["hashed", "local", "openai"], .restart,
                "hashed words by their rarity, a sentence-embedding model in this process, or the endpoint's"),
            .text("model", "", .restart, "The embedder's model; empty for the installed or the endpoint's own"),
            .integer("dimensions", 1024, in: 16...65_536, log: true, .restart, "Places of hashed vectors"),
            .integer("attempt", 1, in: 1...1000, .live, "Raise it to ask again where the request failed"),
        ],
        results: [
            ResultCard("texts", "How many texts"),
            ResultCard("dimensions", "The length of a vector", headline: true),
            ResultCard("meanCosine", "Mean cosine of the pairs", headline: true),
            ResultCard("nearest", "The two texts nearest to one another"),
            ResultCard("nearestCosine", "Their cosine", headline: true),
            ResultCard("farthest", "The two texts farthest from one another"),
            ResultCard("farthestCosine", "Their cosine", headline: true),
            ResultCard("mapShare", "Share of the variance that the map shows", headline: true),
        ],
        tables: [
            TableCard("vectors", "One row a text with its vector"), TableCard("cosine", "The cosine of each text with each"),
            TableCard("map", "Where each text lies on the map"),
        ],
        figures: [FigureCard("cosine", "Cosines of the texts"), FigureCard("map", "Map of the texts")],
        citation:
            "Weinberger et al. 2009 (feature hashing); Reimers & Gurevych 2019, Wang et al. 2020 (MiniLM); Pearson 1901 (principal components)",
        stepName: "answer", presets: LanguagePresets.embed)
}
