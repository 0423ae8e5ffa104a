import Engine
import Kernels
import Plotting
import Synchronization

/// Everything about one set of predictions.
///
/// All that needs the rows is computed once, from one sort a score column; a threshold is then a binary search, a cost a walk along
/// the convex hull of the ROC curve. One step is one bootstrap replicate: intervals tighten while it runs.
///
/// Sources: those of the card, each beside the function that follows it.
public struct ClassifierMetrics: Experiment {
    /// The parameters that act at once.
    struct Live: Sendable, Codable {
        var threshold: Double
        var costFalsePositive: Double
        var costFalseNegative: Double
        /// The share of positives to reckon with; nil for the data's own.
        var prevalence: Double?
        /// The models marked to go on as an ensemble.
        var marked: [String] = []
    }

    /// What the live parameters make of the curves; recomputed when one changes.
    struct Reading: Sendable {
        /// How many distinct scores are at or above the threshold.
        var place = 0
        /// The confusion matrix of the data, and with the prevalence asked for.
        var confusion = Confusion(truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0)
        var weighted = Confusion(truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0)
        var averagePrecision: Double?
        /// The place of least cost and that cost.
        var cheapest: (place: Int, cost: Double)?
    }

    let analysis: MetricsAnalysis
    var live: Live
    var reading = Reading()
    var replicates: AreaBootstrap.Replicates
    private var summary = Summary()

    /// Reads and checks the predictions and computes everything but the bootstrap.
    public init(_ setup: Setup) throws {
        let settings = MetricsSettings(
            seed: setup.seed, model: setup.text("model"), positive: Self.shownClass(setup), bins: setup.integer("bins"),
            binning: Calibration.Binning(rawValue: setup.choice("binning")) ?? .width, isRightClosed: setup.choice("edges") == "right",
            bootstrap: setup.integer("bootstrap"), resamplesGroups: setup.choice("resampling") == "group",
            average: MulticlassReport.Average(rawValue: setup.choice("average")) ?? .macro,
            maximumFalsePositiveRate: setup.real("maxFpr"), minimumTruePositiveRate: setup.real("minTpr"))
        let prevalence = setup.real("prevalence")
        let live = Live(
            threshold: setup.real("threshold"), costFalsePositive: setup.real("costFalsePositive"),
            costFalseNegative: setup.real("costFalseNegative"), prevalence: prevalence > 0 ? prevalence : nil)
        self.init(try MetricsAnalysis(try Predictions(setup), settings), live, nil)
        try mark(setup.text("marked"))
    }

    /// The class whose curves are shown when there are many.
    private static func shownClass(_ setup: Setup) -> String {
        let positive = setup.text("positive")
        let isDigits = setup.text("labels").isEmpty && setup.inputs["data"] == nil && setup.text("data") == "digits"
        return positive.isEmpty && isDigits ? "8" : positive
    }

    private init(_ analysis: MetricsAnalysis, _ live: Live, _ replicates: AreaBootstrap.Replicates?) {
        self.analysis = analysis
        self.live = live
        self.replicates = replicates ?? AreaBootstrap.Replicates(values: analysis.estimates.map { _ in Column() })
        reading = Self.read(analysis, live)
    }

    private enum Key: CodingKey { case settings, predictions, live, replicates }

