import Engine
import Foundation
import Plotting
import Testing

@testable import Classification

/// Values made by `Tests/References/classification/metrics.py` with scikit-learn 1.9, SciPy 1.17 and statsmodels 0.15.
struct References: Decodable {
    struct Binary: Decodable, CustomTestStringConvertible {
        var name: String
        var labels: [Int]
        var scores: [Double]
        var threshold: Double
        var weights: [Double]?
        var results: [String: Double]
        var roc: [[Double?]]?
        var precisionRecall: [[Double?]]?
        var testDescription: String { name }
    }
    struct Several: Decodable, CustomTestStringConvertible {
        var name: String
        var labels: [Int]
        var scores: [[Double]]
        var results: [String: Double]
        var aucPerClass: [Double]
        var topK: [Double]
        var confusion: [[Double]]
        var testDescription: String { name }
    }
    struct Paired: Decodable {
        var labels: [Int]
        var scores: [[Double]]
        var pairs: [[String: Double]]
    }
    struct Binned: Decodable {
        struct Case: Decodable {
            var binning: String
            var right: Bool
            var counts: [Double]
            var ece: Double
            var mce: Double
            var brierReliability: Double
            var brierResolution: Double
            var brierUncertainty: Double
        }
        var labels: [Int]
        var scores: [Double]
        var cases: [Case]
    }
    struct Calibrated: Decodable {
        var labels: [Int]
        var scores: [Double]
        var folds: [Int]
        var results: [String: [String: Double]]
    }
    var binary: [Binary]
    var several: [Several]
    var paired: Paired
    var mcnemar: [[Double]]
    var binned: Binned
    var calibrators: Calibrated

    static let all: References = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "references.json")
        do { return try JSONDecoder().decode(References.self, from: try Data(contentsOf: path)) } catch {
            fatalError("\(path.path()): \(error)")
        }
    }()
}

/// Equal to 1e-12, absolutely below one and relatively above.
func close(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    guard let a else { return false }
    return abs(a - b) <= tolerance * max(1, abs(b))
}

