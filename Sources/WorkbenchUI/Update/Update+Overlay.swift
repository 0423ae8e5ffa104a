import Engine
import Plotting
import Terminal

extension Model {
    /// Opens a line to type.
    mutating func ask(_ purpose: PromptModel.Purpose, _ label: String, hint: String, _ text: String = "", isSelected: Bool = false) {
        overlay = .prompt(PromptModel(purpose: purpose, label: label, hint: hint, line: LineEditor(text, isSelected: isSelected)))
    }

    /// Opens what the chosen parameter's value is typed in, or chosen from.
    mutating func openValueEditor() {
        guard let pane, let parameter = pane.parameter else { return }
        let value = pane.value(of: parameter)
        if case .choice(let names) = parameter.kind {
            let items = names.map { name in
                ListModel.Item(
                    title: name, detail: .text(name) == value ? "now" : .text(name) == parameter.initial ? "default" : "",
                    choice: .value(parameter: parameter.name, .text(name)))
            }
            var list = ListModel(title: "\(parameter.name): \(parameter.help)", items: items)
            list.selected = names.firstIndex { .text($0) == value } ?? 0
            overlay = .list(list)
        } else {
            let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
            // A number is mostly typed anew, a text mostly changed.
            let isNumber: Bool =
                switch parameter.kind {
                case .real, .integer: true
                default: false
                }
            ask(
                .value(parameter: parameter.name), "\(parameter.name) =", hint: parameter.expectation + unit, value.description,
                isSelected: isNumber)
        }
    }

    /// What a key does while something lies over the panes.
    mutating func pressInOverlay(_ key: Key) -> [Effect] {
        switch overlay {
        case .help(let scroll, let search): pressInHelp(key, scroll, search)
        case .description(let scroll): overlay = scrolled(key, scroll, closing: .describe).map { .description(scroll: $0) }
        case .comparison(let comparison, let scroll):
            overlay = scrolled(key, scroll, closing: .compare).map { .comparison(comparison, scroll: $0) }
        case .list(let list): return press(key, in: list)
        case .prompt(let prompt): return press(key, in: prompt)
        case .progress, nil: if key == "Ctrl-L" { return [.redraw] }
        }
        return []
    }

    /// In the help `/` begins a search, which typing narrows; Enter and Escape leave the line, then the help.
    private mutating func pressInHelp(_ key: Key, _ scroll: Int, _ search: LineEditor?) {
        guard var line = search else {
            if key == "/" {
                overlay = .help(scroll: 0, search: LineEditor())
            } else {
                overlay = scrolled(key, scroll, closing: .help).map { .help(scroll: $0) }
            }
            return
        }
        switch key {
        case "Escape": overlay = .help(scroll: 0)
        case "Up", "Down", "PageUp", "PageDown":
            overlay = scrolled(key, scroll, closing: .help).map { .help(scroll: $0, search: line) }
        default:
            _ = line.take(key)
            overlay = .help(scroll: 0, search: line)
        }
    }

    /// The scroll after a key; nil to close.
    private func scrolled(_ key: Key, _ scroll: Int, closing id: Command.ID) -> Int? {
        switch key {
        case "Up", "k": return max(0, scroll - 1)
        case "Down", "j": return scroll + 1
        case "PageUp": return max(0, scroll - pageRows)
        case "PageDown", "Space": return scroll + pageRows
        case "Home": return 0
        default: return nil
        }
    }

    private mutating func press(_ key: Key, in list: ListModel) -> [Effect] {
        var list = list
        let count = list.matches.count
        switch key {
        case "Escape":
            overlay = nil
            return []
        case "Enter":
            guard list.matches.indices.contains(list.selected) else { return [] }
            return pick(list.matches[list.selected])
        case "Up", "Ctrl-P", "Shift-Tab": list.selected = count == 0 ? 0 : (list.selected + count - 1) % count
        case "Down", "Ctrl-N", "Tab": list.selected = count == 0 ? 0 : (list.selected + 1) % count
        case "PageUp": list.selected = max(0, list.selected - 10)
        case "PageDown": list.selected = max(0, min(count - 1, list.selected + 10))
        default:
            let before = list.filter.text
            guard list.filter.take(key) else { return [] }
            if list.filter.text != before { list.selected = 0 }
        }
        overlay = .list(list)
        return []
    }

