extension Figure {
    /// The figure in words: title, axes, and for each mark its range, trend and extremes.
    public func described() -> String {
        var lines = title.isEmpty ? [] : [title + "."]
        switch body {
        case .plot(let plot):
            for (axis, way) in [(plot.x, "Across"), (plot.y, "Up")]
            where !axis.label.isEmpty || !axis.unit.isEmpty {
                var sentence = "\(way): \(PlotLayout.joined(axis.label, axis.unit, ""))"
                switch axis.scale {
                case .linear: break
                case .log: sentence += ", on a logarithmic scale"
                case .symlog(let threshold):
                    sentence += ", on a scale logarithmic beyond ±\(Numbers.short(threshold))"
                case .category(let names):
                    sentence += ", \(Words.plural(names.count, "category", "categories"))"
                }
                lines.append(sentence + ".")
            }
            lines += plot.marks.map { ($0.look.isDim ? "Behind: " : "") + $0.words(x: plot.x, y: plot.y) }
        case .grid(let figures, _): lines += figures.map { $0.described() }
        case .table(let table):
            lines.append(
                "A table of \(Words.plural(table.rows.count, "row")): \(table.columns.joined(separator: ", "))."
            )
        case .document(let document): lines.append(document.runs.map(\.text).joined())
        case .empty(let sentence): lines.append(sentence)
        }
        if !caption.isEmpty { lines.append(caption) }
        return lines.joined(separator: "\n")
    }

    /// The figure's data: the mark's own table, or all marks' one below the other with the mark's name in the first column.
    public func table() -> Table {
        switch body {
        case .table(let table): return table
        case .document(let document):
            return Table(id, columns: ["text"], rows: [[.text(document.runs.map(\.text).joined())]])
        case .empty(let sentence): return Table(id, columns: ["text"], rows: [[.text(sentence)]])
        case .plot(let plot): return Self.stacked(id, plot.marks.map(\.table), first: "mark")
        case .grid(let figures, _):
            return Self.stacked(
                id,
                figures.map { figure in
                    var table = figure.table()
                    table.name = figure.id
                    return table
                }, first: "figure")
        }
    }

    /// Tables one below the other: the union of their columns, with each table's name in front.
    private static func stacked(_ name: String, _ tables: [Table], first: String) -> Table {
        if tables.count == 1, var only = tables.first {
            only.name = name
            return only
        }
        var columns: [String] = []
        for table in tables {
            for column in table.columns where !columns.contains(column) { columns.append(column) }
        }
        var result = Table(name, columns: [first] + columns)
        for table in tables {
            let places = columns.map { table.columns.firstIndex(of: $0) }
            for row in table.rows {
                result.rows.append(
                    [.text(table.name)]
                        + places.map { place in place.flatMap { $0 < row.count ? row[$0] : nil } ?? .none })
            }
        }
        return result
    }
}
