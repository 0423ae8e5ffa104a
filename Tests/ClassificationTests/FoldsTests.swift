import Engine
import Foundation
import Kernels
import Plotting
import Testing

@testable import Classification

private func audited(_ text: String, _ values: [String: Value] = [:], steps: Int = .max) throws -> ClassifierFolds {
    var values = values
    values["data"] = .text("rows.csv")
    return try drive(ClassifierFolds.self, values, steps: steps, inputs: ["data": Input(name: "rows.csv", bytes: Array(text.utf8))])
}

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch { return "\(error)" }
}

extension ClassifierFolds {
    fileprivate func table(_ name: String) throws -> Table { try #require(tables().first { $0.name == name }) }
}

/// Twelve rows of four patients with two positives, in two given folds that share patient b.
private let small = """
    id,label,patient,fold,x
    r1,0,a,1,0
    r2,1,a,1,0.1
    r3,0,a,1,0.2
    r4,0,b,1,5
    r5,1,b,2,5.0001
    r6,0,b,2,7
    r7,0,c,2,9
    r8,0,c,2,9.5
    r9,0,c,2,10
    r10,0,d,1,20
    r11,0,d,1,21
    r12,0,d,1,22

    """

@Suite struct FoldsTests {
    @Test func `the simulated population has the shape of the melanoma data, to the row`() throws {
        let results = try drive(ClassifierFolds.self, steps: 0).results()
        #expect(results.number("rows") == 33_126 && results.number("groups") == 2_056 && results.number("positives") == 584)
        #expect(close(results.number("groupsWithPositives"), 428.0 / 2056))
        let both = try drive(ClassifierFolds.self, ["external": .flag(true)], steps: 0).results()
        #expect(both.number("rows") == 58_457 && both.number("positives") == 584 + 4_522)
    }

    @Test func `triple stratified folds share no patient and are even in positives, patients and sizes`() throws {
        let experiment = try drive(ClassifierFolds.self, steps: 0)
        let results = experiment.results()
        #expect(results.number("leakingGroups") == 0 && results["clean"] == .flag(true))
        let folds = try experiment.table("folds")
        for (column, spread) in [("positives", 1.0), ("groups", 3), ("rows", 40)] {
            let values = folds.known(column)
            #expect((values.max() ?? 0) - (values.min() ?? 0) <= spread, "\(column): \(values)")
        }
        // Patients of every size class are spread as evenly.
        for place in 0..<(experiment.shown.each.first?.sizes.count ?? 0) {
            let counts = experiment.shown.each.map { $0.sizes[place] }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 4, "size class \(place): \(counts)")
        }
    }

    @Test func `each scheme keeps its promise`() throws {
        var experiment = try drive(ClassifierFolds.self, steps: 0)
        func spread(_ column: String) throws -> Double {
            let values = try experiment.table("folds").known(column)
            return (values.max() ?? 0) - (values.min() ?? 0)
        }
        try experiment.apply(Change("scheme", .text("random")))
        #expect(try spread("rows") <= 1 && experiment.shown.leakingGroups > 1900)
        try experiment.apply(Change("scheme", .text("stratified")))
        #expect(try spread("rows") <= 1 && spread("positives") <= 1 && experiment.shown.leakingGroups > 1900)
        try experiment.apply(Change("scheme", .text("grouped")))
        #expect(experiment.shown.leakingGroups == 0)
        let rows = try experiment.table("rows")
        #expect(rows.rows.count == 33_126)
        #expect(throws: UserError.self) { try experiment.apply(Change("scheme", .text("given"))) }
    }

    @Test func `leaking gains AUC, clean folds gain nothing`() throws {
        let experiment = try drive(ClassifierFolds.self, ["deals": .integer(2), "copies": .real(0)])
        let table = try experiment.table("schemes")
        let gains = table.known("optimism")
        // Random and stratified deals leak; grouped and triple ones cannot.
        #expect(gains[0] > 0.02 && gains[1] > 0.02)
        #expect(gains[2] == 0 && gains[3] == 0)
        #expect(experiment.results().number("optimism") == 0)
    }

