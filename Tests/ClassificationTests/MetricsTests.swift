import Engine
import Foundation
import Kernels
import Plotting
import Testing

@testable import Classification

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}

@Suite struct MetricsInputTests {
    @Test func `bad cells are refused with file, line and column`() {
        func refuse(_ text: String, _ values: [String: Value] = [:]) -> String { sentence { _ = try metrics(text, values) } }
        #expect(
            refuse("label,score\n0,0.5\n1,nan\n")
                == "file.csv, line 3, column “score”: “nan” stands for a missing number; expected a number")
        #expect(refuse("label,score\n0,0.5\n1,inf\n") == "file.csv, line 3, column “score”: the score is inf; expected a finite number")
        #expect(refuse("label,score\n0,0.5\n,0.7\n") == "file.csv, line 3, column “label”: the label is missing")
        #expect(refuse("label,score\n0,0.5\n1\n") == "file.csv, line 3: 1 field, expected 2")
        #expect(refuse("id,label,score\na,0,0.5\na,1,0.5\n") == "file.csv, line 3, column “id”: the id “a” is already on line 2")
        #expect(refuse("label,score,weight\n0,0.5,1\n1,0.5,-1\n").contains("file.csv, line 3, column “weight”: the weight -1.0"))
        #expect(refuse("a,b\n0,0.5\n1,0.5\n").hasPrefix("file.csv has no column called label"))
        #expect(
            refuse("label,name\n0,x\n1,y\n")
                == "file.csv has no column of scores beside “label”: file.csv, line 2, column “name”: “x” is not a number; set scores to name one"
        )
        // A score column with a stray word is not passed over, whether or not it is the only one.
        let stray = "file.csv, line 3, column “score”: “oops” is not a number; set scores to name the score columns if this is none"
        #expect(refuse("label,score\n0,0.5\n1,oops\n") == stray)
        #expect(refuse("label,score,other\n0,0.5,0.1\n1,oops,0.2\n") == stray)
        #expect(refuse("label,score;x\n0,0.5;1\n1,0.5;1\n") != "no error")
        #expect(refuse("label;score\n0;0,5\n1;0,7\n").contains("line 2, column “score”: “0,5” is not a number; write it with a point"))
        // Words that are none of scores are left alone.
        #expect(refuse("label,score,site\n0,0.5,arm\n1,0.5,leg\n") == "no error")
        #expect(refuse("label,score\n0,0.5\n1,0.5\n", ["scores": .text("scor")]).contains("did you mean “score”?"))
        #expect(refuse("label,score\n0,0.5\n1,0.5\n", ["positive": .text("2")]).contains("positive: “2” is no class"))
        #expect(refuse("label,0,1\n0,0.5,0.5\n1,0.5,0.5\n2,0.1,0.2\n").contains("no score column for class “2”, first on line 4"))
        #expect(refuse("label,score\n0,0.5\n1,0.5\n", ["resampling": .text("group")]).contains("needs a group column"))
        #expect(refuse("").contains("is empty"))
    }

    @Test func `inline lists are checked alike`() {
        func refuse(_ labels: String, _ scores: String) -> String {
            sentence { _ = try drive(ClassifierMetrics.self, ["labels": .text(labels), "scores": .text(scores)], steps: 0) }
        }
        #expect(refuse("0,1,1", "0.1,0.2") == "scores has 2 items, labels has 3; expected as many")
        #expect(refuse("0,1", "0.1,nan") == "scores: item 2 is nan; expected finite numbers")
        #expect(refuse("0,1", "0.1,x").contains("item 2, “x”, is not a number"))
        #expect(refuse("0,1", "").contains("scores must be too"))
        #expect(refuse("0,1,2", "0.1,0.2,0.3").contains("3 classes"))
    }

    @Test func `tables are joined by id, in any order of rows`() throws {
        let inputs = [
            "data": Input(name: "a.csv", bytes: Array("id,label,score\nx,0,0.1\ny,1,0.9\nz,0,0.3\n".utf8)),
            "data2": Input(name: "b.csv", bytes: Array("id,score,label\nz,0.2,0\nx,0.4,0\ny,0.3,1\n".utf8)),
        ]
        let values: [String: Value] = ["data": .text("a.csv"), "data2": .text("b.csv")]
        let experiment = try drive(ClassifierMetrics.self, values, steps: 0, inputs: inputs)
        #expect(experiment.analysis.predictions.columns == ["score", "b:score"])
        #expect(experiment.analysis.predictions.scores(1) == [0.4, 0.3, 0.2])
        var other = inputs
        other["data2"] = Input(name: "b.csv", bytes: Array("id,score\nz,0.2\nx,0.4\nw,0.3\n".utf8))
        #expect(
            sentence { _ = try drive(ClassifierMetrics.self, values, steps: 0, inputs: other) }
                == "b.csv, line 4, column “id”: the id “w” is not in a.csv")
        other["data2"] = Input(name: "b.csv", bytes: Array("id,score\nz,0.2\nx,0.4\n".utf8))
        #expect(
            sentence { _ = try drive(ClassifierMetrics.self, values, steps: 0, inputs: other) }
                == "a.csv, line 3, column “id”: the id “y” is not in b.csv")
    }

    @Test func `what is not a probability leaves calibration undefined and says where`() throws {
        let results = try metrics("label,score\n0,0.5\n1,1.5\n").results()
        #expect(results["brier"] == ResultValue.none)
        #expect(results.number("auc") == 1)
        #expect(results.warnings.contains { $0.hasPrefix("file.csv, line 3, column “score”: 1.5 is not a probability") })
    }

    @Test func `one class only gives nulls with a warning, not a crash`() throws {
        for label in ["0", "1", "cat"] {
            let experiment = try metrics("label,score\n\(label),0.5\n\(label),0.25\n", steps: 3)
            let results = experiment.results()
            #expect(results["auc"] == ResultValue.none)
            #expect(results.warnings.contains { $0.contains("all rows are of one class") })
            for figure in ClassifierMetrics.card.figures { #expect(experiment.figure(figure.id).id == figure.id) }
            _ = experiment.tables()
        }
    }

    @Test func `one row is enough for a report`() throws {
        let results = try metrics("label,score\n1,0.5\n", steps: 2).results()
        #expect(results.number("tp") == 1)
        #expect(results.number("brier") == 0.25)
    }

    @Test func `the positive class is told when it was chosen for the user`() throws {
        let results = try metrics("label,score\nsick,0.5\nwell,0.25\n").results()
        #expect(results.text("positiveClass") == "well")
        #expect(results.warnings.contains { $0.contains("“well” was taken for the positive class") })
        let chosen = try metrics("label,score\nsick,0.5\nwell,0.25\n", ["positive": .text("sick")]).results()
        #expect(chosen.text("positiveClass") == "sick")
        #expect(!chosen.warnings.contains { $0.contains("was taken") })
        #expect(try metrics("label,score\n0.0,0.5\n1.0,0.75\n").results().warnings.contains { $0.contains("was taken") } == false)
    }

    @Test func `several classes collapse to one question`() throws {
        let text = "label,a,b,c\na,0.7,0.2,0.1\nb,0.3,0.6,0.1\nc,0.2,0.2,0.6\na,0.4,0.5,0.1\n"
        let one = try metrics(text, ["collapse": .text("a")])
        #expect(one.analysis.predictions.scores(0) == [0.7, 0.3, 0.2, 0.4])
        #expect(one.results().number("positives") == 2)
        let two = try metrics(text, ["collapse": .text("a, b")])
        #expect(zip(two.analysis.predictions.scores(0), [0.9, 0.9, 0.4, 0.9]).allSatisfy { abs($0 - $1) < 1e-15 })
        #expect(two.results().text("positiveClass") == "a+b")
        #expect(sentence { _ = try metrics(text, ["collapse": .text("d")]) }.contains("collapse: “d” is no class"))
    }
}

