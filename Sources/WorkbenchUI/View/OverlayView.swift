import Engine
import Plotting
import Surface
import Terminal

extension Painter {
    /// What lies over the panes.
    mutating func drawOverlay(above bottom: Rectangle) {
        switch model.overlay {
        case nil: break
        case .help(let scroll, let search):
            drawDocument("Help", helpDocument(columns: documentColumns, search: search?.text ?? ""), scroll: scroll, search: search)
        case .description(let scroll): drawDocument("What the figure shows", descriptionDocument(), scroll: scroll)
        case .comparison(let comparison, let scroll): drawComparison(comparison, scroll: scroll)
        case .list(let list): drawList(list)
        case .prompt(let prompt): drawPrompt(prompt, in: bottom)
        case .progress(let sentence, let fraction): drawProgress(sentence, fraction)
        }
    }

    /// An empty box in the middle of the screen; returns the room inside.
    private mutating func drawBox(columns: Int, rows: Int, title: String) -> Rectangle {
        let screen = surface.bounds
        let size = (columns: min(columns, screen.columns), rows: min(rows, screen.rows - 2))
        let block = Rectangle(
            column: (screen.columns - size.columns) / 2, row: max(1, (screen.rows - size.rows) / 2), columns: size.columns, rows: size.rows)
        surface.fill(block)
        regions.append(Region(block: block, target: .overlay))
        return surface.box(block, title: title, line: .rounded, style: Style(.focus), titleStyle: Style(.heading, .bold))
    }

    // MARK: Texts

    /// The width of a document's lines.
    private var documentColumns: Int { max(1, min(surface.columns - 2, 104) - 4) }

    private mutating func drawDocument(_ title: String, _ runs: [StyledRun], scroll: Int, search: LineEditor? = nil) {
        let inside = drawBox(columns: min(surface.columns - 2, 104), rows: surface.rows - 2, title: title)
        var room = Rectangle(column: inside.column + 1, row: inside.row, columns: inside.columns - 2, rows: inside.rows)
        if search != nil { room = room.splitTop(2).rest }
        let lines = TextMeasure.wrapped(surface.isASCII ? runs.map(fitted) : runs, columns: max(1, room.columns))
        let first = max(0, min(scroll, lines.count - room.rows))
        for (row, line) in lines.dropFirst(first).prefix(room.rows).enumerated() {
            surface.write(line, column: room.column, row: room.row + row, limit: room.columns)
        }
        let below = lines.count - first - room.rows
        let edge = Rectangle(column: room.column, row: inside.row + inside.rows, columns: room.columns, rows: 1)
        if below > 0 { writeRight([StyledRun(" \(below) more lines ", Style(.faint))], in: edge) }
        cursor = Cursor(column: room.column, row: room.row, isShown: false)
        guard let search else { return }
        let line = Rectangle(column: room.column, row: inside.row, columns: room.columns, rows: 1)
        surface.write("/ ", column: line.column, row: line.row, style: Style(.focus))
        drawLine(search, in: line.splitLeft(2).rest)
    }

    /// The runs' values in columns, and which runs are the same.
    private mutating func drawComparison(_ comparison: Comparison, scroll: Int) {
        let alone = comparison.table.columns.count <= 3
        let sentences = comparison.twins + (alone ? ["no run of this experiment is pinned; p pins one, and a change begins another"] : [])
        let inside = drawBox(
            columns: surface.columns - 2, rows: min(surface.rows - 2, comparison.table.rows.count + sentences.count + 4),
            title: "The run and its pins")
        var room = Rectangle(column: inside.column + 1, row: inside.row, columns: inside.columns - 2, rows: inside.rows)
        for sentence in sentences where room.rows > 3 {
            let (row, rest) = room.splitTop(1)
            write(sentence, in: row, style: Style(.caution))
            room = rest
        }
        var view = PlotView()
        view.scroll = scroll
        let figure = Figure("comparison", title: "", body: .table(comparison.table))
        let picture = figure.rendered(
            columns: room.columns, rows: room.rows, glyphs: model.glyphs, view: view, isMonochrome: model.isMonochrome)
        surface.place(picture, column: room.column, row: room.row)
        cursor = Cursor(column: room.column, row: room.row, isShown: false)
    }

    /// A run in ASCII, its newlines kept.
    private func fitted(_ run: StyledRun) -> StyledRun {
        StyledRun(
            run.text.split(separator: "\n", omittingEmptySubsequences: false).map { surface.fitted(String($0)) }.joined(separator: "\n"),
            run.style)
    }

