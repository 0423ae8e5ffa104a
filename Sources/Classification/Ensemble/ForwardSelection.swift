import Statistics

/// Greedy forward selection of members with replacement (Caruana, Niculescu-Mizil, Crew & Ksikes 2004).
///
/// From nothing, each round adds the member that gives the running sum the greatest area under the ROC curve, the first of several; there
/// are exactly as many rounds as asked for. A member taken twice counts twice.
struct ForwardSelection: Sendable {
    private(set) var sequence: [Int] = []
    private(set) var areas: [Double] = []
    private(set) var running: [Double]

    /// Nothing selected yet.
    init(rows: Int) { running = [Double](repeating: 0, count: rows) }

    /// What an earlier selection had come to.
    init(_ sequence: [Int], _ areas: [Double], columns: [[Double]]) {
        running = [Double](repeating: 0, count: columns.first?.count ?? 0)
        self.sequence = sequence
        self.areas = areas
        for member in sequence { add(columns[member]) }
    }

    private mutating func add(_ column: [Double]) {
        for row in running.indices { running[row] += column[row] }
    }

    /// One round: a sort a column, columns on all cores.
    mutating func round(_ columns: [[Double]], isPositive: [Bool], weights: [Double]?) {
        var candidates = [Double](repeating: 0, count: columns.count)
        let running = running
        Parallel.forEach(&candidates) { index, area in
            var sums = running
            let column = columns[index]
            for row in sums.indices { sums[row] += column[row] }
            area = ScoreCurve(scores: sums, isPositive: isPositive, weights: weights).area ?? .nan
        }
        var best = 0
        for index in candidates.indices where candidates[index] > candidates[best] { best = index }
        add(columns[best])
        sequence.append(best)
        areas.append(candidates[best])
    }

    /// For each of `count` members the share of the rounds that took it.
    func shares(_ count: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: count)
        for member in sequence { shares[member] += 1 }
        return shares.map { sequence.isEmpty ? 0 : $0 / Double(sequence.count) }
    }
}

/// A ridge logistic regression fitted on all folds but one and applied to that one, fold by fold.
///
/// Features are standardised by the mean and (population) standard deviation of the rows fitted on; intercept unpenalised.
struct FoldedRegression: Sendable, Codable {
    /// The score of each row so far; 0 where its fold has not had its turn.
    private(set) var packed: PackedDoubles
    /// The slopes of each fold's fit, on the standardised features.
    private(set) var slopes: [[Double]] = []

    /// The log-odds of each row.
    var scores: [Double] { packed.values }

    init(rows: Int) { packed = PackedDoubles([Double](repeating: 0, count: rows)) }

    /// For each feature the mean slope over the folds so far.
    var meanSlopes: [Double] {
        guard let width = slopes.first?.count else { return [] }
        return (0..<width).map { j in slopes.reduce(0.0) { $0 + $1[j] } / Double(slopes.count) }
    }

    /// Fits without the next fold and scores it.
    ///
    /// - Parameter inspect: called with the fold's standardised features and the fit's slopes and intercept.
    mutating func advance(
        _ features: [[Double]], _ targets: [Bool], folds: [[Int]], ridge: Double, weights: [Double]?,
        inspect: ([[Double]], [Double]) -> Void = { _, _ in }
    ) {
        let fold = slopes.count
        guard folds.indices.contains(fold) else { return }
        var isOut = [Bool](repeating: false, count: targets.count)
        for row in folds[fold] { isOut[row] = true }
        // With one fold only there is nothing else to fit on.
        let fitted = folds.count == 1 ? Array(targets.indices) : targets.indices.filter { !isOut[$0] }
        var inside: [[Double]] = []
        var outside: [[Double]] = []
        for feature in features {
            var mean = 0.0
            for row in fitted { mean += feature[row] }
            mean /= Double(fitted.count)
            var squares = 0.0
            for row in fitted { squares += (feature[row] - mean) * (feature[row] - mean) }
            let deviation = (squares / Double(fitted.count)).squareRoot()
            let scale = deviation > 0 && deviation.isFinite ? deviation : 1
            inside.append(fitted.map { (feature[$0] - mean) / scale })
            outside.append(folds[fold].map { (feature[$0] - mean) / scale })
        }
        let fit = Calibrator.logisticRegression(
            inside, fitted.map { targets[$0] ? 1 : 0 }, ridge: ridge, weights: weights.map { weights in fitted.map { weights[$0] } })
        for (place, row) in folds[fold].enumerated() { packed.values[row] = Self.value(fit, outside, place) }
        slopes.append(Array(fit.dropLast()))
        inspect(outside, fit)
    }

    /// The log-odds of a row of standardised features.
    static func value(_ fit: [Double], _ features: [[Double]], _ row: Int) -> Double {
        var z = fit.last ?? 0
        for (slope, feature) in zip(fit, features) { z += slope * feature[row] }
        return z
    }
}
