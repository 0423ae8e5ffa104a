import ArgumentParser
import Engine

/// `workbench list`: what experiments there are.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the experiments.")

    @Flag(help: "Print one JSON array.") var json = false

    func run() throws {
        let cards = Composition.catalog.experiments.map { $0.card }
        if json {
            var text = JSONText()
            text.raw("[")
            for (index, card) in cards.enumerated() {
                text.raw(index > 0 ? ",\n" : "")
                text.object([
                    ("id", { $0.string(card.id) }), ("family", { $0.string(card.family) }), ("title", { $0.string(card.title) }),
                    ("summary", { $0.string(card.summary) }),
                ])
            }
            text.raw("]")
            Output.say(text.text)
            return
        }
        let width = cards.map(\.id.count).max() ?? 0
        for card in cards { Output.say(card.id.padded(to: width + 2) + card.summary) }
    }
}

extension String {
    /// The text with spaces behind it up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
