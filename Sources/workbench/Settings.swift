import ArgumentParser
import Engine

/// The options by which a command line gives an experiment its values: `--set`, `--data`, `--seed`.
struct Settings: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Set a parameter; repeatable.", valueName: "name=value")) var set: [String] = []
    @Option(help: "A setting by name, as `workbench describe` lists them; --set goes before it.") var preset: String?
    @Option(help: "The seed of all random streams.") var seed: UInt64 = 42
    @Option(help: "A data file: sets the parameter “data” (or the first that takes a file).") var data: String?

    /// Whether anything was given.
    var isEmpty: Bool { return `set`.isEmpty && seed == 42 && data == nil && preset == nil }

    /// The experiment's configuration with these values.
    ///
    /// - Throws: `UserError` for unknown names, values out of range, unreadable files.
    func configuration(_ experiment: String) throws -> Configuration {
        let card = try Composition.catalog.experiment(experiment).card
        return try Composition.catalog.configuration(experiment, values: try values(card), seed: seed)
    }

    private func values(_ card: Card) throws -> [String: Value] {
        var values: [String: Value] = try preset.map(card.values(ofPreset:)) ?? [:]
        for assignment in `set` {
            guard let equals = assignment.firstIndex(of: "=") else {
                throw UserError("--set \(assignment) was refused; expected name=value")
            }
            let name = assignment[..<equals].trimmingCharacters(in: .whitespaces)
            values[name] = try card.parse(name, String(assignment[assignment.index(after: equals)...]))
        }
        if let data {
            let fileParameters = card.parameters.filter { parameter in
                switch parameter.kind {
                case .file, .files: true
                default: false
                }
            }
            if let parameter = card.parameter("data") ?? fileParameters.first {
                if case .list = parameter.kind { values[parameter.name] = .text("@\(data)") } else { values[parameter.name] = .text(data) }
            } else {
                throw UserError("\(card.id) takes no data file")
            }
        }
        return values
    }
}
