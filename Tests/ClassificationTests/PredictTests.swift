import Engine
import Foundation
import Kernels
import Plotting
import Testing

@testable import Classification

/// Values made by `Tests/References/classification/predict.py` with scikit-learn 1.9 and NumPy 2.4.
private struct PredictReferences: Decodable {
    var averaging: [[Double]]
    var results: [String: Double]
    var symmetries: [[Int]]

    static func read() throws -> PredictReferences {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "predict.json")
        return try JSONDecoder().decode(PredictReferences.self, from: try Data(contentsOf: path))
    }
}

private func predict(_ text: String, _ values: [String: Value] = [:], steps: Int = 0) throws -> ClassifierPredict {
    var values = values
    values["data"] = .text("file.csv")
    return try drive(ClassifierPredict.self, values, steps: steps, inputs: ["data": Input(name: "file.csv", bytes: Array(text.utf8))])
}

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}

extension ClassifierPredict {
    fileprivate func table(_ name: String) throws -> Table { try #require(tables().first { $0.name == name }) }
}

@Suite struct PredictTests {
    @Test func `every choice of folds and orientations: the means, least and greatest areas of all 7,905`() throws {
        let reference = try PredictReferences.read()
        let experiment = try drive(ClassifierPredict.self)
        let table = try experiment.table("averaging")
        #expect(table.rows.count == 40)
        for (row, wanted) in reference.averaging.enumerated() {
            for (place, column) in ["folds", "orientations", "choices"].enumerated() {
                #expect(table.numbers(column)[row] == wanted[place])
            }
            for (place, column) in ["aucMean", "aucLeast", "aucGreatest"].enumerated() {
                #expect(close(table.numbers(column)[row], wanted[place + 3]), "\(column) \(table.rows[row]), expected \(wanted)")
            }
        }
        let results = experiment.results()
        for (name, value) in reference.results { #expect(close(results.number(name), value, 1e-11), "\(name)") }
        #expect(results.number("choices") == 7905)
    }

    @Test func `symmetries turn a picture as NumPy does, are eight, and follow one another within the eight`() throws {
        let pictures = Symmetry.all.map { $0.applied(to: Array(0..<9), side: 3) }
        #expect(pictures == (try PredictReferences.read().symmetries))
        #expect(Set(pictures).count == 8)
        for a in Symmetry.all {
            for b in Symmetry.all { #expect(pictures.contains(b.applied(to: a.applied(to: Array(0..<9), side: 3), side: 3))) }
        }
        #expect(Symmetry(index: 0).applied(to: [Int](), side: 0) == [])
    }

    @Test func `probabilities are averaged over orientations, then over folds`() throws {
        let text = "label,f1_o0,f1_o1,f2_o0,f2_o1\n0,0.125,0.25,0.5,0.625\n1,0.5,0.75,1,0.25\n"
        let experiment = try predict(text, steps: 100)
        #expect(try experiment.table("predictions").numbers("score") == [0.375, 0.625])
        #expect(experiment.results().number("auc") == 1)
        #expect(try experiment.table("averaging").numbers("choices") == [4, 2, 2, 1])
        // The same columns in another order, by their names.
        let turned = try predict("label,f2_o1,f1_o1,f2_o0,f1_o0\n0,0.625,0.25,0.5,0.125\n1,0.25,0.75,1,0.5\n", steps: 100)
        #expect(try turned.table("columns").rows == experiment.table("columns").rows)
        // Without numbers in the names, by their order.
        let plain = try predict(
            "label,a,b,c,d\n0,0.125,0.25,0.5,0.625\n1,0.5,0.75,1,0.25\n", ["orientations": .integer(2)], steps: 100)
        #expect(try plain.table("averaging").rows == experiment.table("averaging").rows)
        #expect(plain.results().warnings.contains { $0.contains("taken in order") })
    }

    @Test func `when there are too many choices, some of every size are drawn`() throws {
        let values: [String: Value] = ["subsets": .integer(85)]
        let whole = try drive(ClassifierPredict.self, values, slice: 85)
        let single = try drive(ClassifierPredict.self, values, slice: 1)
        #expect(whole.results() == single.results() && whole.tables() == single.tables())
        let counts = try whole.table("averaging").numbers("choices").compactMap { $0 }
        #expect(counts.allSatisfy { $0 == 2 || $0 == 3 } && counts.reduce(0, +) == 85)
        let full = try whole.table("averaging").numbers("aucMean").last ?? nil
        #expect(close(full, whole.results().number("auc") ?? .nan))
    }

    @Test func `decoded from its encoding, it goes on alike`() throws {
        var original = try drive(ClassifierPredict.self, steps: 30)
        try original.apply(Change("orientation", .integer(3)))
        var copy = try JSONDecoder().decode(ClassifierPredict.self, from: try JSONEncoder().encode(original))
        _ = try original.step(20)
        _ = try copy.step(20)
        #expect(copy.tables() == original.tables())
        #expect(copy.results() == original.results())
        #expect(copy.shown == 3)
        #expect(throws: UserError.self) { try original.apply(Change("subsets", .integer(3))) }
    }

    @Test func `what cannot be averaged is refused, and says why`() {
        func refuse(_ text: String, _ values: [String: Value] = [:]) -> String { sentence { _ = try predict(text, values) } }
        #expect(
            refuse("label,f1_o0,f1_o1,f2_o0\n0,0.5,0.5,0.5\n1,0.5,0.5,0.5\n")
                == "file.csv: 0 columns for fold 2, orientation 1; expected one for each of 2 folds and 2 orientations")
        #expect(refuse("label,a,b,c\n0,0.5,0.5,0.5\n1,0.5,0.5,0.5\n").contains("has 3 score columns, no multiple of 8 orientations"))
        #expect(
            refuse("label,f1_o0,f1_o1\n0,0.5,0.5\n1,1.5,0.5\n")
                == "file.csv, line 3, column “f1_o0”: 1.5 is not a probability; probabilities are averaged, so every score must lie in [0, 1]"
        )
        #expect(refuse("label,f1_o0,f1_o1\n1,0.5,0.5\n1,0.5,0.5\n").contains("no row is “0”"))
        #expect(refuse("label,f1_o0,f1_o1\n0,0.5,nan\n1,0.5,0.5\n").hasPrefix("file.csv, line 2, column “f1_o1”"))
        #expect(refuse("label,0,1,2\n0,1,0,0\n1,0,1,0\n2,0,0,1\n").contains("set collapse and scores"))
    }

    @Test func `a single column is an average too, and every figure is drawn`() throws {
        for text in ["label,s\n0,0.5\n1,0.75\n", "label,weight,f1_o0,f1_o7\n0,1,0.5,0.25\n1,2,0.75,0.5\n"] {
            let experiment = try predict(text, ["orientations": .integer(1)], steps: 10)
            #expect(experiment.results().number("auc") == 1)
            for figure in ClassifierPredict.card.figures { #expect(experiment.figure(figure.id).id == figure.id) }
        }
    }
}
