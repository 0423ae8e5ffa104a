/// What an experiment says of itself: the one declaration that the editor, `--set`, validation, `describe`, help and JSON all read.
public struct Card: Sendable {
    /// Its name, `family.name`.
    public var id: String
    /// A title of a few words.
    public var title: String
    /// One line: what it shows.
    public var summary: String
    /// Its parameters, in the order of the editor.
    public var parameters: [Parameter]
    /// The results it names, in the order shown.
    public var results: [ResultCard]
    /// The tables it names.
    public var tables: [TableCard]
    /// The figures it draws; the first is the one shown at the start.
    public var figures: [FigureCard]
    /// What it can give other experiments to go on with; the first is the one a key gives.
    public var handoffs: [HandoffCard]
    /// Where it comes from: author, year, title, section.
    public var citation: String
    /// Steps that a headless run takes when the experiment has no end of its own.
    public var headlessSteps: Int?
    /// What one step is, in the singular: "update", "throw", "iteration".
    public var stepName: String
    /// Settings worth looking at, by name.
    public var presets: [Preset]
    /// What a headless run ends with for each value of the result `state` that is no plain success; above 3, which are everybody's.
    public var exitStatuses: [String: Int32]

    /// A card.
    public init(
        id: String, title: String, summary: String, parameters: [Parameter], results: [ResultCard], tables: [TableCard] = [],
        figures: [FigureCard], handoffs: [HandoffCard] = [], citation: String, headlessSteps: Int? = nil, stepName: String = "step",
        presets: [Preset] = [], exitStatuses: [String: Int32] = [:]
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.parameters = parameters
        self.results = results
        self.tables = tables
        self.figures = figures
        self.handoffs = handoffs
        self.citation = citation
        self.headlessSteps = headlessSteps
        self.stepName = stepName
        self.presets = presets
        self.exitStatuses = exitStatuses
    }

    /// The family's name, the part of `id` before the dot.
    public var family: String { String(id.prefix { $0 != "." }) }

    /// Whether it asks providers, as its parameter of that name says.
    public var asksProviders: Bool { parameter("provider") != nil }

    /// The parameter of that name.
    public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
}

/// Values of some parameters under a name, all others at their defaults: a setting worth looking at.
public struct Preset: Sendable {
    /// A name of a few words, in lower case.
    public var name: String
    /// What is to be seen with it, in a few words.
    public var help: String
    /// The values that differ from the defaults, as they would be typed.
    public var texts: [(parameter: String, text: String)]

    /// A preset.
    public init(_ name: String, _ help: String, _ texts: KeyValuePairs<String, String>) {
        self.name = name
        self.help = help
        self.texts = texts.map { (parameter: $0, text: $1) }
    }
}

extension Card {
    /// The values of the preset of that name.
    ///
    /// - Throws: `UserError` when there is no such preset, naming those there are.
    public func values(ofPreset name: String) throws -> [String: Value] {
        guard let preset = presets.first(where: { $0.name == name }) else {
            let names = presets.map { "“\($0.name)”" }.joined(separator: ", ")
            throw UserError("\(id) has no preset “\(name)”; " + (names.isEmpty ? "it has none" : "it has \(names)"))
        }
        var values: [String: Value] = [:]
        for (parameter, text) in preset.texts { values[parameter] = try parse(parameter, text) }
        return values
    }
}

/// A result's name and meaning.
public struct ResultCard: Sendable {
    /// The name `--json` prints it under.
    public var name: String
    /// Its unit; empty when it has none.
    public var unit: String
    /// What it is, in a few words.
    public var help: String
    /// Whether the pane shows it without being asked.
    public var isHeadline: Bool
    /// For a rate: the result of which this is the amount a second of running time.
    ///
    /// An experiment knows no clock, so it leaves such a result out and the engine fills it in; it is not part of digests.
    public var perSecondOf: String?

    /// A result's card.
    public init(_ name: String, unit: String = "", _ help: String, headline: Bool = false, perSecondOf: String? = nil) {
        self.name = name
        self.unit = unit
        self.help = help
        isHeadline = headline
        self.perSecondOf = perSecondOf
    }
}

/// A table's name and meaning.
public struct TableCard: Sendable {
    /// The name `--json` prints it under.
    public var name: String
    /// What its rows are, in a few words.
    public var help: String

    /// A table's card.
    public init(_ name: String, _ help: String) {
        self.name = name
        self.help = help
    }
}

/// A figure's name and title.
public struct FigureCard: Sendable {
    /// The name it is chosen and exported by.
    public var id: String
    /// A title of a few words.
    public var title: String

    /// A figure's card.
    public init(_ id: String, _ title: String) {
        self.id = id
        self.title = title
    }
}
