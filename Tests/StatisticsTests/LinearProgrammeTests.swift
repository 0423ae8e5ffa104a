import Kernels
import Statistics
import Testing

@Suite struct `Linear programmes` {
    /// An optimum is proved by its own multipliers: no reduced cost is negative and both sides agree (strong duality).
    private func expectProof(_ vertex: LinearProgramme.Vertex, of programme: LinearProgramme) {
        for j in programme.cost.indices {
            let price = programme.cost[j] - zip(vertex.multipliers, programme.rows).reduce(0.0) { $0 + $1.0 * $1.1[j] }
            #expect(price > -1e-9)
        }
        let dual = zip(vertex.multipliers, programme.right).reduce(0.0) { $0 + $1.0 * $1.1 }
        #expect(abs(dual - vertex.cost) < 1e-9)
        for (row, b) in zip(programme.rows, programme.right) {
            let reached = vertex.basis.reduce(0.0) { $0 + row[$1.column] * $1.value }
            #expect(abs(reached - b) < 1e-9)
        }
        #expect(vertex.basis.allSatisfy { $0.value >= 0 })
    }

    @Test func `random feasible programmes are solved with proof`() throws {
        var stream = RandomStream(seed: 5, purpose: "programme")
        for _ in 0..<60 {
            let n = 1 + stream.integer(below: 5)
            let m = n + stream.integer(below: 30)
            let rows = (0..<n).map { _ in (0..<m).map { _ in 2 * stream.uniform() - 1 } }
            let point = (0..<m).map { _ in stream.uniform() < 0.5 ? 0 : stream.uniform() }
            let right = rows.map { row in zip(row, point).reduce(0.0) { $0 + $1.0 * $1.1 } }
            let programme = LinearProgramme(rows: rows, right: right, cost: (0..<m).map { _ in stream.uniform() })
            guard case .optimal(let vertex) = programme.solve() else {
                Issue.record("a feasible programme with costs >= 0 has an optimum")
                continue
            }
            expectProof(vertex, of: programme)
        }
    }

    @Test func `an infeasible programme comes with Farkas' multipliers`() {
        // A die of mean 6.5: no probabilities.
        let values = (1...6).map(Double.init)
        let programme = LinearProgramme(rows: [values, [1, 1, 1, 1, 1, 1]], right: [6.5, 1], cost: [0, 0, 0, 0, 0, 0])
        guard case .infeasible(let shortfall, let y) = programme.solve() else {
            Issue.record("a die has no mean of 6.5")
            return
        }
        #expect(shortfall > 0.05)
        #expect(values.allSatisfy { y[0] * $0 + y[1] >= -1e-12 })
        #expect(y[0] * 6.5 + y[1] < -1e-3)
    }

    @Test func `redundant rows do no harm, a free ray is told`() {
        let twice = LinearProgramme(rows: [[1, 1, 1], [2, 2, 2], [1, 0, -1]], right: [1, 2, 0.25], cost: [0, 1, 0])
        if case .optimal(let vertex) = twice.solve() { #expect(abs(vertex.cost) < 1e-12) } else { Issue.record("feasible") }
        let ray = LinearProgramme(rows: [[1, -1]], right: [1], cost: [-1, 0])
        if case .unbounded = ray.solve() {} else { Issue.record("unbounded") }
    }

    @Test func `the degenerate programme on which Dantzig's rule cycles ends`() throws {
        // Beale (1955); the optimum is -1/20.
        let programme = LinearProgramme(
            rows: [[0.25, -60, -0.04, 9, 1, 0, 0], [0.5, -90, -0.02, 3, 0, 1, 0], [0, 0, 1, 0, 0, 0, 1]], right: [0, 0, 1],
            cost: [-0.75, 150, -0.02, 6, 0, 0, 0])
        guard case .optimal(let vertex) = programme.solve() else {
            Issue.record("Beale's programme has an optimum")
            return
        }
        #expect(abs(vertex.cost + 0.05) < 1e-12)
        expectProof(vertex, of: programme)
    }
}
