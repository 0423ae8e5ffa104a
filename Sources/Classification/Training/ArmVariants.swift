import Engine

/// The arms of an ablation trained live: the baseline, and variants that each change one thing.
enum ArmVariants {
    /// One arm before training.
    struct Arm: Sendable, Codable, Hashable {
        var name: String
        /// What it effectively runs with.
        var plan: TrainingPlan
        /// What was asked for and has no effect; empty for nothing.
        var note: String
        /// The earlier arm that is the same, whose training it shares.
        var twin: Int?
    }

    /// The names, in the order of the default ablation; the last few only when asked for.
    private static let names = [
        "baseline", "no-warmup", "no-cosine", "no-augmentation", "no-external-data", "no-pretraining", "binary-labels", "lower-rate",
        "dropout-copies-1", "dropout-copies-3", "half-size", "no-metadata", "smaller-network",
        "higher-rate", "dropout-copies-5", "no-dropout", "no-smoothing", "class-weights", "larger-network", "logistic", "network",
        "convolution",
    ]
    private static let usualCount = 13

    /// The switches that a named variant sets, as text; nil for an unknown name.
    private static func changes(_ name: String, _ base: TrainingPlan) -> [(String, String)]? {
        func number(_ x: Double) -> String { Value.real(x).description }
        switch name {
        case "baseline": return []
        case "no-warmup": return [("warmup", "0")]
        case "no-cosine": return [("cosine", "off")]
        case "no-augmentation": return [("shift", "0"), ("rotation", "0"), ("noise", "0"), ("cutout", "0")]
        case "no-external-data": return [("external", "off")]
        case "no-pretraining": return [("pretraining", "0")]
        case "binary-labels": return [("labels", "binary")]
        case "lower-rate": return [("rate", number(base.rate / 4))]
        case "higher-rate": return [("rate", number(min(1, base.rate * 4)))]
        case "dropout-copies-1": return [("dropoutCopies", "1")]
        case "dropout-copies-3": return [("dropoutCopies", "3")]
        case "dropout-copies-5": return [("dropoutCopies", "5")]
        case "no-dropout": return [("dropout", "0")]
        case "no-smoothing": return [("smoothing", "0")]
        case "class-weights": return [("classWeights", "on")]
        case "half-size": return base.size > 0 ? [("size", String(max(1, base.size / 2)))] : []
        case "no-metadata": return [("metadata", "off")]
        case "smaller-network":
            return [("hidden", String(max(1, base.hidden / 2)))]
                + (base.channels > 0 ? [("channels", String(max(1, base.channels / 2)))] : [])
        case "larger-network":
            return [("hidden", String(min(1024, base.hidden * 2)))]
                + (base.channels > 0 ? [("channels", String(min(64, base.channels * 2)))] : [])
        case "logistic", "network", "convolution": return [("model", name)]
        default: return nil
        }
    }

    /// The arms that a text asks for: names, and `name: switch=value switch=value`; the usual ones when it is empty.
    ///
    /// - Throws: `UserError` for an unknown name or switch, a value out of range, a name given twice, a network that the data does not allow.
    static func parse(_ text: String, _ setup: Setup, _ data: TrainingData) throws -> [Arm] {
        let asked = TrainingPlan(setup, data)
        let base = asked.effective(on: data)
        try check(base, data, "model")
        var items = ClassQuestion.items(text)
        let isUsual = items.isEmpty
        if isUsual { items = Array(names.prefix(usualCount)) }
        if !items.contains("baseline") { items.insert("baseline", at: 0) }
        items.removeAll { $0 == "baseline" }
        items.insert("baseline", at: 0)
        var arms: [Arm] = []
        for item in items {
            let (name, changes) = try self.changes(item, base, setup.card)
            var values = setup.values
            for (key, value) in changes { values[key] = value }
            let plan = TrainingPlan(Setup(card: setup.card, values: values, seed: setup.seed, inputs: setup.inputs), data).effective(
                on: data)
            // A variant that means nothing here is left out unless it was asked for.
            if isUsual, name != "baseline", plan == base { continue }
            try check(plan, data, "arms")
            guard !arms.contains(where: { $0.name == name }) else { throw UserError("arms: “\(name)” is named twice", parameter: "arms") }
            let wanted = changes.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
            let isIdle = name != "baseline" && plan == base
            let note = isIdle ? "asked for \(wanted.isEmpty ? "what this data has not" : wanted); it changes nothing here" : ""
            arms.append(Arm(name: name, plan: plan, note: note, twin: arms.firstIndex { $0.plan == plan }))
        }
        return arms
    }

    /// The name and changes of one item.
    private static func changes(
        _ item: String, _ base: TrainingPlan, _ card: Card
    ) throws -> (name: String, changes: [(String, Value)]) {
        let parts = item.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            guard let changes = changes(item, base) else {
                let near = nearest(item, among: names).map { "; did you mean “\($0)”?" } ?? ""
                throw UserError(
                    "arms: “\(item)” is no variant\(near); there are \(names.joined(separator: ", ")), and name: switch=value",
                    parameter: "arms")
            }
            return (item, try changes.map { ($0, try card.parse($0, $1)) })
        }
        let name = ClassQuestion.items(parts[0]).first ?? ""
        guard !name.isEmpty, name != "baseline" else {
            throw UserError("arms: “\(item)” needs a name of its own before the colon", parameter: "arms")
        }
        let changes = try parts[1].split(whereSeparator: \.isWhitespace).map { word -> (String, Value) in
            let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else {
                throw UserError("arms: “\(word)” in arm “\(name)” is no switch=value", parameter: "arms")
            }
            guard TrainingPlan.switches.contains(pair[0]) else {
                let near = nearest(pair[0], among: TrainingPlan.switches).map { "; did you mean “\($0)”?" } ?? ""
                throw UserError(
                    "arms: “\(pair[0])” in arm “\(name)” is no switch\(near); there are \(TrainingPlan.switches.joined(separator: ", "))",
                    parameter: "arms")
            }
            do { return (pair[0], try card.parse(pair[0], pair[1])) } catch let error as UserError {
                throw UserError("arms: in arm “\(name)”: \(error.description)", parameter: "arms")
            }
        }
        return (name, changes)
    }

    private static func check(_ plan: TrainingPlan, _ data: TrainingData, _ parameter: String) throws {
        guard plan.model == .convolution else { return }
        guard data.side > 0 else {
            throw UserError(
                "\(parameter): a convolution needs images, and \(data.source) is a table; set model to network or logistic (or input to image)",
                parameter: parameter)
        }
        guard plan.size >= 4 else {
            throw UserError("\(parameter): a convolution needs images of at least 4 x 4 pixels, not \(plan.size)", parameter: parameter)
        }
    }
}
