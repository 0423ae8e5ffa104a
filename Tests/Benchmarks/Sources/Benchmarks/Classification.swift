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
            aim: 0.15,
            peers: ["scikit-learn: roc_auc_score + average_precision_score + roc_curve"]))

    let bytes = table(isPositive, scores, &stream)
    let read = try time(rounds: 5) { _ = try DelimitedText.parse(bytes, name: "predictions.csv") }
    list.append(
        Measurement(
            name: "reading a CSV of 1e6 rows x 5 columns", seconds: read, note: "\(bytes.count / 1_000_000) MB, from memory", aim: 1,
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
    list += try resamplingBenchmarks() + largeFileBenchmark() + trainingBenchmarks()
    return list
}

/// Bootstrap and DeLong intervals.
private func resamplingBenchmarks() throws -> [Measurement] {
    var stream = RandomStream(seed: 2, purpose: "benchmark")
    func draw(_ rows: Int, models: Int) -> (isPositive: [Bool], scores: [[Double]]) {
        let isPositive = (0..<rows).map { _ in stream.uniform() < 0.2 }
        return (isPositive, (0..<models).map { _ in isPositive.map { stream.normal() + ($0 ? 1 : 0) } })
    }
    let small = draw(10_000, models: 1)
    let text = "label,score\n" + zip(small.isPositive, small.scores[0]).map { "\($0 ? 1 : 0),\($1)\n" }.joined()
    let setup = Setup(
        card: ClassifierMetrics.card, values: ["data": .text("small.csv"), "bootstrap": .integer(2000)],
        inputs: ["data": Input(name: "small.csv", bytes: Array(text.utf8))])
    let fresh = try ClassifierMetrics(setup)
    let bootstrap = try time(rounds: 3, before: { fresh }, { experiment in _ = try experiment.step(2000) })
    var list = [
        Measurement(
            name: "2,000 bootstrap AUCs of 1e4 rows", seconds: bootstrap, note: "with the ROC band, through step()", aim: 0.2,
            peers: ["scikit-learn: 2,000 resampled roc_auc_score of 1e4"])
    ]
    for models in [1, 10] {
        let rows = draw(100_000, models: models)
        let seconds = time(rounds: 3) {
            let placements = rows.scores.map { scores in
                ScoreCurve(scores: scores, isPositive: rows.isPositive).placements(isPositive: rows.isPositive)
            }
            let deLong = DeLong(placements: placements, isPositive: rows.isPositive)
            for a in 0..<models { for b in 0..<a { _ = deLong.difference(a, b) } }
            _ = deLong.standardError(0)
        }
        list.append(
            Measurement(
                name: models == 1 ? "DeLong of 1e5 rows" : "paired DeLong of 10 models of 1e5 rows", seconds: seconds,
                note: "from unsorted scores; one core", aim: models == 1 ? 0.03 : 0.3,
                peers: [models == 1 ? "numpy DeLong of 1e5 rows" : "numpy paired DeLong of 10 models of 1e5 rows"]))
    }
    return list
}

/// Ten million rows, read and shown.
private func largeFileBenchmark() throws -> [Measurement] {
    let rows = 10_000_000
    var stream = RandomStream(seed: 3, purpose: "benchmark")
    var bytes = Array("label,score\n".utf8)
    bytes.reserveCapacity(rows * 12)
    for _ in 0..<rows {
        let isPositive = stream.uniform() < 0.1
        // Six decimals, as files of this size are written.
        let score = Int(logistic(stream.normal() + (isPositive ? 0.5 : -1)) * 1e6)
        let digits = String(score)
        bytes.append(contentsOf: isPositive ? [0x31, 0x2C, 0x30, 0x2E] : [0x30, 0x2C, 0x30, 0x2E])
        for _ in digits.utf8.count..<6 { bytes.append(0x30) }
        bytes.append(contentsOf: digits.utf8)
        bytes.append(0x0A)
    }
    let setup = Setup(
        card: ClassifierMetrics.card, values: ["data": .text("large.csv"), "bootstrap": .integer(0)],
        inputs: ["data": Input(name: "large.csv", bytes: bytes)])
    var made: ClassifierMetrics?
    let whole = try time(rounds: 1) { made = try ClassifierMetrics(setup) }
    var threshold = 0.5
    let move = try time(rounds: 101) {
        threshold = threshold > 0.9 ? 0.1 : threshold + 0.01
        try made?.apply(Change("threshold", .real(threshold)))
        _ = made?.results()
    }
    return [
        Measurement(
            name: "the experiment on 1e7 rows, to its first results", seconds: whole, note: "\(bytes.count / 1_000_000) MB, from memory"),
        Measurement(name: "a move of the threshold on 1e7 rows, with results", seconds: move, aim: 1.0 / 60),
    ]
}

/// The default ablation: 12 arms in 5 folds from 2 seeds.
private func trainingBenchmarks() throws -> [Measurement] {
    var experiment = try ClassifierAblation(Setup(card: ClassifierAblation.card))
    let clock = ContinuousClock()
    var slowest = 0.0
    var whole = 0.0
    while true {
        var progress = Engine.Progress.ran(0)
        let elapsed = try clock.measure { progress = try experiment.step(1) }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        slowest = max(slowest, seconds)
        whole += seconds
        if case .finished = progress.state { break }
    }
    return [
        Measurement(
            name: "the default ablation: 12 arms, 5 folds, 2 seeds", seconds: whole,
            note: "120 convolutional networks, batch by batch; the load counts", aim: 120),
        Measurement(
            name: "its slowest step", seconds: slowest,
            note: "a batch of each of ten networks, an epoch's end and a new arm included", aim: 0.1),
    ]
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