    @Test func `a file's own folds are audited by hand-countable numbers`() throws {
        let experiment = try audited(
            small, ["scheme": .text("given"), "folds": .integer(2), "deals": .integer(1), "tolerance": .real(0.01)])
        let results = experiment.results()
        #expect(results.number("leakingGroups") == 1 && results["clean"] == .flag(false))
        #expect(results.number("rows") == 12 && results.number("groups") == 4 && results.number("positives") == 2)
        let folds = try experiment.table("folds")
        #expect(folds.known("rows") == [7, 5] && folds.known("groups") == [3, 2] && folds.known("positives") == [1, 1])
        #expect(close(results.number("rateSpread"), 1.0 / 5 - 1.0 / 7) && close(results.number("sizeSpread"), 2.0 / 6))
        // Only patient b is in both folds. r4 (negative) sees r5, the nearest, and scores 1; r5 (positive) and r6 see r4 and score 0; all
        // others score the prevalence 1/6. Positives: r2 at 1/6, r5 at 0. Of the ten negatives r4 is at 1, r6 at 0, eight at 1/6: r2 beats one
        // and ties with eight, r5 ties with one: AUC = (1 + 4 + 0.5)/20.
        #expect(close(results.number("optimism"), 5.5 / 20 - 0.5))
        #expect(results.number("nearIdentical") == 1)
        let pairs = try experiment.table("nearIdentical").rows
        #expect(pairs.count == 1 && Array(pairs[0].prefix(4)) == ["r4", "r5", "1", "2"].map { .text($0) })
        #expect(try experiment.table("rows").rows[4] == ["r5", "b", "1", "2"].map { .text($0) })
    }

    @Test func `without features the memory is of each patient's mean label`() throws {
        let experiment = try audited(
            small, ["scheme": .text("given"), "folds": .integer(2), "deals": .integer(1), "features": .text("-")])
        // r4 sees r5 and r6: 1/2; r5 and r6 see r4: 0. Positives r2 at 1/6, r5 at 0.
        #expect(close(experiment.results().number("optimism"), (1 + 4 + 0.5) / 20 - 0.5))
        #expect(experiment.results().number("nearIdenticalPairs") == 0)
    }

    @Test func `the deviation of an AUC is Hanley and McNeil's`() {
        // AUC 0.9 with 50 and 100 rows: Q1 = 0.9/1.1, Q2 = 1.62/1.9.
        let (q1, q2) = (0.9 / 1.1, 1.62 / 1.9)
        let variance = (0.09 + 49 * (q1 - 0.81) + 99 * (q2 - 0.81)) / 5000
        #expect(close(FoldAuditor.areaDeviation(auc: 0.9, positives: 50, negatives: 100), variance.squareRoot()))
        #expect(FoldAuditor.areaDeviation(auc: 0.9, positives: 0, negatives: 100) == nil)
    }

    @Test func `near-identical pairs are all those that looking at every pair finds`() throws {
        var stream = RandomStream(seed: 8, purpose: "near")
        let rows = (0..<300).map {
            "\($0 % 2),g\($0 / 3),\((stream.uniform() * 20).rounded() / 20),\((stream.uniform() * 20).rounded() / 20)"
        }
        let experiment = try audited("label,group,a,b\n" + rows.joined(separator: "\n") + "\n", ["tolerance": .real(0.12)], steps: 0)
        let data = experiment.data
        var wanted = 0
        for a in 0..<300 { for b in a + 1..<300 where data.squaredDistance(a, b) <= 0.12 * 0.12 { wanted += 1 } }
        #expect(wanted > 100 && experiment.auditor.pairs.count == wanted)
    }

    @Test(arguments: FoldScheme.allCases) func `every row is dealt once, into folds that exist`(scheme: FoldScheme) {
        var stream = RandomStream(seed: 4, purpose: "dealing")
        for (rows, groups, folds) in [(1, 1, 2), (7, 3, 5), (100, 9, 4), (400, 400, 7)] {
            let classes = (0..<rows).map { _ in Int32(stream.integer(below: 3)) }
            let codes = (0..<rows).map { Int32($0 * groups / rows) }
            let dealt = scheme.deal(classes: classes, groups: codes, folds: folds, &stream)
            #expect(dealt.count == rows && dealt.allSatisfy { (0..<Int32(folds)).contains($0) })
            guard scheme == .grouped || scheme == .triple else { continue }
            for group in 0..<groups { #expect(Set(zip(codes, dealt).filter { $0.0 == Int32(group) }.map(\.1)).count <= 1) }
        }
    }

    @Test func `what cannot be dealt is refused with file, line and column`() {
        func refuse(_ text: String, _ values: [String: Value] = [:]) -> String { sentence { _ = try audited(text, values, steps: 0) } }
        #expect(refuse("label,group\n0,a\n1,\n") == "rows.csv, line 3, column “group”: the cell is empty")
        #expect(
            refuse("label,group,x\n0,a,1\n1,b,w\n", ["features": .text("x")]).hasPrefix("rows.csv, line 3, column “x”: “w” is not a number")
        )
        #expect(refuse("label,group\n0,a\n1,b\n") == "folds = 5, but rows.csv has 2 rows in 2 groups")
        #expect(refuse(small, ["scheme": .text("given"), "fold": .text("-"), "folds": .integer(2)]).contains("has no column of folds"))
        #expect(refuse("group,x\na,1\nb,2\n").contains("has no column called label"))
        #expect(refuse("id,label,group\na,0,a\na,1,b\n").contains("line 3, column “id”: the id “a” is already on line 2"))
    }
}
