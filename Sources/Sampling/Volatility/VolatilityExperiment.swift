import Engine
import Kernels
import Plotting
import Statistics

/// Stochastic volatility of a series of returns: chains on thousands of states beside the exact answer by a deterministic filter.
struct VolatilityExperiment: Experiment {
    /// How the posterior is had.
    enum Method: String, Sendable, Codable, CaseIterable {
        /// Chains on σ, ν and all states.
        case joint
        /// Quadrature over σ and ν with the filter's likelihood.
        case exact
        /// Metropolis on σ and ν with the filter's likelihood.
        case metropolis
        /// The source's scheme.
        case source
    }

    let data: VolatilityData
    private let method: Method
    private(set) var run: ChainRun<VolatilityTarget>?
    private(set) var marginal: MarginalRun?
    private var band: BandTally?
    private(set) var quadrature: VolatilityQuadrature?
    private var place: (sigma: Double, nu: Double)
    /// Follow from the rest; made again.
    private let builtin: VolatilityPosterior?
    private var logLikelihood: Double
    private let times: [Double]

    /// The chains at their starting places, or the quadrature before its first likelihood.
    ///
    /// - Throws: `UserError` when a parameter or the data are refused.
    init(_ setup: Setup) throws {
        data = try VolatilityData(setup)
        method = Method(rawValue: setup.choice("method")) ?? .joint
        place = (setup.real("sigmaAt"), setup.real("nuAt"))
        try Self.check(place)
        switch method {
        case .joint:
            let target = VolatilityTarget(returns: data.returns, isCentred: setup.choice("parameterisation") == "centred")
            run = try ChainRun(target, setup)
            band = Self.tally(data)
        case .exact: quadrature = VolatilityQuadrature(data.returns)
        case .metropolis, .source:
            marginal = try MarginalRun(method, data, setup)
            if method == .source { band = Self.tally(data) }
        }
        builtin = data.isBuiltinWhole ? VolatilityPosterior.builtin : nil
        times = data.times
        logLikelihood = 0
        logLikelihood = likelihoodAtPlace
    }

    private static func tally(_ data: VolatilityData) -> BandTally {
        BandTally(days: data.returns.count, lower: VolatilityFilter.range(data.returns).lowerBound - 0.5)
    }

    private static func check(_ place: (sigma: Double, nu: Double)) throws {
        guard place.sigma >= 0.002, place.sigma <= 10 else {
            throw UserError("sigmaAt: \(place.sigma) is refused; expected 0.002 to 10", parameter: "sigmaAt")
        }
        guard place.nu > 0, place.nu.isFinite else {
            throw UserError("nuAt: \(place.nu) is refused; expected a number above 0", parameter: "nuAt")
        }
    }

    private var likelihoodAtPlace: Double {
        VolatilityFilter(data.returns, range: VolatilityFilter.range(data.returns)).logLikelihood(sigma: place.sigma, nu: place.nu)
    }

    /// The exact posterior: the built-in series', or the one just integrated.
    var exact: VolatilityPosterior? { quadrature?.posterior ?? builtin }

    // MARK: The machine

    /// Takes up to `count` steps: transitions of every chain, or likelihoods.
    mutating func step(_ count: Int) throws -> Progress {
        if quadrature != nil { return quadrature?.step(count) ?? .ran(0) }
        if marginal != nil { return Self.advance(&marginal, &band, data.returns, count) }
        return Self.advance(&run, &band, count)
    }

    private static func advance(_ run: inout MarginalRun?, _ band: inout BandTally?, _ returns: [Double], _ count: Int) -> Progress {
        run?.step(count, returns) { path in band?.add(path) } ?? .ran(0)
    }

    private static func advance(_ run: inout ChainRun<VolatilityTarget>?, _ band: inout BandTally?, _ count: Int) -> Progress {
        run?.step(count) { _, value, _ in band?.add { value($0 + 2) } } ?? .ran(0)
    }

    /// Takes over a live parameter's new value.
    ///
    /// - Throws: `UserError` when it is refused; nothing has changed then.
    mutating func apply(_ change: Change) throws {
        if change.name == "sigmaAt" || change.name == "nuAt", case .real(let value) = change.value {
            let next = change.name == "sigmaAt" ? (sigma: value, nu: place.nu) : (sigma: place.sigma, nu: value)
            try Self.check(next)
            place = next
            logLikelihood = likelihoodAtPlace
            return
        }
        // A parameter of chains means nothing to the quadrature.
        guard run != nil else {
            guard Self.card.parameter(change.name)?.effect == .live else {
                throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
            }
            return
        }
        guard let splits = try run?.apply(change) ?? nil else { throw UserError("\(Self.card.id) has no live parameter “\(change.name)”") }
        if splits { band = Self.tally(data) }
    }

    // MARK: What is seen

