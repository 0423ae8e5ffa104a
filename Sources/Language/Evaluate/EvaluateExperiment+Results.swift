import Engine
import Kernels
import Plotting

extension EvaluateExperiment {
    /// Which ROUGE the values are of, in words.
    var rougeName: String { variant == "seed" ? "seed (package rouge)" : "standard (rouge-score), stemmer \(stemmer ? "on" : "off")" }

    /// The named results so far.
    public func results() -> Results {
        var results = Results()
        func each(_ value: (Int) -> ResultValue) -> ResultValue {
            systems.count == 1 ? value(0) : .array(systems.indices.map(value))
        }
        results["systems"] = each { .text(systems[$0].name) }
        results["questions"] = .integer(scores.questions)
        for measure in [Measure.rouge1, .rouge2, .rougeL, .bleu, .chrf, .judge, .hit, .reciprocalRank, .gain] {
            results[measure.name] = each { .optional(scores.mean(measure, system: $0)) }
        }
        results["unjudged"] = each { .integer(unjudged($0)) }
        let outcomes = systems.indices.map { scores.outcome(comparedBy, system: $0) }
        results["wins"] = each { outcomes[$0].map { .integer($0.wins) } ?? .none }
        results["ties"] = each { outcomes[$0].map { .integer($0.ties) } ?? .none }
        results["losses"] = each { outcomes[$0].map { .integer($0.losses) } ?? .none }
        results["rougeVariant"] = .text(rougeName)
        results["judge"] = judge.isEmpty ? ResultValue.none : .text(judge)
        results["replicates"] = .integer(min(scores.replicates, bootstrap))
        results.warnings = notes + warnings
        return results
    }

    private var warnings: [String] {
        var list: [String] = []
        if judge.isEmpty {
            list.append(
                "judgeMean: \(asking == nil ? "no ratings are recorded" : "nobody rates the answers")"
                    + (comparedBy == .judge ? ", so nothing is won or lost; compareBy names a measure" : ""))
        }
        for (index, system) in systems.enumerated() where unjudged(index) > 0 {
            list.append("“\(system.name)”: \(unjudged(index)) answers have no rating by \(judge) and are left out of its means")
        }
        for system in systems where !judge.isEmpty && system.judgements[judge] == nil {
            list.append("“\(system.name)”: nobody rates its answers; judgeProvider rates all of them alike")
        }
        if let mass = leastMass, mass < 0.5 {
            list.append(
                "the judge gives ratings \(percent(mass)) of its probability on average: it hardly rates at all, as small models do")
        }
        if systems.count == 1 { list.append("wins, ties and losses need a second system") }
        return list
    }

    /// The mean probability that the judge gave to ratings at all, of the system where it is least; nil when not told.
    private var leastMass: Double? {
        systems.indices.compactMap { index -> Double? in
            let known = (systems[index].judgements[judge] ?? []).compactMap { $0?.mass }
            return known.isEmpty ? nil : Vector.sum(known) / Double(known.count)
        }.min()
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }

    private func cell(_ value: Double?) -> Table.Value { value.map { .number($0) } ?? .none }

    /// The tables so far.
    public func tables() -> [Table] { [scoresTable, differencesTable, judgesTable, answersTable] }

    /// The interval of a system's mean.
    func interval(_ measure: Measure, system: Int) -> Interval { Interval(scores.means[system][measure.rawValue].prefix(bootstrap)) }

    private static let shown: [Measure] = [.rouge1, .rouge2, .rougeL, .bleu, .chrf, .judge, .hit, .reciprocalRank, .gain]

    private var scoresTable: Table {
        var table = Table("scores", columns: ["system", "answers"])
        for measure in Self.shown { table.columns += [measure.name, measure.name + "Low", measure.name + "High"] }
        table.columns.append("unjudged")
        for name in ["wins", "ties", "losses"] { table.columns += [name, name + "Low", name + "High"] }
        for (index, system) in systems.enumerated() {
            var row: [Table.Value] = [.text(system.name), .integer(scores.questions)]
            for measure in Self.shown {
                let interval = interval(measure, system: index)
                row += [cell(scores.mean(measure, system: index)), cell(interval.low), cell(interval.high)]
            }
            row.append(.integer(unjudged(index)))
            if let outcome = scores.outcome(comparedBy, system: index) {
                for (kind, count) in [outcome.wins, outcome.ties, outcome.losses].enumerated() {
                    let interval = Interval(scores.outcomes[index][kind].prefix(bootstrap))
                    row += [.integer(count), cell(interval.low), cell(interval.high)]
                }
            } else {
                row += Array(repeating: .none, count: 9)
            }
            table.rows.append(row)
        }
        return table
    }

    /// The mean difference of a system to the first over the questions both have.
    func difference(_ measure: Measure, system: Int) -> Double? {
        let gaps = (0..<scores.questions).compactMap { question -> Double? in
            guard let mine = scores.value(measure, system: system, question: question),
                let first = scores.value(measure, system: 0, question: question)
            else { return nil }
            return mine - first
        }
        return gaps.isEmpty ? nil : Vector.sum(gaps) / Double(gaps.count)
    }

    private var differencesTable: Table {
        var table = Table("differences", columns: ["system", "measure", "difference", "low", "high"])
        for index in systems.indices.dropFirst() {
            for measure in Self.shown {
                guard let difference = difference(measure, system: index) else { continue }
                let interval = Interval(scores.differences[index][measure.rawValue].prefix(bootstrap))
                table.rows.append([
                    .text(systems[index].name), .text(measure.name), .number(difference), cell(interval.low), cell(interval.high),
                ])
            }
        }
        return table
    }

    private var judgesTable: Table {
        var table = Table("judges", columns: ["judge", "system", "judgeMean", "unjudged", "mass", "wins", "ties", "losses"])
        for judge in judges {
            for (index, system) in systems.enumerated() {
                let judged = system.judgements[judge] ?? []
                let ratings = judged.compactMap { $0?.rating }
                let masses = judged.compactMap { $0?.mass }
                var counts: [Table.Value] = [.none, .none, .none]
                if let other = scores.opponent(of: index), let theirs = systems[other].judgements[judge] {
                    let pairs = zip(judged, theirs).compactMap { mine, their in mine.flatMap { a in their.map { (a.rating, $0.rating) } } }
                    counts = [
                        .integer(pairs.count { $0.0 > $0.1 }), .integer(pairs.count { $0.0 == $0.1 }),
                        .integer(pairs.count { $0.0 < $0.1 }),
                    ]
                }
                table.rows.append(
                    [
                        .text(judge), .text(system.name), cell(ratings.isEmpty ? nil : Vector.sum(ratings) / Double(ratings.count)),
                        .integer(judged.count - ratings.count), cell(masses.isEmpty ? nil : Vector.sum(masses) / Double(masses.count)),
                    ] + counts)
            }
        }
        return table
    }

    private var answersTable: Table {
        var table = Table(
            "answers", columns: ["question", "reference", "system", "answer"] + Self.shown.map { $0 == .judge ? "judge" : $0.name })
        for question in 0..<scores.questions {
            for (index, system) in systems.enumerated() {
                table.rows.append(
                    [
                        .text(questions[question].question), .text(questions[question].reference), .text(system.name),
                        .text(system.answers[question]),
                    ] + Self.shown.map { cell(scores.value($0, system: index, question: question)) })
            }
        }
        return table
    }
}
