import Engine
import Kernels
import Plotting
import Statistics

/// Why the winner averaged ranks: many models' scores made one, in every usual way, beside the best of them.
///
/// All averages are computed at once; a step is one round of forward selection, then one fold of stacking, then (with a split) one fold
/// of adversarial validation. On simulated scores the correlation of the models' errors is live: their own areas stay, and what an
/// average gains over them comes and goes with it.
///
/// Sources: those of the card, each beside the type that follows it.
public struct ClassifierEnsemble: Experiment {
    /// What does not change while it runs.
    struct Settings: Sendable, Codable {
        var seed: UInt64
        var rounds: Int
        var selectsRanks: Bool
        var weights: [Double]
        var folds: Int
        var ridge: Double
        /// Of simulated scores.
        var isSimulated: Bool
        var column: WinningSolution.Column
        var rows: Int
        var prevalence: Double
    }

    /// What can be changed at once.
    struct Live: Sendable, Codable {
        var rho: Double
        var distortion: Double
        var method: EnsembleMethod
        var correlation: Correlations.Kind
    }

    /// What follows from the state and is shown.
    struct Reading: Sendable {
        var selection: ScoredEnsemble?
        var stacking: ScoredEnsemble?
        /// The chosen method's area less each member's.
        var gains: [(difference: Double, low: Double, high: Double, z: Double?, p: Double?)?] = []
        var adversarial: ScoredEnsemble?
        var importances: [Double] = []
        var kendall: [[Double]]?
    }

    let settings: Settings
    var live: Live
    private(set) var analysis: EnsembleAnalysis
    private let simulated: SimulatedModels?
    private(set) var selection: ForwardSelection
    private(set) var stacking: FoldedRegression
    private(set) var adversarial: AdversarialValidation?
    let folds: [[Int]]
    private let splitFolds: [[Int]]
    private let splitFeatures: [[Double]]
    private(set) var reading = Reading()

    /// Reads and checks the predictions, or simulates them, and computes everything but selection, stacking and adversarial validation.
    public init(_ setup: Setup) throws {
        let isSimulated = setup.text("labels").isEmpty && setup.inputs["data"] == nil && ["", "winner"].contains(setup.text("data"))
        let settings = Settings(
            seed: setup.seed, rounds: setup.integer("rounds"), selectsRanks: setup.choice("selectOn") == "ranks",
            weights: try setup.list("weights"), folds: setup.integer("folds"), ridge: setup.real("ridge"), isSimulated: isSimulated,
            column: WinningSolution.Column(rawValue: setup.choice("area")) ?? .cvAll, rows: setup.integer("rows"),
            prevalence: setup.real("prevalence"))
        let live = Live(
            rho: setup.real("rho"), distortion: setup.real("distortion"),
            method: EnsembleMethod(rawValue: setup.choice("method")) ?? .rankAverage,
            correlation: Correlations.Kind(rawValue: setup.choice("correlation")) ?? .pearson)
        let data = isSimulated ? nil : try EnsembleData(setup)
        let count = data?.predictions.columns.count ?? WinningSolution.models.count
        if !settings.weights.isEmpty {
            guard settings.weights.count == count else {
                throw UserError(
                    "weights: \(settings.weights.count) given for \(count) models; expected one a model, in the order of the columns",
                    parameter: "weights")
            }
            guard settings.weights.allSatisfy({ $0 >= 0 && $0.isFinite }), settings.weights.contains(where: { $0 > 0 }) else {
                throw UserError("weights: expected finite numbers of at least 0, not all 0", parameter: "weights")
            }
        }
        self.init(settings, live, data)
    }

