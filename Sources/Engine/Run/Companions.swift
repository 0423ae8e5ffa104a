import Plotting

/// Runs of a pane's configuration with the seeds after its own, in step with it: where its figures get their bands from.
///
/// They take part in every live change and every restart, but ask nothing of the world: an experiment that needs answers runs alone.
public struct Companions: Sendable {
    /// The most seeds that run side by side.
    public static let most = 64

    /// How many runs there are, the pane's own among them.
    public var seeds: Int { experiments.count + 1 }
    /// What the bands show.
    public var spread: Spread
    private var experiments: [any Experiment]
    private var steps: [Int]
    private let seed: UInt64
    /// The first run that cannot go on, in one sentence; nil when all can.
    ///
    /// Means over the seeds end where it stands.
    public private(set) var failure: String?

    /// Runs at step 0.
    ///
    /// - Throws: `UserError` when there are more than `most`, or a run cannot start.
    init(_ configuration: Configuration, seeds: Int, _ spread: Spread, in catalog: Catalog) throws {
        guard (2...Self.most).contains(seeds) else {
            throw UserError("\(seeds) seeds were refused; expected a whole number from 1 to \(Self.most)")
        }
        self.spread = spread
        seed = configuration.seed
        experiments = try (1..<UInt64(seeds)).map { offset in
            var other = configuration
            other.seed = configuration.seed &+ offset
            return try other.start(in: catalog)
        }
        steps = Array(repeating: 0, count: seeds - 1)
    }

    /// As many runs of another configuration.
    func restarted(_ configuration: Configuration, in catalog: Catalog) throws -> Companions {
        try Companions(configuration, seeds: seeds, spread, in: catalog)
    }

    /// Takes all runs to a step, or to where they end by themselves before it.
    mutating func advance(to target: Int) {
        for index in experiments.indices {
            while steps[index] < target {
                do {
                    let progress = try experiments[index].step(target - steps[index])
                    steps[index] += progress.steps
                    if case .failed(let reason) = progress.state { note(reason, of: index) }
                    if progress.state != .ready || progress.steps == 0 { break }
                } catch {
                    note("\(error)", of: index)
                    break
                }
            }
        }
    }

    private mutating func note(_ reason: String, of index: Int) {
        guard failure == nil else { return }
        failure = "seed \(seed &+ UInt64(index) + 1) stands at step \(steps[index]), where means over the seeds end: \(reason)"
    }

    /// Takes over a live change, which may let a run that stood go on.
    mutating func apply(_ change: Change) throws {
        for index in experiments.indices { try experiments[index].apply(change) }
        failure = nil
    }

    func figures(_ id: String) -> [Figure] { experiments.map { $0.figure(id) } }

    /// The other runs' results.
    func results() -> [Results] { experiments.map { $0.results() } }
}

extension Pane {
    /// A number over all seeds: its mean and the mean's standard error; nil without companions or where a run has no such number.
    public func overSeeds(_ name: String) -> (mean: Double, standardError: Double, count: Int)? {
        guard let companions else { return nil }
        return Self.summary(name, of: [results()] + companions.results())
    }

    /// The mean and standard error of a result over runs.
    static func summary(_ name: String, of runs: [Results]) -> (mean: Double, standardError: Double, count: Int)? {
        let numbers = runs.compactMap { $0.number(name) }
        guard numbers.count == runs.count, runs.count > 1 else { return nil }
        let n = Double(numbers.count)
        // From the first on, so that equal numbers have exactly themselves as their mean.
        let mean = numbers[0] + numbers.reduce(0) { $0 + ($1 - numbers[0]) } / n
        let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / (n - 1) / n).squareRoot(), numbers.count)
    }
}
