import Engine
import Plotting
import Surface

extension IterateExperiment {
    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        switch id {
        case "similarity": similarity
        case "survival": survival
        case "text": sideBySide
        case "diff": marked
        case "lines": curves("lines", "Lines by iteration", y: Axis("lines", .linear, from: 0), caption: lengthCaption) { Double($0.lines) }
        default: length
        }
    }

    /// The iterations' axis, as long as the run will be, so that the curve's place shows how far it is.
    private var axis: Axis {
        // With one lane and one request an iteration, iterations are the experiment's steps.
        let isStep = lanes.count == 1 && lanes[0].settings.prompt != .translate && !wantsVectors && lanes[0].overflow == nil
        return Axis("iteration", from: 0, to: Double(max(iterations, lanes.map(\.done).max() ?? 1)), countsSteps: isStep)
    }

    private func series(_ lane: Lane, _ value: (Iteration) -> Double?) -> Series { Series(lane.iterations.map { value($0) ?? .nan }) }

    /// A curve a lane.
    private func curves(
        _ id: String, _ title: String, y: Axis, caption: String = "", dim: Bool = false, _ value: (Iteration) -> Double?
    ) -> Figure {
        var marks: [any Mark] = lanes.enumerated().map { index, lane in
            Line(series(lane, value), Look(lanes.count == 1 ? nil : lane.settings.name, .series(index)))
        }
        for (index, lane) in lanes.enumerated() {
            let cut = lane.iterations.enumerated().filter(\.element.isCut).compactMap { place, row in
                value(row).map { Point(x: Double(place), y: $0) }
            }
            if !cut.isEmpty { marks.append(Scatter(cut, Look(nil, .caution), symbol: "x")) }
            if let repetition = lane.repetition, let height = value(lane.iterations[repetition.first]) {
                let words = lanes.count > 1 ? "" : repetition.period == 1 ? "fixed point" : "cycle of \(repetition.period)"
                marks.append(Label(words, at: Point(x: Double(repetition.first), y: height), marker: "o", Look(nil, .series(index))))
            }
        }
        return Figure(id, title: title, caption: caption, x: axis, y: y, marks)
    }

    /// The figure a stranger sees first.
    private var length: Figure {
        curves("length", "Length by iteration", y: Axis("characters", .log), caption: lengthCaption) {
            $0.characters == 0 ? nil : Double($0.characters)
        }
    }

    private var lengthCaption: String {
        if let lane = lanes.first(where: { $0.failure != nil }), let failure = lane.failure { return "stopped: \(failure)" }
        let cut = lanes.reduce(0) { $0 + $1.cut }
        let unread = lanes.reduce(0) { $0 + $1.unread + $1.pending }
        let note =
            (cut > 0 ? "; x: \(cut) answers cut at maxTokens" : "")
            + (unread > 0 ? "; \(unread) characters did not fit the model's context" : "")
        guard lanes.count == 1 else {
            let fixed = lanes.count { $0.repetition?.period == 1 }
            let cycles = lanes.count { ($0.repetition?.period ?? 1) > 1 }
            return "\(fixed) of \(lanes.count) lanes at a fixed point, \(cycles) in a cycle\(note)"
        }
        let control = lanes[0].settings.provider == "extractive" ? "control without a model: " : ""
        return "\(control)\(lanes[0].iterations[0].characters) to \(lanes[0].latest.characters) characters, \(state(of: lanes[0]))\(note)"
    }

    private var similarity: Figure {
        let y = Axis("", .linear, from: 0, to: 1)
        guard lanes.count == 1 else {
            return Figure(
                "similarity", title: "Similarity (ROUGE-L F1)",
                body: .grid(
                    [
                        curves("similarityOriginal", "to the original", y: y) { $0.rougeL },
                        curves("similarityPrevious", "to the text before", y: y) { $0.rougeLPrevious },
                    ], columns: 2))
        }
        let lane = lanes[0]
        var marks: [any Mark] = [
            Line(series(lane) { $0.rougeL }, Look("ROUGE-L, original", .series0)),
            Line(series(lane) { $0.rougeLPrevious }, Look("ROUGE-L, previous", .series1)),
            Line(series(lane) { $0.chrf / 100 }, Look("chrF/100, original", .series2)),
        ]
        if wantsVectors {
            marks.append(Line(series(lane) { $0.embeddingOriginal }, Look("cosine, original", .series3)))
            marks.append(Line(series(lane) { $0.embeddingPrevious }, Look("cosine, previous", .series4)))
        }
        return Figure("similarity", title: "Similarity", caption: "1 to the previous text: nothing changes any more", x: axis, y: y, marks)
    }

    private var survival: Figure {
        let y = Axis("share", .linear, from: 0, to: 1)
        let kinds: [(id: String, title: String, exists: Bool, value: (Iteration) -> Double?)] = [
            ("survivalNumbers", "numbers", !original.survival.numbers.isEmpty, { $0.survivingNumbers }),
            ("survivalNames", "names", !original.survival.names.isEmpty, { $0.survivingNames }),
            ("survivalLines", "lines", !original.survival.lines.isEmpty, { $0.survivingLines }),
        ].filter(\.exists)
        guard !kinds.isEmpty else {
            return Figure("survival", title: "What survives", body: .empty("the original has no numbers, no names and is no list"))
        }
        if lanes.count > 1 {
            let figures = kinds.map { kind in curves(kind.id, kind.title, y: y, kind.value) }
            return Figure("survival", title: "What survives of the original", body: .grid(figures, columns: figures.count))
        }
        let lane = lanes[0]
        let marks: [any Mark] = kinds.enumerated().map { index, kind in
            Line(series(lane, kind.value), Look(kind.title, .series(index)))
        }
        let counts =
            "\(original.survival.numbers.count) numbers, \(original.survival.names.count) names"
            + (original.survival.lines.isEmpty ? "" : ", \(original.survival.lines.count) lines")
        return Figure("survival", title: "What survives of the original", caption: "the original has \(counts)", x: axis, y: y, marks)
    }

    // MARK: Texts

    private func heading(_ place: Int, _ lane: Lane) -> String {
        let name = place == 0 ? "original" : "iteration \(place)"
        return "\(name), \(lane.iterations[place].characters) chars" + (lane.iterations[place].isCut ? ", cut" : "")
    }

    private var sideBySide: Figure {
        guard let comparison else { return Figure("text", title: "Text", body: .empty("no text yet")) }
        let lane = lanes[comparison.lane]
        func document(_ side: (WordDiff.Stretch) -> String, style: Style) -> Figure.Body {
            .document(
                Document(
                    comparison.diff.stretches.compactMap { stretch in
                        let text = side(stretch)
                        return text.isEmpty ? nil : Document.Run(Printable.text(text), stretch.kind == .kept ? .plain : style)
                    }))
        }
        let title = lanes.count == 1 ? "Text and its predecessor" : "Text of “\(lane.settings.name)” and its predecessor"
        return Figure(
            "text", title: title, caption: changes(comparison),
            body: .grid(
                [
                    Figure(
                        "textEarlier", title: heading(comparison.earlier, lane),
                        body: document(\.earlier, style: Style(.bad, .underline))),
                    Figure(
                        "textLater", title: heading(comparison.later, lane),
                        body: document({ $0.kind == .removed ? "" : $0.text }, style: Style(.good, .bold))),
                ], columns: 2))
    }

    private var marked: Figure {
        guard let comparison else { return Figure("diff", title: "Changes", body: .empty("no text yet")) }
        let lane = lanes[comparison.lane]
        var isApart = true
        let runs = comparison.diff.stretches.flatMap { stretch -> [Document.Run] in
            let text = Printable.text(stretch.text)
            // A text's last word has no space after it, but more may follow from the other text.
            let gap = isApart ? "" : " "
            isApart = text.unicodeScalars.last?.properties.isWhitespace ?? true
            // Marked by brackets too, since not every terminal has colours; the space after the last word stays outside.
            let end = text.unicodeScalars.lastIndex { !$0.properties.isWhitespace }.map { text.unicodeScalars.index(after: $0) }
            let (words, space) = (String(text[..<(end ?? text.startIndex)]), String(text[(end ?? text.startIndex)...]))
            switch stretch.kind {
            case .kept: return [Document.Run(gap + text)]
            case .removed: return [Document.Run(gap + "[-\(words)-]", Style(.bad, .underline)), Document.Run(space)]
            case .inserted: return [Document.Run(gap + "{+\(words)+}", Style(.good, .bold)), Document.Run(space)]
            }
        }
        return Figure(
            "diff", title: "\(heading(comparison.earlier, lane)) to \(heading(comparison.later, lane))", caption: changes(comparison),
            body: .document(Document(runs)))
    }

    private func changes(_ comparison: Comparison) -> String {
        let diff = comparison.diff
        if diff.removedWords == 0, diff.insertedWords == 0 { return "no word changed" }
        return "\(diff.keptWords) words kept, \(diff.removedWords) removed, \(diff.insertedWords) inserted"
    }
}

/// Text from outside in a form that a screen can show.
enum Printable {
    /// The text with control characters as their pictures, tabs as spaces, and direction overrides as U+FFFD; line feeds stay.
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: needsPicture) else { return text }
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: view.append(scalar)
            case 0x09: view.append(contentsOf: "    ".unicodeScalars)
            case 0x0D: break
            case 0...0x1F: view.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
            case 0x7F: view.append("\u{2421}")
            default: view.append(needsPicture(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return String(view)
    }

    private static func needsPicture(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: false
        case 0...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
