import Engine
import Kernels
import Plotting
import Statistics

/// A validation one can trust: rows dealt into folds by several schemes, and what is wrong with each.
///
/// A step deals the rows once more by one of the schemes, in turn, from a stream of its own, and looks for groups in two folds, uneven rates
/// and sizes, and what a classifier gains that remembers groups. The deal shown is the first of the scheme chosen.
///
/// Sources: Q. Ha, B. Liu, F. Liu (2020), validation; C. Deotte, "Triple stratified leak-free k-fold" (2020); J. A. Hanley, B. J. McNeil (1982).
public struct ClassifierFolds: Experiment {
    /// What was seen of one scheme's deals.
    struct Tally: Sendable, Codable, Hashable {
        var deals = 0
        var optimism: [Double] = []
        var leakingGroups = 0
        var nearIdentical = 0
        var rateSpread = 0.0
        var sizeSpread = 0.0

        mutating func add(_ audit: FoldAudit) {
            deals += 1
            if let gain = audit.optimism { optimism.append(gain) }
            leakingGroups += audit.leakingGroups
            nearIdentical += audit.nearPairs.count
            rateSpread += audit.rateSpread
            sizeSpread += audit.sizeSpread
        }

        func mean(_ sum: Double) -> Double? { deals > 0 ? sum / Double(deals) : nil }
    }

    struct Settings: Sendable, Codable {
        var seed: UInt64
        var folds: Int
        var deals: Int
        var tolerance: Double
    }

    /// The scheme whose deal a file holds.
    static let givenName = "given"

    let settings: Settings
    let auditor: FoldAuditor
    private(set) var scheme: String
    private(set) var area: Double
    private(set) var tallies: [Tally]
    private(set) var taken = 0
    private(set) var shown: FoldAudit
    var data: FoldData { auditor.data }
    /// The schemes compared: the file's own first where it has one.
    let schemes: [String]

    /// Reads or draws the rows.
    public init(_ setup: Setup) throws {
        let settings = Settings(
            seed: setup.seed, folds: setup.integer("folds"), deals: setup.integer("deals"), tolerance: setup.real("tolerance"))
        let data: FoldData
        if let input = setup.inputs["data"] {
            data = try FoldData(setup, try DelimitedText.parse(input.bytes, name: input.name))
        } else {
            guard ["", "melanoma"].contains(setup.text("data")) else {
                throw UserError("data: the file “\(setup.text("data"))” has not been read", parameter: "data")
            }
            data = FoldData(
                FoldData.Simulation(
                    seed: setup.seed, hasExternal: setup.flag("external"), likeness: setup.real("likeness"), copies: setup.real("copies")))
        }
        let groupCount = data.groups?.names.count ?? data.rowCount
        guard min(data.rowCount, groupCount) >= settings.folds else {
            throw UserError(
                "folds = \(settings.folds), but \(data.source) has \(data.rowCount) rows in \(groupCount) groups", parameter: "folds")
        }
        try self.init(settings, data, scheme: setup.choice("scheme"), area: setup.real("auc"), tallies: [], taken: 0)
    }

    private init(_ settings: Settings, _ data: FoldData, scheme: String, area: Double, tallies: [Tally], taken: Int) throws {
        self.settings = settings
        self.taken = taken
        self.scheme = scheme
        self.area = area
        schemes = (data.given == nil ? [] : [Self.givenName]) + FoldScheme.allCases.map(\.rawValue)
        guard schemes.contains(scheme) else {
            throw UserError("scheme = given, but \(data.source) has no column of folds; set fold to name one", parameter: "scheme")
        }
        self.tallies = tallies.count == schemes.count ? tallies : schemes.map { _ in Tally() }
        let auditor = FoldAuditor(data, tolerance: settings.tolerance)
        self.auditor = auditor
        shown = Self.audit(scheme, 0, auditor, settings)
    }

    private static func audit(_ scheme: String, _ deal: Int, _ auditor: FoldAuditor, _ settings: Settings) -> FoldAudit {
        guard let known = FoldScheme(rawValue: scheme) else {
            let given = auditor.data.given
            return auditor.audit(given?.codes ?? [], count: given?.names.count ?? 0)
        }
        return auditor.audit(auditor.deal(known, folds: settings.folds, seed: settings.seed, deal: deal), count: settings.folds)
    }

    private enum Key: CodingKey { case settings, data, scheme, area, tallies, taken }

    /// Takes up an encoded state; what follows from the rows is computed anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        try self.init(
            try container.decode(Settings.self, forKey: .settings), try container.decode(FoldData.self, forKey: .data),
            scheme: try container.decode(String.self, forKey: .scheme), area: try container.decode(Double.self, forKey: .area),
            tallies: try container.decode([Tally].self, forKey: .tallies), taken: try container.decode(Int.self, forKey: .taken))
    }

    /// Encodes rows, settings and what was seen.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(settings, forKey: .settings)
        try container.encode(data, forKey: .data)
        try container.encode(scheme, forKey: .scheme)
        try container.encode(area, forKey: .area)
        try container.encode(tallies, forKey: .tallies)
        try container.encode(taken, forKey: .taken)
    }

    /// Steps there are: each scheme's deals, and the file's own once.
    var total: Int { FoldScheme.allCases.count * settings.deals + (data.given == nil ? 0 : 1) }

    /// Deals further times, by one scheme after the other.
    public mutating func step(_ count: Int) throws -> Progress {
        let todo = max(0, min(count, total - taken))
        var done = 0
        while done < todo {
            // A few at a time, so that a long slice holds few deals at once.
            let now = min(16, todo - done)
            let (schemes, auditor, settings) = (schemes, auditor, settings)
            // The file's own deal is one step, the first; the schemes then take turns.
            let own = auditor.data.given == nil ? 0 : 1
            let places = (taken..<taken + now).map { step -> (scheme: Int, deal: Int) in
                if step < own { return (0, 0) }
                let turns = schemes.count - own
                return (own + (step - own) % turns, (step - own) / turns)
            }
            var audits = [FoldAudit?](repeating: nil, count: now)
            Parallel.forEach(&audits) { place, audit in
                audit = Self.audit(schemes[places[place].scheme], places[place].deal, auditor, settings)
            }
            for (place, audit) in zip(places, audits) { if let audit { tallies[place.scheme].add(audit) } }
            taken += now
            done += now
        }
        return Progress(todo, taken >= total ? .finished("\(settings.deals) deals of each scheme") : .ready)
    }

    /// Shows another scheme, or asks for another AUC.
    public mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("scheme", .text(let name)):
            guard schemes.contains(name) else {
                throw UserError("scheme = given, but \(data.source) has no column of folds; set fold to name one", parameter: "scheme")
            }
            scheme = name
            shown = Self.audit(name, 0, auditor, settings)
        case ("auc", .real(let value)): area = value
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)” of that kind", parameter: change.name)
        }
    }

    /// What was seen of the scheme chosen.
    var tally: Tally { schemes.firstIndex(of: scheme).map { tallies[$0] } ?? Tally() }
}
