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
    list += try dragBenchmarks(catalog)
    list += try continuousBenchmarks(catalog)
    return list
}

/// A small solve, and one frame of dragging the mean of a large one: the change, the solve, results and figure.
private func dragBenchmarks(_ catalog: Catalog) throws -> [Measurement] {
    let small = try catalog.configuration(
        "entropy.maxent",
        values: [
            "values": .text("0..999"),
            "constraints": .text("mean = 400; E[(x/500)^2] = 0.9; E[sin(x/100)] = 0.2; P(x >= 500) = 0.35"),
        ])
    var trial = try Pane(small, catalog: catalog)
    var iterations = 0
    while trial.status == .ready, trial.experiment.results()["converged"] != .flag(true) { iterations += trial.advance(1) }
    let solve = try time(rounds: 50, before: { try Pane(small, catalog: catalog) }) { pane in _ = pane.advance(iterations) }

    let large = try catalog.configuration(
        "entropy.maxent", values: ["values": .text("0..99999"), "constraints": .text("mean = 40000"), "mean": .real(40000)])
    var dragged = try Pane(large, catalog: catalog)
    while dragged.status == .ready { if dragged.advance(1) == 0 { break } }
    var place = 0
    let frame = try time(rounds: 30) {
        place += 1
        try dragged.apply(.set(name: "mean", value: .real(40000 + 50 * Double(place % 17)), input: nil))
        var count = 0
        while dragged.experiment.results()["converged"] != .flag(true), count < 100 { count += dragged.advance(1) }
        _ = dragged.results()
        _ = dragged.drawn("probabilities").rendered(columns: 100, rows: 30, glyphs: .braille)
    }
    return [
        Measurement(
            name: "maximum entropy, 1,000 outcomes, 4 constraints", seconds: solve, note: "\(iterations) Newton iterations", aim: 1e-4,
            peers: ["numpy Newton, 1,000 outcomes, 4 constraints"]),
        Measurement(
            name: "a frame of dragging the mean, 100,000 outcomes", seconds: frame, note: "change, solve, results and figure", aim: 1 / 30),
    ]
}

/// Densities from eight moments on the three kinds of support, throws a second, and mutual information by nearest neighbours.
private func continuousBenchmarks(_ catalog: Catalog) throws -> [Measurement] {
    func moments(_ values: [Double]) -> Value {
        .text(values.enumerated().map { "E[x^\($0 + 1)] = \($1)" }.joined(separator: "; "))
    }
    let problems: [(name: String, values: [String: Value])] = [
        // Half a normal density about -1 and half about 1, each of variance 1/4.
        ("the line", ["constraints": moments([0, 1.25, 0, 2.6875, 0, 7.796875, 0, 28.09765625])]),
        // Gamma, shape 2: (k + 1)!.
        (
            "a half-line",
            ["lower": .real(0), "constraints": moments([2, 6, 24, 120, 720, 5040, 40320, 362_880])]
        ),
        // Beta(2, 5).
        (
            "an interval",
            [
                "lower": .real(0), "upper": .real(1),
                "constraints": moments([
                    0.2857142857142857, 0.10714285714285714, 0.047619047619047616, 0.023809523809523808, 0.012987012987012988,
                    0.007575757575757576, 0.004662004662004662, 0.002997002997002997,
                ]),
            ]
        ),
    ]
    var list: [Measurement] = []
    for problem in problems {
        let configuration = try catalog.configuration("entropy.moments", values: problem.values)
        var state = ""
        let seconds = try time {
            var pane = try Pane(configuration, catalog: catalog)
            var count = 0
            while pane.status == .ready, pane.experiment.results()["converged"] != .flag(true), count < 2000 {
                count += max(1, pane.advance(1))
            }
            if case .text(let name) = pane.experiment.results()["state"] { state = name }
        }
        list.append(
            Measurement(name: "eight moments on \(problem.name)", seconds: seconds, note: "from texts to \(state)", aim: 0.03))
    }
    let wallis = try catalog.configuration("entropy.wallis", values: ["quanta": .integer(20), "mean": .real(3.5)])
    let throwing = try time(rounds: 3, before: { try Pane(wallis, catalog: catalog) }) { pane in _ = pane.advance(5_000_000) }
    list.append(
        Measurement(
            name: "five million throws of 20 quanta", seconds: throwing, note: "\(millions(5_000_000, throwing)) M throws/s", aim: 0.5))
    var stream = RandomStream(seed: 1, purpose: "benchmark")
    let x = (0..<10_000).map { _ in stream.normal() }
    let y = x.map { 0.6 * $0 + 0.8 * stream.normal() }
    func text(_ values: [Double]) -> Value { .text(values.map(\.description).joined(separator: ",")) }
    let estimate = try catalog.configuration(
        "entropy.estimate",
        values: ["counts": .text(""), "bench": .text("none"), "x": text(x), "y": text(y), "permutations": .integer(1)])
    var found = 0.0
    let neighbours = try time(rounds: 3) {
        var pane = try Pane(estimate, catalog: catalog)
        _ = pane.advance(1)
        found = pane.experiment.results().number("ksg1") ?? .nan
    }
    list.append(
        Measurement(
            name: "entropy and mutual information of 10,000 pairs by neighbours", seconds: neighbours, note: "KSG: \(found)", aim: 1,
            peers: ["scikit-learn mutual_info_regression, 10,000 pairs"]))
    return list
}
