import Kernels
import Plotting
import Statistics

/// How areas under ROC curves are resampled: counts of rows drawn again, laid over orders sorted once.
///
/// A replicate draws as many rows as there are, with replacement, within each stratum (or draws groups), counts how often each row
/// came, and walks down each target's order once. Nothing is sorted again: O(n) a replicate.
struct AreaBootstrap: Sendable {
    /// What is drawn.
    enum Resampling: Sendable {
        /// Rows within each of these sets.
        case strata([[Int32]])
        /// Whole groups: for each row its group, and how many groups there are.
        case groups([Int32], count: Int)
    }

    /// One curve to take the area under: rows from the highest score down, packed as row·4 + (positive: 2) + (last of its score: 1).
    struct Target: Sendable {
        var entries: [UInt32]

        /// - Parameter columns: how many consecutive entries of the curve belong to one row (classes, for pooled one-vs-rest curves).
        init(_ curve: ScoreCurve, isPositive: [Bool], columns: Int = 1) {
            entries = []
            entries.reserveCapacity(curve.order.count)
            var group = 0
            for (place, index) in curve.order.enumerated() {
                let isLast = place + 1 == Int(curve.rowsAbove[group])
                if isLast { group += 1 }
                entries.append(UInt32(Int(index) / columns) << 2 | (isPositive[Int(index)] ? 2 : 0) | (isLast ? 1 : 0))
            }
        }
    }

    /// What came of the replicates so far.
    struct Replicates: Sendable, Codable {
        /// For each statistic its replicates in order; NaN where a resample had one class only.
        ///
        /// Columns, so that a checkpoint after each of a hundred thousand replicates shares them.
        var values: [Column]
        /// For each of `bandPlaces` false positive rates, how many replicates' true positive rate fell into each of `bandLevels` steps.
        var band: [Int32] = []

        var count: Int { values.first?.count ?? 0 }
    }

    /// Columns and levels of the band's histogram.
    static let bandPlaces = 41
    static let bandLevels = 513

    let resampling: Resampling
    let rowCount: Int
    let weights: [Double]?
    let targets: [Target]
    /// For each statistic the weights of the targets' areas that it sums.
    let statistics: [[Double]]
    /// The target whose curve gets a band; nil for none.
    let banded: Int?
    let seed: UInt64

    /// Scratch space of one replicate, kept between replicates.
    struct Scratch {
        var counts: [Int32]
        var groups: [Int32]
    }

    func scratch() -> Scratch {
        var groups: [Int32] = []
        if case .groups(_, let count) = resampling { groups = [Int32](repeating: 0, count: count) }
        return Scratch(counts: [Int32](repeating: 0, count: rowCount), groups: groups)
    }

    /// Adds the next replicates, spread over the cores where there is enough to do.
    ///
    /// Each is a function of the seed and its number alone, values keep their order and the band's counts are whole numbers: neither threads
    /// nor slices change a bit.
    func replicate(_ count: Int, into replicates: inout Replicates) {
        let start = replicates.count
        let parts = count * rowCount > 100_000 ? min(8, count) : 1
        var chunks = (0..<parts).map { _ in Replicates(values: statistics.map { _ in Column() }) }
        Parallel.forEach(&chunks, when: parts > 1) { part, chunk in
            var scratch = scratch()
            for number in start + part * count / parts..<start + (part + 1) * count / parts { replicate(number, &chunk, &scratch) }
        }
        for chunk in chunks {
            for index in statistics.indices { replicates.values[index].append(contentsOf: chunk.values[index].array) }
            if replicates.band.isEmpty {
                replicates.band = chunk.band
            } else {
                for place in chunk.band.indices { replicates.band[place] += chunk.band[place] }
            }
        }
    }

