import Engine
import Surface
import Testing

@testable import WorkbenchUI

/// Whole screens as text files, which are read like code: the model's frame is a pure function, so they are exact.
@Suite struct `Pictures of the session` {
    @Test func `four panes in a grid at 120x40`() throws {
        try expectPicture("grid-120x40", try Stage.four().model.frame().surface)
    }

    @Test func `one pane at 80x24, tabs above`() throws {
        try expectPicture("pane-80x24", try Stage.four(columns: 80, rows: 24).model.frame().surface)
    }

    @Test func `a pane zoomed at 200x60`() throws {
        var stage = try Stage.four(columns: 200, rows: 60)
        stage.press("2", "z")
        try expectPicture("zoomed-200x60", stage.model.frame().surface)
    }

    @Test func `a grid in ASCII holds printable ASCII alone`() throws {
        let surface = try Stage.four(glyphs: .ascii).model.frame().surface
        #expect(surface.text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        try expectPicture("grid-ascii-120x40", surface)
    }

    @Test func `below 40x12 one line says what is needed`() throws {
        try expectPicture("small-39x11", try Stage.four(columns: 39, rows: 11).model.frame().surface)
    }

    @Test func `the least size, 40x12`() throws {
        try expectPicture("least-40x12", try Stage.four(columns: 40, rows: 12).model.frame().surface)
    }

    @Test func `help over a pane`() throws {
        var stage = try Stage.tide()
        stage.press("?")
        try expectPicture("help-80x24", stage.model.frame().surface)
    }

    @Test func `the palette narrowed by a few letters`() throws {
        var stage = try Stage.four()
        stage.press(":")
        stage.type("step")
        try expectPicture("palette-120x40", stage.model.frame().surface)
    }

    @Test func `a value out of range, and the complaint above the line`() throws {
        var stage = try Stage.tide()
        stage.press("=")
        stage.type("99")
        stage.press("Enter")
        try expectPicture("complaint-80x24", stage.model.frame().surface)
    }

    @Test func `a replay with its time line, marks and digests`() throws {
        var stage = try Stage.four()
        stage.replay()
        try expectPicture("replay-120x40", stage.model.frame().surface)
    }

    @Test func `a replay that came out otherwise, at 80x24`() throws {
        var stage = try Stage.tide()
        stage.replay()
        stage.send(
            .replayMoved(
                ReplayPlace(
                    time: 31, mark: nil, divergence: "pane 1, step 400: height is 1.5 in this replay and 0.25 in the journal", verified: 12)
            ))
        try expectPicture("divergence-80x24", stage.model.frame().surface)
    }

    @Test func `a pane that failed says why and what to do`() throws {
        let stage = try Stage.tide(["label": .text("rocks")])
        try expectPicture("failed-80x24", stage.model.frame().surface)
    }

    @Test func `a pane that waits shows what it has heard so far`() throws {
        var stage = try Stage([try Configuration(Oracle.card)], steps: [1], columns: 80, rows: 24)
        stage.look(at: 0, heard: [.text("If you cross the river, a great")])
        try expectPicture("waiting-80x24", stage.model.frame().surface)
    }

    @Test func `a choice is chosen from a list`() throws {
        var stage = try Stage.tide()
        stage.press("Down", "Down", "=")
        try expectPicture("choice-80x24", stage.model.frame().surface)
    }

    @Test func `a figure in words`() throws {
        var stage = try Stage.tide()
        stage.press("D")
        try expectPicture("words-80x24", stage.model.frame().surface)
    }

    @Test func `a figure's data, and a tweak on its way`() throws {
        var stage = try Stage.tide(columns: 100, rows: 30)
        stage.press("t")
        _ = stage.model.update(.keyPressed("Right"))
        try expectPicture("table-100x30", stage.model.frame().surface)
    }

    @Test func `pinned runs, a changed parameter and the cross-hair`() throws {
        var stage = try Stage.tide(columns: 110, rows: 36)
        stage.press("p", "R")
        stage.panes[0].advance(200)
        stage.press("Shift-Right")
        stage.panes[0].advance(100)
        stage.look(at: 0)
        stage.press("i", "Shift-Right")
        try expectPicture("pins-110x36", stage.model.frame().surface)
    }

    @Test func `work that takes a while`() throws {
        var stage = try Stage.tide()
        stage.send(.progressed("opening tides.workspace", 0.37))
        try expectPicture("progress-80x24", stage.model.frame().surface)
    }

    @Test func `before the first state has come`() throws {
        let model = Model(columns: 80, rows: 24, cards: [Tide.card])
        var opened = model
        opened.panes = [PaneModel(card: Tide.card), PaneModel(card: Oracle.card)]
        try expectPicture("starting-80x24", opened.frame().surface)
    }
}
