import Plotting
import Statistics

/// What a run of `classifier.metrics` asks, apart from what can be changed while it runs.
struct MetricsSettings: Sendable, Codable {
    var seed: UInt64
    var model: String
    var positive: String
    var bins: Int
    var binning: Calibration.Binning
    var isRightClosed: Bool
    var bootstrap: Int
    var resamplesGroups: Bool
    var average: MulticlassReport.Average
    var maximumFalsePositiveRate: Double
    var minimumTruePositiveRate: Double
}

/// Everything about a set of predictions that no live parameter changes: computed once, shared by all copies of the experiment.
final class MetricsAnalysis: Sendable {
    /// One model (or, of many classes, one class against the rest).
    struct Model: Sendable {
        var name: String
        var area: Double?
        var averagePrecision: Double?
        var brier: Double?
        var logLoss: Double?
        var expectedError: Double?
        /// Points that draw its ROC curve.
        var roc: [Point]
        /// Points that draw its precision-recall curve.
        var precisionRecall: [Point]
    }

    /// One fold or subset.
    struct Part: Sendable {
        var name: String
        var rows: Int
        var positives: Int
        var area: Double?
        var low: Double?
        var high: Double?
        var averagePrecision: Double?
    }

    let settings: MetricsSettings
    let predictions: Predictions
    let models: [Model]
    /// The model (class) whose curves, calibration and threshold are shown.
    let shown: Int
    let isPositive: [Bool]
    let positiveCount: Int
    let curve: ScoreCurve
    let deLong: DeLong?
    let bootstrap: AreaBootstrap
    /// What each bootstrapped statistic is on the sample itself, and the acceleration of its interval.
    let estimates: [Double?]
    let accelerations: [Double?]
    let calibration: Calibration?
    let multiclass: MulticlassReport?
    let separation: (youden: Double, place: Int, kolmogorovSmirnov: Double)?
    let partialArea: Double?
    let areaAbove: Double?
    let hull: [Int]
    let landmarks: [Int]
    /// Edges of the score histogram and the density of each class in it.
    let histogram: (edges: [Double], positives: [Double], negatives: [Double])
    let folds: [Part]
    let subsets: [Part]
    let pooledRankArea: Double?
    let warnings: [String]

    /// The class called positive in the curves shown.
    var positiveName: String { predictions.truth.names[predictions.isMulticlass ? shown : 1] }
    /// The share of the rows (by weight) that are positive.
    var prevalence: Double { curve.positives / (curve.positives + curve.negatives) }