    private init(_ settings: Settings, _ live: Live, _ given: EnsembleData?) {
        self.settings = settings
        self.live = live
        let simulated = given == nil ? Self.simulated(settings) : nil
        self.simulated = simulated
        let data = given ?? Self.data(simulated, settings, live)
        analysis = EnsembleAnalysis(data, weights: settings.weights)
        selection = ForwardSelection(rows: data.predictions.rowCount)
        stacking = FoldedRegression(rows: data.predictions.rowCount)
        if let folds = data.predictions.folds, folds.names.count > 1 {
            self.folds = folds.rows.filter { !$0.isEmpty }
        } else if let groups = data.predictions.groups, groups.names.count > 1 {
            folds = CrossFolds.grouped(groups, count: settings.folds, seed: settings.seed, purpose: "stacking folds")
        } else {
            folds = CrossFolds.stratified(
                data.predictions.isOf(1), count: settings.folds, seed: settings.seed, purpose: "stacking folds")
        }
        if let isSecond = data.isSecond {
            splitFolds = CrossFolds.stratified(isSecond, count: settings.folds, seed: settings.seed, purpose: "adversarial folds")
            splitFeatures = AdversarialValidation.features(analysis.features)
            adversarial = AdversarialValidation(models: data.predictions.columns.count, rows: isSecond.count)
        } else {
            splitFolds = []
            splitFeatures = []
        }
        summarise(members: true)
    }

    private static func simulated(_ settings: Settings) -> SimulatedModels {
        let positives = min(settings.rows - 1, max(1, Int((Double(settings.rows) * settings.prevalence).rounded())))
        return SimulatedModels(models: WinningSolution.models.count, rows: settings.rows, positives: positives, seed: settings.seed)
    }

    private static func data(_ simulated: SimulatedModels?, _ settings: Settings, _ live: Live) -> EnsembleData {
        let areas = WinningSolution.models.map { $0.area(settings.column) }
        return EnsembleData(
            source: "winner (simulated)", names: WinningSolution.names, isPositive: simulated?.isPositive ?? [],
            scores: simulated?.probabilities(areas: areas, correlation: live.rho, distortion: live.distortion) ?? [])
    }

    private enum Key: CodingKey { case settings, live, data, sequence, areas, stacking, adversarial }

