import Engine
import Plotting

/// What an experiment on one kind of target says and shows beside what all experiments of chains have in common.
///
/// A model is the part of an experiment's state that is not chains: exact answers, tallies, live parameters of its own. It is encoded
/// with the run; what follows from the target is made again by `prepare`.
protocol Model: Sendable, Codable {
    /// What is sampled.
    associatedtype Sampled: Target
    /// The experiment's declaration.
    static var card: Card { get }
    /// The model and its target.
    ///
    /// - Throws: `UserError` when a parameter or the data are refused.
    static func make(_ setup: Setup) throws -> (model: Self, target: Sampled)
    /// Makes again what is not encoded.
    mutating func prepare(_ target: Sampled)
    /// Hears of a draw of a chain, weighted by step.
    mutating func heard(_ target: Sampled, chain: Int, _ value: (Int) -> Double, weight: Double)
    /// Hears of a state of a chain's warm-up or burn-in that is kept.
    mutating func heardDiscarded(_ target: Sampled, chain: Int, _ value: (Int) -> Double)
    /// Whether draws are to be heard at all.
    var listens: Bool { get }
    /// A live change split the draws: tallies start over.
    mutating func restarted(_ run: ChainRun<Sampled>)
    /// Takes over a live parameter of its own; false when it has none of that name.
    mutating func apply(_ change: Change) throws -> Bool
    /// Its own results that stand before the common ones.
    func addHeadlines(to results: inout Results, _ run: ChainRun<Sampled>)
    /// Its own results that stand after the common ones.
    func addResults(to results: inout Results, _ run: ChainRun<Sampled>)
    /// Its own tables, after the common ones.
    func tables(_ run: ChainRun<Sampled>) -> [Table]
    /// A figure of its own; nil for the common ones.
    func figure(_ id: String, _ run: ChainRun<Sampled>) -> Figure?
    /// The exact density of a quantity, where it is known.
    func exactMarginal(_ quantity: Int, _ run: ChainRun<Sampled>) -> [Point]?
}

extension Model {
    /// Nothing to make again.
    mutating func prepare(_ target: Sampled) {}
    /// Nothing to hear.
    mutating func heard(_ target: Sampled, chain: Int, _ value: (Int) -> Double, weight: Double) {}
    /// Nothing to hear.
    mutating func heardDiscarded(_ target: Sampled, chain: Int, _ value: (Int) -> Double) {}
    /// Deaf.
    var listens: Bool { false }
    /// Nothing to start over.
    mutating func restarted(_ run: ChainRun<Sampled>) {}
    /// No live parameters.
    mutating func apply(_ change: Change) throws -> Bool { false }
    /// None.
    func addHeadlines(to results: inout Results, _ run: ChainRun<Sampled>) {}
    /// None.
    func addResults(to results: inout Results, _ run: ChainRun<Sampled>) {}
    /// None.
    func tables(_ run: ChainRun<Sampled>) -> [Table] { [] }
    /// None.
    func figure(_ id: String, _ run: ChainRun<Sampled>) -> Figure? { nil }
    /// Not known.
    func exactMarginal(_ quantity: Int, _ run: ChainRun<Sampled>) -> [Point]? { nil }
}

/// An experiment that runs chains on a model's target: the glue that all of them share.
struct ModelExperiment<M: Model>: Experiment {
    /// The model's declaration.
    static var card: Card { M.card }

    /// The chains.
    private(set) var run: ChainRun<M.Sampled>
    /// What is not chains.
    private(set) var model: M

    /// The chains at their starting places.
    ///
    /// - Throws: `UserError` when a parameter or the data are refused.
    init(_ setup: Setup) throws {
        var (model, target) = try M.make(setup)
        model.prepare(target)
        run = try ChainRun(target, setup)
        self.model = model
    }

    private enum Key: String, CodingKey { case run, model }

    /// Writes chains and model.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(run, forKey: .run)
        try container.encode(model, forKey: .model)
    }

    /// Reads what `encode` wrote and makes again what follows from the target.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        run = try container.decode(ChainRun<M.Sampled>.self, forKey: .run)
        model = try container.decode(M.self, forKey: .model)
        model.prepare(run.target)
    }

    /// Takes up to `count` steps.
    mutating func step(_ count: Int) throws -> Progress {
        guard model.listens else { return run.step(count) { _, _, _ in } }
        return Self.advance(&run, &model, count)
    }

    private static func advance(_ run: inout ChainRun<M.Sampled>, _ model: inout M, _ count: Int) -> Progress {
        let target = run.target
        // Both closures change the model, one after another.
        return withUnsafeMutablePointer(to: &model) { model in
            run.step(count) { chain, value in
                model.pointee.heardDiscarded(target, chain: chain, value)
            } onDraw: { chain, value, weight in
                model.pointee.heard(target, chain: chain, value, weight: weight)
            }
        }
    }

    /// Takes over a live parameter's new value.
    ///
    /// - Throws: `UserError` when it is refused; nothing has changed then.
    mutating func apply(_ change: Change) throws {
        if try model.apply(change) { return }
        guard let splits = try run.apply(change) else { throw UserError("\(Self.card.id) has no live parameter “\(change.name)”") }
        if splits { model.restarted(run) }
    }

    /// The named results so far.
    func results() -> Results {
        var results = Results()
        model.addHeadlines(to: &results, run)
        run.addResults(to: &results)
        model.addResults(to: &results, run)
        return results
    }

    /// The named tables so far.
    func tables() -> [Table] { run.tables() + model.tables(run) }

    /// One of the card's figures.
    func figure(_ id: String) -> Figure {
        if let figure = model.figure(id, run) { return figure }
        return id == "marginals" ? run.marginalsFigure { model.exactMarginal($0, run) } : run.figure(id)
    }
}
