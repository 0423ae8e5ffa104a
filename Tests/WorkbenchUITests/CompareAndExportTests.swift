import Engine
import Foundation
import Plotting
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// Runs side by side, curves before a change, sorted tables, and what is taken away.
@Suite struct `Comparing and exporting` {
    private func labels(_ figure: Figure?) -> [String] {
        guard case .plot(let plot)? = figure?.body else { return [] }
        return plot.marks.compactMap(\.look.label)
    }

    @Test func `the curve before a change stays dim behind the new one until the next change`() throws {
        var stage = try Stage.tide()
        #expect(labels(stage.model.pane?.figure) == ["height"])
        stage.press("Right")
        stage.panes[0].advance(50)
        stage.look(at: 0)
        #expect(labels(stage.model.pane?.figure) == ["before height", "height"])
        guard case .plot(let plot)? = stage.model.pane?.figure?.body, let ghost = plot.marks.first as? Line else {
            Issue.record("no ghost")
            return
        }
        #expect(ghost.look.isDim && ghost.series.count == 400, "as it stood when the change was made")
        // Tweaks in quick succession are one change: the ghost stays the first.
        stage.press("Right")
        guard case .plot(let again)? = stage.model.pane?.figure?.body, let same = again.marks.first as? Line else { return }
        #expect(same.series.count == 400)
        // Another figure has no ghost of its own yet.
        stage.press("f")
        #expect(!stage.screen.contains("before"))
    }

    @Test func `a run that is pinned twice is told, and C shows what differs first`() throws {
        var stage = try Stage.tide(columns: 100, rows: 40)
        stage.press("p")
        #expect(stage.bottom.contains("pinned"))
        stage.press("p")
        #expect(stage.bottom.contains("pin 1 has the same configuration and seed"))
        stage.press("Right")
        stage.panes[0].advance(100)
        stage.look(at: 0)
        #expect(stage.press("C") == [.compare(pane: 0)])
        let comparison = stage.panes[0].comparison()
        #expect(comparison.table.columns == ["", "", "now", "pin 1", "pin 2"])
        #expect(comparison.twins == ["pin 1 and pin 2 have the same configuration and seed: they are the same run"])
        let rows = comparison.table.rows
        #expect(rows.map { $0[0] }.prefix(3) == [.text("seed"), .text("steps"), .text("drift")])
        #expect(
            rows[0][1] == .text("") && rows[1][1] == .text("≠")
                && rows[2] == [.text("drift"), .text("≠"), .text("0.1"), .text("0"), .text("0")])
        #expect(rows.last?[1] == .text(""), "what is equal comes last")
        stage.send(.compared(comparison))
        #expect(stage.screen.contains("The run and its pins") && stage.screen.contains("they are the same run"))
        #expect(stage.screen.contains("drift") && stage.screen.contains("0.1"))
        stage.press("Escape")
        #expect(!stage.screen.contains("The run and its pins"))
    }

    @Test func `alone, a run is told how to have something to compare with`() throws {
        var stage = try Stage.tide()
        stage.send(.compared(stage.panes[0].comparison()))
        #expect(stage.screen.contains("p pins one"))
    }

    @Test func `a table is sorted by any column, both ways, and comes back to its own order`() throws {
        var stage = try Stage.tide(steps: 20)
        stage.press("]")
        #expect(stage.bottom.contains("t shows one"))
        stage.press("t")
        func first() -> String { stage.screen.split(separator: "\n").map(String.init)[4] }
        let own = first()
        stage.press("]", "]")
        #expect(stage.screen.contains("by y"))
        let least = first()
        stage.press("\\")
        #expect(stage.screen.contains("from the greatest") && first() != least)
        stage.press("]")
        #expect(first() == own)
        stage.press("[")
        #expect(stage.screen.contains("by y"))
    }

    @Test func `numbers are sorted by size, what is none stays at the end`() {
        let table = Table(
            "t", columns: ["a", "b"],
            rows: [
                [.number(10), .text("x")], [.number(9), .text("y")], [.none, .none], [.number(.nan), .text("w")],
                [.integer(-1), .text("v")],
                [.text("word"), .text("u")], [.number(9), .text("z")],
            ])
        func order(_ table: Table) -> [Table.Value] { table.rows.map { $0[1] } }
        #expect(order(table.sorted(by: 0)) == [.text("v"), .text("y"), .text("z"), .text("x"), .text("u"), .text("w"), .none])
        #expect(
            order(table.sorted(by: 0, descending: true)) == [.text("x"), .text("y"), .text("z"), .text("v"), .text("u"), .text("w"), .none])
        #expect(table.sorted(by: 7) == table)
    }

    @Test func `who is here for the first time is told where to begin, until the first key`() throws {
        var stage = try Stage.tide(columns: 140)
        stage.send(.welcomed)
        #expect(stage.bottom.contains("new here?"))
        stage.model.now += 6
        stage.send(.timePassed)
        #expect(stage.bottom.contains("new here?"))
        var later = stage
        later.model.now += 7
        later.send(.timePassed)
        #expect(later.bottom.contains("quit"), "the key bar comes back by itself")
        stage.press("Down")
        #expect(stage.bottom.contains("quit"))
    }

    @Test func `x offers every form; a path must fit the form; the clipboard gets text`() throws {
        var stage = try Stage.tide()
        stage.press("x")
        for format in ExportFormat.allCases { #expect(stage.screen.contains(format.summary), "\(format)") }
        stage.type("svg")
        stage.press("Enter")
        #expect(stage.bottom.contains("toy.tide-trace.svg"))
        stage.press("Ctrl-U")
        stage.type("figure.png")
        stage.press("Enter")
        #expect(stage.screen.contains("does not say what to write"))
        stage.press("Ctrl-U")
        stage.type("figure.csv")
        stage.press("Enter")
        #expect(stage.screen.contains("expected a name that ends in .svg"))
        stage.press("Ctrl-U")
        stage.type("figure.svg")
        #expect(stage.press("Enter") == [.export(pane: 0, figure: "trace", view: PlotView(), .svg, path: "figure.svg")])
        stage.press("x")
        stage.type("copy data")
        guard case .copy(let text)? = stage.press("Enter").last else {
            Issue.record("nothing copied")
            return
        }
        #expect(text.hasPrefix("x,y\n") && text.split(separator: "\n").count == 401)
        stage.press("x")
        stage.type("asciicast")
        stage.press("Enter")
        #expect(stage.press("Enter") == [.exportSession(path: "session.cast")])
    }
}
