import Engine
import Entropy
import Kernels
import Statistics

/// The maximum-entropy solve of 100,000 outcomes under four constraints, through the experiment as the catalog holds it.
func entropyBenchmarks() throws -> [Measurement] {
    let catalog = Catalog(EntropyCatalog.experiments)
    let configuration = try catalog.configuration(
        "entropy.maxent",
        values: [
            "values": .text("0..99999"),
            "constraints": .text("mean = 40000; E[(x/50000)^2] = 0.9; E[sin(x/10000)] = 0.2; P(x >= 50000) = 0.35"),
        ])
    var list: [Measurement] = []
    let build = try time { _ = try Pane(configuration, catalog: catalog) }
    list.append(
        Measurement(name: "reading 100,000 outcomes and 4 constraints", seconds: build, note: "texts to the solver's first state"))

    // How many steps are iterations; the trace of the entropy along the mean, which follows them, is no part of the solve.
    var trial = try Pane(configuration, catalog: catalog)
    var iterations = 0
    while trial.status == .ready, trial.experiment.results()["converged"] != .flag(true) { iterations += trial.advance(1) }
    guard trial.experiment.results()["converged"] == .flag(true) else { throw UserError("the benchmark's problem was not solved") }

    let solve = try time(before: { try Pane(configuration, catalog: catalog) }) { pane in _ = pane.advance(iterations) }
    list.append(
        Measurement(
            name: "maximum entropy, 100,000 outcomes, 4 constraints", seconds: solve,
            note: "\(iterations) Newton iterations through step()",
            aim: 5e-3,
            peers: ["numpy Newton, 100,000 outcomes, 4 constraints", "SciPy BFGS, 100,000 outcomes, 4 constraints"]))
    let observed = time { _ = trial.experiment.results() }
    list.append(Measurement(name: "its results for one frame", seconds: observed, note: "100,000 probabilities among them"))
    let figure = time { _ = trial.experiment.figure("probabilities").rendered(columns: 100, rows: 30, glyphs: .braille) }
    list.append(Measurement(name: "its figure of probabilities, 100 x 30 cells", seconds: figure))
    return list
}
