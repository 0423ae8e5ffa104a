import Engine
import Kernels
import Plotting

/// The density of greatest entropy whose moments are known: where the families of the textbooks come from.
///
/// What is known decides the family: a mean on a half-line the exponential, mean and variance on the line the normal, the
/// expectations of log x and log(1-x) the beta. One step is one Newton iteration; moving a moment starts from the present multipliers.
///
/// Sources: E. T. Jaynes (1957); L. R. Mead & N. Papanicolaou (1984); M. Junk, "Maximum entropy for reduced moment problems" (2000).
struct MomentsExperiment: Experiment {
    static let defaultConstraints = "E[x] = 0; E[x^2] = 1"

    static let card = Card(
        id: "entropy.moments", title: "Continuous maximum entropy",
        summary: "The density of greatest entropy with given expectations, and the family of the textbooks it turns out to be",
        parameters: [
            .real("lower", -.infinity, in: -.infinity ... .infinity, step: 0.1, "the lower end; a number or -inf"),
            .real("upper", .infinity, in: -.infinity ... .infinity, step: 0.1, "the upper end; a number or inf"),
            .text(
                "constraints", defaultConstraints,
                "items such as E[x] = 0; E[x^2] = 1 over x^k with k up to 10, log(x), log(x)^2, log(1-x), abs(x-c), cos(x), sin(x)"),
            .choice("family", ["none"] + StandardProblem.all.map(\.name), "fills in ends and constraints of a family; none leaves them"),
            .list("at", "", "places at which the density is wanted"),
            .integer("vary", 1, in: 1...16, "the constraint, counted from 1, whose target change moves"),
            .real("change", 0, step: 0.02, .live, "added to the target of constraint vary: drag it"),
        ],
        results: [
            ResultCard("entropy", unit: "nats", "-∫ p log p", headline: true),
            ResultCard("multipliers", "λ in the constraints' order: p = exp(-Σ λ f)/Z; var counts as x^2", headline: true),
            ResultCard("logPartition", "log Z = log ∫ exp(-Σ λ f)", headline: true),
            ResultCard("residual", "greatest |E[f] - target|, in standard deviations of f", headline: true),
            ResultCard("densityAt", "p at the places of at"),
            ResultCard("recovered", "the family in closed form that it is, if it is one", headline: true),
            ResultCard(
                "recoveredParameters",
                "normal, lognormal mean, sd; exponential rate; uniform lower, upper; gamma shape, scale; beta a, b; pareto minimum, "
                    + "exponent; laplace location, scale; vonMises location, concentration; truncated ones rate or mean, sd, then the ends",
                headline: true),
            ResultCard("iterations", "Newton iterations since the last change", headline: true),
            ResultCard("converged", "whether the answer is one"),
            ResultCard("state", "converged, infeasible, boundary, noMaximum, notConverged or iterating", headline: true),
        ],
        tables: [
            TableCard("constraints", "each constraint with target, value reached and multiplier"),
            TableCard("density", "the density over its range, and the closed form where there is one"),
        ],
        figures: [
            FigureCard("density", "Density and closed form"), FigureCard("multipliers", "Multipliers"),
            FigureCard("convergence", "Residual by iteration"),
        ],
        citation: "L. R. Mead & N. Papanicolaou, Maximum entropy in the problem of moments (1984); M. Junk (2000)", stepName: "iteration",
        presets: EntropyPresets.moments, exitStatuses: EntropyPresets.exitStatuses)

    /// A family's own ends and constraints.
    struct StandardProblem: Sendable {
        var name: String
        var lower: Double
        var upper: Double
        var constraints: String

        static let all = [
            StandardProblem(name: "uniform", lower: 0, upper: 1, constraints: ""),
            StandardProblem(name: "exponential", lower: 0, upper: .infinity, constraints: "E[x] = 1"),
            StandardProblem(name: "normal", lower: -.infinity, upper: .infinity, constraints: "E[x] = 0; E[x^2] = 1"),
            StandardProblem(name: "truncatedExponential", lower: 0, upper: 1, constraints: "E[x] = 0.3"),
            StandardProblem(name: "laplace", lower: -.infinity, upper: .infinity, constraints: "E[abs(x)] = 1"),
            StandardProblem(name: "lognormal", lower: 0, upper: .infinity, constraints: "E[log(x)] = 0; E[log(x)^2] = 1"),
            // Shape 2 and scale 1: E[log x] = ψ(2).
            StandardProblem(name: "gamma", lower: 0, upper: .infinity, constraints: "E[x] = 2; E[log(x)] = 0.42278433509846713"),
            // Beta(2, 5): ψ(2) - ψ(7) = -(1/2 + … + 1/6) and ψ(5) - ψ(7) = -(1/5 + 1/6).
            StandardProblem(name: "beta", lower: 0, upper: 1, constraints: "E[log(x)] = -1.45; E[log(1-x)] = -0.36666666666666664"),
            StandardProblem(name: "pareto", lower: 1, upper: .infinity, constraints: "E[log(x)] = 0.3333333333333333"),
            // Concentration 1: I₁(1)/I₀(1).
            StandardProblem(
                name: "vonMises", lower: -Double.pi, upper: Double.pi, constraints: "E[cos(x)] = 0.44638996589653046; E[sin(x)] = 0"),
            StandardProblem(
                name: "bimodal", lower: -.infinity, upper: .infinity, constraints: "E[x] = 0; E[x^2] = 1; E[x^3] = 0; E[x^4] = 1.5"),
        ]
    }

