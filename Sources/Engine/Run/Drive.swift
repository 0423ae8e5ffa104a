/// Runs an experiment to its end or for `steps` steps, without journal, effects or screen: for tests, benchmarks and headless runs
/// of experiments that ask nothing of the world.
///
/// - Throws: `UserError` from the experiment, or when it waits for an answer.
public func drive<E: Experiment>(
    _ type: E.Type, _ values: [String: Value] = [:], seed: UInt64 = 42, steps: Int = .max, slice: Int = 10_000,
    inputs: [String: Input] = [:]
) throws -> E {
    var experiment = try E(Setup(card: E.card, values: values, seed: seed, inputs: inputs))
    var remaining = steps == .max ? E.card.headlessSteps ?? .max : steps
    while remaining > 0 {
        let progress = try experiment.step(min(slice, remaining))
        remaining -= progress.steps
        switch progress.state {
        case .ready: continue
        case .finished: return experiment
        case .failed(let sentence): throw UserError(sentence)
        case .waiting: throw UserError("\(E.card.id) waits for an answer")
        }
    }
    return experiment
}
