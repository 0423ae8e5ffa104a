import Engine
import Kernels
import Plotting
import Statistics

/// What is exchanged among how many, and what maximum entropy says will come of it.
struct PhysicalSystem: Sendable, Hashable, Codable {
    enum Kind: String, CaseIterable, Sendable, Codable { case dice, canonical, waiting }

    let kind: Kind
    let units: Int
    /// What each level is worth; of waiting times the first ones, the last standing for all longer ones too.
    let energies: [Double]
    /// The total that is conserved.
    let total: Double
    /// The level of each unit at the start: as few different levels as the total allows.
    let initial: [Int32]
    /// For each pair of levels, as first·levels + second, the pairs it can become; empty but for canonical systems.
    let exchanges: [[Int32]]

    init(kind: Kind, units: Int, levels: Int, meanValue: Double, energies list: [Double], kT: Double) throws {
        (self.kind, self.units) = (kind, units)
        var mean = meanValue
        let energies: [Double]
        switch kind {
        case .dice:
            energies = (1...max(2, levels)).map(Double.init)
            try Self.check(mean, energies, "meanValue")
        case .canonical:
            energies = list
            try Self.check(list)
            if kT != 0 { mean = Boltzmann(energies: list, beta: 1 / kT).mean } else { try Self.check(mean, list, "meanValue") }
        case .waiting:
            guard mean > 0, mean <= 1000 else {
                throw UserError(
                    "meanValue = \(Value.real(mean)); expected a mean waiting time above 0, at most 1000", parameter: "meanValue")
            }
            energies = (0..<max(levels, Int((8 * mean).rounded(.up)) + 1)).map(Double.init)
        }
        self.energies = energies
        let sorted = energies.indices.sorted { (energies[$0], $0) < (energies[$1], $1) }
        // The two levels on either side of the mean, shared out so that the total is as near as can be.
        let above = max(1, sorted.firstIndex { energies[$0] > mean } ?? sorted.count - 1)
        let (low, high) = (sorted[above - 1], sorted[above])
        let share = (mean - energies[low]) / (energies[high] - energies[low])
        let many = min(units, max(0, Int((share * Double(units)).rounded())))
        initial = (0..<units).map { Int32($0 < many ? high : low) }
        total = Double(many) * energies[high] + Double(units - many) * energies[low]
        exchanges = kind == .canonical ? try Self.exchanges(energies) : []
        if kind != .waiting, many == 0 && above == 1 || many == units && above == energies.count - 1 {
            throw UserError(
                "the mean \(Numbers.short(mean)) leaves all \(units) units at one end, where nothing can be exchanged; "
                    + "expected a mean farther inside", parameter: kind == .canonical && kT != 0 ? "kT" : "meanValue")
        }
    }

    private static func check(_ mean: Double, _ energies: [Double], _ name: String) throws {
        let (low, high) = (energies.min() ?? 0, energies.max() ?? 0)
        guard mean > low, mean < high else {
            throw UserError(
                "\(name) = \(Value.real(mean)); expected a mean strictly between \(Value.real(low)) and \(Value.real(high))",
                parameter: name)
        }
    }

    private static func check(_ energies: [Double]) throws {
        guard (2...64).contains(energies.count) else {
            throw UserError("energies has \(energies.count) levels; expected from 2 to 64", parameter: "energies")
        }
        if let place = energies.firstIndex(where: { !$0.isFinite || abs($0) > 1e100 }) {
            throw UserError(
                "energies: level \(place + 1) is \(Value.real(energies[place])); expected finite numbers", parameter: "energies")
        }
        guard Set(energies).count > 1 else { throw UserError("energies are all equal; expected different levels", parameter: "energies") }
    }

