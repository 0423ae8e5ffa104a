import Engine
import Kernels
import Plotting
import Statistics

extension ClassifierFolds {
    /// What the experiment says of itself.
    public static let card = Card(
        id: "classifier.folds", title: "Folds",
        summary:
            "A validation one can trust: folds by several schemes, audited for leaks, uneven rates, and what remembering patients gains",
        parameters: [
            .file(
                "data", "melanoma", builtins: ["melanoma"],
                "CSV with a label column and a group column such as patients; or a simulated population"),
            .choice(
                "scheme", FoldScheme.allCases.map(\.rawValue) + [givenName], initial: "triple", .live,
                "The way of dealing whose first deal is shown"),
            .integer("folds", 5, in: 2...100, "Folds"),
            .integer("deals", 20, in: 1...10_000, log: true, "Times that each scheme deals, to see the spread"),
            .real("auc", 0.95, in: 0.5...0.999, step: 0.01, .live, "The AUC whose expected standard deviation is told"),
            .real(
                "tolerance", 0.005, in: 0...10, step: 0.005,
                "Rows whose features differ by no more (root mean square, in standard deviations) are near-identical"),
            .flag("external", false, "Whether the simulated population has the 25,331 images of earlier years too"),
            .real("likeness", 0.6, in: 0...0.999, step: 0.05, "Share of a simulated feature's variance that lies between patients"),
            .real("copies", 0.01, in: 0...0.5, step: 0.005, "Share of the simulated rows that are near-copies of another"),
            .text("label", "", "Column of classes; found by its name when empty"),
            .text("positive", "", "The class that counts as positive"),
            .text("group", "", "Column of groups; - for none"),
            .text("fold", "", "Column of folds to audit as the scheme given; - for none"),
            .text("features", "", "Columns by which rows are alike, comma-separated; all other columns of numbers when empty; - for none"),
            .text("id", "", "Column that identifies rows; - for none"),
        ],
        results: [
            ResultCard("scheme", "The scheme shown", headline: true),
            ResultCard("leakingGroups", "Groups with rows in more than one fold", headline: true),
            ResultCard("clean", "Whether there is none", headline: true),
            ResultCard("rateSpread", "The greatest fold's rate of positives less the least", headline: true),
            ResultCard("sizeSpread", "The greatest fold's rows less the least, over their mean", headline: true),
            ResultCard("optimism", "What a classifier that remembers groups gains in AUC: mean over deals so far", headline: true),
            ResultCard("optimismSe", "Its standard error", headline: true),
            ResultCard(
                "aucSd", "Standard deviation of the AUC asked for at a fold's mean number of positives (Hanley & McNeil)", headline: true),
            ResultCard("nearIdentical", "Pairs of near-identical rows in different folds", headline: true),
            ResultCard("nearIdenticalPairs", "Pairs of near-identical rows"),
            ResultCard("folds", "Folds"), ResultCard("rows", "Rows"), ResultCard("groups", "Groups"),
            ResultCard("positives", "Positive rows"),
            ResultCard("prevalence", "Their share"), ResultCard("groupsWithPositives", "Share of the groups that have a positive row"),
            ResultCard("positivesPerFold", "Positive rows a fold, on average"), ResultCard("deals", "Deals of this scheme so far"),
            ResultCard("source", "Where the rows come from"), ResultCard("positive", "The class that counts as positive"),
        ],
        tables: [
            TableCard("rows", "The fold of each row"), TableCard("folds", "Each fold of the deal shown"),
            TableCard("schemes", "The schemes side by side: means over deals so far"),
            TableCard("nearIdentical", "Pairs of near-identical rows in different folds of the deal shown, the first 1000"),
        ],
        figures: [
            FigureCard("rates", "Positives by fold"), FigureCard("optimism", "What leaking gains"),
            FigureCard("aucSd", "How unsure an AUC is"), FigureCard("sizes", "Sizes of groups by fold"),
            FigureCard("schemes", "The schemes side by side"), FigureCard("pairs", "Near-identical rows across folds"),
        ],
        citation:
            "Ha, Liu & Liu 2020; Deotte 2020 (triple stratified folds); Hanley & McNeil 1982; Rotemberg et al. 2021 (the population's shape)",
        stepName: "deal", presets: ClassificationPresets.folds)

    private var positives: Int { shown.each.reduce(0) { $0 + $1.positives } }

