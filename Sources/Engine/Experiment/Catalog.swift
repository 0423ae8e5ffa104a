/// The experiments and providers that a program is composed of.
public struct Catalog: Sendable {
    /// The experiments' types, in the order of `list`.
    public let experiments: [any Experiment.Type]
    /// The providers of what experiments request.
    public let providers: [any Provider]

    /// Values that suit this machine better than the cards' defaults, by experiment and parameter: which provider is configured.
    ///
    /// They enter a new configuration as if the user had set them, so the journal holds them and a replay does not depend on them.
    public let preferredValues: [String: [String: Value]]
    /// What experiments can use and this machine may lack.
    public let installables: [any Installable]

    /// A catalog of the given experiments and providers.
    public init(
        _ experiments: [any Experiment.Type], providers: [any Provider] = [], preferredValues: [String: [String: Value]] = [:],
        installables: [any Installable] = []
    ) {
        self.experiments = experiments
        self.providers = providers
        self.preferredValues = preferredValues
        self.installables = installables
    }

    /// A new configuration of an experiment: what is given, then what suits this machine, then the card's defaults.
    ///
    /// - Throws: `UserError` for an unknown experiment or parameter, a value out of range, or a file that cannot be read.
    public func configuration(_ id: String, values: [String: Value] = [:], seed: UInt64 = 42) throws -> Configuration {
        let card = try experiment(id).card
        return try Configuration(card, values: (preferredValues[id] ?? [:]).merging(values) { $1 }, seed: seed)
    }

    /// The experiment of that name; unknown names are refused with the nearest known one.
    public func experiment(_ id: String) throws -> any Experiment.Type {
        if let found = experiments.first(where: { $0.card.id == id }) { return found }
        let near = nearest(id, among: experiments.map { $0.card.id })
        throw UserError("there is no experiment “\(id)”" + (near.map { "; did you mean “\($0)”?" } ?? "; `workbench list` shows all"))
    }
}

/// The name that differs by fewest edits, when few enough for a slip of the finger.
public func nearest(_ word: String, among names: [String]) -> String? {
    func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
    let wanted = Array(word.lowercased())
    let scored = names.map { (name: $0, distance: distance(wanted, Array($0.lowercased()))) }
    guard let best = scored.min(by: { $0.distance < $1.distance }), best.distance <= max(2, word.count / 3) else { return nil }
    return best.name
}
