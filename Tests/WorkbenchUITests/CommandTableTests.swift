import Engine
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// Laws of the one table that dispatch, key bar, help and palette read.
@Suite struct `The command table` {
    /// Whether two contexts can hold at once without one going before the other.
    private func collide(_ a: Command.Context, _ b: Command.Context) -> Bool {
        a == b || (a == .anywhere && b != .inspecting) || (b == .anywhere && a != .inspecting)
    }

    @Test func `no key means two things in one context`() {
        for (place, command) in Command.all.enumerated() {
            #expect(Set(command.keys).count == command.keys.count)
            for other in Command.all.dropFirst(place + 1) where collide(command.context, other.context) {
                let shared = Set(command.keys).intersection(other.keys)
                #expect(shared.isEmpty, "\(shared.map(\.description)) means both \(command.title) and \(other.title)")
            }
        }
    }

    @Test func `every command stands in it once, with a title, a key and a line of help that name nothing twice`() {
        #expect(Set(Command.all.map(\.id)) == Set(Command.ID.allCases))
        #expect(Command.all.count == Command.ID.allCases.count)
        #expect(Set(Command.all.map(\.title)).count == Command.all.count)
        for command in Command.all {
            #expect(!command.title.isEmpty && !command.help.isEmpty && !command.keys.isEmpty, "\(command.id)")
            #expect(command.title.first?.isUppercase == true && command.help.first?.isUppercase == true, "\(command.id)")
            #expect(!command.help.hasSuffix("."), "\(command.id)")
        }
    }

    @Test func `every key is read back from its written form`() {
        for key in Command.all.flatMap(\.keys) { #expect(Key(written: key.description) == key) }
    }

    @Test func `the palette holds every command but itself, those that cannot be done with the reason`() throws {
        var stage = try Stage.tide()
        for isReplay in [false, true] {
            if isReplay { stage.replay() }
            let items = stage.model.palette.items
            for command in Command.all where command.id != .palette {
                let item = try #require(items.first { $0.choice == .command(command.id) }, "\(command.title)")
                #expect(item.title == command.title && item.obstacle == stage.model.obstacle(to: command.id))
            }
            for parameter in Tide.card.parameters { #expect(items.contains { $0.choice == .parameter(parameter.name) }) }
            for figure in Tide.card.figures { #expect(items.contains { $0.choice == .figure(figure.id) }) }
            for card in toys.experiments.map({ $0.card }) { #expect(items.contains { $0.choice == .experiment(card.id) }) }
        }
    }

    @Test(arguments: [false, true]) func `the help lists every command with its keys, at any width`(isReplay: Bool) throws {
        for columns in [40, 80, 160] {
            var stage = try Stage.tide(columns: columns, rows: 400)
            if isReplay { stage.replay() }
            stage.press("?")
            let lines = stage.screen.split(separator: "\n").compactMap { line -> String? in
                // What stands between the box's edges; the panes show on either side of it.
                guard let left = line.firstIndex(of: "│"), let right = line.lastIndex(of: "│"), left < right else { return nil }
                return line[line.index(after: left)..<right].split(separator: " ").joined(separator: " ")
            }
            let page = lines.joined(separator: " ")
            let symbols = Symbols(.braille)
            for command in Command.all {
                let keys = symbols.key(stage.model.keyMap.written(command.id))
                #expect(page.contains("\(keys) \(command.help)"), "\(command.title) at \(columns) columns")
            }
            for parameter in Tide.card.parameters { #expect(page.contains("\(parameter.name) \(parameter.help)")) }
            for result in Tide.card.results { #expect(page.contains("\(result.name) \(result.help)")) }
        }
    }

    /// States a session can be in.
    private func stages() throws -> [(String, Stage)] {
        var inspecting = try Stage.tide()
        inspecting.press("i")
        var replay = try Stage.four()
        replay.replay(marks: [])
        var starting = try Stage.tide()
        starting.model.panes = [PaneModel(card: Tide.card)]
        var paused = try Stage.tide()
        paused.press("Space")
        return [
            ("running", try Stage.tide()), ("paused", paused), ("four panes", try Stage.four()), ("cross-hair", inspecting),
            ("replay", replay), ("finished", try Stage.tide(["length": .integer(5)])),
            ("failed", try Stage.tide(["label": .text("rocks")])), ("oracle", try Stage([try Configuration(Oracle.card)], steps: [1])),
            ("starting", starting),
        ]
    }

    @Test func `the key bar offers only what can be done, by keys that do it, at every width`() throws {
        for (name, stage) in try stages() {
            for columns in 40...200 {
                var model = stage.model
                model.columns = columns
                let painter = Painter(model)
                let entries = painter.keyBar(columns: columns - 1)
                #expect(entries.suffix(3).map(\.keys) == [":", "?", "q"], "\(name) at \(columns)")
                let width = entries.reduce(0) { $0 + TextMeasure.width($1.keys) + TextMeasure.width($1.word) + 3 }
                #expect(width <= columns + 2, "\(name): the bar is \(width) wide at \(columns)")
                guard columns == 200 else { continue }
                for entry in entries {
                    let commands = Command.all.filter { command in
                        guard let key = model.keyMap.keys[command.id]?.first else { return false }
                        return entry.keys.contains(painter.symbols.key(key.description))
                            && model.keyMap.command(for: key, in: model.contexts) == command.id && command.bar != nil
                    }
                    #expect(!commands.isEmpty, "\(name): \(entry.keys) \(entry.word)")
                    #expect(commands.contains { model.obstacle(to: $0.id) == nil }, "\(name): \(entry.keys) \(entry.word)")
                }
            }
        }
    }

    @Test func `a command that cannot be done says why, and wishes for nothing`() throws {
        for (name, stage) in try stages() {
            for command in Command.all {
                guard let obstacle = stage.model.obstacle(to: command.id) else { continue }
                #expect(!obstacle.isEmpty && obstacle.first?.isUppercase == false && !obstacle.hasSuffix("."), "\(name), \(command.title)")
                var model = stage.model
                #expect(model.call(command.id) == [])
                #expect(model.notice?.text == "\(command.title): \(obstacle)")
            }
        }
    }

    @Test func `keys given by the user take the place of the table's, in dispatch, help and bar alike`() throws {
        var stage = try Stage.tide()
        stage.model.keyMap.bind(.toggleRun, to: ["F5"])
        #expect(stage.press("Space") == [])
        #expect(stage.press("F5") == [.perform(pane: 0, .paused)])
        #expect(stage.bottom.contains("F5 run"))
    }
}
