import Engine
import Foundation
import Sampling
import Statistics

/// A posterior that NumPyro and nutpie sample too.
private struct Posterior {
    var name: String
    var id: String
    var values: [String: Value] = [:]
    var chains = 4
    var warmup = 1000
    var draws = 1000
    /// Leapfrog steps a second on one thread that are aimed at.
    var leapfrogs: Double
    /// Where auto takes the mass matrix of the curvature: these peers' own matrices of more than a diagonal, beside which it stands too, as does
    /// a diagonal one of ours.
    var curvaturePeers: [String]?
}

/// NUTS on four models by effective draws a second, the sampling alone and with start-up and warm-up; leapfrog steps a second; each
/// built-in model's first draw; what watching costs; memory.
func bayesBenchmarks() throws -> [Measurement] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let numbers = try String(contentsOf: folder.appending(path: "data/mixture.csv"), encoding: .utf8).split(separator: "\n")
    let posteriors = [
        Posterior(
            name: "the mixture", id: "sampling.mixture",
            values: ["data": .text(numbers.joined(separator: ",")), "initial": .text("prior")], draws: 5000, leapfrogs: 300_000),
        Posterior(name: "eight schools", id: "sampling.schools", leapfrogs: 500_000),
        Posterior(
            name: "logistic 569 x 30", id: "sampling.logistic", values: ["holdout": .real(0)], leapfrogs: 35_000,
            curvaturePeers: ["NumPyro logistic 569 x 30, dense matrix", "nutpie logistic 569 x 30, low-rank matrix"]),
        Posterior(
            name: "volatility, 2,905 days", id: "sampling.volatility", chains: 2, warmup: 100, draws: 100, leapfrogs: 12_000,
            curvaturePeers: ["nutpie volatility, 2,905 days, low-rank matrix"]),
    ]
    var measured: [Measurement] = []
    for posterior in posteriors {
        guard let type = SamplingCatalog.experiments.first(where: { $0.card.id == posterior.id }) else { continue }
        measured.append(try leapfrogs(type, posterior))
        measured += try effectiveDraws(type, posterior, isDiagonal: false)
        if posterior.curvaturePeers != nil { measured += try effectiveDraws(type, posterior, isDiagonal: true) }
    }
    for type in SamplingCatalog.experiments where type.card.id != "sampling.diagnose" { measured.append(try firstDraw(type)) }
    measured.append(
        try watching(
            "sampling.mixture", "SGLD, 4 chains of 4,000,000 updates, thinned to 40,000 draws", ["updates": .integer(4_000_000)], 20_000))
    measured.append(
        try watching(
            "sampling.schools", "NUTS on eight schools, 4 chains of 20,000 draws", ["sampler": .text("nuts"), "draws": .integer(20_000)],
            100))
    measured.append(
        try watching(
            "sampling.logistic", "NUTS on logistic 569 x 30, 4 chains of 1,000 draws", ["sampler": .text("nuts"), "holdout": .real(0)], 25))
    measured.append(try memory())
    measured.append(try filter())
    return measured
}

/// Takes steps in slices, as a session does; `between` hears after each.
private func advance<E: Experiment>(_ run: inout E, _ steps: Int, slice: Int, between: (E) -> Void = { _ in }) throws {
    var left = steps
    while left > 0 {
        let progress = try run.step(min(left, slice))
        left -= progress.steps
        between(run)
        if progress.state != .ready { return }
    }
}

/// Processor time of the calling thread.
private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// The least time of a leapfrog step over stretches of one chain, the first of them its warm-up.
private func leapfrogs<E: Experiment>(_ type: E.Type, _ posterior: Posterior) throws -> Measurement {
    let settings: [String: Value] = ["sampler": .text("nuts"), "chains": .integer(1), "warmup": .integer(60), "draws": .integer(1_000_000)]
    var run = try E(Setup(card: E.card, values: posterior.values.merging(settings) { $1 }, seed: 1))
    try advance(&run, 60, slice: 60)
    var least = Double.infinity
    for _ in 0..<12 {
        // The thread's own time, which what else the machine does can lengthen but little.
        let before = run.results().number("gradientEvaluations") ?? 0
        let began = threadSeconds()
        repeat { _ = try run.step(posterior.warmup < 1000 ? 4 : 200) } while threadSeconds() - began < 0.04
        let seconds = threadSeconds() - began
        least = min(least, seconds / ((run.results().number("gradientEvaluations") ?? .nan) - before))
    }
    return Measurement(
        name: "a leapfrog step of \(posterior.name), one thread", seconds: least,
        note: "\(Int((0.001 / least).rounded())) k leapfrog steps/s of the thread's time, all that NUTS does included",
        aim: 1 / posterior.leapfrogs)
}

