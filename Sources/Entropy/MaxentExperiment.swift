import Engine
import Kernels
import Plotting
import Statistics

/// The distribution of greatest entropy under constraints: the least that can be claimed when only some expectations are known.
///
/// One step is one Newton iteration on the dual; once converged, further steps trace how the greatest entropy depends on the mean, one
/// point each. Moving the mean starts from the present multipliers.
///
/// Source: E. T. Jaynes, "Where do we stand on maximum entropy?" (1978); the concentration theorem: Jaynes, "On the rationale of
/// maximum-entropy methods" (1982).
struct MaxentExperiment: Experiment {
    static let defaultMean = 4.5

    static let card = Card(
        id: "entropy.maxent", title: "Maximum entropy under constraints",
        summary: "The distribution of greatest entropy whose expectations have the values given, its multipliers and what they are worth",
        parameters: [
            .list("values", "1..6", "the outcomes, up to 1,000,000"),
            .text(
                "constraints", "mean = 4.5",
                "items separated by ; such as mean = 4.5; var = 2; E[x^2] = 21.5; P(x >= 5) = 0.6; [1,0,0,2,0,1] = 0.7 (one number an outcome)"
            ),
            .real(
                "mean", defaultMean, step: 0.05, .live,
                "the target of the mean constraint: moved while it runs it always acts; at the start any value but 4.5 replaces the number in constraints"
            ),
            .list("prior", "", "prior weights, one an outcome; zeros stay zero; empty for none"),
            .choice("unit", ["nats", "bits"], .live, "the unit of entropies; multipliers and log Z stay natural"),
            .integer("quanta", 1000, in: 1...1_000_000_000, log: true, .live, "how many throws the concentration is told for"),
        ],
        results: [
            ResultCard("probabilities", "p of each outcome, in the order of values", headline: true),
            ResultCard(
                "multipliers", "λ in the constraints' order: p = q exp(-Σ λ f)/Z, dH/dμ = λ; var counts as (x - mean)^2", headline: true),
            ResultCard("logPartition", "log Z = log Σ q exp(-Σ λ f), with q = 1 when there is no prior", headline: true),
            ResultCard("entropy", unit: "nats", "H(p) = -Σ p log p", headline: true),
            ResultCard("relativeEntropy", unit: "nats", "KL(p‖prior), to the uniform distribution when there is no prior"),
            ResultCard("residual", "greatest |E[f] - target|, over the range of f", headline: true),
            ResultCard("iterations", "Newton iterations since the last change", headline: true),
            ResultCard("converged", "whether the answer is one, on the boundary or inside"),
            ResultCard("state", "converged, boundary, infeasible, notConverged or iterating", headline: true),
            ResultCard("sensitivities", "dλ/dμ = -Cov(f)⁻¹, by rows in the constraints' order"),
            ResultCard(
                "concentrationWidth", unit: "nats",
                "95% of all assignments of the quanta that meet the constraints have an entropy within this of the greatest"),
            ResultCard("degreesOfFreedom", "outcomes with probability, less one, less independent constraints"),
        ],
        tables: [
            TableCard("outcomes", "each outcome with its value, prior and probability"),
            TableCard("constraints", "each constraint with target, value reached, multiplier and standing"),
        ],
        figures: [
            FigureCard("probabilities", "Probabilities and prior"), FigureCard("entropy", "Greatest entropy along the mean"),
            FigureCard("multipliers", "Multipliers and their sensitivities"), FigureCard("convergence", "Convergence of the dual"),
        ],
        citation: "E. T. Jaynes, Where do we stand on maximum entropy? (1978); On the rationale of maximum-entropy methods (1982)",
        stepName: "iteration", presets: EntropyPresets.maxent, exitStatuses: EntropyPresets.exitStatuses)

    private(set) var outcomes: Outcomes
    private(set) var solver: MaximumEntropySolver
    private(set) var curve: EntropyCurve?
    private(set) var inBits: Bool
    private(set) var quanta: Int
    /// The residual after each iteration, by step.
    private(set) var residuals = Series.explicit()
    /// Steps taken, iterations and points of the curve together.
    private(set) var steps = 0
    private var constraintsText: String
    private var weights: [Double]
    private var notes: [String] = []

