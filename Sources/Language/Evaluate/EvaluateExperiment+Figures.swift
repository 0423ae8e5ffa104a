import Engine
import Plotting
import Surface

extension EvaluateExperiment {
    /// One of the card's figures.
    public func figure(_ id: String) -> Figure {
        guard scores.questions > 0 else {
            return Figure(id, title: Self.card.figures.first { $0.id == id }?.title ?? "", body: .empty("nothing measured yet"))
        }
        return switch id {
        case "judge": histogram
        case "worst": worstAnswers
        case "differences": differencesFigure
        case "agreement": agreement
        default: bars
        }
    }

    /// What is known of at least one system.
    private var known: [Measure] {
        Measure.allCases.filter { measure in
            systems.indices.contains { scores.mean(measure, system: $0) != nil }
        }
    }

    private static func label(_ measure: Measure) -> String {
        switch measure {
        case .rouge1: "R-1"
        case .rouge2: "R-2"
        case .rougeL: "R-L"
        case .bleu: "BLEU"
        case .chrf: "chrF"
        case .judge: "judge"
        case .hit: "hits"
        case .reciprocalRank: "MRR"
        case .gain: "nDCG"
        }
    }

    private var bars: Figure {
        let measures = known
        let marks: [any Mark] = systems.indices.map { system in
            let intervals = measures.map { (interval($0, system: system), $0.most) }
            let hasEnds = min(scores.replicates, bootstrap) > 1
            return Bars(
                measures.map { (scores.mean($0, system: system) ?? .nan) / $0.most },
                low: hasEnds ? intervals.map { ($0.0.low ?? .nan) / $0.1 } : nil,
                high: hasEnds ? intervals.map { ($0.0.high ?? .nan) / $0.1 } : nil,
                Look(systems[system].name, .series(system)), slot: system, of: systems.count)
        }
        return Figure(
            "scores", title: "Scores with 95% intervals, ROUGE: \(variant == "seed" ? "the seed's" : "standard")", caption: verdict,
            x: Axis("", .category(measures.map(Self.label))), y: Axis("of the most possible", from: 0, to: 1), marks)
    }

    private var verdict: String {
        let progress = scores.questions < questions.count ? "\(scores.questions) of \(questions.count) questions; " : ""
        guard systems.count > 1, let outcome = scores.outcome(comparedBy, system: systems.count == 2 ? 0 : 1) else {
            return progress + "\(systems[0].name): ROUGE-L \(rounded(scores.mean(.rougeL, system: 0), 3))"
        }
        let (one, other) = systems.count == 2 ? (0, 1) : (1, 0)
        let by = comparedBy == .judge ? "by \(judge)" : "by \(comparedBy.name)"
        return progress + "\(systems[one].name) against \(systems[other].name) \(by): "
            + "\(outcome.wins) wins, \(outcome.ties) ties, \(outcome.losses) losses"
    }

    private func rounded(_ value: Double?, _ digits: Int) -> String {
        guard let value else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return Value.real((value * scale).rounded() / scale).description
    }

    private var histogram: Figure {
        guard !judge.isEmpty else { return Figure("judge", title: "What the judge gave", body: .empty("no ratings are recorded")) }
        let marks: [any Mark] = systems.enumerated().map { index, system in
            var heights = [Double](repeating: 0, count: 11)
            for judged in (system.judgements[judge] ?? []).prefix(scores.questions) {
                for (rating, share) in (judged?.probabilities ?? []).enumerated() { heights[rating] += share }
            }
            return Bars(heights, Look(system.name, .series(index)), slot: index, of: systems.count)
        }
        let means = systems.indices.map { "\(systems[$0].name) \(rounded(scores.mean(.judge, system: $0), 2))" }
        let missing = systems.indices.reduce(0) { $0 + unjudged($1) }
        return Figure(
            "judge", title: "Ratings by \(judge)", caption: "means: \(means.joined(separator: ", ")); \(missing) unjudged",
            x: Axis("rating", .category((0...10).map(String.init))), y: Axis("answers", from: 0), marks)
    }

    private var differencesFigure: Figure {
        guard systems.count > 1 else {
            return Figure("differences", title: "Paired differences", body: .empty("there is one system; a second is needed"))
        }
        let measures = known
        let marks: [any Mark] = systems.indices.dropFirst().map { system -> any Mark in
            let intervals = measures.map { (Interval(scores.differences[system][$0.rawValue].prefix(bootstrap)), $0.most) }
            let hasEnds = min(scores.replicates, bootstrap) > 1
            return Bars(
                measures.map { (difference($0, system: system) ?? .nan) / $0.most },
                low: hasEnds ? intervals.map { ($0.0.low ?? .nan) / $0.1 } : nil,
                high: hasEnds ? intervals.map { ($0.0.high ?? .nan) / $0.1 } : nil,
                Look(systems[system].name, .series(system)), slot: system - 1, of: systems.count - 1)
        }
        return Figure(
            "differences", title: "Less “\(systems[0].name)”, question by question",
            caption: "an interval that holds 0 says that the questions do not tell the two apart",
            x: Axis("", .category(measures.map(Self.label))), y: Axis(""), marks + [Rule(.y(0))])
    }

    private var agreement: Figure {
        guard !judge.isEmpty else {
            return Figure("agreement", title: "ROUGE-L against the judge", body: .empty("no ratings are recorded"))
        }
        let marks: [any Mark] = systems.indices.map { system in
            Scatter(
                (0..<scores.questions).compactMap { question in
                    guard let x = scores.value(.rougeL, system: system, question: question),
                        let y = scores.value(.judge, system: system, question: question)
                    else { return nil }
                    return Point(x: x, y: y)
                }, Look(systems[system].name, .series(system)))
        }
        return Figure(
            "agreement", title: "Do ROUGE and the judge agree?", caption: "one point an answer; a rising cloud would mean that they do",
            x: Axis("ROUGE-L", from: 0, to: 1), y: Axis("rating by \(judge)", from: 0, to: 10), marks)
    }

    private var worstAnswers: Figure {
        let rank = min(max(showRank, 1), worst.count)
        let question = worst[rank - 1]
        func part(_ id: String, _ title: String, _ text: String) -> Figure {
            Figure(id, title: title, body: .document(Document([.init(Printable.text(text))])))
        }
        let answers = systems.enumerated().map { index, system in
            let rating = judge.isEmpty ? "" : ", judge \(rounded(scores.value(.judge, system: index, question: question), 2))"
            return part(
                "answer\(index + 1)",
                "\(system.name): ROUGE-L \(rounded(scores.value(.rougeL, system: index, question: question), 2))\(rating)",
                system.answers[question])
        }
        // The shown system stands next to the reference.
        let shown = answers[shownSystem]
        let others = answers.enumerated().filter { $0.offset != shownSystem }.map(\.element)
        return Figure(
            "worst",
            title: "Answer \(rank) from the worst of “\(systems[shownSystem].name)”, by \(worstBy == .judge ? "rating" : worstBy.name)",
            caption: questions[question].question.isEmpty ? "question \(question + 1)" : Printable.text(questions[question].question),
            body: .grid([part("reference", "Reference", questions[question].reference), shown] + others.prefix(2), columns: 2))
    }
}