    private let lower: Double
    private let upper: Double
    private let text: String
    private let places: [Double]
    private let vary: Int
    private var change: Double
    private var notes: [String] = []
    /// The constraints as given, before any change.
    private let given: [Moment]
    private(set) var solver: MomentSolver
    /// The residual after each iteration, by step.
    private(set) var residuals = Series.explicit()
    private(set) var steps = 0

    init(_ setup: Setup) throws {
        var (lower, upper, text) = (setup.real("lower"), setup.real("upper"), setup.text("constraints"))
        var notes: [String] = []
        let family = setup.choice("family")
        if let standard = StandardProblem.all.first(where: { $0.name == family }) {
            if text != Self.defaultConstraints || lower != -.infinity || upper != .infinity {
                notes.append("family = \(family) stands in place of lower, upper and constraints")
            }
            (lower, upper, text) = (standard.lower, standard.upper, standard.constraints)
        }
        let places = try setup.list("at")
        guard places.count <= 100_000 else {
            throw UserError("at has \(places.count) places; at most 100000 are taken", parameter: "at")
        }
        if let bad = places.firstIndex(where: \.isNaN) { throw UserError("at: number \(bad + 1) is nan", parameter: "at") }
        try self.init(
            lower: lower, upper: upper, text: text, places: places, vary: setup.integer("vary"), change: setup.real("change"), notes: notes)
    }

    private init(lower: Double, upper: Double, text: String, places: [Double], vary: Int, change: Double, notes: [String]) throws {
        (self.lower, self.upper, self.text, self.places) = (lower, upper, text, places)
        (self.vary, self.change, self.notes) = (vary, change, notes)
        given = try Moment.parse(text)
        let moments = Self.moved(given, vary, change)
        solver = MomentSolver(moments, try MomentDomain(lower: lower, upper: upper, moments: moments))
    }

    private static func moved(_ moments: [Moment], _ vary: Int, _ change: Double) -> [Moment] {
        var moments = moments
        if change != 0, moments.indices.contains(vary - 1) { moments[vary - 1].target += change }
        return moments
    }

    mutating func step(_ count: Int) throws -> Progress {
        var taken = 0
        while taken < count, solver.state == .iterating {
            solver.iterate()
            taken += 1
            steps += 1
            if solver.state != .infeasible { residuals.append(Point(x: Double(steps), y: max(shown.residual, 1e-17))) }
        }
        switch solver.state {
        case .iterating: return .ran(taken)
        case .converged: return Progress(taken, .finished("converged"))
        default: return Progress(taken, .failed(solver.sentence))
        }
    }

    mutating func apply(_ change: Change) throws {
        guard change.name == "change", case .real(let value) = change.value else {
            throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
        }
        self.change = value
        let moments = Self.moved(given, vary, value)
        let start = solver.state == .converged || (solver.state == .iterating && solver.stages.isEmpty) ? solver.answer?.multipliers : nil
        solver = MomentSolver(moments, try MomentDomain(lower: lower, upper: upper, moments: moments), multipliers: start)
    }

    /// What there is to show: on the way an interval's density may stand for the answer.
    var shown: MomentSolver { solver.present }

    /// Whether there is a density to show: the answer, or on the way to it.
    var hasDensity: Bool {
        shown.mesh != nil && (solver.state == .converged || solver.state == .iterating || solver.state == .notConverged)
    }

    /// The textbook family that the answer is.
    var closedForm: ClosedForm? {
        guard solver.state == .converged, let mesh = shown.mesh, let answer = shown.answer else { return nil }
        // In units of what a multiplier does to the exponent: λ of x's powers times z's deviations would mix scales.
        let (x, p) = (shown.domain.x(mesh.places), mesh.probabilities)
        let deviations = shown.functions.enumerated().map { j, function -> Double in
            guard let k = function.power else { return mesh.deviations[j] }
            var (mean, square) = (0.0, 0.0)
            for (value, share) in zip(x, p) {
                let power = pow(value, Double(k))
                mean += share * power
                square += share * power * power
            }
            return max(0, square - mean * mean).squareRoot()
        }
        return ClosedForm(shown.domain, shown.functions, answer.multipliers, deviations: deviations)
    }

