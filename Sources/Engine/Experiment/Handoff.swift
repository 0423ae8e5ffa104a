/// What one experiment can give another to go on with: a table of its own as the other's data.
public struct HandoffCard: Sendable, Hashable {
    /// The result that names an item, and the text parameter that lists the items marked.
    public struct Marking: Sendable, Hashable {
        /// The result whose text is the item shown.
        public var item: String
        /// The parameter that lists the items marked, comma-separated.
        public var list: String

        /// A marking.
        public init(item: String, list: String) {
            self.item = item
            self.list = list
        }
    }

    /// The name it is asked for by.
    public var id: String
    /// What is given, in a few words.
    public var title: String
    /// The experiment that goes on.
    public var target: String
    /// How its items are marked; nil where there is nothing to mark.
    public var marking: Marking?

    /// A handoff's card.
    public init(_ id: String, _ title: String, to target: String, marking: Marking? = nil) {
        self.id = id
        self.title = title
        self.target = target
        self.marking = marking
    }
}

/// Values and inputs that another experiment starts from.
///
/// The inputs travel with the workspace as any file's bytes do, so that what goes on replays without what it came from.
public struct Handoff: Sendable, Hashable {
    /// Parameter values of the target; the rest take its defaults.
    public var values: [String: Value]
    /// The bytes of its files, by parameter.
    public var inputs: [String: Input]

    /// Values and inputs.
    public init(values: [String: Value], inputs: [String: Input] = [:]) {
        self.values = values
        self.inputs = inputs
    }

    /// A run of the target that starts from them.
    ///
    /// - Throws: `UserError` when the target refuses a value.
    public func configuration(of card: Card, seed: UInt64) throws -> Configuration {
        try Configuration(card, values: values, seed: seed, inputs: inputs)
    }
}

extension Experiment {
    /// An experiment without handoffs has nothing to give.
    public func handoff(_ id: String) throws -> Handoff { throw UserError("\(Self.card.id) has nothing called “\(id)” to give") }
}