    /// Adds one replicate: the r-th is a function of the seed and r alone.
    func replicate(_ number: Int, _ replicates: inout Replicates, _ scratch: inout Scratch) {
        draw(number, &scratch)
        var areas = [Double](repeating: 0, count: targets.count)
        for (index, target) in targets.enumerated() {
            areas[index] = weights.map { weightedArea(target, scratch.counts, $0) } ?? area(target, scratch.counts)
        }
        for (index, statistic) in statistics.enumerated() {
            var value = 0.0
            for (weight, area) in zip(statistic, areas) where weight != 0 { value += weight * area }
            replicates.values[index].append(value)
        }
        if let banded {
            if replicates.band.isEmpty { replicates.band = [Int32](repeating: 0, count: Self.bandPlaces * Self.bandLevels) }
            addBand(targets[banded], scratch.counts, &replicates.band)
        }
    }

    private func draw(_ replicate: Int, _ scratch: inout Scratch) {
        var stream = RandomStream(seed: seed, purpose: "bootstrap", chain: replicate)
        switch resampling {
        case .strata(let strata):
            scratch.counts.withUnsafeMutableBufferPointer { counts in
                counts.update(repeating: 0)
                for rows in strata {
                    rows.withUnsafeBufferPointer { rows in
                        Self.forEachDraw(rows.count, from: rows.count, &stream) { counts[Int(rows[$0])] += 1 }
                    }
                }
            }
        case .groups(let groupOfRow, let count):
            scratch.groups.withUnsafeMutableBufferPointer { groups in
                groups.update(repeating: 0)
                Self.forEachDraw(count, from: count, &stream) { groups[$0] += 1 }
            }
            for row in 0..<rowCount { scratch.counts[row] = scratch.groups[Int(groupOfRow[row])] }
        }
    }

    /// Calls `body` with `count` uniform integers below `bound` < 2³², two from each 64 bits, without bias (Lemire 2019).
    @inline(__always)
    private static func forEachDraw(_ count: Int, from bound: Int, _ stream: inout RandomStream, _ body: (Int) -> Void) {
        guard bound > 0 else { return }
        let bound = UInt64(bound)
        let rejected = (1 << 32) % bound
        var drawn = 0
        while drawn < count {
            let bits = stream.bits()
            let first = (bits >> 32) &* bound
            if first & 0xFFFF_FFFF >= rejected {
                body(Int(first >> 32))
                drawn += 1
            }
            let second = (bits & 0xFFFF_FFFF) &* bound
            if drawn < count, second & 0xFFFF_FFFF >= rejected {
                body(Int(second >> 32))
                drawn += 1
            }
        }
    }

    private func area(_ target: Target, _ counts: [Int32]) -> Double {
        var doubledPairs = 0
        var positives = 0
        var negatives = 0
        var tiedPositives = 0
        var tiedNegatives = 0
        counts.withUnsafeBufferPointer { counts in
            target.entries.withUnsafeBufferPointer { entries in
                for entry in entries {
                    let count = Int(counts[Int(entry >> 2)])
                    let mask = 0 &- Int(entry >> 1 & 1)
                    tiedPositives &+= count & mask
                    tiedNegatives &+= count & ~mask
                    if entry & 1 != 0 {
                        doubledPairs &+= tiedNegatives &* (2 &* positives &+ tiedPositives)
                        positives &+= tiedPositives
                        negatives &+= tiedNegatives
                        tiedPositives = 0
                        tiedNegatives = 0
                    }
                }
            }
        }
        guard positives > 0, negatives > 0 else { return .nan }
        return Double(doubledPairs) / 2 / (Double(positives) * Double(negatives))
    }

    private func weightedArea(_ target: Target, _ counts: [Int32], _ weights: [Double]) -> Double {
        var pairs = 0.0
        var positives = 0.0
        var negatives = 0.0
        var tiedPositives = 0.0
        var tiedNegatives = 0.0
        for entry in target.entries {
            let row = Int(entry >> 2)
            let weight = Double(counts[row]) * weights[row]
            if entry & 2 != 0 { tiedPositives += weight } else { tiedNegatives += weight }
            if entry & 1 != 0 {
                pairs += tiedNegatives * (positives + tiedPositives / 2)
                positives += tiedPositives
                negatives += tiedNegatives
                tiedPositives = 0
                tiedNegatives = 0
            }
        }
        return positives > 0 && negatives > 0 ? pairs / (positives * negatives) : .nan
    }

