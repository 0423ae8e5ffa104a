import Engine
import Kernels
import Plotting

/// Entropy and mutual information from data, by every estimator in use, and what each gets wrong.
///
/// The plug-in estimate is too small by about (K-1)/(2N), and every other is a way of mending that. The first step computes the estimates;
/// every further one draws once at each sample size of the bench from a distribution whose entropy is known, and shuffles y once
/// against x to tell what mutual information comes by chance.
struct EstimateExperiment: Experiment {
    /// The counts in the test of Nemenman, Shafee & Bialek's estimator: twenty outcomes seen of a hundred.
    static let defaultCounts = "12,4,12,4,5,3,1,5,1,2,2,2,2,11,3,4,12,12,1,2"

    static let card = Card(
        id: "entropy.estimate", title: "Entropy from data",
        summary: "Entropy estimated from counts, tokens or numbers by every estimator in use, with bias and spread on a bench",
        parameters: [
            .list("counts", defaultCounts, "how often each outcome was seen, or @file.csv:column of such counts; empty for none"),
            .file("file", "", "a file whose tokens, or the cells of one of whose columns, are counted; empty for none"),
            .choice("tokens", TokenCounts.Unit.allCases.map(\.rawValue), initial: "word", "what the file is cut into"),
            .text("column", "", "a column of the file, as CSV: its cells are counted; empty for the tokens of its text"),
            .integer("order", 1, in: 1...5, "how many tokens in a row are one outcome"),
            .integer("alphabet", 0, in: 0...1_000_000_000_000, "K, how many outcomes are possible; 0 for those seen"),
            .list("x", "", "numbers, one an observation: 1.2,0.7,… or @file.csv:column"),
            .list("y", "", "a second variable beside x, for mutual information"),
            .integer("neighbours", 3, in: 1...10_000, "k of the nearest-neighbour estimators"),
            .integer(
                "permutations", 0, in: 0...1_000_000,
                "shuffles of y for permutationP; 0 for 99, and above 2,000 observations fewer, at least 19"),
            .text("bench", "data", "what the bench draws from: data, uniform, zipf, a list of probabilities, or none"),
            .integer("repeats", 100, in: 1...1_000_000, log: true, "how often the bench draws at each sample size"),
        ],
        results: [
            ResultCard("plugin", unit: "nats", "-Σ (n/N) log(n/N)", headline: true),
            ResultCard("millerMadow", unit: "nats", "plug-in + (K-1)/(2N), K outcomes seen", headline: true),
            ResultCard("jackknife", unit: "nats", "N·H - (N-1)·mean H without one observation"),
            ResultCard("grassberger1988", unit: "nats", "Σ (n/N)(log N - ψ(n) - (-1)^n/(n+1))"),
            ResultCard("grassberger2003", unit: "nats", "log N - (1/N) Σ n G(n)", headline: true),
            ResultCard("chaoShen", unit: "nats", "by coverage and the chance of having been seen", headline: true),
            ResultCard("jamesStein", unit: "nats", "plug-in of probabilities shrunk to the uniform over K"),
            ResultCard("jamesSteinLambda", "the weight of the uniform distribution in it"),
            ResultCard("dirichlet", unit: "nats", "plug-in of (n+a)/(N+Ka) for a = 1, ½, 1/K"),
            ResultCard("dirichletMean", unit: "nats", "posterior mean entropies under the same priors (Wolpert & Wolf)"),
            ResultCard("nsb", unit: "nats", "Nemenman, Shafee & Bialek's posterior mean entropy over K", headline: true),
            ResultCard("nsbSd", unit: "nats", "its posterior standard deviation", headline: true),
            ResultCard("coverage", "the share of probability that was seen: 1 - f1/N"),
            ResultCard("support", "outcomes seen"),
            ResultCard("singletons", "f1, outcomes seen once"),
            ResultCard("samples", "N, observations counted"),
            ResultCard("ksg1", unit: "nats", "mutual information by Kraskov, Stögbauer & Grassberger's first estimator", headline: true),
            ResultCard("ksg2", unit: "nats", "by their second", headline: true),
            ResultCard("permutationP", "share of shuffles of y, and of the data itself, with as much ksg1", headline: true),
            ResultCard("kozachenkoLeonenko", unit: "nats", "differential entropy of x, or of (x,y), by nearest neighbours", headline: true),
            ResultCard("vasicek", unit: "nats", "differential entropy of x by spacings, window √N"),
            ResultCard("vanEs", unit: "nats", "with van Es' correction"),
            ResultCard("ebrahimi", unit: "nats", "with Ebrahimi, Pflughoeft & Soofi's weights at the ends"),
            ResultCard("correa", unit: "nats", "by local regression"),
            ResultCard("pearson", "the correlation of x and y"),
            ResultCard("gaussianMutualInformation", unit: "nats", "-½ log(1 - r²), what it is worth if both are normal"),
            ResultCard("benchEntropy", unit: "nats", "the entropy of what the bench draws from"),
            ResultCard("benchRepeats", "repeats of the bench done"),
        ],
        tables: [
            TableCard("estimates", "each estimator with its estimate"),
            TableCard("bench", "each estimator at each sample size: mean, bias, standard deviation, root mean square error"),
            TableCard("tokens", "the commonest outcomes with counts and shares"),
        ],
        figures: [
            FigureCard("bench", "Bias and spread against sample size"), FigureCard("estimates", "What each estimator says"),
            FigureCard("ranks", "Rank and frequency"), FigureCard("pairs", "The numbers"),
            FigureCard("permutations", "Mutual information by chance"),
        ],
        citation: "L. Paninski, Estimation of Entropy and Mutual Information (2003); A. Kraskov et al. (2004); I. Nemenman et al. (2002)",
        stepName: "repeat", presets: EntropyPresets.estimate)

