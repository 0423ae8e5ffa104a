import Engine
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

@Suite struct `A replay's keys` {
    private func stage(time: Double = 30) throws -> Stage {
        var stage = try Stage.tide()
        stage.replay(time: time)
        return stage
    }

    @Test func `arrows go event by event, Shift by ten seconds, brackets from mark to mark`() throws {
        var stage = try stage()
        #expect(stage.press("Right", "Left") == [.seekEvents(1), .seekEvents(-1)])
        #expect(stage.press("Shift-Right", "Shift-Left") == [.seek(40), .seek(20)])
        #expect(stage.press("[", "]") == [.seekMarks(-1), .seekMarks(1)])
        #expect(stage.press("Home", "End") == [.seek(0), .seek(90)])
        var late = try self.stage(time: 85)
        #expect(late.press("Shift-Right") == [.seek(90)])
        var early = try self.stage(time: 3)
        #expect(early.press("Shift-Left") == [.seek(0)])
    }

    @Test func `Space plays and stops; from the end it begins again; speed halves and doubles within limits`() throws {
        var stage = try stage()
        #expect(stage.press("Space") == [])
        #expect(stage.model.replay?.isPlaying == true && stage.model.isLively)
        stage.press(">", ">")
        #expect(stage.model.replay?.speed == 4)
        for _ in 0..<20 { stage.press(">") }
        #expect(stage.model.replay?.speed == 64)
        for _ in 0..<20 { stage.press("<") }
        #expect(stage.model.replay?.speed == 0.25)
        #expect(stage.screen.contains("0.25x"))
        stage.press("Space")
        #expect(stage.model.replay?.isPlaying == false && !stage.model.isLively)
        var atEnd = try self.stage(time: 90)
        #expect(atEnd.press("Space") == [.seek(0)])
        atEnd.send(.replayMoved(ReplayPlace(time: 90, mark: nil, divergence: nil, verified: 3)))
        #expect(atEnd.model.replay?.isPlaying == false, "it stops at the end")
    }

    @Test(arguments: [("1:05", 65.0), ("12", 12), ("0:00:30.5", 30.5), ("9:99", 90)])
    func `= goes to a time`(typed: String, seconds: Double) throws {
        var stage = try stage()
        stage.press("=")
        stage.type(typed)
        #expect(stage.press("Enter") == [.seek(seconds)])
    }

    @Test(arguments: ["", "x", "-1", "1:2:3:4", "nan", "1:", "∞"]) func `a time that is none is refused`(typed: String) throws {
        var stage = try stage()
        stage.press("=")
        stage.type(typed)
        #expect(stage.press("Enter") == [])
        #expect(stage.screen.contains("expected a time such as 1:30 or 90"))
    }

    @Test func `b branches; Escape goes back to the live session, or ends where there is none`() throws {
        var stage = try stage()
        #expect(stage.press("b") == [.branch])
        #expect(stage.press("Escape") == [.leaveReplay])
        var alone = try Stage.tide()
        alone.replay(hasLiveSession: false)
        #expect(alone.press("Escape") == [.quit(0)])
    }

    @Test func `what alters a run says that it cannot be done here`() throws {
        var stage = try stage()
        for (key, title) in [
            ("r", "Restart"), ("R", "New seed"), ("d", "Default value"), ("p", "Pin"), ("s", "Save"), ("u", "Undo"),
            ("e", "Choose experiment"),
        ] as [(Key, String)] {
            #expect(stage.press(key) == [])
            #expect(stage.model.notice?.text == "\(title): not in a replay; Escape leaves it, b branches from it")
        }
        stage.press(":")
        stage.type("restart")
        stage.press("Enter")
        #expect(stage.model.notice?.text == "Restart: not in a replay; Escape leaves it, b branches from it")
        #expect(stage.effects.isEmpty)
        var live = try Stage.tide()
        #expect(live.press("b") == [])
        #expect(live.bottom == " Branch: only in a replay; v replays this session")
    }

    @Test func `without marks the brackets say so`() throws {
        var stage = try Stage.tide()
        stage.replay(marks: [])
        #expect(stage.press("]") == [])
        #expect(stage.bottom == " Next mark: the session has no marks; m sets one")
    }

    @Test func `the first digest that differs stops it with a sentence`() throws {
        var stage = try stage()
        stage.press("Space")
        stage.send(.replayMoved(ReplayPlace(time: 31, mark: nil, divergence: "pane 1, step 3: x is 1 here and 2 there", verified: 1)))
        #expect(stage.model.replay?.isPlaying == false)
        #expect(stage.bottom.hasPrefix(" the replay stops here: pane 1, step 3"))
    }

