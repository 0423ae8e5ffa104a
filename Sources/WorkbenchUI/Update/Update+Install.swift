import Engine

/// Something that can be installed, and whether it is.
public struct InstallableState: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// What it is.
    public var summary: String
    /// The parameter values that put it to use, by experiment.
    public var uses: [String: [String: Value]]
    /// Whether it is there.
    public var isInstalled: Bool

    /// What stands so at the moment.
    public init(_ installable: any Installable) {
        name = installable.name
        summary = installable.summary
        uses = installable.uses
        isInstalled = installable.isInstalled
    }
}

extension Model {
    /// What the focused pane's experiment can use.
    private var usable: [InstallableState] { installables.filter { $0.uses[pane?.card.id ?? ""] != nil } }

    /// Why nothing can be installed now.
    var installObstacle: String? {
        if installing != nil { return nil }
        guard let card = pane?.card else { return "there is no pane" }
        if usable.isEmpty { return "\(card.id) uses no model" }
        if usable.allSatisfy(\.isInstalled) { return "\(usable.map(\.name).joined(separator: " and ")) is here already" }
        return nil
    }

    /// Asks for the first model that is missing, or for an installation under way to be stopped.
    mutating func install() -> [Effect] {
        if let installing {
            say("\(installing.name) is being stopped", .caution)
            return [.stopInstalling]
        }
        guard let wanted = usable.first(where: { !$0.isInstalled }) else { return [] }
        installing = (wanted.name, focus)
        notice = Notice(text: "installing \(wanted.name): \(wanted.summary); I stops it", role: .focus, until: nil)
        return [.install(wanted.name)]
    }

    /// Takes in how an installation ended, and puts what was installed to use in the pane that it was for.
    mutating func settleInstallation(_ name: String, _ failure: String?) -> [Effect] {
        let place = installing?.pane
        installing = nil
        if let failure {
            say(
                failure.isEmpty ? "\(name) was not installed: stopped" : "\(name) was not installed: \(failure)",
                failure.isEmpty ? .caution : .bad)
            return []
        }
        var values: [String: Value] = [:]
        for index in installables.indices where installables[index].name == name {
            installables[index].isInstalled = true
            if let place, panes.indices.contains(place) { values = installables[index].uses[panes[place].card.id] ?? [:] }
        }
        say("\(name) is installed", .good)
        guard let place, replay == nil else { return [] }
        return values.sorted { $0.key < $1.key }.map { .perform(pane: place, .set(name: $0.key, value: $0.value, input: nil)) }
    }
}