    /// Every key and what it does, then the experiment's own account of itself.
    ///
    /// Generated from the command table and the card.
    ///
    /// With a search only the entries that hold all its words, in whatever case, under their headings.
    private func helpDocument(columns: Int, search: String) -> [StyledRun] {
        var runs: [StyledRun] = []
        let words = search.lowercased().split(separator: " ")
        var title = ""
        /// Begins a part; of a search's result it stands only where something follows.
        func heading(_ text: String) {
            title = text
            if words.isEmpty { showHeading() }
        }
        func showHeading() {
            guard !title.isEmpty else { return }
            runs.append(StyledRun((runs.isEmpty ? "" : "\n") + title + "\n", Style(.heading, .bold)))
            title = ""
        }
        /// A name and what it means, wrapped beside it; a search finds it by what else it is called, too.
        func entry(_ name: String, called title: String = "", _ meaning: [StyledRun], indent: Int) {
            if !words.isEmpty {
                let text = ("\(name) \(title) " + meaning.map(\.text).joined()).lowercased()
                guard words.allSatisfy({ text.contains($0) }) else { return }
                showHeading()
            }
            let margin = max(2, min(indent, columns / 2))
            let lead = surface.fitted("  " + name)
            let gap = margin - TextMeasure.width(lead)
            runs.append(
                StyledRun(lead + (gap > 0 ? String(repeating: " ", count: gap) : "\n" + String(repeating: " ", count: margin)), Style(.key))
            )
            let fitted = surface.isASCII ? meaning.map(self.fitted) : meaning
            for (row, line) in TextMeasure.wrapped(fitted, columns: max(1, columns - margin)).enumerated() {
                if row > 0 { runs.append(StyledRun(String(repeating: " ", count: margin))) }
                runs += line + [StyledRun("\n")]
            }
        }
        if let pane = model.pane {
            heading("\(pane.card.title) (\(pane.card.id))")
            if words.isEmpty {
                runs.append(StyledRun(pane.card.summary + "\n"))
                runs.append(StyledRun(pane.card.citation + "\n", Style(.faint)))
            }
        }
        // What can be done here comes first, what cannot stands there all the same.
        let others = Command.Section.allCases.filter { $0 != .replay }
        for section in model.replay == nil ? others + [.replay] : [.replay] + others {
            heading(section.rawValue)
            for command in Command.all where command.section == section {
                let style = model.obstacle(to: command.id) == nil ? Style.plain : Style(.faint)
                entry(symbols.key(model.keyMap.written(command.id)), called: command.title, [StyledRun(command.help, style)], indent: 20)
            }
        }
        if let pane = model.pane {
            if !pane.card.parameters.isEmpty { heading("Parameters of \(pane.card.id)") }
            for parameter in pane.card.parameters {
                let effect = parameter.effect == .live ? "acts while it runs" : "restarts the run"
                let initial = parameter.initial.description
                let details = " (\(parameter.expectation); default \(initial.isEmpty ? "none" : initial); \(effect))"
                entry(parameter.name, [StyledRun(parameter.help), StyledRun(details, Style(.faint))], indent: 20)
            }
            heading("Results of \(pane.card.id)")
            for result in pane.card.results {
                entry(result.name, [StyledRun(result.help + (result.unit.isEmpty ? "" : " (\(result.unit))"))], indent: 28)
            }
        }
        if runs.isEmpty { runs.append(StyledRun("nothing here holds “\(search)”", Style(.faint))) }
        return runs
    }

    private func descriptionDocument() -> [StyledRun] {
        guard let pane = model.pane, let figure = pane.figure else { return [StyledRun("There is no figure yet.")] }
        var runs = [StyledRun(figure.described() + "\n")]
        let readings = figure.readings(view: pane.view)
        if !readings.isEmpty { runs.append(StyledRun("\nAt the cross-hair\n", Style(.heading, .bold))) }
        for reading in readings {
            let value = reading.detail.isEmpty ? Numbers.short(reading.point.y, digits: 6) : reading.detail
            runs.append(StyledRun("  \(reading.label): \(value) at \(Numbers.short(reading.point.x, digits: 6))\n"))
        }
        return runs
    }

    // MARK: Lists

