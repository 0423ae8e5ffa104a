import Engine
import Plotting
import Surface

/// Two texts compared by every measure of the family.
///
/// One step computes all; the output names which ROUGE it is, since the packages in use differ by half their values.
public struct ScoreExperiment: Experiment {
    private let reference: String
    private let candidate: String
    private let stemmer: Bool
    private let variant: String
    private let embedder: String
    private let embeddingModel: String
    private let notes: [String]
    private var scores: Scores?
    private var embedding: Double?
    private var embeddingFailure: String?
    private var inbox: Answer?
    private var attempt: Int
    private var requestID = 1
    private var diff: WordDiff?

    /// The longest text compared, in Unicode scalars: the time of an edit distance grows with the product of the lengths.
    static let limit = 200_000

    private struct Scores: Sendable, Codable {
        var rouge: [String: OverlapScore]
        var bleu: Double
        var chrf: Double
        var chrfWords: Double
        var edits: Int
        var normalisedEdits: Double
        var jaccard: Double
    }

    /// The two texts; nothing is computed before the first step.
    public init(_ setup: Setup) throws {
        var notes: [String] = []
        reference = try Self.text(setup, "reference", &notes)
        candidate = try Self.text(setup, "candidate", &notes)
        self.notes = notes
        stemmer = setup.choice("stemmer") == "on"
        variant = setup.choice("rougeVariant")
        embeddingModel = setup.text("embeddingModel")
        // A model of the endpoint, named without an embedder, is meant to be asked.
        embedder = setup.choice("embedder") == "hashed" && !embeddingModel.isEmpty ? "openai" : setup.choice("embedder")
        attempt = setup.integer("attempt")
        if variant == "seed", stemmer {
            throw UserError(
                "stemmer: the seed's variant of ROUGE knows no stemming; choose stemmer off or rougeVariant standard", parameter: "stemmer")
        }
    }

    private static func text(_ setup: Setup, _ name: String, _ notes: inout [String]) throws -> String {
        var text = setup.text(name)
        if let input = setup.inputs[name] {
            guard input.bytes.count <= 4 * limit else {
                throw UserError(
                    "\(name): “\(input.name)” has \(input.bytes.count) bytes; at most \(limit) characters are compared", parameter: name)
            }
            guard !input.bytes.contains(0) else {
                throw UserError("\(name): “\(input.name)” is a binary file; expected text in UTF-8", parameter: name)
            }
            text = String(decoding: input.bytes, as: UTF8.self)
            if String(validating: input.bytes, as: UTF8.self) == nil {
                notes.append("\(name): “\(input.name)” holds bytes that are not UTF-8; each was replaced by U+FFFD")
            }
        }
        let length = TextMeasures.characters(text)
        guard length <= limit else {
            throw UserError("\(name): \(length) characters; at most \(limit) are compared", parameter: name)
        }
        return text
    }

    /// Computes everything in one step; a second takes the embedding's answer in, when one was asked for.
    public mutating func step(_ count: Int) throws -> Progress {
        guard count > 0 else { return Progress(0, state) }
        var steps = 0
        if scores == nil {
            compute()
            steps += 1
        }
        if steps < count, let answer = inbox {
            take(answer)
            inbox = nil
            steps += 1
        }
        return Progress(steps, state)
    }

    private var wantsEmbedding: Bool { embedder != "hashed" && scores != nil && embedding == nil && embeddingFailure == nil }

    private var state: Progress.State {
        if scores == nil || inbox != nil { return .ready }
        if wantsEmbedding {
            return .waiting([
                Request(id: requestID, provider: embedder, body: .embedding(model: embeddingModel, texts: [reference, candidate]))
            ])
        }
        if let embeddingFailure { return .failed("no embedding: \(embeddingFailure); raise “attempt” to ask again") }
        return .finished("compared")
    }

    /// Keeps the vectors' answer for the next step.
    public mutating func receive(_ answer: Answer) throws {
        guard wantsEmbedding, answer.id == requestID, inbox == nil else {
            throw UserError("an answer came to request \(answer.id), which is not under way")
        }
        inbox = answer
    }

