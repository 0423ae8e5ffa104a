import Kernels
import Statistics

/// The measures of predictions with more than two classes, from one probability a class and row.
struct MulticlassReport: Sendable {
    let classes: [String]
    /// Weight of the rows of each true class (row) that are taken for each class (column), row by row.
    let confusion: [Double]
    /// For each class its area against the rest; nil where a class has no row or all.
    let areas: [Double?]
    let macroArea: Double?
    let weightedArea: Double?
    let microArea: Double?
    let oneVsOneMacro: Double?
    let oneVsOneWeighted: Double?
    /// Share of rows whose class is among the k likeliest, for each k from 1 to the number of classes.
    let topK: [Double]
    /// nil when some value is not a probability.
    let logLoss: Double?
    let brierSum: Double?
    let topLabel: Calibration?
    /// Each class's share of the weight.
    let prevalences: [Double]

    /// - Parameter scores: one column a class.
    init(
        classes: [String], truth: [Int32], scores: [[Double]], weights: [Double]?, curves: [ScoreCurve], areProbabilities: Bool, bins: Int,
        binning: Calibration.Binning, isRightClosed: Bool
    ) {
        let k = classes.count
        let n = truth.count
        self.classes = classes
        var confusion = [Double](repeating: 0, count: k * k)
        var shares = [Double](repeating: 0, count: k)
        var ranks = [Double](repeating: 0, count: k)
        var logs = 0.0
        var squares = 0.0
        var confidence = [Double](repeating: 0, count: n)
        var isRight = [Bool](repeating: false, count: n)
        var total = 0.0
        for row in 0..<n {
            let weight = weights?[row] ?? 1
            let actual = Int(truth[row])
            let own = scores[actual][row]
            var best = 0
            var above = 0
            for c in 0..<k {
                let value = scores[c][row]
                if value > scores[best][row] { best = c }
                // Among equals the later class counts as the likelier, as scikit-learn's top-k has it.
                if value > own || (value == own && c > actual) { above += 1 }
                let gap = value - (c == actual ? 1 : 0)
                squares += weight * gap * gap
            }
            confusion[actual * k + best] += weight
            shares[actual] += weight
            ranks[above] += weight
            confidence[row] = scores[best][row]
            isRight[row] = best == actual
            total += weight
            if areProbabilities { logs += weight * log(min(max(own, 0x1p-52), 1 - 0x1p-52)) }
        }
        self.confusion = confusion
        prevalences = shares.map { $0 / total }
        var sum = 0.0
        topK = ranks.map {
            sum += $0
            return sum / total
        }
        areas = curves.map(\.area)
        let known = areas.compactMap { $0 }
        macroArea = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        var weighted = 0.0
        var weight = 0.0
        for (area, share) in zip(areas, shares) {
            guard let area else { continue }
            weighted += area * share
            weight += share
        }
        weightedArea = weight > 0 ? weighted / weight : nil
        microArea = Self.pooled(truth: truth, scores: scores, weights: weights).curve.area
        let pairs = Self.oneVsOne(truth: truth, scores: scores, weights: weights, shares: shares)
        oneVsOneMacro = pairs.macro
        oneVsOneWeighted = pairs.weighted
        logLoss = areProbabilities ? -logs / total : nil
        brierSum = areProbabilities ? squares / total : nil
        topLabel =
            areProbabilities
            ? Calibration(
                probabilities: confidence, isPositive: isRight, weights: weights, bins: bins, binning: binning, isRightClosed: isRightClosed
            )
            : nil
    }

    /// All classes' scores as one binary question, whether this row is of that class.
    static func pooled(truth: [Int32], scores: [[Double]], weights: [Double]?) -> (curve: ScoreCurve, isPositive: [Bool]) {
        let k = scores.count
        let n = truth.count
        var values = [Double](repeating: 0, count: n * k)
        var isPositive = [Bool](repeating: false, count: n * k)
        for row in 0..<n {
            for c in 0..<k {
                values[row * k + c] = scores[c][row]
                isPositive[row * k + c] = Int(truth[row]) == c
            }
        }
        let repeated = weights.map { weights in (0..<(n * k)).map { weights[$0 / k] } }
        return (ScoreCurve(scores: values, isPositive: isPositive, weights: repeated), isPositive)
    }

