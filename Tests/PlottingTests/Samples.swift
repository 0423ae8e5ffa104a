import Kernels
import Plotting
import Surface

/// Figures of every kind, as experiments make them, for pictures and laws.
enum Samples {
    /// Numbers that look random and never change: a linear congruential generator.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
    }

    /// Nearly normal numbers: sums of twelve.
    static func normal(_ count: Int, seed: UInt64 = 1) -> [Double] {
        let flat = noise(count * 12, seed: seed)
        return (0..<count).map { i in flat[(i * 12)..<(i * 12 + 12)].reduce(-6, +) }
    }

    static let line: Figure = {
        let x = (0...120).map { Double($0) / 10 }
        return Figure(
            "line", title: "Damped oscillation and its envelope", caption: "period 2.09, decay time 5.0", x: Axis("time", unit: "s"),
            y: Axis("displacement", unit: "mm"),
            [
                Line(x.map { Point(x: $0, y: 3 * Kernels.exp(-$0 / 5) * Kernels.cos(3 * $0)) }, Look("simulated")),
                Line(x.map { Point(x: $0, y: 3 * Kernels.exp(-$0 / 5)) }, Look("envelope", .series1)),
                Rule(.y(0)),
            ])
    }()

    static let trace: Figure = {
        var level = 1.2
        var series = Series(start: 0, spacing: 10)
        let flat = noise(9000, seed: 7)
        let z = normal(9000, seed: 8)
        for i in 0..<9000 {
            if flat[i] < 0.4 { level = 0.97 * level + 0.2 * z[i] }
            if i == 4200 { level = -1.5 }
            series.append(level)
        }
        return Figure(
            "trace", title: "Trace of θ₂", x: Axis("update", countsSteps: true), y: Axis("θ₂"),
            [Stairs(series, Look("chain 1")), Rule(.x(42000), "step 0.01 → 0.02"), Rule(.y(0.059), "exact mean")])
    }()

    static let bars: Figure = {
        let p = [0.05435, 0.07877, 0.11416, 0.16545, 0.23977, 0.34749]
        let q = [0.06, 0.07, 0.13, 0.15, 0.25, 0.34]
        return Figure(
            "bars", title: "Mean assignment against maximum entropy", caption: "KL 0.0021 nats over 1,284 kept throws",
            x: Axis("face", .category(["1", "2", "3", "4", "5", "6"])), y: Axis("p", from: 0),
            [
                Bars(q, low: q.map { $0 - 0.02 }, high: q.map { $0 + 0.02 }, Look("kept throws"), slot: 0, of: 2),
                Bars(p, Look("maximum entropy", .reference), slot: 1, of: 2),
            ])
    }()

    static let horizontal = Figure(
        "models", title: "Area under the ROC curve", x: Axis("AUC", from: 0.5, to: 1),
        y: Axis(.init(), .category(["logistic regression", "gradient boosting", "random forest", "k-nearest neighbours", "baseline"])),
        [
            Bars(
                [0.842, 0.913, 0.897, 0.731, 0.5], low: [0.81, 0.89, 0.872, 0.69, 0.5], high: [0.871, 0.934, 0.921, 0.77, 0.5],
                Look(nil, .series2),
                isHorizontal: true)
        ])

    static let histogram: Figure = {
        let draws = normal(5000, seed: 3)
        let edges = (0...40).map { -4 + Double($0) * 0.2 }
        var counts = [Double](repeating: 0, count: 40)
        for x in draws { counts[min(39, max(0, Int((x + 4) / 0.2)))] += 1 / (5000 * 0.2) }
        let x = (0...160).map { -4 + Double($0) / 20 }
        return Figure(
            "marginal", title: "Marginal of θ₁", x: Axis("θ₁"), y: Axis("density"),
            [
                Histogram(edges: edges, heights: counts, Look("5,000 draws")),
                Line(x.map { Point(x: $0, y: Kernels.exp(-$0 * $0 / 2) / 2.5066282746310002) }, Look("exact", .reference)),
            ])
    }()

    static let outlines: Figure = {
        func counts(_ shift: Double, _ seed: UInt64) -> [Double] {
            var counts = [Double](repeating: 0, count: 24)
            for x in normal(2000, seed: seed) { counts[min(23, max(0, Int((x + shift + 6) / 0.5)))] += 1 }
            return counts
        }
        let edges = (0...24).map { -6 + Double($0) * 0.5 }
        return Figure(
            "outlines", title: "Scores by class", x: Axis("score"), y: Axis("count"),
            [
                Histogram(edges: edges, heights: counts(-1.5, 5), Look("negative", .series0), isOutline: true),
                Histogram(edges: edges, heights: counts(1.5, 6), Look("positive", .series1), isOutline: true),
                Rule(.x(0.2), "threshold"),
            ])
    }()

    static func density(_ n: Int) -> Grid {
        var values: [Double] = []
        for row in 0..<n {
            for column in 0..<n {
                let (x, y) = (-2 + 4 * (Double(column) + 0.5) / Double(n), -3 + 6 * (Double(row) + 0.5) / Double(n))
                func peak(_ a: Double, _ b: Double) -> Double {
                    let (u, v) = ((x - a) / 0.45, (y - b) / 0.8)
                    return Kernels.exp(-(u * u + v * v + 1.2 * u * v) / 1.28)
                }
                values.append(0.6 * peak(-0.25, 1.55) + 0.4 * peak(1.29, -1.54))
            }
        }
        return Grid(columns: n, rows: n, values: values, x: -2...2, y: -3...3)
    }

    static let heat = Figure(
        "density", title: "Sample density and exact contours", x: Axis("θ₁"), y: Axis("θ₂"),
        [HeatMap(density(60)), Contour(density(40), levels: [0.06, 0.2, 0.4], Look("exact", .reference))])

    static let confusion = Figure(
        "confusion", title: "Confusion matrix", x: Axis("predicted", .category(["cat", "dog", "horse", "frog"])),
        y: Axis("true", .category(["cat", "dog", "horse", "frog"])),
        [
            HeatMap(
                Grid(
                    columns: 4, rows: 4, values: [182, 20, 3, 1, 31, 160, 12, 0, 2, 9, 177, 4, 0, 1, 3, 195], x: -0.5...3.5, y: -0.5...3.5),
                showsNumbers: true)
        ])

    static let scatter: Figure = {
        let z = normal(240, seed: 9)
        let a = (0..<60).map { Point(x: z[$0] * 0.6 - 1, y: z[$0 + 60] * 0.5 + 1) }
        let b = (0..<60).map { Point(x: z[$0 + 120] * 0.5 + 1, y: z[$0 + 180] * 0.7 - 0.5) }
        return Figure(
            "map", title: "Embeddings by topic", x: Axis("first component"), y: Axis("second component"),
            [
                Scatter(a, Look("physics")), Scatter(b, Look("music", .series1)),
                Label("question", at: Point(x: 0.2, y: 0.4), marker: "◆", Look(nil, .bad)),
            ])
    }()

    static let band: Figure = {
        let x = (0...60).map(Double.init)
        let centre = x.map { 1 - 0.75 * Kernels.exp(-$0 / 15) }
        return Figure(
            "length", title: "Similarity to the original", x: Axis("iteration"), y: Axis("ROUGE-L", from: 0, to: 1),
            [
                Band(x: x, lower: centre.map { $0 - 0.12 }, upper: centre.map { $0 + 0.08 }, Look("5-95% of 8 seeds")),
                Line(Series(centre), Look("mean")),
                Line(Series(centre.map { $0 * 0.7 }), Look("pinned", .series2, isDim: true)),
            ])
    }()

    static let roc: Figure = {
        let x = (0...100).map { Double($0) / 100 }
        return Figure(
            "roc", title: "ROC curve", caption: "AUC 0.871 [0.848, 0.894]", x: Axis("false positive rate", from: 0, to: 1),
            y: Axis("true positive rate", from: 0, to: 1),
            [
                Line(x.map { Point(x: $0, y: Kernels.pow($0, 0.22)) }, Look("model A")),
                Line(x.map { Point(x: $0, y: Kernels.pow($0, 0.4)) }, Look("model B", .series1)),
                Rule(.sloped(intercept: 0, slope: 1), "chance"),
                Label("0.5", at: Point(x: 0.13, y: 0.64), marker: "●", Look(nil, .focus)),
            ])
    }()

    static let log: Figure = {
        let k = (0...40).map(Double.init)
        return Figure(
            "convergence", title: "Dual convergence", x: Axis("iteration"), y: Axis("residual", .log),
            [Line(k.map { Point(x: $0, y: Kernels.exp(-0.7 * $0)) }, Look("Newton")), Rule(.y(1e-12), "tolerance")])
    }()

    static let symlog = Figure(
        "symlog", title: "Energy change", x: Axis("step"), y: Axis("ΔE", .symlog(threshold: 0.1)),
        [
            Line(
                Series(
                    (0..<200).map { i in
                        let t = Double(i) / 20; return (Kernels.exp(t) - 1) * Kernels.sin(3 * t) * 0.05
                    }), Look(nil, .series3))
        ])

    static let table = Figure(
        "summary", title: "Posterior summary",
        body: .table(
            Table(
                "summary", columns: ["name", "mean", "sd", "q5", "median", "q95", "essBulk", "rhat", "draws"],
                rows: [
                    [
                        .text("θ₁"), .number(0.49012), .number(0.77), .number(-0.51), .number(0.2311), .number(1.83), .number(1234.5),
                        .number(1.0031), .integer(4000),
                    ],
                    [
                        .text("θ₂"), .number(0.0592), .number(1.51), .number(-1.98), .number(0.8), .number(1.91), .number(88.25),
                        .number(1.0412), .integer(4000),
                    ],
                    [
                        .text("log posterior"), .number(-202.71), .number(1.02), .number(-205), .number(-202.3), .number(-201.7),
                        .number(.nan), .none, .integer(4000),
                    ],
                ])))

    static let document = Figure(
        "text", title: "Iteration 3", caption: "87 words, 41% of the original",
        body: .document(
            Document([
                .init("The quick brown fox "), .init("jumps", Style(.good, .bold)),
                .init(" over the lazy dog, 漢字 and all.\n\nA second paragraph: naïve café, "),
                .init("removed words", Style(.bad, .dim)),
                .init(" and a tab\there. " + String(repeating: "Words wrap at blanks. ", count: 12)),
            ])))

    static let empty = Figure("empty", title: "Trace", body: .empty("nothing yet: press Space to start"))

    static let spikes: Figure = {
        var values = normal(1_000_00, seed: 4).map { $0 * 0.3 }
        values[23_456] = 6
        values[70_000] = .nan
        for i in 50_000..<55_000 { values[i] = .nan }
        values[80_000] = .infinity
        return Figure(
            "spikes", title: "A hundred thousand points, one spike, a gap", x: Axis("update", countsSteps: true), y: Axis("gradient"),
            [Line(Series(values), Look(nil, .series0))])
    }()

    static let several: Figure = {
        let x = (0...80).map { Double($0) / 10 }
        return Figure(
            "several", title: "Four samplers", x: Axis("gradient evaluations", unit: "×10³"), y: Axis("KL to exact", unit: "nats", .log),
            ["sgd", "sgld", "hmc", "nuts"].enumerated().map { index, name in
                Line(x.map { Point(x: $0, y: 2 * Kernels.exp(-$0 * (0.2 + 0.25 * Double(index))) + 0.003) }, Look(name, .series(index)))
            })
    }()

    static let grid = Figure("grid", title: "Diagnostics", body: .grid([trace, histogram, log, bars], columns: 2))

    static let all: [Figure] = [
        line, trace, bars, horizontal, histogram, outlines, heat, confusion, scatter, band, roc, log, symlog, spikes, several, table,
        document, empty, grid,
    ]
}
