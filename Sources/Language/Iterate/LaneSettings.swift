import Engine

/// What one lane does differently: a provider, a prompt and a model's settings.
struct LaneSettings: Sendable, Hashable, Codable {
    /// What tells it from the other lanes, for legends and tables.
    var name: String
    var provider: String
    var model: String
    var prompt: Prompt
    var language: String
    /// The lane's own temperature; nil follows the live parameter.
    var temperature: Double?
    var topP: Double
    var topK: Int
    var minP: Double
    var repetitionPenalty: Double
    var maxTokens: Int
    var modelSeed: Int
    var seedMode: String

    /// The parameters that `lanes` may vary.
    static let varied = [
        "temperature", "prompt", "provider", "model", "topP", "topK", "minP", "repetitionPenalty", "maxTokens", "modelSeed", "seedMode",
        "language",
    ]
    /// The most lanes that a list may make.
    static let most = 24

    /// The settings of each lane: every combination of the values that `lanes` lists, the first-named parameter varying slowest.
    ///
    /// "temperature=0,0.5,1; prompt=summarize,rephrase" gives six; an empty list one, of the plain parameters.
    ///
    /// - Throws: `UserError` naming the item that cannot be read.
    static func all(_ setup: Setup) throws -> [LaneSettings] {
        let axes = try axes(setup.text("lanes"), card: setup.card)
        let count = axes.reduce(1) { min($0 * $1.values.count, most + 1) }
        guard count <= most else { throw UserError("lanes: more than \(most) combinations", parameter: "lanes") }
        var combinations: [[(name: String, value: Value)]] = [[]]
        for axis in axes {
            combinations = combinations.flatMap { combination in axis.values.map { combination + [(axis.name, $0)] } }
        }
        return try combinations.map { try LaneSettings(setup, own: $0) }
    }

    private init(_ setup: Setup, own: [(name: String, value: Value)]) throws {
        var values = setup.values
        for (name, value) in own { values[name] = value }
        let lane = Setup(card: setup.card, values: values, seed: setup.seed)
        let named = own.map { Self.short($0.name, $0.value) }.joined(separator: " ")
        prompt = Prompt(rawValue: lane.choice("prompt")) ?? .summarize
        name = named.isEmpty ? prompt.rawValue : named
        provider = lane.choice("provider")
        model = lane.text("model")
        language = lane.text("language")
        temperature = own.contains { $0.name == "temperature" } ? lane.real("temperature") : nil
        topP = lane.real("topP")
        topK = lane.integer("topK")
        minP = lane.real("minP")
        repetitionPenalty = lane.real("repetitionPenalty")
        maxTokens = lane.integer("maxTokens")
        modelSeed = lane.integer("modelSeed")
        seedMode = lane.choice("seedMode")

        switch provider {
        case "extractive":
            guard let model = prompt.extractiveModel else {
                throw UserError(
                    "the extractive control cannot \(prompt == .translate ? "translate" : "follow a custom prompt"); "
                        + "choose prompt summarize or rephrase, or a provider with a model", parameter: "provider")
            }
            self.model = model
        case "echo":
            guard model.isEmpty || EchoProvider.models.contains(model) else {
                throw UserError(
                    "model: echo has no model “\(model)”; expected one of \(EchoProvider.models.joined(separator: ", "))",
                    parameter: "model")
            }
        default: break
        }
        if prompt == .custom, !setup.text("template").contains("{text}") {
            throw UserError("template: “\(setup.text("template"))” has no {text}, where the text is to stand", parameter: "template")
        }
        if prompt == .translate, language.isEmpty {
            throw UserError("language: a language to translate into is wanted, such as French", parameter: "language")
        }
    }

    /// Whether the same text always gives the same answer: then a repeated text means that nothing new can follow.
    func isDeterministic(temperature: Double) -> Bool {
        (provider != "openai" && provider != "local") || (self.temperature ?? temperature) == 0 || seedMode == "same"
    }

    private static func short(_ name: String, _ value: Value) -> String {
        switch name {
        case "temperature": "T\(value)"
        case "topP": "p\(value)"
        case "topK": "top\(value)"
        case "minP": "min\(value)"
        case "repetitionPenalty": "penalty\(value)"
        case "maxTokens": "max\(value)"
        case "modelSeed": "seed\(value)"
        default: value.description
        }
    }

    private struct Axis {
        var name: String
        var values: [Value]
    }

    private static func axes(_ text: String, card: Card) throws -> [Axis] {
        func refuse(_ sentence: String) -> UserError { UserError("lanes: " + sentence, parameter: "lanes") }
        var axes: [Axis] = []
        for item in text.split(separator: ";").map(trimmed) where !item.isEmpty {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            guard parts.count == 2 else {
                throw refuse("“\(item)” is no setting; expected a list such as temperature=0,0.5,1; prompt=summarize,rephrase")
            }
            let name = parts[0]
            guard varied.contains(name), let parameter = card.parameter(name) else {
                let near = varied.first { $0.lowercased() == name.lowercased() } ?? varied.first { $0.hasPrefix(name) && !name.isEmpty }
                throw refuse(
                    "“\(name)” cannot differ between lanes"
                        + (near.map { "; did you mean “\($0)”?" } ?? "; what can is \(varied.joined(separator: ", "))"))
            }
            guard !axes.contains(where: { $0.name == name }) else { throw refuse("“\(name)” is listed twice") }
            var values: [Value] = []
            for word in parts[1].split(separator: ",", omittingEmptySubsequences: false).map(trimmed) {
                let value = try Self.value(word, parameter, refuse)
                guard !values.contains(value) else { throw refuse("\(name) has the value \(word) twice") }
                values.append(value)
            }
            axes.append(Axis(name: name, values: values))
        }
        return axes
    }

    private static func value(_ word: String, _ parameter: Parameter, _ refuse: (String) -> UserError) throws -> Value {
        switch parameter.kind {
        case .real(let range, _, _):
            guard let number = Double(word), range.contains(number) else {
                throw refuse(
                    "\(parameter.name)=\(word) is not a number from \(Value.real(range.lowerBound)) to \(Value.real(range.upperBound))")
            }
            return .real(number)
        case .integer(let range, _, _):
            guard let number = Int(word), range.contains(number) else {
                throw refuse("\(parameter.name)=\(word) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(number)
        case .choice(let names):
            guard names.contains(word) else {
                throw refuse("\(parameter.name)=\(word) is not known; expected one of \(names.joined(separator: ", "))")
            }
            return .text(word)
        default:
            guard !word.isEmpty else { throw refuse("\(parameter.name) has an empty value") }
            return .text(word)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