    @Test func `the view journalled is recalled, words of another version are passed over`() throws {
        var live = try Stage.four()
        live.press("3", "z", "+")
        let words = live.model.viewState.words
        var replay = try Stage.four()
        replay.replay()
        replay.send(.viewRecalled(words))
        #expect(replay.model.focus == 2 && replay.model.isZoomed && replay.model.pane?.view.x != nil)
        #expect(replay.model.viewState.words == words)
        replay.send(.viewRecalled("{\"later\":1}"))
        replay.send(.viewRecalled(""))
        #expect(replay.model.viewState.words == words)
    }
}

@Suite struct `The mouse` {
    private func region(_ stage: Stage, _ target: Region.Target) throws -> Region {
        try #require(stage.model.frame().regions.last { $0.target == target })
    }

    private func use(_ stage: inout Stage, _ action: Mouse.Action, column: Int, row: Int) {
        stage.send(.mouseUsed(Mouse(action, column: column, row: row), on: stage.model.frame().regions))
    }

    @Test func `a click focuses a pane, its tab or its parameter`() throws {
        var stage = try Stage.four()
        let tab = try region(stage, .tab(3)).block
        use(&stage, .pressed(0), column: tab.column + 1, row: tab.row)
        #expect(stage.model.focus == 3)
        let row = try region(stage, .parameter(pane: 1, place: 2)).block
        use(&stage, .pressed(0), column: row.column, row: row.row)
        #expect(stage.model.focus == 1 && stage.model.pane?.parameter?.name == "gain")
        let pane = try region(stage, .pane(0)).block
        use(&stage, .pressed(0), column: pane.column, row: pane.row)
        #expect(stage.model.focus == 0)
        use(&stage, .pressed(2), column: tab.column + 1, row: tab.row)
        #expect(stage.model.focus == 0, "the right button does nothing")
        #expect(stage.effects.isEmpty)
    }

    @Test func `the wheel tweaks the parameter under it and zooms the figure under it`() throws {
        var stage = try Stage.four()
        let row = try region(stage, .parameter(pane: 2, place: 1)).block
        use(&stage, .wheelUp, column: row.column, row: row.row)
        #expect(stage.effects == [.perform(pane: 2, .set(name: "drift", value: .real(0.6), input: nil))])
        let figure = try region(stage, .figure(1)).block
        use(&stage, .wheelUp, column: figure.column + 5, row: figure.row + 5)
        #expect(stage.model.focus == 1 && stage.model.pane?.view.x != nil)
    }

    @Test func `a click in the figure moves the cross-hair that is out`() throws {
        var stage = try Stage.tide()
        stage.press("i")
        let figure = try region(stage, .figure(0)).block
        use(&stage, .pressed(0), column: figure.column + figure.columns - 1, row: figure.row + 3)
        let right = try #require(stage.model.pane?.view.crosshair)
        use(&stage, .dragged(0), column: figure.column, row: figure.row + 3)
        #expect(try #require(stage.model.pane?.view.crosshair) < right)
    }

    @Test func `the time line takes clicks and drags, the wheel goes event by event`() throws {
        var stage = try Stage.tide()
        stage.replay()
        let line = try region(stage, .timeline).block
        use(&stage, .pressed(0), column: line.column, row: line.row)
        use(&stage, .dragged(0), column: line.column + line.columns - 1, row: line.row)
        use(&stage, .wheelDown, column: line.column, row: line.row)
        #expect(stage.effects == [.seek(0), .seek(90), .seekEvents(-1)])
    }

    @Test func `in a list a click chooses and a second takes; beside it closes it`() throws {
        var stage = try Stage.tide()
        stage.press("e")
        let item = try region(stage, .item(1)).block
        use(&stage, .pressed(0), column: item.column, row: item.row)
        #expect(stage.effects.isEmpty)
        use(&stage, .pressed(0), column: item.column, row: item.row)
        #expect(stage.effects == [.choose(pane: 0, experiment: "toy.oracle")])
        stage.press("?")
        use(&stage, .wheelDown, column: 10, row: 10)
        #expect(stage.model.overlay == .help(scroll: 1))
        use(&stage, .pressed(0), column: 0, row: 0)
        #expect(stage.model.overlay == nil)
    }

    @Test func `outside of everything it does nothing`() throws {
        var stage = try Stage.tide()
        use(&stage, .pressed(0), column: 79, row: 23)
        use(&stage, .pressed(0), column: 10_000, row: -3)
        #expect(stage.effects.isEmpty)
    }
}
