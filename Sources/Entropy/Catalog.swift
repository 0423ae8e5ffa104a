import Engine

/// The experiments of this family, in the order of `list`.
public enum EntropyCatalog {
    /// The experiments' types.
    public static let experiments: [any Experiment.Type] = [
        MaxentExperiment.self, WallisExperiment.self, MomentsExperiment.self, PhysicalExperiment.self, MeasureExperiment.self,
        EstimateExperiment.self,
    ]
}
