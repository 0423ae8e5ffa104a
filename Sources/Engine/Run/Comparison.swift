import Plotting

/// A run and its pinned ones side by side: effective configurations and results, and what differs.
public struct Comparison: Sendable, Hashable {
    /// One row a value: what it is, a sign where runs differ, the value of the run now and of each pin.
    public var table: Table
    /// Sentences about runs whose configurations are equal; empty when all differ.
    public var twins: [String]
}

extension Pane {
    /// The run and its pins of the same experiment, side by side; parameters that differ come first.
    public func comparison() -> Comparison {
        let alike = pins.enumerated().filter { $1.configuration.experiment == configuration.experiment }
        let names = ["now"] + alike.map { "pin \($0.offset + 1)" }
        let configurations = [configuration] + alike.map(\.element.configuration)
        var table = Table("comparison", columns: ["", ""] + names)
        func row(_ name: String, _ values: [Table.Value], differs: Bool? = nil) -> [Table.Value] {
            [.text(name), .text(differs ?? (Set(values).count > 1) ? "≠" : "")] + values
        }
        func differs(_ row: [Table.Value]) -> Bool { row[1] == .text("≠") }
        let parameters = card.parameters.map { parameter in
            row(parameter.name, configurations.map { .text(($0.values[parameter.name] ?? parameter.initial).description) })
        }
        let seeds = row("seed", configurations.map { .text($0.seed.description) })
        let steps = row(card.stepName + "s", ([step] + alike.map(\.element.step)).map { .integer($0) })
        let outcomes = [results()] + alike.map { $0.element.experiment.results() }
        let results = card.results.filter { $0.perSecondOf == nil }.compactMap { result -> [Table.Value]? in
            let values = outcomes.map { $0[result.name] }
            let cells = values.map(Self.cell)
            // Told by the values themselves: six digits may be alike.
            let isOther = values.dropFirst().contains { $0 != values[0] }
            return cells.allSatisfy { $0 == .none } ? nil : row(result.name, cells, differs: isOther)
        }
        table.rows = [seeds, steps] + parameters.filter(differs) + results + parameters.filter { !differs($0) }

        if let companions {
            // The runs with other seeds have no column each: their mean and its error say what a reader wants of them.
            let runs = [outcomes[0]] + companions.results()
            table.columns += ["mean of \(companions.seeds)", "s.e."]
            for index in table.rows.indices {
                let summary: (mean: Double, standardError: Double, count: Int)? =
                    if case .text(let name) = table.rows[index][0], self.card.parameter(name) == nil { Pane.summary(name, of: runs) } else {
                        nil
                    }
                table.rows[index] +=
                    summary.map { [.text(Numbers.short($0.mean, digits: 6)), .text(Numbers.short($0.standardError, digits: 3))] }
                    ?? [.none, .none]
            }
        }

        var twins: [String] = []
        for (place, one) in configurations.enumerated() {
            for (other, two) in configurations.enumerated().dropFirst(place + 1) where one == two {
                twins.append("\(names[place]) and \(names[other]) have the same configuration and seed: they are the same run")
            }
        }
        return Comparison(table: table, twins: twins)
    }

    private static func cell(_ value: ResultValue?) -> Table.Value {
        switch value {
        case .number(let x): .text(Numbers.short(x, digits: 6))
        case .integer(let n): .text(Numbers.grouped(n))
        case .flag(let on): .text(on ? "yes" : "no")
        case .text(let text): .text(text.count > 40 ? text.prefix(39) + "…" : text)
        case .array(let items) where items.count <= 4 && !items.isEmpty: .text(items.map(short).joined(separator: " "))
        case .array(let items): .text("\(items.count) values")
        case ResultValue.none?, nil: .none
        }
    }

    private static func short(_ value: ResultValue) -> String {
        switch value {
        case .number(let x): Numbers.short(x)
        case .integer(let n): n.description
        case .flag(let on): on ? "yes" : "no"
        case .text(let text): text
        case .array: "…"
        case .none: "-"
        }
    }

    /// The numbers, from 1, of the pinned runs that are this very run: same experiment, values, inputs and seed.
    public var twinPins: [Int] { pins.enumerated().filter { $1.configuration == configuration }.map { $0.offset + 1 } }
}
