import Engine
import Kernels

/// Metropolis' chain over assignments whose mean is kept, each with probability in proportion to its multiplicity.
///
/// A proposal moves one quantum a level up and another a level down, which keeps the sum; with a tolerance also one quantum alone, and
/// between outcomes of the same value one quantum across. It is drawn evenly from lists that hold with each move its reverse, so that it is taken with
/// probability min(1, W'/W), a ratio of four counts.
struct ExchangeChain: Sendable {
    /// What the chain remembers.
    struct State: Sendable, Codable {
        var counts: [Int]
        var sum: Int
    }

    /// Where it stands.
    private(set) var state: State
    private let ups: [(from: Int, to: Int)]
    private let flats: [(from: Int, to: Int)]
    private let sums: ClosedRange<Int>
    private let kinds: [Kind]

    private enum Kind { case pair, single, flat }

    /// A chain at the most likely counts, or near them where those are not known.
    ///
    /// - Throws: `UserError` for values with uneven steps, among which such moves do not reach every assignment.
    init(_ problem: WallisProblem, start: [Int]?, state: State? = nil) throws {
        guard let lattice = problem.lattice, lattice.isEven, let sums = problem.sums else {
            throw UserError(
                "method = exchange moves quanta by one step up and down, and needs values with even steps such as 1..6; expected those or method = reject",
                parameter: "method")
        }
        self.sums = sums
        var (ups, flats): ([(from: Int, to: Int)], [(from: Int, to: Int)]) = ([], [])
        // By level, so that many outcomes take no quadratic time.
        let places = Dictionary(grouping: lattice.levels.indices, by: { lattice.levels[$0] })
        guard places.values.allSatisfy({ $0.count <= 1000 }) else {
            throw UserError("method = exchange takes at most 1000 equal values; expected fewer, or method = reject", parameter: "method")
        }
        for i in lattice.levels.indices {
            for j in places[lattice.levels[i] + 1] ?? [] { ups.append((i, j)) }
            for j in places[lattice.levels[i]] ?? [] where j != i { flats.append((i, j)) }
        }
        (self.ups, self.flats) = (ups, flats)
        var kinds: [Kind] = ups.isEmpty ? [] : [.pair]
        if !ups.isEmpty, sums.lowerBound < sums.upperBound { kinds.append(.single) }
        if !flats.isEmpty { kinds.append(.flat) }
        self.kinds = kinds
        if let state {
            self.state = state
        } else {
            let counts = start ?? Self.rounded(problem, lattice, Int(problem.centre.rounded()), ups)
            self.state = State(counts: counts, sum: zip(counts, lattice.levels).reduce(0) { $0 + $1.0 * $1.1 })
        }
    }

    /// The distribution of greatest entropy times N, rounded to counts and mended until they have the sum.
    private static func rounded(_ problem: WallisProblem, _ lattice: Lattice, _ sum: Int, _ ups: [(from: Int, to: Int)]) -> [Int] {
        let exact = problem.probabilities.map { $0 * Double(problem.quanta) }
        var counts = exact.map { Int($0) }
        let byRest = exact.indices.sorted { (exact[$1] - Double(counts[$1]), $0) < (exact[$0] - Double(counts[$0]), $1) }
        let missing = problem.quanta - counts.reduce(0, +)
        for i in byRest.prefix(max(0, missing)) { counts[i] += 1 }
        var gap = sum - zip(counts, lattice.levels).reduce(0) { $0 + $1.0 * $1.1 }
        while gap != 0 {
            let isUp = gap > 0
            var best: (from: Int, to: Int, ratio: Double)?
            for pair in ups {
                let (from, to) = isUp ? (pair.from, pair.to) : (pair.to, pair.from)
                let ratio = Double(counts[from]) / Double(counts[to] + 1)
                if ratio > best?.ratio ?? 0 { best = (from, to, ratio) }
            }
            guard let best else { return counts }
            counts[best.from] -= 1
            counts[best.to] += 1
            gap -= isUp ? 1 : -1
        }
        return counts
    }

    /// One proposal; the outcomes whose counts will change, at most four with repeats, are told when it is taken.
    @inline(__always) mutating func propose(_ choice: UInt64, _ uniform: Double, _ changing: (_ outcome: Int, _ count: Int) -> Void) -> Bool
    {
        guard !kinds.isEmpty else { return false }
        let pick = choice.multipliedFullWidth(by: UInt64(kinds.count))
        switch kinds[Int(pick.high)] {
        case .pair:
            let first = pick.low.multipliedFullWidth(by: UInt64(ups.count))
            let up = ups[Int(first.high)]
            let down = ups[Int(first.low.multipliedFullWidth(by: UInt64(ups.count)).high)]
            // The second goes down: from its upper outcome to its lower.
            let (a, c, b, d) = (up.from, up.to, down.to, down.from)
            var ratio = Double(state.counts[a])
            guard ratio > 0 else { return false }
            // Numbers as they stand after each quantum has gone and come.
            let left = state.counts[b] - (b == a ? 1 : 0)
            guard left > 0 else { return false }
            ratio *= Double(left)
            let third = state.counts[c] - (c == b ? 1 : 0) + 1
            let fourth = state.counts[d] - (d == a ? 1 : 0) + (d == c ? 1 : 0) + 1
            guard uniform * Double(third) * Double(fourth) < ratio else { return false }
            if a == d, b == c { return true }
            changing(a, state.counts[a])
            changing(b, state.counts[b])
            changing(c, state.counts[c])
            changing(d, state.counts[d])
            state.counts[a] -= 1
            state.counts[b] -= 1
            state.counts[c] += 1
            state.counts[d] += 1
        case .single:
            let first = pick.low.multipliedFullWidth(by: UInt64(2 * ups.count))
            let index = Int(first.high)
            let pair = ups[index >> 1]
            let isUp = index & 1 == 0
            let (from, to) = isUp ? (pair.from, pair.to) : (pair.to, pair.from)
            let sum = state.sum + (isUp ? 1 : -1)
            guard sums.contains(sum), move(from, to, uniform, changing) else { return false }
            state.sum = sum
        case .flat:
            let pair = flats[Int(pick.low.multipliedFullWidth(by: UInt64(flats.count)).high)]
            guard move(pair.from, pair.to, uniform, changing) else { return false }
        }
        return true
    }

    private mutating func move(_ from: Int, _ to: Int, _ uniform: Double, _ changing: (_ outcome: Int, _ count: Int) -> Void) -> Bool {
        guard state.counts[from] > 0, uniform * Double(state.counts[to] + 1) < Double(state.counts[from]) else { return false }
        changing(from, state.counts[from])
        changing(to, state.counts[to])
        state.counts[from] -= 1
        state.counts[to] += 1
        return true
    }
}