    /// Adds a resampled curve's true positive rates at evenly spaced false positive rates to the band's histogram.
    private func addBand(_ target: Target, _ counts: [Int32], _ band: inout [Int32]) {
        var totals = (positives: 0.0, negatives: 0.0)
        for entry in target.entries {
            let row = Int(entry >> 2)
            let weight = Double(counts[row]) * (weights?[row] ?? 1)
            if entry & 2 != 0 { totals.positives += weight } else { totals.negatives += weight }
        }
        guard totals.positives > 0, totals.negatives > 0 else { return }
        var place = 0
        var last = (x: 0.0, y: 0.0)
        var sums = (positives: 0.0, negatives: 0.0)
        func add(_ rate: Double) {
            band[place * Self.bandLevels + Int((rate * Double(Self.bandLevels - 1)).rounded())] += 1
            place += 1
        }
        for entry in target.entries {
            let row = Int(entry >> 2)
            let weight = Double(counts[row]) * (weights?[row] ?? 1)
            if entry & 2 != 0 { sums.positives += weight } else { sums.negatives += weight }
            guard entry & 1 != 0 else { continue }
            let next = (x: sums.negatives / totals.negatives, y: sums.positives / totals.positives)
            while place < Self.bandPlaces, Double(place) / Double(Self.bandPlaces - 1) < next.x {
                let x = Double(place) / Double(Self.bandPlaces - 1)
                add(min(1, last.y + (next.y - last.y) * (x - last.x) / (next.x - last.x)))
            }
            last = next
        }
        while place < Self.bandPlaces { add(1) }
    }

    /// The pointwise 95% band of the replicates' curves: false positive rates, lower and upper true positive rates.
    static func band(_ replicates: Replicates) -> (x: [Double], lower: [Double], upper: [Double])? {
        guard !replicates.band.isEmpty else { return nil }
        var x: [Double] = []
        var lower: [Double] = []
        var upper: [Double] = []
        for place in 0..<bandPlaces {
            let counts = replicates.band[(place * bandLevels)..<((place + 1) * bandLevels)]
            let total = counts.reduce(0) { $0 + Int($1) }
            guard total > 0 else { return nil }
            func level(_ probability: Double) -> Double {
                var sum = 0
                for (level, count) in counts.enumerated() {
                    sum += Int(count)
                    if Double(sum) >= probability * Double(total) { return Double(level) / Double(bandLevels - 1) }
                }
                return 1
            }
            x.append(Double(place) / Double(bandPlaces - 1))
            lower.append(level(0.025))
            upper.append(level(0.975))
        }
        return (x, lower, upper)
    }
}

/// 95% intervals from bootstrap replicates.
struct BootstrapInterval: Sendable, Hashable {
    /// The 2.5% and 97.5% quantiles, linear between order statistics.
    var percentile: (low: Double, high: Double)?
    /// Bias-corrected and accelerated (Efron 1987); nil without an acceleration or when every replicate is on one side.
    var biasCorrected: (low: Double, high: Double)?
    /// Replicates that had one class only and are left out.
    var undefined = 0

    static func == (a: Self, b: Self) -> Bool {
        a.percentile?.low == b.percentile?.low && a.percentile?.high == b.percentile?.high && a.undefined == b.undefined
    }

    func hash(into hasher: inout Hasher) { hasher.combine(undefined) }

