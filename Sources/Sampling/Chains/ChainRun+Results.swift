import Engine
import Plotting
import Statistics

extension ChainRun {
    /// Whether draws carry step sizes as weights.
    var isWeighted: Bool { settings.sampler.weighsByStep }
    /// Whether steps are updates on minibatches, and not transitions.
    var countsUpdates: Bool { settings.sampler.isStochasticGradient }
    /// The step that acts at the next update.
    var stepNow: Double { settings.actingStep(steps, schedule) }

    /// The common results.
    ///
    /// Rates by the clock (leapfrog steps or effective draws a second) are no part of a deterministic machine: the run loop that
    /// measures time supplies them.
    func addResults(to results: inout Results) {
        let summaries = diagnosis.summaries
        results["mean"] = .array(summaries.map { .optional($0.mean) })
        results["mcseMean"] = .array(summaries.map { .optional($0.mcseMean) })
        results["maxRhat"] = .optional(diagnosis.maxRhat)
        results["minEssBulk"] = .optional(diagnosis.minEssBulk)
        results["minEssTail"] = .optional(diagnosis.minEssTail)
        results["drawsDiagnosed"] = .integer(diagnosis.count)
        let hasWeights = isWeighted && weighted.contains { $0.sumOfWeights > 0 }
        results["meanWeighted"] = hasWeights ? .numbers(weighted.map(\.mean)) : ResultValue.none
        results["sdWeighted"] = hasWeights ? .numbers(weighted.map(\.sd)) : ResultValue.none
        results["kishEss"] = hasWeights ? .optional(weighted.first?.kishEss) : ResultValue.none
        results["summedStep"] = countsUpdates ? .number(summedStep) : ResultValue.none
        results["stepSizeNow"] = .number(
            countsUpdates ? stepNow : hamiltonian.reduce(0) { $0 + $1.stepSize } / Double(max(1, hamiltonian.count)))
        let isWarm = !countsUpdates && steps >= settings.warmup
        results["stepSizeAdapted"] =
            isWarm && settings.warmup > 0
            ? .number(hamiltonian.reduce(0) { $0 + $1.stepSize } / Double(hamiltonian.count)) : ResultValue.none
        if let bound = lowerBound {
            results["elbo"] = .number(bound.mean)
            results["elboSe"] = .optional(bound.error)
        }
        results["noiseRatio"] = .optional(diagnosis.noiseRatio)
        results["acceptRate"] = .optional(transitions.meanAcceptance)
        results["divergences"] = .integer(divergences)
        results["ebfmi"] = countsUpdates ? ResultValue.none : .array(transitions.energyFractions.map { .optional($0) })
        results["treeDepthHits"] = .integer(hamiltonian.reduce(0) { $0 + $1.treeDepthHits })
        results["gradientEvaluations"] = .integer(
            stochastic.reduce(0) { $0 + $1.gradientEvaluations } + variational.reduce(0) { $0 + $1.gradientEvaluations }
                + hamiltonian.reduce(0) { $0 + $1.gradientEvaluations })
        results["datumGradients"] = .integer(
            stochastic.reduce(0) { $0 + $1.datumGradients } + variational.reduce(0) { $0 + $1.datumGradients }
                + hamiltonian.reduce(0) { $0 + $1.gradientEvaluations } * target.dataCount)
        results.warnings += warnings
    }

    /// 2nd, 3rd, 16th.
    private func ordinal(_ n: Int) -> String {
        let ending = (11...13).contains(n % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][n % 10] ?? "th"
        return "\(n)\(ending)"
    }

    /// Transitions or updates that diverged.
    var divergences: Int {
        stochastic.reduce(0) { $0 + $1.divergences } + hamiltonian.reduce(0) { $0 + $1.divergences }
            + variational.reduce(0) { $0 + $1.divergences }
    }

    /// Kept draws of each chain that the lower bound is the mean over.
    static var boundWindow: Int { 100 }

