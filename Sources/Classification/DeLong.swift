import Kernels
import Statistics

/// Variances and covariances of areas under ROC curves of the same rows (DeLong, DeLong & Clarke-Pearson 1988).
///
/// The covariance of two areas is S₁₀/m + S₀₁/n with unbiased covariances S of the models' placements over the m positive and n
/// negative rows. Placements come from one sort a model (Sun & Xu 2014), so m·n pairs are never formed.
public struct DeLong: Sendable {
    /// The areas, one a model.
    public let areas: [Double]
    /// Their covariances, row by row; NaN with fewer than two rows in a class.
    public let covariances: [[Double]]

    /// From each model's placements, as `ScoreCurve.placements` gives them.
    ///
    /// Both classes must be there.
    public init(placements: [[Double]], isPositive: [Bool]) {
        let positiveRows = isPositive.indices.filter { isPositive[$0] }
        let negativeRows = isPositive.indices.filter { !isPositive[$0] }
        let m = Double(positiveRows.count)
        let n = Double(negativeRows.count)
        // Centred, class by class, so that the sums of products below lose no digits.
        let positives = placements.map { values in Self.centred(positiveRows.map { values[$0] }) }
        let negatives = placements.map { values in Self.centred(negativeRows.map { values[$0] }) }
        areas = positives.map(\.mean)
        var covariances = [[Double]](repeating: [Double](repeating: .nan, count: placements.count), count: placements.count)
        if m > 1, n > 1 {
            for a in placements.indices {
                for b in 0...a {
                    let s10 = Self.dot(positives[a].values, positives[b].values) / (m - 1)
                    let s01 = Self.dot(negatives[a].values, negatives[b].values) / (n - 1)
                    covariances[a][b] = s10 / m + s01 / n
                    covariances[b][a] = covariances[a][b]
                }
            }
        }
        self.covariances = covariances
    }

    private static func centred(_ values: [Double]) -> (mean: Double, values: [Double]) {
        var sum = 0.0
        for value in values { sum += value }
        let mean = sum / Double(values.count)
        return (mean, values.map { $0 - mean })
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                for i in a.indices { sum += a[i] * b[i] }
            }
        }
        return sum
    }

    /// The standard error of a model's area; nil when it has none.
    public func standardError(_ model: Int) -> Double? {
        let variance = covariances[model][model]
        return variance.isNaN ? nil : max(0, variance).squareRoot()
    }

    /// The normal 95% interval of a model's area, clipped to [0, 1].
    func interval(_ model: Int) -> (low: Double, high: Double)? {
        standardError(model).map {
            (max(0, areas[model] - Proportion.z95 * $0), min(1, areas[model] + Proportion.z95 * $0))
        }
    }

    /// The 95% interval made on the logit scale and mapped back; nil for an area of 0 or 1, where the logit is infinite.
    func logitInterval(_ model: Int) -> (low: Double, high: Double)? {
        let area = areas[model]
        guard area > 0, area < 1, let error = standardError(model) else { return nil }
        let logit = log(area / (1 - area))
        let half = Proportion.z95 * error / (area * (1 - area))
        return (logistic(logit - half), logistic(logit + half))
    }

    /// The difference of two models' areas with its 95% interval, z and two-sided p; z and p nil when the areas differ and have no variance.
    public func difference(_ a: Int, _ b: Int) -> (difference: Double, low: Double, high: Double, z: Double?, p: Double?)? {
        let variance = covariances[a][a] + covariances[b][b] - 2 * covariances[a][b]
        guard !variance.isNaN else { return nil }
        let difference = areas[a] - areas[b]
        let error = max(0, variance).squareRoot()
        let low = difference - Proportion.z95 * error
        let high = difference + Proportion.z95 * error
        // Two models with the same placements leave rounding noise in place of zero.
        if error < 1e-12 { return (difference, low, high, abs(difference) < 1e-12 ? 0 : nil, abs(difference) < 1e-12 ? 1 : nil) }
        let z = difference / error
        return (difference, low, high, z, erfc(abs(z) / 2.0.squareRoot()))
    }
}

/// Tests of several hypotheses.
enum MultipleTests {
    /// Holm's step-down adjustment (Holm 1979): p-values to be compared with the level that the whole family shall keep.
    static func holm(_ p: [Double]) -> [Double] {
        let order = Ranking.order(p)
        var adjusted = p
        var top = 0.0
        for (place, index) in order.enumerated() {
            top = max(top, min(1, p[Int(index)] * Double(p.count - place)))
            adjusted[Int(index)] = top
        }
        return adjusted
    }

    /// McNemar's exact two-sided p: of the rows on which exactly one of two models is right, `b` go to one and `c` to the other.
    static func mcNemar(_ b: Int, _ c: Int) -> Double {
        let n = b + c
        let k = min(b, c)
        // (n choose k)/2ⁿ by a running product, halved as it goes so that it neither overflows nor, before the end, underflows.
        var term = 1.0
        var halvings = n
        for i in stride(from: 1, through: k, by: 1) {
            term *= Double(n - k + i) / Double(i)
            while term > 1, halvings > 0 {
                term /= 2
                halvings -= 1
            }
        }
        var sum = 0.0
        var part = term
        for i in stride(from: k, through: 0, by: -1) {
            sum += part
            part *= Double(i) / Double(n - i + 1)
            if part < sum * 0x1p-60 { break }
        }
        while halvings > 0, sum > 0 {
            let chunk = min(halvings, 1000)
            sum *= Double(sign: .plus, exponent: -chunk, significand: 1)
            halvings -= chunk
        }
        return min(1, 2 * sum)
    }
}