    /// Does what choosing an item means.
    mutating func pick(_ item: ListModel.Item) -> [Effect] {
        if let obstacle = item.obstacle {
            say("\(item.title): \(obstacle)", .caution)
            return []
        }
        overlay = nil
        switch item.choice {
        case .command(let id): return call(id)
        case .experiment(let id): return [.choose(pane: focus, experiment: id)]
        case .handoff(let handoff): return handOver(handoff)
        case .parameter(let name):
            if let place = pane?.card.parameters.firstIndex(where: { $0.name == name }) {
                pane?.chosen = place
                openValueEditor()
            }
        case .preset(let name): return take(preset: name)
        case .figure(let id): return show(id)
        case .export(let format):
            let name = format == .cast ? "session" : "\(pane?.card.id ?? "figure")-\(pane?.figureID ?? "")"
            ask(.export(format), "write", hint: "the path of a new file", "\(name).\(format.rawValue)")
        case .copy(let format): return copy(format)
        case .value(let name, let value): if let parameter = pane?.card.parameter(name) { return set(parameter, to: value) }
        }
        return []
    }

    private mutating func press(_ key: Key, in prompt: PromptModel) -> [Effect] {
        var prompt = prompt
        switch key {
        case "Escape":
            overlay = nil
            return []
        case "Enter": return accept(prompt)
        default:
            if prompt.line.take(key) { prompt.complaint = nil }
            overlay = .prompt(prompt)
            return []
        }
    }

    private mutating func accept(_ prompt: PromptModel) -> [Effect] {
        let text = prompt.line.text
        func complain(_ sentence: String) -> [Effect] {
            var prompt = prompt
            prompt.complaint = sentence
            overlay = .prompt(prompt)
            return []
        }
        switch prompt.purpose {
        case .value(let name):
            guard let parameter = pane?.card.parameter(name) else { break }
            do {
                let value = try parameter.checked(parameter.parse(text))
                overlay = nil
                return set(parameter, to: value)
            } catch {
                return complain("\(error)")
            }
        case .saveAs:
            guard !text.isEmpty else { return complain("expected a path, such as session.workspace") }
            overlay = nil
            return [.saveAs(text)]
        case .open:
            guard !text.isEmpty else { return complain("expected the path of a workspace") }
            overlay = nil
            return [.open(text)]
        case .mark:
            guard !text.isEmpty else { return complain("expected a sentence") }
            overlay = nil
            say("marked", .good)
            return [.mark(text)]
        case .export(let format):
            guard !text.isEmpty else { return complain("expected a path, such as figure.\(format.rawValue)") }
            do {
                guard try ExportFormat.of(path: text) == format else {
                    return complain("this gives \(format.summary); expected a name that ends in .\(format.rawValue)")
                }
            } catch {
                return complain("\(error)")
            }
            overlay = nil
            if format == .cast { return [.exportSession(path: text)] }
            return [.export(pane: focus, figure: pane?.figureID ?? "", view: pane?.view ?? PlotView(), format, path: text)]
        case .seeds:
            let words = text.split(separator: " ").map(String.init)
            guard let count = words.first.flatMap({ Int($0) }), (1...Companions.most).contains(count), words.count <= 2 else {
                return complain("expected a whole number from 1 to \(Companions.most), such as 8, then se or quantiles")
            }
            guard let spread = words.count == 2 ? Spread(rawValue: words[1]) : pane?.snapshot?.spread ?? .standardError else {
                return complain("“\(words[1])” was refused; expected se (standard error of the mean) or quantiles (10-90%)")
            }
            overlay = nil
            return [.perform(pane: focus, .seeds(count, spread))]
        case .time:
            if let step = Self.step(text) {
                overlay = nil
                return [.seekStep(pane: focus, step: step)]
            }
            guard let seconds = Self.seconds(text) else {
                return complain("expected a time such as 1:30 or 90, or a step such as #1200")
            }
            overlay = nil
            return [.seek(min(seconds, replay?.duration ?? 0))]
        }
        overlay = nil
        return []
    }

