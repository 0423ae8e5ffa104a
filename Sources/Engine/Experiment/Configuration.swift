/// Everything a run starts from, ready to be journalled: which experiment, which seed, every parameter, every input's bytes.
public struct Configuration: Sendable, Hashable {
    /// The experiment's id.
    public var experiment: String
    /// The seed of all random streams.
    public var seed: UInt64
    /// Every parameter's value, defaults included.
    public var values: [String: Value]
    /// The files that parameters name, by parameter.
    public var inputs: [String: Input]

    /// A configuration with all parameters filled in and all named files read.
    ///
    /// - Throws: `UserError` for an unknown parameter, a value out of range, or a file that cannot be read.
    public init(_ card: Card, values: [String: Value] = [:], seed: UInt64 = 42, inputs: [String: Input] = [:]) throws {
        experiment = card.id
        self.seed = seed
        self.values = try card.complete(values)
        self.inputs = inputs
        for parameter in card.parameters {
            if let value = self.values[parameter.name], self.inputs[parameter.name] == nil {
                self.inputs[parameter.name] = try parameter.input(for: value)
            }
        }
    }

    /// A configuration as a journal holds it, already complete.
    public init(experiment: String, seed: UInt64, values: [String: Value], inputs: [String: Input]) {
        self.experiment = experiment
        self.seed = seed
        self.values = values
        self.inputs = inputs
    }

    /// The same with one parameter set, and its file read anew where it names one.
    public func setting(_ name: String, to value: Value, input: Input? = nil, card: Card) throws -> Configuration {
        let parameter = try card.required(name)
        var next = self
        let checked = try parameter.checked(value)
        next.values[name] = checked
        next.inputs[name] = nil
        if parameter.namesFiles(checked) { next.inputs[name] = try input ?? parameter.input(for: checked) }
        return next
    }

    /// The same with every value of its parameter's kind: JSON does not tell 1 from 1.0, the card does.
    ///
    /// - Throws: `UserError` for an unknown parameter or a value out of range, as of a journal from another version.
    public func normalised(for card: Card) throws -> Configuration {
        Configuration(experiment: experiment, seed: seed, values: try card.complete(values), inputs: inputs)
    }

    /// The experiment before its first step.
    public func start(in catalog: Catalog) throws -> any Experiment {
        let type = try catalog.experiment(experiment)
        return try start(type)
    }

    private func start<E: Experiment>(_ type: E.Type) throws -> any Experiment { try E(try setup(for: E.card)) }

    /// The setup an experiment is made from; `@file` texts are replaced by the files' content.
    public func setup(for card: Card) throws -> Setup {
        var values = try card.complete(self.values)
        for parameter in card.parameters {
            guard case .text = parameter.kind, let input = inputs[parameter.name] else { continue }
            guard let content = String(validating: input.bytes, as: UTF8.self) else {
                throw UserError("\(parameter.name): “\(input.name)” is not UTF-8 text", parameter: parameter.name)
            }
            values[parameter.name] = .text(content)
        }
        return Setup(card: card, values: values, seed: seed, inputs: inputs)
    }
}