    /// The named results.
    public func results() -> Results {
        var results = Results()
        let folds = Double(max(1, shown.each.count))
        results["scheme"] = .text(scheme)
        results["leakingGroups"] = .integer(shown.leakingGroups)
        results["clean"] = .flag(shown.leakingGroups == 0)
        results["rateSpread"] = .number(shown.rateSpread)
        results["sizeSpread"] = .number(shown.sizeSpread)
        let gains = tally.optimism.isEmpty ? shown.optimism.map { [$0] } ?? [] : tally.optimism
        let summary = gains.isEmpty ? nil : AblationData.Summary(gains)
        results["optimism"] = .optional(summary?.mean)
        results["optimismSe"] = .optional(summary.flatMap { summary in summary.deviation.map { $0 / Double(summary.count).squareRoot() } })
        let perFold = Double(positives) / folds
        results["aucSd"] = .optional(
            FoldAuditor.areaDeviation(auc: area, positives: perFold, negatives: Double(data.rowCount - positives) / folds))
        results["nearIdentical"] = .integer(shown.nearPairs.count)
        results["nearIdenticalPairs"] = .integer(auditor.pairs.count)
        results["folds"] = .integer(shown.each.count)
        results["rows"] = .integer(data.rowCount)
        results["groups"] = .integer(auditor.groupCount)
        results["positives"] = .integer(positives)
        results["prevalence"] = .number(Double(positives) / Double(max(1, data.rowCount)))
        results["groupsWithPositives"] = .number(Double(auditor.positiveGroups) / Double(max(1, auditor.groupCount)))
        results["positivesPerFold"] = .number(perFold)
        results["deals"] = .integer(tally.deals)
        results["source"] = .text(data.source)
        results["positive"] = .text(data.truth.names[data.positive])
        results.warnings = auditor.notes
        if perFold < 200 {
            results.warnings.append(
                "\(Numbers.short(perFold, digits: 3)) positives a fold: the AUC of one fold is unsure by its aucSd whatever the scheme")
        }
        return results
    }

    /// The named tables.
    public func tables() -> [Table] {
        typealias Value = Table.Value
        func cell(_ value: Double?) -> Value { value.map { .number($0) } ?? .none }
        let names = foldNames
        let rows = (0..<data.rowCount).map { row -> [Value] in
            [
                .text(data.id(row)), data.groups.map { .text($0.names[Int($0.codes[row])]) } ?? .none,
                .text(data.truth.names[Int(data.truth.codes[row])]), .text(names[Int(shown.folds[row])]),
            ]
        }
        let folds = zip(names, shown.each).map { name, fold -> [Value] in
            [
                .text(name), .integer(fold.rows), .integer(fold.groups), .integer(fold.positives), .number(fold.rate),
                cell(
                    FoldAuditor.areaDeviation(auc: area, positives: Double(fold.positives), negatives: Double(fold.rows - fold.positives))),
            ]
        }
        return [
            Table("rows", columns: ["id", "group", "label", "fold"], rows: rows),
            Table("folds", columns: ["fold", "rows", "groups", "positives", "rate", "aucSd"], rows: folds), schemeTable, pairTable,
        ]
    }

    private var foldNames: [String] {
        scheme == Self.givenName ? data.given?.names ?? [] : shown.each.indices.map { String($0 + 1) }
    }

    private var schemeTable: Table {
        func cell(_ value: Double?) -> Table.Value { value.map { .number($0) } ?? .none }
        let rows = zip(schemes, tallies).map { name, tally -> [Table.Value] in
            let summary = tally.optimism.isEmpty ? nil : AblationData.Summary(tally.optimism)
            return [
                .text(name), .integer(tally.deals), cell(tally.mean(Double(tally.leakingGroups))), cell(tally.mean(tally.rateSpread)),
                cell(tally.mean(tally.sizeSpread)), cell(tally.mean(Double(tally.nearIdentical))), cell(summary?.mean),
                cell(summary?.deviation),
            ]
        }
        return Table(
            "schemes",
            columns: ["scheme", "deals", "leakingGroups", "rateSpread", "sizeSpread", "nearIdentical", "optimism", "optimismSd"], rows: rows
        )
    }