    /// From replicates, the statistic of the sample itself and the jackknife's acceleration.
    init(_ replicates: [Double], estimate: Double?, acceleration: Double?) {
        var sorted = replicates.filter { !$0.isNaN }
        undefined = replicates.count - sorted.count
        guard sorted.count >= 2 else { return }
        sorted.sort()
        func interval(_ low: Double, _ high: Double) -> (low: Double, high: Double)? {
            guard let low = quantile(sorted: sorted, low), let high = quantile(sorted: sorted, high) else { return nil }
            return (low, high)
        }
        percentile = interval(0.025, 0.975)
        guard let estimate, let acceleration else { return }
        var below = 0.0
        for value in sorted { below += value < estimate ? 1 : value == estimate ? 0.5 : 0 }
        let share = below / Double(sorted.count)
        guard share > 0, share < 1 else { return }
        let bias = normalQuantile(share)
        func adjusted(_ z: Double) -> Double {
            let shifted = bias + z
            return 0.5 * erfc(-(bias + shifted / (1 - acceleration * shifted)) / 2.0.squareRoot())
        }
        let low = adjusted(-Proportion.z95)
        let high = adjusted(Proportion.z95)
        guard low.isFinite, high.isFinite else { return }
        biasCorrected = interval(low, high)
    }
}

/// The acceleration of BCa intervals: skewness of what each unit contributes.
enum Jackknife {
    /// From the values of the statistic with one unit of a stratum left out, stratum by stratum (as SciPy combines several samples).
    static func acceleration(_ strata: [[Double]]) -> Double? {
        var cubes = 0.0
        var squares = 0.0
        for values in strata {
            guard values.count > 1 else { continue }
            let n = Double(values.count)
            var mean = 0.0
            for value in values { mean += value }
            mean /= n
            var s2 = 0.0
            var s3 = 0.0
            for value in values {
                let u = (n - 1) * (mean - value)
                s2 += u * u
                s3 += u * u * u
            }
            squares += s2 / (n * n)
            cubes += s3 / (n * n * n)
        }
        guard squares > 0 else { return nil }
        return cubes / (6 * squares * squares.squareRoot())
    }

    /// Areas with each positive row left out, and with each negative row left out, from DeLong's placements.
    static func areas(area: Double, placements: [Double], isPositive: [Bool]) -> [[Double]] {
        var positives: [Double] = []
        var negatives: [Double] = []
        for (value, isPositive) in zip(placements, isPositive) {
            if isPositive { positives.append(value) } else { negatives.append(value) }
        }
        // Leaving out row i of m takes the mean of the other m - 1 placements.
        func without(_ values: [Double]) -> [Double] {
            let m = Double(values.count)
            return m > 1 ? values.map { (m * area - $0) / (m - 1) } : []
        }
        return [without(positives), without(negatives)]
    }

    /// Areas with each group left out: the pairs of the whole less those with a row in the group.
    ///
    /// NaN where a class vanishes.
    static func areas(_ curve: ScoreCurve, isPositive: [Bool], groups: [Int32], groupCount: Int) -> [Double] {
        let placements = curve.placements(isPositive: isPositive)
        var lost = [Double](repeating: 0, count: groupCount)
        var positives = [Double](repeating: 0, count: groupCount)
        var negatives = [Double](repeating: 0, count: groupCount)
        for (row, group) in groups.enumerated() {
            let g = Int(group)
            if isPositive[row] { positives[g] += 1 } else { negatives[g] += 1 }
            lost[g] += placements[row] * (isPositive[row] ? curve.negatives : curve.positives)
        }
        // Pairs within a group were lost twice.
        var above = [Double](repeating: 0, count: groupCount)
        var tied = [Double](repeating: 0, count: groupCount)
        var start = 0
        for place in curve.thresholds.indices {
            let rows = curve.order[start..<Int(curve.rowsAbove[place])]
            for row in rows where isPositive[Int(row)] { tied[Int(groups[Int(row)])] += 1 }
            for row in rows where !isPositive[Int(row)] {
                let g = Int(groups[Int(row)])
                lost[g] -= above[g] + tied[g] / 2
            }
            for row in rows where isPositive[Int(row)] {
                let g = Int(groups[Int(row)])
                above[g] += tied[g]
                tied[g] = 0
            }
            start = Int(curve.rowsAbove[place])
        }
        let pairs = (curve.area ?? .nan) * curve.positives * curve.negatives
        return (0..<groupCount).map { g in
            let rest = (curve.positives - positives[g]) * (curve.negatives - negatives[g])
            return rest > 0 ? (pairs - lost[g]) / rest : .nan
        }
    }
}