@Suite struct MetricsLawTests {
    @Test func `replicates spread over the cores are those drawn one by one, band included`() throws {
        let together = try drive(ClassifierMetrics.self, ["bootstrap": .integer(250)], slice: 250)
        let single = try drive(ClassifierMetrics.self, ["bootstrap": .integer(250)], slice: 1)
        #expect(together.replicates.values == single.replicates.values && together.replicates.band == single.replicates.band)
        #expect(together.replicates.count == 250 && together.results() == single.results())
    }

    @Test func `replicates do not depend on slices, and fewer are the first of more`() throws {
        let whole = try drive(ClassifierMetrics.self, ["bootstrap": .integer(24)], slice: 100)
        let single = try drive(ClassifierMetrics.self, ["bootstrap": .integer(24)], slice: 1)
        #expect(whole.replicates.values == single.replicates.values)
        #expect(whole.results() == single.results())
        let fewer = try drive(ClassifierMetrics.self, ["bootstrap": .integer(10)])
        #expect(Array(whole.replicates.values[0].array.prefix(10)) == fewer.replicates.values[0].array)
        let other = try drive(ClassifierMetrics.self, ["bootstrap": .integer(10)], seed: 43)
        #expect(other.replicates.values != fewer.replicates.values)
    }

    @Test func `decoded from its encoding, it goes on alike`() throws {
        for data in ["cancer", "digits"] {
            var original = try drive(ClassifierMetrics.self, ["data": .text(data), "bootstrap": .integer(9)], steps: 4)
            try original.apply(Change("threshold", .real(0.3)))
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let code = try encoder.encode(original)
            var copy = try JSONDecoder().decode(ClassifierMetrics.self, from: code)
            #expect(try encoder.encode(copy) == code)
            _ = try original.step(5)
            _ = try copy.step(5)
            #expect(copy.results() == original.results())
            #expect(copy.tables() == original.tables())
        }
    }

