/// Minimise cost·x subject to A·x = b and x >= 0, for few rows and any number of columns.
///
/// Revised simplex in two phases. The basis is factored afresh at every step: with a dozen rows that costs less than pricing the
/// columns and cannot drift. The most negative reduced cost enters; after many steps the least index does (Bland 1977), which
/// cannot cycle. O(rows · columns) a step.
public struct LinearProgramme: Sendable {
    /// The rows of A, each of one coefficient a column.
    public var rows: [[Double]]
    /// b, one value a row.
    public var right: [Double]
    /// The cost of each column.
    public var cost: [Double]

    /// A programme.
    public init(rows: [[Double]], right: [Double], cost: [Double]) {
        precondition(rows.count == right.count && rows.allSatisfy { $0.count == cost.count }, "rows, right side and costs fit together")
        self.rows = rows
        self.right = right
        self.cost = cost
    }

    /// What came of it.
    public enum Outcome: Sendable {
        /// The least cost, a vertex where it is attained, and the proof.
        case optimal(Vertex)
        /// No x >= 0 meets the rows: `multipliers`·A >= 0 in every column while `multipliers`·b < 0 (Farkas). `shortfall` is the least
        /// possible Σ|A·x - b| with each row divided by its largest coefficient.
        case infeasible(shortfall: Double, multipliers: [Double])
        /// The cost falls without bound.
        case unbounded
        /// Rounding kept it from an answer.
        case unresolved
    }

    /// A vertex where the least cost is attained.
    public struct Vertex: Sendable {
        /// The least cost.
        public var cost: Double
        /// The columns that may be positive, with their values.
        public var basis: [(column: Int, value: Double)]
        /// One multiplier y a row: cost - y·A >= 0 in every column, y·b is the least cost.
        public var multipliers: [Double]
    }

    /// Solves it.
    ///
    /// - Parameter tolerance: how far rows scaled to a largest coefficient of 1 may be missed, and reduced costs be negative.
    public func solve(tolerance: Double = 1e-11) -> Outcome {
        var simplex = Simplex(self, tolerance: tolerance)
        return simplex.solve()
    }
}

private struct Simplex {
    let rows: [[Double]]
    let right: [Double]
    let cost: [Double]
    let scales: [Double]
    let tolerance: Double
    let columns: Int
    /// Basic columns; column `columns + i` is row i's artificial.
    var basis: [Int]

    init(_ programme: LinearProgramme, tolerance: Double) {
        var scaledRows: [[Double]] = []
        var scaledRight: [Double] = []
        var factors: [Double] = []
        for (row, b) in zip(programme.rows, programme.right) {
            let largest = row.reduce(abs(b)) { max($0, abs($1)) }
            let factor = (b < 0 ? -1 : 1) / (largest > 0 ? largest : 1)
            scaledRows.append(row.map { $0 * factor })
            scaledRight.append(b * factor)
            factors.append(factor)
        }
        rows = scaledRows
        right = scaledRight
        scales = factors
        cost = programme.cost
        columns = programme.cost.count
        self.tolerance = tolerance
        basis = scaledRows.indices.map { programme.cost.count + $0 }
    }

    func element(_ row: Int, _ column: Int) -> Double { column < columns ? rows[row][column] : column - columns == row ? 1 : 0 }

    func factors() -> LU? {
        var matrix = Matrix(rows: rows.count, columns: rows.count)
        for i in rows.indices { for (place, column) in basis.enumerated() { matrix[i, place] = element(i, column) } }
        return LU(matrix)
    }

    func isArtificial(_ column: Int) -> Bool { column >= columns }

    mutating func solve() -> LinearProgramme.Outcome {
        guard case .optimal(let reached, let y) = run(phase: 1) else { return .unresolved }
        let shortfall = zip(basis, reached).reduce(0.0) { $0 + (isArtificial($1.0) ? max(0, $1.1) : 0) }
        if shortfall > tolerance { return .infeasible(shortfall: shortfall, multipliers: zip(y, scales).map { -$0 * $1 }) }
        switch run(phase: 2) {
        case .unresolved: return .unresolved
        case .unbounded: return .unbounded
        case .optimal(let values, let y):
            var total = 0.0
            var places: [(column: Int, value: Double)] = []
            for (column, value) in zip(basis, values) where !isArtificial(column) {
                total += cost[column] * max(0, value)
                places.append((column, max(0, value)))
            }
            return .optimal(.init(cost: total, basis: places, multipliers: zip(y, scales).map { $0 * $1 }))
        }
    }

    enum Run {
        case optimal([Double], [Double])
        case unbounded
        case unresolved
    }

    mutating func run(phase: Int) -> Run {
        let largestCost = phase == 1 ? 1 : cost.reduce(0) { max($0, abs($1)) }
        let threshold = -tolerance * max(largestCost, 1e-300)
        let patience = 50 + 10 * rows.count
        var prices = [Double](repeating: 0, count: columns)
        for iteration in 0..<(20 * patience) {
            guard let lu = factors() else { return .unresolved }
            let values = lu.solve(right)
            let y = lu.solveTransposed(basis.map { isArtificial($0) ? (phase == 1 ? 1 : 0) : (phase == 1 ? 0 : cost[$0]) })
            for j in 0..<columns { prices[j] = phase == 1 ? 0 : cost[j] }
            for (row, multiplier) in zip(rows, y) where multiplier != 0 {
                for j in 0..<columns { prices[j] -= multiplier * row[j] }
            }
            var entering: Int?
            var least = threshold
            for j in 0..<columns where prices[j] < least && !basis.contains(j) {
                entering = j
                if iteration > patience { break }
                least = prices[j]
            }
            guard let entering else { return .optimal(values, y) }
            let direction = lu.solve(rows.indices.map { rows[$0][entering] })
            var leaving: Int?
            var shortest = Double.infinity
            for (place, slope) in direction.enumerated() {
                let ratio: Double
                if phase == 2, isArtificial(basis[place]), abs(slope) > 1e-9 {
                    ratio = 0  // an artificial of a redundant row must stay at zero, whichever way it would move
                } else if slope > 1e-12 {
                    ratio = max(0, values[place]) / slope
                } else {
                    continue
                }
                if ratio < shortest || (ratio == shortest && leaving.map { basis[place] < basis[$0] } ?? true) {
                    shortest = ratio
                    leaving = place
                }
            }
            guard let leaving else { return phase == 1 ? .unresolved : .unbounded }
            basis[leaving] = entering
        }
        return .unresolved
    }
}
