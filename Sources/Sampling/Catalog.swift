import Engine

/// The experiments of this family, in the order of `list`.
public enum SamplingCatalog {
    /// The experiments' types.
    public static let experiments: [any Experiment.Type] = [
        MixtureExperiment.self, VolatilityExperiment.self, LogisticExperiment.self, LinearExperiment.self, PoissonExperiment.self,
        SchoolsExperiment.self, TargetExperiment.self, NetworkExperiment.self, DiagnoseExperiment.self,
    ]
}