    init(_ setup: Setup) throws {
        let constraintsText = setup.text("constraints")
        let constraints = try Constraint.parse(constraintsText)
        let weights = try setup.list("prior")
        outcomes = try Outcomes(values: try setup.list("values"), prior: weights, constraints: constraints)
        var targets = constraints.map(\.target)
        let mean = setup.real("mean")
        if mean != Self.defaultMean {
            if let place = outcomes.mean {
                if targets[place] != Self.defaultMean, targets[place] != mean {
                    notes.append(
                        "the parameter mean = \(Numbers.shortest(mean)) stands in place of "
                            + "\(constraints[place].name) = \(Numbers.shortest(targets[place])) in constraints")
                }
                targets[place] = mean
            } else {
                notes.append(Self.unbound)
            }
        }
        solver = MaximumEntropySolver(outcomes, targets: targets)
        inBits = setup.choice("unit") == "bits"
        quanta = setup.integer("quanta")
        self.constraintsText = constraintsText
        self.weights = weights
    }

    private static let unbound = "the parameter mean acts on nothing: constraints fixes no mean"

    mutating func step(_ count: Int) throws -> Progress {
        var taken = 0
        while taken < count {
            if solver.state == .iterating {
                solver.iterate()
                steps += 1
                taken += 1
                if isSolved, curve == nil { curve = EntropyCurve(solver) }
                if solver.state != .infeasible { residuals.append(Point(x: Double(steps), y: max(solver.residual, 1e-17))) }
            } else if isSolved, curve?.isComplete == false {
                curve?.extend(solver)
                steps += 1
                taken += 1
            } else {
                break
            }
        }
        return Progress(taken, standing)
    }

    var isSolved: Bool { solver.state == .converged || solver.state == .boundary }

    private var standing: Progress.State {
        switch solver.state {
        case .iterating: .ready
        case .infeasible, .notConverged: .failed(solver.sentence)
        case .converged, .boundary: curve?.isComplete == false ? .ready : .finished(solver.state.rawValue)
        }
    }

    mutating func apply(_ change: Change) throws {
        switch (change.name, change.value) {
        case ("mean", .real(let mean)):
            guard let place = outcomes.mean else {
                if !notes.contains(Self.unbound) { notes.append(Self.unbound) }
                return
            }
            notes = []
            var targets = solver.system.targets
            targets[place] = mean
            solver.move(to: targets)
        case ("unit", .text(let unit)): inBits = unit == "bits"
        case ("quanta", .integer(let n)): quanta = n
        default: throw UserError("\(Self.card.id) has no live parameter “\(change.name)”")
        }
    }

    /// What entropies are multiplied by for the unit.
    var unitFactor: Double { inBits ? 1.4426950408889634 : 1 }

    /// The width in nats below the greatest entropy that 95% of the assignments keep within (Jaynes 1982).
    var concentrationWidth: Double {
        let degrees = solver.degreesOfFreedom
        return degrees == 0 ? 0 : ChiSquareDistribution(degreesOfFreedom: Double(degrees)).upperQuantile(0.05) / (2 * Double(quanta))
    }

    func results() -> Results {
        guard solver.state != .infeasible else { return impossible }
        let entropies = solver.entropies
        let matrix = solver.sensitivities
        var results = Results()
        results["probabilities"] = .numbers(solver.probabilities)
        results["multipliers"] = .array(solver.multipliers.map(ResultValue.known))
        results["logPartition"] = .known(solver.logPartition)
        results["entropy"] = .number(entropies.entropy * unitFactor)
        results["relativeEntropy"] = .number(entropies.relative * unitFactor)
        results["residual"] = .number(solver.residual)
        results["iterations"] = .integer(solver.iterations)
        results["converged"] = .flag(isSolved)
        results["state"] = .text(solver.state.rawValue)
        results["sensitivities"] = .array((0..<matrix.rows).map { i in .array((0..<matrix.columns).map { .known(matrix[i, $0]) }) })
        results["concentrationWidth"] = .number(concentrationWidth * unitFactor)
        results["degreesOfFreedom"] = .integer(solver.degreesOfFreedom)
        results.warnings = warnings
        if inBits { for name in ["entropy", "relativeEntropy", "concentrationWidth"] { results.units[name] = "bits" } }
        return results
    }

