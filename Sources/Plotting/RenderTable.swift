import Surface

extension FigureRenderer {
    /// Draws a table: header, aligned columns, as many as fit, scrolled by rows.
    func drawTable(_ table: Table, in block: Rectangle, on surface: inout Surface) {
        guard !block.isEmpty else { return }
        guard !table.columns.isEmpty else { return drawSentence("no columns", in: block, on: &surface) }
        let columns = table.aligned { surface.fitted($0) }
        // Columns keep their natural width; when there is too little room, the widest text columns give way first.
        var widths = columns.map(\.width)
        func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }
        for index in widths.indices where !columns[index].isNumeric && total(widths) > block.columns {
            widths[index] = min(widths[index], max(16, widths[index] - (total(widths) - block.columns)))
        }
        var shown = columns.count
        while shown > 1,
            total(Array(widths.prefix(shown))) > block.columns - (shown < columns.count ? 2 : 0)
        { shown -= 1 }
        var column = block.column
        let body = block.rows > 1 ? block.rows - 1 : 0
        let first = min(max(0, view.scroll), max(0, table.rows.count - body))
        for index in 0..<shown {
            let width = min(widths[index], block.column + block.columns - column)
            let isRight = columns[index].isNumeric
            surface.write(
                TextMeasure.padded(columns[index].header, to: width, isRight: isRight, ellipsis: ellipsis),
                column: column, row: block.row,
                style: Style(.heading, [.bold, .underline]), limit: width)
            for (offset, text) in columns[index].texts.dropFirst(first).prefix(body).enumerated() {
                let style = text == "-" ? Style(.faint) : .plain
                surface.write(
                    TextMeasure.padded(text, to: width, isRight: isRight, ellipsis: ellipsis), column: column,
                    row: block.row + 1 + offset,
                    style: style,
                    limit: width)
            }
            column += width + 2
        }
        if shown < columns.count, column < block.column + block.columns + 1 {
            surface.write(
                ellipsis, column: min(column - 1, block.column + block.columns - 1), row: block.row,
                style: Style(.faint))
        }
        if table.rows.isEmpty, block.rows > 1 {
            drawSentence("no rows", in: block.splitTop(1).rest, on: &surface)
        }
        if body > 0 {
            scrollMarks(
                first: first, shown: body, count: table.rows.count, in: block.splitTop(1).rest, on: &surface
            )
        }
    }
}

extension Table {
    /// A column as texts.
    struct AlignedColumn {
        var header: String
        var texts: [String]
        /// Whether it holds numbers, which stand at the right.
        var isNumeric: Bool
        var width: Int
    }

    /// The columns as texts of even decimals.
    func aligned(_ fitted: (String) -> String = { $0 }) -> [AlignedColumn] {
        columns.indices.map { index in
            let values = rows.map { index < $0.count ? $0[index] : .none }
            let isNumeric = !values.contains { if case .text = $0 { true } else { false } }
            let numbers = values.compactMap { if case .number(let x) = $0, x.isFinite { x } else { nil } }
            let decimals = Self.decimals(numbers)
            let texts = values.map { value in
                switch value {
                case .number(let x):
                    decimals.map { Numbers.fixed(x, decimals: $0) } ?? Numbers.short(x, digits: 5)
                case .integer(let n): String(n)
                case .text(let text): fitted(text)
                case .none: "-"
                }
            }
            let header = fitted(columns[index])
            let width = max(TextMeasure.width(header), texts.lazy.map(TextMeasure.width).max() ?? 0)
            return AlignedColumn(header: header, texts: texts, isNumeric: isNumeric, width: width)
        }
    }

    /// How many decimals show four digits of nearly every number and no more than they have; nil when sizes are too far apart.
    static func decimals(_ numbers: [Double]) -> Int? {
        var wanted = 0
        let widest = numbers.reduce(0) { max($0, abs($1)) }
        let most = min(6, max(1, 5 - Numbers.decimalExponent(widest)))
        for x in numbers where x != 0 {
            let exponent = Numbers.decimalExponent(x)
            if exponent > 8 || exponent < -5 { return nil }
            let own = min(max(0, 3 - exponent), most)
            guard own > wanted else { continue }
            // Not more than the number has.
            var decimals = wanted
            while decimals < own,
                abs((Double(Numbers.fixed(x, decimals: decimals)) ?? 0) - x) > abs(x) * 1e-12
            { decimals += 1 }
            wanted = max(wanted, decimals)
        }
        return wanted
    }
}
