import Engine
import Plotting
import Statistics

/// Arms trained one after the other, each in all folds and repeats at the same time.
///
/// A step is one batch of every fold and repeat of the arm in training. Each network is trained by itself, so neither threads nor the sizes
/// of slices change a bit.
struct LiveAblation: Sendable, Codable {
    /// What came of one arm.
    struct Outcome: Sendable, Codable, Hashable {
        /// For each metric the value of each unit.
        var values: [[Double]]
        var curves: [[EpochRecord]]
        /// For each home row the score at each unit's best epoch, and at the last; means over repeats.
        var bestScores: PackedDoubles
        var lastScores: PackedDoubles
        /// For each unit the scores of the test rows.
        var testScores: [PackedDoubles]
        /// Of images, for each fold the scores of the test rows in each of the eight orientations.
        var turnedScores: [[PackedDoubles]]
    }

    let data: TrainingData
    let seed: UInt64
    let repeats: Int
    let arms: [ArmVariants.Arm]
    private(set) var outcomes: [Outcome?]
    /// The arm in training; `arms.count` when all are done.
    private(set) var current = 0
    private(set) var units: [FoldTraining] = []
    private var contexts: [UnitContext] = []
    private(set) var taken = 0
    /// Steps that each arm takes.
    let armSteps: [Int]

    let home: [Int]
    let metrics: [String]

    /// The rows and arms that a setup names, before the first batch.
    init(_ setup: Setup, _ table: DataTable?) throws {
        let data = try TrainingData(setup, table)
        let arms = try ArmVariants.parse(setup.text("arms"), setup, data)
        let repeats = setup.integer("repeats")
        self.init(data, arms, repeats: repeats, seed: setup.seed)
        for arm in arms {
            try Self.checkSize(arm, batch: max(arm.plan.batch, arms[0].plan.batch), units: repeats * data.folds.names.count, data)
        }
        guard Double(armSteps.reduce(0, +)) < 1e9 else {
            throw UserError(
                "\(data.source) would take \(armSteps.reduce(0, +)) batches; fewer epochs, or larger batches", parameter: "epochs")
        }
        beginArm()
    }

    /// Refuses networks that would not fit into memory.
    private static func checkSize(_ arm: ArmVariants.Arm, batch: Int, units: Int, _ data: TrainingData) throws {
        let shape = UnitContext.shape(arm.plan, data)
        let numbers = Double(NetworkLayout(shape, count: 1).places.end) * Double(batch)
        guard numbers <= 2e7 else {
            throw UserError(
                "arm “\(arm.name)” keeps \(Numbers.short(numbers, digits: 3)) numbers a batch; at most 2e7: a smaller batch, or fewer channels or "
                    + "hidden units", parameter: "batch")
        }
        guard Double(shape.parameterCount) * Double(units) <= 5e7 else {
            throw UserError(
                "arm “\(arm.name)” has \(shape.parameterCount) parameters in each of \(units) networks; at most 5e7 in all: fewer hidden units, "
                    + "folds or repeats", parameter: "hidden")
        }
    }

    private init(_ data: TrainingData, _ arms: [ArmVariants.Arm], repeats: Int, seed: UInt64) {
        self.data = data
        self.arms = arms
        self.repeats = repeats
        self.seed = seed
        outcomes = arms.map { _ in nil }
        home = data.rows(of: .home)
        let test = data.rows(of: .test)
        let canTest = test.contains { data.isPositive($0) } && test.contains { !data.isPositive($0) }
        metrics = ["auc", "aucLast"] + (canTest ? ["aucTest"] : [])
        let external = data.rows(of: .external).count
        let pretraining = data.rows(of: .pretraining).count
        var sizes = [Int](repeating: 0, count: data.folds.names.count)
        for row in home { sizes[Int(data.folds.codes[row])] += 1 }
        let homeCount = home.count
        armSteps = arms.map { arm in
            if arm.twin != nil { return 0 }
            let rows = homeCount - (sizes.min() ?? 0) + (arm.plan.external ? external : 0)
            let batch = arms[0].plan.batch
            return (rows + arm.plan.batch - 1) / arm.plan.batch * arm.plan.epochs
                + (pretraining + batch - 1) / batch * arm.plan.pretraining
        }
    }

