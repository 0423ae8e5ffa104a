import Engine
import Synchronization
import Terminal
import Testing

@testable import WorkbenchUI

/// The key that installs a model.
@Suite struct `Installing a model` {
    /// A model that a tide could use.
    private struct Boat: Installable {
        var isInstalled = false
        var name: String { "boat" }
        var summary: String { "a boat, 3 MB" }
        var uses: [String: [String: Value]] { [Tide.card.id: ["smooth": .flag(true), "gain": .real(2)]] }
        func install(report: @escaping @Sendable (String) -> Void) async throws {
            report("boat: downloading, 50%")
            try await Task.sleep(for: .seconds(60))
        }
    }

    private func stage(_ boat: Boat = Boat()) throws -> Stage {
        var stage = try Stage.tide()
        stage.model.installables = [InstallableState(boat)]
        return stage
    }

    @Test func `the key asks for what is missing, shows how far it is, and puts it to use`() throws {
        var stage = try stage()
        #expect(stage.press("I") == [.install("boat")])
        #expect(stage.bottom == " installing boat: a boat, 3 MB; I stops it")
        stage.send(.installing("boat: downloading, 50%"))
        #expect(stage.bottom == " boat: downloading, 50%")
        // Other keys work meanwhile.
        #expect(stage.press("Right").count == 1)
        stage.send(.installed(name: "boat", failure: nil))
        #expect(stage.bottom == " boat is installed")
        #expect(stage.value("smooth") == .flag(true) && stage.value("gain") == .real(2))
        #expect(stage.press("I") == [])
        #expect(stage.bottom == " Install a model: boat is here already")
    }

    @Test func `the key again stops it, and a failure is told`() throws {
        var stage = try stage()
        #expect(stage.press("I", "I") == [.install("boat"), .stopInstalling])
        stage.send(.installed(name: "boat", failure: ""))
        #expect(stage.bottom == " boat was not installed: stopped")
        stage.press("I")
        stage.send(.installed(name: "boat", failure: "pip could not download it"))
        #expect(stage.bottom == " boat was not installed: pip could not download it")
        #expect(stage.value("smooth") == .flag(false))
        // News that come late say nothing.
        stage.send(.installing("boat: 99%"))
        #expect(!stage.bottom.contains("99%"))
    }

    @Test func `an experiment that uses no model says so`() throws {
        var stage = try Stage.tide()
        #expect(stage.press("I") == [])
        #expect(stage.bottom == " Install a model: toy.tide uses no model")
    }

    @Test @MainActor func `stopping ends the installation, and so does the session's end`() async throws {
        let screen = RecordingScreen()
        let catalog = Catalog(toys.experiments, providers: toys.providers, installables: [Boat()])
        var model = Model(columns: screen.columns, rows: screen.rows, cards: catalog.experiments.map { $0.card })
        model.installables = catalog.installables.map(InstallableState.init)
        let clock = HandClock()
        let runner = SessionRunner(screen: screen, catalog: catalog, model: model) { clock.now }
        let session = try await Session.begin(
            [Configuration(Tide.card, values: ["length": .integer(500)])], catalog: catalog, path: nil,
            clock: SessionClock { clock.now }, startsRunning: false)
        await runner.show(session)
        runner.receive([.key("I")])
        try await screen.wait(for: "boat: downloading, 50%")
        runner.receive([.key("I")])
        try await screen.wait(for: "boat was not installed: stopped")
        runner.receive([.key("I")])
        try await screen.wait(for: "boat: downloading, 50%")
        runner.receive([.key("q")])
        #expect(try await runner.ended() == 0)
    }
}