    /// The named results so far.
    func results() -> Results {
        var results = Results()
        let moments = exact?.moments
        if let run {
            results.addExact(means: moments?.means ?? [], sds: moments?.sds ?? [], run)
        }
        results["exactMean"] = moments.map { .numbers($0.means) } ?? ResultValue.none
        results["exactSd"] = moments.map { .numbers($0.sds) } ?? ResultValue.none
        results["exactQuartilesSigma"] = exact.map { .numbers($0.quartiles(0)) } ?? ResultValue.none
        results["exactQuartilesNu"] = exact.map { .numbers($0.quartiles(1)) } ?? ResultValue.none
        results["logEvidence"] = .optional(exact?.logEvidence)
        results["logLikelihood"] = .known(logLikelihood)
        let peak = Self.peak(exact?.band ?? [])
        results["peakDate"] = peak.map { .text(data.dates[$0]) } ?? ResultValue.none
        results["peakVolatility"] = peak.flatMap { exact?.band[$0] }.map { .numbers($0) } ?? ResultValue.none
        run?.addResults(to: &results)
        if let marginal {
            results.addExact(means: moments?.means ?? [], sds: moments?.sds ?? [], marginal.run)
            marginal.addResults(to: &results)
            results["sd"] = .array(marginal.run.diagnosis.summaries.map { .optional($0.sd) })
        }
        if let run { results["sd"] = .array(run.diagnosis.summaries.map { .optional($0.sd) }) }
        results["days"] = .integer(data.returns.count)
        results["likelihoods"] = .integer(quadrature?.evaluations ?? 0)
        if exact == nil {
            results.warnings.append(
                quadrature?.progress
                    ?? "the exact posterior of these returns is not known yet: method=exact computes it, a likelihood a step")
        }
        return results
    }

    /// The day of the highest median.
    static func peak(_ band: [[Double]]) -> Int? {
        band.indices.filter { band[$0].count == 3 && band[$0][1].isFinite }.max { band[$0][1] < band[$1][1] }
    }

    private static let quantiles = [0.05, 0.5, 0.95]

    /// The named tables so far.
    func tables() -> [Table] {
        func table(_ name: String, _ band: [[Double]]) -> Table {
            Table(
                name, columns: ["date", "q5", "median", "q95"],
                rows: band.indices.filter { band[$0].count == 3 }.map { day in
                    [.text(data.dates[day])] + band[day].map { .number($0) }
                })
        }
        let own = band?.quantiles(Self.quantiles) ?? exact?.band ?? []
        return (run?.tables() ?? marginal?.run.tables() ?? []) + [
            table("volatility", own), table("volatilityExact", exact?.band ?? []), posteriorTable,
        ]
    }

    private var posteriorTable: Table {
        var table = Table("posteriorExact", columns: ["logSigma", "logNu", "logJoint"])
        guard let exact else { return table }
        table.rows = exact.logJoint.enumerated().map { place, value in
            [.number(exact.logSigma[place % exact.logSigma.count]), .number(exact.logNu[place / exact.logSigma.count]), .number(value)]
        }
        return table
    }

    /// One of the card's figures.
    func figure(_ id: String) -> Figure {
        switch id {
        case "band": return bandFigure()
        case "surface": return surfaceFigure()
        case "predictive": return predictiveFigure()
        case "marginals":
            if let run { return run.marginalsFigure { exact?.curve($0) } }
            if let marginal { return marginal.run.marginalsFigure { exact?.curve($0) } }
            return exactMarginals()
        default:
            return run?.figure(id) ?? marginal?.run.figure(id)
                ?? Figure(id, title: Self.title(id), body: .empty("method=exact has no chains; choose method=joint"))
        }
    }

    private static func title(_ id: String) -> String { card.figures.first { $0.id == id }?.title ?? id }

    private func exactMarginals() -> Figure {
        guard let exact else { return Figure("marginals", title: "Exact marginals", body: .empty(quadrature?.progress ?? "")) }
        let panels = ["sigma", "nu"].enumerated().map { axis, name in
            Figure(
                "marginals." + name, title: "", x: Axis(name), y: Axis("density", from: 0),
                [Line(exact.curve(axis), Look("exact", .reference))])
        }
        return Figure("marginals", title: "Exact marginals", body: .grid(panels, columns: 2))
    }