    init(_ predictions: Predictions, _ settings: MetricsSettings) throws {
        self.settings = settings
        self.predictions = predictions
        let weights = predictions.weights
        if let weights, !weights.contains(where: { $0 > 0 }) { throw UserErrors.noWeight }
        let isMulticlass = predictions.isMulticlass
        let names = isMulticlass ? predictions.truth.names : predictions.columns
        var warnings = predictions.notes
        var shown = 0
        let wanted = isMulticlass ? settings.positive : settings.model
        if !wanted.isEmpty {
            guard let place = ClassQuestion.match(wanted, names) else { throw UserErrors.unknownModel(wanted, names) }
            shown = place
        } else if isMulticlass {
            warnings.append("curves show class “\(names[0])” against the rest; set positive to show another")
        }
        self.shown = shown

        var models: [Model] = []
        var curves: [ScoreCurve] = []
        var targets: [AreaBootstrap.Target] = []
        var placements: [[Double]] = []
        let binary = predictions.isOf(1)
        var shownCurve: ScoreCurve?
        var shownCalibration: Calibration?
        for index in names.indices {
            let scores = predictions.scores(index)
            let isPositive = isMulticlass ? predictions.isOf(index) : binary
            let curve = ScoreCurve(scores: scores, isPositive: isPositive, weights: weights)
            var calibration: Calibration?
            if predictions.notProbabilities[index] == nil, !isMulticlass || index == shown {
                calibration = Calibration(
                    probabilities: scores, isPositive: isPositive, weights: weights, bins: settings.bins, binning: settings.binning,
                    isRightClosed: settings.isRightClosed)
            }
            if !isMulticlass, weights == nil, curve.hasBothClasses { placements.append(curve.placements(isPositive: isPositive)) }
            targets.append(AreaBootstrap.Target(curve, isPositive: isPositive))
            models.append(
                Model(
                    name: names[index], area: curve.area, averagePrecision: curve.averagePrecision(), brier: calibration?.brier,
                    logLoss: calibration?.logLoss, expectedError: calibration?.expectedError, roc: Self.roc(curve),
                    precisionRecall: Self.precisionRecall(curve)))
            if index == shown {
                shownCurve = curve
                shownCalibration = calibration
            }
            if isMulticlass { curves.append(curve) }
        }
        let isPositive = isMulticlass ? predictions.isOf(shown) : binary
        let curve = shownCurve ?? ScoreCurve(scores: [], isPositive: [])
        self.models = models
        self.isPositive = isPositive
        positiveCount = isPositive.count { $0 }
        self.curve = curve
        calibration = shownCalibration
        deLong = placements.count == names.count ? DeLong(placements: placements, isPositive: binary) : nil

        var statistics = names.indices.map { index in names.indices.map { $0 == index ? 1.0 : 0.0 } }
        var estimates = models.map(\.area)
        var accelerations = placements.map { Jackknife.acceleration(Self.leftOut($0, binary)) }
        if isMulticlass {
            let areProbabilities = predictions.notProbabilities.allSatisfy { $0 == nil }
            let report = MulticlassReport(
                classes: names, truth: predictions.truth.codes, scores: names.indices.map { predictions.scores($0) }, weights: weights,
                curves: curves, areProbabilities: areProbabilities, bins: settings.bins, binning: settings.binning,
                isRightClosed: settings.isRightClosed)
            multiclass = report
            if settings.average == .micro {
                let pooled = MulticlassReport.pooled(
                    truth: predictions.truth.codes, scores: names.indices.map { predictions.scores($0) }, weights: weights)
                targets = [AreaBootstrap.Target(pooled.curve, isPositive: pooled.isPositive, columns: names.count)]
                statistics = [[1]]
            } else {
                let known = names.indices.map { report.areas[$0] == nil ? 0 : settings.average == .macro ? 1 : report.prevalences[$0] }
                let total = known.reduce(0, +)
                statistics = [known.map { total > 0 ? $0 / total : 0 }]
            }
            estimates = [report.area(settings.average)]
            accelerations = [nil]
            for (index, area) in report.areas.enumerated() where area == nil {
                warnings.append("class “\(names[index])” has no rows (or all): its area is undefined and left out of the averages")
            }
            warnings += predictions.notProbabilities.compactMap { $0 }.prefix(1).map { "\($0): no log loss, Brier score or calibration" }
            if areProbabilities, let row = Self.firstImproperRow(predictions) {
                warnings.append("row \(row + 1): the classes' probabilities do not sum to 1 within 0.001; they are taken as they are")
            }
        } else {
            multiclass = nil
            if let note = predictions.notProbabilities[shown] {
                warnings.append("\(note): no Brier score, log loss or calibration for “\(names[shown])”")
            }
            if !curve.hasBothClasses {
                warnings.append(
                    "all rows are of one class, “\(predictions.truth.names[binary.contains(true) ? 1 : 0])”: areas and what depends on "
                        + "the other class are undefined")
            } else if let area = curve.area, area < 0.5 {
                warnings.append(
                    "the AUC is below one half: higher scores go with “\(predictions.truth.names[0])” here; the direction was not changed")
            }
        }
        if weights != nil { warnings.append("DeLong's intervals are not defined for weighted rows; the bootstrap's are") }
        if let groups = predictions.groups, settings.resamplesGroups, !isMulticlass, weights == nil {
            accelerations = names.indices.map { index in
                let curve = ScoreCurve(scores: predictions.scores(index), isPositive: binary)
                let left = Jackknife.areas(curve, isPositive: binary, groups: groups.codes, groupCount: groups.names.count)
                return Jackknife.acceleration([left.filter { !$0.isNaN }])
            }
        }
        self.estimates = estimates
        self.accelerations = accelerations.isEmpty ? estimates.map { _ in nil } : accelerations
        bootstrap = AreaBootstrap(
            resampling: try Self.resampling(predictions, settings), rowCount: predictions.rowCount, weights: weights, targets: targets,
            statistics: statistics, banded: isMulticlass || !curve.hasBothClasses ? nil : shown, seed: settings.seed)
        separation = curve.separation
        partialArea = curve.partialArea(maximumFalsePositiveRate: settings.maximumFalsePositiveRate)
        areaAbove = curve.areaAbove(truePositiveRate: settings.minimumTruePositiveRate)
        hull = curve.hull
        landmarks = curve.landmarks(limit: 400)
        histogram = Self.histogram(predictions.scores(shown), isPositive)
        folds = Self.parts(predictions.folds, predictions, shown, settings)
        subsets = Self.parts(predictions.subsets, predictions, shown, settings)
        pooledRankArea = isMulticlass ? nil : predictions.folds.flatMap { Self.rankArea($0, predictions.scores(shown), binary, weights) }
        self.warnings = warnings
    }

