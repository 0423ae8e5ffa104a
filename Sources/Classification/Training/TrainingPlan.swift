import Engine
import Kernels

/// Everything that decides how one arm is trained, and what it is compared by.
///
/// Arms are compared by their *effective* plan: a switch that has nothing to act on stands at what it amounts to. So two arms that train
/// alike have equal plans, however they were asked for.
struct TrainingPlan: Sendable, Codable, Hashable {
    enum Labels: String, Sendable, Codable { case detailed, binary }

    var model: NetworkShape.Kind
    /// The side of images as the network sees them; 0 for tables.
    var size: Int
    var channels: Int
    var hidden: Int
    var metadata: Bool
    var labels: Labels
    var external: Bool
    /// Epochs of pre-training; 0 for none.
    var pretraining: Int
    var epochs: Int
    var batch: Int
    var rate: Double
    /// Epochs.
    var warmup: Double
    var cosine: Bool
    var dropout: Double
    var dropoutCopies: Int
    var smoothing: Double
    /// Greatest shift, in pixels of the image seen.
    var shift: Double
    /// Greatest rotation, in degrees.
    var rotation: Double
    /// Standard deviation of the noise, in standard deviations of the inputs.
    var noise: Double
    /// Side of the square cut out, in pixels of the image seen.
    var cutout: Int
    var classWeights: Bool

    /// The names of the switches: the parameters of the card that an arm may change, in the order shown.
    static let switches = [
        "model", "size", "channels", "hidden", "metadata", "labels", "external", "pretraining", "epochs", "batch", "rate", "warmup",
        "cosine", "dropout", "dropoutCopies", "smoothing", "shift", "rotation", "noise", "cutout", "classWeights",
    ]

    /// A plan as asked for, from values that the card has checked.
    init(_ setup: Setup, _ data: TrainingData) {
        let model = setup.choice("model")
        self.model = NetworkShape.Kind(rawValue: model) ?? (data.side > 0 ? .convolution : .network)
        size = setup.integer("size")
        channels = setup.integer("channels")
        hidden = setup.integer("hidden")
        metadata = setup.flag("metadata")
        labels = Labels(rawValue: setup.choice("labels")) ?? .detailed
        external = setup.flag("external")
        pretraining = setup.integer("pretraining")
        epochs = setup.integer("epochs")
        batch = setup.integer("batch")
        rate = setup.real("rate")
        warmup = setup.real("warmup")
        cosine = setup.flag("cosine")
        dropout = setup.real("dropout")
        dropoutCopies = setup.integer("dropoutCopies")
        smoothing = setup.real("smoothing")
        shift = setup.real("shift")
        rotation = setup.real("rotation")
        noise = setup.real("noise")
        cutout = setup.integer("cutout")
        classWeights = setup.flag("classWeights")
    }

    /// What the plan amounts to on this data.
    func effective(on data: TrainingData) -> TrainingPlan {
        var plan = self
        if data.side == 0 {
            (plan.size, plan.shift, plan.rotation, plan.cutout) = (0, 0, 0, 0)
        } else {
            plan.size = size == 0 ? data.side : min(size, data.side)
            plan.cutout = min(cutout, plan.size)
        }
        if model != .convolution { plan.channels = 0 }
        if model == .logistic {
            // Nothing is left of pre-training where all layers but the head are carried over and there is no other.
            (plan.hidden, plan.pretraining) = (0, 0)
        }
        if data.metadataCount == 0 { plan.metadata = false }
        if data.classNames.count == 2 { plan.labels = .binary }
        if data.rows(of: .external).isEmpty { plan.external = false }
        if data.rows(of: .pretraining).isEmpty { plan.pretraining = 0 }
        if dropout == 0 { plan.dropoutCopies = 1 }
        plan.warmup = min(warmup, Double(epochs))
        return plan
    }

    /// What each switch stands at, in the order of `switches`.
    var settings: [String] {
        func number(_ x: Double) -> String { Value.real(x).description }
        func flag(_ on: Bool) -> String { on ? "on" : "off" }
        return [
            model.rawValue, size == 0 ? "-" : String(size), channels == 0 ? "-" : String(channels), hidden == 0 ? "-" : String(hidden),
            flag(metadata), labels.rawValue, flag(external), String(pretraining), String(epochs), String(batch), number(rate),
            number(warmup),
            flag(cosine), number(dropout), String(dropoutCopies), number(smoothing), number(shift), number(rotation), number(noise),
            String(cutout), flag(classWeights),
        ]
    }
}

/// The rate of each step: a linear climb to the peak, then half a cosine down to nothing, or the peak for good.
struct LearningSchedule: Sendable, Hashable {
    var peak: Double
    /// Steps of the climb.
    var warmup: Int
    /// All steps.
    var total: Int
    var isCosine: Bool

    /// - Parameters:
    ///   - warmup: in epochs.
    ///   - perEpoch: steps an epoch.
    init(peak: Double, warmup: Double, epochs: Int, perEpoch: Int, isCosine: Bool) {
        self.peak = peak
        self.isCosine = isCosine
        total = epochs * perEpoch
        self.warmup = min(total, Int((warmup * Double(perEpoch)).rounded()))
    }

    /// The rate of a step, counted from 0.
    func rate(at step: Int) -> Double {
        if step < warmup { return peak * Double(step + 1) / Double(warmup) }
        guard isCosine, total > warmup else { return peak }
        return peak * 0.5 * (1 + cos(.pi * Double(step - warmup) / Double(total - warmup)))
    }
}
