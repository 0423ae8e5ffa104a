import Engine
import Plotting

extension IterateExperiment {
    /// The named results: a value with one lane, a list in the order of `lanes` with several.
    public func results() -> Results {
        var results = Results()
        func each(_ value: (Lane) -> ResultValue) -> ResultValue {
            lanes.count == 1 ? value(lanes[0]) : .array(lanes.map(value))
        }
        func integer(_ value: Int?) -> ResultValue { value.map { .integer($0) } ?? .none }
        results["firstRepeat"] = each { integer($0.repetition?.first) }
        results["period"] = each { integer($0.repetition?.period) }
        results["finalCharacters"] = each { .integer($0.latest.characters) }
        results["halfLife"] = each { integer($0.halfLife) }
        results["truncated"] = each { .integer($0.cut) }
        results["survivingNumbers"] = each { .optional($0.latest.survivingNumbers) }
        results["survivingNames"] = each { .optional($0.latest.survivingNames) }
        results["survivingLines"] = each { .optional($0.latest.survivingLines) }
        results["lanes"] = .array(lanes.map { .text($0.settings.name) })
        results["iterationsDone"] = each { .integer($0.done) }
        results["failures"] = each { .integer($0.failures) }
        results["answeredBy"] = each { lane in
            .text(lane.answeredBy.isEmpty ? lane.settings.provider : "\(lane.settings.provider): \(lane.answeredBy)")
        }
        let (prompt, completion) = lanes.reduce((0, 0)) { ($0.0 + $1.promptTokens, $0.1 + $1.completionTokens) }
        results["promptTokens"] = .integer(prompt)
        results["completionTokens"] = .integer(completion)
        results["cost"] =
            promptPrice > 0 || completionPrice > 0
            ? .number((Double(prompt) * promptPrice + Double(completion) * completionPrice) / 1e6) : ResultValue.none
        results["seconds"] = .number(lanes.reduce(0) { $0 + $1.iterations.reduce(0) { $0 + $1.seconds } })
        results["retries"] = .integer(lanes.reduce(0) { $0 + $1.iterations.reduce(0) { $0 + $1.retries } })
        // Left out where nothing was measured, so that sessions from before it was are as they were.
        if lanes.contains(where: { $0.firstTokenSeconds != nil }) {
            results["firstTokenSeconds"] = each { .optional($0.firstTokenSeconds) }
            results["tokensPerSecond"] = each { .optional($0.tokensPerSecond) }
        }
        if lanes.contains(where: { $0.unread > 0 }) { results["unreadCharacters"] = each { .integer($0.unread) } }
        results.warnings = warnings
        return results
    }

    /// What the numbers cannot say for themselves.
    private var warnings: [String] {
        var warnings = inputWarnings
        for lane in lanes {
            let name = lanes.count == 1 ? "" : "lane “\(lane.settings.name)”: "
            if let failure = lane.failure {
                warnings.append("\(name)iteration \(lane.done + 1) failed: \(failure); \(lane.done) kept, raise “attempt” to go on")
            }
            if let sentence = unread(lane) { warnings.append(name + sentence) }
            if let remark = lane.embeddingRemark { warnings.append("\(name)similarity by embedding: \(remark)") }
            if let failure = lane.embeddingFailure { warnings.append("\(name)no similarities by embedding: \(failure)") }
            if lane.isEmpty { warnings.append("\(name)the answer of iteration \(lane.done) was empty, which ended it") }
        }
        let cut = lanes.filter { $0.cut > 0 }
        if !cut.isEmpty {
            let each = cut.map { lane in
                "\(lane.cut) of \(lane.done) answers were cut at maxTokens = \(lane.settings.maxTokens)"
                    + (lanes.count == 1 ? "" : " in “\(lane.settings.name)”")
            }
            warnings.append(each.joined(separator: ", ") + "; a plateau of cut answers is not the model's own")
        }
        if overlong > 0 { warnings.append("\(overlong) answers had more than \(StartingText.limit) characters and were cut there") }
        if lanes.contains(where: { $0.settings.provider == "extractive" }) {
            warnings.append(
                "answers come from the extractive control, not from a language model; `workbench model install smollm2` fetches one for "
                    + "provider=local, or set OPENAI_BASE_URL or OPENAI_API_KEY and provider=openai")
        }
        if !lanes.contains(where: { $0.repetition != nil }), lanes.contains(where: { $0.done > 0 }) {
            warnings.append("no text has come twice, so firstRepeat and period are unknown")
        }
        if promptPrice == 0, completionPrice == 0, lanes.contains(where: { $0.settings.provider == "openai" }) {
            warnings.append("cost needs promptPrice and completionPrice")
        }
        let survival = original.survival
        let missing = [("numbers", survival.numbers.isEmpty), ("names", survival.names.isEmpty), ("list of lines", survival.lines.isEmpty)]
            .filter(\.1).map(\.0)
        if !missing.isEmpty { warnings.append("the original has no \(missing.joined(separator: ", no ")) to survive") }
        return warnings
    }

