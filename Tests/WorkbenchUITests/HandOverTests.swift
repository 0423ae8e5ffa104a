import Engine
import Foundation
import Plotting
import Surface
import Terminal
import Testing

@testable import WorkbenchUI

/// Names a spring, and gives its water, a byte a step, to a tide.
private struct Spring: Experiment {
    static let card = Card(
        id: "toy.spring", title: "A spring", summary: "Gives its water to a tide.",
        parameters: [
            .integer("length", 20, in: 1...100, "Steps until it is dry"),
            .choice("name", ["clear", "muddy"], .live, "What it is called"), .text("marked", "", .live, "Names marked"),
        ],
        results: [ResultCard("name", "What it is called", headline: true), ResultCard("steps", "Steps taken")],
        figures: [FigureCard("words", "The spring")],
        handoffs: [
            HandoffCard("water", "The water in a tide", to: "toy.tide", marking: .init(item: "name", list: "marked")),
            HandoffCard("nothing", "Nothing at all", to: "toy.tide"),
        ], citation: "Nobody, \"On springs\" (2026)")

    private var length: Int
    private var taken = 0
    private var name: String
    private var marked: String

    init(_ setup: Setup) throws {
        length = setup.integer("length")
        name = setup.text("name")
        marked = setup.text("marked")
    }

    mutating func step(_ count: Int) throws -> Engine.Progress {
        let most = min(count, length - taken)
        taken += most
        return Engine.Progress(most, taken == length ? .finished("dry") : .ready)
    }

    mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("name", .text(let text)): name = text
        case ("marked", .text(let text)): marked = text
        default: throw UserError("\(change.name) cannot be changed live")
        }
    }

    func results() -> Results { Results(["name": .text(name), "steps": .integer(taken)]) }

    func figure(_ id: String) -> Figure { Figure(id, title: "The spring", body: .empty("it springs")) }

    func handoff(_ id: String) throws -> Handoff {
        guard id == "water" else { throw UserError("there is nothing to give") }
        return Handoff(
            values: ["data": .text("water.txt"), "label": .text(marked.isEmpty ? name : marked)],
            inputs: ["data": Input(name: "water.txt", bytes: [UInt8](repeating: 0x77, count: taken))])
    }
}

private let springs = Catalog([Spring.self, Tide.self, Oracle.self], providers: [Delphi()])

/// What one pane found is gone on with in another.
@MainActor @Suite(.serialized) final class `Going on with results` {
    private let folder: URL
    private let clock = HandClock()
    private let screen = RecordingScreen()
    private let runner: SessionRunner

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("workbench-handover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let clock = clock
        let model = Model(columns: screen.columns, rows: screen.rows, cards: springs.experiments.map { $0.card })
        runner = SessionRunner(screen: screen, catalog: springs, model: model) { clock.now }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func press(_ keys: Key...) { runner.receive(keys.map { .key($0) }) }

    private func begin(_ cards: [Card], path: String) async throws {
        let clock = clock
        let session = try await Session.begin(
            try cards.map { try Configuration($0) }, catalog: springs, path: path, clock: SessionClock { clock.now })
        await runner.show(session)
        runner.draw()
        try await screen.wait("the first state") { !$0.contains("starting") && $0.contains("RESULTS") }
    }

    @Test func `one key gives the results to the pane of that experiment, and the workspace replays without the giver`() async throws {
        let path = folder.appendingPathComponent("spring.workspace").path
        try await begin([Spring.card, Oracle.card, Tide.card], path: path)
        press("n", "n", "n")
        try await screen.wait(for: "3 steps")
        press("g")
        try await screen.wait(for: "The water in a tide: in pane 3")
        #expect(runner.model.focus == 2)
        try await screen.wait("the tide runs") { _ in (self.runner.model.panes[2].snapshot?.step ?? 0) > 0 }
        press("Space")
        // A quick machine may have come to the tide's end before.
        try await screen.wait("it stops") { _ in
            self.runner.model.panes[2].condition == .paused || self.runner.model.panes[2].condition == .finished
        }
        press("q")
        #expect(try await runner.ended() == 0)
        let workspace = try Workspace.read(path)
        let opened = workspace.events.compactMap { event -> Configuration? in
            if event.pane == 2, case .opened(let configuration) = event.kind { configuration } else { nil }
        }
        #expect(opened.count == 2)
        #expect(opened.last?.inputs["data"] == Input(name: "water.txt", bytes: [0x77, 0x77, 0x77]))
        #expect(opened.last?.values["label"] == .text("clear") && opened.last?.seed == 42)
        // The tide's events alone are a session that replays: nothing of the spring is needed.
        let verification = try Verification.of(workspace, catalog: springs)
        #expect(verification.divergence == nil && verification.digests > 0)
    }

    @Test func `without another pane of the kind it goes on in the pane itself`() async throws {
        try await begin([Spring.card], path: folder.appendingPathComponent("alone.workspace").path)
        press("n")
        try await screen.wait(for: "1 step")
        press("g")
        try await screen.wait(for: "e chooses the one before again")
        #expect(runner.model.panes[0].card.id == "toy.tide")
        // A tide gives nothing on.
        press("g")
        try await screen.wait(for: "this experiment gives nothing to another")
    }

    @Test func `items are marked and unmarked by a key, and what cannot be given is said`() async throws {
        try await begin([Spring.card, Tide.card], path: folder.appendingPathComponent("marks.workspace").path)
        press("k")
        try await screen.wait(for: "“clear” is marked, 1 in all; g gives it on")
        try await screen.wait("the mark acts") { _ in
            self.runner.model.panes[0].snapshot?.configuration.values["marked"] == .text("clear")
        }
        press("k")
        try await screen.wait(for: "“clear” is no longer marked; 0 are")
        press("G")
        try await screen.wait(for: "Nothing at all")
        press("Down", "Enter")
        try await screen.wait(for: "there is nothing to give")
        #expect(runner.model.panes[0].card.id == "toy.spring" && runner.model.focus == 0)
    }
}