    func results() -> Results {
        var results = Results(warnings: notes)
        if vary > given.count, change != 0 {
            results.warnings.append("change acts on nothing: there are \(given.count) constraints, and vary = \(vary)")
        }
        if !solver.sentence.isEmpty { results.warnings.append(solver.sentence) }
        let isKnown = hasDensity
        let form = closedForm
        results["entropy"] = isKnown ? .optional(shown.entropy) : ResultValue.none
        results["multipliers"] = isKnown ? shown.answer.map { .numbers($0.multipliers) } ?? ResultValue.none : ResultValue.none
        results["logPartition"] = isKnown ? .optional(shown.answer?.logPartition) : ResultValue.none
        results["residual"] = isKnown ? .number(shown.residual) : ResultValue.none
        results["densityAt"] = isKnown ? .array(shown.density(places).map(ResultValue.known)) : ResultValue.none
        results["recovered"] = form.map { .text($0.family.rawValue) } ?? ResultValue.none
        results["recoveredParameters"] = form.map { .numbers($0.parameters) } ?? ResultValue.none
        results["iterations"] = .integer(solver.iterations)
        results["converged"] = .flag(solver.state == .converged)
        results["state"] = .text(solver.state.rawValue)
        return results
    }

    func tables() -> [Table] {
        var list = Table("constraints", columns: ["constraint", "target", "reached", "multiplier"])
        let answer = hasDensity ? shown.answer : nil
        for (j, moment) in solver.moments.enumerated() {
            var reached: Table.Value = .none
            if hasDensity, let mesh = shown.mesh {
                let gap = mesh.expectations[j] - shown.targets[j]
                let scale = moment.function.power.map { pow(shown.domain.scale, Double($0)) } ?? 1
                reached = .number(moment.target + gap * scale)
            }
            list.rows.append([
                .text(moment.name), .number(moment.target), reached, answer.map { .number($0.multipliers[j]) } ?? .none,
            ])
        }
        var curve = Table("density", columns: ["x", "density", "closedForm"])
        if hasDensity {
            let (x, form) = (shownPlaces, closedForm)
            for (place, value) in zip(x, shown.density(x)) {
                curve.rows.append([
                    .number(place), value.isFinite ? .number(value) : .none, form.map { .number($0.density(place)) } ?? .none,
                ])
            }
        }
        return [list, curve]
    }

    /// Evenly spaced places over the range in which all but some ten-thousandth of the mass lies.
    var shownPlaces: [Double] {
        guard let mesh = shown.mesh else { return [] }
        let x = shown.domain.x(mesh.places)
        var (sum, low, high) = (0.0, x.first ?? 0, x.last ?? 1)
        var hasLow = false
        for (place, p) in zip(x, mesh.probabilities) {
            if !hasLow, sum + p > 2e-4 { (low, hasLow) = (place, true) }
            if sum <= 1 - 2e-4 { high = place }
            sum += p
        }
        // An end of the domain that is near belongs to the picture.
        let margin = 0.08 * (high - low)
        if lower.isFinite, low - lower < 4 * margin { low = lower } else { low -= margin }
        if upper.isFinite, upper - high < 4 * margin { high = upper } else { high += margin }
        if upper.isFinite { high = min(high, upper) }
        if lower.isFinite { low = max(low, lower) }
        // Half-cells in from the ends, where logarithms are infinite.
        return (0..<300).map { low + (high - low) * (Double($0) + 0.5) / 300 }
    }
}

extension MomentsExperiment: Codable {
    /// What a checkpoint holds: the problem as given and where the iteration stands.
    private struct Checkpoint: Codable {
        var lower: Double
        var upper: Double
        var text: String
        var places: [Double]
        var vary: Int
        var change: Double
        var notes: [String]
        var memory: MomentSolver.Memory
        var residuals: Series
        var steps: Int
    }

    init(from decoder: any Decoder) throws {
        let checkpoint = try Checkpoint(from: decoder)
        try self.init(
            lower: checkpoint.lower, upper: checkpoint.upper, text: checkpoint.text, places: checkpoint.places, vary: checkpoint.vary,
            change: checkpoint.change, notes: checkpoint.notes)
        solver = MomentSolver(solver.moments, solver.domain, memory: checkpoint.memory)
        (residuals, steps) = (checkpoint.residuals, checkpoint.steps)
    }

    func encode(to encoder: any Encoder) throws {
        try Checkpoint(
            lower: lower, upper: upper, text: text, places: places, vary: vary, change: change, notes: notes, memory: solver.memory,
            residuals: residuals, steps: steps
        ).encode(to: encoder)
    }
}
