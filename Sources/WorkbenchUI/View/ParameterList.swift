import Engine
import Plotting
import Surface
import Terminal

extension Painter {
    /// The parameters with their values, those around the chosen one when there is no room for all.
    mutating func drawParameters(_ index: Int, in block: Rectangle, isFocused: Bool) {
        let pane = model.panes[index]
        let parameters = pane.card.parameters
        guard !block.isEmpty, !parameters.isEmpty else { return }
        let first = max(0, min(pane.chosen - block.rows / 2, parameters.count - block.rows))
        let shown = first..<min(parameters.count, first + block.rows)
        // Two fifths for the names, or what the values leave: costFalsePositive and costFalseNegative must not look alike.
        let values = parameters[shown].map { parameter in
            TextMeasure.width(surface.fitted(shownValue(pane.value(of: parameter), of: parameter, isChosen: true)))
        }
        let left = block.columns - min(values.max() ?? 0, block.columns / 3) - 7
        let names = min(parameters.map { TextMeasure.width($0.name) }.max() ?? 0, max(6, block.columns * 2 / 5, left))
        for place in shown {
            let row = Rectangle(column: block.column, row: block.row + place - first, columns: block.columns, rows: 1)
            regions.append(Region(block: row, target: .parameter(pane: index, place: place)))
            drawParameter(parameters[place], of: pane, names: names, isChosen: place == pane.chosen, isFocused: isFocused, in: row)
        }
        let hidden = (above: shown.lowerBound, below: parameters.count - shown.upperBound)
        if hidden.above > 0, block.rows > 1 { writeMore(hidden.above, isAbove: true, in: block, row: 0) }
        if hidden.below > 0, block.rows > 1 { writeMore(hidden.below, isAbove: false, in: block, row: block.rows - 1) }
    }

    private mutating func writeMore(_ count: Int, isAbove: Bool, in block: Rectangle, row: Int) {
        guard block.columns >= 24 else { return }
        let arrow = symbols.isASCII ? (isAbove ? "^" : "v") : (isAbove ? "↑" : "↓")
        writeRight([StyledRun("\(arrow)\(count)", Style(.faint))], in: block, row: row)
    }

    private mutating func drawParameter(
        _ parameter: Parameter, of pane: PaneModel, names: Int, isChosen: Bool, isFocused: Bool, in row: Rectangle
    ) {
        let isLit = isChosen && isFocused
        if isChosen { write(symbols.chosen, in: row, style: Style(isFocused ? .focus : .faint)) }
        if isLit, model.overlay == nil { cursor = Cursor(column: row.column, row: row.row, isShown: false) }
        let nameBlock = Rectangle(column: row.column + 2, row: row.row, columns: min(names, row.columns - 2), rows: 1)
        write(parameter.name, in: nameBlock, style: isLit ? Style(.focus, .bold) : .plain)
        var room = row.splitLeft(2 + names + 1).rest
        guard room.columns > 2 else { return }
        // Room for "↑12" at the edge of a list that has more.
        if room.columns > 14 { room = room.splitRight(3).rest }

        let value = pane.value(of: parameter)
        let isPending = pane.pending[parameter.name] != nil
        let isDefault = value == parameter.initial
        let style =
            isPending ? Style(.caution, .bold) : isLit ? Style(.standard, on: .standard, .bold) : isDefault ? .plain : Style(.heading)
        let text = shownValue(value, of: parameter, isChosen: isLit)
        let slider = sliderPlace(value, of: parameter)
        let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
        let wanted = max(TextMeasure.width(surface.fitted(text + unit)), slider == nil ? 0 : 7)
        let valueColumns = slider != nil && room.columns - wanted >= 8 ? wanted : room.columns
        let (valueBlock, sliderBlock) = room.splitLeft(valueColumns)
        write(text, in: valueBlock, style: style)
        let used = TextMeasure.width(surface.fitted(text))
        if !unit.isEmpty, used + TextMeasure.width(unit) <= valueBlock.columns {
            write(unit, in: valueBlock.splitLeft(used).rest, style: Style(.faint))
        }
        if let slider, sliderBlock.columns >= 8 {
            drawSlider(at: slider, isLit: isLit, in: sliderBlock.splitLeft(1).rest)
        }
    }

    /// A value as the list shows it: choices between brackets when chosen, flags with a box.
    private func shownValue(_ value: Value, of parameter: Parameter, isChosen: Bool) -> String {
        switch (parameter.kind, value) {
        case (.flag, .flag(let on)): return (on ? symbols.on : symbols.off) + (on ? " on" : " off")
        case (.choice, _): return isChosen ? "\(symbols.left) \(value) \(symbols.right)" : value.description
        case (_, .real(let x)): return Numbers.short(x, digits: 7)
        default:
            let text = value.description
            return text.isEmpty ? symbols.none : text
        }
    }

    /// How far along its range a number is; nil where there is no range to show.
    private func sliderPlace(_ value: Value, of parameter: Parameter) -> Double? {
        let (low, high, x, isLog): (Double, Double, Double, Bool)
        switch (parameter.kind, value) {
        case (.real(let range, _, let log), .real(let number)):
            (low, high, x, isLog) = (range.lowerBound, range.upperBound, number, log)
        case (.integer(let range, _, let log), .integer(let number)):
            guard range.upperBound < Int.max / 2, range.lowerBound > Int.min / 2 else { return nil }
            (low, high, x, isLog) = (Double(range.lowerBound), Double(range.upperBound), Double(number), log)
        default: return nil
        }
        guard low > -1e100, high < 1e100, high > low else { return nil }
        // A logarithm by counting digits is enough for a slider of some cells.
        func size(_ y: Double) -> Double { isLog && low > 0 ? Double(y.exponent) + y.significand - 1 : y }
        return min(max((size(x) - size(low)) / (size(high) - size(low)), 0), 1)
    }

    private mutating func drawSlider(at place: Double, isLit: Bool, in block: Rectangle) {
        let width = min(block.columns, 16)
        let knob = min(width - 1, Int(place * Double(width)))
        for column in 0..<width {
            let isFilled = column < knob
            surface.put(
                column == knob ? symbols.knob : isFilled ? symbols.filled : symbols.track, column: block.column + column, row: block.row,
                style: Style(isLit ? .focus : column == knob ? .faint : .frame))
        }
    }
}
