import Engine
import Foundation
import Sampling

/// NUTS on four models by effective draws a second, the sampling alone and with start-up and warm-up, and each built-in model's first draw.
func bayesBenchmarks() throws -> [Measurement] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let numbers = try String(contentsOf: folder.appending(path: "data/mixture.csv"), encoding: .utf8).split(separator: "\n")
    let models: [(name: String, id: String, values: [String: Value], chains: Int, warmup: Int, draws: Int)] = [
        (
            "the mixture", "sampling.mixture",
            ["data": .text(numbers.joined(separator: ",")), "initial": .text("prior")], 4, 1000, 5000
        ),
        ("eight schools", "sampling.schools", [:], 4, 1000, 1000),
        ("logistic 569 x 30", "sampling.logistic", ["holdout": .real(0)], 4, 1000, 1000),
        ("volatility, 2,905 days", "sampling.volatility", [:], 2, 100, 100),
    ]
    var measured: [Measurement] = []
    for model in models {
        guard let type = SamplingCatalog.experiments.first(where: { $0.card.id == model.id }) else { continue }
        let values = model.values.merging(
            [
                "sampler": .text("nuts"), "chains": .integer(model.chains), "warmup": .integer(model.warmup),
                "draws": .integer(model.draws),
            ]
        ) { $1 }
        measured += try effectiveDraws(type, model.name, values, warmup: model.warmup)
    }
    for type in SamplingCatalog.experiments where type.card.id != "sampling.diagnose" {
        measured.append(try firstDraw(type))
    }
    return measured
}

/// The better of two runs, or one where a run takes long; slices are those of a session.
private func effectiveDraws<E: Experiment>(_ type: E.Type, _ name: String, _ values: [String: Value], warmup: Int) throws -> [Measurement] {
    let clock = ContinuousClock()
    var (sampling, whole, least) = (Double.infinity, Double.infinity, 0.0)
    for seed in (warmup < 1000 ? [1] : [1, 2]) as [UInt64] {
        let began = clock.now
        var run = try E(Setup(card: E.card, values: values, seed: seed))
        func advance(_ steps: Int) throws {
            var left = steps
            while left > 0 {
                let progress = try run.step(min(left, 25))
                left -= progress.steps
                if progress.state != .ready { return }
            }
        }
        try advance(warmup)
        let warm = clock.now
        try advance(.max)
        let ended = clock.now
        let ess = run.results().number("minEssBulk") ?? .nan
        let (a, b) = (1000 * (ended - warm).inSeconds / ess, 1000 * (ended - began).inSeconds / ess)
        if a < sampling { (sampling, least) = (a, ess) }
        whole = min(whole, b)
    }
    func note(_ seconds: Double) -> String { "\(Int((1000 / seconds).rounded())) effective draws/s" }
    return [
        Measurement(
            name: "1000 effective draws of \(name), sampling alone", seconds: sampling,
            note: note(sampling) + ", smallest bulk ESS \(Int(least)) by the program's own count",
            peers: ["NumPyro \(name)", "nutpie \(name)"], aimedRatio: 1),
        Measurement(
            name: "1000 effective draws of \(name), start-up and warm-up included", seconds: whole, note: note(whole),
            peers: ["NumPyro \(name) with start-up", "nutpie \(name) with start-up"], aimedRatio: 50),
    ]
}

/// From nothing to every chain's first state, by the model's defaults.
private func firstDraw<E: Experiment>(_ type: E.Type) throws -> Measurement {
    let seconds = try time(rounds: 3) {
        var run = try E(Setup(card: E.card))
        _ = try run.step(1)
    }
    return Measurement(
        name: "first draw of \(E.card.id)", seconds: seconds, note: "from nothing, all chains, the model's defaults", aim: 0.1)
}
