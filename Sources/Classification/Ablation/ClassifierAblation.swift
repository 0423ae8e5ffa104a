import Engine
import Plotting

/// Which choices mattered: arms that each change something, compared with a baseline; trained live, or measurements on record.
///
/// Live arms are small networks on images or a table of one's own, trained in the same folds from the same seeds; a step is one batch of
/// every fold of the arm in training. Where arms share folds and seeds, differences are paired. Every arm shows what it effectively ran with and in what it differs from the
/// baseline; arms that ran with the same configuration, or have the same results to the digit, are flagged.
///
/// Sources: C. Nadeau, Y. Bengio, "Inference for the generalization error" (2003); B. L. Welch (1947); S. Holm (1979).
public struct ClassifierAblation: Experiment {
    struct Live: Sendable, Codable, Hashable {
        var metric: String
        var baseline: String
        var level: Double
        var isCorrected: Bool
        /// The arm whose curves are shown; the one in training when empty.
        var shown: String
    }

    /// One arm beside the baseline.
    struct Row: Sendable, Hashable {
        var arm: Int
        var summary: AblationData.Summary?
        var comparison: AblationComparison?
        var adjusted: Double?
        var flag: String
    }

    private(set) var data: AblationData
    /// The arms in training; nil for measurements on record.
    private(set) var training: LiveAblation?
    private(set) var live: Live
    private(set) var metric = 0
    private(set) var baseline = 0
    private var shown: Int?
    private(set) var rows: [Row] = []
    private(set) var notes: [String] = []

    /// Reads and checks the rows to train on, or the measurements.
    public init(_ setup: Setup) throws {
        var data: AblationData
        var training: LiveAblation?
        let table = try setup.inputs["data"].map { try DelimitedText.parse($0.bytes, name: $0.name) }
        if let table, !(try Self.isToTrainOn(table, setup)) {
            data = try AblationData(table, setup)
        } else if let table {
            training = try LiveAblation(setup, table)
            data = training?.measurements ?? RecordedAblation.data
        } else if ["", "digits"].contains(setup.text("data")) {
            let arms = try LiveAblation(setup, nil)
            training = arms
            data = arms.measurements
        } else {
            guard setup.text("data") == "melanoma" else {
                throw UserError("data: the file “\(setup.text("data"))” has not been read", parameter: "data")
            }
            data = RecordedAblation.data
        }
        let wanted = training == nil ? ClassQuestion.items(setup.text("arms")) : []
        if !wanted.isEmpty {
            let places = try wanted.map { try Self.place(of: $0, among: data.arms.map(\.name), "arms") }
            data.arms = places.map { data.arms[$0] }
        }
        guard data.arms.count > 1 else {
            throw UserError("\(data.source) has one arm, “\(data.arms.first?.name ?? "")”; expected a baseline and at least one other")
        }
        let live = Live(
            metric: setup.text("metric"), baseline: setup.text("baseline"), level: setup.real("level"),
            isCorrected: setup.choice("interval") == "corrected", shown: setup.text("shown"))
        self.data = data
        self.training = training
        self.live = live
        try use(live)
    }

    /// Whether a table holds rows to train on, not measurements of arms.
    private static func isToTrainOn(_ table: DataTable, _ setup: Setup) throws -> Bool {
        switch setup.choice("rows") {
        case "train": return true
        case "measurements": return false
        default: break
        }
        if !setup.text("arm").isEmpty { return false }
        if !setup.text("label").isEmpty { return true }
        let names = table.columns.map { $0.lowercased() }
        if names.contains(where: AblationData.armNames.contains) { return false }
        if names.contains(where: PredictionTable.labelNames.contains) { return true }
        throw UserError(
            "\(table.name) has no column called arm (measurements of arms) and none called label (rows to train on); set arm or label to name "
                + "one (\(ClassQuestion.list(table.columns)))", parameter: "label")
    }

    private enum Key: CodingKey { case data, training, live }

