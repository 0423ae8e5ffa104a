import Kernels
import Statistics

/// What one network learns from and is judged on: the rows of one arm, fold and repeat.
///
/// It never changes while the network trains.
final class UnitContext: Sendable {
    let plan: TrainingPlan
    let data: TrainingData
    let seed: UInt64
    /// Place among the folds and repeats.
    let unit: Int
    let shape: NetworkShape
    let pretrainingShape: NetworkShape
    let training: [Int]
    let validation: [Int]
    let test: [Int]
    let pretraining: [Int]
    let schedule: LearningSchedule
    let pretrainingSchedule: LearningSchedule
    let trainingPerEpoch: Int
    let pretrainingPerEpoch: Int
    var trainingBatches: Int { schedule.total }
    var pretrainingBatches: Int { pretrainingSchedule.total }
    /// The repeat and fold, as the last number of streams.
    var stream: Int { unit * 4096 }
    /// Rows a batch, of the greater of the two phases.
    var greatestBatch: Int { max(plan.batch, pretrainingBatch) }
    private let pretrainingBatch: Int
    private let images: [Double]
    private let metadataCount: Int
    /// For each feature (one for all pixels) and each metadata column.
    private let means: [Double]
    private let scales: [Double]
    private let metadataMeans: [Double]
    private let metadataScales: [Double]
    private let classWeights: [Double]

    /// - Parameters:
    ///   - images: the features at the size that the plan wants, row by row.
    ///   - base: the plan whose rate and batch size pre-training uses in every arm.
    init(_ plan: TrainingPlan, base: TrainingPlan, _ data: TrainingData, images: [Double], seed: UInt64, unit: Int) {
        self.plan = plan
        self.data = data
        self.seed = seed
        self.unit = unit
        self.images = images
        pretrainingBatch = base.batch
        let fold = Int32(unit % data.folds.names.count)
        var training: [Int] = [], validation: [Int] = []
        for row in data.rows(of: .home) {
            if data.folds.codes[row] == fold { validation.append(row) } else { training.append(row) }
        }
        if plan.external { training += data.rows(of: .external) }
        training.sort()
        self.training = training
        self.validation = validation
        test = data.rows(of: .test)
        pretraining = plan.pretraining > 0 ? data.rows(of: .pretraining) : []
        trainingPerEpoch = (training.count + plan.batch - 1) / plan.batch
        pretrainingPerEpoch = max(1, (pretraining.count + base.batch - 1) / base.batch)
        schedule = LearningSchedule(
            peak: plan.rate, warmup: plan.warmup, epochs: plan.epochs, perEpoch: trainingPerEpoch, isCosine: plan.cosine)
        pretrainingSchedule = LearningSchedule(
            peak: base.rate, warmup: min(1, Double(plan.pretraining)), epochs: plan.pretraining, perEpoch: pretrainingPerEpoch,
            isCosine: true)
        metadataCount = plan.metadata ? data.metadataCount : 0
        shape = Self.shape(plan, data)
        let features = shape.features
        var pretrainingShape = shape
        pretrainingShape.classes = data.classNames.count
        self.pretrainingShape = pretrainingShape
        func moments(_ values: [Double], _ count: Int, pooled: Bool) -> (means: [Double], scales: [Double]) {
            var means: [Double] = [], scales: [Double] = []
            for place in 0..<(pooled ? 1 : count) {
                var known: [Double] = []
                for row in training {
                    known += values[row * count + place..<row * count + (pooled ? count : place + 1)].filter { !$0.isNaN }
                }
                let mean = known.isEmpty ? 0 : Vector.sum(known) / Double(known.count)
                let deviation = known.isEmpty ? 0 : (Vector.sumOfSquares(known, around: mean) / Double(known.count)).squareRoot()
                means.append(mean)
                scales.append(deviation > 0 ? 1 / deviation : 0)
            }
            return (means, scales)
        }
        (means, scales) = moments(images, features, pooled: data.side > 0)
        (metadataMeans, metadataScales) = moments(data.metadata.values, data.metadataCount, pooled: false)
        if plan.classWeights {
            var counts = [Double](repeating: 0, count: shape.classes)
            let targets = training.map { Self.target($0, plan, data) }
            for target in targets { counts[Int(target)] += 1 }
            classWeights = counts.map { $0 > 0 ? Double(training.count) / (Double(counts.count) * $0) : 0 }
        } else {
            classWeights = []
        }
    }

    /// The network that a plan trains on this data.
    static func shape(_ plan: TrainingPlan, _ data: TrainingData) -> NetworkShape {
        NetworkShape(
            kind: plan.model, features: data.side > 0 ? plan.size * plan.size : data.featureCount,
            metadata: plan.metadata ? data.metadataCount : 0, side: plan.size, channels: plan.channels, hidden: plan.hidden,
            classes: plan.labels == .binary ? 2 : data.classNames.count)
    }

    private static func target(_ row: Int, _ plan: TrainingPlan, _ data: TrainingData) -> Int32 {
        plan.labels == .binary ? (data.isPositive(row) ? 1 : 0) : data.truth.codes[row]
    }

    /// The rows of an epoch in the order they are trained on.
    func order(_ epoch: Int, isPretraining: Bool) -> [Int] {
        var rows = isPretraining ? pretraining : training
        var stream = RandomStream(seed: seed, purpose: isPretraining ? "pretraining order" : "training order", chain: self.stream + epoch)
        stream.shuffle(&rows)
        return rows
    }