    /// What a model was not given because its context is too short; nil when it was given all.
    private func unread(_ lane: Lane) -> String? {
        guard let overflow = lane.overflow else { return nil }
        // The first may still be under way.
        let first = lane.iterations.firstIndex { $0.unread > 0 } ?? lane.done + 1
        let count = lane.iterations.count { $0.unread > 0 }
        let (cut, whole) = (first > lane.done ? lane.pending : lane.iterations[first].unread, lane.iterations[first - 1].characters)
        guard cut > 0 else { return nil }
        let prompt = overflow.promptTokens.map { "a prompt of at least \($0) tokens" } ?? "the prompt"
        let context = overflow.contextTokens.map { "the model's context of \($0)" } ?? "the model's context"
        let part = lane.settings.prompt == .translate ? "\(cut) characters" : "the last \(cut) of \(whole) characters"
        let more = count > 1 ? ", and in \(count - 1) later iterations other texts' ends" : ""
        return "\(prompt) does not fit \(context): in iteration \(first) \(part) were cut before the model read the text\(more) "
            + "(overflow = refuse stops instead)"
    }

    /// The tables of iterations, lanes and texts.
    public func tables() -> [Table] { [iterationsTable, lanesTable, textsTable] }

    private var iterationsTable: Table {
        var table = Table(
            "iterations",
            columns: [
                "lane", "iteration", "characters", "words", "lines", "tokens", "compression", "rouge1", "rouge2", "rougeL",
                "rougeLPrevious",
                "bleu", "chrf", "editDistancePrevious", "embeddingOriginal", "embeddingPrevious", "typeTokenRatio", "bitsPerCharacter",
                "tokenEntropy", "logLikelihood", "survivingNumbers", "survivingNames", "survivingLines", "truncated", "seconds", "retries",
                "unread",
            ])
        func number(_ value: Double?) -> Table.Value { value.map { .number($0) } ?? .none }
        for lane in lanes {
            let first = Double(lane.iterations[0].characters)
            for (index, row) in lane.iterations.enumerated() {
                table.rows.append([
                    .text(lane.settings.name), .integer(index), .integer(row.characters), .integer(row.words), .integer(row.lines),
                    row.tokens.map { .integer($0) } ?? .none, .number(Double(row.characters) / first), .number(row.rouge1),
                    .number(row.rouge2), .number(row.rougeL), number(row.rougeLPrevious), .number(row.bleu), .number(row.chrf),
                    number(row.editDistancePrevious), number(row.embeddingOriginal), number(row.embeddingPrevious),
                    number(row.typeTokenRatio), number(row.bitsPerCharacter), number(row.tokenEntropy), number(row.logLikelihood),
                    number(row.survivingNumbers), number(row.survivingNames), number(row.survivingLines), .integer(row.isCut ? 1 : 0),
                    .number(row.seconds), .integer(row.retries), .integer(row.unread),
                ])
            }
        }
        return table
    }

    private var lanesTable: Table {
        var table = Table(
            "lanes",
            columns: [
                "lane", "provider", "model", "prompt", "temperature", "topP", "maxTokens", "seed", "iterations", "characters",
                "firstRepeat",
                "period", "halfLife", "truncated", "state",
            ])
        for lane in lanes {
            let settings = lane.settings
            table.rows.append([
                .text(settings.name), .text(settings.provider), .text(lane.answeredBy.isEmpty ? settings.model : lane.answeredBy),
                .text(settings.prompt.rawValue), .number(settings.temperature ?? temperature), .number(settings.topP),
                .integer(settings.maxTokens), .integer(settings.modelSeed), .integer(lane.done), .integer(lane.latest.characters),
                lane.repetition.map { .integer($0.first) } ?? .none, lane.repetition.map { .integer($0.period) } ?? .none,
                lane.halfLife.map { .integer($0) } ?? .none, .integer(lane.cut), .text(state(of: lane)),
            ])
        }
        return table
    }

    /// What became of a lane, in a few words.
    func state(of lane: Lane) -> String {
        if let failure = lane.failure { return "failed: \(failure)" }
        if lane.isEmpty { return "empty answer" }
        if let repetition = lane.repetition {
            let kind = repetition.period == 1 ? "fixed point" : "cycle of \(repetition.period)"
            return "\(kind) from iteration \(repetition.first - repetition.period)"
        }
        return lane.done >= iterations ? "no repeat in \(lane.done) iterations" : "\(lane.done) of \(iterations) iterations"
    }

    private var textsTable: Table {
        var table = Table("texts", columns: ["lane", "iteration", "text"])
        for lane in lanes {
            for (index, text) in lane.texts.enumerated() {
                table.rows.append([.text(lane.settings.name), .integer(index), .text(text)])
            }
        }
        return table
    }
}