    /// The strata or groups that are drawn from.
    private static func resampling(_ predictions: Predictions, _ settings: MetricsSettings) throws -> AreaBootstrap.Resampling {
        if settings.resamplesGroups {
            guard let groups = predictions.groups else { throw UserErrors.noGroups }
            return .groups(groups.codes, count: groups.names.count)
        }
        var strata = [[Int32]](repeating: [], count: predictions.truth.names.count)
        for (row, code) in predictions.truth.codes.enumerated() { strata[Int(code)].append(Int32(row)) }
        return .strata(strata)
    }

    private static func leftOut(_ placements: [Double], _ isPositive: [Bool]) -> [[Double]] {
        var sum = 0.0
        var count = 0.0
        for (value, isPositive) in zip(placements, isPositive) where isPositive {
            sum += value
            count += 1
        }
        return Jackknife.areas(area: sum / count, placements: placements, isPositive: isPositive)
    }

    private static func firstImproperRow(_ predictions: Predictions) -> Int? {
        (0..<predictions.rowCount).first { row in
            let sum = predictions.packedScores.reduce(0.0) { $0 + $1.values[row] }
            return abs(sum - 1) > 1e-3
        }
    }

    /// Points that draw a ROC curve in a plot of any usual width.
    private static func roc(_ curve: ScoreCurve) -> [Point] {
        guard curve.hasBothClasses else { return [] }
        return curve.landmarks(limit: 600).map { place in
            let (x, y) = curve.rates(at: place)
            return Point(x: x, y: y)
        }
    }

    /// Points that draw a precision-recall curve: of each 300th of recall the first, least, greatest and last precision.
    private static func precisionRecall(_ curve: ScoreCurve) -> [Point] {
        guard curve.positives > 0 else { return [] }
        func point(_ place: Int) -> Point {
            let tp = curve.truePositives[place]
            return Point(x: tp / curve.positives, y: tp / (tp + curve.falsePositives[place]))
        }
        guard curve.count > 1200 else { return curve.thresholds.indices.map(point) }
        var points: [Point] = []
        var bucket: [Point] = []
        func flush() {
            guard let first = bucket.first, let last = bucket.last else { return }
            let least = bucket.indices.min { bucket[$0].y < bucket[$1].y } ?? 0
            let greatest = bucket.indices.max { bucket[$0].y < bucket[$1].y } ?? 0
            points.append(first)
            for index in [min(least, greatest), max(least, greatest)] where index > 0 && index < bucket.count - 1 {
                points.append(bucket[index])
            }
            if bucket.count > 1 { points.append(last) }
            bucket.removeAll(keepingCapacity: true)
        }
        var step = 0
        for place in curve.thresholds.indices {
            let next = point(place)
            let own = Int(next.x * 300)
            if own != step {
                flush()
                step = own
            }
            bucket.append(next)
        }
        flush()
        return points
    }

