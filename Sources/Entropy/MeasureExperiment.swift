import Engine
import Kernels
import Plotting

/// A distribution's entropies and what they are beside other measures, and why it has to be a logarithm.
///
/// Three things single out -Σ p log p: it is what (1/N)·log W tends to, it is additive over independent systems, and it can be taken in
/// stages, first among groups and then within them. Rényi's keeps only the additivity, Tsallis' neither, as the gaps against q show.
///
/// Sources: C. E. Shannon, "A mathematical theory of communication" (1948), §6 and appendix 2; A. Rényi (1961); C. Tsallis (1988).
struct MeasureExperiment: Experiment {
    static let card = Card(
        id: "entropy.measure", title: "A distribution's measures",
        summary: "Entropy in its units and families, divergences, joint entropies, multiplicities; and why a logarithm",
        parameters: [
            .list("distribution", "0.5,0.3,0.2", "probabilities that sum to 1 within 1e-9, up to 1,000,000"),
            .list("second", "", "a second distribution over the same outcomes, for divergences and as the other independent system"),
            .text("joint", "", "joint probabilities of X (rows, separated by ;) and Y (columns): 0.4,0.1; 0.1,0.4"),
            .list("counts", "", "how often each outcome was seen, for the multiplicity W = N!/(n1!…nm!)"),
            .text("grouping", "", "outcomes in groups separated by |, such as 1|2,3; empty for none"),
            .real("order", 2, in: 0.1...5, step: 0.1, .live, "q of Rényi's and Tsallis' entropies; at 1 both are Shannon's"),
            .choice(
                "family", ["none"] + DensityFamily.allCases.map(\.rawValue),
                "a family of densities: entropies are then its differential ones, in closed form"),
            .list(
                "familyParameters", "",
                "its parameters: normal, lognormal mean,sd; exponential rate; gamma, weibull shape,scale; uniform lower,upper; beta a,b; "
                    + "pareto minimum,exponent; studentT degrees,scale; chiSquare degrees; rayleigh scale; others location,scale; "
                    + "empty for standard ones"),
            .flag("normalise", false, "divide numbers that do not sum to 1 by their sum, with a warning"),
        ],
        results: [
            ResultCard("nats", unit: "nats", "H = -Σ p log p, or the family's differential entropy -∫ f log f", headline: true),
            ResultCard("bits", unit: "bits", "the same to base 2", headline: true),
            ResultCard("hartleys", unit: "hartleys", "the same to base 10"),
            ResultCard("perplexity", "exp H: as many equal outcomes have this entropy", headline: true),
            ResultCard("renyi", unit: "nats", "log Σ p^q/(1-q)", headline: true),
            ResultCard("tsallis", "(1 - Σ p^q)/(q-1)", headline: true),
            ResultCard("logMultiplicity", unit: "nats", "log W of the counts", headline: true),
            ResultCard("multiplicityPerQuantum", unit: "nats", "(1/N)·log W"),
            ResultCard("multiplicityGap", unit: "nats", "H(counts/N) - (1/N)·log W, which goes to 0 as N grows"),
            ResultCard("kl", unit: "nats", "KL(distribution‖second)", headline: true),
            ResultCard("klReverse", unit: "nats", "KL(second‖distribution)"),
            ResultCard("jensenShannon", unit: "nats", "half of both divergences from the mean of both; at most log 2"),
            ResultCard("jensenShannonDistance", "its square root, a metric"),
            ResultCard("crossEntropy", unit: "nats", "-Σ p log(second)"),
            ResultCard("totalVariation", "½ Σ |p - second|"),
            ResultCard("hellinger", "√(½ Σ (√p - √second)²)"),
            ResultCard("entropyX", unit: "nats", "H(X), of the rows"),
            ResultCard("entropyY", unit: "nats", "H(Y), of the columns"),
            ResultCard("jointEntropy", unit: "nats", "H(X,Y)"),
            ResultCard("conditionalXgivenY", unit: "nats", "H(X|Y)"),
            ResultCard("conditionalYgivenX", unit: "nats", "H(Y|X)"),
            ResultCard("mutualInformation", unit: "nats", "I(X;Y)", headline: true),
            ResultCard("variationOfInformation", unit: "nats", "H(X|Y) + H(Y|X)"),
            ResultCard("normalisedMutualInformation", "I over the mean of H(X) and H(Y)"),
            ResultCard("groupingTotal", unit: "nats", "H of all outcomes"),
            ResultCard("groupingBetween", unit: "nats", "H of the groups"),
            ResultCard("groupingWithin", unit: "nats", "mean H within the groups, weighted by their probabilities"),
            ResultCard("groupingGap", unit: "nats", "total - between - within: 0 for Shannon's", headline: true),
            ResultCard("groupingGapRenyi", unit: "nats", "the same for Rényi's of order q"),
            ResultCard("groupingGapTsallis", "the same for Tsallis' of order q"),
            ResultCard(
                "additivityGapShannon", unit: "nats",
                "H of two independent systems, less both: distribution and second, or distribution twice"),
            ResultCard("additivityGapRenyi", unit: "nats", "the same for Rényi's of order q"),
            ResultCard("additivityGapTsallis", "the same for Tsallis' of order q, (1-q) times the product of both", headline: true),
        ],
        tables: [
            TableCard("outcomes", "each outcome with its probability, surprise -log p and term -p log p"),
            TableCard("groups", "each group with its probability, its entropy and the product"),
        ],
        figures: [
            FigureCard("distribution", "The distribution and its terms"),
            FigureCard("gaps", "Grouping and additivity against the order q"),
            FigureCard("tree", "Entropy in stages"), FigureCard("multiplicity", "W multiplies, its logarithm adds"),
        ],
        citation: "C. E. Shannon, A Mathematical Theory of Communication (1948), §6; A. Rényi (1961); C. Tsallis (1988)",
        stepName: "evaluation", presets: EntropyPresets.measure)

