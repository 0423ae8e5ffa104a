import Statistics

/// What one sort of the scores tells: for every distinct score, how many rows of each class lie at or above it.
///
/// All of ROC, precision-recall, DET, gain, cost and decision curves, and every confusion matrix, are read from these counts.
public struct ScoreCurve: Sendable {
    /// The rows from the highest score to the lowest.
    public let order: [Int32]
    /// The distinct scores from the highest to the lowest.
    public let thresholds: [Double]
    /// For each threshold, how many rows score at least as high.
    public let rowsAbove: [Int32]
    /// For each threshold, the weight (count, without weights) of the positive rows that score at least as high.
    public let truePositives: [Double]
    /// For each threshold, the weight of the negative rows that score at least as high.
    public let falsePositives: [Double]

    /// The weight of all positive rows.
    public var positives: Double { truePositives.last ?? 0 }
    /// The weight of all negative rows.
    public var negatives: Double { falsePositives.last ?? 0 }
    /// The number of distinct scores.
    public var count: Int { thresholds.count }

    /// Sorts once.
    ///
    /// Scores must not be NaN.
    public init(scores: [Double], isPositive: [Bool], weights: [Double]? = nil) {
        var order = Ranking.order(scores)
        order.reverse()
        self.order = order
        var thresholds: [Double] = []
        var rowsAbove: [Int32] = []
        var truePositives: [Double] = []
        var falsePositives: [Double] = []
        thresholds.reserveCapacity(scores.count)
        rowsAbove.reserveCapacity(scores.count)
        truePositives.reserveCapacity(scores.count)
        falsePositives.reserveCapacity(scores.count)
        var tp = 0.0
        var fp = 0.0
        var place = 0
        order.withUnsafeBufferPointer { order in
            scores.withUnsafeBufferPointer { scores in
                isPositive.withUnsafeBufferPointer { isPositive in
                    while place < order.count {
                        let score = scores[Int(order[place])]
                        repeat {
                            let row = Int(order[place])
                            let weight = weights?[row] ?? 1
                            if isPositive[row] { tp += weight } else { fp += weight }
                            place += 1
                        } while place < order.count && scores[Int(order[place])] == score
                        thresholds.append(score + 0)
                        rowsAbove.append(Int32(truncatingIfNeeded: place))
                        truePositives.append(tp)
                        falsePositives.append(fp)
                    }
                }
            }
        }
        self.thresholds = thresholds
        self.rowsAbove = rowsAbove
        self.truePositives = truePositives
        self.falsePositives = falsePositives
    }