    /// Bayes by Backprop's lower bound of the log evidence and its standard error; nil before the first kept draw.
    var lowerBound: (mean: Double, error: Double?)? {
        let values = bounds.flatMap { series in
            (max(0, series.count - Self.boundWindow)..<series.count).map { series.y[$0] }
        }
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return (mean, nil) }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count - 1) / Double(values.count)).squareRoot())
    }

    private var warnings: [String] {
        var warnings: [String] = []
        if draws.segmentCount == 0 {
            warnings.append(draws.segments.count > 1 ? "no draw since the last change" : "no draw yet: the run is in its warm-up")
        } else if diagnosis.count < draws.segmentCount {
            warnings.append(
                diagnosis.count == 0
                    ? "diagnostics come with the draw \(diagnosis.nextCount) of each chain; there are \(draws.segmentCount)"
                    : "mean, R-hat and ESS are of the first \(diagnosis.count) of \(draws.segmentCount) draws of each chain")
        }
        if diagnosis.every > 1 {
            warnings.append("mean, R-hat and ESS are of every \(ordinal(diagnosis.every)) draw: all would cost more than they tell")
        }
        if draws.segments.count > 1 { warnings.append("draws before the last change are kept apart: \(draws.segments.count) segments") }
        if !lateChanges.isEmpty {
            warnings.append("the run was over when \(lateChanges.joined(separator: ", ")) changed: a restart lets it act")
        }
        if settings.chains == 1 { warnings.append("one chain: R-hat needs two") }
        if let fraction = transitions.energyFractions.compactMap({ $0 }).min(), fraction < 0.3 {
            warnings.append("E-BFMI is below 0.3: momentum draws explore the energies too slowly")
        }
        let hits = hamiltonian.reduce(0) { $0 + $1.treeDepthHits }
        if hits > 0 { warnings.append("\(hits) transitions were cut off at maxTreeDepth=\(settings.maxTreeDepth)") }
        if divergences > 0, !countsUpdates {
            warnings.append("\(divergences) transitions diverged: estimates may miss part of the posterior")
        }
        return warnings
    }

    // MARK: Tables

    /// The common tables, exact at this moment.
    func tables() -> [Table] { [summaryTable(), segmentsTable(), drawsTable(), transitionsTable()] }

    /// The diagnostics of all draws since the last change: the latest, if they are of them, or made anew.
    private var summariesNow: [DrawSummary] {
        let spacing = Diagnosis.leastSpacing(draws.segmentCount, chains: draws.chains)
        let isDiagnosed = diagnosis.count == draws.segmentCount && diagnosis.every == spacing && !diagnosis.summaries.isEmpty
        return isDiagnosed ? diagnosis.summaries : Diagnosis.summaries(draws, every: spacing)
    }

    private static func cell(_ value: Double?) -> Table.Value { value.map { .number($0) } ?? .none }

    private func summaryTable() -> Table {
        var table = Table(
            "summary", columns: ["name", "mean", "sd", "mcseMean", "mcseSd", "q5", "median", "q95", "essBulk", "essTail", "rhat"])
        let summaries = summariesNow
        for (q, name) in draws.names.enumerated() {
            let s = summaries[q]
            table.rows.append(
                [.text(name)]
                    + [s.mean, s.sd, s.mcseMean, s.mcseSd, s.q5, s.median, s.q95, s.essBulk, s.essTail, s.rhat].map(Self.cell))
        }
        guard isWeighted, draws.segmentCount > 0 else { return table }
        for (q, name) in draws.names.enumerated() {
            let cuts = weightedQuantiles(q, [0.05, 0.5, 0.95])
            table.rows.append(
                [.text(name + "Weighted"), .number(weighted[q].mean), .number(weighted[q].sd), .none, .none]
                    + cuts.map { .number($0) } + [.none, .none, .none])
        }
        return table
    }

    /// Quantiles of a quantity's draws weighted by step: the least draw up to which the share of weight is reached.
    private func weightedQuantiles(_ quantity: Int, _ probabilities: [Double]) -> [Double] {
        let places = draws.segmentStart..<draws.count
        var items = draws.series[quantity].flatMap { chain in places.map { (value: chain.y[$0], weight: draws.weights[$0]) } }
        items.sort { $0.value < $1.value }
        let total = items.reduce(0) { $0 + $1.weight }
        var (sum, next) = (0.0, 0)
        var cuts: [Double] = []
        for item in items {
            sum += item.weight
            while next < probabilities.count, sum >= probabilities[next] * total {
                cuts.append(item.value)
                next += 1
            }
        }
        return cuts + [Double](repeating: items.last?.value ?? .nan, count: probabilities.count - cuts.count)
    }

    private func segmentsTable() -> Table {
        var table = Table("segments", columns: ["cause", "firstDraw", "lastDraw", "name", "mean", "sd", "essBulk", "rhat"])
        for (k, segment) in draws.segments.enumerated() {
            let end = k + 1 < draws.segments.count ? draws.segments[k + 1].start : draws.count
            guard segment.start < end else { continue }
            // The last stretch is the summary's.
            let latest = k + 1 == draws.segments.count ? summariesNow : nil
            for (q, name) in draws.names.enumerated() {
                let s = latest?[q] ?? Diagnostics.summary(draws.draws(q, segment.start..<end))
                table.rows.append(
                    [
                        .text(segment.cause), .integer(segment.start - draws.firstDraw + 1), .integer(end - draws.firstDraw), .text(name),
                    ] + [s.mean, s.sd, s.essBulk, s.rhat].map(Self.cell))
            }
        }
        return table
    }

    private func drawsTable() -> Table {
        var table = Table("draws", columns: ["chain", "draw"] + draws.names)
        guard draws.firstDraw < draws.count else { return table }
        table.rows.reserveCapacity(draws.chains * (draws.count - draws.firstDraw))
        for chain in 0..<draws.chains {
            for place in draws.firstDraw..<draws.count {
                table.rows.append(
                    [.integer(chain + 1), .integer(place - draws.firstDraw + 1)]
                        + draws.names.indices.map { .number(draws.series[$0][chain].y[place]) })
            }
        }
        return table
    }

    /// What is known of the transition that gave each draw; no rows for samplers without energy.
    private func transitionsTable() -> Table {
        let places = draws.firstDraw..<max(draws.firstDraw, draws.count)
        let knowsDensity = transitions.logDensities.allSatisfy { $0.count >= places.upperBound } && !transitions.logDensities.isEmpty
        var table = Table("transitions", columns: ["chain", "draw"] + (knowsDensity ? ["lp"] : []) + ["energy", "divergent", "stepsize"])
        guard let first = transitions.energies.first, first.count >= places.upperBound * settings.thin else { return table }
        for chain in transitions.energies.indices {
            let divergent = Set(transitions.divergent[chain])
            for place in places {
                let step = (place + 1) * settings.thin
                table.rows.append(
                    [.integer(chain + 1), .integer(place - draws.firstDraw + 1)]
                        + (knowsDensity ? [.number(transitions.logDensities[chain].y[place])] : [])
                        + [
                            .number(transitions.energies[chain].y[step - 1]), .integer(divergent.contains(step) ? 1 : 0),
                            .number(transitions.stepSizes[chain].y[step - 1]),
                        ])
            }
        }
        return table
    }
}
