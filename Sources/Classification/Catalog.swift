import Engine

/// The experiments of this family, in the order of `list`.
public enum ClassificationCatalog {
    /// The experiments' types.
    public static let experiments: [any Experiment.Type] = [
        ClassifierMetrics.self, ClassifierEnsemble.self, ClassifierPredict.self, ClassifierAblation.self,
        ClassifierFolds.self,
    ]
}