    /// Takes up an encoded state.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        data = try container.decode(AblationData.self, forKey: .data)
        training = try container.decodeIfPresent(LiveAblation.self, forKey: .training)
        live = try container.decode(Live.self, forKey: .live)
        try use(live)
    }

    /// Encodes measurements and settings.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(data, forKey: .data)
        try container.encodeIfPresent(training, forKey: .training)
        try container.encode(live, forKey: .live)
    }

    /// Trains on further batches; measurements on record have no steps to take.
    public mutating func step(_ count: Int) throws -> Progress {
        guard training != nil else { return Progress(0, .finished("\(data.arms.count) recorded arms")) }
        let before = training?.current
        let done = training?.step(count) ?? 0
        if let training, training.current != before {
            data = training.measurements
            try use(live)
        }
        return Progress(done, training?.isFinished == true ? .finished("\(data.arms.count) arms trained") : .ready)
    }

    /// Another metric, baseline or interval.
    public mutating func apply(_ change: Change) throws {
        var next = live
        switch (change.name, change.value) {
        case ("metric", .text(let name)): next.metric = name
        case ("shown", .text(let name)): next.shown = name
        case ("baseline", .text(let name)): next.baseline = name
        case ("level", .real(let level)): next.level = level
        case ("interval", .text(let name)): next.isCorrected = name == "corrected"
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)” of that kind", parameter: change.name)
        }
        try use(next)
    }

    private static func place(of name: String, among names: [String], _ parameter: String) throws -> Int {
        if let place = ClassQuestion.match(name, names) { return place }
        throw UserError("\(parameter): “\(name)” is none of \(ClassQuestion.list(names))", parameter: parameter)
    }

    private mutating func use(_ next: Live) throws {
        let names = data.arms.map(\.name)
        metric = next.metric.isEmpty ? 0 : try Self.place(of: next.metric, among: data.metrics, "metric")
        if next.baseline.isEmpty {
            baseline = names.firstIndex { $0.lowercased() == "baseline" } ?? 0
        } else {
            baseline = try Self.place(of: next.baseline, among: names, "baseline")
        }
        if !next.shown.isEmpty { shown = try Self.place(of: next.shown, among: names, "shown") } else { shown = nil }
        live = next
        compare()
    }

    private mutating func compare() {
        let base = data.arms[baseline]
        var unmatched = 0
        rows = data.arms.indices.map { place in
            let arm = data.arms[place]
            var comparison: AblationComparison?
            if place != baseline, let mine = arm.summaries[metric], let other = base.summaries[metric] {
                if data.isPaired {
                    var values: [String: Double] = [:]
                    for (unit, value) in zip(base.units, base.values[metric]) { values[unit] = value }
                    let differences = zip(arm.units, arm.values[metric]).compactMap { unit, value in values[unit].map { value - $0 } }
                    unmatched += arm.units.count - differences.count
                    let share = live.isCorrected && data.folds > 1 ? 1 / Double(data.folds - 1) : 0
                    if !differences.isEmpty {
                        comparison = AblationComparison(differences: differences, testShare: share, level: live.level)
                    }
                } else {
                    comparison = AblationComparison(mine, less: other, level: live.level)
                }
            }
            return Row(arm: place, summary: arm.summaries[metric], comparison: comparison, flag: flag(place))
        }
        let known = rows.indices.filter { rows[$0].comparison?.p != nil }
        for (place, p) in zip(known, MultipleTests.holm(known.compactMap { rows[$0].comparison?.p })) { rows[place].adjusted = p }
        notes = data.notes
        if unmatched > 0 {
            notes.append("\(unmatched) measurements have no partner in the baseline's folds and seeds: left out of differences")
        }
        if data.isPaired, !live.isCorrected, data.folds > 1 {
            notes.append("folds share training rows, so plain intervals are too narrow; interval = corrected allows for it")
        }
        let flagged = rows.filter { !$0.flag.isEmpty }
        if !flagged.isEmpty {
            notes.append(
                "\(flagged.count) \(flagged.count == 1 ? "arm is" : "arms are") another over again: "
                    + ClassQuestion.list(flagged.map { data.arms[$0.arm].name }))
        }
    }

    /// Which earlier arm, or the baseline, an arm repeats, and in what.
    private func flag(_ place: Int) -> String {
        let arm = data.arms[place]
        for other in [baseline] + (0..<place) where other != place && place != baseline {
            let twin = data.arms[other]
            let sameSettings = !data.configuration.isEmpty && arm.settings == twin.settings
            let isMeasured = arm.summaries.contains { $0 != nil }
            let sameResults = isMeasured && arm.summaries == twin.summaries && arm.units == twin.units && arm.values == twin.values
            if sameSettings || sameResults {
                let what = sameSettings ? (sameResults ? "configuration and results" : "configuration") : "results"
                let isPerfect = !sameSettings && arm.values.allSatisfy { $0.allSatisfy { $0 == 1 } } && !arm.units.isEmpty
                return "same \(what) as \(twin.name)" + (isPerfect ? ": every one is 1, the task is too easy to tell" : "")
            }
        }
        return ""
    }

    /// The arm whose curves are shown: the one chosen, else the one in training, else the baseline.
    var shownArm: Int {
        if let shown { return shown }
        guard let training, !training.isFinished else { return baseline }
        return training.current
    }

    /// The rows from the least mean to the greatest; those without one first.
    var sortedRows: [Row] {
        rows.sorted { a, b in
            let (x, y) = (a.summary?.mean ?? -.infinity, b.summary?.mean ?? -.infinity)
            return x != y ? x < y : a.arm > b.arm
        }
    }
}
