import Kernels
import Plotting
import Statistics

/// Whether any distribution at all has given moments, found one constraint after another: between which bounds the next can lie.
///
/// Powers 1…K by their Hankel matrices (Hausdorff, Stieltjes, Hamburger); everything else by linear programmes over places that are refined
/// where the programme's prices ask for more.
enum MomentSpace {
    enum Place {
        /// A density can have them.
        case inside
        /// None has, and why.
        case outside(String)
        /// Only separate points have them.
        case edge(String)
    }

    static func place(_ moments: [Moment], _ domain: MomentDomain) -> Place {
        let targets = domain.standardised(moments)
        let order = moments.indices.sorted { (growth(moments[$0].function), $0) < (growth(moments[$1].function), $1) }
        let powers = moments.compactMap(\.function.power).sorted()
        let isWhole = powers.count == moments.count && powers == Array(1..<(powers.count + 1))
        // Where z runs from 0, or from -1 to 1.
        let isStandard = domain.kind == .line || domain.kind == .interval || (domain.kind == .halfLine && domain.centre == domain.lower)
        var programme = Programme(domain, targets: targets.map(abs), functions: moments.map(\.function))
        var done: [Int] = []
        for j in order {
            let bounds: (low: Double, high: Double)?
            if isWhole, isStandard {
                bounds = hankel(done.map { targets[$0] }, domain.kind)
            } else {
                bounds = programme.bounds(j, given: done, targets: targets)
            }
            guard let bounds else { return .inside }
            let width = bounds.high - bounds.low
            let scale = width.isFinite ? max(width, 1e-12) : max(1e-300, abs(bounds.low.isFinite ? bounds.low : 1), abs(targets[j]))
            let (below, above) = (bounds.low - targets[j], targets[j] - bounds.high)
            let names = done.map { "\(moments[$0].name) = \(Numbers.shortest(moments[$0].target))" }
            let given = names.isEmpty ? "" : "while \(names.joined(separator: " and ")) \(names.count == 1 ? "holds" : "hold") "
            /// The value of x's power for one of z's.
            func original(_ value: Double) -> Double {
                guard value.isFinite, let k = moments[j].function.power else { return value }
                return moments[j].target + pow(domain.scale, Double(k)) * (value - targets[j])
            }
            if max(below, above) > 1e-9 * scale {
                let (low, high) = (original(bounds.low), original(bounds.high))
                let gap = below > above ? low - moments[j].target : moments[j].target - high
                func text(_ x: Double) -> String { Numbers.short(x, digits: 6) }
                let range =
                    high.isInfinite
                    ? "it is at least \(text(low))"
                    : low.isInfinite ? "it is at most \(text(high))" : "it lies between \(text(low)) and \(text(high))"
                return .outside(
                    "no density meets \(moments[j].name) = \(Numbers.shortest(moments[j].target)): \(given)\(range), and misses by \(text(gap))"
                )
            }
            if max(below, above) > -1e-10 * scale {
                return .edge(
                    "\(moments[j].name) = \(Numbers.shortest(moments[j].target)) is the \(below > above ? "least" : "greatest") there can be"
                        + "\(given.isEmpty ? "" : " " + given.dropLast()): only separate points meet it, no density does")
            }
            done.append(j)
        }
        return .inside
    }

    /// The order in which functions are taken: each grows faster than those before.
    private static func growth(_ function: MomentFunction) -> Int {
        switch function {
        case .cos, .sin: 0
        case .logComplement, .log: 1
        case .logSquare: 2
        case .distance: 3
        case .power(let k): 3 + k
        }
    }

    /// The bounds of the next moment of z after the given ones of powers 1, 2, …; nil where they are not positive definite.
    ///
    /// On [-1, 1] z is bounded from both sides by moments weighted with 1 + z, 1 - z and 1 - z², on half-lines from below with z, on the
    /// line with nothing.
    private static func hankel(_ moments: [Double], _ kind: MomentDomain.Kind) -> (low: Double, high: Double)? {
        let mu = [1] + moments
        let next = mu.count
        let half = next / 2
        /// What E[w z^(2n)] is at least, given the moments E[w z^i] before it.
        func least(_ weighted: [Double], _ n: Int) -> Double? {
            guard n > 0 else { return 0 }
            var matrix = Matrix(rows: n, columns: n)
            for i in 0..<n { for j in 0..<n { matrix[i, j] = weighted[i + j] } }
            let right = Array(weighted[n..<2 * n])
            return Cholesky(matrix).map { Vector.dot(right, $0.solve(right)) }
        }
        switch (kind, next % 2) {
        case (.line, 1): return (-.infinity, .infinity)
        case (.line, _), (.halfLine, 0): return least(mu, half).map { ($0, .infinity) }
        case (.halfLine, _): return least(Array(mu.dropFirst()), half).map { ($0, .infinity) }
        case (.interval, 0), (.logit, 0):
            let weighted = zip(mu, mu.dropFirst(2)).map { $0 - $1 }
            guard let low = least(mu, half), let gap = least(weighted, half - 1) else { return nil }
            return (low, mu[next - 2] - gap)
        case (.interval, _), (.logit, _):
            let (above, below) = (zip(mu, mu.dropFirst()).map { $0 + $1 }, zip(mu, mu.dropFirst()).map { $0 - $1 })
            guard let low = least(above, half), let gap = least(below, half) else { return nil }
            return (low - mu[next - 1], mu[next - 1] - gap)
        }
    }

