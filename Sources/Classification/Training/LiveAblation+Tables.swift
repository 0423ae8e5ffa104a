import Engine
import Plotting

extension LiveAblation {
    /// Every epoch of every network trained so far.
    var curveTable: Table {
        let names = unitNames
        var rows: [[Table.Value]] = []
        for (place, arm) in arms.enumerated() where arm.twin == nil {
            for (unit, curve) in curves(place).enumerated() {
                for (epoch, record) in curve.enumerated() {
                    rows.append([
                        .text(arm.name), .text(names[unit]), .integer(epoch + 1), .number(record.rate), .number(record.trainingLoss),
                        .number(record.validationLoss), .number(record.auc),
                    ])
                }
            }
        }
        return Table("curves", columns: ["arm", "unit", "epoch", "rate", "trainingLoss", "validationLoss", "auc"], rows: rows)
    }

    /// Out-of-fold scores of every arm trained so far, as the panes of predictions read them: 1 is the positive class.
    ///
    /// - Parameter isLast: whether of the last epoch, not of the best one on the validation fold.
    func predictionTable(isLast: Bool) -> Table {
        let done = arms.indices.compactMap { place in outcomes[place].map { (arms[place].name, isLast ? $0.lastScores : $0.bestScores) } }
        let rows = home.enumerated().map { place, row -> [Table.Value] in
            [.text(data.ids[row]), .integer(data.isPositive(row) ? 1 : 0), .text(data.folds.names[Int(data.folds.codes[row])])]
                + done.map { .number($0.1.values[place]) }
        }
        return Table("predictions", columns: ["id", "label", "fold"] + done.map(\.0), rows: rows)
    }

    /// Scores of the test rows by an arm's models, fold by fold and orientation by orientation; nil where there are none.
    func orientationTable(_ arm: Int) -> Table? {
        guard let turned = outcomes[arm]?.turnedScores, !turned.isEmpty else { return nil }
        let columns = zip(1..., turned).flatMap { fold, scores in scores.indices.map { "f\(fold)_o\($0)" } }
        let rows = data.rows(of: .test).enumerated().map { place, row -> [Table.Value] in
            [.text(data.ids[row]), .integer(data.isPositive(row) ? 1 : 0)] + turned.flatMap { $0.map { .number($0.values[place]) } }
        }
        return rows.isEmpty ? nil : Table("orientations", columns: ["id", "label"] + columns, rows: rows)
    }

    /// How far it is, to stand at the end of a caption; empty when done.
    var progressWords: String {
        if isFinished { return "" }
        let all = armSteps.reduce(0, +)
        return " · \(arms[current].name), arm \(current + 1) of \(arms.count); \(all > 0 ? taken * 100 / all : 100)%"
    }
}
