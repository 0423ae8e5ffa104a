import Statistics

/// Who was called what at one threshold, by count or weight; a measure is nil where its denominator is zero unless said otherwise.
struct Confusion: Sendable, Hashable {
    var truePositives: Double
    var falsePositives: Double
    var trueNegatives: Double
    var falseNegatives: Double

    var positives: Double { truePositives + falseNegatives }
    var negatives: Double { falsePositives + trueNegatives }
    var total: Double { positives + negatives }
    /// What is called positive.
    var calledPositive: Double { truePositives + falsePositives }

    /// The same rates with positives making up another share of the whole.
    func reweighted(prevalence: Double) -> Confusion {
        guard positives > 0, negatives > 0 else { return self }
        let up = prevalence * total / positives
        let down = (1 - prevalence) * total / negatives
        return Confusion(
            truePositives: truePositives * up, falsePositives: falsePositives * down, trueNegatives: trueNegatives * down,
            falseNegatives: falseNegatives * up)
    }

    private func ratio(_ a: Double, _ b: Double) -> Double? { b == 0 ? nil : a / b }

    /// Share of the positives that are called positive: recall, true positive rate.
    var sensitivity: Double? { ratio(truePositives, positives) }
    /// Share of the negatives that are called negative.
    var specificity: Double? { ratio(trueNegatives, negatives) }
    /// Share of positives among what is called positive; 0 when nothing is.
    var precision: Double { ratio(truePositives, calledPositive) ?? 0 }
    /// Share of negatives among what is called negative.
    var negativePredictiveValue: Double? { ratio(trueNegatives, trueNegatives + falseNegatives) }
    var accuracy: Double? { ratio(truePositives + trueNegatives, total) }
    /// Mean of sensitivity and specificity.
    var balancedAccuracy: Double? {
        guard let sensitivity, let specificity else { return nil }
        return (sensitivity + specificity) / 2
    }
    /// Harmonic mean of precision and sensitivity; 0 when undefined.
    var f1: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) ?? 0 }
    /// Matthews' correlation coefficient; 0 when undefined.
    var matthews: Double {
        // Roots first: the product of the four sums of a large set would lose digits or overflow an integer.
        let scale =
            (calledPositive * positives).squareRoot() * (negatives * (trueNegatives + falseNegatives)).squareRoot()
        return ratio(truePositives * trueNegatives - falsePositives * falseNegatives, scale) ?? 0
    }
    /// Cohen's kappa: agreement beyond what the margins alone give.
    var kappa: Double? {
        guard total > 0 else { return nil }
        let observed = (truePositives + trueNegatives) / total
        let expected = (calledPositive * positives + (trueNegatives + falseNegatives) * negatives) / (total * total)
        return ratio(observed - expected, 1 - expected)
    }
    /// sensitivity / (1 - specificity).
    var likelihoodRatioPlus: Double? {
        guard let sensitivity, falsePositives > 0 else { return nil }
        return sensitivity / (falsePositives / negatives)
    }
    /// (1 - sensitivity) / specificity.
    var likelihoodRatioMinus: Double? {
        guard positives > 0, let specificity, specificity > 0 else { return nil }
        return (falseNegatives / positives) / specificity
    }
    var diagnosticOddsRatio: Double? { ratio(truePositives * trueNegatives, falsePositives * falseNegatives) }

    /// Vickers & Elkin 2006: true positives less false positives at the odds of the threshold, a row; nil unless 0 <= threshold < 1.
    func netBenefit(threshold: Double) -> Double? {
        guard threshold >= 0, threshold < 1, total > 0 else { return nil }
        return (truePositives - falsePositives * threshold / (1 - threshold)) / total
    }

    /// The mean cost a row.
    func cost(falsePositive: Double, falseNegative: Double) -> Double {
        total > 0 ? (falsePositives * falsePositive + falseNegatives * falseNegative) / total : 0
    }
}