    private mutating func drawList(_ list: ListModel) {
        let matches = list.matches
        let inside = drawBox(
            columns: min(surface.columns - 2, 100), rows: min(surface.rows - 2, max(6, list.items.count + 4)), title: list.title)
        let room = Rectangle(column: inside.column + 1, row: inside.row, columns: inside.columns - 2, rows: inside.rows)
        let (line, items) = room.splitTop(2)
        surface.write(symbols.right + " ", column: line.column, row: line.row, style: Style(.focus))
        drawLine(list.filter, in: line.splitLeft(2).rest)
        if matches.isEmpty {
            write("nothing matches", in: items, style: Style(.faint))
        } else if list.filter.text.isEmpty {
            write("type a few letters", in: line.splitLeft(2).rest, style: Style(.faint))
        }
        let first = max(0, min(list.selected - items.rows / 2, matches.count - items.rows))
        let shown = matches.dropFirst(first).prefix(items.rows)
        let names = min(shown.map { TextMeasure.width($0.title) }.max() ?? 0, items.columns / 2)
        for (offset, item) in shown.enumerated() {
            let row = Rectangle(column: items.column, row: items.row + offset, columns: items.columns, rows: 1)
            regions.append(Region(block: row, target: .item(first + offset)))
            let isSelected = first + offset == list.selected
            write(item.title, in: row.splitLeft(names).left, style: item.obstacle == nil ? .plain : Style(.faint))
            let rest = row.splitLeft(names + 2).rest
            if let obstacle = item.obstacle {
                write(obstacle, in: rest, style: Style(.caution))
            } else {
                write(item.detail, in: rest, style: Style(.faint))
            }
            if isSelected { surface.restyle(row) { Style($0.foreground, on: $0.background, $0.attributes.union(.reverse)) } }
        }
        let hidden = matches.count - first - shown.count
        if hidden > 0 {
            let edge = Rectangle(column: room.column, row: inside.row + inside.rows, columns: room.columns, rows: 1)
            writeRight([StyledRun(" \(hidden) more ", Style(.faint))], in: edge)
        }
    }

    // MARK: A line to type

    private mutating func drawPrompt(_ prompt: PromptModel, in block: Rectangle) {
        surface.fill(block)
        let label = " \(prompt.label) "
        surface.write(label, column: block.column, row: block.row, style: Style(.key), limit: block.columns)
        let start = min(block.columns - 8, TextMeasure.width(surface.fitted(label)))
        let room = block.splitLeft(start).rest
        let used = drawLine(prompt.line, in: room)
        let free = room.splitLeft(used + 2).rest
        for hints in ["\(prompt.hint) \(symbols.dot) Enter takes it, Escape leaves", prompt.hint]
        where writeRight([StyledRun(hints + " ", Style(.faint))], in: free) > 0 { break }
        if let complaint = prompt.complaint {
            let above = Rectangle(column: block.column, row: block.row - 1, columns: block.columns, rows: 1)
            surface.fill(above)
            write(" " + complaint, in: above, style: Style(.bad))
        }
    }

    /// The part of a typed line around its cursor, when it is longer than the room; returns the columns it took.
    @discardableResult
    private mutating func drawLine(_ line: LineEditor, in room: Rectangle) -> Int {
        let head = surface.fitted(line.head)
        let skip = max(0, TextMeasure.width(head) - (room.columns - 2))
        let text = surface.fitted(line.text)
        let shown = skip == 0 ? Substring(text) : text.dropFirst(TextMeasure.prefix(text, columns: skip).text.count)
        let style = line.isSelected ? Style(.standard, on: .standard, .reverse) : .plain
        cursor = Cursor(column: room.column + TextMeasure.width(head) - skip, row: room.row)
        return surface.write(String(shown), column: room.column, row: room.row, style: style, limit: room.columns)
    }

    private mutating func drawProgress(_ sentence: String, _ fraction: Double) {
        let inside = drawBox(columns: min(surface.columns - 4, 64), rows: 5, title: "")
        let room = Rectangle(column: inside.column + 1, row: inside.row, columns: inside.columns - 2, rows: inside.rows)
        write(sentence, in: room, row: 0)
        let width = room.columns - 6
        guard width > 0, room.rows > 1 else { return }
        let full = Int(min(max(fraction, 0), 1) * Double(width))
        for column in 0..<width {
            surface.put(
                column < full ? symbols.filled : symbols.track, column: room.column + column, row: room.row + 1,
                style: Style(column < full ? .good : .frame))
        }
        write(" \(Int(min(max(fraction, 0), 1) * 100))%", in: room.splitLeft(width).rest, row: 1)
    }
}