    /// Hand & Till's (2001) M: for each pair of classes the mean of the two areas that tell them apart.
    private static func oneVsOne(
        truth: [Int32], scores: [[Double]], weights: [Double]?, shares: [Double]
    ) -> (macro: Double?, weighted: Double?) {
        let k = scores.count
        var rows = [[Int]](repeating: [], count: k)
        for (row, c) in truth.enumerated() { rows[Int(c)].append(row) }
        var sum = 0.0
        var pairs = 0.0
        var weighted = 0.0
        var weight = 0.0
        for a in 0..<k {
            for b in (a + 1)..<max(k, a + 1) {
                let both = rows[a] + rows[b]
                let subset = weights.map { weights in both.map { weights[$0] } }
                let isA = both.indices.map { $0 < rows[a].count }
                guard let first = ScoreCurve(scores: both.map { scores[a][$0] }, isPositive: isA, weights: subset).area,
                    let second = ScoreCurve(scores: both.map { scores[b][$0] }, isPositive: isA.map { !$0 }, weights: subset).area
                else { continue }
                let area = (first + second) / 2
                sum += area
                pairs += 1
                weighted += area * (shares[a] + shares[b])
                weight += shares[a] + shares[b]
            }
        }
        return (pairs > 0 ? sum / pairs : nil, weight > 0 ? weighted / weight : nil)
    }

    private var k: Int { classes.count }
    private func truths(_ c: Int) -> Double { (0..<k).reduce(0.0) { $0 + confusion[c * k + $1] } }
    private func calls(_ c: Int) -> Double { (0..<k).reduce(0.0) { $0 + confusion[$1 * k + c] } }
    private var total: Double { confusion.reduce(0, +) }
    private var diagonal: Double { (0..<k).reduce(0.0) { $0 + confusion[$1 * k + $1] } }

    var accuracy: Double { diagonal / total }

    /// Mean recall of the classes that have rows.
    var balancedAccuracy: Double {
        let known = (0..<k).filter { truths($0) > 0 }
        return known.reduce(0.0) { $0 + confusion[$1 * k + $1] / truths($1) } / Double(known.count)
    }

    /// Gorodkin's (2004) correlation of truth and call; 0 when undefined.
    var matthews: Double {
        let s = total
        var cross = 0.0
        var squaredCalls = 0.0
        var squaredTruths = 0.0
        for c in 0..<k {
            cross += truths(c) * calls(c)
            squaredCalls += calls(c) * calls(c)
            squaredTruths += truths(c) * truths(c)
        }
        let scale = (s * s - squaredCalls).squareRoot() * (s * s - squaredTruths).squareRoot()
        return scale == 0 ? 0 : (diagonal * s - cross) / scale
    }

    /// Cohen's kappa with disagreement weighted by |i - j| to a power over the classes' order (power 0: all alike).
    func kappa(power: Int) -> Double? {
        let s = total
        // Classes that neither occur nor are called do not count in the order, as in scikit-learn.
        let known = (0..<k).filter { truths($0) > 0 || calls($0) > 0 }
        var observed = 0.0
        var expected = 0.0
        for (i, a) in known.enumerated() {
            for (j, b) in known.enumerated() where i != j {
                let distance = Double(abs(i - j))
                let weight = power == 0 ? 1 : power == 1 ? distance : distance * distance
                observed += weight * confusion[a * k + b]
                expected += weight * truths(a) * calls(b) / s
            }
        }
        return expected == 0 ? nil : 1 - observed / expected
    }

    /// How class-wise measures become one.
    enum Average: String, CaseIterable, Sendable, Codable {
        case macro, weighted, micro
    }

    /// Precision, recall and F1; zero denominators count 0; classes that neither occur nor are called are left out.
    func averages(_ average: Average) -> (precision: Double, recall: Double, f1: Double) {
        // Every row has one class and one call, so that pooled precision, recall and accuracy are the same number.
        if average == .micro { return (accuracy, accuracy, accuracy) }
        var sums = (precision: 0.0, recall: 0.0, f1: 0.0)
        var weight = 0.0
        for c in 0..<k where truths(c) > 0 || calls(c) > 0 {
            let hits = confusion[c * k + c]
            let share = average == .macro ? 1 : truths(c)
            sums.precision += share * (calls(c) > 0 ? hits / calls(c) : 0)
            sums.recall += share * (truths(c) > 0 ? hits / truths(c) : 0)
            sums.f1 += share * (2 * hits / (truths(c) + calls(c)))
            weight += share
        }
        return (sums.precision / weight, sums.recall / weight, sums.f1 / weight)
    }

    /// The one-vs-rest area by an average.
    func area(_ average: Average) -> Double? {
        switch average {
        case .macro: macroArea
        case .weighted: weightedArea
        case .micro: microArea
        }
    }
}