    @Test func `numbers survive packing bit for bit`() {
        let values = [0, -0.0, 1.5, .infinity, -.infinity, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        for count in 0...values.count {
            let bits = values.prefix(count).map(\.bitPattern)
            #expect(Packing.integers(Packing.text(bits), count: count, as: UInt64.self) == bits)
        }
        #expect(Packing.integers("****", count: 1, as: UInt16.self) == nil)
        #expect(Packing.integers("AAA", count: 1, as: UInt16.self) == nil)
    }

    @Test func `live parameters move what they should and nothing else`() throws {
        var experiment = try drive(ClassifierMetrics.self, ["bootstrap": .integer(5)])
        let before = experiment.results()
        try experiment.apply(Change("threshold", .real(0.9)))
        let after = experiment.results()
        #expect(after.number("tp") ?? 0 < before.number("tp") ?? 0)
        #expect(after.number("auc") == before.number("auc"))
        #expect(after.number("brier") == before.number("brier"))
        try experiment.apply(Change("threshold", .real(0.5)))
        #expect(experiment.results() == before)
        try experiment.apply(Change("prevalence", .real(0.05)))
        let rare = experiment.results()
        #expect(rare.number("sensitivity") == before.number("sensitivity"))
        #expect(rare.number("precision") ?? 1 < before.number("precision") ?? 0)
        try experiment.apply(Change("prevalence", .real(212.0 / 569)))
        #expect(close(experiment.results().number("precision"), before.number("precision") ?? 0))
        #expect(close(experiment.results().number("averagePrecision"), before.number("averagePrecision") ?? 0))
        #expect(throws: UserError.self) { try experiment.apply(Change("bins", .integer(3))) }
    }

    @Test func `least cost is found among all thresholds`() throws {
        var stream = RandomStream(seed: 3, purpose: "test")
        for _ in 0..<30 {
            let labels = (0..<25).map { _ in stream.uniform() < 0.4 ? 1 : 0 } + [0, 1]
            let scores = labels.map { _ in Double(Int(stream.uniform() * 12)) / 12 }
            var experiment = try drive(
                ClassifierMetrics.self, ["labels": .text(list(labels)), "scores": .text(list(scores))], steps: 0)
            for (a, b) in [(1.0, 1.0), (5, 1), (1, 7), (0, 1)] {
                try experiment.apply(Change("costFalsePositive", .real(a)))
                try experiment.apply(Change("costFalseNegative", .real(b)))
                let curve = experiment.analysis.curve
                let least = (0...curve.count).map { curve.confusion(at: $0).cost(falsePositive: a, falseNegative: b) }.min()
                #expect(close(experiment.results().number("minimumCost"), least ?? .nan))
            }
        }
    }

    @Test func `the area does not change when scores are mapped monotonically, and flips when they are negated`() {
        var stream = RandomStream(seed: 5, purpose: "test")
        for _ in 0..<50 {
            let isPositive = (0..<40).map { _ in stream.uniform() < 0.3 } + [true, false]
            let scores = isPositive.map { _ in Double(Int(stream.uniform() * 20)) / 20 }
            let area = ScoreCurve(scores: scores, isPositive: isPositive).area ?? .nan
            #expect(ScoreCurve(scores: scores.map { $0 * 1e200 - 3 }, isPositive: isPositive).area ?? .nan <= 1)
            #expect(ScoreCurve(scores: scores.map { $0 * 4 + 1 }, isPositive: isPositive).area == area)
            #expect(close(ScoreCurve(scores: scores.map { -$0 }, isPositive: isPositive).area, 1 - area))
            // Counting pairs is the definition.
            var pairs = 0.0
            var count = 0.0
            for i in scores.indices where isPositive[i] {
                for j in scores.indices where !isPositive[j] {
                    pairs += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
                    count += 1
                }
            }
            #expect(area == pairs / count)
        }
    }

    @Test func `resampled counts give the area of the resampled rows`() throws {
        // The replicate's own area, recomputed by sorting the rows it drew.
        let labels = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1]
        let scores = [0.1, 0.4, 0.4, 0.8, 0.3, 0.3, 0.6, 0.6, 0.2, 0.9]
        let isPositive = labels.map { $0 == 1 }
        let curve = ScoreCurve(scores: scores, isPositive: isPositive)
        let strata = [labels.indices.filter { labels[$0] == 0 }, labels.indices.filter { labels[$0] == 1 }].map { $0.map { Int32($0) } }
        for resampling in [AreaBootstrap.Resampling.strata(strata), .groups([0, 0, 1, 1, 2, 2, 3, 3, 4, 4], count: 5)] {
            let bootstrap = AreaBootstrap(
                resampling: resampling, rowCount: 10, weights: nil, targets: [.init(curve, isPositive: isPositive)], statistics: [[1]],
                banded: nil, seed: 1)
            var replicates = AreaBootstrap.Replicates(values: [Column()])
            var scratch = bootstrap.scratch()
            for number in 0..<40 {
                bootstrap.replicate(number, &replicates, &scratch)
                #expect(scratch.counts.reduce(0, +) == 10)
                let rows = labels.indices.flatMap { row in Array(repeating: row, count: Int(scratch.counts[row])) }
                let area = ScoreCurve(scores: rows.map { scores[$0] }, isPositive: rows.map { isPositive[$0] }).area
                if let area { #expect(replicates.values[0].last == area) } else { #expect(replicates.values[0].last?.isNaN == true) }
            }
        }
    }

    @Test func `the bootstrap's interval agrees with DeLong's where both hold`() throws {
        // 400 rows of overlapping normal scores: both are large-sample intervals of the same standard error.
        var stream = RandomStream(seed: 9, purpose: "test")
        let labels = (0..<400).map { $0 % 2 }
        let scores = labels.map { stream.normal() + Double($0) }
        let results = try drive(
            ClassifierMetrics.self, ["labels": .text(list(labels)), "scores": .text(list(scores)), "bootstrap": .integer(1000)]
        ).results()
        let width = (results.number("aucDeLongHigh") ?? 0) - (results.number("aucDeLongLow") ?? 0)
        #expect(width > 0.05)
        for (boot, deLong) in [("aucBootLow", "aucDeLongLow"), ("aucBootHigh", "aucDeLongHigh"), ("aucBcaLow", "aucDeLongLow")] {
            #expect(abs((results.number(boot) ?? 9) - (results.number(deLong) ?? 0)) < width * 0.12, "\(boot)")
        }
    }

    @Test func `leaving out a group by subtraction is leaving it out`() {
        let labels = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1]
        let scores = [0.1, 0.4, 0.4, 0.8, 0.3, 0.3, 0.6, 0.6, 0.2, 0.9]
        let groups: [Int32] = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3]
        let isPositive = labels.map { $0 == 1 }
        let curve = ScoreCurve(scores: scores, isPositive: isPositive)
        let areas = Jackknife.areas(curve, isPositive: isPositive, groups: groups, groupCount: 4)
        for g in 0..<4 {
            let rows = labels.indices.filter { Int(groups[$0]) != g }
            #expect(close(areas[g], ScoreCurve(scores: rows.map { scores[$0] }, isPositive: rows.map { isPositive[$0] }).area ?? .nan))
        }
        let placements = curve.placements(isPositive: isPositive)
        let left = Jackknife.areas(area: curve.area ?? .nan, placements: placements, isPositive: isPositive)
        for (i, row) in labels.indices.filter({ isPositive[$0] }).enumerated() {
            let rows = labels.indices.filter { $0 != row }
            #expect(close(left[0][i], ScoreCurve(scores: rows.map { scores[$0] }, isPositive: rows.map { isPositive[$0] }).area ?? .nan))
        }
    }

    @Test func `areas of 200,000 rows do not overflow and sorted scores of any bits are ordered`() {
        // 100,000 x 100,000 pairs are 10¹⁰, beyond 32 bits: a well-known package went wrong from 144,720 rows.
        let count = 200_000
        let scores = (0..<count).map { Double($0) }
        let isPositive = (0..<count).map { $0 % 2 == 1 }
        #expect(close(ScoreCurve(scores: scores, isPositive: isPositive).area, 0.500005))
        #expect(ScoreCurve(scores: scores, isPositive: scores.map { $0 >= 100_000 }).area == 1)
    }

    @Test func `decimals lie on their decimal edges`() {
        for count in [10, 20, 15, 100] {
            for k in 1..<count {
                let edge = Double(k) / Double(count)
                #expect(Calibration.bin(of: edge, among: count, isRightClosed: true) == k - 1)
                #expect(Calibration.bin(of: edge, among: count, isRightClosed: false) == k)
                #expect(Calibration.bin(of: edge.nextUp, among: count, isRightClosed: true) == k)
                #expect(Calibration.bin(of: edge.nextDown, among: count, isRightClosed: false) == k - 1)
            }
        }
        #expect(Calibration.bin(of: 0.3, among: 10, isRightClosed: true) == 2)
        #expect(Calibration.bin(of: 0, among: 10, isRightClosed: true) == 0)
        #expect(Calibration.bin(of: 1, among: 10, isRightClosed: false) == 9)
    }

    @Test func `folds and subsets report their own areas`() throws {
        let text = "label,score,fold,split\n0,0.1,1,a\n1,0.2,1,a\n0,0.3,1,a\n1,0.4,2,b\n0,0.5,2,b\n1,0.6,2,b\n"
        let experiment = try metrics(text)
        #expect(try experiment.table("folds").numbers("auc") == [0.5, 0.5])
        #expect(try experiment.table("subsets").numbers("rows") == [3, 3])
        let results = experiment.results()
        #expect(results.number("foldMean") == 0.5)
        #expect(results.number("foldSd") == 0)
        // Ranks over 3 within folds: positives 2/3, 1/3, 1 against negatives 1/3, 1, 2/3 win 1.5 + 0.5 + 2.5 of 9 pairs.
        #expect(close(results.number("pooledRankAuc"), 4.5 / 9))
        #expect(try metrics(text, ["fold": .text("-")]).results()["foldMean"] == nil)
    }
}
