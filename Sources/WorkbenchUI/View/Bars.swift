import Engine
import Plotting
import Surface
import Terminal

extension Painter {
    /// The top line: a tab a pane, and where the session is kept.
    mutating func drawTabs(in block: Rectangle) {
        let full = model.panes.enumerated().map { index, pane in
            " \(index + 1) \(Self.family(pane.card)) \(symbols.sign(pane.condition)) "
        }
        // The families' names matter more than the file's.
        let names = full.reduce(0) { $0 + TextMeasure.width(surface.fitted($1)) }
        let file = fileRuns(columns: names + 12 <= block.columns ? min(block.columns / 3, block.columns - names - 2) : block.columns / 3)
        let taken = writeRight(file + [StyledRun(" ")], in: block)
        let room = block.splitLeft(max(0, block.columns - taken - 1)).left
        let isFull = names <= room.columns
        var column = room.column
        for (index, pane) in model.panes.enumerated() {
            let text = isFull ? full[index] : " \(index + 1)\(symbols.sign(pane.condition)) "
            let width = TextMeasure.width(surface.fitted(text))
            guard column + width <= room.column + room.columns else { break }
            let style = index == model.focus ? Style(.role(.focus), on: .standard, [.reverse, .bold]) : Style(.faint)
            surface.write(text, column: column, row: block.row, style: style)
            regions.append(Region(block: Rectangle(column: column, row: block.row, columns: width, rows: 1), target: .tab(index)))
            column += width
        }
    }

    private static func family(_ card: Card) -> String { card.family.prefix(1).uppercased() + card.family.dropFirst() }

    private func fileRuns(columns: Int) -> [StyledRun] {
        let file = model.file
        if let replay = model.replay {
            let source = TextMeasure.truncated(surface.fitted(replay.source), to: max(8, columns - 7), ellipsis: symbols.ellipsis)
            return [StyledRun("replay ", Style(.caution, .bold)), StyledRun(source)]
        }
        if file.failure != nil { return [StyledRun("\(symbols.sign(.failed)) not saved", Style(.bad))] }
        guard file.path != nil else { return [StyledRun(symbols.unsaved, Style(.caution))] }
        let name = TextMeasure.truncated(surface.fitted(file.name), to: max(0, columns - 8), ellipsis: symbols.ellipsis)
        return (columns >= 18 ? [StyledRun(name + " ", Style(.faint))] : []) + [StyledRun(symbols.saved, Style(.good))]
    }

    /// A replay's time line: where it is, how fast it goes, its marks, and whether its digests agree.
    mutating func drawTransport(_ replay: ReplayState, in block: Rectangle) {
        let sign = symbols.sign(replay.isPlaying ? .running : .paused)
        let speed = replay.speed < 1 ? Numbers.short(replay.speed, digits: 3) : Numbers.fixed(replay.speed, decimals: 0)
        let start = " \(sign) \(speed)x  \(replay.isSeeking ? symbols.ellipsis : "")\(Model.clock(replay.time)) "
        surface.write(start, column: block.column, row: block.row, style: Style(.heading, .bold), limit: block.columns)
        let left = TextMeasure.width(surface.fitted(start))
        var end = [StyledRun(" \(Model.clock(replay.duration))", Style(.faint))]
        if let divergence = replay.divergence {
            let room = max(10, block.columns / 2)
            end.append(StyledRun("  \(symbols.sign(.failed)) " + TextMeasure.truncated(surface.fitted(divergence), to: room), Style(.bad)))
        } else if replay.verified > 0, block.columns >= 60 {
            end.append(StyledRun("  \(symbols.sign(.finished)) \(replay.verified) digests equal", Style(.good)))
        }
        if let mark = replay.mark, block.columns >= 90 {
            let cut = TextMeasure.truncated(surface.fitted(mark), to: block.columns / 4, ellipsis: symbols.ellipsis)
            end.append(StyledRun("  \(symbols.mark) \(cut)", Style(.caution)))
        }
        end.append(StyledRun(" "))
        let right = writeRight(end, in: block.splitLeft(left).rest)
        let line = Rectangle(column: block.column + left, row: block.row, columns: block.columns - left - right, rows: 1)
        guard line.columns > 4 else { return }
        regions.append(Region(block: line, target: .timeline))
        func column(_ time: Double) -> Int {
            replay.duration > 0 ? min(line.columns - 1, max(0, Int(time / replay.duration * Double(line.columns - 1)))) : 0
        }
        let here = column(replay.time)
        let ready = column(replay.prepared)
        for place in 0..<line.columns {
            // Dotted where it still has to be computed.
            surface.put(
                place < here ? symbols.filled : place <= ready ? symbols.track : symbols.untravelled, column: line.column + place,
                row: line.row, style: Style(place < here ? .focus : .frame))
        }
        for mark in replay.marks { surface.put(symbols.mark, column: line.column + column(mark), row: line.row, style: Style(.caution)) }
        surface.put(symbols.knob, column: line.column + here, row: line.row, style: Style(.focus, .bold))
    }

