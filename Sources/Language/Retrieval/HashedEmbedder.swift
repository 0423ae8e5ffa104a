import Kernels

/// Vectors of texts without a model: each word falls into one of `dimensions` places by its hash and counts there by its rarity.
///
/// As scikit-learn's HashingVectorizer (`alternate_sign=False`, tokens `[a-z0-9]+`) with TfidfTransformer (`sublinear_tf=True`, smooth idf):
/// (1 + ln tf)·(ln((1 + n)/(1 + df)) + 1), scaled to length 1. Source: Weinberger et al. 2009, "Feature hashing".
struct HashedEmbedder: Sendable {
    /// How many places there are.
    let dimensions: Int
    /// The weight of each place by its rarity among the texts.
    private(set) var rarity: [Double]

    /// A text's vector, its places in rising order; places that are not named are 0.
    struct Sparse: Sendable, Hashable {
        var places: [Int32] = []
        var weights: [Double] = []

        /// The dot product with another.
        func dot(_ other: Sparse) -> Double {
            var (i, j, sum) = (0, 0, 0.0)
            while i < places.count, j < other.places.count {
                if places[i] == other.places[j] {
                    sum += weights[i] * other.weights[j]
                    (i, j) = (i + 1, j + 1)
                } else if places[i] < other.places[j] {
                    i += 1
                } else {
                    j += 1
                }
            }
            return sum
        }

        /// The vector in full.
        func dense(_ dimensions: Int) -> [Double] {
            var vector = [Double](repeating: 0, count: dimensions)
            for (place, weight) in zip(places, weights) { vector[Int(place)] = weight }
            return vector
        }
    }

    /// How often each place is hit by a text's words, places in rising order.
    static func counts(_ text: String, dimensions: Int) -> [(place: Int32, count: Int32)] {
        var places: [Int32] = []
        SearchWords.each(text) { word in
            let hash = Int32(bitPattern: SearchWords.murmur(word))
            places.append(Int32(hash.magnitude % UInt32(dimensions)))
        }
        places.sort()
        var counts: [(place: Int32, count: Int32)] = []
        for place in places {
            if let last = counts.last, last.place == place { counts[counts.count - 1].count += 1 } else { counts.append((place, 1)) }
        }
        return counts
    }

    /// The embedder of texts in which the places are hit as often as told.
    ///
    /// - Parameters:
    ///   - documentFrequencies: for each place the number of texts that hit it.
    ///   - texts: how many texts there are.
    init(documentFrequencies: [Int], texts: Int) {
        dimensions = documentFrequencies.count
        rarity = Vector.log(documentFrequencies.map { Double(1 + texts) / Double(1 + $0) }).map { $0 + 1 }
    }

    /// The embedder of texts, with their rarities among themselves.
    init(of texts: [String], dimensions: Int) {
        var frequencies = [Int](repeating: 0, count: dimensions)
        for text in texts { for (place, _) in Self.counts(text, dimensions: dimensions) { frequencies[Int(place)] += 1 } }
        self.init(documentFrequencies: frequencies, texts: texts.count)
    }

    /// A text's vector, of length 1; without places for a text without words.
    func vector(_ text: String) -> Sparse { vector(Self.counts(text, dimensions: dimensions)) }

    /// The vector of counted places.
    func vector(_ counts: [(place: Int32, count: Int32)]) -> Sparse {
        var weights = Vector.log(counts.map { Double($0.count) })
        for (i, (place, _)) in counts.enumerated() { weights[i] = (1 + weights[i]) * rarity[Int(place)] }
        let length = Vector.sumOfSquares(weights).squareRoot()
        return Sparse(places: counts.map(\.place), weights: length > 0 ? weights.map { $0 / length } : weights)
    }
}
