import Engine
import Foundation
import Plotting
import Testing

@testable import Classification

/// Values made by `Tests/References/classification/ablation.py` with SciPy 1.17 and statsmodels 0.15.
private struct AblationReferences: Decodable {
    struct Row: Decodable {
        var arm: String
        var fold: Int
        var seed: Int
        var value: Double

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            arm = try container.decode(String.self)
            fold = try container.decode(Int.self)
            seed = try container.decode(Int.self)
            value = try container.decode(Double.self)
        }
    }
    struct Summary: Decodable {
        var mean: [Double]
        var sd: [Double]
    }
    var rows: [Row]
    var cases: [String: [[Double]]]
    var summary: Summary
    var recorded: [String: [String: [Double]]]

    static func read() throws -> AblationReferences {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "ablation.json")
        return try JSONDecoder().decode(AblationReferences.self, from: try Data(contentsOf: path))
    }
}

private func ablation(_ text: String, _ values: [String: Value] = [:]) throws -> ClassifierAblation {
    var values = values
    values["data"] = .text("file.csv")
    return try drive(ClassifierAblation.self, values, inputs: ["data": Input(name: "file.csv", bytes: Array(text.utf8))])
}

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}

extension ClassifierAblation {
    func table(_ name: String) throws -> Table { try #require(tables().first { $0.name == name }) }
    fileprivate func row(_ arm: String) throws -> Int {
        try #require(try table("ablation").rows.firstIndex { $0[0] == .text(arm) })
    }
}

@Suite struct AblationTests {
    @Test(arguments: ["plain", "corrected"]) func `paired differences, intervals and Holm's p-values are SciPy's`(interval: String) throws {
        let reference = try AblationReferences.read()
        // Rows in another order within an arm: pairs go by fold and seed, not by place.
        let rows = reference.rows.enumerated().sorted {
            ($0.element.fold * $0.offset % 7, $0.offset) < ($1.element.fold * $1.offset % 7, $1.offset)
        }
        let text =
            "arm,fold,seed,auc\n" + rows.map { "\($0.element.arm),\($0.element.fold),\($0.element.seed),\($0.element.value)\n" }.joined()
        let experiment = try ablation(text, ["interval": .text(interval), "baseline": .text("baseline")])
        let table = try experiment.table("ablation")
        for (place, name) in ["baseline", "small", "noisy", "plain"].enumerated() {
            let row = try experiment.row(name)
            #expect(close(table.numbers("aucMean")[row], reference.summary.mean[place]))
            #expect(close(table.numbers("aucSd")[row], reference.summary.sd[place]))
            guard place > 0 else {
                #expect(table.rows[row][3] == .none)
                continue
            }
            let wanted = try #require(reference.cases[interval])[place - 1]
            for (index, column) in ["delta", "deltaLow", "deltaHigh", "pValue", "pHolm"].enumerated() {
                #expect(
                    close(table.numbers(column)[row], wanted[index], 1e-11), "\(name) \(column): \(table.rows[row]), expected \(wanted)")
            }
            #expect(table.numbers("pairs")[row] == 10)
        }
    }