    /// Takes up an encoded state; what follows from the predictions is computed anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let predictions = try container.decode(Predictions.self, forKey: .predictions)
        let settings = try container.decode(MetricsSettings.self, forKey: .settings)
        self.init(
            try MetricsAnalysis(predictions, settings), try container.decode(Live.self, forKey: .live),
            try container.decode(AreaBootstrap.Replicates.self, forKey: .replicates))
    }

    /// Encodes predictions, settings and replicates.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(analysis.settings, forKey: .settings)
        try container.encode(analysis.predictions, forKey: .predictions)
        try container.encode(live, forKey: .live)
        try container.encode(replicates, forKey: .replicates)
    }

    /// Draws bootstrap replicates up to the number asked for.
    public mutating func step(_ count: Int) throws -> Progress {
        let wanted = analysis.settings.bootstrap
        let todo = min(count, wanted - replicates.count)
        if todo > 0 {
            analysis.bootstrap.replicate(todo, into: &replicates)
            summary = Summary()
        }
        if replicates.count >= wanted {
            return Progress(max(todo, 0), .finished(wanted == 0 ? "no bootstrap asked for" : "\(wanted) bootstrap replicates"))
        }
        return .ran(todo)
    }

    /// Moves the threshold, a cost or the prevalence.
    public mutating func apply(_ change: Change) throws {
        if change.name == "marked", case .text(let names) = change.value { return try mark(names) }
        guard case .real(let value) = change.value else {
            throw UserError("\(Self.card.id): \(change.name) takes a number", parameter: change.name)
        }
        switch change.name {
        case "threshold": live.threshold = value
        case "costFalsePositive": live.costFalsePositive = value
        case "costFalseNegative": live.costFalseNegative = value
        case "prevalence": live.prevalence = value > 0 ? value : nil
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)”", parameter: change.name)
        }
        reading = Self.read(analysis, live, before: change.name == "prevalence" ? nil : reading)
    }

    /// Marks models to go on as an ensemble.
    private mutating func mark(_ text: String) throws {
        let names = ClassQuestion.items(text)
        for (place, name) in names.enumerated() {
            guard analysis.predictions.columns.contains(name) else {
                throw UserError(
                    "marked: “\(name)” is none of the models; there are \(ClassQuestion.list(analysis.predictions.columns))",
                    parameter: "marked")
            }
            guard !names[..<place].contains(name) else { throw UserError("marked: “\(name)” is named twice", parameter: "marked") }
        }
        live.marked = names
    }

    /// The labels and the scores of the models marked, as an ensemble reads them.
    ///
    /// - Throws: `UserError` with more than two classes, or without two models.
    public func handoff(_ id: String) throws -> Handoff {
        let predictions = analysis.predictions
        guard !predictions.isMulticlass else {
            throw UserError("an ensemble needs a two-class question here; set collapse to ask one", parameter: "collapse")
        }
        let places = predictions.columns.indices.filter { live.marked.isEmpty || live.marked.contains(predictions.columns[$0]) }
        guard places.count > 1 else {
            throw UserError("one model makes no ensemble; mark another one, or none for all", parameter: "marked")
        }
        // Only two subsets are a split.
        let split = predictions.subsets.flatMap { $0.names.count == 2 ? $0 : nil }
        let names = [("label", predictions.truth), ("fold", predictions.folds), ("group", predictions.groups), ("split", split)]
            .compactMap { name, rows in rows.map { (name, $0) } }
        let columns = places.map(predictions.scores)
        let weights = predictions.weights
        let rows = (0..<predictions.rowCount).map { row -> [Table.Value] in
            names.map { .text($0.1.names[Int($0.1.codes[row])]) } + (weights.map { [.number($0[row])] } ?? [])
                + columns.map { .number($0[row]) }
        }
        let table = Table(
            "models", columns: names.map(\.0) + (weights == nil ? [] : ["weight"]) + places.map { predictions.columns[$0] }, rows: rows)
        return Handoff(
            values: ["data": .text("models.csv"), "positive": .text(predictions.truth.names[1])],
            inputs: ["data": Input(name: "models.csv", bytes: Array(table.csv().utf8))])
    }

    /// The intervals from the replicates so far, formed when they are first looked at: sorting after every step would cost more than
    /// the replicates.
    var intervals: [BootstrapInterval] {
        summary.intervals.withLock { known in
            if let known { return known }
            let fresh = replicates.values.indices.map {
                BootstrapInterval(replicates.values[$0].array, estimate: analysis.estimates[$0], acceleration: analysis.accelerations[$0])
            }
            known = fresh
            return fresh
        }
    }

    /// What follows from the replicates alone; copies share it until one of them draws more.
    private final class Summary: Sendable {
        let intervals = Mutex<[BootstrapInterval]?>(nil)
    }

    /// - Parameter before: an earlier reading at the same prevalence, whose average precision still holds.
    private static func read(_ analysis: MetricsAnalysis, _ live: Live, before: Reading? = nil) -> Reading {
        let curve = analysis.curve
        func weighted(_ confusion: Confusion) -> Confusion { live.prevalence.map { confusion.reweighted(prevalence: $0) } ?? confusion }
        var reading = Reading()
        reading.place = curve.place(of: live.threshold)
        reading.confusion = curve.confusion(at: reading.place)
        reading.weighted = weighted(reading.confusion)
        if let before {
            reading.averagePrecision = before.averagePrecision
        } else if let prevalence = live.prevalence {
            // Each false positive counts for as many as make the classes' totals stand in the wanted proportion.
            let scale = (1 - prevalence) / prevalence * curve.positives / curve.negatives
            reading.averagePrecision = curve.hasBothClasses ? curve.averagePrecision(scale: scale) : nil
        } else {
            reading.averagePrecision = curve.averagePrecision()
        }
        for place in analysis.hull {
            let cost = weighted(curve.confusion(at: place)).cost(
                falsePositive: live.costFalsePositive, falseNegative: live.costFalseNegative)
            if reading.cheapest.map({ cost < $0.cost }) ?? true { reading.cheapest = (place, cost) }
        }
        return reading
    }
}
