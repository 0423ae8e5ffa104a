/// The greatest entropy as a function of one constraint's target, the others held: traced outwards point by point, each from its
/// neighbour's multipliers.
struct EntropyCurve: Sendable, Codable {
    /// The constraint whose target moves.
    let constraint: Int
    /// The targets, increasing; none before the first point is asked for.
    private(set) var positions: [Double] = []
    /// The greatest entropy at each (less the relative entropy when there is a prior); NaN where not yet known or infeasible.
    private(set) var entropies: [Double] = []
    /// The multiplier at each.
    private(set) var multipliers: [Double] = []
    private var up = 0
    private var down = -1
    private var upTheta: [Double]
    private var downTheta: [Double]

    /// The curve of the mean, or of the first independent constraint, before its first point; nil when nothing is constrained.
    init?(_ solver: MaximumEntropySolver) {
        let system = solver.system
        let outcomes = system.outcomes
        guard system.face == nil, let first = system.kept.first else { return nil }
        constraint = outcomes.mean.flatMap { system.kept.contains($0) ? $0 : nil } ?? first
        guard outcomes.ranges[constraint].high > outcomes.ranges[constraint].low else { return nil }
        upTheta = solver.point.theta
        downTheta = upTheta
    }

    /// Lays out the targets: over what the constraint can be while the others hold, where that is soon found.
    private mutating func layOut(_ solver: MaximumEntropySolver) {
        let system = solver.system
        let outcomes = system.outcomes
        var range = outcomes.ranges[constraint]
        let others = system.kept.filter { $0 != constraint }
        // A variance moves with the mean, so that its programme is not linear in the mean's target.
        let isLinear = !outcomes.constraints.contains { $0.function == .variance }
        if isLinear, !others.isEmpty, outcomes.support.count * others.count <= 40_000,
            let narrow = system.range(of: constraint, given: others), narrow.high > narrow.low
        {
            range = narrow
        }
        let count = max(9, min(61, 10_000_000 / outcomes.support.count))
        positions = (0..<count).map {
            let share = Double($0) / Double(count - 1)
            return $0 == count - 1 ? range.high : range.low * (1 - share) + range.high * share
        }
        entropies = [Double](repeating: .nan, count: count)
        multipliers = entropies
        up = positions.firstIndex { $0 >= system.targets[constraint] } ?? count
        down = up - 1
    }

    /// Whether every point that can be reached has been.
    var isComplete: Bool { !positions.isEmpty && up >= positions.count && down < 0 }

    /// Adds one point, on the side that has come less far.
    mutating func extend(_ solver: MaximumEntropySolver) {
        guard !isComplete else { return }
        if positions.isEmpty { layOut(solver) }
        let isUp = down < 0 || (up < positions.count && up - positions.count / 2 <= positions.count / 2 - down)
        let place = isUp ? up : down
        var targets = solver.system.targets
        targets[constraint] = positions[place]
        var there = solver
        there.move(to: targets, from: isUp ? upTheta : downTheta)
        while there.state == .iterating, there.iterations < 40 { there.iterate() }
        let isSolved = there.state == .converged || there.state == .boundary
        if isSolved {
            let both = there.entropies
            entropies[place] = solver.system.outcomes.prior == nil ? both.entropy : -both.relative
            let multiplier = there.multipliers[constraint]
            multipliers[place] = multiplier.isFinite ? multiplier : .nan
            if there.system.face == nil {
                if isUp { upTheta = there.point.theta } else { downTheta = there.point.theta }
            }
        }
        // Beyond a point that cannot be reached there is none that can: what is feasible is an interval.
        if isUp { up = isSolved ? up + 1 : positions.count } else { down = isSolved ? down - 1 : -1 }
    }
}