    private enum Key: CodingKey { case data, arms, repeats, seed, outcomes, current, units, taken }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            try container.decode(TrainingData.self, forKey: .data), try container.decode([ArmVariants.Arm].self, forKey: .arms),
            repeats: try container.decode(Int.self, forKey: .repeats), seed: try container.decode(UInt64.self, forKey: .seed))
        outcomes = try container.decode([Outcome?].self, forKey: .outcomes)
        current = try container.decode(Int.self, forKey: .current)
        units = try container.decode([FoldTraining].self, forKey: .units)
        taken = try container.decode(Int.self, forKey: .taken)
        contexts = makeContexts()
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(data, forKey: .data)
        try container.encode(arms, forKey: .arms)
        try container.encode(repeats, forKey: .repeats)
        try container.encode(seed, forKey: .seed)
        try container.encode(outcomes, forKey: .outcomes)
        try container.encode(current, forKey: .current)
        try container.encode(units, forKey: .units)
        try container.encode(taken, forKey: .taken)
    }

    /// The fold and repeat of each unit, in words.
    var unitNames: [String] {
        (0..<repeats).flatMap { r in data.folds.names.map { repeats > 1 ? "fold \($0), seed \(r + 1)" : "fold \($0)" } }
    }

    var isFinished: Bool { current >= arms.count }

    private func makeContexts() -> [UnitContext] {
        guard !isFinished else { return [] }
        let plan = arms[current].plan
        let side = data.side
        var images = data.features.values
        if side > 0, plan.size != side {
            images = (0..<data.rowCount).flatMap { row in
                Augmentation.resized(images[row * side * side..<(row + 1) * side * side], from: side, to: plan.size)
            }
        }
        return (0..<repeats * data.folds.names.count).map {
            UnitContext(plan, base: arms[0].plan, data, images: images, seed: seed, unit: $0)
        }
    }

    /// Goes to the next arm that is no copy of an earlier one; copies take over what that came to.
    private mutating func beginArm() {
        while !isFinished, let twin = arms[current].twin {
            outcomes[current] = outcomes[twin]
            current += 1
        }
        contexts = makeContexts()
        units = contexts.map(FoldTraining.init)
    }

    /// Trains on further batches and says on how many.
    mutating func step(_ count: Int) -> Int {
        var done = 0
        while done < count, !isFinished {
            let left = zip(units, contexts).map { $0.remaining($1) }.max() ?? 0
            let now = min(count - done, left)
            if now > 0 {
                let contexts = contexts
                Parallel.forEach(&units) { place, unit in unit.advance(now, contexts[place]) }
                done += now
            }
            guard now == left else { continue }
            outcomes[current] = outcome()
            current += 1
            beginArm()
        }
        taken += done
        return done
    }

    private func outcome() -> Outcome {
        var placeOfRow = [Int](repeating: 0, count: data.rowCount)
        for (place, row) in home.enumerated() { placeOfRow[row] = place }
        var best = [Double](repeating: 0, count: home.count)
        var last = best
        for (unit, context) in zip(units, contexts) {
            for (place, row) in context.validation.enumerated() {
                best[placeOfRow[row]] += unit.bestScores.values[place] / Double(repeats)
                last[placeOfRow[row]] += unit.lastScores.values[place] / Double(repeats)
            }
        }
        var values = [units.map { $0.curve[$0.best].auc }, units.map { $0.curve.last?.auc ?? .nan }]
        if metrics.count > 2 {
            values.append(zip(units, contexts).map { $1.area($0.testScores.values, $1.test) ?? .nan })
        }
        return Outcome(
            values: values, curves: units.map(\.curve), bestScores: PackedDoubles(best), lastScores: PackedDoubles(last),
            testScores: units.map(\.testScores), turnedScores: units.map(\.turnedScores).filter { !$0.isEmpty })
    }

    /// The curves of an arm so far.
    func curves(_ arm: Int) -> [[EpochRecord]] { outcomes[arm]?.curves ?? (arm == current ? units.map(\.curve) : []) }

    /// The rate of each step of an arm, and how many steps an epoch has, in the first fold.
    func schedule(_ arm: Int) -> (schedule: LearningSchedule, perEpoch: Int) {
        let rows = home.count { data.folds.codes[$0] != 0 } + (arms[arm].plan.external ? data.rows(of: .external).count : 0)
        let plan = arms[arm].plan
        let perEpoch = (rows + plan.batch - 1) / plan.batch
        let schedule = LearningSchedule(
            peak: plan.rate, warmup: plan.warmup, epochs: plan.epochs, perEpoch: perEpoch, isCosine: plan.cosine)
        return (schedule, perEpoch)
    }

    /// The measurements so far, as those of a file are held.
    var measurements: AblationData {
        let units = unitNames
        var notes = data.notes
        notes.append(
            "auc is of the epoch with the greatest AUC on the validation fold itself, so it flatters; aucLast is of the last epoch")
        return AblationData(
            source: data.source, metrics: metrics, configuration: TrainingPlan.switches,
            arms: zip(arms, outcomes).map { arm, outcome in
                AblationData.Arm(
                    name: arm.name, settings: arm.plan.settings, values: outcome?.values ?? metrics.map { _ in [] },
                    units: outcome == nil ? [] : units,
                    summaries: outcome?.values.map { AblationData.Summary($0) } ?? metrics.map { _ in nil },
                    note: arm.note)
            }, folds: data.folds.names.count, isPaired: true, notes: notes)
    }
}
