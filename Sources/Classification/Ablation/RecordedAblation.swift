/// The ablation behind the winning solution's melanoma models: EfficientNet-B3 at 384 pixels, 3 folds, 15 epochs, as its author published it.
///
/// Means and (in brackets there) standard deviations over the three folds, read from published figures to ±0.0005. What each arm was asked
/// and what it really ran with differ: the public code ignored a flag that nothing defined (dropout-layers), so two arms are the baseline
/// over again, and "no warm-up" also took away the cosine and lowered the peak rate tenfold.
enum RecordedAblation {
    static let configuration = [
        "network", "size", "weights", "augmentation", "externalData", "schedule", "peakRate", "metadata", "labels",
        "arithmetic",
    ]
    private static let baseline = [
        "efficientnet_b3", "384", "ImageNet", "yes", "yes", "warm-up, cosine", "3e-4", "no", "diagnoses", "float32, PyTorch",
    ]

    /// All arms on both metrics, the baseline first.
    static let data: AblationData = {
        let rows: [(String, [String: String], (Double, Double)?, (Double, Double), String)] = [
            ("baseline", [:], (0.9519, 0.0039), (0.9099, 0.0078), ""),
            ("no-pretraining", ["weights": "random, no pre-training"], (0.8806, 0.0063), (0.8291, 0.0135), ""),
            ("no-augmentation", ["augmentation": "no"], (0.9469, 0.0067), (0.8736, 0.0049), ""),
            ("no-external-data", ["externalData": "no"], nil, (0.8876, 0.0028), ""),
            ("no-cosine", ["schedule": "warm-up, constant"], (0.9479, 0.0033), (0.9037, 0.0047), ""),
            (
                "no-warmup", ["schedule": "constant", "peakRate": "3e-5"], (0.9427, 0.0039), (0.8992, 0.0086),
                "asked to drop the warm-up only; the cosine went too, and the peak rate is a tenth"
            ),
            ("noisy-student", ["weights": "noisy student"], (0.9509, 0.0018), (0.9120, 0.0054), ""),
            ("effnet_b2", ["network": "efficientnet_b2"], (0.9498, 0.0021), (0.9057, 0.0028), ""),
            ("lr 2e-5", ["peakRate": "2e-4"], (0.9512, 0.0051), (0.9095, 0.0037), ""),
            ("lr 1.5e-5", ["peakRate": "1.5e-4"], (0.9502, 0.0047), (0.9092, 0.0077), ""),
            ("metadata", ["metadata": "yes"], (0.9554, 0.0018), (0.9064, 0.0039), ""),
            ("dropout-layers 1", [:], (0.9519, 0.0039), (0.9099, 0.0078), "asked for 1 dropout layer; no code defined the flag"),
            ("dropout-layers 3", [:], (0.9519, 0.0039), (0.9099, 0.0078), "asked for 3 dropout layers; no code defined the flag"),
            ("img 448", ["size": "448"], (0.9530, 0.0046), (0.9102, 0.0056), ""),
            ("binary labels", ["labels": "melanoma or not"], nil, (0.9043, 0.0077), ""),
            ("tensorflow_impl", ["arithmetic": "float32, TensorFlow's weights and padding"], (0.9495, 0.0025), (0.9078, 0.0086), ""),
            ("amp", ["arithmetic": "mixed precision, PyTorch"], (0.9523, 0.0042), (0.9109, 0.0065), ""),
        ]
        let arms = rows.map { name, changes, all, recent, note -> AblationData.Arm in
            let summaries = [all, recent].map { pair in pair.map { AblationData.Summary(mean: $0.0, deviation: $0.1, count: 3) } }
            let settings = zip(configuration, baseline).map { changes[$0] ?? $1 }
            return AblationData.Arm(name: name, settings: settings, values: [], units: [], summaries: summaries, note: note)
        }
        return AblationData(
            source: "melanoma", metrics: ["auc", "auc2020"], configuration: configuration, arms: arms, folds: 3, isPaired: false,
            notes: [
                "only means and standard deviations over 3 folds are on record (to ±0.0005): differences are compared as if the folds were unrelated"
            ])
    }()
}
