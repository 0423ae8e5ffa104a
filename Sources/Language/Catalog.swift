import Engine

/// The experiments and providers of this family.
public enum LanguageCatalog {
    /// The experiments' types, in the order of `list`.
    public static let experiments: [any Experiment.Type] = [IterateExperiment.self, ScoreExperiment.self]

    /// The providers of what the experiments ask for; the endpoint of `openai` is read from the environment.
    public static func providers(environment: [String: String]) -> [any Provider] {
        [OpenAIProvider(environment: environment), ExtractiveProvider(), EchoProvider()]
    }

    /// The parameter values that suit this environment better than the cards' own, by experiment and parameter: where it names an
    /// endpoint, a language model instead of the extractive control.
    public static func preferredValues(environment: [String: String]) -> [String: [String: Value]] {
        guard let configuration = try? OpenAIConfiguration(environment: environment), configuration.isConfigured else { return [:] }
        var values: [String: Value] = ["provider": .text("openai")]
        if let model = environment["OPENAI_MODEL"], !model.isEmpty { values["model"] = .text(model) }
        return ["language.iterate": values]
    }
}