    /// The bottom line: a sentence when there is one to say, else the keys that do something here.
    mutating func drawBottom(in block: Rectangle) {
        if case .prompt = model.overlay { return }
        if let notice = model.notice {
            write(" " + notice.text, in: block, style: Style(notice.role))
            return
        }
        if let failure = model.file.failure, model.replay == nil {
            write(" " + failure, in: block, style: Style(.bad))
            return
        }
        let hints: [(keys: String, word: String)] =
            switch model.overlay {
            case .list: [("type", "to narrow"), (symbols.key("Up Down"), "choose"), ("Enter", "take"), ("Escape", "leave")]
            case .help(_, nil):
                [(symbols.key("Up Down PageUp PageDown"), "scroll"), ("/", "search"), ("Escape", "leave")]
            case .help: [("type", "to search"), (symbols.key("Up Down PageUp PageDown"), "scroll"), ("Escape", "all of it")]
            case .description, .comparison: [(symbols.key("Up Down PageUp PageDown"), "scroll"), ("Escape", "leave")]
            case .progress: []
            case .prompt, nil: keyBar(columns: block.columns - 1)
            }
        var column = block.column + 1
        for hint in hints {
            let keys = surface.fitted(hint.keys)
            let width = TextMeasure.width(keys) + 1 + TextMeasure.width(hint.word)
            guard column + width <= block.column + block.columns else { break }
            surface.write(keys, column: column, row: block.row, style: Style(.key))
            surface.write(" " + hint.word, column: column + TextMeasure.width(keys), row: block.row, style: Style(.faint))
            column += width + 2
        }
    }

    /// The key bar's entries, as many as fit: those that can be done here, in the table's order, and the way to all others at the end, with
    /// that back to all panes where one fills the screen.
    func keyBar(columns: Int) -> [(keys: String, word: String)] {
        let always: [Command.ID] = [.palette, .help, .quit] + (model.isZoomed && model.hasRoomForGrid ? [.zoom] : [])
        var entries: [(keys: [String], word: String)] = []
        var tail: [(keys: [String], word: String)] = []
        let contexts = model.contexts
        // What a cross-hair or a replay adds goes first; a live session's commands stand in the table's order.
        let special = contexts.first == .live ? nil : contexts.first
        let ordered = Command.all.filter { $0.context == special } + Command.all.filter { $0.context != special }
        for command in ordered where command.bar != nil && contexts.contains(command.context) && model.obstacle(to: command.id) == nil {
            guard let key = model.keyMap.keys[command.id]?.first, model.keyMap.command(for: key, in: contexts) == command.id else {
                continue
            }
            let word = word(for: command)
            let written = symbols.key(key.description)
            if always.contains(command.id) {
                tail.append(([written], word))
            } else if let last = entries.last, last.word == word {
                entries[entries.count - 1].keys.append(written)
            } else {
                entries.append(([written], word))
            }
        }
        let joined = { (entry: (keys: [String], word: String)) in
            (
                keys: entry.keys.allSatisfy { $0.count == 1 || $0.hasPrefix("⇧") }
                    ? entry.keys.joined() : entry.keys.joined(separator: " "), word: entry.word
            )
        }
        let end = tail.map(joined)
        func width(_ entry: (keys: String, word: String)) -> Int { TextMeasure.width(entry.keys) + TextMeasure.width(entry.word) + 3 }
        var room = columns - end.reduce(0) { $0 + width($1) }
        var shown: [(keys: String, word: String)] = []
        for entry in entries.map(joined) {
            guard width(entry) <= room else { break }
            shown.append(entry)
            room -= width(entry)
        }
        return shown + end
    }

    /// A command's word in the key bar: what it would do now.
    private func word(for command: Command) -> String {
        switch command.id {
        case .toggleRun: model.pane?.condition == .failed ? "try again" : model.pane?.snapshot?.isRunning == true ? "pause" : "run"
        case .playPause: model.replay?.isPlaying == true ? "pause" : "play"
        case .zoom: model.isZoomed ? "all panes" : "zoom"
        case .table: model.pane?.showsTable == true ? "figure" : "table"
        default: command.bar ?? ""
        }
    }
}
