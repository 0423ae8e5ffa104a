import Engine
import Plotting
import Terminal
import Testing

@testable import WorkbenchUI

/// Presets, seeds, the search of the help, and the cross-hair that figures share.
@Suite struct `Presets, seeds, searches` {
    @Test func `a preset is one change to take back and to make again`() throws {
        var stage = try Stage.tide(["drift": .real(3)])
        stage.press("E")
        #expect(stage.screen.contains("Presets of toy.tide") && stage.screen.contains("spring"))
        #expect(stage.press("Enter") == [.preset(pane: 0, name: "spring")])
        let before = stage.panes[0].configuration
        #expect(stage.press("u") == [.configure(pane: 0, before)])
        #expect(stage.bottom.contains("back to what was before “spring”"))
        #expect(stage.press("U") == [.preset(pane: 0, name: "spring")])
        stage.press("E")
        stage.type("defaults")
        #expect(stage.press("Enter") == [.preset(pane: 0, name: "")])
    }

    @Test func `a preset is found in the palette too, and in a replay it says why not`() throws {
        var stage = try Stage.tide()
        stage.press(":")
        stage.type("spring")
        #expect(stage.press("Enter") == [.preset(pane: 0, name: "spring")])
        stage.replay()
        #expect(stage.press("E").isEmpty && stage.bottom.contains("not in a replay"))
    }

    @Test(arguments: [("8", Effect.perform(pane: 0, .seeds(8, .standardError))), ("5 quantiles", .perform(pane: 0, .seeds(5, .quantiles)))])
    func `B asks how many seeds`(typed: String, effect: Effect) throws {
        var stage = try Stage.tide()
        stage.press("B")
        stage.type(typed)
        #expect(stage.press("Enter") == [effect])
        #expect(stage.screen.contains("seed 42 +"))
        stage.press("B")
        stage.type("1")
        stage.press("Enter")
        #expect(!stage.screen.contains("seed 42 +"))
    }

    @Test(arguments: ["", "0", "65", "x", "8 sd", "8 se se"]) func `what is no number of seeds is refused where it is typed`(
        _ typed: String
    ) throws {
        var stage = try Stage.tide()
        stage.press("B", "Ctrl-U", "Backspace")
        stage.type(typed)
        #expect(stage.press("Enter").isEmpty)
        guard case .prompt(let prompt) = stage.model.overlay else { return #expect(Bool(false), "the line has gone") }
        #expect(prompt.complaint?.contains("expected") == true)
    }

    @Test func `the help is searched by words, in whatever case`() throws {
        var stage = try Stage.tide(columns: 100, rows: 30)
        stage.press("?", "/")
        stage.type("PIN behind")
        #expect(stage.screen.contains("Keep the run as it stands as a dim curve"), "its name counts, which stands in the palette alone")
        stage.press("Ctrl-U")
        stage.type("UNDO curve")
        #expect(!stage.screen.contains("Take the last parameter change back"), "both words are wanted in one entry")
        stage.press("Ctrl-U")
        stage.type("change back")
        #expect(stage.screen.contains("Take the last parameter change back"))
        #expect(stage.screen.contains("Parameters") && !stage.screen.contains("Cross-hair"))
        stage.press("q")
        #expect(stage.screen.contains("nothing here holds “change backq”"))
        stage.press("Escape")
        #expect(stage.screen.contains("Cross-hair") || stage.screen.contains("more lines"))
        stage.press("Escape")
        #expect(stage.model.overlay == nil)
    }

    @Test func `the cross-hair goes along to a figure over the same axis, and to the middle of any other`() throws {
        var stage = try Stage.tide()
        stage.press("i", "Left", "Left", "Left")
        let x = try #require(stage.model.pane?.view.crosshair)
        let axis = try #require(stage.model.pane?.figure?.xAxisName)
        var seen: [String] = []
        for _ in 1..<Tide.card.figures.count {
            stage.press("f")
            guard let pane = stage.model.pane, let figure = pane.figure, let other = figure.xAxisName else { continue }
            guard pane.isInspecting else { continue }
            seen.append(figure.id)
            if other == axis {
                #expect(pane.view.crosshair == x, "\(figure.id)")
            } else {
                #expect(pane.view.crosshair != nil, "\(figure.id)")
            }
        }
        #expect(!seen.isEmpty)
    }

    @Test func `a figure held by the mouse moves with it`() throws {
        var stage = try Stage.tide(columns: 120, rows: 40)
        stage.press("+")
        let before = try #require(stage.model.pane?.view.x)
        let area = try #require(stage.model.frame().regions.last { $0.target == .plotArea(0) }).block
        func use(_ action: Mouse.Action, _ column: Int) {
            stage.send(.mouseUsed(Mouse(action, column: column, row: area.row + 1), on: stage.model.frame().regions))
        }
        use(.pressed(0), area.column + 10)
        use(.dragged(0), area.column + 20)
        let after = try #require(stage.model.pane?.view.x)
        let share = (before.lowerBound - after.lowerBound) / (before.upperBound - before.lowerBound)
        #expect(abs(share - 10 / Double(area.columns)) < 1e-9, "ten columns to the right is ten columns of earlier data")
        use(.dragged(0), area.column + 10)
        #expect(stage.model.pane?.view.x == before)
        use(.released(0), area.column + 10)
        use(.dragged(0), area.column + 30)
        #expect(stage.model.pane?.view.x == before, "let go, it stays")
    }

    @Test(arguments: [
        ("#1200", Effect.seekStep(pane: 0, step: 1200)), ("step 7", .seekStep(pane: 0, step: 7)),
        ("# 1,000", .seekStep(pane: 0, step: 1000)), ("0:30", .seek(30)),
    ])
    func `a replay is sent to a time or a step`(typed: String, effect: Effect) throws {
        var stage = try Stage.tide()
        stage.replay()
        stage.press("=")
        stage.type(typed)
        #expect(stage.press("Enter") == [effect])
    }
}