    private func bandFigure() -> Figure {
        let own = band?.quantiles(Self.quantiles) ?? []
        let exactBand = exact?.band ?? []
        var marks: [any Mark] = [
            Line(zip(times, data.returns).map { Point(x: $0, y: abs($1)) }, Look("|return|", .series1, isDim: true))
        ]
        func lines(_ band: [[Double]], _ look: Look) {
            guard band.count == times.count else { return }
            var shade = look
            shade.label = nil
            let known = band.map { $0.count == 3 ? $0 : [.nan, .nan, .nan] }
            marks.append(Band(x: times, lower: known.map { $0[0] }, upper: known.map { $0[2] }, shade))
            marks.append(Line(zip(times, known).map { Point(x: $0, y: $1[1]) }, look))
        }
        lines(exactBand, Look("exact 5-95%", .reference))
        lines(own, Look("chains 5-95%", .series0))
        var caption =
            quadrature?.progress
            ?? (own.isEmpty
                ? (band == nil ? "σ and ν alone are drawn" : "the band comes with the first draw") : "\(band?.draws ?? 0) draws")
        if let peak = Self.peak(exactBand) {
            caption += "; highest on \(data.dates[peak]): \(exactBand[peak].map { rounded($0) }.joined(separator: ", "))"
        }
        return Figure(
            "band", title: "Daily volatility and absolute returns", caption: caption, x: Axis(data.dates.first == "1" ? "day" : "year"),
            y: Axis("volatility", from: 0), marks)
    }

    private func surfaceFigure() -> Figure {
        let surface = exact?.surface
        if let marginal {
            return marginal.run.pairFigure(
                "surface", title: "Chains on the exact posterior of log σ, log ν", 0, 1, names: ("log sigma", "log nu"), exact: surface
            ) { Point(x: Kernels.log($0), y: Kernels.log($1)) }
        }
        guard let run else {
            guard let surface else {
                return Figure("surface", title: "Posterior of log σ, log ν", body: .empty(quadrature?.progress ?? ""))
            }
            return Figure(
                "surface", title: "Posterior of log σ, log ν", x: Axis("log sigma"), y: Axis("log nu"),
                [HeatMap(surface.grid, low: 0, high: surface.grid.values.max() ?? 1, Look(nil)), surface.contours])
        }
        return run.pairFigure(
            "surface", title: "Chains on the exact posterior of log σ, log ν", 0, 1, names: ("log sigma", "log nu"), exact: surface
        ) { Point(x: Kernels.log($0), y: Kernels.log($1)) }
    }

    /// Returns over their day's volatility against the Student t that the model believes them to have.
    private func predictiveFigure() -> Figure {
        let own = band?.quantiles(Self.quantiles) ?? []
        let medians = own.isEmpty ? exact?.band ?? [] : own
        let nu = (run?.diagnosis ?? marginal?.run.diagnosis)?.summaries.last?.mean ?? exact?.moments.means[1]
        guard let nu, medians.count == data.returns.count else {
            return Figure("predictive", title: "Posterior predictive check", body: .empty("comes with the first diagnosed draws"))
        }
        let ratios = zip(data.returns, medians).map { $1.count == 3 ? $0 / $1[1] : .nan }
        let (bins, reach) = (40, 5.0)
        var counts = [Double](repeating: 0, count: bins)
        for ratio in ratios where abs(ratio) < reach { counts[Int((ratio / reach + 1) / 2 * Double(bins))] += 1 }
        let width = 2 * reach / Double(bins)
        let student = StudentTDistribution(degreesOfFreedom: nu)
        return Figure(
            "predictive", title: "Returns over their volatility, and the Student t",
            caption: "ν \(rounded(nu)); \(ratios.filter { abs($0) >= reach }.count) returns beyond ±5",
            x: Axis("return / median volatility"), y: Axis("density", from: 0),
            [
                Histogram(
                    edges: (0...bins).map { -reach + Double($0) * width }, heights: counts.map { $0 / (width * Double(ratios.count)) },
                    Look("returns", .series1), isOutline: true),
                Line(densityCurve(-reach...reach) { student.density($0) }, Look("Student t", .reference)),
            ])
    }

    // MARK: Codable

    private enum Key: String, CodingKey { case data, method, run, marginal, band, quadrature, sigmaAt, nuAt }

    /// Writes all but what follows from it.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(data, forKey: .data)
        try container.encode(method, forKey: .method)
        try container.encodeIfPresent(run, forKey: .run)
        try container.encodeIfPresent(marginal, forKey: .marginal)
        try container.encodeIfPresent(band, forKey: .band)
        try container.encodeIfPresent(quadrature, forKey: .quadrature)
        try container.encode(place.sigma, forKey: .sigmaAt)
        try container.encode(place.nu, forKey: .nuAt)
    }

    /// Reads what `encode` wrote.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        data = try container.decode(VolatilityData.self, forKey: .data)
        method = try container.decode(Method.self, forKey: .method)
        run = try container.decodeIfPresent(ChainRun<VolatilityTarget>.self, forKey: .run)
        marginal = try container.decodeIfPresent(MarginalRun.self, forKey: .marginal)
        band = try container.decodeIfPresent(BandTally.self, forKey: .band)
        quadrature = try container.decodeIfPresent(VolatilityQuadrature.self, forKey: .quadrature)
        place = (try container.decode(Double.self, forKey: .sigmaAt), try container.decode(Double.self, forKey: .nuAt))
        builtin = data.isBuiltinWhole ? VolatilityPosterior.builtin : nil
        times = data.times
        logLikelihood = 0
        logLikelihood = likelihoodAtPlace
    }
}