    /// Linear programmes over probabilities at places.
    private struct Programme {
        let domain: MomentDomain
        let functions: [MomentFunction]
        var places: [Double]

        init(_ domain: MomentDomain, targets: [Double], functions: [MomentFunction]) {
            self.domain = domain
            self.functions = functions
            var reach = 2.0
            for (target, function) in zip(targets, functions) {
                if let k = function.power { reach = max(reach, 4 * pow(target, 1 / Double(k)) + 2) }
                if case .distance(let c) = function { reach = max(reach, (4 * target + 2 * abs(c)) / domain.scale + 2) }
            }
            switch domain.kind {
            case .interval: places = (0...200).map { -1 + Double($0) / 100 }
            case .line: places = (0...200).map { reach * (-1 + Double($0) / 100) }
            case .halfLine: places = (0...200).map { -40 + (40 + log(reach)) * Double($0) / 200 }
            case .logit: places = (0...200).map { -40 + 0.4 * Double($0) }
            }
            places = (places + domain.kinks(functions)).sorted()
        }

        /// The bounds of one expectation while others hold; infinite where mass far out can supply any; nil when undecided.
        mutating func bounds(_ j: Int, given: [Int], targets: [Double]) -> (low: Double, high: Double)? {
            let isOpen = domain.kind == .line || domain.kind == .halfLine
            var (hasLow, hasHigh) = (true, true)
            switch functions[j] {
            case .power(let k):
                if isOpen { (hasLow, hasHigh) = (domain.kind == .halfLine || k % 2 == 0, false) }
                // |x| bounds x.
                if isOpen, k == 1, given.contains(where: { if case .distance = functions[$0] { true } else { false } }) {
                    (hasLow, hasHigh) = (true, true)
                }
            case .log: (hasLow, hasHigh) = (!domain.isSingularBelow, !isOpen)
            case .logSquare: hasHigh = !isOpen && !domain.isSingularBelow
            case .logComplement: hasLow = !domain.isSingularAbove
            case .distance: hasHigh = !isOpen || given.contains { if case .distance = functions[$0] { true } else { false } }
            case .cos, .sin: break
            }
            var low = -Double.infinity
            var high = Double.infinity
            if hasLow {
                guard let value = least(j, 1, given, targets) else { return nil }
                low = value
            }
            if hasHigh {
                guard let value = least(j, -1, given, targets) else { return nil }
                high = -value
            }
            return (low, high)
        }

        private mutating func least(_ j: Int, _ sign: Double, _ given: [Int], _ targets: [Double]) -> Double? {
            let used = given.map { functions[$0] } + [functions[j]]
            for round in 0..<10 {
                let rows = domain.values(used, places)
                let programme = LinearProgramme(
                    rows: [[Double](repeating: 1, count: places.count)] + rows.dropLast(), right: [1] + given.map { targets[$0] },
                    cost: rows[given.count].map { sign * $0 })
                guard case .optimal(let vertex) = programme.solve() else { return nil }
                if round == 9 { return vertex.cost }
                // Between the neighbours of a place that is used, is there a better one?
                var fresh: [Double] = []
                for (column, _) in vertex.basis where column < places.count {
                    let (a, b) = (places[max(0, column - 1)], places[min(places.count - 1, column + 1)])
                    let tries = (1..<32).map { a + (b - a) * Double($0) / 32 }
                    let values = domain.values(used, tries)
                    var (best, price) = (a, -1e-13 * max(1, abs(vertex.cost)))
                    for (i, t) in tries.enumerated() {
                        var cost = sign * values[given.count][i] - vertex.multipliers[0]
                        for (row, y) in zip(values, vertex.multipliers.dropFirst()) { cost -= y * row[i] }
                        if cost < price { (best, price) = (t, cost) }
                    }
                    if best != a { fresh.append(best) }
                }
                if fresh.isEmpty { return vertex.cost }
                places = (places + fresh).sorted()
            }
            return nil
        }
    }
}
