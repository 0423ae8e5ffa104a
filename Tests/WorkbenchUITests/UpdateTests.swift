import Engine
import Plotting
import Terminal
import Testing

@testable import WorkbenchUI

/// From keys to effects, without a terminal, a file or a clock.
@Suite struct `What keys do` {
    private func set(_ name: String, _ value: Value) -> Effect { .perform(pane: 0, .set(name: name, value: value, input: nil)) }

    // MARK: Parameters

    @Test func `Left and Right tweak by the parameter's step, Shift by ten`() throws {
        var stage = try Stage.tide()
        #expect(stage.model.pane?.parameter?.name == "drift", "the first live number is chosen first")
        #expect(stage.press("Right") == [set("drift", .real(0.1))])
        #expect(stage.press("Shift-Right") == [set("drift", .real(1.1))])
        #expect(stage.press("Left", "Shift-Left") == [set("drift", .real(1)), set("drift", .real(0))])
        stage.press("Down")
        #expect(stage.press("Right") == [set("gain", .real(1.1))])
        stage.press("Up", "Up")
        #expect(stage.press("Right") == [set("length", .integer(100_000))])
        #expect(stage.value("length") == .integer(100_000))
    }

    @Test func `a tweak shows at once, marked until it acts`() throws {
        var stage = try Stage.tide()
        _ = stage.model.update(.keyPressed("Right"))
        #expect(stage.model.pane?.pending == ["drift": .real(0.1)])
        #expect(stage.screen.contains("▸ drift   0.1 m"))
        stage.send(.performed(pane: 0, .set(name: "drift", value: .real(0.1), input: nil)))
        #expect(stage.model.pane?.pending == [:])
    }

    @Test func `a tweak beyond the range's end says where the end is`() throws {
        var stage = try Stage.tide(["drift": .real(10)])
        #expect(stage.press("Right") == [])
        #expect(stage.bottom == " drift is at the upper end of its range; expected a number from -10 to 10")
        stage.press("Left")
        #expect(stage.value("drift") == .real(9.9))
    }

