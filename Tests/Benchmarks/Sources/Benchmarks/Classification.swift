import Classification
import Engine
import Foundation
import Kernels
import Plotting

/// A million predictions: reading them, every curve from one sort, and moves of the threshold after that.
func classificationBenchmarks() throws -> [Measurement] {
    let rows = 1_000_000
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let isPositive = (0..<rows).map { _ in stream.uniform() < 0.1 }
    let scores = isPositive.map { logistic(stream.normal() + ($0 ? 0.5 : -1)) }
    var list: [Measurement] = []

    var areas: [Double?] = []
    let curves = time {
        let curve = ScoreCurve(scores: scores, isPositive: isPositive)
        areas = [curve.area, curve.averagePrecision()]
        // Every point of the ROC curve, as scikit-learn gives.
        areas.append((0...curve.count).reduce(0) { $0 + curve.rates(at: $1).y })
    }
    list.append(
        Measurement(
            name: "AUC, average precision and ROC of 1e6 rows, from one sort", seconds: curves,
            note: "AUC and average precision: " + areas.prefix(2).map { String(format: "%.6f", $0 ?? .nan) }.joined(separator: ", "),
            peers: ["scikit-learn: roc_auc_score + average_precision_score + roc_curve"]))

    let bytes = table(isPositive, scores, &stream)
    let read = try time(rounds: 5) { _ = try DelimitedText.parse(bytes, name: "predictions.csv") }
    list.append(
        Measurement(
            name: "reading a CSV of 1e6 rows x 5 columns", seconds: read, note: "\(bytes.count / 1_000_000) MB, from memory",
            peers: ["pandas read_csv, 1e6 x 5", "pandas read_csv, correctly rounded"]))

    let values: [String: Value] = ["data": .text("predictions.csv"), "scores": .text("score"), "bootstrap": .integer(0)]
    let setup = Setup(card: ClassifierMetrics.card, values: values, inputs: ["data": Input(name: "predictions.csv", bytes: bytes)])
    var experiment = try ClassifierMetrics(setup)
    let whole = try time(rounds: 3) { _ = try ClassifierMetrics(setup).results() }
    list.append(
        Measurement(
            name: "the experiment on that file, to its first results", seconds: whole,
            note: "reading, curves, DeLong, calibration, folds, histogram"))

    var threshold = 0.5
    let move = try time(rounds: 101) {
        threshold = threshold > 0.9 ? 0.1 : threshold + 0.01
        try experiment.apply(Change("threshold", .real(threshold)))
        _ = experiment.results()
    }
    list.append(Measurement(name: "a move of the threshold, with results", seconds: move, aim: 1.0 / 60))
    let frame = try time(rounds: 101) {
        threshold = threshold > 0.9 ? 0.1 : threshold + 0.01
        try experiment.apply(Change("threshold", .real(threshold)))
        _ = experiment.results()
        _ = experiment.figure("roc").rendered(columns: 100, rows: 30, glyphs: .braille)
    }
    list.append(Measurement(name: "the same with the ROC figure drawn in 100 x 30 cells", seconds: frame, aim: 1.0 / 60))
    return list
}

/// The predictions as the text of a CSV: row, label, score, a second score, a fold.
private func table(_ isPositive: [Bool], _ scores: [Double], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = Array("row,label,score,other,fold\n".utf8)
    bytes.reserveCapacity(isPositive.count * 56)
    for row in isPositive.indices {
        bytes.append(contentsOf: "\(row),\(isPositive[row] ? 1 : 0),\(scores[row]),\(stream.uniform()),\(row % 5)\n".utf8)
    }
    return bytes
}