    let problem: EstimateProblem
    let spectrum: CountSpectrum
    private(set) var nsb: (mean: Double, deviation: Double)?
    private(set) var numeric: NumericEstimates?
    /// ksg1 of each shuffle so far.
    private(set) var shuffled: [Double] = []
    private(set) var bench: EstimatorBench?
    private let table: AliasTable?
    private let seed: UInt64
    private(set) var isEstimated = false

    init(_ setup: Setup) throws {
        try self.init(EstimateProblem(setup), seed: setup.seed)
    }

    private init(_ problem: EstimateProblem, seed: UInt64) throws {
        self.problem = problem
        self.seed = seed
        spectrum = CountSpectrum(problem.counts)
        bench = problem.bench.isEmpty ? nil : EstimatorBench(problem.bench)
        table = problem.bench.isEmpty ? nil : AliasTable(problem.bench)
    }

    mutating func step(_ count: Int) throws -> Progress {
        var taken = 0
        while taken < count, !isFinished {
            if isEstimated { repeatOnce() } else { estimate() }
            taken += 1
        }
        return Progress(taken, isFinished ? .finished("estimated") : .ready)
    }

    private var isFinished: Bool {
        isEstimated && shuffled.count >= problem.permutations && (bench.map { $0.repeats >= problem.repeats } ?? true)
    }

    private mutating func estimate() {
        if spectrum.total > 0 {
            let posterior = NemenmanShafeeBialek(spectrum, alphabet: problem.alphabet, wantsDeviation: true)
            nsb = (posterior.mean, posterior.deviation ?? 0)
        }
        if !problem.x.isEmpty { numeric = NumericEstimates(problem) }
        isEstimated = true
    }

    private mutating func repeatOnce() {
        if shuffled.count < problem.permutations {
            var stream = RandomStream(seed: seed, purpose: "shuffle", chain: shuffled.count)
            var y = problem.y
            stream.shuffle(&y)
            shuffled.append(KraskovEstimator(problem.x, y, neighbours: problem.neighbours).first)
        }
        if let table, (bench?.repeats ?? 0) < problem.repeats { bench?.run(seed: seed, table: table) }
    }

    /// The share of the shuffles, the data as they are counted among them, with at least the mutual information found.
    var permutationP: Double? {
        guard let found = numeric?.ksg1, !shuffled.isEmpty else { return nil }
        return Double(1 + shuffled.count { $0 >= found }) / Double(1 + shuffled.count)
    }

    /// The estimate of each estimator, in their order; NSB's is known after the first step.
    var estimates: [Double?] {
        guard spectrum.total > 0 else { return DiscreteEstimator.allCases.map { _ in nil } }
        return DiscreteEstimator.allCases.map { $0 == .nsb ? nsb?.mean : $0.estimate(spectrum, alphabet: problem.alphabet) }
    }

    func results() -> Results {
        var results = Results(warnings: problem.notes)
        if spectrum.total > 0 { tellCounts(in: &results) }
        if let numeric {
            if !problem.y.isEmpty {
                results["ksg1"] = .optional(numeric.ksg1)
                results["ksg2"] = .optional(numeric.ksg2)
                results["permutationP"] = .optional(permutationP)
            }
            results["kozachenkoLeonenko"] = .optional(numeric.kozachenkoLeonenko)
            results["vasicek"] = .optional(numeric.spacings?.vasicek)
            results["vanEs"] = .optional(numeric.spacings?.vanEs)
            results["ebrahimi"] = .optional(numeric.spacings?.ebrahimi)
            results["correa"] = .optional(numeric.spacings?.correa)
            if !problem.y.isEmpty {
                results["pearson"] = .optional(numeric.pearson)
                results["gaussianMutualInformation"] = .optional(numeric.gaussian)
            }
            results.warnings += numeric.warnings
        }
        if let bench {
            results["benchEntropy"] = .number(bench.entropy)
            results["benchRepeats"] = .integer(bench.repeats)
        }
        return results
    }