    /// Asks again after a failure.
    public mutating func apply(_ change: Change) throws {
        guard change.name == "attempt", case .integer(let value) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        if value != attempt, embeddingFailure != nil {
            embeddingFailure = nil
            requestID += 1
        }
        attempt = value
    }

    private mutating func compute() {
        let rouge: [String: OverlapScore]
        if variant == "seed" {
            let scores = SetRouge(candidate: candidate, reference: reference)
            rouge = ["rouge1": scores.rouge1, "rouge2": scores.rouge2, "rougeL": scores.rougeL]
        } else {
            let scores = Rouge(candidate: candidate, reference: reference, stemmer: stemmer)
            let sum = Rouge.rougeLsum(candidate: candidate, reference: reference, stemmer: stemmer)
            rouge = ["rouge1": scores.rouge1, "rouge2": scores.rouge2, "rougeL": scores.rougeL, "rougeLsum": sum]
        }
        scores = Scores(
            rouge: rouge, bleu: Bleu.score(candidate: candidate, reference: reference),
            chrf: Chrf.score(candidate: candidate, reference: reference),
            chrfWords: Chrf.score(candidate: candidate, reference: reference, wordOrder: 2),
            edits: EditDistance.scalars(reference, candidate), normalisedEdits: EditDistance.normalised(reference, candidate),
            jaccard: TextMeasures.jaccard(reference, candidate))
        diff = WordDiff(from: reference, to: candidate)
        if embedder == "hashed" {
            let hashed = HashedEmbedder(of: [reference, candidate], dimensions: Self.places)
            let (left, right) = (hashed.vector(reference), hashed.vector(candidate))
            embedding = left.places.isEmpty || right.places.isEmpty ? nil : min(1, left.dot(right))
        }
    }

    /// The places of hashed vectors.
    private static let places = 4096

    private mutating func take(_ answer: Answer) {
        switch answer.body {
        case .embedding(let vectors) where vectors.count == 2:
            embedding = Lane.cosine(vectors[0], vectors[1])
            if embedding == nil { embeddingFailure = "the vectors cannot be compared" }
        case .failure(let sentence): embeddingFailure = sentence
        default: embeddingFailure = "the answer holds no two vectors"
        }
    }

    private static let rougeNames = ["rouge1", "rouge2", "rougeL", "rougeLsum"]

    /// Every measure by name.
    public func results() -> Results {
        var results = Results()
        for name in Self.rougeNames {
            let score = scores?.rouge[name]
            results[name + "P"] = .optional(score?.precision)
            results[name + "R"] = .optional(score?.recall)
            results[name + "F"] = .optional(score?.f1)
        }
        results["rougeVariant"] = .text(
            variant == "seed" ? "seed (package rouge)" : "standard (rouge-score), stemmer \(stemmer ? "on" : "off")")
        results["bleu"] = .optional(scores?.bleu)
        results["chrf"] = .optional(scores?.chrf)
        results["chrfPlusPlus"] = .optional(scores?.chrfWords)
        results["editDistance"] = scores.map { .integer($0.edits) } ?? ResultValue.none
        results["editDistanceNormalised"] = .optional(scores?.normalisedEdits)
        results["jaccard"] = .optional(scores?.jaccard)
        results["embedding"] = .optional(embedding)
        results.warnings = notes
        if variant == "seed" { results.warnings.append("the package rouge has no rougeLsum") }
        if embedding == nil {
            results.warnings.append("embedding: " + (embeddingFailure ?? (scores == nil ? "not computed yet" : "a text has no words")))
        }
        return results
    }

    /// The scores as a table.
    public func tables() -> [Table] {
        var table = Table("rouge", columns: ["measure", "precision", "recall", "f1"])
        for name in Self.rougeNames {
            guard let score = scores?.rouge[name] else { continue }
            table.rows.append([.text(name), .number(score.precision), .number(score.recall), .number(score.f1)])
        }
        return [table]
    }