    private static func histogram(_ scores: [Double], _ isPositive: [Bool]) -> (edges: [Double], positives: [Double], negatives: [Double]) {
        guard var low = scores.min(), var high = scores.max() else { return ([0, 1], [0], [0]) }
        if low >= 0, high <= 1 { (low, high) = (0, 1) }
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        let bins = 40
        var counts = (positives: [Double](repeating: 0, count: bins), negatives: [Double](repeating: 0, count: bins))
        for (score, isPositive) in zip(scores, isPositive) {
            let bin = min(bins - 1, max(0, Int((score - low) / (high - low) * Double(bins))))
            if isPositive { counts.positives[bin] += 1 } else { counts.negatives[bin] += 1 }
        }
        func shares(_ counts: [Double]) -> [Double] {
            let total = counts.reduce(0, +)
            return total > 0 ? counts.map { $0 / total } : counts
        }
        return ((0...bins).map { low + (high - low) * Double($0) / Double(bins) }, shares(counts.positives), shares(counts.negatives))
    }

    /// The area and its interval in each fold or subset.
    private static func parts(_ names: RowNames?, _ predictions: Predictions, _ shown: Int, _ settings: MetricsSettings) -> [Part] {
        guard let names else { return [] }
        let rows = names.rows
        let weights = predictions.weights
        let isPositive = predictions.isOf(predictions.isMulticlass ? shown : 1)
        return names.sortedPlaces.map { place in
            let rows = rows[place]
            let positives = rows.map { isPositive[$0] }
            let subset = weights.map { weights in rows.map { weights[$0] } }
            var part = Part(name: names.names[place], rows: rows.count, positives: positives.count { $0 })
            let curve = ScoreCurve(scores: rows.map { predictions.packedScores[shown].values[$0] }, isPositive: positives, weights: subset)
            part.area = curve.area
            part.averagePrecision = curve.averagePrecision()
            if predictions.isMulticlass {
                let columns = predictions.columns.indices.map { c in rows.map { predictions.packedScores[c].values[$0] } }
                let truth = rows.map { predictions.truth.codes[$0] }
                let curves = columns.indices.map { c in
                    ScoreCurve(scores: columns[c], isPositive: truth.map { Int($0) == c }, weights: subset)
                }
                part.area =
                    MulticlassReport(
                        classes: predictions.columns, truth: truth, scores: columns, weights: subset, curves: curves,
                        areProbabilities: false,
                        bins: 1, binning: .width, isRightClosed: true
                    ).area(settings.average)
            } else if weights == nil, curve.hasBothClasses {
                let interval = DeLong(placements: [curve.placements(isPositive: positives)], isPositive: positives).interval(0)
                part.low = interval?.low
                part.high = interval?.high
            }
            return part
        }
    }

    /// The area when each fold's scores are replaced by their ranks within the fold over its number of rows, then pooled.
    private static func rankArea(_ folds: RowNames, _ scores: [Double], _ isPositive: [Bool], _ weights: [Double]?) -> Double? {
        var pooled = [Double](repeating: 0, count: scores.count)
        for rows in folds.rows {
            let ranks = Ranking.averageRanks(rows.map { scores[$0] })
            for (row, rank) in zip(rows, ranks) { pooled[row] = rank / Double(rows.count) }
        }
        return ScoreCurve(scores: pooled, isPositive: isPositive, weights: weights).area
    }
}