    @Test func `choices and flags go round, texts open a line`() throws {
        var stage = try Stage.tide()
        stage.press("Down", "Down")
        #expect(stage.press("Left") == [set("weather", .text("storm"))])
        stage.press("Down")
        #expect(stage.press("Right", "Right") == [set("smooth", .flag(true)), set("smooth", .flag(false))])
        stage.press("Down", "Right")
        guard case .prompt(let prompt) = stage.model.overlay else { return #expect(Bool(false), "no line is open") }
        #expect(prompt.purpose == .value(parameter: "starts"))
    }

    @Test(arguments: [
        ("2.5", Value.real(2.5)), ("-1e-3", .real(-0.001)), ("  3 ", .real(3)), ("10", .real(10)),
    ])
    func `a value typed takes the place of the old one`(typed: String, value: Value) throws {
        var stage = try Stage.tide(["drift": .real(1)])
        stage.press("=")
        stage.type(typed)
        #expect(stage.press("Enter") == [set("drift", value)])
        #expect(stage.model.overlay == nil)
    }

    @Test(arguments: ["99", "-10.001", "nan", "inf", "", "abc", "1,5", "١", "1e999", "e\u{301}", "0x10p9", "👩‍👩‍👧"])
    func `a value that cannot be is refused in one sentence, and the line stays`(typed: String) throws {
        var stage = try Stage.tide()
        stage.press("=", "Ctrl-U", "Ctrl-K")
        stage.type(typed)
        #expect(stage.press("Enter") == [])
        guard case .prompt(let prompt) = stage.model.overlay else { return #expect(Bool(false), "the line has gone") }
        let complaint = try #require(prompt.complaint)
        #expect(complaint.hasPrefix("drift = ") && complaint.contains("expected a number from -10 to 10"))
        #expect(stage.screen.contains("was refused"))
        #expect(stage.value("drift") == .real(0))
        stage.press("Backspace")
        guard case .prompt(let again) = stage.model.overlay else { return #expect(Bool(false), "the line has gone") }
        #expect(again.complaint == nil, "typing on takes the complaint away")
        stage.press("Escape")
        #expect(stage.model.overlay == nil && stage.value("drift") == .real(0))
    }

    @Test func `any Unicode can be typed and pasted as a text, newlines included`() throws {
        var stage = try Stage.tide()
        stage.press("Up", "Up", "=", "Ctrl-U")
        guard case .prompt(let prompt) = stage.model.overlay else { return #expect(Bool(false), "no line is open") }
        #expect(prompt.purpose == .value(parameter: "label"))
        stage.type("漢é")
        stage.send(.textPasted("e\u{301}👩‍👩‍👧\nzweite"))
        stage.press("Left", "Home", "Delete", "End", "Backspace")
        #expect(stage.press("Enter") == [set("label", .text("ée\u{301}👩‍👩‍👧\nzweit"))])
    }

    @Test func `pasting where nothing is typed changes nothing and says so`() throws {
        var stage = try Stage.tide()
        stage.send(.textPasted("q\nR"))
        #expect(stage.effects.isEmpty)
        #expect(stage.bottom.contains("pasted text is taken where a line is typed"))
    }

    @Test func `d sets the default, and says when it is that already`() throws {
        var stage = try Stage.tide(["drift": .real(3)])
        #expect(stage.press("d") == [set("drift", .real(0))])
        #expect(stage.press("d") == [])
        #expect(stage.bottom == " drift is 0 already")
    }

    @Test func `what the experiment refuses leaves the value, with a sentence in the pane`() throws {
        var stage = try Stage.tide()
        stage.press("Up", "Up", "=", "Ctrl-U")
        stage.type("refuse")
        stage.press("Enter")
        #expect(stage.model.pane?.complaint == "label: “refuse” was refused; expected another name")
        #expect(stage.screen.contains("label: “refuse” was refused; expected another name"))
        #expect(stage.model.pane?.pending == [:] && stage.value("label") == .text("tide"))
        #expect(stage.model.obstacle(to: .undo) != nil, "nothing changed, so there is nothing to take back")
    }

    // MARK: Undo and redo

    @Test func `quick tweaks are one change to take back, slow ones each their own`() throws {
        var stage = try Stage.tide()
        for moment in [0.0, 0.5, 1.2] {
            stage.model.now = moment
            stage.press("Right")
        }
        stage.model.now = 5
        stage.press("Right")
        #expect(stage.value("drift") == .real(0.4))
        #expect(stage.press("u") == [set("drift", .real(0.3))])
        #expect(stage.press("u") == [set("drift", .real(0))])
        #expect(stage.press("u") == [])
        #expect(stage.bottom == " Undo: no parameter change to take back")
        #expect(stage.press("U", "U") == [set("drift", .real(0.3)), set("drift", .real(0.4))])
        #expect(stage.press("U") == [])
        #expect(stage.bottom == " Redo: no change was taken back")
    }

    @Test func `a new change after undo forgets what was taken back; a change there and back is none`() throws {
        var stage = try Stage.tide()
        stage.press("Right", "u", "Down")
        stage.model.now = 10
        stage.press("Right")
        #expect(stage.press("U") == [])
        stage.press("Left")
        #expect(stage.value("gain") == .real(1))
        #expect(stage.press("u") == [])
    }

    @Test func `undo chooses the parameter it changes, and each pane has its own`() throws {
        var stage = try Stage.four()
        stage.press("Right", "2", "Down", "Right", "1", "Down", "Down")
        #expect(stage.press("u") == [set("drift", .real(0))])
        #expect(stage.model.pane?.parameter?.name == "drift")
        stage.press("2")
        #expect(stage.press("u") == [.perform(pane: 1, .set(name: "gain", value: .real(1), input: nil))])
    }

    @Test func `an undo that is refused can be tried again, and quick tweaks keep what acted of them`() throws {
        var stage = try Stage.tide()
        stage.press("Right")
        _ = stage.model.update(.keyPressed("u"))
        stage.send(.refused(pane: 0, .set(name: "drift", value: .real(0), input: nil), "no"))
        #expect(stage.press("u") == [set("drift", .real(0))])
        stage.model.now = 10
        stage.press("Right")
        _ = stage.model.update(.keyPressed("Right"))
        stage.send(.refused(pane: 0, .set(name: "drift", value: .real(0.2), input: nil), "no"))
        #expect(stage.value("drift") == .real(0.1))
        #expect(stage.press("u") == [set("drift", .real(0))])
    }

    // MARK: Running

    @Test func `Space, n, r and R run, step, restart and reseed`() throws {
        var stage = try Stage.tide(steps: 0)
        #expect(stage.press("n") == [.step(pane: 0)])
        #expect(stage.press("Space") == [.perform(pane: 0, .started)])
        #expect(stage.press("n") == [])
        #expect(stage.bottom == " One step: it is running; Space pauses it")
        #expect(stage.press("Space") == [.perform(pane: 0, .paused)])
        #expect(stage.press("r", "R") == [.perform(pane: 0, .restarted(seed: 42)), .perform(pane: 0, .restarted(seed: 43))])
    }

    @Test func `what has finished says so, what failed is tried again`() throws {
        var finished = try Stage.tide(["length": .integer(10)])
        #expect(finished.press("Space", "n") == [])
        #expect(finished.bottom == " One step: the run has finished: 10 steps; r restarts it")
        var failed = try Stage.tide(["label": .text("rocks")])
        #expect(failed.model.pane?.condition == .failed)
        #expect(failed.bottom.contains("Space try again"))
        #expect(failed.press("Space") == [.perform(pane: 0, .started)])
    }

    @Test func `nothing can be done to a pane before its first state has come`() throws {
        var model = Model(columns: 80, rows: 24, cards: [Tide.card])
        model.panes = [PaneModel(card: Tide.card)]
        for key: Key in ["Space", "n", "r", "R", "p", "Right", "Left", "Shift-Right", "=", "d"] {
            #expect(model.update(.keyPressed(key)) == [])
            #expect(model.notice?.text.hasSuffix("the pane is starting") == true, "\(key)")
        }
    }

    // MARK: Figures

    @Test func `f and F go round the figures, and the journal is told`() throws {
        var stage = try Stage.tide()
        #expect(stage.press("f") == [.perform(pane: 0, .selected(figure: "parts"))])
        #expect(stage.press("F", "F").last == .perform(pane: 0, .selected(figure: "table")))
        #expect(stage.press("f") == [.perform(pane: 0, .selected(figure: "trace"))])
    }

    @Test func `zooming, panning, log axes and auto-scale change the view of one figure alone`() throws {
        var stage = try Stage.tide(steps: 1001)
        let whole = try #require(stage.model.pane?.figure?.shownRanges(view: PlotView())?.x)
        stage.press("+")
        let half = try #require(stage.model.pane?.view.x)
        #expect(abs((half.upperBound - half.lowerBound) - (whole.upperBound - whole.lowerBound) / 2) < 1e-6)
        stage.press("Ctrl-Right")
        let moved = try #require(stage.model.pane?.view.x)
        #expect(moved.lowerBound > half.lowerBound)
        stage.press("-", "l", "L")
        #expect(stage.model.pane?.view.flipsLogY == true && stage.model.pane?.view.flipsLogX == true)
        stage.press("f", "f")
        #expect(stage.model.pane?.view == PlotView())
        stage.press("F", "F", "a")
        #expect(stage.model.pane?.view == PlotView())
        stage.press("f", "f", "+")
        #expect(stage.bottom == " Zoom in: this figure has no axes")
    }

    @Test func `the cross-hair takes the arrows until Escape puts it away`() throws {
        var stage = try Stage.tide()
        stage.press("i")
        let middle = try #require(stage.model.pane?.view.crosshair)
        #expect(stage.press("Right", "Shift-Right") == [])
        let right = try #require(stage.model.pane?.view.crosshair)
        #expect(right > middle)
        stage.press("Shift-Left", "Left")
        #expect(abs(try #require(stage.model.pane?.view.crosshair) - middle) < 1e-6)
        for _ in 0..<30 { stage.press("Shift-Left") }
        #expect(try #require(stage.model.pane?.view.crosshair) >= 0, "it stops at the figure's edge")
        stage.press("Escape")
        #expect(stage.model.pane?.view.crosshair == nil && stage.model.pane?.isInspecting == false)
        #expect(stage.press("Right") == [set("drift", .real(0.1))])
    }

    @Test func `t shows the data, PageDown scrolls them, Escape goes back`() throws {
        var stage = try Stage.tide()
        stage.press("t", "PageDown")
        #expect(stage.model.pane?.tableScroll == 16)
        #expect(stage.screen.contains("The height so far, data"))
        for _ in 0..<100 { stage.press("PageDown") }
        #expect(stage.model.pane?.tableScroll == 399)
        stage.press("PageUp", "Escape")
        #expect(stage.model.pane?.showsTable == false)
        #expect(!stage.screen.contains("so far, data"))
    }

    @Test func `p pins and P lets go`() throws {
        var stage = try Stage.tide()
        #expect(stage.press("P") == [])
        #expect(stage.bottom == " Unpin: no run is pinned; p pins one")
        stage.press("p", "p")
        #expect(stage.panes[0].pins.count == 2)
        #expect(stage.press("P") == [.perform(pane: 0, .unpinned(1))])
        #expect(stage.panes[0].pins.count == 1)
    }

    // MARK: Panes

    @Test func `numbers and Tab move the focus, z and Enter zoom`() throws {
        var stage = try Stage.four()
        stage.press("3")
        #expect(stage.model.focus == 2)
        stage.press("Tab", "Tab")
        #expect(stage.model.focus == 0)
        stage.press("Shift-Tab")
        #expect(stage.model.focus == 3)
        #expect(stage.model.isGrid && stage.model.visible == [0, 1, 2, 3])
        stage.press("Enter")
        #expect(!stage.model.isGrid && stage.model.visible == [3])
        stage.press("Escape")
        #expect(stage.model.isGrid)
        var single = try Stage.tide()
        single.press("2")
        #expect(single.bottom == " Pane 2: there is one pane")
        stage.send(.sessionOpened([Tide.card, Tide.card], stage.model.file, nil))
        stage.press("4")
        #expect(stage.model.notice?.text == "Pane 4: there are 2 panes")
        single.press("z")
        #expect(single.bottom == " Zoom: there is one pane")
    }

    @Test func `e gives the pane another experiment, with a fresh look at it`() throws {
        var stage = try Stage.tide()
        stage.press("Right", "+", "e")
        stage.type("oracle")
        #expect(stage.press("Enter") == [.choose(pane: 0, experiment: "toy.oracle")])
        #expect(stage.model.pane?.card.id == "toy.oracle")
        #expect(stage.model.pane?.done.isEmpty == true && stage.model.pane?.views.isEmpty == true)
        stage.press("Right")
        #expect(stage.bottom == " Increase: the experiment has no parameters")
    }

    @Test func `resizing loses nothing`() throws {
        var stage = try Stage.four()
        stage.press("2", "=")
        stage.type("1.5")
        let before = stage.screen
        for (columns, rows) in [(1, 1), (80, 24), (39, 12), (500, 100), (120, 40)] { stage.send(.resized(columns: columns, rows: rows)) }
        #expect(stage.screen == before)
    }

    // MARK: The session

    @Test func `saving without a file asks for one, with a file it saves`() throws {
        var stage = try Stage.tide()
        #expect(stage.press("s") == [.save])
        stage.send(.fileChanged(FileState()))
        #expect(stage.press("s") == [])
        #expect(stage.press("Enter") == [.saveAs("session.workspace")])
        stage.press("S", "Ctrl-U", "Enter")
        #expect(stage.screen.contains("expected a path"))
        stage.press("Escape", "o")
        stage.send(.textPasted("~/other.workspace"))
        #expect(stage.press("Enter") == [.open("~/other.workspace")])
        stage.press("m")
        stage.type("here")
        #expect(stage.press("Enter") == [.mark("here")])
        #expect(stage.press("v", "Ctrl-L", "Ctrl-Z", "M", "q") == [.replaySession, .redraw, .suspend, .setMouse(false), .quit(0)])
    }

    @Test func `a disk that refuses is told in the tab line and the bottom line until it takes again`() throws {
        var stage = try Stage.tide()
        var file = stage.model.file
        file.failure = "the workspace cannot be written (No space left on device)"
        stage.send(.fileChanged(file))
        #expect(stage.screen.hasPrefix(" 1 Toy ▶") && stage.screen.contains("✗ not saved"))
        #expect(stage.bottom == " the workspace cannot be written (No space left on device)")
    }

    @Test func `a sentence goes with the next key or by itself, bad news only with a key`() throws {
        var stage = try Stage.tide()
        stage.model.now = 1
        stage.send(.succeeded("saved"))
        stage.model.now = 5.9
        stage.send(.timePassed)
        #expect(stage.bottom == " saved")
        stage.model.now = 6
        stage.send(.timePassed)
        #expect(stage.model.notice == nil)
        stage.send(.failed("the disk is full"))
        stage.model.now = 1000
        stage.send(.timePassed)
        #expect(stage.bottom == " the disk is full")
        stage.press("Down")
        #expect(stage.model.notice == nil)
        stage.press("Ctrl-G")
        #expect(stage.bottom == " Ctrl-G does nothing here; ? shows the keys")
    }

    @Test func `work under way takes the keys, and its failure gives them back`() throws {
        var stage = try Stage.tide()
        stage.send(.progressed("opening", 0.2))
        #expect(stage.press("q", "Right", "Escape") == [])
        #expect(stage.press("Ctrl-L") == [.redraw])
        stage.send(.failed("it is not there"))
        #expect(stage.model.overlay == nil && stage.bottom == " it is not there")
    }
}