/// The experiment on a CSV made of columns.
func metrics(
    _ columns: [(String, [String])], _ values: [String: Value] = [:], steps: Int = 0, seed: UInt64 = 42
) throws -> ClassifierMetrics {
    let rows = columns[0].1.indices.map { row in columns.map { $0.1[row] }.joined(separator: ",") }
    let text = ([columns.map(\.0).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    return try metrics(text, values, steps: steps, seed: seed)
}

/// The experiment on the text of a CSV.
func metrics(_ text: String, _ values: [String: Value] = [:], steps: Int = 0, seed: UInt64 = 42) throws -> ClassifierMetrics {
    var values = values
    values["data"] = .text("file.csv")
    return try drive(
        ClassifierMetrics.self, values, seed: seed, steps: steps, inputs: ["data": Input(name: "file.csv", bytes: Array(text.utf8))])
}

func list<T>(_ values: [T]) -> String { values.map { "\($0)" }.joined(separator: ",") }

extension Table {
    func numbers(_ column: String) -> [Double?] {
        guard let place = columns.firstIndex(of: column) else { return [] }
        return rows.map {
            switch $0[place] {
            case .number(let x): x
            case .integer(let n): Double(n)
            default: nil
            }
        }
    }
}

extension ClassifierMetrics {
    func table(_ name: String) throws -> Table { try #require(tables().first { $0.name == name }) }
}

@Suite struct ReferenceTests {
    @Test(arguments: References.all.binary) func `two classes: every measure is scikit-learn's`(reference: References.Binary) throws {
        var columns = [("label", reference.labels.map(String.init)), ("score", reference.scores.map { "\($0)" })]
        if let weights = reference.weights { columns.append(("weight", weights.map { "\($0)" })) }
        let experiment = try metrics(columns, ["threshold": .real(reference.threshold)])
        let results = experiment.results()
        for (name, expected) in reference.results.sorted(by: { $0.key < $1.key }) {
            #expect(close(results.number(name), expected), "\(name): \(String(describing: results.number(name))), expected \(expected)")
        }
        for (name, expected) in [("roc", reference.roc), ("precisionRecall", reference.precisionRecall)] {
            guard let expected else { continue }
            let table = try experiment.table(name)
            let columns = name == "roc" ? ["fpr", "tpr", "threshold"] : ["precision", "recall", "threshold"]
            for (place, column) in columns.enumerated() {
                let got = table.numbers(column)
                #expect(got.count == expected.count, "\(name).\(column): \(got), expected \(expected.map { $0[place] })")
                for (a, b) in zip(got, expected.map { $0[place] }) {
                    #expect(a == nil ? b == nil : close(a, b ?? .nan), "\(name).\(column)")
                }
            }
        }
    }

    @Test(arguments: References.all.several) func `several classes: every measure is scikit-learn's`(reference: References.Several) throws {
        let k = reference.scores[0].count
        var columns = [("label", reference.labels.map(String.init))]
        for c in 0..<k { columns.append(("\(c)", reference.scores.map { "\($0[c])" })) }
        let experiment = try metrics(columns)
        let results = experiment.results()
        for (name, expected) in reference.results.sorted(by: { $0.key < $1.key }) {
            #expect(close(results.number(name), expected), "\(name): \(String(describing: results.number(name))), expected \(expected)")
        }
        for (got, want) in zip(try #require(results.numbers("aucPerClass")), reference.aucPerClass) { #expect(close(got, want)) }
        for (got, want) in zip(try #require(results.numbers("topK")), reference.topK) { #expect(close(got, want)) }
        let confusion = try experiment.table("confusion")
        for c in 0..<k { #expect(confusion.numbers("\(c)") == reference.confusion.map { $0[c] }) }
        let inline = try drive(
            ClassifierMetrics.self,
            ["labels": .text(list(reference.labels)), "scores": .text(reference.scores.map { list($0) }.joined(separator: ";"))], steps: 0)
        #expect(inline.results().number("aucOvoMacro") == results.number("aucOvoMacro"))
    }

    @Test func `pairs of models: DeLong by definition, Holm and McNemar as statsmodels has them`() throws {
        let reference = References.all.paired
        let names = ["first", "second", "third"]
        let columns =
            [("label", reference.labels.map(String.init))] + zip(names, reference.scores).map { ($0, $1.map { "\($0)" }) }
        let table = try metrics(columns).table("pairs")
        #expect(table.rows.count == 3)
        for (row, pair) in reference.pairs.enumerated() {
            for (column, expected) in pair {
                #expect(
                    close(table.numbers(column)[row], expected), "\(column) of pair \(row): \(table.numbers(column)), expected \(expected)")
            }
        }
    }

    @Test func `exact McNemar p-values are statsmodels'`() {
        for row in References.all.mcnemar {
            let p = MultipleTests.mcNemar(Int(row[0]), Int(row[1]))
            #expect(abs(p - row[2]) <= 1e-12 * row[2], "\(row): \(p)")
        }
    }

    @Test func `calibration bins of equal width and mass, closed on either side`() {
        let reference = References.all.binned
        for expected in reference.cases {
            let calibration = Calibration(
                probabilities: reference.scores, isPositive: reference.labels.map { $0 == 1 }, bins: 10,
                binning: Calibration.Binning(rawValue: expected.binning) ?? .width, isRightClosed: expected.right)
            #expect(calibration.bins.map(\.count) == expected.counts, "\(expected.binning) \(expected.right)")
            #expect(close(calibration.expectedError, expected.ece))
            #expect(close(calibration.maximumError, expected.mce))
            #expect(close(calibration.reliability, expected.brierReliability))
            #expect(close(calibration.resolution, expected.brierResolution))
            #expect(close(calibration.uncertainty, expected.brierUncertainty))
        }
    }

    @Test func `calibrators fitted across folds agree with general-purpose optimisers`() throws {
        let reference = References.all.calibrators
        let columns = [
            ("label", reference.labels.map(String.init)), ("score", reference.scores.map { "\($0)" }),
            ("fold", reference.folds.map(String.init)),
        ]
        let table = try metrics(columns).table("calibrators")
        for (name, expected) in reference.results {
            let row = try #require(table.rows.firstIndex { $0[0] == .text(name) })
            // The optimum is flat: 1e-9 in the loss' gradient leaves some 1e-10 in the scores.
            #expect(close(table.numbers("brier")[row], expected["brier"] ?? .nan, 1e-9), "\(name) \(table.rows[row]), expected \(expected)")
            #expect(close(table.numbers("auc")[row], expected["auc"] ?? .nan, 1e-9), "\(name)")
        }
        #expect(table.rows.map { $0[0] } == ["none", "platt", "isotonic", "temperature", "beta"].map { .text($0) })
    }

    @Test func `the cancer data's areas are scikit-learn's`() throws {
        // roc_auc_score and average_precision_score of the three columns of cancer.csv, scikit-learn 1.9.
        let experiment = try drive(ClassifierMetrics.self, steps: 0)
        let table = try experiment.table("models")
        for (got, want) in zip(table.numbers("auc"), [0.9522752497225305, 0.9894957983193278, 0.9952830188679245]) {
            #expect(close(got, want))
        }
        for (got, want) in zip(table.numbers("averagePrecision"), [0.9401520698650089, 0.9861035283385617, 0.9941523366944274]) {
            #expect(close(got, want))
        }
    }
}