    private var pairTable: Table {
        let names = foldNames
        let rows = shown.nearPairs.prefix(1000).map { place -> [Table.Value] in
            let pair = auditor.pairs[place]
            let (a, b) = (Int(pair.first), Int(pair.second))
            func group(_ row: Int) -> Table.Value { data.groups.map { .text($0.names[Int($0.codes[row])]) } ?? .none }
            return [
                .text(data.id(a)), .text(data.id(b)), .text(names[Int(shown.folds[a])]), .text(names[Int(shown.folds[b])]), group(a),
                group(b),
                .number(pair.distance),
            ]
        }
        return Table("nearIdentical", columns: ["idA", "idB", "foldA", "foldB", "groupA", "groupB", "distance"], rows: Array(rows))
    }

    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "optimism": optimismFigure
        case "aucSd": deviationFigure
        case "sizes": sizeFigure
        case "schemes":
            Figure(
                "schemes", title: "The schemes side by side", caption: "means over \(tallies.map(\.deals).max() ?? 0) deals of each so far",
                body: .table(schemeTable))
        case "pairs":
            shown.nearPairs.isEmpty
                ? Figure(
                    "pairs", title: "Near-identical rows across folds",
                    body: .empty(
                        data.featureCount == 0
                            ? "there are no features to compare rows by" : "no two near-identical rows are in different folds"))
                : Figure(
                    "pairs", title: "Near-identical rows across folds · \(scheme)",
                    caption: "\(shown.nearPairs.count) of \(auditor.pairs.count) pairs", body: .table(pairTable))
        default: rateFigure
        }
    }

    private var rateFigure: Figure {
        let intervals = shown.each.map { Proportion.wilson(Double($0.positives), of: Double($0.rows)) }
        let overall = Double(positives) / Double(max(1, data.rowCount))
        return Figure(
            "rates", title: "Share of “\(data.truth.names[data.positive])” by fold · \(scheme)",
            caption: shown.leakingGroups == 0
                ? "no group is in two folds" : "\(shown.leakingGroups) of \(auditor.groupCount) groups are in more than one fold",
            x: Axis("fold", .category(foldNames)), y: Axis("share of positives", from: 0),
            [
                Bars(
                    shown.each.map(\.rate), low: intervals.map { $0?.low ?? .nan }, high: intervals.map { $0?.high ?? .nan },
                    Look(nil, .series0)),
                Rule(.y(overall), "all rows", Look(nil, .reference)),
            ])
    }

    private var optimismFigure: Figure {
        let known = zip(schemes, tallies).filter { !$1.optimism.isEmpty }
        guard !known.isEmpty else {
            return Figure("optimism", title: "What leaking gains", body: .empty("no deal yet; every step deals once"))
        }
        let summaries = known.map { AblationData.Summary($1.optimism) }
        return Figure(
            "optimism", title: "AUC above one half of a classifier that only remembers groups",
            caption: "error bars: one standard deviation over deals", x: Axis("scheme", .category(known.map(\.0))), y: Axis("gain in AUC"),
            [
                Bars(
                    summaries.map(\.mean), low: summaries.map { $0.mean - ($0.deviation ?? 0) },
                    high: summaries.map { $0.mean + ($0.deviation ?? 0) },
                    Look(nil, .series0)),
                Rule(.y(0), "", Look(nil, .reference)),
            ])
    }

    private var deviationFigure: Figure {
        let ratio = Double(data.rowCount - positives) / Double(max(1, positives))
        let counts = (0...60).map { 5 * exp(Double($0) * 0.115) }
        let curve = counts.compactMap { count in
            FoldAuditor.areaDeviation(auc: area, positives: count, negatives: max(1, count * ratio)).map { Point(x: count, y: $0) }
        }
        let folds = shown.each.compactMap { fold in
            FoldAuditor.areaDeviation(auc: area, positives: Double(fold.positives), negatives: Double(fold.rows - fold.positives))
                .map { Point(x: Double(fold.positives), y: $0) }
        }
        let at100 = FoldAuditor.areaDeviation(auc: area, positives: 100, negatives: 100 * ratio)
        return Figure(
            "aucSd", title: "Standard deviation of an AUC of \(Numbers.short(area, digits: 4)) by positives",
            caption: at100.map {
                "with 100 positives \(Numbers.short($0, digits: 2)): two models closer than twice that cannot be told apart"
            } ?? "",
            x: Axis("positives", .log), y: Axis("standard deviation", from: 0),
            [
                Line(curve, Look("Hanley & McNeil", .series0)), Rule(.x(100), "100", Look(nil, .reference)),
                Scatter(folds, Look("folds", .series1), symbol: "o"),
            ])
    }

    private var sizeFigure: Figure {
        let classes = shown.each.map(\.sizes.count).max() ?? 0
        var labels: [String] = []
        for place in 0..<classes { labels.append(place == 0 ? "1" : "\(1 << place)-\((1 << (place + 1)) - 1)") }
        let marks: [any Mark] = zip(foldNames, shown.each).enumerated().prefix(8).map { place, fold in
            let total = Double(max(1, fold.1.groups))
            return Line(
                fold.1.sizes.enumerated().map { Point(x: Double($0), y: Double($1) / total) }, Look("fold \(fold.0)", .series(place)))
        }
        return Figure(
            "sizes", title: "Share of a fold's groups by their size · \(scheme)",
            caption: "one curve a fold: where they lie on one another, folds are alike",
            x: Axis("rows of a group", .category(labels)), y: Axis("share of groups", from: 0), marks)
    }
}
