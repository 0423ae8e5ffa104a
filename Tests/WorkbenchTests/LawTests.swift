import Engine
import Foundation
import Plotting
import Surface
import Testing

@testable import workbench

/// What every experiment in the catalog must obey, whatever it computes.
@Suite struct LawTests {
    /// How many steps show an experiment's life in a debug build; the rest take 40.
    static let steps = [
        "classifier.ablation": 12, "classifier.folds": 6, "classifier.metrics": 12, "entropy.estimate": 8, "entropy.physical": 20,
        "entropy.wallis": 400, "sampling.logistic": 12,
        "sampling.mixture": 600, "sampling.volatility": 4,
    ]

    static let ids = Composition.catalog.experiments.map { $0.card.id }

    /// A pane driven with the program's own providers, `slice` steps at a time, answered in order of arrival.
    static func run(_ id: String, to target: Int, slice: () -> Int, seed: UInt64 = 5) async throws -> Pane {
        let type = try Composition.catalog.experiment(id)
        var pane = try Pane(try Configuration(type.card, seed: seed), catalog: Composition.catalog)
        try await advance(&pane, to: target, slice: slice)
        return pane
    }

    static func advance(_ pane: inout Pane, to target: Int, slice: () -> Int) async throws {
        var answers: [Int: Answer] = [:]
        while pane.step < target {
            let taken = pane.advance(min(slice(), target - pane.step))
            switch pane.status {
            case .ready: continue
            case .finished, .failed: return
            case .waiting(let requests):
                // The oldest outstanding request is answered first, so that slicing is all that differs between two runs.
                let request = try #require(requests.min { $0.id < $1.id })
                if answers[request.id] == nil {
                    let provider = try #require(Composition.catalog.providers.first { $0.name == request.provider })
                    let answer = await provider.perform(request) { _ in }
                    answers[request.id] = Answer(id: answer.id, body: answer.body)
                }
                try pane.apply(.answered(try #require(answers[request.id])))
                _ = taken
            }
        }
    }

    static func encoded<E: Experiment>(_ experiment: E) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(experiment)
    }

    static func decoded<E: Experiment>(_ experiment: E, from data: Data) throws -> any Experiment {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(E.self, from: data)
    }

    /// The first result that differs between two sets of results, in words; nil when they are equal to the bit.
    static func difference(_ a: any Experiment, _ b: any Experiment) -> String? {
        let card = type(of: a).card
        let difference = Digest(a.results(), card: card).firstDifference(from: Digest(b.results(), card: card))
        if let difference { return "\(difference.name): \(difference.here) and \(difference.there)" }
        for (left, right) in zip(a.tables(), b.tables()) where left != right { return "table \(left.name)" }
        return nil
    }

    @Test(arguments: ids) func `the same events give the same bits whatever the slices`(id: String) async throws {
        let target = Self.steps[id] ?? 40
        let whole = try await Self.run(id, to: target) { target }
        let single = try await Self.run(id, to: target) { 1 }
        var uneven = 0
        let mixed = try await Self.run(id, to: target) {
            uneven = (uneven * 5 + 3) % 17
            return uneven + 1
        }
        #expect(whole.step == single.step && whole.step == mixed.step)
        #expect(Self.difference(whole.experiment, single.experiment) == nil)
        #expect(Self.difference(whole.experiment, mixed.experiment) == nil)
    }

    @Test(arguments: ids) func `decoded from its encoding, an experiment goes on alike`(id: String) async throws {
        let target = Self.steps[id] ?? 40
        let pane = try await Self.run(id, to: target / 2) { 7 }
        let data = try Self.encoded(pane.experiment)
        var copy = try Self.decoded(pane.experiment, from: data)
        var original = pane.experiment
        #expect(Self.difference(original, copy) == nil)
        #expect(try Self.encoded(copy) == data)
        _ = try original.step(9)
        _ = try copy.step(9)
        #expect(Self.difference(original, copy) == nil)
    }

    @Test(arguments: ids) func `every preset can be started and says something`(id: String) throws {
        let card = try Composition.catalog.experiment(id).card
        #expect(Set(card.presets.map(\.name)).count == card.presets.count)
        for preset in card.presets {
            let values = try card.values(ofPreset: preset.name)
            #expect(values.contains { $0.value != card.parameter($0.key)?.initial }, "\(preset.name) sets nothing")
            let pane = try Pane(try Composition.catalog.configuration(id, values: values), catalog: Composition.catalog)
            #expect(!pane.results().values.isEmpty, "\(preset.name)")
        }
        #expect(throws: UserError.self) { try card.values(ofPreset: "no such preset") }
    }

    @Test(arguments: ids) func `seeds run side by side unless a provider is asked`(id: String) throws {
        var pane = try Pane(try Composition.catalog.configuration(id), catalog: Composition.catalog)
        if pane.card.asksProviders {
            #expect(throws: UserError.self) { try pane.apply(.seeds(2, .standardError)) }
            return
        }
        try pane.apply(.seeds(2, .standardError))
        pane.advance(2)
        #expect(pane.companions?.seeds == 2)
        for figure in pane.card.figures { _ = pane.drawn(figure.id).rendered(columns: 80, rows: 24, glyphs: .braille) }
    }

    @Test(arguments: ids) func `observing changes nothing`(id: String) async throws {
        let pane = try await Self.run(id, to: Self.steps[id] ?? 40) { 13 }
        let before = try Self.encoded(pane.experiment)
        var watched = pane.experiment
        for figure in pane.card.figures { _ = watched.figure(figure.id) }
        _ = (watched.results(), watched.tables())
        #expect(try Self.encoded(watched) == before)
        var unwatched = pane.experiment
        _ = try watched.step(5)
        _ = try unwatched.step(5)
        #expect(Self.difference(watched, unwatched) == nil)
    }

    @Test(arguments: ids) func `the first draws of a longer run are those of the shorter`(id: String) async throws {
        let target = Self.steps[id] ?? 40
        let short = try await Self.run(id, to: target / 2) { 11 }
        let long = try await Self.run(id, to: target) { 11 }
        for table in short.experiment.tables() where table.name == "draws" {
            let longer = try #require(long.experiment.tables().first { $0.name == "draws" })
            // Rows are compared chain by chain: the table lists one chain after the other.
            let chains = Set(table.rows.map { $0[0] })
            for chain in chains {
                let few = table.rows.filter { $0[0] == chain }
                let many = longer.rows.filter { $0[0] == chain }
                #expect(Array(many.prefix(few.count)) == few)
            }
        }
    }

    @Test(arguments: ids) func `the same seed gives the same numbers again`(id: String) async throws {
        let target = Self.steps[id] ?? 40
        let one = try await Self.run(id, to: target, slice: { 17 }, seed: 1)
        let again = try await Self.run(id, to: target, slice: { 17 }, seed: 1)
        #expect(Self.difference(one.experiment, again.experiment) == nil)
    }

    @Test(arguments: ids) func `results, tables and figures go by the names of the card`(id: String) async throws {
        let pane = try await Self.run(id, to: Self.steps[id] ?? 40) { 23 }
        let card = pane.card
        let names = Set(card.results.map(\.name))
        for name in pane.results().values.keys { #expect(names.contains(name), "\(name) is not in the card") }
        for table in pane.experiment.tables() {
            #expect(card.tables.contains { $0.name == table.name }, "table \(table.name) is not in the card")
            for row in table.rows { #expect(row.count == table.columns.count) }
        }
        #expect(Set(card.parameters.map(\.name)).count == card.parameters.count)
        #expect(names.count == card.results.count)
        for parameter in card.parameters { #expect(try parameter.checked(parameter.initial) == parameter.initial) }
        #expect(!card.figures.isEmpty)
        for figure in card.figures { #expect(pane.drawn(figure.id).id == figure.id) }
    }

    @Test(arguments: ids) func `what it gives on names experiments, results and parameters that there are`(id: String) throws {
        let card = try Composition.catalog.experiment(id).card
        for handoff in card.handoffs {
            _ = try Composition.catalog.experiment(handoff.target)
            guard let marking = handoff.marking else { continue }
            #expect(card.results.contains { $0.name == marking.item })
            guard case .text? = card.parameter(marking.list)?.kind else {
                Issue.record("\(marking.list) is no text parameter of \(id)")
                continue
            }
        }
    }

    @Test(arguments: ids) func `figures draw at any size in every glyph set`(id: String) async throws {
        let fresh = try await Self.run(id, to: 0) { 1 }
        let pane = try await Self.run(id, to: Self.steps[id] ?? 40) { 29 }
        for figure in pane.card.figures {
            for glyphs in GlyphSet.allCases {
                for (columns, rows) in [(0, 0), (1, 1), (7, 3), (40, 12), (58, 14), (110, 30)] {
                    let surface = pane.drawn(figure.id).rendered(columns: columns, rows: rows, glyphs: glyphs)
                    #expect(surface.columns == columns && surface.rows == rows)
                    if glyphs == .ascii {
                        let strange = surface.text.unicodeScalars.first { !$0.isASCII }
                        #expect(strange == nil, "\(figure.id) in ASCII holds \(String(describing: strange))")
                    }
                    _ = fresh.drawn(figure.id).rendered(columns: columns, rows: rows, glyphs: glyphs)
                }
            }
        }
    }
}
