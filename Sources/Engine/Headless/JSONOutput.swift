import OrderedCollections
import Plotting

/// Writes values as JSON in a fixed order, with the shortest decimal form that reads back to the same number.
public struct JSONText: Sendable {
    /// The text so far.
    public private(set) var text = ""
    /// Where a number that JSON cannot hold became null: "results.auc".
    public private(set) var nonFinite: [String] = []

    /// Nothing written yet.
    public init() {}

    /// Writes a name or text in quotes.
    public mutating func string(_ value: String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    /// Writes a number, or null with a note of where when it is not finite.
    public mutating func number(_ value: Double, at place: @autoclosure () -> String) {
        guard value.isFinite else {
            nonFinite.append("\(place()) is \(value)")
            text += "null"
            return
        }
        text += value.description
    }

    /// Writes a result's value.
    public mutating func value(_ value: ResultValue, at place: String) {
        switch value {
        case .number(let x): number(x, at: place)
        case .integer(let n): text += n.description
        case .flag(let on): text += on ? "true" : "false"
        case .none: text += "null"
        case .text(let content): string(content)
        case .array(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                self.value(item, at: "\(place)[\(index)]")
            }
            text += "]"
        }
    }

    /// Writes a table's value.
    public mutating func value(_ value: Table.Value, at place: @autoclosure () -> String) {
        switch value {
        case .number(let x): number(x, at: place())
        case .integer(let n): text += n.description
        case .text(let content): string(content)
        case .none: text += "null"
        }
    }

    /// Writes text that is JSON already.
    public mutating func raw(_ json: String) { text += json }

    /// Writes named members between braces, each by its closure.
    public mutating func object(_ members: some Sequence<(String, (inout JSONText) -> Void)>) {
        text += "{"
        for (index, (name, write)) in members.enumerated() {
            if index > 0 { text += "," }
            string(name)
            text += ":"
            write(&self)
        }
        text += "}"
    }
}

extension HeadlessRun.Outcome {
    /// The run as the one JSON object that `run --json` prints: experiment, seed, steps, parameters, results, tables, warnings.
    public func json() -> String {
        var json = JSONText()
        let card = pane.card
        let results = results
        let tables = pane.experiment.tables()
        json.raw("{\"experiment\":")
        json.string(card.id)
        json.raw(",\"seed\":\(pane.configuration.seed),\"steps\":\(pane.step),\"status\":")
        json.string(pane.statusSentence)
        json.raw(",\n\"parameters\":")
        json.object(
            card.parameters.map { parameter in
                (parameter.name, { [value = pane.configuration.values[parameter.name] ?? parameter.initial] in $0.value(value) })
            })
        json.raw(",\n\"results\":{")
        for (index, entry) in results.values.enumerated() {
            json.raw(index > 0 ? ",\n  " : "\n  ")
            json.string(entry.key)
            json.raw(":")
            json.value(entry.value, at: "results.\(entry.key)")
        }
        json.raw("},\n\"tables\":{")
        for (index, table) in tables.enumerated() {
            json.raw(index > 0 ? ",\n  " : "\n  ")
            json.string(table.name)
            json.raw(":{\"columns\":[")
            for (place, column) in table.columns.enumerated() {
                if place > 0 { json.raw(",") }
                json.string(column)
            }
            json.raw("],\"rows\":[")
            for (row, values) in table.rows.enumerated() {
                json.raw(row > 0 ? ",[" : "[")
                for (place, value) in values.enumerated() {
                    if place > 0 { json.raw(",") }
                    json.value(value, at: "tables.\(table.name), row \(row + 1), \(table.columns[place])")
                }
                json.raw("]")
            }
            json.raw("]}")
        }
        json.raw("},\n\"warnings\":[")
        let lost = json.nonFinite
        let notes = results.warnings + lost.prefix(20) + (lost.count > 20 ? ["\(lost.count - 20) more numbers that are not finite"] : [])
        for (index, note) in notes.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(note)
        }
        json.raw("]}")
        return json.text
    }
}

extension JSONText {
    /// Writes a parameter's value; numbers that are not finite as text.
    public mutating func value(_ value: Value) {
        switch value {
        case .real(let x): if x.isFinite { number(x, at: "") } else { string(x.description) }
        case .integer(let n): raw(n.description)
        case .flag(let on): raw(on ? "true" : "false")
        case .text(let content): string(content)
        }
    }
}
