import Kernels
import LanguageModel
import Statistics

/// Chunks of documents, searchable by their words and by their vectors.
///
/// By words: BM25 (Robertson and Zaragoza 2009), k1 = 1.5, b = 0.75. By vectors: the cosine. By both: reciprocal rank fusion (Cormack,
/// Clarke and Büttcher 2009), Σ 1/(60 + rank) over the first hundred of each. Equal scores go by the chunks' order.
final class SearchIndex: Sendable {
    /// A chunk and where it stands.
    struct Entry: Sendable, Hashable {
        var document: Int
        var chunk: DocumentChunk
    }

    /// How chunks became vectors.
    enum Vectors: Sendable {
        case hashed(HashedEmbedder, Postings)
        case dense(DenseRows)
    }

    /// Numbers by word or place: which chunks have it, and how much.
    struct Postings: Sendable {
        var starts: [Int32]
        var chunks: [Int32]
        var amounts: [Float]

        func each(_ item: Int, _ body: (Int, Float) -> Void) {
            for at in Int(starts[item])..<Int(starts[item + 1]) { body(Int(chunks[at]), amounts[at]) }
        }
    }

    /// The places that hashed vectors have.
    static let places = 4096
    /// How many of each ranking the fusion looks at.
    static let fused = 100

    let entries: [Entry]
    let vectors: Vectors
    private let numbers: [UInt64: Int32]
    private let words: Postings
    private let lengths: [Double]
    private let meanLength: Double

    /// The index of chunks.
    ///
    /// - Parameter dense: one vector a chunk, by a model; nil for hashed ones.
    init(_ entries: [Entry], dense: DenseRows? = nil) {
        self.entries = entries
        struct Part: Sendable {
            var range: Range<Int>
            var words: [[(number: UInt64, count: Int32)]] = []
            var places: [[(place: Int32, count: Int32)]] = []
        }
        let size = 256
        var parts = stride(from: 0, to: entries.count, by: size).map { Part(range: $0..<min($0 + size, entries.count)) }
        let isHashed = dense == nil
        Parallel.forEach(&parts) { _, part in
            for index in part.range {
                part.words.append(Self.counts(entries[index].chunk.text))
                part.places.append(isHashed ? HashedEmbedder.counts(entries[index].chunk.text, dimensions: Self.places) : [])
            }
        }
        var numbers: [UInt64: Int32] = [:]
        var lengths: [Double] = []
        lengths.reserveCapacity(entries.count)
        var items: [[Int32]] = []
        items.reserveCapacity(entries.count)
        for counts in parts.lazy.flatMap(\.words) {
            var length = 0
            var row: [Int32] = []
            row.reserveCapacity(counts.count)
            for (number, count) in counts {
                length += Int(count)
                if let known = numbers[number] {
                    row.append(known)
                } else {
                    row.append(Int32(numbers.count))
                    numbers[number] = Int32(numbers.count)
                }
            }
            lengths.append(Double(length))
            items.append(row)
        }
        let counted = parts.flatMap(\.words)
        words = Self.postings(items, of: numbers.count) { Float(counted[$0][$1].count) }
        self.numbers = numbers
        self.lengths = lengths
        meanLength = lengths.isEmpty ? 1 : max(lengths.reduce(0, +) / Double(lengths.count), 1e-9)
        if let dense {
            vectors = .dense(dense)
        } else {
            let places = parts.flatMap(\.places)
            var frequencies = [Int](repeating: 0, count: Self.places)
            for (place, _) in places.lazy.joined() { frequencies[Int(place)] += 1 }
            let embedder = HashedEmbedder(documentFrequencies: frequencies, texts: entries.count)
            var weights: [[Float]] = places.map { _ in [] }
            Parallel.forEach(&weights) { index, row in row = embedder.vector(places[index]).weights.map { Float($0) } }
            vectors = .hashed(embedder, Self.postings(places.map { $0.map(\.place) }, of: Self.places) { [weights] in weights[$0][$1] })
        }
    }

    /// A text's words with their counts, by number.
    private static func counts(_ text: String) -> [(number: UInt64, count: Int32)] {
        var all: [UInt64] = []
        SearchWords.each(text) { all.append(SearchWords.number($0)) }
        all.sort()
        var counts: [(number: UInt64, count: Int32)] = []
        for number in all {
            if let last = counts.last, last.number == number { counts[counts.count - 1].count += 1 } else { counts.append((number, 1)) }
        }
        return counts
    }

    private static func postings(_ rows: [[Int32]], of count: Int, _ amount: (Int, Int) -> Float) -> Postings {
        var starts = [Int32](repeating: 0, count: count + 1)
        for row in rows { for item in row { starts[Int(item) + 1] += 1 } }
        for item in 0..<count { starts[item + 1] += starts[item] }
        let total = Int(starts[count])
        var next = starts
        var chunks = [Int32](repeating: 0, count: total)
        var amounts = [Float](repeating: 0, count: total)
        for (chunk, row) in rows.enumerated() {
            for (place, item) in row.enumerated() {
                let at = Int(next[Int(item)])
                next[Int(item)] += 1
                chunks[at] = Int32(chunk)
                amounts[at] = amount(chunk, place)
            }
        }
        return Postings(starts: starts, chunks: chunks, amounts: amounts)
    }

