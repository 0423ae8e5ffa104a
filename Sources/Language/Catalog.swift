import Engine

/// The experiments and providers of this family.
public enum LanguageCatalog {
    /// The experiments' types, in the order of `list`.
    public static let experiments: [any Experiment.Type] = [
        IterateExperiment.self, AnswerExperiment.self, EvaluateExperiment.self, ScoreExperiment.self, TokensExperiment.self,
        EmbedExperiment.self,
    ]

    /// The providers of what the experiments ask for; the endpoint of `openai` and the folder of installed models come from the environment.
    public static func providers(environment: [String: String]) -> [any Provider] {
        let local = LocalProvider(environment: environment)
        let openai = OpenAIProvider(environment: environment)
        return [
            local, openai, ExtractiveProvider(), EchoProvider(),
            DocumentProvider(environment: environment, embedders: [local, openai]),
        ]
    }

    /// The parameter values that suit this environment better than the cards' own, by experiment and parameter: where a model is
    /// installed that one, else where an endpoint is named that one, instead of the extractive control.
    public static func preferredValues(environment: [String: String]) -> [String: [String: Value]] {
        if !ModelLibrary(environment: environment).installed().isEmpty {
            return Dictionary(
                uniqueKeysWithValues: ["language.iterate", "language.answer", "language.tokens"].map { ($0, ["provider": .text("local")]) })
        }
        guard let configuration = try? OpenAIConfiguration(environment: environment), configuration.isConfigured else { return [:] }
        var values: [String: Value] = ["provider": .text("openai")]
        if let model = environment["OPENAI_MODEL"], !model.isEmpty { values["model"] = .text(model) }
        return ["language.iterate": values, "language.answer": values]
    }
}
