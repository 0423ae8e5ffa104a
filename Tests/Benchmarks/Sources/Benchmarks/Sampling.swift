import Engine
import Kernels
import PlainC
import Sampling
import Statistics

/// Samplers on the mixture and the diagnostics, one thread unless said.
func samplingBenchmarks() throws -> [Measurement] {
    var measured: [Measurement] = []
    var places = RandomStream(seed: 3, purpose: "benchmark")
    let data = (0..<100).map { _ in (places.uniform() < 0.5 ? 0 : 1) + 1.6 * places.normal() }
    var trace = [Double](repeating: 0, count: 2_000_000)
    for (batch, updates) in [(1, 1_000_000), (10, 1_000_000), (100, 200_000)] {
        let plain = time {
            trace.withUnsafeMutableBufferPointer {
                plain_sgld(data, data.count, batch, updates, 0.19955159, 231.06635, 0.55, $0.baseAddress)
            }
        }
        measured.append(.peer("plain C SGLD batch \(batch)", plain))
        let seconds = try time {
            _ = try drive(
                MixtureExperiment.self,
                ["chains": .integer(1), "batch": .integer(batch), "updates": .integer(updates)], slice: 100_000)
        }
        measured.append(
            Measurement(
                name: "SGLD on the mixture, batch \(batch), \(updates) updates, one chain", seconds: seconds,
                note: "\(millions(updates, seconds)) M updates/s, exact grid and diagnostics included",
                peers: ["JAX SGLD batch \(batch)", "plain C SGLD batch \(batch)"]))
    }
    let four = try time(rounds: 3) { _ = try drive(MixtureExperiment.self, slice: 100_000) }
    measured.append(
        Measurement(
            name: "the default run: SGLD, 4 chains of 1,000,000 updates, batch 10", seconds: four,
            note: "\(millions(4_000_000, four)) M updates/s"))

    for sampler in ["hmc", "nuts"] {
        var gradients = 0.0
        let seconds = try time(rounds: 3) {
            let run = try drive(
                MixtureExperiment.self,
                ["sampler": .text(sampler), "chains": .integer(1), "draws": .integer(20_000)], slice: 1000)
            gradients = run.results().number("gradientEvaluations") ?? 0
        }
        measured.append(
            Measurement(
                name: "\(sampler) on the mixture, 20,000 draws, one chain", seconds: seconds,
                note: "\(millions(Int(gradients), seconds)) M leapfrog steps/s of 100 data"))
    }

    let first = try time { _ = try MixtureExperiment(Setup(card: MixtureExperiment.card)) }
    measured.append(Measurement(name: "the mixture's exact posterior and first state", seconds: first, note: "200 x 200 cells, 100 data"))
    var run = try MixtureExperiment(Setup(card: MixtureExperiment.card))
    _ = try run.step(200_000)
    let frame = time(rounds: 21) { _ = (run.results(), run.figure("density"), run.figure("trace")) }
    measured.append(Measurement(name: "results, density and trace figures for one frame", seconds: frame))

    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let chains = (0..<4).map { _ in
        var x = 0.0
        return (0..<10_000).map { _ in
            x = 0.9 * x + stream.normal()
            return x
        }
    }
    let summary = time { _ = Diagnostics.summary(chains) }
    measured.append(
        Measurement(
            name: "every diagnostic of one quantity, 4 chains of 10,000 draws", seconds: summary, note: "R-hat, five ESS, MCSE, quantiles",
            peers: ["ArviZ summary of 4 x 10,000"]))
    return measured
}
