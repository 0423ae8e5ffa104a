import Engine
import Plotting
import Surface

extension Painter {
    /// A pane's figure, parameters, results and sentences.
    mutating func drawContent(_ index: Int, in block: Rectangle, isFocused: Bool) {
        let pane = model.panes[index]
        var room = block
        let sentences = self.sentences(of: pane)
        if !sentences.isEmpty, room.rows > 6 {
            let lines = sentences.flatMap { sentence, style in
                TextMeasure.wrapped(surface.fitted(sentence), columns: max(1, room.columns)).enumerated().map { row, line in
                    (line, style, isFirst: row == 0)
                }
            }
            var shown = Array(lines.prefix(room.rows >= 28 ? 3 : room.rows >= 20 ? 2 : 1))
            // What is cut off says so, and another sentence stands apart.
            if shown.count < lines.count {
                shown[shown.count - 1].0 += (lines[shown.count].isFirst ? " \(symbols.dot) " : " ") + lines[shown.count].0
            }
            let (rest, bottom) = room.splitBottom(shown.count)
            for (row, line) in shown.enumerated() { write(line.0, in: bottom, row: row, style: line.1) }
            room = rest
        }
        if room.columns >= 72, room.rows >= 12 {
            let width = min(max(28, room.columns * 3 / 10), 48)
            let (figure, panel) = room.splitRight(width)
            drawFigure(index, in: figure.splitRight(1).rest)
            drawPanel(index, in: panel, isFocused: isFocused)
        } else {
            let rows = room.rows >= 24 ? 6 : room.rows >= 14 ? 4 : room.rows >= 8 ? 3 : room.rows >= 6 ? 2 : 0
            let (figure, strip) = room.splitBottom(rows)
            drawFigure(index, in: figure)
            let (left, right) = strip.splitLeft(strip.columns / 2)
            drawParameters(index, in: left.splitRight(1).rest, isFocused: isFocused)
            drawResults(of: pane, in: right.splitLeft(1).rest)
        }
    }

    /// What must be said of a pane in words: refusals and failures first, then caveats, then news of requests.
    private func sentences(of pane: PaneModel) -> [(String, Style)] {
        var sentences: [(String, Style)] = []
        if let complaint = pane.complaint { sentences.append((complaint, Style(.bad))) }
        guard let snapshot = pane.snapshot else { return sentences }
        if case .failed(let reason) = snapshot.status {
            sentences.append(("\(reason) \(symbols.dot) change a parameter, or r restarts", Style(.bad)))
        }
        if let notice = snapshot.notice { sentences.append((notice, Style(.bad))) }
        for warning in snapshot.results.warnings where snapshot.status != .failed(warning) { sentences.append((warning, Style(.caution))) }
        for news in snapshot.heard.suffix(1) {
            switch news {
            case .notice(let text): sentences.append((text, Style(.caution)))
            case .progress(let text, let fraction): sentences.append((bar(fraction) + " " + text, Style(.good)))
            case .text(let text):
                let tail = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
                let room = 200
                sentences.append((tail.count > room ? symbols.ellipsis + tail.suffix(room) : tail, Style(.faint, .italic)))
            }
        }
        return sentences
    }

    /// How much is done, as a bar of sixteen cells and in percent.
    private func bar(_ fraction: Double) -> String {
        let cells = 16
        let done = min(max(fraction, 0), 1)
        let full = Int(done * Double(cells))
        return String(String.UnicodeScalarView((0..<cells).map { $0 < full ? symbols.filled : symbols.track })) + " \(Int(done * 100))%"
    }

    private mutating func drawFigure(_ index: Int, in block: Rectangle) {
        guard !block.isEmpty else { return }
        let pane = model.panes[index]
        regions.append(Region(block: block, target: .figure(index)))
        guard let figure = pane.figure else {
            surface.writeCentred("starting\(symbols.ellipsis)", in: block, row: block.row + block.rows / 2, style: Style(.faint))
            return
        }
        var picture: Surface
        if pane.showsTable, let table = pane.tableFigure {
            var view = PlotView()
            view.scroll = pane.tableScroll
            picture = table.rendered(
                columns: block.columns, rows: block.rows, glyphs: model.glyphs, view: view, isMonochrome: model.isMonochrome)
        } else {
            let area: Rectangle?
            (picture, area) = figure.picture(
                columns: block.columns, rows: block.rows, glyphs: model.glyphs, view: pane.view, isMonochrome: model.isMonochrome)
            if let area {
                let place = Rectangle(
                    column: block.column + area.column, row: block.row + area.row, columns: area.columns, rows: area.rows)
                regions.append(Region(block: place, target: .plotArea(index)))
            }
        }
        surface.place(picture, column: block.column, row: block.row)
    }

    /// The column beside a large figure: parameters above, results below.
    private mutating func drawPanel(_ index: Int, in block: Rectangle, isFocused: Bool) {
        let pane = model.panes[index]
        for row in 0..<block.rows { surface.put(symbols.vertical, column: block.column, row: block.row + row, style: Style(.frame)) }
        var room = block.splitLeft(2).rest
        let help = helpLines(of: pane, columns: room.columns)
        let wanted = pane.card.parameters.count
        let resultRows = shownResults(of: pane).count
        // Results get what they need, up to half; parameters get the rest.
        let forResults = min(resultRows + 1, max(room.rows / 2, room.rows - wanted - help.count - 2))
        let forParameters = max(1, min(wanted, room.rows - forResults - help.count - 2))
        if wanted > 0 {
            (_, room) = drawHeading("PARAMETERS", in: room)
            let (parameters, afterParameters) = room.splitTop(forParameters)
            drawParameters(index, in: parameters, isFocused: isFocused)
            room = afterParameters
        }
        for line in help where room.rows > 3 {
            let (row, rest) = room.splitTop(1)
            write(line, in: row, style: Style(.faint, .italic))
            room = rest
        }
        if wanted > 0, room.rows > resultRows + 1 { room = room.splitTop(1).rest }
        (_, room) = drawHeading("RESULTS", in: room)
        drawResults(of: pane, in: room)
    }

    private mutating func drawHeading(_ text: String, in block: Rectangle) -> (Rectangle, Rectangle) {
        let (row, rest) = block.splitTop(1)
        write(text, in: row, style: Style(.heading, .bold))
        return (row, rest)
    }

    /// What the chosen parameter does, wrapped.
    private func helpLines(of pane: PaneModel, columns: Int) -> [String] {
        guard let parameter = pane.parameter, columns > 4 else { return [] }
        let effect = parameter.effect == .live ? "live" : "restarts"
        let text = surface.fitted("\(effect) \(symbols.dot) \(parameter.help)")
        let lines = TextMeasure.wrapped(text, columns: columns)
        return lines.count <= 3 ? lines : Array(lines.prefix(2)) + [lines[2] + symbols.ellipsis]
    }
}