    private func tellCounts(in results: inout Results) {
        let alphabet = problem.alphabet
        let strengths = [1, 0.5, 1 / alphabet]
        results["plugin"] = .number(spectrum.plugin)
        results["millerMadow"] = .number(spectrum.millerMadow)
        results["jackknife"] = .number(spectrum.jackknife)
        results["grassberger1988"] = .number(spectrum.grassberger1988)
        results["grassberger2003"] = .number(spectrum.grassberger2003)
        results["chaoShen"] = .number(spectrum.chaoShen)
        results["jamesStein"] = .number(spectrum.jamesStein(alphabet: alphabet))
        results["jamesSteinLambda"] = .number(spectrum.jamesSteinLambda(alphabet: alphabet))
        results["dirichlet"] = .numbers(strengths.map { spectrum.dirichlet(alphabet: alphabet, a: $0) })
        results["dirichletMean"] = .numbers(strengths.map { spectrum.dirichletMean(alphabet: alphabet, a: $0) })
        results["nsb"] = .optional(nsb?.mean)
        results["nsbSd"] = .optional(nsb?.deviation)
        results["coverage"] = .number(spectrum.coverage)
        results["support"] = .integer(spectrum.support)
        results["singletons"] = .integer(spectrum.singletons)
        results["samples"] = .integer(spectrum.total)
        if spectrum.total > 1, spectrum.singletons == spectrum.total {
            results.warnings.append("every outcome was seen once: the data say no more than that there are many")
        }
    }

    func tables() -> [Table] {
        var list = Table("estimates", columns: ["estimator", "estimate", "abovePlugin"])
        if spectrum.total > 0 {
            for (estimator, estimate) in zip(DiscreteEstimator.allCases, estimates) {
                list.rows.append([
                    .text(estimator.label), estimate.map { .number($0) } ?? .none,
                    estimate.map { .number($0 - spectrum.plugin) } ?? .none,
                ])
            }
        }
        var trial = Table("bench", columns: ["estimator", "size", "mean", "bias", "sd", "rmse"])
        if let bench, bench.repeats > 0 {
            for (i, estimator) in DiscreteEstimator.allCases.enumerated() {
                for (place, size) in EstimatorBench.sizes.enumerated() {
                    let (bias, sd) = (bench.bias(i, size: place), bench.deviation(i, size: place))
                    let isKnown = bench.repeats > 1
                    trial.rows.append([
                        .text(estimator.label), .integer(size), .number(bench.entropy + bias), .number(bias), isKnown ? .number(sd) : .none,
                        isKnown ? .number((bias * bias + sd * sd).squareRoot()) : .none,
                    ])
                }
            }
        }
        var tokens = Table("tokens", columns: ["rank", "token", "count", "share"])
        let places = problem.common.isEmpty ? ranked : problem.common.map(\.place)
        for (rank, place) in places.enumerated() where problem.counts[place] > 0 {
            let name = problem.common.isEmpty ? String(place + 1) : problem.common[rank].text
            tokens.rows.append([
                .integer(rank + 1), .text(name), .integer(problem.counts[place]), .number(Double(problem.counts[place]) / spectrum.n),
            ])
        }
        return [list, trial, tokens]
    }

    /// The places of the thousand greatest counts, greatest first.
    private var ranked: [Int] {
        let counts = problem.counts
        return Array(counts.indices.sorted { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1 }.prefix(1000))
    }
}

extension EstimateExperiment: Codable {
    /// What a checkpoint holds: the problem as read and what the steps have found.
    private struct Checkpoint: Codable {
        var problem: EstimateProblem
        var seed: UInt64
        var nsb: [Double]
        var numeric: NumericEstimates?
        var shuffled: [Double]
        var bench: EstimatorBench?
        var isEstimated: Bool
    }

    init(from decoder: any Decoder) throws {
        let checkpoint = try Checkpoint(from: decoder)
        try self.init(checkpoint.problem, seed: checkpoint.seed)
        if checkpoint.nsb.count == 2 { nsb = (checkpoint.nsb[0], checkpoint.nsb[1]) }
        (numeric, shuffled, isEstimated) = (checkpoint.numeric, checkpoint.shuffled, checkpoint.isEstimated)
        if checkpoint.bench != nil { bench = checkpoint.bench }
    }

    func encode(to encoder: any Encoder) throws {
        try Checkpoint(
            problem: problem, seed: seed, nsb: nsb.map { [$0.mean, $0.deviation] } ?? [], numeric: numeric, shuffled: shuffled,
            bench: bench,
            isEstimated: isEstimated
        ).encode(to: encoder)
    }
}
