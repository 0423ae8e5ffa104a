import Engine
import Foundation
import Kernels
import Plotting
import Testing

@testable import Classification

/// Values made by `Tests/References/classification/ensemble.py` with scikit-learn 1.9, SciPy 1.17 and NumPy 2.4.
private struct EnsembleReferences: Decodable {
    struct Method: Decodable {
        var method: String
        var auc: Double
        var low: Double
        var high: Double
        var averagePrecision: Double
        var logLoss: Double?
    }
    struct Case: Decodable {
        var labels: [Int]
        var scores: [[Double]]
        var folds: [Int]
        var weights: [Double]
        var rounds: Int
        var methods: [Method]
        var gains: [[String: Double]]
        var sequence: [Int]
        var path: [Double]
        var slopes: [Double]
        var joins: [Double]
        var pearson: [[Double]]
        var spearman: [[Double]]
        var kendall: [[Double]]
        var errorCorrelation: Double
    }
    struct Weighted: Decodable {
        var weights: [Double]
        var auc: [String: Double]
        var logLoss: Double
    }
    struct Split: Decodable {
        var labels: [Int]
        var second: [Bool]
        var scores: [[[Double]]]
        var divergence: [Double]
        var single: [Double]
        var auc: [Double]
    }
    struct Kendall: Decodable {
        var a: [Double]
        var b: [Double]
        var tau: Double
    }
    var `case`: Case
    var weighted: Weighted
    var split: Split
    var kendall: [Kendall]

    static let all: EnsembleReferences = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "ensemble.json")
        do { return try JSONDecoder().decode(EnsembleReferences.self, from: try Data(contentsOf: path)) } catch {
            fatalError("\(path.path()): \(error)")
        }
    }()
}

