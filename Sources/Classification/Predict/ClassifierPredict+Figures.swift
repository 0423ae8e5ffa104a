import Engine
import Plotting

extension ClassifierPredict {
    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "averaging": averagingFigure
        case "columns": columnFigure
        case "gains": gainFigure
        default: symmetryFigure
        }
    }

    private static func title(_ id: String) -> String { card.figures.first { $0.id == id }?.title ?? id }

    private func text(_ value: Double) -> String { ClassifierMetrics.decimals(value, 4) }

    private func heading(_ id: String) -> String {
        let share = Double(grid.isPositive.count { $0 }) / Double(grid.isPositive.count)
        return "\(Self.title(id)) · positive: \(grid.predictions.truth.names[1]), \(ClassifierMetrics.percent(share)) of "
            + "\(grid.isPositive.count) rows"
    }

    private var averagingFigure: Figure {
        let folds = grid.columns.count
        // At most eight lines: the first, the last and some between.
        let shown = folds <= 8 ? Array(1...folds) : (0..<8).map { 1 + $0 * (folds - 1) / 7 }
        var marks: [any Mark] = []
        for (place, count) in shown.enumerated() {
            let points = (1...grid.orientations.count).map { o in
                Point(x: Double(o), y: cell(folds: count, orientations: o).mean ?? .nan)
            }
            marks.append(Line(points, Look("\(count) fold\(count == 1 ? "" : "s")", .series(place))))
            marks.append(Scatter(points, Look(nil, .series(place)), symbol: "o"))
        }
        marks.append(Rule(.y(grid.everything.area), "all \(folds * grid.orientations.count)", Look(nil, .reference, isDim: true)))
        let interval = grid.everything.low.flatMap { low in grid.everything.high.map { " [\(text(low)), \(text($0))]" } } ?? ""
        return Figure(
            "averaging", title: heading("averaging"),
            caption: "mean over the choices of so many, \(taken) of \(total) seen; all: AUC \(text(grid.everything.area))\(interval)",
            x: Axis("orientations averaged", from: 1, to: Double(max(2, grid.orientations.count))), y: Axis("AUC"), marks)
    }

    private var columnFigure: Figure {
        let (wide, high) = (grid.orientations.count, grid.columns.count)
        // Rows of the heat map run upwards; the first fold stands at the top.
        let values = (0..<high).reversed().flatMap { f in (0..<wide).map { grid.single[f][$0].area } }
        return Figure(
            "columns", title: heading("columns"),
            caption: "AUC of one model and one orientation; orientation \(shown): \(Symmetry(index: shown).name)",
            x: Axis("orientation", .category(grid.orientations.map(String.init))),
            y: Axis("fold", .category(grid.foldNames.reversed())),
            [
                HeatMap(
                    Grid(columns: wide, rows: high, values: values, x: -0.5...(Double(wide) - 0.5), y: -0.5...(Double(high) - 0.5)),
                    showsNumbers: true)
            ])
    }

    private var gainFigure: Figure {
        let all = grid.everything
        let best = grid.byFold[bestFold]
        let entries: [(String, FoldGrid.Scored)] = [
            ("one model, upright", grid.single[bestFold][0]), ("one model, all turned", best),
            ("all models, upright", grid.byOrientation[0]),
            ("all, all turned", all),
        ]
        let lowest = entries.map { $0.1.low ?? $0.1.area }.min() ?? 0
        return Figure(
            "gains", title: heading("gains"), caption: "one model: fold \(grid.foldNames[bestFold]), the best; bars do not start at 0",
            x: Axis("", .category(entries.map(\.0))), y: Axis("AUC", from: max(0, (lowest * 20).rounded(.down) / 20)),
            [
                Bars(
                    entries.map(\.1.area), low: entries.map { $0.1.low ?? $0.1.area }, high: entries.map { $0.1.high ?? $0.1.area },
                    Look(nil, .series0))
            ])
    }

    /// An F, which no symmetry but the identity leaves as it is.
    private static let letter: [Double] = [
        1, 1, 1, 1, 1,
        1, 0, 0, 0, 0,
        1, 1, 1, 0, 0,
        1, 0, 0, 0, 0,
        1, 0, 0, 0, 0,
    ]

    private var symmetryFigure: Figure {
        let side = 5
        let pictures = Symmetry.all.map { symmetry -> Figure in
            let picture = symmetry.applied(to: Self.letter, side: side)
            let values = (0..<side).reversed().flatMap { row in (0..<side).map { picture[row * side + $0] } }
            let mark = symmetry.index == shown ? "▸ " : ""
            return Figure(
                "symmetry\(symmetry.index)", title: "\(mark)\(symmetry.index) \(symmetry.name)", x: Axis(), y: Axis(),
                [HeatMap(Grid(columns: side, rows: side, values: values, x: 0...5, y: 0...5), low: 0, high: 1)])
        }
        return Figure("symmetries", title: Self.title("symmetries"), body: .grid(pictures, columns: 4))
    }
}