    /// How many thresholds are at least `threshold`: the rows called positive are the first `rowsAbove[k - 1]`.
    ///
    /// O(log n).
    public func place(of threshold: Double) -> Int {
        var low = 0
        var high = thresholds.count
        while low < high {
            let middle = (low + high) / 2
            if thresholds[middle] >= threshold { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The confusion matrix when the rows of the first `place` thresholds are called positive.
    func confusion(at place: Int) -> Confusion {
        let tp = place == 0 ? 0 : truePositives[place - 1]
        let fp = place == 0 ? 0 : falsePositives[place - 1]
        return Confusion(truePositives: tp, falsePositives: fp, trueNegatives: negatives - fp, falseNegatives: positives - tp)
    }

    /// The point (false positive rate, true positive rate) after `place` thresholds.
    public func rates(at place: Int) -> (x: Double, y: Double) {
        place == 0 ? (0, 0) : (falsePositives[place - 1] / negatives, truePositives[place - 1] / positives)
    }

    /// Whether both classes have weight.
    public var hasBothClasses: Bool { positives > 0 && negatives > 0 }

    /// The probability that a positive row scores above a negative one, ties counting one half; nil with one class only.
    ///
    /// The pairs are counted, not rates summed: exact until the final division for up to 2⁵² pairs.
    public var area: Double? {
        guard hasBothClasses else { return nil }
        var pairs = 0.0
        var tp = 0.0
        var fp = 0.0
        for place in thresholds.indices {
            pairs += (falsePositives[place] - fp) * (tp + (truePositives[place] - tp) / 2)
            tp = truePositives[place]
            fp = falsePositives[place]
        }
        return pairs / (positives * negatives)
    }

    /// Σ (recallₙ - recallₙ₋₁)·precisionₙ over descending thresholds, without interpolation; nil without positives.
    ///
    /// - Parameter scale: the factor on each false positive that a changed prevalence implies.
    public func averagePrecision(scale: Double = 1) -> Double? {
        guard positives > 0 else { return nil }
        var sum = 0.0
        var tp = 0.0
        for place in thresholds.indices where truePositives[place] > tp {
            sum += (truePositives[place] - tp) * (truePositives[place] / (truePositives[place] + scale * falsePositives[place]))
            tp = truePositives[place]
        }
        return sum / positives
    }

    /// The area under the ROC curve left of a false positive rate, linear between points.
    public func partialArea(maximumFalsePositiveRate limit: Double) -> Double? {
        guard hasBothClasses else { return nil }
        var area = 0.0
        var last = (x: 0.0, y: 0.0)
        for place in 1...count {
            let next = rates(at: place)
            guard next.x <= limit else {
                let y = last.y + (next.y - last.y) * (limit - last.x) / (next.x - last.x)
                return area + (limit - last.x) * (last.y + y) / 2
            }
            area += (next.x - last.x) * (last.y + next.y) / 2
            last = next
        }
        return area
    }

    /// The area between the ROC curve and the right edge above a true positive rate: Σ (1 - fpr) d tpr from `limit` to 1.
    ///
    /// What the ISIC 2024 challenge ranked by with limit 0.8: 0 to 0.2.
    public func areaAbove(truePositiveRate limit: Double) -> Double? {
        guard hasBothClasses else { return nil }
        var area = 0.0
        var last = (x: 1.0, y: 1.0)
        for place in stride(from: count - 1, through: 0, by: -1) {
            let next = rates(at: place)
            guard next.y >= limit else {
                let x = last.x + (next.x - last.x) * (last.y - limit) / (last.y - next.y)
                return area + (last.y - limit) * (1 - last.x + 1 - x) / 2
            }
            area += (last.y - next.y) * (1 - last.x + 1 - next.x) / 2
            last = next
        }
        return area
    }

    /// The greatest tpr - fpr and the first place that reaches it going down, and the greatest |tpr - fpr|.
    var separation: (youden: Double, place: Int, kolmogorovSmirnov: Double)? {
        guard hasBothClasses else { return nil }
        var youden = 0.0
        var best = 0
        var distance = 0.0
        for place in 1...count {
            let (x, y) = rates(at: place)
            if y - x > youden {
                youden = y - x
                best = place
            }
            distance = max(distance, abs(y - x))
        }
        return (youden, best, distance)
    }

    /// The places on the upper convex hull of the ROC curve, from (0, 0) to (1, 1): the only ones that can have least cost.
    public var hull: [Int] {
        guard hasBothClasses else { return [] }
        var hull: [Int] = []
        func point(_ place: Int) -> (x: Double, y: Double) {
            place == 0 ? (0, 0) : (falsePositives[place - 1], truePositives[place - 1])
        }
        for place in 0...count {
            let c = point(place)
            while hull.count >= 2 {
                let a = point(hull[hull.count - 2])
                let b = point(hull[hull.count - 1])
                if (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) < 0 { break }
                hull.removeLast()
            }
            hull.append(place)
        }
        return hull
    }

    /// At most about `limit` places that draw the ROC curve (or one over its rows) as all would: the last of each of `limit` equal
    /// steps along it, ends included.
    public func landmarks(limit: Int) -> [Int] {
        guard count > limit else { return Array(0...count) }
        var places = [0]
        var step = 0
        let total = max(positives, .leastNormalMagnitude)
        let others = max(negatives, .leastNormalMagnitude)
        for place in 1...count {
            let way = (truePositives[place - 1] / total + falsePositives[place - 1] / others) / 2
            let next = Int(way * Double(limit))
            if next != step {
                if let last = places.last, last != place - 1 { places.append(place - 1) }
                places.append(place)
                step = next
            }
        }
        if places.last != count { places.append(count) }
        return places
    }

    /// For each row the share of the rows of the other class that it is on the right side of, ties one half (DeLong's placements).
    public func placements(isPositive: [Bool]) -> [Double] {
        var values = [Double](repeating: 0, count: order.count)
        var start = 0
        var tp = 0.0
        var fp = 0.0
        for place in thresholds.indices {
            let end = Int(rowsAbove[place])
            let below = negatives - falsePositives[place] + (falsePositives[place] - fp) / 2
            let above = tp + (truePositives[place] - tp) / 2
            for row in order[start..<end] { values[Int(row)] = isPositive[Int(row)] ? below / negatives : above / positives }
            tp = truePositives[place]
            fp = falsePositives[place]
            start = end
        }
        return values
    }
}