/// The better of two runs, or one where a run takes long; slices are those of a session.
private func effectiveDraws<E: Experiment>(_ type: E.Type, _ posterior: Posterior, isDiagonal: Bool) throws -> [Measurement] {
    var values = posterior.values
    values["sampler"] = .text("nuts")
    values["chains"] = .integer(posterior.chains)
    // A matrix that begins as the curvature's has less to learn.
    let curvature = posterior.curvaturePeers != nil && !isDiagonal
    let (warmup, draws) = curvature ? (300, 1000) : (posterior.warmup, posterior.draws)
    values["warmup"] = .integer(warmup)
    values["draws"] = .integer(draws)
    if isDiagonal { values["massMatrix"] = .text("diagonal") }
    let clock = ContinuousClock()
    var (sampling, whole, least, steps) = (Double.infinity, Double.infinity, 0.0, 0.0)
    for seed in (posterior.warmup < 1000 && !curvature ? [1] : [1, 2]) as [UInt64] {
        let began = clock.now
        var run = try E(Setup(card: E.card, values: values, seed: seed))
        // Slices of a few milliseconds, as a session's are.
        let slice = posterior.leapfrogs > 20_000 ? 100 : 25
        try advance(&run, warmup, slice: slice)
        let warm = clock.now
        try advance(&run, .max, slice: slice)
        let ended = clock.now
        let ess = run.results().number("minEssBulk") ?? .nan
        let (a, b) = (1000 * (ended - warm).inSeconds / ess, 1000 * (ended - began).inSeconds / ess)
        if a < sampling { (sampling, least, steps) = (a, ess, run.results().number("gradientEvaluations") ?? .nan) }
        whole = min(whole, b)
    }
    func note(_ seconds: Double) -> String { "\(Int((1000 / seconds).rounded())) effective draws/s" }
    let why =
        isDiagonal
        ? "; with a diagonal matrix a draw takes as many leapfrog steps as the peers': their speed is what differs, and no compiling" : ""
    let name = posterior.name + (isDiagonal ? ", diagonal mass matrix" : "")
    let peers = ["NumPyro \(posterior.name)", "nutpie \(posterior.name)"] + (curvature ? posterior.curvaturePeers ?? [] : [])
    return [
        Measurement(
            name: "1000 effective draws of \(name), sampling alone", seconds: sampling,
            note: note(sampling)
                + ", smallest bulk ESS \(Int(least)) by the program's own count, \(Int(steps)) leapfrog steps in all, \(warmup) transitions of warm-up",
            peers: peers, aimedRatio: 1, aimedPeers: 2),
        Measurement(
            name: "1000 effective draws of \(name), start-up and warm-up included", seconds: whole, note: note(whole) + why,
            peers: peers.map { $0 + " with start-up" }, aimedRatio: isDiagonal ? nil : 50, aimedPeers: 2),
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

/// What the diagnostics made while chains run cost, of the time of a run: each is made again by itself, on draws as many.
private func watching(_ id: String, _ name: String, _ values: [String: Value], _ slice: Int) throws -> Measurement {
    guard let type = SamplingCatalog.experiments.first(where: { $0.card.id == id }) else { preconditionFailure("\(id) is in the catalog") }
    return try watching(type, name, values, slice)
}

private func watching<E: Experiment>(_ type: E.Type, _ name: String, _ values: [String: Value], _ slice: Int) throws -> Measurement {
    var looks: [(draws: Int, every: Int)] = []
    let chains = 4
    var quantities = 0
    let clock = ContinuousClock()
    // Once to see what is looked at, then for the time.
    var run = try E(Setup(card: E.card, values: values, seed: 1))
    try advance(&run, .max, slice: slice) { run in
        let results = run.results()
        guard let draws = results.number("drawsDiagnosed").map({ Int($0) }), draws > 0, draws != looks.last?.draws else { return }
        let note = results.warnings.first { $0.contains("are of every") }
        let every = note.flatMap { Int($0.split(separator: " ").first { $0.first?.isNumber == true }?.prefix { $0.isNumber } ?? "") } ?? 1
        looks.append((draws, every))
        quantities = results.numbers("mean")?.count ?? 0
    }
    let seconds =
        try (0..<5).map { _ in
            var run = try E(Setup(card: E.card, values: values, seed: 1))
            let began = clock.now
            try advance(&run, .max, slice: slice)
            return (clock.now - began).inSeconds
        }.min() ?? .nan
    let final = looks.removeLast()
    // All quantities as the run has them diagnosed, on all cores unless there are few or very many numbers.
    func cost(_ look: (draws: Int, every: Int)) -> Double {
        var x = 0.0
        let draws = (0..<chains).map { chain in
            (0..<look.draws / look.every).map { place -> Double in
                x = 0.9 * x + Double((place &* 7919 &+ chain &* 104729) % 1009) / 1009
                return x
            }
        }
        let values = look.draws / look.every * chains
        var ofAll = [DrawSummary](repeating: DrawSummary(), count: quantities)
        return time(rounds: 5) {
            Parallel.forEach(&ofAll, when: values > 2000 && values < 1 << 20) { _, summary in summary = Diagnostics.summary(draws) }
        }
    }
    let spent = looks.reduce(0) { $0 + cost($1) }
    let list = looks.suffix(6).map { $0.every == 1 ? "\($0.draws)" : "\($0.draws) (1 in \($0.every))" }.joined(separator: ", ")
    return Measurement(
        name: "live diagnostics of \(name)", seconds: 100 * spent / (seconds - cost(final)),
        note: "of the chains' time; \(looks.count) times while they run\(list.isEmpty ? "" : ", last at \(list)")", aim: 5, unit: "%")
}

/// One likelihood of the built-in returns by the filter, as a change of the place at which it is shown computes it.
private func filter() throws -> Measurement {
    guard let type = SamplingCatalog.experiments.first(where: { $0.card.id == "sampling.volatility" }) else {
        return Measurement(name: "", seconds: .nan)
    }
    return Measurement(
        name: "log p(x | σ, ν) of 2,905 days by the filter", seconds: try likelihood(type), note: "states summed out on a grid of 561",
        aim: 0.025)
}

private func likelihood<E: Experiment>(_ type: E.Type) throws -> Double {
    var run = try E(Setup(card: E.card, seed: 1))
    return try time(rounds: 9) { try run.apply(Change("sigmaAt", .real(0.0955))) }
}

/// The peak of memory with 64 chains of a million updates, every second kept.
private func memory() throws -> Measurement {
    guard let type = SamplingCatalog.experiments.first(where: { $0.card.id == "sampling.mixture" }) else {
        return Measurement(name: "", seconds: .nan)
    }
    try run64(type)
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line.flatMap { Double($0.split(whereSeparator: \.isWhitespace)[1]) } ?? .nan
    return Measurement(
        name: "peak memory, 64 chains of 1,000,000 updates, every second kept", seconds: kilobytes / 1024,
        note: "64,000,000 numbers in two columns a chain: 512 MB are the draws; diagnostics and summary included", aim: 1024, unit: "MB")
}

private func run64<E: Experiment>(_ type: E.Type) throws {
    let values: [String: Value] = [
        "chains": .integer(64), "updates": .integer(1_000_000), "thin": .integer(2), "batch": .integer(1),
    ]
    var run = try E(Setup(card: E.card, values: values, seed: 1))
    try advance(&run, .max, slice: 10_000)
    _ = run.results()
}