    // MARK: Search

    /// Every chunk's BM25 score; a word of the question counts once an occurrence.
    ///
    /// - Parameter isOkapi: the older idf, ln((N - n + ½)/(n + ½)), a quarter of the mean where it is negative, times k1 + 1; else
    ///   Lucene's, ln(1 + (N - n + ½)/(n + ½)).
    func wordScores(_ question: String, isOkapi: Bool = false) -> [Double] {
        var scores = [Double](repeating: 0, count: entries.count)
        let (k1, b, total) = (1.5, 0.75, Double(entries.count))
        func frequency(_ item: Int) -> Double { Double(words.starts[item + 1] - words.starts[item]) }
        func okapi(_ item: Int) -> Double { Kernels.log((total - frequency(item) + 0.5) / (frequency(item) + 0.5)) }
        var floor = 0.0
        if isOkapi, !numbers.isEmpty { floor = 0.25 * (0..<numbers.count).reduce(0) { $0 + okapi($1) } / Double(numbers.count) }
        SearchWords.each(question) { word in
            guard let item = numbers[SearchWords.number(word)].map(Int.init) else { return }
            var weight = isOkapi ? okapi(item) : Kernels.log(1 + (total - frequency(item) + 0.5) / (frequency(item) + 0.5))
            if isOkapi { weight = (weight < 0 ? floor : weight) * (k1 + 1) }
            words.each(item) { chunk, count in
                let count = Double(count)
                scores[chunk] += weight * count / (count + k1 * (1 - b + b * lengths[chunk] / meanLength))
            }
        }
        return scores
    }

    /// Every chunk's cosine with a question's vector; for hashed vectors the question's own is made here.
    func vectorScores(_ question: String, vector: [Float]? = nil) -> [Double] {
        switch vectors {
        case .hashed(let embedder, let postings):
            var scores = [Double](repeating: 0, count: entries.count)
            let own = embedder.vector(question)
            for (place, weight) in zip(own.places, own.weights) {
                postings.each(Int(place)) { chunk, amount in scores[chunk] += weight * Double(amount) }
            }
            return scores
        case .dense(let rows):
            guard let vector, vector.count == rows.columns else { return [Double](repeating: 0, count: entries.count) }
            struct Part: Sendable {
                var range: Range<Int>
                var products: [Float] = []
            }
            var parts = stride(from: 0, to: rows.count, by: 8192).map { Part(range: $0..<min($0 + 8192, rows.count)) }
            Parallel.forEach(&parts) { _, part in part.products = rows.products(with: vector, rows: part.range) }
            return parts.flatMap { $0.products.map(Double.init) }
        }
    }

    /// The best of scores above 0, the best first, equal ones in their order.
    static func best(_ scores: [Double], count: Int) -> [(chunk: Int, score: Double)] {
        guard count > 0 else { return [] }
        var best: [(chunk: Int, score: Double)] = []
        for (chunk, score) in scores.enumerated() where score > 0 && (best.count < count || score > best[best.count - 1].score) {
            var place = best.count
            while place > 0, best[place - 1].score < score { place -= 1 }
            best.insert((chunk, score), at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    /// Two rankings made one: Σ 1/(60 + rank), equal sums in the chunks' order.
    static func fuse(_ rankings: [[(chunk: Int, score: Double)]]) -> [(chunk: Int, score: Double)] {
        var sums: [Int: Double] = [:]
        for ranking in rankings { for (rank, hit) in ranking.enumerated() { sums[hit.chunk, default: 0] += 1 / Double(60 + rank + 1) } }
        return sums.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// The best chunks by words ("bm25"), by vectors ("embedding") and by both ("hybrid").
    func rankings(_ question: String, vector: [Float]? = nil, count: Int, isOkapi: Bool = false) -> [String: [(chunk: Int, score: Double)]]
    {
        let deep = max(count, Self.fused)
        let byWords = Self.best(wordScores(question, isOkapi: isOkapi), count: deep)
        let byVectors = Self.best(vectorScores(question, vector: vector), count: deep)
        let both = Self.fuse([Array(byWords.prefix(Self.fused)), Array(byVectors.prefix(Self.fused))])
        return [
            "bm25": Array(byWords.prefix(count)), "embedding": Array(byVectors.prefix(count)), "hybrid": Array(both.prefix(count)),
        ]
    }

    // MARK: The map

    /// The vector of a chunk, in full.
    func vector(_ chunk: Int) -> [Double] {
        switch vectors {
        case .hashed(let embedder, _): embedder.vector(entries[chunk].chunk.text).dense(embedder.dimensions)
        case .dense(let rows): rows.row(chunk).map(Double.init)
        }
    }

    /// The vector of a question, in full.
    func vector(of question: String, _ vector: [Float]?) -> [Double] {
        switch vectors {
        case .hashed(let embedder, _): embedder.vector(question).dense(embedder.dimensions)
        case .dense(let rows): vector.map { $0.map(Double.init) } ?? [Double](repeating: 0, count: rows.columns)
        }
    }
}
