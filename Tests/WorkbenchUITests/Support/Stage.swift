import Engine
import Surface
import Terminal

@testable import WorkbenchUI

/// A model together with panes that do at once what it wishes for: the session without a terminal, a file or a clock.
struct Stage {
    var model: Model
    var panes: [Pane]
    /// What the model wished for and no pane can do.
    var effects: [Effect] = []

    /// Panes of these experiments, stepped as far as given, under a model that has seen them.
    init(
        _ configurations: [Configuration], steps: [Int] = [], columns: Int = 120, rows: Int = 40, glyphs: GlyphSet = .braille
    ) throws {
        model = Model(
            columns: columns, rows: rows, glyphs: glyphs, isMonochrome: glyphs == .ascii, cards: toys.experiments.map { $0.card })
        panes = try configurations.map { try Pane($0, catalog: toys) }
        var file = FileState()
        file.name = "tides.workspace"
        file.path = "/tmp/tides.workspace"
        send(.sessionOpened(panes.map(\.card), file, nil))
        for (index, count) in steps.enumerated() {
            if count > 0 { try panes[index].apply(.started) }
            panes[index].advance(count)
        }
        for index in panes.indices { look(at: index) }
    }

    /// One pane with a tide.
    static func tide(_ values: [String: Value] = [:], steps: Int = 400, columns: Int = 80, rows: Int = 24) throws -> Stage {
        try Stage([try Configuration(Tide.card, values: values)], steps: [steps], columns: columns, rows: rows)
    }

    /// Four panes: three tides and an oracle that waits.
    static func four(columns: Int = 120, rows: Int = 40, glyphs: GlyphSet = .braille) throws -> Stage {
        try Stage(
            [
                try Configuration(Tide.card), try Configuration(Tide.card, values: ["weather": .text("storm")], seed: 7),
                try Configuration(Tide.card, values: ["length": .integer(200), "drift": .real(0.5)]), try Configuration(Oracle.card),
            ], steps: [12_345, 300, 200, 1], columns: columns, rows: rows, glyphs: glyphs)
    }

    /// Shows the model a pane as it stands.
    mutating func look(at index: Int, heard: [Hearsay] = []) {
        let rate = panes[index].isRunning && panes[index].status == .ready ? 310_000.0 : 0
        let figures = model.panes.indices.contains(index) ? [model.panes[index].figureOverride ?? panes[index].figure] : nil
        send(
            .snapshotTaken(
                pane: index, PaneSnapshot(panes[index], figures: figures, stepsPerSecond: rate, runningSeconds: 1, heard: heard)))
    }

    /// Tells the model what happened and does what it wishes of the panes.
    mutating func send(_ action: Action) {
        for effect in model.update(action) {
            effects.append(effect)
            switch effect {
            case .perform(let index, let kind):
                guard panes.indices.contains(index) else { continue }
                do {
                    try panes[index].apply(kind)
                    send(.performed(pane: index, kind))
                } catch {
                    send(.refused(pane: index, kind, "\(error)"))
                }
                look(at: index)
            case .step(let index):
                panes[index].advance(1)
                look(at: index)
            case .choose(let index, let id):
                guard let configuration = try? toys.configuration(id) else { continue }
                try? panes[index].apply(.opened(configuration))
                look(at: index)
            default: break
            }
        }
    }

    /// Presses keys and returns what the model wished for.
    @discardableResult mutating func press(_ keys: Key...) -> [Effect] {
        let before = effects.count
        for key in keys { send(.keyPressed(key)) }
        return Array(effects.dropFirst(before))
    }

    /// Types a text, a key a character.
    mutating func type(_ text: String) { for character in text { send(.keyPressed(Key(character))) } }

    /// The screen's characters.
    var screen: String { model.frame().surface.trimmedText }
    /// The bottom line.
    var bottom: String { screen.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? "" }
    /// A parameter's value as the first pane has it.
    func value(_ name: String) -> Value? { panes[0].configuration.values[name] }

    /// Turns the session into a replay that stands at a time, as the runner would.
    mutating func replay(time: Double = 30, duration: Double = 90, marks: [Double] = [10, 45], hasLiveSession: Bool = true) {
        var state = ReplayState(source: "tides.workspace", duration: duration, marks: marks, hasLiveSession: hasLiveSession)
        state.prepared = duration * 2 / 3
        send(.sessionOpened(panes.map(\.card), model.file, state))
        send(.replayMoved(ReplayPlace(time: time, mark: "the storm begins", divergence: nil, verified: 12)))
        for index in panes.indices { look(at: index) }
    }
}
