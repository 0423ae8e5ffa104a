import Surface
import Testing

@testable import Plotting

/// Means and bands over several runs, against values computed with numpy 2.3 (`mean`, `std(ddof=1)/sqrt(n)`, `quantile`).
@Suite struct `Several runs as one` {
    private func figure(_ y: [Double], start: Double = 0) -> Figure {
        Figure(
            "f", title: "", x: Axis("step", countsSteps: true), y: Axis("y"),
            [Line(Series([1, 1, 1]), Look("exact")), Line(Series(y, start: start), Look("run", .series1)), Rule(.x(1), "here")])
    }

    private func marks(_ figure: Figure) -> [any Mark] { if case .plot(let plot) = figure.body { plot.marks } else { [] } }

    @Test func `curves over the same x become their mean with a band of the standard error`() throws {
        let runs = [[1.0, 2, 3, 4], [2, 4, 9, 1], [6, 0, 3]].map { figure($0) }
        let marks = marks(runs[0].aggregated(with: Array(runs.dropFirst()), spread: .standardError))
        #expect(marks.count == 5, "what is alike in all runs, and rules, stay as they are")
        let band = try #require(marks[1] as? Band)
        let mean = try #require(marks[3] as? Line)
        #expect(mean.series.y.array == [3, 2, 5], "up to the shortest")
        #expect(mean.look.label == "run, mean of 3")
        #expect((marks[2] as? Line)?.look.isDim == true, "this run stays behind")
        // numpy: std([1,2,6], ddof=1)/sqrt(3) = 1.5275252316519468; [2,4,0]: 1.1547005383792517; [3,9,3]: 2.0
        for (place, error) in [1.5275252316519468, 1.1547005383792517, 2].enumerated() {
            #expect(abs(band.upper[place] - mean.series.y[place] - error) < 1e-15)
            #expect(abs(mean.series.y[place] - band.lower[place] - error) < 1e-15)
        }
    }

    @Test func `quantiles are linear between order statistics`() throws {
        let runs = [[1.0], [2], [4], [8], [16]].map { figure($0) }
        let marks = marks(runs[0].aggregated(with: Array(runs.dropFirst()), spread: .quantiles))
        let band = try #require(marks[1] as? Band)
        // numpy.quantile([1,2,4,8,16], [0.1, 0.9]) = [1.4, 12.8]
        #expect(abs(band.lower[0] - 1.4) < 1e-15 && abs(band.upper[0] - 12.8) < 1e-14)
    }

    @Test func `what cannot be averaged point by point stays this run's`() {
        let moved = figure([1, 2, 3]).aggregated(with: [figure([2, 3, 4], start: 1)], spread: .standardError)
        #expect(marks(moved).count == 3)
        let empty = figure([]).aggregated(with: [figure([])], spread: .standardError)
        #expect(marks(empty).count == 3)
        let gap = figure([1, .nan, 3]).aggregated(with: [figure([2, 2, 2])], spread: .quantiles)
        #expect((marks(gap)[3] as? Line)?.series.y[1].isNaN == true, "where one run has no number there is no mean")
        #expect((marks(gap)[1] as? Band)?.lower[1].isNaN == true)
        let text = Figure("t", title: "", body: .empty("nothing"))
        #expect(text.aggregated(with: [text], spread: .standardError).table().rows.count == 1)
    }

    @Test func `bars get error bars`() throws {
        func bars(_ heights: [Double]) -> Figure {
            Figure("b", title: "", x: Axis("", .category(["a", "b"])), y: Axis("n"), [Bars(heights, Look("count"))])
        }
        let shown = bars([1, 5]).aggregated(with: [bars([3, 5])], spread: .standardError)
        let mark = try #require(marks(shown).first as? Bars)
        #expect(mark.heights == [2, 5] && mark.low == [1, 5] && mark.high == [3, 5])
        #expect(mark.look.label == "count, mean of 2")
    }

    @Test func `in a grid, parts over the first plot's axis share cross-hair and zoom`() {
        func part(_ axis: String) -> Figure {
            Figure(axis, title: "", x: Axis(axis), y: Axis("y"), [Line(Series([0, 1, 2, 3]), Look(axis))])
        }
        let grid = Figure("g", title: "", body: .grid([part("step"), part("lag"), part("step")], columns: 3))
        var view = PlotView()
        view.crosshair = 2
        #expect(grid.readings(view: view).map(\.label) == ["step", "step"])
        #expect(grid.shownRanges(view: view)?.x == 0...3)
        let (surface, area) = grid.picture(columns: 120, rows: 20, glyphs: .braille, view: view)
        #expect(surface.text.components(separatedBy: "┊").count > 20)
        let plain = grid.rendered(columns: 120, rows: 20, glyphs: .braille)
        func column(_ surface: Surface, _ from: Int, _ to: Int) -> [String] {
            surface.text.split(separator: "\n").map { String(Array($0)[from..<to]) }
        }
        #expect(column(surface, 41, 79) == column(plain, 41, 79), "the middle part measures something else")
        #expect(area.map { $0.columns > 20 && $0.column + $0.columns <= 40 } == true)
    }
}