    /// The scores as bars, or the texts with their differences.
    public func figure(_ id: String) -> Figure {
        guard let scores, let diff else { return Figure(id, title: "Two texts compared", body: .empty("not computed yet")) }
        if id == "diff" {
            let runs = diff.stretches.map { stretch in
                let text = Printable.text(stretch.text)
                return switch stretch.kind {
                case .kept: Document.Run(text)
                case .removed: Document.Run("[-\(text)-]", Style(.bad, .underline))
                case .inserted: Document.Run("{+\(text)+}", Style(.good, .bold))
                }
            }
            return Figure(
                "diff", title: "From the reference to the candidate",
                caption: "\(diff.keptWords) words kept, \(diff.removedWords) removed, \(diff.insertedWords) inserted",
                body: .document(Document(runs)))
        }
        let names = Self.rougeNames.filter { scores.rouge[$0] != nil }
        let groups: [(String, (OverlapScore) -> Double)] = [("precision", \.precision), ("recall", \.recall), ("F1", \.f1)]
        let bars: [any Mark] = groups.enumerated().map { index, group in
            Bars(names.map { scores.rouge[$0].map(group.1) ?? .nan }, Look(group.0, .series(index)), slot: index, of: groups.count)
        }
        return Figure(
            "scores", title: "ROUGE, \(variant == "seed" ? "the seed's variant" : "standard")",
            caption: "BLEU \(Self.rounded(scores.bleu)), chrF \(Self.rounded(scores.chrf)), \(scores.edits) edits",
            x: Axis("", .category(names)), y: Axis("", from: 0, to: 1), bars)
    }

    private static func rounded(_ value: Double) -> String { Value.real((value * 10).rounded() / 10).description }

    /// What it declares.
    public static let card = Card(
        id: "language.score", title: "Two texts compared",
        summary: "ROUGE, BLEU, chrF and edit distance of a candidate against a reference",
        parameters: [
            .text("reference", "The cat sat on the mat. It was a sunny day.", .restart, "The text taken as right; @file reads one"),
            .text("candidate", "The cat is on the mat. The day was sunny.", .restart, "The text that is scored; @file reads one"),
            .choice("stemmer", ["off", "on"], .restart, "Porter stems for tokens of four letters and more (standard ROUGE)"),
            .choice(
                "rougeVariant", ["standard", "seed"], .restart,
                "standard: the rouge-score package; seed: the package rouge (sets of n-grams), behind the source's table"),
            .choice(
                "embedder", ["hashed", "local", "openai"], .restart,
                "Whose vectors `embedding` compares: hashed words by their rarity, a model in this process, or the endpoint's"),
            .text("embeddingModel", "", .restart, "The embedder's model; empty for the installed or the endpoint's own"),
            .integer("attempt", 1, in: 1...1000, .live, "Raise it to ask again where the endpoint failed"),
        ],
        results: rougeNames.flatMap { name in
            [
                ResultCard(name + "P", "Precision of \(name)"), ResultCard(name + "R", "Recall of \(name)"),
                ResultCard(name + "F", "F1 of \(name)", headline: true),
            ]
        } + measureCards,
        tables: [TableCard("rouge", "Precision, recall and F1 of each ROUGE")],
        figures: [FigureCard("scores", "The scores as bars"), FigureCard("diff", "The texts with their differences")],
        citation: "Lin 2004 (ROUGE); Papineni et al. 2002 (BLEU); Popović 2015 (chrF); Levenshtein 1966; Jaccard 1912",
        stepName: "comparison")

    private static let measureCards = [
        ResultCard("rougeVariant", "Which ROUGE the values are of"),
        ResultCard("bleu", "sacreBLEU's sentence BLEU, 0…100: 13a, exponential smoothing", headline: true),
        ResultCard("chrf", "chrF2, 0…100", headline: true),
        ResultCard("chrfPlusPlus", "chrF2++, 0…100"),
        ResultCard("editDistance", unit: "edits", "Levenshtein distance in Unicode scalars", headline: true),
        ResultCard("editDistanceNormalised", "The same over the longer text's length, 0…1"),
        ResultCard("jaccard", "Words in both over words in either, as sets"),
        ResultCard("embedding", "Cosine of the texts' vectors"),
    ]
}
