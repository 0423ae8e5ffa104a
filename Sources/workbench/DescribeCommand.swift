import ArgumentParser
import Engine

/// `workbench describe EXPERIMENT`: its parameters, results, tables, figures and source.
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Describe an experiment: parameters, results, figures, source.")

    @Argument(help: "The experiment, as `workbench list` names it.") var experiment: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
        let card = try Composition.catalog.experiment(experiment).card
        Output.say(json ? Self.json(card) : Self.text(card))
    }

    static func text(_ card: Card) -> String {
        var lines = ["\(card.id) - \(card.title)", "", card.summary, ""]
        lines.append("PARAMETERS  (● acts live, the others restart the run)")
        let width = card.parameters.map(\.name.count).max() ?? 0
        for parameter in card.parameters {
            let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
            lines.append("  \(parameter.effect == .live ? "●" : " ") \(parameter.name.padded(to: width + 2))\(parameter.help)")
            let initial = parameter.initial.description
            lines.append(
                "    \(String(repeating: " ", count: width + 2))\(parameter.expectation)\(unit); default \(initial.isEmpty ? "none" : initial)"
            )
        }
        func section(_ title: String, _ entries: [(String, String)]) {
            guard !entries.isEmpty else { return }
            let width = entries.map(\.0.count).max() ?? 0
            lines += ["", title] + entries.map { "    \($0.0.padded(to: width + 2))\($0.1)" }
        }
        section("RESULTS", card.results.map { ($0.name, $0.help + ($0.unit.isEmpty ? "" : " (\($0.unit))")) })
        section("TABLES", card.tables.map { ($0.name, $0.help) })
        section("FIGURES", card.figures.map { ($0.id, $0.title) })
        section("GOES ON IN  (g in a session)", card.handoffs.map { ($0.target, $0.title) })
        section("PRESETS (--preset)", card.presets.map { ($0.name, $0.help) })
        lines += ["", "SOURCE", "    \(card.citation)"]
        section("EXIT STATUS", card.exitStatuses.sorted { $0.value < $1.value }.map { ("\($0.value)", "state is \($0.key)") })
        if let steps = card.headlessSteps {
            lines += ["", "A headless run takes \(steps) \(card.stepName)s unless --steps says otherwise."]
        }
        return lines.joined(separator: "\n")
    }

    static func json(_ card: Card) -> String {
        var text = JSONText()
        func array(_ json: inout JSONText, _ objects: [[(String, (inout JSONText) -> Void)]]) {
            json.raw("[")
            for (index, members) in objects.enumerated() {
                json.raw(index > 0 ? ",\n  " : "\n  ")
                json.object(members)
            }
            json.raw("]")
        }
        text.object([
            ("id", { $0.string(card.id) }), ("title", { $0.string(card.title) }), ("summary", { $0.string(card.summary) }),
            ("citation", { $0.string(card.citation) }), ("step", { $0.string(card.stepName) }),
            (
                "parameters",
                {
                    array(
                        &$0,
                        card.parameters.map { parameter in
                            [
                                ("name", { $0.string(parameter.name) }), ("default", { $0.value(parameter.initial) }),
                                ("effect", { $0.string(parameter.effect.rawValue) }), ("unit", { $0.string(parameter.unit) }),
                                ("expected", { $0.string(parameter.expectation) }), ("help", { $0.string(parameter.help) }),
                            ]
                        })
                }
            ),
            (
                "results",
                {
                    array(
                        &$0,
                        card.results.map { result in
                            [
                                ("name", { $0.string(result.name) }), ("unit", { $0.string(result.unit) }),
                                ("help", { $0.string(result.help) }),
                            ]
                        })
                }
            ),
            (
                "presets",
                { array(&$0, card.presets.map { preset in [("name", { $0.string(preset.name) }), ("help", { $0.string(preset.help) })] }) }
            ),
            (
                "handoffs",
                {
                    array(
                        &$0,
                        card.handoffs.map { given in [("target", { $0.string(given.target) }), ("title", { $0.string(given.title) })] })
                }
            ),
            (
                "tables",
                { array(&$0, card.tables.map { table in [("name", { $0.string(table.name) }), ("help", { $0.string(table.help) })] }) }
            ),
            (
                "figures",
                { array(&$0, card.figures.map { figure in [("id", { $0.string(figure.id) }), ("title", { $0.string(figure.title) })] }) }
            ),
        ])
        return text.text
    }
}