private func csv(_ columns: [(String, [String])]) -> String {
    let rows = columns[0].1.indices.map { row in columns.map { $0.1[row] }.joined(separator: ",") }
    return ([columns.map(\.0).joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
}

private func ensemble(_ text: String, _ values: [String: Value] = [:], steps: Int = 0) throws -> ClassifierEnsemble {
    var values = values
    values["data"] = .text("file.csv")
    return try drive(
        ClassifierEnsemble.self, values, steps: steps, inputs: ["data": Input(name: "file.csv", bytes: Array(text.utf8))])
}

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}

extension ClassifierEnsemble {
    fileprivate func table(_ name: String) throws -> Table { try #require(tables().first { $0.name == name }) }
}

@Suite struct EnsembleReferenceTests {
    private let reference = EnsembleReferences.all.case
    private var columns: [(String, [String])] {
        let scores = reference.scores.enumerated().map { ("m\($0 + 1)", $1.map { "\($0)" }) }
        return [("label", reference.labels.map(String.init)), ("fold", reference.folds.map(String.init))] + scores
    }

    private func run() throws -> ClassifierEnsemble {
        try ensemble(csv(columns), ["weights": .text(list(reference.weights)), "rounds": .integer(reference.rounds)], steps: 100)
    }

    @Test func `every method's area, interval, precision and loss are scikit-learn's`() throws {
        let table = try run().table("ensembles")
        for (row, method) in reference.methods.enumerated() {
            #expect(table.rows[row][0] == .text(method.method))
            // Stacking is where two optimisers meet: their log-odds agree to some 1e-9, which moves losses but not the order of rows.
            let tolerance = method.method == "stacking" ? 1e-8 : 1e-12
            let wanted = [
                ("auc", method.auc), ("low", method.low), ("high", method.high), ("averagePrecision", method.averagePrecision),
            ]
            for (column, value) in wanted { #expect(close(table.numbers(column)[row], value), "\(method.method) \(column)") }
            if let loss = method.logLoss {
                #expect(close(table.numbers("logLoss")[row], loss, tolerance), "\(method.method) \(table.rows[row]), expected \(loss)")
            } else {
                #expect(table.rows[row][5] == .none)
            }
        }
        #expect(table.rows[1][6] == .integer(3))  // One of the four weights is 0.
    }

    @Test func `forward selection takes the same models and reaches the same areas`() throws {
        let results = try run().results()
        #expect(results["selection"] == .array(reference.sequence.map { .text("m\($0 + 1)") }))
        for (got, want) in zip(try #require(results.numbers("selectionAuc")), reference.path) { #expect(close(got, want)) }
        #expect(results.numbers("selectionAuc")?.count == reference.rounds)
        for (got, want) in zip(try #require(results.numbers("joinAuc")), reference.joins) { #expect(close(got, want)) }
    }

    @Test func `paired differences from each model and stacking's slopes`() throws {
        let table = try run().table("members")
        for (row, gain) in reference.gains.enumerated() {
            for (column, value) in gain { #expect(close(table.numbers(column)[row], value), "\(column) of model \(row)") }
            #expect(close(table.numbers("stackingSlope")[row], reference.slopes[row], 1e-7))
        }
    }

    @Test func `correlations are NumPy's and SciPy's`() throws {
        let experiment = try run()
        for (kind, wanted) in [("pearson", reference.pearson), ("spearman", reference.spearman), ("kendall", reference.kendall)] {
            let table = try experiment.table(kind)
            for column in wanted.indices {
                for (got, want) in zip(table.numbers("m\(column + 1)"), wanted.map { $0[column] }) { #expect(close(got, want), "\(kind)") }
            }
        }
        #expect(close(experiment.results().number("errorCorrelation"), reference.errorCorrelation))
        for pair in EnsembleReferences.all.kendall { #expect(close(Correlations.kendall(pair.a, pair.b), pair.tau)) }
        #expect(Correlations.kendall([1, 1], [1, 2]) == nil)
        #expect(Correlations.pearson([0.1, 0.1, 0.1], [1, 2, 3]) == nil)
        #expect(close(Correlations.pearson([1e300, -1e300, 5e299], [2, -2, 1]), 1))
    }

    @Test func `row weights count in areas, losses and stacking; intervals are then undefined`() throws {
        let weighted = EnsembleReferences.all.weighted
        let experiment = try ensemble(csv(columns + [("weight", weighted.weights.map { "\($0)" })]), steps: 100)
        let table = try experiment.table("ensembles")
        for (method, area) in weighted.auc {
            let row = try #require(table.rows.firstIndex { $0[0] == .text(method) })
            #expect(close(table.numbers("auc")[row], area), "\(method)")
            #expect(table.rows[row][2] == .none)
        }
        #expect(close(table.numbers("logLoss")[0], weighted.logLoss))
        #expect(experiment.results().warnings.contains { $0.contains("DeLong's intervals are undefined") })
    }

    @Test func `splits: divergence over classes, or over models with one column each`() throws {
        let split = EnsembleReferences.all.split
        var columns = [("label", split.labels.map { "c\($0)" }), ("split", split.second.map { $0 ? "test" : "train" })]
        for (model, rows) in split.scores.enumerated() {
            for c in 0..<3 { columns.append(("net\(model)_c\(c)", rows.map { "\($0[c])" })) }
        }
        let experiment = try ensemble(csv(columns), ["collapse": .text("c1")], steps: 100)
        for (got, want) in zip(try experiment.table("divergences").numbers("divergence"), split.divergence) { #expect(close(got, want)) }
        for (got, want) in zip(try experiment.table("members").numbers("auc"), split.auc) { #expect(close(got, want)) }
        #expect(try experiment.table("members").rows.map { $0[0] } == ["net0", "net1", "net2"].map { .text($0) })
        let results = experiment.results()
        #expect(close(results.number("divergence"), split.divergence.max() ?? .nan))
        #expect(results.number("adversarialAuc") != nil)
        #expect(results.text("splitColumn") == "split")
        let single = try ensemble(
            csv(columns), ["collapse": .text("c1"), "scores": .text("net0_c1,net1_c1,net2_c1"), "split": .text("split")], steps: 0)
        for (got, want) in zip(try single.table("divergences").numbers("divergence"), split.single) { #expect(close(got, want)) }
    }
}

@Suite struct EnsembleTests {
    @Test(arguments: [0, 0.3, 0.82, 1], [0, 1]) func `simulated models have the recorded areas whatever they have in common`(
        rho: Double, distortion: Double
    ) throws {
        let experiment = try drive(
            ClassifierEnsemble.self, ["rho": .real(rho), "distortion": .real(distortion), "rows": .integer(400)], steps: 0)
        for (got, model) in zip(try experiment.table("members").numbers("auc"), WinningSolution.models) {
            // 60 times 340 pairs.
            #expect(abs((got ?? 0) - model.areas[0]) <= 1 / 20_400.0 + 1e-15)
        }
        #expect(abs((experiment.results().number("errorCorrelation") ?? 2) - rho) < 0.06)
    }

    @Test func `diversity buys AUC: the less errors correlate, the more an average gains`() throws {
        var gains: [Double] = []
        for rho in [1.0, 0.9, 0.7, 0.4] {
            let results = try drive(ClassifierEnsemble.self, ["rho": .real(rho), "rows": .integer(400)], steps: 0).results()
            gains.append(try #require(results.number("gain")))
        }
        #expect(zip(gains, gains.dropFirst()).allSatisfy { $0 < $1 }, "\(gains)")
        #expect(gains[0] < 0.0005)
        let rho = try #require(ClassifierEnsemble.impliedCorrelation(.cvAll))
        #expect(close(ClassifierEnsemble.theoreticalArea(.cvAll, correlation: rho), 0.9845))
    }

    @Test func `ranks do not see a miscalibration that means do`() throws {
        func areas(_ distortion: Double) throws -> [Double?] {
            try drive(ClassifierEnsemble.self, ["distortion": .real(distortion), "rows": .integer(400)], steps: 0)
                .table("ensembles").numbers("auc")
        }
        let straight = try areas(0)
        let distorted = try areas(1)
        #expect(straight[4] == distorted[4])
        #expect(straight[0] != distorted[0])
    }

    @Test func `moving rho starts selection and stacking anew, as if it had been so from the start`() throws {
        var moved = try drive(ClassifierEnsemble.self, ["rows": .integer(300), "rounds": .integer(3)], steps: 8)
        try moved.apply(Change("rho", .real(0.5)))
        #expect(moved.results().number("rounds") == 0)
        _ = try moved.step(8)
        let fresh = try drive(
            ClassifierEnsemble.self, ["rows": .integer(300), "rounds": .integer(3), "rho": .real(0.5)], steps: 8)
        #expect(moved.results() == fresh.results())
        #expect(moved.tables() == fresh.tables())
        try moved.apply(Change("method", .text("stacking")))
        let stacked: Double? = try fresh.table("ensembles").numbers("auc")[7]
        #expect(stacked != nil && moved.results().number("auc") == stacked)
        #expect(throws: UserError.self) { try moved.apply(Change("rounds", .integer(3))) }
    }

    @Test func `rounds given one by one or all at once are the same, and go on alike after being encoded`() throws {
        let values: [String: Value] = ["data": .text("cancer"), "rounds": .integer(6), "correlation": .text("kendall")]
        let whole = try drive(ClassifierEnsemble.self, values, steps: 11, slice: 11)
        let single = try drive(ClassifierEnsemble.self, values, steps: 11, slice: 1)
        #expect(whole.results() == single.results() && whole.tables() == single.tables())
        for steps in [0, 3, 8, 11] {
            var original = try drive(ClassifierEnsemble.self, values, steps: steps)
            let code = try JSONEncoder().encode(original)
            var copy = try JSONDecoder().decode(ClassifierEnsemble.self, from: code)
            #expect(copy.results() == original.results())
            _ = try original.step(4)
            _ = try copy.step(4)
            #expect(copy.tables() == original.tables())
        }
    }

    @Test func `telling splits apart: near one half for the same rows twice, near one for shifted scores`() throws {
        var stream = RandomStream(seed: 9, purpose: "test")
        func adversarial(shift: Double) throws -> ClassifierEnsemble {
            var rows = "label,split,a,b\n"
            for row in 0..<400 {
                let isTest = row % 2 == 1
                let a = logistic(stream.normal() + (isTest ? shift : 0))
                rows += "\(row / 2 % 2),\(isTest ? "test" : "train"),\(a),\(logistic(stream.normal()))\n"
            }
            return try ensemble(rows, ["rounds": .integer(1)], steps: 100)
        }
        let alike = try adversarial(shift: 0)
        #expect(abs((alike.results().number("adversarialAuc") ?? 0) - 0.5) < 0.1)
        let apart = try adversarial(shift: 3)
        #expect(apart.results().number("adversarialAuc") ?? 0 > 0.95)
        let importances = try apart.table("adversarial").numbers("importance")
        #expect(importances[0] ?? 0 > 0.3)
        #expect(abs(importances[1] ?? 1) < 0.05)
    }

    @Test func `the recorded table is the published one`() throws {
        let table = try drive(ClassifierEnsemble.self, ["rows": .integer(100)], steps: 0).table("recorded")
        #expect(table.rows.count == 19)
        #expect(table.numbers("cvAll").compactMap { $0 }.max() == 0.9845)
        // Column sums of the published table in ten-thousandths.
        func sum(_ column: String) -> Int { table.numbers(column).dropLast().reduce(0) { $0 + Int((($1 ?? 0) * 10000).rounded()) } }
        #expect(WinningSolution.Column.allCases.map { sum($0.rawValue) } == [175_588, 169_111, 167_193, 166_334])
    }

    @Test func `what cannot be averaged is refused, and says why`() {
        func refuse(_ text: String, _ values: [String: Value] = [:]) -> String { sentence { _ = try ensemble(text, values) } }
        let good = "label,split,a,b\n0,x,0.5,0.5\n1,y,0.5,0.75\n"
        #expect(refuse("label,a\n0,0.5\n1,0.7\n").contains("one score column, “a”; an ensemble needs at least two models"))
        #expect(
            refuse("label,a,b\n1,0.5,0.5\n1,0.7,0.5\n")
                == "file.csv, column “label”: no row is “0”; an AUC needs both classes")
        #expect(refuse("label,a,b\n0,0.5,0.5\n1,nan,0.5\n").hasPrefix("file.csv, line 3, column “a”"))
        #expect(refuse("label,split,a,b\n0,x,0.5,0.5\n1,y,0.5,0.5\n1,z,0.5,0.5\n", ["split": .text("split")]).contains("has 3 values"))
        #expect(refuse(good, ["weights": .text("1,2,3")]).contains("3 given for 2 models"))
        #expect(refuse(good, ["weights": .text("0,0")]).contains("not all 0"))
        #expect(refuse(good, ["weights": .text("1,-1")]).contains("at least 0"))
        #expect(refuse("label,weight,a,b\n0,0,0.5,0.5\n1,1,0.5,0.5\n").contains("every row of class “0” weighs 0"))
        #expect(refuse("label,x,y,z\nx,0.5,0.2,0.3\ny,0.5,0.2,0.3\nz,0.5,0.2,0.3\n").contains("one score column for each of 3 classes"))
        let many = "label,m_x,m_y,m_z,n_x,n_y,n_z\nx,1,0,0,1,0,0\ny,0,1,0,0,1,0\nz,0,0,1,0,0,1\n"
        #expect(refuse(many).contains("set collapse to the class that counts as positive"))
        #expect(refuse(many, ["collapse": .text("w")]) == "collapse: “w” is no class; there are “x”, “y”, “z”")
        #expect(sentence { _ = try drive(ClassifierEnsemble.self, ["data": .text("nosuch")], steps: 0) }.contains("nosuch"))
    }

    @Test func `scores that are not probabilities still give ranks, means and stacking`() throws {
        let experiment = try ensemble("label,a,b\n0,-5,2\n1,3,4\n0,1,1\n1,2,-3\n0,-1,0.5\n1,7,7\n", ["rounds": .integer(2)], steps: 100)
        let table = try experiment.table("ensembles")
        #expect(table.rows[2][1] == .none && table.rows[3][1] == .none)
        #expect(table.numbers("auc")[4] != nil && table.numbers("auc")[7] != nil)
        #expect(table.rows[0][5] == .none)
        #expect(experiment.results().warnings.contains { $0.contains("line 2, column “a”: -5.0 is not a probability") })
        for figure in ClassifierEnsemble.card.figures { #expect(experiment.figure(figure.id).id == figure.id) }
    }

    @Test func `two rows are enough, constant scores too`() throws {
        let experiment = try ensemble("label,split,a,b\n0,x,0.5,0.5\n1,y,0.5,0.75\n", steps: 100)
        #expect(experiment.results().number("bestAuc") == 1)
        #expect(experiment.results()["low"] == ResultValue.none)
        #expect(try experiment.table("pearson").rows[0][1] == .none)
        for figure in ClassifierEnsemble.card.figures { #expect(experiment.figure(figure.id).id == figure.id) }
    }
}