    let problem: MeasureProblem
    private(set) var order: Double
    private(set) var measured: Measured
    private var isDone = false

    init(_ setup: Setup) throws {
        problem = try MeasureProblem(setup)
        order = setup.real("order")
        measured = Measured(problem, order: order)
    }

    /// All is known from the start: the one step only says so.
    mutating func step(_ count: Int) throws -> Progress {
        guard count > 0 else { return Progress(0, isDone ? .finished("evaluated") : .ready) }
        let taken = isDone ? 0 : 1
        isDone = true
        return Progress(taken, .finished("evaluated"))
    }

    mutating func apply(_ change: Change) throws {
        guard change.name == "order", case .real(let order) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
        }
        self.order = order
        measured = Measured(problem, order: order)
    }

    /// The grouping told, or the first outcome against the rest for showing what one is.
    var grouping: Grouping {
        problem.grouping.flatMap { try? Grouping($0, outcomes: problem.distribution.count) }
            ?? Grouping(firstOf: problem.distribution.count)
    }

    func results() -> Results {
        var results = Results(warnings: problem.notes)
        results["nats"] = .number(measured.nats)
        results["bits"] = .number(measured.nats / 0.6931471805599453)
        results["hartleys"] = .number(measured.nats / 2.302585092994046)
        results["perplexity"] = .number(exp(measured.nats))
        results["renyi"] = measured.renyi.isFinite ? .number(measured.renyi) : ResultValue.none
        results["tsallis"] = measured.tsallis.isFinite ? .number(measured.tsallis) : ResultValue.none
        if !measured.renyi.isFinite || !measured.tsallis.isFinite {
            results.warnings.append(
                "at order \(Numbers.short(order)) the integral of f^q of this \(problem.family ?? "distribution") is too large or diverges")
        }
        if let log = measured.logMultiplicity {
            results["logMultiplicity"] = .number(log)
            results["multiplicityPerQuantum"] = .optional(measured.multiplicityPerQuantum)
            results["multiplicityGap"] = .optional(measured.multiplicityGap)
        }
        if let both = measured.divergences { tell(both, in: &results) }
        if let joint = measured.joint { tell(joint, in: &results) }
        if let terms = measured.grouping {
            results["groupingTotal"] = .number(terms[0].total)
            results["groupingBetween"] = .number(terms[0].between)
            results["groupingWithin"] = .number(terms[0].within)
            for (name, term) in zip(["groupingGap", "groupingGapRenyi", "groupingGapTsallis"], terms) {
                results[name] = .number(term.total - term.between - term.within)
            }
        }
        for (name, gap) in zip(["additivityGapShannon", "additivityGapRenyi", "additivityGapTsallis"], measured.additivity) {
            results[name] = .number(gap)
        }
        return results
    }

    private func tell(_ both: Divergences, in results: inout Results) {
        results["kl"] = .optional(both.forward)
        results["klReverse"] = .optional(both.reverse)
        results["jensenShannon"] = .number(both.jensenShannon)
        results["jensenShannonDistance"] = .number(both.jensenShannon.squareRoot())
        results["crossEntropy"] = .optional(both.crossEntropy)
        results["totalVariation"] = .number(both.totalVariation)
        results["hellinger"] = .number(both.hellinger)
        guard let second = problem.second else { return }
        if both.forward == nil, let place = zip(problem.distribution, second).enumerated().first(where: { $1.0 > 0 && $1.1 == 0 })?.offset {
            results.warnings.append(
                "kl and crossEntropy are infinite: outcome \(place + 1) has probability in distribution and none in second")
        }
        if both.reverse == nil, let place = zip(problem.distribution, second).enumerated().first(where: { $1.0 == 0 && $1.1 > 0 })?.offset {
            results.warnings.append("klReverse is infinite: outcome \(place + 1) has probability in second and none in distribution")
        }
    }

    private func tell(_ joint: JointEntropies, in results: inout Results) {
        results["entropyX"] = .number(joint.entropyX)
        results["entropyY"] = .number(joint.entropyY)
        results["jointEntropy"] = .number(joint.joint)
        results["conditionalXgivenY"] = .number(joint.conditionalX)
        results["conditionalYgivenX"] = .number(joint.conditionalY)
        results["mutualInformation"] = .number(joint.mutualInformation)
        results["variationOfInformation"] = .number(joint.variation)
        results["normalisedMutualInformation"] = .optional(joint.normalised)
        if joint.normalised == nil {
            results.warnings.append("normalisedMutualInformation is undefined: X and Y are both certain")
        }
    }

    func tables() -> [Table] {
        var outcomes = Table("outcomes", columns: ["outcome", "probability", "surprise", "term", "second"])
        for (i, p) in problem.distribution.enumerated() {
            outcomes.rows.append([
                .integer(i + 1), .number(p), p > 0 ? .number(-log(p)) : .none, .number(p > 0 ? -p * log(p) : 0),
                problem.second.map { .number($0[i]) } ?? .none,
            ])
        }
        var groups = Table("groups", columns: ["group", "outcomes", "probability", "entropy", "weighted"])
        if problem.grouping != nil {
            let grouping = grouping
            for (i, (weight, within)) in zip(grouping.weights(problem.distribution), grouping.within(problem.distribution)).enumerated() {
                let entropy = EntropyFunctional.shannon(within)
                groups.rows.append([
                    .integer(i + 1), .text(grouping.groups[i].prefix(1000).map { String($0 + 1) }.joined(separator: ",")), .number(weight),
                    .number(entropy), .number(weight * entropy),
                ])
            }
        }
        return [outcomes, groups]
    }
}

extension MeasureExperiment: Codable {
    private enum CodingKeys: String, CodingKey { case problem, order, isDone }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        problem = try container.decode(MeasureProblem.self, forKey: .problem)
        order = try container.decode(Double.self, forKey: .order)
        isDone = try container.decode(Bool.self, forKey: .isDone)
        measured = Measured(problem, order: order)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(problem, forKey: .problem)
        try container.encode(order, forKey: .order)
        try container.encode(isDone, forKey: .isDone)
    }
}
