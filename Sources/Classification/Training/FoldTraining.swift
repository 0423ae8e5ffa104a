import Kernels

/// What one epoch came to.
struct EpochRecord: Sendable, Codable, Hashable {
    /// The rate of its last step.
    var rate: Double
    /// Mean loss over its batches, as trained.
    var trainingLoss: Double
    /// Mean -log probability of being positive or not, over the validation rows.
    var validationLoss: Double
    /// AUC on the validation rows.
    var auc: Double
}

/// One network in training on all folds but one: pre-training, then training, then done.
///
/// The state is the parameters, Adam's moments and where it stands; order, augmentation and dropout of every batch are read off streams by
/// (seed, unit, epoch, place), so that it can be taken up anywhere.
struct FoldTraining: Sendable, Codable {
    enum Phase: String, Sendable, Codable { case pretraining, training, finished }

    /// Place among the folds and repeats.
    let unit: Int
    private(set) var phase: Phase
    private(set) var parameters = PackedDoubles([])
    private var first = PackedDoubles([])
    private var second = PackedDoubles([])
    /// Batches of this phase so far.
    private(set) var batches = 0
    private var lossSum = 0.0
    private(set) var curve: [EpochRecord] = []
    /// The epoch with the greatest AUC, the first of equals.
    private(set) var best = 0
    /// Scores of the validation rows after that epoch, and after the last.
    private(set) var bestScores = PackedDoubles([])
    private(set) var lastScores = PackedDoubles([])
    /// Scores of the test rows after the last epoch.
    private(set) var testScores = PackedDoubles([])
    /// Of images, in the first repeat: the same for each of the eight symmetries of a square.
    private(set) var turnedScores: [PackedDoubles] = []

    /// A network before its first batch.
    init(_ context: UnitContext) {
        unit = context.unit
        phase = context.pretrainingBatches > 0 ? .pretraining : .training
        begin(phase == .pretraining ? context.pretrainingShape : context.shape, context)
    }

    private mutating func begin(_ shape: NetworkShape, _ context: UnitContext) {
        var fresh = shape.initial(seed: context.seed, chain: context.stream)
        if phase == .training, !parameters.values.isEmpty, let head = shape.layers.last {
            // All layers but the head are carried over.
            fresh.replaceSubrange(..<head.start, with: parameters.values[..<head.start])
        }
        parameters.values = fresh
        first.values = [Double](repeating: 0, count: fresh.count)
        second.values = first.values
        batches = 0
        lossSum = 0
    }

    /// Batches that are left.
    func remaining(_ context: UnitContext) -> Int {
        switch phase {
        case .pretraining: context.pretrainingBatches - batches + context.trainingBatches
        case .training: context.trainingBatches - batches
        case .finished: 0
        }
    }

    /// Trains on up to `count` batches.
    mutating func advance(_ count: Int, _ context: UnitContext) {
        var pass = NetworkPass(phase == .pretraining ? context.pretrainingShape : context.shape, count: context.greatestBatch)
        var gradient = [Double](repeating: 0, count: parameters.values.count)
        var order: [Int] = []
        for _ in 0..<count where phase != .finished {
            let isPretraining = phase == .pretraining
            let perEpoch = isPretraining ? context.pretrainingPerEpoch : context.trainingPerEpoch
            let (epoch, place) = (batches / perEpoch, batches % perEpoch)
            if order.isEmpty { order = context.order(epoch, isPretraining: isPretraining) }
            let batch = context.batch(order, place, epoch, isPretraining: isPretraining)
            let smoothing = isPretraining ? 0 : context.plan.smoothing
            lossSum += pass.gradient(batch, parameters.values, smoothing: smoothing, into: &gradient)
            let schedule = isPretraining ? context.pretrainingSchedule : context.schedule
            let rate = schedule.rate(at: batches)
            batches += 1
            descend(gradient, rate)
            guard batches % perEpoch == 0 else { continue }
            order = []
            if isPretraining {
                lossSum = 0
                guard batches == context.pretrainingBatches else { continue }
                phase = .training
                begin(context.shape, context)
                pass = NetworkPass(context.shape, count: context.greatestBatch)
                gradient = [Double](repeating: 0, count: parameters.values.count)
            } else {
                closeEpoch(rate, context)
            }
        }
    }

    private mutating func descend(_ gradient: [Double], _ rate: Double) {
        let (decay1, decay2) = (0.9, 0.999)
        let scales = (1 / (1 - pow(decay1, Double(batches))), 1 / (1 - pow(decay2, Double(batches))))
        gradient.withUnsafeBufferPointer { slopes in
            guard let slopes = slopes.baseAddress else { return }
            Vector.adam(
                &parameters.values, first: &first.values, second: &second.values, gradient: slopes, rate: rate, decays: (decay1, decay2),
                scales: scales, epsilon: 1e-8)
        }
    }

    private mutating func closeEpoch(_ rate: Double, _ context: UnitContext) {
        let logs = context.logScores(parameters.values, context.validation)
        let scores = logs.map { exp($0.positive) }
        var loss = 0.0
        for (row, pair) in zip(context.validation, logs) { loss -= context.data.isPositive(row) ? pair.positive : pair.negative }
        let area = context.area(scores, context.validation)
        curve.append(
            EpochRecord(
                rate: rate, trainingLoss: lossSum / Double(context.trainingPerEpoch),
                validationLoss: loss / Double(max(1, context.validation.count)), auc: area ?? .nan))
        lossSum = 0
        lastScores = PackedDoubles(scores)
        if curve.count == 1 || curve[curve.count - 1].auc > curve[best].auc {
            best = curve.count - 1
            bestScores = lastScores
        }
        guard batches == context.trainingBatches else { return }
        testScores = PackedDoubles(context.logScores(parameters.values, context.test).map { exp($0.positive) })
        if context.data.side > 0, context.unit < context.data.folds.names.count {
            turnedScores = Symmetry.all.map { symmetry in
                PackedDoubles(context.logScores(parameters.values, context.test, turned: symmetry).map { exp($0.positive) })
            }
        }
        phase = .finished
        // Only what was predicted is kept.
        (parameters, first, second) = (PackedDoubles([]), PackedDoubles([]), PackedDoubles([]))
    }
}