    /// No number is an answer where there is none.
    private var impossible: Results {
        var results = Results(warnings: warnings)
        for card in Self.card.results { results.values[card.name] = ResultValue.none }
        results["iterations"] = .integer(solver.iterations)
        results["converged"] = .flag(false)
        results["state"] = .text(solver.state.rawValue)
        return results
    }

    private var warnings: [String] {
        var warnings = notes
        if !solver.sentence.isEmpty { warnings.append(solver.sentence) }
        for j in solver.system.redundant where solver.system.ends[j] == 0 && solver.system.face == nil {
            warnings.append("\(outcomes.constraints[j].name) follows from the other constraints: left out, its multiplier is 0")
        }
        if solver.state == .boundary {
            warnings.append(
                "the targets lie on the boundary: \(solver.system.count) of \(outcomes.values.count) outcomes can have probability, and "
                    + "multipliers are infinite; those that are only together with others', and logPartition, have no value")
        }
        return warnings
    }

    func tables() -> [Table] {
        let isPossible = solver.state != .infeasible
        let probabilities = isPossible ? solver.probabilities : []
        var list = Table("outcomes", columns: ["outcome", "value", "prior", "probability"])
        for (i, value) in outcomes.values.enumerated() {
            list.rows.append([
                .integer(i + 1), .number(value), outcomes.prior.map { .number($0[i]) } ?? .none,
                isPossible ? .number(probabilities[i]) : .none,
            ])
        }
        var conditions = Table("constraints", columns: ["constraint", "target", "reached", "multiplier", "standing"])
        let reached = isPossible ? solver.reached : []
        let multipliers = isPossible ? solver.multipliers : []
        for (j, constraint) in outcomes.constraints.enumerated() {
            let standing = solver.system.ends[j] != 0 ? "at its end" : solver.system.redundant.contains(j) ? "redundant" : "independent"
            conditions.rows.append([
                .text(constraint.name), .number(solver.system.targets[j]), isPossible ? .number(reached[j]) : .none,
                isPossible && !multipliers[j].isNaN ? .number(multipliers[j]) : .none,
                .text(isPossible ? standing : "infeasible"),
            ])
        }
        return [list, conditions]
    }
}

extension MaxentExperiment: Codable {
    /// What a checkpoint holds: the problem as given and where the iteration stands; all else is computed again, to the same bits.
    private struct Checkpoint: Codable {
        var values: [Double]
        var weights: [Double]
        var constraints: String
        var targets: [Double]
        var memory: MaximumEntropySolver.Memory
        var curve: EntropyCurve?
        var inBits: Bool
        var quanta: Int
        var residuals: Series
        var steps: Int
        var notes: [String]
    }

    init(from decoder: any Decoder) throws {
        let checkpoint = try Checkpoint(from: decoder)
        outcomes = try Outcomes(
            values: checkpoint.values, prior: checkpoint.weights, constraints: try Constraint.parse(checkpoint.constraints))
        guard checkpoint.targets.count == outcomes.constraints.count else {
            throw UserError(
                "a checkpoint of \(Self.card.id) has \(checkpoint.targets.count) targets for \(outcomes.constraints.count) constraints")
        }
        solver = MaximumEntropySolver(outcomes, targets: checkpoint.targets, memory: checkpoint.memory)
        (curve, inBits, quanta, residuals) = (checkpoint.curve, checkpoint.inBits, checkpoint.quanta, checkpoint.residuals)
        (steps, notes, constraintsText, weights) = (checkpoint.steps, checkpoint.notes, checkpoint.constraints, checkpoint.weights)
    }

    func encode(to encoder: any Encoder) throws {
        try Checkpoint(
            values: outcomes.values, weights: weights, constraints: constraintsText, targets: solver.system.targets, memory: solver.memory,
            curve: curve, inBits: inBits, quanta: quanta, residuals: residuals, steps: steps, notes: notes
        ).encode(to: encoder)
    }
}
