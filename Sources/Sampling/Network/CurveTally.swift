import Kernels
import Statistics

/// The functions that the last draws of all chains are, at the same places: what a predictive band is made of.
///
/// Each kept function has a standard normal number of its own, even over (0, 1) in probability whatever the number of functions, so that
/// quantiles of f + noise come out smooth.
struct CurveTally: Sendable, Codable {
    /// Functions kept of all chains together, about.
    static let most = 512

    let places: Int
    private let perChain: Int
    /// By chain, slot and place.
    private var values: [[Double]]
    private var heard: [Int]

    init(chains: Int, places: Int) {
        self.places = places
        perChain = max(8, Self.most / chains)
        values = [[Double]](repeating: [], count: chains)
        heard = [Int](repeating: 0, count: chains)
    }

    /// Takes a chain's next function, in the place of its oldest when there are enough.
    mutating func add(chain: Int, _ value: (Int) -> Double) {
        let slot = heard[chain] % perChain
        heard[chain] += 1
        if values[chain].count < perChain * places {
            for place in 0..<places { values[chain].append(value(place)) }
        } else {
            for place in 0..<places { values[chain][slot * places + place] = value(place) }
        }
    }

    /// Functions kept.
    var count: Int { values.reduce(0) { $0 + $1.count } / max(1, places) }

    /// The mean and standard deviation of f, and quantiles of f + noise, at each place; empty before the first function.
    func band(noise: Double, _ probabilities: [Double]) -> [(mean: Double, sd: Double, quantiles: [Double])] {
        let count = count
        guard count > 0 else { return [] }
        // Multiples of the golden ratio's fraction fill (0, 1) evenly at every number of them.
        let scores = Vector.normalQuantile(
            (0..<count).map { k in
                let multiple = (Double(k) + 0.5) * 0.618_033_988_749_894_9
                return multiple - multiple.rounded(.down)
            })
        return (0..<places).map { place in
            var functions: [Double] = []
            functions.reserveCapacity(count)
            for chain in values { for slot in 0..<chain.count / places { functions.append(chain[slot * places + place]) } }
            let mean = Vector.sum(functions) / Double(count)
            let sd = count > 1 ? (Vector.sumOfSquares(functions, around: mean) / Double(count - 1)).squareRoot() : .nan
            let predicted = zip(functions, scores).map { $0 + noise * $1 }
            return (mean, sd, quantiles(predicted, probabilities) ?? probabilities.map { _ in .nan })
        }
    }
}
