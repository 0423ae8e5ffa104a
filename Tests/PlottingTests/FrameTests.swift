import Plotting
import Surface
import Testing

@Suite struct `Every figure inside its frame` {
    /// Figures whose data are hostile: nothing, one point, constants, extremes.
    static let hostile: [Figure] = {
        let values: [[Double]] = [
            [], [1], [.nan], [.infinity, -.infinity], [3, 3, 3], [0, Extreme.tiny], [1e15, 1e15 + 2], [-1e308, 1e308],
            [.leastNonzeroMagnitude, 0, -.leastNonzeroMagnitude], [0, -0.0], [1e300, .nan, 2],
        ]
        let scales: [Axis.Scale] = [
            .linear, .log, .symlog(threshold: 1), .symlog(threshold: 0), .category([]), .category(["漢字", "a\u{1B}b"]),
        ]
        return values.flatMap { data in
            scales.map { scale in
                Figure(
                    "hostile", title: "漢字 \u{1B}[31m", caption: "c", x: Axis("x", scale), y: Axis("y", unit: "漢", scale),
                    [
                        Line(Series(data), Look("line")),
                        Stairs(Series(points: data.map { Point(x: $0, y: $0) }), Look("stairs", .series1)),
                        Scatter(data.map { Point(x: $0, y: -$0) }), Band(x: data, lower: data, upper: data.reversed()),
                        Bars(data, low: data, high: data), Bars(data, isHorizontal: true), Histogram(edges: data, heights: data),
                        Histogram(edges: data, heights: data, isOutline: true), Rule(.y(data.first ?? 0), "rule"),
                        Rule(.x(data.last ?? .nan), "x"),
                        Rule(.sloped(intercept: data.first ?? 1, slope: data.last ?? 1), "s"),
                        Label("label", at: Point(x: data.first ?? 0, y: 1), marker: "漢"),
                    ])
            }
        }
    }()

    @Test(arguments: GlyphSet.allCases) func `at every size up to twelve by twelve, and at large ones`(_ glyphs: GlyphSet) {
        for figure in Samples.all where figure.id != "spikes" {
            for columns in 0...12 {
                for rows in 0...12 {
                    let picture = figure.rendered(columns: columns, rows: rows, glyphs: glyphs)
                    #expect(picture.columns == columns && picture.rows == rows)
                }
            }
            for (columns, rows) in [(40, 3), (3, 40), (58, 14), (200, 60)] {
                _ = figure.rendered(columns: columns, rows: rows, glyphs: glyphs, isMonochrome: true)
            }
        }
    }

    @Test func `with hostile data at small and common sizes`() {
        var view = PlotView()
        view.crosshair = 0.5
        view.flipsLogX = true
        view.flipsLogY = true
        for figure in Self.hostile {
            for (columns, rows) in [(0, 0), (1, 1), (2, 5), (9, 6), (12, 12), (58, 14)] {
                for glyphs in [GlyphSet.braille, .ascii] {
                    _ = figure.rendered(columns: columns, rows: rows, glyphs: glyphs)
                    _ = figure.rendered(columns: columns, rows: rows, glyphs: glyphs, view: view, isMonochrome: true)
                }
            }
            _ = figure.described()
            _ = figure.table().csv()
        }
    }

    @Test func `an ASCII picture holds printable ASCII alone`() {
        for figure in Samples.all {
            let text = figure.rendered(columns: 76, rows: 18, glyphs: .ascii).text
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F) }, "\(figure.id)")
        }
    }

    @Test func `labels of an axis never touch and never repeat`() {
        for figure in Samples.all {
            guard case .plot = figure.body else { continue }
            for columns in stride(from: 16, through: 130, by: 7) {
                for rows in stride(from: 6, through: 40, by: 5) {
                    let lines = figure.rendered(columns: columns, rows: rows, glyphs: .braille).text.split(
                        separator: "\n", omittingEmptySubsequences: false)
                    // The row of x labels follows the axis line.
                    guard let axis = lines.firstIndex(where: { $0.contains("└") }), axis + 1 < lines.count else { continue }
                    let labels = lines[axis + 1].split(separator: " ").map(String.init).filter { Double($0) != nil }
                    #expect(Set(labels).count == labels.count, "\(figure.id) \(columns)x\(rows): \(labels)")
                    #expect(labels.compactMap(Double.init) == labels.compactMap(Double.init).sorted())
                    let ticks = lines[axis].filter { $0 == "┬" }.count
                    #expect(labels.count <= ticks || ticks == 0)
                }
            }
        }
    }
}