    /// A batch to learn from; pre-training sees the images as they are.
    func batch(_ order: [Int], _ place: Int, _ epoch: Int, isPretraining: Bool) -> Batch {
        let size = isPretraining ? pretrainingBatch : plan.batch
        let start = place * size
        let rows = Array(order[start..<min(order.count, start + size)])
        if isPretraining {
            var batch = inputs(rows)
            batch.targets = rows.map { data.truth.codes[$0] }
            return batch
        }
        let chain = stream + epoch
        let features = shape.features
        var geometry = [Double](repeating: 0, count: 0)
        if plan.shift > 0 || plan.rotation > 0 || plan.cutout > 0 {
            var numbers = RandomStream(seed: seed, purpose: "augmentation", chain: chain)
            numbers.seek(to: UInt64(start * Augmentation.draws))
            geometry = numbers.uniforms(count: rows.count * Augmentation.draws)
        }
        var noise: [Double] = []
        if plan.noise > 0 {
            var numbers = RandomStream(seed: seed, purpose: "noise", chain: chain)
            numbers.seek(to: UInt64(start * features))
            noise = numbers.normals(count: rows.count * features)
        }
        var batch = inputs(rows, geometry, noise)
        batch.targets = rows.map { Self.target($0, plan, data) }
        if !classWeights.isEmpty { batch.weights = batch.targets.map { classWeights[Int($0)] } }
        if plan.dropout > 0 { batch.mask = mask(start, rows.count, chain) }
        return batch
    }

    /// The mean of `dropoutCopies` dropout masks, each 0 or 1/(1 - dropout).
    ///
    /// The head is linear, so the mean of its outputs over several masks is its output under the masks' mean.
    private func mask(_ start: Int, _ count: Int, _ chain: Int) -> [Double] {
        let size = shape.kind == .logistic ? shape.flat : shape.hidden
        var mask = [Double](repeating: 0, count: size * count)
        let kept = 1 / ((1 - plan.dropout) * Double(plan.dropoutCopies))
        for copy in 0..<plan.dropoutCopies {
            var numbers = RandomStream(seed: seed, purpose: "dropout \(copy + 1)", chain: chain)
            numbers.seek(to: UInt64(start * size))
            let draws = numbers.uniforms(count: count * size)
            for row in 0..<count {
                for unit in 0..<size where draws[row * size + unit] >= plan.dropout { mask[unit * count + row] += kept }
            }
        }
        return mask
    }

    /// Rows as a network sees them: changed, standardised, noisy; missing numbers at the mean.
    private func inputs(
        _ rows: [Int], _ geometry: [Double] = [], _ noise: [Double] = [], turned symmetry: Symmetry? = nil
    ) -> Batch {
        let features = shape.features
        let count = rows.count
        var values = [Double](repeating: 0, count: features * count)
        for (place, row) in rows.enumerated() {
            var source = images[row * features..<(row + 1) * features]
            if !geometry.isEmpty {
                source =
                    Augmentation.changed(
                        source, side: plan.size, rotation: plan.rotation, shift: plan.shift, cutout: plan.cutout,
                        geometry[place * Augmentation.draws..<(place + 1) * Augmentation.draws])[...]
            }
            if let symmetry { source = symmetry.applied(to: Array(source), side: plan.size)[...] }
            let first = source.startIndex
            for feature in 0..<features {
                let moment = means.count == 1 ? 0 : feature
                let value = source[first + feature]
                var standard = value.isNaN ? 0 : (value - means[moment]) * scales[moment]
                if !noise.isEmpty { standard += plan.noise * noise[place * features + feature] }
                values[feature * count + place] = standard
            }
        }
        var metadata = [Double](repeating: 0, count: metadataCount * count)
        for column in 0..<metadataCount {
            for (place, row) in rows.enumerated() {
                let value = data.metadata.values[row * metadataCount + column]
                metadata[column * count + place] = value.isNaN ? 0 : (value - metadataMeans[column]) * metadataScales[column]
            }
        }
        return Batch(count: count, inputs: values, metadata: metadata)
    }

    /// For each row the logarithms of the probabilities of being positive and of not being.
    ///
    /// - Parameter symmetry: how images are turned before they are seen.
    func logScores(
        _ parameters: [Double], _ rows: [Int], turned symmetry: Symmetry? = nil
    ) -> [(positive: Double, negative: Double)] {
        var result: [(positive: Double, negative: Double)] = []
        result.reserveCapacity(rows.count)
        let size = 128
        var pass = NetworkPass(shape, count: min(size, rows.count))
        let positive = plan.labels == .binary ? 1 : data.positive
        for start in stride(from: 0, to: rows.count, by: size) {
            let part = Array(rows[start..<min(rows.count, start + size)])
            let logs = pass.logProbabilities(inputs(part, turned: symmetry), parameters)
            for place in part.indices {
                var others = -Double.infinity
                for k in 0..<shape.classes where k != positive {
                    let log = logs[k * part.count + place]
                    others = others == -.infinity ? log : max(others, log) + log1p(exp(-abs(others - log)))
                }
                result.append((logs[positive * part.count + place], others))
            }
        }
        return result
    }

    /// The area of scores of those rows; nil without both classes.
    func area(_ scores: [Double], _ rows: [Int]) -> Double? {
        ScoreCurve(scores: scores, isPositive: rows.map { data.isPositive($0) }).area
    }
}
