import Engine
import Plotting
import Surface

extension Painter {
    /// The results a pane has, headline ones first.
    func shownResults(of pane: PaneModel) -> [(card: ResultCard, value: ResultValue)] {
        let results = pane.snapshot?.results
        let known = pane.card.results.compactMap { card in results?[card.name].map { (card: card, value: $0) } }
        return known.filter(\.card.isHeadline) + known.filter { !$0.card.isHeadline }
    }

    /// As many results as fit, a line each; faint while a change is on its way that will alter them.
    mutating func drawResults(of pane: PaneModel, in block: Rectangle) {
        let results = shownResults(of: pane)
        guard block.columns >= 8 else { return }
        let isStale = !pane.pending.isEmpty
        let first = min(pane.resultScroll, max(0, results.count - block.rows))
        let shown = results.dropFirst(first).prefix(block.rows)
        let widest = shown.map { TextMeasure.width($0.card.name) }.max() ?? 0
        let names = min(widest, block.columns * 3 / 5)
        for (row, result) in shown.enumerated() {
            let line = Rectangle(column: block.column, row: block.row + row, columns: block.columns, rows: 1)
            let isHeadline = result.card.isHeadline
            write(result.card.name, in: line.splitLeft(names).left, style: isStale || !isHeadline ? Style(.faint) : .plain)
            let room = line.splitLeft(names + 1).rest
            let name = pane.snapshot?.results.unit(of: result.card) ?? result.card.unit
            let unit = name.isEmpty || room.columns < 16 ? "" : " " + name
            let text = self.text(of: result.value, columns: room.columns - TextMeasure.width(unit))
            let style = isStale ? Style(.faint) : isHeadline ? Style(.standard, on: .standard, .bold) : .plain
            if writeRight([StyledRun(text, style), StyledRun(unit, Style(.faint))], in: room) == 0 { write(text, in: room, style: style) }
        }
        let hidden = results.count - first - shown.count
        if hidden > 0, block.rows > 8 {
            let last = Rectangle(column: block.column, row: block.row + block.rows - 1, columns: block.columns, rows: 1)
            surface.fill(last)
            write("\(hidden + 1) more \(symbols.dot) \(symbols.key("PageDown"))", in: last, style: Style(.faint))
        }
    }

    /// A value in at most so many columns: fewer digits, a sparkline, or a cut as needed.
    private func text(of value: ResultValue, columns: Int) -> String {
        switch value {
        case .number(let x): return Numbers.short(x, digits: columns >= 10 ? 6 : 4)
        case .integer(let n):
            let text = Numbers.grouped(n)
            return TextMeasure.width(text) <= columns ? text : Numbers.short(Double(n), digits: 4)
        case .flag(let on): return on ? "yes" : "no"
        case .none: return symbols.none
        case .text(let text): return TextMeasure.truncated(surface.fitted(text), to: columns, ellipsis: symbols.ellipsis)
        case .array(let items):
            let numbers = items.compactMap { item -> Double? in
                switch item {
                case .number(let x): x
                case .integer(let n): Double(n)
                default: nil
                }
            }
            // A few numbers are read, many are looked at.
            let few =
                numbers.count == items.count && items.count <= 6 ? items.map { self.text(of: $0, columns: 6) }.joined(separator: " ") : ""
            if !few.isEmpty, TextMeasure.width(few) <= columns { return few }
            if numbers.count == items.count, let line = symbols.sparkline(numbers, columns: min(columns, 24)) { return line }
            if items.isEmpty { return symbols.none }
            let text = items.prefix(40).map { self.text(of: $0, columns: 6) }.joined(separator: " ")
            return TextMeasure.truncated(surface.fitted(text), to: columns, ellipsis: symbols.ellipsis)
        }
    }
}
