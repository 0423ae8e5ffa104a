import Engine
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// Every screen draws at every size, inside the surface.
@Suite struct `At any size` {
    /// Everything that can lie over the panes, over live panes and a replay.
    static func variants(_ glyphs: GlyphSet) throws -> [Stage] {
        let base = try Stage.four(glyphs: glyphs)
        var variants = [base, try Stage.four(glyphs: glyphs)]
        variants[1].replay()
        for keys: [Key] in [["?"], ["D"], [":"], ["e"], ["="], ["S"], ["i"], ["t"], ["f"], ["f", "f"], ["F"], ["4", "z"]] {
            var stage = base
            for key in keys { stage.press(key) }
            variants.append(stage)
        }
        var complaint = base
        complaint.press("=")
        complaint.type(String(repeating: "漢字 9", count: 40))
        complaint.press("Enter")
        variants.append(complaint)
        var progress = base
        progress.send(.progressed("opening", 0.5))
        variants.append(progress)
        var lost = base
        lost.replay(duration: 0, marks: [0, 0])
        lost.send(.replayMoved(ReplayPlace(time: 0, mark: "m", divergence: String(repeating: "no ", count: 60), verified: 1)))
        variants.append(lost)
        var starting = base
        starting.model.panes = [PaneModel(card: Tide.card), PaneModel(card: Oracle.card), PaneModel(card: Tide.card)]
        variants.append(starting)
        var empty = base
        empty.model.panes = []
        variants.append(empty)
        return variants
    }

    static func check(_ stage: Stage, _ columns: Int, _ rows: Int, _ location: SourceLocation = #_sourceLocation) {
        var model = stage.model
        _ = model.update(.resized(columns: columns, rows: rows))
        let frame = model.frame()
        #expect(frame.surface.columns == columns && frame.surface.rows == rows, sourceLocation: location)
        let isInside = frame.regions.allSatisfy { region in
            let block = region.block
            return block.isEmpty
                || (block.column >= 0 && block.row >= 0 && block.column + block.columns <= columns && block.row + block.rows <= rows)
        }
        #expect(isInside, "a region lies outside \(columns)x\(rows)", sourceLocation: location)
        if let cursor = frame.cursor {
            #expect(
                (0..<columns).contains(cursor.column) && (0..<rows).contains(cursor.row),
                "the cursor is at \(cursor.column), \(cursor.row) of \(columns)x\(rows)", sourceLocation: location)
        }
    }

    @Test func `from 1x1 to 45x14 everything draws inside`() throws {
        for stage in try Self.variants(.braille) {
            for columns in 1...45 { for rows in 1...14 { Self.check(stage, columns, rows) } }
        }
    }

    @Test func `at sizes where the layout changes, and at huge ones, everything draws inside`() throws {
        for stage in try Self.variants(.ascii) {
            for (columns, rows) in [
                (40, 500), (500, 12), (60, 20), (71, 13), (72, 14), (75, 15), (80, 24), (111, 31), (112, 32), (113, 33), (132, 43), (0, 0),
            ] { Self.check(stage, columns, rows) }
        }
        for stage in try [Stage.four(), Stage.four(glyphs: .block)] { Self.check(stage, 600, 200) }
    }

    @Test func `a pane's state and title are told at every width, however long the reason`() throws {
        for reason in ["done", String(repeating: "after a long while ", count: 5)] {
            var stage = try Stage.tide()
            stage.model.panes[0].snapshot?.status = .finished(reason)
            for columns in 40...160 {
                stage.send(.resized(columns: columns, rows: 20))
                let header = stage.screen.split(separator: "\n")[1]
                #expect(header.contains("✓ finished") && header.hasPrefix("A tide"), "at \(columns) columns: \(header)")
            }
        }
    }

    @Test func `parameters whose names begin alike can be told apart at 80 columns`() throws {
        var stage = try Stage.tide()
        stage.model.panes[0].card.parameters = [
            .real("costFalsePositive", 1, in: 0...9, .live, "One"), .real("costFalseNegative", 1, in: 0...9, .live, "Other"),
        ]
        #expect(stage.screen.contains("costFalsePositive") && stage.screen.contains("costFalseNegative"))
    }

    @Test func `in ASCII nothing but printable ASCII is drawn, whatever is typed`() throws {
        for var stage in try Self.variants(.ascii) {
            stage.send(.resized(columns: 90, rows: 30))
            let text = stage.model.frame().surface.text
            #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        }
    }

    @Test(arguments: 1...12) func `no row of keys, pastes, clicks and sizes traps or draws outside`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let keys: [Key] =
            Command.all.flatMap(\.keys) + ["Escape", "Enter", "Backspace", "Delete", "x", "9", "é", "漢", "Ctrl-K", "Ctrl-W", "Home"]
        let sizes = [(1, 1), (40, 12), (45, 13), (80, 24), (112, 32), (120, 40)]
        var stage = try Stage.four()
        for turn in 0..<300 {
            stage.model.now += Double(random(10)) / 10
            switch random(24) {
            case 0:
                let size = sizes[random(sizes.count)]
                stage.send(.resized(columns: size.0, rows: size.1))
            case 1: stage.send(.textPasted(["", "1\n2", "e\u{301}\u{301}", "👩‍👩‍👧", "-3", "refuse"][random(6)]))
            case 2, 3:
                let action: Mouse.Action = [.pressed(0), .dragged(0), .wheelUp, .wheelDown, .released(0)][random(5)]
                let place = Mouse(action, column: random(130), row: random(45))
                stage.send(.mouseUsed(place, on: stage.model.frame().regions))
            case 4:
                if stage.model.replay == nil {
                    stage.replay(time: Double(random(90)))
                } else {
                    stage.send(.sessionOpened(stage.panes.map(\.card), stage.model.file, nil))
                    for index in stage.panes.indices { stage.look(at: index) }
                }
            case 5:
                let index = random(stage.panes.count)
                stage.panes[index].advance(random(50))
                stage.look(at: index)
            default: stage.press(keys[random(keys.count)])
            }
            if turn % 5 == 0 { Self.check(stage, stage.model.columns, stage.model.rows) }
        }
    }
}