    @Test func `recorded arms are compared by Welch's test, and two baselines over again are flagged`() throws {
        var experiment = try drive(ClassifierAblation.self, ["data": .text("melanoma")])
        for (metric, arms) in try AblationReferences.read().recorded {
            try experiment.apply(Change("metric", .text(metric)))
            let table = try experiment.table("ablation")
            for (arm, wanted) in arms {
                let row = try experiment.row(arm)
                for (index, column) in ["delta", "deltaLow", "deltaHigh", "pValue"].enumerated() {
                    #expect(close(table.numbers(column)[row], wanted[index], 1e-11), "\(metric) \(arm) \(column)")
                }
            }
        }
        let table = try experiment.table("ablation")
        let flagged = table.rows.filter { $0[10] != .text("") }
        #expect(flagged.map { $0[0] } == ["dropout-layers 1", "dropout-layers 3"].map { .text($0) })
        #expect(flagged.allSatisfy { $0[10] == .text("same configuration and results as baseline") })
        #expect(flagged.allSatisfy { $0[7] != .text("nothing") })
        let warmUp = table.rows[try experiment.row("no-warmup")][7]
        guard case .text(let words) = warmUp else { return #expect(Bool(false), "changed is text") }
        #expect(words.hasPrefix("schedule = constant, peakRate = 3e-5"))
        #expect(experiment.results().warnings.contains { $0.contains("2 arms are another over again") })
        #expect(table.rows.count == 17)
    }

    @Test func `metric and baseline are live, unknown ones are refused and change nothing`() throws {
        var experiment = try drive(ClassifierAblation.self, ["data": .text("melanoma")])
        #expect(experiment.results().text("worst") == "no-pretraining")
        #expect(try experiment.table("ablation").numbers("delta")[try experiment.row("no-external-data")] == nil)
        try experiment.apply(Change("metric", .text("auc2020")))
        #expect(close(try experiment.table("ablation").numbers("delta")[try experiment.row("no-external-data")], 0.8876 - 0.9099))
        let before = experiment.tables()
        #expect(sentence { try experiment.apply(Change("metric", .text("f1"))) } == "metric: “f1” is none of “auc”, “auc2020”")
        #expect(sentence { try experiment.apply(Change("baseline", .text("x"))) }.hasPrefix("baseline: “x” is none of"))
        #expect(experiment.tables() == before)
        try experiment.apply(Change("baseline", .text("metadata")))
        #expect(experiment.results().text("baseline") == "metadata")
        #expect(throws: UserError.self) { try experiment.apply(Change("arms", .text("metadata"))) }
        let copy = try JSONDecoder().decode(ClassifierAblation.self, from: try JSONEncoder().encode(experiment))
        #expect(copy.tables() == experiment.tables() && copy.results() == experiment.results())
    }

    @Test func `configurations are told by their columns, and copies by configuration or by results`() throws {
        let text = """
            arm,fold,lr,layers,auc
            base,1,0.1,2,0.9
            base,2,0.1,2,0.8
            low,1,0.01,2,0.85
            low,2,0.01,2,0.7
            again,1,0.1,2,0.91
            again,2,0.1,2,0.8
            silent,1,0.1,3,0.9
            silent,2,0.1,3,0.8

            """
        let experiment = try ablation(text, ["metrics": .text("auc")])
        let table = try experiment.table("ablation")
        #expect(table.rows.map { $0[7] } == ["the baseline", "lr = 0.01", "nothing", "layers = 3"].map { .text($0) })
        #expect(
            table.rows.map { $0[10] } == ["", "", "same configuration as base", "same results as base"].map { .text($0) })
        #expect(table.numbers("pValue")[3] == 1)
        #expect(try experiment.table("configurations").columns == ["arm", "lr", "layers"])
        #expect(experiment.results().text("pairing") == "paired by fold and seed")
        for figure in ClassifierAblation.card.figures { #expect(experiment.figure(figure.id).id == figure.id) }
    }

    @Test func `what has no partner is left out of differences, and said`() throws {
        let experiment = try ablation("arm,fold,auc\na,1,0.5\na,2,0.75\nb,1,0.625\nb,3,1\n")
        let table = try experiment.table("ablation")
        #expect(table.numbers("delta")[1] == 0.125 && table.numbers("pairs")[1] == 1)
        #expect(table.rows[1][4] == .none)
        #expect(experiment.results().warnings.contains { $0.contains("1 measurements have no partner") })
        let unpaired = try ablation("arm,auc\na,0.5\na,0.75\nb,0.625\nb,1\n")
        #expect(unpaired.results().text("pairing") == "unpaired (Welch)")
        #expect(try unpaired.table("ablation").numbers("delta")[1] == 0.1875)
    }

    @Test func `what cannot be compared is refused with file, line and column`() {
        func refuse(_ text: String, _ values: [String: Value] = [:]) -> String { sentence { _ = try ablation(text, values) } }
        #expect(
            refuse("arm,fold,auc\na,1,0.5\na,1,0.6\nb,1,0.5\n") == "file.csv, line 3, column “arm”: arm “a”, fold 1, is already on line 2")
        #expect(refuse("arm,fold,auc\na,1,0.5\nb,1,nan\n").hasPrefix("file.csv, line 3, column “auc”"))
        #expect(refuse("arm,fold,auc\na,1,0.5\nb,1,inf\n") == "file.csv, line 3, column “auc”: inf is not a finite number")
        #expect(refuse("arm,fold,auc\na,1,0.5\na,2,0.5\n").contains("has one arm, “a”"))
        #expect(refuse("x,fold,auc\na,1,0.5\nb,1,0.5\n").hasPrefix("file.csv has no column called arm"))
        #expect(refuse("arm,fold,lr,auc\na,1,1,0.5\na,2,2,0.5\n").contains("line 3, column “lr”: arm “a” has “2” here and “1” before"))
        #expect(refuse("arm,fold,auc\na,1,0.5\nb,1,0.5\n", ["metrics": .text("auv")]).contains("did you mean “auc”?"))
        #expect(refuse("arm,fold,auc\na,1,0.5\nb,1,0.5\n", ["arms": .text("a,c")]) == "arms: “c” is none of “a”, “b”")
        #expect(refuse("arm,fold,word\na,1,x\nb,1,y\n").contains("no column of numbers"))
        #expect(refuse("arm,fold,auc\n,1,0.5\nb,1,0.5\n").contains("line 2, column “arm”: the arm is missing"))
    }
}