    /// Takes up an encoded state; what follows from the predictions is computed anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            try container.decode(Settings.self, forKey: .settings), try container.decode(Live.self, forKey: .live),
            try container.decodeIfPresent(EnsembleData.self, forKey: .data))
        let sequence = try container.decode([Int].self, forKey: .sequence)
        guard sequence.allSatisfy({ analysis.columns.indices.contains($0) }) else {
            throw DecodingError.dataCorruptedError(forKey: .sequence, in: container, debugDescription: "no such model")
        }
        selection = ForwardSelection(sequence, try container.decode([Double].self, forKey: .areas), columns: selectable)
        stacking = try container.decode(FoldedRegression.self, forKey: .stacking)
        adversarial = try container.decodeIfPresent(AdversarialValidation.self, forKey: .adversarial)
        summarise(members: true)
    }

    /// Encodes settings, predictions that were read, and what the steps have come to.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(settings, forKey: .settings)
        try container.encode(live, forKey: .live)
        try container.encodeIfPresent(settings.isSimulated ? nil : analysis.data, forKey: .data)
        try container.encode(selection.sequence, forKey: .sequence)
        try container.encode(selection.areas, forKey: .areas)
        try container.encode(stacking, forKey: .stacking)
        try container.encodeIfPresent(adversarial, forKey: .adversarial)
    }

    /// What selection adds up.
    private var selectable: [[Double]] { settings.selectsRanks ? analysis.ranks : analysis.columns }

    /// Rounds of selection, then folds of stacking, then folds of adversarial validation.
    public mutating func step(_ count: Int) throws -> Progress {
        var taken = 0
        while taken < count, advance() { taken += 1 }
        if taken > 0 { summarise(members: live.method == .selection || live.method == .stacking) }
        guard isDone else { return .ran(taken) }
        let more = adversarial == nil ? "" : ", \(splitFolds.count) adversarial folds"
        return Progress(taken, .finished("\(settings.rounds) rounds, \(folds.count) stacking folds\(more)"))
    }

    private var isDone: Bool {
        selection.sequence.count >= settings.rounds && stacking.slopes.count >= folds.count
            && (adversarial?.regression.slopes.count ?? splitFolds.count) >= splitFolds.count
    }

    private mutating func advance() -> Bool {
        if selection.sequence.count < settings.rounds {
            selection.round(selectable, isPositive: analysis.isPositive, weights: analysis.rowWeights)
        } else if stacking.slopes.count < folds.count {
            stacking.advance(
                analysis.features, analysis.isPositive, folds: folds, ridge: settings.ridge, weights: analysis.rowWeights)
        } else if let isSecond = analysis.data.isSecond, !isDone {
            adversarial?.advance(splitFeatures, isSecond, folds: splitFolds, ridge: settings.ridge)
        } else {
            return false
        }
        return true
    }

    /// Changes what is simulated, which starts selection and stacking anew, or what is shown.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("rho", .real(let value)): live.rho = value
        case ("distortion", .real(let value)): live.distortion = value
        case ("method", .text(let name)): live.method = EnsembleMethod(rawValue: name) ?? live.method
        case ("correlation", .text(let name)): live.correlation = Correlations.Kind(rawValue: name) ?? live.correlation
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)” of that kind", parameter: change.name)
        }
        if ["rho", "distortion"].contains(change.name), settings.isSimulated {
            analysis = EnsembleAnalysis(Self.data(simulated, settings, live), weights: settings.weights)
            selection = ForwardSelection(rows: analysis.isPositive.count)
            stacking = FoldedRegression(rows: analysis.isPositive.count)
            reading.kendall = nil
        }
        summarise(members: true)
    }

    /// The score by a method; nil while (or where) there is none.
    func scored(_ method: EnsembleMethod) -> ScoredEnsemble? {
        switch method {
        case .selection: reading.selection
        case .stacking: reading.stacking
        default: analysis.averages[method]
        }
    }

    private mutating func summarise(members: Bool) {
        let sequence = selection.sequence
        if !sequence.isEmpty {
            let scores = selection.running.map { $0 / Double(sequence.count) }
            if reading.selection == nil || selection.running != reading.selection?.scores {
                var scored = ScoredEnsemble(
                    selection.running, probabilities: analysis.areProbabilities && !settings.selectsRanks ? scores : nil,
                    isPositive: analysis.isPositive, weights: analysis.rowWeights, members: Set(sequence).count)
                scored.scores = selection.running
                reading.selection = scored
            }
        } else {
            reading.selection = nil
        }
        if stacking.slopes.count == folds.count {
            if reading.stacking?.scores != stacking.scores {
                reading.stacking = ScoredEnsemble(
                    stacking.scores, probabilities: stacking.scores.map { logistic($0) }, isPositive: analysis.isPositive,
                    weights: analysis.rowWeights, members: analysis.columns.count)
            }
        } else {
            reading.stacking = nil
        }
        if members {
            let chosen = scored(live.method)
            reading.gains = analysis.members.map { member in chosen.flatMap { analysis.difference($0, member) } }
        }
        if let adversarial, let isSecond = analysis.data.isSecond, adversarial.regression.slopes.count == splitFolds.count,
            reading.adversarial == nil
        {
            let scored = adversarial.scored(isSecond)
            reading.adversarial = scored
            reading.importances = adversarial.importances(isSecond, area: scored.area)
        }
        if live.correlation == .kendall, reading.kendall == nil { reading.kendall = Correlations.matrix(analysis.columns, .kendall) }
    }

    /// The correlation matrix of a kind.
    func correlations(_ kind: Correlations.Kind) -> [[Double]] {
        switch kind {
        case .pearson: analysis.pearson
        case .spearman: analysis.spearman
        case .kendall: reading.kendall ?? Correlations.matrix(analysis.columns, .kendall)
        }
    }
}