    /// Puts the figure or its data on the terminal's clipboard.
    private mutating func copy(_ format: ExportFormat) -> [Effect] {
        guard let pane, let figure = pane.figure else { return [] }
        if format == .csv { return [.copy(figure.table().csv())] }
        let width = max(40, isGrid ? columns / 2 : columns * 2 / 3)
        return [.copy(figure.rendered(columns: width, rows: max(12, rows * 2 / 3), glyphs: glyphs, view: pane.view).text + "\n")]
    }

    // MARK: Lists

    /// What can be taken away.
    var exportList: ListModel {
        var items = ExportFormat.allCases.map { format in
            ListModel.Item(title: format.summary, detail: "to a file .\(format.rawValue)", choice: .export(format))
        }
        items.insert(ListModel.Item(title: "copy the figure as text", detail: "to the clipboard", choice: .copy(.text)), at: 3)
        items.insert(ListModel.Item(title: "copy the figure's data as CSV", detail: "to the clipboard", choice: .copy(.csv)), at: 4)
        return ListModel(title: "Take away", items: items)
    }

    /// The experiment's settings worth looking at, and all its defaults.
    var presetList: ListModel {
        let obstacle = obstacle(to: .presets)
        let items = (pane?.card.presets ?? []).map { preset in
            let texts = preset.texts.map { "\($0.parameter)=\($0.text)" }.joined(separator: " ")
            return ListModel.Item(title: preset.name, detail: "\(preset.help) · \(texts)", obstacle: obstacle, choice: .preset(preset.name))
        }
        let defaults = ListModel.Item(
            title: "defaults", detail: "every parameter as it is at first", obstacle: obstacle, choice: .preset(""))
        return ListModel(title: "Presets of \(pane?.card.id ?? "")", items: items + [defaults])
    }

    /// Every experiment, that of the pane marked.
    var experimentList: ListModel {
        let here = pane?.card.id
        let items = cards.map { card in
            ListModel.Item(title: card.id, detail: card.id == here ? "now · \(card.summary)" : card.summary, choice: .experiment(card.id))
        }
        var list = ListModel(title: "Experiment for pane \(focus + 1)", items: items)
        list.selected = cards.firstIndex { $0.id == here } ?? 0
        return list
    }

    /// What the focused pane can give on.
    var handoffList: ListModel {
        let items = (pane?.card.handoffs ?? []).map { ListModel.Item(title: $0.title, detail: "to \($0.target)", choice: .handoff($0)) }
        return ListModel(title: "Go on with", items: items)
    }

    /// Everything there is to do: commands, parameters, figures, experiments.
    var palette: ListModel {
        var items: [ListModel.Item] = []
        for command in Command.all where command.id != .palette {
            let keys = keyMap.written(command.id)
            items.append(
                ListModel.Item(
                    title: command.title, detail: (keys.isEmpty ? "" : "\(keys) · ") + command.help, obstacle: obstacle(to: command.id),
                    choice: .command(command.id)))
        }
        if let pane {
            let isReplay = replay != nil
            for parameter in pane.card.parameters {
                items.append(
                    ListModel.Item(
                        title: "\(parameter.name) = \(Self.shown(pane.value(of: parameter)))", detail: "parameter · \(parameter.help)",
                        obstacle: isReplay ? "not in a replay" : obstacle(to: .typeValue), choice: .parameter(parameter.name)))
            }
            items += presetList.items.map { item in
                var item = item
                item.detail = "preset · \(item.detail)"
                return item
            }
            for figure in pane.card.figures {
                items.append(ListModel.Item(title: figure.title, detail: "figure \(figure.id)", choice: .figure(figure.id)))
            }
        }
        for card in cards {
            items.append(
                ListModel.Item(
                    title: card.id, detail: "experiment · \(card.title)", obstacle: replay == nil ? nil : "not in a replay",
                    choice: .experiment(card.id)))
        }
        return ListModel(title: "Commands", items: items)
    }
}