    /// The pairs of levels with the same sum, to rounding.
    private static func exchanges(_ energies: [Double]) throws -> [[Int32]] {
        let m = energies.count
        let scale = energies.reduce(0) { max($0, abs($1)) }
        let sums = (0..<m * m).map { energies[$0 / m] + energies[$0 % m] }
        let order = sums.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }
        var lists = [[Int32]](repeating: [], count: m * m)
        var moves: [[Double]] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, sums[order[end]] - sums[order[end - 1]] <= 1e-12 * scale { end += 1 }
            let group = order[start..<end].sorted().map { Int32($0) }
            for pair in group {
                lists[Int(pair)] = group
                guard let first = group.first, pair != first else { continue }
                var move = [Double](repeating: 0, count: m)
                for (place, sign) in [(Int(pair), 1.0), (Int(first), -1.0)] {
                    move[place / m] += sign
                    move[place % m] += sign
                }
                if move.contains(where: { $0 != 0 }) { moves.append(move) }
            }
            start = end
        }
        // Exchanges must be able to change all but the number of units and the energy: else more is conserved than the prediction knows.
        let distinct = rank(moves, columns: m)
        guard distinct == m - 2 || (m == 2 && energies[0] != energies[1]) else {
            throw UserError(
                "energies: exchanges between two units conserve more than the energy of these levels; expected levels with many equal sums, "
                    + "such as 0,1,2,3", parameter: "energies")
        }
        guard m > 2 else {
            throw UserError(
                "energies: with two levels no exchange can change anything; expected at least three, such as 0,1,2", parameter: "energies")
        }
        return lists
    }

    private static func rank(_ moves: [[Double]], columns: Int) -> Int {
        var basis: [(pivot: Int, row: [Double])] = []
        for move in moves where basis.count < columns {
            var row = move
            for (pivot, known) in basis where row[pivot] != 0 {
                let share = row[pivot] / known[pivot]
                for i in row.indices { row[i] -= share * known[i] }
                row[pivot] = 0
            }
            guard let pivot = row.indices.max(by: { abs(row[$0]) < abs(row[$1]) }), abs(row[pivot]) > 1e-9 else { continue }
            basis.append((pivot, row))
        }
        return basis.count
    }

    /// The mean that is conserved.
    var mean: Double { total / Double(units) }
}

/// Probabilities exp(-β E)/Z over levels, and what physics reads off them, with k = 1.
struct Boltzmann: Sendable, Hashable {
    let probabilities: [Double]
    let beta: Double
    /// log Σ exp(-β E).
    let logPartition: Double
    let mean: Double
    let variance: Double

    init(energies: [Double], beta: Double) {
        let exponents = energies.map { -beta * $0 }
        logPartition = Vector.logSumExp(exponents)
        let p = Vector.softmax(exponents)
        let mean = Vector.dot(p, energies)
        (probabilities, self.beta, self.mean) = (p, beta, mean)
        variance = Vector.sumOfProducts(p, energies.map { $0 - mean }, energies.map { $0 - mean })
    }

    /// The distribution of greatest entropy with a mean strictly inside: Newton on β within a bracket.
    init(energies: [Double], mean: Double) {
        let scale = max(1e-300, (energies.max() ?? 1) - (energies.min() ?? 0))
        var (low, high) = (-1e4 / scale, 1e4 / scale)
        var beta = 0.0
        for _ in 0..<200 {
            let here = Boltzmann(energies: energies, beta: beta)
            let gap = here.mean - mean
            if gap > 0 { low = beta } else { high = beta }
            if abs(gap) <= 1e-15 * scale { break }
            var next = here.variance > 0 ? beta + gap / here.variance : .nan
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if next == beta { break }
            beta = next
        }
        self.init(energies: energies, beta: beta)
    }
}

/// What maximum entropy predicts of a unit.
struct PhysicalPrediction: Sendable, Hashable {
    /// Probabilities of the levels; of waiting times the last holds all longer ones.
    let probabilities: [Double]
    let beta: Double
    let logPartition: Double
    let variance: Double
    let entropy: Double

    init(_ system: PhysicalSystem) {
        guard system.kind == .waiting else {
            let law = Boltzmann(energies: system.energies, mean: system.mean)
            (probabilities, beta, logPartition, variance) = (law.probabilities, law.beta, law.logPartition, law.variance)
            entropy = EntropyFunctional.shannon(law.probabilities)
            return
        }
        // Geometric: of all distributions on 0, 1, 2, … with that mean.
        let mean = system.mean
        beta = log1p(1 / mean)
        logPartition = log1p(mean)
        variance = mean * (1 + mean)
        entropy = (1 + mean) * log1p(mean) - mean * log(mean)
        let (rate, stop) = (beta, 1 / (1 + mean))
        let count = system.energies.count
        probabilities = (0..<count).map { exp(-rate * Double($0)) * ($0 == count - 1 ? 1 : stop) }
    }
}
