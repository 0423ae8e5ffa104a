/// When the mass matrix is estimated during warm-up, as Stan does: a fast interval, windows of doubling length, a fast interval.
///
/// 75 | 25, 50, 100, … | 50 transitions; for 1000 the windows end at 100, 150, 250, 450 and 950. Shorter warm-ups take 15%, 75%, 10%;
/// below 20 only the step size is adapted.
struct WarmupWindows: Sendable, Hashable, Codable {
    /// Transitions from this number on, counted from 0, go into the first window.
    let first: Int
    /// The numbers of transitions after which a window ends, ascending.
    let ends: [Int]

    init(warmup: Int) {
        var (initial, base, last) = (75, 25, 50)
        if warmup < 20 {
            first = 0
            ends = []
            return
        }
        if initial + base + last > warmup {
            initial = warmup * 15 / 100
            last = warmup / 10
            base = warmup - initial - last
        }
        first = initial
        var ends: [Int] = []
        var (size, end) = (base, initial + base)
        let limit = warmup - last
        while end < limit {
            ends.append(end)
            size *= 2
            // A window that would leave the next no room takes it over.
            end = end + size + 2 * size > limit ? limit : end + size
        }
        self.ends = ends + [limit]
    }
}

/// The mean and covariance of positions seen one at a time (Welford 1962).
struct CovarianceEstimate: Sendable, Hashable, Codable {
    private let isDense: Bool
    private(set) var count = 0
    private(set) var mean: [Double]
    private var squares: [Double]

    init(dimension: Int, isDense: Bool) {
        self.isDense = isDense
        mean = [Double](repeating: 0, count: dimension)
        squares = [Double](repeating: 0, count: isDense ? dimension * dimension : dimension)
    }

    /// One that has seen nothing yet.
    var emptied: CovarianceEstimate { CovarianceEstimate(dimension: mean.count, isDense: isDense) }

    mutating func add(_ position: UnsafePointer<Double>) {
        count += 1
        let d = mean.count
        if isDense {
            let before = (0..<d).map { position[$0] - mean[$0] }
            for i in 0..<d { mean[i] += before[i] / Double(count) }
            for i in 0..<d { for j in 0..<d { squares[i * d + j] += (position[i] - mean[i]) * before[j] } }
        } else {
            for i in 0..<d {
                let before = position[i] - mean[i]
                mean[i] += before / Double(count)
                squares[i] += before * (position[i] - mean[i])
            }
        }
    }

    /// The variances or covariance shrunk to 10⁻³: n/(n+5)·S + 10⁻³·5/(n+5)·I; nil for fewer than two positions.
    var regularised: [Double]? {
        guard count > 1 else { return nil }
        let n = Double(count)
        var result = squares.map { n / (n + 5) * $0 / (n - 1) }
        let d = mean.count
        for i in 0..<d { result[isDense ? i * d + i : i] += 1e-3 * 5 / (n + 5) }
        return result
    }
}
